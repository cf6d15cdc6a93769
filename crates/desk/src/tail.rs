//! Follows the journal and tells this node's readers.
//!
//! One task a node reads what is new, in order, and gives it to whoever listens. So every reader sees the order of the journal,
//! and a burst is read once, however many listen.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use yingda_bus::Signal as BusSignal;
use yingda_model::{Conversation, ConversationId, EventBody, Permission, Scope, SenderKind, WorkspaceId};
use yingda_store::{Entry, JournalCursor};

use crate::conversations::require;
use crate::live::SignalMessage;
use crate::{ConversationView, Desk, DeskError, Push, Signal, Topic, topic};

/// Journal lines read at once.
const PAGE: u64 = 256;
/// A lost hint delays what is told live by at most this.
const SAFETY: Duration = Duration::from_secs(1);
/// On PostgreSQL a new line can be read only when all older transactions have ended: look again after these pauses.
const SETTLING: [Duration; 5] = [
    Duration::from_millis(2),
    Duration::from_millis(5),
    Duration::from_millis(15),
    Duration::from_millis(50),
    Duration::from_millis(200),
];

impl Desk {
    /// Tells readers what happens until `stop`. Run one a node.
    pub async fn run(&self, stop: CancellationToken) -> Result<(), DeskError> {
        let cursor = self.store().journal_end().await?;
        tokio::join!(
            self.follow(cursor, stop.clone()),
            self.listen(stop.clone()),
            self.keep_presence(stop.clone()),
            self.keep_house(stop)
        );
        Ok(())
    }

    async fn follow(&self, mut cursor: JournalCursor, stop: CancellationToken) {
        let mut settling = 0;
        loop {
            let pause = SETTLING.get(settling).copied().unwrap_or(SAFETY);
            settling = tokio::select! {
                () = stop.cancelled() => return,
                () = self.live().grown() => if self.store().file().is_some() { SETTLING.len() } else { 0 },
                () = tokio::time::sleep(pause) => (settling + 1).min(SETTLING.len()),
            };
            match self.catch_up(cursor).await {
                Ok(reached) => cursor = reached,
                Err(error) => tracing::error!(%error, "the journal could not be read; trying again"),
            }
        }
    }

    async fn catch_up(&self, mut cursor: JournalCursor) -> Result<JournalCursor, DeskError> {
        loop {
            // Of several nodes each reads, to hear of contacts that another one has erased.
            let alone = self.store().file().is_some();
            if alone && !self.live().anybody() {
                // Where nobody listens nothing is read: whoever comes reads the journal first. Whoever came while the end was
                // looked up may have read less than that: then nothing is skipped.
                let end = self.store().journal_end().await?;
                if !self.live().anybody() {
                    // But for this: the key of a person who was erased on another node must not stay in memory here.
                    for contact in self.store().erased_between(cursor, end).await? {
                        self.store().vault().forget(contact.0);
                    }
                    return Ok(end.max(cursor));
                }
            }
            let entries = self.store().journal_after(cursor, PAGE).await?;
            let Some(last) = entries.last() else { return Ok(cursor) };
            cursor = last.cursor;
            let full = entries.len() as u64 == PAGE;
            self.tell(&entries).await?;
            if !full {
                return Ok(cursor);
            }
        }
    }

    async fn tell(&self, entries: &[Entry]) -> Result<(), DeskError> {
        let mut workspaces: Vec<WorkspaceId> = Vec::new();
        for entry in entries {
            if !workspaces.contains(&entry.workspace) {
                workspaces.push(entry.workspace);
            }
        }
        for workspace in workspaces {
            let own: Vec<Entry> = entries.iter().filter(|entry| entry.workspace == workspace).cloned().collect();
            self.tell_workspace(workspace, &own).await?;
        }
        Ok(())
    }

    async fn tell_workspace(&self, workspace: WorkspaceId, entries: &[Entry]) -> Result<(), DeskError> {
        let mut pushes: Vec<(JournalCursor, Arc<Push>)> = Vec::new();
        for entry in entries {
            if let Some(of_workspace) = entry.of_workspace() {
                if let yingda_store::NewEntry::ContactErased(contact) = of_workspace {
                    self.store().vault().forget(contact.0);
                }
                pushes.push((entry.cursor, Arc::new(Push::Workspace { cursor: entry.cursor, entry: of_workspace })));
            }
        }
        let agents = self.live().heard(Topic::Workspace(workspace));
        let anybody = self.live().anybody();
        let heard: Vec<Entry> = entries
            .iter()
            .filter(|entry| {
                agents
                    || (anybody && entry.kind == "opened")
                    || entry.conversation_id.is_some_and(|id| self.live().heard(Topic::Conversation(id)))
            })
            .cloned()
            .collect();
        let scope = Scope::system(workspace);
        let reader = self.store().read(&scope);
        let events = reader.hydrate_readable(&heard).await?;
        // Agents want to see each conversation; customers only need to hear of one that begins.
        let ids: HashSet<ConversationId> = events
            .iter()
            .filter(|(_, event)| agents || matches!(event.body, EventBody::Opened { .. }))
            .map(|(_, event)| event.conversation_id)
            .collect();
        let ids: Vec<ConversationId> = ids.into_iter().collect();
        let conversations = if ids.is_empty() { Vec::new() } else { reader.conversations_by_id(&ids).await? };
        let views: HashMap<ConversationId, Arc<ConversationView>> = if agents {
            let views = self.views(&scope, conversations.clone()).await?;
            views.into_iter().map(|view| (view.conversation.id, Arc::new(view))).collect()
        } else {
            HashMap::new()
        };
        for (cursor, event) in events {
            let view = views.get(&event.conversation_id).cloned();
            pushes.push((cursor, Arc::new(Push::Event { cursor, event, view })));
        }
        // In the order of the journal: a reader takes a cursor for "everything up to here".
        pushes.sort_by_key(|(cursor, _)| *cursor);
        for (_, push) in pushes {
            self.tell_one(workspace, &push, &conversations);
        }
        Ok(())
    }

