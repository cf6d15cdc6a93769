//! The knowledge base: entries and their history, proposals, search, files, websites, measuring, public sites.

mod changes;
mod entries;
mod files;
mod graph;
mod measure;
mod search;
mod sites;
mod upkeep;
mod versions;
mod web;

pub(crate) use search::find;

use utoipa_axum::router::OpenApiRouter;

use crate::App;

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(entries::router())
        .merge(versions::router())
        .merge(changes::router())
        .merge(search::router())
        .merge(files::router())
        .merge(web::router())
        .merge(measure::router())
        .merge(graph::router())
        .merge(sites::router())
        .merge(upkeep::router())
}
