//! Contacts and their identities, sealed with the contact's own key.

use std::collections::BTreeMap;

use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::NotSet, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set,
};
use serde::{Deserialize, Serialize};
use yingda_model::{Contact, ContactId, Identity, IdentityId, IdentityKind, Timestamp};

use crate::StoreError;
use crate::access::{Access, Writing};
use crate::codec::found;
use crate::entity::{contact, contact_identity};
use crate::page::{Page, newest_first};

/// What is sealed of a contact.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Sealed {
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    attributes: BTreeMap<String, String>,
}

/// A contact's id and name, for lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactName {
    pub id: ContactId,
    pub name: Option<String>,
}

/// An identity to add.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewIdentity {
    pub id: IdentityId,
    pub kind: IdentityKind,
    pub value: String,
    pub verified: bool,
}

/// Merged contacts form chains; a longer one than this is a mistake.
const MAX_MERGES: usize = 32;

impl<C: ConnectionTrait> Access<'_, C> {
    /// One contact of this workspace, as it is, merged or not.
    pub async fn contact(&self, id: ContactId) -> Result<Contact, StoreError> {
        let row = contact::Entity::find_by_id(id.0)
            .filter(contact::Column::WorkspaceId.eq(self.workspace()))
            .one(self.connection)
            .await?
            .ok_or(StoreError::NotFound { what: "contact" })?;
        self.contact_from_row(row).await
    }

    /// The contact that answers for `id` now: itself, or the one it was merged into.
    pub async fn surviving_contact(&self, id: ContactId) -> Result<Contact, StoreError> {
        let mut contact = self.contact(id).await?;
        for _ in 0..MAX_MERGES {
            match contact.merged_into {
                None => return Ok(contact),
                Some(next) => contact = self.contact(next).await?,
            }
        }
        Err(StoreError::corrupt("contact", "it was merged in a circle"))
    }

    /// Several contacts by id, in any order.
    pub async fn contacts_by_id(&self, ids: &[ContactId]) -> Result<Vec<Contact>, StoreError> {
        let rows = contact::Entity::find()
            .filter(contact::Column::WorkspaceId.eq(self.workspace()))
            .filter(contact::Column::Id.is_in(ids.iter().map(|id| id.0)))
            .all(self.connection)
            .await?;
        self.contacts_from_rows(rows).await
    }

    /// Names of several contacts by id, in any order.
    pub async fn contact_names(&self, ids: &[ContactId]) -> Result<Vec<ContactName>, StoreError> {
        let contacts = self.contacts_by_id(ids).await?;
        Ok(contacts.into_iter().map(|contact| ContactName { id: contact.id, name: contact.name }).collect())
    }

    /// A page of contacts that were not merged away, newest first. `Ok(None)` when the cursor is not one of ours.
    pub async fn contacts(&self, limit: u64, cursor: Option<&str>) -> Result<Option<Page<Contact>>, StoreError> {
        let query = contact::Entity::find()
            .filter(contact::Column::WorkspaceId.eq(self.workspace()))
            .filter(contact::Column::MergedInto.is_null());
        let place = |row: &contact::Model| (row.created_at, row.id);
        let page = newest_first(self.connection, query, contact::Column::Id, place, limit, cursor).await?;
        let Some(Page { items, next_cursor }) = page else { return Ok(None) };
        Ok(Some(Page { items: self.contacts_from_rows(items).await?, next_cursor }))
    }

    /// The contact that has this identity.
    pub async fn contact_by_identity(&self, kind: IdentityKind, value: &str) -> Result<Option<ContactId>, StoreError> {
        let hash = self.vault.lookup_hash(self.workspace(), kind.as_str(), &normalised(kind, value));
        let row = contact_identity::Entity::find()
            .filter(contact_identity::Column::WorkspaceId.eq(self.workspace()))
            .filter(contact_identity::Column::Kind.eq(kind.as_str()))
            .filter(contact_identity::Column::ValueHash.eq(hash))
            .one(self.connection)
            .await?;
        Ok(row.map(|row| row.contact_id.into()))
    }

    /// The identities of a contact.
    pub async fn identities(&self, id: ContactId) -> Result<Vec<Identity>, StoreError> {
        let rows = contact_identity::Entity::find()
            .filter(contact_identity::Column::WorkspaceId.eq(self.workspace()))
            .filter(contact_identity::Column::ContactId.eq(id.0))
            .order_by_asc(contact_identity::Column::Id)
            .all(self.connection)
            .await?;
        let mut identities = Vec::with_capacity(rows.len());
        for row in rows {
            identities.push(Identity {
                id: row.id.into(),
                contact_id: id,
                kind: IdentityKind::parse(&row.kind).ok_or_else(|| StoreError::corrupt("identity", &row.kind))?,
                value: self.unseal(row.contact_id, row.id, &row.sealed).await?,
                verified: row.verified,
            });
        }
        Ok(identities)
    }

    async fn contacts_from_rows(&self, rows: Vec<contact::Model>) -> Result<Vec<Contact>, StoreError> {
        let mut contacts = Vec::with_capacity(rows.len());
        for row in rows {
            contacts.push(self.contact_from_row(row).await?);
        }
        Ok(contacts)
    }

    pub(crate) async fn contact_from_row(&self, row: contact::Model) -> Result<Contact, StoreError> {
        let sealed: Sealed =
            if row.erased_at.is_some() { Sealed::default() } else { self.unseal(row.id, row.id, &row.sealed).await? };
        Ok(Contact {
            id: row.id.into(),
            name: sealed.name,
            email: sealed.email,
            phone: sealed.phone,
            locale: row.locale,
            attributes: sealed.attributes,
            merged_into: row.merged_into.map(Into::into),
            erased_at: row.erased_at.map(Timestamp),
            created_at: Timestamp(row.created_at),
            updated_at: Timestamp(row.updated_at),
        })
    }
}

