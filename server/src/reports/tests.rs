//! Stories of the report on Hazel Court, told through all writers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod checking;
mod forms;
mod hazel_court;
mod hostile;
mod reading;

use super::*;

#[test]
#[ignore = "writes the files into the folder $REPORTS_OUT, for somebody to look at"]
fn priya_looks_at_the_report_in_every_form() {
    let out = std::path::PathBuf::from(std::env::var("REPORTS_OUT").expect("REPORTS_OUT names a folder"));
    let photos = hazel_court::photos();
    let sent = hazel_court::report();
    let mut published = hazel_court::answered(sent.clone());
    published.sections.push(Section::new("A visit cut short", vec![hazel_court::refusal()]));
    for (name, report) in [("sent", sent), ("published", published), ("hostile", hostile::report())] {
        std::fs::write(out.join(format!("{name}.html")), html(&report, &photos).unwrap()).unwrap();
        std::fs::write(out.join(format!("{name}.docx")), docx(&report, &photos).unwrap()).unwrap();
        std::fs::write(out.join(format!("{name}.pdf")), pdf(&report, &photos).unwrap()).unwrap();
    }
}
