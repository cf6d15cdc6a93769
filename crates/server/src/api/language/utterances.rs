//! Utterances, and files of them.

use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yingda_desk::{LanguageFile, LanguageFormat, NewUtterance};
use yingda_model::{IntentId, Permission, Timestamp, UtteranceId};
use yingda_store::UtterancesOf;

use crate::api::{Page, page_size};
use crate::app::Staff;
use crate::extract::{Json, Path, Query};
use crate::upload::{self, Upload};
use crate::{App, Problem};

/// Largest file that is imported.
const MAX_FILE_BYTES: usize = 50_000_000;

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(replace, delete))
        .routes(routes!(relocate))
        .routes(routes!(delete_many))
        .routes(routes!(export))
        .merge(OpenApiRouter::new().routes(routes!(import)).layer(DefaultBodyLimit::max(MAX_FILE_BYTES + 64 * 1024)))
}

/// An example of what customers write.
#[derive(Serialize, ToSchema)]
struct Utterance {
    id: UtteranceId,
    /// What it is an example of; `null` when it belongs to no intent.
    intent_id: Option<IntentId>,
    text: String,
    /// Language tag, such as `zh` or `en`.
    lang: Option<String>,
    /// Where it comes from: `written` or `import`.
    origin: String,
    created_at: Timestamp,
}

