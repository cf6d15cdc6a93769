//! English spelling, missing and extra spaces, letters that only look right.

use unicode_normalization::UnicodeNormalization;

use super::edit::Pattern;
use super::words::{Words, general_letters};
use super::{Change, Sight};
use crate::is_stop_word;
use crate::noise::beside;
use crate::scan::Piece;
use crate::segment::Kind;
use crate::word_list::english;

/// What slips cost, as natural logarithms of their odds.
const SLIP: f32 = 4.6;
const SECOND_SLIP: f32 = 6.5;
const MISSING_SPACE: f32 = 3.0;
/// Slips that are commoner than others: a key beside, two letters swapped, a letter doubled or not.
const COMMON: f32 = 1.5;
/// A wrong first letter is rarer.
const FIRST_LETTER: f32 = 2.5;

/// `typed` holds the pieces that are pinyin.
pub(super) fn correct(words: &Words, sight: &Sight<'_>, typed: &[bool], changes: &mut Vec<Change>) {
    let unknown: Vec<bool> = sight
        .pieces
        .iter()
        .zip(typed)
        .map(|(piece, &typed)| {
            !typed && piece.kind == Kind::Word && !words.knows_latin(&sight.word(piece).to_lowercase())
        })
        .collect();
    // Among Chinese stand names, and words of the trade.
    let trust = if sight.han > 0 { Trust::Own } else { Trust::All };
    let mut skip = false;
    for (at, piece) in sight.pieces.iter().enumerate() {
        if std::mem::take(&mut skip) || typed[at] {
            continue;
        }
        let word = sight.word(piece);
        let next = sight.pieces.get(at + 1).filter(|_| !typed[at + 1]);
        if piece.kind == Kind::Word
            && let Some(next) = next.filter(|next| next.kind == Kind::Word && &sight.text[piece.end..next.start] == " ")
            && let Some(joined) = join(words, word, sight.word(next), unknown[at] || unknown[at + 1])
        {
            changes.push(sight.change(piece.start, next.end, joined));
            skip = true;
            continue;
        }
        let meant = match piece.kind {
            Kind::Code => digits_for_letters(words, word),
            Kind::Word if unknown[at] => meant(words, sight, piece, trust),
            _ => None,
        };
        if let Some(meant) = meant {
            changes.push(sight.change(piece.start, piece.end, meant));
        }
    }
}

/// Which words may be meant.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trust {
    /// Only those of the own texts.
    Own,
    /// Those of the language as well.
    All,
}

fn meant(words: &Words, sight: &Sight<'_>, piece: &Piece, trust: Trust) -> Option<String> {
    let written = sight.word(piece);
    if !written.is_ascii() {
        let plain: String = written.nfkc().map(latin_for).collect();
        let lower = plain.to_lowercase();
        return (plain.is_ascii() && plain != written && words.knows_latin(&lower)).then_some(plain);
    }
    let lower = written.to_ascii_lowercase();
    let upper = written.bytes().filter(u8::is_ascii_uppercase).count();
    if lower.len() < 3 || is_name(written, upper) {
        return None;
    }
    let starts_sentence = sight.text[..piece.start]
        .trim_end()
        .chars()
        .next_back()
        .is_none_or(|c| !c.is_alphanumeric() && c != ',' && c != '，');
    let trust = if upper == 1 && !starts_sentence { Trust::Own } else { trust };
    let correction = drawn_out(words, &lower).or_else(|| nearest(words, &lower, trust))?;
    Some(in_case(&correction, upper))
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

/// The word, or words without their space, that `word` comes nearest to.
fn nearest(words: &Words, word: &str, trust: Trust) -> Option<String> {
    let pattern = Pattern::new(word)?;
    let mut best = nearest_within(words, word, &pattern, trust, 1);
    if best.is_none() && word.len() > 5 {
        best = nearest_within(words, word, &pattern, trust, 2);
    }
    let divided = if trust == Trust::All || best.is_none() { divide(words, word) } else { None };
    match (best, divided) {
        (Some((score, _)), Some((other, parts))) if other > score => Some(parts),
        (Some((_, word)), _) => Some(word.to_owned()),
        (None, Some((_, parts))) => Some(parts),
        (None, None) => None,
    }
}

/// The likeliest word at most `limit` slips away, with how likely it is.
fn nearest_within<'w>(
    words: &'w Words,
    word: &str,
    pattern: &Pattern,
    trust: Trust,
    limit: usize,
) -> Option<(f32, &'w str)> {
    let mut best: Option<(f32, &str)> = None;
    let mut consider = |other: &'w str, distance: usize| {
        let own = words.own_count(other);
        let is_enough = match (word.len(), distance) {
            (..=3, _) => own >= 2,
            (_, 1) => true,
            // Two slips leave much room: own words, or common ones that are long.
            (..=6, _) => own >= 1,
            _ => own >= 1 || other.as_bytes()[..1] == word.as_bytes()[..1] && english().class(other) >= Some(b'5'),
        };
        if is_enough {
            let score = words.latin_share(other).ln() - cost(word, other, distance);
            if best.is_none_or(|(best, _)| score > best) {
                best = Some((score, other));
            }
        }
    };
    let own = |number| words.own_word(number);
    words.letters.near(pattern, limit, own, |number, distance| consider(own(number), distance));
    if trust == Trust::All {
        let general = |number: u32| english().word(number as usize).0;
        general_letters().near(pattern, limit, general, |number, distance| consider(general(number), distance));
    }
    best
}

