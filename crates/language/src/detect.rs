//! Which language a message is written in.

use crate::foreign::is_foreign;
use crate::pinyin::syllables;
use crate::scan::{Piece, scan};
use crate::segment::Kind;
use crate::word_list::english;
use crate::{is_han, stop};

/// The language of a message, as far as answers differ by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lang {
    /// Chinese: simplified, traditional, or typed in pinyin.
    Zh,
    /// English, and what is in Latin letters without a sign of another language.
    En,
    /// Another language or script, or nothing that is a word (only digits, emoji, addresses).
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

/// The language of `text`, right also for short mixed messages: the words that hold a sentence together (我,
/// 怎么, 吗; do, you, the; el, para, nicht) weigh more than the names and terms it mentions, and Latin letters
/// that are pinyin are Chinese.
pub fn detect(text: &str) -> Lang {
    detect_pieces(text, &scan(text))
}

/// As [`detect`], for text that is cut already.
pub(crate) fn detect_pieces(text: &str, pieces: &[Piece]) -> Lang {
    let mut seen = Seen::default();
    for piece in pieces {
        let word = &text[piece.start..piece.end];
        match piece.kind {
            Kind::Han => {
                for c in word.chars() {
                    seen.chinese += if stop::is_chinese_particle(c) { 2.0 } else { 0.5 };
                }
            }
            Kind::Word if word.chars().all(is_latin) => seen.latin(&word.to_lowercase()),
            // Letters of another alphabet that look the same.
            Kind::Word if word.chars().filter(char::is_ascii).count() * 2 >= word.chars().count() => {
                seen.english += 0.7
            }
            Kind::Word => seen.other += 0.5 * word.chars().count() as f32,
            Kind::Number | Kind::Code | Kind::Email | Kind::Url => {}
        }
    }
    seen.language().unwrap_or_else(|| {
        // Only a code such as a product number: its letters are all there is to go by.
        match text.chars().find(|c| c.is_alphabetic()) {
            Some(c) if is_han(c) => Lang::Zh,
            Some(c) if is_latin(c) => Lang::En,
            _ => Lang::Other,
        }
    })
}

/// What speaks for each language.
#[derive(Default)]
struct Seen {
    chinese: f32,
    english: f32,
    other: f32,
    /// Words of other languages in Latin letters.
    foreign: f32,
    /// Syllables in words that are pinyin and nothing else.
    pinyin: usize,
    /// English words that may also be pinyin.
    either: f32,
    /// Words of other languages that may also be pinyin.
    foreign_or_pinyin: f32,
}

impl Seen {
    fn latin(&mut self, word: &str) {
        let class = english().class(word).unwrap_or(b'0');
        let read = syllables(word).map_or(0, |parts| parts.len());
        if is_foreign(word) {
            // Some are English words as well (die, was, on).
            match (class >= b'7', read) {
                (true, _) => {
                    self.foreign += 1.0;
                    self.english += if stop::is_stop_word(word) { 2.5 } else { 1.0 };
                }
                (false, 0) => self.foreign += 2.5,
                (false, _) => self.foreign_or_pinyin += 2.0,
            }
        } else if stop::is_stop_word(word) {
            // you, can and he are pinyin as well.
            let side = if read > 0 { &mut self.either } else { &mut self.english };
            *side += 2.5;
        } else {
            match (class > b'2', read) {
                (false, 1..) => self.pinyin += read,
                (true, 1..) => self.either += 1.0,
                (true, 0) => self.english += 1.0,
                // Unknown: a name or a slip. Letters with accents are seldom English.
                (false, 0) if word.is_ascii() => self.english += 0.7,
                (false, 0) => self.foreign += 1.0,
            }
        }
    }

    fn language(mut self) -> Option<Lang> {
        let rivals = self.english + self.foreign;
        let is_pinyin = self.pinyin as f32 > rivals || self.pinyin >= 2 && self.english <= 1.0 && self.foreign == 0.0;
        if is_pinyin {
            self.chinese += self.pinyin as f32 + self.either + self.foreign_or_pinyin;
        } else {
            self.english += 0.7 * self.pinyin.min(1) as f32 + self.either;
            self.foreign += self.foreign_or_pinyin;
        }
        if self.foreign > self.english {
            self.other += self.foreign + self.english;
            self.english = 0.0;
        }
        let Self { chinese, english, other, .. } = self;
        if chinese + english + other == 0.0 {
            return None;
        }
        let is_other = other > chinese.max(english) || (other > 0.0 && other * 2.0 > chinese && chinese > english);
        Some(if is_other {
            Lang::Other
        } else if chinese >= english {
            Lang::Zh
        } else {
            Lang::En
        })
    }
}

fn is_latin(c: char) -> bool {
    c.is_ascii()
        || matches!(c, '\u{00C0}'..='\u{024F}' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '\u{1E00}'..='\u{1EFF}' | '\u{0300}'..='\u{036F}' | '’')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn short_mixed_messages_follow_the_sentence_not_the_names_in_it() {
        let zh = [
            "怎么退款",
            "在吗",
            "iPhone 15 退款",
            "我要 return QH-KT17 kettle",
            "我的order还没ship呢",
            "hi 在吗",
            "OK了",
            "VIP怎么开",
            "hello，请问有人吗",
            "我的QH2611050123到哪了",
            "可以用PayPal付款吗",
            "這個訂單什麼時候到",
            "退貨",
            "嗯",
            "app打不开了",
            "这个bug什么时候修",
            "wifi连不上",
            "wo yao tui huo",
            "ni hao",
            "nihao",
            "tuikuan",
            "zenme tuikuan",
            "kuaidi dao na le",
            "qing wen you mei you huo",
            "买的iPhone 15 Pro Max 256GB屏幕坏了",
            "😭怎么还没发货",
            "好的👌",
            "5G套餐多少钱",
            "请问 refund policy 是什么",
            "发invoice给我",
        ];
        let en = [
            "how do I cancel",
            "ok",
            "OK",
            "hi",
            "bug",
            "Do you support 微信支付?",
            "What does 退款 mean in English?",
            "QH2611050123",
            "refund",
            "where is my order??",
            "thx",
            "pls help asap",
            "My name is 王伟, where is my parcel",
            "cancel it",
            "track 1Z999AA10123456784 please",
            "wanna retrun this",
            "no",
            "yes",
            "help!!!",
            "Can he return it to me",
            "I like sushi and ramen",
            "is the café open",
            "no problem",
            "what a fan",
            "women shoes size 38",
            "iPhone",
        ];
        let other = [
            "返品したいのですが",
            "Как вернуть товар?",
            "123 😀",
            "",
            "😭😭😭",
            "주문을 취소하고 싶어요",
            "hola",
            "¿Dónde está mi pedido?",
            "Quiero devolver este producto",
            "Bonjour, je voudrais annuler ma commande",
            "merci",
            "Wo ist meine Bestellung?",
            "Ich möchte das zurückgeben",
            "bagaimana cara mengembalikan barang",
            "saya mau refund",
            "terima kasih",
            "Obrigado, onde está meu pedido",
            "vorrei un rimborso",
            "Tôi muốn hoàn tiền",
            "siparişim nerede",
            "注文をキャンセルしたい",
            "配送状況を教えてください",
            "مرحبا",
            "!!!",
        ];
        assert!(zh.len() + en.len() + other.len() >= 60);
        for (texts, lang) in [(&zh[..], Lang::Zh), (&en, Lang::En), (&other, Lang::Other)] {
            for text in texts {
                assert_eq!(detect(text), lang, "{text}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_has_a_language(text in any::<String>()) {
            let _ = detect(&text).tag();
        }
    }
}
