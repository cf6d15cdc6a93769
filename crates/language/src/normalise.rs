//! One spelling for what looks the same.

use std::borrow::Cow;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, is_combining_mark};

use crate::repeat::drawn_out;
use crate::simplified::simplified;

/// Text as it is compared: NFKC (so full-width letters, digits and punctuation become half-width),
/// lower case, simplified Chinese characters, without zero-width and directional marks, control characters
/// and runs of white space turned into one space, curly apostrophes and long hyphens made plain, a repeated
/// punctuation mark reduced to one, a letter or Chinese character that is repeated three times or more reduced
/// to two (not in codes and addresses), and no space at either end.
///
/// `normalise(normalise(x)) == normalise(x)` for every `x`. To know where a piece of the result stood in the
/// text, use [`Normalised`].
pub fn normalise(text: &str) -> String {
    Normalised::new(text).text
}

/// Text as it is compared ([`normalise`]), that knows where each part of it came from: what is found in it
/// can be shown in the words of the customer.
///
/// ```
/// use yingda_language::Normalised;
///
/// let written = "我要退 ＱＨ２６１１ 這個訂單！！！";
/// let normalised = Normalised::new(written);
/// let at = normalised.text().find("订单").unwrap();
/// assert_eq!(&written[normalised.original(at..at + "订单".len())], "訂單");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Normalised {
    text: String,
    /// For each byte of `text`, the span in the original text of the character that it belongs to.
    spans: Vec<(u32, u32)>,
    /// Length of the original text in bytes.
    length: usize,
}

/// Passes over the text until nothing changes; real text needs one and a look.
const PASSES: usize = 8;

impl Normalised {
    /// Normalises `text`.
    pub fn new(text: &str) -> Self {
        let mut current = fold(text);
        for _ in 0..PASSES {
            current = current.simplify().reduce();
            if is_settled(&current.text) {
                break;
            }
            let next = fold(&current.text);
            if next.text == current.text {
                break;
            }
            current = next.after(&current);
        }
        Self { text: current.text, spans: current.spans, length: text.len() }
    }

    /// The normalised text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The normalised text, without the knowledge of where it came from.
    pub fn into_text(self) -> String {
        self.text
    }

    /// The bytes of the original text that became the bytes `range` of the normalised text: whole characters,
    /// with the marks that were dropped inside. An empty range gives an empty range; what lies outside the text
    /// is cut off.
    pub fn original(&self, range: Range<usize>) -> Range<usize> {
        let place = |at: usize| self.spans.get(at).map_or(self.length, |span| span.0 as usize);
        let end = range.end.min(self.spans.len());
        if range.start >= end {
            let at = place(range.start);
            return at..at;
        }
        place(range.start)..self.spans[end - 1].1 as usize
    }
}

/// A text on its way to be normalised.
struct Mapped {
    text: String,
    spans: Vec<(u32, u32)>,
}

impl Mapped {
    fn with_capacity(bytes: usize) -> Self {
        Self { text: String::with_capacity(bytes), spans: Vec::with_capacity(bytes) }
    }

    fn push(&mut self, c: char, span: (u32, u32)) {
        self.text.push(c);
        self.spans.resize(self.text.len(), span);
    }

    /// Lets the last character also stand for what ends at `end`.
    fn stretch(&mut self, end: u32) {
        if let Some(last) = self.text.chars().next_back() {
            let from = self.spans.len() - last.len_utf8();
            self.spans[from..].iter_mut().for_each(|span| span.1 = end);
        }
    }

    /// This text's origins, given those of the text that it was made from.
    fn after(mut self, before: &Mapped) -> Self {
        for span in &mut self.spans {
            *span = (before.spans[span.0 as usize].0, before.spans[span.1 as usize - 1].1);
        }
        self
    }

    /// With simplified characters.
    fn simplify(self) -> Self {
        let Cow::Owned(simple) = simplified(&self.text) else { return self };
        let mut out = Self::with_capacity(simple.len());
        for ((at, _), c) in self.text.char_indices().zip(simple.chars()) {
            out.push(c, self.spans[at]);
        }
        out
    }

