//! A house for stories of the office: the real router on a real store, people signed in at their seats, notes as tablets
//! would have brought them. Only the clock is the test's.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use super::{Office, Shared, new_id, router};
use crate::auth::holder::ANSWER;
use crate::auth::limit::Limit;
use crate::auth::{DOOR, SESSION, session};
use crate::store::authorisations::Authorisation;
use crate::store::bodies::Body as Provider;
use crate::store::devices::{CodeUse, NewCode, NewDevice};
use crate::store::orgs::NewOrg;
use crate::store::people::NewPerson;
use crate::store::photos::PhotoPiece;
use crate::store::places::NewPlace;
use crate::store::{OrgStore, Store};
use crate::sync::office_write;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use domain::clock::Calendar;
use domain::entry::{Consent, Entry, Photo, View};
use domain::ids::{EntryId, NotebookId};
use domain::notebook::{Heads, Spot, Value};
use jiff::tz::TimeZone;
use sha2::{Digest as _, Sha256};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use tower::ServiceExt as _;

/// Monday 9 November 2026, in the morning.
pub(super) const NOW: i64 = 1_794_211_200_000;
pub(super) const PACK: &str = "link-2008/1";

pub(super) struct House {
    pub(super) office: Shared,
    pub(super) org: OrgStore,
    clock: Arc<AtomicI64>,
    _kept: Kept,
}

/// The record's folder, and the record in it.
struct Kept {
    store: Store,
    _data: tempfile::TempDir,
}

/// A story that ends leaves no thread of a connection writing while its process goes away.
impl Drop for Kept {
    fn drop(&mut self) {
        let store = self.store.clone();
        let closing = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(store.close());
        });
        closing.join().unwrap();
    }
}

/// Somebody at a browser of their own.
pub(super) struct Seat {
    pub(super) person: String,
    pub(super) cookie: String,
    pub(super) csrf: String,
}

/// What the office answered.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) status: StatusCode,
    pub(super) to: String,
    pub(super) page: String,
}

impl Told {
    async fn of(answer: Response) -> Told {
        let status = answer.status();
        let to = answer.headers().get(header::LOCATION).map(|to| to.to_str().unwrap().to_owned()).unwrap_or_default();
        let page = axum::body::to_bytes(answer.into_body(), 1 << 24).await.unwrap();
        Told { status, to, page: String::from_utf8_lossy(&page).into_owned() }
    }

    /// The last part of where it leads: an id.
    pub(super) fn id(&self) -> String {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.page);
        self.to.rsplit('/').next().unwrap().to_owned()
    }

    pub(super) fn says(&self, words: &str) -> bool {
        let plain = self.page.replace("&#x27;", "'").replace("&quot;", "\"").replace('\u{a0}', " ");
        plain.contains(words)
    }
}

impl House {
    pub(super) async fn open() -> House {
        let data = tempfile::tempdir().unwrap();
        let store = Store::open(data.path(), None).await.unwrap();
        let org = NewOrg {
            id: new_id(NOW),
            name: "Sutton LINk".into(),
            host: "Sutton CVS".into(),
            scheme: "link-2008".into(),
            scheme_version: "1".into(),
            store_id: new_id(NOW),
            at: NOW,
        };
        let id = org.id.clone();
        store.add_org(org).await.unwrap();
        let org = store.org(&id);
        let clock = Arc::new(AtomicI64::new(NOW));
        let told = clock.clone();
        let office = Arc::new(Office {
            store,
            calendar: Calendar::embedded().clone(),
            zone: TimeZone::UTC,
            clock: Arc::new(move || told.load(Ordering::SeqCst)),
            secure: true,
            address: "https://127.0.0.1:1".into(),
            fingerprint: None,
            limit: Limit::default(),
            post: None,
            imports: super::Imports::default(),
        });
        let _kept = Kept { store: office.store.clone(), _data: data };
        House { office, org, clock, _kept }
    }

    /// The same house after its server was started again: what only the process knew is gone.
    pub(super) fn started_again(self) -> House {
        let post = self.office.post.clone();
        self.served(post)
    }

    /// The same house with a way out for mail.
    pub(super) fn with_post(self, post: crate::mail::Post) -> House {
        self.served(Some(Arc::new(post)))
    }

