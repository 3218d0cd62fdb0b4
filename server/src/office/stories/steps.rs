//! The table: every step of a report at every stage, by everybody who may not take it then; each is refused with its rule,
//! and nothing of the report changes.

use super::lines::hidden;
use super::reports::Story;
use crate::auth::may::{Role, right};
use crate::office::testing::{House, NOW, Seat, Told};
use crate::store::authorisations::Interest;
use axum::http::StatusCode;

/// The stages in their order, and which steps may be taken there.
const STAGES: [(&str, &[&str]); 7] = [
    ("draft", &["shown", "read"]),
    ("read by the team", &["shown", "read", "checked"]),
    ("checked", &["facts"]),
    ("with the provider for facts", &["fact", "sign-off"]),
    ("signed off", &["sent"]),
    ("sent", &["received", "reply", "disowned", "no-reply", "published"]),
    ("published", &["reply", "disowned", "copy"]),
];

/// A report with everybody who might want to do something to it.
struct Table {
    story: Story,
    council: String,
    /// Who sits where: with a role at the office, or without.
    seats: Vec<(&'static str, Option<Role>, Seat)>,
    /// Links by what they are for.
    links: Vec<(&'static str, Seat)>,
}

impl Table {
    async fn laid() -> Table {
        let story = Story::begun().await;
        let council = story.asks().await;
        story.weighs("12").await;
        let (house, again) = (&story.house, |seat: &Seat, name: &'static str| (seat.person.clone(), name));
        let mut seats = Vec::new();
        for (role, word) in [
            (Role::Administrator, "Samuel Reed"),
            (Role::SafeguardingLead, "Femi Adewale"),
            (Role::Outreach, "Dilys Morgan"),
        ] {
            seats.push((word, Some(role), house.seat(word, role.word()).await));
        }
        for ((person, name), role) in [
            (again(&story.priya, "Priya Nair"), Role::Officer),
            (again(&story.ruth, "Ruth Levy"), Role::Steering),
            (again(&story.team[0], "Asha Patel"), Role::Representative),
        ] {
            seats.push((name, Some(role), house.again(&person, name).await));
        }
        let grace = house.representative("Grace Lindqvist", &story.priya.person).await;
        seats.push(("Grace Lindqvist", Some(Role::Representative), grace));
        seats.push(("nobody", None, House::nobody()));
        Table { story, council, seats, links: Vec::new() }
    }

    /// The form of each step, such that its right person could send it at its stage.
    async fn forms(&self) -> Vec<(&'static str, Vec<(String, String)>)> {
        let (asha, ruth) = (&self.story.team[0].person, &self.story.ruth.person);
        let id = self.story.own.rsplit('/').next().unwrap();
        let digest = self.story.house.org.report(id).await.unwrap().unwrap().words_digest;
        let form = |fields: &[(&str, &str)]| fields.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        let home = ("by", "Beechway Care Ltd");
        vec![
            ("shown", form(&[("on", "2026-09-01")])),
            ("read", form(&[("on", "2026-09-01"), (&format!("answer_{asha}"), "agreed")])),
            ("checked", form(&[("on", "2026-09-09"), ("digest", &digest)])),
            ("facts", form(&[("on", "2026-09-10"), ("until", "2026-12-24")])),
            (
                "fact",
                form(&[
                    ("on", "2026-09-11"),
                    home,
                    ("says", "Lukewarm."),
                    ("outcome", "kept"),
                    ("decided", "not accepted"),
                ]),
            ),
            (
                "sign-off",
                form(&[
                    ("on", "2026-09-25"),
                    ("by", ruth),
                    ("under", "a meeting"),
                    ("digest", &digest),
                    ("declares", "yes"),
                ]),
            ),
            ("sent", form(&[("on", "2026-09-28"), ("to", &self.story.provider), ("to", &self.council)])),
            ("received", form(&[("on", "2026-09-29"), home, ("why", "they rang")])),
            ("reply", form(&[("on", "2026-10-01"), home, ("will_1", "yes"), ("what_1", "A new urn.")])),
            ("disowned", form(&[("on", "2026-10-02"), home, ("reply", "1"), ("why", "they rang")])),
            ("no-reply", form(&[("on", "2026-11-06"), ("by", "Sutton Council")])),
            ("published", form(&[("on", "2026-11-06")])),
            ("copy", form(&[("on", "2026-11-07"), ("copy_to", "the library"), ("how", "by post")])),
        ]
    }

    async fn version(&self) -> i64 {
        let id = self.story.own.rsplit('/').next().unwrap();
        self.story.house.org.report(id).await.unwrap().unwrap().version
    }

    async fn send(&self, seat: &Seat, path: &str, form: &[(String, String)]) -> Told {
        let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        self.story.house.post(seat, path, &form).await
    }

    /// Everybody tries everything that they may not, where the report stands now; how many were refused.
    async fn all_try(&self, stage: &str, taken_here: &[&str]) -> usize {
        let (version, mut refused) = (self.version().await, 0);
        for (step, form) in self.forms().await {
            let route = format!("/office/reports/{{id}}/{step}");
            let may = right("POST", &route).unwrap_or_else(|| panic!("{route} stands in the table of rights"));
            let path = format!("{}/{step}", self.story.own);
            let links = self.links.iter().map(|(name, seat)| (*name, None, seat));
            for (who, role, seat) in self.seats.iter().map(|(who, role, seat)| (*who, *role, seat)).chain(links) {
                let let_in = role.is_some_and(|role| may.lets_in(Some(&[role])));
                if let_in && who != "Grace Lindqvist" && taken_here.contains(&step) {
                    continue;
                }
                let told = self.send(seat, &path, &form).await;
                let row = format!("{who}, {step}, {stage}: {} {}", told.status, told.page);
                match (role, let_in) {
                    (None, _) => assert!(told.to.starts_with("/sign-in") || told.says("Sign in"), "{row}"),
                    (Some(_), false) => assert_eq!(told.status, StatusCode::FORBIDDEN, "{row}"),
                    (Some(_), true) if who == "Grace Lindqvist" => {
                        assert_eq!(told.status, StatusCode::NOT_FOUND, "{row}")
                    }
                    (Some(_), true) => {
                        assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY, "{row}");
                        assert!(
                            told.says(&format!("at the stage “{stage}”")) && told.says("The rule: a report goes from"),
                            "{row}"
                        );
                    }
                }
                refused += 1;
                assert_eq!(self.version().await, version, "something changed: {row}");
            }
        }
        refused + self.links_try(stage, version).await
    }

    /// Whoever holds a link does by it what it is not for just now, or answers what is somebody else's.
    async fn links_try(&self, stage: &str, version: i64) -> usize {
        let facts = [("wrong_else", "It was lukewarm."), ("name", "D. Whitlock"), ("role", "manager")];
        let reply = [("will_2", "yes"), ("what_2", "We will."), facts[1], facts[2]];
        let not_ours = [("reply", "1"), ("why", "not ours"), facts[1], facts[2]];
        let mut refused = 0;
        for (purpose, seat) in &self.links {
            let out = matches!(stage, "sent" | "published");
            for (path, form, its_turn) in [
                ("facts", &facts[..], *purpose == "facts" && stage == "with the provider for facts"),
                ("send", &reply[..], false),
                ("disown", &not_ours[..], *purpose == "answer" && out),
            ] {
                // The one recommendation of the council is the second; the provider's link does not reach it.
                if its_turn || (path == "send" && *purpose == "council" && out) {
                    continue;
                }
                self.story.house.post(seat, &format!("/answer/{path}"), form).await;
                assert_eq!(self.version().await, version, "{purpose}, {path}, {stage}");
                refused += 1;
            }
        }
        refused
    }

    /// The step by which the report leaves a stage.
    async fn goes_on(&mut self, stage: &str) {
        let step = match stage {
            "draft" => "read",
            "read by the team" => "checked",
            "checked" => "facts",
            "with the provider for facts" => "sign-off",
            "signed off" => "sent",
            "sent" => "published",
            _ => return,
        };
        if stage == "with the provider for facts" {
            let home = [("by", "Beechway Care Ltd"), ("says", "Lukewarm.")];
            let decided = [("outcome", "kept"), ("decided", "not accepted")];
            self.story.takes("fact", &[&[("on", "2026-09-11")], &home[..], &decided[..]].concat()).await;
        }
        if stage == "sent" {
            let form = [("on", "2026-11-06"), ("by", "Sutton Council")];
            self.story.takes("no-reply", &form).await;
        }
        let forms = self.forms().await;
        let (_, form) = forms.iter().find(|(name, _)| *name == step).unwrap();
        let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        self.story.takes(step, &form).await;
        if step == "sent" {
            self.links.push(("answer", self.story.manager().await));
            self.links.push(("council", self.story.house.opens(&self.story.link(&self.council).await).await));
        }
        if step == "facts" {
            self.links.push(("facts", self.story.manager().await));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_step_at_every_stage_is_refused_to_every_wrong_role_and_person() {
    let mut table = Table::laid().await;
    let mut rows = 0;
    for (stage, taken_here) in STAGES {
        rows += table.all_try(stage, taken_here).await;
        table.goes_on(stage).await;
    }
    assert!(rows > 7 * 13 * 6, "{rows} rows are too few to be the table");
}

/// Who signs, what the form says besides, and the rule that stands against it; none where it is taken.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_signs_who_wrote_it_has_an_interest_is_not_fit_has_left_or_is_nobody_who_signs() {
    let story = Story::begun().await;
    let (house, judge) = (&story.house, story.priya.person.as_str());
    let ines = house.member("Ines Duarte", judge).await;
    let interest = Interest {
        id: crate::office::new_id(NOW),
        person: ines.person.clone(),
        words: "my sister is a nurse there".into(),
        body: Some(story.provider.clone()),
        place: None,
        declared_on: "2026-08-01".into(),
        ended_on: None,
    };
    house.org.declare_interest(interest).await.unwrap();
    let omar = house.seat("Omar Haddad", "steering group member").await;
    let omar = house.authorised(omar, judge, "2026-09-17").await;
    let ada = house.seat("Ada Mensah", "steering group member").await;
    let lena = house.member("Lena Ford", judge).await;
    let mut left = house.org.person(&lena.person).await.unwrap().unwrap();
    left.left_on = Some("2026-09-17".into());
    house.org.change_person(left).await.unwrap();

    story.read().await;
    let digest = hidden(&story.page().await, "digest");
    story.takes("checked", &[("on", "2026-09-02"), ("digest", &digest)]).await;
    story.takes("facts", &[("on", "2026-09-03"), ("until", "2026-09-17")]).await;
    let digest = hidden(&story.page().await, "digest");
    let was = |seat: &Seat| format!("was_{}", seat.person);
    let why = |seat: &Seat| format!("why_{}", seat.person);
    let fields = [was(&ines), was(&story.ruth), why(&ines), why(&story.ruth)];
    let [ines_was, ruth_was, ines_why, ruth_why] = fields.each_ref().map(String::as_str);
    let declares = ("declares", "yes");
    // Who signs, what they fill in, and what stands against it.
    type Row<'t> = (&'t Seat, &'t [(&'t str, &'t str)], &'t str);
    let table: [Row<'_>; 11] = [
        (&story.priya, &[declares], "Priya Nair wrote some of it"),
        (&story.team[0], &[declares], "Asha Patel is nobody who signs reports off"),
        (&lena, &[declares], "Lena Ford is nobody who signs reports off"),
        (&ines, &[declares], "Ines Duarte has declared an interest: my sister is a nurse there"),
        (&omar, &[declares], "Omar Haddad cannot sign: check expired on 2026-09-17"),
        (&ada, &[declares], "Ada Mensah cannot sign: no criminal record check was seen"),
        (&story.ruth, &[], "Ruth Levy has not said that they wrote none of it"),
        (
            &story.ruth,
            &[declares, (ines_was, "present")],
            "Ines Duarte has declared an interest and is not said to have left",
        ),
        (&story.ruth, &[declares, (ruth_was, "left"), (ruth_why, "unwell")], "Ruth Levy is said to have left the room"),
        (&story.ruth, &[declares, (ines_was, "left")], "Say why Ines Duarte left the room."),
        (&story.ruth, &[declares, ("on", "2026-09-17")], "can say until 17 September"),
    ];
    let before = house.org.report(story.own.rsplit('/').next().unwrap()).await.unwrap().unwrap().version;
    for (seat, more, words) in table {
        let on = more.iter().find(|(name, _)| *name == "on").map_or("2026-09-18", |(_, on)| on);
        let mut form =
            vec![("on", on), ("by", seat.person.as_str()), ("under", "a meeting"), ("digest", digest.as_str())];
        form.extend(more.iter().filter(|(name, _)| *name != "on"));
        let told = story.step("sign-off", &form).await;
        if words.starts_with("can say") {
            assert!(told.says("the provider has until 2026-09-17 to say which facts are wrong"), "{}", told.page);
        } else {
            assert!(told.says(words), "{words}: {}", told.page);
        }
        assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let for_another =
        [("on", "2026-09-18"), ("by", ines.person.as_str()), ("under", "a meeting"), ("digest", digest.as_str())];
    let told = house.post(&story.ruth, &format!("{}/sign-off", story.own), &for_another).await;
    assert_eq!(told.status, StatusCode::FORBIDDEN, "a member signs for nobody else");
    assert_eq!(house.org.report(story.own.rsplit('/').next().unwrap()).await.unwrap().unwrap().version, before);

    let taken = [
        ("on", "2026-09-18"),
        ("by", story.ruth.person.as_str()),
        ("under", "a meeting"),
        ("digest", digest.as_str()),
        declares,
        (ines_was, "left"),
        (ines_why, "her sister works there"),
    ];
    story.takes("sign-off", &taken).await;
    assert!(story.page().await.says("Ines Duarte left the room: her sister works there."));
    for line in house.org.audit_after(0, 100_000).await.unwrap() {
        assert!(!line.what.contains("sister") && !line.subject.contains("sister"), "{line:?}");
    }
    let steps = house.org.report_steps(story.own.rsplit('/').next().unwrap()).await.unwrap();
    assert!(steps.iter().all(|step| !step.json.contains("is a nurse there") && !step.json.contains("check_seen")));
}

/// Asha answers for herself; whatever else stands in her form says nothing for Tom.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_says_for_another_what_they_meant() {
    let story = Story::begun().await;
    let tom = format!("answer_{}", story.team[1].person);
    let path = format!("{}/read", story.own);
    let told = story.house.post(&story.team[0], &path, &[("on", "2026-09-01"), (&tom, "agreed")]).await;
    assert!(told.says("Say what at least one of those who went has answered."), "{}", told.page);
    let for_tom = [("on", "2026-09-01"), ("for", story.team[1].person.as_str()), ("answer", "agreed")];
    assert_eq!(story.house.post(&story.team[0], &path, &for_tom).await.status, StatusCode::FORBIDDEN);
    let grace = story.house.representative("Grace Lindqvist", &story.priya.person).await;
    assert_eq!(story.house.get(&grace, &path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(story.house.get(&story.ruth, &path).await.status, StatusCode::FORBIDDEN);
}
