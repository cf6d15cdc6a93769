//! `yingda kb eval`

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use clap::Args;
use serde::Serialize;
use yingda_desk::SystemWorld;
use yingda_embedding::Embedder;
use yingda_exchange::Refusal;
use yingda_knowledge::eval::{BadLine, Expected, Question, Report, evaluate, parse_questions};
use yingda_knowledge::{QuestionVector, Thresholds};
use yingda_library::{Library, View};
use yingda_model::World;

use super::kb::{knowledge, library_of, read};
use super::models;
use crate::failure::{Failure, Outcome};
use crate::open::{DataOptions, WorkspaceOption, desk};
use crate::output::{Output, bar, short, spinner};

/// Measure how well questions find their answers.
///
/// PAIRS is JSON Lines with q1 (a question of the knowledge base), q2 (what a customer asks) and label (1: q1's answer is
/// right for q2, 0: it is wrong); or with query and relevant, a list of the ids or keys that answer it (none: nothing does).
/// hit@N is the share whose right entry is among the first N, MRR@10 the mean of 1/rank.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda kb eval pairs.jsonl
  yingda kb eval pairs.jsonl --kb faq.jsonl --show-misses 20
  yingda kb eval pairs.jsonl --kb faq.jsonl --json")]
pub struct Eval {
    /// The pairs
    pairs: PathBuf,
    /// Measure this file of entries alone, in memory, instead of the installation
    #[arg(long, value_name = "FILE")]
    kb: Option<PathBuf>,
    /// Show up to N questions whose right entry did not come first
    #[arg(long, value_name = "N", default_value_t = 0)]
    show_misses: usize,
    #[command(flatten)]
    workspace: WorkspaceOption,
    #[command(flatten)]
    data: DataOptions,
}

/// What was measured, for programs.
#[derive(Serialize)]
struct Measured {
    #[serde(flatten)]
    report: Report,
    /// Entries of the knowledge base.
    entries: u64,
    /// Whether meaning was compared, besides words.
    by_meaning: bool,
    /// Refused lines of the knowledge base.
    kb_refused: Vec<Refusal>,
    /// Refused lines of the questions.
    questions_refused: Vec<BadLine>,
    thresholds: Thresholds,
    /// Milliseconds that a query took on average, deciding included.
    ms_per_query: f64,
}

impl Eval {
    pub async fn run(self, output: Output) -> Outcome {
        let (mut questions, questions_refused) = parse_questions(&read(&self.pairs)?);
        questions_refused.iter().for_each(|line| output.note(format_args!("refused {line}")));
        if questions.is_empty() {
            return Err(Failure::refused(format!("{} holds no question that can be taken", self.pairs.display())));
        }
        let embedder = models::embedder(&self.data.data)?;
        let (library, kb_refused) = self.library(output, embedder.clone()).await?;
        by_key(&library, &mut questions);
        let index = &library.index;
        let thresholds = Thresholds::default();
        let progress = bar(questions.len() as u64, "Asking");
        let by_meaning = index.has_vectors();
        let vector =
            |text: &str| embedder.as_ref().filter(|_| by_meaning).map(|embedder| QuestionVector::of(text, embedder));
        let begun = Instant::now();
        let mut report = evaluate(index, &questions, &thresholds, vector, |done| progress.set_position(done as u64))?;
        let ms_per_query = begun.elapsed().as_secs_f64() * 1_000.0 / questions.len() as f64;
        progress.finish_and_clear();
        if report.queries_with_answer + report.negatives + report.unanswerable == 0 {
            return Err(Failure::refused(
                "no question's answer is in the knowledge base, so nothing can be measured: do the two files belong together?",
            ));
        }
        report.misses.truncate(self.show_misses);
        let entries = index.stats().entries;
        let measured =
            Measured { report, entries, by_meaning, kb_refused, questions_refused, thresholds, ms_per_query };
        output.result(&measured, |out| measured.write(out))
    }

