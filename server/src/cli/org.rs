//! `enterview org add`.

use super::{Data, by_operator, say};
use crate::sealed::new_pair;
use crate::serve::{new_id, wall_clock};
use crate::store::orgs::NewOrg;
use age::secrecy::ExposeSecret as _;
use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use domain::scheme::Scheme;

/// Organisations.
#[derive(Debug, Subcommand)]
pub(super) enum Org {
    /// Adds an organisation, with the desk's key to which contact details are sealed
    ///
    /// The first line is its id.
    ///
    /// Example: enterview org add --name "Sutton LINk" --scheme link-2008 --host "Sutton CVS"
    #[command(verbatim_doc_comment)]
    Add(Add),
}

/// An organisation to be added.
#[derive(Debug, Args)]
pub(super) struct Add {
    #[command(flatten)]
    data: Data,
    /// As on its reports
    #[arg(long)]
    name: String,
    /// The scheme under which it works: link-2008, healthwatch-2013 or lay-visiting; `enterview scheme list` tells of each
    #[arg(long)]
    scheme: String,
    /// The body that supports it and employs the staff
    #[arg(long)]
    host: String,
}

impl Org {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let Self::Add(add) = self;
        add.run().await
    }
}

impl Add {
    async fn run(self) -> anyhow::Result<()> {
        let known = || Scheme::embedded_ids().collect::<Vec<_>>().join(", ");
        let Some(scheme) = Scheme::embedded(&self.scheme) else {
            bail!("There is no scheme called {}. There is: {}. Nothing was added.", self.scheme, known());
        };
        if self.name.trim().is_empty() {
            bail!("An organisation has a name. Nothing was added.");
        }
        let store = self.data.open().await?;
        let at = wall_clock()();
        let (id, store_id) = (new_id(at)?.to_string(), new_id(at)?.to_string());
        let new = NewOrg {
            id: id.clone(),
            name: self.name.trim().to_owned(),
            host: self.host.trim().to_owned(),
            scheme: scheme.id.clone(),
            scheme_version: scheme.version.clone(),
            store_id,
            at,
        };
        store.add_org(new).await?;
        let org = store.org(&id);
        let does = |what| org.doing(by_operator(what, &id, at));
        let desk = new_pair();
        does("make the desk's key").set_desk_key(&desk.public, desk.private.expose_secret().as_bytes()).await?;
        let pack = serde_json::to_string(scheme).context("writing the scheme pack")?;
        does("add the scheme").put_pack_item(&scheme.id, &pack).await?;
        store.close().await;
        say(&id);
        say(&format!("{} is there, under {}. Next: enterview person add --help", self.name.trim(), scheme.id));
        Ok(())
    }
}
