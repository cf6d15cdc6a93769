//! Trained language models as rows: versions of a workspace, one of them active.

use std::collections::BTreeMap;

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Set};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use yingda_model::{Actor, IntentId, Timestamp};

use crate::StoreError;
use crate::access::{Access, Writing};
use crate::codec::{actor_text, count, found, from_json, parse_actor, to_json};
use crate::entity::language_model::{ActiveModel, Column, Entity};

/// A version of a workspace's language model.
#[derive(Clone, Debug, PartialEq)]
pub struct LanguageModel {
    pub id: Uuid,
    /// 1, 2, 3 … in the workspace.
    pub version: u32,
    pub state: ModelState,
    /// Whether it is the one that messages are understood by.
    pub active: bool,
    pub created_by: Actor,
    pub created_at: Timestamp,
    /// Utterances that it was trained on.
    pub examples: u32,
    /// The names of the intents that it knows, as they were when it was trained.
    pub labels: BTreeMap<String, IntentId>,
    /// Share of the examples that were taken rightly while they were left out of training, from 0 to 1.
    pub accuracy: Option<f64>,
    /// Why it waits or failed.
    pub note: Option<BothLanguages>,
}

/// A sentence for people, in Chinese and in English.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BothLanguages {
    pub zh: String,
    pub en: String,
}

/// Where a version stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelState {
    /// It can be used.
    Ready,
    /// It can be used, but is worse than the active one was: a person has to decide.
    Waiting,
    /// It could not be trained.
    Failed,
}

impl ModelState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Waiting => "waiting",
            Self::Failed => "failed",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Ready, Self::Waiting, Self::Failed].into_iter().find(|state| state.as_str() == text)
    }
}

/// A version to store.
#[derive(Clone, Debug)]
pub struct NewLanguageModel {
    pub model: LanguageModel,
    /// JSON.
    pub report: String,
    /// The classifier; `None` where nothing was trained.
    pub bytes: Option<Vec<u8>>,
}

/// The columns without those that are large.
#[derive(FromQueryResult)]
struct Slim {
    id: Uuid,
    version: i64,
    state: String,
    active: bool,
    created_by: String,
    created_at: i64,
    examples: i64,
    labels: String,
    accuracy: Option<i64>,
    note: Option<String>,
}

const SLIM: [Column; 10] = [
    Column::Id,
    Column::Version,
    Column::State,
    Column::Active,
    Column::CreatedBy,
    Column::CreatedAt,
    Column::Examples,
    Column::Labels,
    Column::Accuracy,
    Column::Note,
];

/// What `accuracy` is stored in.
const HUNDREDTHS_OF_A_PERCENT: f64 = 10_000.0;

impl LanguageModel {
    fn from_slim(row: Slim) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id,
            version: count(row.version)?,
            state: ModelState::parse(&row.state).ok_or_else(|| StoreError::corrupt("model state", &row.state))?,
            active: row.active,
            created_by: parse_actor(&row.created_by)?,
            created_at: Timestamp(row.created_at),
            examples: count(row.examples)?,
            labels: from_json("model labels", &row.labels)?,
            accuracy: match row.accuracy {
                Some(value) => Some(f64::from(count::<u32>(value)?) / HUNDREDTHS_OF_A_PERCENT),
                None => None,
            },
            note: row.note.map(|note| from_json("model note", &note)).transpose()?,
        })
    }
}

