//! The gist of a conversation: what was wanted, promised, and is open; and how the customer felt.

use std::collections::HashMap;

use serde::Serialize;
use yingda_desk::DeskError;
use yingda_model::{
    ConversationId, Event, EventBody, InboxSettings, Message, MessageId, Scope, SenderKind, Trace, TraceMood,
    TraceUnderstanding, Visibility,
};
use yingda_nlu::summary::{Intent, Known, Labels, Speaker, Summary, Turn, summary};

use crate::Assistant;
use crate::understood::{felt, local, mood};

/// The gist of a conversation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ConversationSummary {
    /// Every sentence of it stands in a message. Personal data is not masked: who may read the conversation may read this.
    pub summary: Summary,
    /// The same in words, with labels in Chinese and in English.
    pub text_zh: String,
    pub text_en: String,
    /// Messages that were read.
    pub messages: usize,
    /// Whether that was all of them; of a very long conversation the newest are read.
    pub complete: bool,
}

/// Events that are read, the newest.
const MOST_EVENTS: u64 = 500;

impl Assistant {
    /// Sums up a conversation, from its public messages.
    ///
    /// # Errors
    /// [`DeskError`] when the conversation is not there, or not to be read.
    pub async fn summary(&self, scope: &Scope, id: ConversationId) -> Result<ConversationSummary, DeskError> {
        let page = self.desk().events_before(scope, id, u64::MAX, MOST_EVENTS).await?;
        let traces = self.desk().traces(scope, id).await?;
        let conversation = self.desk().conversation(scope, id).await?;
        let settings = self.desk().store().read(scope).inbox(conversation.inbox_id).await?.settings;
        let entities = self.entities(scope).await?;
        let complete = !page.more;
        let sum = move || sum_up(&page.events, traces, &settings, &entities, complete);
        tokio::task::spawn_blocking(sum).await.map_err(|error| DeskError::Invalid {
            field: "conversation",
            detail: format!("summing it up broke off: {error}"),
        })
    }
}

/// What is known of a customer's message.
struct Read {
    mood: TraceMood,
    intents: Vec<Intent>,
}

fn sum_up(
    events: &[Event],
    traces: Vec<Trace>,
    settings: &InboxSettings,
    entities: &yingda_entity::Entities,
    complete: bool,
) -> ConversationSummary {
    let records: HashMap<MessageId, TraceUnderstanding> =
        traces.into_iter().filter_map(|trace| Some((trace.message_id, trace.understanding?))).collect();
    let messages: Vec<(&Event, &Message, Speaker)> = events.iter().filter_map(spoken).collect();
    let reads: Vec<Option<Read>> = messages
        .iter()
        .map(|(_, message, who)| (*who == Speaker::Customer).then(|| read(message, records.get(&message.id))))
        .collect();
    let turns: Vec<Turn<'_>> = messages
        .iter()
        .zip(&reads)
        .map(|((event, message, who), read)| Turn {
            who: *who,
            text: message.content.as_text(),
            seq: event.seq,
            at: local(event.at, settings),
            known: Known {
                intents: read.as_ref().map_or(&[], |read| read.intents.as_slice()),
                entities: None,
                mood: read.as_ref().map(|read| felt(&read.mood)),
            },
        })
        .collect();
    let summary = summary(&turns, entities);
    ConversationSummary {
        text_zh: summary.render(Labels::Zh),
        text_en: summary.render(Labels::En),
        messages: turns.len(),
        complete,
        summary,
    }
}

/// A message that the customer can see, with words.
pub(crate) fn spoken(event: &Event) -> Option<(&Event, &Message, Speaker)> {
    let EventBody::Message { message } = &event.body else { return None };
    let who = match message.sender {
        SenderKind::Customer => Speaker::Customer,
        SenderKind::Bot => Speaker::Bot,
        SenderKind::Agent => Speaker::Agent,
        SenderKind::System => return None,
    };
    let has_words = message.content.file_id().is_none() && !message.content.as_text().trim().is_empty();
    (message.visibility == Visibility::Public && has_words).then_some((event, message, who))
}

/// What the assistant noted when it read the message; else the mood of its words.
fn read(message: &Message, record: Option<&TraceUnderstanding>) -> Read {
    let Some(record) = record else {
        return Read { mood: mood(&yingda_nlu::mood(message.content.as_text(), None)), intents: Vec::new() };
    };
    let own = record.intents.iter().filter(|intent| intent.in_scope);
    let intents = own.map(|one| Intent { start: one.start, end: one.end, probability: one.probability }).collect();
    Read { mood: record.mood.clone(), intents }
}
