//! `enterview enrol` and `enterview revoke`: how a tablet's time begins and ends.

use super::{OfOrg, by_operator, find, say};
use crate::office::tablet_rows;
use crate::serve::{certificate, last_address, wall_clock};
use crate::sync::{CODE_LASTS, NewCode, new_code};
use anyhow::bail;
use clap::Args;

/// A code for a tablet.
#[derive(Debug, Args)]
pub(super) struct Enrol {
    #[command(flatten)]
    org: OfOrg,
    /// Whose tablet it will be; given again, a team shares it
    #[arg(long = "for", alias = "holder", value_name = "NAME", required = true)]
    holders: Vec<String>,
    /// What people will call the tablet; it is printed beside the code
    #[arg(long, default_value = "tablet")]
    name: String,
    /// Where tablets reach the server, when it was started elsewhere: https://192.0.2.7:8443
    #[arg(long, value_name = "URL")]
    address: Option<String>,
}

impl Enrol {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let data = self.org.data.folder()?;
        let (address, fingerprint) = match &self.address {
            Some(address) if address.starts_with("https://") => {
                // A server that is known by its name is so under each of its names.
                let by_name = matches!(last_address(&data), Ok((at, None)) if at.starts_with("https://"));
                let fingerprint = if by_name { None } else { Some(certificate::open_or_make(&data)?.fingerprint) };
                (address.trim_end_matches('/').to_owned(), fingerprint)
            }
            Some(address) => (address.trim_end_matches('/').to_owned(), None),
            None => last_address(&data)?,
        };
        let org = self.org.open().await?;
        let (mut holders, mut names) = (Vec::new(), Vec::new());
        for name in &self.holders {
            let person = find::person(&org, name).await?;
            if let Some(day) = person.left_on {
                bail!("{} left on {day} and gets no tablet. No code was made.", person.name);
            }
            holders.push(person.id.parse()?);
            names.push(person.name);
        }
        let now = wall_clock()();
        let code = new_code(&org, NewCode { holders, by: "operator".into(), address, fingerprint }, now).await?;
        org.store().close().await;
        let until = jiff::Timestamp::from_millisecond(now + CODE_LASTS)?.to_zoned(jiff::tz::TimeZone::system());
        say(&code.to_string());
        say(&format!(
            "Sets up {} for {}, once, until {}.",
            self.name,
            names.join(" and "),
            until.strftime("%A %-d %B, %H:%M")
        ));
        Ok(())
    }
}

/// A tablet whose time is over.
#[derive(Debug, Args)]
pub(super) struct Revoke {
    #[command(flatten)]
    org: OfOrg,
    /// The tablet's name or id
    device: String,
    /// Why: retired, lost, stolen
    #[arg(long, default_value = "retired")]
    why: String,
}

impl Revoke {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let org = self.org.open().await?;
        let devices = org.devices().await?;
        let asked = &self.device;
        let found: Vec<_> = devices.iter().filter(|d| d.id == *asked || find::same(&d.name, asked)).collect();
        let device = match found.as_slice() {
            [one] => *one,
            [] => bail!("There is no tablet called {asked}. Nothing was changed."),
            _ => bail!("Several tablets are called {asked}. Give the id instead; nothing was changed."),
        };
        let at = wall_clock()();
        org.doing(by_operator("retire a tablet", &device.id, at)).revoke_device(&device.id, at, &self.why).await?;
        org.store().close().await;
        say(&device.id);
        let waits = tablet_rows::waiting_words(device.waiting.as_deref());
        say(&format!("{} is revoked. When it was last heard: {waits}.", device.name));
        Ok(())
    }
}
