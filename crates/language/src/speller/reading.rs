//! The likeliest reading of Chinese characters and pinyin in a row (a beam search over words).

use super::alike::alike;
use super::words::{Words, sound};
use crate::pinyin::{Syllable, table, typed_at};

/// Longest word that is looked for, in characters.
const LONGEST: usize = 4;
/// Ways to the same place that are kept, each ending in another character.
const BEAM: usize = 6;
/// What a kind of slip costs, as natural logarithm of its odds.
const SAME_SOUND: f32 = 3.0;
const LIKE_SOUND: f32 = 5.0;
const LIKE_SHAPE: f32 = 5.0;
const SWAPPED: f32 = 4.5;
const DOUBLED: f32 = 3.5;
/// Further characters of a word that differ are much less likely than the first.
const FURTHER: f32 = 6.0;
/// How likely it is that an English word that could be pinyin is English among Chinese.
const ENGLISH: f32 = -6.0;
/// What typed pinyin costs that sounds about as the word.
const TYPED_LIKE: f32 = 4.0;
/// By how much a corrected reading must be likelier when the own texts speak for it, and when they do not.
const GAIN: f32 = 3.0;
const GAIN_GENERAL: f32 = 7.0;
/// … when characters stand in another order …
const GAIN_ORDER: f32 = 6.0;
/// … and when a character on its own is another.
const GAIN_SINGLE: f32 = 5.0;

/// A Chinese character of a text.
pub(super) struct Letter {
    /// Where it stands, in bytes.
    pub start: usize,
    pub end: usize,
    /// Simplified.
    pub c: char,
    /// How it is read.
    pub syllable: Option<Syllable>,
    /// Whether it may be a slip.
    pub is_doubtful: bool,
    /// How many characters the word has that starts here by the dictionary.
    pub word: usize,
}

/// A piece of a text that is Chinese characters, pinyin, or both.
pub(super) struct Line<'a> {
    pub words: &'a Words,
    pub text: &'a str,
    /// Its characters, in order.
    pub letters: &'a [Letter],
    /// The characters around it.
    pub before: Option<char>,
    pub after: Option<char>,
    /// Where it stands in the text.
    pub start: usize,
    pub end: usize,
    /// Where words start and end that may be English as well.
    pub either: Vec<(usize, usize)>,
}

/// What is put in the place of a piece of text.
#[derive(Clone)]
pub(super) struct Put {
    pub start: usize,
    pub end: usize,
    pub to: String,
}

/// What a line says.
pub(super) struct Reading {
    /// In order; those that touch are one.
    pub puts: Vec<Put>,
    /// Syllables that were typed, and those of them in words of two characters or more.
    pub typed: usize,
    pub sure: usize,
}

/// A character or a typed syllable on the way.
#[derive(Clone, Copy)]
struct Unit {
    start: usize,
    end: usize,
    /// The character, if it is none that was typed.
    c: Option<char>,
    syllable: Option<Syllable>,
    is_doubtful: bool,
    slip: Option<Slip>,
}

/// Slips that change how many characters there are, or their order.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Slip {
    /// Stands twice.
    Doubled,
    /// Stands after the next one, and should before it; the other follows.
    Early,
    Late,
}

/// The best way to a place that ends in a certain character.
struct State {
    score: f32,
    last: Option<char>,
    /// Where the last word starts, and the state there.
    from: (usize, usize),
    puts: Vec<Put>,
    typed: usize,
    sure: usize,
}

/// The places of a line, by their bytes from its start.
type States = Vec<Vec<State>>;

impl Unit {
    fn of(letter: &Letter) -> Self {
        let &Letter { start, end, c, syllable, is_doubtful, .. } = letter;
        Self { start, end, c: Some(c), syllable, is_doubtful, slip: None }
    }
}

