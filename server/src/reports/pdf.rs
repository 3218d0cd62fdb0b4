//! The report as a PDF that is both PDF/UA-1 (for those who hear it) and PDF/A-2a (for those who keep it).
//! The words enter Typst only as the data file `report.json`; the look is `templates/report/report.typ`.

use anyhow::{Context as _, anyhow, bail};
use typst::comemo;
use typst::diag::SourceDiagnostic;
use typst::foundations::{Datetime, Smart};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use super::model::Photos;
use super::page::Page;

mod data;
mod world;

/// The page's PDF. The page is composed so that neither standard is broken; a failure is a fault of ours, with words for a log.
pub fn write(page: &Page, photos: &Photos, created: jiff::Timestamp) -> anyhow::Result<Vec<u8>> {
    let document = lay_out(page, photos)?;
    let standards =
        PdfStandards::new(&[PdfStandard::Ua_1, PdfStandard::A_2a]).map_err(|error| anyhow!("{}", error.message()))?;
    let options = PdfOptions {
        ident: Smart::Custom(format!("{} {} {created}", page.organisation, page.name)),
        creator: Smart::Custom(Some("Enterview".to_owned())),
        timestamp: Some(timestamp(created)?),
        standards,
        ..PdfOptions::default()
    };
    let pdf = typst_pdf::pdf(&document, &options).map_err(|errors| told(&errors));
    // Typst remembers every page that it ever laid out; the next report is another one.
    comemo::evict(2);
    pdf.context("the report could not be made a PDF that everybody can read")
}

/// The page's sheets of paper, before they are written as a file.
pub(super) fn lay_out(page: &Page, photos: &Photos) -> anyhow::Result<PagedDocument> {
    let world = world::World::new(data::data(page)?, data::files(page, photos)?)?;
    let laid = typst::compile::<PagedDocument>(&world);
    laid.output.map_err(|errors| told(&errors)).context("the report could not be laid out")
}

fn timestamp(created: jiff::Timestamp) -> anyhow::Result<Timestamp> {
    let at = created.to_zoned(jiff::tz::TimeZone::UTC).datetime();
    let part = |value: i8| u8::try_from(value).context("a part of a date is never negative");
    let moment = Datetime::from_ymd_hms(
        i32::from(at.year()),
        part(at.month())?,
        part(at.day())?,
        part(at.hour())?,
        part(at.minute())?,
        part(at.second())?,
    );
    let Some(moment) = moment else { bail!("the report's date {created} is none that a PDF can carry") };
    Ok(Timestamp::new_utc(moment))
}

fn told(errors: &[SourceDiagnostic]) -> anyhow::Error {
    let messages: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
    anyhow!("{}", messages.join("; "))
}
