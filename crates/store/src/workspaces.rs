//! Workspaces.

use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Set};
use yingda_model::{Scope, Timestamp, WorkspaceId};

use crate::access::{Access, Writing};
use crate::entity::workspace;
use crate::{Store, StoreError};

/// A tenant to add.
#[derive(Clone, Debug)]
pub struct NewWorkspace {
    pub id: WorkspaceId,
    /// Short name in addresses and at log-in: lower-case letters, digits and dashes.
    pub slug: String,
    pub name: String,
    pub created_at: Timestamp,
}

impl Store {
    /// Adds a workspace with its own data key; [`StoreError::Taken`] when the slug is in use.
    pub async fn create_workspace(&self, new: NewWorkspace) -> Result<Scope, StoreError> {
        let scope = Scope::system(new.id);
        self.write(&scope, move |tx| {
            let new = new.clone();
            Box::pin(async move {
                let row = workspace::ActiveModel {
                    id: Set(new.id.0),
                    slug: Set(new.slug),
                    name: Set(new.name),
                    kb_revision: Set(0),
                    language_revision: Set(Some(0)),
                    graph_revision: Set(Some(0)),
                    assistant_revision: Set(Some(0)),
                    ticket_number: Set(Some(0)),
                    created_at: Set(new.created_at.0),
                };
                workspace::Entity::insert(row)
                    .exec_without_returning(tx.connection)
                    .await
                    .map_err(|error| StoreError::or_taken(error, "this workspace name"))?;
                tx.create_data_key(new.id.0).await
            })
        })
        .await?;
        Ok(scope)
    }
}

impl<C: ConnectionTrait> Access<'_, C> {
    /// Grows with every change of the workspace's knowledge: an index made at another revision is stale.
    pub async fn kb_revision(&self) -> Result<i64, StoreError> {
        workspace::Entity::find_by_id(self.workspace())
            .select_only()
            .column(workspace::Column::KbRevision)
            .into_tuple()
            .one(self.connection)
            .await?
            .ok_or(StoreError::NotFound { what: "workspace" })
    }

    /// Grows with every change of what messages are understood by: what was loaded at another revision is stale.
    pub async fn language_revision(&self) -> Result<i64, StoreError> {
        let found: Option<Option<i64>> = workspace::Entity::find_by_id(self.workspace())
            .select_only()
            .column(workspace::Column::LanguageRevision)
            .into_tuple()
            .one(self.connection)
            .await?;
        found.map(Option::unwrap_or_default).ok_or(StoreError::NotFound { what: "workspace" })
    }

    /// Grows with every change of the assistant's files, releases, secrets and settings: what was loaded at another revision is
    /// stale.
    pub async fn assistant_revision(&self) -> Result<i64, StoreError> {
        let found: Option<Option<i64>> = workspace::Entity::find_by_id(self.workspace())
            .select_only()
            .column(workspace::Column::AssistantRevision)
            .into_tuple()
            .one(self.connection)
            .await?;
        found.map(Option::unwrap_or_default).ok_or(StoreError::NotFound { what: "workspace" })
    }

    /// The revisions of the workspace's entries ([`kb_revision`](Self::kb_revision)) and of its knowledge graph, which grows
    /// with every change of that.
    pub async fn knowledge_revisions(&self) -> Result<(i64, i64), StoreError> {
        let found: Option<(i64, Option<i64>)> = workspace::Entity::find_by_id(self.workspace())
            .select_only()
            .columns([workspace::Column::KbRevision, workspace::Column::GraphRevision])
            .into_tuple()
            .one(self.connection)
            .await?;
        let (entries, graph) = found.ok_or(StoreError::NotFound { what: "workspace" })?;
        Ok((entries, graph.unwrap_or_default()))
    }
}

impl Writing<'_> {
    /// Raises the revision of the knowledge and gives the new one. The row stays locked until the transaction ends, so that
    /// a reader that has seen a revision has seen everything before it.
    pub(crate) async fn bump_kb_revision(&self) -> Result<i64, StoreError> {
        workspace::Entity::update_many()
            .col_expr(workspace::Column::KbRevision, Expr::col(workspace::Column::KbRevision).add(1))
            .filter(workspace::Column::Id.eq(self.workspace()))
            .exec(self.connection)
            .await?;
        self.kb_revision().await
    }

    pub(crate) async fn bump_graph_revision(&self) -> Result<(), StoreError> {
        let next = Expr::cust("COALESCE(graph_revision, 0) + 1");
        workspace::Entity::update_many()
            .col_expr(workspace::Column::GraphRevision, next)
            .filter(workspace::Column::Id.eq(self.workspace()))
            .exec(self.connection)
            .await?;
        Ok(())
    }

    pub(crate) async fn bump_assistant_revision(&self) -> Result<i64, StoreError> {
        let next = Expr::cust("COALESCE(assistant_revision, 0) + 1");
        workspace::Entity::update_many()
            .col_expr(workspace::Column::AssistantRevision, next)
            .filter(workspace::Column::Id.eq(self.workspace()))
            .exec(self.connection)
            .await?;
        self.assistant_revision().await
    }

    pub(crate) async fn bump_language_revision(&self) -> Result<(), StoreError> {
        let next = Expr::cust("COALESCE(language_revision, 0) + 1");
        workspace::Entity::update_many()
            .col_expr(workspace::Column::LanguageRevision, next)
            .filter(workspace::Column::Id.eq(self.workspace()))
            .exec(self.connection)
            .await?;
        Ok(())
    }
}
