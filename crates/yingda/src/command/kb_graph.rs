//! `yingda kb graph`

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::json;
use yingda_desk::SystemWorld;
use yingda_graph::eval::{Question, Score, eval};
use yingda_graph::{Asked, Graph, answer};
use yingda_language::{Lang, detect};
use yingda_library::graph::{GraphFile, of_rows, to_rows};
use yingda_model::World;

use crate::failure::{Failure, Outcome};
use crate::fresh_file::{Existing, FreshFile};
use crate::open::{DataOptions, WorkspaceOption, desk};
use crate::output::{Output, print, short};

/// The knowledge graph: things with attributes and links, asked in words.
#[derive(Subcommand)]
#[command(after_help = "Examples:
  yingda kb graph import graph/
  yingda kb graph ask 3000 元以下最轻的笔记本
  yingda kb graph eval questions.jsonl")]
pub enum GraphCommand {
    Import(Import),
    Export(Export),
    Ask(Ask),
    Eval(Eval),
}

/// Put the graph of a folder of CSV files, or of a JSON file, in place of the one that is there.
///
/// schema.csv says what types, attributes and relations mean; links.csv links things; every other file holds things, a row
/// each, with columns such as name:zh, name:en, price[CNY], battery[mAh]. A graph that contradicts itself is refused with all its
/// problems.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda kb graph import packs/demo/graph
  yingda kb graph import graph.json --json")]
pub struct Import {
    /// The folder or JSON file
    from: PathBuf,
    #[command(flatten)]
    workspace: WorkspaceOption,
    #[command(flatten)]
    data: DataOptions,
}

/// Write the graph as JSON, which `yingda kb graph import` takes again.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda kb graph export graph.json
  yingda kb graph export - | jq .things")]
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

/// Ask the graph, and see how the question was read and which facts the answer rests on.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda kb graph ask 玻璃水壶和旅行水壶哪个更轻
  yingda kb graph ask which kettle is the cheapest --json

Exit codes: 0 answered, 3 the question is not about the graph.")]
pub struct Ask {
    /// The question
    #[arg(required = true, num_args = 1..)]
    text: Vec<String>,
    #[command(flatten)]
    workspace: WorkspaceOption,
    #[command(flatten)]
    data: DataOptions,
}

/// Measure how many questions are answered exactly.
///
/// QUESTIONS is JSON Lines with query, lang, answer (things, value with unit, bool, "unknown" or "none") and optionally kind,
/// part and context.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda kb graph eval packs/demo/graph.eval.jsonl --graph packs/demo/graph
  yingda kb graph eval packs/demo/graph.eval.jsonl --json")]
pub struct Eval {
    /// The questions
    questions: PathBuf,
    /// Measure this folder or JSON file alone instead of the installation
    #[arg(long, value_name = "PATH")]
    graph: Option<PathBuf>,
    #[command(flatten)]
    workspace: WorkspaceOption,
    #[command(flatten)]
    data: DataOptions,
}

impl GraphCommand {
    pub async fn run(self, output: Output) -> Outcome {
        match self {
            Self::Import(import) => import.run(output).await,
            Self::Export(export) => export.run(output).await,
            Self::Ask(ask) => ask.run(output).await,
            Self::Eval(eval) => eval.run(output).await,
        }
    }
}

impl Import {
    async fn run(self, output: Output) -> Outcome {
        let (desk, scope) = desk(&self.data, &self.workspace).await?;
        let graph = read(&self.from)?;
        desk.replace_graph(&scope, to_rows(&graph)).await?;
        desk.store().close().await;
        let (things, links) = (graph.things().len(), graph.links().len());
        output.result(&json!({"things": things, "links": links}), |out| {
            writeln!(out, "Imported {things} things and {links} links.")
        })
    }
}

impl Export {
    async fn run(self, output: Output) -> Outcome {
        let graph = installed(&self.data, &self.workspace).await?;
        let mut bytes = serde_json::to_vec_pretty(&GraphFile::of(&graph))?;
        bytes.push(b'\n');
        if self.file == Path::new("-") {
            return print(&bytes);
        }
        let file = FreshFile::create(&self.file, Existing::for_flag(self.force))?;
        file.writer()?.write_all(&bytes)?;
        file.keep()?;
        let things = graph.things().len();
        output.result(&json!({"file": self.file, "things": things}), |out| {
            writeln!(out, "Wrote {things} things to {}.", self.file.display())
        })
    }
}

