//! What is due to be written: a reminder before the day by which an answer is asked, on it, and after it, for each recipient
//! who has not answered. It is read from the reports themselves, and written down once for each day.

use crate::answers::{FACTS, REPLY};
use crate::collate::Gathered;
use crate::office::{Office, body_of, words};
use crate::store::OrgStore;
use crate::store::bodies::Body;
use crate::store::links::Link;
use crate::store::outbox::Mail;
use anyhow::Result;
use domain::clock::{Calendar, Distance, distance};
use domain::report::{Addressee, Duty, Report, Stage};
use jiff::ToSpan as _;
use jiff::civil::Date;
use sha2::{Digest as _, Sha256};

/// How many working days before the day the first reminder goes.
const BEFORE: i64 = 5;
/// For how many days after it one that was missed still goes.
const AFTER: i64 = 14;

/// Writes down the reminders that are due today.
///
/// # Errors
/// The store's.
pub async fn remind(office: &Office, org: &OrgStore) -> Result<()> {
    let today = office.today();
    let put_back = org.since_put_back().await?.map(|since| words::local(since.at, &office.zone).0);
    let bodies = org.bodies().await?;
    for row in org.reports().await? {
        let report: Report = match serde_json::from_str(&row.stage) {
            Ok(report) => report,
            Err(error) => {
                tracing::error!(report = row.id, cause = %error, "a report cannot be read, so nobody is reminded of it");
                continue;
            }
        };
        if !matches!(report.stage(), Stage::Sent { .. }) {
            continue;
        }
        for addressee in report.addressees().iter().filter(|a| waited_for(a)) {
            let Some(body) = body_of(&bodies, addressee).filter(|b| b.email.is_some()) else { continue };
            // In a year that the calendar does not know nothing is guessed, and nothing goes.
            let Ok(from_today) = distance(today, addressee.until, &office.calendar) else { continue };
            let Some((kind, since)) = kind(from_today, today, addressee.until, &office.calendar) else { continue };
            let id = once(kind, &row.id, &body.id, addressee.until);
            if org.has_mail(&id).await? {
                continue;
            }
            // What may have gone before the record was put back goes again only at somebody's word.
            let held = put_back.is_some_and(|at| since <= at);
            let mail = Mail {
                id,
                kind: kind.to_owned(),
                report: row.id.clone(),
                body: body.id.clone(),
                day: addressee.until.to_string(),
                state: if held { "held" } else { "waits" }.to_owned(),
                next_at: office.now(),
                made_at: office.now(),
                ..Mail::default()
            };
            org.queue_mail(mail).await?;
        }
    }
    Ok(())
}

fn waited_for(addressee: &Addressee) -> bool {
    !addressee.recommendations.is_empty() && !addressee.is_answered() && addressee.no_reply_noted.is_none()
}

/// Which reminder is due, and the earliest day on which it can have been.
fn kind(from_today: Distance, today: Date, until: Date, calendar: &Calendar) -> Option<(&'static str, Date)> {
    let day = |days: i64| until.checked_add(days.days()).unwrap_or(until);
    match from_today {
        _ if today == until => Some(("on", until)),
        _ if today < until && is_near(from_today) => Some(("before", first_near(until, calendar))),
        _ if today > until && today <= day(AFTER) => Some(("after", day(1))),
        _ => None,
    }
}

fn is_near(distance: Distance) -> bool {
    match distance {
        Distance::Tomorrow => true,
        Distance::In(n) => n <= BEFORE,
        _ => false,
    }
}

/// The earliest day that is near: over Christmas a fortnight before.
fn first_near(until: Date, calendar: &Calendar) -> Date {
    let earlier = (1..).map_while(|days: i64| until.checked_sub(days.days()).ok());
    let near = earlier.take_while(|day| distance(*day, until, calendar).is_ok_and(is_near));
    near.last().unwrap_or(until)
}

