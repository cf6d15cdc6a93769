//! Background jobs, for operators.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yingda_model::Timestamp;

use super::{Page, page_size};
use crate::app::Staff;
use crate::extract::{Path, Query};
use crate::{App, Problem};

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(retry))
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum JobState {
    Ready,
    Running,
    /// Failed too often; waits for an operator.
    #[default]
    Dead,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    #[serde(default)]
    #[param(inline)]
    state: JobState,
    /// 1 to 100; 50 when absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u64>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// A unit of background work.
#[derive(Serialize, ToSchema)]
struct Job {
    id: i64,
    /// What it does, such as `bot.turn`.
    kind: String,
    /// What it touches; jobs of one key run one after the other.
    key: String,
    state: JobState,
    /// How often it was begun.
    attempts: u32,
    run_at: Timestamp,
    last_error: Option<String>,
    /// How far it is, where its kind tells.
    #[schema(value_type = Option<Object>)]
    progress: Option<serde_json::Value>,
    created_at: Timestamp,
}

/// Background jobs in one state, newest first. Those that failed too often are `dead`.
#[utoipa::path(get, path = "/jobs", tag = "Jobs", params(ListQuery),
    responses((status = 200, body = Page<Job>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(query): Query<ListQuery>,
) -> Result<axum::Json<Page<Job>>, Problem> {
    let limit = page_size(query.limit, 50, 100)?;
    let before = match query.cursor.as_deref() {
        None => None,
        Some(cursor) => Some(cursor.parse::<i64>().map_err(|_| Problem::bad_cursor())?),
    };
    let state = match query.state {
        JobState::Ready => yingda_store::JobState::Ready,
        JobState::Running => yingda_store::JobState::Running,
        JobState::Dead => yingda_store::JobState::Dead,
    };
    let jobs = app.desk().jobs(&staff.scope, state, before, limit).await?;
    let full = jobs.len() as u64 == limit;
    let next_cursor = jobs.last().filter(|_| full).map(|job| job.id.to_string());
    let items = jobs
        .into_iter()
        .map(|job| Job {
            id: job.id,
            kind: job.kind,
            key: job.key,
            state: query.state,
            attempts: job.attempts,
            run_at: job.run_at,
            last_error: job.last_error,
            progress: job.progress.and_then(|progress| serde_json::from_str(&progress).ok()),
            created_at: job.created_at,
        })
        .collect();
    Ok(axum::Json(Page { items, next_cursor }))
}

/// Run a dead job again.
#[utoipa::path(post, path = "/jobs/{id}/retry", tag = "Jobs", params(("id" = i64, Path)),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn retry(State(app): State<App>, staff: Staff, Path(id): Path<i64>) -> Result<StatusCode, Problem> {
    app.desk().retry_job(&staff.scope, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
