//! The table of recommendations as it is printed: which head the answer's column has, and what stands in each cell.

use super::compose::Composer;
use super::{PageAnswer, PageAsk, PageAsks, PageSign};
use crate::reports::model::{Answer, Choice, Due, DueKind, Recommendation, Recommendations};
use crate::reports::text::{clean, one_line};
use crate::reports::words::fill;

impl Composer<'_> {
    pub(super) fn asks(&self, asks: &Recommendations) -> PageAsks {
        let w = self.words;
        let awaited = asks.rows.iter().any(|row| row.answer == Answer::Awaited);
        let shared = shared_due(&asks.rows);
        let answer = match (awaited, shared) {
            (false, _) => w.answer.clone(),
            (true, None) => w.your_answer.clone(),
            (true, Some(due)) => {
                let pattern = match due.kind {
                    DueKind::Due => &w.your_answer_due,
                    DueKind::Asked => &w.your_answer_asked,
                };
                fill(pattern, "date", &one_line(&due.on))
            }
        };
        let each = !(awaited && shared.is_some());
        PageAsks {
            caption: w.asks_caption.clone(),
            heads: (w.number.clone(), w.we_ask.clone(), answer),
            rows: asks.rows.iter().map(|row| self.ask(row, each)).collect(),
            sign: awaited.then(|| PageSign {
                name: w.name_and_office.clone(),
                date: w.date.clone(),
                how: asks.how_to_answer.as_deref().map(clean),
            }),
        }
    }

    fn ask(&self, row: &Recommendation, with_due: bool) -> PageAsk {
        let due = row.due.as_ref().filter(|_| with_due && !matches!(row.answer, Answer::Missing { .. }));
        PageAsk {
            number: row.number,
            text: match &row.by {
                Some(by) => format!("{}\n{}", clean(&row.text), fill(&self.words.ask_by, "date", &one_line(by))),
                None => clean(&row.text),
            },
            to: one_line(&row.to),
            due: due.map(|due| self.words.due(&Due { kind: due.kind, on: one_line(&due.on) })),
            answer: self.answer(&row.answer),
        }
    }

    fn answer(&self, answer: &Answer) -> PageAnswer {
        let w = self.words;
        match answer {
            Answer::Awaited => PageAnswer::Awaited {
                boxes: (w.will.clone(), w.in_part.clone(), w.will_not.clone()),
                by_when: w.answer_by_when.clone(),
            },
            Answer::Missing { by } => {
                PageAnswer::Said { choice: fill(&w.no_answer, "date", &one_line(by)), words: None, notes: vec![] }
            }
            Answer::Given { choice, words, by_when, on } => {
                let by = by_when.as_deref().map(|by| fill(&w.done_by, "date", &one_line(by)));
                let on = (!on.trim().is_empty()).then(|| fill(&w.answered_on, "date", &one_line(on)));
                let words = clean(words);
                PageAnswer::Said {
                    choice: self.choice(*choice).to_owned(),
                    words: (!words.trim().is_empty()).then_some(words),
                    notes: by.into_iter().chain(on).collect(),
                }
            }
        }
    }

    fn choice(&self, choice: Choice) -> &str {
        match choice {
            Choice::Will => &self.words.will,
            Choice::InPart => &self.words.in_part,
            Choice::WillNot => &self.words.will_not,
        }
    }
}

/// The date that all recommendations share that wait for an answer, for the head of the column.
fn shared_due(rows: &[Recommendation]) -> Option<&Due> {
    let mut open = rows.iter().filter(|row| !matches!(row.answer, Answer::Given { .. })).map(|row| row.due.as_ref());
    let first = open.next()??;
    open.all(|due| due == Some(first)).then_some(first)
}
