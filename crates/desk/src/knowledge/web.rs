//! Websites that pages are read from.

use serde::{Deserialize, Serialize};
use yingda_model::{
    Audience, EntryContent, EntryId, EntryKind, EntryStatus, Permission, Scope, Timestamp, WebSourceId,
};
use yingda_store::{Job, JobState, KnownPage, NewEntry, NewJob, StoreError, WebSource, Writing};

use super::check;
use crate::conversations::require;
use crate::{Desk, DeskError, job_kind};

/// What of a website to read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebSettings {
    /// A sitemap, or a page to begin with.
    pub start: String,
    /// Hosts that pages may be on, such as `www.example.com` or `*.example.com`; none: the host of `start`.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Only paths that begin with one of these; none: all.
    #[serde(default)]
    pub include: Vec<String>,
    /// No paths that begin with one of these.
    #[serde(default)]
    pub exclude: Vec<String>,
    #[serde(default = "most_pages")]
    pub max_pages: u32,
    /// Language of the pages, if not as they say.
    #[serde(default)]
    pub lang: Option<String>,
    #[serde(default)]
    pub category: Option<String>,
    #[serde(default)]
    pub tags: Vec<String>,
    #[serde(default)]
    pub audience: Audience,
    /// Hours after which it is read again; absent: only when somebody asks.
    #[serde(default)]
    pub every_hours: Option<u32>,
}

fn most_pages() -> u32 {
    500
}

/// What came of reading a website.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct WebOutcome {
    pub began_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
    pub added: u32,
    pub changed: u32,
    pub unchanged: u32,
    /// Pages that are no more: their entries are archived.
    pub gone: u32,
    /// What was not read, and why; at most a hundred.
    pub skipped: Vec<String>,
    /// Why it ended early.
    pub error: Option<String>,
}

/// A page that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct PageRead {
    pub url: String,
    /// What tells whether it has changed, for the next reading.
    pub known: serde_json::Value,
    pub content: EntryContent,
}

impl WebSettings {
    /// Reads what the store keeps.
    ///
    /// # Errors
    /// When it is not a website's.
    pub fn of(web: &WebSource) -> Result<Self, DeskError> {
        serde_json::from_value(web.settings.clone())
            .map_err(|error| DeskError::invalid("web", format!("the stored settings cannot be read: {error}")))
    }

    fn check(&self) -> Result<(), DeskError> {
        super::text("start", &self.start, 2_000)?;
        if !(self.start.starts_with("https://") || self.start.starts_with("http://")) {
            return Err(DeskError::invalid("start", "expected an address such as https://www.example.com/sitemap.xml"));
        }
        for (field, list) in [("hosts", &self.hosts), ("include", &self.include), ("exclude", &self.exclude)] {
            if list.len() > 100 {
                return Err(DeskError::invalid(field, format!("expected at most 100, got {}", list.len())));
            }
            list.iter().try_for_each(|value| super::text(field, value, 300))?;
        }
        if !(1..=50_000).contains(&self.max_pages) {
            return Err(DeskError::invalid("max_pages", format!("expected 1 to 50000, got {}", self.max_pages)));
        }
        if self.every_hours.is_some_and(|hours| !(1..=8_760).contains(&hours)) {
            return Err(DeskError::invalid("every_hours", "expected 1 to 8760"));
        }
        // The rest becomes part of entries, and is held to the same.
        check::content(&EntryContent {
            kind: EntryKind::Page,
            question: "-".into(),
            answer: "-".into(),
            lang: self.lang.clone(),
            category: self.category.clone(),
            tags: self.tags.clone(),
            audience: self.audience,
            ..EntryContent::default()
        })
    }
}

impl Desk {
    pub async fn web_sources(&self, scope: &Scope) -> Result<Vec<WebSource>, DeskError> {
        require(scope, Permission::ReadKnowledge)?;
        Ok(self.store().read(scope).web_sources().await?)
    }

    pub async fn web_source(&self, scope: &Scope, id: WebSourceId) -> Result<WebSource, DeskError> {
        require(scope, Permission::ReadKnowledge)?;
        Ok(self.store().read(scope).web_source(id).await?)
    }

