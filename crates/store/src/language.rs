//! What messages are understood by, as rows: intents with their utterances, and types of entity.

use std::collections::HashMap;

use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use yingda_model::{EntityTypeId, IntentAction, IntentId, Timestamp, UtteranceId};

use crate::StoreError;
use crate::access::{Access, Writing};
use crate::codec::{count, found, from_json, to_json};
use crate::entity::{entity_type, intent, utterance};
use crate::page::{Page, newest_first};

/// Something that customers want.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Intent {
    pub id: IntentId,
    /// Unique; `order/cancel` lies in `order`.
    pub name: String,
    pub title_zh: String,
    pub title_en: String,
    /// The key of the knowledge entries that answer it.
    pub answer_key: Option<String>,
    pub action: IntentAction,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// An example of what customers write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Utterance {
    pub id: UtteranceId,
    /// What it is an example of; `None` when it is out of scope.
    pub intent_id: Option<IntentId>,
    pub text: String,
    /// `zh`, `en` or another BCP 47 tag.
    pub lang: Option<String>,
    /// Where it comes from, such as `written` or `import`.
    pub origin: String,
    pub created_at: Timestamp,
}

/// A kind of thing that messages name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct EntityType {
    pub id: EntityTypeId,
    /// Unique.
    pub name: String,
    pub title_zh: String,
    pub title_en: String,
    pub values: Vec<EntityValue>,
    /// Regular expressions; case does not count, and a match has to stand alone.
    pub patterns: Vec<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A value of a type of entity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EntityValue {
    /// What the company calls it in its systems.
    pub id: String,
    pub name: String,
    /// What else customers call it.
    #[serde(default)]
    pub synonyms: Vec<String>,
}

/// Which utterances.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UtterancesOf {
    #[default]
    All,
    Intent(IntentId),
    /// Those that are out of scope.
    Nothing,
}

/// Rows in one INSERT; SQLite allows 32,766 bound values.
const CHUNK: usize = 500;

impl Intent {
    fn from_row(row: intent::Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id.into(),
            name: row.name,
            title_zh: row.title_zh,
            title_en: row.title_en,
            answer_key: row.answer_key,
            action: IntentAction::parse(&row.action)
                .ok_or_else(|| StoreError::corrupt("intent action", format!("{:?}", row.action)))?,
            created_at: Timestamp(row.created_at),
            updated_at: Timestamp(row.updated_at),
        })
    }

    fn to_row(&self, workspace: uuid::Uuid) -> intent::ActiveModel {
        intent::ActiveModel {
            id: Set(self.id.0),
            workspace_id: Set(workspace),
            name: Set(self.name.clone()),
            title_zh: Set(self.title_zh.clone()),
            title_en: Set(self.title_en.clone()),
            answer_key: Set(self.answer_key.clone()),
            action: Set(self.action.as_str().into()),
            created_at: Set(self.created_at.0),
            updated_at: Set(self.updated_at.0),
        }
    }
}

impl Utterance {
    fn from_row(row: utterance::Model) -> Self {
        Self {
            id: row.id.into(),
            intent_id: row.intent_id.map(Into::into),
            text: row.text,
            lang: row.lang,
            origin: row.origin,
            created_at: Timestamp(row.created_at),
        }
    }

    fn to_row(&self, workspace: uuid::Uuid) -> utterance::ActiveModel {
        utterance::ActiveModel {
            id: Set(self.id.0),
            workspace_id: Set(workspace),
            intent_id: Set(self.intent_id.map(|id| id.0)),
            text: Set(self.text.clone()),
            lang: Set(self.lang.clone()),
            origin: Set(self.origin.clone()),
            created_at: Set(self.created_at.0),
        }
    }
}

impl EntityType {
    fn from_row(row: entity_type::Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id.into(),
            name: row.name,
            title_zh: row.title_zh,
            title_en: row.title_en,
            values: from_json("entity values", &row.items)?,
            patterns: from_json("entity patterns", &row.patterns)?,
            created_at: Timestamp(row.created_at),
            updated_at: Timestamp(row.updated_at),
        })
    }

    fn to_row(&self, workspace: uuid::Uuid) -> Result<entity_type::ActiveModel, StoreError> {
        Ok(entity_type::ActiveModel {
            id: Set(self.id.0),
            workspace_id: Set(workspace),
            name: Set(self.name.clone()),
            title_zh: Set(self.title_zh.clone()),
            title_en: Set(self.title_en.clone()),
            items: Set(to_json(&self.values)?),
            patterns: Set(to_json(&self.patterns)?),
            created_at: Set(self.created_at.0),
            updated_at: Set(self.updated_at.0),
        })
    }
}

