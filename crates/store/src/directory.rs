//! The few questions that are asked before a workspace is known. Each answer leads to a [`Scope`].

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use yingda_model::{Inbox, Scope, SessionId, Timestamp, User, WorkspaceId};

use crate::codec::from_json;
use crate::entity::{api_token, app_user, inbox, kb_site, session, workspace};
use crate::inboxes::to_inbox;
use crate::users::to_user;
use crate::{Site, Store, StoreError};

/// Looks things up across workspaces.
pub struct Directory<'a> {
    store: &'a Store,
}

/// A workspace's names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkspaceInfo {
    pub id: WorkspaceId,
    pub slug: String,
    pub name: String,
}

/// Who a session cookie belongs to.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub session: SessionId,
    pub workspace: WorkspaceInfo,
    pub user: User,
    pub csrf: String,
}

/// Who an API token belongs to, with the rights it carries.
#[derive(Clone, Debug)]
pub struct TokenOwner {
    pub scope: Scope,
    pub user: User,
}

impl Store {
    /// Questions asked before a workspace is known.
    pub fn directory(&self) -> Directory<'_> {
        Directory { store: self }
    }
}

impl Directory<'_> {
    /// All workspaces, oldest first.
    pub async fn workspaces(&self) -> Result<Vec<WorkspaceInfo>, StoreError> {
        let rows = workspace::Entity::find().order_by_asc(workspace::Column::Id).all(self.store.reader()).await?;
        Ok(rows.into_iter().map(to_info).collect())
    }

    /// The workspace with this short name.
    pub async fn workspace(&self, slug: &str) -> Result<Option<WorkspaceInfo>, StoreError> {
        let row = workspace::Entity::find().filter(workspace::Column::Slug.eq(slug)).one(self.store.reader()).await?;
        Ok(row.map(to_info))
    }

    async fn workspace_by_id(&self, id: uuid::Uuid) -> Result<WorkspaceInfo, StoreError> {
        let row = workspace::Entity::find_by_id(id)
            .one(self.store.reader())
            .await?
            .ok_or(StoreError::NotFound { what: "workspace" })?;
        Ok(to_info(row))
    }

    /// The inbox with this public key and the workspace it is in.
    pub async fn inbox(&self, key: &str) -> Result<Option<(WorkspaceId, Inbox)>, StoreError> {
        let row = inbox::Entity::find().filter(inbox::Column::Key.eq(key)).one(self.store.reader()).await?;
        row.map(|row| Ok((row.workspace_id.into(), to_inbox(row)?))).transpose()
    }

    /// The public site with this short name and the workspace it belongs to.
    pub async fn site(&self, slug: &str) -> Result<Option<(WorkspaceId, Site)>, StoreError> {
        let row = kb_site::Entity::find().filter(kb_site::Column::Slug.eq(slug)).one(self.store.reader()).await?;
        row.map(|row| Ok((row.workspace_id.into(), crate::knowledge::site_from_row(row)?))).transpose()
    }

    /// The active user with this mail address, and the hash of their password.
    pub async fn user_to_sign_in(
        &self,
        workspace: WorkspaceId,
        email: &str,
    ) -> Result<Option<(User, String)>, StoreError> {
        let row = app_user::Entity::find()
            .filter(app_user::Column::WorkspaceId.eq(workspace.0))
            .filter(app_user::Column::Email.eq(email))
            .filter(app_user::Column::Active.eq(true))
            .one(self.store.reader())
            .await?;
        row.map(|row| {
            let hash = row.password_hash.clone();
            Ok((to_user(row, Vec::new())?, hash))
        })
        .transpose()
    }

    /// Who the session with this secret belongs to, if it has not ended at `now`.
    pub async fn session(&self, secret_hash: &[u8], now: Timestamp) -> Result<Option<SignedIn>, StoreError> {
        let Some(row) = session::Entity::find()
            .filter(session::Column::SecretHash.eq(secret_hash))
            .filter(session::Column::ExpiresAt.gt(now.0))
            .one(self.store.reader())
            .await?
        else {
            return Ok(None);
        };
        let Some(user) = self.active_user(row.workspace_id, row.user_id).await? else { return Ok(None) };
        Ok(Some(SignedIn {
            session: row.id.into(),
            workspace: self.workspace_by_id(row.workspace_id).await?,
            user,
            csrf: row.csrf,
        }))
    }

    /// Who the API token with this secret belongs to, if it has not ended at `now`.
    pub async fn token(&self, secret_hash: &[u8], now: Timestamp) -> Result<Option<TokenOwner>, StoreError> {
        let Some(row) = api_token::Entity::find()
            .filter(api_token::Column::SecretHash.eq(secret_hash))
            .one(self.store.reader())
            .await?
        else {
            return Ok(None);
        };
        if row.expires_at.is_some_and(|end| end <= now.0) {
            return Ok(None);
        }
        let Some(user) = self.active_user(row.workspace_id, row.user_id).await? else { return Ok(None) };
        let scopes = from_json("token scopes", &row.scopes)?;
        Ok(Some(TokenOwner { scope: Scope::token(row.workspace_id.into(), user.id, user.role, scopes), user }))
    }

    async fn active_user(&self, workspace: uuid::Uuid, id: uuid::Uuid) -> Result<Option<User>, StoreError> {
        let scope = Scope::system(workspace.into());
        match self.store.read(&scope).user(id.into()).await {
            Ok(user) => Ok(Some(user).filter(|user| user.active)),
            Err(StoreError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn to_info(row: workspace::Model) -> WorkspaceInfo {
    WorkspaceInfo { id: row.id.into(), slug: row.slug, name: row.name }
}
