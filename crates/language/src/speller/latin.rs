//! English: finds the words that were meant, by what slips are likely and what is likely to be said (a noisy channel).

use unicode_normalization::UnicodeNormalization;

use super::meant::{Known, Meant, Trust, divided, slipped};
use super::words::{BREAK, FOREIGN, Words};
use super::{Change, Sight};
use crate::scan::Piece;
use crate::segment::Kind;
use crate::word_list::english;
use crate::{is_stop_word, stem, syllables};

/// What a missing space and one too many cost, as natural logarithms of their odds.
pub(super) const MISSING_SPACE: f32 = 3.0;
const EXTRA_SPACE: f32 = 2.0;
/// By how much likelier something else must be before a word that exists is given up, when all other words exist …
const KEEP: f32 = 6.0;
/// … when some do not, so that slips are about …
const KEEP_AMONG_SLIPS: f32 = 3.0;
/// … and how much more for a word of the own texts.
const KEEP_OWN: f32 = 2.0;
/// What speaks for a word with a capital within a sentence: it is a name.
const NAME: f32 = 4.0;
/// … and a short one is nothing else.
const SHORTEST_IN_CAPITALS: usize = 4;
/// A word that exists is given up for a likely slip only.
const LIKELY_SLIP: f32 = 5.0;
/// How likely it is that somebody uses a word that nobody knows: once, and for each of its letters.
const NEW_WORD: f32 = -5.0;
const NEW_LETTER: f32 = -2.3;
/// What speaks against one when there are several.
const NEW_AMONG_SLIPS: f32 = 2.0;
/// How often what is said ends after a word.
const END: f32 = 0.1;
/// Own words that occur as often are what they are.
const SURE: u32 = 40;
/// Most ways to read a piece that are compared in context.
const MOST: usize = 12;

/// A way to read one piece, or two as one word.
struct Reading<'w> {
    /// How many pieces it reads.
    pieces: usize,
    words: Vec<Known<'w>>,
    /// What it costs, all in all.
    cost: f32,
    /// What is put in their place, when it is something else.
    text: Option<String>,
}

/// `typed` holds the pieces that are pinyin.
pub(super) fn correct(words: &Words, sight: &Sight<'_>, typed: &[bool], changes: &mut Vec<Change>) {
    let mut from = 0;
    while from < sight.pieces.len() {
        let piece = &sight.pieces[from];
        if piece.kind == Kind::Code {
            changes.extend(
                digits_for_letters(words, sight.word(piece)).map(|to| sight.change(piece.start, piece.end, to)),
            );
        }
        let mut to = from + 1;
        if is_latin(piece) && !typed[from] {
            while to < sight.pieces.len() && is_latin(&sight.pieces[to]) && !typed[to] && is_next(sight, to) {
                to += 1;
            }
            Line { words, sight, pieces: &sight.pieces[from..to] }.correct(changes);
        }
        from = to;
    }
}

fn is_latin(piece: &Piece) -> bool {
    piece.kind == Kind::Word
}

/// Whether only space lies between a piece and the one before it.
fn is_next(sight: &Sight<'_>, at: usize) -> bool {
    sight.text[sight.pieces[at - 1].end..sight.pieces[at].start].chars().all(char::is_whitespace)
}

/// Words in a row.
struct Line<'t> {
    words: &'t Words,
    sight: &'t Sight<'t>,
    pieces: &'t [Piece],
}

/// The best way to a place in the line that ends in a certain word.
struct State {
    score: f32,
    /// Number of the last word.
    last: u32,
    /// Where the last reading starts, which one it is, and the state before it.
    from: (usize, usize, usize),
}

