//! What is cleaned away by itself.

use std::time::Duration;

use tokio_util::sync::CancellationToken;
use yingda_model::{Scope, Timestamp};
use yingda_store::StoreError;

use crate::{Desk, DeskError};

const EVERY: Duration = Duration::from_secs(3600);
/// A client that repeats a request after this long makes something new.
const KEYS_LAST: Duration = Duration::from_secs(7 * 24 * 3600);

impl Desk {
    pub(crate) async fn keep_house(&self, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(EVERY) => {}
            }
            if let Err(error) = self.clean().await {
                tracing::warn!(%error, "old sessions and keys could not be removed; trying again in an hour");
            }
        }
    }

    /// Removes sessions that have ended and idempotency keys that are old.
    pub async fn clean(&self) -> Result<(), DeskError> {
        let now = self.now();
        let before = Timestamp(now.0 - i64::try_from(KEYS_LAST.as_millis()).unwrap_or(i64::MAX));
        for workspace in self.store().directory().workspaces().await? {
            self.store()
                .write(&Scope::system(workspace.id), move |tx| {
                    Box::pin(async move {
                        tx.remove_expired_sessions(now).await?;
                        tx.forget_keys(before).await?;
                        Ok::<_, StoreError>(())
                    })
                })
                .await?;
        }
        Ok(())
    }
}
