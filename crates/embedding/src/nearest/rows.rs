//! Bytes that grow, in memory or in a mapped file.
#![allow(unsafe_code)]

use std::fs::File;
use std::io;
use std::ops::Deref;
use std::os::unix::fs::FileExt;

use memmap2::Mmap;

/// Bytes, read through memory and written at places.
#[derive(Debug)]
pub(super) enum Rows {
    Memory(Vec<u8>),
    Mapped { file: File, map: Option<Mmap> },
}

impl Rows {
    pub fn in_file(file: File) -> io::Result<Self> {
        let map = map(&file)?;
        Ok(Self::Mapped { file, map })
    }

    /// As long as given; what is new is zero.
    pub fn resize(&mut self, length: usize) -> io::Result<()> {
        match self {
            Self::Memory(bytes) => bytes.resize(length, 0),
            Self::Mapped { file, map: mapped } => {
                // A map must not outlive the bytes it shows.
                *mapped = None;
                file.set_len(length as u64)?;
                *mapped = map(file)?;
            }
        }
        Ok(())
    }

    /// Writes within the length.
    pub fn write(&mut self, at: usize, new: &[u8]) -> io::Result<()> {
        match self {
            Self::Memory(bytes) => {
                let place = bytes.get_mut(at..at + new.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
                place.copy_from_slice(new);
                Ok(())
            }
            Self::Mapped { file, .. } => file.write_all_at(new, at as u64),
        }
    }

    /// Waits until what was written is durable.
    pub fn sync(&self) -> io::Result<()> {
        match self {
            Self::Memory(_) => Ok(()),
            Self::Mapped { file, .. } => file.sync_data(),
        }
    }
}

impl Deref for Rows {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Memory(bytes) => bytes,
            Self::Mapped { map, .. } => map.as_deref().unwrap_or_default(),
        }
    }
}

fn map(file: &File) -> io::Result<Option<Mmap>> {
    if file.metadata()?.len() == 0 {
        return Ok(None);
    }
    // SAFETY: the map is only read as bytes, which are checked before use. It is written to through the file alone, with
    // `&mut Rows` in hand, so never while a slice of it is alive; one process at a time has the file, which the owner of
    // the folder's lock sees to. A file that somebody truncates in place ends the process with a bus error, as for every
    // mapped file.
    unsafe { Mmap::map(file) }.map(Some)
}