    fn served(self, post: Option<Arc<crate::mail::Post>>) -> House {
        let before = &self.office;
        let office = Arc::new(Office {
            store: before.store.clone(),
            calendar: before.calendar.clone(),
            zone: before.zone.clone(),
            clock: before.clock.clone(),
            secure: before.secure,
            address: before.address.clone(),
            fingerprint: None,
            limit: Limit::default(),
            post,
            imports: super::Imports::default(),
        });
        House { office, ..self }
    }

    /// Lets time pass, to noon of that day.
    pub(super) fn wait_for(&self, day: jiff::civil::Date) {
        let noon = day.at(12, 0, 0, 0).to_zoned(TimeZone::UTC).unwrap().timestamp().as_millisecond();
        self.clock.fetch_max(noon, Ordering::SeqCst);
    }

    /// Lets some minutes pass.
    pub(super) fn wait_minutes(&self, minutes: i64) {
        self.clock.fetch_add(minutes * 60_000, Ordering::SeqCst);
    }

    /// Somebody with this role, signed in.
    pub(super) async fn seat(&self, name: &str, role: &str) -> Seat {
        let id = new_id(NOW);
        let roles = vec![role.to_owned()];
        let person = NewPerson { id: id.clone(), name: name.into(), roles, at: NOW, ..NewPerson::default() };
        self.org.add_person(person).await.unwrap();
        self.org.set_password(&id, "not a password that anybody types").await.unwrap();
        self.again(&id, name).await
    }

    /// The same person, signed in once more.
    pub(super) async fn again(&self, id: &str, name: &str) -> Seat {
        let found = session::find(&self.office, "", name).await.unwrap().expect("they can sign in");
        let secret = session::begin(&found, self.office.now()).await.unwrap();
        let csrf = session::open(&self.office, &secret, None).await.unwrap().unwrap().csrf;
        Seat { person: id.to_owned(), cookie: format!("{SESSION}={secret}; {DOOR}={csrf}"), csrf }
    }

    /// A representative whom nothing stops.
    pub(super) async fn representative(&self, name: &str, judge: &str) -> Seat {
        let seat = self.seat(name, "authorised representative").await;
        self.authorised(seat, judge, "2029-03-01").await
    }

    /// A member of the steering group whom nothing keeps from signing.
    pub(super) async fn member(&self, name: &str, judge: &str) -> Seat {
        let seat = self.seat(name, "steering group member").await;
        self.authorised(seat, judge, "2029-03-01").await
    }

    /// Who has not signed in; their browser knows the door and nothing else.
    pub(super) fn nobody() -> Seat {
        Seat { person: String::new(), cookie: format!("{DOOR}=x"), csrf: "x".into() }
    }

    /// Somebody with all that a role needs, and a check that holds until then.
    pub(super) async fn authorised(&self, seat: Seat, judge: &str, until: &str) -> Seat {
        let day = |day: &str| Some(day.to_owned());
        let authorisation = Authorisation {
            person: seat.person.clone(),
            check_seen: day("2026-03-02"),
            check_seen_by: Some(judge.to_owned()),
            valid_until: day(until),
            trained: day("2026-03-14"),
            code_signed: day("2026-03-14"),
            nolan_signed: day("2026-03-14"),
        };
        self.org.authorise(authorisation).await.unwrap();
        seat
    }

    /// Hazel Court, which Beechway Care Ltd runs; the place's id and the provider's.
    pub(super) async fn hazel_court(&self) -> (String, String) {
        let provider = Provider {
            id: new_id(NOW),
            name: "Beechway Care Ltd".into(),
            kind: "provider".into(),
            ..Provider::default()
        };
        let provider = self.org.add_body(provider).await.unwrap();
        let place = NewPlace {
            id: new_id(NOW),
            name: "Hazel Court".into(),
            kind: "care home".into(),
            provider: Some(provider.clone()),
            ..NewPlace::default()
        };
        let id = place.id.clone();
        self.org.add_place(place).await.unwrap();
        (id, provider)
    }

    /// A visit to a place on a day, planned through the form; its id.
    pub(super) async fn planned(&self, by: &Seat, place: &str, day: &str, team: &[&Seat]) -> String {
        let mut form = vec![("place", place), ("date", day), ("announcement", "announced"), ("purpose", "Mealtimes")];
        form.extend(team.iter().map(|seat| ("team", seat.person.as_str())));
        self.post(by, "/office/visits/new", &form).await.id()
    }

