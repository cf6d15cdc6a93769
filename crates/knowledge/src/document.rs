//! How entries stand in the full-text index: one document that is found by its wordings (the head), and one for each
//! passage.

use serde::{Deserialize, Serialize};
use tantivy::schema::{FAST, Field, INDEXED, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions, Value};
use tantivy::{TantivyDocument, Term};
use yingda_language::simplified;

use crate::cut::{Cut, Place};
use crate::filter::Attributes;
use crate::fulltext::WordTokenizer;
use crate::hash::hash;
use crate::phrase::normal;
use crate::{Entry, EntryKind};

/// Raised whenever what the index holds is made otherwise: old ones are then made anew.
pub(crate) const FORMAT: u32 = 1;
/// Wordings of an entry that get a vector each.
const MOST_WORDINGS: usize = 64;

/// The columns by name, as tantivy wants them for reading.
pub(crate) mod column {
    pub const ENTRY: &str = "entry";
    pub const HEAD: &str = "head";
    pub const ROW: &str = "row";
    pub const HASH: &str = "hash";
    pub const KIND: &str = "kind";
    pub const AUDIENCE: &str = "audience";
    pub const LANG: &str = "lang";
    pub const CATEGORY: &str = "category";
    pub const TAG: &str = "tag";
    pub const FROM: &str = "from";
    pub const UNTIL: &str = "until";
}

#[derive(Clone, Copy)]
pub(crate) struct Fields {
    /// Tells each document from all others.
    key: Field,
    /// A hash of the entry's id.
    entry: Field,
    /// 1 for heads, 0 for passages.
    head: Field,
    /// Wordings.
    pub question: Field,
    /// A passage with its headings.
    pub body: Field,
    /// Rows of the vectors, and what each is made of, told by a hash.
    row: Field,
    hash: Field,
    kind: Field,
    audience: Field,
    lang: Field,
    category: Field,
    tag: Field,
    from: Field,
    until: Field,
    /// [`Head`] or [`Stored`] as JSON.
    stored: Field,
}

impl Fields {
    pub fn new() -> (Schema, Self) {
        let text = TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer(WordTokenizer::NAME)
                .set_index_option(IndexRecordOption::WithFreqs),
        );
        let mut schema = Schema::builder();
        let fields = Self {
            key: schema.add_u64_field("key", INDEXED),
            entry: schema.add_u64_field(column::ENTRY, INDEXED | FAST),
            head: schema.add_u64_field(column::HEAD, FAST),
            question: schema.add_text_field("question", text.clone()),
            body: schema.add_text_field("body", text),
            row: schema.add_u64_field(column::ROW, FAST),
            hash: schema.add_u64_field(column::HASH, FAST),
            kind: schema.add_u64_field(column::KIND, FAST),
            audience: schema.add_u64_field(column::AUDIENCE, FAST),
            lang: schema.add_u64_field(column::LANG, FAST),
            category: schema.add_u64_field(column::CATEGORY, FAST),
            tag: schema.add_u64_field(column::TAG, FAST),
            from: schema.add_i64_field(column::FROM, FAST),
            until: schema.add_i64_field(column::UNTIL, FAST),
            stored: schema.add_text_field("stored", STORED),
        };
        (schema.build(), fields)
    }

    /// The document with this key.
    pub fn of_key(&self, key: u64) -> Term {
        Term::from_field_u64(self.key, key)
    }

    /// All documents of the entry with this key.
    pub fn of_entry(&self, entry: u64) -> Term {
        Term::from_field_u64(self.entry, entry)
    }

    /// The text that the document stores.
    pub fn stored<'d>(&self, document: &'d TantivyDocument) -> Option<&'d str> {
        document.get_first(self.stored)?.as_str()
    }

    pub fn head(&self, head: &Head, attributes: &Attributes) -> TantivyDocument {
        let entry = entry_key(&head.entry.id);
        let mut document = self.document(head_key(entry), entry, attributes);
        document.add_u64(self.head, 1);
        for wording in head.entry.wordings() {
            document.add_text(self.question, normal(wording));
        }
        for Wording { row, hash } in &head.wordings {
            document.add_u64(self.row, u64::from(*row));
            document.add_u64(self.hash, *hash);
        }
        document.add_text(self.stored, serde_json::to_string(head).unwrap_or_default());
        document
    }

    pub fn passage(&self, owner: &Entry, part: &Part, stored: &Stored, attributes: &Attributes) -> TantivyDocument {
        let mut document = self.document(part.key, entry_key(&owner.id), attributes);
        document.add_u64(self.head, 0);
        for heading in &stored.headings {
            document.add_text(self.body, normal(heading));
        }
        document.add_text(self.body, normal(&stored.text()));
        document.add_u64(self.row, u64::from(part.row));
        document.add_u64(self.hash, part.key);
        document.add_text(self.stored, serde_json::to_string(stored).unwrap_or_default());
        document
    }

    fn document(&self, key: u64, entry: u64, attributes: &Attributes) -> TantivyDocument {
        let mut document = TantivyDocument::new();
        document.add_u64(self.key, key);
        document.add_u64(self.entry, entry);
        document.add_u64(self.kind, attributes.kind);
        document.add_u64(self.audience, attributes.audience);
        document.add_u64(self.lang, attributes.lang);
        for category in &attributes.categories {
            document.add_u64(self.category, *category);
        }
        for tag in &attributes.tags {
            document.add_u64(self.tag, *tag);
        }
        if let Some(from) = attributes.from {
            document.add_i64(self.from, from);
        }
        if let Some(until) = attributes.until {
            document.add_i64(self.until, until);
        }
        document
    }
}

