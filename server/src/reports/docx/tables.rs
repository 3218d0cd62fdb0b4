//! The tables of the Word file, as Word's own: a head row that repeats, a caption for those who hear it, rows that stay together.

use crate::reports::Table;
use crate::reports::page::{PageAnswer, PageAsk, PageAsks, PageTold};

use super::xml::{bold, escape, paragraph, paragraph_with, plain, run};

/// The width between the margins in twentieths of a point: 166 mm.
const FULL: u32 = 9411;

/// Labels and words in rows.
pub fn facts(rows: &[(String, String)]) -> String {
    let label = 2154;
    let rows: String = rows
        .iter()
        .map(|(name, words)| {
            row(false, &[cell(label, &paragraph("Side", name)), cell(FULL.saturating_sub(label), words)])
        })
        .collect();
    after(&table(&[label, FULL.saturating_sub(label)], "", false, &rows))
}

/// Texts of one field side by side, each under its writer.
pub fn differences(field: &str, texts: &[PageTold]) -> String {
    let count = u32::try_from(texts.len().max(1)).unwrap_or(1);
    let width = FULL / count;
    let widths = vec![width; texts.len().max(1)];
    let heads: Vec<String> = texts
        .iter()
        .map(|t| cell(width, &paragraph("Small", &format!("{}{}", bold(&t.by), plain(&format!(", {}", t.at))))))
        .collect();
    let words: Vec<String> = texts.iter().map(|t| cell(width, &paragraph("Cell", &plain(&t.words)))).collect();
    after(&table(&widths, field, true, &format!("{}{}", row(true, &heads), row(false, &words))))
}

/// A table of counts.
pub fn counts(it: &Table) -> String {
    let others = u32::try_from(it.header.len().saturating_sub(1)).unwrap_or(0);
    let width = if others == 0 { 0 } else { (FULL / (others + 2)).min(2000) };
    let first = FULL.saturating_sub(width * others);
    let width_of = |at: usize| if at == 0 { first } else { width };
    let cells = |style: &str, words: &[String]| -> Vec<String> {
        words.iter().enumerate().map(|(at, w)| cell(width_of(at), &paragraph(style, &plain(w)))).collect()
    };
    let mut rows = row(true, &cells("Small", &it.header));
    for words in &it.rows {
        rows.push_str(&row(false, &cells("Cell", words)));
    }
    let widths: Vec<u32> = (0..it.header.len()).map(width_of).collect();
    let note = it.note.as_deref().map(|n| paragraph("Small", &plain(n))).unwrap_or_default();
    let title = paragraph("TableTitle", &plain(&it.caption));
    format!("{title}{}{}", table(&widths, &it.caption, true, &rows), if note.is_empty() { gap() } else { note })
}

/// What we ask, and what was answered.
pub fn asks(it: &PageAsks) -> String {
    let widths = [567, 4195, FULL - 567 - 4195];
    let [number, asked, answer] = widths;
    let head = |width, words: &str| cell(width, &paragraph("Small", &plain(words)));
    let mut rows = row(true, &[head(number, "№"), head(asked, &it.heads.1), head(answer, &it.heads.2)]);
    for ask in &it.rows {
        let figure = run(&ask.number.to_string(), "<w:b/><w:bCs/><w:color w:val=\"0A545B\"/>", None);
        let cells = [
            cell(number, &paragraph("Cell", &figure)),
            cell(asked, &request(ask)),
            cell(answer, &answered(&ask.answer)),
        ];
        rows.push_str(&row(false, &cells));
    }
    let mut out = table(&widths, &it.caption, true, &rows);
    if let Some(sign) = &it.sign {
        let line = |label: &str| {
            let tabs = "<w:tabs><w:tab w:val=\"right\" w:leader=\"underscore\" w:pos=\"9411\"/></w:tabs><w:spacing w:before=\"360\"/>";
            paragraph_with("Small", tabs, &format!("{}<w:r><w:tab/></w:r>", plain(&format!("{} ", label))))
        };
        out.push_str(&line(&sign.name));
        out.push_str(&line(&sign.date));
        out.push_str(&sign.how.as_deref().map(|how| paragraph("Normal", &plain(how))).unwrap_or_default());
    }
    after(&out)
}

