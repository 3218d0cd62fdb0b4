//! The walls of the house: which room may know which, where SQL and automerge may stand, what a sentence on a
//! screen may not say. Reads manifests and sources; a new arrow fails here before it becomes a habit.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn house() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Every file under `folder` whose name ends so, but for what is built or fetched.
fn files(folder: &str, endings: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut waiting = vec![house().join(folder)];
    while let Some(at) = waiting.pop() {
        let Ok(listed) = std::fs::read_dir(&at) else { continue };
        for entry in listed.map(Result::unwrap) {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if path.is_dir() {
                let built = ["target", "node_modules", "dist", ".git", "gen", "data"].contains(&name.as_str());
                if !built {
                    waiting.push(path);
                }
            } else if endings.iter().any(|e| name.ends_with(e)) {
                let shown = path.strip_prefix(house()).unwrap().to_string_lossy().into_owned();
                found.push((shown, std::fs::read_to_string(&path).unwrap_or_default()));
            }
        }
    }
    found.sort();
    found
}

/// Lines of Rust that are code outside tests: comments go, and so does all from a file's test module on.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .take_while(|l| !l.trim_start().starts_with("#[cfg(test)]"))
        .filter(|l| !l.trim_start().starts_with("//"))
}

/// The names under a manifest's heading.
fn named(manifest: &str, headings: &[&str]) -> BTreeSet<String> {
    let text = std::fs::read_to_string(house().join(manifest)).unwrap();
    let mut names = BTreeSet::new();
    let mut under = false;
    for line in text.lines() {
        if line.starts_with('[') {
            under = headings.contains(&line.trim());
            if let Some(name) = headings.iter().find_map(|h| line.strip_prefix(&h.replace(']', "."))) {
                names.insert(name.trim_end_matches(']').to_owned());
            }
        } else if under && let Some((name, _)) = line.split_once(['=', '.']) {
            let name = name.trim().trim_matches('"');
            if !name.is_empty() && !name.starts_with('#') {
                names.insert(name.to_owned());
            }
        }
    }
    names
}

const NEEDED: &[&str] = &["[dependencies]", "[build-dependencies]"];
const ROOMS: [&str; 6] = ["domain", "device", "server", "journeys", "tablet", "bucket"];

/// What the rooms of a workspace need of each other, as Cargo itself reads it: whatever a dependency is called in a
/// manifest, and for whatever machine it is. Each arrow is (from, to, whether only tests need it).
fn arrows(workspace: &Path) -> BTreeSet<(String, String, bool)> {
    let mut cargo = std::process::Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["metadata", "--no-deps", "--offline", "--format-version", "1"]).current_dir(workspace);
    let said = cargo.output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let read: serde_json::Value = serde_json::from_slice(&said.stdout).unwrap();
    let mut arrows = BTreeSet::new();
    for package in read["packages"].as_array().unwrap() {
        for need in package["dependencies"].as_array().unwrap() {
            let (from, to) = (package["name"].as_str().unwrap(), need["name"].as_str().unwrap());
            if ROOMS.contains(&to) {
                arrows.insert((from.to_owned(), to.to_owned(), need["kind"] == "dev"));
            }
        }
    }
    arrows
}

/// The arrows that may not be.
fn against(arrows: BTreeSet<(String, String, bool)>) -> Vec<(String, String, bool)> {
    let may = |from: &str| match from {
        "device" | "server" => &["domain"][..],
        "tablet" => &["device", "domain"],
        "journeys" => &["domain", "device", "server", "bucket"],
        "fuzz" => &["domain", "server", "journeys"],
        _ => &[],
    };
    // The stories of the server's store speak with a store of photos that is a test's own.
    let stories = |from: &str, to: &str, tests: bool| tests && from == "server" && to == "bucket";
    arrows
        .into_iter()
        .filter(|(from, to, tests)| !may(from).contains(&to.as_str()) && !stories(from, to, *tests))
        .collect()
}

#[test]
fn arrows_between_rooms_go_one_way() {
    let arrows = arrows(&house());
    assert!(arrows.contains(&("tablet".into(), "device".into(), false)), "src-tauri was not read: {arrows:?}");
    // Tests in device and server may not smuggle the other room in either; such a story belongs in tests/.
    assert_eq!(against(arrows), []);
}

