//! What a command on a conversation writes: state, message, events and jobs, together.

use sea_orm::sea_query::Values;
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement};
use yingda_model::{ContactId, Conversation, Event, EventBody, InboxId, Timestamp};

use crate::access::Writing;
use crate::codec::count;
use crate::entity::conversation;
use crate::messages::{FoundMessage, StoredMessage, sender_key};
use crate::{NewJob, StoreError};

/// All that follows from one command on a conversation.
#[derive(Clone, Debug)]
pub struct ConversationChange<'a> {
    /// The state after it.
    pub conversation: &'a Conversation,
    pub beginning: Beginning,
    pub events: &'a [Event],
    /// The id that the channel gave to the message.
    pub external_id: Option<&'a str>,
    pub jobs: Vec<NewJob>,
    pub now: Timestamp,
}

/// Whether the conversation is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beginning {
    New,
    Known,
}

impl Writing<'_> {
    /// Stores what follows from one command.
    ///
    /// On SQLite as one round trip to its thread: on a busy machine the waiting between statements would cost more than the
    /// statements.
    pub async fn store_change(&self, change: ConversationChange<'_>) -> Result<(), StoreError> {
        let state = change.conversation;
        let mut statements = Vec::with_capacity(4);
        statements.push(match change.beginning {
            Beginning::New => self.opening_statement(state).await?,
            Beginning::Known => self.update_statement(state).await?,
        });
        for event in change.events {
            if let EventBody::Message { message } = &event.body {
                let stored = StoredMessage {
                    message,
                    conversation_id: state.id,
                    inbox_id: state.inbox_id,
                    contact_id: state.contact_id,
                    external_id: change.external_id,
                };
                statements.push(self.message_statement(stored).await?);
                if let Some(file) = message.content.file_id()
                    && event.is_public()
                {
                    self.show_file(file, state.id).await?;
                }
            }
            statements.push(self.event_statement(event)?);
        }
        for job in change.jobs {
            statements.push(self.job_statement(job, change.now));
        }
        self.execute_all(statements).await
    }

    async fn execute_all(&self, statements: Vec<Statement>) -> Result<(), StoreError> {
        let taken = |error| StoreError::or_taken(error, "this message");
        if self.connection.get_database_backend() != DbBackend::Sqlite {
            for statement in statements {
                self.connection.execute_raw(statement).await.map_err(taken)?;
            }
            return Ok(());
        }
        // SQLite binds the values of joined statements one after the other.
        let mut sql = String::new();
        let mut values = Vec::new();
        for statement in statements {
            sql.push_str(&statement.sql);
            sql.push(';');
            values.extend(statement.values.into_iter().flat_map(|values| values.0));
        }
        let joined = Statement { sql, values: Some(Values(values)), db_backend: DbBackend::Sqlite };
        self.connection.execute_raw(joined).await.map_err(taken)?;
        Ok(())
    }

    /// The newest conversation of a contact in an inbox, and the message that was stored in it before with this client key.
    pub async fn thread_with_key(
        &self,
        contact: ContactId,
        inbox: InboxId,
        client_key: &str,
    ) -> Result<Option<(Conversation, Option<FoundMessage>)>, StoreError> {
        const SQL: &str = "SELECT c.*, m.id AS found_id, m.seq AS found_seq FROM conversation c \
            LEFT JOIN message m ON m.conversation_id = c.id AND m.sender_key = $1 \
            WHERE c.workspace_id = $2 AND c.contact_id = $3 AND c.inbox_id = $4 ORDER BY c.id DESC LIMIT 1";
        let values = [
            sender_key(self.scope.actor(), client_key).into(),
            self.workspace().into(),
            contact.0.into(),
            inbox.0.into(),
        ];
        let statement = Statement::from_sql_and_values(self.connection.get_database_backend(), SQL, values);
        let Some(row) = self.connection.query_one_raw(statement).await? else { return Ok(None) };
        let conversation = self.conversation_from_row(conversation::Model::from_query_result(&row, "")?).await?;
        let found = match row.try_get::<Option<uuid::Uuid>>("", "found_id")? {
            None => None,
            Some(id) => Some(FoundMessage {
                id: id.into(),
                conversation_id: conversation.id,
                seq: count(row.try_get("", "found_seq")?)?,
            }),
        };
        Ok(Some((conversation, found)))
    }
}
