//! What operators write for the assistant, and what its work leaves behind: files and releases, tickets, one-time codes,
//! consent, the outcome of conversations, and calls of tools.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::{Actor, CodeId, ContactId, ConversationId, MessageId, TicketId, Timestamp, ToolCallId};

/// Most files that the assistant's folder may have.
pub const MAX_ASSISTANT_FILES: usize = 500;
/// Most bytes (UTF-8) of one of these files.
pub const MAX_ASSISTANT_FILE_BYTES: usize = 256 * 1024;
const MAX_PATH_CHARS: usize = 120;
/// The folders of the assistant's files, and the files that stand beside them.
const FOLDERS: [&str; 4] = ["flows", "tools", "tests", "customers"];
const SINGLE: [&str; 3] = ["models.yml", "guard.yml", "wording.yml"];

/// A path that no file of the assistant can have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected models.yml, guard.yml, wording.yml, or a file such as flows/return.yml in flows, tools, tests or customers, its \
     name of a–z, 0–9, - and _, at most {MAX_PATH_CHARS} characters; got {0:?}"
)]
pub struct BadAssistantPath(String);

/// Checks where a file of the assistant lies: `models.yml`, `guard.yml`, `wording.yml`, or `FOLDER/NAME.yml` with a folder of
/// `flows`, `tools`, `tests`, `customers`; the name may have folders of its own.
///
/// # Errors
/// When it is any other path.
pub fn check_assistant_path(path: &str) -> Result<(), BadAssistantPath> {
    let is_part = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_lowercase() || first.is_ascii_digit())
            && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_'))
    };
    let in_folder = || {
        let (folder, rest) = path.split_once('/')?;
        let name = rest.strip_suffix(".yml")?;
        (FOLDERS.contains(&folder) && name.split('/').all(is_part)).then_some(())
    };
    if path.len() <= MAX_PATH_CHARS && (SINGLE.contains(&path) || in_folder().is_some()) {
        Ok(())
    } else {
        Err(BadAssistantPath(path.chars().take(60).collect()))
    }
}

/// A file of the assistant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssistantFile {
    /// Such as `flows/return.yml`, see [`check_assistant_path`].
    pub path: String,
    pub text: String,
}

/// A file that is being worked on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AssistantDraft {
    pub path: String,
    pub text: String,
    /// Another one after each change; no two states of a workspace's files have the same.
    pub revision: i64,
    pub updated_at: Timestamp,
    pub updated_by: Actor,
}

/// All files as they were published together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Release {
    /// 1, 2, 3 … in the workspace.
    pub number: u32,
    pub note: String,
    /// What the test conversations said before it was published.
    pub report: Json,
    /// Whether new conversations begin with it; at most one of a workspace is.
    pub live: bool,
    pub created_at: Timestamp,
    pub created_by: Actor,
}

/// What a ticket is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TicketKind {
    /// Something to be done.
    Ticket,
    /// The customer is to be called.
    Callback,
}

/// Where a ticket stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TicketState {
    Open,
    Closed,
}

/// What a ticket says. Sealed with the contact's key.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TicketDetails {
    /// One line.
    pub subject: String,
    pub text: String,
    /// The number to call, as the customer gave it.
    pub phone: Option<String>,
    /// What the assistant had collected, by slot.
    pub slots: BTreeMap<String, Json>,
}

/// Something to be done for a customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Ticket {
    pub id: TicketId,
    /// Counts in the workspace; what people call it by. Numbers may be left out.
    pub number: u64,
    pub kind: TicketKind,
    pub state: TicketState,
    pub contact_id: ContactId,
    pub conversation_id: Option<ConversationId>,
    /// `None` when the contact was erased.
    pub details: Option<TicketDetails>,
    pub created_at: Timestamp,
    pub created_by: Actor,
    pub closed_at: Option<Timestamp>,
    pub closed_by: Option<Actor>,
}

/// By what a one-time code travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CodeChannel {
    Mail,
    Sms,
}

