//! Runs in the background: how far they are, what they came to, and how to end them.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use yingda_desk::RunInfo;

use crate::api::Page;
use crate::app::Staff;
use crate::extract::Path;
use crate::{App, Problem};

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(get)).routes(routes!(cancel))
}

/// A run with what it came to.
#[derive(Serialize, ToSchema)]
struct Run {
    #[serde(flatten)]
    run: RunInfo,
    /// Of one that is done: the report of tests, of simulated customers, of walks, of a replay, or the release.
    #[schema(value_type = Option<Object>)]
    result: Option<serde_json::Value>,
    /// Of one that failed: why, as a problem document.
    #[schema(value_type = Option<Object>)]
    problem: Option<serde_json::Value>,
}

/// The newest runs, newest first, at most 20: tests, simulations, walks, replays, publications.
#[utoipa::path(get, path = "/assistant/runs", tag = "Assistant",
    responses((status = 200, body = Page<RunInfo>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn list(State(app): State<App>, staff: Staff) -> Result<axum::Json<Page<RunInfo>>, Problem> {
    Ok(axum::Json(Page::whole(app.desk().assistant_runs(&staff.scope).await?)))
}

/// One run: how far it is, and what it came to.
#[utoipa::path(get, path = "/assistant/runs/{id}", tag = "Assistant", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = Run), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn get(State(app): State<App>, staff: Staff, Path(id): Path<Uuid>) -> Result<axum::Json<Run>, Problem> {
    let (run, told) = app.desk().assistant_run(&staff.scope, id).await?;
    let mut told = told.unwrap_or_default();
    let mut part = |name: &str| told.get_mut(name).map(serde_json::Value::take);
    Ok(axum::Json(Run { run, result: part("result"), problem: part("problem") }))
}

/// End a run before its time; nothing of it is kept. One that has ended stays as it is.
#[utoipa::path(post, path = "/assistant/runs/{id}/cancel", tag = "Assistant", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = RunInfo), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn cancel(State(app): State<App>, staff: Staff, Path(id): Path<Uuid>) -> Result<axum::Json<RunInfo>, Problem> {
    Ok(axum::Json(app.desk().cancel_run(&staff.scope, id).await?))
}
