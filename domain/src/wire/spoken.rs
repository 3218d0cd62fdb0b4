//! Which versions of these messages are spoken, and who must update when two peers share none.

/// The versions that one build speaks, from the oldest to the newest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spoken {
    /// The oldest that is still spoken.
    pub oldest: u16,
    /// The newest, which it speaks of itself.
    pub newest: u16,
}

/// Who must update before two peers can speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behind {
    /// The tablet's app is too old.
    Tablet,
    /// The office's server is too old.
    Office,
}

impl Default for Spoken {
    fn default() -> Self {
        Self { oldest: super::OLDEST, newest: super::VERSION }
    }
}

impl Spoken {
    /// At the office: may a tablet speak this version here?
    ///
    /// # Errors
    /// Who must update. A newer tablet may still come down to what the reply says that the office speaks.
    pub const fn heard(self, version: u16) -> Result<(), Behind> {
        match version {
            older if older < self.oldest => Err(Behind::Tablet),
            newer if newer > self.newest => Err(Behind::Office),
            _ => Ok(()),
        }
    }

    /// On the tablet: which version to speak with an office whose newest is this; its own newest until it has heard one.
    ///
    /// # Errors
    /// The office, where even its newest is too old for this tablet.
    pub const fn to(self, office: Option<u16>) -> Result<u16, Behind> {
        match office {
            Some(office) if office < self.oldest => Err(Behind::Office),
            Some(office) if office < self.newest => Ok(office),
            Some(_) | None => Ok(self.newest),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    /// What the two come to: the tablet says its newest, hears the office's, and comes down to it if it can.
    fn meet(tablet: Spoken, office: Spoken) -> Result<u16, Behind> {
        let version = tablet.to(Some(office.newest))?;
        office.heard(version).map(|()| version)
    }

    #[test]
    fn two_that_are_two_versions_apart_still_speak_and_beyond_that_it_is_said_who_must_update() {
        let of = |newest: u16| Spoken { oldest: newest.saturating_sub(2).max(1), newest };
        for tablet in 1..=7 {
            for office in 1..=7 {
                let expected = match (tablet, office) {
                    (t, o) if t > o + 2 => Err(Behind::Office),
                    (t, o) if o > t + 2 => Err(Behind::Tablet),
                    (t, o) => Ok(t.min(o)),
                };
                assert_eq!(meet(of(tablet), of(office)), expected, "tablet {tablet}, office {office}");
            }
        }
    }

    #[test]
    fn a_tablet_that_has_heard_nothing_speaks_its_newest() {
        assert_eq!(Spoken { oldest: 3, newest: 5 }.to(None), Ok(5));
        assert_eq!(Spoken::default().to(None), Ok(super::super::VERSION));
    }
}
