//! ZIP archives from outside, unpacked into memory with a measure.

use std::io::{Cursor, Read};

use encoding_rs::GB18030;
use zip::ZipArchive;

use crate::{Format, ImportError};

/// Files in an archive.
const MAX_FILES: usize = 200_000;

/// A file of an archive or a folder.
#[derive(Debug)]
pub(crate) struct File {
    /// With `/` between folders.
    pub name: String,
    pub bytes: Result<Vec<u8>, BadFile>,
}

/// Why a file cannot be had.
#[derive(Debug, Clone)]
pub(crate) enum BadFile {
    /// Its name leads out of the archive.
    Path,
    /// Encrypted or damaged.
    Damaged(String),
    /// Not wanted, and so not unpacked.
    NotRead,
}

/// Unpacks every part into nothing, counting: sizes that an archive declares may lie.
pub(crate) fn measure(format: Format, bytes: &[u8], most: u64) -> Result<(), ImportError> {
    let unreadable = |error| ImportError::unreadable(format, error);
    let mut archive = open(format, bytes)?;
    let mut unpacked = 0;
    for number in 0..archive.len() {
        let mut part = archive.by_index(number).map_err(unreadable)?;
        let left = most - unpacked;
        let declared = part.size();
        if declared > left {
            return Err(too_large(unpacked.saturating_add(declared), most));
        }
        let read = std::io::copy(&mut part.by_ref().take(left + 1), &mut std::io::sink())
            .map_err(|error| ImportError::unreadable(format, error))?;
        unpacked += read;
        if unpacked > most {
            return Err(too_large(unpacked, most));
        }
    }
    Ok(())
}

/// The files of an archive, in its order. Those that `wanted` refuses are named, not unpacked; files of operating systems and
/// editors are passed over.
pub(crate) fn unpack(
    format: Format,
    bytes: &[u8],
    most: u64,
    wanted: impl Fn(&str) -> bool,
) -> Result<Vec<File>, ImportError> {
    let mut archive = open(format, bytes)?;
    let mut files = Vec::new();
    let mut left = most;
    for number in 0..archive.len() {
        let listed = archive.name_for_index(number).and_then(Result::ok).unwrap_or_default().into_owned();
        let mut part = match archive.by_index(number) {
            Ok(part) => part,
            Err(error) => {
                let name = listed.chars().take(200).collect();
                files.push(File { name, bytes: Err(BadFile::Damaged(error.to_string())) });
                continue;
            }
        };
        let name = name_of(part.name_raw());
        if part.is_dir() || is_hidden(&name) {
            continue;
        }
        if leads_out(&name) {
            let name = name.chars().take(200).collect();
            files.push(File { name, bytes: Err(BadFile::Path) });
            continue;
        }
        if part.is_symlink() || !wanted(&name) {
            files.push(File { name, bytes: Err(BadFile::NotRead) });
            continue;
        }
        if part.size() > left {
            return Err(too_large((most - left).saturating_add(part.size()), most));
        }
        let mut content = Vec::new();
        let read = part.by_ref().take(left + 1).read_to_end(&mut content);
        if content.len() as u64 > left {
            return Err(too_large(most + 1, most));
        }
        left -= content.len() as u64;
        let bytes = read.map(|_| content).map_err(|error| BadFile::Damaged(error.to_string()));
        files.push(File { name, bytes });
    }
    Ok(files)
}

fn open(format: Format, bytes: &[u8]) -> Result<ZipArchive<Cursor<&[u8]>>, ImportError> {
    let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| ImportError::unreadable(format, error))?;
    match archive.len() {
        files if files > MAX_FILES => Err(ImportError::unreadable(format, format!("it holds {files} files"))),
        _ => Ok(archive),
    }
}

fn too_large(bytes: u64, limit: u64) -> ImportError {
    ImportError::TooLarge { bytes, limit }
}

/// Programs in China write names in GBK without saying so.
fn name_of(raw: &[u8]) -> String {
    match std::str::from_utf8(raw) {
        Ok(name) => name.to_owned(),
        Err(_) => GB18030.decode_without_bom_handling(raw).0.into_owned(),
    }
}

/// Whether the name could mean a file outside of the folder that it is in, on any system.
fn leads_out(name: &str) -> bool {
    name.starts_with('/')
        || name.contains(['\\', '\0', ':'])
        || name.split('/').any(|part| part == ".." || part == ".")
        || name.len() > 1_000
}

/// What operating systems and editors leave behind.
pub(crate) fn is_hidden(name: &str) -> bool {
    let mut parts = name.split('/').filter(|part| *part != ".." && *part != ".");
    parts.any(|part| part.starts_with('.') || part == "__MACOSX" || part == "Thumbs.db" || part == "node_modules")
}
