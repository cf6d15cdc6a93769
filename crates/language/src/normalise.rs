//! One spelling for what looks the same.

use unicode_normalization::UnicodeNormalization;

/// Text as it is compared: NFKC (so full-width letters, digits and punctuation become half-width),
/// lower case, without zero-width and directional marks, control characters and runs of white space
/// turned into one space, a repeated punctuation mark reduced to one, and no space at either end.
///
/// `normalise(normalise(x)) == normalise(x)` for every `x`.
pub fn normalise(text: &str) -> String {
    // Lowering or dropping a character may bring together what NFKC then composes, so repeat until
    // nothing changes; ordinary text needs one pass and one look.
    let mut current = pass(text);
    for _ in 0..8 {
        let next = pass(&current);
        if next == current {
            break;
        }
        current = next;
    }
    current
}

fn pass(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut last = ' ';
    for c in text.nfkc().flat_map(char::to_lowercase) {
        if is_invisible(c) {
            continue;
        }
        let c = if c.is_whitespace() || c.is_control() { ' ' } else { c };
        if c == last && (c == ' ' || is_repeatable(c)) {
            continue;
        }
        out.push(c);
        last = c;
    }
    if out.ends_with(' ') {
        out.pop();
    }
    out
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
    fn an_address_keeps_its_slashes() {
        assert_eq!(normalise("HTTPS://shop.qinghe.example/a"), "https://shop.qinghe.example/a");
    }

    proptest! {
        #[test]
        fn normalising_twice_changes_nothing(text in any::<String>()) {
            let once = normalise(&text);
            prop_assert_eq!(normalise(&once), once);
        }

        #[test]
        fn combining_marks_and_invisible_characters_settle(
            text in "[a-zA-Z\u{0130}\u{0300}-\u{0345}\u{200b}\u{200d}\u{ff21}-\u{ff5a}\u{1e9e}\u{03a3}!?. ]{0,40}"
        ) {
            let once = normalise(&text);
            prop_assert_eq!(normalise(&once), once);
        }
    }
}
