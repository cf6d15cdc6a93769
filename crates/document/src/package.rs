//! The parts of an Office file: a ZIP archive, unpacked with bounds.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::error::Fault;
use crate::xml::Tree;
use crate::{Limits, Notice, Place, Reason, Warning};

/// Small parts may unpack to any ratio.
const RATIO_FROM: u64 = 1 << 20;

/// An archive whose parts are unpacked when asked for.
pub(crate) struct Package<'a> {
    archive: RefCell<ZipArchive<Cursor<&'a [u8]>>>,
    /// By name without a leading slash, in lower case: Office does not tell them apart.
    parts: HashMap<String, usize>,
    unsafe_names: usize,
    unpacked: RefCell<u64>,
    limits: &'a Limits,
}

impl<'a> Package<'a> {
    /// # Errors
    /// No archive, an encrypted part, or too many parts.
    pub(crate) fn open(bytes: &'a [u8], limits: &'a Limits) -> Result<Self, Fault> {
        let mut archive = crate::guarded(Place::File, || {
            ZipArchive::new(Cursor::new(bytes)).map_err(|error| Fault::broken(Place::File, error))
        })?;
        if archive.len() > limits.parts {
            return Err(Fault::file(Reason::TooManyParts { count: archive.len(), limit: limits.parts }));
        }
        let mut parts = HashMap::new();
        let mut unsafe_names = 0;
        for index in 0..archive.len() {
            let part = archive.by_index_raw(index).map_err(|error| Fault::broken(Place::File, error))?;
            let Ok(name) = part.name() else { continue };
            let name = name.replace('\\', "/");
            if part.encrypted() {
                return Err(Fault { place: Place::Part(name), reason: Reason::Encrypted });
            }
            let name = name.trim_start_matches('/').to_ascii_lowercase();
            if name.split('/').any(|step| step == "..") || name.contains(':') {
                unsafe_names += 1;
            } else {
                parts.insert(name, index);
            }
        }
        Ok(Self { archive: RefCell::new(archive), parts, unsafe_names, unpacked: RefCell::new(0), limits })
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.parts.contains_key(&name.to_ascii_lowercase())
    }

