//! `yingda ask`

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use yingda_assistant::{Asked, Languages, Question};
use yingda_desk::SystemWorld;
use yingda_knowledge::Thresholds;
use yingda_library::View;
use yingda_model::{TraceDecision, World};

use super::kb::{knowledge, library_of};
use super::models;
use crate::failure::{Failure, Outcome};
use crate::open::{DataOptions, WorkspaceOption, desk};
use crate::output::{Language, Output, harmless, short, spinner};

/// Ask the knowledge base, and see why it answers as it does.
///
/// Nothing is stored. `yingda chat` talks with the running server.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda ask 怎么退货
  yingda ask --kb faq.jsonl how do I return a parcel
  yingda ask 怎么退货 --json

Exit codes: 0 answered, offered or handed over, 3 the answer is not known.")]
pub struct Ask {
    /// What a customer would write
    #[arg(required = true, num_args = 1..)]
    text: Vec<String>,
    /// Ask this file of entries alone, in memory, instead of the installation
    #[arg(long, value_name = "FILE")]
    kb: Option<PathBuf>,
    #[command(flatten)]
    workspace: WorkspaceOption,
    #[command(flatten)]
    data: DataOptions,
}

/// Candidates that are shown to people.
const SHOWN: usize = 5;

impl Ask {
    pub async fn run(self, output: Output) -> Outcome {
        let text = self.text.join(" ");
        if text.trim().is_empty() {
            return Err(Failure::usage("the question is empty: write what a customer would write"));
        }
        let work = spinner("Indexing");
        let (library, language) = match &self.kb {
            Some(file) => (library_of(output, file, models::embedder(&self.data.data)?)?.0, None),
            None => {
                let (desk, scope) = desk(&self.data, &self.workspace).await?;
                let knowledge = knowledge(&self.data, &desk)?;
                let library = knowledge.whole_library(&scope).await?;
                let embedder = knowledge.embedder().cloned();
                let language = Languages::new(desk.store().clone(), embedder).language(&scope).await?;
                desk.store().close().await;
                (library, Some(language))
            }
        };
        work.finish_and_clear();
        let now = SystemWorld.now();
        let asked = yingda_assistant::ask(&Question {
            text: &text,
            library: &library,
            view: &View::signed_in(now),
            language: language.as_deref(),
            thresholds: &Thresholds::default(),
            now,
        })?;
        output.result(&asked, |out| write(out, &asked))?;
        match asked.decision {
            TraceDecision::Unknown { .. } => Err(Failure::refused("the knowledge base does not know the answer")),
            _ => Ok(()),
        }
    }
}

fn write(out: &mut dyn Write, asked: &Asked) -> std::io::Result<()> {
    let question = |id: &str| {
        let found = asked.candidates.iter().find(|candidate| candidate.entry_id == id);
        found.map_or(id.to_owned(), |candidate| short(&candidate.question, 80))
    };
    match &asked.decision {
        TraceDecision::Answer { entry_id, confidence, threshold } => {
            writeln!(
                out,
                "Answers {:?}  (confidence {confidence:.2}, answers from {threshold:.2})",
                question(entry_id)
            )?;
        }
        TraceDecision::Answers { entry_ids, open } => {
            writeln!(out, "Answers {} wishes", entry_ids.len())?;
            for (number, id) in entry_ids.iter().enumerate() {
                writeln!(out, "  {}. {}", number + 1, question(id))?;
            }
            if *open > 0 {
                writeln!(out, "  {open} without an answer")?;
            }
        }
        TraceDecision::Graph { reading, confidence, .. } => {
            writeln!(out, "Answers from the graph  (confidence {confidence:.2}, read as {})", short(reading, 80))?;
        }
        TraceDecision::Choices { entry_ids, threshold } => {
            writeln!(out, "Offers  (from {threshold:.2})")?;
            for (number, id) in entry_ids.iter().enumerate() {
                writeln!(out, "  {}. {}", number + 1, question(id))?;
            }
        }
        TraceDecision::Unknown { best, threshold, .. } => {
            writeln!(out, "Does not know  (best {best:.2}, offers from {threshold:.2})")?;
        }
        TraceDecision::Flow { flow, .. } => {
            writeln!(out, "Goes on with the flow  {flow}")?;
        }
        TraceDecision::Generated { model, entry_ids } => {
            writeln!(out, "Answers by the language model  {model}")?;
            for id in entry_ids {
                writeln!(out, "  from {}", question(id))?;
            }
        }
        TraceDecision::HandOver { matched, .. } => {
            writeln!(out, "Hands over to a person  (heard {:?})", short(matched, 40))?;
        }
    }
    if let Some(answer) = &asked.answer {
        for line in harmless(answer).lines() {
            writeln!(out, "  {line}")?;
        }
    }
    let why = Language::of_terminal().choose(&asked.why_zh, &asked.why_en);
    writeln!(out, "\nWhy  {}", harmless(why))?;
    if let Some(understanding) = &asked.understanding {
        for intent in &understanding.intents {
            let scope = if intent.in_scope { "" } else { ", belongs to none" };
            let words: Vec<String> =
                intent.why.iter().map(|reason| format!("{} {:+.2}", short(&reason.text, 30), reason.weight)).collect();
            writeln!(out, "Intent  {} ({:.2}{scope})  {}", intent.name, intent.probability, words.join("  "))?;
        }
        for entity in &understanding.entities {
            writeln!(out, "Names   {} {:?}", entity.kind, short(&entity.text, 60))?;
        }
        let (mood, safety) = (&understanding.mood, &understanding.safety);
        writeln!(out, "Mood    {} ({:.2}), safety {}", mood.emotion, mood.probability, safety.label)?;
    }
    if !asked.candidates.is_empty() {
        writeln!(out, "\nconfidence  score  question")?;
    }
    for candidate in asked.candidates.iter().take(SHOWN) {
        let (confidence, score) = (candidate.confidence, candidate.score);
        writeln!(out, "      {confidence:>4.2}  {score:>5.2}  {}", short(&candidate.question, 80))?;
        if candidate.matched != candidate.question {
            writeln!(out, "                   as {:?}", short(&candidate.matched, 80))?;
        }
        let words: Vec<String> = candidate
            .terms
            .iter()
            .map(|term| format!("{}{} {:.2}", if term.matched { "+" } else { "-" }, short(&term.term, 30), term.weight))
            .collect();
        writeln!(out, "                   {}", words.join("  "))?;
    }
    let more = asked.candidates.len().saturating_sub(SHOWN);
    if more > 0 {
        writeln!(out, "            … and {more} more (--json shows all)")?;
    }
    let ms = asked.took_us as f64 / 1_000.0;
    writeln!(
        out,
        "\nLanguage {}, decided in {ms:.1} ms. Words: + found, - not found, with their weight.",
        asked.language
    )
}