impl Writing<'_> {
    /// Stores a new contact with its own key.
    pub async fn insert_contact(&self, contact: &Contact) -> Result<(), StoreError> {
        self.create_data_key(contact.id.0).await?;
        let row = self.contact_row(contact).await?;
        contact::Entity::insert(row).exec_without_returning(self.connection).await?;
        Ok(())
    }

    /// Stores a contact's new state.
    pub async fn update_contact(&self, contact: &Contact) -> Result<(), StoreError> {
        let mut row = self.contact_row(contact).await?;
        // What never changes is not set: SQLite would look through everything that refers to the key before.
        row.id = NotSet;
        row.workspace_id = NotSet;
        row.created_at = NotSet;
        let result = contact::Entity::update_many()
            .set(row)
            .filter(contact::Column::Id.eq(contact.id.0))
            .filter(contact::Column::WorkspaceId.eq(self.workspace()))
            .exec(self.connection)
            .await?;
        found(result.rows_affected, "contact")
    }

    /// Adds an identity to a contact; [`StoreError::Taken`] when another contact has it.
    pub async fn insert_identity(&self, contact: ContactId, identity: &NewIdentity) -> Result<(), StoreError> {
        let value = normalised(identity.kind, &identity.value);
        let row = contact_identity::ActiveModel {
            id: Set(identity.id.0),
            workspace_id: Set(self.workspace()),
            contact_id: Set(contact.0),
            kind: Set(identity.kind.as_str().into()),
            value_hash: Set(self.vault.lookup_hash(self.workspace(), identity.kind.as_str(), &value)),
            sealed: Set(self.seal(contact.0, identity.id.0, &value).await?),
            verified: Set(identity.verified),
        };
        contact_identity::Entity::insert(row)
            .exec_without_returning(self.connection)
            .await
            .map_err(|error| StoreError::or_taken(error, "this identity"))?;
        Ok(())
    }

    /// Removes a contact's identities of one kind.
    pub async fn remove_identities(&self, contact: ContactId, kind: IdentityKind) -> Result<(), StoreError> {
        contact_identity::Entity::delete_many()
            .filter(contact_identity::Column::WorkspaceId.eq(self.workspace()))
            .filter(contact_identity::Column::ContactId.eq(contact.0))
            .filter(contact_identity::Column::Kind.eq(kind.as_str()))
            .exec(self.connection)
            .await?;
        Ok(())
    }

    /// Gives all identities of `from` to `into`, sealed anew with the key of `into`.
    pub async fn move_identities(&self, from: ContactId, into: ContactId) -> Result<(), StoreError> {
        for identity in self.identities(from).await? {
            let sealed = self.seal(into.0, identity.id.0, &identity.value).await?;
            contact_identity::Entity::update_many()
                .col_expr(contact_identity::Column::ContactId, Expr::value(into.0))
                .col_expr(contact_identity::Column::Sealed, Expr::value(sealed))
                .filter(contact_identity::Column::Id.eq(identity.id.0))
                .exec(self.connection)
                .await?;
        }
        Ok(())
    }

    /// Erases a contact: destroys its key, its identities and its fields. What it wrote stays as sealed bytes that nobody can
    /// open.
    pub async fn erase_contact(&self, id: ContactId, now: Timestamp) -> Result<(), StoreError> {
        contact_identity::Entity::delete_many()
            .filter(contact_identity::Column::WorkspaceId.eq(self.workspace()))
            .filter(contact_identity::Column::ContactId.eq(id.0))
            .exec(self.connection)
            .await?;
        let result = contact::Entity::update_many()
            .col_expr(contact::Column::ErasedAt, Expr::value(now.0))
            .col_expr(contact::Column::UpdatedAt, Expr::value(now.0))
            .col_expr(contact::Column::Sealed, Expr::value(Vec::<u8>::new()))
            .col_expr(contact::Column::Locale, Expr::value(None::<String>))
            .filter(contact::Column::Id.eq(id.0))
            .filter(contact::Column::WorkspaceId.eq(self.workspace()))
            .exec(self.connection)
            .await?;
        found(result.rows_affected, "contact")?;
        self.forget_proactive(id).await?;
        self.destroy_data_key(id).await
    }

    /// The contacts that were merged into `id`, directly or not: their keys seal what they wrote.
    pub async fn merged_contacts(&self, id: ContactId) -> Result<Vec<ContactId>, StoreError> {
        let mut found = Vec::new();
        let mut look = vec![id.0];
        while let Some(next) = look.pop() {
            let rows: Vec<uuid::Uuid> = contact::Entity::find()
                .select_only()
                .column(contact::Column::Id)
                .filter(contact::Column::WorkspaceId.eq(self.workspace()))
                .filter(contact::Column::MergedInto.eq(next))
                .into_tuple()
                .all(self.connection)
                .await?;
            for row in rows {
                if row != id.0 && !found.contains(&ContactId(row)) {
                    look.push(row);
                    found.push(ContactId(row));
                }
            }
        }
        Ok(found)
    }

    async fn contact_row(&self, contact: &Contact) -> Result<contact::ActiveModel, StoreError> {
        let sealed = Sealed {
            name: contact.name.clone(),
            email: contact.email.clone(),
            phone: contact.phone.clone(),
            attributes: contact.attributes.clone(),
        };
        Ok(contact::ActiveModel {
            id: Set(contact.id.0),
            workspace_id: Set(self.workspace()),
            sealed: Set(self.seal(contact.id.0, contact.id.0, &sealed).await?),
            locale: Set(contact.locale.clone()),
            merged_into: Set(contact.merged_into.map(|id| id.0)),
            erased_at: Set(contact.erased_at.map(|at| at.0)),
            created_at: Set(contact.created_at.0),
            updated_at: Set(contact.updated_at.0),
        })
    }
}

/// The form under which a value is found again: mail in lower case, phone numbers without spaces and dashes.
pub(crate) fn normalised(kind: IdentityKind, value: &str) -> String {
    match kind {
        IdentityKind::Email => value.trim().to_lowercase(),
        IdentityKind::Phone => value.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect(),
        IdentityKind::Visitor | IdentityKind::External => value.trim().to_owned(),
    }
}
