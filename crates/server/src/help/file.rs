//! Pictures and files of articles.

use axum::http::{HeaderValue, header};
use axum::response::Response;
use yingda_model::FileId;
use yingda_store::StoreError;

use super::Fault;
use super::pages::is_the_companys;
use super::visit::Visit;
use crate::api::send_file;

/// A file of the company that something shown on this site refers to. Others are not there.
pub(super) async fn get(visit: Visit) -> Result<Response, Fault> {
    let Ok(id) = visit.part("id").parse::<FileId>() else { return visit.not_found() };
    let shown = visit.open.shown().await?;
    if !shown.refers_to(id) {
        return visit.not_found();
    }
    let file = match visit.open.app.desk().store().read(&visit.open.scope).file(id).await {
        Ok(file) if is_the_companys(&file) => file,
        Ok(_) | Err(StoreError::NotFound { .. }) => return visit.not_found(),
        Err(error) => return Err(error.into()),
    };
    let mut response = send_file(&visit.open.app, &visit.open.scope, file).await?;
    // Not for long: an article may be withdrawn.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    Ok(response)
}
