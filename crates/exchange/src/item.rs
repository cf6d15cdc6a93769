//! What a file holds.

use serde::Serialize;
use serde_json::{Map, Value};
use yingda_language::normalise;
use yingda_model::{EntryContent, EntryVersion, KbChange, Timestamp};

use crate::{Format, Note, Place, Refusal};

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Parsed {
    pub format: Format,
    /// The entries that may be stored, in the order of the file.
    pub items: Vec<Item>,
    /// What was refused, in the order of the file.
    pub refused: Vec<Refusal>,
    /// What was taken, but not quite as it stands in the file.
    pub notes: Vec<Note>,
    /// Earlier versions of entries (JSONL only). Their `entry_id` is the id in the file.
    pub versions: Vec<(Place, EntryVersion)>,
    /// Proposals (JSONL only). Their `entry_id` is the id in the file.
    pub changes: Vec<(Place, KbChange)>,
    /// Lines of other types that are allowed in JSONL: `graph`, the knowledge graph, as they stand.
    pub others: Vec<OtherLine>,
}

impl Parsed {
    pub(crate) fn new(format: Format) -> Self {
        Self {
            format,
            items: Vec::new(),
            refused: Vec::new(),
            notes: Vec::new(),
            versions: Vec::new(),
            changes: Vec::new(),
            others: Vec::new(),
        }
    }
}

/// An entry of a file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Item {
    pub place: Place,
    /// The id that the entry has in the file.
    pub id: Option<String>,
    /// Checked. Whether its team, owner and file exist here is not known yet.
    pub content: EntryContent,
    pub state: ItemState,
    /// What the file says of its history.
    pub version: Option<i64>,
    pub created_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
}

impl Item {
    /// The id in the file; without one, a name made from language and question, the same whenever the file is read.
    pub fn name(&self) -> String {
        self.id.clone().unwrap_or_else(|| {
            let lang = self.content.lang.as_deref().unwrap_or_default();
            made_name(lang, &self.content.question)
        })
    }
}

/// FNV-1a, 64 bits.
fn made_name(lang: &str, question: &str) -> String {
    let normal = normalise(question);
    let bytes = lang.bytes().chain([0]).chain(normal.bytes());
    let hash = bytes
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    format!("q-{hash:016x}")
}

/// How far an entry is in the file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemState {
    /// Published or archived, as its status says.
    #[default]
    Ready,
    /// Still being written: to be stored as a proposal.
    Draft,
}

/// A line of JSONL that is no entry, version or proposal.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OtherLine {
    pub place: Place,
    /// `graph`.
    pub kind: String,
    /// The line's object, without `type`.
    pub fields: Map<String, Value>,
}
