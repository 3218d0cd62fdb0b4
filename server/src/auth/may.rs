//! Who may do what: one table of every route of the office and the roles that may use it.
//! A route that is not here is refused. A test walks every line with every role, signed out included.

use serde::Serialize;

/// What somebody may do at the office. One person may have several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Plans visits, reads what came in, writes findings and reports.
    Officer,
    /// People, tablets, places, export.
    Administrator,
    /// Decides where the power is used, and signs off.
    Steering,
    /// Opens what is sealed to them; nobody else's work.
    SafeguardingLead,
    /// Reads and settles their own visits.
    Representative,
    /// Stalls and presentations.
    Outreach,
}

impl Role {
    /// Every role, for the test that walks the table.
    pub const ALL: [Self; 6] = [
        Self::Officer,
        Self::Administrator,
        Self::Steering,
        Self::SafeguardingLead,
        Self::Representative,
        Self::Outreach,
    ];

    /// The role that a pack's word for it gives at the office; other words give none.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }

    /// The pack's word for the role.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Officer => "host officer",
            Self::Administrator => "host administrator",
            Self::Steering => "steering group member",
            Self::SafeguardingLead => "safeguarding lead",
            Self::Representative => "authorised representative",
            Self::Outreach => "outreach worker",
        }
    }
}

/// Whom a route lets in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// Anybody, signed in or not.
    Open,
    /// Whoever is signed in.
    SignedIn,
    /// Whoever has one of these roles.
    Any(&'static [Role]),
    /// Whoever holds a recipient's link; who is signed in at the office as little as anybody else.
    Link,
}

impl Right {
    /// Whether somebody with `roles` (`None`: signed out) is let in.
    #[must_use]
    pub fn lets_in(self, roles: Option<&[Role]>) -> bool {
        match (self, roles) {
            (Self::Open, _) | (Self::SignedIn, Some(_)) => true,
            (Self::Any(let_in), Some(roles)) => roles.iter().any(|role| let_in.contains(role)),
            (_, None) | (Self::Link, _) => false,
        }
    }
}

use Right::{Any, Link, Open, SignedIn};
use Role::{Administrator as A, Officer as O, Outreach, Representative as R, SafeguardingLead as L, Steering as S};

const HOST: Right = Any(&[O, A]);
const OFFICER: Right = Any(&[O]);
const READERS: Right = Any(&[O, R]);
const LOOKERS: Right = Any(&[O, A, R]);
const REPORT: Right = Any(&[O, S, R]);
const VISITS: Right = Any(&[O, A, S, R]);
const OUTREACH: Right = Any(&[O, A, S, Outreach]);

