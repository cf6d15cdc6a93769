//! Files: entries in and out, documents.

use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use ring::digest;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yingda_exchange::{Format, Note, Refusal};
use yingda_library::files;
use yingda_model::{Audience, EntryContent, KbEntry, Permission};

use super::entries::audience;
use crate::app::Staff;
use crate::extract::Query;
use crate::upload::{self, Upload};
use crate::{App, Problem};

/// Largest file of entries, in bytes.
const MAX_IMPORT_BYTES: usize = yingda_exchange::MAX_FILE_BYTES as usize;
/// Largest document, in bytes.
const MAX_DOCUMENT_BYTES: usize = crate::files::MAX_FILE_BYTES;

pub fn router() -> OpenApiRouter<App> {
    let large = MAX_IMPORT_BYTES.max(MAX_DOCUMENT_BYTES) + 64 * 1024;
    OpenApiRouter::new()
        .routes(routes!(import))
        .routes(routes!(document))
        .layer(DefaultBodyLimit::max(large))
        .routes(routes!(export))
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
    /// The kind of file.
    format: String,
    /// Entries that were added.
    added: usize,
    /// Entries that were there before; what they said was replaced.
    updated: usize,
    /// Entries that said the same already.
    unchanged: usize,
    /// Drafts of the file, which became proposals.
    proposals: usize,
    /// Lines that were refused, with the reason. Without `skip_bad` nothing was stored when there are any.
    refused: Vec<ReportLine>,
    /// What was taken, but not quite as it stands in the file.
    notes: Vec<ReportLine>,
}

/// A line of a report.
#[derive(Serialize, ToSchema)]
struct ReportLine {
    place: String,
    code: String,
    message_zh: String,
    message_en: String,
}

impl ReportLine {
    /// Says that entries named what this workspace does not have.
    fn of_unknown(entries: usize) -> Self {
        Self {
            place: String::new(),
            code: "unknown_references".into(),
            message_zh: format!(
                "{entries} 个条目引用了本工作区没有的团队、负责人或文件：已去掉；原属团队的改为仅客服可见"
            ),
            message_en: format!(
                "{entries} entries named a team, an owner or a file that this workspace does not have: it was left out, and what \
                 was for a team is for agents"
            ),
        }
    }
}

impl From<&Refusal> for ReportLine {
    fn from(refusal: &Refusal) -> Self {
        Self {
            place: refusal.place.to_string(),
            code: refusal.reason.code().into(),
            message_zh: refusal.zh(),
            message_en: refusal.to_string(),
        }
    }
}

impl From<&Note> for ReportLine {
    fn from(note: &Note) -> Self {
        Self {
            place: note.place.to_string(),
            code: note.code().into(),
            message_zh: note.zh(),
            message_en: note.to_string(),
        }
    }
}

/// Import knowledge: CSV, XLSX, JSONL, Markdown (also many files in a ZIP archive), articles of Chatwoot or Zendesk. All or
/// nothing, unless `skip_bad`. Entries that are there already (by id, key and language, or question) are replaced.
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
    may_write(&staff)?;
    let file = upload::file(&headers, multipart, MAX_IMPORT_BYTES).await?;
    let parsed = tokio::task::spawn_blocking(move || files::parse(&file.name, &file.bytes))
        .await
        .map_err(|_| Problem::internal())?
        .map_err(|error| Problem::bad_file(error.to_string(), error.zh()))?;
    let mut report = ImportReport {
        format: parsed.format.code().into(),
        added: 0,
        updated: 0,
        unchanged: 0,
        proposals: 0,
        refused: parsed.refused.iter().map(ReportLine::from).collect(),
        notes: parsed.notes.iter().map(ReportLine::from).collect(),
    };
    if !report.refused.is_empty() && !query.skip_bad {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, axum::Json(report)));
    }
    let taken = files::import(app.desk(), &staff.scope, parsed).await?;
    // Much of it at once: the index does not wait for the first question.
    app.knowledge().warm_up(vec![staff.scope.clone()]);
    (report.added, report.updated) = (taken.entries.added, taken.entries.updated);
    (report.unchanged, report.proposals) = (taken.entries.unchanged, taken.proposals);
    report.notes.extend((taken.entries.unknown > 0).then(|| ReportLine::of_unknown(taken.entries.unknown)));
    Ok((StatusCode::OK, axum::Json(report)))
}

