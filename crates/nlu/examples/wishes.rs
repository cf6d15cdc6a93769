//! Measures how well several wishes in one message are told from one: the demo's intents, on `datasets/several-wishes`.
//!
//! ```sh
//! cargo run --release -p yingda-nlu --example wishes -- [data/models/e5-small/e5-small-q4.bin]
//! ```

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use yingda_classify::{Options, read, train};
use yingda_embedding::{Embedder, Encoder};
use yingda_entity::{Entities, Setup};
use yingda_nlu::Language;

fn main() -> Result<()> {
    let model = std::env::args().nth(1);
    let embedder = match &model {
        Some(model) => Some(Arc::new(Embedder::new(Encoder::open(Path::new(model))?, 100_000))),
        None => None,
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let examples = read(&root.join("packs/demo/intents.yml"))?;
    let trained = train(&examples, None, embedder.as_deref(), &Options::default(), &|_| ())?;
    let language = Language::new(Some(Arc::new(trained.classifier)), Entities::new(&Setup::default())?, embedder);
    for part in ["dev", "test"] {
        let file = root.join(format!("datasets/several-wishes/{part}.jsonl"));
        let (mut right, mut split, mut several, mut torn, mut single) = (0, 0, 0, 0, 0);
        for line in std::fs::read_to_string(&file).with_context(|| file.display().to_string())?.lines() {
            let line: serde_json::Value = serde_json::from_str(line)?;
            let found = language.intents(line["text"].as_str().unwrap_or(""));
            let mut names: Vec<&str> = found.iter().map(|intent| intent.name.as_str()).collect();
            names.sort_unstable();
            let mut wished: Vec<&str> =
                line["intents"].as_array().into_iter().flatten().filter_map(|w| w.as_str()).collect();
            wished.sort_unstable();
            if wished.is_empty() {
                single += 1;
                torn += usize::from(names.len() > 1);
            } else {
                several += 1;
                split += usize::from(names.len() > 1);
                right += usize::from(names == wished);
            }
        }
        println!(
            "{part}: of {several} with several wishes {split} split, {right} with both right; of {single} with one {torn} torn"
        );
    }
    Ok(())
}
