//! Why somebody may not be assigned, with the facts, in the words a person reads, and what would put it right.

use jiff::civil::Date;
use serde::Serialize;

use crate::scheme::NeedKind;

/// Why a person may not be assigned to a visit, or sign its report off. Its words follow a name: *Maureen Shaw: check expired on 2026-10-29*.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum RefusedAssignment {
    /// The pack has no such role.
    #[error("the scheme has no role “{role}”")]
    RoleUnknown {
        /// The role asked for.
        role: String,
    },
    /// The role does not enter and view.
    #[error("the role {role} may not {power}")]
    RoleMayNot {
        /// The role.
        role: String,
        /// What it may not.
        power: String,
    },
    /// The person does not hold the role.
    #[error("does not hold the role {role}")]
    RoleNotHeld {
        /// The role.
        role: String,
    },
    /// The person holds a role that the pack keeps apart from this one (GR 6.4, 6.5).
    #[error("the role {role} may not be held together with {with}")]
    RolesTogether {
        /// The role.
        role: String,
        /// The other.
        with: String,
    },
    /// The visit has no day yet, so nothing can be judged.
    #[error("the visit has no day yet")]
    NoDay,
    /// Something that the role needs is not there.
    #[error("{}", missing(*what))]
    Missing {
        /// What.
        what: NeedKind,
    },
    /// Something that the role needs is over before the visit is.
    #[error("{} on {on}", lapsed(*what))]
    Lapsed {
        /// What.
        what: NeedKind,
        /// The last day on which it held.
        on: Date,
    },
    /// Something that the role needs begins only after the visit has.
    #[error("{} on {from}", not_yet(*what))]
    NotYet {
        /// What.
        what: NeedKind,
        /// The day it begins.
        from: Date,
    },
    /// The person judged their own check (SI 2008/528 regs 3 and 9).
    #[error("judged their own check")]
    CheckJudgedByThemself,
    /// Nobody is written down as having judged the check (SI 2008/528 reg 9: a nominated person does).
    #[error("nobody is named who judged the check")]
    CheckJudgedByNobody,
    /// A declared interest in whoever runs the place.
    #[error("declared interest in the provider")]
    InterestInProvider {
        /// What they declared.
        words: String,
    },
    /// A declared interest in the place itself.
    #[error("declared interest in the place")]
    InterestInPlace {
        /// What they declared.
        words: String,
    },
}

impl RefusedAssignment {
    /// What they declared, where an interest stands against them.
    #[must_use]
    pub fn interest(&self) -> Option<&str> {
        match self {
            Self::InterestInProvider { words } | Self::InterestInPlace { words } => Some(words),
            _ => None,
        }
    }
}

const fn missing(what: NeedKind) -> &'static str {
    match what {
        NeedKind::Check => "no criminal record check was seen",
        NeedKind::Nolan => "principles of public life not signed",
        NeedKind::Code => "code of conduct not signed",
        NeedKind::Training => "not trained",
        NeedKind::Term => "has no term of office",
    }
}

const fn lapsed(what: NeedKind) -> &'static str {
    match what {
        NeedKind::Check => "check expired",
        NeedKind::Nolan => "signature of the principles of public life lapsed",
        NeedKind::Code => "signature of the code of conduct lapsed",
        NeedKind::Training => "training lapsed",
        NeedKind::Term => "term of office ended",
    }
}

const fn not_yet(what: NeedKind) -> &'static str {
    match what {
        NeedKind::Check => "check seen only",
        NeedKind::Nolan => "principles of public life signed only",
        NeedKind::Code => "code of conduct signed only",
        NeedKind::Training => "trained only",
        NeedKind::Term => "term of office begins only",
    }
}
