//! Contacts: reading, changing, merging, erasing.

use std::collections::BTreeMap;

use yingda_model::{Command, Contact, ContactId, ContactUpdate, Identity, IdentityKind, Permission, Scope};
use yingda_store::{NewEntry, NewIdentity, Page, Remembered, StoreError, Writing};

use crate::conversations::require;
use crate::{Desk, DeskError};

/// A contact to add.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NewContact {
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    /// BCP 47 language tag, such as `zh-CN`.
    pub locale: Option<String>,
    pub attributes: BTreeMap<String, String>,
    /// Customer number in the company's own system.
    pub external_id: Option<String>,
}

const MAX_FIELD_CHARS: usize = 200;
const MAX_ATTRIBUTES: usize = 50;

impl Desk {
    pub async fn contact(&self, scope: &Scope, id: ContactId) -> Result<Contact, DeskError> {
        require(scope, Permission::ReadContacts)?;
        Ok(self.store().read(scope).contact(id).await?)
    }

    /// A page of contacts, newest first, and where the next begins. `Ok(None)` when the cursor is not one of ours.
    pub async fn contacts(
        &self,
        scope: &Scope,
        limit: u64,
        cursor: Option<&str>,
    ) -> Result<Option<Page<Contact>>, DeskError> {
        require(scope, Permission::ReadContacts)?;
        Ok(self.store().read(scope).contacts(limit, cursor).await?)
    }

    /// The contact whose mail, phone or customer number is exactly `text`.
    pub async fn find_contact(&self, scope: &Scope, text: &str) -> Result<Option<Contact>, DeskError> {
        require(scope, Permission::ReadContacts)?;
        let reader = self.store().read(scope);
        for kind in [IdentityKind::Email, IdentityKind::Phone, IdentityKind::External] {
            if let Some(id) = reader.contact_by_identity(kind, text).await? {
                return Ok(Some(reader.surviving_contact(id).await?));
            }
        }
        Ok(None)
    }

    /// How a contact is known.
    pub async fn identities(&self, scope: &Scope, id: ContactId) -> Result<Vec<Identity>, DeskError> {
        require(scope, Permission::ReadContacts)?;
        let reader = self.store().read(scope);
        reader.contact(id).await?;
        Ok(reader.identities(id).await?)
    }

    /// Adds a contact. With an idempotency key, asking again gives the same contact; the second value tells whether it is new.
    pub async fn create_contact(
        &self,
        scope: &Scope,
        new: NewContact,
        idempotency_key: Option<String>,
    ) -> Result<(Contact, bool), DeskError> {
        require(scope, Permission::WriteContacts)?;
        check_fields(&new)?;
        let request = serde_json::to_vec(&new).map_err(|error| DeskError::invalid("contact", error.to_string()))?;
        let desk = self.clone();
        self.store()
            .write(scope, move |tx| {
                let (desk, new) = (desk.clone(), new.clone());
                let (request, key) = (request.clone(), idempotency_key.clone());
                Box::pin(async move {
                    if let Some(key) = &key {
                        // The same request twice at once: the second waits, and finds what the first made.
                        tx.lock_name("idempotency", key).await?;
                        if let Remembered::Before(id) = tx.recall(key, &request).await? {
                            return Ok((tx.contact(id.into()).await?, false));
                        }
                    }
                    let contact = desk.contact_in(tx, new).await?;
                    if let Some(key) = &key {
                        tx.remember(key, &request, contact.id.0, contact.created_at).await?;
                    }
                    Ok::<_, DeskError>((contact, true))
                })
            })
            .await
    }

    /// Adds a contact inside a transaction, with its identities.
    pub(crate) async fn contact_in(&self, tx: Writing<'_>, new: NewContact) -> Result<Contact, DeskError> {
        let now = self.now();
        let contact = Contact {
            id: self.world().uuid().into(),
            name: trimmed(new.name),
            email: trimmed(new.email),
            phone: trimmed(new.phone),
            locale: trimmed(new.locale),
            attributes: new.attributes,
            merged_into: None,
            erased_at: None,
            created_at: now,
            updated_at: now,
        };
        tx.insert_contact(&contact).await?;
        let claims = [
            (IdentityKind::Email, contact.email.clone()),
            (IdentityKind::Phone, contact.phone.clone()),
            (IdentityKind::External, trimmed(new.external_id)),
        ];
        for (kind, value) in claims {
            self.identity_in(tx, contact.id, kind, value).await?;
        }
        Ok(contact)
    }

