//! A text beside a term: what slips would have to have been made for the one to stand for the other, and whether they may have been.

use std::sync::LazyLock;

use yingda_language::{Speller, is_han, normalise, readings, sound_key, syllables, tokens};

use super::{Found, Standing, Term};

/// Costs of slips, in hundredths.
const SAME_SOUND: u32 = 35;
const NEAR_SOUND: u32 = 50;
const PINYIN: u32 = 35;
const DOUBLED: u32 = 35;
const SWAPPED: u32 = 50;
const KEY_BESIDE: u32 = 50;
const SPACE: u32 = 15;
const LOST_HAN: u32 = 80;
const LOST_LETTER: u32 = 70;
const MORE_HAN: u32 = 120;
const MORE_LETTER: u32 = 80;
const OTHER_LETTER: u32 = 110;
/// No slip that is looked for.
const NEVER: u32 = 400;

/// Characters that say no.
const NO: [char; 8] = ['不', '没', '別', '别', '未', '无', '非', '沒'];

pub(super) struct Sight<'t> {
    text: &'t str,
    /// In lower case.
    pub letters: Vec<char>,
    /// Where each letter begins, and where the text ends.
    pub offsets: Vec<usize>,
    sounds: Vec<Vec<&'static str>>,
    /// How each character sounds to those who confuse sounds; empty for other letters.
    keys: Vec<String>,
    has_han: bool,
    /// Words of several characters, by place of letters.
    words: Vec<(usize, usize)>,
}

impl<'t> Sight<'t> {
    pub fn new(text: &'t str) -> Self {
        let letters: Vec<char> = text.chars().map(|c| c.to_lowercase().next().unwrap_or(c)).collect();
        let mut offsets: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        offsets.push(text.len());
        let sounds = letters.iter().copied().map(sounds_of).collect();
        let keys = letters.iter().copied().map(key_of).collect();
        let place = |byte: usize| offsets.partition_point(|offset| *offset < byte);
        let words = tokens(text)
            .into_iter()
            .map(|token| (place(token.start), place(token.end)))
            .filter(|(start, end)| end - start >= 2 && letters[*start..*end].iter().copied().all(is_han))
            .collect();
        let has_han = letters.iter().copied().any(is_han);
        Self { text, letters, offsets, sounds, keys, has_han, words }
    }

