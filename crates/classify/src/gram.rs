//! The n-grams of a text: what the cheap model sees.

use std::borrow::Cow;
use std::ops::Range;

use yingda_language::{Change, Corrected, Kind, Normalised, Segmenter, Token};

use crate::classifier::Reason;

/// An n-gram of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gram {
    pub key: Key,
    /// Bytes in the normalised text; empty for what normalising takes out.
    pub start: u32,
    pub end: u32,
}

/// Tells an n-gram from others: bits of a hash, and in the lowest its [`Sort`]. Never 0.
pub(crate) type Key = u32;

/// The sorts of n-grams. Each is weighed on its own, so that the many of one do not drown the few of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    /// One word, two in a row, or how something is said.
    Word = 0,
    /// Two to five letters of a word with its edges; one to three Chinese characters in a row.
    Letter = 1,
}

/// Which sort of n-gram `key` is of.
pub(crate) fn sort(key: Key) -> Sort {
    if key & 1 == 0 { Sort::Word } else { Sort::Letter }
}

/// Longest text that is read, in bytes: a message is far shorter, and a megabyte must not cost seconds.
pub(crate) const LONGEST: usize = 8 * 1024;

/// A text, read once for as many classifiers as one likes: normalised, cut into words, its n-grams counted.
#[derive(Debug, Clone)]
pub struct Text<'a> {
    raw: Cow<'a, str>,
    normalised: String,
    keys: Vec<Key>,
    /// What was corrected before it was read.
    changes: Vec<Change>,
}

impl<'a> Text<'a> {
    /// Reads `text`, at most 8 kB of it. Words of `segmenter`'s own stay whole.
    pub fn new(segmenter: &Segmenter, text: impl Into<Cow<'a, str>>) -> Self {
        let raw = match text.into() {
            Cow::Borrowed(text) => Cow::Borrowed(&text[..text.floor_char_boundary(LONGEST)]),
            Cow::Owned(mut text) => {
                text.truncate(text.floor_char_boundary(LONGEST));
                Cow::Owned(text)
            }
        };
        let normalised = yingda_language::normalise(&raw);
        let mut keys = Vec::with_capacity(4 * normalised.len());
        each_gram(segmenter, &raw, &normalised, &mut |gram| keys.push(gram.key));
        keys.sort_unstable();
        keys.shrink_to_fit();
        Self { raw, normalised, keys, changes: Vec::new() }
    }

    /// Reads a text whose slips were corrected.
    pub(crate) fn corrected(segmenter: &Segmenter, corrected: Corrected) -> Self {
        Self { changes: corrected.changes, ..Self::new(segmenter, corrected.text) }
    }

    /// As it was written.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// As it is compared.
    pub fn normalised(&self) -> &str {
        &self.normalised
    }

    /// Keys of its n-grams, ascending; as often as they occur.
    pub(crate) fn keys(&self) -> &[Key] {
        &self.keys
    }

    /// The bytes of the text as it was given, before slips were corrected, that became `ranges` of the normalised text.
    fn given(&self, ranges: &[Range<usize>]) -> Vec<Range<usize>> {
        let normalised = Normalised::new(&self.raw);
        ranges.iter().map(|range| before(&self.changes, normalised.original(range.clone()))).collect()
    }

    /// A piece of the normalised text, as a reason of this weight.
    pub fn reason(&self, range: Range<usize>, weight: f32) -> Reason {
        let given = self.given(std::slice::from_ref(&range)).pop().unwrap_or_default();
        Reason { text: self.normalised[range].to_owned(), start: given.start, end: given.end, weight }
    }

    /// Pieces of the normalised text with what they added, as reasons.
    pub(crate) fn reasons(&self, words: Vec<(Range<usize>, f32)>) -> Vec<Reason> {
        if words.is_empty() {
            return Vec::new();
        }
        let ranges: Vec<Range<usize>> = words.iter().map(|(range, _)| range.clone()).collect();
        words
            .into_iter()
            .zip(self.given(&ranges))
            .map(|((range, weight), given)| Reason {
                text: self.normalised[range].to_owned(),
                start: given.start,
                end: given.end,
                weight,
            })
            .collect()
    }

    /// Calls `each` for every n-gram, in no particular order.
    pub(crate) fn each_gram(&self, segmenter: &Segmenter, each: &mut impl FnMut(Gram)) {
        each_gram(segmenter, &self.raw, &self.normalised, each);
    }
}

/// A range of a corrected text in the text before: what overlaps a corrected piece covers all of it.
fn before(changes: &[Change], range: Range<usize>) -> Range<usize> {
    // Where the corrected text is, less where the other is.
    let mut shift = 0_isize;
    let (mut start, mut end) = (None, None);
    for change in changes {
        let from = change.start.saturating_add_signed(shift);
        let to = from + change.to.len();
        if start.is_none() && range.start < to {
            start = Some(if range.start < from { range.start.saturating_add_signed(-shift) } else { change.start });
        }
        if end.is_none() && range.end <= to {
            end = Some(if range.end <= from { range.end.saturating_add_signed(-shift) } else { change.end });
        }
        shift += change.to.len() as isize - (change.end - change.start) as isize;
    }
    let unshifted = |at: usize| at.saturating_add_signed(-shift);
    start.unwrap_or_else(|| unshifted(range.start))..end.unwrap_or_else(|| unshifted(range.end))
}

