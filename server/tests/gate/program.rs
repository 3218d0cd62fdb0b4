//! The program itself: what Samuel types, in the order of its help.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn enterview(data: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_enterview"));
    command.args(args).env("ENTERVIEW_DATA", data).env_remove("ENTERVIEW_DATABASE").output().unwrap()
}

fn lines(output: &Output) -> Vec<String> {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}

/// `enterview person add` with a password, and more lines, on standard input.
fn typed(data: &Path, args: &[&str], lines: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_enterview"));
    command.args(["person", "add", "--password-stdin"]).args(args);
    command.env("ENTERVIEW_DATA", data).env_remove("ENTERVIEW_DATABASE");
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// What the audit log says was done.
fn did(data: &Path) -> Vec<String> {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let store = server::store::Store::open(data, None).await.unwrap();
        let org = store.org(&store.org_ids().await.unwrap()[0]);
        let lines = org.audit_after(0, 1000).await.unwrap();
        store.close().await;
        lines.into_iter().map(|line| line.what).collect()
    })
}

#[test]
fn samuel_sets_up_an_office_starts_it_and_prints_a_code_that_tells_where_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let none = enterview(data, &["person", "add", "--name", "Asha Patel", "--role", "authorised representative"]);
    assert_eq!(none.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&none.stderr).contains("no organisation yet"));
    let org =
        enterview(data, &["org", "add", "--name", "Sutton LINk", "--scheme", "link-2008", "--host", "Sutton CVS"]);
    assert_eq!(lines(&org)[0].len(), 36);
    let femi = enterview(
        data,
        &["person", "add", "--name", "Femi Adewale", "--role", "safeguarding lead", "--phone", "020 7946 0101"],
    );
    let femi = lines(&femi).join("\n");
    assert!(femi.contains("Password") && femi.contains("Passphrase") && femi.contains("Recovery key"), "{femi}");
    let asha =
        ["person", "add", "--name", "Asha Patel", "--role", "authorised representative", "--valid-until", "2027-01-11"];
    lines(&enterview(data, &asha));
    let short = typed(data, &["--name", "Grace Lim", "--role", "safeguarding lead"], "tea without milk\nshort\n");
    assert!(String::from_utf8_lossy(&short.stderr).contains("Nobody was added"), "{short:?}");
    let grace = ["--name", "Grace Lim", "--role", "outreach worker"];
    assert!(typed(data, &grace, "tea without milk\n").status.success());
    let again = typed(data, &grace, "tea without milk\n");
    assert!(String::from_utf8_lossy(&again.stderr).contains("Grace Lim is here already"), "{again:?}");
    let wrong = enterview(data, &["person", "add", "--name", "Tom", "--role", "wizard"]);
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("authorised representative"));
    assert_eq!(enterview(data, &["enrol", "--for", "Asha Patel"]).status.code(), Some(1));

    let mut serve = Command::new(env!("CARGO_BIN_EXE_enterview"))
        .args(["serve", "--port", "0", "--data"])
        .arg(data)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(serve.stdout.take().unwrap()).read_line(&mut first).unwrap();
    let address = first.trim().strip_prefix("listening on ").unwrap().to_owned();
    assert!(address.starts_with("https://127.0.0.1:"), "{first}");
    let enrol = lines(&enterview(data, &["enrol", "--for", "asha patel", "--name", "tablet 1"]));
    let code: domain::wire::EnrolmentCode = enrol[0].parse().unwrap();
    assert_eq!(code.address, address);
    assert_eq!(code.fingerprint.unwrap().len(), 64);
    assert_eq!(enrol.iter().filter(|line| line.contains("EV1~")).count(), 1);
    assert_eq!(lines(&enterview(data, &["check"]))[0], "All is well.");
    let plain = enterview(data, &["serve", "--plain", "--host", "0.0.0.0", "--port", "0"]);
    assert_eq!(plain.status.code(), Some(1));
    // SIGTERM, as a service manager sends it.
    Command::new("kill").arg(serve.id().to_string()).status().unwrap();
    assert!(serve.wait().unwrap().success());

    let csv = data.join("epraccur.csv");
    let row = r#""H85021","THE CHESSER SURGERY","","","","","","","","SM5 2RT","","","A""#;
    std::fs::write(&csv, row).unwrap();
    let taken = lines(&enterview(data, &["places", "import", csv.to_str().unwrap()]));
    assert_eq!(taken[0], "1 places taken, 0 rows refused");
    let did = did(data);
    for what in [
        "add the organisation",
        "make the desk's key",
        "add the scheme",
        "add a person",
        "authorise a person",
        "set a password",
        "make a lead's key",
        "make a set-up code",
        "take in a directory",
    ] {
        assert!(did.iter().any(|deed| deed == what), "{what} is not in the audit log: {did:?}");
    }
}

