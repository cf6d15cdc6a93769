//! `yingda kb eval`

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use clap::Args;
use serde::Serialize;
use yingda_assistant::{Knowledge, Library};
use yingda_knowledge::Thresholds;
use yingda_knowledge::eval::{Report, evaluate, parse_pairs};
use yingda_knowledge::import::Refusal;

use super::kb::{index_of, read, tell_refused};
use crate::failure::{Failure, Outcome};
use crate::open::{DataOptions, WorkspaceOption, desk};
use crate::output::{Output, bar, short, spinner};

/// Measure how well questions find their answers.
///
/// PAIRS is JSON Lines with q1 (a question of the knowledge base), q2 (what a customer asks) and label (1: q1's answer is
/// right for q2, 0: it is wrong). Every q2 is searched. hit@N is the share whose right entry is among the first N, MRR@10
/// the mean of 1/rank.
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
    entries: usize,
    /// Refused lines of the knowledge base.
    kb_refused: Vec<Refusal>,
    /// Refused lines of the pairs.
    pairs_refused: Vec<Refusal>,
    thresholds: Thresholds,
    /// Milliseconds that a query took on average, deciding included.
    ms_per_query: f64,
}

impl Eval {
    pub async fn run(self, output: Output) -> Outcome {
        let (pairs, pairs_refused) = parse_pairs(&read(&self.pairs)?)
            .map_err(|error| Failure::refused(format!("{}: {error}", self.pairs.display())))?;
        tell_refused(output, &pairs_refused);
        if pairs.is_empty() {
            return Err(Failure::refused(format!("{} holds no pair that can be taken", self.pairs.display())));
        }
        let (library, kb_refused) = self.library(output).await?;
        let index = &library.index;
        let thresholds = Thresholds::default();
        let progress = bar(pairs.len() as u64, "Asking");
        let begun = Instant::now();
        let mut report = evaluate(index, &pairs, &thresholds, |done| progress.set_position(done as u64))?;
        let ms_per_query = begun.elapsed().as_secs_f64() * 1_000.0 / pairs.len() as f64;
        progress.finish_and_clear();
        if report.queries_with_answer == 0 && report.negatives == 0 {
            return Err(Failure::refused(
                "no pair's q1 is a question of the knowledge base, so nothing can be measured: do the two files belong together?",
            ));
        }
        report.misses.truncate(self.show_misses);
        let entries = index.stats().entries;
        let measured = Measured { report, entries, kb_refused, pairs_refused, thresholds, ms_per_query };
        output.result(&measured, |out| measured.write(out))
    }

    async fn library(&self, output: Output) -> Result<(Arc<Library>, Vec<Refusal>), Failure> {
        let work = spinner("Indexing");
        let made = match &self.kb {
            Some(file) => index_of(output, file).map(|(index, refused)| (Arc::new(Library::of_index(index)), refused)),
            None => {
                let (desk, scope) = desk(&self.data, &self.workspace).await?;
                let library = Knowledge::new(desk.store().clone()).library(&scope).await?;
                desk.store().close().await;
                Ok((library, Vec::new()))
            }
        };
        work.finish_and_clear();
        made
    }
}

impl Measured {
    fn write(&self, out: &mut dyn Write) -> std::io::Result<()> {
        let report = &self.report;
        writeln!(out, "Entries                     {:>7}", self.entries)?;
        writeln!(out, "Pairs                       {:>7}", report.pairs)?;
        writeln!(out, "  with their entry here     {:>7}", report.queries_with_answer)?;
        writeln!(out, "  q1 is no question here    {:>7}", report.q1_not_in_kb)?;
        writeln!(out, "  that do not belong        {:>7}", report.negatives)?;
        writeln!(out, "\nhit@1                       {:>7.3}", report.hit1)?;
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
