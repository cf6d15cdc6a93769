//! Looking through the knowledge base for what could be better.

use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::Staff;
use crate::{App, Problem};

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(tend))
}

/// Look through the knowledge base now for what could be better: questions that nobody answered, drafts from resolved
/// conversations, entries that say the same or contradict each other, that are old, or that nobody needs. It is done every day
/// anyway. What is found is in the review queue: `GET /kb/changes?state=review`.
#[utoipa::path(post, path = "/kb/upkeep", tag = "Knowledge",
    responses((status = 202), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn tend(State(app): State<App>, staff: Staff) -> Result<StatusCode, Problem> {
    app.desk().tend_kb(&staff.scope).await?;
    Ok(StatusCode::ACCEPTED)
}
