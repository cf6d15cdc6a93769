//! Websites that pages are read from.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yingda_desk::{WebOutcome, WebSettings};
use yingda_model::{Timestamp, WebSourceId};
use yingda_store::WebSource;

use crate::api::Page;
use crate::app::Staff;
use crate::extract::{Json, Path};
use crate::{App, Problem};

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, replace, delete)).routes(routes!(read))
}

/// A website that pages are read from.
#[derive(Serialize, ToSchema)]
struct Website {
    id: WebSourceId,
    settings: WebSettings,
    /// What came of it the last time; absent before the first time.
    outcome: Option<WebOutcome>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl Website {
    fn new(web: WebSource) -> Result<Self, Problem> {
        Ok(Self {
            id: web.id,
            settings: WebSettings::of(&web)?,
            outcome: web.outcome.and_then(|outcome| serde_json::from_value(outcome).ok()),
            created_at: web.created_at,
            updated_at: web.updated_at,
        })
    }
}

/// Websites that pages are read from, oldest first.
#[utoipa::path(get, path = "/kb/web", tag = "Knowledge",
    responses((status = 200, body = Page<Website>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn list(State(app): State<App>, staff: Staff) -> Result<axum::Json<Page<Website>>, Problem> {
    let found = app.desk().web_sources(&staff.scope).await?;
    Ok(axum::Json(Page::whole(found.into_iter().map(Website::new).collect::<Result<_, _>>()?)))
}

/// Have a website read, now and from time to time. Addresses inside the company's network are refused unless the server was
/// started with them allowed.
#[utoipa::path(post, path = "/kb/web", tag = "Knowledge", request_body = WebSettings,
    responses((status = 201, body = Website), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn create(
    State(app): State<App>,
    staff: Staff,
    Json(settings): Json<WebSettings>,
) -> Result<(StatusCode, axum::Json<Website>), Problem> {
    let web = app.desk().put_web_source(&staff.scope, None, settings).await?;
    Ok((StatusCode::CREATED, axum::Json(Website::new(web)?)))
}

/// One website, with what came of reading it.
#[utoipa::path(get, path = "/kb/web/{id}", tag = "Knowledge", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = Website), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn get(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<WebSourceId>,
) -> Result<axum::Json<Website>, Problem> {
    Ok(axum::Json(Website::new(app.desk().web_source(&staff.scope, id).await?)?))
}

/// Change what of a website is read, and read it again.
#[utoipa::path(put, path = "/kb/web/{id}", tag = "Knowledge", request_body = WebSettings,
    params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = Website), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn replace(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<WebSourceId>,
    Json(settings): Json<WebSettings>,
) -> Result<axum::Json<Website>, Problem> {
    Ok(axum::Json(Website::new(app.desk().put_web_source(&staff.scope, Some(id), settings).await?)?))
}

/// Read a website no more. The entries that came from it stay.
#[utoipa::path(delete, path = "/kb/web/{id}", tag = "Knowledge", params(("id" = String, Path, format = Uuid)),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn delete(State(app): State<App>, staff: Staff, Path(id): Path<WebSourceId>) -> Result<StatusCode, Problem> {
    app.desk().delete_web_source(&staff.scope, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Read a website now.
#[utoipa::path(post, path = "/kb/web/{id}/read", tag = "Knowledge", params(("id" = String, Path, format = Uuid)),
    responses((status = 202), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read(State(app): State<App>, staff: Staff, Path(id): Path<WebSourceId>) -> Result<StatusCode, Problem> {
    app.desk().read_web_source(&staff.scope, id).await?;
    Ok(StatusCode::ACCEPTED)
}
