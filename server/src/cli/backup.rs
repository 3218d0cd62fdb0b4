//! `enterview backup`, `restore`, `drill`, `move`: the record in another place.

use super::{Data, OfOrg, aws, by_operator, elsewhere, say};
use crate::backup::folder::{self, ENDING, Earlier};
use crate::backup::{self, Contents};
use crate::check::Again;
use crate::objects::place::Place;
use crate::office::words::{counted, list};
use crate::serve::{certificate, new_id, wall_clock};
use crate::store::about::Kept;
use crate::store::{Elsewhere, Store};
use age::secrecy::ExposeSecret as _;
use age::x25519::{Identity, Recipient};
use anyhow::{Context as _, anyhow, bail, ensure};
use clap::Args;
use std::fs::{self, File, OpenOptions};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

/// A key for backups.
#[derive(Debug, Args)]
pub(super) struct Key {
    /// Where the secret half goes; a file that is there already is left alone
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// A backup.
#[derive(Debug, Args)]
pub(super) struct Backup {
    #[command(flatten)]
    data: Data,
    /// The public half of the backup key: age1…
    #[arg(long, value_name = "KEY")]
    to: String,
    /// The file; one that is there already is left alone
    #[arg(long, value_name = "FILE", required_unless_present = "into", conflicts_with = "into")]
    out: Option<PathBuf>,
    /// A folder of backups instead: a new file in it, without the photos and reports that earlier ones there hold
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,
    /// Writes every photo and report again, so that earlier files in the folder may be taken away afterwards
    #[arg(long, requires = "into")]
    whole: bool,
}

/// A restore.
#[derive(Debug, Args)]
pub(super) struct Restore {
    /// The new data folder; it must hold no record
    #[command(flatten)]
    data: Data,
    /// The backup
    backup: PathBuf,
    /// The file with the secret half of the backup key
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The folder objects/acts of the server that was lost, or a copy of it: what was taken back and which tablets were
    /// retired since the backup stays so
    #[arg(long, value_name = "DIR")]
    acts: Option<PathBuf>,
    /// Goes on without photos and reports of earlier backups that are gone, and says how many
    #[arg(long)]
    without_missing: bool,
}

/// A drill.
#[derive(Debug, Args)]
pub(super) struct Drill {
    /// The backup
    backup: PathBuf,
    /// The file with the secret half of the backup key
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Where there is room for a moment; without it this system's temporary folder
    #[arg(long, value_name = "DIR")]
    scratch: Option<PathBuf>,
    /// The data folder of the server that it came from, where that is this machine: it keeps that a drill went well
    #[arg(long, value_name = "DIR")]
    server: Option<PathBuf>,
}

/// A move.
#[derive(Debug, Args)]
pub(super) struct Move {
    #[command(flatten)]
    org: OfOrg,
    /// The data folder it goes to
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// The PostgreSQL it goes to; without it a file in that folder
    #[arg(long, value_name = "URL")]
    to_database: Option<String>,
    /// The bucket its photos and finished reports go to, s3://BUCKET/PREFIX; without it a folder in that folder
    #[arg(long, value_name = "S3")]
    to_objects: Option<String>,
}

impl Key {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        let identity = Identity::generate();
        let mut file = anew(&self.out)?;
        let public = identity.to_public().to_string();
        writeln!(file, "# public: {public}\n{}", identity.to_string().expose_secret())?;
        file.sync_all()?;
        say(&public);
        say(&format!(
            "The secret half is in {}. Keep it away from the server, twice: without it no backup can be opened.",
            self.out.display()
        ));
        Ok(())
    }
}