/// The number that stands for an entry in columns and vectors.
pub(crate) fn entry_key(id: &str) -> u64 {
    hash(&[id.as_bytes()])
}

pub(crate) fn head_key(entry: u64) -> u64 {
    hash(&[b"head", &entry.to_le_bytes()])
}

/// What the head of an entry stores.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Head {
    /// Without its text, which its passages hold.
    pub entry: Entry,
    pub wordings: Vec<Wording>,
    pub parts: Vec<Part>,
    /// [`Attributes::hash`].
    pub attributes: u64,
}

/// A wording's vector.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Wording {
    pub row: u32,
    pub hash: u64,
}

/// A passage of an entry: its document, its vector, and the bytes of the text that it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Part {
    pub key: u64,
    pub row: u32,
    pub bytes: u32,
}

/// What a passage stores.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Stored {
    /// The entry's title, which is embedded with it.
    pub title: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headings: Vec<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub anchor: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub lead: String,
    /// Where its own text begins in its bytes.
    #[serde(default)]
    pub from: usize,
    /// Its bytes of the entry's text.
    pub bytes: String,
}

impl Stored {
    pub fn new(cut: Cut, entry: &Entry) -> Self {
        Self {
            title: entry.question.clone(),
            from: cut.from - cut.region.start,
            bytes: entry.answer[cut.region].to_owned(),
            headings: cut.headings,
            anchor: cut.anchor,
            place: cut.place,
            lead: cut.lead,
        }
    }

    pub fn text(&self) -> String {
        format!("{}{}", self.lead, self.bytes.get(self.from..).unwrap_or_default().trim_end())
    }
}

/// The wordings of an entry that get vectors, as they are embedded.
pub(crate) fn wordings(entry: &Entry) -> impl Iterator<Item = String> {
    entry
        .wordings()
        .filter(|wording| !wording.trim().is_empty())
        .take(MOST_WORDINGS)
        .map(|wording| simplified(wording).into_owned())
}

/// What a wording's vector is made of.
pub(crate) fn wording_hash(embedded: &str) -> u64 {
    hash(&[b"wording", embedded.as_bytes()])
}

/// A passage as it is embedded: with what it is about.
pub(crate) fn embedded_passage(stored: &Stored) -> String {
    let mut text = stored.title.clone();
    for heading in stored.headings.iter().filter(|heading| **heading != stored.title) {
        text.push('\n');
        text.push_str(heading);
    }
    text.push('\n');
    text.push_str(&stored.text());
    simplified(&text).into_owned()
}

/// What tells an entry's passages from those of others. The title is embedded with each.
pub(crate) fn owner(entry: &Entry) -> Vec<u8> {
    [entry.id.as_bytes(), &[0], entry.question.as_bytes()].concat()
}

/// Whether the title is a question, with wordings of its own.
pub(crate) fn is_question(kind: EntryKind) -> bool {
    kind == EntryKind::Faq
}
