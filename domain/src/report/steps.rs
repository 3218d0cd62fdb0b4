//! Each step: what it asks for, and the stage it leads to.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::{
    Addressee, CheckedText, Deed, Disowned, FactAnswer, FactsAgreed, FactsShown, GivenCopy, Publication, Receipt,
    Reply, Report, Rules, SendTo, Sending, SignOff, Silent, Stage, StepRefused, TeamAnswer, TeamReading, Words,
};
use crate::authorisation::RefusedAssignment;
use crate::scheme::fold;

type Step<T> = Result<T, StepRefused>;

/// The report after `deed`, or why not.
pub(super) fn apply(report: &Report, deed: Deed, rules: &Rules<'_>) -> Step<Report> {
    let name = deed.name();
    let on = deed.on();
    if on > rules.today {
        return Err(StepRefused::NotYet { deed: name, on, today: rules.today });
    }
    let (mut shown, mut shown_to) = (report.shown, report.shown_to.clone());
    let stage = match (report.stage.clone(), deed) {
        (stage @ (Stage::Draft | Stage::ReadByTeam { .. }), Deed::ShownToTeam { on }) => {
            in_order(report, name, on)?;
            if let Some(last) = report.shown().filter(|last| on < *last) {
                return Err(StepRefused::BeforeLastStep { deed: name, on, last });
            }
            shown = Some(on);
            shown_to = report.team.clone();
            stage
        }
        (Stage::Draft, Deed::ReadByTeam { on, answers }) => {
            in_order(report, name, on)?;
            if shown.is_none() {
                (shown, shown_to) = (Some(on), report.team.clone());
            }
            Stage::ReadByTeam { read: read(report, on, answers)? }
        }
        (Stage::ReadByTeam { read: before }, Deed::ReadByTeam { on, answers }) => {
            in_order(report, name, on)?;
            // An answer begins nobody's days anew.
            shown = report.shown();
            Stage::ReadByTeam { read: before.with(read(report, on, answers)?) }
        }
        (Stage::ReadByTeam { read }, Deed::Checked { on, by, digest }) => {
            in_order(report, name, on)?;
            Stage::Checked { checked: check(report, Some(read), CheckedBy { on, by, digest }, rules)? }
        }
        // Where nobody said anything, the draft was still given to them, and their window is over.
        (Stage::Draft, Deed::Checked { on, by, digest }) if report.shown.is_some() => {
            in_order(report, name, on)?;
            Stage::Checked { checked: check(report, None, CheckedBy { on, by, digest }, rules)? }
        }
        (Stage::Checked { checked }, Deed::SentForFacts { on, until }) => {
            in_order(report, name, on)?;
            if until <= on {
                return Err(StepRefused::NoWindow { until });
            }
            Stage::WithProvider { checked, facts: FactsShown { sent_on: on, until, answers: Vec::new(), agreed: None } }
        }
        (Stage::WithProvider { checked, facts }, Deed::FactAnswered { on, by, says, outcome, decided, given_by }) => {
            in_order(report, name, on)?;
            Stage::WithProvider {
                checked,
                facts: fact(facts, FactAnswer { by, on, says, outcome, decided, given_by })?,
            }
        }
        (Stage::WithProvider { checked, facts }, Deed::FactsAgreed { on, by, given_by }) => {
            in_order(report, name, on)?;
            Stage::WithProvider {
                checked,
                facts: FactsShown { agreed: Some(FactsAgreed { by, on, given_by }), ..facts },
            }
        }
        (
            Stage::WithProvider { checked, facts },
            Deed::SignedOff { on, by, under, digest, roles, left, declares, room, unfit, interested },
        ) => {
            in_order(report, name, on)?;
            let signed = SignOff { by, on, under, digest, room };
            may_sign(report, &facts, &signed)?;
            let signs = |role: &String| rules.scheme.role(role).is_some_and(|role| role.may(SIGN_OFF));
            if left.is_some_and(|left| left < on) || !roles.iter().any(signs) {
                return Err(StepRefused::MayNotSign { who: signed.by });
            }
            is_fit(&signed, declares, &unfit, interested)?;
            Stage::SignedOff { checked, facts, signed }
        }
        (Stage::SignedOff { checked, facts, signed }, Deed::Sent { on, to }) => {
            in_order(report, name, on)?;
            if signed.digest != report.words.digest {
                return Err(StepRefused::OtherWords);
            }
            Stage::Sent { checked, facts, signed, sent: send(&report.words, on, to, rules)? }
        }
        (Stage::Sent { checked, facts, signed, sent }, Deed::Published { on, copies }) => {
            in_order(report, name, on)?;
            let published = publish(&sent, on, copies, rules)?;
            Stage::Published { checked, facts, signed, sent, published }
        }
        (Stage::Sent { checked, facts, signed, sent }, deed @ (Deed::Received { .. } | Deed::NoReply { .. })) => {
            Stage::Sent { checked, facts, signed, sent: heard(sent, deed, rules)? }
        }
        (Stage::Sent { checked, facts, signed, sent }, deed @ (Deed::Reply { .. } | Deed::Disowned { .. })) => {
            Stage::Sent { checked, facts, signed, sent: heard(sent, deed, rules)? }
        }
        (
            Stage::Published { checked, facts, signed, sent, published },
            deed @ (Deed::Reply { .. } | Deed::Disowned { .. }),
        ) => Stage::Published { checked, facts, signed, sent: heard(sent, deed, rules)?, published },
        (Stage::Published { checked, facts, signed, sent, mut published }, Deed::CopyGiven { on, to, how }) => {
            in_order(report, name, on)?;
            published.given.push(GivenCopy { on, to, how });
            Stage::Published { checked, facts, signed, sent, published }
        }
        (stage, _) => return Err(StepRefused::OutOfOrder { deed: name, at: stage.name(), next: stage.next() }),
    };
    Ok(Report { stage, shown, shown_to, ..report.clone() })
}

