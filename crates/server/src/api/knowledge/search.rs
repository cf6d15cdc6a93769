//! Search, trying the assistant out, and the index.

use std::time::Instant;

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yingda_assistant::Asked;
use yingda_knowledge as engine;
use yingda_library::{KnowledgeStatus, View, audience};
use yingda_model::{EntryId, EntryKind, KbEntry, Permission, Readership, TeamId};
use yingda_store::EntryFilter;

use crate::app::Staff;
use crate::extract::Json;
use crate::{App, Problem};

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(search)).routes(routes!(ask)).routes(routes!(status)).routes(routes!(reindex))
}

/// Longest question, in characters.
const LONGEST: usize = 2_000;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Search {
    /// 1 to 2,000 characters.
    text: String,
    /// 1 to 50; 10 when absent.
    #[schema(minimum = 1, maximum = 50)]
    limit: Option<u64>,
    /// Only entries in one of these languages, such as `zh`.
    #[serde(default)]
    languages: Vec<String>,
    /// Only entries of this category and below.
    category: Option<String>,
    /// Only entries with one of these tags.
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    kinds: Vec<EntryKind>,
}

/// What was found.
#[derive(Serialize, ToSchema)]
pub(crate) struct Found {
    /// Best first.
    hits: Vec<FoundEntry>,
    /// Whether meaning was compared, besides words.
    by_meaning: bool,
    /// Microseconds that it took.
    took_us: u64,
}

/// An entry that was found, and what of it answers.
#[derive(Serialize, ToSchema)]
struct FoundEntry {
    entry_id: String,
    kind: String,
    lang: Option<String>,
    /// The question or title.
    question: String,
    /// The wording of the question that is nearest.
    matched: String,
    /// How sure it is that this is meant, from 0 to 1.
    confidence: f32,
    /// Full-text score (BM25).
    score: f32,
    /// Nearness of meaning, from -1 to 1; absent when it was not compared.
    cosine: Option<f32>,
    passage: Option<FoundPassage>,
    /// The page that the entry comes from.
    url: Option<String>,
}

/// A piece of a text.
#[derive(Serialize, ToSchema)]
struct FoundPassage {
    /// The headings that it is under, outermost first.
    headings: Vec<String>,
    /// Anchor of the heading in the article.
    anchor: String,
    /// Such as `page 3`.
    place: Option<String>,
    /// Markdown.
    text: String,
    /// The part of the text that answers, in UTF-8 bytes.
    sentence_start: Option<usize>,
    sentence_end: Option<usize>,
}

/// What somebody of the staff may find. Whoever publishes knowledge finds what is for any team.
pub(super) async fn view(app: &App, staff: &Staff) -> Result<View, Problem> {
    let now = app.desk().world().now();
    Ok(match app.desk().kb_readership(&staff.scope).await? {
        Readership::Of(audiences) => View { audiences, ..View::agent(now, &[]) },
        Readership::All => {
            let teams: Vec<TeamId> =
                app.desk().store().read(&staff.scope).teams().await?.iter().map(|team| team.id).collect();
            View::agent(now, &teams)
        }
    })
}

fn kind(kind: EntryKind) -> engine::EntryKind {
    match kind {
        EntryKind::Faq => engine::EntryKind::Faq,
        EntryKind::Article => engine::EntryKind::Article,
        EntryKind::Document => engine::EntryKind::Document,
        EntryKind::Page => engine::EntryKind::Page,
    }
}

fn readable(staff: &Staff, text: &str) -> Result<(), Problem> {
    if !staff.scope.may(Permission::ReadKnowledge) {
        return Err(Problem::forbidden("reading knowledge needs the right to it"));
    }
    let length = text.chars().count();
    if text.trim().is_empty() || length > LONGEST {
        return Err(Problem::invalid("text", format!("expected 1 to {LONGEST} characters, got {length}")));
    }
    Ok(())
}

/// Search the knowledge base, as agents do beside a conversation: passages with the sentence that answers.
#[utoipa::path(post, path = "/kb/search", tag = "Knowledge", request_body = Search,
    responses((status = 200, body = Found), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn search(
    State(app): State<App>,
    staff: Staff,
    Json(search): Json<Search>,
) -> Result<axum::Json<Found>, Problem> {
    Ok(axum::Json(find(&app, &staff, search).await?))
}

/// Finds what somebody of the staff may find.
pub(crate) async fn find(app: &App, staff: &Staff, search: Search) -> Result<Found, Problem> {
    readable(staff, &search.text)?;
    let limit = match search.limit.unwrap_or(10) {
        limit @ 1..=50 => limit as usize,
        limit => return Err(Problem::invalid("limit", format!("expected 1 to 50, got {limit}"))),
    };
    let begun = Instant::now();
    let library = app.knowledge().library(&staff.scope, &search.text).await?;
    let view = view(app, staff).await?;
    let filter = engine::Filter {
        languages: search.languages,
        category: search.category,
        tags: search.tags,
        kinds: search.kinds.into_iter().map(kind).collect(),
        ..view.filter()
    };
    let (text, searching) = (search.text, library.clone());
    let searched = tokio::task::spawn_blocking(move || searching.search_with(&text, filter, Some(view.now.0), limit))
        .await
        .map_err(|_| Problem::internal())?
        .map_err(yingda_library::KnowledgeError::from)?;
    let hits = searched.hits.into_iter().map(|hit| {
        let url = library.url(&hit.entry_id);
        let sentence = hit.sentence.map(|sentence| (sentence.start, sentence.end));
        FoundEntry {
            url,
            kind: serde_json::to_value(hit.kind)
                .ok()
                .and_then(|kind| Some(kind.as_str()?.to_owned()))
                .unwrap_or_default(),
            entry_id: hit.entry_id,
            lang: hit.lang,
            question: hit.question,
            matched: hit.matched,
            confidence: hit.confidence,
            score: hit.bm25,
            cosine: hit.cosine,
            passage: hit.passage.map(|passage| FoundPassage {
                headings: passage.headings,
                anchor: passage.anchor,
                place: passage.place.map(|place| place.to_string()),
                text: passage.text,
                sentence_start: sentence.map(|(start, _)| start),
                sentence_end: sentence.map(|(_, end)| end),
            }),
        }
    });
    Ok(Found {
        hits: hits.collect(),
        by_meaning: searched.by_meaning,
        took_us: u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX),
    })
}

