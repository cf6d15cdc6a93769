//! Calls of tools, noted before they are made.
//!
//! A turn that runs again after a crash meets its own calls: it takes over what a finished one gave, and makes one that was
//! begun again under the same idempotency key.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use serde_json::Value as Json;
use uuid::Uuid;
use yingda_model::{ConversationId, MessageId, Timestamp, ToolCall, ToolCallId, ToolCallState};

use crate::StoreError;
use crate::access::{Access, Writing};
use crate::codec::{count, found, name_of, named, to_json};
use crate::entity::conversation;
use crate::entity::tool_call::{ActiveModel, Column, Entity, Model};

const WHAT: &str = "call of a tool";

/// A call that is about to be made.
#[derive(Clone, Debug, PartialEq)]
pub struct NewToolCall {
    pub id: ToolCallId,
    pub conversation: ConversationId,
    /// The customer's message that the turn answers.
    pub message: MessageId,
    /// Counts the calls of the turn: 0, 1, 2 …
    pub number: u32,
    pub tool: String,
    /// Only a keyed hash of it is kept.
    pub input: Json,
    /// The idempotency key, if the call is new.
    pub key: String,
}

/// What is known of a call that is about to be made.
#[derive(Clone, Debug, PartialEq)]
pub enum Begun {
    /// It was noted now.
    New(ToolCall),
    /// The same turn has made it before. Take over what it gave; while it is only begun, make it again under its key.
    Again(ToolCall),
}

impl Begun {
    pub fn call(&self) -> &ToolCall {
        match self {
            Self::New(call) | Self::Again(call) => call,
        }
    }
}

impl<C: ConnectionTrait> Access<'_, C> {
    /// The calls of the turn that answers a message, in their order.
    pub async fn tool_calls(
        &self,
        conversation: ConversationId,
        message: MessageId,
    ) -> Result<Vec<ToolCall>, StoreError> {
        let mut calls = Vec::new();
        for row in self.tool_call_rows(conversation, message).await? {
            calls.push(self.tool_call_from_row(row).await?);
        }
        Ok(calls)
    }

    async fn tool_call_rows(&self, conversation: ConversationId, message: MessageId) -> Result<Vec<Model>, StoreError> {
        let query = Entity::find()
            .filter(Column::ConversationId.eq(conversation.0))
            .filter(Column::MessageId.eq(message.0))
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .order_by_asc(Column::Number);
        Ok(query.all(self.connection).await?)
    }

    pub(crate) async fn tool_call_from_row(&self, row: Model) -> Result<ToolCall, StoreError> {
        let output = match &row.sealed {
            None => None,
            Some(sealed) => match self.unseal(row.key_owner, row.id, sealed).await {
                Err(StoreError::Erased) => None,
                output => Some(output?),
            },
        };
        Ok(ToolCall {
            id: row.id.into(),
            conversation_id: row.conversation_id.into(),
            message_id: row.message_id.into(),
            number: count(row.number)?,
            tool: row.tool,
            key: row.key,
            state: named("state of a call", &row.state)?,
            output,
            begun_at: Timestamp(row.begun_at),
            ended_at: row.ended_at.map(Timestamp),
        })
    }
}

impl Writing<'_> {
    /// Notes a call before it is made. A call of the same tool with the same input, under the same number or, where the turn
    /// took another way this time, under another, is the one that was made before. Lock the conversation first.
    pub async fn begin_tool_call(&self, new: &NewToolCall, now: Timestamp) -> Result<Begun, StoreError> {
        let text = format!("{} {}", new.tool, to_json(&new.input)?);
        let input_hash = self.vault.lookup_hash(self.workspace(), "tool call", &text);
        let rows = self.tool_call_rows(new.conversation, new.message).await?;
        let at_number = rows.iter().find(|row| row.number == i64::from(new.number));
        let same = |row: &&Model| row.tool == new.tool && row.input_hash == input_hash;
        let number = match at_number {
            // A turn counts upwards: what stands further on was made by an earlier run, which took a longer way.
            None => match rows.iter().find(|row| row.number > i64::from(new.number) && same(row)) {
                Some(row) => return Ok(Begun::Again(self.tool_call_from_row(row.clone()).await?)),
                None => i64::from(new.number),
            },
            Some(row) if same(&row) => return Ok(Begun::Again(self.tool_call_from_row(row.clone()).await?)),
            Some(_) => match rows.iter().find(same) {
                Some(row) => return Ok(Begun::Again(self.tool_call_from_row(row.clone()).await?)),
                None => rows.last().map_or(0, |row| row.number + 1),
            },
        };
        let owner: Uuid = conversation::Entity::find_by_id(new.conversation.0)
            .select_only()
            .column(conversation::Column::ContactId)
            .filter(conversation::Column::WorkspaceId.eq(self.workspace()))
            .into_tuple()
            .one(self.connection)
            .await?
            .ok_or(StoreError::NotFound { what: "conversation" })?;
        let row = ActiveModel {
            id: Set(new.id.0),
            workspace_id: Set(self.workspace()),
            conversation_id: Set(new.conversation.0),
            message_id: Set(new.message.0),
            number: Set(number),
            tool: Set(new.tool.clone()),
            input_hash: Set(input_hash),
            key: Set(new.key.clone()),
            state: Set(name_of(&ToolCallState::Begun)?),
            key_owner: Set(owner),
            sealed: Set(None),
            begun_at: Set(now.0),
            ended_at: Set(None),
        };
        Entity::insert(row)
            .exec_without_returning(self.connection)
            .await
            .map_err(|error| StoreError::or_taken(error, "this number of a call"))?;
        Ok(Begun::New(ToolCall {
            id: new.id,
            conversation_id: new.conversation,
            message_id: new.message,
            number: count(number)?,
            tool: new.tool.clone(),
            key: new.key.clone(),
            state: ToolCallState::Begun,
            output: None,
            begun_at: now,
            ended_at: None,
        }))
    }

    /// Notes how a call ended, with what it gave or why it failed.
    pub async fn end_tool_call(
        &self,
        id: ToolCallId,
        state: ToolCallState,
        output: &Json,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let owner: Uuid = Entity::find_by_id(id.0)
            .select_only()
            .column(Column::KeyOwner)
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .into_tuple()
            .one(self.connection)
            .await?
            .ok_or(StoreError::NotFound { what: WHAT })?;
        let sealed = self.seal(owner, id.0, output).await?;
        let result = Entity::update_many()
            .col_expr(Column::State, Expr::value(name_of(&state)?))
            .col_expr(Column::Sealed, Expr::value(Some(sealed)))
            .col_expr(Column::EndedAt, Expr::value(Some(now.0)))
            .filter(Column::Id.eq(id.0))
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .exec(self.connection)
            .await?;
        found(result.rows_affected, WHAT)
    }

    /// Removes calls that ended before a moment: no turn that could run again is that old. What was begun and never ended stays,
    /// for people to look into. Tells how many there were.
    pub async fn remove_old_tool_calls(&self, before: Timestamp) -> Result<u64, StoreError> {
        let result = Entity::delete_many()
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .filter(Column::EndedAt.lt(before.0))
            .exec(self.connection)
            .await?;
        Ok(result.rows_affected)
    }
}
