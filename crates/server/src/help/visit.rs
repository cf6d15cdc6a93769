//! From a request to a site, its workspace and the language of the page.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use yingda_desk::{SiteSettings, SiteText};
use yingda_helpcentre::{BadSite, Centre, Chat, Page, PageError, Place, Site, SiteLanguage};
use yingda_model::{EntryId, Scope, Timestamp, WorkspaceId};

use super::shelf::{PUBLIC_FILES, Shelf};
use super::shown::Shown;
use super::{Fault, Held};
use crate::App;

/// Days of use that make an entry popular.
const POPULAR_DAYS: i64 = 30;
const DAY_MS: i64 = 86_400_000;
/// How long what is popular may be old, in milliseconds.
const FRESH_MS: i64 = 300_000;
/// Sites, and origins of sites, that are kept in memory.
const MOST_SITES: usize = 256;
/// A text from which on drawing it is left to another thread, in bytes.
const LONG: usize = 16 * 1024;

/// A site that is open to everybody, and its workspace.
pub(super) struct Open {
    pub app: App,
    /// What is read is read as the platform itself; what may be shown is decided by [`Shown`].
    pub scope: Scope,
    pub site: yingda_store::Site,
    pub settings: SiteSettings,
    pub centre: Arc<Centre>,
    pub now: Timestamp,
}

impl Open {
    /// `None` for a site that is closed.
    pub fn new(
        app: &App,
        workspace: WorkspaceId,
        site: yingda_store::Site,
        origin: &str,
    ) -> Result<Option<Self>, Fault> {
        let settings = SiteSettings::of(&site)?;
        if !settings.enabled {
            return Ok(None);
        }
        let centre = centre(app, &site, &settings, origin)?;
        let now = app.desk().world().now();
        Ok(Some(Self { app: app.clone(), scope: Scope::system(workspace), site, settings, centre, now }))
    }

    /// What the site shows now.
    pub async fn shown(&self) -> Result<Arc<Shown>, Fault> {
        let help = self.app.help();
        let store = self.app.desk().store();
        let shelf = help.shelves.get(store, &self.scope).await?;
        let held = || {
            let all = help.shown.lock();
            let held = all.get(&self.site.id)?;
            let is_right = held.revision == shelf.revision
                && held.settings_of == self.site.updated_at
                && self.now < held.until
                && held.until.since_ms(self.now) <= FRESH_MS;
            is_right.then(|| held.shown.clone())
        };
        if let Some(shown) = held() {
            return Ok(shown);
        }
        let _guard = help.showing.lock().await;
        if let Some(shown) = held() {
            return Ok(shown);
        }
        let since = self.now.0.div_euclid(DAY_MS) - POPULAR_DAYS;
        let mut used: HashMap<EntryId, i64> = HashMap::new();
        for day in store.read(&self.scope).kb_use_since(since).await? {
            let count = day.shown + day.answered + 2 * (day.chosen + day.helpful) - day.unhelpful;
            *used.entry(day.entry_id).or_default() += count;
        }
        let shown = Arc::new(Shown::of(&shelf, &self.settings, used, self.now));
        let held = Held {
            settings_of: self.site.updated_at,
            revision: shelf.revision,
            until: next_change(&shelf, self.now),
            shown: shown.clone(),
        };
        let mut all = help.shown.lock();
        if all.len() >= MOST_SITES {
            all.clear();
        }
        all.insert(self.site.id, held);
        Ok(shown)
    }

    /// Makes a page from `bytes` of text: long ones beside what else the server does, and few at once.
    pub async fn draw(
        &self,
        bytes: usize,
        draw: impl FnOnce(&Centre) -> Result<Page, PageError> + Send + 'static,
    ) -> Result<Page, Fault> {
        if bytes < LONG {
            return draw(&self.centre).map_err(|error| Fault::internal(&error));
        }
        let _permit = self.app.help().drawing.acquire().await.map_err(|error| Fault::internal(&error))?;
        let centre = self.centre.clone();
        tokio::task::spawn_blocking(move || draw(&centre))
            .await
            .map_err(|error| Fault::internal(&error))?
            .map_err(|error| Fault::internal(&error))
    }
}

/// The next moment at which an entry begins or ends to be valid, at most a while away.
fn next_change(shelf: &Shelf, now: Timestamp) -> Timestamp {
    let moments = shelf.items.values().flat_map(|item| [item.valid_from, item.valid_until]).flatten();
    moments.filter(|at| *at > now).chain([Timestamp(now.0 + FRESH_MS)]).min().unwrap_or(now)
}

/// The help centre of a site, as it is reached under an origin.
fn centre(app: &App, site: &yingda_store::Site, settings: &SiteSettings, origin: &str) -> Result<Arc<Centre>, Fault> {
    let key = (site.id, origin.to_owned());
    if let Some((made, centre)) = app.help().centres.lock().get(&key)
        && *made == site.updated_at
    {
        return Ok(centre.clone());
    }
    let centre = Arc::new(make_centre(site, settings, origin).map_err(|error| Fault::internal(&error))?);
    let mut centres = app.help().centres.lock();
    // Whoever asks chooses the origin, so there could be any number of them.
    if centres.len() >= MOST_SITES {
        centres.clear();
    }
    centres.insert(key, (site.updated_at, centre.clone()));
    Ok(centre)
}

