//! Messages as rows, their bodies sealed.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryTrait, Set, Statement};
use yingda_model::{Actor, Content, ConversationId, InboxId, Message, MessageId, Timestamp};

use crate::StoreError;
use crate::access::{Access, Writing};
use crate::codec::{
    actor_text, count, parse_actor, parse_sender, parse_visibility, sender_text, signed, visibility_text,
};
use crate::entity::message::{ActiveModel, Column, Entity, Model};

/// A message with what the store needs to know beside it.
#[derive(Clone, Debug)]
pub struct StoredMessage<'a> {
    pub message: &'a Message,
    pub conversation_id: ConversationId,
    pub inbox_id: InboxId,
    /// Whose key seals the body.
    pub contact_id: yingda_model::ContactId,
    pub external_id: Option<&'a str>,
}

/// A message that had been stored before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FoundMessage {
    pub id: MessageId,
    pub conversation_id: ConversationId,
    pub seq: u64,
}

/// The client's key, bound to who sends: a customer's key never meets an agent's. All customers of a conversation are one
/// side: a message that is sent again after its writer was merged into another contact is still the same message.
pub(crate) fn sender_key(actor: Actor, client_key: &str) -> String {
    match actor {
        Actor::Contact { .. } => format!("customer|{client_key}"),
        actor => format!("{}|{client_key}", actor_text(actor)),
    }
}

fn client_key(sender_key: &str) -> Option<String> {
    sender_key.split_once('|').map(|(_, key)| key.to_owned())
}

impl<C: ConnectionTrait> Access<'_, C> {
    /// The message that this actor sent with this client key in this conversation before.
    pub async fn message_by_client_key(
        &self,
        conversation: ConversationId,
        actor: Actor,
        key: &str,
    ) -> Result<Option<FoundMessage>, StoreError> {
        let row = Entity::find()
            .filter(Column::ConversationId.eq(conversation.0))
            .filter(Column::SenderKey.eq(sender_key(actor, key)))
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .one(self.connection)
            .await?;
        row.map(|row| found(&row)).transpose()
    }

    /// The message that came into this inbox with this id of the channel before.
    pub async fn message_by_external_id(&self, inbox: InboxId, id: &str) -> Result<Option<FoundMessage>, StoreError> {
        let row = Entity::find()
            .filter(Column::InboxId.eq(inbox.0))
            .filter(Column::ExternalId.eq(id))
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .one(self.connection)
            .await?;
        row.map(|row| found(&row)).transpose()
    }

    /// Several messages by id, in any order.
    pub async fn messages(&self, ids: &[MessageId]) -> Result<Vec<Message>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let rows = Entity::find()
            .filter(Column::Id.is_in(ids.iter().map(|id| id.0)))
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .all(self.connection)
            .await?;
        let mut messages = Vec::with_capacity(rows.len());
        for row in rows {
            messages.push(self.message_from_row(row).await?);
        }
        Ok(messages)
    }

    pub(crate) async fn message_from_row(&self, row: Model) -> Result<Message, StoreError> {
        let content = match self.unseal(row.key_owner, row.id, &row.sealed).await {
            // The words are gone, that something was said is not.
            Err(StoreError::Erased) => Content::text("[已删除 / erased]"),
            content => content?,
        };
        Ok(Message {
            id: row.id.into(),
            seq: count(row.seq)?,
            sender: parse_sender(&row.sender)?,
            actor: parse_actor(&row.actor)?,
            visibility: parse_visibility(&row.visibility)?,
            content,
            client_key: row.sender_key.as_deref().and_then(client_key),
            created_at: Timestamp(row.created_at),
        })
    }
}

impl Writing<'_> {
    /// Stores a message.
    pub async fn insert_message(&self, stored: StoredMessage<'_>) -> Result<(), StoreError> {
        let statement = self.message_statement(stored).await?;
        self.connection.execute_raw(statement).await.map_err(|error| StoreError::or_taken(error, "this message"))?;
        Ok(())
    }

    /// The statement that stores a message.
    pub(crate) async fn message_statement(&self, stored: StoredMessage<'_>) -> Result<Statement, StoreError> {
        let message = stored.message;
        let row = ActiveModel {
            id: Set(message.id.0),
            workspace_id: Set(self.workspace()),
            conversation_id: Set(stored.conversation_id.0),
            inbox_id: Set(stored.inbox_id.0),
            seq: Set(signed(message.seq)),
            sender: Set(sender_text(message.sender).into()),
            actor: Set(actor_text(message.actor)),
            visibility: Set(visibility_text(message.visibility).into()),
            sealed: Set(self.seal(stored.contact_id.0, message.id.0, &message.content).await?),
            key_owner: Set(stored.contact_id.0),
            sender_key: Set(message.client_key.as_deref().map(|key| sender_key(message.actor, key))),
            external_id: Set(stored.external_id.map(Into::into)),
            created_at: Set(message.created_at.0),
        };
        Ok(Entity::insert(row).build(self.connection.get_database_backend()))
    }
}

fn found(row: &Model) -> Result<FoundMessage, StoreError> {
    Ok(FoundMessage { id: row.id.into(), conversation_id: row.conversation_id.into(), seq: count(row.seq)? })
}
