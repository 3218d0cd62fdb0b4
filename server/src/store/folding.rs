//! SQLite's log of what was written is brought into the file beside the writer, on a connection of its own: done by the
//! writer, as SQLite would by itself, every thousand pages somebody waits for two syncs more.

use std::sync::Arc;
use std::time::Duration;

use sqlx::{AnyConnection, Connection, Executor};
use tokio::sync::{Notify, oneshot};

use super::connect::{self, Address};
use super::key::Key;

/// How long after a commit, so that one round serves many.
const AFTER: Duration = Duration::from_millis(100);

/// The task that folds, and how it is told.
pub(super) struct Folding {
    committed: Arc<Notify>,
    stop: Option<oneshot::Sender<()>>,
    task: tokio::task::JoinHandle<()>,
}

impl Folding {
    pub(super) fn start(address: Address, key: Key) -> Folding {
        let committed = Arc::new(Notify::new());
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(fold(committed.clone(), address, key, stopped));
        Folding { committed, stop: Some(stop), task }
    }

    /// What the writer says after each commit.
    pub(super) fn committed(&self) {
        self.committed.notify_one();
    }

    /// Ends it and closes its connection; the writer's is the last, which empties the log.
    pub(super) async fn stop(mut self) {
        if let Some(stop) = self.stop.take() {
            // Gone already: then there is nothing to stop.
            let _ = stop.send(());
        }
        if let Err(error) = (&mut self.task).await {
            tracing::error!(%error, "bringing the log into the file ended badly; the writer does it");
        }
    }
}

async fn fold(committed: Arc<Notify>, address: Address, key: Key, mut stopped: oneshot::Receiver<()>) {
    let mut connection: Option<AnyConnection> = None;
    loop {
        tokio::select! {
            () = committed.notified() => {}
            _ = &mut stopped => break,
        }
        tokio::select! {
            () = tokio::time::sleep(AFTER) => {}
            _ = &mut stopped => break,
        }
        if let Err(error) = once(&mut connection, &address, &key).await {
            // Nothing is lost by it: the writer folds when the log has grown long.
            tracing::warn!(error = %format!("{error:#}"), "the log could not be brought into the file");
            connection = None;
        }
    }
    if let Some(connection) = connection
        && let Err(error) = connection.close().await
    {
        tracing::warn!(%error, "a connection did not close well");
    }
}

async fn once(connection: &mut Option<AnyConnection>, address: &Address, key: &Key) -> anyhow::Result<()> {
    let open = match connection {
        Some(open) => open,
        None => connection.insert(connect::reconnect(address, key).await?),
    };
    // Waits for nobody: what readers still need stays for the next round.
    open.execute("PRAGMA wal_checkpoint(PASSIVE)").await?;
    Ok(())
}