impl<C: ConnectionTrait> Access<'_, C> {
    /// Every intent of the workspace, by name.
    pub async fn intents(&self) -> Result<Vec<Intent>, StoreError> {
        let rows = intent::Entity::find()
            .filter(intent::Column::WorkspaceId.eq(self.workspace()))
            .all(self.connection)
            .await?;
        let mut intents: Vec<Intent> = rows.into_iter().map(Intent::from_row).collect::<Result<_, _>>()?;
        // The database's own order of letters differs from engine to engine.
        intents.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(intents)
    }

    pub async fn intent(&self, id: IntentId) -> Result<Intent, StoreError> {
        let row = intent::Entity::find_by_id(id.0)
            .filter(intent::Column::WorkspaceId.eq(self.workspace()))
            .one(self.connection)
            .await?
            .ok_or(StoreError::NotFound { what: "intent" })?;
        Intent::from_row(row)
    }

    /// How many utterances each intent has; under `None` those that are out of scope.
    pub async fn utterance_counts(&self) -> Result<HashMap<Option<IntentId>, u64>, StoreError> {
        let rows: Vec<(Option<uuid::Uuid>, i64)> = utterance::Entity::find()
            .select_only()
            .column(utterance::Column::IntentId)
            .column_as(utterance::Column::Id.count(), "count")
            .filter(utterance::Column::WorkspaceId.eq(self.workspace()))
            .group_by(utterance::Column::IntentId)
            .into_tuple()
            .all(self.connection)
            .await?;
        rows.into_iter().map(|(id, rows)| Ok((id.map(Into::into), count(rows)?))).collect()
    }

    /// Every utterance of the workspace, oldest first: what a model is trained on.
    pub async fn all_utterances(&self) -> Result<Vec<Utterance>, StoreError> {
        let rows = utterance::Entity::find()
            .filter(utterance::Column::WorkspaceId.eq(self.workspace()))
            .order_by_asc(utterance::Column::Id)
            .all(self.connection)
            .await?;
        Ok(rows.into_iter().map(Utterance::from_row).collect())
    }

    /// How many utterances the workspace has.
    pub async fn utterances_size(&self) -> Result<u64, StoreError> {
        let own = utterance::Entity::find().filter(utterance::Column::WorkspaceId.eq(self.workspace()));
        Ok(own.count(self.connection).await?)
    }

    /// A page of utterances, newest first; `words` is a text that they contain. `Ok(None)` when the cursor is not one of
    /// ours.
    pub async fn utterances(
        &self,
        of: UtterancesOf,
        words: Option<&str>,
        limit: u64,
        cursor: Option<&str>,
    ) -> Result<Option<Page<Utterance>>, StoreError> {
        use utterance::Column;
        let mut query = utterance::Entity::find().filter(Column::WorkspaceId.eq(self.workspace()));
        query = match of {
            UtterancesOf::All => query,
            UtterancesOf::Intent(id) => query.filter(Column::IntentId.eq(id.0)),
            UtterancesOf::Nothing => query.filter(Column::IntentId.is_null()),
        };
        if let Some(words) = words {
            let plain = words.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
            let pattern = LikeExpr::new(format!("%{plain}%")).escape('\\');
            query = query.filter(Expr::col(Column::Text).like(pattern));
        }
        let place = |row: &utterance::Model| (row.created_at, row.id);
        let page = newest_first(self.connection, query, Column::Id, place, limit, cursor).await?;
        Ok(page.map(|page| page.map(Utterance::from_row)))
    }

    pub async fn utterance(&self, id: UtteranceId) -> Result<Utterance, StoreError> {
        utterance::Entity::find_by_id(id.0)
            .filter(utterance::Column::WorkspaceId.eq(self.workspace()))
            .one(self.connection)
            .await?
            .map(Utterance::from_row)
            .ok_or(StoreError::NotFound { what: "utterance" })
    }

    /// Every type of entity of the workspace, by name.
    pub async fn entity_types(&self) -> Result<Vec<EntityType>, StoreError> {
        let rows = entity_type::Entity::find()
            .filter(entity_type::Column::WorkspaceId.eq(self.workspace()))
            .all(self.connection)
            .await?;
        let mut types: Vec<EntityType> = rows.into_iter().map(EntityType::from_row).collect::<Result<_, _>>()?;
        types.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(types)
    }

    pub async fn entity_type(&self, id: EntityTypeId) -> Result<EntityType, StoreError> {
        let row = entity_type::Entity::find_by_id(id.0)
            .filter(entity_type::Column::WorkspaceId.eq(self.workspace()))
            .one(self.connection)
            .await?
            .ok_or(StoreError::NotFound { what: "entity type" })?;
        EntityType::from_row(row)
    }
}

