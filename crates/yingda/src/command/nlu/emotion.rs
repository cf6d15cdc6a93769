//! `yingda nlu emotion`

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use serde::Serialize;
use yingda_classify::{Example, Report, evaluate};
use yingda_nlu::{Emotion, emotion_classifier};

use super::examples::{Training, read_by};
use super::meaning::{Described, MeaningOptions};
use super::{Models, table};
use crate::failure::{Failure, Outcome};
use crate::output::Output;

/// Measure how well emotions are told: neutral, pleased, anxious, disappointed, angry.
///
/// Files are JSON Lines with `text` and `emotion`, or `labels` of GoEmotions' 28, which are grouped to our five. Texts whose
/// labels fall into several groups are left out, but for neutral beside another. Without --train the weights that come
/// with the program are measured.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda nlu emotion --test dev.jsonl
  yingda nlu emotion --train goemotions/train.jsonl --test goemotions/dev.jsonl --json")]
pub struct EmotionTest {
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
    /// None when the weights of the program were measured.
    train_examples: Option<usize>,
    test_examples: usize,
    /// Test texts with labels of several groups.
    left_out: usize,
    effort: Models,
    embedding: Option<Described>,
    training_seconds: Option<f64>,
    ms_per_text: Option<f64>,
    #[serde(flatten)]
    report: Report,
    plots: Vec<PathBuf>,
}

impl EmotionTest {
    pub fn run(self, output: Output) -> Outcome {
        let (test, left_out) = self.read(&self.test)?;
        let (train, _) = self.read(&self.train)?;
        let meaning = self.meaning.open_for(self.effort, output)?;
        let mut training_seconds = None;
        let learnt;
        let classifier = if self.train.is_empty() {
            emotion_classifier()
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
            left_out,
            effort: self.effort,
            embedding: meaning.described(),
            training_seconds,
            ms_per_text: report.times.map(|times| times.mean_us / 1e3),
            plots: table::draw(self.plots.as_deref(), &report)?,
            report,
        };
        table::write_json(self.out.as_deref(), &measured)?;
        output.result(&measured, |out| {
            match measured.train_examples {
                Some(count) => write!(out, "Trained on {count} examples")?,
                None => write!(out, "The weights that come with the program")?,
            }
            writeln!(out, ", tested on {} texts ({left_out} left out)\n", measured.test_examples)?;
            table::write(out, &measured.report)
        })
    }

    /// The examples with one emotion, and how many have several.
    fn read(&self, files: &[PathBuf]) -> Result<(Vec<Example>, usize), Failure> {
        let mut examples = Vec::new();
        let mut left_out = 0;
        for file in files {
            for mut example in read_by(file, &["emotion", "labels"])? {
                let mut groups = BTreeSet::new();
                for label in &example.labels {
                    groups.insert(group(label).ok_or_else(|| {
                        Failure::failed(format!(
                            "{}: expected one of our five emotions or of GoEmotions' 28, got {label:?}",
                            file.display()
                        ))
                    })?);
                }
                if groups.len() > 1 {
                    groups.remove(Emotion::Neutral.name());
                }
                if groups.len() == 1 {
                    example.labels = groups.into_iter().map(str::to_owned).collect();
                    examples.push(example);
                } else {
                    left_out += 1;
                }
            }
        }
        if examples.is_empty() && !files.is_empty() {
            return Err(Failure::failed("expected at least one example with an emotion, got none"));
        }
        Ok((examples, left_out))
    }
}

/// Which of our emotions a label is, ours or one of GoEmotions (Demszky et al. 2020).
fn group(label: &str) -> Option<&'static str> {
    let emotion = match label {
        "neutral" | "confusion" | "curiosity" | "desire" | "realization" | "surprise" => Emotion::Neutral,
        "pleased" | "admiration" | "amusement" | "approval" | "caring" | "excitement" | "gratitude" | "joy"
        | "love" | "optimism" | "pride" | "relief" => Emotion::Pleased,
        "anxious" | "fear" | "nervousness" => Emotion::Anxious,
        "disappointed" | "disappointment" | "embarrassment" | "grief" | "remorse" | "sadness" => Emotion::Disappointed,
        "angry" | "anger" | "annoyance" | "disapproval" | "disgust" => Emotion::Angry,
        _ => return None,
    };
    Some(emotion.name())
}
