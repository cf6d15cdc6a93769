//! Measures an embedding model on this machine.
//!
//! `cargo run --release -p yingda-embedding --example embed -- MODEL TEXTS [EMBEDDINGS]`
//!
//! `MODEL` is a file in the format `E5S1`, `TEXTS` has a text a line. Prints milliseconds a text, one by one and
//! together. `EMBEDDINGS`, where given, is written: for each text its numbers as little-endian `f32`, to compare them
//! with those of another implementation.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use yingda_embedding::{Encoder, Purpose};

/// Texts that are embedded together.
const TOGETHER: usize = 16;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(model), Some(texts)) = (arguments.next(), arguments.next()) else {
        return Err("expected: MODEL TEXTS [EMBEDDINGS]".into());
    };
    let start = Instant::now();
    let encoder = Encoder::open(&model)?;
    println!("open      {:>8.1} ms, {} MB in memory", milliseconds(start.elapsed()), encoder.memory() / 1_000_000);

    let texts = std::fs::read_to_string(texts)?;
    let texts: Vec<&str> = texts.lines().collect();
    let count = texts.len().max(1) as f64;
    let start = Instant::now();
    let tokens: usize = texts.iter().map(|text| encoder.count_tokens(text, Purpose::Query)).sum();
    println!("tokens    {:>8.3} ms a text, {:.1} each", milliseconds(start.elapsed()) / count, tokens as f64 / count);

    let start = Instant::now();
    let embeddings: Vec<Vec<f32>> = texts.iter().map(|text| encoder.embed(text, Purpose::Query)).collect();
    println!("single    {:>8.3} ms a text", milliseconds(start.elapsed()) / count);

    let start = Instant::now();
    for texts in texts.chunks(TOGETHER) {
        encoder.embed_batch(texts, Purpose::Query);
    }
    println!("{TOGETHER} at once {:>7.3} ms a text", milliseconds(start.elapsed()) / count);

    if let Some(path) = arguments.next() {
        let bytes: Vec<u8> = embeddings.iter().flatten().flat_map(|number| number.to_le_bytes()).collect();
        std::fs::write(path, bytes)?;
    }
    Ok(())
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