impl Writing<'_> {
    /// Stores a new intent; [`StoreError::Taken`] when its name is in use.
    pub async fn insert_intent(&self, intent: &Intent) -> Result<(), StoreError> {
        intent::Entity::insert(intent.to_row(self.workspace()))
            .exec_without_returning(self.connection)
            .await
            .map_err(|error| StoreError::or_taken(error, "this intent name"))?;
        self.bump_language_revision().await
    }

    /// Stores an intent's new state; [`StoreError::Taken`] when its name is in use.
    pub async fn update_intent(&self, intent: &Intent) -> Result<(), StoreError> {
        let result = intent::Entity::update_many()
            .set(intent.to_row(self.workspace()))
            .filter(intent::Column::Id.eq(intent.id.0))
            .filter(intent::Column::WorkspaceId.eq(self.workspace()))
            .exec(self.connection)
            .await
            .map_err(|error| StoreError::or_taken(error, "this intent name"))?;
        found(result.rows_affected, "intent")?;
        self.bump_language_revision().await
    }

    /// Removes an intent with its utterances. False when there is none.
    pub async fn delete_intent(&self, id: IntentId) -> Result<bool, StoreError> {
        utterance::Entity::delete_many()
            .filter(utterance::Column::WorkspaceId.eq(self.workspace()))
            .filter(utterance::Column::IntentId.eq(id.0))
            .exec(self.connection)
            .await?;
        let result = intent::Entity::delete_many()
            .filter(intent::Column::Id.eq(id.0))
            .filter(intent::Column::WorkspaceId.eq(self.workspace()))
            .exec(self.connection)
            .await?;
        if result.rows_affected > 0 {
            self.bump_language_revision().await?;
        }
        Ok(result.rows_affected == 1)
    }

    /// Stores new utterances. Utterances count when a model is trained on them: the revision stays.
    pub async fn insert_utterances(&self, utterances: &[Utterance]) -> Result<(), StoreError> {
        for chunk in utterances.chunks(CHUNK) {
            let rows: Vec<_> = chunk.iter().map(|utterance| utterance.to_row(self.workspace())).collect();
            utterance::Entity::insert_many(rows).exec_without_returning(self.connection).await?;
        }
        Ok(())
    }

    /// Stores an utterance's new state.
    pub async fn update_utterance(&self, utterance: &Utterance) -> Result<(), StoreError> {
        let result = utterance::Entity::update_many()
            .set(utterance.to_row(self.workspace()))
            .filter(utterance::Column::Id.eq(utterance.id.0))
            .filter(utterance::Column::WorkspaceId.eq(self.workspace()))
            .exec(self.connection)
            .await?;
        found(result.rows_affected, "utterance")
    }

    /// Moves utterances to an intent, or out of scope; how many were there to move.
    pub async fn move_utterances(&self, ids: &[UtteranceId], to: Option<IntentId>) -> Result<u64, StoreError> {
        let mut moved = 0;
        for chunk in ids.chunks(CHUNK) {
            let result = utterance::Entity::update_many()
                .col_expr(utterance::Column::IntentId, Expr::value(to.map(|id| id.0)))
                .filter(utterance::Column::Id.is_in(chunk.iter().map(|id| id.0)))
                .filter(utterance::Column::WorkspaceId.eq(self.workspace()))
                .exec(self.connection)
                .await?;
            moved += result.rows_affected;
        }
        Ok(moved)
    }

    /// Removes utterances; how many were there.
    pub async fn delete_utterances(&self, ids: &[UtteranceId]) -> Result<u64, StoreError> {
        let mut deleted = 0;
        for chunk in ids.chunks(CHUNK) {
            let result = utterance::Entity::delete_many()
                .filter(utterance::Column::Id.is_in(chunk.iter().map(|id| id.0)))
                .filter(utterance::Column::WorkspaceId.eq(self.workspace()))
                .exec(self.connection)
                .await?;
            deleted += result.rows_affected;
        }
        Ok(deleted)
    }

    /// Stores a new type of entity; [`StoreError::Taken`] when its name is in use.
    pub async fn insert_entity_type(&self, kind: &EntityType) -> Result<(), StoreError> {
        entity_type::Entity::insert(kind.to_row(self.workspace())?)
            .exec_without_returning(self.connection)
            .await
            .map_err(|error| StoreError::or_taken(error, "this name of a type of entity"))?;
        self.bump_language_revision().await
    }

    /// Stores the new state of a type of entity.
    pub async fn update_entity_type(&self, kind: &EntityType) -> Result<(), StoreError> {
        let result = entity_type::Entity::update_many()
            .set(kind.to_row(self.workspace())?)
            .filter(entity_type::Column::Id.eq(kind.id.0))
            .filter(entity_type::Column::WorkspaceId.eq(self.workspace()))
            .exec(self.connection)
            .await
            .map_err(|error| StoreError::or_taken(error, "this name of a type of entity"))?;
        found(result.rows_affected, "entity type")?;
        self.bump_language_revision().await
    }

    /// Removes a type of entity. False when there is none.
    pub async fn delete_entity_type(&self, id: EntityTypeId) -> Result<bool, StoreError> {
        let result = entity_type::Entity::delete_many()
            .filter(entity_type::Column::Id.eq(id.0))
            .filter(entity_type::Column::WorkspaceId.eq(self.workspace()))
            .exec(self.connection)
            .await?;
        if result.rows_affected > 0 {
            self.bump_language_revision().await?;
        }
        Ok(result.rows_affected == 1)
    }
}
