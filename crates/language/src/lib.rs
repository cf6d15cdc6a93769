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
//! Everything here is pure and never fails: any string is text.

mod detect;
mod english;
mod normalise;
mod scan;
mod segment;
mod stop;
mod synonyms;

pub use detect::{Lang, detect};
pub use english::stem;
pub use normalise::normalise;
pub use segment::{Kind, Segmenter, Token, tokens, warm_up};
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
