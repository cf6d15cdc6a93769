//! What happens, told as it happens, on this node.
//!
//! Readers subscribe to a [`Topic`]. What they get is a hint with content: a reader that falls behind is told so and reads the
//! rest from the journal, which is the truth.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, broadcast};
use uuid::Uuid;
use yingda_model::{Actor, ContactId, ConversationId, Event, SenderKind, UserId, WorkspaceId};
use yingda_store::{JournalCursor, NewEntry};

use crate::ConversationView;

/// What one can listen to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    /// Everything in a workspace: for agents.
    Workspace(WorkspaceId),
    /// One conversation: for its customer.
    Conversation(ConversationId),
    /// Conversations that begin with a contact: for a customer who has none yet.
    Contact(ContactId),
}

/// Something told to a reader.
#[derive(Clone, Debug)]
// It travels behind an `Arc`, and most of them are events.
#[allow(clippy::large_enum_variant)]
pub enum Push {
    /// Something happened; `view` is the conversation after it, for readers of a whole workspace.
    Event { cursor: JournalCursor, event: Event, view: Option<Arc<ConversationView>> },
    /// Something that concerns the workspace as a whole.
    Workspace { cursor: JournalCursor, entry: NewEntry },
    /// Something to show that is not stored.
    Signal { conversation_id: ConversationId, signal: Signal },
    /// Who is there has changed.
    Presence,
}

/// Something to show that is not stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Signal {
    Typing { who: SenderKind, user: Option<UserId>, on: bool },
    Read { by: Reader, seq: u64 },
}

/// Which side has read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reader {
    Contact,
    Agent,
}

impl From<Actor> for Reader {
    fn from(actor: Actor) -> Self {
        match actor {
            Actor::Contact { .. } => Self::Contact,
            _ => Self::Agent,
        }
    }
}

/// A reader's end. [`None`] from [`Subscription::next`] means that something was missed: read the journal.
pub struct Subscription {
    receiver: broadcast::Receiver<Arc<Push>>,
}

impl Subscription {
    /// The next thing; `None` when the reader was too slow and missed something.
    pub async fn next(&mut self) -> Option<Arc<Push>> {
        match self.receiver.recv().await {
            Ok(push) => Some(push),
            Err(broadcast::error::RecvError::Lagged(_)) => None,
            // The sender is kept as long as there are receivers; when it goes the server goes.
            Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
        }
    }
}

/// Pushes a slow reader may fall behind before it must read the journal: agents see much, a customer little.
const WORKSPACE_BACKLOG: usize = 1_024;
const CUSTOMER_BACKLOG: usize = 32;

/// The subscriptions of this node.
#[derive(Default)]
pub struct Live {
    topics: Mutex<HashMap<Topic, broadcast::Sender<Arc<Push>>>>,
    grew: Notify,
}

impl Live {
    /// Listens to a topic from now on.
    pub fn subscribe(&self, topic: Topic) -> Subscription {
        let mut topics = self.topics.lock();
        let sender = topics.entry(topic).or_insert_with(|| {
            let backlog = match topic {
                Topic::Workspace(_) => WORKSPACE_BACKLOG,
                _ => CUSTOMER_BACKLOG,
            };
            broadcast::Sender::new(backlog)
        });
        Subscription { receiver: sender.subscribe() }
    }

    /// Whether anybody listens to a topic.
    pub(crate) fn heard(&self, topic: Topic) -> bool {
        let mut topics = self.topics.lock();
        match topics.get(&topic) {
            Some(sender) if sender.receiver_count() > 0 => true,
            Some(_) => {
                topics.remove(&topic);
                false
            }
            None => false,
        }
    }

    /// Whether anybody listens to anything.
    pub(crate) fn anybody(&self) -> bool {
        let mut topics = self.topics.lock();
        topics.retain(|_, sender| sender.receiver_count() > 0);
        !topics.is_empty()
    }

    pub(crate) fn send(&self, topic: Topic, push: &Arc<Push>) {
        if let Some(sender) = self.topics.lock().get(&topic) {
            // Nobody listening any more is fine.
            let _ = sender.send(push.clone());
        }
    }

    pub(crate) fn workspaces(&self) -> Vec<WorkspaceId> {
        self.topics
            .lock()
            .keys()
            .filter_map(|topic| match topic {
                Topic::Workspace(id) => Some(*id),
                _ => None,
            })
            .collect()
    }

    /// The journal has grown: look.
    pub(crate) fn journal_grew(&self) {
        self.grew.notify_one();
    }

    pub(crate) async fn grown(&self) {
        self.grew.notified().await;
    }
}

/// A signal on its way between nodes.
#[derive(Serialize, Deserialize)]
pub(crate) struct SignalMessage {
    pub workspace: Uuid,
    pub conversation: Uuid,
    pub signal: Signal,
}
