//! The first page: what a reader has who reads no other. What only comes after the sending is in `after`.

use super::Gathered;
use crate::office::words::{self, in_full, list};
use crate::reports::{Ask, TitlePage};
use crate::store::findings::numbered;
use domain::on_the_day::{Led, OnTheDay};
use jiff::civil::Date;

impl Gathered {
    /// What the first page says before anything is sent.
    pub(super) fn title_page(&self) -> TitlePage {
        let summary = self.typed.summary.lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned);
        let mut found: Vec<String> = summary.collect();
        if found.is_empty() {
            found = in_five_lines(self.findings.iter().map(|f| f.words.clone()).collect());
        }
        if found.is_empty() {
            found.extend(self.impression());
        }
        let asks = numbered(&self.asks).map(|(number, r)| Ask { number, words: r.words.clone() });
        let report = &self.pack.report;
        let own = Some(&self.title).filter(|title| !title.is_empty() && **title != self.fill(&report.title));
        TitlePage {
            place: self.place.name.clone(),
            // A title that somebody gave it is printed; the pack's would only say the place's name once more.
            kind: own.unwrap_or(&report.kind).clone(),
            where_: self.where_words(),
            when: self.when_words(),
            who: self.who_words(),
            found,
            ask: asks.collect(),
            by_when: Vec::new(),
        }
    }

    fn where_words(&self) -> String {
        let p = &self.place;
        let run = p.provider_name.as_ref().map(|name| format!("Run by {name}."));
        let address: Vec<&str> =
            [p.kind.as_str(), &p.address, &p.postcode].into_iter().filter(|t| !t.is_empty()).collect();
        let mut parts = vec![format!("{}.", words::capital(&address.join(", ")))];
        parts.extend(run);
        parts.join(" ")
    }

    pub(super) fn when_words(&self) -> String {
        let session = |s: &crate::store::visits::Session| {
            let day = s.date.parse::<Date>().map(in_full).unwrap_or_default();
            match s.from.as_deref() {
                Some(from) => format!("{day}, {}", words::part_of_day(from)),
                None => day,
            }
        };
        let sessions: Vec<String> = self.visit.sessions.iter().map(session).collect();
        format!("{}. {}.", sessions.join("; "), words::capital(&self.visit.announcement))
    }

    fn who_words(&self) -> String {
        let days: Vec<OnTheDay> = self.books.iter().map(|book| OnTheDay::read(&book.read)).collect();
        let leads: Vec<&Led> = days.iter().flat_map(|day| &day.leads).collect();
        let time = |led: &Led| words::local(led.at, &super::zone()).1;
        let name = |m: &crate::store::visits::Member| {
            let planned = self.visit.lead.as_deref() == Some(m.person.as_str());
            match (leads.first(), leads.last()) {
                (_, Some(last)) if last.person.to_string() == m.person => {
                    format!("{} (lead from {})", m.name, time(last))
                }
                (Some(first), _) if planned => format!("{} (lead until {})", m.name, time(first)),
                (None, _) if planned => format!("{} (lead)", m.name),
                _ => m.name.clone(),
            }
        };
        let mut team: Vec<String> = self.team.iter().map(name).collect();
        let added = days.iter().flat_map(OnTheDay::added).map(|who| who.to_string());
        let added = added.filter(|who| !self.team.iter().any(|member| member.person == *who));
        team.extend(added.filter_map(|who| self.names.get(&who).cloned()));
        let team = list(&team);
        let spoke: Vec<String> = self.counts().into_keys().collect();
        if spoke.is_empty() { format!("{team}.") } else { format!("{team}. They spoke with {}.", list(&spoke)) }
    }
}

/// The findings as the first page has them: whole, for half a sentence may say the opposite; and never one passed over
/// in silence.
fn in_five_lines(mut found: Vec<String>) -> Vec<String> {
    const ROOM: usize = 5;
    if found.len() > ROOM {
        let more = found.len() - (ROOM - 1);
        found.truncate(ROOM - 1);
        found.push(format!("And {more} more, in the pages that follow."));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::in_five_lines;

    #[test]
    fn the_first_page_says_each_finding_whole_and_how_many_more_there_are() {
        let findings =
            |n: usize| (1..=n).map(|n| format!("Staff are kind; at night bell {n} waits.")).collect::<Vec<_>>();
        assert_eq!(in_five_lines(findings(5)), findings(5));
        let seven = in_five_lines(findings(7));
        assert_eq!(seven.get(..4), findings(4).get(..));
        assert_eq!(seven.get(4).map(String::as_str), Some("And 3 more, in the pages that follow."));
        assert_eq!(seven.len(), 5);
    }
}
