//! Tickets: made by the assistant in its turn or by a person, closed and opened again by people.

use std::collections::BTreeMap;

use yingda_model::{
    Conversation, ConversationId, NewTicket, Permission, Scope, Ticket, TicketDetails, TicketId, TicketKind,
    TicketState,
};
use yingda_store::{NewEntry, Page, TicketFilter, Writing};

use crate::conversations::require;
use crate::{Desk, DeskError};

const MAX_SUBJECT_CHARS: usize = 200;
const MAX_TEXT_CHARS: usize = 10_000;
const MAX_PHONE_CHARS: usize = 50;
/// Most that the slots may take, as JSON.
const MAX_SLOT_BYTES: usize = 64 * 1024;

impl Desk {
    /// A page of tickets, newest first. `Ok(None)` when the cursor is not one of ours.
    pub async fn tickets(
        &self,
        scope: &Scope,
        filter: &TicketFilter,
        limit: u64,
        cursor: Option<&str>,
    ) -> Result<Option<Page<Ticket>>, DeskError> {
        require(scope, Permission::ReadConversations)?;
        Ok(self.store().read(scope).tickets(filter, limit, cursor).await?)
    }

    pub async fn ticket(&self, scope: &Scope, id: TicketId) -> Result<Ticket, DeskError> {
        require(scope, Permission::ReadConversations)?;
        Ok(self.store().read(scope).ticket(id).await?)
    }

    /// A number for a ticket that is about to be made, so that the customer can be told before. One that is not used is left
    /// out.
    pub async fn reserve_ticket_number(&self, scope: &Scope) -> Result<u64, DeskError> {
        require(scope, Permission::WriteConversations)?;
        self.store().write(scope, |tx| Box::pin(async move { Ok(tx.next_ticket_number().await?) })).await
    }

    /// Makes a ticket for a conversation's customer, with a private note in the conversation. Reserved numbers are the
    /// assistant's: a person's ticket has the next.
    pub async fn create_ticket(
        &self,
        scope: &Scope,
        conversation: ConversationId,
        mut new: NewTicket,
    ) -> Result<Ticket, DeskError> {
        require(scope, Permission::WriteConversations)?;
        new.number = new.number.filter(|_| scope.user_id().is_none());
        check(&new.details)?;
        let desk = self.clone();
        let ticket = self
            .store()
            .write(scope, move |tx| {
                let (desk, new) = (desk.clone(), new.clone());
                Box::pin(async move {
                    tx.lock(conversation.0).await?;
                    let conversation = tx.conversation(conversation).await?;
                    let (ticket, _) = desk.ticket_in(tx, conversation, new).await?;
                    tx.append_entry(NewEntry::TicketsChanged, ticket.created_at).await?;
                    Ok::<_, DeskError>(ticket)
                })
            })
            .await?;
        self.told().await;
        Ok(ticket)
    }

    /// Makes a ticket inside a transaction and notes it in the conversation, whose new state it gives.
    pub(super) async fn ticket_in(
        &self,
        tx: Writing<'_>,
        conversation: Conversation,
        new: NewTicket,
    ) -> Result<(Ticket, Conversation), DeskError> {
        let number = match new.number {
            Some(reserved) => reserved,
            None => tx.next_ticket_number().await?,
        };
        let ticket = Ticket {
            id: self.world().uuid().into(),
            number,
            kind: new.kind,
            state: TicketState::Open,
            contact_id: conversation.contact_id,
            conversation_id: Some(conversation.id),
            details: Some(new.details),
            created_at: self.now(),
            created_by: tx.scope().actor(),
            closed_at: None,
            closed_by: None,
        };
        tx.insert_ticket(&ticket).await?;
        let name = match ticket.kind {
            TicketKind::Ticket => format!("工单 #{number} / Ticket #{number}"),
            TicketKind::Callback => format!("回电 #{number} / Call back #{number}"),
        };
        let subject = ticket.details.as_ref().map(|details| details.subject.as_str()).unwrap_or_default();
        let note = if subject.is_empty() { name } else { format!("{name}\n{subject}") };
        let conversation = self.noted(tx, conversation, &note).await?;
        Ok((ticket, conversation))
    }

    pub async fn close_ticket(&self, scope: &Scope, id: TicketId) -> Result<Ticket, DeskError> {
        self.set_ticket(scope, id, TicketState::Closed).await
    }

    pub async fn reopen_ticket(&self, scope: &Scope, id: TicketId) -> Result<Ticket, DeskError> {
        self.set_ticket(scope, id, TicketState::Open).await
    }

    async fn set_ticket(&self, scope: &Scope, id: TicketId, state: TicketState) -> Result<Ticket, DeskError> {
        require(scope, Permission::WriteConversations)?;
        let now = self.now();
        let ticket = self
            .store()
            .write(scope, move |tx| {
                Box::pin(async move {
                    tx.lock(id.0).await?;
                    if tx.ticket(id).await?.state != state {
                        tx.set_ticket_state(id, state, now).await?;
                        tx.append_entry(NewEntry::TicketsChanged, now).await?;
                    }
                    Ok::<_, DeskError>(tx.ticket(id).await?)
                })
            })
            .await?;
        self.told().await;
        Ok(ticket)
    }
}

fn check(details: &TicketDetails) -> Result<(), DeskError> {
    crate::knowledge::text("subject", &details.subject, MAX_SUBJECT_CHARS)?;
    if !details.text.is_empty() {
        crate::knowledge::text("text", &details.text, MAX_TEXT_CHARS)?;
    }
    details.phone.iter().try_for_each(|phone| crate::knowledge::text("phone", phone, MAX_PHONE_CHARS))?;
    let size = slot_bytes(&details.slots);
    if size > MAX_SLOT_BYTES {
        return Err(DeskError::invalid("slots", format!("expected at most {MAX_SLOT_BYTES} bytes, got {size}")));
    }
    Ok(())
}

/// What the assistant puts into a ticket, cut where it is too long: that must not keep the customer from a ticket.
pub(super) fn fitted(mut new: NewTicket) -> NewTicket {
    let cut = |text: &str, most: usize| text.trim().chars().take(most).collect::<String>();
    let details = &mut new.details;
    details.subject = cut(&details.subject, MAX_SUBJECT_CHARS).replace(['\n', '\r'], " ");
    details.text = cut(&details.text, MAX_TEXT_CHARS);
    details.phone = details.phone.take().map(|phone| cut(&phone, MAX_PHONE_CHARS)).filter(|phone| !phone.is_empty());
    while slot_bytes(&details.slots) > MAX_SLOT_BYTES {
        let largest = details.slots.iter().max_by_key(|(_, value)| value.to_string().len());
        let Some(name) = largest.map(|(name, _)| name.clone()) else { break };
        details.slots.remove(&name);
    }
    new
}

fn slot_bytes(slots: &BTreeMap<String, serde_json::Value>) -> usize {
    slots.iter().map(|(name, value)| name.len() + value.to_string().len()).sum()
}
