//! Every form of the office leaves a line in the audit log: a new route that leaves none is seen here.

use crate::auth::may::TABLE;
use crate::office::testing::{House, PACK, Seat, Told};
use axum::http::StatusCode;
use domain::entry::Entry;
use domain::notebook::{Spot, Value};
use std::collections::BTreeSet;

struct Walk {
    house: House,
    walked: BTreeSet<&'static str>,
}

/// The value of a hidden field on a page.
pub(super) fn hidden(page: &Told, name: &str) -> String {
    let (_, rest) = page.page.split_once(&format!("name=\"{name}\" value=\"")).expect("the field");
    rest.split_once('"').unwrap().0.replace("&quot;", "\"").replace("&#x2f;", "/")
}

impl Walk {
    /// Sends a form of the route `pattern`, which must be taken and leave a line.
    async fn does(&mut self, pattern: &'static str, seat: &Seat, path: &str, form: &[(&str, &str)]) -> Told {
        let before = self.house.lines().await;
        let told = self.house.post(seat, path, form).await;
        self.left_a_line(pattern, before, &told).await;
        told
    }

    async fn left_a_line(&mut self, pattern: &'static str, before: usize, told: &Told) {
        let taken = told.status == StatusCode::OK || told.status == StatusCode::SEE_OTHER;
        assert!(taken, "{pattern}: {} {}", told.status, told.page);
        assert!(self.house.lines().await > before, "{pattern} left no line in the audit log");
        self.walked.insert(pattern);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_form_of_the_office_leaves_a_line_in_the_audit_log() {
    let mut walk = Walk { house: House::open().await, walked: BTreeSet::new() };
    let samuel = walk.house.seat("Samuel Reed", "host administrator").await;
    let priya = walk.house.seat("Priya Nair", "host officer").await;
    people(&mut walk, &samuel, &priya).await;
    let (place, provider, commissioner) = places(&mut walk, &samuel).await;
    let asha = walk.house.representative("Asha Patel", &priya.person).await;
    let tom = walk.house.representative("Tom Okafor", &priya.person).await;
    let grace = walk.house.representative("Grace Lindqvist", &priya.person).await;
    let visit = visits(&mut walk, &priya, &place, [&asha, &tom, &grace]).await;
    let finding = findings(&mut walk, &priya, &visit, &provider, [&asha, &tom]).await;
    report(&mut walk, &priya, &visit, &finding, [&asha, &tom], [&provider, &commissioner]).await;
    tablets_and_the_rest(&mut walk, &samuel, &asha).await;

    let posts = TABLE.iter().filter(|(method, ..)| *method == "POST").map(|(_, path, _)| *path);
    let silent: Vec<&str> = posts.filter(|path| !walk.walked.contains(path)).collect();
    assert_eq!(silent, Vec::<&str>::new(), "no story sends these forms, and nobody knows whether they leave a line");
    assert_eq!(walk.house.org.check_audit().await.unwrap(), None);
    let typed = ["Dilys", "works weekends", "cold", "lost on the bus", "Beechway", "steering meeting"];
    for line in walk.house.org.audit_after(0, 100_000).await.unwrap() {
        let said = format!("{} {}", line.what, line.subject);
        assert!(!typed.iter().any(|words| said.contains(words)), "somebody's words: {said}");
    }
}

async fn people(walk: &mut Walk, samuel: &Seat, priya: &Seat) {
    let new = [("name", "Dilys Morgan"), ("role", "outreach worker")];
    let dilys = walk.does("/office/people/new", samuel, "/office/people/new", &new).await.id();
    let own = format!("/office/people/{dilys}");
    walk.does("/office/people/{id}", samuel, &own, &[new[0], new[1], ("phone", "020 7946 0102")]).await;
    let check = [("check_seen", "2026-03-02"), ("check_seen_by", priya.person.as_str())];
    walk.does("/office/people/{id}/authorisation", samuel, &format!("{own}/authorisation"), &check).await;
    let interest = [("words", "works weekends at Rose Lodge"), ("on", "2026-10-01")];
    walk.does("/office/people/{id}/interests", samuel, &format!("{own}/interests"), &interest).await;
    let interest = walk.house.org.interests(&dilys).await.unwrap()[0].id.clone();
    let end = [("interest", interest.as_str()), ("ended_on", "2026-11-01")];
    walk.does("/office/people/{id}/interests/end", samuel, &format!("{own}/interests/end"), &end).await;
    let password = [("password", "tea without milk")];
    walk.does("/office/people/{id}/password", samuel, &format!("{own}/password"), &password).await;

    let typed = [("name", "Dilys Morgan"), ("password", "tea without milk")];
    walk.does("/sign-in", samuel, "/sign-in", &typed).await;
    for name in ["Dilys Morgan", "Nobody of that name"] {
        let before = walk.house.lines().await;
        walk.house.post(samuel, "/sign-in", &[("name", name), ("password", "tea with milk")]).await;
        assert!(walk.house.lines().await > before, "a wrong try as {name} left no line");
    }
    let seat = walk.house.again(&dilys, "Dilys Morgan").await;
    let change = [("old_password", "tea without milk"), ("password", "coffee without milk")];
    walk.does("/office/me/password", &seat, "/office/me/password", &change).await;
    let seat = walk.house.again(&dilys, "Dilys Morgan").await;
    walk.does("/sign-out", &seat, "/sign-out", &[]).await;
}

async fn places(walk: &mut Walk, samuel: &Seat) -> (String, String, String) {
    for (name, kind) in [("Beechway Care Ltd", "provider"), ("Sutton Council", "commissioner")] {
        let form = [("name", name), ("kind", kind)];
        walk.does("/office/bodies/new", samuel, "/office/bodies/new", &form).await;
    }
    let bodies = walk.house.org.bodies().await.unwrap();
    let reach = [("email", "office@cold.example"), ("phone", "020 7946 0199")];
    walk.does("/office/bodies/{id}", samuel, &format!("/office/bodies/{}", bodies[0].id), &reach).await;
    let id = |kind: &str| bodies.iter().find(|b| b.kind == kind).unwrap().id.clone();
    let (provider, commissioner) = (id("provider"), id("commissioner"));
    let form = [("name", "Hazel Court"), ("kind", "care home"), ("provider", provider.as_str())];
    let place = walk.does("/office/places/new", samuel, "/office/places/new", &form).await.id();
    walk.does("/office/places/{id}", samuel, &format!("/office/places/{place}"), &form).await;
    let before = walk.house.lines().await;
    let rows = "\"H85021\",\"THE CHESSER SURGERY\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"SM5 2RT\",\"\",\"\",\"A\"\n";
    let told = walk.house.upload(samuel, "/office/places/import", rows).await;
    walk.left_a_line("/office/places/import", before, &told).await;
    (place, provider, commissioner)
}

async fn visits(walk: &mut Walk, priya: &Seat, place: &str, team: [&Seat; 3]) -> String {
    let [asha, tom, grace] = team.map(|seat| seat.person.as_str());
    let form = [
        ("place", place),
        ("date", "2026-11-09"),
        ("announcement", "announced"),
        ("purpose", "Mealtimes"),
        ("team", asha),
        ("team", tom),
    ];
    let visit = walk.does("/office/visits/new", priya, "/office/visits/new", &form).await.id();
    let other = walk.does("/office/visits/new", priya, "/office/visits/new", &form).await.id();
    walk.does("/office/visits/{id}/team", priya, &format!("/office/visits/{other}/team"), &[("person", grace)]).await;
    let reason = [("reason", "the home has flu")];
    walk.does("/office/visits/{id}/cancel", priya, &format!("/office/visits/{other}/cancel"), &reason).await;
    visit
}

async fn findings(walk: &mut Walk, priya: &Seat, visit: &str, provider: &str, team: [&Seat; 2]) -> String {
    let said = walk.house.said(visit, team[0], "The tea is cold.", false).await;
    let heard = walk.house.said(visit, team[1], "They shout at night.", true).await.to_string();
    let spot = Spot::Summary("overall impression".into());
    let told = ["Warm and loud.", "A cold place."].map(|words| Value::Text(words.into()));
    let [warm, cold] = told;
    walk.house.apart(visit, spot, [(team[0], warm), (team[1], cold)]).await;
    let own = format!("/office/visits/{visit}");
    walk.does("/office/visits/{id}/release", priya, &format!("{own}/release"), &[("release", &heard)]).await;
    let regretted = walk.house.said(visit, team[1], "Please do not keep that.", false).await;
    let out = format!("/office/notes/{regretted}/take-back");
    walk.does("/office/notes/{id}/take-back", priya, &out, &[]).await;
    let (photo, _) = walk.house.photographed(visit, team[0], "cold tea").await;
    let photo = photo.to_string();
    let shows = format!("shows_{photo}");
    let form = [("entry", photo.as_str()), (shows.as_str(), "A cold cup.")];
    walk.does("/office/visits/{id}/photos/shows", priya, &format!("{own}/photos/shows"), &form).await;
    walk.does("/office/visits/{id}/photos/look", priya, &format!("{own}/photos/look"), &form[..1]).await;
    let here = format!("{own}/differences");
    let page = walk.house.get(priya, &here).await;
    let [notebook, spot, seen] = ["notebook", "spot", "seen"].map(|name| hidden(&page, name));
    let form = [("notebook", notebook.as_str()), ("spot", spot.as_str()), ("seen", seen.as_str()), ("words", "Loud.")];
    walk.does("/office/visits/{id}/differences", priya, &here, &form).await;

    let said = said.to_string();
    let form = [("theme", "food"), ("words", "Tea comes cold."), ("evidence", said.as_str())];
    walk.does("/office/visits/{id}/findings", priya, &format!("{own}/findings"), &form).await;
    let finding = walk.house.org.findings(visit).await.unwrap()[0].id.clone();
    walk.does("/office/findings/{id}", priya, &format!("/office/findings/{finding}"), &form).await;
    let lend = format!("/office/findings/{finding}/evidence");
    walk.does("/office/findings/{id}/evidence", priya, &lend, &[("evidence", &heard)]).await;
    let practice = format!("{own}/good-practice");
    walk.does("/office/visits/{id}/good-practice", priya, &practice, &[("evidence", &said)]).await;
    let form = [("body", provider), ("words", "Bring the tea hot."), ("finding", finding.as_str())];
    walk.does("/office/visits/{id}/recommendations", priya, &format!("{own}/recommendations"), &form).await;
    let ask = walk.house.org.recommendations(visit).await.unwrap()[0].id.clone();
    let words = [("words", "Bring the tea hot, please.")];
    walk.does("/office/recommendations/{id}", priya, &format!("/office/recommendations/{ask}"), &words).await;
    finding
}

async fn report(walk: &mut Walk, priya: &Seat, visit: &str, finding: &str, team: [&Seat; 2], to: [&String; 2]) {
    let begun = walk.does("/office/visits/{id}/report", priya, &format!("/office/visits/{visit}/report"), &[]).await;
    let own = begun.to;
    let at = |step: &str| format!("{own}/{step}");
    let words = [("title", "Mealtimes at Hazel Court"), ("summary", "Cold tea."), ("contact", "Ring us.")];
    walk.does("/office/reports/{id}/words", priya, &at("words"), &words).await;
    let carer = serde_json::json!({"words": "We run.", "speaker": "staff", "consent": "quote"});
    let carer = Entry::View(serde_json::from_value(carer).unwrap());
    let carer = walk.house.noted(visit, team[0], PACK, carer).await.to_string();
    let lend = format!("/office/findings/{finding}/evidence");
    walk.does("/office/findings/{id}/evidence", priya, &lend, &[("evidence", &carer)]).await;
    let page = walk.house.get(priya, &own).await.page;
    let entry =
        |form: &str| form.split_once("name=\"entry\" value=\"").unwrap().1.split_once('"').unwrap().0.to_owned();
    let quotes: Vec<String> = page.split("/could\"").skip(1).map(entry).collect();
    for entry in &quotes {
        let could = [("entry", entry.as_str()), ("people", "12")];
        walk.does("/office/reports/{id}/could", priya, &at("could"), &could).await;
    }
    walk.does(
        "/office/reports/{id}/names",
        priya,
        &at("names"),
        &[(
            "names",
            "Mrs Cold
Dilys",
        )],
    )
    .await;
    walk.does("/office/reports/{id}/shown", priya, &at("shown"), &[("on", "2026-09-01")]).await;
    let answers = team.map(|seat| format!("answer_{}", seat.person));
    let form = [("on", "2026-09-01"), (answers[0].as_str(), "agreed"), (answers[1].as_str(), "agreed")];
    walk.does("/office/reports/{id}/read", priya, &at("read"), &form).await;
    let digest = hidden(&walk.house.get(priya, &own).await, "digest");
    let form = [("on", "2026-09-02"), ("digest", digest.as_str())];
    walk.does("/office/reports/{id}/checked", priya, &at("checked"), &form).await;
    let form = [("on", "2026-09-03"), ("until", "2026-11-17")];
    walk.does("/office/reports/{id}/facts", priya, &at("facts"), &form).await;
    facts_by_link(walk, priya, &own, to[0]).await;
    let form = [
        ("on", "2026-09-10"),
        ("by", "Beechway Care Ltd"),
        ("says", "It was lukewarm."),
        ("outcome", "kept"),
        ("decided", "not accepted"),
        ("finding", finding),
    ];
    walk.does("/office/reports/{id}/fact", priya, &at("fact"), &form).await;
    let ruth = walk.house.member("Ruth Levy", &priya.person).await;
    let digest = hidden(&walk.house.get(priya, &own).await, "digest");
    let form = [
        ("on", "2026-09-18"),
        ("by", ruth.person.as_str()),
        ("under", "steering meeting of 18 September"),
        ("digest", digest.as_str()),
        ("declares", "yes"),
    ];
    walk.does("/office/reports/{id}/sign-off", priya, &at("sign-off"), &form).await;
    let form = [("on", "2026-09-21"), ("to", to[0].as_str()), ("to", to[1].as_str())];
    walk.does("/office/reports/{id}/sent", priya, &at("sent"), &form).await;
    let form = [("on", "2026-09-22"), ("by", "Beechway Care Ltd"), ("why", "they rang")];
    walk.does("/office/reports/{id}/received", priya, &at("received"), &form).await;
    let form = [
        ("on", "2026-09-25"),
        ("by", "Beechway Care Ltd"),
        ("will_1", "yes"),
        ("what_1", "A new urn."),
        ("by_1", "2027-01-31"),
    ];
    walk.does("/office/reports/{id}/reply", priya, &at("reply"), &form).await;
    let wrong = [("on", "2026-09-26"), ("by", "Beechway Care Ltd"), ("reply", "1"), ("why", "they rang: not ours")];
    walk.does("/office/reports/{id}/disowned", priya, &at("disowned"), &wrong).await;
    replies_by_link(walk, priya, &own, to[0]).await;
    let form = [("on", "2026-10-20"), ("by", "Sutton Council")];
    walk.does("/office/reports/{id}/no-reply", priya, &at("no-reply"), &form).await;
    walk.does("/office/reports/{id}/published", priya, &at("published"), &[("on", "2026-10-21")]).await;
    let ask = walk.house.org.recommendations(visit).await.unwrap()[0].id.clone();
    let form = [
        ("day", "2026-11-02"),
        ("state", "not yet"),
        ("words", "The cold urn stands."),
        ("known", "The cook said so."),
    ];
    let path = format!("/office/recommendations/{ask}/changed");
    walk.does("/office/recommendations/{id}/changed", priya, &path, &form).await;
    let copy = [("on", "2026-10-22"), ("copy_to", "the cold council"), ("how", "by post")];
    walk.does("/office/reports/{id}/copy", priya, &at("copy"), &copy).await;

    held_mail(walk, priya, own.rsplit('/').next().unwrap(), to[0]).await;
    let team = format!("/office/visits/{visit}/team");
    let late = walk.house.post(priya, &team, &[("leave", "somebody")]).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "the team of a visit whose report was sent stays as it was");
}

/// Whoever holds the link that Priya gives out.
async fn holder(walk: &mut Walk, priya: &Seat, own: &str, body: &str) -> Seat {
    let told = walk.does("/office/reports/{id}/link", priya, &format!("{own}/link"), &[("body", body)]).await;
    let (_, rest) = told.page.split_once("a?k=").expect("the address");
    let secret = rest.split_once('<').unwrap().0.to_owned();
    walk.does("/a", priya, "/a", &[("k", &secret)]).await;
    walk.house.opens(&secret).await
}

async fn facts_by_link(walk: &mut Walk, priya: &Seat, own: &str, provider: &str) {
    let manager = holder(walk, priya, own, provider).await;
    let form = [("wrong_else", "It was lukewarm, says the cook."), ("name", "D. Whitlock"), ("role", "manager")];
    walk.does("/answer/facts", &manager, "/answer/facts", &form).await;
    let outcome = [("outcome", "kept"), ("decided", "not accepted")];
    let form = [("on", "2026-11-09"), ("by", "Beechway Care Ltd"), ("says", form[0].1), outcome[0], outcome[1]];
    walk.does("/office/reports/{id}/fact", priya, &format!("{own}/fact"), &form).await;
}

async fn replies_by_link(walk: &mut Walk, priya: &Seat, own: &str, provider: &str) {
    let manager = holder(walk, priya, own, provider).await;
    let form = [("will_1", "yes"), ("what_1", "A cold urn, and a warm one.")];
    walk.does("/answer/keep", &manager, "/answer/keep", &form).await;
    let who = [("name", "D. Whitlock"), ("role", "manager")];
    walk.does("/answer/send", &manager, "/answer/send", &who).await;
    let why = [("reply", "2"), ("why", "The cold cook wrote it."), who[0], who[1]];
    walk.does("/answer/disown", &manager, "/answer/disown", &why).await;
    walk.does("/answer/pass", &manager, "/answer/pass", &[("told", "the cold cook"), ("part", "1")]).await;
    walk.does("/office/reports/{id}/link/end", priya, &format!("{own}/link/end"), &[("body", provider)]).await;
}

/// A message that waits for Priya's word.
async fn held_mail(walk: &mut Walk, priya: &Seat, report: &str, body: &str) {
    let mail = crate::store::outbox::Mail {
        id: "held".into(),
        kind: "before".into(),
        report: report.into(),
        body: body.into(),
        state: "held".into(),
        ..Default::default()
    };
    walk.house.org.queue_mail(mail).await.unwrap();
    walk.does("/office/mail/{id}", priya, "/office/mail/held", &[("do", "send")]).await;
}

async fn tablets_and_the_rest(walk: &mut Walk, samuel: &Seat, asha: &Seat) {
    let form = [
        ("group", "Carers' group"),
        ("on", "2026-11-03"),
        ("present", "12"),
        ("kind", "presentation"),
        ("method", "information"),
    ];
    walk.does("/office/outreach/new", samuel, "/office/outreach/new", &form).await;
    walk.does("/office/tablets/enrol", samuel, "/office/tablets/enrol", &[("holder", &asha.person)]).await;
    let tablet = walk.house.tablet(&asha.person).await;
    for way in ["look-again", "write-again"] {
        let pattern =
            if way == "look-again" { "/office/tablets/{id}/look-again" } else { "/office/tablets/{id}/write-again" };
        walk.does(pattern, samuel, &format!("/office/tablets/{tablet}/{way}"), &[]).await;
    }
    let why = [("why", "lost on the bus")];
    walk.does("/office/tablets/{id}/retire", samuel, &format!("/office/tablets/{tablet}/retire"), &why).await;
    let femi = walk.house.seat("Femi Adewale", "safeguarding lead").await;
    let words = [("passphrase", "four quiet brown owls")];
    walk.does("/office/concerns/key", &femi, "/office/concerns/key", &words).await;
    walk.does("/office/concerns/open", &femi, "/office/concerns/open", &words).await;
    let before = walk.house.lines().await;
    let export = walk.house.get(samuel, "/office/export.json").await;
    assert_eq!(export.status, StatusCode::OK);
    let all: serde_json::Value = serde_json::from_str(&export.page).unwrap();
    assert_eq!(all["reports"][0]["sent"]["title"]["place"], "Hazel Court", "what was sent is in the export");
    assert!(walk.house.lines().await > before, "a whole export left no line");
}
