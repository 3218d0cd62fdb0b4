//! Mail through a real mail server on this machine: what goes, when, once, and what becomes of it when the server is away.

use super::reports::Story;
use crate::mail::{Post, work};
use crate::office::testing::{House, ask};
use crate::store::bodies::Body;
use crate::store::outbox::Mail;
use crate::store::reports::NewReport;
use axum::http::{StatusCode, header};
use jiff::civil::date;
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

/// A mail server on this machine that keeps what it takes in a folder.
struct MailServer {
    child: Child,
    port: u16,
    folder: tempfile::TempDir,
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl MailServer {
    fn open(port: u16) -> Self {
        Self::with(port, "")
    }

    /// One that says `no` to each sender (`MAIL`) or recipient (`RCPT`).
    fn refusing(port: u16, what: &str, no: &str) -> Self {
        let more = if what == "MAIL" { "address, options" } else { "address, rcpt_options" };
        Self::with(
            port,
            &format!("    async def handle_{what}(self, server, session, envelope, {more}):\n        return '{no}'\n"),
        )
    }

    fn with(port: u16, refuses: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let class = format!("from aiosmtpd.handlers import Mailbox\nclass Kept(Mailbox):\n    pass\n{refuses}");
        std::fs::write(folder.path().join("house_of_mail.py"), class).unwrap();
        // Debian's own Python has the server (python3-aiosmtpd); another one on the path may not.
        let python = ["/usr/bin/python3", "python3"].into_iter().find(|p| Command::new(p).arg("-V").output().is_ok());
        let child = Command::new(python.expect("Python is not here"))
            .args(["-m", "aiosmtpd", "-n", "-l", &format!("127.0.0.1:{port}"), "-c", "house_of_mail.Kept"])
            .env("PYTHONPATH", folder.path())
            .arg(folder.path().join("mail"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut server = Self { child, port, folder };
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(server.child.try_wait().unwrap().is_none(), "no mail server: apt-get install python3-aiosmtpd");
            std::thread::yield_now();
        }
        server
    }

    fn post(port: u16) -> Post {
        Post::of(&format!("smtp://127.0.0.1:{port}"), "Sutton LINk <office@link.example>", None).unwrap()
    }

    /// What came, oldest first.
    fn letters(&self) -> Vec<String> {
        let there = std::fs::read_dir(self.folder.path().join("mail/new"));
        let mut files: Vec<_> = there.into_iter().flatten().map(|file| file.unwrap()).collect();
        files.sort_by_key(|file| file.metadata().unwrap().modified().unwrap());
        files.iter().map(|file| std::fs::read_to_string(file.path()).unwrap()).collect()
    }
}

/// The secret of the link in a letter.
fn secret(letter: &str) -> String {
    let (_, rest) = letter.split_once("/a?k=").expect("a link");
    rest.split_whitespace().next().unwrap().to_owned()
}

impl Story {
    /// The same with a mail server, and an address of the provider's.
    async fn with_mail(self, port: u16) -> Story {
        let reach = [("email", "manager@beechway.example"), ("phone", "020 7946 0101")];
        let path = format!("/office/bodies/{}", self.provider);
        assert_eq!(self.house.post(&self.priya, &path, &reach).await.status, StatusCode::SEE_OTHER);
        Story { house: self.house.with_post(MailServer::post(port)), ..self }
    }

    /// Noon of a later day; Priya has to sign in again.
    async fn on(&mut self, day: jiff::civil::Date) {
        self.house.wait_for(day);
        self.priya = self.house.again(&self.priya.person, "Priya Nair").await;
    }

    async fn work(&self) {
        work(&self.house.office).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_reminder_goes_once_whatever_is_restarted() {
    let server = MailServer::open(free_port());
    let mut story = Story::begun().await.with_mail(server.port).await;
    story.sent().await;
    for (day, letters, subject) in [
        (date(2026, 11, 19), 0, ""),
        (date(2026, 11, 20), 1, "Subject: Your answer is due by Friday 27 November 2026"),
        (date(2026, 11, 26), 1, "due by Friday"),
        (date(2026, 11, 27), 2, "Subject: Your answer is due today"),
        (date(2026, 11, 28), 3, "Subject: Your answer was due by Friday 27 November 2026"),
        (date(2026, 12, 1), 3, "was due by"),
    ] {
        story.on(day).await;
        story.work().await;
        story = Story { house: story.house.started_again(), ..story };
        story.work().await;
        tokio::join!(story.work(), story.work());
        let came = server.letters();
        assert_eq!(came.len(), letters, "{day}: {came:?}");
        assert!(came.last().is_none_or(|last| last.contains(subject)), "{day}: {came:?}");
    }
    let page = story.page().await;
    assert!(page.says("The reminder before the day went.") && page.says("to Beechway Care Ltd"), "{}", page.page);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_reminded_who_has_answered_and_a_mail_holds_no_word_of_the_report() {
    let server = MailServer::open(free_port());
    let mut story = Story::begun().await.with_mail(server.port).await;
    story.sent().await;
    story.takes("link", &[("body", &story.provider), ("do", "mail")]).await;
    story.work().await;
    story.on(date(2026, 11, 27)).await;
    story.work().await;
    let came = server.letters();
    assert_eq!(came.len(), 2);
    for letter in &came {
        for words in ["tea", "Tea", "biscuits", "Asha", "Tom", "Priya"] {
            assert!(!letter.contains(words), "{words}: {letter}");
        }
        assert!(letter.contains("To: manager@beechway.example") && letter.contains("Auto-Submitted: auto-generated"));
        assert!(letter.contains("Hazel Court") && letter.contains("Sutton LINk"), "{letter}");
    }
    assert_ne!(secret(&came[0]), secret(&came[1]), "each letter has a secret of its own");
    let reply = [("on", "2026-11-27"), ("by", "Beechway Care Ltd")];
    let answers = [("will_1", "yes"), ("what_1", "A new urn."), ("will_3", "no"), ("what_3", "No.")];
    story.takes("reply", &[&reply[..], &answers[..]].concat()).await;
    story.on(date(2026, 11, 28)).await;
    story.work().await;
    assert_eq!(server.letters().len(), 2, "they have answered");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_server_that_is_away_is_tried_again_and_the_desk_says_so() {
    let port = free_port();
    let mut story = Story::begun().await.with_mail(port).await;
    story.sent().await;
    story.on(date(2026, 11, 20)).await;
    story.work().await;
    let desk = story.house.get(&story.priya, "/office").await;
    assert!(desk.says("has not gone yet: the mail server cannot be reached"), "{}", desk.page);
    assert!(desk.says("Links and reminders go out as"), "{}", desk.page);
    let server = MailServer::open(port);
    story.work().await;
    assert_eq!(server.letters().len(), 0, "it is not hammered at");
    story.house.wait_minutes(10);
    story.work().await;
    assert_eq!(server.letters().len(), 1);
    let desk = story.house.get(&story.priya, "/office").await;
    assert!(!desk.says("has not gone yet"), "{}", desk.page);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_mail_server_the_desk_says_that_mail_is_off_and_whom_to_ring() {
    let mut story = Story::begun().await;
    let path = format!("/office/bodies/{}", story.provider);
    story.house.post(&story.priya, &path, &[("phone", "020 7946 0101")]).await;
    story.sent().await;
    story.step("link", &[("body", &story.provider)]).await;
    let told = story.step("link", &[("body", &story.provider), ("do", "mail")]).await;
    assert_eq!(told.status, StatusCode::CONFLICT);
    let desk = story.house.get(&story.priya, "/office").await;
    assert!(
        desk.says("None goes out: links and reminders are sent by hand") && !desk.says("ring them"),
        "{}",
        desk.page
    );
    story.on(date(2026, 11, 14)).await;
    let desk = story.house.get(&story.priya, "/office").await;
    assert!(desk.says("Nobody has opened it in 5 days: ring them, 020 7946 0101."), "{}", desk.page);
    let secret = story.link(&story.provider).await;
    story.house.opens(&secret).await;
    assert!(!story.house.get(&story.priya, "/office").await.says("ring them"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_only_came_upon_a_link_does_not_get_in_without_the_code_that_went_to_the_address_on_record() {
    let server = MailServer::open(free_port());
    let story = Story::begun().await.with_mail(server.port).await;
    story.sent().await;
    story.takes("link", &[("body", &story.provider), ("do", "mail")]).await;
    story.work().await;
    let secret = secret(&server.letters()[0]);
    let told = come_in(&story.house, &secret, "").await;
    assert!(told.1.contains("six digits are on their way to m…@beechway.example"), "{}", told.1);
    assert!(story.page().await.says("nobody has opened it"));
    story.work().await;
    let letter = server.letters().pop().unwrap();
    assert!(letter.contains("Subject: Your code") && !letter.contains("/a?k="), "a code does not travel with its link");
    let code =
        letter.lines().map(str::trim).find(|line| line.len() == 6 && line.bytes().all(|b| b.is_ascii_digit())).unwrap();
    let wrong = if code == "123456" { "654321" } else { "123456" };
    assert!(come_in(&story.house, &secret, wrong).await.1.contains("This is not the code"));
    let (to, page) = come_in(&story.house, &secret, code).await;
    assert_eq!(to, "/answer", "{page}");
    assert!(come_in(&story.house, &secret, code).await.1.contains("This is not the code"), "it serves once");
    let cookie = format!("{}={secret}", crate::auth::holder::ANSWER);
    let forged = ask(&story.house.office, "GET", "/answer", &cookie, String::new()).await;
    assert_eq!(forged.status(), StatusCode::FORBIDDEN, "the secret alone is no cookie");
    for _ in 0..6 {
        come_in(&story.house, &secret, wrong).await;
    }
    assert!(come_in(&story.house, &secret, wrong).await.1.contains("Too many wrong codes"));
    for _ in 0..6 {
        come_in(&story.house, &secret, "").await;
    }
    let page = come_in(&story.house, &secret, "").await.1;
    assert!(page.contains("No other code is sent just now") && !page.contains("are on their way"), "{page}");
}

/// Presses the button at a link's door: where it leads, and the page.
async fn come_in(house: &House, secret: &str, code: &str) -> (String, String) {
    let door = ask(&house.office, "GET", &format!("/a?k={secret}"), "", String::new()).await;
    let cookie = door.headers()[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    let csrf = cookie.split_once('=').unwrap().1.to_owned();
    let inside = ask(&house.office, "POST", "/a", &cookie, format!("csrf={csrf}&k={secret}&code={code}")).await;
    let to = inside.headers().get(header::LOCATION).map(|to| to.to_str().unwrap().to_owned()).unwrap_or_default();
    let page = axum::body::to_bytes(inside.into_body(), 1 << 24).await.unwrap();
    (to, String::from_utf8_lossy(&page).into_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_may_have_gone_before_the_record_was_put_back_goes_again_only_at_priyas_word() {
    let server = MailServer::open(free_port());
    let mut story = Story::begun().await.with_mail(server.port).await;
    story.sent().await;
    story.takes("link", &[("body", &story.provider), ("do", "mail")]).await;
    story.on(date(2026, 11, 20)).await;
    story.house.wait_minutes(1);
    let life = crate::office::new_id(story.house.office.now());
    story.house.org.live_again(&life).await.unwrap();
    story.work().await;
    story.work().await;
    assert_eq!(server.letters().len(), 0);
    let desk = story.house.get(&story.priya, "/office").await;
    assert!(
        desk.says("The link waits for your word.") && desk.says("The reminder before the day waits for your word."),
        "{}",
        desk.page
    );
    let page = story.page().await;
    assert!(page.says("Send it all the same"), "{}", page.page);
    let held = story.house.org.mail_in_trouble(0).await.unwrap();
    let (link, reminder) = (&held[0], &held[1]);
    let to = |id: &str| format!("/office/mail/{id}");
    assert_eq!(story.house.post(&story.priya, &to(&link.id), &[("do", "send")]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(
        story.house.post(&story.priya, &to(&reminder.id), &[("do", "drop")]).await.status,
        StatusCode::SEE_OTHER
    );
    story.house.wait_minutes(1);
    story.work().await;
    assert_eq!(server.letters().len(), 1, "the link, and no reminder");
    story.on(date(2026, 11, 27)).await;
    story.work().await;
    assert_eq!(server.letters().len(), 2, "what is due after the record was put back goes by itself");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_that_the_mail_server_refuses_is_said_and_not_tried_again() {
    let server = MailServer::open(free_port());
    let mut story = Story::begun().await.with_mail(server.port).await;
    story.sent().await;
    let body = story.house.org.body(&story.provider).await.unwrap().unwrap();
    let nowhere = crate::store::bodies::Body { email: Some("no address".into()), ..body };
    story.house.org.change_body(nowhere).await.unwrap();
    story.on(date(2026, 11, 20)).await;
    story.work().await;
    let desk = story.house.get(&story.priya, "/office").await;
    assert!(desk.says("did not go: the address that is written down is none."), "{}", desk.page);
    assert_eq!(server.letters().len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_server_that_does_not_take_our_mail_is_tried_again_and_one_that_refuses_the_recipient_is_not() {
    let port = free_port();
    let server = MailServer::refusing(port, "MAIL", "530 5.7.0 Authentication required");
    let mut story = Story::begun().await.with_mail(port).await;
    story.sent().await;
    story.on(date(2026, 11, 20)).await;
    story.work().await;
    let desk = story.house.get(&story.priya, "/office").await;
    assert!(desk.says("has not gone yet: the mail server does not take our mail (530)"), "{}", desk.page);
    drop(server);
    let server = MailServer::refusing(port, "MAIL", "550 5.7.1 Not from this address");
    story.house.wait_minutes(10);
    story.work().await;
    let desk = story.house.get(&story.priya, "/office").await;
    assert!(desk.says("has not gone yet: the mail server does not take our mail (550)"), "{}", desk.page);
    drop(server);
    let server = MailServer::open(port);
    story.house.wait_minutes(20);
    story.work().await;
    assert_eq!(server.letters().len(), 1, "the reminder was not given up");
    drop(server);
    let server = MailServer::refusing(port, "RCPT", "550 5.1.1 Nobody of this name");
    story.on(date(2026, 11, 27)).await;
    story.work().await;
    let desk = story.house.get(&story.priya, "/office").await;
    assert!(desk.says("did not go: the mail server refused it (550)."), "{}", desk.page);
    assert_eq!(server.letters().len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_read_in_one_report_keeps_nobody_elses_mail_back() {
    let server = MailServer::open(free_port());
    let mut story = Story::begun().await.with_mail(server.port).await;
    story.sent().await;
    let org = &story.house.org;
    let broken = NewReport {
        id: "0".into(),
        visit: story.visit.clone(),
        stage: "{".into(),
        words: "{}".into(),
        ..NewReport::default()
    };
    org.begin_report(broken).await.unwrap();
    let (id, kind, state) = ("0".to_owned(), "link".to_owned(), "waits".to_owned());
    let mail = Mail { id, kind, state, report: "0".into(), body: story.provider.clone(), ..Mail::default() };
    org.queue_mail(mail).await.unwrap();
    story.on(date(2026, 11, 20)).await;
    story.work().await;
    assert_eq!(server.letters().len(), 1, "the reminder of the other report");
    let stuck = story.house.org.mail_in_trouble(0).await.unwrap();
    assert!(stuck.iter().any(|m| m.id == "0" && m.why.as_deref().is_some_and(|why| why.contains("cannot be read"))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_that_was_ended_comes_back_at_priyas_word_alone() {
    let server = MailServer::open(free_port());
    let mut story = Story::begun().await.with_mail(server.port).await;
    story.sent().await;
    story.takes("link", &[("body", &story.provider), ("do", "mail")]).await;
    story.work().await;
    let first = secret(&server.letters()[0]);
    story.house.wait_minutes(1);
    story.takes("link", &[("body", &story.provider), ("do", "mail")]).await;
    story.takes("link/end", &[("body", &story.provider)]).await;
    story.work().await;
    assert_eq!(server.letters().len(), 1, "what waited is dropped");
    let desk = story.house.get(&story.priya, "/office").await;
    assert!(desk.says("The link did not go: the link was ended at the office."), "{}", desk.page);
    story.on(date(2026, 11, 20)).await;
    story.work().await;
    assert_eq!(server.letters().len(), 1, "no reminder makes a new one");
    let desk = story.house.get(&story.priya, "/office").await;
    assert!(desk.says("The reminder before the day did not go: the link was ended at the office."), "{}", desk.page);
    story.takes("link", &[("body", &story.provider), ("do", "mail")]).await;
    story.work().await;
    let again = secret(&server.letters()[1]);
    let door = async |secret: &str| {
        ask(&story.house.office, "GET", &format!("/a?k={secret}"), "", String::new()).await.status()
    };
    assert_eq!((door(&first).await, door(&again).await), (StatusCode::GONE, StatusCode::OK));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_of_one_name_mail_goes_to_the_one_that_the_report_was_sent_to() {
    let server = MailServer::open(free_port());
    let mut story = Story::begun().await.with_mail(server.port).await;
    let namesake = [("name", "Beechway Care Ltd"), ("kind", "commissioner"), ("email", "other@beechway.example")];
    let told = story.house.post(&story.priya, "/office/bodies/new", &namesake).await;
    assert_eq!(told.status, StatusCode::SEE_OTHER, "{}", told.page);
    let bodies = story.house.org.bodies().await.unwrap();
    let other = bodies.into_iter().find(|b| b.name == "Beechway Care Ltd" && b.kind == "commissioner").unwrap();
    story.house.org.change_body(Body { email: Some("other@beechway.example".into()), ..other.clone() }).await.unwrap();
    story.sent().await;
    assert_eq!(
        story.step("link", &[("body", &other.id)]).await.status,
        StatusCode::CONFLICT,
        "it was not sent to them"
    );
    story.link(&story.provider).await;
    story.on(date(2026, 11, 20)).await;
    story.work().await;
    let came = server.letters();
    assert_eq!(came.len(), 1);
    assert!(came[0].contains("To: manager@beechway.example"), "{}", came[0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_that_nobody_waits_for_any_more_does_not_go() {
    let port = free_port();
    let story = Story::begun().await.with_mail(port).await;
    story.sent().await;
    let secret = story.link(&story.provider).await;
    come_in(&story.house, &secret, "").await;
    story.work().await;
    story.house.wait_minutes(31);
    let server = MailServer::open(port);
    story.work().await;
    assert_eq!(server.letters().len(), 0);
    come_in(&story.house, &secret, "").await;
    story.work().await;
    assert_eq!(server.letters().len(), 1, "another one, asked for since");
}