    /// Where the term stands in the text, as it is or nearly.
    pub fn find<'k>(&self, term: &'k Term, found: &mut Vec<Found<'k>>) {
        // Chinese terms in Chinese messages, English ones in those that have English.
        if term.is_chinese && !self.has_han || !self.may_hold(term) {
            return;
        }
        let (text, wanted) = (&self.letters, &term.letters);
        let width = text.len() + 1;
        // For each letter of the term and each place of the text: the least cost up to there, and where that begins.
        let mut least: Vec<(u32, usize)> = vec![(NEVER, 0); (wanted.len() + 1) * width];
        for (at, cell) in least.iter_mut().take(width).enumerate() {
            *cell = (0, at);
        }
        for row in 1..=wanted.len() {
            let letter = wanted[row - 1];
            let (sounds, key) = (sounds_of(letter), key_of(letter));
            for at in 0..width {
                let cell = |row: usize, at: usize, cost: u32| {
                    let (before, start) = least[row * width + at];
                    (before.saturating_add(cost).min(NEVER), start)
                };
                // Beside other words, a term whose edge is missing is another term.
                let edge_within =
                    row == wanted.len() && !self.ends_word(at) || row == 1 && at > 0 && !self.ends_word(at - 1);
                let missing = if is_han(letter) && edge_within { NEVER } else { lost(wanted, row - 1) };
                let mut best = cell(row - 1, at, missing);
                let mut offer = |other: (u32, usize)| {
                    if other.0 < best.0 {
                        best = other;
                    }
                };
                if at > 0 {
                    offer(cell(row - 1, at - 1, self.instead(at - 1, letter, &sounds, &key)));
                    offer(cell(row, at - 1, self.more(at - 1)));
                }
                let swapped = at > 1 && row > 1 && text[at - 1] == wanted[row - 2] && text[at - 2] == letter;
                if swapped && text[at - 1] != text[at - 2] {
                    offer(cell(row - 2, at - 2, SWAPPED));
                }
                for sound in &sounds {
                    let begins = at.checked_sub(sound.len());
                    let Some(begins) = begins.filter(|begins| text[*begins..at].iter().copied().eq(sound.chars()))
                    else {
                        continue;
                    };
                    offer(cell(row - 1, begins, PINYIN));
                }
                least[row * width + at] = best;
            }
        }
        for end in 1..width {
            let (cost, start) = least[wanted.len() * width + end];
            if cost < NEVER && start < end && self.is_whole(start, end) && self.allows(term, start, end, cost) {
                found.push(Found { term, start, end, cost });
            }
        }
    }

    /// Whether there is no letter at a place.
    fn ends_word(&self, at: usize) -> bool {
        self.letters.get(at).is_none_or(|c| !c.is_alphabetic())
    }

    /// Whether enough of the term is there at all: a quick look before the thorough one.
    fn may_hold(&self, term: &Term) -> bool {
        let there = term.letters.iter().filter(|c| self.letters.contains(c)).count();
        let least = if term.is_chinese { term.letters.len() / 4 } else { term.letters.len() * 2 / 3 };
        there >= least
    }

    /// What a letter of the text costs where another is wanted, which has these sounds.
    fn instead(&self, at: usize, wanted: char, sounds: &[&'static str], key: &str) -> u32 {
        let written = self.letters[at];
        if written == wanted {
            return 0;
        }
        if is_han(written) && is_han(wanted) {
            if NO.contains(&wanted) != NO.contains(&written) && !self.sounds[at].iter().any(|own| sounds.contains(own))
            {
                return NEVER;
            }
            if self.sounds[at].iter().any(|own| sounds.contains(own)) {
                return SAME_SOUND;
            }
            return if !key.is_empty() && self.keys[at] == key { NEAR_SOUND } else { NEVER };
        }
        let letters = written.is_ascii_alphabetic() && wanted.is_ascii_alphabetic();
        match letters {
            true if are_beside(written, wanted) => KEY_BESIDE,
            true => OTHER_LETTER,
            false => NEVER,
        }
    }

    /// What a letter of the text costs that the term does not have.
    fn more(&self, at: usize) -> u32 {
        let written = self.letters[at];
        let before = at.checked_sub(1).map(|before| self.letters[before]);
        match written {
            ' ' => SPACE,
            _ if before == Some(written) && written.is_alphabetic() => DOUBLED,
            _ if NO.contains(&written) => NEVER,
            _ if is_han(written) => MORE_HAN,
            _ if written.is_ascii_alphabetic() => MORE_LETTER,
            _ => NEVER,
        }
    }

    /// Whether no word of letters is cut.
    fn is_whole(&self, start: usize, end: usize) -> bool {
        let is_letter = |at: usize| self.letters.get(at).is_some_and(char::is_ascii_alphabetic);
        let cut = |at: usize| at > 0 && is_letter(at - 1) && is_letter(at);
        !cut(start) && !cut(end)
    }

    /// Whether a term may be meant that is so far from what stands there.
    fn allows(&self, term: &Term, start: usize, end: usize, cost: u32) -> bool {
        if cost == 0 {
            return true;
        }
        let weight = term.weight();
        let alone = self.is_alone(start, end);
        let asked = term.standing == Standing::Asked;
        if !term.is_chinese {
            let most = match (weight, asked) {
                (0..=2, _) => 0,
                (3, true) if alone => 70,
                (4..=5, true) if alone => 110,
                (4..=5, true) => 80,
                (3..=5, _) => 0,
                (_, true) => 17 * weight,
                (_, false) => 14 * weight,
            };
            return cost <= most && (asked && alone || self.has_unknown(start, end));
        }
        let short = match (weight, asked) {
            (1, true) if self.is_all(start, end) => return cost <= SAME_SOUND,
            (0..=1, _) => return false,
            (2, true) if alone => return cost <= 50,
            (2, true) => 50,
            (2, false) => 35,
            (3, _) if alone => return cost <= 85,
            (3, true) => 85,
            (3, false) => 75,
            (4, true) => return cost <= 120,
            (4, false) => return cost <= if alone { 120 } else { 75 },
            (_, true) => return cost <= 28 * weight,
            (_, false) => return cost <= if alone { 28 * weight } else { 20 * weight },
        };
        cost <= short && !self.is_word(term, start, end)
    }

    /// Whether words that exist stand there, or reach into it: then they are meant. Words that the term has too say nothing
    /// against it.
    fn is_word(&self, term: &Term, start: usize, end: usize) -> bool {
        let speaks_against = |from: usize, to: usize| {
            let word = &self.letters[from..to];
            let is_its_own = from >= start && to <= end && term.letters.windows(word.len()).any(|own| own == word);
            from < end && start < to && !is_its_own
        };
        self.words.iter().any(|(from, to)| speaks_against(*from, *to))
    }

    /// Whether one of the English words is none.
    fn has_unknown(&self, start: usize, end: usize) -> bool {
        let words = &self.text[self.offsets[start]..self.offsets[end]];
        let mut words = words.split(|c: char| !c.is_alphabetic() && c != '\'');
        // The dictionary looks past letters that are drawn out.
        let is_drawn_out = |word: &str| normalise(word).len() != word.len();
        words.any(|word| word.len() > 1 && (is_drawn_out(word) || !DICTIONARY.knows(word)))
    }

    /// Whether it makes up a clause, but for particles.
    fn is_alone(&self, start: usize, end: usize) -> bool {
        let ends = |at: usize| self.letters.get(at).is_none_or(|c| !c.is_alphabetic() && *c != ' ');
        let after = (end..self.letters.len()).find(|at| !PARTICLES.contains(&self.letters[*at])).unwrap_or(usize::MAX);
        let before = (0..start).rev().find(|at| !PARTICLES.contains(&self.letters[*at]));
        ends(after) && before.is_none_or(ends)
    }

    fn is_all(&self, start: usize, end: usize) -> bool {
        let others = self.letters[..start].iter().chain(&self.letters[end..]);
        others.clone().all(|c| !c.is_alphanumeric())
    }

    /// Where pinyin runs into a number: 手ji19900000053, QH2611050123huan. By bytes.
    pub fn joints(&self) -> Vec<usize> {
        let mut joints = Vec::new();
        if !self.has_han {
            return joints;
        }
        let mut at = 0;
        while at < self.text.len() {
            let rest = &self.text[at..];
            let run = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
            if run == 0 {
                at += rest.chars().next().map_or(1, char::len_utf8);
                continue;
            }
            let word = &rest[..run];
            let digits = word.find(|c: char| c.is_ascii_digit()).unwrap_or(run);
            let after = word.rfind(|c: char| c.is_ascii_digit()).map_or(run, |last| last + 1);
            if after >= digits + LONG_NUMBER {
                let is_pinyin = |part: &str| {
                    part.bytes().all(|b| b.is_ascii_lowercase()) && part.len() > 1 && syllables(part).is_some()
                };
                if is_pinyin(&word[..digits]) {
                    joints.push(at + digits);
                }
                if is_pinyin(&word[after..]) {
                    joints.push(at + after);
                }
            }
            at += run;
        }
        joints
    }
}

