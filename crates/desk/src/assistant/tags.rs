//! Tags of conversations.

use yingda_model::{ConversationId, Permission, Scope};
use yingda_store::TagCount;

use crate::conversations::require;
use crate::{Desk, DeskError};

const MAX_TAG_CHARS: usize = 60;
/// Most tags of a conversation that people may give it.
const MOST: usize = 50;

impl Desk {
    /// The tags of a conversation, by name.
    pub async fn tags(&self, scope: &Scope, id: ConversationId) -> Result<Vec<String>, DeskError> {
        require(scope, Permission::ReadConversations)?;
        let reader = self.store().read(scope);
        reader.conversation(id).await?;
        Ok(reader.tags_of(&[id]).await?.remove(&id).unwrap_or_default())
    }

    /// All tags in use, the most used first.
    pub async fn tag_counts(&self, scope: &Scope) -> Result<Vec<TagCount>, DeskError> {
        require(scope, Permission::ReadConversations)?;
        Ok(self.store().read(scope).tag_counts().await?)
    }

    /// Gives a conversation a tag. Gives all that it has then.
    pub async fn add_tag(&self, scope: &Scope, id: ConversationId, name: &str) -> Result<Vec<String>, DeskError> {
        require(scope, Permission::WriteConversations)?;
        let (name, now) = (checked(name)?, self.now());
        self.store()
            .write(scope, move |tx| {
                let name = name.clone();
                Box::pin(async move {
                    tx.lock(id.0).await?;
                    tx.conversation(id).await?;
                    let known = tx.tags_of(&[id]).await?.remove(&id).unwrap_or_default();
                    if known.len() >= MOST && !known.contains(&name) {
                        return Err(DeskError::invalid("tag", format!("the conversation has {MOST} tags already")));
                    }
                    tx.add_tag(id, &name, now).await?;
                    Ok(tx.tags_of(&[id]).await?.remove(&id).unwrap_or_default())
                })
            })
            .await
    }

    /// Takes a tag from a conversation. Gives those that it still has.
    pub async fn remove_tag(&self, scope: &Scope, id: ConversationId, name: &str) -> Result<Vec<String>, DeskError> {
        require(scope, Permission::WriteConversations)?;
        let name = name.trim().to_owned();
        self.store()
            .write(scope, move |tx| {
                let name = name.clone();
                Box::pin(async move {
                    tx.lock(id.0).await?;
                    tx.conversation(id).await?;
                    if !tx.remove_tag(id, &name).await? {
                        return Err(DeskError::not_found("tag"));
                    }
                    Ok(tx.tags_of(&[id]).await?.remove(&id).unwrap_or_default())
                })
            })
            .await
    }
}

/// A tag's name as it is stored.
pub(super) fn checked(name: &str) -> Result<String, DeskError> {
    let name = name.trim();
    let length = name.chars().count();
    if length == 0 || length > MAX_TAG_CHARS || name.chars().any(char::is_control) {
        return Err(DeskError::invalid(
            "tag",
            format!("expected 1 to {MAX_TAG_CHARS} characters without control characters, got {length}"),
        ));
    }
    Ok(name.to_owned())
}
