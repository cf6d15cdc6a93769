//! The REST API: one file for each kind of thing.

mod assist;
mod assistant;
mod auth;
mod contacts;
mod conversations;
mod events;
mod files;
mod inboxes;
mod jobs;
mod knowledge;
mod language;
mod outcomes;
mod tags;
mod tickets;
mod tokens;
mod users;
mod visitor;

pub use assistant::Rehearser;
pub(crate) use files::send as send_file;
pub(crate) use knowledge::find;
pub(crate) use visitor::receive;

use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use yingda_store::Page;

use crate::{App, Problem};

/// All REST endpoints, below `/api/v1`.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(auth::router())
        .merge(tokens::router())
        .merge(conversations::router())
        .merge(contacts::router())
        .merge(users::router())
        .merge(inboxes::router())
        .merge(files::router())
        .merge(knowledge::router())
        .merge(language::router())
        .merge(assistant::router())
        .merge(assist::router())
        .merge(tickets::router())
        .merge(tags::router())
        .merge(outcomes::router())
        .merge(events::router())
        .merge(jobs::router())
        .merge(visitor::router())
}

/// Checks a page size: 1 to `max`, `usual` when absent.
pub(crate) fn page_size(limit: Option<u64>, usual: u64, max: u64) -> Result<u64, Problem> {
    match limit {
        None => Ok(usual),
        Some(limit) if (1..=max).contains(&limit) => Ok(limit),
        Some(limit) => Err(Problem::invalid("limit", format!("expected 1 to {max}, got {limit}"))),
    }
}

/// The answer to a request to make something: 201, or 200 when it was there.
fn made<T>((thing, new): (T, bool)) -> (StatusCode, axum::Json<T>) {
    (if new { StatusCode::CREATED } else { StatusCode::OK }, axum::Json(thing))
}

/// Checks the `Idempotency-Key` header.
fn idempotency_key(headers: &axum::http::HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    match value.to_str() {
        Ok(key) if (1..=100).contains(&key.len()) => Ok(Some(key.to_owned())),
        _ => Err(Problem::invalid("Idempotency-Key", "expected 1 to 100 visible ASCII characters")),
    }
}
