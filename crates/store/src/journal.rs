//! The journal: everything that happened, in order.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    Set, Statement,
};
use yingda_model::{Actor, ConversationId, Event, EventBody, Message, MessageId, Scope, Timestamp, WorkspaceId};

use crate::access::{Access, Writing};
use crate::codec::{actor_text, count, from_json, parse_actor, signed, to_json};
use crate::entity::journal::{ActiveModel, Column, Entity, Model};
use crate::{Store, StoreError};

/// A place in the journal. Everything up to it has been read.
///
/// On PostgreSQL transactions become visible in another order than they began, so a reader that went by row number could pass
/// a row that is not there yet. The place is therefore transaction number, then row number, and only rows of transactions
/// older than any that still runs are read. On SQLite there is one writer, and the transaction number is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct JournalCursor {
    tx: i64,
    position: i64,
}

impl fmt::Display for JournalCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.tx, self.position)
    }
}

impl FromStr for JournalCursor {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let (tx, position) = text.split_once('.').ok_or(())?;
        let (tx, position) = (tx.parse().map_err(|_| ())?, position.parse().map_err(|_| ())?);
        if tx < 0 || position < 0 { Err(()) } else { Ok(Self { tx, position }) }
    }
}

/// One line of the journal as it is stored: without message bodies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub cursor: JournalCursor,
    pub workspace: WorkspaceId,
    /// `None` for what concerns the workspace as a whole, such as changed knowledge.
    pub conversation_id: Option<ConversationId>,
    pub kind: String,
    row: Model,
}

/// Something to tell that concerns the workspace as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewEntry {
    /// Knowledge was added, changed or removed.
    KnowledgeChanged,
    /// Intents, utterances, types of entity or the language model changed.
    LanguageChanged,
    /// A contact was erased.
    ContactErased(yingda_model::ContactId),
    /// Users, teams or inboxes changed.
    SettingsChanged,
    /// Files, releases, secrets or settings of the assistant changed.
    AssistantChanged,
    /// Tickets were made, closed or opened again.
    TicketsChanged,
}

impl NewEntry {
    fn kind(self) -> &'static str {
        match self {
            Self::KnowledgeChanged => "knowledge_changed",
            Self::LanguageChanged => "language_changed",
            Self::ContactErased(_) => "contact_erased",
            Self::SettingsChanged => "settings_changed",
            Self::AssistantChanged => "assistant_changed",
            Self::TicketsChanged => "tickets_changed",
        }
    }
}

impl Entry {
    /// What the entry says of the workspace as a whole, if it does.
    pub fn of_workspace(&self) -> Option<NewEntry> {
        match self.kind.as_str() {
            "knowledge_changed" => Some(NewEntry::KnowledgeChanged),
            "language_changed" => Some(NewEntry::LanguageChanged),
            "settings_changed" => Some(NewEntry::SettingsChanged),
            "assistant_changed" => Some(NewEntry::AssistantChanged),
            "tickets_changed" => Some(NewEntry::TicketsChanged),
            "contact_erased" => from_json("journal entry", &self.row.data).ok().map(NewEntry::ContactErased),
            _ => None,
        }
    }
}

impl Store {
    /// The end of the journal: where a reader begins that cares only about what comes.
    pub async fn journal_end(&self) -> Result<JournalCursor, StoreError> {
        let last = self
            .settled(Entity::find())
            .order_by_desc(Column::Tx)
            .order_by_desc(Column::Position)
            .one(self.reader())
            .await?;
        Ok(last.map(|row| cursor(&row)).unwrap_or_default())
    }

    /// What comes after `after`, of all workspaces, in order.
    pub async fn journal_after(&self, after: JournalCursor, limit: u64) -> Result<Vec<Entry>, StoreError> {
        self.entries(after, None, limit).await
    }

