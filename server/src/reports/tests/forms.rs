//! The three forms say the same, and each is what its readers need.

use super::hazel_court::{self, GLASSES, POSTS, TEA};
use super::reading::{W, all_forms, composed_words, docx_part, squeezed};
use crate::reports::*;

#[test]
fn every_quote_stands_in_every_form_word_for_word() {
    for (form, words) in all_forms(&hazel_court::report(), &hazel_court::photos()) {
        for quote in [TEA, POSTS, GLASSES] {
            assert!(words.contains(&squeezed(quote)), "the {form} lacks “{quote}”");
        }
    }
}

#[test]
fn nothing_that_the_page_holds_is_lost_in_any_form() {
    let photos = hazel_court::photos();
    let mut published = hazel_court::answered(hazel_court::report());
    published.stage = Some("Draft, for the team to read".to_owned());
    published.sections.push(Section::new("A visit cut short", vec![hazel_court::refusal()]));
    for report in [hazel_court::report(), published] {
        let wanted = composed_words(&report, &photos);
        for (form, words) in all_forms(&report, &photos) {
            for said in &wanted {
                // A side note of several lines is joined with a mark of punctuation in the Word file.
                assert!(words.contains(&squeezed(said)), "the {form} lacks “{said}”");
            }
        }
    }
}

#[test]
fn the_manager_reads_who_did_not_answer_and_by_when() {
    let report = hazel_court::answered(hazel_court::report());
    for (form, words) in all_forms(&report, &hazel_court::photos()) {
        assert!(words.contains("NoanswerbyWednesday30December2026"), "{form}");
        assert!(!words.contains("Nameandoffice"), "the {form} asks for what has been answered");
    }
}

#[test]
fn a_listener_can_go_from_heading_to_heading_on_the_page() {
    let html = html(&hazel_court::report(), &hazel_court::photos()).unwrap();
    let page = scraper::Html::parse_document(&html);
    let select = |what: &str| scraper::Selector::parse(what).unwrap();
    let levels: Vec<u8> =
        page.select(&select("h1,h2,h3,h4,h5,h6")).map(|h| h.value().name().as_bytes()[1] - b'0').collect();
    assert_eq!(levels.first(), Some(&1));
    assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1);
    assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{levels:?}");
    assert_eq!(page.select(&select("html[lang=en-GB]")).count(), 1);
    assert_eq!(page.select(&select("img")).count(), 3);
    assert_eq!(page.select(&select("figure img[alt]:not([alt=''])")).count(), 3);
    assert_eq!(page.select(&select("table")).count(), page.select(&select("table > caption")).count());
    assert!(page.select(&select("thead th")).all(|th| th.value().attr("scope") == Some("col")));
    assert!(page.select(&select("tbody th")).all(|th| th.value().attr("scope") == Some("row")));
    assert_eq!(page.select(&select("script,link,iframe,[onclick],[style]")).count(), 0);
}

#[test]
fn the_word_file_has_headings_alternative_texts_and_head_rows() {
    let docx = docx(&hazel_court::report(), &hazel_court::photos()).unwrap();
    let body = docx_part(&docx, "word/document.xml");
    let body = roxmltree::Document::parse(&body).unwrap();
    let named = |name: &'static str| body.descendants().filter(move |n| n.tag_name().name() == name);
    let style = |wanted: &str| named("pStyle").filter(|n| n.attribute((W, "val")) == Some(wanted)).count();
    assert_eq!((style("Heading1"), style("Heading2"), style("Heading3")), (1, 10, 0));
    let described = named("docPr").filter_map(|n| n.attribute("descr")).filter(|d| d.len() > 40).count();
    assert_eq!(described, 3);
    assert_eq!(named("tblHeader").count(), 3);
    assert_eq!(named("checkbox").count(), 12);
    let styles = docx_part(&docx, "word/styles.xml");
    for name in ["heading 1", "heading 2", "heading 3"] {
        assert!(styles.contains(&format!("<w:name w:val=\"{name}\"/>")), "Word knows its headings by name");
    }
    assert!(docx_part(&docx, "docProps/core.xml").contains("<dc:title>Hazel Court: Enter and view report</dc:title>"));
    for part in [
        "[Content_Types].xml",
        "_rels/.rels",
        "word/_rels/document.xml.rels",
        "word/settings.xml",
        "word/numbering.xml",
    ] {
        docx_part(&docx, part);
    }
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    let (report, photos) = (hazel_court::report(), hazel_court::photos());
    assert_eq!(docx(&report, &photos).unwrap(), docx(&report, &photos).unwrap());
    let first = pdf(&report, &photos).unwrap();
    let mut later = report.clone();
    later.created = "2026-12-02T09:30:00Z".parse().unwrap();
    assert_eq!(first, pdf(&report, &photos).unwrap());
    assert_ne!(first, pdf(&later, &photos).unwrap(), "the date that was handed in is in the file");
}

#[test]
fn photos_go_in_as_the_tablet_encoded_them() {
    let (report, photos) = (hazel_court::report(), hazel_court::photos());
    let jpeg = &photos["corridor"];
    let holds = |file: &[u8]| file.windows(jpeg.len()).any(|window| window == jpeg.as_slice());
    assert!(holds(&docx(&report, &photos).unwrap()), "the Word file");
    assert!(holds(&pdf(&report, &photos).unwrap()), "the PDF");
}

/// Needs a Java compiler: `script/test` installs one and runs this by name.
#[test]
#[ignore = "needs a Java compiler; script/test installs one and runs this by name"]
fn the_pdf_passes_both_standards() {
    let check = concat!(env!("CARGO_MANIFEST_DIR"), "/../script/pdf-check/check");
    let folder = tempfile::tempdir().unwrap();
    let photos = hazel_court::photos();
    for (name, report) in [("sent", hazel_court::report()), ("hostile", super::hostile::report())] {
        let file = folder.path().join(name);
        std::fs::write(&file, pdf(&report, &photos).unwrap()).unwrap();
        let said = std::process::Command::new(check).arg(&file).output().unwrap();
        assert!(
            said.status.success(),
            "{name}: {}{}",
            String::from_utf8_lossy(&said.stdout),
            String::from_utf8_lossy(&said.stderr)
        );
    }
}
