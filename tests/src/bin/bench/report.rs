//! A report of some fifty pages as PDF: the program's own, whole process, beside WeasyPrint on the program's own HTML of
//! the same report. Ours is tagged for PDF/UA and PDF/A as well.

use super::figure::{Measure, alone, beside, median, process};
use super::month::{example, read};
use anyhow::{Context, Result};
use journeys::play::play;
use journeys::server::{command, program};
use serde_json::Value;
use std::process::Command;

const TIMES: usize = 3;
/// So often each finding of the example stands in the long report.
const FOLD: usize = 15;

pub async fn run() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let scenario = read(folder.path(), &long()?)?;
    let (data, tablets, out) = (folder.path().join("data"), folder.path().join("tablets"), folder.path().join("out"));
    for each in [&data, &tablets, &out] {
        std::fs::create_dir_all(each)?;
    }
    let played = play(&scenario, &data, &tablets, &out).await?;
    let id = played.report.clone().context("the example has a report")?;
    let at = |name: &str| out.join(name).to_string_lossy().into_owned();
    let (html, pdf, theirs) = (at("report.html"), at("report.pdf"), at("weasyprint.pdf"));
    command(&data, &["report", &id, "--format", "html", "--out", &html]).await?;
    let enterview = program()?.to_string_lossy().into_owned();
    let data = data.to_string_lossy().into_owned();
    let (mut mine, mut peer) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        mine.push(process(&enterview, &["report", &id, "--format", "pdf", "--out", &pdf, "--data", &data])?);
        peer.push(process("weasyprint", &[&html, &theirs])?);
    }
    let name = format!("report_pdf_{}_pages", pages(&pdf)?);
    let of = Measure { name: &name, unit: "ms", n: TIMES };
    beside(of, median(&mine), &format!("WeasyPrint, {} pages", pages(&theirs)?), median(&peer));
    alone(Measure { name: "server_memory_after_a_month", unit: "KiB", n: 1 }, played.server.memory()? as f64);
    played.server.stop().await
}

/// The example month with each finding many times over, and no step taken yet.
fn long() -> Result<Value> {
    let mut month = example()?;
    let office = month.get_mut("office").and_then(Value::as_object_mut).context("the example has an office")?;
    let findings = office.get("findings").and_then(Value::as_array).cloned().unwrap_or_default();
    let many: Vec<Value> = (0..FOLD).flat_map(|_| findings.clone()).collect();
    office.insert("findings".into(), many.into());
    office.insert("steps".into(), Value::Array(Vec::new()));
    Ok(month)
}

fn pages(pdf: &str) -> Result<u32> {
    let said = Command::new("pdfinfo").arg(pdf).output().context("pdfinfo")?;
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    let line = said.lines().find_map(|l| l.strip_prefix("Pages:")).context("pdfinfo says no number of pages")?;
    Ok(line.trim().parse()?)
}
