//! Everything that a report is made of, read once: the visit, its place and team, what was noted, what the office made
//! of it, and the report's own steps.

use crate::office::notes::{self, IMPRESSION, Notes, standing};
use crate::office::visits::days;
use crate::reports::{Document, Quotable};
use crate::store::OrgStore;
use crate::store::findings::{Finding, Recommendation};
use crate::store::looks::PrintedDifference;
use crate::store::places::Place;
use crate::store::visits::{Member, Visit};
use crate::store::weighed::CouldHaveSaid;
use anyhow::{Context as _, Result};
use domain::entry::Entry;
use domain::notebook::ProjectedEntry;
use domain::report::{Report, Stage, Words};
use domain::scheme::Scheme;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// What the office typed into a report beside its findings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Typed {
    /// What was found, in at most five lines; the first page prints them.
    pub summary: String,
    /// How to reach the organisation.
    pub contact: String,
    /// What the provider says about a fact, and the findings beside which it is printed.
    pub beside: BTreeMap<String, Beside>,
}

/// Beside which finding something is printed. The same words may be said of several; records from before know one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Beside {
    /// One.
    One(String),
    /// Each of these.
    Each(BTreeSet<String>),
}

impl Beside {
    /// The findings' ids.
    pub fn findings(&self) -> impl Iterator<Item = &str> {
        let (one, each) = match self {
            Self::One(one) => (Some(one.as_str()), None),
            Self::Each(each) => (None, Some(each)),
        };
        one.into_iter().chain(each.into_iter().flatten().map(String::as_str))
    }
}

impl Typed {
    /// Sets words of the provider's beside one more finding.
    pub fn set_beside(&mut self, says: &str, finding: &str) {
        let there = self.beside.get(says).into_iter().flat_map(Beside::findings);
        let all: BTreeSet<String> = there.chain([finding]).map(str::to_owned).collect();
        let beside = if all.len() == 1 { Beside::One(finding.to_owned()) } else { Beside::Each(all) };
        self.beside.insert(says.to_owned(), beside);
    }
}

/// One entry with what it reads now.
#[derive(Clone, Debug)]
pub struct Noted {
    /// As projected.
    pub read: ProjectedEntry,
}

impl Noted {
    /// The entry, when it stands.
    #[must_use]
    pub fn standing(&self) -> Option<Entry> {
        standing(&self.read)
    }
}

/// Whose change it is when nobody typed into the report: a tablet sent something later, or the visit was changed here.
const CHANGED_SINCE: &str = "what came in since, or a change to the visit";

/// A visit with everything that its report is made of.
pub struct Gathered {
    /// The organisation's name.
    pub org_name: String,
    /// The body that supports it.
    pub host: String,
    /// The pack.
    pub pack: &'static Scheme,
    /// The day for which this is put together.
    pub today: Date,
    /// The visit.
    pub visit: Visit,
    /// Its days.
    pub days: Vec<Date>,
    /// Its place.
    pub place: Place,
    /// Who went.
    pub team: Vec<Member>,
    /// Names of people by id.
    pub names: BTreeMap<String, String>,
    /// Names of bodies by id.
    pub bodies: BTreeMap<String, String>,
    /// Its notebooks.
    pub books: Vec<Notes>,
    /// What was noted, by id.
    pub entries: BTreeMap<String, Noted>,
    /// Its findings.
    pub findings: Vec<Finding>,
    /// Entries that are shown as good practice.
    pub practice: Vec<String>,
    /// What is asked.
    pub asks: Vec<Recommendation>,
    /// The report, once begun.
    pub report: Option<Report>,
    /// Its title.
    pub title: String,
    /// What was signed and sent, once it is.
    pub kept: Option<Document>,
    /// What the office typed into it.
    pub typed: Typed,
    /// Hashes of photos that somebody who did not take them has looked at, among those that are printed.
    pub looked: BTreeSet<String>,
    /// What is printed though two people wrote it apart.
    pub printed: Vec<PrintedDifference>,
    /// How many could have said a quote, by entry, as somebody answered.
    pub could: BTreeMap<String, CouldHaveSaid>,
    /// Who did not agree to be named.
    pub kept_names: Vec<String>,
    /// Whether the words are those of before findings said how strong they are, and quotes had one name for all: what was
    /// checked or signed then does not fall because the program has learnt something.
    pub as_before: bool,
}

impl Gathered {
    /// Gathers what report `id` is made of. What came in since its last step may have changed its words: then the report
    /// here is as that leaves it, and a signature that no longer fits has fallen.
    ///
    /// # Errors
    /// The store's, or a report that is not there.
    pub async fn of_report(org: &OrgStore, id: &str, today: Date) -> Result<Self> {
        let row = super::row(org, id).await?;
        let mut gathered = Self::of_visit(org, &row.visit, today).await?;
        let report: Report = serde_json::from_str(&row.stage).context("a report's stage")?;
        gathered.title = row.title;
        gathered.typed = serde_json::from_str(&row.words).context("a report's words")?;
        gathered.report = Some(report.clone());
        if report.stage().is_out() {
            let kept = org.signed_document(id).await?;
            gathered.kept = kept.map(|json| gathered.kept(&json)).transpose()?;
        } else {
            if !matches!(report.stage(), Stage::Draft | Stage::ReadByTeam { .. }) {
                gathered.as_before = true;
                gathered.as_before = gathered.words()?.digest() == report.words().digest();
            }
            let team = gathered.team.iter().map(|member| member.name.clone()).collect();
            gathered.report = Some(report.team_is(team).words_changed(gathered.words()?, CHANGED_SINCE, today)?);
        }
        Ok(gathered)
    }

