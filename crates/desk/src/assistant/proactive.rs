//! Speaking first: within consent, and not too often.

use std::time::Duration;

use yingda_model::{
    Actor, Consent, ConsentAnswer, ConsentPurpose, ConsentSaid, ConsentWay, ConsentWord, ConsentWording, ContactId,
    ConversationId, Permission, Scope, Timestamp,
};
use yingda_store::{Fired, NewJob, Page, StoreError};

use crate::contacts::locked_contact;
use crate::conversations::{conversation_key, require};
use crate::{Desk, DeskError, job_kind};

/// Why a customer is written to who has not asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// About what they have with the company, such as an order. Needs no consent.
    Service,
    /// Needs that they said yes.
    Marketing,
}

/// What a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limited {
    /// This flow.
    Flow,
    /// All flows that were begun so.
    All,
}

/// At most so many within so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FireLimit {
    pub of: Limited,
    pub most: u32,
    /// At most 400 days.
    pub within: Duration,
}

/// When a flow may be begun with a customer who has not asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FireRule {
    pub flow: String,
    pub occasion: Occasion,
    pub limits: Vec<FireLimit>,
}

/// Whether a flow may be begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fire {
    /// Begin it: it is counted already.
    Yes,
    /// The customer did not agree.
    NoConsent,
    /// A limit is reached; it has room again at this moment.
    TooOften { again_at: Timestamp },
    /// The contact was erased.
    Erased,
}

impl Desk {
    /// Lets the assistant act on something that happened, in a conversation that it has: `payload` is what it reads.
    pub async fn enqueue_bot_event(
        &self,
        scope: &Scope,
        conversation: ConversationId,
        payload: String,
    ) -> Result<(), DeskError> {
        require(scope, Permission::WriteConversations)?;
        let now = self.now();
        self.store()
            .write(scope, move |tx| {
                let payload = payload.clone();
                Box::pin(async move {
                    tx.conversation(conversation).await?;
                    let key = conversation_key(conversation);
                    tx.enqueue(NewJob { kind: job_kind::BOT_EVENT, key, payload, run_at: now }, now).await
                })
            })
            .await
            .map_err(|error: StoreError| DeskError::from(error))?;
        self.jobs_added().await;
        Ok(())
    }

    /// Asks whether a flow may be begun with a customer who has not asked, and counts it if so.
    pub async fn fire_flow(&self, scope: &Scope, contact: ContactId, rule: FireRule) -> Result<Fire, DeskError> {
        require(scope, Permission::WriteConversations)?;
        let (now, id) = (self.now(), self.world().uuid());
        self.store()
            .write(scope, move |tx| {
                let rule = rule.clone();
                Box::pin(async move {
                    let contact = locked_contact(tx, contact).await?;
                    if contact.erased_at.is_some() {
                        return Ok(Fire::Erased);
                    }
                    if rule.occasion == Occasion::Marketing
                        && tx.consent(contact.id, ConsentPurpose::Marketing).await?.answer != ConsentAnswer::Yes
                    {
                        return Ok(Fire::NoConsent);
                    }
                    let longest = rule.limits.iter().map(|limit| limit.within).max().unwrap_or_default();
                    let fired = tx.flows_fired(contact.id, now.minus(longest)).await?;
                    let full = rule.limits.iter().filter_map(|limit| again_at(limit, &rule.flow, &fired, now)).max();
                    if let Some(again_at) = full {
                        return Ok(Fire::TooOften { again_at });
                    }
                    tx.insert_fired(id, &Fired { contact_id: contact.id, flow: rule.flow, at: now }).await?;
                    Ok(Fire::Yes)
                })
            })
            .await
            .map_err(|error: StoreError| DeskError::from(error))
    }

    /// What a contact said to being written to: for users, and for the contact.
    pub async fn consent(
        &self,
        scope: &Scope,
        contact: ContactId,
        purpose: ConsentPurpose,
    ) -> Result<Consent, DeskError> {
        may(scope, contact, Permission::ReadContacts)?;
        let reader = self.store().read(scope);
        let contact = reader.surviving_contact(contact).await?;
        Ok(reader.consent(contact.id, purpose).await?)
    }

