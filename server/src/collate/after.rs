//! What is printed beside the words and is none of them: the stage, who did not agree to the signing, the days by which
//! answers are due, the answers, and to whom it went. All of it flows into a report that was sent; nothing else does.

use super::{Gathered, zone};
use crate::office::words::{self, in_full, list};
use crate::reports::{Answer, Block, ByWhen, Choice, Document, Due, Recommendation, Recommendations, Run, Section};
use domain::report::{Addressee, AnswerState, Duty, Stage, Will};
use jiff::civil::Date;
use std::collections::BTreeMap;

impl Gathered {
    pub(super) fn add_what_came_after(&self, document: &mut Document) {
        document.stage = self.stage_line();
        document.created = self.today.to_zoned(zone()).map_or(jiff::Timestamp::UNIX_EPOCH, |z| z.timestamp());
        document.title.by_when = self.by_when();
        document.each_photo(|photo| photo.second_look = self.looked.contains(&photo.hash));
        self.say_who_disagreed(document);
        for section in &mut document.sections {
            for block in &mut section.blocks {
                match block {
                    Block::Recommendations(asks) => self.answer(asks),
                    Block::List { items, .. } if section.code == "distribution" => self.name_recipients(items),
                    _ => {}
                }
            }
        }
    }

    /// Who signed off against whose word: it is said of the words and is none of them, or they could never be signed.
    fn say_who_disagreed(&self, document: &mut Document) {
        let signed = self.report.as_ref().and_then(|report| report.stage().signed());
        let against = signed.into_iter().flat_map(|signed| signed.room.to_print());
        let blocks: Vec<Block> = against
            .map(|one| Block::paragraph(format!("{} did not agree to this report: {}", one.who, one.says)))
            .collect();
        if blocks.is_empty() {
            return;
        }
        let heading = format!("Not everybody in the {} agreed", self.pack.names.steering);
        let before = document.sections.iter().position(|section| section.code == "distribution");
        document.sections.insert(before.unwrap_or(document.sections.len()), Section::new(heading, blocks));
    }

    fn stage_line(&self) -> Option<String> {
        let Some(report) = &self.report else { return Some("Draft, for the team to read".into()) };
        match report.stage() {
            Stage::Draft => Some("Draft, for the team to read".into()),
            Stage::ReadByTeam { .. } => Some("Draft, read by the team".into()),
            Stage::Checked { .. } => Some("Draft, checked".into()),
            Stage::WithProvider { facts, .. } => Some(match report.undone().last() {
                Some(undone) => format!(
                    "Draft: words changed after it was signed off on {}, and nobody has signed these",
                    in_full(undone.signed.on)
                ),
                None => format!("Draft, for the provider to check facts until {}", in_full(facts.until)),
            }),
            Stage::SignedOff { .. } | Stage::Sent { .. } | Stage::Published { .. } => None,
        }
    }

    fn addressees(&self) -> &[Addressee] {
        self.report.as_ref().map(|report| report.addressees()).unwrap_or_default()
    }

    fn by_when(&self) -> Vec<ByWhen> {
        let mut lines: BTreeMap<(Date, bool), Vec<String>> = BTreeMap::new();
        for a in self.addressees().iter().filter(|a| !a.recommendations.is_empty()) {
            lines.entry((a.until, a.duty == Duty::Due)).or_default().push(a.name.clone());
        }
        let one = lines.len() == 1;
        let line = |((until, due), names): ((Date, bool), Vec<String>)| ByWhen {
            due: if due { Due::due(in_full(until)) } else { Due::asked(in_full(until)) },
            to: (!one).then(|| list(&names)),
        };
        lines.into_iter().map(line).collect()
    }

    fn answer(&self, asks: &mut Recommendations) {
        for row in &mut asks.rows {
            self.answer_row(row);
        }
        let waits = asks.rows.iter().any(|row| row.answer == Answer::Awaited && row.due.is_some());
        asks.how_to_answer = waits.then(|| self.fill(&self.pack.report.how_to_answer));
    }

    fn answer_row(&self, row: &mut Recommendation) {
        let Some(addressee) = self.report.as_ref().and_then(|report| report.addressee(&row.to)) else { return };
        let replies = addressee.own_replies().rev();
        let mut given = replies.flat_map(|reply| reply.answers.iter().map(move |promise| (reply.on, promise)));
        row.answer = match (given.find(|(_, promise)| promise.n == row.number), addressee.state(self.today)) {
            (Some((on, promise)), _) => Answer::Given {
                choice: match promise.will {
                    Will::Yes => Choice::Will,
                    Will::InPart => Choice::InPart,
                    Will::No => Choice::WillNot,
                },
                words: promise.what.clone(),
                by_when: promise.by.map(in_full),
                on: in_full(on),
            },
            (None, AnswerState::Overdue | AnswerState::Silent) => Answer::Missing { by: in_full(addressee.until) },
            (None, _) => Answer::Awaited,
        };
        let due = match addressee.duty {
            Duty::Due => Due::due(in_full(addressee.until)),
            Duty::AskedBy => Due::asked(in_full(addressee.until)),
        };
        // A day beside an answer would read as if the answer were still to come.
        row.due = (!matches!(row.answer, Answer::Given { .. })).then_some(due);
    }

    /// Those it went to by name, then those who get a copy.
    fn name_recipients(&self, items: &mut Vec<Vec<Run>>) {
        let addressees = self.addressees();
        if addressees.is_empty() {
            return;
        }
        let copies = match self.report.as_ref().map(|r| r.stage()) {
            Some(Stage::Published { published, .. }) if !published.copies.is_empty() => &published.copies,
            _ => &self.pack.copies_to,
        };
        // Whoever stands there by name is not named by kind (*the provider*) once more.
        let named = |copy: &&String| addressees.iter().any(|a| copy.eq_ignore_ascii_case(&format!("the {}", a.kind)));
        let names = addressees.iter().map(|a| vec![Run::plain(a.name.clone())]);
        let copies = copies.iter().filter(|copy| !named(copy)).map(|copy| vec![Run::plain(words::capital(copy))]);
        *items = names.chain(copies).collect();
    }
}
