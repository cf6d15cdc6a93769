//! Conversations, as agents see them.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yingda_desk::{ConversationView, Events, Incoming, Receipt};
use yingda_model::{
    Assignment, ContactId, Content, Conversation, ConversationId, Event, InboxId, Status, Timestamp, Trace, Visibility,
};
use yingda_store::{ConversationFilter, View};

use super::{Page, made, page_size};
use crate::app::Staff;
use crate::extract::{Json, Path, Query};
use crate::{App, Problem};

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, open))
        .routes(routes!(counts))
        .routes(routes!(get))
        .routes(routes!(events))
        .routes(routes!(send))
        .routes(routes!(take_over))
        .routes(routes!(return_to_bot))
        .routes(routes!(resolve))
        .routes(routes!(reopen))
        .routes(routes!(snooze))
        .routes(routes!(assign))
        .routes(routes!(read))
        .routes(routes!(typing))
        .routes(routes!(traces))
}

/// Which list.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ListView {
    /// Assigned to me and not resolved.
    Mine,
    /// Waiting for a person.
    Unassigned,
    /// With the assistant.
    Bot,
    #[default]
    All,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    #[serde(default)]
    #[param(inline)]
    view: ListView,
    #[param(inline)]
    status: Option<Status>,
    #[param(value_type = Option<String>, format = Uuid)]
    inbox_id: Option<InboxId>,
    #[param(value_type = Option<String>, format = Uuid)]
    contact_id: Option<ContactId>,
    /// Only conversations with this tag.
    tag: Option<String>,
    /// 1 to 100; 50 when absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u64>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Conversations, newest activity first.
