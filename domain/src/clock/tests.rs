#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use jiff::civil::{Date, Weekday, date};
use proptest::prelude::*;

use super::*;

fn twenty(start: Date, first_day: FirstDay) -> Working {
    due(start, 20, Unit::WorkingDays, first_day, Calendar::embedded()).unwrap()
}

#[test]
fn twenty_working_days_fall_where_the_table_says() {
    // Trigger, first day counts, first day does not count. The last three: a Saturday, Christmas Day, and Easter.
    let table = [
        (date(2026, 11, 23), date(2026, 12, 18), date(2026, 12, 21)),
        (date(2026, 12, 1), date(2026, 12, 30), date(2026, 12, 31)),
        (date(2026, 12, 24), date(2027, 1, 25), date(2027, 1, 26)),
        (date(2026, 11, 21), date(2026, 12, 18), date(2026, 12, 18)),
        (date(2026, 12, 25), date(2027, 1, 26), date(2027, 1, 26)),
        (date(2008, 3, 17), date(2008, 4, 15), date(2008, 4, 16)),
    ];
    for (start, counts, does_not) in table {
        assert_eq!(twenty(start, FirstDay::Counts).due, counts, "{start}, first day counts");
        assert_eq!(twenty(start, FirstDay::DoesNotCount).due, does_not, "{start}, first day does not count");
    }
}

#[test]
fn the_working_names_every_day_it_skipped() {
    let working = twenty(date(2026, 12, 1), FirstDay::Counts);
    let lines = working.lines(Some("SI 2008/528 Part 2"));
    assert_eq!(
        lines,
        [
            "2026-12-30",
            "20 working days from Tuesday 1 December 2026; the first day counts",
            "Day 1 is Tuesday 1 December 2026, day 20 is Wednesday 30 December 2026",
            "Skipped 10 days:",
            "  2026-12-05  Saturday",
            "  2026-12-06  Sunday",
            "  2026-12-12  Saturday",
            "  2026-12-13  Sunday",
            "  2026-12-19  Saturday",
            "  2026-12-20  Sunday",
            "  2026-12-25  Christmas Day",
            "  2026-12-26  Saturday",
            "  2026-12-27  Sunday",
            "  2026-12-28  Boxing Day (substitute day)",
            "Rule: SI 2008/528 Part 2",
        ]
    );
}

#[test]
fn a_day_that_does_not_count_is_shown_as_skipped() {
    let working = twenty(date(2026, 12, 1), FirstDay::DoesNotCount);
    assert_eq!(working.skipped[0], SkippedDay { date: date(2026, 12, 1), why: Why::FirstDay });
}

#[test]
fn plain_days_need_no_calendar_and_count_sundays() {
    let working = due(date(2040, 1, 31), 30, Unit::Days, FirstDay::DoesNotCount, Calendar::embedded()).unwrap();
    assert_eq!(working.due, date(2040, 3, 1));
}

#[test]
fn a_calendar_that_ends_too_soon_says_which_years_it_knows_and_what_to_do() {
    let error = due(date(2027, 12, 10), 20, Unit::WorkingDays, FirstDay::Counts, Calendar::embedded()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "The bank holidays of 2028 are not known, so no date was worked out and nothing was changed. The calendar england-and-wales knows 2007 to 2027. Give it the newest list from https://www.gov.uk/bank-holidays.json and ask again."
    );
    let early = due(date(2006, 12, 29), 2, Unit::WorkingDays, FirstDay::Counts, Calendar::embedded());
    assert!(matches!(early, Err(ClockError::OutsideCalendar { year: 2006, .. })), "{early:?}");
    let none = due(date(2026, 12, 1), 0, Unit::WorkingDays, FirstDay::Counts, Calendar::embedded());
    assert_eq!(none, Err(ClockError::NoLength));
}

fn list_of(events: &[(&str, &str)]) -> String {
    let events: Vec<_> = events.iter().map(|(d, t)| serde_json::json!({"date": d, "title": t})).collect();
    serde_json::json!({"england-and-wales": {"division": "england-and-wales", "events": events}}).to_string()
}

const NEXT: [(&str, &str); 8] = [
    ("2028-01-03", "New Year’s Day"),
    ("2028-04-14", "Good Friday"),
    ("2028-04-17", "Easter Monday"),
    ("2028-05-01", "Early May bank holiday"),
    ("2028-05-29", "Spring bank holiday"),
    ("2028-08-28", "Summer bank holiday"),
    ("2028-12-25", "Christmas Day"),
    ("2028-12-26", "Boxing Day"),
];

#[test]
fn a_later_list_adds_its_years_and_corrects_those_it_has() {
    let later = Calendar::embedded().with(&Calendar::parse(&list_of(&NEXT)).unwrap());
    assert_eq!(later.years_in_words(), "2007 to 2028");
    let working = due(date(2027, 12, 10), 20, Unit::WorkingDays, FirstDay::Counts, &later).unwrap();
    assert_eq!(working.due, date(2028, 1, 11));

    let mut corrected = NEXT.to_vec();
    corrected.push(("2028-06-02", "A jubilee"));
    let corrected = later.with(&Calendar::parse(&list_of(&corrected)).unwrap());
    assert_eq!(corrected.not_working(date(2028, 6, 2)).unwrap(), Some(NotWorking::Holiday("A jubilee".to_owned())));
    assert_eq!(corrected.with(&later).not_working(date(2028, 6, 2)).unwrap(), None);
}