    async fn identity_in(
        &self,
        tx: Writing<'_>,
        contact: ContactId,
        kind: IdentityKind,
        value: Option<String>,
    ) -> Result<(), DeskError> {
        let Some(value) = value else { return Ok(()) };
        let identity = NewIdentity { id: self.world().uuid().into(), kind, value, verified: true };
        match tx.contact_by_identity(kind, &identity.value).await? {
            Some(owner) if owner == contact => Ok(()),
            Some(owner) => Err(DeskError::invalid(
                kind.as_str(),
                format!("contact {owner} has this already: change it there, or merge the two contacts"),
            )),
            None => Ok(tx.insert_identity(contact, &identity).await?),
        }
    }

    /// Changes a contact. Its mail and phone identities follow its fields.
    pub async fn update_contact(
        &self,
        scope: &Scope,
        id: ContactId,
        change: ContactUpdate,
    ) -> Result<Contact, DeskError> {
        require(scope, Permission::WriteContacts)?;
        let desk = self.clone();
        self.store()
            .write(scope, move |tx| {
                let (desk, change) = (desk.clone(), change.clone());
                Box::pin(async move {
                    tx.lock(id.0).await?;
                    let mut contact = tx.contact(id).await?;
                    if contact.erased_at.is_some() {
                        return Err(StoreError::Erased.into());
                    }
                    if let Some(into) = contact.merged_into {
                        return Err(DeskError::invalid("id", format!("the contact was merged: change {into} instead")));
                    }
                    for (kind, new, field) in [
                        (IdentityKind::Email, change.email, &mut contact.email),
                        (IdentityKind::Phone, change.phone, &mut contact.phone),
                    ] {
                        if let Some(new) = new.map(trimmed)
                            && *field != new
                        {
                            tx.remove_identities(id, kind).await?;
                            desk.identity_in(tx, id, kind, new.clone()).await?;
                            *field = new;
                        }
                    }
                    if let Some(name) = change.name {
                        contact.name = trimmed(name);
                    }
                    if let Some(locale) = change.locale {
                        contact.locale = trimmed(locale);
                    }
                    if let Some(attributes) = change.attributes {
                        contact.attributes = attributes;
                    }
                    check_fields(&NewContact {
                        name: contact.name.clone(),
                        email: contact.email.clone(),
                        phone: contact.phone.clone(),
                        locale: contact.locale.clone(),
                        attributes: contact.attributes.clone(),
                        external_id: None,
                    })?;
                    contact.updated_at = desk.now();
                    tx.update_contact(&contact).await?;
                    Ok::<_, DeskError>(contact)
                })
            })
            .await
    }

    /// Finds that two contacts are one person: `from` goes into `into` with its identities and conversations. Fields that
    /// `into` lacks are filled. Gives the surviving contact.
    pub async fn merge_contacts(&self, scope: &Scope, from: ContactId, into: ContactId) -> Result<Contact, DeskError> {
        require(scope, Permission::WriteContacts)?;
        let desk = self.clone();
        let contact = self
            .store()
            .write(scope, move |tx| {
                let desk = desk.clone();
                Box::pin(async move { desk.merge_in(tx, from, into).await })
            })
            .await?;
        self.told().await;
        Ok(contact)
    }

