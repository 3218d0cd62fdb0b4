//! The parts around the body: what the file consists of, its properties, styles, footer.

use crate::reports::page::Page;

use super::body::Body;
use super::xml::{escape, paragraph, plain};

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const MAIN: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";

/// Every part that is XML, by its name in the zip; the list of types stands first, as Word expects.
pub fn all(page: &Page, body: &Body, created: jiff::Timestamp) -> Vec<(&'static str, String)> {
    let styles = include_str!("../../../templates/report/docx/styles.xml").replace("{language}", &page.language);
    let settings = include_str!("../../../templates/report/docx/settings.xml").replace("{language}", &page.language);
    let numbering = include_str!("../../../templates/report/docx/numbering.xml").replace("{numbered}", &numbered(body));
    vec![
        ("[Content_Types].xml", content_types()),
        ("_rels/.rels", package_relations()),
        ("docProps/core.xml", core(page, created)),
        ("word/document.xml", document(body)),
        ("word/_rels/document.xml.rels", document_relations(body)),
        ("word/styles.xml", styles),
        ("word/settings.xml", settings),
        ("word/numbering.xml", numbering),
        ("word/fontTable.xml", include_str!("../../../templates/report/docx/fontTable.xml").to_owned()),
        ("word/footer1.xml", footer(page)),
    ]
}

/// Each numbered list is a numbering of its own, so that it begins at one.
fn numbered(body: &Body) -> String {
    (0..body.numbered_lists)
        .map(|at| {
            format!(
                "<w:num w:numId=\"{}\"><w:abstractNumId w:val=\"1\"/><w:lvlOverride w:ilvl=\"0\"><w:startOverride w:val=\"1\"/></w:lvlOverride></w:num>\n",
                at + 2
            )
        })
        .collect()
}

fn content_types() -> String {
    let word = "application/vnd.openxmlformats-officedocument.wordprocessingml";
    let parts = [
        ("/word/document.xml", "document.main"),
        ("/word/styles.xml", "styles"),
        ("/word/settings.xml", "settings"),
        ("/word/numbering.xml", "numbering"),
        ("/word/fontTable.xml", "fontTable"),
        ("/word/footer1.xml", "footer"),
    ];
    let overrides: String = parts
        .iter()
        .map(|(name, kind)| format!("<Override PartName=\"{name}\" ContentType=\"{word}.{kind}+xml\"/>"))
        .collect();
    format!(
        "{HEAD}<Types xmlns=\"{PACKAGE}/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/><Default Extension=\"jpg\" ContentType=\"image/jpeg\"/>\
         {overrides}<Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/></Types>"
    )
}

fn package_relations() -> String {
    format!(
        "{HEAD}<Relationships xmlns=\"{PACKAGE}/relationships\">\
         <Relationship Id=\"main\" Type=\"{OFFICE}/officeDocument\" Target=\"word/document.xml\"/>\
         <Relationship Id=\"core\" Type=\"{PACKAGE}/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/></Relationships>"
    )
}

fn document_relations(body: &Body) -> String {
    let fixed: String = ["styles", "settings", "numbering", "fontTable"]
        .iter()
        .map(|part| format!("<Relationship Id=\"{part}\" Type=\"{OFFICE}/{part}\" Target=\"{part}.xml\"/>"))
        .collect();
    let pictures: String = (0..body.pictures.len())
        .map(|at| format!("<Relationship Id=\"photo{at}\" Type=\"{OFFICE}/image\" Target=\"media/photo-{at}.jpg\"/>"))
        .collect();
    format!(
        "{HEAD}<Relationships xmlns=\"{PACKAGE}/relationships\">{fixed}\
         <Relationship Id=\"footer1\" Type=\"{OFFICE}/footer\" Target=\"footer1.xml\"/>{pictures}</Relationships>"
    )
}

fn core(page: &Page, created: jiff::Timestamp) -> String {
    let when = created.strftime("%Y-%m-%dT%H:%M:%SZ");
    format!(
        "{HEAD}<cp:coreProperties xmlns:cp=\"{PACKAGE}/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\
         <dc:title>{}</dc:title><dc:creator>{}</dc:creator><dc:language>{}</dc:language>\
         <dcterms:created xsi:type=\"dcterms:W3CDTF\">{when}</dcterms:created>\
         <dcterms:modified xsi:type=\"dcterms:W3CDTF\">{when}</dcterms:modified></cp:coreProperties>",
        escape(&page.name),
        escape(&page.organisation),
        escape(&page.language)
    )
}

fn document(body: &Body) -> String {
    format!(
        "{HEAD}<w:document xmlns:w=\"{MAIN}\" xmlns:r=\"{OFFICE}\" \
         xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" \
         xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" \
         xmlns:pic=\"http://schemas.openxmlformats.org/drawingml/2006/picture\" \
         xmlns:w14=\"http://schemas.microsoft.com/office/word/2010/wordml\" \
         xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\" mc:Ignorable=\"w14\">\
         <w:body>{}<w:sectPr><w:footerReference w:type=\"default\" r:id=\"footer1\"/>\
         <w:pgSz w:w=\"11906\" w:h=\"16838\"/>\
         <w:pgMar w:top=\"1361\" w:right=\"1247\" w:bottom=\"1361\" w:left=\"1247\" w:header=\"624\" w:footer=\"624\" w:gutter=\"0\"/>\
         </w:sectPr></w:body></w:document>",
        body.xml
    )
}

/// *Page {n} of {total}* with Word's own counting.
fn footer(page: &Page) -> String {
    let field = |name: &str| {
        format!(
            "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText xml:space=\"preserve\"> {name} </w:instrText></w:r>\
             <w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"
        )
    };
    let counted: String = page
        .page_of
        .split_inclusive('}')
        .map(|piece| match (piece.strip_suffix("{n}"), piece.strip_suffix("{total}")) {
            (Some(before), _) => plain(before) + &field("PAGE"),
            (None, Some(before)) => plain(before) + &field("NUMPAGES"),
            (None, None) => plain(piece),
        })
        .collect();
    let line = format!("{}<w:r><w:tab/></w:r>{counted}", plain(&page.running));
    format!("{HEAD}<w:ftr xmlns:w=\"{MAIN}\">{}</w:ftr>", paragraph("Footer", &line))
}
