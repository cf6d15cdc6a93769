//! The public help centre: `/help/{site}/…`, for everybody, in HTML. What it looks like is `yingda_helpcentre`'s; what it may show
//! is decided here.
//!
//! | file | what |
//! |---|---|
//! | `visit.rs` | from a request to a site, its workspace and its language |
//! | `shelf.rs` | what a workspace has published for everybody, by revision |
//! | `shown.rs` | what of that a site shows now |
//! | `pages.rs`, `search.rs`, `feedback.rs`, `file.rs`, `machines.rs` | the pages |
//! | `suggest.rs` | the same search for the chat widget |
//! | `views.rs` | what is read is counted |

mod fault;
mod feedback;
mod file;
mod machines;
mod pages;
mod search;
mod shelf;
mod shown;
mod suggest;
mod views;
mod visit;

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::get;
use parking_lot::Mutex;
use tokio::sync::Semaphore;
use yingda_helpcentre::Centre;
use yingda_model::{SiteId, Timestamp};

use crate::App;
pub(crate) use fault::Fault;
pub(crate) use suggest::{Suggestion, suggest};

/// What help centres keep in memory. All of it can be made anew.
pub(crate) struct Help {
    shelves: shelf::Shelves,
    /// By site and origin.
    centres: Mutex<HashMap<(SiteId, String), Made>>,
    shown: Mutex<HashMap<SiteId, Held>>,
    /// Held while it is found out what a site shows.
    showing: tokio::sync::Mutex<()>,
    views: views::Views,
    /// Long texts that are drawn at once.
    drawing: Semaphore,
}

/// A help centre, and the moment of the settings that it was made from.
type Made = (Timestamp, Arc<Centre>);

/// What a site shows, and how long that is right.
struct Held {
    settings_of: Timestamp,
    revision: i64,
    until: Timestamp,
    shown: Arc<shown::Shown>,
}

impl Default for Help {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self {
            shelves: shelf::Shelves::default(),
            centres: Mutex::default(),
            shown: Mutex::default(),
            showing: tokio::sync::Mutex::default(),
            views: views::Views::default(),
            drawing: Semaphore::new(cores),
        }
    }
}

/// Largest form, in bytes.
const MAX_FORM_BYTES: usize = 32 * 1024;

pub(crate) fn router() -> Router<App> {
    let feedback = axum::routing::post(feedback::post).layer(DefaultBodyLimit::max(MAX_FORM_BYTES));
    Router::new()
        .route("/robots.txt", get(machines::all_robots))
        .route("/help/{site}", get(pages::door))
        .route("/help/{site}/", get(pages::door))
        .route("/help/{site}/{name}", get(machines::named))
        .route("/help/{site}/assets/{name}", get(machines::asset))
        .route("/help/{site}/file/{id}", get(file::get))
        .route("/help/{site}/{lang}/", get(pages::home))
        .route("/help/{site}/{lang}/c/{*category}", get(pages::category))
        .route("/help/{site}/{lang}/a/{article}", get(pages::article))
        .route("/help/{site}/{lang}/a/{article}/feedback", feedback)
        .route("/help/{site}/{lang}/search", get(search::page))
        .route("/help/{site}/{lang}/feed.xml", get(machines::feed))
        .route("/help/{site}/{lang}/{*rest}", get(pages::nowhere))
        .route("/help", get(async || Fault::no_site()))
        .route("/help/", get(async || Fault::no_site()))
}