/// The entries of a filter that answer `text` best.
pub(super) async fn best(
    app: &App,
    staff: &Staff,
    text: &str,
    filter: &EntryFilter,
    limit: u64,
) -> Result<Vec<KbEntry>, Problem> {
    readable(staff, text)?;
    let library = app.knowledge().library(&staff.scope, text).await?;
    let mut audiences = view(app, staff).await?.audiences;
    audiences.retain(|one| filter.audience.is_none_or(|wanted| wanted == *one));
    if audiences.is_empty() {
        return Ok(Vec::new());
    }
    let of_index = engine::Filter {
        audiences: audiences.into_iter().map(audience).collect(),
        languages: filter.lang.clone().into_iter().collect(),
        category: filter.category.clone(),
        tags: filter.tag.clone().into_iter().collect(),
        kinds: filter.kind.map(kind).into_iter().collect(),
        valid_at: None,
    };
    let (text, limit) = (text.to_owned(), usize::try_from(limit).unwrap_or(usize::MAX));
    let searched = tokio::task::spawn_blocking(move || library.search_with(&text, of_index, None, limit))
        .await
        .map_err(|_| Problem::internal())?
        .map_err(yingda_library::KnowledgeError::from)?;
    let ids: Vec<EntryId> = searched.hits.iter().filter_map(|hit| hit.entry_id.parse().ok()).collect();
    let mut entries = app.desk().kb_entries_by_id(&staff.scope, &ids).await?;
    entries.retain(|entry| {
        filter.owner.is_none_or(|owner| entry.content.owner_id == Some(owner))
            && filter.status.is_none_or(|status| entry.content.status == status)
            && filter.key.as_ref().is_none_or(|key| entry.content.key.as_ref() == Some(key))
    });
    Ok(entries)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Ask {
    /// 1 to 2,000 characters.
    text: String,
}

/// What the assistant would answer, with scores and reasons. Nothing is stored.
#[utoipa::path(post, path = "/kb/ask", tag = "Knowledge", request_body = Ask,
    responses((status = 200, body = Asked), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn ask(State(app): State<App>, staff: Staff, Json(ask): Json<Ask>) -> Result<axum::Json<Asked>, Problem> {
    readable(&staff, &ask.text)?;
    Ok(axum::Json(app.assistant().ask(&staff.scope, &ask.text).await?))
}

/// How far the index is.
#[derive(Serialize, ToSchema)]
struct IndexStatus {
    /// Revision of the knowledge that the index holds, and the newest.
    revision: i64,
    newest: i64,
    entries: usize,
    passages: usize,
    /// Texts whose meaning is indexed, and those that still wait for it.
    vectors: usize,
    pending: usize,
    /// Bytes on disk.
    bytes: u64,
    /// Whether an embedding model is installed.
    by_meaning: bool,
    /// Why the index was made anew when the program started.
    anew: Option<String>,
}

impl IndexStatus {
    fn new(app: &App, status: KnowledgeStatus) -> Self {
        let KnowledgeStatus { revision, newest, stats, anew, .. } = status;
        Self {
            revision,
            newest,
            entries: stats.entries as usize,
            passages: stats.passages as usize,
            vectors: stats.vectors as usize,
            pending: stats.pending as usize,
            bytes: stats.disk_bytes,
            by_meaning: app.knowledge().embedder().is_some(),
            anew,
        }
    }
}

/// How far the search index is.
#[utoipa::path(get, path = "/kb/index", tag = "Knowledge",
    responses((status = 200, body = IndexStatus), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn status(State(app): State<App>, staff: Staff) -> Result<axum::Json<IndexStatus>, Problem> {
    if !staff.scope.may(Permission::ReadKnowledge) {
        return Err(Problem::forbidden("reading knowledge needs the right to it"));
    }
    let status = app.knowledge().status(&staff.scope).await?;
    Ok(axum::Json(IndexStatus::new(&app, status)))
}

/// Throw the search index of this node away and make it anew. Searches are answered meanwhile.
#[utoipa::path(post, path = "/kb/index/rebuild", tag = "Knowledge",
    responses((status = 200, body = IndexStatus), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn reindex(State(app): State<App>, staff: Staff) -> Result<axum::Json<IndexStatus>, Problem> {
    if !staff.scope.may(Permission::WriteKnowledge) {
        return Err(Problem::forbidden("the index is rebuilt by supervisors and admins"));
    }
    let status = app.knowledge().reindex(&staff.scope).await?;
    Ok(axum::Json(IndexStatus::new(&app, status)))
}
