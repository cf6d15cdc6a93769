//! Files that agents send and see.

use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yingda_model::{FileId, Permission, Scope};
use yingda_store::FileInfo;

use crate::app::Staff;
use crate::extract::Path;
use crate::files::{MAX_FILE_BYTES, shown_inline};
use crate::upload::{self, StoredFile, Upload};
use crate::{App, Problem};

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(download))
        .merge(OpenApiRouter::new().routes(routes!(store)).layer(DefaultBodyLimit::max(MAX_FILE_BYTES + 64 * 1024)))
}

/// Upload a file to send later. At most 20 MB.
#[utoipa::path(post, path = "/files", tag = "Files",
    request_body(content = Upload, content_type = "multipart/form-data"),
    responses((status = 201, body = StoredFile), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn store(
    State(app): State<App>,
    staff: Staff,
    headers: HeaderMap,
    multipart: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Result<(StatusCode, axum::Json<StoredFile>), Problem> {
    if !staff.scope.may(Permission::WriteConversations) {
        return Err(Problem::forbidden("your role or token may not send files"));
    }
    let file = upload::file(&headers, multipart, MAX_FILE_BYTES).await?;
    Ok((StatusCode::CREATED, axum::Json(upload::store(&app, &staff.scope, file).await?)))
}

/// Download a file of this workspace.
#[utoipa::path(get, path = "/files/{id}", tag = "Files", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = Vec<u8>, content_type = "*/*"),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn download(State(app): State<App>, staff: Staff, Path(id): Path<FileId>) -> Result<Response, Problem> {
    if !staff.scope.may(Permission::ReadConversations) {
        return Err(Problem::forbidden("your role or token may not read conversations"));
    }
    let info = app.desk().store().read(&staff.scope).file(id).await?;
    send(&app, &staff.scope, info).await
}

/// Sends a file so that it cannot act: its type is the one found from the bytes, a browser may not guess another, whatever is
/// not a picture or a sound is only downloaded, and even if shown it could run nothing.
pub(crate) async fn send(app: &App, scope: &Scope, info: FileInfo) -> Result<Response, Problem> {
    let sealed = app.files().get(info.id).await.map_err(|error| {
        tracing::error!(%error, "a stored file could not be read");
        Problem::unavailable("the file cannot be read at the moment")
    })?;
    let bytes = app.desk().store().read(scope).unseal_bytes(info.key_owner, info.id.0, &sealed).await?;
    let disposition = if shown_inline(&info.mime) { "inline" } else { "attachment" };
    let disposition = format!("{disposition}; filename*=UTF-8''{}", percent_encoded(&info.name));
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    let mime = HeaderValue::from_str(&info.mime).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_TYPE, mime);
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=3600, immutable"));
    Ok(response)
}

/// RFC 5987 encoding of a file name.
fn percent_encoded(name: &str) -> String {
    name.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
