//! The road between tablets and office, on which everything happens that does.

use super::office::Office;
use anyhow::Result;
use device::sync::Happened;
use device::transport::{NoAnswer, Reply, Request};
use std::collections::VecDeque;

/// What becomes of one request and its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Both arrive.
    Well,
    /// The request is lost.
    RequestLost,
    /// The office does what it was asked; the answer is lost.
    AnswerLost,
    /// The request arrives twice; the tablet hears the second answer.
    Twice,
    /// The tablet gives up waiting; the request arrives at some later time.
    Late,
    /// So many thousandths of the body arrive.
    Cut(u16),
    /// Something else answers, or half of the answer comes as if it were all.
    Lie(Lie),
}

/// What answers in the office's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lie {
    /// A page that says *welcome to our network*, with 200. The office heard nothing.
    Portal,
    /// 200 and nothing. The office heard nothing.
    Empty,
    /// 502 of something in between. The office may have done it.
    Gateway,
    /// The office's own answer, of which a half is missing.
    Half,
}

/// A request under way.
pub(super) struct Late {
    pub(super) number: usize,
    pub(super) request: Request,
}

/// The road.
#[derive(Default)]
pub struct Road {
    late: VecDeque<Late>,
}

impl Road {
    pub(super) fn late(&mut self) -> Option<Late> {
        self.late.pop_front()
    }

    /// Whether something is still under way.
    #[must_use]
    pub fn is_late(&self) -> bool {
        !self.late.is_empty()
    }

    /// What is under way arrives in the other order.
    pub fn reorder(&mut self) {
        self.late.make_contiguous().reverse();
    }

    pub(super) async fn carry(
        &mut self,
        office: &mut Office,
        number: usize,
        request: Request,
        fate: Fate,
    ) -> Result<Happened> {
        let nobody = Happened::Silence(NoAnswer::Unreachable);
        let broken = Happened::Silence(NoAnswer::BrokenOff);
        Ok(match fate {
            Fate::Well => office.answers(&request).await?.map_or(nobody, Happened::Answered),
            Fate::RequestLost => nobody,
            Fate::AnswerLost => office.answers(&request).await?.map_or(nobody, |_| broken),
            Fate::Twice => {
                office.answers(&request).await?;
                office.answers(&request).await?.map_or(nobody, Happened::Answered)
            }
            Fate::Late => {
                self.late.push_back(Late { number, request });
                broken
            }
            Fate::Cut(thousandths) => {
                let mut cut = request;
                let keep = cut.body.len() * usize::from(thousandths.min(999)) / 1_000;
                cut.body.truncate(keep);
                office.answers(&cut).await?.map_or(nobody, |_| broken)
            }
            Fate::Lie(lie) => lied(office, &request, lie).await?.map_or(nobody, Happened::Answered),
        })
    }
}

async fn lied(office: &mut Office, request: &Request, lie: Lie) -> Result<Option<Reply>> {
    let page = |status, body: &str| {
        let headers = vec![("content-type".to_owned(), "text/html".to_owned())];
        Some(Reply { status, headers, body: body.as_bytes().to_vec() })
    };
    Ok(match lie {
        Lie::Portal => page(200, "<html><body>Welcome to our network. Please accept the terms.</body></html>"),
        Lie::Empty => page(200, ""),
        Lie::Gateway => {
            office.answers(request).await?;
            page(502, "<html><body>Bad gateway</body></html>")
        }
        Lie::Half => office.answers(request).await?.map(|mut reply| {
            reply.body.truncate(reply.body.len() / 2);
            reply
        }),
    })
}

pub(super) fn said(happened: &Happened) -> String {
    match happened {
        // Not how long it is: packed, that hangs on chance that is the server's own.
        Happened::Answered(reply) => reply.status.to_string(),
        other => format!("{other:?}"),
    }
}