/// What a role may do whose holder signs off, as packs have it.
const SIGN_OFF: &str = "sign off";

/// No step is dated before the one that led here.
fn in_order(report: &Report, deed: &'static str, on: Date) -> Step<()> {
    match report.stage.since().max(report.shown.filter(|_| matches!(report.stage, Stage::Draft))) {
        Some(last) if on < last => Err(StepRefused::BeforeLastStep { deed, on, last }),
        _ => Ok(()),
    }
}

fn read(report: &Report, on: Date, answers: Vec<TeamAnswer>) -> Step<TeamReading> {
    if answers.is_empty() {
        return Err(StepRefused::NobodyRead);
    }
    let went = |who: &str| report.team.iter().any(|name| fold(name) == fold(who));
    if let Some(stranger) = answers.iter().find(|answer| !went(&answer.by)) {
        return Err(StepRefused::NotOfTheTeam { who: stranger.by.clone() });
    }
    if let Some(empty) = answers.iter().find(|answer| answer.is_empty()) {
        return Err(StepRefused::NothingSaid { who: empty.by.clone() });
    }
    Ok(TeamReading { on, answers, silent: Vec::new() })
}

/// Who checked which words when.
struct CheckedBy {
    on: Date,
    by: String,
    digest: String,
}

/// The check, once all who went have said something or their window is over; who said nothing is silent from then on.
fn check(report: &Report, read: Option<TeamReading>, checked: CheckedBy, rules: &Rules<'_>) -> Step<CheckedText> {
    let CheckedBy { on, by, digest } = checked;
    if digest != report.words.digest {
        return Err(StepRefused::OtherWords);
    }
    let missing: Vec<String> = report.not_heard().into_iter().map(str::to_owned).collect();
    let asked = report.shown().unwrap_or(on);
    let mut read = read.unwrap_or_else(|| TeamReading { on: asked, answers: Vec::new(), silent: Vec::new() });
    read.silent.clear();
    if let (false, Some(until)) = (missing.is_empty(), report.team_until(rules)?) {
        if on <= until {
            return Err(StepRefused::TeamHasTime { who: missing, until });
        }
        // Who joined the team since was given nothing, and is not silent.
        let had = |who: &String| report.shown_to.iter().any(|name| fold(name) == fold(who));
        let never: Vec<String> = missing.iter().filter(|who| !had(who)).cloned().collect();
        if !report.shown_to.is_empty() && !never.is_empty() {
            return Err(StepRefused::NotGivenTo { who: never });
        }
        read.silent = missing.into_iter().map(|by| Silent { by, asked, until }).collect();
    }
    Ok(CheckedText { read, by, on })
}

