//! How near two words are.

use yingda_language::Kind;

use crate::phrase::Word;

/// From 0 (nothing in common) to 1 (the same word). Symmetric.
pub(crate) fn similarity(a: &Word, b: &Word) -> f32 {
    if a.text == b.text {
        return 1.0;
    }
    let mut best: f32 = 0.0;
    if a.concept.is_some() && a.concept == b.concept {
        best = SAME_CONCEPT;
    }
    if a.letters & b.letters == 0 {
        return best;
    }
    let form = match (a.kind, b.kind) {
        (Kind::Han, Kind::Han) => shared_characters(&a.text, &b.text),
        (Kind::Word, Kind::Word) => latin(&a.text, &b.text),
        _ => 0.0,
    };
    best.max(form)
}

/// Nearness of different words for the same thing.
pub(crate) const SAME_CONCEPT: f32 = 0.85;

/// Dice's coefficient over characters, dampened: 增值税发票 and 发票 share a subject, 发票 and 发货 hardly.
fn shared_characters(a: &str, b: &str) -> f32 {
    let (long, short) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    let (n, m) = (long.chars().count(), short.chars().count());
    let shared = short.chars().filter(|c| long.contains(*c)).count();
    let dice = 2.0 * shared.min(m) as f32 / (n + m) as f32;
    if m >= 2 && long.contains(short) {
        return 0.6 + 0.3 * dice;
    }
    if dice < 0.5 { 0.0 } else { 0.6 * dice }
}

/// Slips at the first letter are rare, and looking for them would compare every word with every other.
fn latin(a: &str, b: &str) -> f32 {
    if a.as_bytes().first() != b.as_bytes().first() {
        return 0.0;
    }
    if is_slip(a, b) {
        return 0.8;
    }
    let common = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    let long = a.len().max(b.len());
    if common >= 5 && common * 10 >= long * 6 { 0.7 } else { 0.0 }
}

/// Whether one word is the other with a letter too many, too few, wrong or swapped; two from eight letters on.
pub(crate) fn is_slip(a: &str, b: &str) -> bool {
    let shorter = a.len().min(b.len());
    let longer = a.len().max(b.len());
    if !(4..=32).contains(&shorter) || longer > 32 {
        return false;
    }
    let allowed = if shorter >= 8 { 2 } else { 1 };
    longer - shorter <= allowed && distance(a.as_bytes(), b.as_bytes()) <= allowed
}

/// Optimal string alignment distance (Levenshtein with swaps of neighbours) of words of at most 32 bytes.
fn distance(a: &[u8], b: &[u8]) -> usize {
    let mut before = [0_usize; 33];
    let mut last: [usize; 33] = std::array::from_fn(|j| j);
    for i in 1..=a.len() {
        let mut row = [0_usize; 33];
        row[0] = i;
        for j in 1..=b.len() {
            let cost = usize::from(a[i - 1] != b[j - 1]);
            row[j] = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + cost);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = last;
        last = row;
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use yingda_language::tokens;

    fn near(a: &str, b: &str) -> f32 {
        let word = |text| Word::from(tokens(text).into_iter().next().unwrap());
        let there = similarity(&word(a), &word(b));
        assert_eq!(there, similarity(&word(b), &word(a)), "{a} {b}");
        there
    }

    #[test]
    fn nearness_orders_as_people_would() {
        assert_eq!(near("refund", "refunds"), 1.0);
        assert!(near("refund", "refnud") > 0.7);
        assert!(near("取消", "撤销") > 0.8);
        assert!(near("parcel", "package") > 0.8);
        assert_eq!(near("发票", "退款"), 0.0);
        assert_eq!(near("QH2611050123", "QH2611050124"), 0.0);
        assert!(near("cat", "car") < 0.1);
    }

    #[test]
    fn a_slip_is_one_letter_or_two_in_long_words() {
        assert!(is_slip("adress", "address") && is_slip("recieve", "receive"));
        assert!(is_slip("cancelation", "cancellatoin"));
        assert!(!is_slip("form", "farmer") && !is_slip("to", "do"));
    }
}
