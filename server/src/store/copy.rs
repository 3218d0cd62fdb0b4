//! Every row of an organisation as it stands, out of one database and into another: for backups and moves. The only SQL
//! here that is put together, from names that stand in this file and in the schema; values are always bound.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::TryStreamExt as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::any::{AnyArguments, AnyRow, AnyTypeInfoKind};
use sqlx::{AssertSqlSafe, Column as _, Row as _, TypeInfo as _, ValueRef as _};

use super::orgs::desk_key;
use super::{OrgStore, bind};

/// Every table that is carried, what is referred to first. A story holds the list against the schema.
pub const TABLES: [&str; 50] = [
    "org",
    "lead_key",
    "person",
    "authorisation",
    "interest",
    "body",
    "place",
    "directory_import",
    "import_refusal",
    "visit",
    "visit_step",
    "visit_writer",
    "assignment",
    "refused_assignment",
    "enrolment_code",
    "device",
    "device_holder",
    "actor",
    "notebook",
    "change",
    "entry",
    "gone",
    "grants",
    "photo",
    "photo_piece",
    "photo_look",
    "printed_difference",
    "could_have_said",
    "kept_name",
    "sealed",
    "sealed_key",
    "sealed_reading",
    "report",
    "report_step",
    "report_signed",
    "report_version",
    "addressee",
    "answer_link",
    "answer_key",
    "answer_draft",
    "outbox",
    "finding",
    "evidence",
    "good_practice",
    "recommendation",
    "outcome",
    "outcome_evidence",
    "event",
    "audit",
    "feed",
];
/// What belongs to one place: who is signed in, nonces that were spent, and what is true of the store itself.
pub const LEFT_BEHIND: [&str; 5] = ["session", "spent", "answer_code", "about_store", "start"];

/// One value; one that is not there is left out of its row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cell {
    /// TEXT.
    Text(String),
    /// BIGINT.
    Number(i64),
    /// BYTEA, in base64.
    Bytes(String),
}

/// One row by the names of its columns. Sealed columns are open here: the next store seals them under its own key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// One of [`TABLES`].
    pub table: String,
    /// Its values.
    pub cells: BTreeMap<String, Cell>,
}

impl Row {
    /// Whose it is.
    #[must_use]
    pub fn org(&self) -> Option<&str> {
        match self.cells.get("org") {
            Some(Cell::Text(org)) => Some(org),
            _ => None,
        }
    }
}

/// How many rows a table has, and what they come to whatever their order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// How many.
    pub rows: usize,
    /// SHA-256 over the sorted SHA-256 of each row, hexadecimal.
    pub digest: String,
}

/// Tallies as rows go by.
#[derive(Debug, Default)]
pub struct Tallying(BTreeMap<String, Vec<[u8; 32]>>);

impl Tallying {
    /// Takes a row into account.
    ///
    /// # Errors
    /// None that a row of this store can bring about.
    pub fn see(&mut self, row: &Row) -> Result<()> {
        let digest = Sha256::digest(serde_json::to_vec(row)?);
        self.0.entry(row.table.clone()).or_default().push(digest.into());
        Ok(())
    }

    /// What all of it comes to, by table.
    #[must_use]
    pub fn over(self) -> BTreeMap<String, Tally> {
        let tally = |mut rows: Vec<[u8; 32]>| {
            rows.sort_unstable();
            Tally { rows: rows.len(), digest: hex::encode(Sha256::digest(rows.concat())) }
        };
        self.0.into_iter().map(|(table, rows)| (table, tally(rows))).collect()
    }
}

impl OrgStore {
    /// Hands on every row that is carried, one after the other, as they stand at one moment.
    ///
    /// # Errors
    /// What the database says, and what `take` does.
    pub async fn each_row(&self, mut take: impl FnMut(Row) -> Result<()> + Send) -> Result<()> {
        let moment = self.snapshot().await?;
        let held = moment.snapshot.as_ref().context("a moment that is held")?;
        let mut connection = held.lock().await;
        for table in TABLES {
            let text = format!("SELECT * FROM {table} WHERE org = $1");
            let mut rows = sqlx::query(AssertSqlSafe(text)).bind(self.id().to_owned()).fetch(&mut *connection);
            while let Some(row) = rows.try_next().await? {
                take(self.opened(table, &row)?)?;
            }
        }
        Ok(())
    }

