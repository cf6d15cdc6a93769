//! Which language a message is written in.

use crate::segment::Kind;
use crate::{is_han, scan::scan, stop};

/// The language of a message, as far as answers differ by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lang {
    /// Chinese, simplified or traditional.
    Zh,
    /// English, and other languages in Latin script.
    En,
    /// Another script, or nothing that is a word (only digits, emoji, addresses).
    Other,
}

impl Lang {
    /// The language tag: `zh`, `en`, or `und` (undetermined, RFC 5646).
    pub fn tag(self) -> &'static str {
        match self {
            Lang::Zh => "zh",
            Lang::En => "en",
            Lang::Other => "und",
        }
    }
}

/// The language of `text` by its script, right also for short mixed messages: the words that hold a
/// sentence together (我, 怎么, 吗; do, you, the) weigh more than the names and terms it mentions.
pub fn detect(text: &str) -> Lang {
    let mut chinese = 0.0_f32;
    let mut english = 0.0_f32;
    let mut other = 0.0_f32;
    for piece in scan(text) {
        let word = &text[piece.start..piece.end];
        match piece.kind {
            Kind::Han => {
                for c in word.chars() {
                    chinese += if stop::is_chinese_particle(c) { 2.0 } else { 0.5 };
                }
            }
            Kind::Word if word.chars().all(is_latin) => {
                english += if stop::is_stop_word(&word.to_lowercase()) { 2.5 } else { 1.0 };
            }
            Kind::Word => other += 0.5 * word.chars().count() as f32,
            Kind::Number | Kind::Code | Kind::Email | Kind::Url => {}
        }
    }
    if chinese + english + other == 0.0 {
        // Only a code such as a product number: its letters are all there is to go by.
        return match text.chars().find(|c| c.is_alphabetic()) {
            Some(c) if is_han(c) => Lang::Zh,
            Some(c) if is_latin(c) => Lang::En,
            _ => Lang::Other,
        };
    }
    if other > chinese.max(english) || (other > 0.0 && other * 2.0 > chinese && chinese > english) {
        Lang::Other
    } else if chinese >= english {
        Lang::Zh
    } else {
        Lang::En
    }
}

fn is_latin(c: char) -> bool {
    c.is_ascii() || matches!(c, '\u{00C0}'..='\u{024F}' | '\u{1E00}'..='\u{1EFF}' | '\u{0300}'..='\u{036F}' | '’')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_mixed_messages_follow_the_sentence_not_the_names_in_it() {
        for (text, lang) in [
            ("怎么退款", Lang::Zh),
            ("在吗", Lang::Zh),
            ("iPhone 15 退款", Lang::Zh),
            ("我要 return QH-KT17 kettle", Lang::Zh),
            ("我的order还没ship呢", Lang::Zh),
            ("how do I cancel", Lang::En),
            ("ok", Lang::En),
            ("Do you support 微信支付?", Lang::En),
            ("What does 退款 mean in English?", Lang::En),
            ("QH2611050123", Lang::En),
            ("返品したいのですが", Lang::Other),
            ("Как вернуть товар?", Lang::Other),
            ("123 😀", Lang::Other),
            ("", Lang::Other),
        ] {
            assert_eq!(detect(text), lang, "{text}");
        }
    }
}
