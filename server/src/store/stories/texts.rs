//! Every SQL text of the store is read: an organisation's table never stands without `org = $1`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Only this file may ask before the organisation is known; it says why at its top.
const DOORS: &str = "doors.rs";

#[test]
fn no_table_of_an_organisation_is_read_or_written_without_naming_it() {
    let (tables, statements) = (tables(), statements());
    for text in &statements {
        assert!(names_org(text, &tables), "without `org = $1`:\n{text}");
    }
    let read = statements.len();
    assert!(read > 120, "only {read} statements were found: the reader of this test is broken");
}

/// Every statement that is asked when the organisation is known.
pub(super) fn statements() -> Vec<String> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = rust_files(&src.join("store")).into_iter().chain([src.join("store.rs")]);
    let files = files.filter(|file| !file.ends_with(DOORS) && !file.to_string_lossy().contains("stories"));
    let texts = files.flat_map(|file| literals(&std::fs::read_to_string(file).unwrap()));
    texts.filter(|text| is_statement(text)).collect()
}

#[test]
fn sql_is_written_in_the_store_and_nowhere_else() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for file in rust_files(&src) {
        let inside = file.starts_with(src.join("store")) || file == src.join("store.rs");
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(inside || !text.contains("sqlx::"), "{} uses sqlx", file.display());
    }
}

#[test]
fn the_reader_of_texts_sees_what_is_missing() {
    let tables = tables();
    for good in [
        "SELECT id FROM person WHERE org = $1",
        "SELECT 1 FROM visit v JOIN place p ON p.org = $1 AND p.id = v.place WHERE v.org = $1",
        "INSERT INTO person (org, id) VALUES ($1, $2) ON CONFLICT (org, id) DO UPDATE SET name = excluded.name",
        "SELECT 1",
    ] {
        assert!(names_org(good, &tables), "{good}");
    }
    for bad in [
        "SELECT id FROM person WHERE id = $1",
        "SELECT id FROM person WHERE org = $2",
        "SELECT 1 FROM visit v JOIN place p ON p.id = v.place WHERE v.org = $1",
        "SELECT id FROM visit WHERE org = $1 AND EXISTS (SELECT 1 FROM assignment WHERE visit = $2)",
        "INSERT INTO person (id, org) VALUES ($1, $2)",
        "UPDATE person SET name = $2 WHERE id = $1",
        "DELETE FROM session",
        "SELECT a.id FROM visit a, person b WHERE a.org = $1 AND b.org = $1",
    ] {
        assert!(!names_org(bad, &tables), "{bad}");
    }
    let code = r#"let a = '"'; // "SELECT no"
        let b = "SELECT \"yes\""; fn f<'a>(x: &'a str) { g("UPDATE me") }"#;
    assert_eq!(literals(code), ["SELECT \\\"yes\\\"", "UPDATE me"]);
}

fn tables() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut tables = BTreeSet::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let made = text.lines().filter_map(|line| line.strip_prefix("CREATE TABLE "));
        tables.extend(made.map(|line| line.split_whitespace().next().unwrap().to_owned()));
    }
    assert!(tables.contains("person") && tables.len() > 30);
    tables
}

fn is_statement(text: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default();
    text.contains(' ') && ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"].contains(&first)
}

/// Each mention of a table needs its own `org = $1`; an INSERT says it by its first column and value.
fn names_org(text: &str, tables: &BTreeSet<String>) -> bool {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|w| !w.is_empty()).collect();
    let opens = |word: &str| ["FROM", "JOIN", "INTO", "UPDATE"].contains(&word);
    let mentions = words.windows(2).filter(|pair| opens(pair[0]) && tables.contains(pair[1])).count();
    let inserted = text.starts_with("INSERT INTO") && text.contains(" (org, ") && text.contains("VALUES ($1");
    // `FROM a, b` would hide the second table from the count.
    let commas = text.split("FROM ").skip(1).any(|rest| {
        let list = rest.split(" WHERE ").next().unwrap_or_default();
        list.split(" JOIN ").next().unwrap_or_default().split('(').next().unwrap_or_default().contains(',')
            && tables.contains(list.split_whitespace().next().unwrap_or_default())
    });
    let spaced = text.replace('\n', " ");
    let named = spaced.matches("org = $1 ").count()
        + spaced.matches("org = $1)").count()
        + usize::from(spaced.trim_end().ends_with("org = $1"))
        + usize::from(inserted);
    named >= mentions && !commas
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|end| end == "rs") {
            files.push(path);
        }
    }
    files
}

/// The string literals of Rust code, without those in comments.
fn literals(code: &str) -> Vec<String> {
    let (mut found, mut rest) = (Vec::new(), code);
    while let Some(at) = rest.find(['"', '\'', '/']) {
        let here = &rest[at..];
        if here.starts_with("//") {
            rest = here.split_once('\n').map_or("", |(_, after)| after);
        } else if let Some(after) = here.strip_prefix('"') {
            let mut escaped = false;
            let end = after.find(|c| match (c, escaped) {
                (_, true) => {
                    escaped = false;
                    false
                }
                ('\\', _) => {
                    escaped = true;
                    false
                }
                (c, _) => c == '"',
            });
            let end = end.expect("a string literal ends");
            found.push(after[..end].to_owned());
            rest = &after[end + 1..];
        } else if let Some(after) = here.strip_prefix("'\\") {
            // The escaped letter may itself be a quotation mark.
            rest = after.get(1..).and_then(|after| after.split_once('\'')).map_or("", |(_, after)| after);
        } else if here.starts_with('\'') && here.chars().nth(2) == Some('\'') {
            rest = &here[here.char_indices().nth(3).map_or(here.len(), |(at, _)| at)..];
        } else {
            rest = &here[1..];
        }
    }
    found
}
