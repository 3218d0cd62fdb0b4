//! Roles, and what each needs before somebody may act in it (GR 6.5, 6.6).

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Role {
    /// Its code, the same in every scheme: `authorised representative`. People and doors are known by it.
    pub name: String,
    /// What people call it, as a heading: *Custody visitor*.
    pub label: String,
    /// What it may do: `enter and view`, `outreach`, `sign off`, ….
    pub may: Vec<String>,
    /// What it needs.
    pub needs: Vec<Need>,
    /// Roles that one person may not hold beside it.
    pub not_with: Vec<String>,
    /// Whether the names of those who hold it are published.
    pub published: bool,
}

impl Role {
    /// Whether this role may do that.
    #[must_use]
    pub fn may(&self, what: &str) -> bool {
        self.may.iter().any(|may| may == what)
    }
}

/// How many go on a visit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TeamSize {
    /// The fewest.
    pub least: usize,
    /// The most.
    pub most: usize,
    /// Why.
    pub rule: String,
    /// Where it is written.
    pub citation: String,
}

impl TeamSize {
    /// What is wrong with a team of so many, in a sentence; none where nothing is.
    #[must_use]
    pub fn wrong(&self, people: usize) -> Option<String> {
        let Self { least, most, rule, citation } = self;
        (people < *least || people > *most).then(|| format!("A team is {least} to {most} people: {rule} ({citation})."))
    }
}

/// Something a role needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Need {
    /// What.
    pub what: NeedKind,
    /// For how many months it holds, where no other day is typed; none for without end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub valid_months: Option<i32>,
    /// Another need whose paper contains this one, such as a code of conduct that contains the Nolan principles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub given_with: Option<NeedKind>,
    /// It counts only where a day is known, such as the end of a term of office.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub only_if_known: bool,
    /// Where it is written.
    pub citation: String,
}

impl NeedKind {
    /// What it is called on a line of its own.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Check => "criminal record check",
            Self::Nolan => "principles of public life",
            Self::Code => "code of conduct",
            Self::Training => "training",
            Self::Term => "term of office",
        }
    }
}

/// The kinds of things a role can need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum NeedKind {
    /// A criminal record check, seen and judged by a nominated person other than themself; never the certificate.
    Check,
    /// The principles of public life, signed.
    Nolan,
    /// The code of conduct, signed.
    Code,
    /// Training, done.
    Training,
    /// A term of office, running.
    Term,
}
