//! The program itself: what Samuel types, in the order of its help.

use std::io::{BufRead as _, BufReader};
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
