//! The knowledge base.

use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yingda_assistant::Asked;
use yingda_desk::KbDraft;
use yingda_knowledge::import::{self, MAX_FILE_BYTES, Refusal};
use yingda_model::{EntryId, Permission, Timestamp};
use yingda_store::KbEntry;

use super::{Page, page_size};
use crate::app::Staff;
use crate::extract::{Json, Path, Query};
use crate::upload::{self, Upload};
use crate::{App, Problem};

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, replace, delete))
        .routes(routes!(ask))
        .merge(OpenApiRouter::new().routes(routes!(import)).layer(DefaultBodyLimit::max(MAX_FILE_BYTES + 64 * 1024)))
}

/// A question with its answer.
#[derive(Serialize, ToSchema)]
struct Entry {
    id: EntryId,
    /// What intents refer to it by; the same in each language.
    key: Option<String>,
    question: String,
    answer: String,
    /// Other ways of asking.
    variants: Vec<String>,
    /// Language tag, such as `zh` or `en`.
    lang: Option<String>,
    category: Option<String>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<KbEntry> for Entry {
    fn from(entry: KbEntry) -> Self {
        Self {
            id: entry.id,
            key: entry.key,
            question: entry.question,
            answer: entry.answer,
            variants: entry.variants,
            lang: entry.lang,
            category: entry.category,
            created_at: entry.created_at,
            updated_at: entry.updated_at,
        }
    }
}

/// What an entry is to say.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WriteEntry {
    /// What intents refer to it by; absent leaves that of an entry that is there, and an empty one takes it away.
    #[serde(default)]
    key: Option<String>,
    /// 1 to 500 characters.
    question: String,
    /// 1 to 10,000 characters, plain text.
    answer: String,
    /// At most 200 other ways of asking.
    #[serde(default)]
    variants: Vec<String>,
    #[serde(default)]
    lang: Option<String>,
    #[serde(default)]
    category: Option<String>,
}

