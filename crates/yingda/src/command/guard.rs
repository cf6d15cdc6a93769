//! `yingda guard`

use std::path::PathBuf;

use clap::{Args, Subcommand};
use yingda_assistant::FileProblem;
use yingda_guard::{Guard as Rules, Source, eval, evaluate};

use crate::command::flow::tell;
use crate::failure::{Failure, Outcome};
use crate::output::{Output, harmless};

/// Measure what checks everything that the assistant says.
#[derive(Subcommand)]
#[command(after_help = "Example:
  yingda guard eval datasets/guard/guard.jsonl --rules packs/ecommerce/guard.yml")]
pub enum Guard {
    Eval(Eval),
}

/// Let the guard check labelled answers: how many bad ones are stopped, and how many good ones with them.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda guard eval datasets/guard/guard.jsonl
  yingda guard eval datasets/guard/guard.jsonl --rules packs/ecommerce/guard.yml --json")]
pub struct Eval {
    /// JSON Lines: an answer each, with what it may rest on and what is wrong with it
    file: PathBuf,
    /// A guard.yml besides the built-in rules; may be repeated, the last one wins
    #[arg(long, value_name = "FILE")]
    rules: Vec<PathBuf>,
}

impl Guard {
    pub async fn run(self, output: Output) -> Outcome {
        match self {
            Self::Eval(eval) => tokio::task::block_in_place(|| eval.run(output)),
        }
    }
}

impl Eval {
    fn run(self, output: Output) -> Outcome {
        let read = |path: &PathBuf| {
            std::fs::read_to_string(path)
                .map_err(|error| Failure::failed(format!("{} cannot be read: {error}", path.display())))
        };
        let mut sources = Vec::new();
        for path in &self.rules {
            sources.push(Source { path: path.display().to_string(), text: read(path)? });
        }
        let guard = Rules::read(&sources).map_err(|problems| {
            let found: Vec<FileProblem> = problems.into_iter().map(FileProblem::from).collect();
            Failure::refused(format!("{} problems in the rules", tell(&found, output)))
        })?;
        let examples = eval::examples(&read(&self.file)?)
            .map_err(|error| Failure::refused(format!("{}: {error}", self.file.display())))?;
        let report = evaluate(&guard, &examples);
        output.result(&report, |out| write!(out, "{}", harmless(&report.to_string())))
    }
}
