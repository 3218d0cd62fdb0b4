//! The officer's part once the tablets have sent: settle, find, recommend, and walk the report's steps.

use super::{Entries, Office, id_of, taken};
use crate::browser::{Form, Page};
use crate::scenario::{Dated, Finding, Recommendation, Scenario, Settled, Step, Visit, Will, Written};
use anyhow::{Context, Result, bail};
use domain::entry::Consent;

/// A visit as the office knows it, with where each line of the file went.
#[derive(Clone, Copy, Debug)]
pub struct Reported<'a> {
    /// The visit of the file.
    pub visit: &'a Visit,
    /// Its id at the office.
    pub id: &'a str,
    /// Each line's entry.
    pub entries: &'a Entries,
}

impl Reported<'_> {
    /// The entries of that minute that may be evidence; what was said in confidence is none.
    fn evidence(&self, written: &[Written]) -> Vec<String> {
        use crate::scenario::What;
        let may = |what: &What| match what {
            What::Observation(_) | What::Photo(_) | What::Refusal(_) => true,
            What::View(view, _) => matches!(view.consent, Consent::Quote | Consent::NotMyWords),
            _ => false,
        };
        let named = |line: &&crate::scenario::Recorded| written.iter().any(|w| line.is(*w)) && may(&line.what);
        let lines = self.visit.entries.iter().filter(named);
        lines.filter_map(|line| self.entries.get(&line.line)).map(ToString::to_string).collect()
    }
}

fn tick(mut form: Form, written: &[Written], reported: Reported<'_>) -> Result<Form> {
    let ids = reported.evidence(written);
    if ids.is_empty() {
        let named: Vec<String> = written.iter().map(ToString::to_string).collect();
        bail!("nothing that was recorded at {} may be evidence", named.join(", "));
    }
    for id in ids {
        form = form.choose("evidence", &id)?;
    }
    Ok(form)
}

/// Chooses the theme; one that the office does not offer is the theme of nothing it has, and the first stands for it.
fn themed(form: Form, theme: &str) -> Result<Form> {
    if let Ok(chosen) = form.clone().choose("theme", theme) {
        return Ok(chosen);
    }
    if form.has("theme_words") {
        return form.fill("theme_words", theme);
    }
    let first = form.choices("theme").into_iter().map(|(value, _)| value).find(|value| !value.is_empty());
    form.choose("theme", &first.context("the office offers no theme at all")?)
}

impl Office {
    /// The page on which everything that differs stands side by side.
    ///
    /// # Errors
    /// No answer.
    pub async fn differences(&mut self, visit: &str) -> Result<Page> {
        self.officer().await?.open(&format!("/office/visits/{visit}/differences")).await
    }

    /// Somebody of the team settles a difference with words of their own.
    ///
    /// # Errors
    /// What the page says.
    pub async fn settle(&mut self, visit: &str, settled: &Settled) -> Result<()> {
        let browser = self.as_person(&settled.by).await?;
        let here = format!("/office/visits/{visit}/differences");
        let page = browser.open(&here).await?;
        let of_field =
            |form: &Form| ["spot", "field"].iter().any(|n| form.value(n).is_some_and(|v| v.contains(&settled.field)));
        let form = page.forms("/differences")?.into_iter().find(|f| of_field(f) && f.has("words"));
        let form =
            form.with_context(|| format!("{here} has nothing to settle about {}: {}", settled.field, page.told()))?;
        let mut form = form.fill("words", &settled.words)?;
        for (name, value) in [("do", "join"), ("choose", "words")] {
            if form.has(name) && !form.choices(name).is_empty() {
                form = form.choose(name, value)?;
            }
        }
        taken("the settled words", &here, browser.send(form).await?)?;
        Ok(())
    }

    /// Writes a finding with its evidence.
    ///
    /// # Errors
    /// What the page says.
    pub async fn find(&mut self, reported: Reported<'_>, finding: &Finding) -> Result<()> {
        let browser = self.officer().await?;
        let here = format!("/office/visits/{}/findings", reported.id);
        let form = themed(browser.open(&here).await?.form(&here)?, &finding.theme)?.fill("words", &finding.text)?;
        let form = tick(form, &finding.evidence, reported)?;
        taken("a finding", &here, browser.send(form).await?)?;
        Ok(())
    }

    /// Says which entries show good practice.
    ///
    /// # Errors
    /// What the page says.
    pub async fn praise(&mut self, reported: Reported<'_>, written: &[Written]) -> Result<()> {
        if written.is_empty() {
            return Ok(());
        }
        let browser = self.officer().await?;
        let here = format!("/office/visits/{}/good-practice", reported.id);
        let form = tick(browser.open(&here).await?.form(&here)?, written, reported)?;
        taken("good practice", &here, browser.send(form).await?)?;
        Ok(())
    }

