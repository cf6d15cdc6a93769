//! What happens to customers outside of conversations: flows may wait for it.

use axum::extract::State;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yingda_assistant::Happened;
use yingda_model::{ContactId, IdentityKind, InboxId, Permission};

use crate::app::{Staff, Visitor};
use crate::extract::Json;
use crate::limit::Rule;
use crate::{App, Problem};

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(of_staff)).routes(routes!(of_visitor))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CompanyEvent {
    /// As flows name it under `starts: events`, such as `order_delayed`; at most 64 characters.
    name: String,
    /// Where the customer is written to: this or `inbox_key`.
    inbox_id: Option<InboxId>,
    inbox_key: Option<String>,
    /// Whom it happened to: this or `external_id`.
    contact_id: Option<ContactId>,
    /// The company's own number of the customer.
    external_id: Option<String>,
    /// What flows see as `event`; at most 16 KiB.
    #[serde(default)]
    #[schema(value_type = Object)]
    properties: Map<String, Value>,
}

/// Something happened to a customer: an order is late, a parcel came. Begins the flow that waits for it, within consent and
/// limits.
#[utoipa::path(post, path = "/events", tag = "Assistant", request_body = CompanyEvent,
    responses((status = 200, body = Happened), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn of_staff(
    State(app): State<App>,
    staff: Staff,
    Json(event): Json<CompanyEvent>,
) -> Result<axum::Json<Happened>, Problem> {
    // Said before anything is looked up: who may not write need not learn who is there.
    if !staff.scope.may(Permission::WriteConversations) {
        return Err(Problem::forbidden("events are told by those who may write to customers"));
    }
    let inbox = match (event.inbox_id, &event.inbox_key) {
        (Some(id), None) => id,
        (None, Some(key)) => inbox_of(&app, &staff, key).await?,
        _ => return Err(Problem::invalid("inbox_id", "give `inbox_id` or `inbox_key`, one of them")),
    };
    let contact = match (event.contact_id, &event.external_id) {
        (Some(id), None) => id,
        (None, Some(number)) => contact_of(&app, &staff, number).await?,
        _ => return Err(Problem::invalid("contact_id", "give `contact_id` or `external_id`, one of them")),
    };
    // Both are looked for before anything else, so that a wrong one is told whether or not a flow waits.
    let reader = app.desk().store().read(&staff.scope);
    let (inbox, contact) = (reader.inbox(inbox).await?.id, reader.surviving_contact(contact).await?.id);
    let happened = app.assistant().happened(&staff.scope, contact, inbox, &event.name, event.properties).await?;
    Ok(axum::Json(happened))
}

async fn inbox_of(app: &App, staff: &Staff, key: &str) -> Result<InboxId, Problem> {
    let inboxes = app.desk().store().read(&staff.scope).inboxes().await?;
    let inbox = inboxes.into_iter().find(|inbox| inbox.key == key);
    inbox.map(|inbox| inbox.id).ok_or_else(|| Problem::not_found("inbox"))
}

async fn contact_of(app: &App, staff: &Staff, number: &str) -> Result<ContactId, Problem> {
    let length = number.chars().count();
    if number.trim().is_empty() || length > 255 || number.chars().any(char::is_control) {
        return Err(Problem::invalid("external_id", format!("expected 1 to 255 characters, got {length}")));
    }
    let reader = app.desk().store().read(&staff.scope);
    let found = reader.contact_by_identity(IdentityKind::External, number).await?;
    found.ok_or_else(|| Problem::not_found("contact"))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct VisitorEvent {
    /// As flows name it under `starts: events`, such as `page` or `cart`; at most 64 characters.
    name: String,
    /// What flows see as `event`; at most 16 KiB.
    #[serde(default)]
    #[schema(value_type = Object)]
    properties: Map<String, Value>,
}

/// Tell of what the customer does on the page: opened, stayed, put into the basket. Begins the flow that waits for it, within
/// consent and limits.
#[utoipa::path(post, path = "/visitor/events", tag = "Visitors", request_body = VisitorEvent, security(("visitor" = [])),
    responses((status = 200, body = Happened), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn of_visitor(
    State(app): State<App>,
    visitor: Visitor,
    Json(event): Json<VisitorEvent>,
) -> Result<axum::Json<Happened>, Problem> {
    app.limit(Rule::CustomerEvent, &visitor.contact.id.to_string())?;
    let (contact, inbox) = (visitor.contact.id, visitor.inbox.id);
    let happened = app.assistant().happened(&visitor.scope, contact, inbox, &event.name, event.properties).await?;
    Ok(axum::Json(happened))
}
