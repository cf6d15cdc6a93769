//! Checks drafts of entries, one after the other, and keeps what is good.

use std::collections::HashMap;

use yingda_language::normalise;

use super::{ImportError, MAX_ANSWER, MAX_ENTRIES, MAX_QUESTION, MAX_VARIANTS, Parsed, Place, Reason, Refusal};
use crate::Entry;

/// An entry as it stands in the file, not yet checked.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub id: Option<String>,
    pub question: String,
    pub answer: String,
    pub variants: Vec<String>,
    pub lang: Option<String>,
    pub category: Option<String>,
}

/// Builds a [`Parsed`].
#[derive(Debug, Default)]
pub(super) struct Collector {
    parsed: Parsed,
    questions: HashMap<String, Place>,
    ids: HashMap<String, Place>,
}

impl Collector {
    /// Notes that a line is refused.
    ///
    /// # Errors
    /// The file holds too many entries and refused lines: a file of another kind, by the looks of it.
    pub fn refuse(&mut self, place: Place, reason: Reason) -> Result<(), ImportError> {
        self.room()?;
        self.parsed.refused.push(Refusal { place, reason });
        Ok(())
    }

    /// Takes the draft or notes why not.
    ///
    /// # Errors
    /// As [`refuse`](Self::refuse).
    pub fn add(&mut self, place: Place, draft: Draft) -> Result<(), ImportError> {
        self.room()?;
        match self.check(&place, draft) {
            Ok(entry) => self.parsed.entries.push((place, entry)),
            Err(reason) => self.refuse(place, reason)?,
        }
        Ok(())
    }

    fn room(&self) -> Result<(), ImportError> {
        if self.parsed.entries.len() + self.parsed.refused.len() >= MAX_ENTRIES {
            return Err(ImportError::TooManyEntries);
        }
        Ok(())
    }

    pub fn finish(self) -> Parsed {
        self.parsed
    }

    fn check(&mut self, place: &Place, draft: Draft) -> Result<Entry, Reason> {
        let question = text("question", &draft.question, MAX_QUESTION)?;
        let answer = text("answer", &draft.answer, MAX_ANSWER)?;
        let key = normalise(&question);
        if let Some(earlier) = self.questions.get(&key) {
            return Err(Reason::DuplicateQuestion { earlier: earlier.clone() });
        }
        if draft.variants.len() > MAX_VARIANTS {
            return Err(Reason::TooManyVariants { count: draft.variants.len(), limit: MAX_VARIANTS });
        }
        let mut known = vec![key.clone()];
        let mut variants = Vec::with_capacity(draft.variants.len());
        for variant in &draft.variants {
            let variant = clean(variant);
            if variant.is_empty() {
                continue;
            }
            let variant = text("variant", &variant, MAX_QUESTION)?;
            let normal = normalise(&variant);
            if !known.contains(&normal) {
                known.push(normal);
                variants.push(variant);
            }
        }
        let lang = short("lang", draft.lang)?;
        let category = short("category", draft.category)?;
        let id = short("id", draft.id)?.unwrap_or_else(|| id_of(&key));
        if let Some(earlier) = self.ids.get(&id) {
            return Err(Reason::DuplicateId { earlier: earlier.clone() });
        }
        self.questions.insert(key, place.clone());
        self.ids.insert(id.clone(), place.clone());
        Ok(Entry { id, question, answer, variants, lang, category })
    }
}

fn text(field: &'static str, value: &str, limit: usize) -> Result<String, Reason> {
    let value = clean(value);
    if value.is_empty() {
        return Err(Reason::Empty { field });
    }
    match value.chars().count() {
        length if length > limit => Err(Reason::TooLong { field, length, limit }),
        _ => Ok(value),
    }
}

/// An optional field of at most 100 characters; blank is absent.
fn short(field: &'static str, value: Option<String>) -> Result<Option<String>, Reason> {
    match value.map(|value| clean(&value)) {
        Some(value) if !value.is_empty() => text(field, &value, 100).map(Some),
        _ => Ok(None),
    }
}

/// Without white space at the ends, control characters (NUL, which no database takes, among them) and
/// carriage returns.
fn clean(value: &str) -> String {
    value
        .trim_matches(|c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}')
        .chars()
        .filter(|&c| !c.is_control() || c == '\n' || c == '\t')
        .collect()
}

/// The id that the file gave an entry; `None` where it was made from the question.
pub fn given_id(entry: &Entry) -> Option<&str> {
    (entry.id != id_of(&normalise(&entry.question))).then_some(entry.id.as_str())
}

/// An id from the normalised question (FNV-1a, 64 bits), so that a file read twice gives the same ids.
fn id_of(normal: &str) -> String {
    let hash = normal
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    format!("q-{hash:016x}")
}
