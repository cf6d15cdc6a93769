//! Examples to learn from, and what can be said of them before.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use serde_json::{Value, json};
use yingda_classify::{Classifier, Example, Options, Step, Suspicious, Trained, contradictions, parse, read};
use yingda_nlu::manners;

use super::meaning::Meaning;
use crate::failure::Failure;
use crate::output::{Output, bar, short};

/// What to learn, and how.
#[derive(Args, Debug)]
pub struct Training {
    /// Weigh labels from 0 (every example counts the same) to 1 (every label counts the same)
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub balance: Option<f32>,
    /// Words to keep whole, such as product names
    #[arg(long, value_name = "WORD", value_delimiter = ',')]
    pub words: Vec<String>,
    /// Chance is drawn from this: the same seed, the same result
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

/// A number from 0 to 1.
pub fn share(text: &str) -> Result<f32, String> {
    match text.parse() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("expected a number from 0 to 1".into()),
    }
}

impl Training {
    /// How to train, with this seed.
    pub fn options(&self, seed: u64) -> Options {
        self.changed(Options::default(), seed)
    }

    /// For classifiers of manners: emotion, danger.
    pub fn manners(&self) -> Options {
        self.changed(manners(), self.seed)
    }

    fn changed(&self, usual: Options, seed: u64) -> Options {
        let balance = self.balance.unwrap_or(usual.balance);
        Options { words: self.words.clone(), balance, seed, ..usual }
    }

    /// Trains, with a bar that shows how far it is.
    pub fn run(&self, examples: &[Example], dev: Option<&[Example]>, meaning: &Meaning) -> Result<Learnt, Failure> {
        self.run_seeded(self.seed, examples, dev, meaning)
    }

    /// As [`run`](Self::run), with another seed.
    pub fn run_seeded(
        &self,
        seed: u64,
        examples: &[Example],
        dev: Option<&[Example]>,
        meaning: &Meaning,
    ) -> Result<Learnt, Failure> {
        Self::run_with(&self.options(seed), examples, dev, meaning)
    }

    /// As [`run`](Self::run), with options of one's own.
    pub fn run_with(
        options: &Options,
        examples: &[Example],
        dev: Option<&[Example]>,
        meaning: &Meaning,
    ) -> Result<Learnt, Failure> {
        let begun = Instant::now();
        let fitting = Cell::new(None);
        let progress = bar(examples.len() as u64, "Reading");
        let show = |step: Step| {
            let (what, done, of) = match step {
                Step::Embedding { done, of } => ("Embedding", done, of),
                Step::Fitting { done, of } => {
                    fitting.set(fitting.get().or_else(|| Some(Instant::now())));
                    ("Training", done, of)
                }
            };
            progress.set_message(what);
            progress.set_length(of as u64);
            progress.set_position(done as u64);
        };
        let trained = yingda_classify::train(examples, dev, meaning.embedder(), options, &show);
        progress.finish_and_clear();
        let seconds = begun.elapsed().as_secs_f64();
        let fitting_seconds = fitting.get().map_or(seconds, |begun: Instant| begun.elapsed().as_secs_f64());
        Ok(Learnt { trained: trained?, seconds, fitting_seconds })
    }
}

/// What was trained, and how long that took.
pub struct Learnt {
    pub trained: Trained,
    pub seconds: f64,
    /// Of that without making embeddings.
    pub fitting_seconds: f64,
}

/// The examples of all files, one after the other.
pub fn read_all(files: &[PathBuf]) -> Result<Vec<Example>, Failure> {
    let mut examples = Vec::new();
    for file in files {
        examples.extend(read(file)?);
    }
    Ok(examples)
}

/// The examples of a file whose label stands under the first of `keys` that a line has, whatever other labels it has.
pub fn read_by(file: &Path, keys: &[&str]) -> Result<Vec<Example>, Failure> {
    let is_table = file.extension().is_some_and(|ending| ending == "csv" || ending == "tsv");
    if is_table {
        return Ok(read(file)?);
    }
    let unreadable = |error| Failure::failed(format!("{} cannot be read: {error}", file.display()));
    let name = file.display().to_string();
    let text = match String::from_utf8(std::fs::read(file).map_err(unreadable)?) {
        Ok(text) => text,
        Err(error) => return Ok(parse(&name, error.into_bytes())?),
    };
    let mut lines = String::with_capacity(text.len());
    for line in text.lines() {
        let object: Option<Value> = serde_json::from_str(line).ok();
        let label = object.as_ref().and_then(|object| keys.iter().find_map(|key| object.get(key)));
        match (&object, label) {
            (Some(object), Some(label)) => lines.push_str(&json!({"text": object["text"], "label": label}).to_string()),
            // What is wrong with it is told when it is read.
            _ => lines.push_str(line),
        }
        lines.push('\n');
    }
    Ok(parse(&name, lines.into_bytes())?)
}

/// The examples of files that need not be given.
pub fn read_optional(files: &[PathBuf]) -> Result<Option<Vec<Example>>, Failure> {
    if files.is_empty() { Ok(None) } else { read_all(files).map(Some) }
}

/// Tells of texts that stand under several labels; training goes on with them. How many there are.
pub fn tell_contradictions(output: Output, examples: &[Example]) -> usize {
    let found = contradictions(examples);
    if let Some(Suspicious { text: Some(text), labels, .. }) = found.first() {
        output.note(format_args!(
            "{} examples stand under several labels, such as {:?} ({}): `yingda nlu confusions` lists them",
            found.len(),
            short(text, 60),
            labels.join(", ")
        ));
    }
    found.len()
}

/// Largest model file that is read.
const LARGEST: u64 = 2 << 30;

/// Reads a model that `yingda nlu train` wrote.
pub fn read_model(path: &Path) -> Result<Classifier, Failure> {
    let unreadable = |error| Failure::failed(format!("{} cannot be read: {error}", path.display()));
    let bytes = std::fs::metadata(path).map_err(unreadable)?.len();
    if bytes > LARGEST {
        return Err(Failure::failed(format!("{} is too large to be a model: {bytes} bytes", path.display())));
    }
    let bytes = std::fs::read(path).map_err(unreadable)?;
    Classifier::from_bytes(&bytes).map_err(|error| Failure::failed(format!("{}: {error}", path.display())))
}
