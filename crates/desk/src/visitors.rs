//! Customers who come through the web chat or an app.

use yingda_model::{Contact, ContactId, Conversation, IdentityKind, Inbox, Scope};
use yingda_store::{NewIdentity, StoreError};

use crate::contacts::{check_fields, locked_contact, trimmed};
use crate::{Desk, DeskError, NewContact};

/// What a page says of its visitor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VisitorStart {
    /// The contact of the visitor's token, when the token's signature was right.
    pub known: Option<ContactId>,
    pub locale: Option<String>,
    pub identity: Option<IdentityClaim>,
}

/// Who the page says that the visitor is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdentityClaim {
    pub external_id: String,
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    /// Whether the claim came with the right HMAC. Unproven claims are shown to agents but open no history.
    pub proven: bool,
}

/// A visitor who may write.
#[derive(Clone, Debug)]
pub struct Visit {
    pub contact: Contact,
    /// The thread in this inbox, if there is one.
    pub conversation: Option<Conversation>,
}

impl Desk {
    /// Finds or makes the contact behind a visitor.
    ///
    /// A proven customer number decides who it is: the anonymous visitor until now is merged into the known customer. A claim
    /// that is not proven fills fields only; otherwise anybody could read anybody's history.
    pub async fn visit(&self, scope: &Scope, inbox: &Inbox, start: VisitorStart) -> Result<Visit, DeskError> {
        if let Some(claim) = &start.identity {
            if inbox.settings.require_identity_proof && !claim.proven {
                return Err(DeskError::invalid(
                    "identity.hmac",
                    "this inbox believes a customer number only with its HMAC-SHA256 (hex) under the inbox's secret",
                ));
            }
            check_fields(&fields(claim))?;
        }
        // The usual visitor is known and claims nothing: a read is enough.
        if let (Some(known), None) = (start.known, &start.identity)
            && let Some(contact) = self.living(scope, known).await?
        {
            let conversation = self.store().read(scope).conversation_of(contact.id, inbox.id).await?;
            return Ok(Visit { contact, conversation });
        }
        let desk = self.clone();
        let inbox_id = inbox.id;
        let visit = self
            .store()
            .write(scope, move |tx| {
                let (desk, start) = (desk.clone(), start.clone());
                Box::pin(async move {
                    let known = match start.known {
                        Some(id) => match locked_contact(tx, id).await {
                            Ok(contact) if contact.erased_at.is_none() => Some(contact),
                            Ok(_) | Err(StoreError::NotFound { .. }) => None,
                            Err(error) => return Err(error.into()),
                        },
                        None => None,
                    };
                    let contact = match start.identity {
                        Some(claim) if claim.proven => desk.proven_in(tx, known, &claim, start.locale).await?,
                        claim => {
                            let mut contact = match known {
                                Some(contact) => contact,
                                None => {
                                    let new = NewContact { locale: start.locale, ..NewContact::default() };
                                    desk.contact_in(tx, new).await?
                                }
                            };
                            if let Some(claim) = claim {
                                contact.name = trimmed(claim.name).or(contact.name);
                                let said = [
                                    ("claimed_external_id", Some(claim.external_id)),
                                    ("claimed_email", claim.email),
                                    ("claimed_phone", claim.phone),
                                ];
                                for (name, value) in said {
                                    if let Some(value) = trimmed(value) {
                                        contact.attributes.insert(name.into(), value);
                                    }
                                }
                                contact.updated_at = desk.now();
                                tx.update_contact(&contact).await?;
                            }
                            contact
                        }
                    };
                    let conversation = tx.conversation_of(contact.id, inbox_id).await?;
                    Ok::<_, DeskError>(Visit { contact, conversation })
                })
            })
            .await?;
        self.told().await;
        Ok(visit)
    }

    /// The contact behind a visitor's token; `None` when it was erased or is not there.
    pub async fn living(&self, scope: &Scope, id: ContactId) -> Result<Option<Contact>, DeskError> {
        match self.store().read(scope).surviving_contact(id).await {
            Ok(contact) => Ok(Some(contact).filter(|contact| contact.erased_at.is_none())),
            Err(StoreError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    async fn proven_in(
        &self,
        tx: yingda_store::Writing<'_>,
        known: Option<Contact>,
        claim: &IdentityClaim,
        locale: Option<String>,
    ) -> Result<Contact, DeskError> {
        // Two tabs that open at once must not both find the customer number unknown.
        tx.lock_name("external", claim.external_id.trim()).await?;
        let owner = match tx.contact_by_identity(IdentityKind::External, &claim.external_id).await? {
            Some(id) => Some(locked_contact(tx, id).await?),
            None => None,
        };
        let mut contact = match (owner, known) {
            (Some(owner), Some(known)) if owner.id != known.id => {
                // A browser that was another proven customer before is a shared browser, not the same person.
                if self.has_external(tx, known.id).await? {
                    owner
                } else {
                    self.merge_in(tx, known.id, owner.id).await?
                }
            }
            (Some(owner), _) => owner,
            (None, known) => {
                let contact = match known {
                    Some(known) if !self.has_external(tx, known.id).await? => known,
                    _ => self.contact_in(tx, NewContact { locale, ..NewContact::default() }).await?,
                };
                let identity = NewIdentity {
                    id: self.world().uuid().into(),
                    kind: IdentityKind::External,
                    value: claim.external_id.clone(),
                    verified: true,
                };
                tx.insert_identity(contact.id, &identity).await?;
                contact
            }
        };
        contact.name = trimmed(claim.name.clone()).or(contact.name);
        contact.email = contact.email.or_else(|| trimmed(claim.email.clone()));
        contact.phone = contact.phone.or_else(|| trimmed(claim.phone.clone()));
        contact.updated_at = self.now();
        tx.update_contact(&contact).await?;
        Ok(contact)
    }

    async fn has_external(&self, tx: yingda_store::Writing<'_>, id: ContactId) -> Result<bool, DeskError> {
        Ok(tx.identities(id).await?.iter().any(|identity| identity.kind == IdentityKind::External))
    }
}

fn fields(claim: &IdentityClaim) -> NewContact {
    NewContact {
        name: claim.name.clone(),
        email: claim.email.clone(),
        phone: claim.phone.clone(),
        external_id: Some(claim.external_id.clone()),
        ..NewContact::default()
    }
}
