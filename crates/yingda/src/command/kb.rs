//! `yingda kb`: the knowledge base.

use std::collections::HashSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Subcommand};
use serde_json::json;
use yingda_desk::{Desk, KbDraft};
use yingda_embedding::Embedder;
use yingda_exchange::{Format, ImportError, Note, Options, Parsed, Refusal};
use yingda_knowledge::Entry;
use yingda_library::files::{self, Taken};
use yingda_library::{Knowledge, Library};
use yingda_model::{EntryId, KbEntry, Scope, Timestamp};

use super::kb_eval::Eval;
use super::kb_graph::GraphCommand;
use super::kb_search::{Reindex, Search};
use super::kb_upkeep::{Duplicates, Gaps};
use super::models;
use crate::failure::{Failure, Outcome};
use crate::fresh_file::{Existing, FreshFile};
use crate::open::{DataOptions, WorkspaceOption, desk};
use crate::output::{Language, Output, print, short, spinner};

/// Largest file that is read here, in bytes: whoever has the command line has the machine.
const MAX_BYTES: u64 = 1_000_000_000;

/// Import, list, search, export, measure and tend the knowledge base.
#[derive(Subcommand)]
#[command(after_help = "Examples:
  yingda kb import faq.xlsx
  yingda kb list
  yingda kb eval pairs.jsonl --kb faq.jsonl")]
pub enum Kb {
    Import(Import),
    List(List),
    Export(Export),
    Search(Search),
    Eval(Eval),
    Gaps(Gaps),
    Duplicates(Duplicates),
    Reindex(Reindex),
    #[command(subcommand)]
    Graph(GraphCommand),
}

/// Add the entries of a file or folder, or a document: CSV, TSV, XLSX, JSONL, Markdown, Chatwoot, Zendesk; PDF, DOCX and more.
///
/// Tables need the columns question and answer (问题, 答案) and may have those that `yingda kb export` writes. Markdown files
/// may be in a folder or a ZIP archive. Articles of Chatwoot and Zendesk are the JSON of their APIs, in one file, an archive or
/// a folder. Every line that cannot be taken is named with the reason. Then nothing is stored, unless --skip-bad says to take
/// the others. An entry that is there already (by id, key and language, or question) is replaced, so that importing twice is
/// importing once. Drafts become proposals. PDF, DOCX, PPTX, HTML and text become one entry each; with --document any file does.
/// Works beside a running server.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda kb import faq.xlsx
  yingda kb import articles/
  yingda kb import manual.pdf
  yingda kb import zendesk.json --json
  yingda kb import faq.jsonl --skip-bad --workspace shop

Exit codes: 0 imported, 3 nothing imported because lines were refused.")]
pub struct Import {
    /// The file or folder; its ending and content say what it is
    file: PathBuf,
    /// Import the good lines even when others are refused
    #[arg(long)]
    skip_bad: bool,
    /// Take the file for a document, whose text becomes one entry
    #[arg(long)]
    document: bool,
    #[command(flatten)]
    workspace: WorkspaceOption,
    #[command(flatten)]
    data: DataOptions,
}

/// List the entries, oldest first.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda kb list --lang zh
  yingda kb list --limit 1000 --json")]
pub struct List {
    /// Only entries in this language, such as zh
    #[arg(long)]
    lang: Option<String>,
    /// Most entries shown
    #[arg(long, default_value_t = 100, value_name = "N")]
    limit: usize,
    #[command(flatten)]
    workspace: WorkspaceOption,
    #[command(flatten)]
    data: DataOptions,
}

/// Write the entries to a file that `yingda kb import` takes again.
///
/// JSONL holds everything, with earlier versions and proposals; CSV, XLSX and Markdown (a ZIP archive) hold the entries as they
/// are.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda kb export knowledge.jsonl
  yingda kb export knowledge.xlsx
  yingda kb export articles.zip
  yingda kb export - --format csv | wc -l")]
pub struct Export {
    /// The file to write, ending in .jsonl, .csv, .xlsx or .zip; - is standard output
    file: PathBuf,
    /// jsonl, csv, xlsx or markdown_folder [default: as the file ends, else jsonl]
    #[arg(long, value_parser = written_format, value_name = "FORMAT")]
    format: Option<Format>,
    /// Replace a file that is there
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    workspace: WorkspaceOption,
    #[command(flatten)]
    data: DataOptions,
}

fn written_format(text: &str) -> Result<Format, String> {
    Format::parse(text)
        .filter(|format| format.is_written())
        .ok_or_else(|| "expected jsonl, csv, xlsx or markdown_folder".to_owned())
}

impl Kb {
    pub async fn run(self, output: Output) -> Outcome {
        match self {
            Self::Import(import) => import.run(output).await,
            Self::List(list) => list.run(output).await,
            Self::Export(export) => export.run(output).await,
            Self::Search(search) => search.run(output).await,
            Self::Eval(eval) => eval.run(output).await,
            Self::Gaps(gaps) => gaps.run(output).await,
            Self::Duplicates(duplicates) => duplicates.run(output).await,
            Self::Reindex(reindex) => reindex.run(output).await,
            Self::Graph(graph) => graph.run(output).await,
        }
    }
}

