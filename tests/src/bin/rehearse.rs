//! `rehearse SCENARIO OUT`: plays a scenario without a screen and writes what came of it. `script/rehearse` and
//! `script/run` call it; what it can do besides is for them.

use anyhow::{Context, Result, bail};
use journeys::play::play;
use journeys::scenario::{Scenario, Vocabulary};
use journeys::server::{Server, command, command_told};
use journeys::summary::summary;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What was asked for.
enum Asked {
    /// Play a scenario into OUT, on a data folder that is thrown away or stays.
    Play { scenario: PathBuf, out: PathBuf, into: Option<PathBuf> },
    /// Make a blank organisation in a data folder, under a scheme.
    Empty { data: PathBuf, scheme: String },
    /// Serve a data folder that is ready, with the tablet's window where there is a display.
    Serve { data: PathBuf, port: u16, tablet: Option<PathBuf> },
    /// Hold a summary against what its scenario expects.
    Expect { scenario: PathBuf, out: PathBuf },
}

const USAGE: &str = "usage: rehearse SCENARIO OUT [--into DATA]
       rehearse --empty DATA [--scheme ID]
       rehearse --serve DATA [--port N] [--tablet PROGRAM]
       rehearse --expect SCENARIO OUT";

#[tokio::main]
async fn main() -> ExitCode {
    // One source of encryption for every connection of this program; a second call would change nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let Some(asked) = asked(std::env::args().skip(1).collect()) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let done = match asked {
        Asked::Play { scenario, out, into } => {
            let scenario = match read(&scenario) {
                Ok(scenario) => scenario,
                Err(refused) => {
                    eprintln!("{refused}");
                    return ExitCode::from(2);
                }
            };
            rehearse(&scenario, &out, into.as_deref()).await
        }
        Asked::Empty { data, scheme } => empty(&data, &scheme).await,
        Asked::Serve { data, port, tablet } => serve(&data, port, tablet.as_deref()).await,
        Asked::Expect { scenario, out } => expect(&scenario, &out),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why:#}");
            ExitCode::FAILURE
        }
    }
}

fn asked(arguments: Vec<String>) -> Option<Asked> {
    let mut rest = arguments.into_iter();
    let first = rest.next()?;
    let asked = match first.as_str() {
        "--empty" => {
            let (data, mut scheme) = (rest.next()?.into(), "link-2008".to_owned());
            if let Some(option) = rest.next() {
                scheme = rest.next().filter(|_| option == "--scheme")?;
            }
            Asked::Empty { data, scheme }
        }
        "--expect" => Asked::Expect { scenario: rest.next()?.into(), out: rest.next()?.into() },
        "--serve" => {
            let (data, mut port, mut tablet) = (rest.next()?.into(), 8443, None);
            while let Some(option) = rest.next() {
                match option.as_str() {
                    "--port" => port = rest.next()?.parse().ok()?,
                    "--tablet" => tablet = Some(rest.next()?.into()),
                    _ => return None,
                }
            }
            Asked::Serve { data, port, tablet }
        }
        option if option.starts_with('-') => return None,
        scenario => {
            let (scenario, out, mut into) = (scenario.into(), rest.next()?.into(), None);
            if let Some(option) = rest.next() {
                into = Some(rest.next().filter(|_| option == "--into")?.into());
            }
            Asked::Play { scenario, out, into }
        }
    };
    rest.next().is_none().then_some(asked)
}

/// Reads a scenario against the pack that it names.
fn read(file: &Path) -> Result<Scenario, journeys::scenario::Refused> {
    Scenario::read(file, &Vocabulary::of_the_embedded_packs())
}

