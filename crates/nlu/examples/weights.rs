//! Trains the weights of emotion, urgency, politeness and safety that come with the program, from `datasets/`.
//!
//! ```sh
//! cargo run --release -p yingda-nlu --example weights -- data/models/e5-small/e5-small-q4.bin
//! ```

use std::collections::HashSet;
use std::path::Path;

use anyhow::{Context, Result};
use yingda_classify::{Example, Options, read, train};
use yingda_embedding::{Embedder, Encoder};
use yingda_nlu::manners;

fn main() -> Result<()> {
    let model = std::env::args().nth(1).context("expected the path of the embedding model")?;
    let embedder = Embedder::new(Encoder::open(Path::new(&model))?, 100_000);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let demo = root.join("packs/demo/intents.yml");
    for (name, folder, key, balance) in [
        ("emotion", "service-utterances", "emotion", 0.5),
        ("urgency", "service-utterances", "urgency", 0.5),
        ("politeness", "service-utterances", "politeness", 0.5),
        ("safety", "safety", "label", 0.5),
        ("safety-level", "safety", "level", 0.5),
    ] {
        let mut examples = Vec::new();
        for language in ["zh", "en"] {
            let file = root.join(format!("datasets/{folder}/{language}.train.jsonl"));
            for line in std::fs::read_to_string(&file).with_context(|| file.display().to_string())?.lines() {
                let line: serde_json::Value = serde_json::from_str(line)?;
                let label = match &line[key] {
                    serde_json::Value::String(label) => label.clone(),
                    label => label.to_string(),
                };
                examples.push(Example { text: line["text"].as_str().unwrap_or("").into(), labels: vec![label] });
            }
        }
        if name == "emotion" {
            examples.extend(calm(&demo, "neutral")?);
        }
        if folder == "safety" {
            // Ordinary messages are no danger, whatever their words: without them too much looks like one. Those that are
            // are judged in the set of dangers.
            let judged: HashSet<String> = examples.iter().map(|example| example.text.clone()).collect();
            let harmless = if key == "level" { "0" } else { "none" };
            for language in ["zh", "en"] {
                let file = root.join(format!("datasets/service-utterances/{language}.train.jsonl"));
                for line in std::fs::read_to_string(&file)?.lines() {
                    let line: serde_json::Value = serde_json::from_str(line)?;
                    // Rude messages may be abuse: who labelled them did not ask.
                    let text = line["text"].as_str().unwrap_or("");
                    if line["politeness"].as_i64() != Some(-1) && !judged.contains(text) {
                        examples.push(Example { text: text.into(), labels: vec![harmless.into()] });
                    }
                }
            }
            examples.extend(calm(&demo, harmless)?);
        }
        let options = Options { balance, ..manners() };
        let trained = train(&examples, None, Some(&embedder), &options, &|_| ())?;
        let bytes = trained.classifier.to_bytes();
        println!("{name}: {} examples, {} bytes", examples.len(), bytes.len());
        std::fs::write(root.join(format!("models/{name}.bin")), bytes)?;
    }
    Ok(())
}

/// Plain wishes, labelled so: what customers of the demo shop type when they only want something. Without them every "why"
/// sounds angry, and "what are you" a danger.
fn calm(file: &Path, label: &str) -> Result<Vec<Example>> {
    // Families in which feelings are likely, and what says nothing.
    const NOT: [&str; 4] = ["complaint/", "emergency/", "courtesy/", "person/"];
    let wishes = read(file)?.into_iter().filter(|example| {
        let wanted = example.labels.first().is_some_and(|label| !NOT.iter().any(|family| label.starts_with(family)));
        wanted && !example.text.contains(['!', '！'])
    });
    // All of them would drown the rest.
    Ok(wishes.step_by(2).map(|example| Example { labels: vec![label.to_owned()], ..example }).collect())
}
