//! How SQLite would find the rows of every statement of the store: never by walking over all that an organisation has of a
//! thing that grows from year to year. PostgreSQL has statistics to choose by; SQLite chooses by the text and the indices alone.

use sqlx::{AssertSqlSafe, Connection as _};

use super::texts::statements;
use crate::store::connect::{Address, reconnect};
use crate::store::key::Key;
use crate::store::many::repeated;
use crate::store::testing::Bed;

/// What grows with every visit. People, tablets, bodies and the like are some dozens for good.
const GROW: [&str; 14] = [
    "actor",
    "assignment",
    "audit",
    "change",
    "entry",
    "evidence",
    "feed",
    "gone",
    "grants",
    "notebook",
    "photo",
    "photo_piece",
    "sealed",
    "visit",
];

/// Statements that read all of it on purpose, by a piece of their text; each says why.
const READ_ALL: [(&str, &str); 16] = [
    ("FROM notebook n WHERE n.org = $1 ORDER BY n.last_rev", "a command that lists every notebook"),
    ("AND projection IS NOT NULL AND ($2 = '' OR visit = $2)", "the office's page of everything"),
    ("AND ($2 = '' OR n.visit = $2)", "the office's search"),
    ("FROM visit v JOIN place p ON p.org = $1 AND p.id = v.place WHERE v.org = $1 ORDER BY", "the list of visits"),
    ("FROM photo WHERE org = $1 ORDER BY hash", "what is compared after a copy was put back, and by the check"),
    ("WHERE org = $1 AND state = 'coming' AND have = size", "asked once, at a start"),
    ("FROM entry WHERE org = $1 AND kind = 'photo' AND json LIKE $2", "a photo is taken back"),
    ("WHERE s.org = $1 AND s.kind = 'contact' AND s.notebook = $2", "a note is taken back"),
    ("DELETE FROM feed WHERE org = $1 AND audience = 'device'", "a tablet is revoked"),
    (
        "FROM visit WHERE org = $1 AND state = 'planned' ORDER BY first_on DESC",
        "somebody's authority or interest changes",
    ),
    ("UPDATE grants SET until = $3 WHERE org = $1 AND device = $2", "a tablet is revoked"),
    ("FROM gone WHERE org = $1 AND kind = 'entry' ORDER BY ref", "the page of what was taken back"),
    ("SELECT a.visit FROM assignment a JOIN device_holder h", "a tablet changes hands"),
    (
        "FROM evidence e JOIN finding f ON f.org = $1 AND f.id = e.finding WHERE e.org = $1 AND f.visit = $2",
        "a page of the office",
    ),
    ("FROM audit", "a copy was put back"),
    ("FROM sealed s LEFT", "the pages of what is sealed"),
];

#[tokio::test]
async fn no_statement_walks_over_all_that_grows() {
    let bed = Bed::sqlite().await;
    let address = Address::new(bed.data(), None).unwrap();
    let mut connection = reconnect(&address, &Key::open_or_make(bed.data(), true).unwrap()).await.unwrap();
    // An index of a part: it holds what is rare, and to walk over it is what it is for.
    let parts: Vec<(String,)> =
        sqlx::query_as("SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'")
            .fetch_all(&mut connection)
            .await
            .unwrap();
    let (mut asked, mut walks, mut excused) = (0, Vec::new(), [false; READ_ALL.len()]);
    for text in statements() {
        let text = for_two_rows(text.split_whitespace().collect::<Vec<_>>().join(" "));
        let explained = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {text}"));
        let plan = sqlx::query_as::<_, (i64, i64, i64, String)>(explained).fetch_all(&mut connection).await;
        let plan = match plan {
            Ok(plan) => plan,
            // PostgreSQL's own, texts with a hole, and the examples of another test.
            Err(_) if ["information_schema", "{", " a ", " FROM n "].iter().any(|piece| text.contains(piece)) => {
                continue;
            }
            Err(error) => panic!("{error}: {text}"),
        };
        asked += 1;
        let steps: Vec<String> = plan.into_iter().map(|(.., step)| step).collect();
        let is_part = |step: &String| parts.iter().any(|(part,)| step.contains(&format!("INDEX {part} (")));
        if steps.iter().any(|step| !is_part(step) && is_walk(step, &text)) {
            match READ_ALL.iter().position(|(piece, _)| text.contains(piece)) {
                Some(known) => excused[known] = true,
                None => walks.push(format!("{text}\n  {}\n", steps.join("\n  "))),
            }
        }
    }
    connection.close().await.unwrap();
    bed.end().await;
    assert!(asked > 150, "only {asked} statements were asked about");
    assert!(walks.is_empty(), "{}", walks.join("\n"));
    let idle: Vec<_> = READ_ALL.iter().zip(excused).filter(|(_, used)| !used).map(|((piece, _), _)| piece).collect();
    assert!(idle.is_empty(), "no statement reads all any more that says: {idle:?}");
}

#[test]
fn a_walk_is_known_by_its_step() {
    let text = "SELECT g.ref FROM grants g JOIN device d ON d.org = $1 WHERE g.org = $1";
    for step in [
        "SCAN g",
        "SEARCH g USING INDEX grants_of_ref (org=?)",
        "SEARCH grants USING COVERING INDEX sqlite_autoindex_grants_1 (org=? AND device=?)",
    ] {
        assert!(is_walk(step, text), "{step}");
    }
    for step in ["SCAN d", "SCAN 2 CONSTANT ROWS", "SEARCH g USING INDEX grants_of_ref (org=? AND kind=? AND ref=?)"] {
        assert!(!is_walk(step, text), "{step}");
    }
}

/// Whether a step of a plan looks at all that the organisation, or one of its tablets, has in a table that grows.
fn is_walk(step: &str, text: &str) -> bool {
    let mut words = step.split(' ');
    let (verb, name) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let grows = GROW.iter().any(|table| *table == name || text.contains(&format!(" {table} {name} ")));
    let shallow = ["(org=?)", "(org=? AND device=?)", "(org=? AND kind=?)"];
    grows && (verb == "SCAN" || shallow.iter().any(|found| step.ends_with(found)))
}

/// As a statement of many rows goes out for two of them.
fn for_two_rows(text: String) -> String {
    let Some((_, row)) = text.split_once("(VALUES (") else { return text };
    let numbers =
        row.split('$').skip(1).filter_map(|part| part.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok());
    let own: Option<usize> = numbers.clone().next();
    repeated(&text, 2, own.map_or(0, |first| first - 1)).unwrap()
}
