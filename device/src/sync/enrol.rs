//! Setting a tablet up with the code that the office printed.

use super::feed::doubt_all;
use crate::device::{Device, Office, Result};
use crate::error::Error;
use crate::store::meta;
use crate::transport::{NoAnswer, Reply, Request, Transport};
use domain::wire::{self, Bytes, Enrol, Enrolled, EnrolmentCode, Problem};
use std::sync::{Mutex, PoisonError};

/// Makes the tablet known to the office whose code this is, under the name that people call it by; again, where the
/// office said that it knows it no more.
///
/// # Errors
/// [`Error::Unreachable`], [`Error::Office`] with the office's own words, [`Error::AlreadyThere`] for a tablet that
/// belongs to an office which knows it.
pub async fn set_up(device: &Mutex<Device>, code: &EnrolmentCode, name: &str) -> Result<()> {
    let transport = Transport::to(&code.address, code.fingerprint.as_deref())?;
    let request = device.lock().unwrap_or_else(PoisonError::into_inner).enrolling(code, name)?;
    let reply = transport.send(&request).await.map_err(|why| match why {
        NoAnswer::AnotherCertificate => {
            Error::Office("What answered is not the office that printed this code. Ask for a new code.".into())
        }
        NoAnswer::Unreachable | NoAnswer::Shut | NoAnswer::BrokenOff => Error::Unreachable,
    })?;
    device.lock().unwrap_or_else(PoisonError::into_inner).enrolled(code, name, &request, &reply)
}

impl Device {
    pub(crate) fn enrolling(&self, code: &EnrolmentCode, name: &str) -> Result<Request> {
        // What is on it belongs to the office that it was set up with.
        let before = self.office()?;
        if before.is_some() && !self.standing()?.not_known {
            return Err(Error::AlreadyThere);
        }
        let enrol = Enrol {
            secret: code.secret.clone(),
            device: self.id,
            name: name.to_owned(),
            key: Bytes(self.key.verifying_key().to_bytes().to_vec()),
            belongs: before.map(|office| office.org),
        };
        let headers = vec![
            (wire::SPEAKS.to_owned(), self.sync.speaks().to_string()),
            ("content-type".to_owned(), "application/json".to_owned()),
        ];
        Ok(Request { method: "POST", path: "/sync/v1/enrol".into(), headers, body: serde_json::to_vec(&enrol)? })
    }

    pub(crate) fn enrolled(
        &mut self,
        code: &EnrolmentCode,
        name: &str,
        request: &Request,
        reply: &Reply,
    ) -> Result<()> {
        self.totals.requests += 1;
        self.totals.bytes_up += request.size();
        self.totals.bytes_down += reply.size();
        if !(200..300).contains(&reply.status) {
            let title = serde_json::from_slice::<Problem>(&reply.body).map(|problem| problem.title).ok();
            let say = || "The office did not take this code. Ask for a new one.".to_owned();
            return Err(Error::Office(title.filter(|title| !title.is_empty()).unwrap_or_else(say)));
        }
        let enrolled: Enrolled = serde_json::from_slice(&reply.body)
            .map_err(|_| Error::Office("The office answered something that this tablet does not understand.".into()))?;
        let office = Office {
            address: code.address.clone(),
            fingerprint: code.fingerprint.clone(),
            org: enrolled.org,
            holders: enrolled.holders,
        };
        let (totals, now, actor) = (self.totals, self.around.now(), self.actor.clone());
        let again = self.is_set_up()?;
        self.store.write(|tx| {
            if again {
                // An office that forgot the tablet may have forgotten what it sent: all is compared from the beginning.
                doubt_all(tx, &actor, now)?;
                meta::clear(tx, meta::name::CURSOR)?;
                meta::clear(tx, meta::name::STANDING)?;
            }
            meta::set(tx, meta::name::NAME, &name)?;
            meta::set(tx, meta::name::OFFICE, &office)?;
            meta::set(tx, meta::name::TOTALS, &totals)
        })
    }
}
