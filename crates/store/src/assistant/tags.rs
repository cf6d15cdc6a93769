//! Tags of conversations.

use std::collections::HashMap;

use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Set};
use serde::Serialize;
use yingda_model::{ConversationId, Timestamp};

use crate::StoreError;
use crate::access::{Access, Writing};
use crate::codec::{actor_text, count};
use crate::entity::conversation_tag::{ActiveModel, Column, Entity};

/// How many conversations have a tag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct TagCount {
    pub name: String,
    pub count: u64,
}

impl<C: ConnectionTrait> Access<'_, C> {
    /// The tags of conversations, each by name.
    pub async fn tags_of(&self, ids: &[ConversationId]) -> Result<HashMap<ConversationId, Vec<String>>, StoreError> {
        let mut tags: HashMap<ConversationId, Vec<String>> = HashMap::new();
        if ids.is_empty() {
            return Ok(tags);
        }
        let rows = Entity::find()
            .filter(Column::ConversationId.is_in(ids.iter().map(|id| id.0)))
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .all(self.connection)
            .await?;
        for row in rows {
            tags.entry(row.conversation_id.into()).or_default().push(row.name);
        }
        tags.values_mut().for_each(|names| names.sort());
        Ok(tags)
    }

    /// All tags in use, the most used first.
    pub async fn tag_counts(&self) -> Result<Vec<TagCount>, StoreError> {
        let rows: Vec<(String, i64)> = Entity::find()
            .select_only()
            .column(Column::Name)
            .column_as(Column::ConversationId.count(), "count")
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .group_by(Column::Name)
            .into_tuple()
            .all(self.connection)
            .await?;
        let mut counts = Vec::with_capacity(rows.len());
        for (name, number) in rows {
            counts.push(TagCount { name, count: count(number)? });
        }
        counts.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.name.cmp(&other.name)));
        Ok(counts)
    }
}

impl Writing<'_> {
    /// Gives a conversation a tag. One that it has already stays as it is.
    pub async fn add_tag(&self, id: ConversationId, name: &str, now: Timestamp) -> Result<(), StoreError> {
        let row = ActiveModel {
            workspace_id: Set(self.workspace()),
            conversation_id: Set(id.0),
            name: Set(name.to_owned()),
            added_at: Set(now.0),
            added_by: Set(actor_text(self.scope.actor())),
        };
        let known = OnConflict::columns([Column::ConversationId, Column::Name]).do_nothing().to_owned();
        Entity::insert(row)
            .on_conflict(known)
            .exec_without_returning(self.connection)
            .await
            .map_err(|error| StoreError::or_taken(error, "this tag"))?;
        Ok(())
    }

    /// Takes a tag from a conversation. False when it did not have it.
    pub async fn remove_tag(&self, id: ConversationId, name: &str) -> Result<bool, StoreError> {
        let result = Entity::delete_many()
            .filter(Column::ConversationId.eq(id.0))
            .filter(Column::Name.eq(name))
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .exec(self.connection)
            .await?;
        Ok(result.rows_affected == 1)
    }
}