    /// What comes after `after` in one workspace, in order.
    pub async fn journal_of(&self, scope: &Scope, after: JournalCursor, limit: u64) -> Result<Vec<Entry>, StoreError> {
        self.entries(after, Some(scope.workspace()), limit).await
    }

    async fn entries(
        &self,
        after: JournalCursor,
        workspace: Option<WorkspaceId>,
        limit: u64,
    ) -> Result<Vec<Entry>, StoreError> {
        let mut query = self.settled(Entity::find()).filter(later_than(after));
        if let Some(workspace) = workspace {
            query = query.filter(Column::WorkspaceId.eq(workspace.0));
        }
        let rows =
            query.order_by_asc(Column::Tx).order_by_asc(Column::Position).limit(limit).all(self.reader()).await?;
        Ok(rows
            .into_iter()
            .map(|row| Entry {
                cursor: cursor(&row),
                workspace: row.workspace_id.into(),
                conversation_id: row.conversation_id.map(Into::into),
                kind: row.kind.clone(),
                row,
            })
            .collect())
    }

    /// The contacts that were erased after `after` and not after `end`, in all workspaces.
    pub async fn erased_between(
        &self,
        after: JournalCursor,
        end: JournalCursor,
    ) -> Result<Vec<yingda_model::ContactId>, StoreError> {
        let rows = Entity::find()
            .filter(later_than(after))
            .filter(later_than(end).not())
            .filter(Column::Kind.eq("contact_erased"))
            .all(self.reader())
            .await?;
        rows.iter().map(|row| from_json("journal entry", &row.data)).collect()
    }

    /// Leaves out rows that a transaction still under way could come before.
    fn settled(&self, query: sea_orm::Select<Entity>) -> sea_orm::Select<Entity> {
        if self.reader().get_database_backend() == DbBackend::Postgres {
            query.filter(Column::Tx.into_expr().lt(Expr::cust("pg_snapshot_xmin(pg_current_snapshot())::text::bigint")))
        } else {
            query
        }
    }
}

impl<C: ConnectionTrait> Access<'_, C> {
    /// The events of a conversation after `after`, in order.
    pub async fn events_after(&self, id: ConversationId, after: u64, limit: u64) -> Result<Vec<Event>, StoreError> {
        let rows = self
            .of_conversation(id)
            .filter(Column::Seq.gt(signed(after)))
            .order_by_asc(Column::Seq)
            .limit(limit)
            .all(self.connection)
            .await?;
        self.events_from_rows(rows).await
    }

    /// The `limit` events of a conversation just before `before`, in order.
    pub async fn events_before(&self, id: ConversationId, before: u64, limit: u64) -> Result<Vec<Event>, StoreError> {
        let mut rows = self
            .of_conversation(id)
            .filter(Column::Seq.lt(signed(before)))
            .order_by_desc(Column::Seq)
            .limit(limit)
            .all(self.connection)
            .await?;
        rows.reverse();
        self.events_from_rows(rows).await
    }

    /// Turns journal lines of this workspace into events, bodies opened. Lines that are no conversation events are left out.
    pub async fn hydrate(&self, entries: &[Entry]) -> Result<Vec<(JournalCursor, Event)>, StoreError> {
        let own: Vec<&Entry> = entries
            .iter()
            .filter(|entry| entry.workspace == self.scope.workspace() && entry.conversation_id.is_some())
            .collect();
        let events = self.events_from_rows(own.iter().map(|entry| entry.row.clone()).collect()).await?;
        Ok(own.iter().map(|entry| entry.cursor).zip(events).collect())
    }

    /// Like [`Access::hydrate`], but an entry that cannot be read (its bytes were damaged, say) is passed over with an error in
    /// the log: it must not keep everybody from hearing of all that comes after it.
    pub async fn hydrate_readable(&self, entries: &[Entry]) -> Result<Vec<(JournalCursor, Event)>, StoreError> {
        match self.hydrate(entries).await {
            Ok(events) => return Ok(events),
            Err(StoreError::Database(error)) => return Err(error.into()),
            Err(_) => {}
        }
        let mut events = Vec::new();
        for entry in entries {
            match self.hydrate(std::slice::from_ref(entry)).await {
                Ok(one) => events.extend(one),
                Err(StoreError::Database(error)) => return Err(error.into()),
                Err(error) => {
                    tracing::error!(%error, cursor = %entry.cursor, "a journal entry cannot be read; passed over")
                }
            }
        }
        Ok(events)
    }

    fn of_conversation(&self, id: ConversationId) -> sea_orm::Select<Entity> {
        Entity::find().filter(Column::WorkspaceId.eq(self.workspace())).filter(Column::ConversationId.eq(id.0))
    }

    async fn events_from_rows(&self, rows: Vec<Model>) -> Result<Vec<Event>, StoreError> {
        let ids: Vec<MessageId> = rows.iter().filter_map(|row| row.message_id.map(Into::into)).collect();
        let mut messages: HashMap<MessageId, Message> =
            self.messages(&ids).await?.into_iter().map(|message| (message.id, message)).collect();
        rows.into_iter()
            .map(|row| {
                let body = match row.message_id {
                    Some(id) => EventBody::Message {
                        message: messages.remove(&id.into()).ok_or(StoreError::NotFound { what: "message" })?,
                    },
                    None => from_json("event", &row.data)?,
                };
                Ok(Event {
                    conversation_id: row
                        .conversation_id
                        .map(Into::into)
                        .ok_or_else(|| StoreError::corrupt("event", "it has no conversation"))?,
                    seq: count(row.seq.unwrap_or_default())?,
                    at: Timestamp(row.at),
                    actor: parse_actor(&row.actor)?,
                    body,
                })
            })
            .collect()
    }
}