    /// With drawn-out letters cut to two.
    fn reduce(self) -> Self {
        let repeats = drawn_out(&self.text);
        if repeats.is_empty() {
            return self;
        }
        let mut out = Self::with_capacity(self.text.len());
        let mut runs = repeats.into_iter().peekable();
        for (at, c) in self.text.char_indices() {
            while runs.next_if(|run| run.end <= at).is_some() {}
            match runs.peek() {
                Some(run) if at >= run.start + 2 * c.len_utf8() => out.stretch(self.spans[at].1),
                _ => out.push(c, self.spans[at]),
            }
        }
        out
    }
}

/// Whether another [`fold`] can surely change nothing: all characters are ones that it keeps.
fn is_settled(text: &str) -> bool {
    let mut last = ' ';
    let same = text.chars().all(|c| {
        let keeps = matches!(c, ' '..='~' | '\u{3001}'..='\u{3002}' | '\u{4E00}'..='\u{9FFF}')
            && !c.is_ascii_uppercase()
            && !(c == last && (c == ' ' || is_repeatable(c)));
        last = c;
        keeps
    });
    // Cutting a run may make another piece of text a word, and with it a run of its own.
    same && !text.ends_with(' ') && simplified(text) == text && drawn_out(text).is_empty()
}

/// One pass over the text, cluster by cluster: a character and the marks that NFKC may join to it.
fn fold(text: &str) -> Mapped {
    let mut out = Mapped::with_capacity(text.len());
    let mut last = ' ';
    let mut put = |out: &mut Mapped, c: char, span: (u32, u32)| {
        let c = plain(c);
        if c == last && (c == ' ' || is_repeatable(c)) {
            out.stretch(span.1);
            return;
        }
        out.push(c, span);
        last = c;
    };
    let mut rest = text.char_indices().peekable();
    while let Some((start, c)) = rest.next() {
        let mut end = start + c.len_utf8();
        while let Some((at, mark)) = rest.next_if(|&(_, c)| is_joined(c)) {
            end = at + mark.len_utf8();
        }
        let span = (start as u32, end as u32);
        if end == start + c.len_utf8() && is_plain(c) {
            put(&mut out, half_width(c).to_ascii_lowercase(), span);
        } else {
            for c in text[start..end].nfkc().flat_map(char::to_lowercase).filter(|&c| !is_invisible(c)) {
                put(&mut out, c, span);
            }
        }
    }
    if out.text.ends_with(' ') {
        out.text.pop();
        out.spans.pop();
    }
    out
}

/// What NFKC keeps, or makes half-width, whatever stands beside it: the commonest characters by far.
fn is_plain(c: char) -> bool {
    matches!(c, '\0'..='\u{7F}' | '\u{3000}'..='\u{3002}' | '\u{4E00}'..='\u{9FFF}' | '\u{FF01}'..='\u{FF5E}')
}

fn half_width(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

/// Whether a character may be joined to the one before it: marks, invisible ones, the later letters of a Korean
/// syllable, half-width Japanese voice marks.
fn is_joined(c: char) -> bool {
    c >= '\u{00AD}'
        && !is_plain(c)
        && (canonical_combining_class(c) != 0
            || is_combining_mark(c)
            || is_invisible(c)
            || matches!(c, '\u{1160}'..='\u{11FF}' | '\u{D7B0}'..='\u{D7FF}' | '\u{3130}'..='\u{318F}' | '\u{FF9E}'..='\u{FFDC}'))
}

fn plain(c: char) -> char {
    match c {
        '‘' | '’' | 'ʼ' | '′' => '\'',
        '\u{2010}'..='\u{2013}' | '\u{2212}' => '-',
        c if c.is_whitespace() || c.is_control() => ' ',
        c => c,
    }
}

/// Marks that take no room on screen: joiners, direction, soft hyphen, variation selectors.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00AD}'
        | '\u{034F}'
        | '\u{061C}'
        | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}'
        | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}'
        | '\u{E0000}'..='\u{E0FFF}')
}

