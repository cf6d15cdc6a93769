//! Websites that pages are read from.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Set};
use serde::Serialize;
use serde_json::Value as Json;
use yingda_model::{EntryId, Timestamp, WebSourceId};

use crate::StoreError;
use crate::access::{Access, Writing};
use crate::codec::{found, from_json, to_json};
use crate::entity::{kb_page, kb_web};

/// A website, what of it to read, and what came of it the last time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WebSource {
    pub id: WebSourceId,
    /// As the desk defines them.
    pub settings: Json,
    pub outcome: Option<Json>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A page that was read.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct KnownPage {
    pub url: String,
    pub entry_id: EntryId,
    /// What tells whether it has changed, as whoever reads pages keeps it.
    pub known: Json,
    pub seen_at: Timestamp,
}

fn from_row(row: kb_web::Model) -> Result<WebSource, StoreError> {
    Ok(WebSource {
        id: row.id.into(),
        settings: from_json("web source", &row.settings)?,
        outcome: row.outcome.map(|outcome| from_json("outcome of reading", &outcome)).transpose()?,
        created_at: Timestamp(row.created_at),
        updated_at: Timestamp(row.updated_at),
    })
}

fn page_of_row(row: kb_page::Model) -> Result<KnownPage, StoreError> {
    Ok(KnownPage {
        known: from_json("known page", &row.known)?,
        url: row.url,
        entry_id: row.entry_id.into(),
        seen_at: Timestamp(row.seen_at),
    })
}

impl<C: ConnectionTrait> Access<'_, C> {
    /// All of the workspace, oldest first.
    pub async fn web_sources(&self) -> Result<Vec<WebSource>, StoreError> {
        let rows = kb_web::Entity::find()
            .filter(kb_web::Column::WorkspaceId.eq(self.workspace()))
            .order_by_asc(kb_web::Column::Id)
            .all(self.connection)
            .await?;
        rows.into_iter().map(from_row).collect()
    }

    pub async fn web_source(&self, id: WebSourceId) -> Result<WebSource, StoreError> {
        let row = kb_web::Entity::find_by_id(id.0)
            .filter(kb_web::Column::WorkspaceId.eq(self.workspace()))
            .one(self.connection)
            .await?
            .ok_or(StoreError::NotFound { what: "web source" })?;
        from_row(row)
    }

    /// The pages that were read from a website.
    pub async fn known_pages(&self, id: WebSourceId) -> Result<Vec<KnownPage>, StoreError> {
        let rows = kb_page::Entity::find()
            .filter(kb_page::Column::WorkspaceId.eq(self.workspace()))
            .filter(kb_page::Column::WebId.eq(id.0))
            .order_by_asc(kb_page::Column::Url)
            .all(self.connection)
            .await?;
        rows.into_iter().map(page_of_row).collect()
    }

    /// One page that was read from a website.
    pub async fn known_page(&self, id: WebSourceId, url: &str) -> Result<Option<KnownPage>, StoreError> {
        let row = kb_page::Entity::find_by_id((id.0, url.to_owned()))
            .filter(kb_page::Column::WorkspaceId.eq(self.workspace()))
            .one(self.connection)
            .await?;
        row.map(page_of_row).transpose()
    }
}

impl Writing<'_> {
    pub async fn insert_web_source(&self, web: &WebSource) -> Result<(), StoreError> {
        let row = kb_web::ActiveModel {
            id: Set(web.id.0),
            workspace_id: Set(self.workspace()),
            settings: Set(to_json(&web.settings)?),
            outcome: Set(web.outcome.as_ref().map(to_json).transpose()?),
            created_at: Set(web.created_at.0),
            updated_at: Set(web.updated_at.0),
        };
        kb_web::Entity::insert(row).exec_without_returning(self.connection).await?;
        Ok(())
    }

    /// Stores a website's settings and outcome.
    pub async fn update_web_source(&self, web: &WebSource) -> Result<(), StoreError> {
        let row = kb_web::ActiveModel {
            settings: Set(to_json(&web.settings)?),
            outcome: Set(web.outcome.as_ref().map(to_json).transpose()?),
            updated_at: Set(web.updated_at.0),
            ..kb_web::ActiveModel::default()
        };
        let result = kb_web::Entity::update_many()
            .set(row)
            .filter(kb_web::Column::Id.eq(web.id.0))
            .filter(kb_web::Column::WorkspaceId.eq(self.workspace()))
            .exec(self.connection)
            .await?;
        found(result.rows_affected, "web source")
    }

    /// Removes a website; the entries that came from it stay. False when there is none.
    pub async fn delete_web_source(&self, id: WebSourceId) -> Result<bool, StoreError> {
        kb_page::Entity::delete_many()
            .filter(kb_page::Column::WorkspaceId.eq(self.workspace()))
            .filter(kb_page::Column::WebId.eq(id.0))
            .exec(self.connection)
            .await?;
        let result = kb_web::Entity::delete_many()
            .filter(kb_web::Column::WorkspaceId.eq(self.workspace()))
            .filter(kb_web::Column::Id.eq(id.0))
            .exec(self.connection)
            .await?;
        Ok(result.rows_affected == 1)
    }

    /// Remembers a page that was read, in place of what was known of it.
    pub async fn put_known_page(&self, web: WebSourceId, page: &KnownPage) -> Result<(), StoreError> {
        self.web_source(web).await?;
        let row = kb_page::ActiveModel {
            workspace_id: Set(self.workspace()),
            web_id: Set(web.0),
            url: Set(page.url.clone()),
            entry_id: Set(page.entry_id.0),
            known: Set(to_json(&page.known)?),
            seen_at: Set(page.seen_at.0),
        };
        use kb_page::Column;
        let again = OnConflict::columns([Column::WebId, Column::Url])
            .update_columns([Column::EntryId, Column::Known, Column::SeenAt])
            .to_owned();
        kb_page::Entity::insert(row).on_conflict(again).exec_without_returning(self.connection).await?;
        Ok(())
    }

    /// Forgets a page. False when it was not known.
    pub async fn forget_page(&self, web: WebSourceId, url: &str) -> Result<bool, StoreError> {
        let result = kb_page::Entity::delete_many()
            .filter(kb_page::Column::WorkspaceId.eq(self.workspace()))
            .filter(kb_page::Column::WebId.eq(web.0))
            .filter(kb_page::Column::Url.eq(url))
            .exec(self.connection)
            .await?;
        Ok(result.rows_affected == 1)
    }
}
