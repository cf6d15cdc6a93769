//! The workspace's own words: products of the catalogue, and types of entity that it made itself.

use std::collections::HashMap;

use regex::Regex;
use serde::{Deserialize, Serialize};
use yingda_language::is_han;

use crate::codes::own_pattern;
use crate::kind::{By, Kind, Value};
use crate::message::{Hit, Message, is_word};

/// A value of a type: an article of the catalogue, a branch, a plan.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// What the workspace calls it in its systems.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What else customers call it.
    #[serde(default)]
    pub synonyms: Vec<String>,
}

/// A type of entity that a workspace makes by writing it down: values with synonyms, patterns, or both.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnType {
    /// Its name, such as `branch`.
    pub name: String,
    /// Its values.
    #[serde(default)]
    pub values: Vec<Item>,
    /// Regular expressions; case does not count, and a match has to stand alone.
    #[serde(default)]
    pub patterns: Vec<String>,
}

/// How a spelling was made from a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spelling {
    Name,
    Synonym,
}

/// A name as it is looked for.
#[derive(Debug, Clone)]
struct Entry {
    item: usize,
    /// The characters, lower case.
    chars: Vec<char>,
    spelling: Spelling,
}

/// The names of one type, ready to be found.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    kind: Kind,
    items: Vec<Item>,
    entries: Vec<Entry>,
    /// Entries by their first character.
    by_first: HashMap<char, Vec<usize>>,
    /// The entry of a Chinese name by the sounds of its characters.
    by_sound: HashMap<String, usize>,
    /// How many characters the Chinese names have, the longest first.
    lengths: Vec<usize>,
    patterns: Vec<Regex>,
}

impl Names {
    pub fn new(kind: Kind, items: Vec<Item>, patterns: &[String]) -> Result<Self, regex::Error> {
        let mut entries = Vec::new();
        for (at, item) in items.iter().enumerate() {
            let spellings = [(&item.name, Spelling::Name)]
                .into_iter()
                .chain(item.synonyms.iter().map(|name| (name, Spelling::Synonym)));
            for (name, spelling) in spellings {
                let chars: Vec<char> = yingda_language::normalise(name).chars().collect();
                if !chars.is_empty() {
                    entries.push(Entry { item: at, chars, spelling });
                }
            }
        }
        let mut by_first: HashMap<char, Vec<usize>> = HashMap::new();
        let mut by_sound: HashMap<String, usize> = HashMap::new();
        let mut lengths = Vec::new();
        for (at, entry) in entries.iter().enumerate() {
            by_first.entry(entry.chars[0]).or_default().push(at);
            if (2..=16).contains(&entry.chars.len()) && entry.chars.iter().any(|c| is_han(*c)) {
                by_sound.entry(sounds(entry.chars.iter().copied()).join(" ")).or_insert(at);
                lengths.push(entry.chars.len());
            }
        }
        for list in by_first.values_mut() {
            list.sort_by_key(|at| std::cmp::Reverse(entries[*at].chars.len()));
        }
        lengths.sort_unstable_by(|a, b| b.cmp(a));
        lengths.dedup();
        let patterns = patterns.iter().map(|pattern| own_pattern(pattern)).collect::<Result<_, _>>()?;
        Ok(Self { kind, items, entries, by_first, by_sound, lengths, patterns })
    }

    pub fn find(&self, message: &Message, hits: &mut Vec<Hit>) {
        for pattern in &self.patterns {
            for found in pattern.find_iter(&message.text) {
                if !found.is_empty() && message.stands_alone(found.start(), found.end()) {
                    hits.push(Hit::text(
                        self.kind.clone(),
                        (found.start(), found.end()),
                        found.as_str(),
                        0.95,
                        By::Pattern,
                    ));
                }
            }
        }
        if self.entries.is_empty() {
            return;
        }
        // Lower case, one character for one character, so that places agree.
        let chars: Vec<(usize, char)> =
            message.text.char_indices().map(|(at, c)| (at, c.to_lowercase().next().unwrap_or(c))).collect();
        let end_of = |at: usize| chars.get(at).map_or(message.text.len(), |(at, _)| *at);
        let mut at = 0;
        let mut taken = vec![false; chars.len()];
        while at < chars.len() {
            let entries = self.by_first.get(&chars[at].1);
            let found = entries.into_iter().flatten().find_map(|entry| {
                let length = matches(&self.entries[*entry].chars, &chars[at..])?;
                message.stands_alone_word(end_of(at), end_of(at + length)).then_some((*entry, length))
            });
            match found {
                Some((entry, length)) => {
                    let confidence = if self.entries[entry].spelling == Spelling::Name { 0.97 } else { 0.93 };
                    self.push(entry, (end_of(at), end_of(at + length)), confidence, By::Dictionary, hits);
                    taken[at..at + length].fill(true);
                    at += length;
                }
                None => at += 1,
            }
        }
        self.alike(&chars, &mut taken, message, hits);
    }

