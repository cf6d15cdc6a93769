//! People in the console and what they may do.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{TeamId, Timestamp, UserId};

/// What a user is in a workspace. Each role may do all that the ones after it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Runs the workspace: users, inboxes, settings, erasure of personal data.
    Admin,
    /// Leads a team: sees everything, assigns, edits knowledge.
    Supervisor,
    /// Answers customers.
    Agent,
    /// Looks, and changes nothing.
    ReadOnly,
}

/// One thing that a role may or may not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Permission {
    ReadConversations,
    WriteConversations,
    /// Give a conversation to somebody else than oneself.
    AssignOthers,
    ReadContacts,
    WriteContacts,
    /// Destroy a contact's key, so that what is stored about them can never be read again.
    EraseContacts,
    ReadKnowledge,
    /// Draft changes of the knowledge base, for somebody else to publish.
    ProposeKnowledge,
    /// Publish knowledge.
    WriteKnowledge,
    ReadSettings,
    /// Users, teams, inboxes, workspace.
    WriteSettings,
    /// See the assistant's files, releases and the names of its secrets.
    ReadAssistant,
    /// Change and publish the assistant's files, set its secrets and settings.
    ManageAssistant,
    /// See failed background jobs and run them again.
    Operate,
}

impl Role {
    pub const ALL: [Self; 4] = [Self::Admin, Self::Supervisor, Self::Agent, Self::ReadOnly];

    pub fn may(self, permission: Permission) -> bool {
        use Permission::*;
        match permission {
            ReadConversations | ReadContacts | ReadKnowledge | ReadSettings => true,
            WriteConversations | WriteContacts | ProposeKnowledge => self <= Self::Agent,
            AssignOthers | WriteKnowledge | ReadAssistant => self <= Self::Supervisor,
            EraseContacts | WriteSettings | ManageAssistant | Operate => self == Self::Admin,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Supervisor => "supervisor",
            Self::Agent => "agent",
            Self::ReadOnly => "read-only",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or_else(|| format!("expected admin, supervisor, agent or read-only, got {text:?}"))
    }
}

/// What an API token may be used for. A token never allows more than its owner may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
pub enum TokenScope {
    #[serde(rename = "conversations:read")]
    ConversationsRead,
    #[serde(rename = "conversations:write")]
    ConversationsWrite,
    #[serde(rename = "contacts:read")]
    ContactsRead,
    #[serde(rename = "contacts:write")]
    ContactsWrite,
    #[serde(rename = "knowledge:read")]
    KnowledgeRead,
    #[serde(rename = "knowledge:write")]
    KnowledgeWrite,
    #[serde(rename = "admin")]
    Admin,
}

impl TokenScope {
    pub fn covers(self, permission: Permission) -> bool {
        use Permission::*;
        match self {
            Self::Admin => true,
            // Conversations name users, teams and inboxes: who may read them may look those up.
            Self::ConversationsRead => matches!(permission, ReadConversations | ReadSettings),
            Self::ConversationsWrite => {
                matches!(permission, ReadConversations | WriteConversations | AssignOthers | ReadSettings)
            }
            Self::ContactsRead => matches!(permission, ReadContacts),
            Self::ContactsWrite => matches!(permission, ReadContacts | WriteContacts),
            Self::KnowledgeRead => matches!(permission, ReadKnowledge),
            Self::KnowledgeWrite => matches!(permission, ReadKnowledge | ProposeKnowledge | WriteKnowledge),
        }
    }
}

/// A person who works in the console.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct User {
    pub id: UserId,
    /// Log-in name, unique in the workspace, lower case.
    pub email: String,
    /// Shown to colleagues and to customers.
    pub name: String,
    pub role: Role,
    /// What this person is good at, such as `returns` or `en`; routing matches them.
    pub skills: Vec<String>,
    pub teams: Vec<TeamId>,
    /// A user who is not active cannot sign in; what they wrote stays.
    pub active: bool,
    pub created_at: Timestamp,
}
