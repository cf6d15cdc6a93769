//! Typed ids. Every id is a UUID version 7 (RFC 9562 §5.7): unique without coordination and ordered by creation time.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An id that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected a UUID such as 0192f0c1-2345-7abc-8def-0123456789ab, got {0:?}")]
pub struct BadId(String);

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
        #[serde(transparent)]
        #[schema(value_type = String, format = Uuid)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> {
                Uuid::parse_str(text)
                    .map(Self)
                    .map_err(|_| BadId(text.chars().take(60).collect()))
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }
    )*};
}

ids! {
    /// A tenant: a company with its users, inboxes, contacts and knowledge. Nothing crosses workspaces.
    WorkspaceId;
    /// A person who works in the console.
    UserId;
    /// A group of users that conversations can be routed to.
    TeamId;
    /// A place where customers write: a web chat, a mail address, an account of a platform.
    InboxId;
    /// A customer.
    ContactId;
    /// One way by which a contact is known: a visitor token, a phone number, an open id.
    IdentityId;
    /// A thread of messages between one contact and the company in one inbox.
    ConversationId;
    /// A message in a conversation.
    MessageId;
    /// An uploaded file.
    FileId;
    /// An entry of the knowledge base.
    EntryId;
    /// A proposal to add or change an entry of the knowledge base.
    ChangeId;
    /// A question with the entries that answer it, to measure search by.
    EvalPairId;
    /// A website that pages are read from.
    WebSourceId;
    /// Something that the knowledge graph knows: a product, a shop, a plan.
    ThingId;
    /// A public site of articles.
    SiteId;
    /// Something that customers want, as the assistant knows it.
    IntentId;
    /// An example of what a customer writes.
    UtteranceId;
    /// A kind of thing that messages name.
    EntityTypeId;
    /// The record of one automatic decision.
    TraceId;
    /// Something to be done for a customer.
    TicketId;
    /// A code that was sent to a customer to tell who it is.
    CodeId;
    /// A call of a tool by the assistant.
    ToolCallId;
    /// A signed-in browser.
    SessionId;
    /// A personal API token.
    TokenId;
}
