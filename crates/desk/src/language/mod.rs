//! What messages are understood by: intents with their utterances, types of entity, and the models trained on them.
//!
//! An utterance counts from the next training on ([`Desk::train_language`], done by [`Trainer`]); everything else counts with
//! the next message.

mod entity_types;
mod export;
mod file;
mod import;
mod intents;
mod models;
mod train;
mod utterances;

pub use entity_types::{NewEntityType, entity_setup};
pub use export::LanguageFormat;
pub use file::{IntentDraft, LanguageFile, SkippedUtterance, UtteranceDraft};
pub use import::LanguageImported;
pub use intents::{IntentCount, Intents, NewIntent};
pub use models::LanguageStatus;
pub use train::{Trainer, Training, TrainingProgress};
pub use utterances::{AddedUtterances, NewUtterance};

use yingda_model::Scope;
use yingda_store::{NewEntry, Writing};

use crate::{Desk, DeskError};

/// Where an utterance comes from.
pub mod origin {
    /// Somebody wrote it for the assistant.
    pub const WRITTEN: &str = "written";
    /// It came in a file.
    pub const IMPORT: &str = "import";
}

impl Desk {
    /// Runs a change of the language in one transaction, with its line in the journal, and tells everybody.
    async fn change_language<T, F>(&self, scope: &Scope, change: F) -> Result<T, DeskError>
    where
        T: Send + 'static,
        F: for<'t> Fn(Writing<'t>) -> futures::future::BoxFuture<'t, Result<T, DeskError>> + Send + Sync + 'static,
    {
        let now = self.now();
        let change = std::sync::Arc::new(change);
        let value = self
            .store()
            .write(scope, move |tx| {
                let change = change.clone();
                Box::pin(async move {
                    let value = change(tx).await?;
                    tx.append_entry(NewEntry::LanguageChanged, now).await?;
                    Ok::<_, DeskError>(value)
                })
            })
            .await?;
        self.told().await;
        Ok(value)
    }
}