    /// The names of all parts, in lower case.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.parts.keys().map(String::as_str)
    }

    /// The bytes of a part, or nothing when there is none.
    ///
    /// # Errors
    /// A damaged part, or one that goes beyond a limit.
    pub(crate) fn bytes(&self, name: &str) -> Result<Option<Vec<u8>>, Fault> {
        let Some(&index) = self.parts.get(&name.to_ascii_lowercase()) else { return Ok(None) };
        let mut bytes = Vec::new();
        self.unpack(name, index, &mut bytes)?;
        Ok(Some(bytes))
    }

    /// Unpacks every part once and throws the bytes away, so that a library may then unpack them unbounded.
    ///
    /// # Errors
    /// As for [`Self::bytes`].
    pub(crate) fn check(&self) -> Result<(), Fault> {
        let mut parts: Vec<_> = self.parts.iter().collect();
        parts.sort();
        for (name, &index) in parts {
            self.unpack(name, index, &mut std::io::sink())?;
        }
        Ok(())
    }

    fn unpack(&self, name: &str, index: usize, out: &mut impl std::io::Write) -> Result<(), Fault> {
        let place = || Place::Part(name.to_owned());
        let mut archive = self.archive.borrow_mut();
        let mut part = archive.by_index(index).map_err(|error| Fault::broken(place(), error))?;
        let ratio_limit = part.compressed_size().saturating_mul(self.limits.ratio).max(RATIO_FROM);
        let mut total = self.unpacked.borrow_mut();
        let mut size = 0_u64;
        let mut buffer = vec![0; 64 << 10];
        loop {
            let count = part.read(&mut buffer).map_err(|error| Fault::broken(place(), error))?;
            if count == 0 {
                return Ok(());
            }
            size += count as u64;
            *total += count as u64;
            if *total > self.limits.unpacked_bytes {
                let reason = Reason::UnpackedTooLarge { limit: self.limits.unpacked_bytes };
                return Err(Fault { place: place(), reason });
            }
            if size > ratio_limit {
                return Err(Fault { place: place(), reason: Reason::Bomb { ratio: self.limits.ratio } });
            }
            out.write_all(&buffer[..count]).map_err(|error| Fault::broken(place(), error))?;
        }
    }

    /// The bytes of a part that must be there.
    ///
    /// # Errors
    /// As for [`Self::bytes`], and when there is none.
    pub(crate) fn required(&self, name: &str) -> Result<Vec<u8>, Fault> {
        self.bytes(name)?.ok_or_else(|| Fault { place: Place::Part(name.to_owned()), reason: Reason::MissingPart })
    }

    /// What a part refers to: id → (kind, target). The kind is the last step of the type's address, such as `hyperlink`;
    /// targets inside the package are full names, others are as they came.
    ///
    /// # Errors
    /// As for [`Self::bytes`], and broken XML.
    pub(crate) fn relations(&self, part: &str) -> Result<HashMap<String, Relation>, Fault> {
        let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
        let name = if folder.is_empty() { format!("_rels/{file}.rels") } else { format!("{folder}/_rels/{file}.rels") };
        let Some(bytes) = self.bytes(&name)? else { return Ok(HashMap::new()) };
        let tree = Tree::parse(&name, &bytes, self.limits)?;
        let mut relations = HashMap::new();
        for relation in tree.root().all("Relationship") {
            let (Some(id), Some(target)) = (relation.attribute("Id"), relation.attribute("Target")) else { continue };
            let kind = relation.attribute("Type").unwrap_or_default().rsplit('/').next().unwrap_or_default().to_owned();
            let external = relation.attribute("TargetMode") == Some("External");
            let target = if external { target.to_owned() } else { resolve(folder, target) };
            relations.insert(id.to_owned(), Relation { kind, target });
        }
        Ok(relations)
    }

    /// Title and language from the core properties.
    ///
    /// # Errors
    /// As for [`Self::bytes`], and broken XML.
    pub(crate) fn properties(&self) -> Result<(Option<String>, Option<String>), Fault> {
        let Some(bytes) = self.bytes("docProps/core.xml")? else { return Ok((None, None)) };
        let tree = Tree::parse("docProps/core.xml", &bytes, self.limits)?;
        let value =
            |name| tree.root().child(name).map(|e| e.all_text().trim().to_owned()).filter(|text| !text.is_empty());
        Ok((value("title"), value("language")))
    }

    /// Warnings about the package as a whole.
    pub(crate) fn warnings(&self) -> Vec<Notice> {
        let mut warnings = Vec::new();
        if self.names().any(|name| name.ends_with("vbaproject.bin") || name.contains("/macrosheets/")) {
            warnings.push(Notice { place: Place::File, warning: Warning::MacrosIgnored });
        }
        if self.unsafe_names > 0 {
            warnings
                .push(Notice { place: Place::File, warning: Warning::UnsafePartNames { count: self.unsafe_names } });
        }
        warnings
    }
}

/// What a part refers to.
pub(crate) struct Relation {
    pub(crate) kind: String,
    pub(crate) target: String,
}

/// The full name of `target`, as seen from `folder`. Steps above the package's top are dropped.
fn resolve(folder: &str, target: &str) -> String {
    let mut steps: Vec<&str> = Vec::new();
    if !target.starts_with('/') {
        steps.extend(folder.split('/').filter(|step| !step.is_empty()));
    }
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    steps.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_never_lead_out_of_the_package() {
        assert_eq!(resolve("ppt/slides", "../media/a.png"), "ppt/media/a.png");
        assert_eq!(resolve("word", "/word/styles.xml"), "word/styles.xml");
        assert_eq!(resolve("word", "../../../etc/passwd"), "etc/passwd");
    }
}