/// Endings of files that are documents and hold no entries.
const DOCUMENTS: [&str; 9] = ["pdf", "docx", "docm", "pptx", "html", "htm", "txt", "ods", "xls"];

impl Import {
    async fn run(self, output: Output) -> Outcome {
        let (desk, scope) = desk(&self.data, &self.workspace).await?;
        let ending = self.file.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        if self.document || DOCUMENTS.contains(&ending.as_str()) {
            return self.read_document(output, &desk, &scope).await;
        }
        let work = spinner("Reading the file");
        let parsed = parse(&self.file);
        work.finish_and_clear();
        let parsed = parsed?;
        let (refused, notes) = (parsed.refused.clone(), parsed.notes.clone());
        tell_refused(output, &refused);
        tell_notes(output, &notes);
        let stop = !refused.is_empty() && !self.skip_bad;
        if stop || parsed.items.is_empty() && parsed.changes.is_empty() {
            self.report(output, &parsed, &Taken::default())?;
            return Err(match (stop, refused.len()) {
                (true, 1) => Failure::refused(
                    "nothing was imported, because 1 line was refused: mend it, or take the others with --skip-bad",
                ),
                (true, lines) => Failure::refused(format!(
                    "nothing was imported, because {lines} lines were refused: mend them, or take the others with --skip-bad"
                )),
                (false, _) => Failure::refused("nothing was imported: the file holds no entry that can be taken"),
            });
        }
        let work = spinner(format!("Storing {} entries", parsed.items.len()));
        let taken = files::import(&desk, &scope, parsed.clone()).await;
        work.finish_and_clear();
        let taken = taken?;
        desk.store().close().await;
        if taken.entries.unknown > 0 {
            let unknown = taken.entries.unknown;
            output.note(match Language::of_terminal() {
                Language::Chinese => format!(
                    "{unknown} 个条目引用了本工作区没有的团队、负责人或文件：已去掉；原属团队的改为仅客服可见"
                ),
                Language::English => format!(
                    "{unknown} entries named a team, an owner or a file that this workspace does not have: it was left out, and \
                     what was for a team is for agents"
                ),
            });
        }
        self.report(output, &parsed, &taken)
    }

    async fn read_document(&self, output: Output, desk: &Desk, scope: &Scope) -> Outcome {
        let name = self.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let bytes = read(&self.file)?;
        let sha256 = ring::digest::digest(&ring::digest::SHA256, &bytes);
        let sha256: String = sha256.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        let work = spinner("Reading the document");
        let read = files::document(&name, &bytes, None, sha256);
        work.finish_and_clear();
        let said = |zh: String, en: String| match Language::of_terminal() {
            Language::Chinese => zh,
            Language::English => en,
        };
        let (content, document) = read.map_err(|error| Failure::refused(said(error.zh(), error.to_string())))?;
        let unread = document.unread.iter().map(|unread| said(unread.zh(), unread.to_string()));
        let notices = document.warnings.iter().map(|notice| said(notice.zh(), notice.to_string()));
        let notes: Vec<String> = unread.chain(notices).collect();
        notes.iter().for_each(|note| output.note(note));
        let entries = desk.import_kb(scope, vec![KbDraft { content, ..KbDraft::default() }]).await?;
        desk.store().close().await;
        let (added, updated, unchanged) = (entries.added, entries.updated, entries.unchanged);
        let report = json!({
            "format": document.format.code(), "imported": 1, "added": added, "updated": updated, "unchanged": unchanged,
            "pages": document.pages, "notes": notes,
        });
        output.result(&report, |out| match (added, updated) {
            (1, _) => writeln!(out, "Imported {name}."),
            (_, 1) => writeln!(out, "Imported {name} in place of what was there."),
            _ => writeln!(out, "{name} says what was there already."),
        })
    }

    fn report(&self, output: Output, parsed: &Parsed, taken: &Taken) -> Outcome {
        let (added, updated, unchanged) = (taken.entries.added, taken.entries.updated, taken.entries.unchanged);
        let (proposals, imported) = (taken.proposals, added + updated + unchanged);
        let report = json!({
            "format": parsed.format, "imported": imported, "added": added, "updated": updated, "unchanged": unchanged,
            "proposals": proposals, "refused": parsed.refused, "notes": parsed.notes,
        });
        output.result(&report, |out| {
            if imported + proposals == 0 {
                return Ok(());
            }
            write!(out, "Imported {imported}: {added} added, {updated} replaced")?;
            for (count, what) in [(unchanged, "unchanged"), (proposals, "proposals"), (parsed.refused.len(), "refused")]
            {
                if count > 0 {
                    write!(out, ", {count} {what}")?;
                }
            }
            writeln!(out, ".")
        })
    }
}

