//! What browsers and search engines ask for by themselves: style sheets, sitemap, robots.txt, feed.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use yingda_helpcentre::{Centre, Page};
use yingda_model::Scope;

use super::Fault;
use super::shown::{Shown, Sitemap, link};
use super::visit::{Open, Visit, moved, origin};
use crate::App;

/// Sites that robots.txt names.
const MOST_NAMED: usize = 500;

pub(super) async fn asset(visit: Visit) -> Result<Response, Fault> {
    match visit.centre().asset(visit.part("name")) {
        Some(page) => Ok(visit.send(page)),
        None => visit.not_found(),
    }
}

pub(super) async fn feed(visit: Visit) -> Result<Response, Fault> {
    let shown = visit.open.shown().await?;
    let page = visit.centre().feed(&visit.lang, &shown.feed(&visit.lang));
    Ok(visit.send(page))
}

/// `/help/{site}/{name}`: files at the top, and languages whose slash was left out.
pub(super) async fn named(visit: Visit) -> Result<Response, Fault> {
    let name = visit.part("name");
    if name == "robots.txt" {
        return Ok(visit.send(visit.centre().robots()));
    }
    if visit.centre().site().languages.iter().any(|language| language.lang == name) {
        return moved(StatusCode::PERMANENT_REDIRECT, &visit.centre().place().home(name));
    }
    if !(name.starts_with("sitemap") && name.ends_with(".xml")) {
        return visit.not_found();
    }
    let shown = visit.open.shown().await?;
    match sitemap(&visit.open, &shown).await?.iter().find(|(part, _)| part == name) {
        Some((_, page)) => Ok(visit.send(Page::clone(page))),
        None => visit.not_found(),
    }
}

/// Made once for what a site shows, and an origin.
async fn sitemap(open: &Open, shown: &Arc<Shown>) -> Result<Sitemap, Fault> {
    let origin = open.centre.place().origin().to_owned();
    let made = shown.sitemap.lock().as_ref().filter(|(of, _)| *of == origin).map(|(_, made)| made.clone());
    if let Some(made) = made {
        return Ok(made);
    }
    let (centre, what) = (open.centre.clone(), shown.clone());
    let _permit = open.app.help().drawing.acquire().await.map_err(|error| Fault::internal(&error))?;
    let made = tokio::task::spawn_blocking(move || Arc::new(write_sitemap(&centre, &what)))
        .await
        .map_err(|error| Fault::internal(&error))?;
    *shown.sitemap.lock() = Some((origin, made.clone()));
    Ok(made)
}

fn write_sitemap(centre: &Centre, shown: &Shown) -> Vec<(String, Page)> {
    let mut entries = centre.sitemap_homes(shown.updated_at());
    for language in &centre.site().languages {
        let lang = &language.lang;
        for path in shown.all_categories(lang) {
            let others = shown.translations_of_category(path, lang);
            let langs: Vec<&str> = std::iter::once(lang.as_str()).chain(others.iter().map(String::as_str)).collect();
            entries.push(centre.sitemap_category(lang, path, &langs, None));
        }
        for item in shown.of_language(lang) {
            let Some(placed) = shown.item(item.id) else { continue };
            entries.push(centre.sitemap_article(lang, &link(item), &shown.translations(placed)));
        }
    }
    centre.sitemap(&entries)
}

/// `/robots.txt`: what is for search engines are the help centres alone.
pub(super) async fn all_robots(State(app): State<App>, headers: HeaderMap, uri: Uri) -> Result<Response, Fault> {
    let origin = origin(&app, &headers, &uri);
    let mut body = String::from(
        "User-agent: *\nDisallow: /api/\nDisallow: /console/\nDisallow: /docs/\nDisallow: /help/*/*/search\n\
         Disallow: /help/*/*/a/*/feedback\n",
    );
    let store = app.desk().store();
    let mut left = MOST_NAMED;
    for workspace in store.directory().workspaces().await? {
        for site in store.read(&Scope::system(workspace.id)).sites().await? {
            if left == 0 {
                break;
            }
            let open = match Open::new(&app, workspace.id, site, &origin) {
                Ok(Some(open)) => open,
                // A site that cannot be shown is not told of; the others are.
                Ok(None) | Err(_) => continue,
            };
            let place = open.centre.place();
            left -= 1;
            // Writing to a string cannot fail.
            let _ = write!(body, "\nSitemap: {}", place.absolute(&place.sitemap()));
        }
    }
    body.push('\n');
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "public, max-age=3600")], body)
        .into_response())
}