fn make_centre(site: &yingda_store::Site, settings: &SiteSettings, origin: &str) -> Result<Centre, BadSite> {
    let language = |lang: &String| {
        let SiteText { name, tagline } = if lang == "zh" { &settings.zh } else { &settings.en };
        SiteLanguage {
            lang: lang.clone(),
            name: name.clone(),
            tagline: None,
            description: Some(tagline.clone()).filter(|tagline| !tagline.is_empty()),
            links: Vec::new(),
        }
    };
    let mut seen = HashSet::new();
    let about = Site {
        slug: site.slug.clone(),
        languages: settings.languages.iter().filter(|lang| seen.insert(*lang)).map(language).collect(),
        default_language: settings.languages.first().cloned().unwrap_or_default(),
        logo: None,
        accent: settings.accent.clone(),
        contact: None,
        chat: settings.inbox_key.clone().map(|inbox| Chat { server: None, inbox }),
    };
    let here = format!("/help/{}", site.slug);
    let own = settings.base_url.as_deref().and_then(split_url);
    let (origin, base) = own.unwrap_or((origin, &here));
    let files = format!("{}{PUBLIC_FILES}", base.trim_end_matches('/'));
    let place = Place::new(origin, base, &[&files]).or_else(|error| {
        tracing::debug!(%error, "a help centre is shown under a plain address");
        Place::new("http://localhost", &here, &[&files])
    });
    match place {
        Ok(place) => Centre::new(about, place),
        // The slug was checked when it was stored.
        Err(_) => Err(BadSite::Slug(site.slug.clone())),
    }
}

/// `https://help.example.com/kb` as origin and path.
fn split_url(url: &str) -> Option<(&str, &str)> {
    let host = url.find("://")? + 3;
    let end = url[host..].find('/').map_or(url.len(), |at| host + at);
    Some((&url[..end], &url[end..]))
}

/// Scheme and host as the browser sees them.
pub(super) fn origin(app: &App, headers: &HeaderMap, uri: &Uri) -> String {
    let scheme = if app.secure_cookie(headers) { "https" } else { "http" };
    let named = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    // HTTP/2 has the host in the address.
    let host = named.or_else(|| uri.authority().map(axum::http::uri::Authority::as_str)).unwrap_or("localhost");
    format!("{scheme}://{host}")
}

/// A request for a page of a site.
pub(super) struct Visit {
    pub open: Open,
    /// The language that the page speaks.
    pub lang: String,
    /// The parts of the path that the route names.
    path: HashMap<String, String>,
    query: HashMap<String, String>,
    headers: HeaderMap,
    pub uri: Uri,
}

impl FromRequestParts<App> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        Self::of(parts, app).await.map_err(IntoResponse::into_response)?.map_err(|page| *page)
    }
}

impl Visit {
    /// The inner error is a page of the site.
    async fn of(parts: &mut Parts, app: &App) -> Result<Result<Self, Box<Response>>, Fault> {
        // Bytes that are no text name nothing.
        let path = match Path::<HashMap<String, String>>::from_request_parts(parts, app).await {
            Ok(Path(path)) if !path.values().any(|value| value.contains('\0')) => path,
            _ => return Err(Fault::no_site()),
        };
        let slug = path.get("site").ok_or_else(Fault::no_site)?;
        let (workspace, site) = app.desk().store().directory().site(slug).await?.ok_or_else(Fault::no_site)?;
        let origin = origin(app, &parts.headers, &parts.uri);
        let open = Open::new(app, workspace, site, &origin)?.ok_or_else(Fault::no_site)?;
        let query = Query::try_from_uri(&parts.uri).map(|Query(query)| query).unwrap_or_default();
        let about = open.centre.site();
        let wished = parts.headers.get(header::ACCEPT_LANGUAGE).and_then(|wishes| wishes.to_str().ok());
        let named = path.get("lang").cloned();
        let spoken = named.as_ref().is_none_or(|lang| about.languages.iter().any(|other| other.lang == *lang));
        let lang = match named {
            Some(lang) if spoken => lang,
            _ => about.choose_language(wished).to_owned(),
        };
        let visit = Self { open, lang, path, query, headers: parts.headers.clone(), uri: parts.uri.clone() };
        Ok(if spoken { Ok(visit) } else { Err(Box::new(visit.not_found()?)) })
    }

    pub fn centre(&self) -> &Centre {
        &self.open.centre
    }

    /// A part of the path.
    pub fn part(&self, name: &str) -> &str {
        self.path.get(name).map_or("", String::as_str)
    }

    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str)
    }

    pub fn header(&self, name: HeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Sends a page; only that it is the same, where the browser has it.
    pub fn send(&self, page: Page) -> Response {
        let known = page.is_known(self.header(header::IF_NONE_MATCH), self.header(header::IF_MODIFIED_SINCE));
        let status = if known { 304 } else { page.status };
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let pairs = page.headers();
        let mut response = if known { status.into_response() } else { (status, page.body).into_response() };
        for (name, value) in pairs {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }

    pub fn not_found(&self) -> Result<Response, Fault> {
        let page = self.centre().not_found(&self.lang).map_err(|error| Fault::internal(&error))?;
        Ok(self.send(page))
    }
}

/// Sends the reader elsewhere. Not kept: titles change back and forth, and so would these.
pub(super) fn moved(status: StatusCode, to: &str) -> Result<Response, Fault> {
    let location = HeaderValue::try_from(to).map_err(|error| Fault::internal(&error))?;
    Ok((status, [(header::LOCATION, location), (header::CACHE_CONTROL, HeaderValue::from_static("no-cache"))])
        .into_response())
}
