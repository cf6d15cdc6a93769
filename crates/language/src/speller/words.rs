//! The words that a speller knows: its own and those of the language.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::edit::Letters;
use crate::pinyin::{Syllable, initials, table};
use crate::scan::scan;
use crate::segment::Kind;
use crate::word_list::{chinese, english};
use crate::{Segmenter, is_han, normalise};

/// Words by their sound: sorted pairs of a hash and a number.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sounds(Vec<(u32, u32)>);

impl Sounds {
    fn new<'w>(words: impl Iterator<Item = (u32, &'w str)>) -> Self {
        let mut sounds: Vec<(u32, u32)> = words.filter_map(|(number, word)| Some((sound_of(word)?, number))).collect();
        sounds.sort_unstable();
        sounds.shrink_to_fit();
        Self(sounds)
    }

    /// The numbers of words with this sound (and, by chance, of others).
    pub fn find(&self, sound: u32) -> impl Iterator<Item = u32> + '_ {
        let start = self.0.partition_point(|&(other, _)| other < sound);
        self.0[start..].iter().take_while(move |&&(other, _)| other == sound).map(|&(_, number)| number)
    }
}

/// A hash of sound classes in order (FNV-1a).
pub(crate) fn sound(classes: impl IntoIterator<Item = Syllable>) -> u32 {
    classes.into_iter().fold(0x811C_9DC5, |hash, class| (hash ^ (u32::from(class) + 1)).wrapping_mul(0x0100_0193))
}

/// The sound of a word of one to four Chinese characters.
fn sound_of(word: &str) -> Option<u32> {
    if word.len() > 4 * 3 {
        return None;
    }
    let reading: Option<Vec<Syllable>> = table().read(word).into_iter().collect();
    Some(sound(reading?.into_iter().map(|syllable| table().class(syllable))))
}

static GENERAL_SOUNDS: LazyLock<Sounds> = LazyLock::new(|| {
    // Rare single characters are never meant.
    let words = chinese().iter().enumerate();
    Sounds::new(
        words
            .filter(|(_, (word, class))| word.len() > 3 || *class >= b'j')
            .map(|(number, (word, _))| (number as u32, word)),
    )
});

/// English words that somebody may have meant.
static GENERAL_LETTERS: LazyLock<Letters> = LazyLock::new(|| {
    let mut letters = Letters::default();
    for (number, (word, class)) in english().iter().enumerate() {
        if word.len() >= 3 && class >= MEANT {
            letters.add(word, number);
        }
    }
    letters.shrink();
    letters
});

/// From this class on, an English word is common enough to be what was meant.
const MEANT: u8 = b'4';

pub(crate) fn general_sounds() -> &'static Sounds {
    &GENERAL_SOUNDS
}

pub(crate) fn general_letters() -> &'static Letters {
    &GENERAL_LETTERS
}

/// Words with counts, and what is needed to find them by sound and by letters.
#[derive(Debug, Clone, Default)]
pub(crate) struct Words {
    counts: HashMap<Box<str>, u32>,
    /// Own words by number.
    list: Vec<Box<str>>,
    pub sounds: Sounds,
    pub letters: Letters,
    /// The initials of own Chinese words that make clear which is meant.
    initials: HashMap<Box<str>, u32>,
    /// Pairs of neighbouring Chinese characters in the own texts.
    pairs: HashSet<(char, char)>,
    /// Words counted in the own texts: Chinese and Latin.
    total: (u32, u32),
    pub segmenter: Segmenter,
}

/// Own texts count as if there were at least so many words, so that few texts do not outweigh the language.
const LEAST_TOTAL: u32 = 2_000;
/// The share of what is expected that comes from the own texts.
const OWN: f32 = 0.5;
/// What a Chinese word of the dictionary that is not among the common ones has as its share.
const RARE: f32 = 5e-7;
/// Below this share a word is seldom met.
const SELDOM: f32 = 5e-6;
/// … and a character or word that is nowhere.
const UNKNOWN: f32 = 2e-8;

impl Words {
    pub fn own(&mut self, words: impl Iterator<Item = (String, u32)>) {
        let mut names = Vec::new();
        for (word, count) in words {
            let word = normalise(&word);
            if word.chars().all(char::is_whitespace) || count == 0 {
                continue;
            }
            names.push(word.clone());
            let parts: Vec<&str> = scan(&word).iter().map(|piece| &word[piece.start..piece.end]).collect();
            for part in parts {
                self.count(part, count);
            }
        }
        self.segmenter = Segmenter::with_words(names);
    }

