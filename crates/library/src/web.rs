//! Websites, read into the knowledge base.

use std::time::Duration;

use async_trait::async_trait;
use serde::Deserialize;
use yingda_desk::{Desk, Handler, JobError, PageRead, WebOutcome, WebSettings};
use yingda_document::Limits;
use yingda_model::{EntryContent, EntryKind, EntrySource, Scope, WebSourceId};
use yingda_outbound::{CancellationToken, Client, Crawl, End, Known, Page, Plan, Start, Url, Visit, parse_url};
use yingda_store::{Job, MAX_ATTEMPTS, StoreError};

use crate::files::language;

/// Reads websites. Register it for [`yingda_desk::job_kind::READ_WEB`].
pub struct WebReader {
    desk: Desk,
    client: Client,
    stop: CancellationToken,
}

#[derive(Deserialize)]
struct Payload {
    web_id: WebSourceId,
}

/// The longest that a website may take.
const LONGEST: Duration = Duration::from_secs(12 * 3_600);
/// Reasons that an outcome keeps.
const MOST_REASONS: usize = 100;

impl WebReader {
    /// Requests go through `client`; `stop` ends the reading, which goes on after the next start.
    pub fn new(desk: Desk, client: Client, stop: CancellationToken) -> Self {
        Self { desk, client, stop }
    }

    async fn read(&self, scope: &Scope, id: WebSourceId) -> Result<Option<WebOutcome>, JobError> {
        let web = match self.desk.store().read(scope).web_source(id).await {
            Err(StoreError::NotFound { .. }) => return Ok(None),
            web => web?,
        };
        let settings = WebSettings::of(&web)?;
        let mut outcome = WebOutcome { began_at: Some(self.desk.world().now()), ..WebOutcome::default() };
        let plan = match plan(&settings) {
            Ok(plan) => plan,
            Err(detail) => {
                outcome.error = Some(detail);
                return Ok(Some(outcome));
            }
        };
        let pages = self.desk.store().read(scope).known_pages(id).await?;
        let known: Vec<Known> =
            pages.iter().filter_map(|page| serde_json::from_value(page.known.clone()).ok()).collect();
        let mut crawl = Crawl::new(self.client.clone(), plan, known, self.stop.child_token());
        while let Some(visit) = crawl.next().await {
            match visit {
                Visit::Page(page) => {
                    let is_new = !self.is_known(scope, id, &page).await?;
                    match self.take(scope, id, &settings, &page).await {
                        Ok(()) => *(if is_new { &mut outcome.added } else { &mut outcome.changed }) += 1,
                        Err(Untaken::Page(reason)) => skipped(&mut outcome, page.url.as_str(), &reason),
                        Err(Untaken::Job(error)) => return Err(error),
                    }
                }
                Visit::Unchanged(known) => {
                    outcome.unchanged += 1;
                    let url = known.url.to_string();
                    let known = serde_json::to_value(&known).map_err(other)?;
                    self.desk.page_unchanged(scope, id, url, known).await?;
                }
                Visit::Gone { url, .. } | Visit::Moved { url, .. } => {
                    outcome.gone += 1;
                    self.desk.page_gone(scope, id, url.to_string()).await?;
                }
                Visit::Skipped { url, reason } => {
                    skipped(&mut outcome, url.as_str(), reason.en());
                    if !reason.is_passing() {
                        self.desk.page_gone(scope, id, url.to_string()).await?;
                    }
                }
            }
        }
        match crawl.end() {
            Some(End::Everything) => {}
            Some(End::PageLimit) => {
                outcome.error = Some(format!("the limit of {} pages was reached", settings.max_pages))
            }
            Some(End::Cancelled) | None => {
                return Err(JobError::Other("the program is ending; the website is read after its next start".into()));
            }
        }
        if outcome.error.is_none() && outcome.added + outcome.changed + outcome.unchanged + outcome.gone == 0 {
            // Nothing was read: why the first address was not, is why.
            outcome.error = outcome.skipped.first().cloned();
        }
        outcome.ended_at = Some(self.desk.world().now());
        Ok(Some(outcome))
    }

    async fn is_known(&self, scope: &Scope, id: WebSourceId, page: &Page) -> Result<bool, StoreError> {
        Ok(self.desk.store().read(scope).known_page(id, page.url.as_str()).await?.is_some())
    }

