//! Conversations as rows.

use sea_orm::sea_query::Condition;
use sea_orm::{
    ActiveValue::NotSet, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Set, Statement,
};
use yingda_model::{BotMemory, ContactId, Conversation, ConversationId, InboxId, Status, Timestamp, UserId};

use crate::StoreError;
use crate::access::{Access, Writing};
use crate::codec::{count, found, parse_page_cursor, signed};
use crate::entity::conversation::{ActiveModel, Column, Entity, Model};
use crate::entity::conversation_tag;
use crate::page::Page;

/// Which conversations to list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversationFilter {
    pub view: View,
    pub status: Option<Status>,
    pub inbox_id: Option<InboxId>,
    pub contact_id: Option<ContactId>,
    /// Only those that have this tag.
    pub tag: Option<String>,
}

/// The lists that agents work with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// Assigned to this user and not resolved.
    Mine(UserId),
    /// Waiting for a person.
    Unassigned,
    /// With the assistant.
    Bot,
    All,
}

/// How many conversations each list has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    pub mine: u64,
    pub mine_unread: u64,
    pub unassigned: u64,
    pub bot: u64,
    pub all_open: u64,
}

impl<C: ConnectionTrait> Access<'_, C> {
    /// One conversation of this workspace.
    pub async fn conversation(&self, id: ConversationId) -> Result<Conversation, StoreError> {
        let row = Entity::find_by_id(id.0)
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .one(self.connection)
            .await?
            .ok_or(StoreError::NotFound { what: "conversation" })?;
        self.conversation_from_row(row).await
    }

    /// The newest conversation of a contact in an inbox.
    pub async fn conversation_of(
        &self,
        contact: ContactId,
        inbox: InboxId,
    ) -> Result<Option<Conversation>, StoreError> {
        let row = Entity::find()
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .filter(Column::ContactId.eq(contact.0))
            .filter(Column::InboxId.eq(inbox.0))
            .order_by_desc(Column::Id)
            .one(self.connection)
            .await?;
        match row {
            Some(row) => Ok(Some(self.conversation_from_row(row).await?)),
            None => Ok(None),
        }
    }

    /// All conversations of a contact, oldest first.
    pub async fn conversations_of(&self, contact: ContactId) -> Result<Vec<ConversationId>, StoreError> {
        let ids: Vec<uuid::Uuid> = Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .filter(Column::ContactId.eq(contact.0))
            .order_by_asc(Column::Id)
            .into_tuple()
            .all(self.connection)
            .await?;
        Ok(ids.into_iter().map(ConversationId).collect())
    }

    /// Several conversations by id, in any order; those that are not in this workspace are left out.
    pub async fn conversations_by_id(&self, ids: &[ConversationId]) -> Result<Vec<Conversation>, StoreError> {
        let rows = Entity::find()
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .filter(Column::Id.is_in(ids.iter().map(|id| id.0)))
            .all(self.connection)
            .await?;
        self.conversations_from_rows(rows).await
    }

    /// A page of a list, newest activity first. `Ok(None)` when the cursor is not one of ours.
    pub async fn conversations(
        &self,
        filter: &ConversationFilter,
        limit: u64,
        cursor: Option<&str>,
    ) -> Result<Option<Page<Conversation>>, StoreError> {
        let mut query = Entity::find().filter(self.matching(filter));
        if let Some(cursor) = cursor {
            let Some((moment, id)) = parse_page_cursor(cursor) else { return Ok(None) };
            query = query.filter(
                Condition::any()
                    .add(Column::UpdatedAt.lt(moment))
                    .add(Condition::all().add(Column::UpdatedAt.eq(moment)).add(Column::Id.lt(id))),
            );
        }
        let rows = query
            .order_by_desc(Column::UpdatedAt)
            .order_by_desc(Column::Id)
            .limit(limit + 1)
            .all(self.connection)
            .await?;
        let Page { items, next_cursor } = Page::cut(rows, limit, |row| (row.updated_at, row.id));
        Ok(Some(Page { items: self.conversations_from_rows(items).await?, next_cursor }))
    }

    /// How many conversations each of `user`'s lists has.
    pub async fn conversation_counts(&self, user: UserId) -> Result<Counts, StoreError> {
        let number = |view| {
            let filter = ConversationFilter { view, status: None, inbox_id: None, contact_id: None, tag: None };
            Entity::find().filter(self.matching(&filter))
        };
        let open = number(View::All).filter(Column::Status.ne(Status::Resolved.as_str()));
        Ok(Counts {
            mine: number(View::Mine(user)).count(self.connection).await?,
            mine_unread: number(View::Mine(user)).filter(Column::UnreadByAgents.gt(0)).count(self.connection).await?,
            unassigned: number(View::Unassigned).count(self.connection).await?,
            bot: number(View::Bot).count(self.connection).await?,
            all_open: open.count(self.connection).await?,
        })
    }

    fn matching(&self, filter: &ConversationFilter) -> Condition {
        let view = match filter.view {
            View::Mine(user) => {
                Condition::all().add(Column::AssigneeId.eq(user.0)).add(Column::Status.ne(Status::Resolved.as_str()))
            }
            View::Unassigned => Condition::all().add(Column::Status.eq(Status::Queued.as_str())),
            View::Bot => Condition::all().add(Column::Status.eq(Status::Bot.as_str())),
            View::All => Condition::all(),
        };
        Condition::all()
            .add(Column::WorkspaceId.eq(self.workspace()))
            .add(view)
            .add_option(filter.status.map(|status| Column::Status.eq(status.as_str())))
            .add_option(filter.inbox_id.map(|id| Column::InboxId.eq(id.0)))
            .add_option(filter.contact_id.map(|id| Column::ContactId.eq(id.0)))
            .add_option(filter.tag.as_ref().map(|tag| Column::Id.in_subquery(self.tagged(tag))))
    }

    /// The ids of the conversations that have a tag.
    fn tagged(&self, tag: &str) -> sea_orm::sea_query::SelectStatement {
        conversation_tag::Entity::find()
            .select_only()
            .column(conversation_tag::Column::ConversationId)
            .filter(conversation_tag::Column::WorkspaceId.eq(self.workspace()))
            .filter(conversation_tag::Column::Name.eq(tag))
            .into_query()
    }

    async fn conversations_from_rows(&self, rows: Vec<Model>) -> Result<Vec<Conversation>, StoreError> {
        let mut conversations = Vec::with_capacity(rows.len());
        for row in rows {
            conversations.push(self.conversation_from_row(row).await?);
        }
        Ok(conversations)
    }

    pub(crate) async fn conversation_from_row(&self, row: Model) -> Result<Conversation, StoreError> {
        let memory = match &row.memory {
            None => BotMemory::default(),
            // What an erased contact said is gone; the conversation itself is still listed.
            Some(sealed) => match self.unseal(row.contact_id, row.id, sealed).await {
                Err(StoreError::Erased | StoreError::Unsealable) => BotMemory::default(),
                memory => memory?,
            },
        };
        Ok(Conversation {
            id: row.id.into(),
            inbox_id: row.inbox_id.into(),
            contact_id: row.contact_id.into(),
            status: Status::parse(&row.status).ok_or_else(|| StoreError::corrupt("status", &row.status))?,
            assignee_id: row.assignee_id.map(Into::into),
            team_id: row.team_id.map(Into::into),
            seq: count(row.seq)?,
            public_seq: count(row.public_seq)?,
            bot: row.bot,
            snoozed_until: row.snoozed_until.map(Timestamp),
            unread_by_agents: count(row.unread_by_agents)?,
            unread_by_contact: count(row.unread_by_contact)?,
            agents_read_seq: count(row.agents_read_seq)?,
            contact_read_seq: count(row.contact_read_seq)?,
            waiting_since: row.waiting_since.map(Timestamp),
            memory,
            last_message_at: row.last_message_at.map(Timestamp),
            last_message_id: row.last_message_id.map(Into::into),
            created_at: Timestamp(row.created_at),
            updated_at: Timestamp(row.updated_at),
            resolved_at: row.resolved_at.map(Timestamp),
        })
    }
}