fn may_write(staff: &Staff) -> Result<(), Problem> {
    if staff.scope.may(Permission::WriteKnowledge) {
        Ok(())
    } else {
        Err(Problem::forbidden("knowledge is changed by supervisors and admins"))
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ExportQuery {
    /// `jsonl` (everything, with versions and proposals), `csv`, `xlsx` or `markdown_folder`; `jsonl` when absent.
    format: Option<String>,
}

/// All entries as a file that the import takes again.
#[utoipa::path(get, path = "/kb/export", tag = "Knowledge", params(ExportQuery),
    responses((status = 200, content((String = "application/jsonl"), (String = "text/csv"), (String = "application/zip"),
            (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn export(
    State(app): State<App>,
    staff: Staff,
    Query(query): Query<ExportQuery>,
) -> Result<impl IntoResponse, Problem> {
    let name = query.format.as_deref().unwrap_or("jsonl");
    let format = Format::parse(name)
        .filter(|format| format.is_written())
        .ok_or_else(|| Problem::invalid("format", "expected jsonl, csv, xlsx or markdown_folder"))?;
    let mut bytes = Vec::new();
    files::export(app.desk(), &staff.scope, format, &mut bytes).await.map_err(|error| match error {
        files::FilesError::Desk(error) => error.into(),
        files::FilesError::Export(error) => Problem::invalid("format", error.to_string()),
    })?;
    let attachment = format!("attachment; filename=\"knowledge.{}\"", format.ending());
    Ok(([(header::CONTENT_TYPE, format.media_type().to_owned()), (header::CONTENT_DISPOSITION, attachment)], bytes))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DocumentQuery {
    /// The title, if not as the file says.
    title: Option<String>,
    category: Option<String>,
    /// Language tag, if not as the text shows.
    lang: Option<String>,
    /// `public`, `signed_in`, `agents`, or the id of a team; `public` when absent.
    audience: Option<String>,
}

/// A document that was read.
#[derive(Serialize, ToSchema)]
struct ReadDocument {
    entry: KbEntry,
    /// Such as `pdf`.
    format: String,
    pages: Option<u32>,
    /// What an editor should know: pages that could not be read, macros that were left out.
    notes: Vec<ReportLine>,
}

/// Add a document: PDF, DOCX, XLSX, PPTX, HTML, Markdown or plain text. Its words become an entry, in pages, sections and
/// tables; the file itself is kept.
#[utoipa::path(post, path = "/kb/documents", tag = "Knowledge", params(DocumentQuery),
    request_body(content = Upload, content_type = "multipart/form-data"),
    responses((status = 201, body = ReadDocument), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn document(
    State(app): State<App>,
    staff: Staff,
    Query(query): Query<DocumentQuery>,
    headers: HeaderMap,
    multipart: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Result<(StatusCode, axum::Json<ReadDocument>), Problem> {
    may_write(&staff)?;
    let audience = query.audience.as_deref().map(audience).transpose()?.unwrap_or(Audience::Public);
    let file = upload::file(&headers, multipart, MAX_DOCUMENT_BYTES).await?;
    let hash = digest::digest(&digest::SHA256, &file.bytes);
    let sha256: String = hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    let (name, bytes) = (crate::files::clean_name(&file.name), file.bytes.clone());
    let (content, read) = tokio::task::spawn_blocking(move || files::document(&name, &bytes, None, sha256))
        .await
        .map_err(|_| Problem::internal())?
        .map_err(|error| Problem::bad_file(error.to_string(), error.zh()))?;
    let stored = upload::store(&app, &staff.scope, file).await?;
    let mut content = EntryContent { audience, ..content };
    content.source.file_id = Some(stored.id);
    content.question = query.title.unwrap_or(content.question);
    content.category = query.category.or(content.category);
    content.lang = query.lang.or(content.lang);
    let entry = app.desk().add_kb_entry(&staff.scope, content).await?;
    app.knowledge().warm_up(vec![staff.scope.clone()]);
    let unread = read.unread.iter().map(|unread| ReportLine {
        place: unread.place.to_string(),
        code: unread.reason.code().into(),
        message_zh: unread.zh(),
        message_en: unread.to_string(),
    });
    let warnings = read.warnings.iter().map(|notice| ReportLine {
        place: notice.place.to_string(),
        code: notice.code().into(),
        message_zh: notice.zh(),
        message_en: notice.to_string(),
    });
    let report = ReadDocument {
        format: read.format.code().to_owned(),
        pages: read.pages,
        notes: unread.chain(warnings).collect(),
        entry,
    };
    Ok((StatusCode::CREATED, axum::Json(report)))
}
