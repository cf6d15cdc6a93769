//! Markdown into passages: pieces of a size that can be compared with a question, cut where the text is cut.

mod block;
mod pack;
mod sentence;

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};

pub(crate) use sentence::sentences;

/// A piece of an entry's text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// Stays the same as long as the passage, its headings and its place do; differs from all others of an index.
    pub id: String,
    /// The headings above it, the outermost first.
    pub headings: Vec<String>,
    /// Anchor of the last heading ([`anchor`]), with a number where a text has the heading twice; empty without heading.
    pub anchor: String,
    /// Where in a document it is.
    pub place: Option<Place>,
    /// The byte of the entry's text at which it begins.
    pub start: usize,
    /// Markdown, without the headings; with the head of its table where that is cut, and with the sentence before where a
    /// paragraph is.
    pub text: String,
}

/// Where in a document something is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// From 1.
    Page(u32),
    /// The name of a sheet.
    Sheet(String),
    /// From 1.
    Slide(u32),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Page(number) => write!(f, "page {number}"),
            Self::Sheet(name) => write!(f, "sheet {name}"),
            Self::Slide(number) => write!(f, "slide {number}"),
        }
    }
}

/// A passage and the bytes of the text that it stands for: those of all passages, one after the other, are the text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cut {
    pub headings: Vec<String>,
    pub anchor: String,
    pub place: Option<Place>,
    /// All its bytes, with headings and marks of places before it.
    pub region: Range<usize>,
    /// Where its own text begins in the region.
    pub from: usize,
    /// What is repeated from before.
    pub lead: String,
}

impl Cut {
    /// The text of the passage, given the bytes of its region.
    pub fn text(&self, region: &str) -> String {
        let own = region.get(self.from - self.region.start..).unwrap_or_default();
        format!("{}{}", self.lead, own.trim_end())
    }
}

/// The passages of a Markdown text, in order: about 120 to 250 tokens each, cut at headings, between paragraphs, items of
/// lists and rows of tables (whose head is repeated), and between sentences only where a paragraph is longer. Lines such as
/// `<!-- page 3 -->`, `<!-- sheet Prices -->` and `<!-- slide 4 -->` tell the place of what follows. Any text is Markdown.
pub fn cut(markdown: &str) -> Vec<Passage> {
    let mut seen = HashMap::new();
    cuts(markdown)
        .into_iter()
        .map(|cut| {
            let text = cut.text(&markdown[cut.region.clone()]);
            let key = key(&mut seen, &[], &cut, markdown);
            cut.passage(key, cut.from, text)
        })
        .collect()
}

impl Cut {
    pub fn passage(&self, key: u64, start: usize, text: String) -> Passage {
        Passage {
            id: format!("{key:016x}"),
            headings: self.headings.clone(),
            anchor: self.anchor.clone(),
            place: self.place.clone(),
            start,
            text,
        }
    }
}

/// Tells a passage of an entry from all others: by what it says and where. `seen` counts those that say the same.
pub(crate) fn key(seen: &mut HashMap<u64, u64>, owner: &[u8], cut: &Cut, markdown: &str) -> u64 {
    let region = &markdown[cut.region.clone()];
    let mut parts: Vec<&[u8]> = vec![owner, region.as_bytes(), cut.lead.as_bytes(), cut.anchor.as_bytes()];
    parts.extend(cut.headings.iter().map(|heading| heading.as_bytes()));
    let place = cut.place.as_ref().map(Place::to_string).unwrap_or_default();
    parts.push(place.as_bytes());
    let key = crate::hash::hash(&parts);
    let count = seen.entry(key).or_insert(0);
    *count += 1;
    if *count == 1 { key } else { crate::hash::hash(&[&key.to_le_bytes(), &count.to_le_bytes()]) }
}

pub(crate) fn cuts(markdown: &str) -> Vec<Cut> {
    pack::pack(markdown, &block::blocks(markdown))
}

/// Longest anchor, in characters.
const LONGEST_ANCHOR: usize = 64;

/// What a heading is linked by, as on the pages of the help centre: its letters and digits in lower case, a hyphen for what
/// is between them, at most 64 characters. A text that has it twice gets `-2` after the second.
///
/// ```
/// assert_eq!(yingda_knowledge::anchor("Returns & refunds (2026)"), "returns-refunds-2026");
/// assert_eq!(yingda_knowledge::anchor("退货 政策"), "退货-政策");
/// ```
pub fn anchor(heading: &str) -> String {
    // Letter by letter: what a letter becomes must not depend on its neighbours.
    let lower: String = heading.chars().flat_map(char::to_lowercase).collect();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let anchor: String = words.join("-").chars().take(LONGEST_ANCHOR).collect();
    match anchor.trim_end_matches('-') {
        "" => "section".to_owned(),
        anchor => anchor.to_owned(),
    }
}

/// About how many tokens an embedding model makes of a text.
pub(crate) fn tokens(text: &str) -> usize {
    let (mut han, mut other) = (0_usize, 0_usize);
    for c in text.chars() {
        if yingda_language::is_han(c) {
            han += 1;
        } else if !c.is_whitespace() {
            other += 1;
        }
    }
    (han * 7).div_ceil(10) + (other * 3).div_ceil(10)
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
