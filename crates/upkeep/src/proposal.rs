//! What a person is asked to decide.

use serde::{Deserialize, Serialize};
use yingda_model::{ChangeEvidence, ChangeOrigin, EntryContent, EntryId};

/// A text in Chinese and in English.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Both {
    pub zh: String,
    pub en: String,
}

impl Both {
    pub(crate) fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }

    pub(crate) fn evidence(&self) -> ChangeEvidence {
        ChangeEvidence::Note { zh: self.zh.clone(), en: self.en.clone() }
    }
}

/// A suggestion, ready to be stored as a [`KbChange`](yingda_model::KbChange).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    pub origin: ChangeOrigin,
    /// The entry to change; absent: a new one.
    pub entry_id: Option<EntryId>,
    /// The entry as it would be. Where only a person can tell what is right it is the entry as it is; a new one may have an
    /// empty answer.
    pub content: EntryContent,
    /// The note first, then questions, conversations and entries.
    pub evidence: Vec<ChangeEvidence>,
    /// Why, in a sentence or two.
    pub note: Both,
    /// The same for the same suggestion in a later run: one that was refused is known by it.
    pub fingerprint: String,
}