/// The id of a reminder: the same for the same reminder, whatever is restarted.
fn once(kind: &str, report: &str, body: &str, until: Date) -> String {
    hex::encode(Sha256::digest(format!("{kind} {report} {body} {until}"))).chars().take(32).collect()
}

/// What a message stands on when it goes.
pub(super) struct Stands {
    /// The place, as the report has it.
    pub(super) place: String,
    /// For what the link is.
    pub(super) purpose: &'static str,
    /// The day until which it is asked.
    pub(super) until: Date,
    /// Whether a law sets it.
    pub(super) obliged: bool,
}

/// How things stand with what a message is about; none where it has become pointless: answered, or not asked any more.
pub(super) async fn stands(office: &Office, org: &OrgStore, mail: &Mail, body: &Body) -> Result<Option<Stands>> {
    let gathered = Gathered::of_report(org, &mail.report, office.today()).await?;
    let (place, own) = (gathered.place.name.clone(), gathered.place.provider.as_deref() == Some(body.id.as_str()));
    let Some(report) = &gathered.report else { return Ok(None) };
    Ok(match report.stage() {
        Stage::WithProvider { facts, .. } if mail.kind == "link" && own => {
            Some(Stands { place, purpose: FACTS, until: facts.until, obliged: false })
        }
        Stage::Sent { .. } | Stage::Published { .. } => report
            .addressee(&body.name)
            .filter(|a| a.kind == body.kind)
            .filter(|a| mail.kind == "link" || (waited_for(a) && a.until.to_string() == mail.day))
            .map(|a| Stands { place, purpose: REPLY, until: a.until, obliged: a.duty == Duty::Due }),
        _ => None,
    })
}

/// The recipient's link, under one more secret; made here where nobody has. `false` where it was ended by hand: what somebody
/// ended comes back at somebody's word alone, which is a link mail that was written since.
pub(super) async fn link(office: &Office, org: &OrgStore, mail: &Mail, stands: &Stands, hash: &str) -> Result<bool> {
    let links = org.links_of(&mail.report).await?;
    let own = |link: &&Link| link.body == mail.body && link.purpose == stands.purpose && link.parent.is_none();
    let newest = links.iter().rfind(own);
    match newest.map(|link| (link, link.ended_at)) {
        Some((link, None)) => org.give_link_again(&link.id, hash, office.now()).await?,
        Some((_, Some(ended))) if mail.kind != "link" || mail.made_at < ended => return Ok(false),
        _ => {
            let link = Link {
                id: crate::office::new_id(office.now()),
                report: mail.report.clone(),
                body: mail.body.clone(),
                purpose: stands.purpose.to_owned(),
                made_by: "server".to_owned(),
                made_at: office.now(),
                ..Link::default()
            };
            org.make_link(link, hash).await?;
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_reminder_goes_before_the_day_on_it_and_after_it() {
        let until = date(2026, 12, 30);
        for (today, expected) in [
            (date(2026, 12, 18), None),
            (date(2026, 12, 21), Some("before")),
            (date(2026, 12, 29), Some("before")),
            (until, Some("on")),
            (date(2026, 12, 31), Some("after")),
            (date(2027, 1, 13), Some("after")),
            (date(2027, 1, 14), None),
        ] {
            let from_today = distance(today, until, Calendar::embedded()).unwrap();
            let kind = kind(from_today, today, until, Calendar::embedded());
            assert_eq!(kind.map(|(kind, _)| kind), expected, "{today}");
        }
    }

    #[test]
    fn the_first_day_of_a_reminder_before_is_counted_over_christmas() {
        let first = |until| {
            let today = date(2026, 12, 28);
            kind(distance(today, until, Calendar::embedded()).unwrap(), today, until, Calendar::embedded())
        };
        // 24, 29, 30 and 31 December and the day itself are the five working days after the 23rd.
        assert_eq!(first(date(2027, 1, 4)), Some(("before", date(2026, 12, 23))));
        assert_eq!(first_near(date(2026, 11, 20), Calendar::embedded()), date(2026, 11, 13));
    }
}
