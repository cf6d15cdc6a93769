//! What messages are understood by: intents, utterances, types of entity, and the models trained on them.

mod entity_types;
mod intents;
mod models;
mod reading;
mod utterances;

use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use crate::App;

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(intents::router())
        .merge(utterances::router())
        .merge(entity_types::router())
        .merge(models::router())
        .merge(reading::router())
}

/// A sentence for people.
#[derive(Serialize, ToSchema)]
struct Note {
    zh: String,
    en: String,
}

impl From<yingda_store::BothLanguages> for Note {
    fn from(note: yingda_store::BothLanguages) -> Self {
        Self { zh: note.zh, en: note.en }
    }
}