#[test]
fn an_arrow_is_seen_whatever_it_is_called_and_for_whatever_machine() {
    let bad = tempfile::tempdir().unwrap();
    let write = |file: &str, text: &str| {
        let file = bad.path().join(file);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    };
    write("Cargo.toml", "[workspace]\nresolver = \"2\"\nmembers = [\"domain\", \"server\", \"device\"]\n");
    let package = |name: &str| format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n");
    write("domain/Cargo.toml", &package("domain"));
    let renamed = "[dependencies]\nwords = { package = \"domain\", path = \"../domain\" }\n";
    let windows = "[target.'cfg(windows)'.dependencies]\npen = { package = \"device\", path = \"../device\" }\n";
    write("server/Cargo.toml", &format!("{}{renamed}{windows}", package("server")));
    let tests = "[target.'cfg(unix)'.dev-dependencies]\nserver = { path = \"../server\" }\n";
    write("device/Cargo.toml", &format!("{}{tests}", package("device")));
    for room in ["domain", "server", "device"] {
        write(&format!("{room}/src/lib.rs"), "");
    }
    let found = against(arrows(bad.path()));
    let arrow = |from: &str, to: &str, tests| (from.to_owned(), to.to_owned(), tests);
    assert_eq!(found, [arrow("device", "server", true), arrow("server", "device", false)]);
}

#[test]
fn only_the_bridge_of_the_screens_knows_tauri() {
    let knows = |text: &str| text.contains("@tauri-apps/");
    let all = files("ui/src", &[".ts", ".svelte", ".js"]);
    assert!(all.iter().any(|(file, text)| file.starts_with("ui/src/lib/bridge/") && knows(text)), "nothing was read");
    for (file, text) in all.iter().filter(|(file, _)| !file.starts_with("ui/src/lib/bridge/")) {
        assert!(!knows(text), "{file} names Tauri; it should ask ui/src/lib/bridge");
    }
}

#[test]
fn domain_opens_no_file_waits_for_nothing_and_reads_no_clock() {
    let pure = [
        "automerge",
        "jiff",
        "schemars",
        "serde",
        "serde_ignored",
        "serde_json",
        "sha2",
        "thiserror",
        "ts-rs",
        "uuid",
        "base64",
        "hex",
        "flate2",
    ];
    let needs = named("domain/Cargo.toml", NEEDED);
    let beyond: Vec<_> = needs.iter().filter(|n| !pure.contains(&n.as_str())).collect();
    assert!(beyond.is_empty(), "domain needs {beyond:?}; it has no I/O, no clock, no chance (docs/decisions.md)");
    let forbidden = [
        "std::fs",
        "std::net",
        "std::env",
        "std::process",
        "std::thread",
        "std::io",
        "async fn",
        ".await",
        "SystemTime::now",
        "Instant::now",
        "Timestamp::now",
        "Zoned::now",
        "new_v4(",
        "now_v7(",
        "getrandom",
        "rand::",
    ];
    for (file, text) in files("domain/src", &[".rs"]).into_iter().filter(|(f, _)| !f.contains("tests")) {
        for line in code(&text) {
            let found = forbidden.iter().find(|word| line.contains(**word));
            assert!(found.is_none(), "{file}: `{}` is none of domain's business: {line}", found.unwrap());
        }
    }
}

/// Who names automerge outside `domain::notebook`, and why that is right.
const KNOWS_AUTOMERGE: [(&str, &str); 2] = [
    ("domain/src/notebook", "the notebook is the one door to the CRDT"),
    ("server/src/projector/job/tests.rs", "a hostile tablet writes what no notebook would"),
];

#[test]
fn only_the_notebook_knows_automerge() {
    for room in ["domain/src", "device/src", "server/src", "src-tauri/src"] {
        for (file, text) in files(room, &[".rs"]) {
            if KNOWS_AUTOMERGE.iter().any(|(may, _)| file.starts_with(may)) {
                continue;
            }
            let named = code(&text).find(|line| line.contains("automerge::") || line.contains("use automerge"));
            assert!(named.is_none(), "{file} names automerge; it should ask domain::notebook: {}", named.unwrap_or(""));
        }
    }
}

#[test]
fn sql_stands_in_the_store_rooms_and_nowhere_else() {
    let may = ["device/src/store", "server/src/store"];
    let verbs = ["SELECT ", "INSERT INTO ", "INSERT OR ", "UPDATE ", "DELETE FROM ", "CREATE TABLE ", "PRAGMA "];
    for room in ["domain/src", "device/src", "server/src", "src-tauri/src"] {
        for (file, text) in files(room, &[".rs"]) {
            if may.iter().any(|m| file.starts_with(m)) {
                continue;
            }
            for line in code(&text) {
                let sql = verbs.iter().any(|v| line.contains(&format!("\"{v}")) || line.trim_start().starts_with(v));
                assert!(!sql, "{file} speaks SQL outside a store: {line}");
            }
        }
    }
}