impl Line<'_> {
    /// The likeliest reading; `None` when something in it is neither.
    pub fn read(&self) -> Option<Reading> {
        let mut states: States = (0..=self.end - self.start).map(|_| Vec::new()).collect();
        let first = State { score: 0.0, last: self.before, from: (0, 0), puts: Vec::new(), typed: 0, sure: 0 };
        states[0].push(first);
        let mut path = Vec::with_capacity(LONGEST);
        for at in self.start..self.end {
            let here = &mut states[at - self.start];
            if here.is_empty() {
                continue;
            }
            here.sort_by(|a, b| b.score.total_cmp(&a.score));
            let mut kept: Vec<Option<char>> = Vec::with_capacity(BEAM);
            here.retain(|state| {
                let keep = kept.len() < BEAM && !kept.contains(&state.last);
                if keep {
                    kept.push(state.last);
                }
                keep
            });
            self.walk(at, at, &mut path, &mut states);
        }
        let ended = |state: &State| state.score + self.words.bond(state.last, self.after);
        let last = states.last()?;
        let mut state = (0..last.len()).max_by(|a, b| ended(&last[*a]).total_cmp(&ended(&last[*b])))?;
        let mut reading = Reading { puts: Vec::new(), typed: 0, sure: 0 };
        let mut at = self.end - self.start;
        while at > 0 {
            let step = &mut states[at][state];
            reading.typed += step.typed;
            reading.sure += step.sure;
            step.puts.reverse();
            reading.puts.append(&mut step.puts);
            (at, state) = step.from;
        }
        reading.puts.reverse();
        reading.puts = self.merged(reading.puts);
        Some(reading)
    }

    fn merged(&self, puts: Vec<Put>) -> Vec<Put> {
        let mut merged: Vec<Put> = Vec::with_capacity(puts.len());
        for put in puts {
            match merged.last_mut() {
                Some(last) if last.end == put.start || matches!(&self.text[last.end..put.start], " " | "'") => {
                    last.end = put.end;
                    last.to.push_str(&put.to);
                }
                _ => merged.push(put),
            }
        }
        merged
    }

    /// Tries the words that start at `start` with the units of `path` and go on at `at`.
    fn walk(&self, start: usize, at: usize, path: &mut Vec<Unit>, states: &mut States) {
        if !self.text.is_char_boundary(at) {
            return self.late(start, at, path, states);
        }
        let Some(c) = self.text[at..self.end].chars().next() else { return };
        if matches!(c, ' ' | '\'') {
            if path.is_empty() {
                // Nothing is said here: every state goes on.
                for state in 0..states[at - self.start].len() {
                    let State { score, last, .. } = states[at - self.start][state];
                    let from = (at - self.start, state);
                    states[at + 1 - self.start].push(State { score, last, from, puts: Vec::new(), typed: 0, sure: 0 });
                }
            } else {
                self.walk(start, at + 1, path, states);
            }
            return;
        }
        if path.len() == LONGEST {
            return;
        }
        if crate::is_han(c) {
            let Ok(number) = self.letters.binary_search_by_key(&at, |letter| letter.start) else { return };
            let letter = &self.letters[number];
            let unit = Unit::of(letter);
            self.step(start, unit, path, states);
            let Some(next) = self.letters.get(number + 1).filter(|next| next.start == letter.end) else { return };
            if next.c == letter.c {
                if letter.is_doubtful && next.is_doubtful && self.words.is_doubled_by_slip(letter.c) {
                    self.step(start, Unit { end: next.end, slip: Some(Slip::Doubled), ..unit }, path, states);
                }
            } else if letter.is_doubtful || next.is_doubtful {
                // A place within the character stands for: the next one is read, this one is not.
                let end = letter.start + 1;
                let early = Unit { start: letter.start, end, slip: Some(Slip::Early), ..Unit::of(next) };
                self.step(start, early, path, states);
            }
            return;
        }
        if path.is_empty()
            && let Some(&(_, end)) = self.either.iter().find(|either| either.0 == at)
        {
            self.keep(at, end, states);
        }
        let rest = &self.text[at..self.end];
        let letters = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        for (end, syllable) in typed_at(&self.text[..at + letters], at) {
            let unit = Unit { start: at, end, c: None, syllable: Some(syllable), is_doubtful: false, slip: None };
            self.step(start, unit, path, states);
        }
    }

    /// Leaves an English word as it is.
    fn keep(&self, at: usize, end: usize, states: &mut States) {
        let best = states[at - self.start].iter().enumerate().max_by(|a, b| a.1.score.total_cmp(&b.1.score));
        if let Some((state, before)) = best {
            let (score, from) = (before.score + ENGLISH, (at - self.start, state));
            states[end - self.start].push(State { score, last: None, from, puts: Vec::new(), typed: 0, sure: 0 });
        }
    }

    /// Goes on with the character that `at` lies in, after the next one was read before it.
    fn late(&self, start: usize, at: usize, path: &mut Vec<Unit>, states: &mut States) {
        let Ok(number) = self.letters.binary_search_by_key(&(at - 1), |letter| letter.start) else { return };
        let Some(next) = self.letters.get(number + 1) else { return };
        if path.len() < LONGEST {
            let late = Unit { start: at, end: next.end, slip: Some(Slip::Late), ..Unit::of(&self.letters[number]) };
            self.step(start, late, path, states);
        }
    }

    fn step(&self, start: usize, unit: Unit, path: &mut Vec<Unit>, states: &mut States) {
        path.push(unit);
        self.try_words(start, path, states);
        self.walk(start, unit.end, path, states);
        path.pop();
    }

    fn try_words(&self, start: usize, path: &[Unit], states: &mut States) {
        let words = self.words;
        let written: Option<String> = path.iter().map(|unit| unit.c).collect();
        let Some(written) = written else {
            if let Some((word, score)) = self.typed(path) {
                self.take(start, path, &word, score, states);
            }
            return;
        };
        if path.len() == 1 || self.is_word(path) || words.is_meant(&written) {
            self.take(start, path, &written, words.chinese_share(&written).ln(), states);
        }
        if path.iter().any(|unit| unit.is_doubtful) && path.iter().all(|unit| unit.slip.is_none()) {
            self.slips(start, path, &written, states);
        }
    }

    /// Goes on with a word, whose own likelihood and the cost of its slips are in `score`.
    fn take(&self, start: usize, path: &[Unit], word: &str, score: f32, states: &mut States) {
        let (Some(first), Some(last), Some(end)) = (word.chars().next(), word.chars().next_back(), path.last()) else {
            return;
        };
        let (here, end) = (start - self.start, end.end - self.start);
        let bonds = states[here].iter().map(|state| state.score + self.words.bond(state.last, Some(first)));
        let best = bonds.enumerate().max_by(|a, b| a.1.total_cmp(&b.1));
        let Some((state, before)) = best else { return };
        let slips = path.iter().map(|unit| match unit.slip {
            Some(Slip::Doubled) => DOUBLED + GAIN,
            Some(Slip::Early) => SWAPPED + GAIN_ORDER,
            Some(Slip::Late) | None => 0.0,
        });
        let score = before + score - slips.sum::<f32>();
        let place = &mut states[end];
        if let Some(other) = place.iter().find(|other| other.last == Some(last))
            && other.score >= score
        {
            return;
        }
        place.retain(|other| other.last != Some(last));
        let typed = path.iter().filter(|unit| unit.c.is_none()).count();
        let sure = if path.len() > 1 { typed } else { 0 };
        place.push(State { score, last: Some(last), from: (here, state), puts: puts(path, word), typed, sure });
    }

    /// The likeliest word for a path with typed syllables.
    fn typed(&self, path: &[Unit]) -> Option<(String, f32)> {
        let mut best: Option<(f32, &str)> = None;
        for word in self.words.sounding(sound(classes(path)?)) {
            let reading = table().read(word);
            if reading.len() != path.len() {
                continue;
            }
            let mut cost = 0.0;
            let fits = path.iter().zip(word.chars()).zip(reading).all(|((unit, c), sound)| match unit.c {
                Some(other) => other == c,
                None => {
                    if sound != unit.syllable {
                        cost += TYPED_LIKE;
                    }
                    true
                }
            });
            if fits {
                let score = self.words.chinese_share(word).ln() - cost;
                if best.is_none_or(|(other, _)| score > other) {
                    best = Some((score, word));
                }
            }
        }
        best.map(|(score, word)| (word.to_owned(), score))
    }

    /// Words that may have been meant by these characters.
    fn slips(&self, start: usize, path: &[Unit], written: &str, states: &mut States) {
        let words = self.words;
        let mut characters: Vec<char> = written.chars().collect();
        let after = self.after(path);
        let consider = |word: &str, cost: f32, states: &mut States| {
            let is_own = match path.len() {
                1 => self.is_linked(start, word, after, states),
                _ => words.is_own(word) || word.chars().zip(word.chars().skip(1)).all(|(a, b)| words.has_pair(a, b)),
            };
            let gain = match is_own {
                true if path.len() == 1 => GAIN_SINGLE,
                true => GAIN,
                // Without evidence of the trade: one character of the very same sound.
                false if path.len() > 1 && cost <= SAME_SOUND => GAIN_GENERAL,
                false => return,
            };
            self.take(start, path, word, words.chinese_share(word).ln() - cost - gain, states);
        };
        if let Some(classes) = classes(path) {
            if path.len() == 1 {
                for c in words.characters_sounding(classes[0]) {
                    let mut bytes = [0; 4];
                    let word = &*c.encode_utf8(&mut bytes);
                    if let Some(cost) = by_sound(path, word) {
                        consider(word, cost, states);
                    }
                }
            } else {
                for word in words.sounding(sound(classes)) {
                    if let Some(cost) = by_sound(path, word) {
                        consider(word, cost, states);
                    }
                }
            }
        }
        let mut text = String::with_capacity(written.len());
        for at in 0..characters.len() {
            let c = characters[at];
            for &shape in alike(c) {
                characters[at] = shape;
                text.clear();
                text.extend(&characters);
                if words.is_meant(&text) {
                    consider(&text, LIKE_SHAPE, states);
                }
            }
            characters[at] = c;
        }
    }

    /// Whether the dictionary has it that these characters, as they stand, are a word.
    fn is_word(&self, path: &[Unit]) -> bool {
        let first = self.letters.binary_search_by_key(&path[0].start, |letter| letter.start);
        path.iter().all(|unit| unit.slip.is_none()) && first.is_ok_and(|at| self.letters[at].word == path.len())
    }

    /// The character after a path.
    fn after(&self, path: &[Unit]) -> Option<char> {
        let end = path.last()?.end;
        match self.letters.binary_search_by_key(&end, |letter| letter.start) {
            Ok(at) => Some(self.letters[at].c),
            Err(_) if end == self.end => self.after,
            Err(_) => None,
        }
    }

    /// Whether the own texts contain the character beside one of its neighbours here.
    fn is_linked(&self, start: usize, word: &str, after: Option<char>, states: &States) -> bool {
        let Some(c) = word.chars().next() else { return false };
        after.is_some_and(|after| self.words.has_pair(c, after))
            || states[start - self.start].iter().any(|state| self.words.is_after(state.last, c))
    }
}