    /// A remark that came in from a visit.
    pub(super) async fn said(&self, visit: &str, by: &Seat, words: &str, overheard: bool) -> EntryId {
        let view = View {
            words: words.into(),
            speaker: "resident".into(),
            consent: Consent::Quote,
            tone: None,
            theme: None,
            area: None,
            service: None,
            language: None,
            interpreter: None,
            others_could_hear: overheard,
            released: false,
            by_themselves: false,
        };
        self.noted(visit, by, PACK, Entry::View(view)).await
    }

    /// A note that came in from a visit, recorded under this version of the scheme.
    pub(super) async fn noted(&self, visit: &str, by: &Seat, pack: &str, noted: Entry) -> EntryId {
        let entry = EntryId::new(uuid::Uuid::parse_str(&new_id(NOW)).unwrap());
        let (book, by): (NotebookId, _) = (visit.parse().unwrap(), by.person.parse().unwrap());
        office_write(&self.org, book, by, NOW, pack, move |book, stamp| {
            let heads = book.heads();
            book.record(stamp, entry, noted.clone(), &heads)
        })
        .await
        .unwrap();
        entry
    }

    /// A photo that came in from a visit, whole, with nothing said yet of what it shows; the entry and the hash.
    pub(super) async fn photographed(&self, visit: &str, by: &Seat, caption: &str) -> (EntryId, String) {
        let mut jpeg = Vec::new();
        let tint: u8 = caption.bytes().fold(0, u8::wrapping_add);
        jpeg_encoder::Encoder::new(&mut jpeg, 82)
            .encode(&[tint; 8 * 8 * 3], 8, 8, jpeg_encoder::ColorType::Rgb)
            .unwrap();
        let (hash, size) = (hex::encode(Sha256::digest(&jpeg)), i64::try_from(jpeg.len()).unwrap());
        let notebook = Some(visit.to_owned());
        let piece = PhotoPiece { hash: hash.clone(), notebook, size, offset: 0, bytes: jpeg.clone() };
        self.org.photo_piece("1", piece).await.unwrap();
        self.office.store.objects().put(self.org.id(), &hash, &jpeg).await.unwrap();
        self.org.photo_complete(&hash, NOW).await.unwrap();
        let photo = Photo {
            hash: hash.clone(),
            size: jpeg.len() as u64,
            width: 8,
            height: 8,
            caption: caption.into(),
            shows: String::new(),
            permission: "deputy manager".into(),
            person_said: None,
            covered: Vec::new(),
            nobody_recognisable: true,
            area: None,
            theme: None,
        };
        let entry = EntryId::new(uuid::Uuid::parse_str(&new_id(NOW)).unwrap());
        let (book, by): (NotebookId, _) = (visit.parse().unwrap(), by.person.parse().unwrap());
        office_write(&self.org, book, by, NOW, PACK, move |book, stamp| {
            let heads = book.heads();
            book.record(stamp, entry, Entry::Photo(photo.clone()), &heads)
        })
        .await
        .unwrap();
        (entry, hash)
    }

    /// Two people write one field apart.
    pub(super) async fn apart(&self, visit: &str, spot: Spot, told: [(&Seat, Value); 2]) {
        let seen: Arc<Mutex<Option<Heads>>> = Arc::default();
        for (by, value) in told {
            let (spot, seen) = (spot.clone(), seen.clone());
            let (book, by): (NotebookId, _) = (visit.parse().unwrap(), by.person.parse().unwrap());
            office_write(&self.org, book, by, NOW, PACK, move |book, stamp| {
                let heads = seen.lock().unwrap().get_or_insert_with(|| book.heads()).clone();
                book.state(stamp, &spot, &value, &heads)
            })
            .await
            .unwrap();
        }
    }

    pub(super) async fn get(&self, seat: &Seat, path: &str) -> Told {
        self.ask(seat, "GET", path, String::new()).await
    }

    pub(super) async fn post(&self, seat: &Seat, path: &str, form: &[(&str, &str)]) -> Told {
        let mut body = format!("csrf={}", seat.csrf);
        for (name, value) in form {
            let value: String = value.bytes().map(|b| format!("%{b:02X}")).collect();
            body.push_str(&format!("&{name}={value}"));
        }
        self.ask(seat, "POST", path, body).await
    }

