//! Who acts, and in which workspace.

use serde::{Deserialize, Serialize};

use crate::{ContactId, Permission, Role, TokenScope, UserId, WorkspaceId};

/// Who does something. Stored with every event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Actor {
    /// A customer.
    Contact { id: ContactId },
    /// A person in the console.
    User { id: UserId },
    /// The assistant.
    Bot,
    /// The platform itself: a timer, a migration, the command line.
    System,
}

/// The right to touch one workspace, as one actor. Nothing in the store can be read or written without it.
///
/// Scopes are made where somebody has been authenticated (server, worker, command line) and only passed on from there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    workspace: WorkspaceId,
    actor: Actor,
    role: Option<Role>,
    limited_to: Option<Vec<TokenScope>>,
}

impl Scope {
    /// A signed-in user with the rights of `role`.
    pub fn user(workspace: WorkspaceId, id: UserId, role: Role) -> Self {
        Self { workspace, actor: Actor::User { id }, role: Some(role), limited_to: None }
    }

    /// The same user through an API token that carries only `scopes`: the user's rights, cut down to those of the token.
    pub fn token(workspace: WorkspaceId, id: UserId, role: Role, scopes: Vec<TokenScope>) -> Self {
        Self { workspace, actor: Actor::User { id }, role: Some(role), limited_to: Some(scopes) }
    }

    /// A customer.
    pub fn contact(workspace: WorkspaceId, id: ContactId) -> Self {
        Self { workspace, actor: Actor::Contact { id }, role: None, limited_to: None }
    }

    /// The assistant.
    pub fn bot(workspace: WorkspaceId) -> Self {
        Self { workspace, actor: Actor::Bot, role: None, limited_to: None }
    }

    /// The platform itself.
    pub fn system(workspace: WorkspaceId) -> Self {
        Self { workspace, actor: Actor::System, role: None, limited_to: None }
    }

    pub fn workspace(&self) -> WorkspaceId {
        self.workspace
    }

    pub fn actor(&self) -> Actor {
        self.actor
    }

    /// The user behind this scope, if a user it is.
    pub fn user_id(&self) -> Option<UserId> {
        match self.actor {
            Actor::User { id } => Some(id),
            _ => None,
        }
    }

    /// The customer behind this scope, if a customer it is.
    pub fn contact_id(&self) -> Option<ContactId> {
        match self.actor {
            Actor::Contact { id } => Some(id),
            _ => None,
        }
    }

    /// Whether this actor may do what `permission` names. The system may do everything in its workspace; the bot may read
    /// and write conversations, and read what it works by; customers have no permission at all (the desk checks that they touch their own things).
    pub fn may(&self, permission: Permission) -> bool {
        match self.actor {
            Actor::System => true,
            Actor::Bot => matches!(
                permission,
                Permission::ReadConversations
                    | Permission::WriteConversations
                    | Permission::ReadKnowledge
                    | Permission::ReadAssistant
            ),
            Actor::Contact { .. } => false,
            Actor::User { .. } => {
                self.role.is_some_and(|role| role.may(permission))
                    && self.limited_to.as_ref().is_none_or(|scopes| scopes.iter().any(|scope| scope.covers(permission)))
            }
        }
    }
}