impl<'t> Line<'t> {
    fn correct(&self, changes: &mut Vec<Change>) {
        let lower: Vec<String> = self.pieces.iter().map(|piece| self.sight.word(piece).to_lowercase()).collect();
        let numbers: Vec<u32> = lower.iter().map(|word| self.words.number(word).unwrap_or(FOREIGN)).collect();
        let known: Vec<bool> = lower
            .iter()
            .zip(&numbers)
            .map(|(word, number)| *number != FOREIGN || self.words.knows_latin(word))
            .collect();
        let doubtful: Vec<bool> =
            (0..lower.len()).map(|at| !known[at] || self.is_doubtful(&lower[at], at, &numbers)).collect();
        if !doubtful.contains(&true) {
            return;
        }
        // Names and pinyin are no slips.
        let is_strange =
            |at: usize| !known[at] && !self.is_left(at) && !self.is_within(at) && syllables(&lower[at]).is_none();
        let strange = (0..lower.len()).filter(|&at| is_strange(at)).count();
        let keep = if strange > 0 { KEEP_AMONG_SLIPS } else { KEEP };
        let new = if strange > 1 { NEW_AMONG_SLIPS } else { 0.0 };
        let readings: Vec<Vec<Reading<'t>>> = (0..lower.len())
            .map(|at| {
                let own = if numbers[at] == FOREIGN { 0.0 } else { KEEP_OWN };
                let mut readings =
                    vec![self.as_it_is(&lower[at], numbers[at], if known[at] { keep + own } else { -new })];
                if doubtful[at] {
                    self.other_readings(at, &lower[at], known[at], &mut readings);
                }
                if at + 1 < lower.len() && (doubtful[at] || doubtful[at + 1]) {
                    readings.extend(self.joined(at, !known[at] || !known[at + 1]));
                }
                readings
            })
            .collect();
        self.choose(&readings, changes);
    }

    /// Whether a piece is a name or in other letters, which nobody corrects.
    fn is_left(&self, at: usize) -> bool {
        let written = self.sight.word(&self.pieces[at]);
        !written.is_ascii() || is_name(written, upper(written))
    }

    /// Whether a piece has a capital that no sentence starts with.
    fn is_within(&self, at: usize) -> bool {
        let piece = &self.pieces[at];
        let before = self.sight.text[..piece.start].trim_end().chars().next_back();
        self.sight.word(piece).starts_with(|c: char| c.is_ascii_uppercase())
            && before.is_some_and(|c| c.is_alphanumeric() || c == ',' || c == '，')
    }

    /// Whether a word that exists may be a slip all the same: the own texts do not know it, or hardly, and never beside
    /// its neighbours.
    fn is_doubtful(&self, word: &str, at: usize, numbers: &[u32]) -> bool {
        let number = numbers[at];
        let class = english().class(word);
        if number == FOREIGN {
            return !is_stop_word(word) && class.is_some_and(|class| class < b'8');
        }
        if class.is_none() && self.words.count_of(number) < SURE {
            // A word of the trade, or a slip in the own texts.
            return true;
        }
        let before = at.checked_sub(1).map_or(BREAK, |at| numbers[at]);
        let after = numbers.get(at + 1).copied().unwrap_or(BREAK);
        self.words.count_of(number) < SURE
            && !self.words.has_sequence(before, number)
            && !self.words.has_sequence(number, after)
    }

