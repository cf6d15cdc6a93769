//! What is cleaned away by itself.

use std::time::Duration;

use tokio_util::sync::CancellationToken;
use yingda_model::Scope;
use yingda_store::StoreError;

use crate::{Desk, DeskError};

const EVERY: Duration = Duration::from_secs(3600);
/// One-time codes are forgotten after this; their limit counts an hour.
const CODES_LAST: Duration = Duration::from_secs(24 * 3600);
/// That a flow was begun with a customer who had not asked is forgotten after this: no limit counts longer.
const FIRED_LASTS: Duration = Duration::from_secs(400 * 24 * 3600);
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

    /// Removes sessions that have ended, idempotency keys and codes that are old; sees to it that outcomes are decided.
    pub async fn clean(&self) -> Result<(), DeskError> {
        let now = self.now();
        let [keys, codes, fired] = [KEYS_LAST, CODES_LAST, FIRED_LASTS].map(|lasts| now.minus(lasts));
        for workspace in self.store().directory().workspaces().await? {
            self.store()
                .write(&Scope::system(workspace.id), move |tx| {
                    Box::pin(async move {
                        tx.remove_expired_sessions(now).await?;
                        tx.forget_keys(keys).await?;
                        tx.remove_old_codes(codes).await?;
                        tx.remove_old_fired(fired).await?;
                        Ok::<_, StoreError>(())
                    })
                })
                .await?;
            self.see_to_outcomes(&Scope::system(workspace.id)).await?;
        }
        Ok(())
    }
}
