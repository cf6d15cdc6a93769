//! What happened. Events are written to the journal and are the only thing that readers are told.

use serde::{Deserialize, Serialize};

use crate::{Actor, ContactId, ConversationId, HandOverReason, Message, Status, TeamId, Timestamp, UserId, Visibility};

/// One thing that happened in a conversation.
///
/// `seq` counts 1, 2, 3 … within the conversation without a gap. Readers that may not see everything (customers do not see
/// private notes) skip numbers; the server tells them which visible event came before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Event {
    pub conversation_id: ConversationId,
    pub seq: u64,
    pub at: Timestamp,
    /// Who made it happen.
    pub actor: Actor,
    #[serde(flatten)]
    pub body: EventBody,
}

/// What kind of thing happened, with its details.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum EventBody {
    /// The conversation began.
    Opened {
        status: Status,
    },
    /// A message was added.
    Message {
        message: Message,
    },
    /// The assistant gave the conversation to people.
    HandedOver {
        reason: HandOverReason,
    },
    /// The conversation has a new assignee or team, or none.
    Assigned {
        user_id: Option<UserId>,
        team_id: Option<TeamId>,
    },
    /// The assistant goes on.
    ReturnedToBot,
    Snoozed {
        until: Timestamp,
    },
    /// A snooze ended by itself.
    Woke,
    Resolved,
    Reopened,
    /// The conversation belongs to another contact now.
    ContactChanged {
        contact_id: ContactId,
    },
    /// The status changed. Follows the event that caused it.
    StatusChanged {
        from: Status,
        to: Status,
    },
}

impl Event {
    /// Whether the customer may see this event.
    pub fn is_public(&self) -> bool {
        match &self.body {
            EventBody::Message { message } => message.visibility == Visibility::Public,
            EventBody::Opened { .. }
            | EventBody::HandedOver { .. }
            | EventBody::Assigned { .. }
            | EventBody::ReturnedToBot
            | EventBody::Resolved
            | EventBody::Reopened
            | EventBody::StatusChanged { .. } => true,
            // When colleagues look again, and who the customer was found to be, is the company's own business.
            EventBody::Snoozed { .. } | EventBody::Woke | EventBody::ContactChanged { .. } => false,
        }
    }
}

impl EventBody {
    /// The stable name of the kind, as in JSON.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "opened",
            Self::Message { .. } => "message",
            Self::HandedOver { .. } => "handed_over",
            Self::Assigned { .. } => "assigned",
            Self::ReturnedToBot => "returned_to_bot",
            Self::Snoozed { .. } => "snoozed",
            Self::Woke => "woke",
            Self::Resolved => "resolved",
            Self::Reopened => "reopened",
            Self::ContactChanged { .. } => "contact_changed",
            Self::StatusChanged { .. } => "status_changed",
        }
    }
}
