//! The files that are being worked on.

use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yingda_desk::Expected;
use yingda_model::{Actor, AssistantDraft, AssistantFile, Timestamp};

use super::MAX_FILES_BYTES;
use crate::app::Staff;
use crate::extract::{Json, Query};
use crate::{App, Problem};

/// Largest body with one file, in bytes: as JSON a text can be six times as long.
const MAX_FILE_BYTES: usize = 2 * 1024 * 1024;

pub fn router() -> OpenApiRouter<App> {
    let one = OpenApiRouter::new().routes(routes!(get, put, delete)).layer(DefaultBodyLimit::max(MAX_FILE_BYTES));
    let all = OpenApiRouter::new().routes(routes!(list, replace)).layer(DefaultBodyLimit::max(MAX_FILES_BYTES));
    one.merge(all)
}

/// The files that are being worked on.
#[derive(Serialize, ToSchema)]
struct DraftList {
    /// Grows with every change of files, releases, secrets and settings.
    revision: i64,
    items: Vec<DraftLine>,
}

/// A file without its text.
#[derive(Serialize, ToSchema)]
struct DraftLine {
    path: String,
    /// Another one after each change of this file.
    revision: i64,
    updated_at: Timestamp,
    updated_by: Actor,
    bytes: usize,
}

/// A revision of the assistant's files.
#[derive(Serialize, ToSchema)]
pub(super) struct Revision {
    pub revision: i64,
}

/// The files that are being worked on, by path.
#[utoipa::path(get, path = "/assistant/files", tag = "Assistant",
    responses((status = 200, body = DraftList), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn list(State(app): State<App>, staff: Staff) -> Result<axum::Json<DraftList>, Problem> {
    // Read first: a change meanwhile makes it outdated, not wrong.
    let revision = app.desk().assistant_revision(&staff.scope).await?;
    let line = |draft: AssistantDraft| DraftLine {
        bytes: draft.text.len(),
        path: draft.path,
        revision: draft.revision,
        updated_at: draft.updated_at,
        updated_by: draft.updated_by,
    };
    let items = app.desk().assistant_files(&staff.scope).await?.into_iter().map(line).collect();
    Ok(axum::Json(DraftList { revision, items }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReplaceFiles {
    /// At most 500; paths such as `flows/return.yml`.
    files: Vec<AssistantFile>,
    /// The revision of all files that this is based on; another is there: 409.
    expected_revision: Option<i64>,
}

/// Put a whole folder in place of the files that are being worked on: a pack, an import. What customers meet stays until it is
/// published.
#[utoipa::path(put, path = "/assistant/files", tag = "Assistant", request_body = ReplaceFiles,
    responses((status = 200, body = Revision), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn replace(
    State(app): State<App>,
    staff: Staff,
    Json(new): Json<ReplaceFiles, MAX_FILES_BYTES>,
) -> Result<axum::Json<Revision>, Problem> {
    let revision = app.desk().replace_assistant_files(&staff.scope, new.files, new.expected_revision).await?;
    Ok(axum::Json(Revision { revision }))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct FileQuery {
    /// Such as `flows/return.yml`.
    path: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DeleteQuery {
    /// Such as `flows/return.yml`.
    path: String,
    /// The file's revision; another is there: 409.
    expected_revision: Option<i64>,
}

/// A path as it may be looked for.
fn path(path: &str) -> Result<&str, Problem> {
    match yingda_model::check_assistant_path(path) {
        Ok(()) => Ok(path),
        Err(error) => Err(Problem::invalid("path", error.to_string())),
    }
}

/// One file that is being worked on.
#[utoipa::path(get, path = "/assistant/file", tag = "Assistant", params(FileQuery),
    responses((status = 200, body = AssistantDraft), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn get(
    State(app): State<App>,
    staff: Staff,
    Query(query): Query<FileQuery>,
) -> Result<axum::Json<AssistantDraft>, Problem> {
    super::may_read(&staff)?;
    Ok(axum::Json(app.desk().assistant_file(&staff.scope, path(&query.path)?).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PutFile {
    text: String,
    /// The file's revision that this is based on; `null`: there must be none of this path; absent: whatever is there.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<i64>)]
    expected_revision: Option<Option<i64>>,
}

/// What is there, `null` too.
fn said<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<i64>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// Write a file. It need not be right yet: see `/assistant/check`.
#[utoipa::path(put, path = "/assistant/file", tag = "Assistant", params(FileQuery), request_body = PutFile,
    responses((status = 200, body = AssistantDraft), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn put(
    State(app): State<App>,
    staff: Staff,
    Query(query): Query<FileQuery>,
    Json(new): Json<PutFile, MAX_FILE_BYTES>,
) -> Result<axum::Json<AssistantDraft>, Problem> {
    let expected = match new.expected_revision {
        None => Expected::Anything,
        Some(None) => Expected::Absent,
        Some(Some(revision)) => Expected::Revision(revision),
    };
    let file = AssistantFile { path: query.path, text: new.text };
    Ok(axum::Json(app.desk().put_assistant_file(&staff.scope, file, expected).await?))
}

/// Remove a file that is being worked on. Releases keep it.
#[utoipa::path(delete, path = "/assistant/file", tag = "Assistant", params(DeleteQuery),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn delete(State(app): State<App>, staff: Staff, Query(query): Query<DeleteQuery>) -> Result<StatusCode, Problem> {
    super::may_manage(&staff)?;
    let expected = query.expected_revision.map_or(Expected::Anything, Expected::Revision);
    app.desk().delete_assistant_file(&staff.scope, path(&query.path)?.to_owned(), expected).await?;
    Ok(StatusCode::NO_CONTENT)
}