impl From<yingda_store::Utterance> for Utterance {
    fn from(one: yingda_store::Utterance) -> Self {
        Self {
            id: one.id,
            intent_id: one.intent_id,
            text: one.text,
            lang: one.lang,
            origin: one.origin,
            created_at: one.created_at,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// Only those of this intent.
    #[param(value_type = Option<String>, format = Uuid)]
    intent_id: Option<IntentId>,
    /// Only those that belong to no intent.
    #[serde(default)]
    out_of_scope: bool,
    /// A text that they contain.
    q: Option<String>,
    /// 1 to 100; 50 when absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u64>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Utterances, newest first.
#[utoipa::path(get, path = "/language/utterances", tag = "Language", params(ListQuery),
    responses((status = 200, body = Page<Utterance>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(query): Query<ListQuery>,
) -> Result<axum::Json<Page<Utterance>>, Problem> {
    let limit = page_size(query.limit, 50, 100)?;
    let of = match (query.intent_id, query.out_of_scope) {
        (Some(_), true) => return Err(Problem::invalid("out_of_scope", "give either intent_id or out_of_scope")),
        (Some(id), false) => UtterancesOf::Intent(id),
        (None, true) => UtterancesOf::Nothing,
        (None, false) => UtterancesOf::All,
    };
    let words = query.q.as_deref().map(str::trim).filter(|words| !words.is_empty());
    if words.is_some_and(|words| words.chars().any(char::is_control)) {
        return Err(Problem::invalid("q", "control characters are not allowed"));
    }
    let page = app.desk().utterances(&staff.scope, of, words, limit, query.cursor.as_deref()).await?;
    let page = page.ok_or_else(Problem::bad_cursor)?;
    Ok(axum::Json(page.map(Utterance::from)))
}

/// What an utterance is to say.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Said {
    /// 1 to 1,000 characters; line breaks become spaces.
    text: String,
    /// Found from the text when absent.
    #[serde(default)]
    lang: Option<String>,
}

impl From<Said> for NewUtterance {
    fn from(said: Said) -> Self {
        Self { text: said.text, lang: said.lang }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AddUtterances {
    /// `null` when they belong to no intent.
    #[serde(default)]
    intent_id: Option<IntentId>,
    /// 1 to 1,000.
    utterances: Vec<Said>,
}

/// What adding did.
#[derive(Serialize, ToSchema)]
struct Added {
    added: usize,
    /// Texts that the intent had already.
    known: usize,
}

/// Add utterances to an intent. Texts that it has already are passed over, so that sending twice is sending once.
#[utoipa::path(post, path = "/language/utterances", tag = "Language", request_body = AddUtterances,
    responses((status = 200, body = Added), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn add(
    State(app): State<App>,
    staff: Staff,
    Json(write): Json<AddUtterances>,
) -> Result<axum::Json<Added>, Problem> {
    let new = write.utterances.into_iter().map(NewUtterance::from).collect();
    let done = app.desk().add_utterances(&staff.scope, write.intent_id, new).await?;
    Ok(axum::Json(Added { added: done.added, known: done.known }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WriteUtterance {
    /// `null` when it belongs to no intent.
    intent_id: Option<IntentId>,
    /// 1 to 1,000 characters; line breaks become spaces.
    text: String,
    /// Found from the text when absent.
    #[serde(default)]
    lang: Option<String>,
}

/// Replace an utterance.
#[utoipa::path(put, path = "/language/utterances/{id}", tag = "Language", request_body = WriteUtterance,
    params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = Utterance), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn replace(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<UtteranceId>,
    Json(write): Json<WriteUtterance>,
) -> Result<axum::Json<Utterance>, Problem> {
    let new = NewUtterance { text: write.text, lang: write.lang };
    Ok(axum::Json(app.desk().update_utterance(&staff.scope, id, write.intent_id, new).await?.into()))
}

/// Remove an utterance.
#[utoipa::path(delete, path = "/language/utterances/{id}", tag = "Language", params(("id" = String, Path, format = Uuid)),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn delete(State(app): State<App>, staff: Staff, Path(id): Path<UtteranceId>) -> Result<StatusCode, Problem> {
    app.desk().delete_utterances(&staff.scope, vec![id]).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Relocate {
    /// 1 to 1,000.
    ids: Vec<UtteranceId>,
    /// `null` when they belong to no intent.
    intent_id: Option<IntentId>,
}

/// Move utterances to another intent: all or none.
#[utoipa::path(post, path = "/language/utterances/move", tag = "Language", request_body = Relocate,
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn relocate(State(app): State<App>, staff: Staff, Json(write): Json<Relocate>) -> Result<StatusCode, Problem> {
    app.desk().move_utterances(&staff.scope, write.ids, write.intent_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DeleteUtterances {
    /// 1 to 1,000.
    ids: Vec<UtteranceId>,
}

/// Remove utterances: all or none.
#[utoipa::path(post, path = "/language/utterances/delete", tag = "Language", request_body = DeleteUtterances,
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn delete_many(
    State(app): State<App>,
    staff: Staff,
    Json(write): Json<DeleteUtterances>,
) -> Result<StatusCode, Problem> {
    app.desk().delete_utterances(&staff.scope, write.ids).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What an import did.
#[derive(Serialize, ToSchema)]
struct LanguageImport {
    intents_added: usize,
    /// Intents that were there and of which the file says something new.
    intents_changed: usize,
    utterances_added: usize,
    /// Utterances that were there already.
    utterances_known: usize,
    /// Utterances that could not be taken.
    skipped: Vec<Skipped>,
}

/// An utterance that could not be taken.
#[derive(Serialize, ToSchema)]
struct Skipped {
    /// Its beginning.
    text: String,
    why_zh: String,
    why_en: String,
}

/// Import intents and utterances from JSONL (`text`, `intent`), CSV or TSV with such columns, or Rasa's `nlu.yml`, whose
/// intents may also have `name_zh`, `name_en`, `answer` (the key of a knowledge entry) and `action`. The intent `oos` stands for
/// what belongs to none. What is there already is passed over.
#[utoipa::path(post, path = "/language/import", tag = "Language",
    request_body(content = Upload, content_type = "multipart/form-data"),
    responses((status = 200, body = LanguageImport), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn import(
    State(app): State<App>,
    staff: Staff,
    headers: HeaderMap,
    multipart: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Result<axum::Json<LanguageImport>, Problem> {
    if !staff.scope.may(Permission::WriteKnowledge) {
        return Err(Problem::forbidden("intents are changed by supervisors and admins"));
    }
    let file = upload::file(&headers, multipart, MAX_FILE_BYTES).await?;
    let parsed = tokio::task::spawn_blocking(move || LanguageFile::parse(&file.name, file.bytes.to_vec()))
        .await
        .map_err(|_| Problem::internal())?
        .map_err(|error| Problem::invalid("file", error.to_string()))?;
    let done = app.desk().import_language(&staff.scope, parsed).await?;
    let skipped =
        |one: yingda_desk::SkippedUtterance| Skipped { text: one.text, why_zh: one.why_zh, why_en: one.why_en };
    Ok(axum::Json(LanguageImport {
        intents_added: done.intents_added,
        intents_changed: done.intents_changed,
        utterances_added: done.utterances_added,
        utterances_known: done.utterances_known,
        skipped: done.skipped.into_iter().map(skipped).collect(),
    }))
}

/// What a file looks like.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Format {
    /// Rasa's `nlu.yml`, with titles, answers and actions.
    #[default]
    Yml,
    Jsonl,
    Csv,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ExportQuery {
    #[serde(default)]
    #[param(inline)]
    format: Format,
}

/// All intents and utterances as a file that can be imported again.
#[utoipa::path(get, path = "/language/export", tag = "Language", params(ExportQuery),
    responses((status = 200, content((serde_json::Value = "application/yaml"), (String = "application/jsonl"), (String = "text/csv"))),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn export(State(app): State<App>, staff: Staff, Query(query): Query<ExportQuery>) -> Result<Response, Problem> {
    let (format, kind, name) = match query.format {
        Format::Yml => (LanguageFormat::Rasa, "application/yaml; charset=utf-8", "nlu.yml"),
        Format::Jsonl => (LanguageFormat::JsonLines, "application/jsonl; charset=utf-8", "utterances.jsonl"),
        Format::Csv => (LanguageFormat::Csv, "text/csv; charset=utf-8", "utterances.csv"),
    };
    let text = app.desk().export_language(&staff.scope, format).await?;
    let disposition = format!("attachment; filename=\"{name}\"");
    Ok(([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)], text).into_response())
}
