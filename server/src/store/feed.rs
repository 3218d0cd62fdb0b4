//! What comes back to tablets: one row for each thing that is new, each with a revision of its own, shown to a tablet only
//! when it may see it. A cursor is (store id, revision). Reading is one SELECT.

use anyhow::{Context, Result};
use serde::Serialize;
use sqlx::FromRow;

use super::{OrgStore, Tx};

/// Who may see a row of the feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience<'a> {
    /// Every tablet of the organisation.
    All,
    /// Tablets that may see this visit.
    Visit(&'a str),
    /// Tablets that may see this notebook since before the row.
    Notebook(&'a str),
    /// This tablet only.
    Device(&'a str),
}

impl<'a> Audience<'a> {
    fn parts(self) -> (&'static str, &'a str) {
        match self {
            Audience::All => ("all", ""),
            Audience::Visit(visit) => ("visit", visit),
            Audience::Notebook(notebook) => ("notebook", notebook),
            Audience::Device(device) => ("device", device),
        }
    }
}

/// One thing that is new to a tablet.
///
/// | kind | ref | payload | bytes |
/// |---|---|---|---|
/// | org | – | [`super::orgs::OrgItem`] | |
/// | person | person | [`super::people::PersonItem`] | |
/// | pack | the item's name | as put | |
/// | visit | visit | [`super::visits::VisitItem`] | |
/// | granted | notebook | [`super::grants::GrantedItem`] | the compact chunk as it is now |
/// | withdrawn | visit or notebook | [`super::grants::WithdrawnItem`] | |
/// | change | hash | [`super::published::ChangeItem`] | the change; none for the tablet that sent it |
/// | gone | notebook | [`super::gone::GoneItem`] | |
/// | state | hash | [`super::taken::StateItem`] | |
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct FeedItem {
    /// Its revision: the cursor after it was taken in.
    pub rev: i64,
    /// What kind of thing.
    pub kind: String,
    /// Its id or hash.
    #[sqlx(rename = "ref")]
    pub reference: String,
    /// JSON.
    pub payload: String,
    /// A chunk or a change.
    pub bytes: Option<Vec<u8>>,
}

/// A piece of the feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    /// In the order of their revisions.
    pub items: Vec<FeedItem>,
    /// Where to go on: the last item's revision, or the organisation's when there is no more.
    pub next: i64,
    /// The organisation's revision now; more is waiting while `next` is below it.
    pub head: i64,
}

/// How much of the feed is asked for at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// The most items.
    pub items: i64,
    /// Bytes after which it ends, though not before its first item.
    pub bytes: i64,
    /// The bytes of the tablet's own changes as well: it was put back and lost them.
    pub own: bool,
}

#[derive(FromRow)]
struct Row {
    head: i64,
    found: Option<i64>,
    rev: Option<i64>,
    kind: Option<String>,
    #[sqlx(rename = "ref")]
    reference: Option<String>,
    payload: Option<String>,
    bytes: Option<Vec<u8>>,
}

impl OrgStore {
    /// What is new to a tablet after a revision, at most `limit` items of whatever size. As [`OrgStore::feed_piece_after`].
    pub async fn feed_after(&self, device: &str, rev: i64, limit: i64) -> Result<Feed> {
        self.feed_piece_after(device, rev, Piece { items: limit, bytes: i64::MAX, own: false }).await
    }

