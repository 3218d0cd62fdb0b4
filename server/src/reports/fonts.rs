//! The fonts that travel with the program, in the order in which a character is looked for. No font of the machine is used.
//! Sources and licences: `assets/fonts/README.md`.

use std::sync::LazyLock;

use typst::foundations::Bytes;
use typst::layout::Abs;
use typst::text::{Font, FontInstance, FontVariant, FontVariations};

/// The page's own face for the web, regular.
pub const WEB_REGULAR: &[u8] = include_bytes!("../../assets/fonts/AtkinsonHyperlegible-Regular.woff2");
/// The page's own face for the web, bold.
pub const WEB_BOLD: &[u8] = include_bytes!("../../assets/fonts/AtkinsonHyperlegible-Bold.woff2");

/// What stands for a character that no font has.
pub const STAND_IN: char = '□';

/// The families in order of preference, as the template of the PDF names them.
pub const FAMILIES: [&str; 12] = [
    "Atkinson Hyperlegible",
    "Noto Sans",
    "Noto Sans Arabic",
    "Noto Sans Hebrew",
    "Noto Sans Devanagari",
    "Noto Sans Tamil",
    "Noto Sans Bengali",
    "Noto Sans Gujarati",
    "Noto Sans Gurmukhi",
    "Noto Sans SC",
    "Noto Sans KR",
    "Noto Sans Symbols 2",
];

macro_rules! font {
    ($name:literal) => {
        include_bytes!(concat!("../../assets/fonts/", $name, ".ttf")).as_slice()
    };
}

/// All faces, parsed once a process.
pub static FACES: LazyLock<Vec<Font>> = LazyLock::new(|| {
    let files = [
        font!("AtkinsonHyperlegible-Regular"),
        font!("AtkinsonHyperlegible-Bold"),
        font!("AtkinsonHyperlegible-Italic"),
        font!("NotoSans-Regular"),
        font!("NotoSans-Bold"),
        font!("NotoSansArabic-Regular"),
        font!("NotoSansHebrew-Regular"),
        font!("NotoSansDevanagari-Regular"),
        font!("NotoSansTamil-Regular"),
        font!("NotoSansBengali-Regular"),
        font!("NotoSansGujarati-Regular"),
        font!("NotoSansGurmukhi-Regular"),
        font!("NotoSansSC-Subset"),
        font!("NotoSansKR-Subset"),
        font!("NotoSansSymbols2-Subset"),
    ];
    files.into_iter().flat_map(|bytes| Font::iter(Bytes::new(bytes))).collect()
});

/// Whether some face has a glyph for the character. A line break needs none.
pub fn can_print(c: char) -> bool {
    c == '\n' || FACES.iter().any(|face| face.info().coverage.contains(u32::from(c)))
}

/// The words with [`STAND_IN`] for each character that no font has; what only joins or colours its neighbour goes.
pub fn printable(words: &str) -> String {
    let joins = |c: char| matches!(u32::from(c), 0x200B..=0x200D | 0x20E3 | 0xFE00..=0xFE0F | 0x1F3FB..=0x1F3FF);
    words.chars().filter(|c| can_print(*c) || !joins(*c)).map(|c| if can_print(c) { c } else { STAND_IN }).collect()
}

/// The width of a character in the printed face, in ems; of one that it lacks, an em.
pub fn advance(c: char) -> f64 {
    static FACE: LazyLock<Option<FontInstance>> = LazyLock::new(|| {
        let face = FACES.first()?.clone();
        Some(face.instantiate(FontVariant::default(), Abs::pt(12.0), &FontVariations::default()))
    });
    let width = FACE.as_ref().and_then(|face| face.x_advance(face.ttf().glyph_index(c)?.0));
    width.map_or(1.0, |em| em.get())
}
