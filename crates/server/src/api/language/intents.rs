//! Intents.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yingda_desk::{Intents, NewIntent};
use yingda_model::IntentId;
use yingda_store::Intent;

use crate::api::{idempotency_key, made};
use crate::app::Staff;
use crate::extract::{Json, Path};
use crate::{App, Problem};

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, replace, delete))
}

/// Every intent, by name.
#[utoipa::path(get, path = "/language/intents", tag = "Language",
    responses((status = 200, body = Intents), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn list(State(app): State<App>, staff: Staff) -> Result<axum::Json<Intents>, Problem> {
    Ok(axum::Json(app.desk().intents(&staff.scope).await?))
}

/// Add an intent. It is recognised after the next training.
#[utoipa::path(post, path = "/language/intents", tag = "Language", request_body = NewIntent,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key again gives the same intent.")),
    responses((status = 201, body = Intent), (status = 200, body = Intent, description = "It was made before with this key."),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn create(
    State(app): State<App>,
    staff: Staff,
    headers: HeaderMap,
    Json(write): Json<NewIntent>,
) -> Result<(StatusCode, axum::Json<Intent>), Problem> {
    let key = idempotency_key(&headers)?;
    Ok(made(app.desk().create_intent(&staff.scope, write, key).await?))
}

/// One intent.
#[utoipa::path(get, path = "/language/intents/{id}", tag = "Language", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = Intent), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn get(State(app): State<App>, staff: Staff, Path(id): Path<IntentId>) -> Result<axum::Json<Intent>, Problem> {
    Ok(axum::Json(app.desk().intent(&staff.scope, id).await?))
}

/// Replace an intent: rename it, give it an answer. It counts with the next message.
#[utoipa::path(put, path = "/language/intents/{id}", tag = "Language", request_body = NewIntent,
    params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = Intent), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn replace(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<IntentId>,
    Json(write): Json<NewIntent>,
) -> Result<axum::Json<Intent>, Problem> {
    Ok(axum::Json(app.desk().update_intent(&staff.scope, id, write).await?))
}

/// Remove an intent with its utterances.
#[utoipa::path(delete, path = "/language/intents/{id}", tag = "Language", params(("id" = String, Path, format = Uuid)),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn delete(State(app): State<App>, staff: Staff, Path(id): Path<IntentId>) -> Result<StatusCode, Problem> {
    app.desk().delete_intent(&staff.scope, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
