//! Numbers as people write them: `1,299.50`, 三万五, 2.5万, `3k`, twenty-five.

/// The digit of a Chinese numeral, also in its formal and its spoken form.
pub fn chinese_digit(c: char) -> Option<u32> {
    Some(match c {
        '零' | '〇' | '○' => 0,
        '一' | '壹' | '幺' => 1,
        '二' | '两' | '贰' | '俩' | '兩' | '貳' => 2,
        '三' | '叁' | '仨' | '參' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' | '陸' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

/// What a Chinese unit of counting multiplies by.
fn chinese_unit(c: char) -> Option<f64> {
    Some(match c {
        '十' | '拾' => 10.0,
        '百' | '佰' => 100.0,
        '千' | '仟' => 1000.0,
        '万' | '萬' => 10_000.0,
        '亿' | '億' => 100_000_000.0,
        _ => return None,
    })
}

/// The value of a Chinese numeral: 一千二百 1200, 三万五 35000 (a last digit counts the next lower place),
/// 二零二六 2026, 两百零五 205, 三点五 3.5, 半 0.5. Nothing when the whole is not a numeral.
pub fn chinese(text: &str) -> Option<f64> {
    if text == "半" {
        return Some(0.5);
    }
    if let Some((whole, fraction)) = text.split_once(['点', '點']) {
        let mut value = 0.0;
        let mut place = 0.1;
        for c in fraction.chars() {
            value += f64::from(chinese_digit(c)?) * place;
            place /= 10.0;
        }
        return (!fraction.is_empty()).then_some(chinese(whole)? + value);
    }
    if text.chars().all(|c| chinese_digit(c).is_some()) {
        // 二零二六: the digits one after the other.
        let digits = text.chars().count();
        return (1..=15).contains(&digits).then(|| {
            text.chars().fold(0.0, |value, c| value * 10.0 + f64::from(chinese_digit(c).unwrap_or_default()))
        });
    }
    // Above 万 a section of up to four places is multiplied as a whole.
    let (mut total, mut section, mut digit) = (0.0, 0.0, None);
    let mut last_unit = 0.0;
    let mut zero = false;
    for c in text.chars() {
        if let Some(value) = chinese_digit(c) {
            if digit.is_some_and(|before| before != 0) {
                return None;
            }
            zero = value == 0;
            digit = Some(value);
        } else if c == '半' {
            // 一万半 is not said, 两百半 neither; 半 stands alone.
            return None;
        } else {
            let unit = chinese_unit(c)?;
            if unit >= 10_000.0 {
                section += f64::from(digit.unwrap_or(0));
                if section == 0.0 && total == 0.0 {
                    return None;
                }
                if unit > 10_000.0 || total == 0.0 {
                    total = (total + section) * unit;
                } else {
                    total += section * unit;
                }
                section = 0.0;
            } else {
                // 十 alone is 10.
                section += f64::from(digit.unwrap_or(1)) * unit;
            }
            digit = None;
            zero = false;
            last_unit = unit;
        }
    }
    if let Some(digit) = digit {
        // 三万五 means 35000 and 一千二 1200, but 一千零二 1002 and 二十五 25.
        let spoken = !zero && last_unit >= 100.0 && !ends_in_zero_and_digit(text);
        section += if spoken { f64::from(digit) * last_unit / 10.0 } else { f64::from(digit) };
    }
    Some(total + section)
}

fn ends_in_zero_and_digit(text: &str) -> bool {
    let mut back = text.chars().rev();
    back.next();
    back.next().and_then(chinese_digit) == Some(0)
}

/// The value of Arabic digits with commas and a decimal point.
pub fn arabic(text: &str) -> Option<f64> {
    let plain: String = text.chars().filter(|c| !matches!(c, ',' | ' ' | '，')).collect();
    plain.parse().ok().filter(|value: &f64| value.is_finite())
}

/// What follows a number and multiplies it: `k`, 万, million. Case does not count.
pub fn multiplier(suffix: &str) -> Option<f64> {
    Some(match suffix.trim().to_lowercase().as_str() {
        "" => 1.0,
        "k" | "千" | "thousand" => 1e3,
        "百" | "hundred" => 1e2,
        "万" | "w" | "萬" => 1e4,
        "百万" | "m" | "million" | "mn" => 1e6,
        "千万" => 1e7,
        "亿" | "億" => 1e8,
        "bn" | "billion" => 1e9,
        _ => return None,
    })
}

/// The value of a number in either script, with a multiplier at its end: `2.5万`, 三万五, `3k`, 百二十.
pub fn any(text: &str) -> Option<f64> {
    let text = text.trim();
    let digits =
        text.find(|c: char| !(c.is_ascii_digit() || matches!(c, ',' | '.' | '，' | ' '))).unwrap_or(text.len());
    match digits {
        0 => chinese(text).or_else(|| english(text)),
        _ => Some(arabic(text[..digits].trim())? * multiplier(&text[digits..])?),
    }
}

/// The value of English number words: `twenty-five`, `a hundred`, `one thousand two hundred`.
pub fn english(text: &str) -> Option<f64> {
    let (mut total, mut section, mut any) = (0.0, 0.0, false);
    for word in text.split([' ', '-']).filter(|word| !word.is_empty()) {
        let word = word.to_lowercase();
        match word.as_str() {
            "and" if any => continue,
            "a" | "an" if !any => section = 1.0,
            "half" if !any => section = 0.5,
            "hundred" => section = if section == 0.0 { 100.0 } else { section * 100.0 },
            "thousand" | "million" => {
                let by = if word == "thousand" { 1e3 } else { 1e6 };
                total += if section == 0.0 { by } else { section * by };
                section = 0.0;
            }
            other => section += english_word(other)?,
        }
        any = true;
    }
    any.then_some(total + section)
}

fn english_word(word: &str) -> Option<f64> {
    const ONES: [&str; 20] = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    let ones = ONES.iter().position(|one| *one == word).map(|at| at as f64);
    ones.or_else(|| TENS.iter().position(|ten| *ten == word).map(|at| (at as f64 + 2.0) * 10.0))
}

#[cfg(test)]
mod tests {
    use super::{chinese, english};
    use proptest::prelude::{any as arbitrary, proptest};

    #[test]
    fn chinese_numerals_in_all_their_forms() {
        for (text, value) in [
            ("一千二百", 1200.0),
            ("一千二", 1200.0),
            ("三万五", 35_000.0),
            ("两百零五", 205.0),
            ("二十五", 25.0),
            ("十", 10.0),
            ("十二", 12.0),
            ("一万零五百", 10_500.0),
            ("三亿两千万", 320_000_000.0),
            ("二零二六", 2026.0),
            ("三点五", 3.5),
            ("半", 0.5),
            ("两千三百四十五", 2345.0),
            ("一百五", 150.0),
            ("一千零二", 1002.0),
        ] {
            assert_eq!(chinese(text), Some(value), "{text}");
        }
        assert_eq!(chinese("万"), None);
        assert_eq!(chinese("三个"), None);
    }

    #[test]
    fn mixed_and_english_numbers() {
        for (text, value) in [
            ("1,299.50", 1299.5),
            ("2.5万", 25_000.0),
            ("3k", 3000.0),
            ("twenty-five", 25.0),
            ("a hundred", 100.0),
            ("one thousand two hundred and five", 1205.0),
        ] {
            assert_eq!(super::any(text), Some(value), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_a_number(text in arbitrary::<String>(), numeral in "[零一二两三四五六七八九十百千万亿半点.,0-9kw]{0,12}") {
            let _ = (super::any(&text), super::any(&numeral), chinese(&numeral), english(&text));
        }
    }
}