/// The same words from the same body carry the outcome; others stand beside them.
fn fact(mut facts: FactsShown, answer: FactAnswer) -> Step<FactsShown> {
    if is_settled(&answer) && answer.decided.is_none() {
        return Err(StepRefused::FactUndecided { says: answer.says });
    }
    match facts.answers.iter_mut().find(|known| known.by == answer.by && known.says == answer.says) {
        Some(known) if is_settled(&answer) => {
            known.outcome = answer.outcome;
            known.decided = answer.decided;
        }
        Some(_) => {}
        None => facts.answers.push(answer),
    }
    Ok(facts)
}

fn is_settled(answer: &FactAnswer) -> bool {
    answer.outcome.as_ref().is_some_and(|outcome| !outcome.trim().is_empty())
}

/// Whoever signs has no interest in the place, was in the room, and has what their role needs; nobody with an interest
/// stayed.
fn is_fit(signed: &SignOff, declares: bool, unfit: &[RefusedAssignment], interested: Vec<String>) -> Step<()> {
    let who = signed.by.clone();
    if let Some(words) = unfit.iter().find_map(RefusedAssignment::interest) {
        return Err(StepRefused::Interested { who, words: words.to_owned() });
    }
    if !unfit.is_empty() {
        let why = unfit.iter().map(ToString::to_string).collect();
        return Err(StepRefused::NotFit { who, why });
    }
    if signed.room.has_left(&who) {
        return Err(StepRefused::LeftTheRoom { who });
    }
    if !declares {
        return Err(StepRefused::NotDeclared { who });
    }
    match interested.into_iter().find(|name| !signed.room.has_left(name)) {
        Some(who) => Err(StepRefused::StayedInTheRoom { who }),
        None => Ok(()),
    }
}

/// Facts over or answered, a decision named, another hand than the writer's, and the very words that stand there.
fn may_sign(report: &Report, facts: &FactsShown, signed: &SignOff) -> Step<()> {
    if facts.answers.is_empty() && facts.agreed.is_none() && signed.on <= facts.until {
        return Err(StepRefused::WindowOpen { until: facts.until });
    }
    if let Some(open) = facts.answers.iter().find(|answer| !is_settled(answer)) {
        return Err(StepRefused::FactOpen { says: open.says.clone() });
    }
    if report.written_by.iter().any(|writer| fold(writer) == fold(&signed.by)) {
        return Err(StepRefused::WroteIt { who: signed.by.clone() });
    }
    if signed.under.trim().is_empty() {
        return Err(StepRefused::NoDecision);
    }
    if signed.digest != report.words.digest { Err(StepRefused::OtherWords) } else { Ok(()) }
}

fn send(words: &Words, on: Date, to: Vec<SendTo>, rules: &Rules<'_>) -> Step<Sending> {
    if to.is_empty() {
        return Err(StepRefused::NobodyToSendTo);
    }
    let mut names = BTreeSet::new();
    for one in &to {
        if !names.insert(fold(&one.name)) {
            return Err(StepRefused::NamedTwice { name: one.name.clone() });
        }
    }
    if let Some(lost) = words.recommendations.iter().find(|r| !names.contains(&fold(&r.to))) {
        return Err(StepRefused::RecommendationForNobody { n: lost.n, to: lost.to.clone() });
    }
    let addressed = |one: SendTo| {
        let receipt = receipt(&one.name, on, one.received)?;
        if receipt.on > rules.today {
            return Err(StepRefused::NotYet { deed: "received", on: receipt.on, today: rules.today });
        }
        let theirs = words.recommendations.iter().filter(|r| fold(&r.to) == fold(&one.name)).map(|r| r.n).collect();
        Ok(Addressee { how: one.how, ..Addressee::new(one.name, one.kind, receipt, theirs, rules)? })
    };
    Ok(Sending { on, to: to.into_iter().map(addressed).collect::<Step<_>>()? })
}

