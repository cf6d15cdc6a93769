//! Chinese characters of the same sound or shape, and swapped ones.

use super::alike::alike;
use super::words::{Words, sound};
use super::{Change, Sight};
use crate::pinyin::{Syllable, table};
use crate::scan::Piece;
use crate::segment::Kind;

/// Longest word that is looked for, in characters.
const LONGEST: usize = 4;
/// What a kind of slip costs, as natural logarithm of its odds.
const SAME_SOUND: f32 = 3.0;
const LIKE_SOUND: f32 = 5.0;
const LIKE_SHAPE: f32 = 5.0;
const SWAPPED: f32 = 4.5;
/// Further characters that differ are much less likely than the first.
const FURTHER: f32 = 6.0;
/// By how much the corrected reading must be likelier when it is a word of the own texts, and when it is not.
const GAIN: f32 = 3.0;
const GAIN_GENERAL: f32 = 8.5;
/// What a pair of neighbours that the own texts contain speaks for, or against when it is lost.
const PAIR: f32 = 1.5;

/// A character of the run, with its sound.
struct Letter {
    start: usize,
    c: char,
    syllable: Option<Syllable>,
}

/// A word that may be meant.
struct Candidate {
    first: usize,
    count: usize,
    word: String,
    gain: f32,
}

pub(super) fn correct(words: &Words, sight: &Sight<'_>, changes: &mut Vec<Change>) {
    for piece in sight.pieces.iter().filter(|piece| piece.kind == Kind::Han) {
        if changes.iter().all(|change| change.end <= piece.start || change.start >= piece.end) {
            correct_run(words, sight, piece, changes);
        }
    }
}

fn correct_run(words: &Words, sight: &Sight<'_>, piece: &Piece, changes: &mut Vec<Change>) {
    let run = sight.word(piece);
    if run.chars().nth(1).is_none() {
        return;
    }
    let simple = crate::simplified(run);
    let tokens = words.segmenter.tokens(&simple);
    // Single characters, and words that hardly anybody uses, are where slips show.
    let doubtful: Vec<bool> =
        tokens.iter().map(|token| token.end - token.start == 3 || words.is_rare(&token.text)).collect();
    if !doubtful.contains(&true) {
        return;
    }
    let mut starts = run.char_indices().map(|(at, _)| at);
    let letters: Vec<Letter> = simple
        .chars()
        .zip(table().read(&simple))
        .map(|(c, syllable)| Letter { start: starts.next().unwrap_or(run.len()), c, syllable })
        .collect();
    // Where each word starts, in characters, and how likely it is; and the end of the last.
    let mut cuts = Vec::with_capacity(tokens.len() + 1);
    let mut at = 0;
    for token in &tokens {
        cuts.push((at, words.chinese_share(&token.text).ln()));
        at += token.text.chars().count();
    }
    if at != letters.len() {
        return;
    }
    cuts.push((at, 0.0));
    let mut found = Vec::new();
    for from in 0..tokens.len() {
        let mut score = 0.0;
        for to in from + 1..=tokens.len() {
            score += cuts[to - 1].1;
            let (first, end) = (cuts[from].0, cuts[to].0);
            if end - first > LONGEST {
                break;
            }
            if end > first + 1 && doubtful[from..to].contains(&true) {
                look_at(words, &letters, first..end, score, &mut found);
            }
        }
    }
    doubled(words, &letters, &cuts, &mut found);
    found.sort_by(|a: &Candidate, b| b.gain.total_cmp(&a.gain));
    let mut taken = vec![false; letters.len()];
    let offset = |at: usize| piece.start + letters.get(at).map_or(run.len(), |letter| letter.start);
    for candidate in found {
        let range = candidate.first..candidate.first + candidate.count;
        if taken[range.clone()].iter().any(|&taken| taken) {
            continue;
        }
        taken[range.clone()].fill(true);
        changes.push(sight.change(offset(range.start), offset(range.end), candidate.word));
    }
}

/// Characters written twice by a slip: a single one before a word that starts with it (退退款).
fn doubled(words: &Words, letters: &[Letter], cuts: &[(usize, f32)], found: &mut Vec<Candidate>) {
    for cut in cuts.windows(3) {
        let (one, two, end) = (cut[0].0, cut[1].0, cut[2].0);
        let c = letters[one].c;
        if two - one == 1
            && end - two >= 2
            && letters[two].c == c
            && !words.has_pair(c, c)
            && !words.is_meant(&format!("{c}{c}"))
        {
            found.push(Candidate { first: one, count: 2, word: c.to_string(), gain: f32::MAX });
        }
    }
}