    fn opened(&self, table: &str, row: &AnyRow) -> Result<Row> {
        let mut cells = BTreeMap::new();
        for column in row.columns() {
            let (at, name) = (column.ordinal(), column.name());
            let raw = row.try_get_raw(at)?;
            if raw.is_null() {
                continue;
            }
            let kind = raw.type_info().kind();
            let cell = match kind {
                AnyTypeInfoKind::Text => Cell::Text(row.try_get(at)?),
                AnyTypeInfoKind::SmallInt | AnyTypeInfoKind::Integer | AnyTypeInfoKind::BigInt => {
                    Cell::Number(row.try_get(at)?)
                }
                AnyTypeInfoKind::Blob => {
                    let bytes: Vec<u8> = row.try_get(at)?;
                    Cell::Bytes(STANDARD.encode(self.unsealed(table, name, bytes)?))
                }
                _ => bail!("{table}.{name} is {}, which no column of the record is", raw.type_info().name()),
            };
            cells.insert(name.to_owned(), cell);
        }
        Ok(Row { table: table.to_owned(), cells })
    }

    fn unsealed(&self, table: &str, column: &str, bytes: Vec<u8>) -> Result<Vec<u8>> {
        Ok(match (table, column) {
            ("org", "desk_private") => self.store().key().open(&desk_key(self.id()), &bytes)?.to_vec(),
            _ => bytes,
        })
    }

    /// Puts rows in as they are, all or none of them.
    ///
    /// # Errors
    /// A row of no table, of another organisation, or one that is there already.
    pub async fn put_rows(&self, rows: Vec<Row>) -> Result<()> {
        let mut ready = Vec::with_capacity(rows.len());
        for row in rows {
            ready.push(self.ready(row)?);
        }
        self.write(ready, |tx, ready| {
            Box::pin(async move {
                for (text, values) in ready {
                    let mut all = AnyArguments::default();
                    for value in values {
                        match value {
                            Value::Text(text) => bind(&mut all, text.clone()),
                            Value::Number(number) => bind(&mut all, *number),
                            Value::Bytes(bytes) => bind(&mut all, bytes.clone()),
                        }
                    }
                    tx.run(sqlx::query_with(AssertSqlSafe(text.clone()), all)).await?;
                }
                Ok(())
            })
        })
        .await
    }

    fn ready(&self, row: Row) -> Result<(String, Vec<Value>)> {
        let named = |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        if !TABLES.contains(&row.table.as_str()) || !row.cells.keys().all(|name| named(name)) {
            bail!("A row of “{}” belongs to no record.", row.table);
        }
        if row.org() != Some(self.id()) {
            bail!("A row of {} belongs to another organisation.", row.table);
        }
        let columns: Vec<&str> = row.cells.keys().map(String::as_str).collect();
        let places: Vec<String> = (1..=columns.len()).map(|n| format!("${n}")).collect();
        let text = format!("INSERT INTO {} ({}) VALUES ({})", row.table, columns.join(", "), places.join(", "));
        let mut values = Vec::with_capacity(columns.len());
        for (name, cell) in &row.cells {
            values.push(match cell {
                Cell::Text(text) => Value::Text(text.clone()),
                Cell::Number(number) => Value::Number(*number),
                Cell::Bytes(bytes) => {
                    let bytes = STANDARD.decode(bytes).with_context(|| format!("{}.{name}", row.table))?;
                    Value::Bytes(self.sealed_again(&row.table, name, bytes)?)
                }
            });
        }
        Ok((text, values))
    }

    fn sealed_again(&self, table: &str, column: &str, bytes: Vec<u8>) -> Result<Vec<u8>> {
        match (table, column) {
            ("org", "desk_private") => self.store().key().seal(&desk_key(self.id()), &bytes),
            _ => Ok(bytes),
        }
    }

    /// Begins another life of the record: tablets then compare what they have with what is here.
    ///
    /// # Errors
    /// What the database says.
    pub async fn live_again(&self, store_id: &str) -> Result<()> {
        self.write(store_id.to_owned(), |tx, store_id| {
            Box::pin(async move {
                tx.run(sql!("UPDATE org SET store_id = $2 WHERE org = $1", tx.org(), store_id.as_str())).await?;
                Ok(())
            })
        })
        .await
    }
}

enum Value {
    Text(String),
    Number(i64),
    Bytes(Vec<u8>),
}