/// The day of sending, unless another, later one was typed with its reason.
fn receipt(who: &str, sent: Date, typed: Option<Receipt>) -> Step<Receipt> {
    match typed {
        None => Ok(Receipt { on: sent, why: None }),
        Some(Receipt { on, .. }) if on == sent => Ok(Receipt { on, why: None }),
        Some(Receipt { on, why: Some(why) }) if on > sent && !why.trim().is_empty() => {
            Ok(Receipt { on, why: Some(why) })
        }
        Some(Receipt { on, .. }) => Err(StepRefused::Receipt { who: who.to_owned(), on }),
    }
}

/// What came from one addressee: a receipt, a reply, or nothing.
fn heard(mut sent: Sending, deed: Deed, rules: &Rules<'_>) -> Step<Sending> {
    let (Deed::Received { by, .. } | Deed::Reply { by, .. } | Deed::NoReply { by, .. } | Deed::Disowned { by, .. }) =
        &deed
    else {
        return Ok(sent);
    };
    let Some(addressee) = sent.to.iter_mut().find(|addressee| fold(&addressee.name) == fold(by)) else {
        return Err(StepRefused::NotAnAddressee { who: by.clone() });
    };
    match deed {
        Deed::Received { by, on, why } => {
            let receipt = receipt(&by, sent.on, Some(Receipt { on, why: Some(why) }))?;
            *addressee = addressee.received(receipt, rules)?;
        }
        Deed::Reply { on, acknowledgement, answers, given_by, .. } => {
            reply(addressee, Reply { on, acknowledgement, answers, given_by, disowned: None })?;
        }
        Deed::Disowned { on, reply, why, said_by, .. } => disown(addressee, reply, Disowned { on, why, by: said_by })?,
        Deed::NoReply { on, .. } => {
            if addressee.is_answered() {
                return Err(StepRefused::HasAnswered { who: addressee.name.clone() });
            }
            still_time(addressee, on)?;
            addressee.no_reply_noted = Some(on);
        }
        _ => {}
    }
    Ok(sent)
}

fn reply(addressee: &mut Addressee, reply: Reply) -> Step<()> {
    let who = addressee.name.clone();
    if reply.on < addressee.receipt.on {
        return Err(StepRefused::ReplyBeforeReceipt { who, received: addressee.receipt.on });
    }
    if reply.answers.is_empty() && reply.acknowledgement.trim().is_empty() {
        return Err(StepRefused::EmptyReply { who });
    }
    if let Some(other) = reply.answers.iter().find(|answer| !addressee.recommendations.contains(&answer.n)) {
        return Err(StepRefused::NotTheirs { who, n: other.n });
    }
    if let Some(empty) = reply.answers.iter().find(|answer| answer.what.trim().is_empty()) {
        return Err(StepRefused::EmptyPromise { who, n: empty.n });
    }
    addressee.replies.push(reply);
    Ok(())
}

/// What was given in the wrong name is marked so, once, and stays.
fn disown(addressee: &mut Addressee, n: usize, disowned: Disowned) -> Step<()> {
    let who = addressee.name.clone();
    if disowned.why.trim().is_empty() {
        return Err(StepRefused::DisownedWithout { who });
    }
    let reply = n.checked_sub(1).and_then(|at| addressee.replies.get_mut(at));
    match reply {
        Some(reply) if reply.disowned.is_none() && disowned.on >= reply.on => {
            reply.disowned = Some(disowned);
            Ok(())
        }
        _ => Err(StepRefused::NoSuchReply { who, n }),
    }
}

/// Nobody is called silent before their day is over.
fn still_time(addressee: &Addressee, today: Date) -> Step<()> {
    if today > addressee.until {
        return Ok(());
    }
    Err(StepRefused::StillTime {
        who: addressee.name.clone(),
        until: addressee.until,
        citation: addressee.citation.clone(),
    })
}

/// Without an answer a report is published all the same, once the day is over, and says so.
fn publish(sent: &Sending, on: Date, copies: Vec<String>, rules: &Rules<'_>) -> Step<Publication> {
    let silent: Vec<&Addressee> = sent.to.iter().filter(|addressee| !addressee.is_answered()).collect();
    for addressee in &silent {
        still_time(addressee, on)?;
    }
    let copies = if copies.is_empty() { rules.scheme.copies_to.clone() } else { copies };
    let without_answer = silent.iter().map(|addressee| (addressee.name.clone(), addressee.until)).collect();
    Ok(Publication { on, copies, without_answer, given: Vec::new() })
}