    /// The word as it was written; `keep` is what speaks for it.
    fn as_it_is(&self, word: &str, number: u32, keep: f32) -> Reading<'t> {
        let share = if self.words.knows_latin(word) { self.words.latin_share(word) } else { new_word(word).exp() };
        let known = Known { word: String::new().into(), number, share };
        Reading { pieces: 1, words: vec![known], cost: -keep, text: None }
    }

    fn other_readings(&self, at: usize, lower: &str, is_known: bool, readings: &mut Vec<Reading<'t>>) {
        let words = self.words;
        let piece = &self.pieces[at];
        let written = self.sight.word(piece);
        let upper = upper(written);
        if !written.is_ascii() {
            let plain: String = written.nfkc().map(latin_for).collect();
            let lower = plain.to_lowercase();
            if plain.is_ascii() && plain != written && words.knows_latin(&lower) {
                readings.clear();
                readings.push(Reading {
                    pieces: 1,
                    words: vec![Known::new(words, lower)],
                    cost: 0.0,
                    text: Some(plain),
                });
            }
            return;
        }
        // `cardI`: a space is missing before the capital.
        if upper == 1
            && let Some(rest) = written.strip_suffix('I').filter(|rest| rest.len() > 1)
        {
            let mut found = slipped(words, rest, Trust::Own);
            if words.knows_latin(rest) {
                found.retain(|meant| meant.cost <= LIKELY_SLIP);
                found.push(Meant { words: vec![Known::new(words, rest.to_owned())], cost: -KEEP_AMONG_SLIPS });
            }
            for mut meant in found {
                let text = format!("{} I", meant.text());
                meant.words.push(Known::new(words, "i".to_owned()));
                readings.push(Reading {
                    pieces: 1,
                    words: meant.words,
                    cost: meant.cost + MISSING_SPACE,
                    text: Some(text),
                });
            }
            return;
        }
        let is_within = self.is_within(at);
        if is_name(written, upper) || lower == "i" || lower == "a" || is_within && lower.len() < SHORTEST_IN_CAPITALS {
            return;
        }
        // Among Chinese stand names, and words of the trade.
        let trust = if is_known || self.sight.han > 0 || is_within { Trust::Own } else { Trust::All };
        let mut found = slipped(words, lower, trust);
        if is_known {
            found.retain(|meant| {
                let other = &meant.words[0];
                meant.cost <= LIKELY_SLIP && words.own_count(&other.word) >= 3 && !is_form(lower, &other.word)
            });
        } else {
            if let Some(word) = drawn_out(words, lower) {
                found.push(Meant { words: vec![Known::new(words, word)], cost: 1.0 });
            }
            divided(words, lower, trust, &mut found);
        }
        found.sort_by(|a, b| b.score().total_cmp(&a.score()));
        found.truncate(MOST);
        readings.extend(found.into_iter().map(|meant| Reading {
            pieces: 1,
            cost: meant.cost + if is_within { NAME } else { 0.0 },
            text: Some(in_case(&meant.text(), upper)),
            words: meant.words,
        }));
    }

    /// A word that a space divided.
    fn joined(&self, at: usize, strange: bool) -> Option<Reading<'t>> {
        let (a, b) = (&self.pieces[at], &self.pieces[at + 1]);
        if &self.sight.text[a.end..b.start] != " " {
            return None;
        }
        let text = join(self.words, self.sight.word(a), self.sight.word(b), strange)?;
        let words = vec![Known::new(self.words, text.to_lowercase())];
        Some(Reading { pieces: 2, words, cost: EXTRA_SPACE, text: Some(text) })
    }

    /// The likeliest readings, one after the other (Viterbi over words, each given the one before it).
    fn choose(&self, readings: &[Vec<Reading<'t>>], changes: &mut Vec<Change>) {
        let mut states: Vec<Vec<State>> = (0..=readings.len()).map(|_| Vec::new()).collect();
        states[0].push(State { score: 0.0, last: BREAK, from: (0, 0, 0) });
        for at in 0..readings.len() {
            let (done, ahead) = states.split_at_mut(at + 1);
            for (which, reading) in readings[at].iter().enumerate() {
                let Some(last) = reading.words.last() else { continue };
                let within: f32 = reading
                    .words
                    .windows(2)
                    .map(|pair| self.words.after(pair[0].number, pair[1].number, pair[1].share).ln())
                    .sum();
                let first = &reading.words[0];
                let best = done[at]
                    .iter()
                    .enumerate()
                    .map(|(state, before)| {
                        (before.score + self.words.after(before.last, first.number, first.share).ln(), state)
                    })
                    .max_by(|a, b| a.0.total_cmp(&b.0));
                if let Some((score, state)) = best {
                    let score = score + within - reading.cost;
                    ahead[reading.pieces - 1].push(State { score, last: last.number, from: (at, which, state) });
                }
            }
        }
        let end = readings.len();
        let ended = |state: &State| state.score + self.words.after(state.last, BREAK, END).ln();
        let best = (0..states[end].len()).max_by(|a, b| ended(&states[end][*a]).total_cmp(&ended(&states[end][*b])));
        let (mut at, Some(mut state)) = (end, best) else { return };
        while at > 0 {
            let (from, which, before) = states[at][state].from;
            let reading = &readings[from][which];
            if let Some(text) = &reading.text {
                changes.push(self.sight.change(self.pieces[from].start, self.pieces[at - 1].end, text.clone()));
            }
            (at, state) = (from, before);
        }
    }
}

/// Whether two words are forms of one: charge, charged, charger.
fn is_form(a: &str, b: &str) -> bool {
    let same = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    stem(a) == stem(b) || same >= 5 && same + 2 >= a.len().max(b.len())
}

