//! Testing with few examples of each label.

use std::io::{self, Write};

use serde::Serialize;
use yingda_classify::{Example, evaluate, few};

use super::Models;
use super::examples::Training;
use super::meaning::Meaning;
use crate::failure::Failure;

/// What a few examples of each label are good for, as a mean over several draws.
#[derive(Serialize)]
pub struct Shots {
    /// Examples of each label.
    shots: usize,
    accuracy: f64,
    macro_f1: f64,
    /// Of each draw.
    accuracies: Vec<f64>,
    train_examples: Vec<usize>,
}

/// What to draw.
pub struct Draws<'a> {
    pub shots: &'a [usize],
    pub seeds: u64,
    pub training: &'a Training,
    pub models: Models,
}

impl Draws<'_> {
    /// Trains on each draw of `train` and tests on all of `test`.
    pub fn measure(&self, train: &[Example], test: &[Example], meaning: &Meaning) -> Result<Vec<Shots>, Failure> {
        self.shots.iter().map(|shots| self.measure_one(*shots, train, test, meaning)).collect()
    }

    fn measure_one(
        &self,
        shots: usize,
        train: &[Example],
        test: &[Example],
        meaning: &Meaning,
    ) -> Result<Shots, Failure> {
        let mut all = Shots { shots, accuracy: 0.0, macro_f1: 0.0, accuracies: Vec::new(), train_examples: Vec::new() };
        for seed in (0..self.seeds).map(|draw| self.training.seed.wrapping_add(draw)) {
            let drawn = few(train, shots, seed);
            let trained = self.training.run_seeded(seed, &drawn, None, meaning)?.trained;
            let report = evaluate(&trained.classifier, test, meaning.embedder(), self.models.effort(), None);
            all.accuracy += report.accuracy / self.seeds as f64;
            all.macro_f1 += report.macro_f1 / self.seeds as f64;
            all.accuracies.push(report.accuracy);
            all.train_examples.push(drawn.len());
        }
        Ok(all)
    }
}

/// A line for each number of examples.
pub fn write(out: &mut dyn Write, all: &[Shots]) -> io::Result<()> {
    writeln!(out, "{:>9} {:>9} {:>9}  draws", "examples", "accuracy", "macro-F1")?;
    for one in all {
        let draws: Vec<String> = one.accuracies.iter().map(|accuracy| format!("{:.1}", 100.0 * accuracy)).collect();
        let (accuracy, f1) = (100.0 * one.accuracy, 100.0 * one.macro_f1);
        writeln!(out, "{:>9} {accuracy:>7.1} % {f1:>7.1} %  {}", one.shots, draws.join(", "))?;
    }
    Ok(())
}
