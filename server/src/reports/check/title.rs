//! The first page: what it must say, and whether it fits. A page that runs over is worth knowing and stops nothing: an
//! organisation with many recommendations must still be able to send them. Widths are those of the face it is printed in.

use super::{Findings, Severity, fonts};
use crate::reports::model::{Document, TitlePage};

/// The column of words on the first page and the height below its title, in points (122 mm; 249 mm less the title's block).
const WIDTH: f64 = 345.8;
const HEIGHT: f64 = 500.0;
/// Lines that a first page can hold as *What we found* without becoming a second report.
const MOST_FOUND: usize = 5;

pub(super) fn check(found: &mut Findings<'_>, document: &Document) {
    let title = &document.title;
    found.at("Title page", |me| {
        for (name, words) in [
            ("the place", &title.place),
            ("the kind of report", &title.kind),
            ("where", &title.where_),
            ("when", &title.when),
            ("who", &title.who),
            ("the organisation", &document.organisation),
            ("the line at the foot", &document.running),
        ] {
            if words.trim().is_empty() {
                me.say(Severity::StopsSending, format!("It does not say {name}."), "Write it.");
            }
            me.words(name, words);
        }
        for line in title.found.iter().chain(title.ask.iter().map(|ask| &ask.words)) {
            me.words("", line);
        }
        if title.found.len() > MOST_FOUND {
            me.say(
                Severity::Notice,
                format!("What we found has {} lines; the page has room for {MOST_FOUND}.", title.found.len()),
                "Keep the ones that matter most. The others stand in the report.",
            );
        }
        fits(me, title);
    });
}

fn fits(found: &mut Findings<'_>, title: &TitlePage) {
    let (small, large) = (12.0, 14.0);
    let rows = [&title.where_, &title.when, &title.who].map(|w| (w, lines(w, small), 17.0));
    let said = title.found.iter().map(|w| (w, lines(w, large), 20.0));
    let asked = title.ask.iter().map(|a| (&a.words, lines(&a.words, small * 1.05), 17.0));
    let dates = title.by_when.iter().map(|b| (&b.due.on, 1.0, 19.0));
    let all: Vec<(&String, f64, f64)> = rows.into_iter().chain(said).chain(asked).chain(dates).collect();
    let air = 6.0 * 17.0 + 5.0 * title.found.len().saturating_sub(1) as f64;
    let height: f64 = all.iter().map(|(_, lines, pitch)| lines * pitch).sum::<f64>() + air;
    let Some((longest, most, _)) = all.iter().max_by(|a, b| a.1.total_cmp(&b.1)) else {
        return;
    };
    if height > HEIGHT {
        found.say(
            Severity::Notice,
            format!("It does not fit one page. The longest line takes {most} lines in print: “{}”", beginning(longest)),
            "Make that line shorter.",
        );
    }
    for line in title.found.iter().filter(|line| lines(line, large) > 1.0) {
        found.say(
            Severity::Notice,
            format!("This line of what we found takes more than one line in print: “{}”", beginning(line)),
            "Say one thing in it. Some fifty letters fit.",
        );
    }
}

/// How many lines words take in the column at a size in points.
fn lines(words: &str, size: f64) -> f64 {
    let width: f64 = words.chars().map(|c| fonts::advance(c) * size).sum();
    // Ragged lines end a little before the edge when there are several.
    let room = if width > WIDTH { WIDTH * 0.94 } else { WIDTH };
    (width / room).ceil().max(1.0)
}

fn beginning(words: &str) -> String {
    let mut short: String = words.chars().take(60).collect();
    if words.chars().count() > 60 {
        short.push('…');
    }
    short
}
