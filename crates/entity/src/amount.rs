//! Amounts: money, quantities, percentages, and which of several.

mod money;
mod ordinal;
mod percent;
mod quantity;

use crate::message::{Hit, Message};

/// A number in Arabic digits.
const ARABIC: &str = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?";
/// A number in Chinese digits.
const CHINESE: &str =
    r"[零〇一二两俩三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟萬兩]+(?:点[零〇一二三四五六七八九]+)?";
/// A number in English words.
const ENGLISH: &str = r"(?:\b(?:(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|half|an?)\b[ -]?(?:and )?)+)";

/// Finds amounts of every kind.
pub(crate) fn find(message: &Message, hits: &mut Vec<Hit>) {
    if message.digits + message.numerals > 0 || message.letters > 6 {
        money::find(message, hits);
        quantity::find(message, hits);
    }
    percent::find(message, hits);
    ordinal::find(message, hits);
}

/// Whether a Latin unit ends where it should: not inside a word.
fn ends_word(message: &Message, end: usize) -> bool {
    let last = message.before(end).next();
    let next = message.after(end).next();
    !(last.is_some_and(|c| c.is_ascii_alphabetic()) && next.is_some_and(crate::message::is_word))
}

/// Whether a number begins where it should: not inside a word, a number or a Chinese numeral.
fn begins_number(message: &Message, start: usize) -> bool {
    let first = message.after(start).next();
    let mut before = message.before(start);
    let Some(last) = before.next() else { return true };
    match first {
        Some(first) if first.is_ascii_digit() => {
            let in_number = matches!(last, '.' | ',' | '-' | '/') && before.next().is_some_and(|c| c.is_ascii_digit());
            !crate::message::is_word(last) && !in_number
        }
        Some(first) if first.is_ascii_alphabetic() => !crate::message::is_word(last),
        _ => last != '第' && last != '星' && last != '周' && !last.is_ascii_digit(),
    }
}
