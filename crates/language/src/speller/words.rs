//! The words that a speller knows: its own and those of the language.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

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

/// The share of Chinese text that each character makes up.
static GENERAL_CHARACTERS: LazyLock<HashMap<char, f32>> = LazyLock::new(|| {
    let mut shares: HashMap<char, f32> = HashMap::new();
    let mut total = 0.0;
    for (word, class) in chinese().iter() {
        let share = chinese().share_of(class);
        for c in word.chars() {
            *shares.entry(c).or_default() += share;
            total += share;
        }
    }
    shares.values_mut().for_each(|share| *share /= total);
    shares
});

/// English words that somebody may have meant: common ones, and long ones that are not.
static GENERAL_LETTERS: LazyLock<[Letters; 2]> = LazyLock::new(|| {
    let mut letters = [Letters::default(), Letters::default()];
    for (number, (word, class)) in english().iter().enumerate() {
        if word.len() >= 3 && class >= MEANT {
            letters[0].add(word, number);
        } else if word.len() >= LONG {
            letters[1].add(word, number);
        }
    }
    letters.iter_mut().for_each(Letters::shrink);
    letters
});

/// From this class on, an English word is common enough to be what was meant.
const MEANT: u8 = b'4';
/// From this length on, any word may be.
const LONG: usize = 7;

pub(crate) fn general_sounds() -> &'static Sounds {
    &GENERAL_SOUNDS
}

/// Common English words.
pub(crate) fn general_letters() -> &'static Letters {
    &GENERAL_LETTERS[0]
}

/// Long English words that are not common.
pub(crate) fn rare_letters() -> &'static Letters {
    &GENERAL_LETTERS[1]
}

/// Words with counts, what follows what, and what is needed to find them by sound and by letters.
#[derive(Debug, Clone, Default)]
pub(crate) struct Words {
    /// The number of each own word.
    numbers: HashMap<Arc<str>, u32>,
    /// Own words by number.
    list: Vec<Arc<str>>,
    /// How often each occurs.
    counts: Vec<u32>,
    pub sounds: Sounds,
    pub letters: Letters,
    /// The initials of own Chinese words that make clear which is meant.
    initials: HashMap<Box<str>, u32>,
    /// Which words in letters follow which.
    follows: Follows,
    /// Which Chinese characters follow which.
    pairs: Follows,
    /// How often each Chinese character occurs.
    characters: HashMap<char, u32>,
    /// The class of sound of each, ascending.
    character_sounds: Vec<(Syllable, char)>,
    /// While learning: how often each pair occurs.
    learning: Learning,
    /// Words counted in the own texts: Chinese and Latin.
    total: (u32, u32),
    pub segmenter: Segmenter,
}

#[derive(Debug, Clone, Default)]
struct Learning {
    follows: HashMap<(u32, u32), u32>,
    pairs: HashMap<(u32, u32), u32>,
}

/// How often something follows something, both given by numbers.
#[derive(Debug, Clone, Default)]
struct Follows {
    /// The first ones that are followed by something, ascending, each with where its followers start.
    first: Vec<(u32, u32)>,
    /// Followers of each, ascending, with their counts.
    next: Vec<(u32, u32)>,
    /// For each first one, the sum of the counts of its followers.
    sums: Vec<u32>,
}

impl Follows {
    fn new(pairs: HashMap<(u32, u32), u32>) -> Self {
        let mut sorted: Vec<((u32, u32), u32)> = pairs.into_iter().collect();
        sorted.sort_unstable();
        let mut follows = Self { next: Vec::with_capacity(sorted.len()), ..Self::default() };
        for ((first, next), count) in sorted {
            if follows.first.last().is_none_or(|last| last.0 != first) {
                follows.first.push((first, follows.next.len() as u32));
                follows.sums.push(0);
            }
            follows.next.push((next, count));
            if let Some(sum) = follows.sums.last_mut() {
                *sum = sum.saturating_add(count);
            }
        }
        follows
    }

    /// How often `next` follows `first`, how often anything does, and how many different things do.
    fn counts(&self, first: u32, next: u32) -> (u32, u32, u32) {
        let Ok(at) = self.first.binary_search_by_key(&first, |entry| entry.0) else { return (0, 0, 0) };
        let start = self.first[at].1 as usize;
        let end = self.first.get(at + 1).map_or(self.next.len(), |entry| entry.1 as usize);
        let followers = &self.next[start..end];
        let count = followers.binary_search_by_key(&next, |entry| entry.0).map_or(0, |at| followers[at].1);
        (count, self.sums[at], followers.len() as u32)
    }

    /// The probability that `next` follows `first` when `plain` is its probability anywhere: the more different things
    /// follow, the more is left for others (Witten and Bell 1991).
    fn probability(&self, first: u32, next: u32, plain: f32) -> f32 {
        match self.counts(first, next) {
            (_, 0, _) => plain,
            (count, sum, kinds) => (count as f32 + kinds as f32 * plain) / (sum + kinds) as f32,
        }
    }
}

