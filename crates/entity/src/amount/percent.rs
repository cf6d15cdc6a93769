//! Percentages and discounts: 30%, 百分之三十, 八五折, 半价, 20% off.

use std::sync::LazyLock;

use regex::Regex;

use super::begins_number;
use crate::kind::{By, Kind, Value};
use crate::message::{Hit, Message};
use crate::{fixed, number};

static PERCENT: LazyLock<Regex> =
    LazyLock::new(|| fixed(r"(?i)(\d+(?:\.\d+)?)\s?(%|‰|percent\b|per cent\b)(\s?(?:off|discount)\b)?"));
static PERCENT_ZH: LazyLock<Regex> =
    LazyLock::new(|| fixed(r"百分之([零〇一二两三四五六七八九十百]+(?:点[零一二三四五六七八九]+)?|\d+(?:\.\d+)?)"));
static FOLD: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?:打)?([一二三四五六七八九](?:点?[一二三四五六七八九])?|\d(?:\.\d)?|[1-9]\d)\s?折|打?(对折|半价|五折)|\b(half[ -](?:price|off))\b",
    )
});

/// Finds percentages and discounts.
pub(super) fn find(message: &Message, hits: &mut Vec<Hit>) {
    if message.digits > 0 && (message.has('%') || message.letters >= 7 || message.text.contains('‰')) {
        for found in PERCENT.captures_iter(&message.text) {
            let (Some(whole), Some(value)) = (found.get(0), number::arabic(&found[1])) else { continue };
            let value = match (found.get(3), &found[2]) {
                (Some(_), _) => Value::Discount { off_percent: value },
                (None, "‰") => Value::Percent { percent: value / 10.0 },
                _ => Value::Percent { percent: value },
            };
            if begins_number(message, whole.start()) {
                hits.push(Hit::new(Kind::Percent, (whole.start(), whole.end()), value, 0.97, By::Pattern));
            }
        }
    }
    if message.numerals > 0 && message.text.contains("百分之") {
        for found in PERCENT_ZH.captures_iter(&message.text) {
            let number = number::chinese(&found[1]).or_else(|| number::arabic(&found[1]));
            if let (Some(whole), Some(percent)) = (found.get(0), number) {
                hits.push(Hit::new(
                    Kind::Percent,
                    (whole.start(), whole.end()),
                    Value::Percent { percent },
                    0.97,
                    By::Pattern,
                ));
            }
        }
    }
    if message.text.contains(['折', '价']) || message.letters > 7 && message.text.contains("half") {
        for found in FOLD.captures_iter(&message.text) {
            let Some(whole) = found.get(0) else { continue };
            // 八五折 and 85折 leave 85%, 八折 and 8.5折 are tenths.
            let left = match found.get(1) {
                None => 50.0,
                Some(number) => {
                    let digits: String = number
                        .as_str()
                        .chars()
                        .filter_map(|c| c.to_digit(10).or_else(|| number::chinese_digit(c)))
                        .filter_map(|digit| char::from_digit(digit, 10))
                        .collect();
                    let tenths = digits.parse::<f64>().unwrap_or(10.0);
                    if digits.len() == 1 { tenths * 10.0 } else { tenths }
                }
            };
            let next = message.after(whole.end()).next();
            if begins_number(message, whole.start()) && !next.is_some_and(|c| matches!(c, '叠' | '腾' | '磨')) {
                let off_percent = 100.0 - left;
                hits.push(Hit::new(
                    Kind::Percent,
                    (whole.start(), whole.end()),
                    Value::Discount { off_percent },
                    0.95,
                    By::Pattern,
                ));
            }
        }
    }
}