    async fn take(&self, scope: &Scope, id: WebSourceId, settings: &WebSettings, page: &Page) -> Result<(), Untaken> {
        let (name, bytes) = (file_name(&page.url, page.content_type.as_deref()), page.bytes.clone());
        let document = tokio::task::spawn_blocking(move || yingda_document::read(&name, &bytes, &Limits::default()))
            .await
            .map_err(|error| Untaken::Page(error.to_string()))?
            .map_err(|error| Untaken::Page(error.to_string()))?;
        if document.markdown.trim().is_empty() {
            return Err(Untaken::Page("there are no words on it".into()));
        }
        let title = document.title.clone().unwrap_or_else(|| page.url.path().to_owned());
        let content = EntryContent {
            kind: EntryKind::Page,
            question: title.chars().take(500).collect(),
            lang: settings.lang.clone().or_else(|| language(&document.markdown)).or(document.lang),
            answer: document.markdown,
            category: settings.category.clone(),
            tags: settings.tags.clone(),
            audience: settings.audience,
            source: EntrySource {
                url: Some(page.url.to_string()),
                sha256: Some(page.sha256.clone()),
                unread: document.unread.iter().take(1_000).map(ToString::to_string).collect(),
                ..EntrySource::default()
            },
            ..EntryContent::default()
        };
        let known = serde_json::to_value(page.known()).map_err(other).map_err(Untaken::Job)?;
        let read = PageRead { url: page.url.to_string(), known, content };
        match self.desk.take_page(scope, id, read).await {
            Ok(_) => Ok(()),
            // Such as a page that is too long to be an entry: the others are read all the same.
            Err(yingda_desk::DeskError::Invalid { field, detail }) => Err(Untaken::Page(format!("{field}: {detail}"))),
            Err(error) => Err(Untaken::Job(error.into())),
        }
    }
}

/// Why a page was not taken over.
enum Untaken {
    /// It is at fault, and left out.
    Page(String),
    Job(JobError),
}

#[async_trait]
impl Handler for WebReader {
    async fn run(&self, job: &Job) -> Result<(), JobError> {
        let payload: Payload = serde_json::from_str(&job.payload).map_err(other)?;
        let scope = Scope::system(job.workspace);
        let outcome = match self.read(&scope, payload.web_id).await {
            // The last attempt: the website is told why, and read again when it is due.
            Err(error) if job.attempts >= MAX_ATTEMPTS => {
                let now = Some(self.desk.world().now());
                Some(WebOutcome {
                    began_at: now,
                    ended_at: now,
                    error: Some(error.to_string()),
                    ..WebOutcome::default()
                })
            }
            read => read?,
        };
        self.desk.end_reading(&scope, job, payload.web_id, outcome.unwrap_or_default()).await?;
        Ok(())
    }

    fn longest(&self) -> Duration {
        LONGEST
    }
}

fn plan(settings: &WebSettings) -> Result<Plan, String> {
    let url = parse_url(&settings.start).map_err(|error| error.to_string())?;
    let is_sitemap = [".xml", ".xml.gz", ".txt"].iter().any(|ending| url.path().ends_with(ending));
    let start = match (is_sitemap, url.path()) {
        (true, _) => Start::Sitemap(url),
        (false, "/") => Start::Site(url),
        (false, _) => Start::Page(url),
    };
    let mut plan = Plan::new(start);
    let hosts = |hosts: &[String]| hosts.iter().map(|host| host.parse().map_err(said)).collect::<Result<Vec<_>, _>>();
    let paths = |paths: &[String]| paths.iter().map(|path| path.parse().map_err(said)).collect::<Result<Vec<_>, _>>();
    if !settings.hosts.is_empty() {
        plan.hosts = hosts(&settings.hosts)?;
    }
    plan.include = paths(&settings.include)?;
    plan.exclude = paths(&settings.exclude)?;
    plan.max_pages = settings.max_pages as _;
    Ok(plan)
}

fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn other(error: impl std::fmt::Display) -> JobError {
    JobError::Other(error.to_string())
}

fn skipped(outcome: &mut WebOutcome, url: &str, reason: impl std::fmt::Display) {
    if outcome.skipped.len() < MOST_REASONS {
        outcome.skipped.push(format!("{url}: {reason}"));
    }
}

/// A name that tells the reader of documents what the server says that the file is.
fn file_name(url: &Url, content_type: Option<&str>) -> String {
    let last = url.path_segments().and_then(|mut parts| parts.next_back()).unwrap_or_default();
    let is_html = content_type.is_none_or(|kind| kind.contains("html"));
    if is_html || last.is_empty() { "page.html".to_owned() } else { last.to_owned() }
}
