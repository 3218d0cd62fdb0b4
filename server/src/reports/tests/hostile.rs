//! Words that would be markup, turn a page round, or have no letter form: they are printed as words, or left out.

use super::hazel_court::{self, quote};
use super::reading::{all_forms, docx_part, html_words, squeezed};
use crate::reports::*;

const NASTY: [&str; 12] = [
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "#let x = 1; #read(\"/etc/passwd\") $x^2$ *bold* _it_ `raw` @ref <label> = Heading // gone? /* gone */ \\ end",
    "]]></w:t></w:r></w:p> &amp; &lt; \" ' <!-- --> <?xml?>",
    "{{ page.name }} {% raw %} {# gone #} ${x} {n} {total} {date}",
    "before\u{202e}after\u{2066}\u{feff}\u{ad}",
    "nul\u{0}bell\u{7}escape\u{1b}nonchar\u{fffe}\u{ffff}tag\u{e0041}",
    "emoji 👩\u{200d}⚕\u{fe0f} 👍🏽 🇬🇧 and ไทย",
    "line one\nline two\r\nline three\u{2028}line four",
    "Αθήνα, Київ, Łódź, 中文名字, 한국어, தமிழ், हिन्दी, বাংলা, ગુજરાતી, ਪੰਜਾਬੀ",
    "name שרה כהן and فاطمة الزهراء in a sentence",
    "- not a list\n+ nor this\n1. nor this\n/ term: nor this",
    "https://example.org/a?b=1&c=2 mailto:somebody@example.org \"quotes\" -- --- ... ~",
];

/// Hostile words in every place that takes words, in letters that must come out.
pub fn report() -> Document {
    let mut report = hazel_court::report();
    let long = "w".repeat(300);
    let all = NASTY.join(" ");
    report.organisation = format!("Sutton <LINk> {}", NASTY[4]);
    report.title.place = format!("<b>Hazel</b> #Court {}", NASTY[9]);
    report.title.who = all.clone();
    report.stage = Some(all.clone());
    let mut blocks: Vec<Block> = NASTY.iter().map(|nasty| quote("1", nasty, nasty)).collect();
    blocks.extend(NASTY.iter().map(|nasty| Block::paragraph(*nasty)));
    blocks.push(quote("2", &long, &long));
    blocks.push(quote("3", "אני אוהבת את הגן. It is lovely.", "Residents and relatives"));
    blocks.push(quote("4", "الطعام جيد جدا", "Residents and relatives"));
    blocks.push(Block::ProviderWords(ProviderWords { label: long.clone(), words: all.clone() }));
    blocks.push(hazel_court::photo("corridor", &all, &all, Some(&long)));
    blocks.push(Block::Table(Table {
        caption: all.clone(),
        header: vec![all.clone(), long.clone()],
        rows: vec![vec![long.clone(), all.clone()]],
        note: Some(all.clone()),
    }));
    blocks.push(Block::Paragraph {
        runs: vec![Run::in_language("நன்றி", "ta\" onload=\"x"), Run::emphasis(all.clone())],
    });
    report.sections.insert(0, Section::new(all.clone(), blocks));
    for section in &mut report.sections {
        for block in &mut section.blocks {
            if let Block::Recommendations(asks) = block {
                asks.rows[0].text = format!("{all} {long}");
                asks.rows[0].to = all.clone();
                asks.rows[1].answer = Answer::Given {
                    choice: Choice::InPart,
                    words: format!("{long}\n{all}"),
                    by_when: Some(all.clone()),
                    on: all.clone(),
                };
            }
        }
    }
    report
}

#[test]
fn hostile_words_are_printed_as_words_in_every_form() {
    let photos = hazel_court::photos();
    for (form, words) in all_forms(&report(), &photos) {
        for expected in [
            "<script>alert(1)</script><imgsrc=xonerror=alert(1)>",
            "#letx=1;#read(\"/etc/passwd\")$x^2$*bold*_it_`raw`@ref<label>=Heading//gone?/*gone*/\\end",
            "]]></w:t></w:r></w:p>&amp;&lt;\"'<!----><?xml?>",
            "{{page.name}}{%raw%}{#gone#}${x}{n}{total}{date}",
            "beforeafter",
            "nulbellescapenonchartag",
            "lineonelinetwolinethreelinefour",
            "Αθήνα,Київ,Łódź,中文名字,한국어,தமிழ்,हिन्दी,বাংলা,ગુજરાતી,ਪੰਜਾਬੀ",
            "-notalist+northis1.northis/term:northis",
            &"w".repeat(300),
        ] {
            assert!(words.contains(&squeezed(expected)), "the {form} lacks “{expected}”");
        }
    }
}

#[test]
fn hostile_words_make_no_element_and_no_attribute() {
    let photos = hazel_court::photos();
    let html = html(&report(), &photos).unwrap();
    let page = scraper::Html::parse_document(&html);
    let count = |what: &str| page.select(&scraper::Selector::parse(what).unwrap()).count();
    assert_eq!(count("script, b:has(script), [onerror], [onload], label, img[src=x]"), 0);
    assert_eq!(count("img"), 4);
    for bad in ['\u{202e}', '\u{2066}', '\0', '\u{1b}', '\u{fffe}'] {
        assert!(!html.contains(bad), "{bad:?}");
    }
    assert!(html_words(&html).contains("👩\u{200d}⚕"), "the page shows what its reader's fonts can");
    let body = docx_part(&docx(&report(), &photos).unwrap(), "word/document.xml");
    assert!(!body.contains('\u{202e}') && !body.contains('\0'));
}

#[test]
fn names_from_the_right_are_told_to_word_as_such() {
    let body = docx_part(&docx(&report(), &hazel_court::photos()).unwrap(), "word/document.xml");
    assert!(
        body.contains("<w:rPr><w:rtl/></w:rPr><w:t xml:space=\"preserve\">שרה כהן</w:t>"),
        "a name within a sentence"
    );
    assert!(body.contains("<w:pStyle w:val=\"Quote\"/><w:bidi/>"), "a quote that begins at the right");
}

#[test]
fn a_character_without_a_letter_form_is_a_box_in_print_and_check_says_so() {
    let photos = hazel_court::photos();
    let printed = super::reading::pdf_words(&report(), &photos);
    assert!(printed.contains('□'));
    assert!(!printed.contains('👍'));
    let problems = check(&report(), &photos);
    assert!(
        problems.iter().any(|p| p.severity == Severity::Notice && p.what.contains("👍 (U+1F44D)")),
        "{problems:#?}"
    );
    assert!(problems.iter().any(|p| p.what.contains("nobody can see")));
}

mod any_words {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn whatever_is_written_the_page_and_the_word_file_stay_whole(words in any::<String>()) {
            let mut report = hazel_court::report();
            report.title.place = words.clone();
            report.sections = vec![Section::new(words.clone(), vec![quote("1", &words, &words)])];
            let photos = Photos::new();
            let html = html(&report, &photos).unwrap();
            let page = scraper::Html::parse_document(&html);
            let all = scraper::Selector::parse("body *").unwrap();
            prop_assert!((15..80).contains(&page.select(&all).count()));
            docx_part(&docx(&report, &photos).unwrap(), "word/document.xml");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn whatever_is_written_there_is_a_pdf(words in any::<String>()) {
            let mut report = hazel_court::report();
            report.title.place = words.clone();
            report.sections = vec![Section::new(words.clone(), vec![quote("1", &words, &words)])];
            pdf(&report, &Photos::new()).unwrap();
        }
    }
}
