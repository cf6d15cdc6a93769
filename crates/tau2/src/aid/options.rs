//! Which option values a text speaks of.

use std::collections::BTreeMap;

use super::words::{places, words};
use crate::Product;

/// Other words for values of options.
const OTHER_VALUES: [(&str, &str); 24] = [
    ("google home", "Google Assistant"),
    ("google", "Google Assistant"),
    ("homekit", "Apple HomeKit"),
    ("alexa", "Amazon Alexa"),
    ("soft", "softshell"),
    ("hard", "hardshell"),
    ("ac", "AC adapter"),
    ("animal", "animals"),
    ("robot", "robotic"),
    ("waterproof", "yes"),
    ("not waterproof", "no"),
    ("water resistant", "yes"),
    ("not resistant", "not resistant"),
    ("rgb", "RGB"),
    ("noise cancelling", "over-ear"),
    ("easiest", "beginner"),
    ("stainless", "stainless steel"),
    ("steel", "stainless steel"),
    ("extra large", "XL"),
    ("small", "S"),
    ("medium", "M"),
    ("large", "L"),
    ("wifi", "Wi-Fi"),
    ("silicon", "silicone"),
];

/// A value that a text speaks of.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Spoken {
    /// `color`.
    pub option: String,
    /// `blue`.
    pub value: String,
    /// Index of the word.
    pub at: usize,
    /// How many words say it.
    pub length: usize,
}

/// All values of each option, of all variants, available or not.
pub(crate) fn values(product: &Product) -> BTreeMap<&str, Vec<&str>> {
    let mut values: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (option, value) in product.variants.values().flat_map(|variant| &variant.options) {
        let known = values.entry(option).or_default();
        if !known.contains(&value.as_str()) {
            known.push(value);
        }
    }
    values
}

/// The values spoken of, in the order of the text. A word that could be a value of two options goes to the one whose
/// name stands beside it.
pub(crate) fn spoken(product: &Product, text: &[String]) -> Vec<Spoken> {
    let mut all: Vec<(Spoken, i32)> = Vec::new();
    let values = values(product);
    for (option, known) in &values {
        let name = words(option);
        for value in known {
            for way in ways(option, value, &values) {
                for at in places(text, &way) {
                    let spoken = Spoken { option: (*option).into(), value: (*value).into(), at, length: way.len() };
                    let beside = beside(text, at, way.len(), &name);
                    if sure(value, &way, beside) {
                        all.push((spoken, beside));
                    }
                }
            }
        }
    }
    // The longest, and the one beside its name, first: what overlaps with it is another reading of the same words.
    all.sort_by_key(|(spoken, beside)| (std::cmp::Reverse(spoken.length), std::cmp::Reverse(*beside)));
    let mut kept: Vec<Spoken> = Vec::new();
    for (spoken, _) in all {
        let free =
            kept.iter().all(|other| spoken.at + spoken.length <= other.at || other.at + other.length <= spoken.at);
        if free {
            kept.push(spoken);
        }
    }
    kept.sort_by_key(|spoken| spoken.at);
    kept
}

/// How a value may be said.
fn ways(option: &str, value: &str, values: &BTreeMap<&str, Vec<&str>>) -> Vec<Vec<String>> {
    let whole = words(value);
    let mut ways = Vec::new();
    if matches!(value, "yes" | "no" | "none") {
        let name = words(option);
        let with = |before: &str| words(before).into_iter().chain(name.clone()).collect::<Vec<_>>();
        if value == "yes" {
            ways.extend([name.clone(), with("with"), name.iter().cloned().chain(words(": yes")).collect()]);
        } else {
            ways.extend([with("no"), with("not"), with("without"), with("non")]);
            ways.push(name.iter().cloned().chain(words(&format!(": {value}"))).collect());
            ways.push(name.iter().cloned().chain(words(value)).collect());
        }
        if option == "water resistance" {
            let resistant = if value == "yes" { "water resistant" } else { "not water resistant" };
            ways.push(words(resistant));
        }
        return ways;
    }
    // `1TB SSD` is also said `1TB`, unless another value begins so.
    if whole.len() > 1 {
        let first = &whole[..1];
        let others = values.values().flatten().filter(|other| words(other).starts_with(first)).count();
        if others == 1 && !matches!(first[0].as_str(), "not" | "full" | "wi" | "brand") {
            ways.push(first.to_vec());
        }
    }
    for (other, meant) in OTHER_VALUES {
        if meant.eq_ignore_ascii_case(value) && meant != "yes" && meant != "no" {
            ways.push(words(other));
        }
    }
    ways.push(whole);
    ways
}

/// 3 when the option's name follows the value, 2 when it comes before, 1 when a word of it is near, 0 otherwise.
fn beside(text: &[String], at: usize, length: usize, name: &[String]) -> i32 {
    let after = text.get(at + length..).unwrap_or_default();
    if after.starts_with(name) {
        return 3;
    }
    let mut before = &text[..at];
    while before.last().is_some_and(|word| matches!(word.as_str(), ":" | "to" | "is" | "a" | "of" | "with")) {
        before = &before[..before.len() - 1];
    }
    if before.ends_with(name) {
        return 2;
    }
    let last = name.last();
    i32::from(after.first() == last || after.first() == name.first() || before.last() == last)
}

/// Whether the words surely mean the value: bare numbers and letters do only beside the option's name.
fn sure(value: &str, way: &[String], beside: i32) -> bool {
    let [word] = way else { return true };
    let short = word.len() == 1 || word.parse::<f64>().is_ok();
    !short || beside > 0 || value.len() > 4
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    fn helmet() -> Product {
        serde_json::from_value(json!({"name": "Cycling Helmet", "product_id": "1", "variants": {
            "11": {"item_id": "11", "available": true, "price": 1.0,
                   "options": {"size": "M", "color": "red", "ventilation": "high"}},
            "12": {"item_id": "12", "available": true, "price": 1.0,
                   "options": {"size": "S", "color": "blue", "ventilation": "medium"}}
        }}))
        .unwrap()
    }

    #[test]
    fn a_word_goes_to_the_option_named_beside_it() {
        let text = words("a medium sized, red, high ventilation type");
        let found: Vec<_> = spoken(&helmet(), &text).into_iter().map(|it| (it.option, it.value)).collect();
        let expected = [("size", "M"), ("color", "red"), ("ventilation", "high")];
        assert_eq!(found, expected.map(|(option, value)| (option.to_owned(), value.to_owned())));
    }
}