impl Backup {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let to: Recipient = self
            .to
            .parse()
            .map_err(|why| anyhow!("This is no public half of a backup key: {why}. Nothing was written."))?;
        let at = wall_clock()();
        let name = format!("{}.{ENDING}", jiff::Timestamp::from_millisecond(at)?.strftime("%Y-%m-%dT%H%M%SZ"));
        let out = self.out.clone().or_else(|| Some(self.into.as_ref()?.join(&name))).context("--out or --into")?;
        ensure!(!out.exists(), "{} is there already; give another name. Nothing was written.", out.display());
        let data = self.data.folder()?;
        let store = self.data.open().await?;
        let earlier = match self.into.as_ref().filter(|_| !self.whole) {
            Some(folder) => folder::earlier(folder, store.key(), &to)?,
            None => Earlier::default(),
        };
        let part = out.with_extension("part");
        let written = backup::write_after(&store, &data, &to, BufWriter::new(anew(&part)?), at, &earlier).await;
        let whole = match written {
            Ok(whole) => whole,
            Err(error) => {
                fs::remove_file(&part).with_context(|| format!("{error:#}; and taking {} away", part.display()))?;
                return Err(error.context("No backup was written"));
            }
        };
        File::open(&part)?.sync_all()?;
        fs::rename(&part, &out)?;
        if let Some(folder) = &self.into {
            let objects = earlier.new_in(&whole.objects);
            folder::vouch(folder, &name, store.key(), &to, objects)?;
        }
        for org in store.orgs().await? {
            store.org(&org.id).record(by_operator("write a backup", &org.id, at)).await?;
        }
        store.has_kept(Kept::Backup, at).await?;
        store.close().await;
        say(&format!("{} holds {}.", out.display(), words(&whole)));
        if !earlier.files.is_empty() {
            say(&format!(
                "It leans on {} in the same folder for photos and reports that did not change: keep them together.",
                counted(earlier.files.len(), "earlier file", "earlier files")
            ));
        }
        say("Try it before you need it: enterview drill --help");
        Ok(())
    }
}

impl Restore {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let data = self.data.folder()?;
        let key = identity(&self.key)?;
        let file = File::open(&self.backup).with_context(|| format!("opening {}", self.backup.display()))?;
        ensure!(
            !data.join(crate::store::key::KEY_FILE).exists(),
            "{} holds a record already, which is left alone. Give an empty folder.",
            data.display()
        );
        let store = Store::open_with(&data, &elsewhere()?).await?;
        let read = backup::read_what_is_there(file, &key, &store, &data, beside(&self.backup)).await;
        let again = || format!("Not restored; take {} away before the next try", data.display());
        let (whole, missing) = read.with_context(again)?;
        if !self.without_missing {
            missing.refused().with_context(again)?;
        }
        let at = wall_clock()();
        if let Some(acts) = &self.acts {
            let there = backup::bring_acts(&store, acts).await?;
            say(&format!("{} of the lost server's acts were read.", counted(there, "line", "lines")));
        }
        let again = store.do_acts_again().await?;
        backup::live_again(&store, at).await?;
        for org in store.orgs().await? {
            store.org(&org.id).record(by_operator("restore a backup", &org.id, at)).await?;
        }
        store.close().await;
        say(&format!("{} holds {}.", data.display(), words(&whole)));
        if !missing.is_empty() {
            say(&format!(
                "{} missing: the earlier backups that held them are gone. Tablets that still have a photo send it again.",
                counted(missing.len(), "photo or finished report is", "photos and finished reports are")
            ));
        }
        match (&self.acts, again) {
            (_, 1..) => say(&format!(
                "{again} times something was taken back, or a tablet retired, after the backup: it is so again."
            )),
            (Some(_), 0) => {}
            (None, 0) => say(
                "What was taken back, and which tablets were retired, after this backup is not known here. If you still have \
                 the folder objects/acts of the lost server, restore again with --acts DIR.",
            ),
        }
        say("Never run it beside the server that the backup came from. Tablets send again what this record lacks.");
        Ok(())
    }
}

