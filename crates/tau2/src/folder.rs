//! Reading the data folder.

use std::fs;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

/// Why the data could not be read.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file is not there, or may not be read.
    #[error("cannot read {path}: {source}. Expected the folder of tau2-bench's retail domain (db.json, tasks.json)")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is there, but is not of the form expected.
    #[error("{path} is not of the form expected: {source}")]
    Form {
        /// The file.
        path: PathBuf,
        /// Where and what.
        source: serde_json::Error,
    },
}

/// Reads `folder/name` as JSON.
///
/// # Errors
/// When the file cannot be read or has another form.
pub(crate) fn read<T: DeserializeOwned>(folder: &Path, name: &str) -> Result<T, LoadError> {
    let path = folder.join(name);
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(source) => return Err(LoadError::Read { path, source }),
    };
    serde_json::from_slice(&text).map_err(|source| LoadError::Form { path, source })
}