    /// Names that are misspelt: the same sounds in Chinese, one wrong letter in four otherwise.
    fn alike(&self, chars: &[(usize, char)], taken: &mut [bool], message: &Message, hits: &mut Vec<Hit>) {
        let end_of = |at: usize| chars.get(at).map_or(message.text.len(), |(at, _)| *at);
        let sounds = if self.lengths.is_empty() { Vec::new() } else { sounds(chars.iter().map(|(_, c)| *c)) };
        for start in 0..chars.len() {
            for length in &self.lengths {
                let end = start + length;
                if end > chars.len() || taken[start..end].contains(&true) {
                    continue;
                }
                if !chars[start..end].iter().any(|(_, c)| is_han(*c)) {
                    continue;
                }
                let sounding = self.by_sound.get(&sounds[start..end].join(" ")).map(|at| (*at, 0.8));
                if let Some((entry, confidence)) = sounding.or_else(|| Some((self.one_other(&chars[start..end])?, 0.6)))
                {
                    self.push(entry, (end_of(start), end_of(end)), confidence, By::Guess, hits);
                    taken[start..end].fill(true);
                }
            }
        }
        self.misspelt_words(chars, taken, message, hits);
    }

    /// The name of four characters or more that differs in one.
    fn one_other(&self, part: &[(usize, char)]) -> Option<usize> {
        let differing = |entry: &Entry| entry.chars.iter().zip(part).filter(|(a, (_, b))| *a != b).take(2).count();
        let alike = |entry: &Entry| entry.chars.len() == part.len() && part.len() >= 4 && differing(entry) == 1;
        self.entries.iter().position(alike)
    }

    /// Words of an alphabet with a letter more, less or other.
    fn misspelt_words(&self, chars: &[(usize, char)], taken: &[bool], message: &Message, hits: &mut Vec<Hit>) {
        let end_of = |at: usize| chars.get(at).map_or(message.text.len(), |(at, _)| *at);
        let starts: Vec<usize> =
            (0..chars.len()).filter(|at| is_word(chars[*at].1) && (*at == 0 || !is_word(chars[at - 1].1))).collect();
        for (index, start) in starts.iter().enumerate() {
            for entry in 0..self.entries.len() {
                let name = &self.entries[entry].chars;
                if name.len() < 5 || name.iter().any(|c| is_han(*c)) {
                    continue;
                }
                let words = name.iter().filter(|c| c.is_whitespace()).count() + 1;
                let Some(last) = starts.get(index + words - 1) else { continue };
                let end = (*last..chars.len()).find(|at| !is_word(chars[*at].1)).unwrap_or(chars.len());
                if taken[*start..end].contains(&true) || end - start > name.len() + 2 {
                    continue;
                }
                let part: Vec<char> = chars[*start..end].iter().map(|(_, c)| *c).collect();
                let allowed = if name.len() >= 9 { 2 } else { 1 };
                let distance = distance(name, &part);
                if (1..=allowed).contains(&distance) && name[0] == part[0] {
                    self.push(entry, (end_of(*start), end_of(end)), 0.7, By::Guess, hits);
                    break;
                }
            }
        }
    }

    fn push(&self, entry: usize, span: (usize, usize), confidence: f32, by: By, hits: &mut Vec<Hit>) {
        let item = &self.items[self.entries[entry].item];
        let value = Value::Item { id: item.id.clone(), name: item.name.clone() };
        hits.push(Hit::new(self.kind.clone(), span, value, confidence, by));
    }
}

/// How many characters of the text the name takes; spaces inside either do not count.
fn matches(name: &[char], text: &[(usize, char)]) -> Option<usize> {
    let mut at = 0;
    for c in name {
        if c.is_whitespace() {
            continue;
        }
        while at > 0 && text.get(at).is_some_and(|(_, c)| *c == ' ') {
            at += 1;
        }
        if text.get(at)?.1 != *c {
            return None;
        }
        at += 1;
    }
    Some(at)
}

/// What each Chinese character sounds like, with what is easily confused made the same; others as they are.
fn sounds(chars: impl Iterator<Item = char>) -> Vec<String> {
    chars
        .map(|c| {
            let key = if is_han(c) { yingda_language::sound_key(c.encode_utf8(&mut [0; 4])) } else { String::new() };
            if key.is_empty() { c.to_string() } else { key }
        })
        .collect()
}

/// Levenshtein's distance.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = corner + usize::from(x != y);
            corner = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(corner + 1);
        }
    }
    row[b.len()]
}

impl Message<'_> {
    /// Whether a name at this place is not a part of a longer word of an alphabet.
    fn stands_alone_word(&self, start: usize, end: usize) -> bool {
        let inside = |edge: Option<char>, next: Option<char>| edge.is_some_and(is_word) && next.is_some_and(is_word);
        !inside(self.after(start).next(), self.before(start).next())
            && !inside(self.before(end).next(), self.after(end).next())
    }
}
