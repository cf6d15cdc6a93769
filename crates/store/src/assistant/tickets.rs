//! Tickets as rows, what they say sealed.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Set};
use yingda_model::{ContactId, ConversationId, Ticket, TicketId, TicketKind, TicketState, Timestamp};

use crate::StoreError;
use crate::access::{Access, Writing};
use crate::codec::{actor_text, count, found, name_of, named, parse_actor, signed};
use crate::entity::ticket::{ActiveModel, Column, Entity, Model};
use crate::entity::workspace;
use crate::page::{Page, newest_first};

const WHAT: &str = "ticket";

/// Which tickets to list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TicketFilter {
    pub state: Option<TicketState>,
    pub kind: Option<TicketKind>,
    pub contact_id: Option<ContactId>,
    pub conversation_id: Option<ConversationId>,
}

impl<C: ConnectionTrait> Access<'_, C> {
    pub async fn ticket(&self, id: TicketId) -> Result<Ticket, StoreError> {
        let row = Entity::find_by_id(id.0)
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .one(self.connection)
            .await?
            .ok_or(StoreError::NotFound { what: WHAT })?;
        self.ticket_from_row(row).await
    }

    /// A page of tickets, newest first. `Ok(None)` when the cursor is not one of ours.
    pub async fn tickets(
        &self,
        filter: &TicketFilter,
        limit: u64,
        cursor: Option<&str>,
    ) -> Result<Option<Page<Ticket>>, StoreError> {
        let which = Condition::all()
            .add(Column::WorkspaceId.eq(self.workspace()))
            .add_option(filter.state.map(|state| name_of(&state)).transpose()?.map(|name| Column::State.eq(name)))
            .add_option(filter.kind.map(|kind| name_of(&kind)).transpose()?.map(|name| Column::Kind.eq(name)))
            .add_option(filter.contact_id.map(|id| Column::ContactId.eq(id.0)))
            .add_option(filter.conversation_id.map(|id| Column::ConversationId.eq(id.0)));
        let query = Entity::find().filter(which);
        let place = |row: &Model| (row.created_at, row.id);
        let page = newest_first(self.connection, query, Column::Id, place, limit, cursor).await?;
        let Some(Page { items: rows, next_cursor }) = page else { return Ok(None) };
        let mut items = Vec::with_capacity(rows.len());
        for row in rows {
            items.push(self.ticket_from_row(row).await?);
        }
        Ok(Some(Page { items, next_cursor }))
    }

    pub(crate) async fn ticket_from_row(&self, row: Model) -> Result<Ticket, StoreError> {
        let details = match self.unseal(row.key_owner, row.id, &row.sealed).await {
            Err(StoreError::Erased) => None,
            details => Some(details?),
        };
        Ok(Ticket {
            id: row.id.into(),
            number: count(row.number)?,
            kind: named("kind of a ticket", &row.kind)?,
            state: named("state of a ticket", &row.state)?,
            contact_id: row.contact_id.into(),
            conversation_id: row.conversation_id.map(Into::into),
            details,
            created_at: Timestamp(row.created_at),
            created_by: parse_actor(&row.created_by)?,
            closed_at: row.closed_at.map(Timestamp),
            closed_by: row.closed_by.as_deref().map(parse_actor).transpose()?,
        })
    }
}

impl Writing<'_> {
    /// The next number for a ticket. One that is not used is left out.
    pub async fn next_ticket_number(&self) -> Result<u64, StoreError> {
        workspace::Entity::update_many()
            .col_expr(workspace::Column::TicketNumber, Expr::cust("COALESCE(ticket_number, 0) + 1"))
            .filter(workspace::Column::Id.eq(self.workspace()))
            .exec(self.connection)
            .await?;
        let number: Option<Option<i64>> = workspace::Entity::find_by_id(self.workspace())
            .select_only()
            .column(workspace::Column::TicketNumber)
            .into_tuple()
            .one(self.connection)
            .await?;
        count(number.flatten().ok_or(StoreError::NotFound { what: "workspace" })?)
    }

    /// Stores a new ticket; [`StoreError::Taken`] when its number is in use.
    pub async fn insert_ticket(&self, ticket: &Ticket) -> Result<(), StoreError> {
        let owner = ticket.contact_id.0;
        let row = ActiveModel {
            id: Set(ticket.id.0),
            workspace_id: Set(self.workspace()),
            number: Set(signed(ticket.number)),
            kind: Set(name_of(&ticket.kind)?),
            state: Set(name_of(&ticket.state)?),
            contact_id: Set(owner),
            conversation_id: Set(ticket.conversation_id.map(|id| id.0)),
            key_owner: Set(owner),
            sealed: Set(self.seal(owner, ticket.id.0, &ticket.details.clone().unwrap_or_default()).await?),
            created_at: Set(ticket.created_at.0),
            created_by: Set(actor_text(ticket.created_by)),
            closed_at: Set(ticket.closed_at.map(|at| at.0)),
            closed_by: Set(ticket.closed_by.map(actor_text)),
        };
        Entity::insert(row)
            .exec_without_returning(self.connection)
            .await
            .map_err(|error| StoreError::or_taken(error, "this number of a ticket"))?;
        Ok(())
    }

    /// Closes a ticket, or opens it again.
    pub async fn set_ticket_state(&self, id: TicketId, state: TicketState, now: Timestamp) -> Result<(), StoreError> {
        let (at, by) = match state {
            TicketState::Open => (None, None),
            TicketState::Closed => (Some(now.0), Some(actor_text(self.scope.actor()))),
        };
        let result = Entity::update_many()
            .col_expr(Column::State, Expr::value(name_of(&state)?))
            .col_expr(Column::ClosedAt, Expr::value(at))
            .col_expr(Column::ClosedBy, Expr::value(by))
            .filter(Column::Id.eq(id.0))
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .exec(self.connection)
            .await?;
        found(result.rows_affected, WHAT)
    }

    /// Gives a contact's tickets to another. What they say stays sealed with the key of the first.
    pub async fn move_tickets(&self, from: ContactId, into: ContactId) -> Result<(), StoreError> {
        Entity::update_many()
            .col_expr(Column::ContactId, Expr::value(into.0))
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .filter(Column::ContactId.eq(from.0))
            .exec(self.connection)
            .await?;
        Ok(())
    }
}
