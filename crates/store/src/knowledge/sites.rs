//! Public sites of articles.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, Set};
use serde::Serialize;
use serde_json::Value as Json;
use yingda_model::{SiteId, Timestamp};

use crate::StoreError;
use crate::access::{Access, Writing};
use crate::codec::{found, from_json, to_json};
use crate::entity::kb_site::{ActiveModel, Column, Entity, Model};

/// A public site of articles.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Site {
    pub id: SiteId,
    /// Its name in addresses; no two sites of the installation have the same.
    pub slug: String,
    /// As the desk defines them.
    pub settings: Json,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

pub(crate) fn from_row(row: Model) -> Result<Site, StoreError> {
    Ok(Site {
        id: row.id.into(),
        slug: row.slug,
        settings: from_json("site", &row.settings)?,
        created_at: Timestamp(row.created_at),
        updated_at: Timestamp(row.updated_at),
    })
}

impl<C: ConnectionTrait> Access<'_, C> {
    /// All of the workspace, oldest first.
    pub async fn sites(&self) -> Result<Vec<Site>, StoreError> {
        let rows = Entity::find()
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .order_by_asc(Column::Id)
            .all(self.connection)
            .await?;
        rows.into_iter().map(from_row).collect()
    }

    pub async fn site(&self, id: SiteId) -> Result<Site, StoreError> {
        let row = Entity::find_by_id(id.0)
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .one(self.connection)
            .await?
            .ok_or(StoreError::NotFound { what: "site" })?;
        from_row(row)
    }
}

impl Writing<'_> {
    /// Stores a new site, or an old one's new state. False when another has its slug.
    pub async fn put_site(&self, site: &Site) -> Result<bool, StoreError> {
        let taken = Entity::find()
            .filter(Column::Slug.eq(site.slug.as_str()))
            .filter(Column::Id.ne(site.id.0))
            .count(self.connection)
            .await?;
        if taken > 0 {
            return Ok(false);
        }
        let row = ActiveModel {
            slug: Set(site.slug.clone()),
            settings: Set(to_json(&site.settings)?),
            created_at: Set(site.created_at.0),
            updated_at: Set(site.updated_at.0),
            ..ActiveModel::default()
        };
        let result = Entity::update_many()
            .set(row.clone())
            .filter(Column::Id.eq(site.id.0))
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .exec(self.connection)
            .await?;
        if result.rows_affected == 0 {
            let row = ActiveModel { id: Set(site.id.0), workspace_id: Set(self.workspace()), ..row };
            Entity::insert(row).exec_without_returning(self.connection).await?;
        }
        Ok(true)
    }

    pub async fn delete_site(&self, id: SiteId) -> Result<(), StoreError> {
        let result = Entity::delete_many()
            .filter(Column::Id.eq(id.0))
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .exec(self.connection)
            .await?;
        found(result.rows_affected, "site")
    }
}
