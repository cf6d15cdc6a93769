//! What can be asked of a conversation.

use serde::{Deserialize, Serialize};

use crate::{ContactId, DialogueState, Draft, PendingChoices, TeamId, Timestamp, UserId};

/// Why the assistant gives a conversation to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HandOverReason {
    /// The customer asked for a person.
    Requested,
    /// The assistant failed to answer too often in a row.
    RepeatedFailure,
    /// The customer sent something that the assistant cannot read, such as a picture.
    CannotRead,
    /// The customer wants something that the company leaves to people.
    Intent,
    /// The customer threatens somebody, somebody may be in danger, or a minor buys. People should look at it before anything else.
    Safety,
    /// The customer is angry, or lost patience on the way, and the assistant has no answer.
    Upset,
    /// A flow leads to people.
    Flow,
    /// The customer, or what it is about, is worth much to the company.
    HighValue,
    /// A rule of the workspace asks for it.
    Rule,
    /// A system that the assistant needs does not answer, or may have acted without saying so.
    ToolFailed,
    /// Nothing that the assistant wanted to say passed the checks.
    Guard,
}

impl HandOverReason {
    /// Whether people should look at the conversation before any other.
    pub fn is_urgent(self) -> bool {
        self == Self::Safety
    }
}

/// Who should have a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Assignment {
    /// The person; `None` puts the conversation into the queue.
    #[serde(default)]
    pub user_id: Option<UserId>,
    /// The team whose queue it waits in.
    #[serde(default)]
    pub team_id: Option<TeamId>,
}

/// What can be asked of a conversation. Who asks is told to [`crate::Conversation::apply`] apart. Whatever the assistant asks is
/// refused as soon as it is no longer in charge, so that a late decision never interrupts a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// The customer wrote.
    Receive {
        draft: Draft,
    },
    /// A person answers the customer.
    Reply {
        draft: Draft,
    },
    /// A person, or the assistant while it is in charge, writes for colleagues only.
    Note {
        draft: Draft,
    },
    /// The assistant answers.
    BotReply {
        draft: Draft,
        understood: BotOutcome,
        offered: Option<PendingChoices>,
    },
    /// The assistant gives the conversation to people.
    HandOver {
        reason: HandOverReason,
    },
    /// The assistant names the team that the conversation is for, and goes on.
    Route {
        team_id: TeamId,
    },
    /// The assistant remembers where its flows stand, in place of what it knew; nothing is told of it.
    Remember {
        dialogue: Box<DialogueState>,
    },
    /// The platform tells the customer something.
    Announce {
        draft: Draft,
    },
    /// Give to a person or into a queue.
    Assign(Assignment),
    /// The asking user takes the conversation, whoever has it.
    TakeOver,
    /// Let the assistant go on.
    ReturnToBot,
    /// Put aside until a moment, or until the customer writes.
    Snooze {
        until: Timestamp,
    },
    /// The moment of a snooze has come.
    Wake,
    Resolve,
    Reopen,
    /// The asking side has read up to `seq`.
    MarkRead {
        seq: u64,
    },
    /// The contact was found to be the same person as another.
    MoveToContact {
        contact_id: ContactId,
    },
}

/// How the assistant's own turn went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BotOutcome {
    /// It answered.
    Answered,
    /// It asked back with choices.
    Asked,
    /// It said that it does not know.
    Failed,
}

impl Command {
    /// The command's name in errors and logs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Receive { .. } => "receive",
            Self::Reply { .. } => "reply",
            Self::Note { .. } => "note",
            Self::BotReply { .. } => "bot_reply",
            Self::HandOver { .. } => "hand_over",
            Self::Route { .. } => "route",
            Self::Remember { .. } => "remember",
            Self::Announce { .. } => "announce",
            Self::Assign(_) => "assign",
            Self::TakeOver => "take_over",
            Self::ReturnToBot => "return_to_bot",
            Self::Snooze { .. } => "snooze",
            Self::Wake => "wake",
            Self::Resolve => "resolve",
            Self::Reopen => "reopen",
            Self::MarkRead { .. } => "mark_read",
            Self::MoveToContact { .. } => "move_to_contact",
        }
    }
}
