//! What the tools do: the same as the REST API does, with the same rights and limits.

use rmcp::model::{CallToolResult, JsonObject};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use yingda_desk::{ConversationView, DeskError, Incoming};
use yingda_model::{
    Content, ConversationId, EventBody, NewTicket, Refusal, Status, TicketDetails, TicketKind, TicketState, Visibility,
};
use yingda_store::{ConversationFilter, Page, TicketFilter, View};

use crate::api;
use crate::app::Staff;
use crate::{App, Problem};

/// Calls a tool; `None` when there is none of this name. What goes wrong is a result too: a problem that the caller can read.
pub(super) async fn call(app: &App, staff: &Staff, name: &str, arguments: JsonObject) -> Option<CallToolResult> {
    let arguments = Value::Object(arguments);
    let done = match name {
        "search_knowledge" => search(app, staff, arguments).await,
        "list_conversations" => list(app, staff, arguments).await,
        "read_conversation" => read(app, staff, arguments).await,
        "answer_conversation" => answer(app, staff, arguments).await,
        "add_note" => note(app, staff, arguments).await,
        "create_ticket" => create_ticket(app, staff, arguments).await,
        "list_tickets" => tickets(app, staff, arguments).await,
        _ => return None,
    };
    Some(done.map_or_else(|problem| CallToolResult::structured_error(told(&problem)), CallToolResult::structured))
}

fn told(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// Reads arguments. What came is not repeated.
fn given<T: DeserializeOwned>(arguments: Value) -> Result<T, Problem> {
    serde_json::from_value(arguments).map_err(|error| Problem::bad_json(format!("arguments: {error}")))
}

async fn search(app: &App, staff: &Staff, arguments: Value) -> Result<Value, Problem> {
    Ok(told(&api::find(app, staff, given(arguments)?).await?))
}

/// Which conversations.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ListView {
    Mine,
    Unassigned,
    Bot,
    #[default]
    All,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    #[serde(default)]
    view: ListView,
    status: Option<Status>,
    tag: Option<String>,
    limit: Option<u64>,
    cursor: Option<String>,
}

async fn list(app: &App, staff: &Staff, arguments: Value) -> Result<Value, Problem> {
    let list: List = given(arguments)?;
    let filter = ConversationFilter {
        view: match list.view {
            ListView::Mine => View::Mine(staff.user.id),
            ListView::Unassigned => View::Unassigned,
            ListView::Bot => View::Bot,
            ListView::All => View::All,
        },
        status: list.status,
        inbox_id: None,
        contact_id: None,
        tag: list.tag,
    };
    let limit = api::page_size(list.limit, 20, 50)?;
    let page = app.desk().conversations(&staff.scope, &filter, limit, list.cursor.as_deref()).await?;
    let Page { items, next_cursor } = page.ok_or_else(Problem::bad_cursor)?;
    let items: Vec<Value> = app.desk().views(&staff.scope, items).await?.iter().map(line).collect();
    Ok(json!({"items": items, "next_cursor": next_cursor}))
}

