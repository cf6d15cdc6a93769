//! Everything that `wording.yml` says.

use crate::Phrases;

/// Persona, waiting times and the bot's own phrases.
#[derive(Clone, Debug)]
pub struct Wordings {
    pub persona: Persona,
    /// The flow that finds out who the customer is, for what needs it.
    pub identity: Option<String>,
    /// Silence after which the customer is asked whether to go on, in milliseconds.
    pub resume_after_ms: i64,
    /// Silence after which what was begun is over, in milliseconds.
    pub expire_after_ms: i64,
    pub phrases: Phrases,
}

/// Who speaks.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Persona {
    /// What it is called; empty when it has no name.
    pub name: InBoth,
    /// How it speaks, for language models that rephrase.
    pub tone: InBoth,
}

/// A plain string in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct InBoth {
    pub zh: String,
    pub en: String,
}

impl Default for Wordings {
    fn default() -> Self {
        Self {
            persona: Persona::default(),
            identity: None,
            resume_after_ms: 30 * 60 * 1000,
            expire_after_ms: 7 * 24 * 60 * 60 * 1000,
            phrases: Phrases::default(),
        }
    }
}
