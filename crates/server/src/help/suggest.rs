//! Articles for what a customer is about to ask in the chat.

use axum::http::{HeaderMap, Uri};
use serde::Serialize;
use utoipa::ToSchema;
use yingda_desk::SiteSettings;
use yingda_model::{EntryId, Inbox, Scope};

use super::search::{find, snippet};
use super::visit::{Open, origin};
use crate::{App, Problem};

/// Suggestions at once.
const MOST: usize = 5;
/// How sure it must at least be that an entry is meant.
const LEAST_CONFIDENCE: f32 = 0.02;

/// An entry of the help centre that may answer.
#[derive(Serialize, ToSchema)]
pub(crate) struct Suggestion {
    entry_id: EntryId,
    title: String,
    /// What of it answers, plain.
    snippet: String,
    /// Its page.
    url: String,
    lang: String,
}

/// What the help centre of an inbox has on `text`, best first; nothing where no help centre has its chat. Entries in `lang`, such as
/// `zh`, come before others.
pub(crate) async fn suggest(
    app: &App,
    scope: &Scope,
    inbox: &Inbox,
    (headers, uri): (&HeaderMap, &Uri),
    text: &str,
    lang: Option<&str>,
) -> Result<Vec<Suggestion>, Problem> {
    let origin = origin(app, headers, uri);
    for site in app.desk().store().read(scope).sites().await? {
        if SiteSettings::of(&site)?.inbox_key.as_deref() != Some(inbox.key.as_str()) {
            continue;
        }
        let open = Open::new(app, scope.workspace(), site, &origin).map_err(super::Fault::into_problem)?;
        let Some(open) = open else { continue };
        return in_site(&open, text, lang).await.map_err(super::Fault::into_problem);
    }
    Ok(Vec::new())
}

async fn in_site(open: &Open, text: &str, lang: Option<&str>) -> Result<Vec<Suggestion>, super::Fault> {
    let shown = open.shown().await?;
    let (mut found, _) = find(open, &shown, text).await?;
    found.retain(|found| found.hit.confidence >= LEAST_CONFIDENCE);
    if let Some(lang) = lang {
        found.sort_by_key(|found| found.placed.lang != lang);
    }
    found.truncate(MOST);
    let place = open.centre.place();
    let suggestion = |found: &super::search::Found| {
        let item = &found.placed.item;
        Suggestion {
            entry_id: item.id,
            title: item.title.clone(),
            snippet: snippet(found),
            url: place.absolute(&place.article(&found.placed.lang, &item.title, item.id)),
            lang: found.placed.lang.clone(),
        }
    };
    Ok(found.iter().map(suggestion).collect())
}