    /// As [`House::post`], with the cookies that the answer gives.
    pub(super) async fn post_for_cookies(&self, seat: &Seat, path: &str, form: &[(&str, &str)]) -> (Told, String) {
        let mut body = format!("csrf={}", seat.csrf);
        for (name, value) in form {
            let value: String = value.bytes().map(|b| format!("%{b:02X}")).collect();
            body.push_str(&format!("&{name}={value}"));
        }
        let answer = ask(&self.office, "POST", path, &seat.cookie, body).await;
        let given = answer.headers().get_all(header::SET_COOKIE).iter().map(|line| line.to_str().unwrap());
        let set = given.filter_map(|line| line.split(';').next()).filter(|pair| !pair.ends_with('='));
        let cookies: Vec<String> = set.map(str::to_owned).collect();
        (Told::of(answer).await, cookies.join("; "))
    }

    /// Sends a file through its form, and waits until its rows are taken in.
    pub(super) async fn upload(&self, seat: &Seat, path: &str, rows: &str) -> Told {
        let piece =
            |head: &str, body: &str| format!("--cut\r\nContent-Disposition: form-data; {head}\r\n\r\n{body}\r\n");
        let token = piece("name=\"csrf\"", &seat.csrf);
        let body = format!("{token}{}--cut--\r\n", piece("name=\"file\"; filename=\"epraccur.csv\"", rows));
        let request = Request::builder()
            .method("POST")
            .uri(path)
            .header(header::COOKIE, &seat.cookie)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=cut")
            .body(Body::from(body))
            .unwrap();
        let told = Told::of(router(self.office.clone()).oneshot(request).await.unwrap()).await;
        while self.get(seat, &told.to).await.says("http-equiv") {
            tokio::task::yield_now().await;
        }
        told
    }

    /// A tablet of this person, set up; its id.
    pub(super) async fn tablet(&self, holder: &str) -> String {
        let id = new_id(NOW);
        let code =
            NewCode { hash: id.clone(), holders: vec![holder.into()], made_by: holder.into(), expires_at: i64::MAX };
        self.org.add_code(code).await.unwrap();
        let device =
            NewDevice { id: id.clone(), name: "Tablet 1".into(), verifying_key: id.clone(), version: None, at: NOW };
        assert!(matches!(self.org.use_code(&id, device).await.unwrap(), CodeUse::Enrolled { .. }));
        id
    }

    /// Somebody opens a recipient's link in a browser of their own, and presses the button there.
    pub(super) async fn opens(&self, secret: &str) -> Seat {
        let door = ask(&self.office, "GET", &format!("/a?k={secret}"), "", String::new()).await;
        assert_eq!(door.status(), StatusCode::OK);
        let cookie = door.headers()[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
        let csrf = cookie.strip_prefix(&format!("{DOOR}=")).unwrap();
        let inside = ask(&self.office, "POST", "/a", &cookie, format!("csrf={csrf}&k={secret}")).await;
        assert_eq!(inside.headers()[header::LOCATION], "/answer");
        let cookies = inside.headers().get_all(header::SET_COOKIE).iter().map(|line| line.to_str().unwrap());
        let own = cookies.filter(|line| line.starts_with(ANSWER)).collect::<Vec<_>>();
        assert!(own[0].contains("HttpOnly") && own[0].contains("Secure") && own[0].contains("SameSite=Lax"), "{own:?}");
        let cookie = own[0].split(';').next().unwrap().to_owned();
        let seat = Seat { person: String::new(), cookie, csrf: String::new() };
        let page = self.get(&seat, "/answer").await;
        let (_, rest) = page.page.split_once("name=\"csrf\" value=\"").unwrap_or(("", "\""));
        Seat { csrf: rest.split_once('"').unwrap().0.to_owned(), ..seat }
    }

    async fn ask(&self, seat: &Seat, method: &str, path: &str, body: String) -> Told {
        Told::of(ask(&self.office, method, path, &seat.cookie, body).await).await
    }

    /// Who is told of as a lead in what tablets come to see.
    pub(super) async fn leads(&self) -> Vec<String> {
        let feed = self.org.feed_after("any tablet", 0, 1000).await.unwrap();
        let item = feed.items.into_iter().rfind(|item| item.kind == "org").unwrap();
        let item: crate::store::orgs::OrgItem = serde_json::from_str(&item.payload).unwrap();
        item.leads.into_iter().map(|lead| lead.name).collect()
    }

    /// How many lines the audit log has.
    pub(super) async fn lines(&self) -> usize {
        self.org.audit_after(0, 100_000).await.unwrap().len()
    }
}

pub(super) async fn ask(office: &Shared, method: &str, path: &str, cookie: &str, body: String) -> Response {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .unwrap();
    router(office.clone()).oneshot(request).await.unwrap()
}
