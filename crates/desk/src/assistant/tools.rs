//! Calls of tools, noted before they are made: each its own transaction, durable before the call goes out.

use serde_json::Value as Json;
use yingda_model::{ConversationId, MessageId, Permission, Scope, ToolCall, ToolCallId, ToolCallState};
use yingda_store::{Begun, NewToolCall, StoreError};

use crate::conversations::require;
use crate::{Desk, DeskError};

impl Desk {
    /// Notes a call before it is made. When this turn has made it before, gives that call: take over what it gave, or while it
    /// is only begun make it again under its key.
    pub async fn begin_tool_call(&self, scope: &Scope, new: NewToolCall) -> Result<Begun, DeskError> {
        require(scope, Permission::WriteConversations)?;
        let now = self.now();
        self.store()
            .write(scope, move |tx| {
                let new = new.clone();
                Box::pin(async move {
                    tx.lock(new.conversation.0).await?;
                    tx.begin_tool_call(&new, now).await
                })
            })
            .await
            .map_err(|error: StoreError| DeskError::from(error))
    }

    /// Notes how a call ended, with what it gave or why it failed.
    pub async fn end_tool_call(
        &self,
        scope: &Scope,
        id: ToolCallId,
        state: ToolCallState,
        output: Json,
    ) -> Result<(), DeskError> {
        require(scope, Permission::WriteConversations)?;
        let now = self.now();
        self.store()
            .write(scope, move |tx| {
                let output = output.clone();
                Box::pin(async move { tx.end_tool_call(id, state, &output, now).await })
            })
            .await
            .map_err(|error: StoreError| DeskError::from(error))
    }

    /// The calls of the turn that answers a message, in their order.
    pub async fn tool_calls(
        &self,
        scope: &Scope,
        conversation: ConversationId,
        message: MessageId,
    ) -> Result<Vec<ToolCall>, DeskError> {
        require(scope, Permission::ReadConversations)?;
        Ok(self.store().read(scope).tool_calls(conversation, message).await?)
    }
}
