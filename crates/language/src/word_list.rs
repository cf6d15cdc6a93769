//! Lists of common words that are part of the program, with how common each is.

use std::sync::LazyLock;

/// A sorted list of words. Looking one up takes a binary search; in memory it adds four bytes a word.
pub(crate) struct WordList {
    text: &'static str,
    /// Where each word starts in `text`.
    starts: Vec<u32>,
    total: f32,
    count: fn(u8) -> f32,
}

/// Common English words: lower-case `a`–`z`, some with an apostrophe.
pub(crate) fn english() -> &'static WordList {
    static LIST: LazyLock<WordList> =
        LazyLock::new(|| WordList::new(include_str!("../data/english.txt"), english_count));
    &LIST
}

/// Common Chinese words of one to four characters, simplified.
pub(crate) fn chinese() -> &'static WordList {
    static LIST: LazyLock<WordList> =
        LazyLock::new(|| WordList::new(include_str!("../data/chinese.txt"), chinese_count));
    &LIST
}

/// English classes are digits by rank in running text: 9 are the first 300 words, 2 those outside the first
/// 30,000. By Zipf's law a word of rank r comes about once in 12 · r words.
fn english_count(class: u8) -> f32 {
    match class {
        b'9' => 50_000.0,
        b'8' => 12_000.0,
        b'7' => 4_000.0,
        b'6' => 1_800.0,
        b'5' => 900.0,
        b'4' => 350.0,
        b'3' => 200.0,
        _ => 10.0,
    }
}

/// Chinese classes are letters: `a` is a count of 1, each next one twice the one before.
fn chinese_count(class: u8) -> f32 {
    (class.saturating_sub(b'a') as f32).exp2()
}

impl WordList {
    /// `text` holds a word a line, sorted by bytes, the class as its last byte.
    fn new(text: &'static str, count: fn(u8) -> f32) -> Self {
        let mut starts = Vec::with_capacity(text.len() / 8);
        let mut at = 0;
        let mut total = 0.0;
        for line in text.lines() {
            if line.len() > 1 {
                starts.push(at as u32);
                total += count(line.as_bytes()[line.len() - 1]);
            }
            at += line.len() + 1;
        }
        starts.shrink_to_fit();
        Self { text, starts, total, count }
    }

    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// The word with this number and its class.
    pub fn word(&self, number: usize) -> (&'static str, u8) {
        let start = self.starts[number] as usize;
        let end = self.starts.get(number + 1).map_or(self.text.len(), |&next| next as usize);
        let line = self.text[start..end].trim_end_matches('\n');
        (&line[..line.len() - 1], line.as_bytes()[line.len() - 1])
    }

    /// Words in the order of their numbers, each with its class.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, u8)> + '_ {
        (0..self.len()).map(|number| self.word(number))
    }

    /// The class of a word, if it is in the list.
    pub fn class(&self, word: &str) -> Option<u8> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = (low + high) / 2;
            let (found, class) = self.word(middle);
            match found.cmp(word) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Some(class),
            }
        }
        None
    }

    pub fn contains(&self, word: &str) -> bool {
        self.class(word).is_some()
    }

    /// The share of running text that the word makes up, 0 for one that is not listed.
    pub fn share(&self, word: &str) -> f32 {
        self.class(word).map_or(0.0, |class| self.share_of(class))
    }

    /// The share of running text that a word of this class makes up.
    pub fn share_of(&self, class: u8) -> f32 {
        (self.count)(class) / self.total
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sorted_and_large() {
        for list in [english(), chinese()] {
            assert!(list.len() > 20_000);
            assert!((1..list.len()).all(|number| list.word(number - 1).0 < list.word(number).0));
        }
    }

    #[test]
    fn every_word_is_found_and_common_ones_weigh_more() {
        assert!(english().iter().all(|(word, class)| english().class(word) == Some(class)));
        assert!(chinese().iter().all(|(word, class)| chinese().class(word) == Some(class)));
        assert!(english().share("the") > english().share("kettle"));
        assert!(chinese().share("的") > chinese().share("退款"));
        assert_eq!(english().share("qzx"), 0.0);
        assert!(!english().contains("") && !chinese().contains("abc"));
    }
}
