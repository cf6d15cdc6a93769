//! Blocks into passages.

use std::collections::HashMap;
use std::ops::Range;

use super::block::{Block, Kind, is_item};
use super::sentence::sentences;
use super::{Cut, Place, anchor, tokens};

/// A passage is closed before it gets longer, in tokens.
const FULL: usize = 200;
/// A block that is longer is cut inside.
const LONGEST: usize = 250;
/// A sentence is repeated in the next passage of its paragraph up to this length.
const REPEATED: usize = 50;
/// The level of a question among headings: below all.
const QUESTION_LEVEL: usize = 7;
/// A table's head is repeated up to this length.
const LONGEST_HEAD: usize = 100;

/// The passages that blocks make.
pub(super) fn pack(text: &str, blocks: &[Block]) -> Vec<Cut> {
    let mut packer = Packer { text, ..Packer::default() };
    for block in blocks {
        packer.take(block);
    }
    packer.finish();
    packer.cuts
}

#[derive(Default)]
struct Packer<'t> {
    text: &'t str,
    cuts: Vec<Cut>,
    /// Headings above, with level and anchor.
    headings: Vec<(usize, String, String)>,
    place: Option<Place>,
    anchors: HashMap<String, usize>,
    /// Where the region of the next passage begins.
    region: usize,
    /// The text of the next passage so far, and its length in tokens.
    own: Option<Range<usize>>,
    length: usize,
    lead: String,
    /// A heading that nothing follows yet.
    bare: Option<Range<usize>>,
}

impl Packer<'_> {
    fn take(&mut self, block: &Block) {
        let range = block.range.clone();
        match &block.kind {
            Kind::Heading(level, words) => {
                self.close();
                // What a heading says must not get lost: it is text when it heads nothing.
                if self.bare.is_some() && self.headings.last().is_some_and(|(last, ..)| last >= level) {
                    self.own = self.bare.take();
                    self.close_at(range.start);
                }
                self.set_heading(*level, words);
                self.bare = Some(range);
            }
            Kind::Place(place) => {
                self.close();
                self.place = Some(place.clone());
            }
            Kind::Question(words) => {
                self.close();
                self.set_heading(QUESTION_LEVEL, words);
                self.bare = None;
                self.fill(block);
            }
            Kind::Paragraph | Kind::List | Kind::Table(_) | Kind::Code => {
                self.bare = None;
                self.fill(block);
            }
        }
    }

    fn fill(&mut self, block: &Block) {
        let length = tokens(&self.text[block.range.clone()]);
        if length > LONGEST {
            return self.split(block);
        }
        if self.length > 0 && self.length + length > FULL {
            self.close();
        }
        self.add(block.range.clone());
    }

    fn set_heading(&mut self, level: usize, words: &str) {
        while self.headings.last().is_some_and(|(last, ..)| *last >= level) {
            self.headings.pop();
        }
        let plain = anchor(words);
        let mut own = plain.clone();
        let mut number = self.anchors.get(&plain).copied().unwrap_or(0);
        while self.anchors.contains_key(&own) {
            number += 1;
            own = format!("{plain}-{}", number.max(2));
            number = number.max(2);
        }
        self.anchors.insert(plain, number.max(1));
        self.anchors.insert(own.clone(), 1);
        self.headings.push((level, words.to_owned(), own));
    }

    fn add(&mut self, range: Range<usize>) {
        self.length += tokens(&self.text[range.clone()]);
        self.own = Some(self.own.take().map_or(range.start, |own| own.start)..range.end);
    }

    /// Ends the passage, if there is one.
    fn close(&mut self) {
        if let Some(own) = &self.own {
            let end = own.end;
            self.close_at(end);
        }
    }

    fn close_at(&mut self, end: usize) {
        let Some(own) = self.own.take() else { return };
        self.cuts.push(Cut {
            headings: self.headings.iter().map(|(_, words, _)| words.clone()).collect(),
            anchor: self.headings.last().map(|(.., anchor)| anchor.clone()).unwrap_or_default(),
            place: self.place.clone(),
            region: self.region..end,
            from: own.start,
            lead: std::mem::take(&mut self.lead),
        });
        self.region = end;
        self.length = 0;
    }

    /// A block that is too long for one passage.
    fn split(&mut self, block: &Block) {
        self.close();
        let text = &self.text[block.range.clone()];
        let (parts, head) = match block.kind {
            Kind::List => (items(text), None),
            Kind::Table(head) => (lines(text, head), Some(&text[..head])),
            Kind::Code => (lines(text, 0), None),
            _ => (sentences(text), None),
        };
        let head = head.filter(|head| tokens(head) <= LONGEST_HEAD);
        let repeats = matches!(block.kind, Kind::Paragraph | Kind::Question(_));
        let mut last: Option<Range<usize>> = None;
        for part in parts.into_iter().flat_map(|part| short(text, part)) {
            let length = tokens(&text[part.clone()]);
            if self.length > 0 && self.length + length > FULL {
                self.close();
                self.lead = match (head, &last) {
                    (Some(head), _) => head.to_owned(),
                    (None, Some(last)) if repeats && tokens(&text[last.clone()]) <= REPEATED => {
                        text[last.clone()].to_owned()
                    }
                    _ => String::new(),
                };
            }
            self.add(block.range.start + part.start..block.range.start + part.end);
            last = Some(part);
        }
        // What comes after a cut block begins anew, so that a repeated head stands before its rows alone.
        self.close();
    }

    fn finish(&mut self) {
        self.close();
        if self.own.is_none() && self.bare.is_some() {
            self.own = self.bare.take();
        }
        self.close_at(self.text.len());
        // Empty lines and marks at the end belong to the last passage.
        match self.cuts.last_mut() {
            Some(last) => last.region.end = self.text.len(),
            None if !self.text.is_empty() => {
                self.own = Some(0..self.text.len());
                self.close_at(self.text.len());
            }
            None => {}
        }
    }
}

/// The lines of a text, what comes before `head` in one piece with the first.
fn lines(text: &str, head: usize) -> Vec<Range<usize>> {
    let mut lines: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        at += line.len();
        if at > head {
            lines.push(start..at);
            start = at;
        }
    }
    if start < text.len() {
        lines.push(start..text.len());
    }
    lines
}

/// The items of a list, each with what belongs to it.
fn items(text: &str) -> Vec<Range<usize>> {
    let mut items: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let range = at..at + line.len();
        at = range.end;
        match items.last_mut() {
            Some(last) if !is_item(line) => last.end = range.end,
            _ => items.push(range),
        }
    }
    items
}

/// Pieces of a part, none longer than a passage may be: cut between words where that is possible.
fn short(text: &str, part: Range<usize>) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut start = part.start;
    let mut length = 0.0;
    let mut space = None;
    for (at, c) in text[part.clone()].char_indices() {
        let at = part.start + at;
        if length >= FULL as f32 {
            let end = space.filter(|space| *space > start).unwrap_or(at);
            pieces.push(start..end);
            length = tokens(&text[end..at]) as f32;
            start = end;
            space = None;
        }
        length += if yingda_language::is_han(c) {
            0.7
        } else if c.is_whitespace() {
            0.0
        } else {
            0.3
        };
        if c.is_whitespace() || matches!(c, '，' | '、' | '|') {
            space = Some(at + c.len_utf8());
        }
    }
    if start < part.end {
        pieces.push(start..part.end);
    }
    pieces
}