/// Looks for words that may be meant by the characters in `range`, which are `score` likely as they are.
fn look_at(words: &Words, letters: &[Letter], range: std::ops::Range<usize>, score: f32, found: &mut Vec<Candidate>) {
    let here = &letters[range.clone()];
    // A sequence that the own texts contain is none to be corrected.
    if here.windows(2).all(|pair| words.has_pair(pair[0].c, pair[1].c)) {
        return;
    }
    let lost = pairs(words, letters, &range, here.iter().map(|letter| letter.c));
    let mut best: Option<Candidate> = None;
    let mut consider = |word: &str, cost: f32| {
        let least = if words.is_own(word) || word.chars().zip(word.chars().skip(1)).all(|(a, b)| words.has_pair(a, b)) {
            GAIN
        } else if cost <= SAME_SOUND {
            // Without evidence of the trade: one character of the very same sound.
            GAIN_GENERAL
        } else {
            return;
        };
        let kept = pairs(words, letters, &range, word.chars());
        let gain = words.chinese_share(word).ln() - score - cost + PAIR * (kept - lost);
        if gain > least && best.as_ref().is_none_or(|best| gain > best.gain) {
            best = Some(Candidate { first: range.start, count: range.len(), word: word.to_owned(), gain });
        }
    };
    let classes: Option<Vec<Syllable>> = here.iter().map(|letter| Some(table().class(letter.syllable?))).collect();
    if let Some(classes) = classes {
        for word in words.sounding(sound(classes)) {
            if let Some(cost) = by_sound(here, word) {
                consider(word, cost);
            }
        }
    }
    let mut other: Vec<char> = here.iter().map(|letter| letter.c).collect();
    let mut text = String::with_capacity(range.len() * 3);
    for at in 0..here.len() {
        for &shape in alike(here[at].c) {
            other[at] = shape;
            text.clear();
            text.extend(&other);
            if words.is_meant(&text) {
                consider(&text, LIKE_SHAPE);
            }
        }
        other[at] = here[at].c;
    }
    for at in 0..here.len() - 1 {
        other.swap(at, at + 1);
        text.clear();
        text.extend(&other);
        if words.is_own(&text) {
            consider(&text, SWAPPED);
        }
        other.swap(at, at + 1);
    }
    found.extend(best);
}

/// How many of the pairs that `word` makes in place of `range`, with its neighbours, the own texts contain, as a
/// share of them.
fn pairs(words: &Words, letters: &[Letter], range: &std::ops::Range<usize>, word: impl Iterator<Item = char>) -> f32 {
    let before = range.start.checked_sub(1).map(|at| letters[at].c);
    let after = letters.get(range.end).map(|letter| letter.c);
    let mut line = before.into_iter().chain(word).chain(after);
    let Some(mut last) = line.next() else { return 0.0 };
    let mut known = 0;
    for c in line {
        known += usize::from(words.has_pair(last, c));
        last = c;
    }
    known as f32
}

/// What it costs to take the characters for `word`, which sounds about the same; `None` when it is the same or has
/// another length.
fn by_sound(here: &[Letter], word: &str) -> Option<f32> {
    let mut cost = 0.0;
    let mut differ = 0;
    let mut characters = word.chars();
    let reading = table().read(word);
    if reading.len() != here.len() {
        return None;
    }
    for (letter, sound) in here.iter().zip(reading) {
        let c = characters.next()?;
        if c == letter.c {
            continue;
        }
        // Words of speech that written texts lack.
        if matches!(letter.c, '啥' | '咋' | '俩' | '呗' | '嘛') {
            return None;
        }
        differ += 1;
        let sound = sound?;
        let same = letter.syllable == Some(sound) || table().may_sound(letter.c, sound);
        cost += match letter.syllable {
            _ if same => SAME_SOUND,
            Some(other) if table().is_near(other, sound) => LIKE_SOUND,
            _ => return None,
        };
    }
    // Every character may be wrong only in a word of two.
    let most = if here.len() == 2 { 2 } else { here.len() / 2 };
    (differ > 0 && differ <= most).then(|| cost + FURTHER * (differ - 1) as f32)
}
