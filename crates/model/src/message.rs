//! Messages and what they carry.

use serde::{Deserialize, Serialize};

use crate::{Actor, FileId, MessageId, Timestamp};

/// Longest text of a message, in characters (Unicode scalar values).
pub const MAX_TEXT_CHARS: usize = 10_000;
/// Most options that a message may offer.
pub const MAX_CHOICES: usize = 10;
const MAX_LABEL_CHARS: usize = 500;
const MAX_KEY_CHARS: usize = 100;

/// What a message carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Content {
    Text {
        text: String,
        /// The option that the writer tapped, when the text came from tapping one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        choice: Option<Choice>,
    },
    Image {
        file_id: FileId,
        #[serde(default)]
        name: String,
    },
    File {
        file_id: FileId,
        #[serde(default)]
        name: String,
        #[serde(default)]
        size: u64,
    },
    Voice {
        file_id: FileId,
        #[serde(default)]
        duration_ms: u32,
    },
    /// A title with text and a link, such as a product or an order.
    Card {
        title: String,
        #[serde(default)]
        text: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        image_url: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        url: Option<String>,
    },
    /// A text with options to tap.
    Choices { text: String, options: Vec<Choice> },
}

/// An option that a customer can tap. Tapping sends its label as text with the option attached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// What the assistant understands, such as `entry:0192…` or `hand_over`.
    pub id: String,
    /// What the customer reads.
    pub label: String,
}

/// Why content was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContentError {
    #[error("the message is empty: write a text, or attach a file")]
    Empty,
    #[error("{field} has {got} characters, at most {max} are allowed: shorten it, or send it as a file")]
    TooLong { field: &'static str, got: usize, max: usize },
    #[error("{got} options were given, 1 to {max} are allowed")]
    OptionCount { got: usize, max: usize },
    #[error("{field} must be an http or https address, got {got:?}")]
    BadUrl { field: &'static str, got: String },
    #[error("{field} contains the control character U+{code:04X}, which is not allowed")]
    ControlCharacter { field: &'static str, code: u32 },
}

impl Content {
    /// A plain text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into(), choice: None }
    }

    /// The text that stands for this content in lists, search and the assistant; empty for files.
    pub fn as_text(&self) -> &str {
        match self {
            Self::Text { text, .. } | Self::Choices { text, .. } => text,
            Self::Card { title, .. } => title,
            Self::Image { name, .. } | Self::File { name, .. } => name,
            Self::Voice { .. } => "",
        }
    }

    /// The stable name of the kind, as in JSON.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Text { .. } => "text",
            Self::Image { .. } => "image",
            Self::File { .. } => "file",
            Self::Voice { .. } => "voice",
            Self::Card { .. } => "card",
            Self::Choices { .. } => "choices",
        }
    }

    /// The file that this content points to.
    pub fn file_id(&self) -> Option<FileId> {
        match self {
            Self::Image { file_id, .. } | Self::File { file_id, .. } | Self::Voice { file_id, .. } => Some(*file_id),
            _ => None,
        }
    }

    /// Checks sizes and forms. Whether a file exists and may be used is checked by the desk.
    pub fn check(&self) -> Result<(), ContentError> {
        match self {
            Self::Text { text, choice } => {
                required("text", text, MAX_TEXT_CHARS)?;
                choice.iter().try_for_each(Choice::check)
            }
            Self::Image { name, .. } | Self::File { name, .. } => limited("name", name, MAX_LABEL_CHARS),
            Self::Voice { .. } => Ok(()),
            Self::Card { title, text, image_url, url } => {
                required("title", title, MAX_LABEL_CHARS)?;
                limited("text", text, MAX_TEXT_CHARS)?;
                web_address("image_url", image_url.as_deref())?;
                web_address("url", url.as_deref())
            }
            Self::Choices { text, options } => {
                required("text", text, MAX_TEXT_CHARS)?;
                if options.is_empty() || options.len() > MAX_CHOICES {
                    return Err(ContentError::OptionCount { got: options.len(), max: MAX_CHOICES });
                }
                options.iter().try_for_each(Choice::check)
            }
        }
    }
}