    /// What is new to a tablet after a revision, and only what it may see. One SELECT, which looks at sizes first: of what
    /// is beyond the piece no byte is read.
    pub async fn feed_piece_after(&self, device: &str, rev: i64, piece: Piece) -> Result<Feed> {
        // The organisation's row stands on the left, so that `head` is of the same moment even when nothing is new.
        let rows: Vec<Row> = self
            .all(rows!(
                "SELECT o.rev AS head, p.found, i.rev, i.kind, i.ref, i.payload, coalesce(c.bytes, n.chunk) AS bytes
                 FROM org o
                 LEFT JOIN (
                   SELECT s.rev, CAST(count(*) OVER () AS BIGINT) AS found, row_number() OVER (ORDER BY s.rev) AS place,
                     CAST(sum(s.size) OVER (ORDER BY s.rev) AS BIGINT) AS upto
                   FROM (
                     SELECT f.rev, length(f.payload) + coalesce(length(c.bytes), length(n.chunk), 0) AS size
                     FROM (
                       SELECT i.rev, i.kind, i.ref, i.payload, i.origin FROM feed i
                       WHERE i.org = $1 AND i.rev > $3 AND (
                         i.audience = 'all'
                         OR (i.audience = 'device' AND i.audience_ref = $2)
                         OR i.origin = $2
                         OR EXISTS (SELECT 1 FROM grants g WHERE g.org = $1 AND g.device = $2 AND g.kind = i.audience
                                    AND g.ref = i.audience_ref AND g.until IS NULL
                                    AND (i.audience = 'visit' OR g.since < i.rev)))
                       ORDER BY i.rev LIMIT $4
                     ) f
                     LEFT JOIN change c ON c.org = $1 AND f.kind = 'change' AND c.hash = f.ref
                       AND (f.origin IS NULL OR f.origin <> $2 OR $5 = 1)
                     LEFT JOIN notebook n ON n.org = $1 AND f.kind = 'granted' AND n.id = f.ref
                   ) s
                 ) p ON p.place = 1 OR p.upto <= $6
                 LEFT JOIN feed i ON i.org = $1 AND i.rev = p.rev
                 LEFT JOIN change c ON c.org = $1 AND i.kind = 'change' AND c.hash = i.ref
                   AND (i.origin IS NULL OR i.origin <> $2 OR $5 = 1)
                 LEFT JOIN notebook n ON n.org = $1 AND i.kind = 'granted' AND n.id = i.ref
                 WHERE o.org = $1 ORDER BY i.rev",
                self.id(),
                device,
                rev,
                piece.items,
                i64::from(piece.own),
                piece.bytes
            ))
            .await?;
        let first = rows.first().context("There is no such organisation.")?;
        let (head, found) = (first.head, first.found.unwrap_or_default());
        let items: Vec<FeedItem> = rows.into_iter().filter_map(Row::item).collect();
        let is_cut = found >= piece.items || i64::try_from(items.len()).is_ok_and(|here| here < found);
        let next = items.last().filter(|_| is_cut).map_or(head.max(rev), |last| last.rev);
        Ok(Feed { items, next, head })
    }

    /// Puts a piece of the scheme pack (or anything that all tablets are told) into the feed, new or anew; what says the
    /// same already stays, so that no tablet is told twice.
    pub async fn put_pack_item(&self, name: &str, json: &str) -> Result<()> {
        let value: serde_json::Value = serde_json::from_str(json).context("a piece of the pack is not JSON")?;
        self.write((name.to_owned(), value), |tx, (name, value)| {
            Box::pin(async move {
                let told: Option<String> = tx
                    .scalar(values!(
                        "SELECT payload FROM feed WHERE org = $1 AND kind = 'pack' AND ref = $2",
                        tx.org(),
                        name.as_str()
                    ))
                    .await?;
                let told: Option<serde_json::Value> = told.map(|text| serde_json::from_str(&text)).transpose()?;
                if told.as_ref() != Some(&*value) {
                    tx.put_feed("pack", name, Audience::All, value).await?;
                }
                Ok(())
            })
        })
        .await
    }
}

impl Row {
    fn item(self) -> Option<FeedItem> {
        Some(FeedItem {
            rev: self.rev?,
            kind: self.kind?,
            reference: self.reference?,
            payload: self.payload?,
            bytes: self.bytes,
        })
    }
}

impl Tx {
    /// Puts something into the feed in place of what was said of it before, under a new revision, which it answers.
    pub async fn put_feed<P: Serialize + Sync + ?Sized>(
        &mut self,
        kind: &str,
        reference: &str,
        audience: Audience<'_>,
        payload: &P,
    ) -> Result<i64> {
        let rev = self.next_rev().await?;
        let (audience, audience_ref) = audience.parts();
        self.run(sql!(
            "DELETE FROM feed WHERE org = $1 AND kind = $2 AND ref = $3 AND audience = $4 AND audience_ref = $5",
            self.org(),
            kind,
            reference,
            audience,
            audience_ref
        ))
        .await?;
        self.run(sql!(
            "INSERT INTO feed (org, rev, kind, ref, audience, audience_ref, payload) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            self.org(),
            rev,
            kind,
            reference,
            audience,
            audience_ref,
            serde_json::to_string(payload)?
        ))
        .await?;
        Ok(rev)
    }
}
