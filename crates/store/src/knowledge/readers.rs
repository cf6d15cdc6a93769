//! Who may read which entries.

use std::collections::HashSet;

use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use yingda_model::{EntryId, Readership, TeamId};

use crate::StoreError;
use crate::access::Access;
use crate::codec::audience_text;
use crate::entity::kb_entry::{Column, Entity};
use crate::entity::team_member;

/// The entries that somebody may read.
pub(super) fn condition(readership: &Readership) -> Condition {
    match readership {
        Readership::All => Condition::all(),
        Readership::Of(audiences) => {
            Condition::all().add(Column::Audience.is_in(audiences.iter().map(|audience| audience_text(*audience))))
        }
    }
}

impl<C: ConnectionTrait> Access<'_, C> {
    /// Whose knowledge may be read with this access. Entries, versions and proposals that are for others are as if they were not
    /// there; what the search index is made of is not concerned, search has a filter of its own.
    pub async fn kb_readership(&self) -> Result<Readership, StoreError> {
        let Some(user) = self.scope.user_id() else { return Ok(Readership::All) };
        if Readership::of(self.scope, &[]) == Readership::All {
            return Ok(Readership::All);
        }
        let teams: Vec<uuid::Uuid> = team_member::Entity::find()
            .select_only()
            .column(team_member::Column::TeamId)
            .filter(team_member::Column::UserId.eq(user.0))
            .into_tuple()
            .all(self.connection)
            .await?;
        let teams: Vec<TeamId> = teams.into_iter().map(Into::into).collect();
        Ok(Readership::of(self.scope, &teams))
    }

    /// Those of these entries that are there, but for others.
    pub(super) async fn kb_for_others(
        &self,
        readership: &Readership,
        ids: Vec<EntryId>,
    ) -> Result<HashSet<EntryId>, StoreError> {
        if *readership == Readership::All || ids.is_empty() {
            return Ok(HashSet::new());
        }
        let found: Vec<uuid::Uuid> = Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .filter(Column::Id.is_in(ids.into_iter().map(|id| id.0)))
            .filter(condition(readership).not())
            .into_tuple()
            .all(self.connection)
            .await?;
        Ok(found.into_iter().map(Into::into).collect())
    }
}