impl Ask {
    async fn run(self, output: Output) -> Outcome {
        let text = self.text.join(" ");
        let graph = installed(&self.data, &self.workspace).await?;
        let lang = if detect(&text) == Lang::En { "en" } else { "zh" };
        let now = time::OffsetDateTime::from_unix_timestamp(SystemWorld.now().0.div_euclid(1_000)).ok();
        let found = answer(&graph, &Asked { question: &text, lang, now, context: &[] });
        output.result(&json!({"answer": found}), |out| match &found {
            None => writeln!(out, "The question is not about the graph."),
            Some(found) => {
                writeln!(out, "{}\n\nRead as  {}", found.text, short(&found.reading, 100))?;
                for fact in &found.facts {
                    let value = fact.value.as_ref().map(|value| serde_json::to_string(value).unwrap_or_default());
                    let value = value.or_else(|| fact.to.clone()).unwrap_or_default();
                    writeln!(out, "Fact     {} {} {}", fact.thing, fact.name, short(&value, 60))?;
                }
                Ok(())
            }
        })?;
        match found {
            Some(_) => Ok(()),
            None => Err(Failure::refused("the graph does not answer this")),
        }
    }
}

impl Eval {
    async fn run(self, output: Output) -> Outcome {
        let graph = match &self.graph {
            Some(path) => read(path)?,
            None => installed(&self.data, &self.workspace).await?,
        };
        let text = std::fs::read_to_string(&self.questions)
            .map_err(|error| Failure::failed(format!("{} cannot be read: {error}", self.questions.display())))?;
        let mut questions: Vec<Question> = Vec::new();
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let question = serde_json::from_str(line).map_err(|error| {
                Failure::refused(format!("{}, line {}: {error}", self.questions.display(), number + 1))
            })?;
            questions.push(question);
        }
        let report = eval(&graph, &questions);
        output.result(&report, |out| {
            let mut line = |name: &str, score: &Score| {
                writeln!(out, "{name:<12} {:>4}/{:<4} {:.3}", score.right, score.of, score.share())
            };
            for (name, score) in report.by_kind.iter().chain(&report.by_lang).chain(&report.by_part) {
                line(name, score)?;
            }
            line("all", &report.all)?;
            writeln!(
                out,
                "wrong claims {}, median {} µs, longest {} µs",
                report.wrong, report.median_us, report.longest_us
            )
        })
    }
}

/// The graph of an installation; one without things when there is none.
async fn installed(data: &DataOptions, workspace: &WorkspaceOption) -> Result<Graph, Failure> {
    let (desk, scope) = desk(data, workspace).await?;
    let rows = desk.graph_rows(&scope).await?;
    desk.store().close().await;
    of_rows(rows)
        .map_err(|problems| Failure::failed(problems.join("; ")))?
        .ok_or_else(|| Failure::refused("there is no knowledge graph: make one with `yingda kb graph import`"))
}

/// The graph of a folder of CSV files or of a JSON file.
fn read(path: &Path) -> Result<Graph, Failure> {
    let unreadable = |error| Failure::failed(format!("{} cannot be read: {error}", path.display()));
    let file = if path.is_dir() {
        let mut files = Vec::new();
        for found in std::fs::read_dir(path).map_err(unreadable)? {
            let found = found.map_err(unreadable)?.path();
            if found.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv")) {
                let name = found.file_name().unwrap_or_default().to_string_lossy().into_owned();
                files.push((name, std::fs::read_to_string(&found).map_err(unreadable)?));
            }
        }
        files.sort();
        GraphFile::of_csv(&files).map_err(refused)?
    } else {
        let text = std::fs::read_to_string(path).map_err(unreadable)?;
        serde_json::from_str(&text).map_err(|error| Failure::refused(format!("{}: {error}", path.display())))?
    };
    file.graph().map_err(refused)
}

fn refused(problems: Vec<String>) -> Failure {
    Failure::refused(problems.join("\n"))
}