    pub(crate) async fn merge_in(
        &self,
        tx: Writing<'_>,
        from: ContactId,
        into: ContactId,
    ) -> Result<Contact, DeskError> {
        // The same order always, so that two merges at once do not wait for each other.
        let (first, second) = if from < into { (from, into) } else { (into, from) };
        tx.lock(first.0).await?;
        tx.lock(second.0).await?;
        let mut from = tx.contact(from).await?;
        let mut into = locked_contact(tx, into).await?;
        if from.id == into.id {
            return Err(DeskError::invalid("into", "a contact cannot be merged into itself"));
        }
        if from.merged_into.is_some() {
            return Err(DeskError::invalid("id", "the contact was merged before"));
        }
        if from.erased_at.is_some() || into.erased_at.is_some() {
            return Err(StoreError::Erased.into());
        }
        let conversations = tx.conversations_of(from.id).await?;
        for id in &conversations {
            tx.lock(id.0).await?;
        }
        let now = self.now();
        tx.move_identities(from.id, into.id).await?;
        into.name = into.name.or_else(|| from.name.clone());
        into.email = into.email.or_else(|| from.email.clone());
        into.phone = into.phone.or_else(|| from.phone.clone());
        into.locale = into.locale.or_else(|| from.locale.clone());
        for (name, value) in &from.attributes {
            into.attributes.entry(name.clone()).or_insert_with(|| value.clone());
        }
        into.updated_at = now;
        from.merged_into = Some(into.id);
        from.updated_at = now;
        tx.update_contact(&into).await?;
        tx.update_contact(&from).await?;
        tx.move_tickets(from.id, into.id).await?;
        tx.move_proactive(from.id, into.id).await?;
        for id in conversations {
            let conversation = tx.conversation(id).await?;
            self.apply_in(tx, &conversation, Command::MoveToContact { contact_id: into.id }).await?;
        }
        Ok(into)
    }

    /// Erases a contact and those merged into it: their keys are destroyed, so that nothing personal can be read again, here
    /// or in any backup made without the keys.
    pub async fn erase_contact(&self, scope: &Scope, id: ContactId) -> Result<(), DeskError> {
        require(scope, Permission::EraseContacts)?;
        let now = self.now();
        self.store()
            .write(scope, move |tx| {
                Box::pin(async move {
                    tx.lock(id.0).await?;
                    let contact = tx.contact(id).await?;
                    if let Some(into) = contact.merged_into {
                        return Err(DeskError::invalid("id", format!("the contact was merged: erase {into} instead")));
                    }
                    if contact.erased_at.is_some() {
                        return Ok(());
                    }
                    let mut all = tx.merged_contacts(id).await?;
                    all.push(id);
                    for one in all {
                        tx.erase_contact(one, now).await?;
                        tx.append_entry(NewEntry::ContactErased(one), now).await?;
                    }
                    Ok::<_, DeskError>(())
                })
            })
            .await?;
        self.told().await;
        Ok(())
    }
}

/// The contact that answers for `id`, which nobody else changes until the end of the transaction.
pub(crate) async fn locked_contact(tx: Writing<'_>, mut id: ContactId) -> Result<Contact, StoreError> {
    loop {
        tx.lock(id.0).await?;
        // It may have been merged while we waited: then the lock must be on the other.
        let contact = tx.surviving_contact(id).await?;
        if contact.id == id {
            return Ok(contact);
        }
        id = contact.id;
    }
}

pub(crate) fn trimmed(value: Option<String>) -> Option<String> {
    value.map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
}

pub(crate) fn check_fields(new: &NewContact) -> Result<(), DeskError> {
    let fields = [
        ("name", &new.name),
        ("email", &new.email),
        ("phone", &new.phone),
        ("locale", &new.locale),
        ("external_id", &new.external_id),
    ];
    for (field, value) in fields {
        if let Some(value) = value {
            check_text(field, value)?;
        }
    }
    if let Some(email) = &new.email
        && !email.trim().is_empty()
        && !email.trim().split_once('@').is_some_and(|(local, host)| !local.is_empty() && host.contains('.'))
    {
        return Err(DeskError::invalid("email", "expected an address such as name@example.com"));
    }
    if new.attributes.len() > MAX_ATTRIBUTES {
        return Err(DeskError::invalid(
            "attributes",
            format!("expected at most {MAX_ATTRIBUTES} fields, got {}", new.attributes.len()),
        ));
    }
    for (name, value) in &new.attributes {
        check_text("attributes", name)?;
        check_text("attributes", value)?;
    }
    Ok(())
}

pub(crate) fn check_text(field: &'static str, value: &str) -> Result<(), DeskError> {
    let length = value.chars().count();
    if length > MAX_FIELD_CHARS {
        return Err(DeskError::invalid(field, format!("expected at most {MAX_FIELD_CHARS} characters, got {length}")));
    }
    if value.chars().any(char::is_control) {
        return Err(DeskError::invalid(field, "control characters are not allowed"));
    }
    Ok(())
}