fn request(ask: &PageAsk) -> String {
    let due = ask.due.as_deref().map(|due| paragraph("Small", &plain(due))).unwrap_or_default();
    format!("{}{}{due}", paragraph("Cell", &plain(&ask.text)), paragraph("Cell", &bold(&ask.to)))
}

fn answered(answer: &PageAnswer) -> String {
    match answer {
        PageAnswer::Awaited { boxes, by_when } => {
            let ticks = format!("{}{}{}", tick(&boxes.0), tick(&boxes.1), tick(&boxes.2));
            let empty = paragraph("Cell", "");
            format!("{}{empty}{empty}{}", paragraph("Cell", &ticks), paragraph("Small", &plain(by_when)))
        }
        PageAnswer::Said { choice, words, notes } => {
            let words = words.as_deref().map(|w| paragraph("Cell", &plain(w))).unwrap_or_default();
            let notes: String = notes.iter().map(|n| paragraph("Small", &plain(n))).collect();
            format!("{}{words}{notes}", paragraph("Cell", &bold(choice)))
        }
    }
}

/// A box that can be ticked in Word, and its label.
fn tick(label: &str) -> String {
    let sign = "<w:r><w:rPr><w:rFonts w:ascii=\"MS Gothic\" w:hAnsi=\"MS Gothic\" w:eastAsia=\"MS Gothic\"/></w:rPr><w:t>☐</w:t></w:r>";
    format!(
        "<w:sdt><w:sdtPr><w:alias w:val=\"{}\"/><w14:checkbox><w14:checked w14:val=\"0\"/>\
         <w14:checkedState w14:val=\"2612\" w14:font=\"MS Gothic\"/><w14:uncheckedState w14:val=\"2610\" w14:font=\"MS Gothic\"/>\
         </w14:checkbox></w:sdtPr><w:sdtContent>{sign}</w:sdtContent></w:sdt>{}",
        escape(label),
        plain(&format!(" {label}    "))
    )
}

fn table(widths: &[u32], caption: &str, has_head: bool, rows: &str) -> String {
    let grid: String = widths.iter().map(|w| format!("<w:gridCol w:w=\"{w}\"/>")).collect();
    let border = |side: &str, size: u8, colour: &str| {
        format!("<w:{side} w:val=\"single\" w:sz=\"{size}\" w:space=\"0\" w:color=\"{colour}\"/>")
    };
    let edge = if has_head { (8, "17212B") } else { (4, "B9B3A4") };
    let borders = format!(
        "{}{}{}",
        border("top", edge.0, edge.1),
        border("bottom", edge.0, edge.1),
        border("insideH", 4, "B9B3A4")
    );
    let caption =
        if caption.is_empty() { String::new() } else { format!("<w:tblCaption w:val=\"{}\"/>", escape(caption)) };
    let head = u8::from(has_head);
    format!(
        "<w:tbl><w:tblPr><w:tblW w:w=\"{FULL}\" w:type=\"dxa\"/><w:tblBorders>{borders}</w:tblBorders>\
         <w:tblLayout w:type=\"fixed\"/><w:tblLook w:val=\"04A0\" w:firstRow=\"{head}\" w:lastRow=\"0\" w:firstColumn=\"1\" w:lastColumn=\"0\" w:noHBand=\"1\" w:noVBand=\"1\"/>\
         {caption}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"
    )
}

fn row(head: bool, cells: &[String]) -> String {
    let head = if head { "<w:tblHeader/>" } else { "" };
    format!("<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>{}</w:tr>", cells.concat())
}

fn cell(width: u32, paragraphs: &str) -> String {
    // Word wants a paragraph in every cell.
    let inside = if paragraphs.is_empty() { paragraph("Cell", "") } else { paragraphs.to_owned() };
    format!(
        "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/><w:tcMar><w:top w:w=\"100\" w:type=\"dxa\"/>\
         <w:bottom w:w=\"80\" w:type=\"dxa\"/></w:tcMar></w:tcPr>{inside}</w:tc>"
    )
}

/// Two tables without a paragraph between would become one.
fn after(tables: &str) -> String {
    format!("{tables}{}", gap())
}

fn gap() -> String {
    paragraph_with("Small", "<w:spacing w:before=\"0\" w:after=\"0\"/>", "")
}