fn each_gram(segmenter: &Segmenter, raw: &str, text: &str, each: &mut impl FnMut(Gram)) {
    let tokens = segmenter.tokens(text);
    words(text, &tokens, each);
    letters(text, &tokens, each);
    tone(raw, &mut |key| each(Gram { key, start: 0, end: 0 }));
}

/// How a text is said: its marks, emoticons and emphasis.
fn tone(text: &str, each: &mut impl FnMut(Key)) {
    let mut note = |what: u64, of: u64| each(finish(mix(mix(BASIS, what), of), 3, Sort::Word));
    let name = |name: &str| name.bytes().fold(BASIS, |hash, byte| mix(hash, u64::from(byte)));
    let mut shouted = 0;
    let mut plain = 0;
    for c in text.chars() {
        match c {
            '!' | '！' => note(1, 1),
            '?' | '？' => note(1, 2),
            '…' => note(1, 3),
            '~' | '～' => note(1, 4),
            '。' => note(1, 5),
            'A'..='Z' => shouted += 1,
            'a'..='z' => plain += 1,
            _ => {}
        }
    }
    if shouted > 5 && shouted > plain {
        note(2, 0);
    }
    for emoticon in yingda_language::emoticons(text) {
        note(3, name(emoticon.name));
        note(4, emoticon.feeling as u64);
    }
    for repeat in yingda_language::repeats(text) {
        note(5, u64::from(u32::from(repeat.of)));
        note(6, u64::from(repeat.of.is_alphabetic()));
    }
}

fn words(text: &str, tokens: &[Token], each: &mut impl FnMut(Gram)) {
    let mut before: Option<(u64, u32)> = None;
    for token in tokens {
        let hash = word(text, token);
        let (start, end) = (token.start as u32, token.end as u32);
        each(Gram { key: finish(hash, 1, Sort::Word), start, end });
        if let Some((first, start)) = before {
            each(Gram { key: finish(mix(first, hash), 2, Sort::Word), start, end });
        }
        before = Some((hash, start));
    }
}

/// Words as they are written (stems would make one of "cancelled" and "cancelling", which tell different wishes); of
/// numbers and codes only their kind and length.
fn word(text: &str, token: &Token) -> u64 {
    match token.kind {
        Kind::Number => mix(0x6e75, token.text.len().min(6) as u64),
        Kind::Code => 0x636f_6465,
        Kind::Email => 0x6d61_696c,
        Kind::Url => 0x0075_726c,
        _ => text[token.start..token.end].bytes().fold(BASIS, |hash, byte| mix(hash, u64::from(byte))),
    }
}

fn letters(text: &str, tokens: &[Token], each: &mut impl FnMut(Gram)) {
    // Chinese words that touch are one run: characters in a row, across words.
    let mut run: Vec<(char, u32)> = Vec::with_capacity(64);
    let mut at = 0;
    while at < tokens.len() {
        let token = &tokens[at];
        match token.kind {
            Kind::Han => {
                let start = token.start;
                let mut end = token.end;
                while tokens.get(at + 1).is_some_and(|next| next.kind == Kind::Han && next.start == end) {
                    at += 1;
                    end = tokens[at].end;
                }
                fill(&mut run, text, start, end);
                windows(&run, end as u32, 1, 3, each);
            }
            Kind::Word => {
                fill(&mut run, text, token.start, token.end);
                // The edges of a word tell a beginning from a middle.
                run.insert(0, (' ', token.start as u32));
                run.push((' ', token.end as u32));
                windows(&run, token.end as u32, 2, 5, each);
            }
            Kind::Number | Kind::Code | Kind::Email | Kind::Url => {}
        }
        at += 1;
    }
}

fn fill(run: &mut Vec<(char, u32)>, text: &str, start: usize, end: usize) {
    run.clear();
    run.extend(text[start..end].char_indices().map(|(at, c)| (c, (start + at) as u32)));
}

fn windows(run: &[(char, u32)], end: u32, shortest: usize, longest: usize, each: &mut impl FnMut(Gram)) {
    for from in 0..run.len() {
        let mut hash = BASIS;
        for (length, (c, _)) in run[from..].iter().take(longest).enumerate().map(|(at, c)| (at + 1, c)) {
            hash = mix(hash, u64::from(u32::from(*c)));
            if length >= shortest {
                let end = run.get(from + length).map_or(end, |(_, at)| *at);
                each(Gram { key: finish(hash, 16 + length as u64, Sort::Letter), start: run[from].1, end });
            }
        }
    }
}

const BASIS: u64 = 0xcbf2_9ce4_8422_2325;

/// FNV-1a (Fowler, Noll, Vo), a unit at a time.
fn mix(hash: u64, unit: u64) -> u64 {
    (hash ^ unit).wrapping_mul(0x0100_0000_01b3)
}

/// Spreads the bits (the finaliser of SplitMix64).
fn finish(hash: u64, kind: u64, sort: Sort) -> Key {
    let mut hash = hash ^ kind.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((hash ^ (hash >> 31)) as u32).max(2) & !1 | sort as u32
}