impl Choice {
    fn check(&self) -> Result<(), ContentError> {
        required("choice id", &self.id, MAX_KEY_CHARS)?;
        required("choice label", &self.label, MAX_LABEL_CHARS)
    }
}

fn required(field: &'static str, text: &str, max: usize) -> Result<(), ContentError> {
    if text.trim().is_empty() {
        return Err(ContentError::Empty);
    }
    limited(field, text, max)
}

fn limited(field: &'static str, text: &str, max: usize) -> Result<(), ContentError> {
    let got = text.chars().count();
    if got > max {
        return Err(ContentError::TooLong { field, got, max });
    }
    // NUL is refused because PostgreSQL cannot store it; other controls because nobody types them and terminals obey them.
    match text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        Some(c) => Err(ContentError::ControlCharacter { field, code: c as u32 }),
        None => Ok(()),
    }
}

fn web_address(field: &'static str, url: Option<&str>) -> Result<(), ContentError> {
    let Some(url) = url else { return Ok(()) };
    limited(field, url, 2_000)?;
    let lower = url.to_ascii_lowercase();
    if lower.starts_with("https://") || lower.starts_with("http://") {
        Ok(())
    } else {
        Err(ContentError::BadUrl { field, got: url.chars().take(60).collect() })
    }
}

/// Whose words a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SenderKind {
    Customer,
    Agent,
    Bot,
    System,
}

impl SenderKind {
    /// The kind of sender that an actor's messages have.
    pub fn of(actor: Actor) -> Self {
        match actor {
            Actor::Contact { .. } => Self::Customer,
            Actor::User { .. } => Self::Agent,
            Actor::Bot => Self::Bot,
            Actor::System => Self::System,
        }
    }
}

/// Who may read a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// The customer and the company.
    Public,
    /// The company only: a private note.
    Private,
}

/// A message that somebody wants to add. The id is made by the caller, so that sending twice is noticed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    pub id: MessageId,
    pub content: Content,
    /// Made by the sending client, unique for what it sends in one conversation.
    pub client_key: Option<String>,
    /// The id that the channel gave, unique in the inbox.
    pub external_id: Option<String>,
}

/// A message as it is stored and shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Message {
    pub id: MessageId,
    /// Position in its conversation: the `seq` of the event that added it.
    pub seq: u64,
    pub sender: SenderKind,
    /// Who exactly wrote it.
    pub actor: Actor,
    pub visibility: Visibility,
    pub content: Content,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_key: Option<String>,
    pub created_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_or_blank_text_is_refused() {
        assert_eq!(Content::text("  \n").check(), Err(ContentError::Empty));
    }

    #[test]
    fn length_counts_characters_not_bytes() {
        assert_eq!(Content::text("好".repeat(MAX_TEXT_CHARS)).check(), Ok(()));
        assert!(matches!(Content::text("好".repeat(MAX_TEXT_CHARS + 1)).check(), Err(ContentError::TooLong { .. })));
    }

    #[test]
    fn a_script_address_on_a_card_is_refused() {
        let card = Content::Card {
            title: "t".into(),
            text: String::new(),
            image_url: None,
            url: Some("javascript:alert(1)".into()),
        };
        assert!(matches!(card.check(), Err(ContentError::BadUrl { .. })));
    }

    #[test]
    fn nul_is_refused() {
        assert!(matches!(Content::text("a\0b").check(), Err(ContentError::ControlCharacter { code: 0, .. })));
    }

    #[test]
    fn unknown_fields_and_kinds_are_refused() {
        assert!(serde_json::from_str::<Content>(r#"{"type":"text","text":"a","html":"<b>"}"#).is_err());
        assert!(serde_json::from_str::<Content>(r#"{"type":"html","text":"a"}"#).is_err());
    }
}