/// What came of comparing a one-time code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum CodeCheck {
    /// It is the code; it serves once.
    Right { id: CodeId, channel: CodeChannel },
    /// It is another; so many attempts are left.
    Wrong { left: u32 },
    /// No code waits: none was sent, it was used, its time is over, or it was guessed at too often.
    Gone,
}

/// For what a customer may be written to without having asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConsentPurpose {
    Marketing,
}

impl ConsentPurpose {
    pub const ALL: [Self; 1] = [Self::Marketing];
}

/// What a customer said to that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConsentAnswer {
    Yes,
    No,
    /// Never said.
    Unknown,
}

/// A customer's consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Consent {
    pub purpose: ConsentPurpose,
    pub answer: ConsentAnswer,
    /// When it was last said; `None` while unknown.
    pub at: Option<Timestamp>,
    /// Who noted it: the customer, the assistant who was told in a conversation, or a user; `None` while unknown.
    #[serde(default)]
    pub by: Option<Actor>,
}

/// By which way a word on consent came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConsentWay {
    /// The customer answered the question of the chat widget, or its menu.
    Widget,
    /// An app or another system of the company, through the API.
    Api,
    /// Somebody noted it in the console, as they were told.
    Agent,
    /// It was kept in another system before.
    Import,
}

/// The words that a customer answered, as evidence of what they agreed to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ConsentWording {
    /// What was asked or shown, at most 1,000 characters.
    #[schema(max_length = 1000)]
    pub text: String,
    /// How the company calls this form of the words, such as `2026-11 en`; at most 100 characters.
    #[schema(max_length = 100)]
    pub version: String,
}

impl ConsentWording {
    /// Most characters of the words.
    pub const MAX_TEXT_CHARS: usize = 1000;
    /// Most characters of the version.
    pub const MAX_VERSION_CHARS: usize = 100;
}

/// A word on consent that is to be noted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentWord {
    pub purpose: ConsentPurpose,
    /// [`ConsentAnswer::Unknown`] takes back what was said before.
    pub answer: ConsentAnswer,
    pub way: ConsentWay,
    pub wording: Option<ConsentWording>,
    /// When it was said; `None` is now. Only an import knows of another time.
    pub at: Option<Timestamp>,
}

/// A word on consent, as it was noted. Words are only added, never changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ConsentSaid {
    pub purpose: ConsentPurpose,
    /// `unknown`: what was said before was taken back.
    pub answer: ConsentAnswer,
    /// When it was said. The newest word counts.
    pub at: Timestamp,
    /// When it was noted here: for an import later than it was said.
    pub noted_at: Timestamp,
    /// Who noted it; `None` where that was not kept.
    pub by: Option<Actor>,
    /// `None` where it was not kept.
    pub way: Option<ConsentWay>,
    /// The words that were answered, where they are known.
    pub wording: Option<ConsentWording>,
}

/// How a stretch of a conversation ended, from its opening or reopening on, as far as the assistant took part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The customer said that it helped.
    Confirmed,
    /// The assistant answered last, and the customer said nothing more for some hours (24).
    Assumed,
    /// People took over.
    HandedOver,
    /// The assistant asked, or had no answer, and the customer left.
    Abandoned,
    /// The customer came back with the same within some days (7). Takes the place of confirmed and assumed.
    Reopened,
    /// The customer said that it did not help, and neither took a person nor said afterwards that it did.
    NotSolved,
}

impl Outcome {
    pub const ALL: [Self; 6] =
        [Self::Confirmed, Self::Assumed, Self::HandedOver, Self::Abandoned, Self::Reopened, Self::NotSolved];
}

/// What a stretch of a conversation is about, as far as the assistant knows: tells whether a customer comes back with the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct Topic {
    /// The flow.
    pub flow: Option<String>,
    /// The knowledge entry or other source that answered.
    pub answer: Option<String>,
}

impl Topic {
    /// Nothing is known.
    pub fn is_empty(&self) -> bool {
        self.flow.is_none() && self.answer.is_none()
    }