/// Digits of a number that no word is part of.
const LONG_NUMBER: usize = 6;
const PARTICLES: [char; 14] = ['了', '吧', '啊', '呀', '哦', '的', '呢', '哈', '嗯', '恩', '那', '就', '请', ' '];

/// How a Chinese character is read; nothing for other letters.
fn sounds_of(letter: char) -> Vec<&'static str> {
    if is_han(letter) { readings(letter) } else { Vec::new() }
}

/// What Chinese characters have in common that sound alike; empty for other letters.
fn key_of(letter: char) -> String {
    if is_han(letter) { sound_key(letter.encode_utf8(&mut [0; 4])) } else { String::new() }
}

/// What a letter of the term costs that is not there.
fn lost(wanted: &[char], at: usize) -> u32 {
    let letter = wanted[at];
    let twice = at > 0 && wanted[at - 1] == letter;
    match letter {
        ' ' | '\'' | '-' => SPACE,
        _ if NO.contains(&letter) => NEVER,
        _ if twice && letter.is_alphabetic() => DOUBLED,
        _ if is_han(letter) => LOST_HAN,
        _ if letter.is_ascii_alphabetic() => LOST_LETTER,
        _ => NEVER,
    }
}

/// Whether two letters are beside each other on a keyboard.
fn are_beside(a: char, b: char) -> bool {
    let place = |c: char| KEYS.iter().enumerate().find_map(|(row, keys)| Some((row as i32, keys.find(c)? as i32)));
    match (place(a), place(b)) {
        (Some((row, column)), Some((other_row, other))) => (row - other_row).abs() <= 1 && (column - other).abs() <= 1,
        _ => false,
    }
}

const KEYS: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];

/// The words of the languages.
static DICTIONARY: LazyLock<Speller> = LazyLock::new(|| Speller::new(std::iter::empty::<&str>()));
