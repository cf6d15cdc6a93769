//! Speaking first: something happened that a flow waits for.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use yingda_desk::{DeskError, Fire, FireLimit, FireRule, Limited, Occasion};
use yingda_model::{ContactId, ConversationId, InboxId, Permission, Scope, Status, Timestamp};
use yingda_store::StoreError;

use crate::{Assistant, Tongue, facts};

/// What came of an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Happened {
    /// A flow begins.
    Begins { flow: String, conversation_id: ConversationId },
    /// No flow waits for it, or its `when` is false.
    Nothing,
    /// The customer did not agree to be written to.
    NoConsent,
    /// They were written to often enough; there is room again at this moment.
    TooOften { again_at: Timestamp },
    /// The customer is in the middle of something, or people have the conversation.
    Busy,
}

/// Flows that begin by themselves, for one customer in a day: each once, all together.
const MOST_OF_ALL: u32 = 3;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// Longest name and largest properties of an event.
const MAX_NAME_CHARS: usize = 64;
const MAX_PROPERTIES_BYTES: usize = 16 * 1024;

#[derive(Serialize, Deserialize)]
pub(crate) struct EventPayload {
    pub conversation_id: ConversationId,
    pub flow: String,
    pub event: Value,
}

impl Assistant {
    /// Something happened to a customer: a page was opened, a basket left, an order changed. Begins the flow that waits for it,
    /// if there is one, within consent and limits: each flow once a day, three in all.
    ///
    /// # Errors
    /// [`DeskError::Invalid`] for a name or properties that are too long; what the desk refuses.
    pub async fn happened(
        &self,
        scope: &Scope,
        contact: ContactId,
        inbox: InboxId,
        name: &str,
        properties: Map<String, Value>,
    ) -> Result<Happened, DeskError> {
        check(name, &properties)?;
        if !scope.may(Permission::WriteConversations) && scope.contact_id() != Some(contact) {
            return Err(DeskError::Forbidden(Permission::WriteConversations));
        }
        // What follows is the assistant's own doing, whoever told of the event.
        let bot = Scope::bot(scope.workspace());
        let loaded = self.brains().loaded(&bot).await?;
        let Some(brain) = loaded.live.clone() else { return Ok(Happened::Nothing) };
        let reader = self.desk().store().read(&bot);
        let contact = reader.surviving_contact(contact).await?;
        let inbox = reader.inbox(inbox).await?;
        if contact.erased_at.is_some() {
            return Err(StoreError::Erased.into());
        }
        let mut event = properties;
        event.insert("name".into(), name.into());
        let now = self.desk().world().now();
        let identities = reader.identities(contact.id).await?;
        let desk = facts::Desk::at(&inbox.settings, now, Tongue::of_contact(&contact));
        let mut names = facts::facts(&contact, &identities, &inbox, desk, &loaded.settings);
        names.insert("event".into(), Value::Object(event.clone()));
        let Some(flow) = waiting_flow(&brain.release, name, &names, now) else { return Ok(Happened::Nothing) };
        if let Some(conversation) = reader.conversation_of(contact.id, inbox.id).await? {
            let busy = conversation.memory.dialogue.as_deref().is_some_and(|dialogue| !dialogue.stack.is_empty());
            // Whoever is talking, with the assistant or with people, is not interrupted.
            if busy || !matches!(conversation.status, Status::Bot | Status::Resolved) {
                return Ok(Happened::Busy);
            }
        }
        let occasion = match flow.starts.occasion {
            yingda_dialogue::Occasion::Service => Occasion::Service,
            yingda_dialogue::Occasion::Marketing => Occasion::Marketing,
        };
        let limits = vec![
            FireLimit { of: Limited::Flow, most: 1, within: DAY },
            FireLimit { of: Limited::All, most: MOST_OF_ALL, within: DAY },
        ];
        let id = flow.id.clone();
        match self.desk().fire_flow(&bot, contact.id, FireRule { flow: id.clone(), occasion, limits }).await? {
            Fire::Yes => {}
            Fire::NoConsent => return Ok(Happened::NoConsent),
            Fire::TooOften { again_at } => return Ok(Happened::TooOften { again_at }),
            Fire::Erased => return Err(StoreError::Erased.into()),
        }
        let system = Scope::system(scope.workspace());
        let (mut conversation, _) = self.desk().open(&system, inbox.id, contact.id).await?;
        if conversation.status == Status::Resolved {
            conversation = self.desk().reopen(&system, conversation.id).await?;
        }
        if conversation.status != Status::Bot {
            conversation = self.desk().return_to_bot(&system, conversation.id).await?;
        }
        let payload = EventPayload { conversation_id: conversation.id, flow: id.clone(), event: Value::Object(event) };
        let payload = serde_json::to_string(&payload).unwrap_or_default();
        self.desk().enqueue_bot_event(&system, conversation.id, payload).await?;
        Ok(Happened::Begins { flow: id, conversation_id: conversation.id })
    }
}

fn check(name: &str, properties: &Map<String, Value>) -> Result<(), DeskError> {
    let length = name.chars().count();
    if name.trim().is_empty() || length > MAX_NAME_CHARS {
        let detail = format!("expected 1 to {MAX_NAME_CHARS} characters, got {length}");
        return Err(DeskError::Invalid { field: "name", detail });
    }
    let size = serde_json::to_string(properties).map_or(usize::MAX, |text| text.len());
    if size > MAX_PROPERTIES_BYTES {
        let detail = format!("expected at most {MAX_PROPERTIES_BYTES} bytes, got {size}");
        return Err(DeskError::Invalid { field: "properties", detail });
    }
    Ok(())
}

/// The flow that waits for an event, if its `when` holds.
fn waiting_flow<'r>(
    release: &'r yingda_dialogue::Release,
    event: &str,
    facts: &Map<String, Value>,
    now: Timestamp,
) -> Option<&'r yingda_dialogue::Flow> {
    let mut names = yingda_expression::Names::new();
    names.over(facts).set("lang", "zh".into()).set("now", now.to_string().into()).set("mood", Value::Null);
    release
        .flows()
        .filter(|flow| flow.starts.events.iter().any(|own| own == event))
        .find(|flow| flow.starts.when.as_ref().is_none_or(|when| when.is_true(&names).unwrap_or(false)))
        .map(AsRef::as_ref)
}
