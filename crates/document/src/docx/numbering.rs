//! The numbers of lists and headings.

use std::collections::HashMap;

use crate::xml::{Element, Tree};

/// The lists of a document and how far each has counted.
#[derive(Default)]
pub(super) struct Numbering {
    /// List → kind of list.
    lists: HashMap<String, String>,
    kinds: HashMap<String, Vec<Level>>,
    counted: HashMap<String, Vec<u32>>,
}

#[derive(Clone)]
struct Level {
    format: String,
    text: String,
    start: u32,
}

/// What stands before a paragraph of a list.
pub(super) enum Mark {
    Bullet,
    Number(u32),
    /// Such as `第一条`.
    Text(String),
}

const DEPTHS: usize = 9;

impl Numbering {
    pub(super) fn new(tree: &Tree<'_>) -> Self {
        let mut numbering = Self::default();
        for element in tree.root().children() {
            match element.name() {
                "abstractNum" => {
                    let Some(id) = element.attribute("abstractNumId") else { continue };
                    let levels =
                        element.children().filter(|child| child.name() == "lvl").take(DEPTHS).map(Level::new).collect();
                    numbering.kinds.insert(id.to_owned(), levels);
                }
                "num" => {
                    let kind = element.child("abstractNumId").and_then(|kind| kind.attribute("val"));
                    if let (Some(id), Some(kind)) = (element.attribute("numId"), kind) {
                        numbering.lists.insert(id.to_owned(), kind.to_owned());
                    }
                }
                _ => {}
            }
        }
        numbering
    }

    /// Counts a paragraph of the list `id`.
    pub(super) fn next(&mut self, id: &str, depth: usize) -> Option<Mark> {
        if id == "0" {
            return None;
        }
        let kind = self.lists.get(id)?;
        let levels = self.kinds.get(kind)?;
        let depth = depth.min(DEPTHS - 1);
        let level = levels.get(depth)?;
        // Lists of one kind count on together.
        let counted = self.counted.entry(kind.clone()).or_insert_with(|| vec![0; DEPTHS]);
        let start = |depth: usize| levels.get(depth).map_or(1, |level| level.start);
        counted[depth] = if counted[depth] == 0 { start(depth) } else { counted[depth].saturating_add(1) };
        for (upper, count) in counted.iter_mut().enumerate().take(depth) {
            if *count == 0 {
                *count = start(upper);
            }
        }
        for count in &mut counted[depth + 1..] {
            *count = 0;
        }
        if level.format == "bullet" {
            return Some(Mark::Bullet);
        }
        if level.format == "none" || level.text.is_empty() {
            return None;
        }
        let own = format!("%{}", depth + 1);
        let simple = level.format == "decimal"
            && level.text.replace(&own, "").chars().all(|c| matches!(c, '.' | ')' | '(' | '、' | '）' | '（' | ' '));
        if simple && level.text.contains(&own) {
            return Some(Mark::Number(counted[depth]));
        }
        let mut text = level.text.clone();
        for (index, count) in counted.iter().enumerate() {
            let place = format!("%{}", index + 1);
            if text.contains(&place) {
                let format = levels.get(index).map_or("decimal", |level| &level.format);
                text = text.replace(&place, &write_number(*count, format));
            }
        }
        Some(Mark::Text(text.trim().to_owned()))
    }
}

impl Level {
    fn new(element: Element<'_, '_>) -> Self {
        let value = |name| element.child(name).and_then(|e| e.attribute("val")).unwrap_or_default();
        Self {
            format: value("numFmt").to_owned(),
            text: value("lvlText").chars().take(50).collect(),
            start: value("start").parse().unwrap_or(1).clamp(1, 1_000_000),
        }
    }
}

fn write_number(number: u32, format: &str) -> String {
    match format {
        "lowerLetter" => letters(number).to_lowercase(),
        "upperLetter" => letters(number),
        "lowerRoman" => roman(number).to_lowercase(),
        "upperRoman" => roman(number),
        "chineseCounting"
        | "chineseCountingThousand"
        | "japaneseCounting"
        | "ideographDigital"
        | "taiwaneseCounting" => chinese(number),
        "decimalZero" => format!("{number:02}"),
        _ => number.to_string(),
    }
}

/// A, B, … Z, AA, BB, as Word counts.
fn letters(number: u32) -> String {
    let letter = char::from(b'A' + (number.saturating_sub(1) % 26) as u8);
    std::iter::repeat_n(letter, (number.saturating_sub(1) / 26 + 1).min(20) as usize).collect()
}

fn roman(mut number: u32) -> String {
    if number > 3999 {
        return number.to_string();
    }
    let mut out = String::new();
    for (value, digits) in [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ] {
        while number >= value {
            out.push_str(digits);
            number -= value;
        }
    }
    out
}

fn chinese(number: u32) -> String {
    const DIGITS: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    const UNITS: [(u32, &str); 3] = [(1000, "千"), (100, "百"), (10, "十")];
    if number == 0 || number > 9999 {
        return number.to_string();
    }
    let mut out = String::new();
    let mut rest = number;
    let mut gap = false;
    for (value, unit) in UNITS {
        let digit = rest / value;
        rest %= value;
        if digit > 0 {
            if gap {
                out.push_str(DIGITS[0]);
            }
            gap = false;
            if !(digit == 1 && value == 10 && out.is_empty()) {
                out.push_str(DIGITS[digit as usize]);
            }
            out.push_str(unit);
        } else if !out.is_empty() {
            gap = true;
        }
    }
    if rest > 0 {
        if gap {
            out.push_str(DIGITS[0]);
        }
        out.push_str(DIGITS[rest as usize]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_word_writes_them() {
        for (number, text) in
            [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (105, "一百零五"), (1010, "一千零一十")]
        {
            assert_eq!(chinese(number), text);
        }
        assert_eq!((roman(1994).as_str(), letters(27).as_str()), ("MCMXCIV", "AA"));
    }
}