/// Stands for the beginning and the end of what is said in one breath.
pub(crate) const BREAK: u32 = u32::MAX;
/// Stands for a word that is none of the own ones.
pub(crate) const FOREIGN: u32 = u32::MAX - 1;

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
/// Characters of the own texts that occur as often are usual.
const USUAL: u32 = 5;
/// How often a character must start what is said before that says something.
const OFTEN: u32 = 3;
/// How often a run of Chinese ends after a character.
const EDGE: f32 = 0.1;

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
        let mut before = (BREAK, 0);
        for token in self.segmenter.tokens(&text) {
            if !matches!(token.kind, Kind::Han | Kind::Word) {
                continue;
            }
            let number = self.count(&text[token.start..token.end], 1);
            if token.kind == Kind::Word {
                let is_next = text[before.1..token.start].chars().all(char::is_whitespace);
                if before.0 != BREAK && !is_next {
                    *self.learning.follows.entry((before.0, BREAK)).or_default() += 1;
                    before.0 = BREAK;
                }
                *self.learning.follows.entry((before.0, number)).or_default() += 1;
                before = (number, token.end);
            }
        }
        if before.0 != BREAK {
            *self.learning.follows.entry((before.0, BREAK)).or_default() += 1;
        }
        for piece in scan(&text).iter().filter(|piece| piece.kind == Kind::Han) {
            let mut before = BREAK;
            for c in text[piece.start..piece.end].chars().map(u32::from).chain([BREAK]) {
                *self.learning.pairs.entry((before, c)).or_default() += 1;
                before = c;
            }
            for c in text[piece.start..piece.end].chars() {
                *self.characters.entry(c).or_default() += 1;
            }
        }
    }

    fn count(&mut self, word: &str, count: u32) -> u32 {
        let total = if word.starts_with(is_han) { &mut self.total.0 } else { &mut self.total.1 };
        *total = total.saturating_add(count);
        if let Some(&number) = self.numbers.get(word) {
            let known = &mut self.counts[number as usize];
            *known = known.saturating_add(count);
            return number;
        }
        let number = self.list.len() as u32;
        let word: Arc<str> = word.into();
        self.list.push(Arc::clone(&word));
        self.counts.push(count);
        self.numbers.insert(word, number);
        number
    }

    /// Makes the indexes, once everything is learned.
    pub fn finish(&mut self) {
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
        let sounds = self.characters.keys().filter_map(|&c| Some((table().class(table().common(c)?), c)));
        self.character_sounds = sounds.collect();
        self.character_sounds.sort_unstable();
        self.numbers.shrink_to_fit();
        self.list.shrink_to_fit();
        self.counts.shrink_to_fit();
        let learned = std::mem::take(&mut self.learning);
        self.follows = Follows::new(learned.follows);
        self.pairs = Follows::new(learned.pairs);
    }

    fn find_initials(&mut self) {
        let mut found: HashMap<String, Vec<(u32, u32)>> = HashMap::new();
        for (number, word) in self.list.iter().enumerate() {
            let length = word.chars().count();
            if (2..=4).contains(&length) && word.chars().all(is_han) {
                found.entry(initials(word)).or_default().push((self.counts[number], number as u32));
            }
        }
        for (letters, mut words) in found {
            words.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(self.list[a.1 as usize].cmp(&self.list[b.1 as usize])));
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
        self.numbers.contains_key(word)
    }

    pub fn own_count(&self, word: &str) -> u32 {
        self.number(word).map_or(0, |number| self.counts[number as usize])
    }

    /// The word that the vocabulary makes clear is meant by these initials.
    pub fn of_initials(&self, letters: &str) -> Option<&str> {
        self.initials.get(letters).map(|&number| self.own_word(number))
    }

    /// The number of an own word.
    pub fn number(&self, word: &str) -> Option<u32> {
        self.numbers.get(word).copied()
    }

    /// How often the own word with this number occurs.
    pub fn count_of(&self, number: u32) -> u32 {
        self.counts[number as usize]
    }

    /// Whether one own word in letters follows another in the own texts; [`BREAK`] stands for the edges.
    pub fn has_sequence(&self, first: u32, next: u32) -> bool {
        self.follows.counts(first, next).0 > 0
    }

    /// The probability of a word in letters whose share of text is `share` after another one, both by number.
    pub fn after(&self, first: u32, next: u32, share: f32) -> f32 {
        self.follows.probability(first, next, share)
    }

    pub fn has_pair(&self, a: char, b: char) -> bool {
        self.pairs.counts(u32::from(a), u32::from(b)).0 > 0
    }

    /// Whether the own texts have a character after another one, or at the start of a run of Chinese.
    pub fn is_after(&self, a: Option<char>, b: char) -> bool {
        let least = if a.is_some() { 1 } else { OFTEN };
        self.pairs.counts(a.map_or(BREAK, u32::from), u32::from(b)).0 >= least
    }

    /// Whether a character that stands twice may be meant once: one that is usual (others may be doubled in names), and
    /// that nobody doubles.
    pub fn is_doubled_by_slip(&self, c: char) -> bool {
        self.characters.get(&c).is_some_and(|&count| count >= USUAL)
            && !self.has_pair(c, c)
            && !self.is_meant(&String::from_iter([c, c]))
    }

    /// By how much likelier than anywhere a Chinese character is after another, as natural logarithm; `None` stands for
    /// the edges.
    pub fn bond(&self, a: Option<char>, b: Option<char>) -> f32 {
        let number = |c: Option<char>| c.map_or(BREAK, u32::from);
        let plain = b.map_or(EDGE, |b| self.character_share(b));
        (self.pairs.probability(number(a), number(b), plain) / plain).ln()
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

    /// The share of Chinese text that a character makes up, alone or in words.
    fn character_share(&self, c: char) -> f32 {
        let general = GENERAL_CHARACTERS.get(&c).copied().unwrap_or(0.0);
        let (own, total) = self.characters.get(&c).map_or((0, 0), |own| (*own, self.total.0.saturating_mul(2)));
        self.mix(own, total, general).max(UNKNOWN)
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

    /// Own characters of this class of sound.
    pub fn characters_sounding(&self, class: Syllable) -> impl Iterator<Item = char> {
        let start = self.character_sounds.partition_point(|&(other, _)| other < class);
        self.character_sounds[start..].iter().take_while(move |&&(other, _)| other == class).map(|&(_, c)| c)
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
    LazyLock::force(&GENERAL_CHARACTERS);
}