impl Drill {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let key = identity(&self.key)?;
        let file = File::open(&self.backup).with_context(|| format!("opening {}", self.backup.display()))?;
        let room = self.scratch.clone().unwrap_or_else(std::env::temp_dir);
        let data = room.join(format!("enterview-drill-{}", new_id(wall_clock()())?));
        let tried = try_it(file, &key, &data, &self.backup).await;
        if data.exists() {
            fs::remove_dir_all(&data).with_context(|| format!("taking {} away", data.display()))?;
        }
        let whole = tried?;
        say(&format!("This backup restores whole: {}.", words(&whole)));
        if let Some(server) = &self.server {
            let store = Store::open_with(server, &elsewhere()?).await?;
            store.has_kept(Kept::Drill, wall_clock()()).await?;
            store.close().await;
        }
        Ok(())
    }
}

/// Restores into a folder of its own and reads the whole of it.
async fn try_it(file: File, key: &Identity, data: &Path, backup: &Path) -> anyhow::Result<Contents> {
    let store = Store::open(data, None).await?;
    let whole = backup::read(file, key, &store, data, beside(backup)).await?;
    let checked = store.check(&Again).await?;
    store.close().await;
    if !checked.problems.is_empty() {
        bail!("This backup restores, but what is in it is not sound: {}", checked.problems.join(" "));
    }
    Ok(whole)
}

impl Move {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let from = self.org.open().await?;
        let objects = Place::read(self.to_objects.as_deref(), aws())?;
        let there = Elsewhere { database: self.to_database.clone(), objects, ..Elsewhere::default() };
        let to = Store::open_with(&self.to, &there).await?;
        let here = from.this().await?;
        let others = to.orgs().await?;
        if others.iter().any(|org| org.id == here.id) {
            bail!("{} is in {} already. Nothing was moved.", here.name, self.to.display());
        }
        let (tables, objects) = backup::carry(&from, &to).await?;
        // Tablets know the server by its certificate. One that serves others already has its own.
        let data = self.org.data.folder()?;
        let known = others.is_empty() && certificate::follow(&data, &self.to)?;
        let at = wall_clock()();
        let there = to.org(&here.id);
        there
            .doing(by_operator("move an organisation here", &here.id, at))
            .live_again(&new_id(at)?.to_string())
            .await?;
        to.close().await;
        from.store().close().await;
        let rows: usize = tables.values().map(|tally| tally.rows).sum();
        say(&format!(
            "{} is in {}: {} and {}, all as they were.",
            here.name,
            self.to.display(),
            counted(rows, "row", "rows"),
            counted(objects, "photo or finished report", "photos and finished reports"),
        ));
        say(match known {
            true => "Its certificate went along: tablets find it if it keeps its address.",
            false => "Its certificate stayed, for that server has its own: set up each tablet with a new code.",
        });
        say("The old place is unchanged. Do not serve both: stop the old server before you start the new one.");
        Ok(())
    }
}

fn words(whole: &Contents) -> String {
    let parts = [
        counted(whole.tables.len(), "organisation", "organisations"),
        counted(whole.rows("person"), "person", "people"),
        counted(whole.rows("notebook"), "notebook", "notebooks"),
        counted(whole.rows("change"), "change", "changes"),
        counted(whole.rows("report"), "report", "reports"),
        counted(whole.objects(), "photo or finished report", "photos and finished reports"),
    ];
    list(&parts)
}

/// Opens earlier backups that lie in the same folder; a name leads nowhere else.
fn beside(backup: &Path) -> impl Fn(&str) -> anyhow::Result<File> + Send {
    let folder = backup.parent().map(Path::to_owned).unwrap_or_default();
    move |name| {
        ensure!(Path::new(name).file_name() == Some(name.as_ref()), "“{name}” is no file's name.");
        let path = folder.join(name);
        File::open(&path).with_context(|| format!("opening {}", path.display()))
    }
}

fn identity(file: &Path) -> anyhow::Result<Identity> {
    let text = fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    let line = text.lines().find(|line| line.starts_with("AGE-SECRET-KEY-"));
    let line = line.with_context(|| format!("{} holds no secret half of a backup key.", file.display()))?;
    line.parse().map_err(|why| anyhow!("{}: {why}", file.display()))
}

/// A new file that only its owner reads.
fn anew(path: &Path) -> anyhow::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).with_context(|| format!("making {}", path.display()))
}