    /// Adds a website, or changes what of it is read, and has it read.
    pub async fn put_web_source(
        &self,
        scope: &Scope,
        id: Option<WebSourceId>,
        settings: WebSettings,
    ) -> Result<WebSource, DeskError> {
        require(scope, Permission::WriteKnowledge)?;
        settings.check()?;
        let settings = serde_json::to_value(&settings).map_err(|error| DeskError::invalid("web", error.to_string()))?;
        let now = self.now();
        let new_id: WebSourceId = self.world().uuid().into();
        let stored = id.unwrap_or(new_id);
        let job = crawl_job(stored, now);
        let web = self
            .store()
            .write(scope, move |tx| {
                let (settings, job) = (settings.clone(), job.clone());
                Box::pin(async move {
                    let web = match id {
                        Some(id) => WebSource { settings, updated_at: now, ..tx.web_source(id).await? },
                        None => WebSource { id: stored, settings, outcome: None, created_at: now, updated_at: now },
                    };
                    if id.is_some() {
                        tx.update_web_source(&web).await?;
                    } else {
                        tx.insert_web_source(&web).await?;
                    }
                    ask_to_read(&tx, job, now).await?;
                    Ok(web)
                })
            })
            .await
            .map_err(|error: StoreError| DeskError::from(error))?;
        self.jobs_added().await;
        Ok(web)
    }

    /// Has a website read now.
    pub async fn read_web_source(&self, scope: &Scope, id: WebSourceId) -> Result<(), DeskError> {
        require(scope, Permission::WriteKnowledge)?;
        let now = self.now();
        let job = crawl_job(id, now);
        self.store()
            .write(scope, move |tx| {
                let job = job.clone();
                Box::pin(async move {
                    tx.web_source(id).await?;
                    ask_to_read(&tx, job, now).await
                })
            })
            .await
            .map_err(|error: StoreError| DeskError::from(error))?;
        self.jobs_added().await;
        Ok(())
    }

    /// Sees to it that websites which are to be read from time to time will be: one whose reading was given up has nobody who asks
    /// for the next. It is read when its time has come, counted from the last reading.
    pub async fn read_web_sources_again(&self, scope: &Scope) -> Result<(), DeskError> {
        require(scope, Permission::WriteKnowledge)?;
        let now = self.now();
        self.store()
            .write(scope, move |tx| {
                Box::pin(async move {
                    for web in tx.web_sources().await? {
                        let Some(hours) = WebSettings::of(&web)?.every_hours else { continue };
                        let key = crawl_job(web.id, now).key;
                        tx.lock_name("web", &key).await?;
                        if tx.jobs_of_key(&key).await?.iter().any(|job| job.state != JobState::Dead) {
                            continue;
                        }
                        let outcome = web.outcome.and_then(|known| serde_json::from_value::<WebOutcome>(known).ok());
                        let last = outcome.and_then(|outcome| outcome.ended_at).unwrap_or(web.updated_at);
                        let due = Timestamp(last.0 + i64::from(hours) * 3_600_000).max(now);
                        ask_to_read(&tx, crawl_job(web.id, due), now).await?;
                    }
                    Ok::<_, DeskError>(())
                })
            })
            .await?;
        self.jobs_added().await;
        Ok(())
    }

    /// Removes a website. The entries that came from it stay.
    pub async fn delete_web_source(&self, scope: &Scope, id: WebSourceId) -> Result<(), DeskError> {
        require(scope, Permission::WriteKnowledge)?;
        let found = self
            .store()
            .write(scope, move |tx| Box::pin(async move { tx.delete_web_source(id).await }))
            .await
            .map_err(|error: StoreError| DeskError::from(error))?;
        if found { Ok(()) } else { Err(DeskError::not_found("web source")) }
    }

    /// Takes over a page that was read: a new entry, or the next version of the one that it became before.
    pub async fn take_page(&self, scope: &Scope, web: WebSourceId, page: PageRead) -> Result<EntryId, DeskError> {
        require(scope, Permission::WriteKnowledge)?;
        let content = check::tidy(page.content.clone());
        check::content(&content)?;
        let now = self.now();
        let new = self.new_entry(content.clone());
        let id = self
            .store()
            .write(scope, move |tx| {
                let (page, content, new) = (page.clone(), content.clone(), new.clone());
                Box::pin(async move {
                    tx.lock(web.0).await?;
                    let known = tx.known_page(web, &page.url).await?;
                    let entry_id = match known.map(|known| known.entry_id) {
                        Some(id) => {
                            let before = tx.kb_entry(id).await?.content;
                            // What people have said about the entry stays as they have said it.
                            let content = EntryContent {
                                key: before.key,
                                variants: before.variants,
                                answers: before.answers,
                                follow_ups: before.follow_ups,
                                owner_id: before.owner_id,
                                valid_from: before.valid_from,
                                valid_until: before.valid_until,
                                ..content
                            };
                            tx.update_kb_entry(id, content, now, None).await?;
                            id
                        }
                        None => {
                            tx.insert_kb_entries(std::slice::from_ref(&new)).await?;
                            new.id
                        }
                    };
                    let known = KnownPage { url: page.url, entry_id, known: page.known, seen_at: now };
                    tx.put_known_page(web, &known).await?;
                    tx.append_entry(NewEntry::KnowledgeChanged, now).await?;
                    Ok(entry_id)
                })
            })
            .await
            .map_err(|error: StoreError| DeskError::from(error))?;
        self.told().await;
        Ok(id)
    }