fn cost(word: &str, other: &str, distance: usize) -> f32 {
    let (a, b) = (word.as_bytes(), other.as_bytes());
    let mut cost = SLIP + SECOND_SLIP * distance.saturating_sub(1) as f32;
    if a.first() != b.first() {
        cost += FIRST_LETTER;
    }
    let start = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let end = a[start..].iter().rev().zip(b[start..].iter().rev()).take_while(|(x, y)| x == y).count();
    let (a_rest, b_rest) = (&a[start..a.len() - end], &b[start..b.len() - end]);
    let common = match (a_rest, b_rest) {
        ([x], [y]) => beside(char::from(*x)).contains(char::from(*y)),
        ([x1, x2], [y1, y2]) => x1 == y2 && x2 == y1,
        ([x], []) | ([], [x]) => start > 0 && a.get(start - 1) == Some(x),
        _ => false,
    };
    if common { cost - COMMON } else { cost }
}

/// `howdoireturn` → `how do i return`, with how likely it is; `None` when a part would be unknown.
fn divide(words: &Words, word: &str) -> Option<(f32, String)> {
    const LONGEST_WORD: usize = 16;
    if word.len() < 6 {
        return None;
    }
    let mut best: Vec<Option<(f32, usize)>> = vec![None; word.len() + 1];
    best[0] = Some((0.0, 0));
    for start in 0..word.len() {
        let Some((score, _)) = best[start] else { continue };
        for end in start + 1..=word.len().min(start + LONGEST_WORD) {
            let part = &word[start..end];
            if !is_part(words, part) {
                continue;
            }
            let score = score + words.latin_share(part).ln() - if start > 0 { MISSING_SPACE } else { 0.0 };
            if best[end].is_none_or(|(other, _)| score > other) {
                best[end] = Some((score, start));
            }
        }
    }
    let (score, mut start) = best[word.len()]?;
    let mut parts = vec![&word[start..]];
    while start > 0 {
        let end = start;
        start = best[end]?.1;
        parts.push(&word[start..end]);
    }
    parts.reverse();
    Some((score, parts.join(" ")))
}

/// Whether a part of a word may be a word; short ones only when everybody uses them.
fn is_part(words: &Words, part: &str) -> bool {
    match part.len() {
        1 => matches!(part, "i" | "a"),
        2 => is_stop_word(part),
        3 => is_stop_word(part) || english().class(part) >= Some(b'7') || words.own_count(part) >= 3,
        _ => words.own_count(part) >= 1 || english().class(part) >= Some(b'4'),
    }
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