#[utoipa::path(get, path = "/conversations", tag = "Conversations", params(ListQuery),
    responses((status = 200, body = Page<ConversationView>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(query): Query<ListQuery>,
) -> Result<axum::Json<Page<ConversationView>>, Problem> {
    let filter = ConversationFilter {
        view: match query.view {
            ListView::Mine => View::Mine(staff.user.id),
            ListView::Unassigned => View::Unassigned,
            ListView::Bot => View::Bot,
            ListView::All => View::All,
        },
        status: query.status,
        inbox_id: query.inbox_id,
        contact_id: query.contact_id,
        tag: query.tag,
    };
    let limit = page_size(query.limit, 50, 100)?;
    let page = app
        .desk()
        .conversations(&staff.scope, &filter, limit, query.cursor.as_deref())
        .await?
        .ok_or_else(Problem::bad_cursor)?;
    let items = app.desk().views(&staff.scope, page.items).await?;
    Ok(axum::Json(Page { items, next_cursor: page.next_cursor }))
}

/// How many conversations each list has.
#[derive(Serialize, ToSchema)]
struct Counts {
    mine: u64,
    /// Of mine, those with messages that nobody has read.
    mine_unread: u64,
    unassigned: u64,
    bot: u64,
    /// All that are not resolved.
    all_open: u64,
}

/// How many conversations each list has.
#[utoipa::path(get, path = "/conversations/counts", tag = "Conversations",
    responses((status = 200, body = Counts), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn counts(State(app): State<App>, staff: Staff) -> Result<axum::Json<Counts>, Problem> {
    let counts = app.desk().counts(&staff.scope).await?;
    Ok(axum::Json(Counts {
        mine: counts.mine,
        mine_unread: counts.mine_unread,
        unassigned: counts.unassigned,
        bot: counts.bot,
        all_open: counts.all_open,
    }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OpenConversation {
    inbox_id: InboxId,
    contact_id: ContactId,
}

/// Open a conversation with a contact, or get the one there is (200).
#[utoipa::path(post, path = "/conversations", tag = "Conversations", request_body = OpenConversation,
    responses((status = 201, body = ConversationView), (status = 200, body = ConversationView),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn open(
    State(app): State<App>,
    staff: Staff,
    Json(open): Json<OpenConversation>,
) -> Result<(StatusCode, axum::Json<ConversationView>), Problem> {
    let (conversation, new) = app.desk().open(&staff.scope, open.inbox_id, open.contact_id).await?;
    let status = if new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, view(&app, &staff, conversation).await?))
}

async fn view(app: &App, staff: &Staff, conversation: Conversation) -> Result<axum::Json<ConversationView>, Problem> {
    Ok(axum::Json(app.desk().view(&staff.scope, conversation).await?))
}

/// One conversation.
#[utoipa::path(get, path = "/conversations/{id}", tag = "Conversations", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = ConversationView), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn get(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ConversationId>,
) -> Result<axum::Json<ConversationView>, Problem> {
    let conversation = app.desk().conversation(&staff.scope, id).await?;
    view(&app, &staff, conversation).await
}

/// A part of a conversation's events.
#[derive(Serialize, ToSchema)]
pub(super) struct EventPage {
    /// In order.
    events: Vec<Event>,
    /// The last event that this reader may see.
    last_seq: u64,
    /// Whether there are more in the direction that was asked for.
    more: bool,
    /// Where this part ends, events that this reader may not see included: give it as `after` or `before` for the next.
    reached: u64,
}

impl EventPage {
    /// Of a thread that has not begun.
    pub(super) fn empty() -> Self {
        Self { events: Vec::new(), last_seq: 0, more: false, reached: 0 }
    }
}

impl From<Events> for EventPage {
    fn from(events: Events) -> Self {
        Self { events: events.events, last_seq: events.last_seq, more: events.more, reached: events.reached }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct EventQuery {
    /// Events after this `seq`, in order. 0: from the beginning.
    #[param(minimum = 0)]
    pub after: Option<u64>,
    /// Instead: the events just before this `seq`, in order.
    #[param(minimum = 0)]
    pub before: Option<u64>,
    /// 1 to 500; 200 when absent.
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<u64>,
}

/// What happened in a conversation: messages and changes, in order.
#[utoipa::path(get, path = "/conversations/{id}/events", tag = "Conversations",
    params(("id" = String, Path, format = Uuid), EventQuery),
    responses((status = 200, body = EventPage), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn events(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ConversationId>,
    Query(query): Query<EventQuery>,
) -> Result<axum::Json<EventPage>, Problem> {
    Ok(axum::Json(event_page(&app, &staff.scope, id, &query).await?))
}

impl EventQuery {
    /// Checks what the types cannot say; gives the page size.
    pub(super) fn check(&self) -> Result<u64, Problem> {
        if self.after.is_some() && self.before.is_some() {
            return Err(Problem::bad_request("give `after` or `before`, not both"));
        }
        page_size(self.limit, 200, 500)
    }
}

pub(super) async fn event_page(
    app: &App,
    scope: &yingda_model::Scope,
    id: ConversationId,
    query: &EventQuery,
) -> Result<EventPage, Problem> {
    let limit = query.check()?;
    let events = match query.before {
        Some(before) => app.desk().events_before(scope, id, before, limit).await?,
        None => app.desk().events_after(scope, id, query.after.unwrap_or(0), limit).await?,
    };
    Ok(events.into())
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SendMessage {
    /// Made by the client, 1 to 100 characters: sending the same key again gives the same message.
    client_key: String,
    content: Content,
    /// `private`: a note for colleagues.
    #[serde(default = "public")]
    visibility: Visibility,
}

fn public() -> Visibility {
    Visibility::Public
}

/// Answer the customer, or write a note for colleagues. 201 when stored, 200 when it had been stored before.
#[utoipa::path(post, path = "/conversations/{id}/messages", tag = "Conversations", request_body = SendMessage,
    params(("id" = String, Path, format = Uuid)),
    responses((status = 201, body = Receipt), (status = 200, body = Receipt),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn send(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ConversationId>,
    Json(send): Json<SendMessage>,
) -> Result<(StatusCode, axum::Json<Receipt>), Problem> {
    let incoming = Incoming { content: send.content, client_key: Some(send.client_key), external_id: None };
    let receipt = match send.visibility {
        Visibility::Public => app.desk().reply(&staff.scope, id, incoming).await?,
        Visibility::Private => app.desk().note(&staff.scope, id, incoming).await?,
    };
    Ok(made((receipt, !receipt.duplicate)))
}

/// Take the conversation, whoever has it.
#[utoipa::path(post, path = "/conversations/{id}/take-over", tag = "Conversations", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = ConversationView), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn take_over(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ConversationId>,
) -> Result<axum::Json<ConversationView>, Problem> {
    let conversation = app.desk().take_over(&staff.scope, id).await?;
    view(&app, &staff, conversation).await
}

/// Let the assistant go on.
#[utoipa::path(post, path = "/conversations/{id}/return-to-bot", tag = "Conversations", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = ConversationView), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn return_to_bot(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ConversationId>,
) -> Result<axum::Json<ConversationView>, Problem> {
    let conversation = app.desk().return_to_bot(&staff.scope, id).await?;
    view(&app, &staff, conversation).await
}

/// The matter is settled.
#[utoipa::path(post, path = "/conversations/{id}/resolve", tag = "Conversations", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = ConversationView), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn resolve(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ConversationId>,
) -> Result<axum::Json<ConversationView>, Problem> {
    let conversation = app.desk().resolve(&staff.scope, id).await?;
    view(&app, &staff, conversation).await
}

/// It is not settled after all.
#[utoipa::path(post, path = "/conversations/{id}/reopen", tag = "Conversations", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = ConversationView), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn reopen(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ConversationId>,
) -> Result<axum::Json<ConversationView>, Problem> {
    let conversation = app.desk().reopen(&staff.scope, id).await?;
    view(&app, &staff, conversation).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Snooze {
    until: Timestamp,
}

/// Put the conversation aside until a moment, or until the customer writes.
#[utoipa::path(post, path = "/conversations/{id}/snooze", tag = "Conversations", request_body = Snooze,
    params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = ConversationView), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn snooze(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ConversationId>,
    Json(snooze): Json<Snooze>,
) -> Result<axum::Json<ConversationView>, Problem> {
    let conversation = app.desk().snooze(&staff.scope, id, snooze.until).await?;
    view(&app, &staff, conversation).await
}

/// Give the conversation to a person, or into a team's queue.
#[utoipa::path(post, path = "/conversations/{id}/assign", tag = "Conversations", request_body = Assignment,
    params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = ConversationView), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn assign(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ConversationId>,
    Json(to): Json<Assignment>,
) -> Result<axum::Json<ConversationView>, Problem> {
    let conversation = app.desk().assign(&staff.scope, id, to).await?;
    view(&app, &staff, conversation).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Read {
    /// Everything up to this event has been read.
    pub seq: u64,
}

/// Everything up to an event has been read.
#[utoipa::path(post, path = "/conversations/{id}/read", tag = "Conversations", request_body = Read,
    params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = ConversationView), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ConversationId>,
    Json(read): Json<Read>,
) -> Result<axum::Json<ConversationView>, Problem> {
    let conversation = app.desk().mark_read(&staff.scope, id, read.seq).await?;
    view(&app, &staff, conversation).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Typing {
    pub on: bool,
}

/// Show the customer that one is typing. Not stored.
#[utoipa::path(post, path = "/conversations/{id}/typing", tag = "Conversations", request_body = Typing,
    params(("id" = String, Path, format = Uuid)),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn typing(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ConversationId>,
    Json(typing): Json<Typing>,
) -> Result<StatusCode, Problem> {
    app.desk().typing(&staff.scope, id, typing.on).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Why the assistant did what it did, newest first.
#[utoipa::path(get, path = "/conversations/{id}/traces", tag = "Conversations", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = Page<Trace>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn traces(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ConversationId>,
) -> Result<axum::Json<Page<Trace>>, Problem> {
    Ok(axum::Json(Page::whole(app.desk().traces(&staff.scope, id).await?)))
}
