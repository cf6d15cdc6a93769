//! Measuring what it costs to understand a message: everything but training runs on one core.

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use yingda_classify::{Classifier, Effort, Example, Options, evaluate, parse, read, split, train};
use yingda_embedding::{Embedder, Encoder, Purpose};
use yingda_language::{Lang, detect};

use super::report::{Figure, Spread, Target};
use super::server::resident_mb;
use crate::failure::Failure;

/// What customers of the demo shop want, with what they write.
const SHOP: &str = include_str!("../../../../packs/demo/intents.yml");
/// Texts timed in each language.
const TIMED: usize = 4_000;
/// Embeddings timed.
const EMBEDDED: usize = 200;
/// Embeddings remembered while training.
const KEPT: usize = 60_000;

/// The texts that are learnt and timed: those of a file, or what comes with the program.
pub fn examples(file: Option<&Path>) -> Result<Vec<Example>, Failure> {
    Ok(match file {
        Some(file) => read(file)?,
        None => parse("intents.yml", SHOP.as_bytes().to_vec())?,
    })
}

/// Measures with the embedding model at `model`, or without any.
pub fn figures(examples: &[Example], model: Option<&Path>) -> Result<Vec<Figure>, Failure> {
    let before = resident_mb(std::process::id())?;
    let (rest, held_out) = split(examples, 0.2, 1);
    let embedder = match model {
        Some(path) => Some(Embedder::new(Encoder::open(path)?, KEPT)),
        None => None,
    };
    let embedder = embedder.as_ref();
    let mut figures = Vec::new();
    if let Some(embedder) = embedder {
        // Made now, so that training is timed as it is when they were made before.
        let texts: Vec<&str> = rest.iter().map(|example| example.text.as_str()).collect();
        for batch in texts.chunks(32) {
            embedder.embed_batch(batch, Purpose::Query);
        }
        figures.extend(embedding(examples, embedder.encoder()));
    }
    // Once before, for the labels' names are embedded too, and tables are loaded.
    train(&rest, None, embedder, &Options::default(), &|_| ())?;
    let begun = Instant::now();
    let trained = train(&rest, None, embedder, &Options::default(), &|_| ())?;
    let title = if embedder.is_some() { "Training, embeddings known" } else { "Training, words alone" };
    let seconds = begun.elapsed().as_secs_f64();
    figures.push(Figure::number("nlu_train_s", title, seconds, "s", Some(Target::AtMost(10.0))));
    figures.push(Figure::number("nlu_train_examples", "  examples", rest.len() as f64, "", None));
    let classifier = &trained.classifier;
    let languages = [
        (Lang::En, "nlu_words_en_us", "Words alone, an English message", 150.0),
        (Lang::Zh, "nlu_words_zh_us", "Words alone, a Chinese message", 400.0),
    ];
    for (lang, name, title, most) in languages {
        if let Some(mean) = words(classifier, examples, lang) {
            figures.push(Figure::number(name, title, mean, "µs", Some(Target::AtMost(most))));
        }
    }
    let clock = || begun.elapsed();
    let report = evaluate(classifier, &held_out, embedder, Effort::Cascade, Some(&clock));
    if let (Some(times), Some(_)) = (report.times, embedder) {
        let ms = times.mean_us / 1e3;
        figures.push(Figure::number("nlu_cascade_ms", "Cascade, mean", ms, "ms", Some(Target::AtMost(2.0))));
        let share = 100.0 * report.embedded;
        figures.push(Figure::number("nlu_embedded_percent", "  needed the embedding", share, "%", None));
    }
    figures.push(Figure::number("nlu_accuracy_percent", "  accuracy", 100.0 * report.accuracy, "%", None));
    // The program itself is measured as the idle server.
    let memory = resident_mb(std::process::id())? - before;
    figures.push(Figure::number("nlu_mb", "Memory of all this", memory, "MB", Some(Target::AtMost(250.0))));
    Ok(figures)
}

/// Mean microseconds a message in one language, segmentation included; `None` when there is no such message.
fn words(classifier: &Classifier, examples: &[Example], lang: Lang) -> Option<f64> {
    let texts: Vec<&str> =
        examples.iter().map(|example| example.text.as_str()).filter(|text| detect(text) == lang).collect();
    let count = TIMED.min(texts.len() * 100);
    let begun = Instant::now();
    for text in texts.iter().cycle().take(count) {
        black_box(classifier.classify(text, None, Effort::WordsOnly));
    }
    (count > 0).then(|| begun.elapsed().as_secs_f64() * 1e6 / count as f64)
}

/// The time of texts of about 20 tokens, none of them remembered.
fn embedding(examples: &[Example], encoder: &Encoder) -> Vec<Figure> {
    let texts: Vec<&str> = examples
        .iter()
        .map(|example| example.text.as_str())
        .filter(|text| (19..=21).contains(&encoder.count_tokens(text, Purpose::Query)))
        .take(EMBEDDED)
        .collect();
    let time = |text: &&str| {
        let begun = Instant::now();
        black_box(encoder.embed(text, Purpose::Query));
        begun.elapsed()
    };
    let mut took: Vec<Duration> = texts.iter().map(time).collect();
    took.sort();
    let Some(median) = took.get(took.len() / 2).map(Duration::as_secs_f64) else { return Vec::new() };
    let target = Some(Target::AtMost(8.0));
    vec![
        Figure::number("nlu_embed_ms", "Embedding of 20 tokens (median)", 1e3 * median, "ms", target),
        Figure::spread("nlu_embed_spread_ms", "  all of them", Spread::of(&mut took), None),
    ]
}