impl<C: ConnectionTrait> Access<'_, C> {
    fn own_models(&self) -> sea_orm::Select<Entity> {
        Entity::find().filter(Column::WorkspaceId.eq(self.workspace()))
    }

    /// The newest `limit` versions older than `before`, newest first.
    pub async fn language_models(&self, before: Option<u32>, limit: u64) -> Result<Vec<LanguageModel>, StoreError> {
        let mut query = self.own_models().select_only().columns(SLIM);
        if let Some(before) = before {
            query = query.filter(Column::Version.lt(i64::from(before)));
        }
        let rows = query.order_by_desc(Column::Version).limit(limit).into_model::<Slim>().all(self.connection).await?;
        rows.into_iter().map(LanguageModel::from_slim).collect()
    }

    /// A version.
    pub async fn language_model(&self, version: u32) -> Result<LanguageModel, StoreError> {
        let row = self
            .own_models()
            .select_only()
            .columns(SLIM)
            .filter(Column::Version.eq(i64::from(version)))
            .into_model::<Slim>()
            .one(self.connection)
            .await?
            .ok_or(StoreError::NotFound { what: "language model" })?;
        LanguageModel::from_slim(row)
    }

    /// The version in use, if there is one.
    pub async fn active_language_model(&self) -> Result<Option<LanguageModel>, StoreError> {
        let row = self
            .own_models()
            .select_only()
            .columns(SLIM)
            .filter(Column::Active.eq(true))
            .into_model::<Slim>()
            .one(self.connection)
            .await?;
        row.map(LanguageModel::from_slim).transpose()
    }

    /// The report of a version: JSON.
    pub async fn language_model_report(&self, version: u32) -> Result<String, StoreError> {
        self.own_models()
            .select_only()
            .column(Column::Report)
            .filter(Column::Version.eq(i64::from(version)))
            .into_tuple()
            .one(self.connection)
            .await?
            .ok_or(StoreError::NotFound { what: "language model" })
    }

    /// The classifier of a version; `None` when nothing was trained.
    pub async fn language_model_bytes(&self, version: u32) -> Result<Option<Vec<u8>>, StoreError> {
        self.own_models()
            .select_only()
            .column(Column::Bytes)
            .filter(Column::Version.eq(i64::from(version)))
            .into_tuple()
            .one(self.connection)
            .await?
            .ok_or(StoreError::NotFound { what: "language model" })
    }
}

impl Writing<'_> {
    /// Stores a version with the next number, which it returns; the number in `new` does not count. When it is active, the
    /// one before is so no more. Take the workspace's lock first.
    pub async fn insert_language_model(&self, new: &NewLanguageModel) -> Result<u32, StoreError> {
        let version = self.language_models(None, 1).await?.first().map_or(1, |newest| newest.version + 1);
        if new.model.active {
            self.deactivate().await?;
        }
        let model = &new.model;
        #[allow(clippy::cast_possible_truncation)]
        let accuracy = model.accuracy.map(|share| (share.clamp(0.0, 1.0) * HUNDREDTHS_OF_A_PERCENT).round() as i64);
        let row = ActiveModel {
            id: Set(model.id),
            workspace_id: Set(self.workspace()),
            version: Set(i64::from(version)),
            state: Set(model.state.as_str().into()),
            active: Set(model.active),
            created_by: Set(actor_text(model.created_by)),
            created_at: Set(model.created_at.0),
            examples: Set(i64::from(model.examples)),
            labels: Set(to_json(&model.labels)?),
            accuracy: Set(accuracy),
            report: Set(new.report.clone()),
            note: Set(model.note.as_ref().map(to_json).transpose()?),
            bytes: Set(new.bytes.clone()),
        };
        Entity::insert(row).exec_without_returning(self.connection).await?;
        if model.active {
            self.bump_language_revision().await?;
        }
        Ok(version)
    }

    /// Puts a version to use in place of the one before.
    pub async fn activate_language_model(&self, version: u32) -> Result<(), StoreError> {
        self.deactivate().await?;
        let result = Entity::update_many()
            .col_expr(Column::Active, Expr::value(true))
            .col_expr(Column::State, Expr::value(ModelState::Ready.as_str()))
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .filter(Column::Version.eq(i64::from(version)))
            .filter(Column::Bytes.is_not_null())
            .exec(self.connection)
            .await?;
        found(result.rows_affected, "language model")?;
        self.bump_language_revision().await
    }

    /// Removes versions that are not active, all but the newest `keep`.
    pub async fn remove_old_language_models(&self, keep: u64) -> Result<u64, StoreError> {
        let kept = self.language_models(None, keep).await?;
        let Some(oldest) = kept.last() else { return Ok(0) };
        let result = Entity::delete_many()
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .filter(Column::Version.lt(i64::from(oldest.version)))
            .filter(Column::Active.eq(false))
            .exec(self.connection)
            .await?;
        Ok(result.rows_affected)
    }

    async fn deactivate(&self) -> Result<(), StoreError> {
        Entity::update_many()
            .col_expr(Column::Active, Expr::value(false))
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .filter(Column::Active.eq(true))
            .exec(self.connection)
            .await?;
        Ok(())
    }
}
