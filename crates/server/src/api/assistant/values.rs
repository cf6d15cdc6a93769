//! Secrets and settings: what the assistant's files may name.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yingda_store::{SecretInfo, Setting};

use crate::api::Page;
use crate::app::Staff;
use crate::extract::{Json, Path};
use crate::{App, Problem};

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(secrets))
        .routes(routes!(set_secret, delete_secret))
        .routes(routes!(settings))
        .routes(routes!(set_setting, delete_setting))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewValue {
    /// At most 8 KiB.
    value: String,
}

/// The secrets' names. Values are never given out.
#[utoipa::path(get, path = "/assistant/secrets", tag = "Assistant",
    responses((status = 200, body = Page<SecretInfo>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn secrets(State(app): State<App>, staff: Staff) -> Result<axum::Json<Page<SecretInfo>>, Problem> {
    Ok(axum::Json(Page::whole(app.desk().assistant_secrets(&staff.scope).await?)))
}

/// Set a secret, which tools use as `secrets.NAME`. It is sealed, and never shown again.
#[utoipa::path(put, path = "/assistant/secrets/{name}", tag = "Assistant", request_body = NewValue, params(("name" = String, Path)),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn set_secret(
    State(app): State<App>,
    staff: Staff,
    Path(name): Path<String>,
    Json(new): Json<NewValue>,
) -> Result<StatusCode, Problem> {
    app.desk().set_assistant_secret(&staff.scope, name, new.value).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Remove a secret.
#[utoipa::path(delete, path = "/assistant/secrets/{name}", tag = "Assistant", params(("name" = String, Path)),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn delete_secret(State(app): State<App>, staff: Staff, Path(name): Path<String>) -> Result<StatusCode, Problem> {
    super::may_manage(&staff)?;
    named(&name)?;
    app.desk().delete_assistant_secret(&staff.scope, name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The settings with their values.
#[utoipa::path(get, path = "/assistant/settings", tag = "Assistant",
    responses((status = 200, body = Page<Setting>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn settings(State(app): State<App>, staff: Staff) -> Result<axum::Json<Page<Setting>>, Problem> {
    Ok(axum::Json(Page::whole(app.desk().assistant_settings(&staff.scope).await?)))
}

/// Set a setting, which files use as `settings.NAME`. One that begins with `test_` stands in for the one without while the
/// assistant is tried out.
#[utoipa::path(put, path = "/assistant/settings/{name}", tag = "Assistant", request_body = NewValue, params(("name" = String, Path)),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn set_setting(
    State(app): State<App>,
    staff: Staff,
    Path(name): Path<String>,
    Json(new): Json<NewValue>,
) -> Result<StatusCode, Problem> {
    app.desk().set_assistant_setting(&staff.scope, name, new.value).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Remove a setting.
#[utoipa::path(delete, path = "/assistant/settings/{name}", tag = "Assistant", params(("name" = String, Path)),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn delete_setting(State(app): State<App>, staff: Staff, Path(name): Path<String>) -> Result<StatusCode, Problem> {
    super::may_manage(&staff)?;
    named(&name)?;
    app.desk().delete_assistant_setting(&staff.scope, name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Text that no name can be is not looked for.
fn named(name: &str) -> Result<(), Problem> {
    let is_name = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && name.len() <= 64;
    if is_name { Ok(()) } else { Err(Problem::not_found("value")) }
}
