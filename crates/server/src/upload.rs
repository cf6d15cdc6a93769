//! Files in `multipart/form-data` bodies (RFC 7578).

use axum::body::Bytes;
use axum::extract::Multipart;
use axum::extract::multipart::MultipartRejection;
use axum::http::{HeaderMap, StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;
use yingda_model::{FileId, Scope};
use yingda_store::{FileInfo, StoreError};

use crate::files::{MAX_FILE_BYTES, clean_name, media_type};
use crate::{App, Problem};

/// A body with one file.
#[derive(ToSchema)]
#[allow(dead_code)]
pub struct Upload {
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// A file as it came.
pub struct Incoming {
    pub name: String,
    pub bytes: Bytes,
}

/// Takes the field `file` of a form; other fields are refused.
pub async fn file(
    headers: &HeaderMap,
    multipart: Result<Multipart, MultipartRejection>,
    limit: usize,
) -> Result<Incoming, Problem> {
    let mut multipart =
        multipart.map_err(|_| Problem::unsupported_media_type("multipart/form-data with a boundary"))?;
    let declared = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    // The form around the file takes a little.
    if declared.is_some_and(|length| length > limit + 64 * 1024) {
        return Err(Problem::too_large(limit));
    }
    let failed = |error: axum::extract::multipart::MultipartError| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::too_large(limit),
        _ => Problem::bad_request("the form could not be read: send one field `file` as multipart/form-data"),
    };
    let Some(field) = multipart.next_field().await.map_err(failed)? else {
        return Err(Problem::invalid("file", "the form is empty: send one field `file`"));
    };
    if field.name() != Some("file") {
        return Err(Problem::invalid("file", "expected one field named `file`"));
    }
    let name = field.file_name().unwrap_or("file").to_owned();
    let bytes = field.bytes().await.map_err(failed)?;
    if bytes.len() > limit {
        return Err(Problem::too_large(limit));
    }
    if multipart.next_field().await.map_err(failed)?.is_some() {
        return Err(Problem::invalid("file", "send one file at a time"));
    }
    Ok(Incoming { name, bytes })
}

/// A stored file.
#[derive(Debug, Serialize, ToSchema)]
pub struct StoredFile {
    pub id: FileId,
    pub name: String,
    /// Found from the bytes.
    pub mime: String,
    /// Bytes.
    pub size: u64,
}

/// Seals and stores a file. It is durable before its row says that it is there.
pub async fn store(app: &App, scope: &Scope, incoming: Incoming) -> Result<StoredFile, Problem> {
    if incoming.bytes.is_empty() {
        return Err(Problem::invalid("file", "the file is empty"));
    }
    if incoming.bytes.len() > MAX_FILE_BYTES {
        return Err(Problem::too_large(MAX_FILE_BYTES));
    }
    let world = app.desk().world();
    let info = FileInfo {
        id: world.uuid().into(),
        key_owner: scope.contact_id().map_or(scope.workspace().0, |contact| contact.0),
        name: clean_name(&incoming.name),
        mime: media_type(&incoming.bytes).to_owned(),
        size: incoming.bytes.len() as u64,
        uploaded_by: scope.actor(),
        created_at: world.now(),
    };
    let store = app.desk().store();
    let sealed = store.read(scope).seal_bytes(info.key_owner, info.id.0, &incoming.bytes).await?;
    app.files().put(info.id, &sealed).await.map_err(|error| {
        tracing::error!(%error, "a file could not be stored");
        Problem::unavailable("the file could not be stored; try again in a moment")
    })?;
    let row = info.clone();
    store
        .write(scope, move |tx| {
            let row = row.clone();
            Box::pin(async move { tx.insert_file(&row).await })
        })
        .await
        .map_err(|error: StoreError| error)?;
    Ok(StoredFile { id: info.id, name: info.name, mime: info.mime, size: info.size })
}