    /// Whether both are about the same: the same flow, or without a flow the same answer.
    pub fn is_same(&self, other: &Self) -> bool {
        match (&self.flow, &other.flow) {
            (None, None) => self.answer.is_some() && self.answer == other.answer,
            (one, other) => one == other,
        }
    }
}

/// A stretch of a conversation that the assistant took part in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Stretch {
    pub id: uuid::Uuid,
    pub conversation_id: ConversationId,
    pub began_at: Timestamp,
    /// The assistant's last turn.
    pub touched_at: Timestamp,
    /// The newest public message after that turn: when there is a newer one, the customer wrote.
    pub last_message_id: Option<MessageId>,
    /// How that turn went.
    pub last_turn: crate::BotOutcome,
    pub topic: Topic,
    /// When the customer last said that it did not help.
    pub denied_at: Option<Timestamp>,
    /// `None` while it goes on.
    pub outcome: Option<Outcome>,
    /// When it ended: the day that it is counted on.
    pub ended_at: Option<Timestamp>,
    /// When its outcome was last decided, which a reopening changes.
    pub decided_at: Option<Timestamp>,
}

/// How many stretches ended on a day, in one way, in one flow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OutcomeCount {
    /// Days since 1970-01-01, UTC.
    pub day: i64,
    pub outcome: Outcome,
    pub flow: Option<String>,
    pub count: u64,
}

/// How far a call of a tool is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ToolCallState {
    /// It was noted before it was made. One that stays so may have acted: it is made again under the same key.
    Begun,
    Done,
    Failed,
    /// No answer came; it may have acted.
    Uncertain,
}

/// A call of a tool during a turn of the assistant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ToolCall {
    pub id: ToolCallId,
    pub conversation_id: ConversationId,
    /// The customer's message that the turn answers.
    pub message_id: MessageId,
    /// Counts the calls of the turn: 0, 1, 2 …
    pub number: u32,
    /// Such as `shop.cancel_order`.
    pub tool: String,
    /// The idempotency key that it is made under, always the same.
    pub key: String,
    pub state: ToolCallState,
    /// What it gave, or why it failed. `None` while begun, and when the contact was erased.
    pub output: Option<Json>,
    pub begun_at: Timestamp,
    pub ended_at: Option<Timestamp>,
}

/// A ticket to make.
#[derive(Clone, Debug, PartialEq)]
pub struct NewTicket {
    pub kind: TicketKind,
    /// A number that was reserved before, to be told to the customer; `None`: the next one.
    pub number: Option<u64>,
    pub details: TicketDetails,
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_path_lies_in_a_known_folder_and_cannot_leave_it() {
        for path in ["models.yml", "guard.yml", "wording.yml", "flows/return.yml", "tests/zh/a_1.yml", "tools/7-x.yml"]
        {
            assert_eq!(check_assistant_path(path), Ok(()), "{path}");
        }
        let long = format!("flows/{}.yml", "a".repeat(120));
        for path in [
            "",
            "flows",
            "flows/",
            "flows/.yml",
            "flows/a.yaml",
            "flows/A.yml",
            "other.yml",
            "flows/../models.yml",
            "flows//a.yml",
            "/flows/a.yml",
            "flows\\a.yml",
            "flows/a b.yml",
            "flows/退货.yml",
            "secrets/a.yml",
            "flows/a.yml\0",
            &long,
        ] {
            assert!(check_assistant_path(path).is_err(), "{path:?}");
        }
    }

    #[test]
    fn a_topic_is_the_same_by_its_flow_and_without_one_by_its_answer() {
        let topic = |flow: Option<&str>, answer: Option<&str>| Topic {
            flow: flow.map(Into::into),
            answer: answer.map(Into::into),
        };
        assert!(topic(Some("return"), None).is_same(&topic(Some("return"), Some("e1"))));
        assert!(topic(None, Some("e1")).is_same(&topic(None, Some("e1"))));
        assert!(!topic(Some("return"), None).is_same(&topic(Some("cancel"), None)));
        assert!(!topic(Some("return"), Some("e1")).is_same(&topic(None, Some("e1"))));
        assert!(!topic(None, None).is_same(&topic(None, None)));
    }
}
