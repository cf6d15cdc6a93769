//! Knowledge in files: entries in and out, and documents that become entries.

use std::collections::HashMap;

use yingda_desk::{Desk, DeskError, Imported, KbDraft};
use yingda_document::{Document, DocumentError, Limits};
use yingda_exchange::{ExportError, Format, ImportError, ItemState, Line, Options, Parsed, write_line};
use yingda_language::{Lang, detect};
use yingda_model::{
    ChangeOrigin, ChangeState, EntryContent, EntryId, EntryKind, EntrySource, EntryVersion, FileId, KbChange, Scope,
};

use crate::graph::{self, GraphFile};

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    pub entries: Imported,
    /// Proposals that were stored: drafts of the file.
    pub proposals: usize,
}

/// Reads a file of entries; what it is follows from its name and bytes.
///
/// # Errors
/// When nothing of the file can be used.
pub fn parse(name: &str, bytes: &[u8]) -> Result<Parsed, ImportError> {
    yingda_exchange::parse(name, bytes, &options())
}

/// How files of entries are read: HTML becomes Markdown.
pub fn options() -> Options<'static> {
    Options { html_to_markdown: &html_to_markdown, ..Options::default() }
}

fn html_to_markdown(html: &str) -> String {
    let page = format!("<!doctype html><body>{html}");
    yingda_document::read("article.html", page.as_bytes(), &Limits::default())
        .map(|document| document.markdown)
        .unwrap_or_else(|_| html.to_owned())
}

/// Stores what a file holds: its entries all or none, then its drafts as proposals, then its graph in place of the one that is
/// there.
///
/// # Errors
/// When the desk refuses an entry.
pub async fn import(desk: &Desk, scope: &Scope, parsed: Parsed) -> Result<Taken, DeskError> {
    let mut history: HashMap<String, Vec<EntryVersion>> = HashMap::new();
    for (_, version) in parsed.versions {
        history.entry(version.entry_id.to_string()).or_default().push(version);
    }
    let (mut names, mut drafts, mut changes) = (Vec::new(), Vec::new(), Vec::new());
    let now = desk.world().now();
    for item in parsed.items {
        let name = item.name();
        match item.state {
            ItemState::Ready => {
                drafts.push(KbDraft {
                    id: item.id.as_deref().and_then(|id| id.parse().ok()),
                    content: item.content,
                    version: item.version,
                    created_at: item.created_at,
                    updated_at: item.updated_at,
                    history: history.remove(&name).unwrap_or_default(),
                });
                names.push(name);
            }
            ItemState::Draft => changes.push(KbChange {
                id: desk.world().uuid().into(),
                entry_id: None,
                based_on: None,
                content: item.content,
                origin: ChangeOrigin::Person,
                state: ChangeState::Draft,
                evidence: Vec::new(),
                effect: None,
                fingerprint: None,
                by: scope.actor(),
                note: None,
                created_at: item.created_at.unwrap_or(now),
                updated_at: item.updated_at.unwrap_or(now),
                decided_by: None,
                decided_at: None,
            }),
        }
    }
    let mut graph = None;
    for line in parsed.others {
        let unfit = |detail: String| DeskError::Invalid { field: "graph", detail: format!("{}: {detail}", line.place) };
        let file: GraphFile = serde_json::from_value(line.fields.into()).map_err(|error| unfit(error.to_string()))?;
        graph = Some(file.graph().map_err(|problems| unfit(problems.join("; ")))?);
    }
    let entries = desk.import_kb(scope, drafts).await?;
    let ids: HashMap<String, EntryId> = names.into_iter().zip(entries.ids.iter().copied()).collect();
    for (_, change) in parsed.changes {
        let entry_id = change.entry_id.and_then(|id| ids.get(&id.to_string()).copied());
        // A proposal to change an entry that is not in the file has nothing to change.
        if change.entry_id.is_none() || entry_id.is_some() {
            changes.push(KbChange { entry_id, ..change });
        }
    }
    let proposals = desk.import_kb_changes(scope, changes).await?;
    if let Some(graph) = graph {
        desk.replace_graph(scope, graph::to_rows(&graph)).await?;
    }
    Ok(Taken { entries, proposals })
}

/// Writes all entries of a workspace; JSON Lines with their versions, the proposals and the graph as well. Gives how many entries there
/// were.
///
/// # Errors
/// When the format cannot be written.
pub async fn export(desk: &Desk, scope: &Scope, format: Format, out: &mut Vec<u8>) -> Result<usize, FilesError> {
    let entries = desk.all_kb_entries(scope).await?;
    if format != Format::Jsonl {
        yingda_exchange::export(format, &entries, out)?;
        return Ok(entries.len());
    }
    for entry in &entries {
        write_line(&Line::Entry(entry), &mut *out)?;
        let mut before = None;
        loop {
            let found = desk.kb_versions(scope, entry.id, before, 100).await?;
            for old in &found.versions {
                write_line(&Line::Version(old), &mut *out)?;
            }
            match found.versions.last().filter(|_| found.more) {
                Some(last) => before = Some(last.version),
                None => break,
            }
        }
    }
    let rows = desk.graph_rows(scope).await?;
    let readership = desk.kb_readership(scope).await?;
    let graph = graph::of_rows(rows).unwrap_or_default();
    if let Some(graph) = graph.and_then(|graph| graph.shown_to(|audience| readership.reads(audience)).ok()) {
        // A graph that cannot be read is nothing that could be taken anywhere.
        let value = serde_json::to_value(GraphFile::of(&graph)).unwrap_or_default();
        write_line(&Line::Other("graph", &value), &mut *out)?;
    }
    let mut cursor = None;
    loop {
        let page = desk.kb_changes(scope, &Default::default(), 100, cursor.as_deref()).await?;
        let Some(page) = page else { break };
        for change in &page.items {
            write_line(&Line::Change(change), &mut *out)?;
        }
        match page.next_cursor {
            Some(next) => cursor = Some(next),
            None => break,
        }
    }
    Ok(entries.len())
}

/// Why a file was not written.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    #[error(transparent)]
    Desk(#[from] DeskError),
    #[error(transparent)]
    Export(#[from] ExportError),
}

/// Reads a file into an entry. Blocking.
///
/// # Errors
/// When it cannot be read.
pub fn document(
    name: &str,
    bytes: &[u8],
    file_id: Option<FileId>,
    sha256: String,
) -> Result<(EntryContent, Document), DocumentError> {
    let document = yingda_document::read(name, bytes, &Limits::default())?;
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let title = document.title.clone().unwrap_or_else(|| stem.to_owned());
    let content = EntryContent {
        kind: EntryKind::Document,
        question: title.chars().take(500).collect(),
        answer: document.markdown.clone(),
        lang: language(&document.markdown).or_else(|| document.lang.clone()),
        source: EntrySource {
            file_id,
            name: Some(name.chars().take(300).collect()),
            sha256: Some(sha256),
            unread: document.unread.iter().take(1_000).map(ToString::to_string).collect(),
            ..EntrySource::default()
        },
        ..EntryContent::default()
    };
    Ok((content, document))
}

/// The language that a text is in, when it can be told.
pub(crate) fn language(text: &str) -> Option<String> {
    let beginning: String = text.chars().filter(|c| !c.is_ascii_digit()).take(4_000).collect();
    match detect(&beginning) {
        Lang::Zh => Some("zh".into()),
        Lang::En => Some("en".into()),
        Lang::Other => None,
    }
}
