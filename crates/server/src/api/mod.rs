//! The REST API: one file for each kind of thing.

mod auth;
mod contacts;
mod conversations;
mod files;
mod inboxes;
mod jobs;
mod knowledge;
mod language;
mod tokens;
mod users;
mod visitor;

pub(crate) use files::send as send_file;
pub(crate) use visitor::receive;

use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

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
        .merge(jobs::router())
        .merge(visitor::router())
}

/// A part of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Give it as `cursor` for the next page; `null` on the last.
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// A list that is always whole.
    fn whole(items: Vec<T>) -> Self {
        Self { items, next_cursor: None }
    }
}

/// Checks a page size: 1 to `max`, `usual` when absent.
fn page_size(limit: Option<u64>, usual: u64, max: u64) -> Result<u64, Problem> {
    match limit {
        None => Ok(usual),
        Some(limit) if (1..=max).contains(&limit) => Ok(limit),
        Some(limit) => Err(Problem::invalid("limit", format!("expected 1 to {max}, got {limit}"))),
    }
}

/// Checks the `Idempotency-Key` header.
fn idempotency_key(headers: &axum::http::HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    match value.to_str() {
        Ok(key) if (1..=100).contains(&key.len()) => Ok(Some(key.to_owned())),
        _ => Err(Problem::invalid("Idempotency-Key", "expected 1 to 100 visible ASCII characters")),
    }
}