    async fn library(
        &self,
        output: Output,
        embedder: Option<Arc<Embedder>>,
    ) -> Result<(Arc<Library>, Vec<Refusal>), Failure> {
        let work = spinner("Indexing");
        let made = match &self.kb {
            Some(file) => library_of(output, file, embedder),
            None => {
                let (desk, scope) = desk(&self.data, &self.workspace).await?;
                let knowledge = knowledge(&self.data, &desk)?;
                knowledge
                    .embed(&scope, |left| work.set_message(format!("Indexing meaning: {left} texts left")))
                    .await?;
                let library = knowledge.whole_library(&scope).await?;
                desk.store().close().await;
                Ok((library, Vec::new()))
            }
        };
        work.finish_and_clear();
        made
    }
}

/// Puts the ids of entries in place of their keys.
fn by_key(library: &Library, questions: &mut [Question]) {
    let view = View::agent(SystemWorld.now(), &[]);
    for question in questions {
        let Expected::Ids(names) = &mut question.expected else { continue };
        let ids = names.iter().flat_map(|name| {
            let of_key: Vec<String> = library.with_key(name, &view).iter().map(|entry| entry.id.clone()).collect();
            if of_key.is_empty() { vec![name.clone()] } else { of_key }
        });
        *names = ids.collect();
    }
}

impl Measured {
    fn write(&self, out: &mut dyn Write) -> std::io::Result<()> {
        let report = &self.report;
        writeln!(out, "Entries                     {:>7}", self.entries)?;
        writeln!(out, "Questions                   {:>7}", report.questions)?;
        writeln!(out, "  with their answer here    {:>7}", report.queries_with_answer)?;
        writeln!(out, "  their answer is not here  {:>7}", report.answer_not_in_kb)?;
        writeln!(out, "  that nothing answers      {:>7}", report.unanswerable)?;
        writeln!(out, "  pairs that do not belong  {:>7}", report.negatives)?;
        let how = if self.by_meaning { "words and meaning" } else { "words alone" };
        writeln!(out, "Compared by {how}")?;
        writeln!(out, "\nhit@1                       {:>7.3}", report.hit1)?;
        writeln!(out, "hit@3                       {:>7.3}", report.hit3)?;
        writeln!(out, "hit@5                       {:>7.3}", report.hit5)?;
        writeln!(out, "hit@10                      {:>7.3}", report.hit10)?;
        writeln!(out, "MRR@10                      {:>7.3}", report.mrr10)?;
        let decisions = &report.decisions;
        let queries = report.queries_with_answer.max(1) as f64;
        writeln!(
            out,
            "\nWhat the bot would do (answers from {}, offers from {})",
            self.thresholds.answer, self.thresholds.offer
        )?;
        for (what, count) in [
            ("answer, rightly", decisions.answered_right),
            ("answer, wrongly", decisions.answered_wrong),
            ("offer it among others", decisions.offered_right),
            ("offer others only", decisions.offered_wrong),
            ("say it does not know", decisions.unknown),
        ] {
            writeln!(out, "  {what:25} {count:>7}  {:>5.1} %", 100.0 * count as f64 / queries)?;
        }
        if report.unanswerable > 0 {
            let all = report.unanswerable as f64;
            let (answered, offered) = (report.unanswerable_answered, report.unanswerable_offered);
            writeln!(out, "For questions that nothing answers")?;
            for (what, count) in [
                ("answer all the same", answered),
                ("offer choices", offered),
                ("say it does not know", report.unanswerable - answered - offered),
            ] {
                writeln!(out, "  {what:25} {count:>7}  {:>5.1} %", 100.0 * count as f64 / all)?;
            }
        }
        if report.negatives > 0 {
            let negatives = report.negatives as f64;
            writeln!(out, "For pairs that do not belong")?;
            for (what, count) in [
                ("answer with q1's entry", report.negatives_answered_with_q1),
                ("answer with any entry", report.negatives_answered),
            ] {
                writeln!(out, "  {what:25} {count:>7}  {:>5.1} %", 100.0 * count as f64 / negatives)?;
            }
        }
        writeln!(out, "\nTime a query                {:>7.2} ms", self.ms_per_query)?;
        for miss in &report.misses {
            let rank = miss.rank.map_or("not found".to_owned(), |rank| format!("rank {rank}"));
            writeln!(out, "\nasked     {}", short(&miss.query, 100))?;
            writeln!(out, "expected  {}  ({rank})", short(&miss.expected, 90))?;
            let found = miss.found.as_deref().unwrap_or("nothing");
            writeln!(out, "found     {}  ({:.2})", short(found, 90), miss.confidence)?;
        }
        Ok(())
    }
}
