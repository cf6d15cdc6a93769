//! Numbers written in words: 二十三, 廿三, 两三, 二〇二六; twenty-three, twenty-third.

/// A number as it is written: "两三" is 2 to 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Written {
    pub least: u32,
    pub most: u32,
    /// Bytes that it takes.
    pub length: usize,
}

fn digit(c: char) -> Option<u32> {
    Some(match c {
        '零' => 0,
        '一' => 1,
        '二' | '两' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}

fn scale(c: char) -> Option<u32> {
    Some(match c {
        '十' => 10,
        '百' => 100,
        '千' => 1000,
        _ => return None,
    })
}

pub(crate) fn is_chinese_numeral(c: char) -> bool {
    digit(c).is_some() || scale(c).is_some() || matches!(c, '廿' | '卅')
}

/// The Chinese number at the beginning of a text. Digits alone read as a year does (二〇二六) from three on;
/// two neighbours (两三, 七八, also 三五) are a range.
pub(crate) fn chinese(text: &str) -> Option<Written> {
    let run: Vec<char> = text.chars().take_while(|c| is_chinese_numeral(*c)).take(12).collect();
    let digits: Vec<u32> = run.iter().map_while(|c| digit(*c)).collect();
    if run.is_empty() {
        return None;
    }
    if digits.len() == run.len() {
        let (least, most) = match digits[..] {
            [one] => (one, one),
            [a, b] if a > 0 && (b == a + 1 || (a, b) == (3, 5)) => (a, b),
            _ if digits.len() > 4 => return None,
            _ => {
                let value = digits.iter().fold(0, |value, digit| value * 10 + digit);
                (value, value)
            }
        };
        return Some(Written { least, most, length: 3 * run.len() });
    }
    with_scales(&run)
}

/// 二十三, 十二, 一百零五, 廿三, 十二三 (12 to 13), 二三十 (20 to 30). Stops where the number ends: 二十五|一.
fn with_scales(run: &[char]) -> Option<Written> {
    let (mut total, mut pending, mut spread, mut taken) = (0u32, None::<u32>, 0u32, 0usize);
    let mut last_scale = u32::MAX;
    for c in run {
        if let Some(value) = digit(*c) {
            match pending {
                Some(before) if value == before + 1 && before > 0 && spread == 0 => {
                    pending = Some(before);
                    spread = 1;
                }
                Some(0) | None if spread == 0 => pending = Some(value),
                _ => break,
            }
        } else if let Some(scale) = scale(*c) {
            if scale >= last_scale {
                break;
            }
            total += pending.take().unwrap_or(1) * scale;
            spread *= scale;
            last_scale = scale;
            if spread > 0 {
                taken += 1;
                break;
            }
        } else {
            if last_scale <= 10 || pending.is_some_and(|value| value > 0) {
                break;
            }
            total += if *c == '廿' { 20 } else { 30 };
            pending = None;
            last_scale = 10;
        }
        taken += 1;
    }
    // "一百五" is 150 and is not said of time; "二十零" is not a number.
    let least = total + pending.unwrap_or(0);
    (taken > 0).then_some(Written { least, most: least + spread, length: 3 * taken })
}

/// A number word of English and whether it is an ordinal ("third"). "second" is left to the grammar: it is a unit too.
pub(crate) fn english(word: &str) -> Option<(u32, bool)> {
    let cardinal = match word {
        "zero" => 0,
        "one" => 1,
        "two" => 2,
        "three" => 3,
        "four" => 4,
        "five" => 5,
        "six" => 6,
        "seven" => 7,
        "eight" => 8,
        "nine" => 9,
        "ten" => 10,
        "eleven" => 11,
        "twelve" => 12,
        "thirteen" => 13,
        "fourteen" => 14,
        "fifteen" => 15,
        "sixteen" => 16,
        "seventeen" => 17,
        "eighteen" => 18,
        "nineteen" => 19,
        "twenty" => 20,
        "thirty" => 30,
        "forty" => 40,
        "fifty" => 50,
        "sixty" => 60,
        "ninety" => 90,
        _ => return ordinal(word).map(|value| (value, true)),
    };
    Some((cardinal, false))
}

fn ordinal(word: &str) -> Option<u32> {
    Some(match word {
        "first" => 1,
        "third" => 3,
        "fourth" => 4,
        "fifth" => 5,
        "sixth" => 6,
        "seventh" => 7,
        "eighth" => 8,
        "ninth" => 9,
        "tenth" => 10,
        "eleventh" => 11,
        "twelfth" => 12,
        "thirteenth" => 13,
        "fourteenth" => 14,
        "fifteenth" => 15,
        "sixteenth" => 16,
        "seventeenth" => 17,
        "eighteenth" => 18,
        "nineteenth" => 19,
        "twentieth" => 20,
        "thirtieth" => 30,
        _ => return None,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn chinese_numbers_are_read() {
        for (text, least, most, length) in [
            ("二十三", 23, 23, 3),
            ("十", 10, 10, 1),
            ("十二", 12, 12, 2),
            ("廿三", 23, 23, 2),
            ("廿", 20, 20, 1),
            ("卅一", 31, 31, 2),
            ("两", 2, 2, 1),
            ("两三", 2, 3, 2),
            ("三五", 3, 5, 2),
            ("十二三", 12, 13, 3),
            ("二三十", 20, 30, 3),
            ("一百零五", 105, 105, 4),
            ("一百二十", 120, 120, 4),
            ("二零二六", 2026, 2026, 4),
            ("零五", 5, 5, 2),
            ("二十五一", 25, 25, 3),
            ("四十八", 48, 48, 3),
        ] {
            assert_eq!(chinese(text).unwrap(), Written { least, most, length: 3 * length }, "{text}");
        }
        assert_eq!(chinese("天"), None);
        assert_eq!(chinese("一二三四五六"), None);
    }
}
