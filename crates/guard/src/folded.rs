//! Text in one spelling, character for character, so that every place leads back.

use std::ops::Range;

use yingda_language::simplified;

/// Text with simplified characters, half-width letters and digits, lower case and plain hyphens and quotes.
/// Every character stands for exactly one of the text it was made from.
#[derive(Debug, Clone)]
pub(crate) struct Folded {
    pub text: String,
    /// For every byte of `text`, where its character starts in the original; one more for the end.
    starts: Vec<u32>,
}

impl Folded {
    pub fn new(given: &str) -> Self {
        let simple = simplified(given);
        let mut text = String::with_capacity(given.len());
        let mut starts = Vec::with_capacity(given.len() + 1);
        for ((at, _), c) in given.char_indices().zip(simple.chars()) {
            text.push(fold(c));
            starts.resize(text.len(), at as u32);
        }
        starts.push(given.len() as u32);
        Self { text, starts }
    }

    /// The bytes of the original text that `range` of the folded text came from.
    pub fn original(&self, range: Range<usize>) -> Range<usize> {
        let place = |at: usize| self.starts.get(at).or(self.starts.last()).map_or(0, |at| *at as usize);
        place(range.start)..place(range.end).max(place(range.start))
    }
}

fn fold(c: char) -> char {
    let c = match c {
        // The comma stays apart from the one inside 1,299.
        '，' | '；' => c,
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '\u{FFE5}' => '¥',
        '‐' | '‑' | '–' | '—' | '−' | '〜' => '-',
        '’' | '‘' | 'ʼ' => '\'',
        '\u{3000}' | '\u{A0}' | '\u{2009}' | '\u{202F}' => ' ',
        other => other,
    };
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::Folded;
    use proptest::prelude::{any, proptest};

    #[test]
    fn a_place_leads_back_to_the_words_that_were_written() {
        let written = "共 ￥１，２９９ 訂單";
        let folded = Folded::new(written);
        let at = folded.text.find("订单").unwrap();
        assert_eq!(&written[folded.original(at..at + "订单".len())], "訂單");
    }

    proptest! {
        #[test]
        fn every_range_leads_back(text in any::<String>()) {
            let folded = Folded::new(&text);
            for (at, c) in folded.text.char_indices() {
                let back = folded.original(at..at + c.len_utf8());
                assert!(text.get(back).is_some());
            }
        }
    }
}
