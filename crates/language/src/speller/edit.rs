//! Words that differ by few letters.

/// Longest word that is compared, in bytes.
pub(crate) const LONGEST: usize = 24;

/// Words by their length, each with a bit for every letter that it contains, so that most are ruled out by one
/// comparison: a slip changes at most two of these bits.
#[derive(Debug, Clone, Default)]
pub(crate) struct Letters {
    by_length: Vec<Vec<(u32, u32)>>,
}

impl Letters {
    /// Adds a word of lower-case ASCII letters and apostrophes; others cannot be found.
    pub fn add(&mut self, word: &str, number: usize) {
        if word.len() > LONGEST || !word.bytes().all(|b| b.is_ascii_lowercase() || b == b'\'') {
            return;
        }
        if self.by_length.len() <= word.len() {
            self.by_length.resize_with(word.len() + 1, Vec::new);
        }
        self.by_length[word.len()].push((letters(word), number as u32));
    }

    pub fn shrink(&mut self) {
        self.by_length.iter_mut().for_each(Vec::shrink_to_fit);
    }

    /// The numbers of words at most `limit` slips from the pattern, each with its distance.
    pub fn near<'w>(
        &self,
        pattern: &Pattern,
        limit: usize,
        word: impl Fn(u32) -> &'w str,
        mut found: impl FnMut(u32, usize),
    ) {
        let lengths = pattern.length.saturating_sub(limit)..=pattern.length + limit;
        for list in lengths.filter_map(|length| self.by_length.get(length)) {
            for &(letters, number) in list {
                if (letters ^ pattern.letters).count_ones() as usize > 2 * limit {
                    continue;
                }
                let distance = pattern.distance(word(number));
                if distance <= limit {
                    found(number, distance);
                }
            }
        }
    }
}

fn letters(word: &str) -> u32 {
    word.bytes().fold(0, |bits, b| bits | 1 << letter(b))
}

fn letter(b: u8) -> usize {
    if b.is_ascii_lowercase() { usize::from(b - b'a') } else { 26 }
}

/// A word of at most [`LONGEST`] lower-case letters, prepared to be compared with many.
pub(crate) struct Pattern {
    length: usize,
    letters: u32,
    places: [u32; 27],
}

impl Pattern {
    /// `None` when the word is empty, too long, or contains something other than lower-case ASCII letters and
    /// apostrophes.
    pub fn new(word: &str) -> Option<Self> {
        if word.is_empty() || word.len() > LONGEST || !word.bytes().all(|b| b.is_ascii_lowercase() || b == b'\'') {
            return None;
        }
        let mut places = [0; 27];
        for (at, b) in word.bytes().enumerate() {
            places[letter(b)] |= 1 << at;
        }
        Some(Self { length: word.len(), letters: letters(word), places })
    }

    /// Optimal string alignment distance (Levenshtein's with swaps of neighbours), all rows at once in the bits of
    /// a number (Hyyrö 2003).
    pub fn distance(&self, other: &str) -> usize {
        let last = 1_u32 << (self.length - 1);
        let (mut up, mut down, mut same, mut before) = (u32::MAX, 0_u32, 0_u32, 0_u32);
        let mut distance = self.length;
        for b in other.bytes() {
            let here = self.places[letter(b)];
            let swapped = ((!same & here) << 1) & before;
            same = ((here & up).wrapping_add(up) ^ up) | here | down | swapped;
            let right = down | !(same | up);
            let left = same & up;
            distance += usize::from(right & last != 0);
            distance -= usize::from(left & last != 0);
            let right = (right << 1) | 1;
            up = (left << 1) | !(same | right);
            down = right & same;
            before = here;
        }
        distance
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn plain(a: &[u8], b: &[u8]) -> usize {
        let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
        for i in 0..=a.len() {
            for j in 0..=b.len() {
                rows[i][j] = if i == 0 || j == 0 {
                    i + j
                } else {
                    let mut best = (rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
                    best = best.min(rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]));
                    if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                        best = best.min(rows[i - 2][j - 2] + 1);
                    }
                    best
                };
            }
        }
        rows[a.len()][b.len()]
    }

    proptest! {
        #[test]
        fn the_distance_is_that_of_the_textbook(a in "[a-d']{1,24}", b in "[a-d']{0,24}") {
            prop_assert_eq!(Pattern::new(&a).unwrap().distance(&b), plain(a.as_bytes(), b.as_bytes()));
        }

        #[test]
        fn no_near_word_is_missed(word in "[a-e]{3,9}", others in proptest::collection::vec("[a-e]{1,10}", 0..40)) {
            let mut letters = Letters::default();
            others.iter().enumerate().for_each(|(number, other)| letters.add(other, number));
            let mut found = Vec::new();
            letters.near(&Pattern::new(&word).unwrap(), 2, |number| &others[number as usize], |number, _| found.push(number as usize));
            found.sort_unstable();
            let near = |other: &String| plain(word.as_bytes(), other.as_bytes()) <= 2;
            let expected: Vec<usize> = (0..others.len()).filter(|&number| near(&others[number])).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
