//! What a customer said to being written to without having asked: the word that counts, and all there were.

use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Set};
use uuid::Uuid;
use yingda_model::{Consent, ConsentAnswer, ConsentPurpose, ConsentSaid, ConsentWord, ContactId, Timestamp};

use crate::StoreError;
use crate::access::{Access, Writing};
use crate::codec::{actor_text, name_of, named, parse_actor};
use crate::entity::{consent, consent_said};
use crate::page::{Page, newest_first};

fn from_row(row: &consent::Model) -> Result<Consent, StoreError> {
    Ok(Consent {
        purpose: named("purpose", &row.purpose)?,
        answer: named("answer", &row.answer)?,
        at: Some(Timestamp(row.at)),
        by: row.said_by.as_deref().map(parse_actor).transpose()?,
    })
}

impl<C: ConnectionTrait> Access<'_, C> {
    /// What a contact said to being written to for a purpose.
    pub async fn consent(&self, contact: ContactId, purpose: ConsentPurpose) -> Result<Consent, StoreError> {
        let row = consent::Entity::find_by_id((contact.0, name_of(&purpose)?))
            .filter(consent::Column::WorkspaceId.eq(self.workspace()))
            .one(self.connection)
            .await?;
        match row {
            Some(row) => from_row(&row),
            None => Ok(Consent { purpose, answer: ConsentAnswer::Unknown, at: None, by: None }),
        }
    }

    /// All that a contact said of that kind: the word that counts for each purpose.
    pub async fn consents(&self, contact: ContactId) -> Result<Vec<Consent>, StoreError> {
        let rows = consent::Entity::find()
            .filter(consent::Column::WorkspaceId.eq(self.workspace()))
            .filter(consent::Column::ContactId.eq(contact.0))
            .all(self.connection)
            .await?;
        rows.iter().map(from_row).collect()
    }

    /// A page of every word of a contact on consent, what was noted last first. `Ok(None)` when the cursor is not one of ours.
    pub async fn consent_history(
        &self,
        contact: ContactId,
        limit: u64,
        cursor: Option<&str>,
    ) -> Result<Option<Page<ConsentSaid>>, StoreError> {
        use consent_said::{Column, Entity, Model};
        let query =
            Entity::find().filter(Column::WorkspaceId.eq(self.workspace())).filter(Column::ContactId.eq(contact.0));
        let place = |row: &Model| (row.noted_at, row.id);
        let page = newest_first(self.connection, query, Column::Id, place, limit, cursor).await?;
        let Some(Page { items: rows, next_cursor }) = page else { return Ok(None) };
        let mut items = Vec::with_capacity(rows.len());
        for row in rows {
            items.push(self.said_from_row(row).await?);
        }
        Ok(Some(Page { items, next_cursor }))
    }

    pub(crate) async fn said_from_row(&self, row: consent_said::Model) -> Result<ConsentSaid, StoreError> {
        let wording = match (row.key_owner, &row.sealed) {
            (Some(owner), Some(sealed)) => match self.unseal(owner, row.id, sealed).await {
                Err(StoreError::Erased) => None,
                wording => Some(wording?),
            },
            _ => None,
        };
        Ok(ConsentSaid {
            purpose: named("purpose", &row.purpose)?,
            answer: named("answer", &row.answer)?,
            at: Timestamp(row.at),
            noted_at: Timestamp(row.noted_at),
            by: row.said_by.as_deref().map(parse_actor).transpose()?,
            way: row.way.as_deref().map(|way| named("way", way)).transpose()?,
            wording,
        })
    }
}

impl Writing<'_> {
    /// Adds a word of a contact on consent to the others, under the id `id`. It counts unless a later one is known.
    pub async fn note_consent(
        &self,
        id: Uuid,
        contact: ContactId,
        word: &ConsentWord,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        use consent_said::{ActiveModel, Entity};
        // The row of another workspace must not be met.
        self.contact(contact).await?;
        let sealed = match &word.wording {
            Some(wording) => Some(self.seal(contact.0, id, wording).await?),
            None => None,
        };
        let row = ActiveModel {
            id: Set(id),
            workspace_id: Set(self.workspace()),
            contact_id: Set(contact.0),
            purpose: Set(name_of(&word.purpose)?),
            answer: Set(name_of(&word.answer)?),
            at: Set(word.at.unwrap_or(now).0),
            noted_at: Set(now.0),
            said_by: Set(Some(actor_text(self.scope.actor()))),
            way: Set(Some(name_of(&word.way)?)),
            key_owner: Set(sealed.is_some().then_some(contact.0)),
            sealed: Set(sealed),
        };
        Entity::insert(row)
            .exec_without_returning(self.connection)
            .await
            .map_err(|error| StoreError::or_taken(error, "this id"))?;
        self.see_to_consent(contact, word.purpose).await
    }

    /// Makes the newest word of a contact the one that counts.
    async fn see_to_consent(&self, contact: ContactId, purpose: ConsentPurpose) -> Result<(), StoreError> {
        use consent_said::{Column, Entity};
        let name = name_of(&purpose)?;
        let newest = Entity::find()
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .filter(Column::ContactId.eq(contact.0))
            .filter(Column::Purpose.eq(&name))
            .order_by_desc(Column::At)
            .order_by_desc(Column::Id)
            .one(self.connection)
            .await?;
        let unknown = name_of(&ConsentAnswer::Unknown)?;
        let Some(said) = newest.filter(|said| said.answer != unknown) else {
            return self.forget_consent(contact, &name).await;
        };
        let row = consent::ActiveModel {
            workspace_id: Set(self.workspace()),
            contact_id: Set(contact.0),
            purpose: Set(name),
            answer: Set(said.answer),
            at: Set(said.at),
            said_by: Set(said.said_by),
        };
        let again = OnConflict::columns([consent::Column::ContactId, consent::Column::Purpose])
            .update_columns([consent::Column::Answer, consent::Column::At, consent::Column::SaidBy])
            .to_owned();
        consent::Entity::insert(row).on_conflict(again).exec_without_returning(self.connection).await?;
        Ok(())
    }

    async fn forget_consent(&self, contact: ContactId, purpose: &str) -> Result<(), StoreError> {
        consent::Entity::delete_many()
            .filter(consent::Column::WorkspaceId.eq(self.workspace()))
            .filter(consent::Column::ContactId.eq(contact.0))
            .filter(consent::Column::Purpose.eq(purpose))
            .exec(self.connection)
            .await?;
        Ok(())
    }

    /// Two contacts are one person: of all that both said the newest counts. Wordings stay sealed with the key of the first.
    pub(super) async fn move_consent(&self, from: ContactId, into: ContactId) -> Result<(), StoreError> {
        use consent_said::{Column, Entity};
        Entity::update_many()
            .col_expr(Column::ContactId, Expr::value(into.0))
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .filter(Column::ContactId.eq(from.0))
            .exec(self.connection)
            .await?;
        for purpose in ConsentPurpose::ALL {
            self.forget_consent(from, &name_of(&purpose)?).await?;
            self.see_to_consent(into, purpose).await?;
        }
        Ok(())
    }

    /// Forgets all words of a contact who is erased.
    pub(super) async fn forget_consents(&self, contact: ContactId) -> Result<(), StoreError> {
        for purpose in ConsentPurpose::ALL {
            self.forget_consent(contact, &name_of(&purpose)?).await?;
        }
        consent_said::Entity::delete_many()
            .filter(consent_said::Column::WorkspaceId.eq(self.workspace()))
            .filter(consent_said::Column::ContactId.eq(contact.0))
            .exec(self.connection)
            .await?;
        Ok(())
    }
}
