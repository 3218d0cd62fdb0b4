//! The commands of `enterview`: what is typed, and which part of the server does it. Each command's work is in a file
//! of its own; what is printed first is what a script wants, what follows is for people.

mod backup;
mod due;
mod enrol;
mod find;
mod keep;
mod org;
mod person;
mod places;
mod report;
mod scheme;

use crate::objects::place::Place;
use crate::serve;
use crate::store::audit::Deed;
use crate::store::{Elsewhere, Store};
use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};
use std::ffi::OsString;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// The host's server for enter and view.
///
/// Tablets record visits without any signal; this program keeps every change they send, turns them into reports, and
/// says by when an answer is due. It needs one folder and nothing else.
///
/// A first start:
///   enterview org add --name "Sutton LINk" --scheme link-2008 --host "Sutton CVS"
///   enterview person add --name "Priya Shah" --role "host officer"
///   enterview serve
///   enterview enrol --for "Asha Patel" --name "tablet 1"
#[derive(Debug, Parser)]
#[command(name = "enterview", version, verbatim_doc_comment, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// Where the record is.
#[derive(Debug, Clone, Args)]
pub(crate) struct Data {
    /// The data folder; without it ENTERVIEW_DATA, else this system's place for a program's data
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// Which organisation.
#[derive(Debug, Clone, Args)]
pub(crate) struct OfOrg {
    #[command(flatten)]
    data: Data,
    /// The organisation's name or id; may be left out when there is only one
    #[arg(long, value_name = "NAME")]
    org: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Starts the server: tablets and browsers come to one address
    ///
    /// It makes its own certificate at the first start and keeps it; tablets know it by the code that sets them up.
    /// The first line says where it listens. Ctrl-C or SIGTERM ends it once requests under way are done.
    ///
    /// Example: enterview serve --data /srv/enterview --port 8443
    #[command(verbatim_doc_comment)]
    Serve(Serve),
    /// Organisations: one local network and its host
    #[command(subcommand)]
    Org(org::Org),
    /// People: representatives, officers, safeguarding leads
    #[command(subcommand)]
    Person(person::Person),
    /// Prints a code that sets up one tablet, once, within seven days
    ///
    /// The first line is the code; show it as it is, or type it on the tablet.
    ///
    /// Example: enterview enrol --for "Tom Okafor" --for "Grace Lim" --name "tablet 2"
    #[command(verbatim_doc_comment)]
    Enrol(enrol::Enrol),
    /// Writes a report to a file
    ///
    /// Example: enterview report 0192f3c1-7c1e-7d59-9d3e-5f1c2b7a9e10 --format pdf --out hazel-court.pdf
    #[command(verbatim_doc_comment)]
    Report(report::Report),
    /// Reads the whole record and says what is not as it was written
    ///
    /// Every change's hash, every notebook made again from its changes, every photo's bytes, the audit's chain. It
    /// changes nothing. Ends with 1 and a list when something is wrong. Then a look at this machine: how tablets reach
    /// it, whether its clock, room, sleep and backups are right, and what of that cannot be told from here.
    ///
    /// Examples: enterview check --data /srv/enterview
    ///           enterview check --here
    #[command(verbatim_doc_comment)]
    Check(keep::Check),
    /// Makes a key for backups: the secret half into a file, the public half on the first line
    ///
    /// Keep the secret half away from the server, in two places: without it no backup can be opened.
    ///
    /// Example: enterview backup-key --out /media/stick/enterview-backup.key
    #[command(verbatim_doc_comment)]
    BackupKey(backup::Key),
    /// Writes the whole record into one encrypted file, while the server runs
    ///
    /// Example: enterview backup --to age1… --out /media/stick/2026-11-28.enterview
    #[command(verbatim_doc_comment)]
    Backup(backup::Backup),
    /// Puts a backup into a new data folder, and compares what is there then with what was written
    ///
    /// Tablets notice that the record has another life, and send again what it lacks. With ENTERVIEW_DATABASE the record
    /// goes into that PostgreSQL. Never run both servers.
    ///
    /// Example: enterview restore 2026-11-28.enterview --key enterview-backup.key --data /srv/enterview-new
    #[command(verbatim_doc_comment)]
    Restore(backup::Restore),
    /// Tries a backup: restores it into a scratch folder, reads all of it, and takes the folder away
    ///
    /// Example: enterview drill 2026-11-28.enterview --key enterview-backup.key
    #[command(verbatim_doc_comment)]
    Drill(backup::Drill),
    /// Carries an organisation to another data folder or database, and compares
    ///
    /// Stop the server first; what tablets hold waits. The old place stays as it was.
    ///
    /// Example: enterview move --org "Sutton LINk" --to /srv/new --to-database postgres://localhost/enterview
    #[command(verbatim_doc_comment)]
    Move(backup::Move),
    /// Says by which day an answer is due, with the working shown
    ///
    /// The first line is the day. It needs no record: only the pack's rule, or a number of days. The last line says
    /// which list of bank holidays was used.
    ///
    /// Examples: enterview due --rule provider-report-reply --on 2026-12-01
    ///           enterview due --days 20 --first-day does-not-count --on 2026-12-24
    #[command(verbatim_doc_comment)]
    Due(due::Due),
    /// Schemes: the law, the words and the clocks under which an organisation works
    #[command(subcommand)]
    Scheme(scheme::Scheme),
    /// Places that are visited
    #[command(subcommand)]
    Places(places::Places),
    /// Ends a tablet's time: it sends and receives nothing more
    ///
    /// Acts on the tablet's next request, held ones included. What it has sent stays.
    ///
    /// Example: enterview revoke "tablet 2" --why lost
    #[command(verbatim_doc_comment)]
    Revoke(enrol::Revoke),
    /// The child that reads what comes from outside; started by the server itself
    #[command(hide = true)]
    ProjectWorker,
}

/// How the server is started.
#[derive(Debug, Args)]
struct Serve {
    #[command(flatten)]
    data: Data,
    /// The port; 0 takes a free one
    #[arg(long, default_value_t = 8443)]
    port: u16,
    /// The address to bind; 0.0.0.0 lets tablets in from the network
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    host: IpAddr,
    /// The name or number under which tablets reach this server, when it is another; NAME:PORT where the port differs too
    #[arg(long, value_name = "NAME")]
    public: Option<String>,
    /// Tablets know this server by --public and by a certificate of an authority (certificate.pem, certificate.key)
    #[arg(long)]
    known_by_name: bool,
    /// Makes the certificate in this folder that of every server over one PostgreSQL; tablets are set up anew
    #[arg(long)]
    new_certificate: bool,
    /// Plain HTTP, on this machine only
    #[arg(long)]
    plain: bool,
    /// Gives figures for Prometheus under http://ADDRESS/metrics, to whoever reaches it: 127.0.0.1:9464
    #[arg(long, value_name = "ADDRESS")]
    metrics: Option<SocketAddr>,
    /// Starts though the photos of this record are not where they were: they are lost for good
    #[arg(long)]
    without_old_photos: bool,
    /// The mail server that takes our mail: smtps://NAME@HOST:465 or smtp://NAME@HOST:587; its password is in ENTERVIEW_SMTP_PASSWORD or in the file smtp-password of the data folder
    #[arg(long, value_name = "ADDRESS", requires = "mail_from")]
    smtp: Option<String>,
    /// From whom our mail comes: "Sutton LINk <office@link.example>"
    #[arg(long, value_name = "ADDRESS", requires = "smtp")]
    mail_from: Option<String>,
    /// For rehearsals: a file with the milliseconds by which the server's clock is ahead
    #[arg(long, value_name = "FILE", hide = true)]
    clock_ahead: Option<PathBuf>,
}

/// Runs the command that was typed; the exit code is 0, 1 (it could not be done) or 2 (it was typed wrong).
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    if matches!(cli.command, Command::ProjectWorker) {
        return crate::projector::run_worker();
    }
    match run(cli.command) {
        Ok(code) => code,
        Err(error) => {
            complain(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<ExitCode> {
    if let Command::Due(due) = &command {
        return due.run().map(|()| ExitCode::SUCCESS);
    }
    if let Command::Scheme(scheme) = &command {
        return scheme.run();
    }
    if let Command::BackupKey(key) = &command {
        return key.run().map(|()| ExitCode::SUCCESS);
    }
    log();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("starting the runtime")?;
    runtime.block_on(async {
        match command {
            Command::Serve(serve) => serve.run().await?,
            Command::Org(org) => org.run().await?,
            Command::Person(person) => person.run().await?,
            Command::Enrol(enrol) => enrol.run().await?,
            Command::Report(report) => report.run().await?,
            Command::Check(check) => return check.run().await,
            Command::Places(places) => places.run().await?,
            Command::Revoke(revoke) => revoke.run().await?,
            Command::Backup(backup) => backup.run().await?,
            Command::Restore(restore) => restore.run().await?,
            Command::Drill(drill) => drill.run().await?,
            Command::Move(carry) => carry.run().await?,
            Command::BackupKey(_) | Command::Due(_) | Command::Scheme(_) | Command::ProjectWorker => {}
        }
        Ok(ExitCode::SUCCESS)
    })
}

impl Serve {
    async fn run(self) -> anyhow::Result<()> {
        let data = self.data.folder()?;
        let elsewhere = Elsewhere { without_old_photos: self.without_old_photos, ..elsewhere()? };
        let mail = self.smtp.zip(self.mail_from).map(|(smtp, from)| serve::Mail { smtp, from });
        let Self { host, port, plain, public, known_by_name, new_certificate, metrics, clock_ahead, .. } = self;
        serve::run(serve::Options {
            data,
            elsewhere,
            host,
            port,
            plain,
            public,
            known_by_name,
            new_certificate,
            metrics,
            mail,
            clock_ahead,
        })
        .await
    }
}

impl Data {
    /// The folder that was given, or the one of the environment, or this system's.
    pub(crate) fn folder(&self) -> anyhow::Result<PathBuf> {
        if let Some(given) = &self.data {
            return Ok(given.clone());
        }
        let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        if let Some(folder) = set("ENTERVIEW_DATA") {
            return Ok(folder);
        }
        let place = if cfg!(windows) {
            set("LOCALAPPDATA").map(|local| local.join("Enterview"))
        } else if cfg!(target_os = "macos") {
            set("HOME").map(|home| home.join("Library/Application Support/Enterview"))
        } else {
            set("XDG_DATA_HOME")
                .or_else(|| set("HOME").map(|home| home.join(".local/share")))
                .map(|d| d.join("enterview"))
        };
        place.context("Nobody knows where the record is to be. Give --data DIR.")
    }

    pub(crate) async fn open(&self) -> anyhow::Result<Store> {
        Store::open_with(&self.folder()?, &elsewhere()?).await
    }
}

/// What the environment says of the record: `ENTERVIEW_DATABASE`, a PostgreSQL instead of a file, and `ENTERVIEW_OBJECTS`,
/// a bucket instead of a folder, with the `AWS_…` variables as other programs read them.
pub(crate) fn elsewhere() -> anyhow::Result<Elsewhere> {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let objects = Place::read(set("ENTERVIEW_OBJECTS").as_deref(), aws())?;
    Ok(Elsewhere { database: set("ENTERVIEW_DATABASE"), objects, without_old_photos: false })
}

/// The settings of a store that speaks S3; a value that is no text is none of them.
pub(crate) fn aws() -> impl Iterator<Item = (String, String)> {
    let text = |(key, value): (OsString, OsString)| Some((key.into_string().ok()?, value.into_string().ok()?));
    std::env::vars_os().filter_map(text)
}

/// The log goes to standard error; nothing in it is anybody's words. `RUST_LOG` chooses how much.
fn log() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false);
    // A second logger in one process (a test's) is no reason to stop.
    let _ = log.try_init();
}

/// Something that a command did, for the audit log.
pub(crate) fn by_operator(what: &str, subject: &str, at: i64) -> Deed {
    Deed { at, who: "operator".to_owned(), what: what.to_owned(), subject: subject.to_owned() }
}

/// A line for whoever typed the command.
#[allow(clippy::print_stdout, reason = "this is the command line")]
pub(crate) fn say(line: &str) {
    println!("{line}");
}

#[allow(clippy::print_stderr, reason = "this is the command line")]
fn complain(line: &str) {
    eprintln!("enterview: {line}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn every_command_is_well_formed_and_teaches_with_an_example() {
        let mut cli = Cli::command();
        cli.clone().debug_assert();
        cli.build();
        for command in leaves(&cli) {
            let help = command.get_long_about().or(command.get_about()).map(ToString::to_string).unwrap_or_default();
            assert!(command.is_hide_set() || help.contains("Example"), "{}: {help}", command.get_name());
        }
    }

    fn leaves(command: &clap::Command) -> Vec<clap::Command> {
        let below: Vec<_> = command.get_subcommands().filter(|c| c.get_name() != "help").collect();
        if below.is_empty() { vec![command.clone()] } else { below.into_iter().flat_map(leaves).collect() }
    }
}