#[test]
fn a_list_that_is_cut_short_or_none_is_refused_in_words() {
    let short = Calendar::parse(&list_of(&NEXT[..3])).unwrap_err();
    assert_eq!(short, CalendarError::YearCutShort { year: 2028, found: 3 });
    assert_eq!(Calendar::parse(r#"{"scotland":{"events":[]}}"#), Err(CalendarError::NothingForEnglandAndWales));
    assert_eq!(
        Calendar::parse(r#"{"england-and-wales":{"events":[]}}"#),
        Err(CalendarError::NothingForEnglandAndWales)
    );
    assert!(matches!(Calendar::parse("<html>"), Err(CalendarError::Unreadable(_))));
    assert!(matches!(Calendar::parse(&list_of(&[("2028-13-40", "?")])), Err(CalendarError::Unreadable(_))));
}

#[test]
fn how_far_off_a_day_is_reads_as_the_desk_has_it() {
    let calendar = Calendar::embedded();
    let table = [
        (date(2026, 12, 15), date(2026, 12, 30), "in 9 working days"),
        (date(2026, 12, 29), date(2026, 12, 30), "tomorrow"),
        (date(2026, 12, 30), date(2026, 12, 30), "today"),
        (date(2027, 1, 5), date(2026, 12, 30), "3 working days past"),
        (date(2026, 12, 18), date(2026, 12, 21), "in 1 working day"),
        (date(2026, 12, 19), date(2026, 12, 18), "0 working days past"),
    ];
    for (today, day, words) in table {
        assert_eq!(distance(today, day, calendar).unwrap().to_string(), words, "{today} to {day}");
    }
}

/// Days from 2007 to the summer of 2027, so that sixty working days stay within the calendar.
fn any_day() -> impl Strategy<Value = Date> {
    (0..7_500_i64).prop_map(|n| date(2007, 1, 1).checked_add(jiff::Span::new().days(n)).unwrap())
}

fn any_first_day() -> impl Strategy<Value = FirstDay> {
    prop_oneof![Just(FirstDay::Counts), Just(FirstDay::DoesNotCount)]
}

/// Whether a day works, by the published lists themselves and not by the code under test.
fn works(day: Date) -> bool {
    static HOLIDAYS: std::sync::LazyLock<std::collections::BTreeSet<String>> = std::sync::LazyLock::new(|| {
        let lists = [
            include_str!("../../../schemes/calendars/england-and-wales.json"),
            include_str!("../../../schemes/calendars/england-and-wales-2007-2023.json"),
        ];
        let dates = |list: &&str| {
            let list: serde_json::Value = serde_json::from_str(list).unwrap();
            let events = list["england-and-wales"]["events"].as_array().unwrap().clone();
            events.iter().map(|event| event["date"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        lists.iter().flat_map(dates).collect()
    });
    !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && !HOLIDAYS.contains(&day.to_string())
}

fn work(start: Date, length: u32, first_day: FirstDay) -> Working {
    due(start, length, Unit::WorkingDays, first_day, Calendar::embedded()).unwrap()
}

proptest! {
    #[test]
    fn a_due_date_is_a_working_day_and_exactly_so_many_were_counted(
        start in any_day(), length in 1..60_u32, first in any_first_day()
    ) {
        let working = work(start, length, first);
        prop_assert!(works(working.due));
        prop_assert!(!matches!(working.due.weekday(), Weekday::Saturday | Weekday::Sunday));
        prop_assert_eq!(working.counted.len(), length as usize);
        prop_assert!(working.counted.iter().all(|day| works(day.date)));
        prop_assert_eq!(working.counted.last().unwrap().date, working.due);
    }

    #[test]
    fn skipped_and_counted_together_are_the_whole_span(
        start in any_day(), length in 1..60_u32, first in any_first_day()
    ) {
        let working = work(start, length, first);
        let mut days: Vec<Date> = working.counted.iter().map(|d| d.date).collect();
        days.extend(working.skipped.iter().map(|d| d.date));
        days.sort();
        let span: Vec<Date> = start.series(jiff::Span::new().days(1)).take_while(|d| *d <= working.due).collect();
        prop_assert_eq!(days, span);
    }

    #[test]
    fn a_later_start_or_a_longer_time_is_never_due_earlier(
        start in any_day(), later in 0..40_i64, length in 1..40_u32, longer in 0..20_u32, first in any_first_day()
    ) {
        let at = work(start, length, first).due;
        let after = start.checked_add(jiff::Span::new().days(later)).unwrap();
        prop_assert!(work(after, length, first).due >= at);
        let stretched = work(start, length + longer, first).due;
        prop_assert_eq!(stretched > at, longer > 0);
        prop_assert!(stretched >= at);
    }

    #[test]
    fn counting_the_first_day_is_never_later_and_one_working_day_at_most(start in any_day(), length in 1..60_u32) {
        let counts = work(start, length, FirstDay::Counts).due;
        let does_not = work(start, length, FirstDay::DoesNotCount).due;
        prop_assert!(counts <= does_not);
        let between = working_days_between(counts, does_not, Calendar::embedded()).unwrap();
        prop_assert_eq!(between, i64::from(works(start)));
    }

    #[test]
    fn the_distance_to_the_due_date_is_the_length_that_was_counted(start in any_day(), length in 1..60_u32) {
        let due = work(start, length, FirstDay::DoesNotCount).due;
        prop_assert_eq!(working_days_between(start, due, Calendar::embedded()).unwrap(), i64::from(length));
        prop_assert_eq!(working_days_between(due, start, Calendar::embedded()).unwrap() <= 0, true);
    }
}
