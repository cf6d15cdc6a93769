//! What slips of the finger cost, as natural logarithms of their odds against no slip.

use crate::noise::beside;

/// A key beside the right one.
const NEAR_KEY: f32 = 3.2;
/// A vowel for another, as the ear has it.
const VOWEL: f32 = 4.0;
/// Any other letter.
const WRONG_KEY: f32 = 6.0;
/// An apostrophe for a letter, or the other way round.
const NO_LETTER: f32 = 10.0;
/// Two letters the wrong way round.
const SWAPPED: f32 = 3.2;
/// A letter that stands twice and should not, or the other way round.
const DOUBLED: f32 = 3.0;
/// A letter left out.
const MISSING: f32 = 3.7;
/// An apostrophe left out, as many do.
const APOSTROPHE: f32 = 1.5;
/// A letter too many; beside one of its neighbours, two keys were hit at once.
const EXTRA: f32 = 5.5;
const EXTRA_BESIDE: f32 = 4.2;
/// What a wrong first letter costs more.
const FIRST: f32 = 1.0;
/// What each slip after the first costs more: most words have one at most.
const FURTHER: f32 = 0.7;

/// Longest words that are compared, in letters.
const LONGEST: usize = super::edit::LONGEST + 3;

/// The cost of the cheapest slips that make `written` of `meant` (weighted optimal string alignment); both are ASCII.
pub(crate) fn cost(written: &str, meant: &str) -> f32 {
    let (a, b) = (written.as_bytes(), meant.as_bytes());
    if a.len() >= LONGEST || b.len() >= LONGEST {
        return f32::INFINITY;
    }
    let mut rows = [[0.0_f32; LONGEST]; LONGEST];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            if i + j == 0 {
                continue;
            }
            let first = if i.min(j) <= 1 { FIRST } else { 0.0 };
            let mut best = f32::INFINITY;
            if i > 0 {
                best = best.min(rows[i - 1][j] + extra(a, i - 1) + if i == 1 { FIRST } else { 0.0 } + FURTHER);
            }
            if j > 0 {
                best = best.min(rows[i][j - 1] + missing(a, b, i, j - 1) + if j == 1 { FIRST } else { 0.0 } + FURTHER);
            }
            if i > 0 && j > 0 {
                let (x, y) = (a[i - 1], b[j - 1]);
                best = best.min(rows[i - 1][j - 1] + if x == y { 0.0 } else { wrong(x, y) + first + FURTHER });
                if i > 1 && j > 1 && x == b[j - 2] && a[i - 2] == y && x != y {
                    best = best.min(rows[i - 2][j - 2] + SWAPPED + FURTHER);
                }
            }
            rows[i][j] = best;
        }
    }
    (rows[a.len()][b.len()] - FURTHER).max(0.0)
}

fn wrong(written: u8, meant: u8) -> f32 {
    let is_vowel = |b: u8| matches!(b, b'a' | b'e' | b'i' | b'o' | b'u');
    if written == b'\'' || meant == b'\'' {
        NO_LETTER
    } else if beside(char::from(meant)).contains(char::from(written)) {
        NEAR_KEY
    } else if is_vowel(written) && is_vowel(meant) {
        VOWEL
    } else {
        WRONG_KEY
    }
}

/// The letter `at` of what was written is too much.
fn extra(written: &[u8], at: usize) -> f32 {
    let near = [at.checked_sub(1).map(|at| written[at]), written.get(at + 1).copied()];
    if near.contains(&Some(written[at])) {
        DOUBLED
    } else if near.into_iter().flatten().any(|other| beside(char::from(other)).contains(char::from(written[at]))) {
        EXTRA_BESIDE
    } else {
        EXTRA
    }
}

/// The letter `at` of what is meant is missing after the first `i` letters that were written.
fn missing(written: &[u8], meant: &[u8], i: usize, at: usize) -> f32 {
    let is_double = at.checked_sub(1).is_some_and(|before| meant[before] == meant[at])
        || meant.get(at + 1) == Some(&meant[at]) && written.get(i) == Some(&meant[at]);
    match meant[at] {
        b'\'' => APOSTROPHE,
        _ if is_double => DOUBLED,
        _ => MISSING,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn likelier_slips_cost_less() {
        assert_eq!(cost("card", "card"), 0.0);
        assert!(cost("hou", "you") < cost("hou", "hot"));
        assert!(cost("adress", "address") < cost("addres", "addrest"));
        assert!(cost("retrun", "return") < cost("retxrn", "return"));
        assert!(cost("tdakcinh", "tracking") < cost("tdakcinh", "talking") + 6.0);
        assert_eq!(cost(&"a".repeat(40), "a"), f32::INFINITY);
    }
}
