//! After the tablets have sent: what differs is kept as it stood, then settled; findings, recommendations, the steps.

use super::Played;
use crate::office::Reported;
use crate::scenario::Scenario;
use anyhow::{Context, Result};
use std::path::Path;

impl Played {
    pub(super) async fn at_the_desk(&mut self, scenario: &Scenario, out: &Path) -> Result<()> {
        for notebook in self.visits.clone() {
            let page = self.office.differences(&notebook.to_string()).await?;
            self.differed.push(differing(&page)?);
        }
        let (Some(desk), Some(n)) = (&scenario.office, scenario.reported_visit()) else { return Ok(()) };
        let visit = scenario.visits.get(n).context("the visit that is reported")?;
        let id = self.visits.get(n).context("the visit that was planned")?.to_string();
        let page = self.office.differences(&id).await?;
        std::fs::write(out.join("differences.html"), &page.html)?;
        for settled in &desk.resolve {
            self.office.settle(&id, settled).await?;
        }
        let entries = self.entries.get(n).cloned().unwrap_or_default();
        let reported = Reported { visit, id: &id, entries: &entries };
        for finding in &desk.findings {
            self.office.find(reported, finding).await.with_context(|| finding.text.clone())?;
        }
        self.office.praise(reported, &desk.good_practice).await?;
        for asked in &desk.recommendations {
            self.office.recommend(&id, &desk.findings, asked).await.with_context(|| asked.text.clone())?;
        }
        self.office.look_at_photos(&id).await?;
        let report = self.office.begin_report(&id, &desk.report).await?;
        self.office.weigh_quotes(&report).await?;
        for dated in &desk.steps {
            // No step can be entered before its day: so the office lets the days pass.
            if self.server.wait_for(dated.on)? {
                self.office.sign_in_anew();
            }
            self.office.step(&report, dated, scenario).await?;
        }
        self.report = Some(report);
        Ok(())
    }
}

/// How many fields the page shows with more than one value.
fn differing(page: &crate::browser::Page) -> Result<usize> {
    Ok(page.each("section[aria-labelledby^=d]")?.len())
}
