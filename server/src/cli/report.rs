//! `enterview report`: a report as a file, from the same document as the office's page.

use super::{OfOrg, by_operator, say};
use crate::collate;
use crate::office::reports::no_pdf;
use crate::reports;
use anyhow::Context as _;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// A report to be written to a file.
#[derive(Debug, Args)]
pub(super) struct Report {
    #[command(flatten)]
    org: OfOrg,
    /// The report's id, as its page in the office shows it
    id: String,
    /// What to write
    #[arg(long, value_enum)]
    format: Format,
    /// Where to
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Html,
    Pdf,
    Docx,
}

impl Report {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let org = self.org.open().await?;
        let today = jiff::Timestamp::now().to_zoned(collate::zone()).date();
        org.report(&self.id).await?.context("There is no such report here.")?;
        let gathered = collate::Gathered::of_report(&org, &self.id, today).await?;
        let document = gathered.document();
        let photos = collate::photos(&org, org.store().objects(), &document).await?;
        if matches!(self.format, Format::Pdf)
            && let Some(why) = no_pdf(&gathered, &document, &photos)
        {
            anyhow::bail!("{why}");
        }
        org.record(by_operator("take a report out", &self.id, crate::serve::wall_clock()())).await?;
        org.store().close().await;
        let format = self.format;
        let written = tokio::task::spawn_blocking(move || match format {
            Format::Html => reports::html(&document, &photos).map(String::into_bytes),
            Format::Pdf => reports::pdf(&document, &photos),
            Format::Docx => reports::docx(&document, &photos),
        });
        std::fs::write(&self.out, written.await??).with_context(|| format!("writing {}", self.out.display()))?;
        say(&self.out.display().to_string());
        Ok(())
    }
}