    /// Keeps what tells whether a page has changed, though it has not.
    pub async fn page_unchanged(
        &self,
        scope: &Scope,
        web: WebSourceId,
        url: String,
        known: serde_json::Value,
    ) -> Result<(), DeskError> {
        require(scope, Permission::WriteKnowledge)?;
        let now = self.now();
        self.store()
            .write(scope, move |tx| {
                let (url, known) = (url.clone(), known.clone());
                Box::pin(async move {
                    let before = tx.known_page(web, &url).await?;
                    match before {
                        Some(page) => tx.put_known_page(web, &KnownPage { known, seen_at: now, ..page }).await,
                        None => Ok(()),
                    }
                })
            })
            .await
            .map_err(|error: StoreError| DeskError::from(error))
    }

    /// Archives the entry of a page that is no more.
    pub async fn page_gone(&self, scope: &Scope, web: WebSourceId, url: String) -> Result<(), DeskError> {
        require(scope, Permission::WriteKnowledge)?;
        let now = self.now();
        self.store()
            .write(scope, move |tx| {
                let url = url.clone();
                Box::pin(async move {
                    tx.lock(web.0).await?;
                    let known = tx.known_page(web, &url).await?;
                    let Some(known) = known else { return Ok(()) };
                    // What is not known is read anew when it comes back.
                    let forgotten = KnownPage { known: serde_json::Value::Null, seen_at: now, ..known.clone() };
                    tx.put_known_page(web, &forgotten).await?;
                    let content = tx.kb_entry(known.entry_id).await?.content;
                    let content = EntryContent { status: EntryStatus::Archived, ..content };
                    tx.update_kb_entry(known.entry_id, content, now, Some("404")).await?;
                    tx.append_entry(NewEntry::KnowledgeChanged, now).await?;
                    Ok(())
                })
            })
            .await
            .map_err(|error: StoreError| DeskError::from(error))?;
        self.told().await;
        Ok(())
    }

    /// Ends the job that read a website: notes what came of it, and asks for the next time. A website that was removed
    /// meanwhile only ends it.
    pub async fn end_reading(
        &self,
        scope: &Scope,
        job: &Job,
        id: WebSourceId,
        outcome: WebOutcome,
    ) -> Result<(), DeskError> {
        require(scope, Permission::WriteKnowledge)?;
        let outcome = serde_json::to_value(&outcome).map_err(|error| DeskError::invalid("web", error.to_string()))?;
        let (now, job) = (self.now(), job.clone());
        self.store()
            .write(scope, move |tx| {
                let (outcome, job) = (outcome.clone(), job.clone());
                Box::pin(async move {
                    if !tx.complete_job(&job).await? {
                        return Ok(());
                    }
                    let web = match tx.web_source(id).await {
                        Err(StoreError::NotFound { .. }) => return Ok(()),
                        web => WebSource { outcome: Some(outcome), ..web? },
                    };
                    tx.update_web_source(&web).await?;
                    // Somebody may have asked for the next reading while this one went on.
                    let waits = !tx.jobs_of_key(&job.key).await?.is_empty();
                    let hours = WebSettings::of(&web)?.every_hours;
                    if let Some(hours) = hours.filter(|_| !waits) {
                        let again = Timestamp(now.0 + i64::from(hours) * 3_600_000);
                        tx.enqueue(crawl_job(id, again), now).await?;
                    }
                    Ok::<_, DeskError>(())
                })
            })
            .await
    }
}

/// Has a website read at the moment of `job`: the reading that waits for a later one comes forward, else there is a new one.
async fn ask_to_read(tx: &Writing<'_>, job: NewJob, now: Timestamp) -> Result<(), StoreError> {
    tx.lock_name("web", &job.key).await?;
    tx.remove_dead_jobs(&job.key).await?;
    if tx.hasten_jobs(&job.key, job.run_at).await? == 0 {
        tx.enqueue(job, now).await?;
    }
    Ok(())
}

/// The job that reads a website at a moment.
fn crawl_job(id: WebSourceId, at: Timestamp) -> NewJob {
    NewJob {
        kind: job_kind::READ_WEB,
        key: format!("web:{id}"),
        payload: serde_json::json!({ "web_id": id }).to_string(),
        run_at: at,
    }
}