fn classes(path: &[Unit]) -> Option<Vec<Syllable>> {
    path.iter().map(|unit| Some(table().class(unit.syllable?))).collect()
}

/// What is put for a path: for each typed syllable its character; the whole word, when one of its characters is
/// another.
fn puts(path: &[Unit], word: &str) -> Vec<Put> {
    let (Some(first), Some(last)) = (path.first(), path.last()) else { return Vec::new() };
    let is_slip =
        path.iter().zip(word.chars()).any(|(unit, c)| unit.slip.is_some() || unit.c.is_some_and(|other| other != c));
    if is_slip {
        return vec![Put { start: first.start, end: last.end, to: word.to_owned() }];
    }
    let typed = path.iter().zip(word.chars()).filter(|(unit, _)| unit.c.is_none());
    typed.map(|(unit, c)| Put { start: unit.start, end: unit.end, to: c.to_string() }).collect()
}

/// What it costs to take the characters for `word`, which sounds about the same; `None` when it is the same or has
/// another length.
fn by_sound(path: &[Unit], word: &str) -> Option<f32> {
    if word.chars().count() != path.len() {
        return None;
    }
    let mut cost = 0.0;
    let mut differ = 0;
    for (unit, c) in path.iter().zip(word.chars()) {
        let other = unit.c?;
        if c == other {
            continue;
        }
        // Words of speech that written texts lack.
        if matches!(other, '啥' | '咋' | '俩' | '呗' | '嘛') {
            return None;
        }
        differ += 1;
        let (written, sound) = (unit.syllable?, table().common(c)?);
        let same = written == sound || table().may_sound(other, sound) || table().may_sound(c, written);
        cost += match same {
            true => SAME_SOUND,
            false if table().is_near(written, sound) => LIKE_SOUND,
            false => return None,
        };
    }
    // Every character may be wrong only in a word of two.
    let most = if path.len() <= 2 { path.len() } else { path.len() / 2 };
    (differ > 0 && differ <= most).then(|| cost + FURTHER * (differ - 1) as f32)
}
