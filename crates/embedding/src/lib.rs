//! Sentence embeddings in process: multilingual-e5-small (Wang et al. 2024, arXiv 2402.05672) and models of the
//! same family, on the processor, without a network.
//!
//! ```no_run
//! # fn main() -> Result<(), yingda_embedding::ModelError> {
//! use yingda_embedding::{Encoder, Purpose};
//!
//! let encoder = Encoder::open("data/models/e5-small/e5-small-q4.bin".as_ref())?;
//! let question = encoder.embed("怎么退款", Purpose::Query);
//! let answer = encoder.embed("How do I get my money back?", Purpose::Query);
//! let similarity: f32 = question.iter().zip(&answer).map(|(a, b)| a * b).sum();
//! # Ok(()) }
//! ```
//!
//! The weights stay as they are in the file, 4 bits each; only what flows through the layers is rounded to 8 bits,
//! in blocks of 32 with a scale each, so that a sentence costs a few milliseconds.

mod elementwise;
mod embedder;
mod encoder;
mod format;
mod kernel;
mod layers;
mod level;
mod map;
pub mod nearest;
#[cfg(test)]
#[path = "../tests/support/mod.rs"]
mod support;
mod tokenizer;

pub use embedder::Embedder;
pub use encoder::{Encoder, Purpose};
pub use format::ModelError;
