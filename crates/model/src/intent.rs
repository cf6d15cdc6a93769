//! What customers want.

use serde::{Deserialize, Serialize};

/// What the assistant does about a wish, besides answering it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IntentAction {
    /// Nothing of its own: it answers when it can.
    #[default]
    None,
    /// It gives the conversation to people.
    HandOver,
}

impl IntentAction {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::HandOver => "hand_over",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::None, Self::HandOver].into_iter().find(|action| action.as_str() == text)
    }
}