impl List {
    async fn run(self, output: Output) -> Outcome {
        let (desk, scope) = desk(&self.data, &self.workspace).await?;
        let mut entries = desk.all_kb_entries(&scope).await?;
        desk.store().close().await;
        entries.retain(|entry| self.lang.is_none() || entry.content.lang == self.lang);
        let total = entries.len();
        entries.truncate(self.limit);
        output.result(&json!({"total": total, "entries": entries}), |out| {
            for entry in &entries {
                let content = &entry.content;
                let lang = content.lang.as_deref().unwrap_or("-");
                writeln!(out, "{lang:5}  {}  →  {}", short(&content.question, 50), short(&content.answer, 60))?;
            }
            match total - entries.len() {
                0 => writeln!(out, "{total} entries"),
                more => writeln!(out, "… and {more} more of {total}: see them with --limit {total}"),
            }
        })
    }
}

impl Export {
    async fn run(self, output: Output) -> Outcome {
        let (desk, scope) = desk(&self.data, &self.workspace).await?;
        let format = self.format.unwrap_or_else(|| format_of(&self.file));
        let mut bytes = Vec::new();
        let entries = files::export(&desk, &scope, format, &mut bytes).await;
        desk.store().close().await;
        let entries = entries?;
        if self.file == Path::new("-") {
            return print(&bytes);
        }
        let file = FreshFile::create(&self.file, Existing::for_flag(self.force))?;
        file.writer()?.write_all(&bytes)?;
        file.keep()?;
        output.result(&json!({"file": self.file, "format": format, "entries": entries}), |out| {
            writeln!(out, "Wrote {entries} entries to {}.", self.file.display())
        })
    }
}

/// The format that a file's name ends in; JSONL for any other.
fn format_of(path: &Path) -> Format {
    let ending = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    Format::ALL.into_iter().find(|format| format.is_written() && format.ending() == ending).unwrap_or(Format::Jsonl)
}

/// Reads a file or folder of entries.
pub fn parse(path: &Path) -> Result<Parsed, Failure> {
    let options = Options { max_bytes: MAX_BYTES, ..files::options() };
    let parsed = if path.is_dir() {
        yingda_exchange::parse_folder(path, &options)
    } else {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        yingda_exchange::parse(&name, &read(path)?, &options)
    };
    parsed.map_err(|error| {
        let error = match Language::of_terminal() {
            Language::Chinese => error.zh(),
            Language::English => error.to_string(),
        };
        Failure::refused(format!("{}: {error}", path.display()))
    })
}

/// Reads a file, unless it is larger than anything that is read here.
pub fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let unreadable = |error| Failure::failed(format!("{} cannot be read: {error}", path.display()));
    let bytes = std::fs::metadata(path).map_err(unreadable)?.len();
    if bytes > MAX_BYTES {
        return Err(Failure::refused(ImportError::TooLarge { bytes, limit: MAX_BYTES }));
    }
    std::fs::read(path).map_err(unreadable)
}

/// The knowledge of an installation, searched by meaning too where the embedding model is installed.
pub fn knowledge(data: &DataOptions, desk: &Desk) -> Result<Knowledge, Failure> {
    Ok(Knowledge::new(desk.store().clone(), Some(data.indexes()), models::embedder(&data.data)?))
}

/// A library over a file alone; what is refused in it is told and left out.
pub fn library_of(
    output: Output,
    path: &Path,
    embedder: Option<Arc<Embedder>>,
) -> Result<(Arc<Library>, Vec<Refusal>), Failure> {
    let parsed = parse(path)?;
    tell_refused(output, &parsed.refused);
    if parsed.items.is_empty() {
        return Err(Failure::refused(format!("{} holds no entry that can be taken", path.display())));
    }
    let mut names = HashSet::new();
    let entries = parsed.items.into_iter().enumerate().filter_map(|(number, item)| {
        let mut name = item.name();
        if !names.insert(name.clone()) {
            name = format!("{name}-{number}");
        }
        let key = item.content.key.clone();
        let at = Timestamp::default();
        let stored = KbEntry {
            id: EntryId(uuid::Uuid::nil()),
            content: item.content,
            version: 1,
            created_at: at,
            updated_at: at,
        };
        yingda_library::entry(stored, 0.0).map(|entry| (key, Entry { id: name, ..entry }))
    });
    let library = Library::build(entries, embedder)?;
    Ok((Arc::new(library), parsed.refused))
}

/// Names refused lines one by one, in the language of the terminal.
pub fn tell_refused(output: Output, refused: &[Refusal]) {
    let language = Language::of_terminal();
    for refusal in refused {
        match language {
            Language::Chinese => output.note(format_args!("已拒绝 {}", refusal.zh())),
            Language::English => output.note(format_args!("refused {refusal}")),
        }
    }
}

/// Says what was taken otherwise than it stands in the file, in the language of the terminal.
fn tell_notes(output: Output, notes: &[Note]) {
    let language = Language::of_terminal();
    for note in notes {
        match language {
            Language::Chinese => output.note(note.zh()),
            Language::English => output.note(note),
        }
    }
}