    /// Asks something of somebody.
    ///
    /// # Errors
    /// What the page says.
    pub async fn recommend(&mut self, visit: &str, findings: &[Finding], asked: &Recommendation) -> Result<()> {
        let browser = self.officer().await?;
        let here = format!("/office/visits/{visit}/recommendations");
        let mut form = browser.open(&here).await?.form(&here)?.choose("body", &asked.to)?.fill("words", &asked.text)?;
        let offered = form.choices("finding");
        for theme in &asked.from {
            // Findings stand in the order in which they were written.
            let nth = findings.iter().position(|f| f.theme == *theme);
            if let Some((value, _)) = nth.and_then(|n| offered.get(n)) {
                form = form.choose("finding", value)?;
            }
        }
        if asked.from.is_empty()
            && let Some((value, _)) = offered.first()
        {
            form = form.choose("finding", value)?;
        }
        taken("a recommendation", &here, browser.send(form).await?)?;
        Ok(())
    }

    /// Somebody who did not take them looks at every photo of a visit: the officer, or the administrator at hers.
    ///
    /// # Errors
    /// What the page says.
    pub async fn look_at_photos(&mut self, visit: &str) -> Result<()> {
        let here = format!("/office/visits/{visit}/photos");
        for browser in [self.officer().await?, self.administrator().await?] {
            let page = browser.open(&here).await?;
            for form in page.forms("/photos/look")?.into_iter().filter(|form| !form.has("do")) {
                taken("a look at a photo", &here, browser.send(form).await?)?;
            }
        }
        Ok(())
    }

    /// Begins the report of a visit and returns its id.
    ///
    /// # Errors
    /// What the page says.
    pub async fn begin_report(&mut self, visit: &str, title: &str) -> Result<String> {
        let browser = self.officer().await?;
        let form = browser.open(&format!("/office/visits/{visit}")).await?.form("/report")?;
        let form = form.fill_if("title", Some(title))?;
        let page = taken("the report", &format!("/office/visits/{visit}/report"), browser.send(form).await?)?;
        Ok(page.id().to_owned())
    }

    /// Somebody says of each quote that is asked about how many in that building could have said it: more than a few, since
    /// the file has them printed.
    ///
    /// # Errors
    /// What the page says.
    pub async fn weigh_quotes(&mut self, report: &str) -> Result<()> {
        let browser = self.officer().await?;
        let here = format!("/office/reports/{report}");
        let forms = browser.open(&here).await?.forms("/could")?;
        for form in forms.into_iter().filter(|form| form.value("people").is_none_or(str::is_empty)) {
            taken("how many could have said a quote", &here, browser.send(form.fill("people", "12")?).await?)?;
        }
        Ok(())
    }