impl WriteEntry {
    fn into_entry(self, id: EntryId, now: Timestamp) -> KbEntry {
        KbEntry {
            id,
            key: self.key.map(|key| key.trim().to_owned()),
            question: self.question.trim().to_owned(),
            answer: self.answer,
            variants: self.variants,
            lang: self.lang,
            category: self.category,
            created_at: now,
            updated_at: now,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// Search text: the entries that answer it best come first, and there is one page.
    q: Option<String>,
    /// Language tag of the entries.
    lang: Option<String>,
    /// 1 to 100; 50 when absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u64>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Knowledge entries, newest first, or those that answer a question best.
#[utoipa::path(get, path = "/kb/entries", tag = "Knowledge", params(ListQuery),
    responses((status = 200, body = Page<Entry>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(query): Query<ListQuery>,
) -> Result<axum::Json<Page<Entry>>, Problem> {
    let limit = page_size(query.limit, 50, 100)?;
    if query.lang.as_ref().is_some_and(|lang| lang.chars().any(char::is_control)) {
        return Err(Problem::invalid("lang", "expected a language tag such as zh"));
    }
    if let Some(text) = query.q.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        let asked = app.assistant().ask(&staff.scope, text).await?;
        let mut items = Vec::new();
        for candidate in asked.candidates {
            if let Ok(id) = candidate.entry_id.parse() {
                items.push(app.desk().kb_entry(&staff.scope, id).await?.into());
            }
        }
        return Ok(axum::Json(Page::whole(items)));
    }
    let (entries, next_cursor) = app
        .desk()
        .kb_entries(&staff.scope, query.lang.as_deref(), limit, query.cursor.as_deref())
        .await?
        .ok_or_else(Problem::bad_cursor)?;
    Ok(axum::Json(Page { items: entries.into_iter().map(Entry::from).collect(), next_cursor }))
}

/// Add a knowledge entry.
#[utoipa::path(post, path = "/kb/entries", tag = "Knowledge", request_body = WriteEntry,
    responses((status = 201, body = Entry), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn create(
    State(app): State<App>,
    staff: Staff,
    Json(write): Json<WriteEntry>,
) -> Result<(StatusCode, axum::Json<Entry>), Problem> {
    let world = app.desk().world();
    let entry = write.into_entry(world.uuid().into(), world.now());
    app.desk().add_kb_entries(&staff.scope, vec![entry.clone()]).await?;
    Ok((StatusCode::CREATED, axum::Json(entry.into())))
}

/// One knowledge entry.
#[utoipa::path(get, path = "/kb/entries/{id}", tag = "Knowledge", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = Entry), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn get(State(app): State<App>, staff: Staff, Path(id): Path<EntryId>) -> Result<axum::Json<Entry>, Problem> {
    Ok(axum::Json(app.desk().kb_entry(&staff.scope, id).await?.into()))
}

/// Replace a knowledge entry.
#[utoipa::path(put, path = "/kb/entries/{id}", tag = "Knowledge", request_body = WriteEntry,
    params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = Entry), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn replace(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<EntryId>,
    Json(write): Json<WriteEntry>,
) -> Result<axum::Json<Entry>, Problem> {
    let entry = write.into_entry(id, app.desk().world().now());
    Ok(axum::Json(app.desk().update_kb_entry(&staff.scope, entry).await?.into()))
}

/// Remove a knowledge entry.
#[utoipa::path(delete, path = "/kb/entries/{id}", tag = "Knowledge", params(("id" = String, Path, format = Uuid)),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn delete(State(app): State<App>, staff: Staff, Path(id): Path<EntryId>) -> Result<StatusCode, Problem> {
    app.desk().delete_kb_entry(&staff.scope, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Ask {
    /// 1 to 2,000 characters.
    text: String,
}

/// What the assistant would answer, with scores and reasons. Nothing is stored.
#[utoipa::path(post, path = "/kb/ask", tag = "Knowledge", request_body = Ask,
    responses((status = 200, body = Asked), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn ask(State(app): State<App>, staff: Staff, Json(ask): Json<Ask>) -> Result<axum::Json<Asked>, Problem> {
    let length = ask.text.chars().count();
    if ask.text.trim().is_empty() || length > 2_000 {
        return Err(Problem::invalid("text", format!("expected 1 to 2000 characters, got {length}")));
    }
    Ok(axum::Json(app.assistant().ask(&staff.scope, &ask.text).await?))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ImportQuery {
    /// Take the good lines even when some are refused.
    #[serde(default)]
    skip_bad: bool,
}

/// What an import did.
#[derive(Serialize, ToSchema)]
struct ImportReport {
    /// Entries that were added.
    added: usize,
    /// Entries whose question was there before; they were replaced.
    updated: usize,
    /// Lines that were refused, with the reason. Without `skip_bad` nothing was stored when there are any.
    refused: Vec<RefusedLine>,
}

#[derive(Serialize, ToSchema)]
struct RefusedLine {
    place: String,
    code: String,
    message_zh: String,
    message_en: String,
}

impl From<&Refusal> for RefusedLine {
    fn from(refusal: &Refusal) -> Self {
        Self {
            place: refusal.place.to_string(),
            code: refusal.reason.code().into(),
            message_zh: refusal.zh(),
            message_en: refusal.to_string(),
        }
    }
}

/// Import knowledge from a CSV, XLSX, JSONL or Markdown file: all or nothing, unless `skip_bad`. Entries whose question is
/// there already are replaced.
#[utoipa::path(post, path = "/kb/import", tag = "Knowledge", params(ImportQuery),
    request_body(content = Upload, content_type = "multipart/form-data"),
    responses((status = 200, body = ImportReport), (status = 422, content((ImportReport = "application/json"), (Problem = "application/problem+json"))),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn import(
    State(app): State<App>,
    staff: Staff,
    Query(query): Query<ImportQuery>,
    headers: HeaderMap,
    multipart: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Result<(StatusCode, axum::Json<ImportReport>), Problem> {
    if !staff.scope.may(Permission::WriteKnowledge) {
        return Err(Problem::forbidden("knowledge is changed by supervisors and admins"));
    }
    let file = upload::file(&headers, multipart, MAX_FILE_BYTES).await?;
    let parsed = tokio::task::spawn_blocking(move || import::parse(&file.name, &file.bytes))
        .await
        .map_err(|_| Problem::internal())?
        .map_err(|error| Problem::invalid("file", error.to_string()))?;
    let refused: Vec<RefusedLine> = parsed.refused.iter().map(RefusedLine::from).collect();
    if !refused.is_empty() && !query.skip_bad {
        let report = ImportReport { added: 0, updated: 0, refused };
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, axum::Json(report)));
    }
    let drafts = parsed
        .entries
        .into_iter()
        .map(|(_, entry)| KbDraft {
            key: import::given_id(&entry).map(str::to_owned),
            question: entry.question,
            answer: entry.answer,
            variants: entry.variants,
            lang: entry.lang,
            category: entry.category,
        })
        .collect();
    let done = app.desk().import_kb(&staff.scope, drafts).await?;
    Ok((StatusCode::OK, axum::Json(ImportReport { added: done.added, updated: done.updated, refused })))
}
