//! `yingda nlu test`

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use serde::Serialize;
use yingda_classify::{Classifier, Example, Report, evaluate, split};

use super::Models;
use super::examples::{Training, read_all, read_model, read_optional, share, tell_contradictions};
use super::meaning::{Described, Meaning, MeaningOptions};
use super::noise::{self, Noise};
use super::shots::{self, Draws, Shots};
use super::table::{self, ReportOptions};
use crate::failure::{Failure, Outcome};
use crate::output::Output;

/// Train on some texts, test on others, and report.
///
/// --dev sets the thresholds (else examples left out in turn do); nothing is ever tuned on --test. Without --test, --split
/// holds out a share of the examples. With --shots only so many examples of each label are learnt, several times over.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda nlu test --train train.jsonl --test test.jsonl
  yingda nlu test --train train.jsonl --dev val.jsonl --test test.jsonl --noise 0.1 --json
  yingda nlu test --train train.jsonl --split 0.2 --plots plots
  yingda nlu test --train train.jsonl --test test.jsonl --shots 5,10 --seeds 3
  yingda nlu test --model intents.model --test test.jsonl --out report.json")]
pub struct Test {
    /// Files of examples to learn from
    #[arg(long, value_name = "FILE", num_args = 1.., required_unless_present = "model")]
    train: Vec<PathBuf>,
    /// Test this model, which `yingda nlu train` wrote, instead of training one
    #[arg(long, value_name = "FILE", conflicts_with_all = ["train", "dev", "split", "shots"])]
    model: Option<PathBuf>,
    /// Files of examples to set thresholds on
    #[arg(long, value_name = "FILE", num_args = 1..)]
    dev: Vec<PathBuf>,
    /// Files of examples to test on
    #[arg(long, value_name = "FILE", num_args = 1.., required_unless_present = "split")]
    test: Vec<PathBuf>,
    /// Hold out this share of the examples to test on, drawn by --seed
    #[arg(long, value_name = "SHARE", conflicts_with = "test", value_parser = share)]
    split: Option<f32>,
    /// Which models are asked
    #[arg(long, value_enum, default_value = "cascade")]
    effort: Models,
    /// Also test with slips of the finger in this share of the characters
    #[arg(long, value_name = "SHARE", value_parser = share)]
    noise: Option<f32>,
    /// Learn from only so many examples of each label
    #[arg(long, value_name = "N,N", value_delimiter = ',', conflicts_with_all = ["noise", "plots"])]
    shots: Vec<usize>,
    /// How often to draw them
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=100))]
    seeds: u64,
    #[command(flatten)]
    report: ReportOptions,
    #[command(flatten)]
    training: Training,
    #[command(flatten)]
    meaning: MeaningOptions,
}

/// What was measured, for programs.
#[derive(Serialize)]
struct Measured {
    train_examples: usize,
    train_labels: usize,
    test_examples: usize,
    contradictions: usize,
    effort: Models,
    embedding: Option<Described>,
    /// With making embeddings, and without.
    training_seconds: Option<f64>,
    fitting_seconds: Option<f64>,
    /// Of the classifier.
    model_bytes: Option<usize>,
    /// Milliseconds a text, as it was asked for, and with words alone.
    ms_per_text: Option<f64>,
    words_ms_per_text: Option<f64>,
    #[serde(flatten)]
    report: Option<Report>,
    noise: Option<Noise>,
    shots: Option<Vec<Shots>>,
    plots: Vec<PathBuf>,
}