impl Writing<'_> {
    /// Appends the events of one command.
    pub async fn append_events(&self, events: &[Event]) -> Result<(), StoreError> {
        for event in events {
            self.connection.execute_raw(self.event_statement(event)?).await?;
        }
        Ok(())
    }

    /// The statement that appends an event.
    pub(crate) fn event_statement(&self, event: &Event) -> Result<Statement, StoreError> {
        let (data, message_id) = match &event.body {
            EventBody::Message { message } => (String::from("{}"), Some(message.id.0)),
            body => (to_json(body)?, None),
        };
        let row = ActiveModel {
            workspace_id: Set(self.workspace()),
            conversation_id: Set(Some(event.conversation_id.0)),
            seq: Set(Some(signed(event.seq))),
            kind: Set(event.body.kind().into()),
            actor: Set(actor_text(event.actor)),
            data: Set(data),
            message_id: Set(message_id),
            at: Set(event.at.0),
            ..Default::default()
        };
        Ok(Entity::insert(row).build(self.connection.get_database_backend()))
    }

    /// Appends something that concerns the workspace as a whole.
    pub async fn append_entry(&self, entry: NewEntry, now: Timestamp) -> Result<(), StoreError> {
        let data = match entry {
            NewEntry::ContactErased(id) => to_json(&id)?,
            _ => "{}".into(),
        };
        let actor: Actor = self.scope.actor();
        let row = ActiveModel {
            workspace_id: Set(self.workspace()),
            kind: Set(entry.kind().into()),
            actor: Set(actor_text(actor)),
            data: Set(data),
            at: Set(now.0),
            ..Default::default()
        };
        Entity::insert(row).exec_without_returning(self.connection).await?;
        Ok(())
    }
}

/// Holds for rows that come after `after`.
fn later_than(after: JournalCursor) -> Condition {
    Condition::any()
        .add(Column::Tx.gt(after.tx))
        .add(Condition::all().add(Column::Tx.eq(after.tx)).add(Column::Position.gt(after.position)))
}

fn cursor(row: &Model) -> JournalCursor {
    JournalCursor { tx: row.tx, position: row.position }
}
