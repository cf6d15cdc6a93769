//! Proposals: drafts of people, suggestions of the program.

use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yingda_desk::ChangeDraft;
use yingda_model::{ChangeId, ChangeOrigin, ChangeState, EntryContent, EntryId, KbChange, KbEntry};
use yingda_store::ChangeFilter;

use super::entries::MAX_ENTRY_BYTES;
use super::versions::Difference;
use crate::api::{Page, page_size};
use crate::app::Staff;
use crate::extract::{Json, Path, Query};
use crate::{App, Problem};

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, propose))
        .routes(routes!(get, update))
        .routes(routes!(accept))
        .routes(routes!(refuse))
        .routes(routes!(effect))
        .layer(DefaultBodyLimit::max(MAX_ENTRY_BYTES))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// `review` is the queue of what waits for a decision.
    state: Option<ChangeState>,
    origin: Option<ChangeOrigin>,
    /// Proposals to change this entry.
    entry: Option<EntryId>,
    /// 1 to 100; 50 when absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u64>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Proposals, newest first.
#[utoipa::path(get, path = "/kb/changes", tag = "Knowledge", params(ListQuery),
    responses((status = 200, body = Page<KbChange>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(query): Query<ListQuery>,
) -> Result<axum::Json<Page<KbChange>>, Problem> {
    let limit = page_size(query.limit, 50, 100)?;
    let filter = ChangeFilter { state: query.state, origin: query.origin, entry: query.entry };
    let page = app.desk().kb_changes(&staff.scope, &filter, limit, query.cursor.as_deref()).await?;
    page.map(axum::Json).ok_or_else(Problem::bad_cursor)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Propose {
    /// The entry to change; absent: a new one.
    entry_id: Option<EntryId>,
    content: EntryContent,
    /// `draft` while it is being written, `review` when somebody is to look at it.
    #[serde(default = "review")]
    state: ChangeState,
    /// Why.
    note: Option<String>,
}

fn review() -> ChangeState {
    ChangeState::Review
}

/// Propose to add or change an entry. Agents may; supervisors and admins publish.
#[utoipa::path(post, path = "/kb/changes", tag = "Knowledge", request_body = Propose,
    responses((status = 201, body = KbChange), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn propose(
    State(app): State<App>,
    staff: Staff,
    Json(new): Json<Propose, MAX_ENTRY_BYTES>,
) -> Result<(StatusCode, axum::Json<KbChange>), Problem> {
    let Propose { entry_id, content, state, note } = new;
    let change = app.desk().propose_kb(&staff.scope, ChangeDraft { entry_id, content, state, note }).await?;
    Ok((StatusCode::CREATED, axum::Json(change)))
}

/// A proposal beside what it would change.
#[derive(Serialize, ToSchema)]
struct ProposedChange {
    #[serde(flatten)]
    change: KbChange,
    /// What differs from the entry as it is; absent for a new entry.
    difference: Option<Difference>,
}

/// One proposal, with what it would change.
#[utoipa::path(get, path = "/kb/changes/{id}", tag = "Knowledge", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = ProposedChange), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn get(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ChangeId>,
) -> Result<axum::Json<ProposedChange>, Problem> {
    let change = app.desk().kb_change(&staff.scope, id).await?;
    let ids: Vec<EntryId> = change.entry_id.into_iter().collect();
    let entry = app.desk().kb_entries_by_id(&staff.scope, &ids).await?.into_iter().next();
    let difference = entry.map(|entry| Difference::between(&entry.content, &change.content));
    Ok(axum::Json(ProposedChange { change, difference }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Update {
    content: EntryContent,
    /// `draft` or `review`.
    state: ChangeState,
    note: Option<String>,
}

/// Write on at a proposal that is not decided.
#[utoipa::path(put, path = "/kb/changes/{id}", tag = "Knowledge", request_body = Update,
    params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = KbChange), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn update(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ChangeId>,
    Json(update): Json<Update, MAX_ENTRY_BYTES>,
) -> Result<axum::Json<KbChange>, Problem> {
    let Update { content, state, note } = update;
    Ok(axum::Json(app.desk().update_kb_change(&staff.scope, id, content, state, note).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Accept {
    /// What is published in place of what was proposed.
    content: Option<EntryContent>,
}

/// What became of a proposal.
#[derive(Serialize, ToSchema)]
struct AcceptedChange {
    change: KbChange,
    entry: KbEntry,
}

/// Publish a proposal, as it is or edited. If the entry has changed since it was made, the answer is 409.
#[utoipa::path(post, path = "/kb/changes/{id}/accept", tag = "Knowledge", request_body = Accept,
    params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = AcceptedChange), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn accept(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ChangeId>,
    Json(accept): Json<Accept, MAX_ENTRY_BYTES>,
) -> Result<axum::Json<AcceptedChange>, Problem> {
    let done = app.desk().accept_kb_change(&staff.scope, id, accept.content).await?;
    Ok(axum::Json(AcceptedChange { change: done.change, entry: done.entry }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Refuse {
    /// Why.
    note: Option<String>,
}

/// Turn a proposal down. The program does not make the same again.
#[utoipa::path(post, path = "/kb/changes/{id}/refuse", tag = "Knowledge", request_body = Refuse,
    params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = KbChange), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn refuse(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ChangeId>,
    Json(refuse): Json<Refuse>,
) -> Result<axum::Json<KbChange>, Problem> {
    Ok(axum::Json(app.desk().refuse_kb_change(&staff.scope, id, refuse.note).await?))
}

/// Measure what publishing a proposal would do to the evaluation questions. The result is kept with the proposal.
#[utoipa::path(post, path = "/kb/changes/{id}/effect", tag = "Knowledge", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = KbChange), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn effect(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ChangeId>,
) -> Result<axum::Json<KbChange>, Problem> {
    let change = app.desk().kb_change(&staff.scope, id).await?;
    let effect = app.knowledge().effect(&staff.scope, &change, app.desk().world().now()).await?;
    Ok(axum::Json(app.desk().set_kb_change_effect(&staff.scope, id, effect).await?))
}