    /// A page of every word of a contact on that, what was noted last first. `Ok(None)` when the cursor is not one of ours.
    pub async fn consent_history(
        &self,
        scope: &Scope,
        contact: ContactId,
        limit: u64,
        cursor: Option<&str>,
    ) -> Result<Option<Page<ConsentSaid>>, DeskError> {
        may(scope, contact, Permission::ReadContacts)?;
        let reader = self.store().read(scope);
        let contact = reader.surviving_contact(contact).await?;
        Ok(reader.consent_history(contact.id, limit, cursor).await?)
    }

    /// Notes what a contact said, and gives what counts now: the newest word, which an import may not be.
    pub async fn note_consent(
        &self,
        scope: &Scope,
        contact: ContactId,
        word: ConsentWord,
    ) -> Result<Consent, DeskError> {
        may(scope, contact, Permission::WriteContacts)?;
        let now = self.now();
        let word = checked(scope, word, now)?;
        let id = self.world().uuid();
        self.store()
            .write(scope, move |tx| {
                let word = word.clone();
                Box::pin(async move {
                    let contact = locked_contact(tx, contact).await?;
                    if contact.erased_at.is_some() {
                        return Err(StoreError::Erased);
                    }
                    tx.note_consent(id, contact.id, &word, now).await?;
                    tx.consent(contact.id, word.purpose).await
                })
            })
            .await
            .map_err(|error: StoreError| DeskError::from(error))
    }
}

/// A word that may be noted: each side speaks by its own ways, and only what is imported was said at another time.
fn checked(scope: &Scope, mut word: ConsentWord, now: Timestamp) -> Result<ConsentWord, DeskError> {
    let is_customer = matches!(scope.actor(), Actor::Contact { .. });
    match word.way {
        ConsentWay::Agent | ConsentWay::Import if is_customer => {
            return Err(DeskError::invalid(
                "way",
                "expected `widget` or `api`, by which customers speak for themselves",
            ));
        }
        ConsentWay::Widget if matches!(scope.actor(), Actor::User { .. }) => {
            return Err(DeskError::invalid(
                "way",
                "expected `agent`, `api` or `import`: in the widget customers speak",
            ));
        }
        _ => {}
    }
    if let Some(at) = word.at {
        if word.way != ConsentWay::Import {
            return Err(DeskError::invalid("at", "expected it with the way `import` only: anything else is said now"));
        }
        if at > now {
            return Err(DeskError::invalid("at", "expected a moment that has passed"));
        }
    }
    let wording = word.wording.take().map(|wording| ConsentWording {
        text: wording.text.trim().to_owned(),
        version: wording.version.trim().to_owned(),
    });
    let fits = |text: &str, most: usize| {
        text.chars().count() <= most && !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t'))
    };
    if let Some(wording) = &wording {
        let ConsentWording { text, version } = wording;
        if !fits(text, ConsentWording::MAX_TEXT_CHARS) {
            let most = ConsentWording::MAX_TEXT_CHARS;
            return Err(DeskError::invalid(
                "wording.text",
                format!("expected at most {most} characters of plain text"),
            ));
        }
        if !fits(version, ConsentWording::MAX_VERSION_CHARS) {
            let most = ConsentWording::MAX_VERSION_CHARS;
            return Err(DeskError::invalid("wording.version", format!("expected at most {most} characters")));
        }
    }
    word.wording = wording.filter(|wording| *wording != ConsentWording::default());
    Ok(word)
}

/// The assistant hears what customers say of it, and customers speak for themselves.
fn may(scope: &Scope, contact: ContactId, permission: Permission) -> Result<(), DeskError> {
    match scope.actor() {
        Actor::Bot => Ok(()),
        Actor::Contact { id } if id == contact => Ok(()),
        _ => require(scope, permission),
    }
}

/// When a limit that is reached has room again.
fn again_at(limit: &FireLimit, flow: &str, fired: &[Fired], now: Timestamp) -> Option<Timestamp> {
    let since = now.minus(limit.within);
    let counted = fired.iter().filter(|one| one.at > since && (limit.of == Limited::All || one.flow == flow));
    let counted: Vec<Timestamp> = counted.map(|one| one.at).collect();
    let most = usize::try_from(limit.most).unwrap_or(usize::MAX);
    if most == 0 {
        return Some(now.plus(limit.within));
    }
    let blocking = counted.len().checked_sub(most)?;
    counted.get(blocking).map(|at| at.plus(limit.within))
}
