//! Intents: who may change them, and what is acceptable.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use yingda_classify::OUT_OF_SCOPE;
use yingda_model::{IntentAction, IntentId, Permission, Scope};
use yingda_store::{Intent, Remembered};

use crate::conversations::require;
use crate::knowledge::text;
use crate::{Desk, DeskError};

/// What an intent is to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = WriteIntent)]
#[serde(deny_unknown_fields)]
pub struct NewIntent {
    /// 1 to 100 characters, without `|` and `+`; `/` makes a hierarchy.
    pub name: String,
    /// The name as it stands when absent.
    #[serde(default)]
    pub title_zh: String,
    #[serde(default)]
    pub title_en: String,
    #[serde(default)]
    pub answer_key: Option<String>,
    #[serde(default)]
    pub action: IntentAction,
}

/// All intents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = IntentList)]
pub struct Intents {
    /// By name.
    #[serde(rename = "items")]
    pub intents: Vec<IntentCount>,
    /// Utterances that belong to no intent.
    pub out_of_scope: u64,
}

/// An intent with the number of its utterances.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = CountedIntent)]
pub struct IntentCount {
    #[serde(flatten)]
    pub intent: Intent,
    pub utterances: u64,
}

/// Intents that a workspace may have: what the classifier takes.
const MAX_INTENTS: usize = 2_000;
const MAX_NAME_CHARS: usize = 100;

impl Desk {
    /// Every intent, with the number of its utterances.
    pub async fn intents(&self, scope: &Scope) -> Result<Intents, DeskError> {
        require(scope, Permission::ReadKnowledge)?;
        let reader = self.store().read(scope);
        let (intents, counts) = (reader.intents().await?, reader.utterance_counts().await?);
        let of = |id| counts.get(&id).copied().unwrap_or(0);
        Ok(Intents {
            intents: intents
                .into_iter()
                .map(|intent| IntentCount { utterances: of(Some(intent.id)), intent })
                .collect(),
            out_of_scope: of(None),
        })
    }

    pub async fn intent(&self, scope: &Scope, id: IntentId) -> Result<Intent, DeskError> {
        require(scope, Permission::ReadKnowledge)?;
        Ok(self.store().read(scope).intent(id).await?)
    }

    /// Adds an intent. With an idempotency key, asking again gives the same intent; the second value tells whether it is new.
    pub async fn create_intent(
        &self,
        scope: &Scope,
        new: NewIntent,
        idempotency_key: Option<String>,
    ) -> Result<(Intent, bool), DeskError> {
        require(scope, Permission::WriteKnowledge)?;
        check_intent(&new)?;
        let request = serde_json::to_vec(&new).map_err(|error| DeskError::invalid("intent", error.to_string()))?;
        let intent = self.made(new);
        let now = self.now();
        self.change_language(scope, move |tx| {
            let (intent, request, key) = (intent.clone(), request.clone(), idempotency_key.clone());
            Box::pin(async move {
                tx.lock_name("language", "intents").await?;
                if let Some(key) = &key
                    && let Remembered::Before(id) = tx.recall(key, &request).await?
                {
                    return Ok((tx.intent(id.into()).await?, false));
                }
                room_for(tx.intents().await?.len() + 1)?;
                tx.insert_intent(&intent).await?;
                if let Some(key) = &key {
                    tx.remember(key, &request, intent.id.0, now).await?;
                }
                Ok((intent, true))
            })
        })
        .await
    }

    /// Stores an intent's new state. A model that was trained before knows it by its new name at once.
    pub async fn update_intent(&self, scope: &Scope, id: IntentId, new: NewIntent) -> Result<Intent, DeskError> {
        require(scope, Permission::WriteKnowledge)?;
        check_intent(&new)?;
        let changed = Intent { id, ..self.made(new) };
        self.change_language(scope, move |tx| {
            let changed = changed.clone();
            Box::pin(async move {
                let created_at = tx.intent(id).await?.created_at;
                let intent = Intent { created_at, ..changed };
                tx.update_intent(&intent).await?;
                Ok(intent)
            })
        })
        .await
    }

    /// Removes an intent with its utterances. The assistant does not act on it any more, even where a model knows it.
    pub async fn delete_intent(&self, scope: &Scope, id: IntentId) -> Result<(), DeskError> {
        require(scope, Permission::WriteKnowledge)?;
        self.change_language(scope, move |tx| {
            Box::pin(
                async move { if tx.delete_intent(id).await? { Ok(()) } else { Err(DeskError::not_found("intent")) } },
            )
        })
        .await
    }

    /// The intent that `new` asks for, with an id and the present time.
    pub(super) fn made(&self, new: NewIntent) -> Intent {
        let name = new.name.trim().to_owned();
        let title = |title: String| if title.trim().is_empty() { name.clone() } else { title.trim().to_owned() };
        Intent {
            id: self.world().uuid().into(),
            title_zh: title(new.title_zh),
            title_en: title(new.title_en),
            answer_key: new.answer_key.map(|key| key.trim().to_owned()).filter(|key| !key.is_empty()),
            action: new.action,
            created_at: self.now(),
            updated_at: self.now(),
            name,
        }
    }
}

pub(super) fn room_for(intents: usize) -> Result<(), DeskError> {
    if intents > MAX_INTENTS {
        return Err(DeskError::invalid("intent", format!("expected at most {MAX_INTENTS} intents, got {intents}")));
    }
    Ok(())
}

pub(super) fn check_intent(new: &NewIntent) -> Result<(), DeskError> {
    let name = new.name.trim();
    text("name", name, MAX_NAME_CHARS)?;
    // These part names in files: tables, and Rasa's training data.
    if name.contains(['|', '+', '\n', '\r', '\t']) || name.split('/').any(|part| part.trim().is_empty()) {
        let detail = format!("expected a name such as order/cancel, without | and + and empty parts, got {name:?}");
        return Err(DeskError::invalid("name", detail));
    }
    if name == OUT_OF_SCOPE {
        let detail = "\"oos\" stands for what belongs to no intent: add such utterances without an intent";
        return Err(DeskError::invalid("name", detail));
    }
    for (field, title) in [("title_zh", &new.title_zh), ("title_en", &new.title_en)] {
        if !title.trim().is_empty() {
            text(field, title, MAX_NAME_CHARS)?;
        }
    }
    match &new.answer_key {
        Some(key) if !key.trim().is_empty() => text("answer_key", key, MAX_NAME_CHARS),
        _ => Ok(()),
    }
}
