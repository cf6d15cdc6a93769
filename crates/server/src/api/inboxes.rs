//! Inboxes.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yingda_desk::{InboxChange, Incoming, NewInbox, Receipt};
use yingda_model::{ContactId, Content, Inbox, InboxId};

use super::{Page, made};
use crate::app::Staff;
use crate::extract::{Json, Path};
use crate::{App, Problem};

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(update))
        .routes(routes!(identity_secret))
        .routes(routes!(deliver))
}

/// All inboxes.
#[utoipa::path(get, path = "/inboxes", tag = "Inboxes",
    responses((status = 200, body = Page<Inbox>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn list(State(app): State<App>, staff: Staff) -> Result<axum::Json<Page<Inbox>>, Problem> {
    Ok(axum::Json(Page::whole(app.desk().inboxes(&staff.scope).await?)))
}

/// Add an inbox.
#[utoipa::path(post, path = "/inboxes", tag = "Inboxes", request_body = NewInbox,
    responses((status = 201, body = Inbox), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn create(
    State(app): State<App>,
    staff: Staff,
    Json(new): Json<NewInbox>,
) -> Result<(StatusCode, axum::Json<Inbox>), Problem> {
    Ok((StatusCode::CREATED, axum::Json(app.desk().create_inbox(&staff.scope, new).await?)))
}

/// Change an inbox: what is absent stays; settings are replaced as a whole.
#[utoipa::path(patch, path = "/inboxes/{id}", tag = "Inboxes", request_body = InboxChange,
    params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = Inbox), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn update(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<InboxId>,
    Json(change): Json<InboxChange>,
) -> Result<axum::Json<Inbox>, Problem> {
    Ok(axum::Json(app.desk().update_inbox(&staff.scope, id, change).await?))
}

/// A secret just made.
#[derive(Serialize, ToSchema)]
struct IdentitySecret {
    /// Shown this once. Your server signs each customer number with it: hex HMAC-SHA256(secret, external_id).
    secret: String,
}

/// Make a new secret for proving who a visitor is; the one before stops working.
#[utoipa::path(post, path = "/inboxes/{id}/identity-secret", tag = "Inboxes", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = IdentitySecret), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn identity_secret(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<InboxId>,
) -> Result<axum::Json<IdentitySecret>, Problem> {
    let secret = app.desk().new_identity_secret(&staff.scope, id).await?;
    Ok(axum::Json(IdentitySecret { secret }))
}

/// A customer's message that another system delivers.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Delivery {
    /// The customer who wrote it.
    contact_id: ContactId,
    /// The other system's id of the message, 1 to 255 characters: the same id again is the same message.
    external_id: String,
    content: Content,
}

/// Deliver a customer's message into an inbox of kind `api`. 201 when stored, 200 when it had been stored before.
#[utoipa::path(post, path = "/inboxes/{id}/messages", tag = "Inboxes", request_body = Delivery,
    params(("id" = String, Path, format = Uuid)),
    responses((status = 201, body = Receipt), (status = 200, body = Receipt),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn deliver(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<InboxId>,
    Json(delivery): Json<Delivery>,
) -> Result<(StatusCode, axum::Json<Receipt>), Problem> {
    let incoming = Incoming { content: delivery.content, client_key: None, external_id: Some(delivery.external_id) };
    let receipt = app.desk().deliver(&staff.scope, id, delivery.contact_id, incoming).await?;
    Ok(made((receipt, !receipt.duplicate)))
}