impl Writing<'_> {
    /// Stores a conversation that has just been opened.
    pub async fn insert_conversation(&self, conversation: &Conversation) -> Result<(), StoreError> {
        self.connection.execute_raw(self.opening_statement(conversation).await?).await?;
        Ok(())
    }

    /// Stores a conversation's new state.
    pub async fn update_conversation(&self, conversation: &Conversation) -> Result<(), StoreError> {
        let result = self.connection.execute_raw(self.update_statement(conversation).await?).await?;
        found(result.rows_affected(), "conversation")
    }

    /// The statement that stores a conversation that has just been opened.
    pub(crate) async fn opening_statement(&self, conversation: &Conversation) -> Result<Statement, StoreError> {
        let row = self.row_of(conversation).await?;
        Ok(Entity::insert(row).build(self.connection.get_database_backend()))
    }

    /// The statement that stores a conversation's new state.
    pub(crate) async fn update_statement(&self, conversation: &Conversation) -> Result<Statement, StoreError> {
        let mut row = self.row_of(conversation).await?;
        // What never changes is not set: SQLite would look through all messages for those that refer to the key before.
        row.id = NotSet;
        row.workspace_id = NotSet;
        row.inbox_id = NotSet;
        row.created_at = NotSet;
        let update = Entity::update_many()
            .set(row)
            .filter(Column::Id.eq(conversation.id.0))
            .filter(Column::WorkspaceId.eq(self.workspace()));
        Ok(update.build(self.connection.get_database_backend()))
    }

    async fn row_of(&self, conversation: &Conversation) -> Result<ActiveModel, StoreError> {
        let memory = if conversation.memory == BotMemory::default() {
            None
        } else {
            Some(self.seal(conversation.contact_id.0, conversation.id.0, &conversation.memory).await?)
        };
        Ok(ActiveModel {
            id: Set(conversation.id.0),
            workspace_id: Set(self.workspace()),
            inbox_id: Set(conversation.inbox_id.0),
            contact_id: Set(conversation.contact_id.0),
            status: Set(conversation.status.as_str().into()),
            assignee_id: Set(conversation.assignee_id.map(|id| id.0)),
            team_id: Set(conversation.team_id.map(|id| id.0)),
            seq: Set(signed(conversation.seq)),
            public_seq: Set(signed(conversation.public_seq)),
            bot: Set(conversation.bot),
            snoozed_until: Set(conversation.snoozed_until.map(|at| at.0)),
            unread_by_agents: Set(i64::from(conversation.unread_by_agents)),
            unread_by_contact: Set(i64::from(conversation.unread_by_contact)),
            agents_read_seq: Set(signed(conversation.agents_read_seq)),
            contact_read_seq: Set(signed(conversation.contact_read_seq)),
            waiting_since: Set(conversation.waiting_since.map(|at| at.0)),
            memory: Set(memory),
            last_message_at: Set(conversation.last_message_at.map(|at| at.0)),
            last_message_id: Set(conversation.last_message_id.map(|id| id.0)),
            created_at: Set(conversation.created_at.0),
            updated_at: Set(conversation.updated_at.0),
            resolved_at: Set(conversation.resolved_at.map(|at| at.0)),
        })
    }
}