/// Punctuation that people repeat for emphasis. A slash or a hyphen is not: addresses contain `//`.
fn is_repeatable(c: char) -> bool {
    matches!(c, '!' | '?' | ',' | '.' | ';' | '~' | '*' | '。' | '、' | '·' | '—' | '^')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn full_width_becomes_half_width_and_lower_case() {
        assert_eq!(normalise("ＱＨ２６１１，ＯＫ！"), "qh2611,ok!");
    }

    #[test]
    fn white_space_and_zero_width_marks_do_not_count() {
        assert_eq!(normalise(" \u{feff}退\u{200b}款\u{3000}\n 进度\t"), "退款 进度");
    }

    #[test]
    fn repeated_punctuation_becomes_one_mark() {
        assert_eq!(normalise("在吗？？？！！……"), "在吗?!.");
    }

    #[test]
    fn an_address_keeps_its_slashes_and_letters() {
        assert_eq!(normalise("HTTPS://shop.qinghe.example/a"), "https://shop.qinghe.example/a");
        assert_eq!(normalise("www.aaab.example aaab@ccc.example"), "www.aaab.example aaab@ccc.example");
    }

    #[test]
    fn traditional_and_drawn_out_characters_are_compared_as_the_plain_ones() {
        assert_eq!(normalise("訂單好慢啊啊啊啊啊！！！"), "订单好慢啊啊!");
        assert_eq!(normalise("Sooooo slowwww"), "soo sloww");
        assert_eq!(normalise("谢谢 看看 10000 AAA1234"), "谢谢 看看 10000 aaa1234");
        assert_eq!(normalise("I don’t know, COVID–19"), "i don't know, covid-19");
    }

    #[test]
    fn every_piece_leads_back_to_what_was_written() {
        let written = "　ＯＫ　訂單Ａ—１ soooo ﬁne！！！ ｶﾞ cafe\u{301}";
        let normalised = Normalised::new(written);
        for (piece, original) in [
            ("ok", "ＯＫ"),
            ("订单", "訂單"),
            ("soo", "soooo"),
            ("fine!", "ﬁne！！！"),
            ("ガ", "ｶﾞ"),
            ("café", "cafe\u{301}"),
        ] {
            let at = normalised.text().find(piece).unwrap();
            assert_eq!(&written[normalised.original(at..at + piece.len())], original);
        }
        assert_eq!(normalised.original(500..900), written.len()..written.len());
    }

    proptest! {
        #[test]
        fn normalising_twice_changes_nothing_and_leads_back(text in any::<String>()) {
            check(&text);
        }

        #[test]
        fn combining_marks_and_invisible_characters_settle(
            text in "[a-zA-Z\u{0130}\u{0300}-\u{0345}\u{200b}\u{200d}\u{ff21}-\u{ff5a}\u{1e9e}\u{03a3}!?. ]{0,40}"
        ) {
            check(&text);
        }

        #[test]
        fn mixed_scripts_settle(
            text in "[a-cA-C0-2w著着乾隆覆回髮好谢\u{1100}-\u{1103}\u{1161}-\u{1163}\u{11a8}-\u{11aa}ｶﾞｱ\u{3131}-\u{3135}．。…’@:/ ·\u{9be}\u{9c7}-]{0,40}"
        ) {
            check(&text);
        }
    }

    fn check(text: &str) {
        let once = Normalised::new(text);
        assert_eq!(normalise(once.text()), once.text());
        let mut last = 0;
        for (at, c) in once.text().char_indices() {
            let span = once.original(at..at + c.len_utf8());
            assert!(
                text.get(span.clone()).is_some() && span.start >= last && span.start < span.end,
                "{span:?} {text:?}"
            );
            last = span.start;
        }
    }
}