    /// Walks one step of the report.
    ///
    /// # Errors
    /// What the page says.
    pub async fn step(&mut self, report: &str, dated: &Dated, scenario: &Scenario) -> Result<()> {
        let on = dated.on.to_string();
        match &dated.step {
            Step::ReadByTeam { answers } => {
                let browser = self.officer().await?;
                let mut form = self.deed(&browser, report, "read", &on).await?;
                for answer in answers {
                    let id = id_of(&self.people, &answer.by)?;
                    if answer.says == "agreed" {
                        form = form.choose(&format!("answer_{id}"), "agreed")?;
                    } else {
                        form = form.choose(&format!("answer_{id}"), "not what I meant")?;
                        form = form.fill(&format!("says_{id}"), &answer.says)?;
                    }
                }
                self.done(&browser, report, "read", form).await
            }
            Step::Checked { by } => {
                let browser = self.as_person(by).await?;
                let form = self.deed(&browser, report, "checked", &on).await?;
                self.done(&browser, report, "checked", form).await
            }
            Step::SentForFacts { until } => {
                let browser = self.officer().await?;
                let form = self.deed(&browser, report, "facts", &on).await?.fill("until", until.to_string())?;
                self.done(&browser, report, "facts", form).await
            }
            Step::FactAnswered { by, says, outcome } => {
                let browser = self.officer().await?;
                let form = self.deed(&browser, report, "fact", &on).await?;
                let form = form.fill("by", by)?.fill("says", says)?.fill("outcome", outcome)?;
                let form = if outcome.is_empty() { form } else { form.choose("decided", decided(outcome))? };
                let form = beside(form, scenario, says)?;
                self.done(&browser, report, "fact", form).await
            }
            Step::SignedOff { by, under } => {
                let browser = self.as_person(by).await?;
                let signer = id_of(&self.people, by)?.to_owned();
                let form = self.deed(&browser, report, "sign-off", &on).await?.choose("by", &signer)?;
                let form = form.fill("under", under)?.choose("declares", "yes")?;
                self.done(&browser, report, "sign-off", form).await
            }
            Step::Sent { to } => {
                let browser = self.officer().await?;
                let mut form = self.deed(&browser, report, "sent", &on).await?.clear("to");
                for body in to {
                    form = form.choose("to", body)?;
                }
                self.done(&browser, report, "sent", form).await
            }
            Step::Reply { by, answers } => {
                let browser = self.officer().await?;
                let mut form = self.deed_of(&browser, report, "reply", by).await?.fill("on", &on)?;
                for answer in answers {
                    let will = match answer.will {
                        Will::Yes => "yes",
                        Will::InPart => "in part",
                        Will::No => "no",
                    };
                    form = form
                        .choose(&format!("will_{}", answer.n), will)?
                        .fill(&format!("what_{}", answer.n), &answer.what)?;
                    form = form.fill_if(&format!("by_{}", answer.n), answer.by.map(|d| d.to_string()))?;
                }
                self.done(&browser, report, "reply", form).await
            }
            Step::NoReply { by } => {
                let browser = self.officer().await?;
                let form = self.deed_of(&browser, report, "no-reply", by).await?.fill("on", &on)?;
                self.done(&browser, report, "no-reply", form).await
            }
            Step::Published { .. } => {
                let browser = self.officer().await?;
                let form = self.deed(&browser, report, "published", &on).await?;
                self.done(&browser, report, "published", form).await
            }
        }
        .with_context(|| format!("{}: step of {on}", scenario.file.display()))
    }

    async fn deed(&self, browser: &crate::browser::Browser, report: &str, deed: &str, on: &str) -> Result<Form> {
        let page = browser.open(&format!("/office/reports/{report}")).await?;
        page.form(&format!("/{deed}"))?.fill_if("on", Some(on))
    }

    /// The form of a step that each recipient has of their own.
    async fn deed_of(&self, browser: &crate::browser::Browser, report: &str, deed: &str, by: &str) -> Result<Form> {
        let page = browser.open(&format!("/office/reports/{report}")).await?;
        let form = page.forms(&format!("/{deed}"))?.into_iter().find(|f| f.value("by") == Some(by));
        form.with_context(|| format!("the report does not wait for {by}: {}", page.told()))
    }

    async fn done(&self, browser: &crate::browser::Browser, report: &str, deed: &str, form: Form) -> Result<()> {
        taken(&format!("the step “{deed}”"), &format!("/office/reports/{report}/{deed}"), browser.send(form).await?)?;
        Ok(())
    }
}

/// Which of the two an outcome in the file's own words is: *not changed: …*, *kept*, or a change.
fn decided(outcome: &str) -> &'static str {
    let first = outcome.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default().to_lowercase();
    if matches!(first.as_str(), "not" | "no" | "kept" | "unchanged" | "refused") { "not accepted" } else { "accepted" }
}

/// Sets what a provider says about a fact beside the finding whose evidence speaks of the same time of day.
fn beside(form: Form, scenario: &Scenario, says: &str) -> Result<Form> {
    let times: Vec<&str> =
        says.split_whitespace().map(|w| w.trim_matches(['.', ',', ';'])).filter(|w| is_time(w)).collect();
    let visit = scenario.reported_visit().and_then(|n| scenario.visits.get(n));
    let (Some(visit), Some(desk)) = (visit, &scenario.office) else { return Ok(form) };
    let speaks = |finding: &Finding| {
        let evidence = visit.entries.iter().filter(|line| finding.evidence.iter().any(|w| line.is(*w)));
        evidence.map(|line| line.what.words()).any(|words| times.iter().any(|time| words.contains(time)))
    };
    let nth = desk.findings.iter().position(speaks);
    let value = nth.and_then(|n| form.choices("finding").get(n + 1).map(|(value, _)| value.clone()));
    match value {
        Some(value) => form.choose("finding", &value),
        None => Ok(form),
    }
}

fn is_time(word: &str) -> bool {
    word.split_once(':')
        .is_some_and(|(h, m)| h.parse::<u8>().is_ok_and(|h| h < 24) && m.parse::<u8>().is_ok_and(|m| m < 60))
}
