//! What can go wrong with an index.

use thiserror::Error;

/// The search engine failed, or was asked for what cannot be.
#[derive(Debug, Error)]
pub enum IndexError {
    /// Two entries have one id.
    #[error("two entries have the id {0:?}; ids must be unique")]
    DuplicateId(String),
    /// Another process, or another index of this one, has the folder.
    #[error("the search index in {0} is in use by another process; stop it, or give this one a folder of its own")]
    InUse(String),
    /// A file cannot be read or written.
    #[error("the search index cannot be read or written: {0}; is the disk full, and the folder this user's?")]
    Io(#[from] std::io::Error),
    /// Tantivy reported an error.
    #[error("full-text search failed: {0}")]
    Search(#[from] tantivy::TantivyError),
}