    pub fn learn(&mut self, text: &str) {
        let text = normalise(text);
        for token in self.segmenter.tokens(&text) {
            if matches!(token.kind, Kind::Han | Kind::Word) {
                self.count(&text[token.start..token.end], 1);
            }
        }
        for piece in scan(&text).iter().filter(|piece| piece.kind == Kind::Han) {
            let mut before = None;
            for c in text[piece.start..piece.end].chars() {
                if let Some(before) = before.replace(c) {
                    self.pairs.insert((before, c));
                }
            }
        }
    }

    fn count(&mut self, word: &str, count: u32) {
        let total = if word.starts_with(is_han) { &mut self.total.0 } else { &mut self.total.1 };
        *total = total.saturating_add(count);
        match self.counts.get_mut(word) {
            Some(known) => *known = known.saturating_add(count),
            None => {
                self.counts.insert(word.into(), count);
            }
        }
    }

    /// Makes the indexes, once everything is learned.
    pub fn finish(&mut self) {
        self.list = self.counts.keys().cloned().collect();
        self.list.sort_unstable();
        for (number, word) in self.list.iter().enumerate() {
            self.letters.add(word, number);
        }
        self.letters.shrink();
        self.sounds = Sounds::new(
            self.list
                .iter()
                .enumerate()
                .filter(|(_, word)| word.chars().all(is_han))
                .map(|(number, word)| (number as u32, &**word)),
        );
        self.find_initials();
        self.counts.shrink_to_fit();
        self.pairs.shrink_to_fit();
    }

    fn find_initials(&mut self) {
        let mut found: HashMap<String, Vec<(u32, u32)>> = HashMap::new();
        for (number, word) in self.list.iter().enumerate() {
            let length = word.chars().count();
            if (2..=4).contains(&length) && word.chars().all(is_han) {
                found.entry(initials(word)).or_default().push((self.counts[word], number as u32));
            }
        }
        for (letters, mut words) in found {
            words.sort_unstable_by(|a, b| b.cmp(a));
            let (count, number) = words[0];
            let rival = words.get(1).map_or(0, |rival| rival.0);
            if count >= CLEAR && count >= 3 * rival {
                self.initials.insert(letters.into(), number);
            }
        }
    }

    pub fn own_word(&self, number: u32) -> &str {
        &self.list[number as usize]
    }

    pub fn is_own(&self, word: &str) -> bool {
        self.counts.contains_key(word)
    }

    pub fn own_count(&self, word: &str) -> u32 {
        self.counts.get(word).copied().unwrap_or(0)
    }

    /// The word that the vocabulary makes clear is meant by these initials.
    pub fn of_initials(&self, letters: &str) -> Option<&str> {
        self.initials.get(letters).map(|&number| self.own_word(number))
    }

    pub fn has_pair(&self, a: char, b: char) -> bool {
        self.pairs.contains(&(a, b))
    }

    /// Whether an English word (lower case) is right as it is.
    pub fn knows_latin(&self, word: &str) -> bool {
        let base = word.strip_suffix("'s").unwrap_or(word);
        self.is_own(word) || english().contains(word) || self.is_own(base) || english().contains(base)
    }

    /// The share of Chinese text that a word makes up; small for one that is nowhere.
    pub fn chinese_share(&self, word: &str) -> f32 {
        let general = chinese().share(word);
        let floor = if word.chars().nth(1).is_some() { RARE } else { UNKNOWN };
        self.mix(self.own_count(word), self.total.0, general).max(floor)
    }

    /// The share of a word of a list that is known to be in it.
    pub fn latin_share(&self, word: &str) -> f32 {
        self.mix(self.own_count(word), self.total.1, english().share(word)).max(UNKNOWN)
    }

    fn mix(&self, count: u32, total: u32, general: f32) -> f32 {
        if total == 0 {
            return general;
        }
        OWN * count as f32 / total.max(LEAST_TOTAL) as f32 + (1.0 - OWN) * general
    }

    /// Chinese words with this sound: own ones, then common ones.
    pub fn sounding(&self, sound: u32) -> impl Iterator<Item = &str> {
        let own = self.sounds.find(sound).map(|number| self.own_word(number));
        own.chain(general_sounds().find(sound).map(|number| chinese().word(number as usize).0))
    }

    /// Whether a Chinese word is neither an own one nor at all common.
    pub fn is_rare(&self, word: &str) -> bool {
        !self.is_own(word) && chinese().share(word) < SELDOM
    }

    /// Whether a Chinese word may be meant: an own one or a common one.
    pub fn is_meant(&self, word: &str) -> bool {
        self.is_own(word) || chinese().contains(word)
    }
}

/// How often a word must occur in the own texts before its initials alone say it.
const CLEAR: u32 = 4;

/// Reads the lists now, instead of with the first correction.
pub(crate) fn warm_up() {
    LazyLock::force(&GENERAL_SOUNDS);
    LazyLock::force(&GENERAL_LETTERS);
}
