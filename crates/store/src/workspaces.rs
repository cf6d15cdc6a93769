//! Workspaces.

use sea_orm::{EntityTrait, Set};
use yingda_model::{Scope, Timestamp, WorkspaceId};

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
