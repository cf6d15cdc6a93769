//! `yingda nlu safety`

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use serde::Serialize;
use yingda_classify::{Example, Report, evaluate};
use yingda_nlu::{Danger, safety, safety_classifier};

use super::examples::{Training, read_by};
use super::meaning::{Described, Meaning, MeaningOptions};
use super::{Models, table};
use crate::failure::{Failure, Outcome};
use crate::output::Output;

/// Measure how well dangerous messages are told: abuse, threat, self-harm, spam, advertising, prompt injection.
///
/// Files are JSON Lines with `text` and `label`. With --train, any labels are learnt, such as 0 and 1. Without it what comes
/// with the program is measured; labels are then its own (none, abuse, threat, self_harm, spam, advertising,
/// prompt_injection) or 0 and 1 for harmless and offensive.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda nlu safety --train cold/train.jsonl --test cold/dev.jsonl
  yingda nlu safety --test safety.jsonl --json")]
pub struct SafetyTest {
    /// Files of examples to test on
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    test: Vec<PathBuf>,
    /// Files of examples to learn from, instead of what comes with the program
    #[arg(long, value_name = "FILE", num_args = 1..)]
    train: Vec<PathBuf>,
    /// Which models are asked; without the embedding model it is always the words
    #[arg(long, value_enum, default_value = "full")]
    effort: Models,
    /// Also draw confusion matrix and calibration curve into this folder
    #[arg(long, value_name = "DIR")]
    plots: Option<PathBuf>,
    /// Also write the report as JSON here
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    training: Training,
    #[command(flatten)]
    meaning: MeaningOptions,
}

/// What was measured, for programs.
#[derive(Serialize)]
struct Measured {
    /// None when what comes with the program was measured.
    train_examples: Option<usize>,
    test_examples: usize,
    effort: Models,
    embedding: Option<Described>,
    training_seconds: Option<f64>,
    ms_per_text: Option<f64>,
    #[serde(flatten)]
    report: Report,
    /// Decisions of the program, with its lists and thresholds.
    decided: Option<Decided>,
    plots: Vec<PathBuf>,
}

/// Whether dangers are noticed at all, whichever they are. Shares are from 0 to 1.
#[derive(Debug, Default, PartialEq, Serialize)]
struct Decided {
    dangerous: usize,
    harmless: usize,
    /// Of the dangerous texts.
    noticed: f64,
    /// Of the harmless texts.
    false_alarms: f64,
    /// Of all texts.
    accuracy: f64,
}

impl SafetyTest {
    pub fn run(self, output: Output) -> Outcome {
        let train = self.read(&self.train)?;
        let test = self.read(&self.test)?;
        let meaning = self.meaning.open_for(self.effort, output)?;
        let mut training_seconds = None;
        let mut decided = None;
        let learnt;
        let classifier = if self.train.is_empty() {
            decided = Some(decide(&test, &meaning));
            safety_classifier()
        } else {
            let options = self.training.manners();
            let found = Training::run_with(&options, &train, None, &meaning)?;
            training_seconds = Some(found.seconds);
            learnt = found.trained.classifier;
            &learnt
        };
        meaning.tell_misfit(output, classifier);
        let begun = Instant::now();
        let clock = || begun.elapsed();
        let report = evaluate(classifier, &test, meaning.embedder(), self.effort.effort(), Some(&clock));
        meaning.keep(output);
        let measured = Measured {
            train_examples: training_seconds.map(|_| train.len()),
            test_examples: test.len(),
            effort: self.effort,
            embedding: meaning.described(),
            training_seconds,
            ms_per_text: report.times.map(|times| times.mean_us / 1e3),
            plots: table::draw(self.plots.as_deref(), &report)?,
            report,
            decided,
        };
        table::write_json(self.out.as_deref(), &measured)?;
        output.result(&measured, |out| {
            match measured.train_examples {
                Some(count) => write!(out, "Trained on {count} examples")?,
                None => write!(out, "What comes with the program")?,
            }
            writeln!(out, ", tested on {} texts\n", measured.test_examples)?;
            table::write(out, &measured.report)?;
            let Some(decided) = &measured.decided else { return Ok(()) };
            writeln!(out, "\nDecided, with lists and thresholds")?;
            let lines = [
                ("Dangers noticed", decided.noticed),
                ("False alarms", decided.false_alarms),
                ("Right", decided.accuracy),
            ];
            lines.iter().try_for_each(|(name, share)| writeln!(out, "{name:<38} {:>6.2} %", 100.0 * share))
        })
    }

    /// The examples, under the program's own labels when nothing else is learnt.
    fn read(&self, files: &[PathBuf]) -> Result<Vec<Example>, Failure> {
        let mut all = Vec::new();
        for file in files {
            let mut examples = read_by(file, &["label", "labels"])?;
            if self.train.is_empty() {
                examples.iter_mut().try_for_each(|example| name(example, file))?;
            }
            all.extend(examples);
        }
        Ok(all)
    }
}

/// Gives 0 and 1 the names of the program's own labels.
fn name(example: &mut Example, file: &Path) -> Result<(), Failure> {
    for label in &mut example.labels {
        let known = match label.as_str() {
            "0" => Some(Danger::None),
            "1" => Some(Danger::Abuse),
            named => Danger::ALL.into_iter().find(|danger| danger.name() == named),
        };
        let known = known.ok_or_else(|| {
            let all = Danger::ALL.map(Danger::name).join(", ");
            Failure::failed(format!(
                "{}: expected one of {all}, 0 and 1, got {label:?}: give --train to learn other labels",
                file.display()
            ))
        })?;
        *label = known.name().to_owned();
    }
    Ok(())
}

fn decide(test: &[Example], meaning: &Meaning) -> Decided {
    let (mut noticed, mut alarms, mut dangerous) = (0, 0, 0);
    for example in test {
        let is_dangerous = example.labels.iter().any(|label| label != Danger::None.name());
        let is_noticed = safety(&example.text, meaning.embedder()).danger != Danger::None;
        dangerous += usize::from(is_dangerous);
        noticed += usize::from(is_dangerous && is_noticed);
        alarms += usize::from(!is_dangerous && is_noticed);
    }
    let harmless = test.len() - dangerous;
    let share = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
    Decided {
        dangerous,
        harmless,
        noticed: share(noticed, dangerous),
        false_alarms: share(alarms, harmless),
        accuracy: share(noticed + harmless - alarms, test.len()),
    }
}