#[test]
fn a_sentence_on_the_tablet_has_none_of_our_own_words() {
    let forbidden =
        ["sync", "enrol", "entry", "entries", "scheme", "ground", "receipt", "redact", "tone", "theme", "premises"];
    for (file, text) in files("ui", &[".json", ".ts"]).into_iter().filter(|(f, _)| f.contains("/messages/")) {
        for line in text.lines() {
            // A sentence is what stands in quotes; a key may say what it likes.
            let parts: Vec<&str> = line.split(['"', '`']).collect();
            let quoted = parts.iter().zip(parts.iter().skip(1)).skip(1).step_by(2);
            for (said, _) in quoted.filter(|(_, behind)| !behind.starts_with(':')) {
                let said = said.to_lowercase();
                let words: Vec<&str> = said.split(|c: char| !c.is_alphanumeric()).collect();
                let found = forbidden.iter().find(|f| words.contains(f));
                assert!(found.is_none(), "{file} says `{}`: {line}", found.unwrap());
            }
        }
    }
}

#[test]
fn every_dependency_has_its_line_in_the_decisions() {
    let decisions = std::fs::read_to_string(house().join("docs/decisions.md")).unwrap();
    let said = |name: &str| decisions.contains(&format!("`{name}`"));
    let all = named("Cargo.toml", &["[workspace.dependencies]"]);
    assert!(all.len() > 30, "the manifest was not read");
    let silent: Vec<_> = all.iter().filter(|n| !ROOMS.contains(&n.as_str()) && !said(n)).collect();
    assert!(silent.is_empty(), "docs/decisions.md says nothing of {silent:?}: why this, what instead, what it costs");
    for (file, text) in files("", &["package.json"]) {
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        for part in ["dependencies", "devDependencies"] {
            for name in json[part].as_object().into_iter().flat_map(serde_json::Map::keys) {
                assert!(said(name), "{file} needs {name}, and docs/decisions.md says nothing of it");
            }
        }
    }
}

#[test]
fn every_crate_of_a_room_comes_from_the_one_manifest() {
    for room in ["domain", "device", "server", "src-tauri", "tests", "tests/bucket", "fuzz"] {
        let text = std::fs::read_to_string(house().join(room).join("Cargo.toml")).unwrap();
        let own = text.lines().find(|l| l.contains("version = \""));
        assert!(
            own.is_none(),
            "{room}/Cargo.toml names a version; the workspace's manifest does that: {}",
            own.unwrap_or("")
        );
    }
}

#[test]
fn no_test_sleeps_and_no_file_knows_a_machine() {
    let sleep = ["sl", "eep("].concat();
    let wait = ["waitFor", "Timeout("].concat();
    // What `script/bench` measures beside ours is other people's program, and no test.
    let tests = |f: &String| {
        (f.starts_with("tests/") && !f.starts_with("tests/peers/"))
            || f.contains("/tests/")
            || f.ends_with("tests.rs")
            || f.contains(".test.")
    };
    for (file, text) in files("", &[".rs", ".ts", ".mjs", ".svelte"]).into_iter().filter(|(f, _)| tests(f)) {
        let found = text.lines().find(|l| l.contains(&sleep) || l.contains(&wait));
        assert!(found.is_none(), "{file} sleeps; wait for a condition: {}", found.unwrap_or(""));
    }
    let machine =
        [["/wo", "rk/"].concat(), ["/home", "/"].concat(), ["/ro", "ot/"].concat(), ["../sha", "red"].concat()];
    let endings =
        &[".rs", ".ts", ".svelte", ".md", ".toml", ".json", ".mjs", ".html", ".css", ".sql", ".yml", ".jinja"];
    let mut everything = files("", endings);
    everything.extend(files("script", &[""]));
    everything.extend(files(".ci", &[""]));
    for (file, text) in everything.iter().filter(|(f, _)| !f.contains("package-lock")) {
        let found = machine.iter().find(|m| text.contains(*m));
        assert!(found.is_none(), "{file} names a path of one machine: {}", found.unwrap());
    }
}
