//! Tickets: things to be done for customers.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yingda_model::{ContactId, ConversationId, NewTicket, Ticket, TicketDetails, TicketId, TicketKind, TicketState};
use yingda_store::TicketFilter;

use super::{Page, page_size};
use crate::app::Staff;
use crate::extract::{Json, Path, Query};
use crate::{App, Problem};

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(create))
        .routes(routes!(close))
        .routes(routes!(reopen))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    #[param(inline)]
    state: Option<TicketState>,
    #[param(inline)]
    kind: Option<TicketKind>,
    #[param(value_type = Option<String>, format = Uuid)]
    contact_id: Option<ContactId>,
    #[param(value_type = Option<String>, format = Uuid)]
    conversation_id: Option<ConversationId>,
    /// 1 to 100; 50 when absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u64>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Tickets, newest first.
#[utoipa::path(get, path = "/tickets", tag = "Tickets", params(ListQuery),
    responses((status = 200, body = Page<Ticket>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(query): Query<ListQuery>,
) -> Result<axum::Json<Page<Ticket>>, Problem> {
    let limit = page_size(query.limit, 50, 100)?;
    let filter = TicketFilter {
        state: query.state,
        kind: query.kind,
        contact_id: query.contact_id,
        conversation_id: query.conversation_id,
    };
    let page = app.desk().tickets(&staff.scope, &filter, limit, query.cursor.as_deref()).await?;
    page.map(axum::Json).ok_or_else(Problem::bad_cursor)
}

/// One ticket.
#[utoipa::path(get, path = "/tickets/{id}", tag = "Tickets", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = Ticket), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn get(State(app): State<App>, staff: Staff, Path(id): Path<TicketId>) -> Result<axum::Json<Ticket>, Problem> {
    Ok(axum::Json(app.desk().ticket(&staff.scope, id).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateTicket {
    /// `ticket` when absent.
    #[serde(default = "something_to_do")]
    kind: TicketKind,
    /// One line, 1 to 200 characters.
    subject: String,
    /// At most 10,000 characters.
    #[serde(default)]
    text: String,
    /// The number to call.
    phone: Option<String>,
}

fn something_to_do() -> TicketKind {
    TicketKind::Ticket
}

/// Make a ticket for a conversation's customer. A private note in the conversation tells of it.
#[utoipa::path(post, path = "/conversations/{id}/tickets", tag = "Tickets", request_body = CreateTicket,
    params(("id" = String, Path, format = Uuid)),
    responses((status = 201, body = Ticket), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn create(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ConversationId>,
    Json(new): Json<CreateTicket>,
) -> Result<(StatusCode, axum::Json<Ticket>), Problem> {
    let CreateTicket { kind, subject, text, phone } = new;
    let details = TicketDetails { subject, text, phone, ..TicketDetails::default() };
    let ticket = app.desk().create_ticket(&staff.scope, id, NewTicket { kind, number: None, details }).await?;
    Ok((StatusCode::CREATED, axum::Json(ticket)))
}

/// It is done.
#[utoipa::path(post, path = "/tickets/{id}/close", tag = "Tickets", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = Ticket), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn close(State(app): State<App>, staff: Staff, Path(id): Path<TicketId>) -> Result<axum::Json<Ticket>, Problem> {
    Ok(axum::Json(app.desk().close_ticket(&staff.scope, id).await?))
}

/// It is not done after all.
#[utoipa::path(post, path = "/tickets/{id}/reopen", tag = "Tickets", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = Ticket), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn reopen(State(app): State<App>, staff: Staff, Path(id): Path<TicketId>) -> Result<axum::Json<Ticket>, Problem> {
    Ok(axum::Json(app.desk().reopen_ticket(&staff.scope, id).await?))
}
