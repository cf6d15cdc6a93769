//! What is cleaned away by itself.

use std::time::Duration;

use tokio_util::sync::CancellationToken;
use yingda_model::Scope;
use yingda_store::StoreError;

use crate::{Desk, DeskError};

const EVERY: Duration = Duration::from_secs(3600);
/// One-time codes are forgotten after this; their limit counts an hour.
const CODES_LAST: Duration = Duration::from_secs(24 * 3600);
/// What came of a call of a tool is forgotten after this; a turn that runs again does so within hours.
const CALLS_LAST: Duration = Duration::from_secs(30 * 24 * 3600);
/// That a flow was begun with a customer who had not asked is forgotten after this: no limit counts longer.
const FIRED_LASTS: Duration = Duration::from_secs(400 * 24 * 3600);
/// What language models cost and how they did is forgotten after this; no budget counts longer but a conversation's, and one that
/// was silent for so long begins anew.
const MODELS_LAST: Duration = Duration::from_secs(400 * 24 * 3600);
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

    /// Removes sessions that have ended, idempotency keys, codes and calls of tools that are old; sees to it that outcomes are decided.
    pub async fn clean(&self) -> Result<(), DeskError> {
        let now = self.now();
        let [keys, codes, calls, fired] =
            [KEYS_LAST, CODES_LAST, CALLS_LAST, FIRED_LASTS].map(|lasts| now.minus(lasts));
        // The date alone: days are compared as they are written.
        let models: String = now.minus(MODELS_LAST).to_string().chars().take(10).collect();
        for workspace in self.store().directory().workspaces().await? {
            let models = models.clone();
            self.store()
                .write(&Scope::system(workspace.id), move |tx| {
                    let models = models.clone();
                    Box::pin(async move {
                        tx.remove_expired_sessions(now).await?;
                        tx.forget_keys(keys).await?;
                        tx.remove_old_codes(codes).await?;
                        tx.remove_old_tool_calls(calls).await?;
                        tx.remove_old_fired(fired).await?;
                        tx.remove_old_model_use(&models).await?;
                        Ok::<_, StoreError>(())
                    })
                })
                .await?;
            self.see_to_outcomes(&Scope::system(workspace.id)).await?;
        }
        Ok(())
    }
}
