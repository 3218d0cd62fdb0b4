//! What the office's pages ask beside the nouns: projections to read, a password to hold against, places to choose from.

use anyhow::Result;
use sqlx::FromRow;

use super::OrgStore;
use super::places::Place;

/// A notebook with what it reads as, once something of it is published.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Book {
    /// Its id.
    pub id: String,
    /// visit, event or day.
    pub kind: String,
    /// The visit it belongs to.
    pub visit: Option<String>,
    /// The event it belongs to.
    pub event: Option<String>,
    /// The projection, the domain's JSON.
    pub projection: String,
}

impl OrgStore {
    /// Every notebook of which something is published, or those of one visit.
    pub async fn books(&self, visit: Option<&str>) -> Result<Vec<Book>> {
        self.all(rows!(
            "SELECT id, kind, visit, event, projection FROM notebook
             WHERE org = $1 AND projection IS NOT NULL AND ($2 = '' OR visit = $2) ORDER BY id",
            self.id(),
            visit.unwrap_or_default()
        ))
        .await
    }

    /// The argon2id words (a PHC string) of a person who can sign in.
    pub async fn password_of(&self, person: &str) -> Result<Option<String>> {
        let found: Vec<Option<String>> =
            self.scalars(values!("SELECT password FROM person WHERE org = $1 AND id = $2", self.id(), person)).await?;
        Ok(found.into_iter().flatten().next())
    }

    /// Places that somebody added by hand: those that came from no directory.
    pub async fn places_by_hand(&self) -> Result<Vec<Place>> {
        self.all(rows!(
            "SELECT p.id, p.name, p.kind, p.provider, b.name AS provider_name, p.commissioner, c.name AS commissioner_name,
               p.address, p.postcode, p.ods, p.closed_on
             FROM place p LEFT JOIN body b ON b.org = $1 AND b.id = p.provider
             LEFT JOIN body c ON c.org = $1 AND c.id = p.commissioner
             WHERE p.org = $1 AND p.ods IS NULL ORDER BY p.folded, p.id",
            self.id()
        ))
        .await
    }
}