async fn rehearse(scenario: &Scenario, out: &Path, into: Option<&Path>) -> Result<()> {
    for passed_over in &scenario.passed_over {
        eprintln!("{}: {passed_over} is not known and is passed over", scenario.file.display());
    }
    std::fs::create_dir_all(out).with_context(|| out.display().to_string())?;
    let thrown_away = tempfile::tempdir()?;
    let data = into.map_or_else(|| thrown_away.path().join("data"), Path::to_owned);
    std::fs::create_dir_all(&data)?;
    let tablets = into.map_or_else(|| thrown_away.path().join("tablets"), |data| data.join("tablets"));
    let mut played = play(scenario, &data, &tablets, out).await?;

    let export = played.office.administrator().await?.download("/office/export.json").await?;
    std::fs::write(out.join("export.json"), export)?;
    if let Some(report) = &played.report {
        for format in ["html", "pdf", "docx"] {
            let file = out.join(format!("report.{format}"));
            command(&data, &["report", report, "--format", format, "--out", &file.to_string_lossy()]).await?;
        }
    }
    let summary = summary(scenario, &played, out)?;
    std::fs::write(out.join("summary.json"), format!("{}\n", serde_json::to_string_pretty(&summary)?))?;
    if into.is_some() {
        let ready = Ready { sign_in: played.office.officer_name().to_owned(), password: played.password.clone() };
        ready.write(&data)?;
    }
    played.server.stop().await
}

/// How to sign in to a data folder that is ready; for whoever starts it on their own machine.
struct Ready {
    sign_in: String,
    password: String,
}

impl Ready {
    fn write(&self, data: &Path) -> Result<()> {
        std::fs::write(data.join("ready"), format!("{}\n{}\n", self.sign_in, self.password))?;
        Ok(())
    }

    fn read(data: &Path) -> Result<Self> {
        let text =
            std::fs::read_to_string(data.join("ready")).with_context(|| format!("{} is not ready", data.display()))?;
        let mut lines = text.lines().map(str::to_owned);
        Ok(Self { sign_in: lines.next().unwrap_or_default(), password: lines.next().unwrap_or_default() })
    }
}

async fn empty(data: &Path, scheme: &str) -> Result<()> {
    std::fs::create_dir_all(data)?;
    let password = journeys::password()?;
    let name = "The administrator";
    command(data, &["org", "add", "--name", "Our local network", "--host", "Our host", "--scheme", scheme]).await?;
    let roles = ["--role", "host administrator", "--role", "host officer"];
    command_told(data, &[&["person", "add", "--name", name, "--password-stdin"][..], &roles].concat(), &password)
        .await?;
    Ready { sign_in: name.to_owned(), password }.write(data)
}

async fn serve(data: &Path, port: u16, tablet: Option<&Path>) -> Result<()> {
    let ready = Ready::read(data)?;
    let server = Server::start(data, &data.join("server.log"), port).await?;
    let code = command(data, &["enrol", "--name", "a new tablet", "--for", &ready.sign_in]).await?;
    let code = code.split_whitespace().find(|word| word.starts_with("EV1~")).unwrap_or_default().to_owned();
    let lines = [
        format!("The office:     {}/office", server.address),
        "                (the browser warns once: the server made its own certificate)".to_owned(),
        format!("Sign in as:     {}", ready.sign_in),
        format!("Password:       {}", ready.password),
        format!("A tablet code:  {code}"),
        "                (works once; script/tablet opens a window that asks for it)".to_owned(),
        format!("Everything is kept in {}. End with Ctrl+C.", data.display()),
    ];
    eprintln!("\n{}\n", lines.join("\n"));
    let display =
        ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some_and(|v| !v.is_empty()));
    let window = match tablet.filter(|_| display) {
        Some(program) => {
            Some(tokio::process::Command::new(program).env("ENTERVIEW_CODE", code).kill_on_drop(true).spawn()?)
        }
        None => None,
    };
    server.wait().await?;
    drop(window);
    Ok(())
}

/// Whether a summary shows what its scenario says it must; each thing that does not is a line.
fn expect(scenario: &Path, out: &Path) -> Result<()> {
    let scenario: serde_json::Value = serde_json::from_slice(&std::fs::read(scenario)?)?;
    let summary: serde_json::Value = serde_json::from_slice(&std::fs::read(out.join("summary.json"))?)?;
    let wrong = journeys::expect::wrong(&scenario, &summary, out)?;
    if !wrong.is_empty() {
        bail!("{} thing(s) are not as the scenario expects:\n  {}", wrong.len(), wrong.join("\n  "));
    }
    Ok(())
}
