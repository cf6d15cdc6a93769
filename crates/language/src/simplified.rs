//! Traditional Chinese characters to simplified ones.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

/// The first and the last character of the block that both forms lie in (CJK Unified Ideographs).
const FIRST: u32 = 0x4E00;
const LAST: u32 = 0x9FFF;

struct Table {
    /// For each character of the block, its simplified form, or 0 when it has none.
    simple: Box<[u16]>,
    /// Exceptions by their first character: traditional and simplified, the longest first. Both have the same
    /// number of characters.
    phrases: HashMap<char, Vec<(&'static str, &'static str)>>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut simple = vec![0; (LAST - FIRST + 1) as usize].into_boxed_slice();
    let mut phrases: HashMap<char, Vec<(&str, &str)>> = HashMap::new();
    for line in include_str!("../data/traditional.txt").lines().filter(|line| !line.starts_with('#')) {
        if let Some((from, to)) = line.split_once(' ') {
            phrases.entry(from.chars().next().unwrap_or(' ')).or_default().push((from, to));
        } else if let Some(to) = line.chars().next() {
            for from in line.chars().skip(1) {
                simple[(from as u32 - FIRST) as usize] = to as u32 as u16;
            }
        }
    }
    for list in phrases.values_mut() {
        list.sort_by_key(|(from, _)| std::cmp::Reverse(from.len()));
    }
    Table { simple, phrases }
});

/// The simplified form of one character out of context; itself when it has none.
pub(crate) fn simple(c: char) -> char {
    match c as u32 {
        code @ FIRST..=LAST => match TABLE.simple[(code - FIRST) as usize] {
            0 => c,
            simple => char::from_u32(u32::from(simple)).unwrap_or(c),
        },
        _ => c,
    }
}

/// `text` with traditional Chinese characters replaced by simplified ones (訂單 → 订单), character for
/// character, so that the number of characters stays. Phrases in which a character keeps its form (乾隆, 回覆 →
/// 回复) are known. Text without a traditional character is given back as it is.
///
/// The tables are those of OpenCC's conversion from traditional to simplified Chinese, with the commonest
/// phrases in which Taiwan writes 著 for 着.
pub fn simplified(text: &str) -> Cow<'_, str> {
    let Some(first) = text.char_indices().find(|&(_, c)| is_changed(c)) else {
        return Cow::Borrowed(text);
    };
    // A phrase may start before the first character that changes alone, at most three before it.
    let mut at = text[..first.0].char_indices().rev().nth(3).map_or(0, |(at, _)| at);
    let mut out = String::with_capacity(text.len());
    out.push_str(&text[..at]);
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let phrase = TABLE.phrases.get(&c).and_then(|list| list.iter().find(|(from, _)| rest.starts_with(from)));
        if let Some((from, to)) = phrase {
            out.push_str(to);
            at += from.len();
        } else {
            out.push(simple(c));
            at += c.len_utf8();
        }
    }
    Cow::Owned(out)
}

/// Whether the character may change, alone or in a phrase.
fn is_changed(c: char) -> bool {
    c >= '\u{4E00}' && (simple(c) != c || c == '著')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn traditional_becomes_simplified() {
        for (from, to) in [
            ("訂單什麼時候發貨？", "订单什么时候发货？"),
            ("我要退貨退款，請幫我處理", "我要退货退款，请帮我处理"),
            ("乾隆年間的乾貨", "乾隆年间的干货"),
            ("請盡快回覆，等著用", "请尽快回复，等着用"),
            ("著名", "著名"),
            ("頭髮發黃", "头发发黄"),
            ("ABC 123 😀", "ABC 123 😀"),
        ] {
            assert_eq!(simplified(from), to);
        }
    }

    #[test]
    fn simplified_text_is_not_copied() {
        assert!(matches!(simplified("我的订单在哪里 ok"), Cow::Borrowed(_)));
        assert!(matches!(simplified(""), Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn the_number_of_characters_stays(text in any::<String>(), han in "[乾隆著看等發髮后後里裡裏麼么回覆著名\u{4e00}-\u{9fff}a ]{0,30}") {
            for text in [text, han] {
                prop_assert_eq!(simplified(&text).chars().count(), text.chars().count());
            }
        }
    }
}
