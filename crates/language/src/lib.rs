//! Text to meaning: normalising and segmenting Chinese and English.
//!
//! ```
//! use yingda_language::{Lang, detect, normalise, tokens};
//!
//! let text = normalise("我的订单QH2611050123　怎么还没发货？？？");
//! assert_eq!(detect(&text), Lang::Zh);
//! assert!(tokens(&text).iter().any(|t| t.text == "qh2611050123"));
//! ```
//!
//! What is written is compared in one spelling ([`normalise`]: width, case, traditional characters, drawn-out
//! letters) and shown as it was written ([`Normalised`] leads back). Slips are corrected by a [`Speller`]; emoji and their like are found by
//! [`emoticons`], emphasis by [`repeats`]. [`safe_cell`] keeps spreadsheet programs from running what customers write.
//!
//! Everything here is pure and never fails: any string is text. The dictionary of Chinese words takes 33 MB once it is
//! used, all other tables together 2 MB ([`warm_up`] reads them ahead).

mod detect;
mod emoticon;
mod english;
mod foreign;
mod formula;
pub mod noise;
mod normalise;
mod pinyin;
mod repeat;
mod scan;
mod segment;
mod simplified;
mod speller;
mod stop;
mod synonyms;
mod word_list;

pub use detect::{Lang, detect};
pub use emoticon::{Emoticon, Feeling, emoticons};
pub use english::stem;
pub use formula::{safe_cell, shown_cell};
pub use normalise::{Normalised, normalise};
pub use pinyin::{initials, pinyin, readings, sound_key, syllables};
pub use repeat::{Repeat, repeats};
pub use segment::{Kind, Segmenter, Token, tokens, warm_up};
pub use simplified::simplified;
pub use speller::{Change, Corrected, Speller};
pub use stop::is_stop_word;
pub use synonyms::{Concept, concept};

/// Whether the character is a Chinese (Han) character.
pub fn is_han(c: char) -> bool {
    matches!(c,
        '\u{4E00}'..='\u{9FFF}'
        | '\u{3400}'..='\u{4DBF}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{323AF}')
}
