//! Intents.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yingda_desk::{IntentCount, NewIntent};
use yingda_model::{IntentAction, IntentId, Timestamp};

use crate::api::idempotency_key;
use crate::app::Staff;
use crate::extract::{Json, Path};
use crate::{App, Problem};

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, replace, delete))
}

/// Something that customers want.
#[derive(Serialize, ToSchema)]
pub struct Intent {
    id: IntentId,
    /// Unique; `order/cancel` lies in `order`.
    name: String,
    title_zh: String,
    title_en: String,
    /// The key of the knowledge entries that answer it.
    answer_key: Option<String>,
    action: IntentAction,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<yingda_store::Intent> for Intent {
    fn from(intent: yingda_store::Intent) -> Self {
        Self {
            id: intent.id,
            name: intent.name,
            title_zh: intent.title_zh,
            title_en: intent.title_en,
            answer_key: intent.answer_key,
            action: intent.action,
            created_at: intent.created_at,
            updated_at: intent.updated_at,
        }
    }
}

/// An intent with the number of its utterances.
#[derive(Serialize, ToSchema)]
struct CountedIntent {
    #[serde(flatten)]
    intent: Intent,
    utterances: u64,
}

/// All intents.
#[derive(Serialize, ToSchema)]
struct IntentList {
    /// By name.
    items: Vec<CountedIntent>,
    /// Utterances that belong to no intent.
    out_of_scope: u64,
}

/// What an intent is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WriteIntent {
    /// 1 to 100 characters, without `|` and `+`; `/` makes a hierarchy.
    name: String,
    /// The name as it stands when absent.
    #[serde(default)]
    title_zh: String,
    #[serde(default)]
    title_en: String,
    #[serde(default)]
    answer_key: Option<String>,
    #[serde(default)]
    action: IntentAction,
}

impl From<WriteIntent> for NewIntent {
    fn from(write: WriteIntent) -> Self {
        Self {
            name: write.name,
            title_zh: write.title_zh,
            title_en: write.title_en,
            answer_key: write.answer_key,
            action: write.action,
        }
    }
}

/// Every intent, by name.
#[utoipa::path(get, path = "/language/intents", tag = "Language",
    responses((status = 200, body = IntentList), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn list(State(app): State<App>, staff: Staff) -> Result<axum::Json<IntentList>, Problem> {
    let all = app.desk().intents(&staff.scope).await?;
    let counted = |one: IntentCount| CountedIntent { intent: one.intent.into(), utterances: one.utterances };
    let items = all.intents.into_iter().map(counted).collect();
    Ok(axum::Json(IntentList { items, out_of_scope: all.out_of_scope }))
}

/// Add an intent. It is recognised after the next training.
#[utoipa::path(post, path = "/language/intents", tag = "Language", request_body = WriteIntent,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key again gives the same intent.")),
    responses((status = 201, body = Intent), (status = 200, body = Intent, description = "It was made before with this key."),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn create(
    State(app): State<App>,
    staff: Staff,
    headers: HeaderMap,
    Json(write): Json<WriteIntent>,
) -> Result<(StatusCode, axum::Json<Intent>), Problem> {
    let key = idempotency_key(&headers)?;
    let (intent, new) = app.desk().create_intent(&staff.scope, write.into(), key).await?;
    let status = if new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, axum::Json(intent.into())))
}

/// One intent.
#[utoipa::path(get, path = "/language/intents/{id}", tag = "Language", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = Intent), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn get(State(app): State<App>, staff: Staff, Path(id): Path<IntentId>) -> Result<axum::Json<Intent>, Problem> {
    Ok(axum::Json(app.desk().intent(&staff.scope, id).await?.into()))
}

/// Replace an intent: rename it, give it an answer. It counts with the next message.
#[utoipa::path(put, path = "/language/intents/{id}", tag = "Language", request_body = WriteIntent,
    params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = Intent), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn replace(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<IntentId>,
    Json(write): Json<WriteIntent>,
) -> Result<axum::Json<Intent>, Problem> {
    Ok(axum::Json(app.desk().update_intent(&staff.scope, id, write.into()).await?.into()))
}

/// Remove an intent with its utterances.
#[utoipa::path(delete, path = "/language/intents/{id}", tag = "Language", params(("id" = String, Path, format = Uuid)),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn delete(State(app): State<App>, staff: Staff, Path(id): Path<IntentId>) -> Result<StatusCode, Problem> {
    app.desk().delete_intent(&staff.scope, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