#[test]
fn the_due_day_stands_on_the_first_line_and_wrong_typing_ends_with_two() {
    let folder = tempfile::tempdir().unwrap();
    let due = lines(&enterview(folder.path(), &["due", "--rule", "provider-report-reply", "--on", "2026-12-01"]));
    assert_eq!(due[0], "2026-12-30");
    assert_eq!(due.last().unwrap(), "bank holidays: the list of this program");
    let built_in = include_str!("../../../schemes/calendars/england-and-wales.json");
    let mut newer: serde_json::Value = serde_json::from_str(built_in).unwrap();
    let days = newer["england-and-wales"]["events"].as_array_mut().unwrap();
    days.push(serde_json::json!({"title": "Jubilee", "date": "2026-12-02", "notes": "", "bunting": true}));
    days.sort_by_key(|day| day["date"].as_str().unwrap().to_owned());
    std::fs::write(folder.path().join("bank-holidays.json"), newer.to_string()).unwrap();
    let due = lines(&enterview(folder.path(), &["due", "--rule", "provider-report-reply", "--on", "2026-12-01"]));
    assert_eq!(due[0], "2026-12-31", "as the server counts that reads this folder");
    assert!(due.last().unwrap().contains("bank-holidays.json"), "{due:?}");
    std::fs::remove_file(folder.path().join("bank-holidays.json")).unwrap();
    let counted = ["due", "--days", "20", "--first-day", "does-not-count", "--on", "2026-12-24"];
    assert_eq!(lines(&enterview(folder.path(), &counted))[0], "2027-01-26");
    assert_eq!(enterview(folder.path(), &["due", "--on", "yesterday"]).status.code(), Some(2));
}

#[test]
fn samuel_backs_up_into_a_folder_tries_it_and_is_told_when_that_was() {
    let folder = tempfile::tempdir().unwrap();
    let (data, stick) = (folder.path().join("data"), folder.path().join("stick"));
    std::fs::create_dir(&stick).unwrap();
    let stick = stick.to_str().unwrap();
    let org = ["org", "add", "--name", "Sutton LINk", "--scheme", "link-2008", "--host", "Sutton CVS"];
    lines(&enterview(&data, &org));
    let look = || lines(&enterview(&data, &["check", "--here"])).join("\n");
    assert!(look().contains("There is no backup."), "{}", look());

    let key = format!("{stick}/backup.key");
    let public = lines(&enterview(&data, &["backup-key", "--out", &key]))[0].clone();
    assert_eq!(enterview(&data, &["backup", "--to", &public]).status.code(), Some(2), "where to was not said");
    let said = lines(&enterview(&data, &["backup", "--to", &public, "--into", stick]));
    let file = said[0].split(" holds ").next().unwrap().to_owned();
    assert!(file.ends_with(".enterview") && std::path::Path::new(&file).exists(), "{said:?}");
    assert!(look().contains("The last backup was written 0\u{a0}minutes ago."), "{}", look());
    assert!(look().contains("none was tried here"), "{}", look());

    let here = data.to_str().unwrap();
    let tried = lines(&enterview(&data, &["drill", &file, "--key", &key, "--server", here]));
    assert!(tried[0].starts_with("This backup restores whole"), "{tried:?}");
    assert!(look().contains("A backup was last tried 0\u{a0}minutes ago."), "{}", look());
    let whole = lines(&enterview(&data, &["check"])).join("\n");
    assert!(whole.starts_with("All is well.") && whole.contains("This machine:"), "{whole}");
}