/// Method, path, and whom it lets in.
pub const TABLE: &[(&str, &str, Right)] = &[
    ("GET", "/", Open),
    ("GET", "/assets/{name}", Open),
    ("GET", "/sign-in", Open),
    ("POST", "/sign-in", Open),
    ("POST", "/sign-out", SignedIn),
    ("GET", "/a", Open),
    ("POST", "/a", Open),
    ("GET", "/answer", Link),
    ("GET", "/answer/report", Link),
    ("POST", "/answer/facts", Link),
    ("POST", "/answer/keep", Link),
    ("GET", "/answer/read", Link),
    ("POST", "/answer/send", Link),
    ("POST", "/answer/disown", Link),
    ("POST", "/answer/pass", Link),
    ("GET", "/office", SignedIn),
    ("GET", "/office/me", SignedIn),
    ("POST", "/office/me/password", SignedIn),
    ("GET", "/office/people", Any(&[O, A, S])),
    ("GET", "/office/people/new", HOST),
    ("POST", "/office/people/new", HOST),
    ("GET", "/office/people/{id}", Any(&[O, A, S])),
    ("POST", "/office/people/{id}", HOST),
    ("POST", "/office/people/{id}/authorisation", HOST),
    ("POST", "/office/people/{id}/interests", HOST),
    ("POST", "/office/people/{id}/interests/end", HOST),
    ("POST", "/office/people/{id}/password", Any(&[A])),
    ("GET", "/office/places", Any(&[O, A, S])),
    ("GET", "/office/places/new", HOST),
    ("POST", "/office/places/new", HOST),
    ("GET", "/office/places/import", HOST),
    ("POST", "/office/places/import", HOST),
    ("GET", "/office/places/import/{id}", HOST),
    ("GET", "/office/places/{id}", Any(&[O, A, S])),
    ("POST", "/office/places/{id}", HOST),
    ("GET", "/office/bodies", Any(&[O, A, S])),
    ("GET", "/office/bodies/new", HOST),
    ("POST", "/office/bodies/new", HOST),
    ("GET", "/office/bodies/{id}", Any(&[O, A, S])),
    ("POST", "/office/bodies/{id}", HOST),
    ("GET", "/office/visits", VISITS),
    ("GET", "/office/visits/new", OFFICER),
    ("POST", "/office/visits/new", OFFICER),
    ("GET", "/office/visits/{id}", VISITS),
    ("POST", "/office/visits/{id}/team", OFFICER),
    ("POST", "/office/visits/{id}/cancel", OFFICER),
    ("POST", "/office/visits/{id}/release", OFFICER),
    ("GET", "/office/visits/{id}/differences", READERS),
    ("POST", "/office/visits/{id}/differences", READERS),
    ("GET", "/office/visits/{id}/photos", LOOKERS),
    ("POST", "/office/visits/{id}/photos/shows", LOOKERS),
    ("POST", "/office/visits/{id}/photos/look", LOOKERS),
    ("GET", "/office/visits/{id}/findings", OFFICER),
    ("POST", "/office/visits/{id}/findings", OFFICER),
    ("GET", "/office/findings/{id}", OFFICER),
    ("POST", "/office/findings/{id}", OFFICER),
    ("POST", "/office/findings/{id}/evidence", OFFICER),
    ("GET", "/office/visits/{id}/good-practice", OFFICER),
    ("POST", "/office/visits/{id}/good-practice", OFFICER),
    ("GET", "/office/visits/{id}/recommendations", OFFICER),
    ("POST", "/office/visits/{id}/recommendations", OFFICER),
    ("GET", "/office/recommendations/{id}", REPORT),
    ("POST", "/office/recommendations/{id}", OFFICER),
    ("POST", "/office/recommendations/{id}/changed", OFFICER),
    ("GET", "/office/promises", REPORT),
    ("GET", "/office/reading", READERS),
    ("GET", "/office/notes/{id}", READERS),
    ("GET", "/office/notes/{id}/take-back", OFFICER),
    ("POST", "/office/notes/{id}/take-back", OFFICER),
    ("GET", "/office/reports", REPORT),
    ("POST", "/office/visits/{id}/report", OFFICER),
    ("GET", "/office/reports/{id}", REPORT),
    ("POST", "/office/reports/{id}/words", OFFICER),
    ("POST", "/office/reports/{id}/could", OFFICER),
    ("POST", "/office/reports/{id}/names", OFFICER),
    ("POST", "/office/reports/{id}/shown", OFFICER),
    ("GET", "/office/reports/{id}/read", READERS),
    ("POST", "/office/reports/{id}/read", READERS),
    ("POST", "/office/reports/{id}/checked", OFFICER),
    ("POST", "/office/reports/{id}/facts", OFFICER),
    ("POST", "/office/reports/{id}/fact", OFFICER),
    ("POST", "/office/reports/{id}/sign-off", Any(&[O, S])),
    ("POST", "/office/reports/{id}/sent", OFFICER),
    ("POST", "/office/reports/{id}/received", OFFICER),
    ("POST", "/office/reports/{id}/reply", OFFICER),
    ("POST", "/office/reports/{id}/no-reply", OFFICER),
    ("POST", "/office/reports/{id}/disowned", OFFICER),
    ("POST", "/office/reports/{id}/link", OFFICER),
    ("POST", "/office/reports/{id}/link/end", OFFICER),
    ("POST", "/office/mail/{id}", OFFICER),
    ("POST", "/office/reports/{id}/published", OFFICER),
    ("POST", "/office/reports/{id}/copy", OFFICER),
    ("GET", "/office/reports/{id}/changes", REPORT),
    ("GET", "/office/reports/{id}/preview", REPORT),
    ("GET", "/office/reports/{id}/report.html", REPORT),
    ("GET", "/office/reports/{id}/report.pdf", REPORT),
    ("GET", "/office/reports/{id}/report.docx", REPORT),
    ("GET", "/office/photos/{hash}", Any(&[O, A, S, R])),
    ("GET", "/office/outreach", OUTREACH),
    ("GET", "/office/outreach/new", Any(&[O, A, Outreach])),
    ("POST", "/office/outreach/new", Any(&[O, A, Outreach])),
    ("GET", "/office/outreach/{id}", OUTREACH),
    ("GET", "/office/tablets", HOST),
    ("POST", "/office/tablets/enrol", HOST),
    ("POST", "/office/tablets/{id}/retire", Any(&[A])),
    ("POST", "/office/tablets/{id}/look-again", Any(&[A])),
    ("POST", "/office/tablets/{id}/write-again", Any(&[A])),
    ("GET", "/office/concerns", Any(&[O, A, L])),
    ("POST", "/office/concerns/open", Any(&[L])),
    ("POST", "/office/concerns/key", Any(&[L])),
    ("GET", "/office/contacts", OFFICER),
    ("GET", "/office/export.json", HOST),
];

