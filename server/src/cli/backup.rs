//! `enterview backup`, `restore`, `drill`, `move`: the record in another place.

use super::{Data, OfOrg, by_operator, postgres, say};
use crate::backup::{self, Contents};
use crate::check::Again;
use crate::office::words::{counted, list};
use crate::serve::{new_id, wall_clock};
use crate::store::Store;
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
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
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
        ensure!(!self.out.exists(), "{} is there already; give another name. Nothing was written.", self.out.display());
        let data = self.data.folder()?;
        let store = self.data.open().await?;
        let at = wall_clock()();
        let part = self.out.with_extension("part");
        let written = backup::write(&store, &data, &to, BufWriter::new(anew(&part)?), at).await;
        let whole = match written {
            Ok(whole) => whole,
            Err(error) => {
                fs::remove_file(&part).with_context(|| format!("{error:#}; and taking {} away", part.display()))?;
                return Err(error.context("No backup was written"));
            }
        };
        File::open(&part)?.sync_all()?;
        fs::rename(&part, &self.out)?;
        for org in store.orgs().await? {
            store.org(&org.id).record(by_operator("write a backup", &org.id, at)).await?;
        }
        store.close().await;
        say(&format!("{} holds {}.", self.out.display(), words(&whole)));
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
        let store = Store::open(&data, postgres().as_deref()).await?;
        let read = backup::read(file, &key, &store, &data).await;
        let whole = read.with_context(|| format!("Not restored; take {} away before the next try", data.display()))?;
        let at = wall_clock()();
        backup::live_again(&store, at).await?;
        for org in store.orgs().await? {
            store.org(&org.id).record(by_operator("restore a backup", &org.id, at)).await?;
        }
        store.close().await;
        say(&format!("{} holds {}.", data.display(), words(&whole)));
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
        let tried = try_it(file, &key, &data).await;
        if data.exists() {
            fs::remove_dir_all(&data).with_context(|| format!("taking {} away", data.display()))?;
        }
        let whole = tried?;
        say(&format!("This backup restores whole: {}.", words(&whole)));
        Ok(())
    }
}

/// Restores into a folder of its own and reads the whole of it.
async fn try_it(file: File, key: &Identity, data: &Path) -> anyhow::Result<Contents> {
    let store = Store::open(data, None).await?;
    let whole = backup::read(file, key, &store, data).await?;
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
        let to = Store::open(&self.to, self.to_database.as_deref()).await?;
        let here = from.this().await?;
        if to.orgs().await?.iter().any(|org| org.id == here.id) {
            bail!("{} is in {} already. Nothing was moved.", here.name, self.to.display());
        }
        let (tables, objects) = backup::carry(&from, &to).await?;
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
            "{} is in {}: {rows} rows and {objects} photos and reports, all as they were.",
            here.name,
            self.to.display()
        ));
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
