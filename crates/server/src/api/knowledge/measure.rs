//! Questions that search is measured by.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yingda_desk::EvalDraft;
use yingda_library::Measured;
use yingda_model::{EvalPairId, Permission};
use yingda_store::EvalPair;

use crate::api::Page;
use crate::app::Staff;
use crate::extract::{Json, Path};
use crate::{App, Problem};

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, add)).routes(routes!(delete)).routes(routes!(run))
}

/// The questions that search is measured by, oldest first.
#[utoipa::path(get, path = "/kb/eval", tag = "Knowledge",
    responses((status = 200, body = Page<EvalPair>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn list(State(app): State<App>, staff: Staff) -> Result<axum::Json<Page<EvalPair>>, Problem> {
    Ok(axum::Json(Page::whole(app.desk().eval_pairs(&staff.scope).await?)))
}

/// A question with what answers it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewEvalPair {
    query: String,
    lang: Option<String>,
    /// Ids or keys of the entries that answer it; none: nothing does.
    #[serde(default)]
    relevant: Vec<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AddEvalPairs {
    pairs: Vec<NewEvalPair>,
}

/// Add questions to measure by. Those that are there already are not added again.
#[utoipa::path(post, path = "/kb/eval", tag = "Knowledge", request_body = AddEvalPairs,
    responses((status = 201, body = Page<EvalPair>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn add(
    State(app): State<App>,
    staff: Staff,
    Json(new): Json<AddEvalPairs>,
) -> Result<(StatusCode, axum::Json<Page<EvalPair>>), Problem> {
    let drafts =
        new.pairs.into_iter().map(|pair| EvalDraft { query: pair.query, lang: pair.lang, relevant: pair.relevant });
    let added = app.desk().add_eval_pairs(&staff.scope, drafts.collect()).await?;
    Ok((StatusCode::CREATED, axum::Json(Page::whole(added))))
}

/// Remove a question.
#[utoipa::path(delete, path = "/kb/eval/{id}", tag = "Knowledge", params(("id" = String, Path, format = Uuid)),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn delete(State(app): State<App>, staff: Staff, Path(id): Path<EvalPairId>) -> Result<StatusCode, Problem> {
    app.desk().delete_eval_pair(&staff.scope, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ask all of them, and tell how many right entries come first.
#[utoipa::path(post, path = "/kb/eval/run", tag = "Knowledge",
    responses((status = 200, body = Measured), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn run(State(app): State<App>, staff: Staff) -> Result<axum::Json<Measured>, Problem> {
    if !staff.scope.may(Permission::ReadKnowledge) {
        return Err(Problem::forbidden("reading knowledge needs the right to it"));
    }
    Ok(axum::Json(app.knowledge().measure(&staff.scope).await?))
}