/// How likely it is that somebody uses this word, which nobody knows, as natural logarithm.
pub(super) fn new_word(word: &str) -> f32 {
    NEW_WORD + NEW_LETTER * word.len() as f32
}

fn upper(written: &str) -> usize {
    written.bytes().filter(u8::is_ascii_uppercase).count()
}

/// `iPhone`, `DHL`: letters in capitals where no sentence puts them.
fn is_name(written: &str, upper: usize) -> bool {
    let all = upper == written.len();
    upper > 0 && !(all && written.len() > 4) && !(upper == 1 && written.starts_with(|c: char| c.is_ascii_uppercase()))
}

/// The word in capitals, or with one, as `upper` letters of what was written are.
fn in_case(word: &str, upper: usize) -> String {
    if upper > 1 {
        word.to_ascii_uppercase()
    } else if upper == 1 {
        let (first, rest) = word.split_at(1);
        first.to_ascii_uppercase() + rest
    } else {
        word.to_owned()
    }
}

/// `sooo` → `so`, `pleeease` → `please`.
fn drawn_out(words: &Words, word: &str) -> Option<String> {
    let cut = |longest: usize| {
        let mut out = String::with_capacity(word.len());
        let mut count = 0;
        for c in word.chars() {
            count = if out.ends_with(c) { count + 1 } else { 1 };
            if count <= longest {
                out.push(c);
            }
        }
        out
    };
    if !word.as_bytes().windows(3).any(|run| run[0] == run[1] && run[1] == run[2]) && !word.ends_with("oo") {
        return None;
    }
    [cut(2), cut(1)].into_iter().find(|cut| cut != word && words.knows_latin(cut))
}

/// `re fund` → `refund`: a word that a space divided.
fn join(words: &Words, a: &str, b: &str, strange: bool) -> Option<String> {
    if !a.is_ascii()
        || !b.is_ascii()
        || a.len() + b.len() < 5
        || is_stop_word(&a.to_ascii_lowercase()) && is_stop_word(&b.to_ascii_lowercase())
    {
        return None;
    }
    let is_part = |part: &str| {
        let lower = part.to_ascii_lowercase();
        lower.len() <= 3 && !is_stop_word(&lower) && !words.is_own(&lower)
    };
    if !strange && !is_part(a) && !is_part(b) {
        return None;
    }
    let joined = format!("{a}{b}");
    let lower = joined.to_ascii_lowercase();
    let meant = words.is_own(&lower) || strange && english().class(&lower) >= Some(b'4');
    meant.then_some(joined)
}

/// `0rder`, `de1ivery`: digits in a word where letters look the same.
fn digits_for_letters(words: &Words, code: &str) -> Option<String> {
    let letters = code.bytes().filter(u8::is_ascii_alphabetic).count();
    if !code.is_ascii() || code.len() < 4 || letters * 2 < code.len() || words.is_own(&code.to_ascii_lowercase()) {
        return None;
    }
    let swap = |one: char| -> String {
        code.chars()
            .map(|c| match c {
                '0' => 'o',
                '1' => one,
                '3' => 'e',
                '5' => 's',
                c => c,
            })
            .collect()
    };
    [swap('l'), swap('i')].into_iter().find(|word| {
        let lower = word.to_ascii_lowercase();
        lower.bytes().all(|b| b.is_ascii_lowercase()) && (words.is_own(&lower) || english().class(&lower) >= Some(b'4'))
    })
}

/// The Latin letter that a Cyrillic or Greek one is taken for.
fn latin_for(c: char) -> char {
    match c {
        'а' | 'α' => 'a',
        'е' | 'ё' => 'e',
        'о' | 'ο' => 'o',
        'р' | 'ρ' => 'p',
        'с' => 'c',
        'у' | 'γ' => 'y',
        'х' | 'χ' => 'x',
        'і' | 'ι' => 'i',
        'ѕ' => 's',
        'ј' => 'j',
        'ԁ' => 'd',
        'һ' => 'h',
        'А' => 'A',
        'В' => 'B',
        'Е' => 'E',
        'К' => 'K',
        'М' => 'M',
        'Н' => 'H',
        'О' => 'O',
        'Р' => 'P',
        'С' => 'C',
        'Т' => 'T',
        'Х' => 'X',
        'І' => 'I',
        c => c,
    }
}
