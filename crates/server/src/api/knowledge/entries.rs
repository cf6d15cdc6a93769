//! Entries.

use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yingda_model::{Audience, EntryContent, EntryId, EntryKind, EntryStatus, KbEntry, TeamId, UserId};
use yingda_store::{EntryFacets, EntryFilter};

use crate::api::{Page, page_size};
use crate::app::Staff;
use crate::extract::{Json, Path, Query};
use crate::{App, Problem};

/// Largest entry as JSON, in bytes.
pub(super) const MAX_ENTRY_BYTES: usize = 5 * 1024 * 1024;

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, replace, delete))
        .routes(routes!(set_status))
        .routes(routes!(facets))
        .layer(DefaultBodyLimit::max(MAX_ENTRY_BYTES))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// Search text: the entries that answer it best come first, and there is one page.
    q: Option<String>,
    kind: Option<EntryKind>,
    status: Option<EntryStatus>,
    /// Language tag of the entries.
    lang: Option<String>,
    /// A category and all below it.
    category: Option<String>,
    tag: Option<String>,
    /// `public`, `signed_in`, `agents`, or the id of a team.
    audience: Option<String>,
    owner: Option<UserId>,
    /// Entries with this key: translations of each other.
    key: Option<String>,
    /// 1 to 100; 50 when absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u64>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct FacetQuery {
    kind: Option<EntryKind>,
    status: Option<EntryStatus>,
    /// Language tag of the entries.
    lang: Option<String>,
    /// A category and all below it.
    category: Option<String>,
    tag: Option<String>,
}

/// An audience as an address names it.
pub(super) fn audience(text: &str) -> Result<Audience, Problem> {
    match text {
        "public" => Ok(Audience::Public),
        "signed_in" => Ok(Audience::SignedIn),
        "agents" => Ok(Audience::Agents),
        id => id
            .parse::<TeamId>()
            .map(Audience::Team)
            .map_err(|_| Problem::invalid("audience", "expected public, signed_in, agents or the id of a team")),
    }
}

/// Refuses names that no entry can have.
fn printable(field: &'static str, text: Option<&String>) -> Result<Option<String>, Problem> {
    match text {
        Some(text) if text.chars().any(char::is_control) || text.chars().count() > 300 => {
            Err(Problem::invalid(field, "expected a name of at most 300 characters, without control characters"))
        }
        text => Ok(text.cloned()),
    }
}

/// Knowledge entries, newest first, or those that answer a question best.
#[utoipa::path(get, path = "/kb/entries", tag = "Knowledge", params(ListQuery),
    responses((status = 200, body = Page<KbEntry>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(query): Query<ListQuery>,
) -> Result<axum::Json<Page<KbEntry>>, Problem> {
    let limit = page_size(query.limit, 50, 100)?;
    let filter = EntryFilter {
        kind: query.kind,
        status: query.status,
        lang: printable("lang", query.lang.as_ref())?,
        category: printable("category", query.category.as_ref())?,
        tag: printable("tag", query.tag.as_ref())?,
        audience: query.audience.as_deref().map(audience).transpose()?,
        owner: query.owner,
        key: printable("key", query.key.as_ref())?,
    };
    if let Some(text) = query.q.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        let found = super::search::best(&app, &staff, text, &filter, limit).await?;
        return Ok(axum::Json(Page::whole(found)));
    }
    let page = app.desk().kb_entries(&staff.scope, &filter, limit, query.cursor.as_deref()).await?;
    page.map(axum::Json).ok_or_else(Problem::bad_cursor)
}

/// How many entries there are of each kind, status, language, category, tag and audience.
#[utoipa::path(get, path = "/kb/facets", tag = "Knowledge", params(FacetQuery),
    responses((status = 200, body = EntryFacets), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn facets(
    State(app): State<App>,
    staff: Staff,
    Query(query): Query<FacetQuery>,
) -> Result<axum::Json<EntryFacets>, Problem> {
    let filter = EntryFilter {
        kind: query.kind,
        status: query.status,
        lang: printable("lang", query.lang.as_ref())?,
        category: printable("category", query.category.as_ref())?,
        tag: printable("tag", query.tag.as_ref())?,
        ..EntryFilter::default()
    };
    Ok(axum::Json(app.desk().kb_facets(&staff.scope, &filter).await?))
}

/// Add a knowledge entry; it is used at once. To have somebody look at it first, propose it.
#[utoipa::path(post, path = "/kb/entries", tag = "Knowledge", request_body = EntryContent,
    responses((status = 201, body = KbEntry), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn create(
    State(app): State<App>,
    staff: Staff,
    Json(content): Json<EntryContent, MAX_ENTRY_BYTES>,
) -> Result<(StatusCode, axum::Json<KbEntry>), Problem> {
    let entry = app.desk().add_kb_entry(&staff.scope, content).await?;
    Ok((StatusCode::CREATED, axum::Json(entry)))
}

/// One knowledge entry.
#[utoipa::path(get, path = "/kb/entries/{id}", tag = "Knowledge", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = KbEntry), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn get(State(app): State<App>, staff: Staff, Path(id): Path<EntryId>) -> Result<axum::Json<KbEntry>, Problem> {
    Ok(axum::Json(app.desk().kb_entry(&staff.scope, id).await?))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ReplaceQuery {
    /// Only if the entry is still at this version; otherwise the answer is 409.
    version: Option<i64>,
    /// What is done, in words: kept with the version.
    note: Option<String>,
}

/// Replace a knowledge entry: that is its next version. A key that is absent leaves the one that the entry has, an empty one
/// takes it away.
#[utoipa::path(put, path = "/kb/entries/{id}", tag = "Knowledge", request_body = EntryContent,
    params(("id" = String, Path, format = Uuid), ReplaceQuery),
    responses((status = 200, body = KbEntry), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn replace(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<EntryId>,
    Query(query): Query<ReplaceQuery>,
    Json(content): Json<EntryContent, MAX_ENTRY_BYTES>,
) -> Result<axum::Json<KbEntry>, Problem> {
    let entry = app.desk().update_kb_entry(&staff.scope, id, content, query.version, query.note).await?;
    Ok(axum::Json(entry))
}

/// Remove a knowledge entry with its history. To keep it out of use only, archive it.
#[utoipa::path(delete, path = "/kb/entries/{id}", tag = "Knowledge", params(("id" = String, Path, format = Uuid)),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn delete(State(app): State<App>, staff: Staff, Path(id): Path<EntryId>) -> Result<StatusCode, Problem> {
    app.desk().delete_kb_entry(&staff.scope, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SetStatus {
    status: EntryStatus,
}

/// Take an entry out of use, or back into it.
#[utoipa::path(put, path = "/kb/entries/{id}/status", tag = "Knowledge", request_body = SetStatus,
    params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = KbEntry), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn set_status(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<EntryId>,
    Json(set): Json<SetStatus>,
) -> Result<axum::Json<KbEntry>, Problem> {
    Ok(axum::Json(app.desk().set_kb_status(&staff.scope, id, set.status).await?))
}
