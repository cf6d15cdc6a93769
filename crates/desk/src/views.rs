//! Conversations with what a list shows beside them.

use std::collections::HashMap;

use serde::Serialize;
use yingda_model::{
    ContactId, Conversation, ConversationId, InboxId, MessageId, Permission, Scope, SenderKind, Timestamp, UserId,
};

use crate::conversations::require;
use crate::{Desk, DeskError};

/// A conversation as lists show it.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ConversationView {
    pub conversation: Conversation,
    pub contact: ContactView,
    pub inbox: InboxView,
    pub assignee: Option<AssigneeView>,
    /// The newest public message.
    pub preview: Option<Preview>,
    pub tags: Vec<String>,
}

/// A contact's name. Someone who has not told one is shown under a name made from the id, the same every time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ContactView {
    pub id: ContactId,
    pub name: Option<String>,
    pub display_name_zh: String,
    pub display_name_en: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct InboxView {
    pub id: InboxId,
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct AssigneeView {
    pub id: UserId,
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Preview {
    /// At most 120 characters.
    pub text: String,
    /// Kind of content, such as `text` or `image`.
    pub kind: String,
    pub sender: SenderKind,
    pub at: Timestamp,
}

const PREVIEW_CHARS: usize = 120;

impl Desk {
    /// Adds names and previews to conversations, in the order given.
    pub async fn views(
        &self,
        scope: &Scope,
        conversations: Vec<Conversation>,
    ) -> Result<Vec<ConversationView>, DeskError> {
        require(scope, Permission::ReadConversations)?;
        if conversations.is_empty() {
            return Ok(Vec::new());
        }
        let reader = self.store().read(scope);
        let contacts: Vec<ContactId> = conversations.iter().map(|conversation| conversation.contact_id).collect();
        let names: HashMap<ContactId, Option<String>> =
            reader.contact_names(&contacts).await?.into_iter().map(|contact| (contact.id, contact.name)).collect();
        let inboxes: HashMap<InboxId, String> =
            reader.inboxes().await?.into_iter().map(|inbox| (inbox.id, inbox.name)).collect();
        let users: HashMap<UserId, String> = if conversations.iter().any(|c| c.assignee_id.is_some()) {
            reader.users().await?.into_iter().map(|user| (user.id, user.name)).collect()
        } else {
            HashMap::new()
        };
        let newest: Vec<MessageId> = conversations.iter().filter_map(|c| c.last_message_id).collect();
        let mut previews: HashMap<MessageId, Preview> = reader
            .messages(&newest)
            .await?
            .into_iter()
            .map(|message| {
                let preview = Preview {
                    text: message.content.as_text().chars().take(PREVIEW_CHARS).collect(),
                    kind: message.content.kind().into(),
                    sender: message.sender,
                    at: message.created_at,
                };
                (message.id, preview)
            })
            .collect();
        let ids: Vec<ConversationId> = conversations.iter().map(|conversation| conversation.id).collect();
        let mut tags = reader.tags_of(&ids).await?;
        Ok(conversations
            .into_iter()
            .map(|conversation| ConversationView {
                contact: ContactView::new(
                    conversation.contact_id,
                    names.get(&conversation.contact_id).cloned().flatten(),
                ),
                inbox: InboxView {
                    id: conversation.inbox_id,
                    name: inboxes.get(&conversation.inbox_id).cloned().unwrap_or_default(),
                },
                assignee: conversation
                    .assignee_id
                    .map(|id| AssigneeView { id, name: users.get(&id).cloned().unwrap_or_default() }),
                preview: conversation.last_message_id.and_then(|id| previews.remove(&id)),
                tags: tags.remove(&conversation.id).unwrap_or_default(),
                conversation,
            })
            .collect())
    }

    /// One conversation with what a list shows beside it.
    pub async fn view(&self, scope: &Scope, conversation: Conversation) -> Result<ConversationView, DeskError> {
        let mut views = self.views(scope, vec![conversation]).await?;
        views.pop().ok_or_else(|| DeskError::not_found("conversation"))
    }
}

impl ContactView {
    pub fn new(id: ContactId, name: Option<String>) -> Self {
        let simple = id.0.simple().to_string();
        // The end of a version 7 UUID is random; the beginning is the time and would be alike for all of today's visitors.
        let short = simple[simple.len() - 4..].to_uppercase();
        Self {
            id,
            display_name_zh: name.clone().unwrap_or_else(|| format!("访客 {short}")),
            display_name_en: name.clone().unwrap_or_else(|| format!("Visitor {short}")),
            name,
        }
    }
}
