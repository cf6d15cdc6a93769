//! An entry as this crate looks at it.

use yingda_language::{Lang, detect};
use yingda_model::{EntryContent, EntryId, EntryStatus, KbEntry, Timestamp};

/// An entry of the knowledge base, borrowed.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    pub id: EntryId,
    pub content: &'a EntryContent,
    pub updated_at: Timestamp,
}

impl<'a> From<&'a KbEntry> for Entry<'a> {
    fn from(entry: &'a KbEntry) -> Self {
        Self { id: entry.id, content: &entry.content, updated_at: entry.updated_at }
    }
}

impl Entry<'_> {
    pub(crate) fn is_published(&self) -> bool {
        self.content.status == EntryStatus::Published
    }

    pub(crate) fn lang(&self) -> Lang {
        lang(self.content.lang.as_deref(), &self.content.question)
    }

    pub(crate) fn questions(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.content.question).chain(&self.content.variants).map(String::as_str)
    }
}

/// The language that a tag names (`zh-CN` is Chinese), else the one that the text is in.
pub(crate) fn lang(tag: Option<&str>, text: &str) -> Lang {
    match tag.and_then(|tag| tag.split(['-', '_']).next()).map(str::to_ascii_lowercase).as_deref() {
        Some("zh") => Lang::Zh,
        Some("en") => Lang::En,
        Some("und") | None => detect(text),
        Some(_) => Lang::Other,
    }
}
