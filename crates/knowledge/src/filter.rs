//! Which entries may be found.

use serde::{Deserialize, Serialize};
use yingda_language::{Lang, detect};

use crate::hash::hash;
use crate::{Audience, Entry, EntryKind};

/// Which entries may be found. What is left empty lets everything through.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// An entry's audience is one of these.
    pub audiences: Vec<Audience>,
    /// Primary language tags: `zh` also means `zh-CN`. An entry that does not tell its language is in the one that it is
    /// written in.
    pub languages: Vec<String>,
    /// This category or one below it.
    pub category: Option<String>,
    /// An entry has one of these.
    pub tags: Vec<String>,
    pub kinds: Vec<EntryKind>,
    /// Only what is valid then, in milliseconds since 1970.
    pub valid_at: Option<i64>,
}

/// What filters ask about an entry, as numbers that the index holds in columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Attributes {
    pub kind: u64,
    pub audience: u64,
    pub lang: u64,
    /// Of the category and all above it.
    pub categories: Vec<u64>,
    pub tags: Vec<u64>,
    pub from: Option<i64>,
    pub until: Option<i64>,
}

/// A filter in the same numbers, apart from time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sieve {
    pub kinds: Vec<u64>,
    pub audiences: Vec<u64>,
    pub langs: Vec<u64>,
    pub category: Option<u64>,
    pub tags: Vec<u64>,
}

impl Attributes {
    pub fn of(entry: &Entry) -> Self {
        let mut path = String::new();
        let mut categories = Vec::new();
        for step in steps(entry.category.as_deref().unwrap_or_default()) {
            path.push('/');
            path.push_str(step);
            categories.push(number(&path));
        }
        Self {
            kind: of_kind(entry.kind),
            audience: of_audience(&entry.audience),
            lang: number(primary(entry.lang.as_deref().unwrap_or(language(entry).tag())).as_str()),
            categories,
            tags: entry.tags.iter().map(|tag| number(tag.trim())).collect(),
            from: entry.valid_from,
            until: entry.valid_until,
        }
    }

    /// All of it as one number.
    pub fn hash(&self) -> u64 {
        hash(&[format!("{self:?}").as_bytes()])
    }
}

impl Sieve {
    pub fn of(filter: &Filter) -> Self {
        let category: Option<String> =
            filter.category.as_deref().map(|path| steps(path).map(|step| format!("/{step}")).collect());
        Self {
            kinds: filter.kinds.iter().map(|kind| of_kind(*kind)).collect(),
            audiences: filter.audiences.iter().map(of_audience).collect(),
            langs: filter.languages.iter().map(|tag| number(&primary(tag))).collect(),
            category: category.filter(|path| !path.is_empty()).map(|path| number(&path)),
            tags: filter.tags.iter().map(|tag| number(tag.trim())).collect(),
        }
    }

    /// Whether everything passes.
    pub fn is_open(&self) -> bool {
        let Self { kinds, audiences, langs, category, tags } = self;
        kinds.is_empty() && audiences.is_empty() && langs.is_empty() && category.is_none() && tags.is_empty()
    }
}

/// The language that an entry is in.
pub(crate) fn language(entry: &Entry) -> Lang {
    match entry.lang.as_deref().map(primary).as_deref() {
        Some("zh") => Lang::Zh,
        Some("en") => Lang::En,
        Some(_) => Lang::Other,
        None => match detect(&entry.question) {
            Lang::Other => detect(entry.answer.get(..entry.answer.floor_char_boundary(500)).unwrap_or_default()),
            lang => lang,
        },
    }
}

fn primary(tag: &str) -> String {
    tag.split(['-', '_']).next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn steps(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').map(str::trim).filter(|step| !step.is_empty())
}

fn of_kind(kind: EntryKind) -> u64 {
    kind as u64
}

fn of_audience(audience: &Audience) -> u64 {
    match audience {
        Audience::Public => 0,
        Audience::SignedIn => 1,
        Audience::Agents => 2,
        Audience::Team(id) => number(id),
    }
}

fn number(text: &str) -> u64 {
    hash(&[text.as_bytes()])
}