/// A conversation in short.
fn line(view: &ConversationView) -> Value {
    let conversation = &view.conversation;
    json!({
        "conversation_id": conversation.id,
        "status": conversation.status,
        "customer": view.contact.name.as_ref().unwrap_or(&view.contact.display_name_en),
        "contact_id": view.contact.id,
        "inbox": view.inbox.name,
        "assignee": view.assignee.as_ref().map(|assignee| &assignee.name),
        "tags": view.tags,
        "waiting_since": conversation.waiting_since,
        "last_message": view.preview,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Read {
    conversation_id: ConversationId,
    before: Option<u64>,
    limit: Option<u64>,
}

async fn read(app: &App, staff: &Staff, arguments: Value) -> Result<Value, Problem> {
    let Read { conversation_id, before, limit } = given(arguments)?;
    let limit = api::page_size(limit, 50, 200)?;
    let conversation = app.desk().conversation(&staff.scope, conversation_id).await?;
    let before = before.unwrap_or(conversation.seq + 1);
    let page = app.desk().events_before(&staff.scope, conversation_id, before, limit).await?;
    let messages: Vec<Value> = page
        .events
        .iter()
        .filter_map(|event| {
            let EventBody::Message { message } = &event.body else { return None };
            Some(json!({
                "seq": message.seq,
                "at": message.created_at,
                "from": message.sender,
                "private": message.visibility == Visibility::Private,
                "kind": message.content.kind(),
                "text": message.content.as_text(),
            }))
        })
        .collect();
    let view = app.desk().view(&staff.scope, conversation).await?;
    Ok(json!({"conversation": line(&view), "messages": messages, "more": page.more, "reached": page.reached}))
}

/// Whether a conversation that the assistant or nobody has is taken over.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum TakeOver {
    #[default]
    No,
    IfNeeded,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    conversation_id: ConversationId,
    text: String,
    #[serde(default)]
    take_over: TakeOver,
    client_key: Option<String>,
}

async fn answer(app: &App, staff: &Staff, arguments: Value) -> Result<Value, Problem> {
    let Answer { conversation_id, text, take_over, client_key } = given(arguments)?;
    let incoming = incoming(app, text, client_key)?;
    let desk = app.desk();
    let receipt = match desk.reply(&staff.scope, conversation_id, incoming.clone()).await {
        // The assistant has it, or it waits for somebody: a resolved one is not opened by an answer.
        Err(DeskError::Refused(Refusal::WrongStatus { status: Status::Bot | Status::Queued, .. }))
            if take_over == TakeOver::IfNeeded =>
        {
            desk.take_over(&staff.scope, conversation_id).await?;
            desk.reply(&staff.scope, conversation_id, incoming).await?
        }
        done => done?,
    };
    Ok(told(&receipt))
}

fn incoming(app: &App, text: String, client_key: Option<String>) -> Result<Incoming, Problem> {
    let content = Content::text(text);
    // Before anything is taken over.
    content.check().map_err(DeskError::from)?;
    let client_key = client_key.unwrap_or_else(|| format!("mcp-{}", app.desk().world().uuid()));
    Ok(Incoming { content, client_key: Some(client_key), external_id: None })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Note {
    conversation_id: ConversationId,
    text: String,
    client_key: Option<String>,
}

async fn note(app: &App, staff: &Staff, arguments: Value) -> Result<Value, Problem> {
    let Note { conversation_id, text, client_key } = given(arguments)?;
    let incoming = incoming(app, text, client_key)?;
    Ok(told(&app.desk().note(&staff.scope, conversation_id, incoming).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CreateTicket {
    conversation_id: ConversationId,
    subject: String,
    #[serde(default)]
    text: String,
    kind: Option<TicketKind>,
    phone: Option<String>,
}

async fn create_ticket(app: &App, staff: &Staff, arguments: Value) -> Result<Value, Problem> {
    let CreateTicket { conversation_id, subject, text, kind, phone } = given(arguments)?;
    let details = TicketDetails { subject, text, phone, ..TicketDetails::default() };
    let new = NewTicket { kind: kind.unwrap_or(TicketKind::Ticket), number: None, details };
    Ok(told(&app.desk().create_ticket(&staff.scope, conversation_id, new).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tickets {
    state: Option<TicketState>,
    kind: Option<TicketKind>,
    conversation_id: Option<ConversationId>,
    limit: Option<u64>,
    cursor: Option<String>,
}

async fn tickets(app: &App, staff: &Staff, arguments: Value) -> Result<Value, Problem> {
    let Tickets { state, kind, conversation_id, limit, cursor } = given(arguments)?;
    let limit = api::page_size(limit, 20, 100)?;
    let filter = TicketFilter { state, kind, contact_id: None, conversation_id };
    let page = app.desk().tickets(&staff.scope, &filter, limit, cursor.as_deref()).await?;
    Ok(told(&page.ok_or_else(Problem::bad_cursor)?))
}