    /// Gathers what a visit's summary, or its future report, is made of.
    ///
    /// # Errors
    /// The store's, or a visit that is not there.
    pub async fn of_visit(org: &OrgStore, visit: &str, today: Date) -> Result<Self> {
        let this = org.this().await?;
        let visit = org.visit(visit).await?.context("There is no such visit here.")?;
        let place = org.place(&visit.place).await?.context("the visit's place")?;
        let books = notes::all(org, Some(&visit.id)).await?;
        let all = books.iter().flat_map(|b| &b.read.entries);
        let entries: BTreeMap<String, Noted> = all.map(|e| (e.id.to_string(), Noted { read: e.clone() })).collect();
        let (findings, practice) = (org.findings(&visit.id).await?, org.good_practice(&visit.id).await?);
        let used = findings.iter().flat_map(|f| &f.evidence).chain(&practice);
        let mut could = BTreeMap::new();
        for id in used.clone() {
            could.extend(org.could_have_said(id).await?.map(|said| (id.clone(), said)));
        }
        let looked = looked(org, &entries, used).await?;
        let kept_names = org.kept_names(&visit.id).await?.into_iter().map(|kept| kept.name).collect();
        let mut printed = Vec::new();
        for book in books.iter().filter(|book| !book.read.differences().is_empty()) {
            printed.extend(org.printed_differences(&book.notebook).await?);
        }
        Ok(Self {
            pack: Scheme::embedded(&this.scheme).context("the organisation's scheme pack")?,
            org_name: this.name,
            host: this.host,
            today,
            days: days(&visit),
            team: org.team(&visit.id).await?,
            names: notes::names(org).await?,
            bodies: org.bodies().await?.into_iter().map(|b| (b.id, b.name)).collect(),
            findings,
            practice,
            asks: org.recommendations(&visit.id).await?,
            report: None,
            title: String::new(),
            kept: None,
            typed: Typed::default(),
            looked,
            printed,
            could,
            kept_names,
            as_before: false,
            visit,
            place,
            books,
            entries,
        })
    }

    /// The settled overall impression, if there is one.
    #[must_use]
    pub fn impression(&self) -> Option<String> {
        self.books.iter().find_map(|b| notes::settled(&b.read, IMPRESSION)).map(str::to_owned)
    }

    /// What stands in the report just now, for the domain: a digest of every word that is printed before it is sent, and
    /// the recommendations. Answers, dates and steps are no words of ours and leave it as it is.
    ///
    /// # Errors
    /// The words cannot be written down, which is a fault of ours.
    pub fn words(&self) -> Result<Words> {
        let asks = self.asks.iter().map(|r| (self.bodies.get(&r.body).cloned().unwrap_or_default(), r.words.clone()));
        Ok(Words::new(&hex::encode(Sha256::digest(self.to_sign()?)), asks))
    }

    /// The words as they are signed, and kept once they are sent.
    ///
    /// # Errors
    /// As [`Gathered::words`].
    pub fn to_sign(&self) -> Result<String> {
        serde_json::to_string(&self.written()).context("writing down a report's words")
    }

    /// What was signed and sent. A quote in it stays whatever was corrected since; not one whose speaker took their yes
    /// back, or asked us to forget it.
    fn kept(&self, json: &str) -> Result<Document> {
        let mut document: Document = serde_json::from_str(json).context("the words of a report that was sent")?;
        let still = |entry: &str| match self.entries.get(entry).and_then(Noted::standing) {
            Some(Entry::View(view)) => view.quotable().is_some(),
            _ => false,
        };
        let proofs = document.quotes().into_iter().filter(|(entry, _)| still(entry));
        let proofs: Vec<Quotable> = proofs.map(|(e, words)| Quotable::from_quotable_view(e, words)).collect();
        document.prove(&proofs);
        Ok(document)
    }
}

/// Which of the photos among `used` somebody has looked at who took none of those bytes.
async fn looked<'u>(
    org: &OrgStore,
    entries: &BTreeMap<String, Noted>,
    used: impl Iterator<Item = &'u String>,
) -> Result<BTreeSet<String>> {
    let photo = |noted: &Noted| match noted.standing() {
        Some(Entry::Photo(photo)) => Some(photo.hash),
        _ => None,
    };
    let hashes: BTreeSet<String> = used.filter_map(|id| entries.get(id).and_then(photo)).collect();
    let mut looked = BTreeSet::new();
    for hash in hashes {
        let same = entries.values().filter(|noted| photo(noted).as_ref() == Some(&hash));
        let takers: BTreeSet<String> =
            same.flat_map(|noted| [noted.read.by, noted.read.writer()]).map(|who| who.to_string()).collect();
        if org.looks(&hash).await?.iter().any(|look| !takers.contains(&look.person)) {
            looked.insert(hash);
        }
    }
    Ok(looked)
}
