//! What somebody types on a recipient's page: kept by field until it is sent, and what is wrong with it.

use crate::auth::holder::Holder;
use crate::office::form::{Form, Problems, mark};
use crate::store::links::Draft;
use std::collections::BTreeMap;

/// The longest text of a field, in characters: two pages. Longer ones belong into a letter.
pub const LONGEST: usize = 6_000;

/// What is wrong with a form of theirs.
pub type Wrong = Problems;

/// Fields by name, as they were typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed(pub BTreeMap<String, String>);

impl Typed {
    /// What is kept for a link.
    ///
    /// # Errors
    /// The store's.
    pub async fn of(holder: &Holder) -> anyhow::Result<(Self, Option<i64>)> {
        let Some(draft) = holder.org.draft(&holder.link.id).await? else { return Ok((Self::default(), None)) };
        Ok((Self(serde_json::from_str(&draft.typed)?), Some(draft.kept_at)))
    }

    /// Takes the fields of a form that belong to this page; others are nobody's.
    #[must_use]
    pub fn with(mut self, form: &Form, fields: &[String]) -> Self {
        for field in fields {
            match form.some(field) {
                Some(text) => self.0.insert(field.clone(), text),
                None => self.0.remove(field),
            };
        }
        self
    }

    /// Takes what a form has of these fields, and leaves what it does not have: it may be another form of the page.
    #[must_use]
    pub fn and(mut self, form: &Form, fields: &[String]) -> Self {
        let there = fields.iter().filter_map(|field| Some((field.clone(), form.some(field)?)));
        self.0.extend(there);
        self
    }

    /// Keeps it.
    ///
    /// # Errors
    /// The store's.
    pub async fn keep(&self, holder: &Holder, what: &str) -> anyhow::Result<()> {
        let draft = Draft { typed: serde_json::to_string(&self.0)?, kept_at: holder.now };
        holder.does(what, &holder.link.id).keep_draft(&holder.link.id, draft).await
    }

    /// A field; empty where nothing was typed.
    #[must_use]
    pub fn text(&self, field: &str) -> &str {
        self.0.get(field).map(String::as_str).unwrap_or_default()
    }

    /// Whether anything is typed beside who they are.
    #[must_use]
    pub fn has_answers(&self) -> bool {
        self.0.keys().any(|field| field != "name" && field != "role")
    }

    /// A mark of the answers as they are kept, for the form that sends them.
    #[must_use]
    pub fn mark(&self) -> String {
        let answers: Vec<_> = self.0.iter().filter(|(field, _)| *field != "name" && *field != "role").collect();
        mark(&answers)
    }

    /// The fields as a form's values.
    #[must_use]
    pub fn values(&self) -> serde_json::Value {
        let one = |(field, text): (&String, &String)| (field.clone(), serde_json::json!([text]));
        serde_json::Value::Object(self.0.iter().map(one).collect())
    }

    /// As the form that it came from.
    #[must_use]
    pub fn form(&self) -> Form {
        Form::new(self.0.clone().into_iter().collect(), BTreeMap::new())
    }

    /// Says which fields are too long.
    pub fn not_too_long(&self, wrong: &mut Wrong) {
        for (field, text) in &self.0 {
            let long = text.chars().count();
            if long > LONGEST {
                wrong.add(field.clone(), format!("This has {long} letters; {LONGEST} fit. Say the rest in a letter."));
            }
        }
    }
}
