//! Versions of the language model: looking at them, and putting one to use.

use yingda_classify::Classifier;
use yingda_model::{Permission, Scope};
use yingda_store::LanguageModel;

use super::Training;
use crate::conversations::require;
use crate::{Desk, DeskError};

/// How a workspace's understanding stands.
#[derive(Clone, Debug, PartialEq)]
pub struct LanguageStatus {
    /// Grows with every change of what messages are understood by.
    pub revision: i64,
    pub intents: u64,
    /// All utterances, those out of scope included.
    pub utterances: u64,
    pub out_of_scope: u64,
    pub entity_types: u64,
    /// The version in use.
    pub active: Option<LanguageModel>,
    /// The training that waits, runs or was set aside, if there is one.
    pub training: Option<Training>,
}

impl Desk {
    /// How the workspace's understanding stands.
    pub async fn language_status(&self, scope: &Scope) -> Result<LanguageStatus, DeskError> {
        require(scope, Permission::ReadKnowledge)?;
        let reader = self.store().read(scope);
        let counts = reader.utterance_counts().await?;
        Ok(LanguageStatus {
            revision: reader.language_revision().await?,
            intents: reader.intents().await?.len() as u64,
            utterances: counts.values().sum(),
            out_of_scope: counts.get(&None).copied().unwrap_or(0),
            entity_types: reader.entity_types().await?.len() as u64,
            active: reader.active_language_model().await?,
            training: self.training(scope).await?,
        })
    }

    /// The newest `limit` versions older than `before`, newest first.
    pub async fn language_models(
        &self,
        scope: &Scope,
        before: Option<u32>,
        limit: u64,
    ) -> Result<Vec<LanguageModel>, DeskError> {
        require(scope, Permission::ReadKnowledge)?;
        Ok(self.store().read(scope).language_models(before, limit).await?)
    }

    /// A version with its report: JSON with `report` ([`yingda_classify::Report`]) and `suspicious`.
    pub async fn language_model(
        &self,
        scope: &Scope,
        version: u32,
    ) -> Result<(LanguageModel, serde_json::Value), DeskError> {
        require(scope, Permission::ReadKnowledge)?;
        let reader = self.store().read(scope);
        let model = reader.language_model(version).await?;
        let report = reader.language_model_report(version).await?;
        Ok((model, serde_json::from_str(&report).unwrap_or_default()))
    }

    /// Puts a version to use: a newer one that waited, or an older one again.
    pub async fn activate_language_model(&self, scope: &Scope, version: u32) -> Result<LanguageModel, DeskError> {
        require(scope, Permission::WriteKnowledge)?;
        let bytes = self.store().read(scope).language_model_bytes(version).await?;
        let Some(bytes) = bytes else {
            return Err(DeskError::invalid("version", "nothing was trained in this version: choose another"));
        };
        // What cannot be read would only be reported by every node afterwards.
        Classifier::from_bytes(&bytes).map_err(|error| DeskError::invalid("version", error.to_string()))?;
        self.change_language(scope, move |tx| {
            Box::pin(async move {
                tx.lock_name("language", "models").await?;
                tx.activate_language_model(version).await?;
                Ok(tx.language_model(version).await?)
            })
        })
        .await
    }
}
