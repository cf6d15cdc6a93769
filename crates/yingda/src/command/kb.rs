//! `yingda kb`: the questions and answers.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::json;
use yingda_desk::{Imported, KbDraft};
use yingda_knowledge::import::{self, ImportError, MAX_FILE_BYTES, Parsed, Refusal};
use yingda_knowledge::{Entry, Index};

use super::kb_eval::Eval;
use crate::failure::{Failure, Outcome};
use crate::fresh_file::{Existing, FreshFile};
use crate::open::{DataOptions, WorkspaceOption, desk};
use crate::output::{Language, Output, print, short, spinner};

/// Import, list, export and measure the questions and answers.
#[derive(Subcommand)]
#[command(after_help = "Examples:
  yingda kb import faq.xlsx
  yingda kb list
  yingda kb eval pairs.jsonl --kb faq.jsonl")]
pub enum Kb {
    Import(Import),
    List(List),
    Export(Export),
    Eval(Eval),
}

/// Add the entries of a file: CSV, TSV, XLSX, JSONL or Markdown.
///
/// Tables need the columns question and answer (问题, 答案) and may have variants, lang and category. Every line that
/// cannot be taken is named with the reason. Then nothing is stored, unless --skip-bad says to take the others. An entry
/// whose question is there already is replaced, so that importing twice is importing once. Works beside a running server.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda kb import faq.xlsx
  yingda kb import faq.jsonl --skip-bad --workspace shop
  yingda kb import faq.md --json

Exit codes: 0 imported, 3 nothing imported because lines were refused.")]
pub struct Import {
    /// The file; its ending says what it is
    file: PathBuf,
    /// Import the good lines even when others are refused
    #[arg(long)]
    skip_bad: bool,
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

/// Write the entries as JSON Lines, which `yingda kb import` takes again.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda kb export faq.jsonl
  yingda kb export - | wc -l")]
pub struct Export {
    /// The file to write; - is standard output
    file: PathBuf,
    /// Replace a file that is there
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    workspace: WorkspaceOption,
    #[command(flatten)]
    data: DataOptions,
}

impl Kb {
    pub async fn run(self, output: Output) -> Outcome {
        match self {
            Self::Import(import) => import.run(output).await,
            Self::List(list) => list.run(output).await,
            Self::Export(export) => export.run(output).await,
            Self::Eval(eval) => eval.run(output).await,
        }
    }
}

impl Import {
    async fn run(self, output: Output) -> Outcome {
        let (desk, scope) = desk(&self.data, &self.workspace).await?;
        let work = spinner("Reading the file");
        let parsed = parse(&self.file);
        work.finish_and_clear();
        let Parsed { entries, refused } = parsed?;
        tell_refused(output, &refused);
        let stop = !refused.is_empty() && !self.skip_bad;
        if stop || entries.is_empty() {
            self.report(output, Imported::default(), &refused)?;
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
        let work = spinner(format!("Storing {} entries", entries.len()));
        let imported = desk.import_kb(&scope, entries.into_iter().map(|(_, entry)| draft(entry)).collect()).await;
        work.finish_and_clear();
        let imported = imported?;
        desk.store().close().await;
        self.report(output, imported, &refused)
    }

    fn report(&self, output: Output, imported: Imported, refused: &[Refusal]) -> Outcome {
        let Imported { added, updated } = imported;
        let report = json!({"imported": added + updated, "added": added, "updated": updated, "refused": refused});
        output.result(&report, |out| {
            if added + updated == 0 {
                return Ok(());
            }
            write!(out, "Imported {}: {added} added, {updated} replaced", added + updated)?;
            match refused.len() {
                0 => writeln!(out, "."),
                lines => writeln!(out, ", {lines} refused."),
            }
        })
    }
}

impl List {
    async fn run(self, output: Output) -> Outcome {
        let (desk, scope) = desk(&self.data, &self.workspace).await?;
        let mut entries = desk.store().read(&scope).all_kb_entries().await?;
        desk.store().close().await;
        entries.retain(|entry| self.lang.is_none() || entry.lang == self.lang);
        let total = entries.len();
        entries.truncate(self.limit);
        output.result(&json!({"total": total, "entries": entries}), |out| {
            for entry in &entries {
                let lang = entry.lang.as_deref().unwrap_or("-");
                writeln!(out, "{lang:5}  {}  →  {}", short(&entry.question, 50), short(&entry.answer, 60))?;
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
        let entries = desk.store().read(&scope).all_kb_entries().await?;
        desk.store().close().await;
        let mut lines = Vec::new();
        for entry in &entries {
            let line = json!({
                "question": entry.question, "answer": entry.answer, "variants": entry.variants,
                "lang": entry.lang, "category": entry.category,
            });
            serde_json::to_writer(&mut lines, &line)?;
            lines.push(b'\n');
        }
        if self.file == Path::new("-") {
            return print(&lines);
        }
        let file = FreshFile::create(&self.file, Existing::for_flag(self.force))?;
        file.writer()?.write_all(&lines)?;
        file.keep()?;
        output.result(&json!({"file": self.file, "entries": entries.len()}), |out| {
            writeln!(out, "Wrote {} entries to {}.", entries.len(), self.file.display())
        })
    }
}

/// Reads a file of entries.
pub fn parse(path: &Path) -> Result<Parsed, Failure> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    import::parse(&name, &read(path)?).map_err(|error| {
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
    if bytes > MAX_FILE_BYTES as u64 {
        return Err(Failure::refused(ImportError::TooLarge { bytes, limit: MAX_FILE_BYTES as u64 }));
    }
    std::fs::read(path).map_err(unreadable)
}

/// An index over a file alone; what is refused in it is told and left out.
pub fn index_of(output: Output, path: &Path) -> Result<(Index, Vec<Refusal>), Failure> {
    let parsed = parse(path)?;
    tell_refused(output, &parsed.refused);
    if parsed.entries.is_empty() {
        return Err(Failure::refused(format!("{} holds no entry that can be taken", path.display())));
    }
    Ok((Index::build(parsed.entries.into_iter().map(|(_, entry)| entry))?, parsed.refused))
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

fn draft(entry: Entry) -> KbDraft {
    KbDraft {
        key: import::given_id(&entry).map(str::to_owned),
        question: entry.question,
        answer: entry.answer,
        variants: entry.variants,
        lang: entry.lang,
        category: entry.category,
    }
}