    /// What agents are told of journal entries of their workspace, in order: for those who were away.
    pub async fn pushes(&self, scope: &Scope, entries: &[Entry]) -> Result<Vec<Push>, DeskError> {
        require(scope, Permission::ReadConversations)?;
        let reader = self.store().read(scope);
        let events = reader.hydrate(entries).await?;
        let ids: HashSet<ConversationId> = events.iter().map(|(_, event)| event.conversation_id).collect();
        let ids: Vec<ConversationId> = ids.into_iter().collect();
        let views: HashMap<ConversationId, Arc<ConversationView>> = self
            .views(scope, reader.conversations_by_id(&ids).await?)
            .await?
            .into_iter()
            .map(|view| (view.conversation.id, Arc::new(view)))
            .collect();
        let mut pushes: Vec<(JournalCursor, Push)> = events
            .into_iter()
            .map(|(cursor, event)| {
                let view = views.get(&event.conversation_id).cloned();
                (cursor, Push::Event { cursor, event, view })
            })
            .collect();
        for entry in entries {
            if let Some(of_workspace) = entry.of_workspace() {
                pushes.push((entry.cursor, Push::Workspace { cursor: entry.cursor, entry: of_workspace }));
            }
        }
        pushes.sort_by_key(|(cursor, _)| *cursor);
        Ok(pushes.into_iter().map(|(_, push)| push).collect())
    }

    fn tell_one(&self, workspace: WorkspaceId, push: &Arc<Push>, conversations: &[Conversation]) {
        self.live().send(Topic::Workspace(workspace), push);
        let Push::Event { event, .. } = push.as_ref() else { return };
        let id = event.conversation_id;
        self.live().send(Topic::Conversation(id), push);
        if matches!(event.body, EventBody::Opened { .. })
            && let Some(conversation) = conversations.iter().find(|conversation| conversation.id == id)
        {
            self.live().send(Topic::Contact(conversation.contact_id), push);
        }
    }

    /// Shows something that is not stored to whoever looks at a conversation, on every node.
    pub(crate) async fn signal(&self, scope: &Scope, conversation: ConversationId, signal: Signal) {
        let message = SignalMessage { workspace: scope.workspace().0, conversation: conversation.0, signal };
        match serde_json::to_vec(&message) {
            Ok(bytes) => self.hint(topic::SIGNAL, bytes.into()).await,
            Err(error) => tracing::warn!(%error, "a signal could not be written"),
        }
    }

    /// Takes hints from the bus.
    async fn listen(&self, stop: CancellationToken) {
        let mut subscription = loop {
            match self.bus().subscribe(">").await {
                Ok(subscription) => break subscription,
                Err(error) => {
                    tracing::warn!(%error, "the bus does not answer; live updates come by polling until it does");
                    tokio::select! {
                        () = stop.cancelled() => return,
                        () = tokio::time::sleep(SAFETY) => {}
                    }
                }
            }
        };
        loop {
            let signal = tokio::select! {
                () = stop.cancelled() => return,
                signal = subscription.next() => signal,
            };
            match signal {
                Some(BusSignal::Message { topic, payload }) => self.hinted(&topic, &payload),
                Some(BusSignal::Lagged { .. }) => self.live().journal_grew(),
                None => return,
            }
        }
    }

    fn hinted(&self, topic: &str, payload: &[u8]) {
        match topic {
            topic::JOURNAL => self.live().journal_grew(),
            topic::JOBS => self.inner.jobs_ready.notify_one(),
            topic::SIGNAL => {
                if let Ok(message) = serde_json::from_slice::<SignalMessage>(payload) {
                    let conversation_id = message.conversation.into();
                    let push = Arc::new(Push::Signal { conversation_id, signal: message.signal });
                    self.live().send(Topic::Conversation(conversation_id), &push);
                    self.live().send(Topic::Workspace(message.workspace.into()), &push);
                }
            }
            topic::PRESENCE => self.presence_told(payload),
            _ => {}
        }
    }

    /// The asking side types, or stops to.
    pub async fn typing(&self, scope: &Scope, id: ConversationId, on: bool) -> Result<(), DeskError> {
        if scope.user_id().is_some() {
            require(scope, Permission::WriteConversations)?;
        }
        self.conversation(scope, id).await?;
        let signal = Signal::Typing { who: SenderKind::of(scope.actor()), user: scope.user_id(), on };
        self.signal(scope, id, signal).await;
        Ok(())
    }
}
