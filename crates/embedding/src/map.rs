//! A file in memory.
#![allow(unsafe_code)]

use std::fs::File;
use std::ops::Deref;
use std::path::Path;

use memmap2::Mmap;

/// The bytes of a model.
#[derive(Debug)]
pub(crate) enum Bytes {
    /// A mapped file: its pages are read when they are touched and shared by all processes.
    Mapped(Mmap),
    Owned(Vec<u8>),
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Bytes::Mapped(map) => map,
            Bytes::Owned(bytes) => bytes,
        }
    }
}

/// Maps `path` read-only.
pub(crate) fn map(path: &Path) -> std::io::Result<Bytes> {
    let file = File::open(path)?;
    // SAFETY: the map is read-only, and only ever read as bytes that are checked before use. A file that is
    // replaced is a new file (installing renames), so the mapped one does not change; a model that somebody
    // truncates in place ends the process with a bus error, as for every mapped file.
    unsafe { Mmap::map(&file) }.map(Bytes::Mapped)
}
