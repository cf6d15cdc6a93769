//! `yingda nlu emotion`

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use yingda_classify::Example;
use yingda_nlu::{Emotion, emotion_classifier};

use super::examples::read_by;
use super::manners::{MannersOptions, Measured};
use super::table;
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
    #[command(flatten)]
    options: MannersOptions,
}

/// What was measured, for programs.
#[derive(Serialize)]
struct Emotions {
    #[serde(flatten)]
    measured: Measured,
    /// Test texts with labels of several groups.
    left_out: usize,
}

impl EmotionTest {
    pub fn run(self, output: Output) -> Outcome {
        let (test, left_out) = read(&self.options.test)?;
        let (train, _) = read(&self.options.train)?;
        let meaning = self.options.open(output)?;
        let measured = self.options.measure(emotion_classifier, &train, &test, &meaning, output)?;
        let emotions = Emotions { measured, left_out };
        self.options.report.write_json(&emotions)?;
        output.result(&emotions, |out| {
            let measured = &emotions.measured;
            let what = measured.tested("The weights that come with the program");
            writeln!(out, "{what}, tested on {} texts ({left_out} left out)\n", measured.test_examples)?;
            table::write(out, &measured.report)
        })
    }
}

/// The examples with one emotion, and how many have several.
fn read(files: &[PathBuf]) -> Result<(Vec<Example>, usize), Failure> {
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
