//! Files of the assistant as they were published together. Each text is stored once, under its hash.

use std::collections::HashMap;

use ring::digest::{SHA256, digest};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use serde_json::Value as Json;
use yingda_model::{AssistantFile, Release, Timestamp};

use crate::StoreError;
use crate::access::{Access, Writing};
use crate::codec::{actor_text, count, found, from_json, parse_actor, to_json};
use crate::entity::{assistant_release, assistant_release_file, assistant_text};

/// Rows in one INSERT.
const CHUNK: usize = 100;
const WHAT: &str = "release of the assistant";

/// A release to make.
#[derive(Clone, Debug, PartialEq)]
pub struct NewRelease {
    pub note: String,
    /// What the test conversations said.
    pub report: Json,
    pub files: Vec<AssistantFile>,
}

fn from_row(row: assistant_release::Model) -> Result<Release, StoreError> {
    Ok(Release {
        number: count(row.number)?,
        note: row.note,
        report: from_json("report of a release", &row.report)?,
        live: row.live,
        created_at: Timestamp(row.created_at),
        created_by: parse_actor(&row.created_by)?,
    })
}

impl<C: ConnectionTrait> Access<'_, C> {
    /// The newest `limit` releases older than `before`, newest first.
    pub async fn assistant_releases(&self, before: Option<u32>, limit: u64) -> Result<Vec<Release>, StoreError> {
        use assistant_release::{Column, Entity};
        let mut query = Entity::find().filter(Column::WorkspaceId.eq(self.workspace()));
        if let Some(before) = before {
            query = query.filter(Column::Number.lt(i64::from(before)));
        }
        let rows = query.order_by_desc(Column::Number).limit(limit).all(self.connection).await?;
        rows.into_iter().map(from_row).collect()
    }

    pub async fn assistant_release(&self, number: u32) -> Result<Release, StoreError> {
        let row = assistant_release::Entity::find_by_id((self.workspace(), i64::from(number)))
            .one(self.connection)
            .await?
            .ok_or(StoreError::NotFound { what: WHAT })?;
        from_row(row)
    }

    /// The release that new conversations begin with, if there is one.
    pub async fn live_assistant_release(&self) -> Result<Option<Release>, StoreError> {
        use assistant_release::{Column, Entity};
        let row = Entity::find()
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .filter(Column::Live.eq(true))
            .one(self.connection)
            .await?;
        row.map(from_row).transpose()
    }

    /// The files of a release, by path.
    pub async fn assistant_release_files(&self, number: u32) -> Result<Vec<AssistantFile>, StoreError> {
        self.assistant_release(number).await?;
        let rows = assistant_release_file::Entity::find()
            .filter(assistant_release_file::Column::WorkspaceId.eq(self.workspace()))
            .filter(assistant_release_file::Column::Number.eq(i64::from(number)))
            .all(self.connection)
            .await?;
        let texts: HashMap<String, String> = assistant_text::Entity::find()
            .filter(assistant_text::Column::WorkspaceId.eq(self.workspace()))
            .filter(assistant_text::Column::Hash.is_in(rows.iter().map(|row| row.hash.as_str())))
            .all(self.connection)
            .await?
            .into_iter()
            .map(|row| (row.hash, row.text))
            .collect();
        let mut files = Vec::with_capacity(rows.len());
        for row in rows {
            let text = texts.get(&row.hash).ok_or_else(|| StoreError::corrupt(WHAT, "a text is missing"))?.clone();
            files.push(AssistantFile { path: row.path, text });
        }
        files.sort();
        Ok(files)
    }
}

impl Writing<'_> {
    /// Stores a release under the next number and makes it live. Take the lock of the files first.
    pub async fn insert_assistant_release(&self, new: &NewRelease, now: Timestamp) -> Result<Release, StoreError> {
        let number = self.assistant_releases(None, 1).await?.first().map_or(1, |newest| newest.number + 1);
        self.retire_releases().await?;
        let release = Release {
            number,
            note: new.note.clone(),
            report: new.report.clone(),
            live: true,
            created_at: now,
            created_by: self.scope.actor(),
        };
        let row = assistant_release::ActiveModel {
            workspace_id: Set(self.workspace()),
            number: Set(i64::from(number)),
            note: Set(new.note.clone()),
            report: Set(to_json(&new.report)?),
            live: Set(true),
            created_at: Set(now.0),
            created_by: Set(actor_text(self.scope.actor())),
        };
        assistant_release::Entity::insert(row).exec_without_returning(self.connection).await?;
        for chunk in new.files.chunks(CHUNK) {
            let hashes: Vec<String> = chunk.iter().map(|file| hash(&file.text)).collect();
            let texts = chunk.iter().zip(&hashes).map(|(file, hash)| assistant_text::ActiveModel {
                workspace_id: Set(self.workspace()),
                hash: Set(hash.clone()),
                text: Set(file.text.clone()),
            });
            use assistant_text::Column;
            let known = OnConflict::columns([Column::WorkspaceId, Column::Hash]).do_nothing().to_owned();
            assistant_text::Entity::insert_many(texts)
                .on_conflict(known)
                .exec_without_returning(self.connection)
                .await?;
            let files = chunk.iter().zip(&hashes).map(|(file, hash)| assistant_release_file::ActiveModel {
                workspace_id: Set(self.workspace()),
                number: Set(i64::from(number)),
                path: Set(file.path.clone()),
                hash: Set(hash.clone()),
            });
            assistant_release_file::Entity::insert_many(files).exec_without_returning(self.connection).await?;
        }
        self.bump_assistant_revision().await?;
        Ok(release)
    }

    /// Makes a release live in place of the one that is; `None`: no release is.
    pub async fn make_assistant_release_live(&self, number: Option<u32>) -> Result<(), StoreError> {
        use assistant_release::{Column, Entity};
        self.retire_releases().await?;
        if let Some(number) = number {
            let result = Entity::update_many()
                .col_expr(Column::Live, Expr::value(true))
                .filter(Column::WorkspaceId.eq(self.workspace()))
                .filter(Column::Number.eq(i64::from(number)))
                .exec(self.connection)
                .await?;
            found(result.rows_affected, WHAT)?;
        }
        self.bump_assistant_revision().await.map(drop)
    }

    async fn retire_releases(&self) -> Result<(), StoreError> {
        use assistant_release::{Column, Entity};
        Entity::update_many()
            .col_expr(Column::Live, Expr::value(false))
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .filter(Column::Live.eq(true))
            .exec(self.connection)
            .await?;
        Ok(())
    }
}

/// SHA-256 in hexadecimal.
fn hash(text: &str) -> String {
    digest(&SHA256, text.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
