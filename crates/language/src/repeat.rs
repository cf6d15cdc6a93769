//! Characters drawn out for emphasis: sooooo, 好好好好, !!!!!!

use crate::scan::scan;
use crate::segment::Kind;

/// A character written three times or more in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repeat {
    /// Byte offset of the first.
    pub start: usize,
    /// Byte offset after the last.
    pub end: usize,
    /// The character.
    pub of: char,
    /// How often it stands there.
    pub count: usize,
}

/// Where `text` repeats a letter, a Chinese character or a mark (`!`, `?`, `~`, `。` and their full-width
/// forms) three times or more, in order: how strongly somebody puts it. Digits, codes, e-mail and web
/// addresses are not looked at.
pub fn repeats(text: &str) -> Vec<Repeat> {
    let found = runs(text);
    if found.iter().any(|run| run.of.is_alphabetic()) { in_words(text, found) } else { found }
}

/// Runs of three or more of the same letter or mark.
fn runs(text: &str) -> Vec<Repeat> {
    let mut found: Vec<Repeat> = Vec::new();
    let mut run = Repeat { start: 0, end: 0, of: '\0', count: 0 };
    for (at, c) in text.char_indices() {
        if c == run.of && run.count > 0 {
            run.count += 1;
            run.end = at + c.len_utf8();
            continue;
        }
        if run.count >= 3 {
            found.push(run);
        }
        run = Repeat { start: at, end: at + c.len_utf8(), of: c, count: usize::from(c.is_alphabetic() || is_mark(c)) };
    }
    if run.count >= 3 {
        found.push(run);
    }
    found
}

/// Leaves out runs inside codes and addresses.
fn in_words(text: &str, mut found: Vec<Repeat>) -> Vec<Repeat> {
    let pieces = scan(text);
    found.retain(|run| {
        let piece = pieces.partition_point(|piece| piece.end <= run.start);
        match pieces.get(piece) {
            Some(piece) if piece.start <= run.start => matches!(piece.kind, Kind::Han | Kind::Word),
            _ => true,
        }
    });
    found
}

fn is_mark(c: char) -> bool {
    matches!(c, '!' | '?' | '！' | '？' | '~' | '～' | '。' | '.' | '…')
}

/// Runs that are to be cut to two characters: letters of scripts and Chinese characters, which only drawn-out
/// speech repeats three times.
pub(crate) fn drawn_out(text: &str) -> Vec<Repeat> {
    let mut found = runs(text);
    found.retain(|run| run.of.is_alphabetic());
    if found.is_empty() { found } else { in_words(text, found) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn emphasis_is_counted() {
        let counts = |text| repeats(text).iter().map(|r| (r.of, r.count)).collect::<Vec<_>>();
        assert_eq!(counts("好好好好好!!!!!! sooooo 谢谢 看看"), [('好', 5), ('!', 6), ('o', 5)]);
        assert_eq!(counts("https://www.aaaa.example aaaa@bbb.example AAA2000B 10000"), []);
        assert_eq!(counts("啊啊啊啊"), [('啊', 4)]);
    }

    proptest! {
        #[test]
        fn spans_lie_in_the_text_in_order(text in any::<String>(), short in "[a啊!1. @w-]{0,30}") {
            for text in [text, short] {
                let mut last = 0;
                for repeat in repeats(&text) {
                    prop_assert!(repeat.start >= last && repeat.count >= 3);
                    prop_assert!(text[repeat.start..repeat.end].chars().all(|c| c == repeat.of));
                    last = repeat.end;
                }
            }
        }
    }
}
