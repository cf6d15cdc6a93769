//! What a customer was written without having asked, and what they said to that.

use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Set};
use serde::Serialize;
use uuid::Uuid;
use yingda_model::{Consent, ConsentAnswer, ConsentPurpose, ContactId, Timestamp};

use crate::StoreError;
use crate::access::{Access, Writing};
use crate::codec::{actor_text, name_of, named, parse_actor};
use crate::entity::{consent, flow_fired, one_time_code};

/// A flow that was begun with a customer who had not asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fired {
    pub contact_id: ContactId,
    pub flow: String,
    pub at: Timestamp,
}

fn consent_of_row(row: &consent::Model) -> Result<Consent, StoreError> {
    Ok(Consent {
        purpose: named("purpose", &row.purpose)?,
        answer: named("answer", &row.answer)?,
        at: Some(Timestamp(row.at)),
        by: row.said_by.as_deref().map(parse_actor).transpose()?,
    })
}

impl<C: ConnectionTrait> Access<'_, C> {
    /// The flows that were begun with a contact from a moment on, oldest first.
    pub async fn flows_fired(&self, contact: ContactId, since: Timestamp) -> Result<Vec<Fired>, StoreError> {
        let rows = flow_fired::Entity::find()
            .filter(flow_fired::Column::WorkspaceId.eq(self.workspace()))
            .filter(flow_fired::Column::ContactId.eq(contact.0))
            .filter(flow_fired::Column::At.gte(since.0))
            .order_by_asc(flow_fired::Column::At)
            .order_by_asc(flow_fired::Column::Id)
            .all(self.connection)
            .await?;
        let fired = rows.into_iter().map(|row| Fired { contact_id: contact, flow: row.flow, at: Timestamp(row.at) });
        Ok(fired.collect())
    }

    /// What a contact said to being written to for a purpose.
    pub async fn consent(&self, contact: ContactId, purpose: ConsentPurpose) -> Result<Consent, StoreError> {
        let row = consent::Entity::find_by_id((contact.0, name_of(&purpose)?))
            .filter(consent::Column::WorkspaceId.eq(self.workspace()))
            .one(self.connection)
            .await?;
        match row {
            Some(row) => consent_of_row(&row),
            None => Ok(Consent { purpose, answer: ConsentAnswer::Unknown, at: None, by: None }),
        }
    }

    /// All that a contact said of that kind.
    pub async fn consents(&self, contact: ContactId) -> Result<Vec<Consent>, StoreError> {
        let rows = consent::Entity::find()
            .filter(consent::Column::WorkspaceId.eq(self.workspace()))
            .filter(consent::Column::ContactId.eq(contact.0))
            .all(self.connection)
            .await?;
        rows.iter().map(consent_of_row).collect()
    }
}

impl Writing<'_> {
    /// Notes that a flow was begun with a contact who had not asked. Lock the contact first.
    pub async fn insert_fired(&self, id: Uuid, fired: &Fired) -> Result<(), StoreError> {
        let row = flow_fired::ActiveModel {
            id: Set(id),
            workspace_id: Set(self.workspace()),
            contact_id: Set(fired.contact_id.0),
            flow: Set(fired.flow.clone()),
            at: Set(fired.at.0),
        };
        flow_fired::Entity::insert(row)
            .exec_without_returning(self.connection)
            .await
            .map_err(|error| StoreError::or_taken(error, "this id"))?;
        Ok(())
    }

    /// Forgets what was begun before a moment; how much there was.
    pub async fn remove_old_fired(&self, before: Timestamp) -> Result<u64, StoreError> {
        let result = flow_fired::Entity::delete_many()
            .filter(flow_fired::Column::WorkspaceId.eq(self.workspace()))
            .filter(flow_fired::Column::At.lt(before.0))
            .exec(self.connection)
            .await?;
        Ok(result.rows_affected)
    }

    /// Stores what a contact said; `Unknown` takes back what they said before.
    pub async fn put_consent(
        &self,
        contact: ContactId,
        purpose: ConsentPurpose,
        answer: ConsentAnswer,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let said = Consent { purpose, answer, at: Some(now), by: Some(self.scope.actor()) };
        self.store_consent(contact, said).await
    }

    async fn store_consent(&self, contact: ContactId, said: Consent) -> Result<(), StoreError> {
        use consent::{ActiveModel, Column, Entity};
        let Some(at) = said.at.filter(|_| said.answer != ConsentAnswer::Unknown) else {
            Entity::delete_many()
                .filter(Column::WorkspaceId.eq(self.workspace()))
                .filter(Column::ContactId.eq(contact.0))
                .filter(Column::Purpose.eq(name_of(&said.purpose)?))
                .exec(self.connection)
                .await?;
            return Ok(());
        };
        // The row of another workspace must not be met.
        self.contact(contact).await?;
        let row = ActiveModel {
            workspace_id: Set(self.workspace()),
            contact_id: Set(contact.0),
            purpose: Set(name_of(&said.purpose)?),
            answer: Set(name_of(&said.answer)?),
            at: Set(at.0),
            said_by: Set(said.by.map(actor_text)),
        };
        let again = OnConflict::columns([Column::ContactId, Column::Purpose])
            .update_columns([Column::Answer, Column::At, Column::SaidBy])
            .to_owned();
        Entity::insert(row).on_conflict(again).exec_without_returning(self.connection).await?;
        Ok(())
    }

    /// Two contacts are one person: limits count for both together, and of what they said the newest counts.
    pub async fn move_proactive(&self, from: ContactId, into: ContactId) -> Result<(), StoreError> {
        flow_fired::Entity::update_many()
            .col_expr(flow_fired::Column::ContactId, Expr::value(into.0))
            .filter(flow_fired::Column::WorkspaceId.eq(self.workspace()))
            .filter(flow_fired::Column::ContactId.eq(from.0))
            .exec(self.connection)
            .await?;
        for said in self.consents(from).await? {
            let Some(at) = said.at else { continue };
            let there = self.consent(into, said.purpose).await?;
            if there.at.is_none_or(|known| known < at) {
                self.store_consent(into, said).await?;
            }
            self.put_consent(from, said.purpose, ConsentAnswer::Unknown, at).await?;
        }
        Ok(())
    }

    /// Forgets all of that, and codes, of a contact who is erased.
    pub(crate) async fn forget_proactive(&self, contact: ContactId) -> Result<(), StoreError> {
        flow_fired::Entity::delete_many()
            .filter(flow_fired::Column::WorkspaceId.eq(self.workspace()))
            .filter(flow_fired::Column::ContactId.eq(contact.0))
            .exec(self.connection)
            .await?;
        consent::Entity::delete_many()
            .filter(consent::Column::WorkspaceId.eq(self.workspace()))
            .filter(consent::Column::ContactId.eq(contact.0))
            .exec(self.connection)
            .await?;
        // What customers wrote is in them, under the workspace's key.
        self.forget_replays().await?;
        one_time_code::Entity::delete_many()
            .filter(one_time_code::Column::WorkspaceId.eq(self.workspace()))
            .filter(one_time_code::Column::ContactId.eq(contact.0))
            .exec(self.connection)
            .await?;
        Ok(())
    }
}
