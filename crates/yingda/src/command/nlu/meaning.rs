//! The embedding model, when it is installed.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use ring::digest::{SHA256, digest};
use serde::Serialize;
use yingda_classify::Classifier;
use yingda_embedding::{Embedder, Encoder};

use super::Models;
use crate::command::models;
use crate::failure::Failure;
use crate::output::Output;

/// Where the embedding model is looked for.
#[derive(Args, Debug)]
pub struct MeaningOptions {
    /// Data folder of the installation: its models, and the embeddings that were made before
    #[arg(long, value_name = "DIR", default_value = "data", env = "YINGDA_DATA")]
    pub data: PathBuf,
}

/// The model that is used.
pub const NAME: &str = "e5-small";
/// Embeddings that are kept, in memory and on disk: about 100 MB.
const KEPT: usize = 60_000;

/// Embeddings, or none when the model is not installed. Embeddings that were made are kept on disk for the next time.
pub struct Meaning {
    embedder: Option<Embedder>,
    cache: PathBuf,
}

/// The embedding model, for programs.
#[derive(Serialize)]
pub struct Described {
    model: &'static str,
    /// 16 hexadecimal digits that tell it from others.
    identity: String,
    dimensions: usize,
}

impl MeaningOptions {
    /// Opens the model, or says that words alone are used.
    pub fn open(&self, output: Output) -> Result<Meaning, Failure> {
        let cache = self.data.join("cache").join("embeddings.bin");
        let Some(path) = self.installed(output)? else {
            return Ok(Meaning { embedder: None, cache });
        };
        let embedder = Embedder::new(Encoder::open(&path)?, KEPT);
        // What cannot be read or was damaged is made again.
        if is_whole(&cache) {
            let _ = embedder.load(&cache);
        }
        Ok(Meaning { embedder: Some(embedder), cache })
    }

    /// As [`open`](Self::open), when `models` need it.
    pub fn open_for(&self, models: Models, output: Output) -> Result<Meaning, Failure> {
        if models == Models::Words { Ok(Meaning::none()) } else { self.open(output) }
    }

    /// Where the model is; when it is not installed, people are told how to get it.
    pub fn installed(&self, output: Output) -> Result<Option<PathBuf>, Failure> {
        let path = models::installed(NAME, &self.data)?;
        if path.is_none() {
            output.note(format_args!(
                "The embedding model is not installed in {}: n-grams alone are used. Get it with `yingda models pull {NAME}`",
                self.data.display()
            ));
        }
        Ok(path)
    }
}

impl Meaning {
    /// Without the embedding model.
    pub fn none() -> Self {
        Self { embedder: None, cache: PathBuf::new() }
    }

    pub fn embedder(&self) -> Option<&Embedder> {
        self.embedder.as_ref()
    }

    /// The embedder alone, to be shared.
    pub fn into_embedder(self) -> Option<Arc<Embedder>> {
        self.embedder.map(Arc::new)
    }

    /// For programs; `None` when words alone are used.
    pub fn described(&self) -> Option<Described> {
        self.embedder.as_ref().map(|embedder| Described {
            model: NAME,
            identity: format!("{:016x}", embedder.encoder().identity()),
            dimensions: embedder.encoder().dimensions(),
        })
    }

    /// Tells when `classifier` cannot use the model that is there.
    pub fn tell_misfit(&self, output: Output, classifier: &Classifier) {
        match &self.embedder {
            Some(embedder) if classifier.about().encoder.is_some() && !classifier.fits(embedder) => {
                output
                    .note("The model was trained with another embedding model: n-grams alone are used. Train it again");
            }
            Some(_) if classifier.about().encoder.is_none() => {
                output
                    .note("The model was trained without the embedding model: n-grams alone are used. Train it again");
            }
            _ => {}
        }
    }

    /// Writes the embeddings that were made to the data folder. That they cannot be kept is no failure.
    pub fn keep(&self, output: Output) {
        let Some(embedder) = &self.embedder else { return };
        let kept = self.cache.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| {
            embedder.save(&self.cache)?;
            std::fs::write(sum_path(&self.cache), sum_of(&std::fs::read(&self.cache)?))
        });
        if let Err(error) = kept {
            output.note(format_args!("The embeddings could not be kept in {}: {error}", self.cache.display()));
        }
    }
}

/// Whether the file is as it was written: its SHA-256 stands beside it.
fn is_whole(cache: &Path) -> bool {
    let read = std::fs::read(cache).and_then(|bytes| Ok((bytes, std::fs::read_to_string(sum_path(cache))?)));
    read.is_ok_and(|(bytes, sum)| sum_of(&bytes) == sum)
}

fn sum_path(cache: &Path) -> PathBuf {
    cache.with_extension("sha256")
}

fn sum_of(bytes: &[u8]) -> String {
    digest(&SHA256, bytes).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