impl Test {
    pub fn run(self, output: Output) -> Outcome {
        if self.shots.contains(&0) {
            return Err(Failure::usage("--shots: expected at least 1 example of each label, got 0"));
        }
        let (train, test) = self.examples()?;
        let dev = read_optional(&self.dev)?;
        let contradictions = tell_contradictions(output, &train);
        let meaning = self.meaning.open_for(self.effort, output)?;
        if self.effort == Models::Full && meaning.embedder().is_none() {
            return Err(Failure::failed(
                "--effort full needs the embedding model: get it with `yingda models pull e5-small`",
            ));
        }
        let mut measured = Measured {
            train_examples: train.len(),
            train_labels: 0,
            test_examples: test.len(),
            contradictions,
            effort: self.effort,
            embedding: meaning.described(),
            training_seconds: None,
            fitting_seconds: None,
            model_bytes: None,
            ms_per_text: None,
            words_ms_per_text: None,
            report: None,
            noise: None,
            shots: None,
            plots: Vec::new(),
        };
        if self.shots.is_empty() {
            let classifier = self.classifier(output, &train, dev.as_deref(), &meaning, &mut measured)?;
            self.measure(&classifier, &test, &meaning, &mut measured)?;
        } else {
            let draws = Draws { shots: &self.shots, seeds: self.seeds, training: &self.training, models: self.effort };
            measured.shots = Some(draws.measure(&train, &test, &meaning)?);
        }
        meaning.keep(output);
        self.report.write_json(&measured)?;
        output.result(&measured, |out| measured.write(out))
    }

    /// What to learn from (nothing when there is a model) and what to test on.
    fn examples(&self) -> Result<(Vec<Example>, Vec<Example>), Failure> {
        let train = read_all(&self.train)?;
        match self.split {
            Some(share) => {
                let (rest, out) = split(&train, f64::from(share), self.training.seed);
                if out.is_empty() {
                    return Err(Failure::failed("--split holds out nothing: give a larger share or more examples"));
                }
                Ok((rest, out))
            }
            None => Ok((train, read_all(&self.test)?)),
        }
    }

    fn classifier(
        &self,
        output: Output,
        train: &[Example],
        dev: Option<&[Example]>,
        meaning: &Meaning,
        measured: &mut Measured,
    ) -> Result<Classifier, Failure> {
        let classifier = match &self.model {
            Some(path) => read_model(path)?,
            None => {
                let learnt = self.training.run(train, dev, meaning)?;
                measured.training_seconds = Some(learnt.seconds);
                measured.fitting_seconds = Some(learnt.fitting_seconds);
                learnt.trained.classifier
            }
        };
        if self.effort != Models::Words {
            meaning.tell_misfit(output, &classifier);
        }
        measured.train_examples = classifier.about().examples.max(train.len());
        measured.train_labels = classifier.about().labels.len();
        measured.model_bytes = Some(classifier.memory());
        Ok(classifier)
    }

    fn measure(
        &self,
        classifier: &Classifier,
        test: &[Example],
        meaning: &Meaning,
        measured: &mut Measured,
    ) -> Result<(), Failure> {
        let begun = Instant::now();
        let clock = || begun.elapsed();
        let report = evaluate(classifier, test, meaning.embedder(), self.effort.effort(), Some(&clock));
        measured.ms_per_text = report.times.map(|times| times.mean_us / 1e3);
        measured.words_ms_per_text = report.times.map(|times| times.words_mean_us / 1e3);
        measured.noise = self.noise.map(|rate| noise::measure(classifier, test, meaning, self.effort, rate, &report));
        measured.plots = self.report.draw(&report)?;
        measured.report = Some(report);
        Ok(())
    }
}

impl Measured {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        match (self.training_seconds, &self.shots) {
            (Some(seconds), _) => writeln!(
                out,
                "Trained on {} examples of {} labels in {seconds:.1} s, tested on {} texts\n",
                self.train_examples, self.train_labels, self.test_examples
            )?,
            (None, Some(_)) => writeln!(out, "Tested on {} texts\n", self.test_examples)?,
            (None, None) => writeln!(
                out,
                "A model of {} labels and {} examples, tested on {} texts\n",
                self.train_labels, self.train_examples, self.test_examples
            )?,
        }
        if let Some(report) = &self.report {
            table::write(out, report)?;
        }
        if let Some(all) = &self.shots {
            shots::write(out, all)?;
        }
        if let Some(noise) = &self.noise {
            writeln!(
                out,
                "\nWith slips in {:.0} % of the characters: accuracy {:.2} %, {:.2} points less",
                100.0 * noise.rate,
                100.0 * noise.accuracy,
                noise.fall
            )?;
        }
        self.plots.iter().try_for_each(|path| writeln!(out, "\nDrew {}", path.display()))
    }
}