/// Whom a route lets in; `None` for a route that nobody has thought about, which is refused.
#[must_use]
pub fn right(method: &str, path: &str) -> Option<Right> {
    let method = if method == "HEAD" { "GET" } else { method };
    TABLE.iter().find(|(m, p, _)| *m == method && *p == path).map(|(_, _, right)| *right)
}

/// The table's line that a request's path belongs to; words as they stand go before a `{hole}`.
#[must_use]
pub fn route_of(path: &str) -> Option<&'static str> {
    let parts: Vec<&str> = path.split('/').collect();
    let fits = |pattern: &&'static str| {
        let own: Vec<&str> = pattern.split('/').collect();
        let hole = |p: &str| p.starts_with('{') && p.ends_with('}');
        own.len() == parts.len() && own.iter().zip(&parts).all(|(p, part)| p == part || (hole(p) && !part.is_empty()))
    };
    let holes = |pattern: &&'static str| pattern.matches('{').count();
    TABLE.iter().map(|(_, pattern, _)| *pattern).filter(fits).min_by_key(holes)
}

/// Whether somebody with `roles` may see the page at `path`; for leaving out links that would lead nowhere.
#[must_use]
pub fn sees(roles: &[Role], path: &str) -> bool {
    right("GET", path).is_some_and(|right| right.lets_in(Some(roles)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_stands_once_and_what_nobody_thought_about_is_refused() {
        for (n, (method, path, _)) in TABLE.iter().enumerate() {
            let again = TABLE.iter().skip(n + 1).any(|(m, p, _)| m == method && p == path);
            assert!(!again, "{method} {path} stands twice");
        }
        assert_eq!(route_of("/office/people/new"), Some("/office/people/new"));
        assert_eq!(route_of("/office/people/0191"), Some("/office/people/{id}"));
        assert_eq!(route_of("/office/people/0191/"), None);
        assert_eq!(route_of("/office/elsewhere"), None);
        assert_eq!(right("GET", "/office/secrets"), None);
        assert_eq!(right("POST", "/office/reading"), None);
    }

    #[test]
    fn only_the_safeguarding_lead_opens_a_concern_and_nobody_signed_out_sees_the_desk() {
        for role in Role::ALL {
            let may = right("POST", "/office/concerns/open").is_some_and(|r| r.lets_in(Some(&[role])));
            assert_eq!(may, role == Role::SafeguardingLead, "{role:?}");
        }
        assert!(!right("GET", "/office").is_some_and(|r| r.lets_in(None)));
    }

    #[test]
    fn a_role_reads_back_from_the_packs_word() {
        for role in Role::ALL {
            assert_eq!(Role::of(role.word()), Some(role));
        }
        assert_eq!(Role::of("treasurer"), None);
    }
}
