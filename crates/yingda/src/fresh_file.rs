//! Files that appear whole or not at all.

use std::io;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::failure::Failure;

/// What happens to a file that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// It stays, and the command fails.
    Keep,
    Replace,
}

impl Existing {
    /// What `--force` asks for.
    pub fn for_flag(force: bool) -> Self {
        if force { Self::Replace } else { Self::Keep }
    }
}

/// A file being written beside its place; only its owner can read it. Dropped, it leaves nothing.
pub struct FreshFile {
    temporary: NamedTempFile,
    path: PathBuf,
    existing: Existing,
}

impl FreshFile {
    /// Begins a file that will be at `path`.
    pub fn create(path: &Path, existing: Existing) -> Result<Self, Failure> {
        if existing == Existing::Keep && path.exists() {
            return Err(Failure::usage(format!(
                "{} is there already: give another name, or --force to replace it",
                path.display()
            )));
        }
        let temporary = NamedTempFile::new_in(folder(path))
            .map_err(|error| Failure::failed(format!("{} cannot be written: {error}", path.display())))?;
        Ok(Self { temporary, path: path.to_owned(), existing })
    }

    /// Where to write to.
    pub fn writer(&self) -> io::Result<std::fs::File> {
        self.temporary.as_file().try_clone()
    }

    /// Makes it durable and puts it in its place.
    pub fn keep(self) -> Result<(), Failure> {
        self.temporary.as_file().sync_all()?;
        match self.existing {
            Existing::Keep => self.temporary.persist_noclobber(&self.path),
            Existing::Replace => self.temporary.persist(&self.path),
        }
        .map_err(|error| Failure::failed(format!("{} cannot be written: {}", self.path.display(), error.error)))?;
        std::fs::File::open(folder(&self.path))?.sync_all()?;
        Ok(())
    }
}

/// The folder that a file is in.
fn folder(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
