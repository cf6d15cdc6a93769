//! Conversations of the past, as far as the assistant had them.

use std::collections::BTreeMap;

use yingda_desk::{Desk, DeskError};
use yingda_dialogue::{Called, Lang};
use yingda_language::detect;
use yingda_model::{
    Content, Conversation, EventBody, IdentityKind, Permission, Scope, SenderKind, Timestamp, ToolCallState,
};
use yingda_store::{ConversationFilter, StoreError, View};

use crate::who::Who;

/// Most events of a conversation that are looked at.
const MOST_EVENTS: u64 = 1_000;

/// A conversation of the past.
#[derive(Clone, Debug)]
pub struct Past {
    pub id: String,
    pub who: Who,
    pub lang: Lang,
    pub channel: String,
    /// Draws the wordings.
    pub seed: u64,
    pub turns: Vec<PastTurn>,
}

/// A message of the customer that the assistant answered.
#[derive(Clone, Debug)]
pub struct PastTurn {
    pub content: Content,
    pub at: Timestamp,
    /// Changes that were made then: the tool, and what came of it.
    pub writes: Vec<(String, Called)>,
}

impl Past {
    pub(super) fn writes(&self) -> BTreeMap<String, Vec<Called>> {
        let mut writes: BTreeMap<String, Vec<Called>> = BTreeMap::new();
        for (tool, called) in self.turns.iter().flat_map(|turn| &turn.writes) {
            writes.entry(tool.clone()).or_default().push(called.clone());
        }
        writes
    }
}

/// The newest conversations of a workspace in which a customer wrote to the assistant, at most `limit`.
///
/// # Errors
/// [`DeskError::Forbidden`] without [`Permission::ReadAssistant`]; others when rows cannot be read.
pub async fn past(desk: &Desk, scope: &Scope, limit: usize) -> Result<Vec<Past>, DeskError> {
    if !scope.may(Permission::ReadAssistant) {
        return Err(DeskError::Forbidden(Permission::ReadAssistant));
    }
    let all = ConversationFilter { view: View::All, status: None, inbox_id: None, contact_id: None, tag: None };
    let reader = desk.store().read(scope);
    let (mut found, mut cursor) = (Vec::new(), None);
    while found.len() < limit {
        let page = reader.conversations(&all, 100, cursor.as_deref()).await?;
        let Some(page) = page else { break };
        for conversation in page.items {
            if found.len() >= limit {
                break;
            }
            match one(desk, scope, &conversation).await {
                Ok(past) if past.turns.is_empty() => {}
                Ok(past) => found.push(past),
                // Whoever was erased said nothing.
                Err(StoreError::Erased | StoreError::NotFound { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        match page.next_cursor {
            Some(next) => cursor = Some(next),
            None => break,
        }
    }
    Ok(found)
}

async fn one(desk: &Desk, scope: &Scope, conversation: &Conversation) -> Result<Past, StoreError> {
    let reader = desk.store().read(scope);
    let contact = reader.contact(conversation.contact_id).await?;
    let identities = reader.identities(conversation.contact_id).await?;
    let inbox = reader.inbox(conversation.inbox_id).await?;
    let mut turns = Vec::new();
    let mut with_people = false;
    for event in reader.events_after(conversation.id, 0, MOST_EVENTS).await? {
        match event.body {
            EventBody::Opened { status } => with_people = status != yingda_model::Status::Bot,
            EventBody::HandedOver { .. } => with_people = true,
            EventBody::ReturnedToBot | EventBody::Reopened => with_people = false,
            EventBody::Message { message } if message.sender == SenderKind::Customer && !with_people => {
                let calls = reader.tool_calls(conversation.id, message.id).await?;
                let writes = calls
                    .into_iter()
                    .filter(|call| call.state != ToolCallState::Begun)
                    .filter_map(|call| Some((call.tool, serde_json::from_value::<Called>(call.output?).ok()?)));
                turns.push(PastTurn { content: message.content, at: message.created_at, writes: writes.collect() });
            }
            _ => {}
        }
    }
    let text: String = turns.iter().map(|turn| words(&turn.content)).collect::<Vec<_>>().join(" ");
    let lang = if detect(&text) == yingda_language::Lang::En { Lang::En } else { Lang::Zh };
    let beyond = |identity: &&yingda_model::Identity| identity.kind != IdentityKind::Visitor;
    let external = identities.iter().find(|identity| identity.kind == IdentityKind::External);
    let verified = identities.iter().filter(beyond).any(|identity| identity.verified);
    let (high, low) = conversation.id.0.as_u64_pair();
    Ok(Past {
        id: conversation.id.to_string(),
        who: Who {
            external_id: external.map(|identity| identity.value.clone()),
            name: contact.name,
            phone: contact.phone,
            email: contact.email,
            verified,
            attributes: contact.attributes,
        },
        lang,
        channel: inbox.kind.as_str().to_owned(),
        seed: high ^ low,
        turns,
    })
}

/// What a customer did, in words.
pub(super) fn words(content: &Content) -> String {
    match content {
        Content::Text { text, choice: Some(_) } => format!("[{text}]"),
        Content::Image { .. } => "(a picture)".into(),
        Content::File { .. } => "(a file)".into(),
        Content::Voice { .. } => "(a voice note)".into(),
        content => content.as_text().to_owned(),
    }
}
