//! What a customer wants a thing to be: read from text into demands on a product's variants.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::options::{Spoken, spoken};
use super::scale::{rank, scale_of};
use super::words::{says_any, words};
use crate::Product;

/// Demands read from text.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Wanted {
    /// This very item.
    pub item_id: Option<String>,
    /// Option → values allowed.
    pub values: BTreeMap<String, BTreeSet<String>>,
    /// Options that stay as they are.
    pub same: BTreeSet<String>,
    /// All options not spoken of stay as they are.
    pub rest_same: bool,
    /// Options that must be less or more than they are.
    pub steps: Vec<Step>,
    /// What is best, most important first.
    pub best: Vec<Best>,
    /// Exactly the same item again.
    pub identical: bool,
}

/// A demand relative to what the customer has.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Step {
    /// `size`; `price` for the price.
    pub option: String,
    /// More or less than now.
    pub direction: Ordering,
    /// How far.
    pub far: Far,
}

/// How far a step goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Far {
    /// Any distance.
    Any,
    /// To the next value there is.
    Next,
    /// By exactly this number.
    By(f64),
}

/// What makes one variant better than another.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Best {
    /// The first of these values, then the second …
    Value(String, Vec<String>),
    /// The least price.
    Cheapest,
    /// The highest price.
    Dearest,
    /// The least of an option.
    Least(String),
    /// The most of an option.
    Most(String),
}

impl Wanted {
    /// Whether nothing was asked for.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Reads what later texts say over what earlier ones said.
pub(crate) fn read(product: &Product, texts: &[Vec<String>]) -> Wanted {
    let mut all = Wanted::default();
    for text in texts {
        let one = read_one(product, text);
        for (option, values) in one.values {
            all.same.remove(&option);
            all.values.insert(option, values);
        }
        all.item_id = one.item_id.or(all.item_id);
        all.same.extend(one.same.into_iter().filter(|option| !all.values.contains_key(option)));
        all.rest_same |= one.rest_same;
        for step in one.steps {
            all.steps.retain(|known| known.option != step.option);
            all.steps.push(step);
        }
        for best in one.best {
            if !all.best.contains(&best) {
                all.best.push(best);
            }
        }
        // Who names options wants another one after all.
        all.identical = one.identical || all.identical && all.values.is_empty();
    }
    all
}

fn read_one(product: &Product, text: &[String]) -> Wanted {
    let mut wanted = Wanted::default();
    let (hard, soft) = cut(text);
    wanted.item_id = hard.iter().find(|word| product.variants.contains_key(*word)).cloned();
    let options: BTreeSet<&String> = product.variants.values().flat_map(|variant| variant.options.keys()).collect();

    steps(product, &options, &hard, &mut wanted);
    for said in spoken(product, &hard) {
        let (at_least, at_most) = bounds(&hard, &said);
        let values = wanted.values.entry(said.option.clone()).or_default();
        values.insert(said.value.clone());
        if at_least || at_most {
            let order = if at_least { Ordering::Greater } else { Ordering::Less };
            let known = product.variants.values().filter_map(|variant| variant.options.get(&said.option));
            values.extend(
                known.filter(|value| scale_of(value).partial_cmp(&scale_of(&said.value)) == Some(order)).cloned(),
            );
        }
    }
    // `lower to 8 bar` names the value: the step says no more.
    let Wanted { steps, values, .. } = &mut wanted;
    steps.retain(|step| !values.contains_key(&step.option));

    preferences(product, &soft, &mut wanted);
    superlatives(&options, &hard, &mut wanted);
    sameness(&options, &hard, &mut wanted);
    wanted
}

/// Splits off what is only preferred, and drops what is not wanted or not cared about.
fn cut(text: &[String]) -> (Vec<String>, Vec<Vec<String>>) {
    let mut hard: Vec<String> = Vec::new();
    let mut soft: Vec<Vec<String>> = Vec::new();
    let mut into: Option<bool> = None; // Some(true): preferred; Some(false): dropped
    for (at, word) in text.iter().enumerate() {
        let rest = &text[at..];
        let begins = |phrase: &str| rest.starts_with(&words(phrase));
        if begins("instead of") || begins("rather than") {
            into = Some(false);
        } else if ["dont care", "do not care", "not care", "dont mind", "not important", "regardless"]
            .iter()
            .any(|it| begins(it))
        {
            if begins("not important") {
                // What is not important was named before.
                let sentence =
                    hard.iter().rposition(|word| matches!(word.as_str(), "." | ";" | ",")).map_or(0, |at| at + 1);
                hard.truncate(sentence);
            }
            into = Some(false);
        } else if matches!(word.as_str(), "prefer" | "preferably" | "preferred" | "prefers" | "ideally")
            || begins("okay with")
            || begins("fine with")
        {
            into = Some(true);
            soft.push(Vec::new());
        } else if matches!(word.as_str(), "." | ";" | ")" | "?" | "!")
            || (into == Some(false) && matches!(word.as_str(), "," | "but"))
        {
            into = None;
        }
        match into {
            None => hard.push(word.clone()),
            Some(true) => {
                if let Some(last) = soft.last_mut() {
                    last.push(word.clone());
                }
            }
            Some(false) => {}
        }
    }
    (hard, soft)
}

fn bounds(text: &[String], said: &Spoken) -> (bool, bool) {
    let after = text.get(said.at + said.length..).unwrap_or_default();
    let begins = |phrases: [&str; 4]| phrases.iter().any(|phrase| after.starts_with(&words(phrase)));
    (begins(["or above", "or better", "or higher", "or more"]), begins(["or below", "or less", "or lower", "or under"]))
}

fn preferences(product: &Product, soft: &[Vec<String>], wanted: &mut Wanted) {
    for text in soft {
        let mut ranks: Vec<(String, Vec<String>)> = Vec::new();
        for said in spoken(product, text) {
            match ranks.iter_mut().find(|(option, _)| *option == said.option) {
                Some((_, values)) if !values.contains(&said.value) => values.push(said.value),
                Some(_) => {}
                None => ranks.push((said.option, vec![said.value])),
            }
        }
        for (option, values) in ranks {
            // `purple, prefer polyester` still leaves what was asked for as it is.
            wanted.best.push(Best::Value(option, values));
        }
        if says_any(text, &["cheapest", "cheaper"]) {
            wanted.best.push(Best::Cheapest);
        }
    }
}

/// The options that a phrase could be about: named in the text near the word, or of a kind that the word fits.
fn about<'a>(options: &BTreeSet<&'a String>, text: &[String], at: usize, kinds: &[&str]) -> Option<&'a String> {
    let near = text.get(at..(at + 5).min(text.len())).unwrap_or_default();
    let near: Vec<String> = near.iter().take_while(|word| !matches!(word.as_str(), "." | ";" | ")")).cloned().collect();
    let named = |option: &&&String| words(option).iter().any(|word| near.contains(word) && word != "type");
    let fitting = |option: &&&String| kinds.is_empty() || kinds.contains(&option.as_str());
    let first = || kinds.iter().find_map(|kind| options.iter().find(|option| option.as_str() == *kind));
    options.iter().filter(fitting).find(named).or_else(first).copied()
}

/// Sizes of any kind, the likeliest first.
const SIZES: [&str; 11] = [
    "size",
    "frame size",
    "capacity",
    "screen size",
    "length",
    "height",
    "diameter",
    "piece count",
    "pieces",
    "room size",
    "storage",
];

fn has_scale(product: &Product, option: &str) -> bool {
    product.variants.values().filter_map(|variant| variant.options.get(option)).all(|value| scale_of(value).is_some())
}

fn steps(product: &Product, options: &BTreeSet<&String>, text: &[String], wanted: &mut Wanted) {
    let next = says_any(text, &["slightly", "one size", "1 size", "a bit", "next size"]);
    for (at, word) in text.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| text.get(at)).map_or("", String::as_str);
        let (direction, kinds): (Ordering, &[&str]) = match word.as_str() {
            "bigger" | "larger" => (Ordering::Greater, &SIZES),
            "smaller" => (Ordering::Less, &SIZES),
            "longer" | "taller" => (Ordering::Greater, &["length", "height"]),
            "shorter" => (Ordering::Less, &["length", "height"]),
            "brighter" => (Ordering::Greater, &["brightness"]),
            "dimmer" => (Ordering::Less, &["brightness"]),
            "bright" if before == "less" => (Ordering::Less, &["brightness"]),
            "bright" if before == "more" => (Ordering::Greater, &["brightness"]),
            "easier" => (Ordering::Less, &["difficulty level"]),
            "harder" => (Ordering::Greater, &["difficulty level"]),
            "lower" | "less" | "fewer" => (Ordering::Less, &[]),
            "higher" | "more" => (Ordering::Greater, &[]),
            _ => continue,
        };
        // `500 pieces less`, `1000 more pieces`: the number and the option stand around the word.
        let from = at.saturating_sub(2);
        let amount = text[from..at].iter().find_map(|word| word.parse::<f64>().ok()).filter(|amount| *amount > 9.0);
        let far = match amount {
            Some(amount) => Far::By(amount),
            None if next => Far::Next,
            None => Far::Any,
        };
        let start = if amount.is_some() { from } else { at };
        let scaled: BTreeSet<&String> = options.iter().filter(|option| has_scale(product, option)).copied().collect();
        if let Some(option) = about(&scaled, text, start, kinds) {
            wanted.steps.retain(|step| step.option != *option);
            wanted.steps.push(Step { option: option.clone(), direction, far });
        }
    }
}

fn superlatives(options: &BTreeSet<&String>, text: &[String], wanted: &mut Wanted) {
    if says_any(text, &["cheapest", "least expensive", "lowest price", "maximum money back", "cheaper", "lowest cost"])
    {
        wanted.best.push(Best::Cheapest);
    }
    if says_any(text, &["most expensive", "priciest", "highest price"]) {
        wanted.best.push(Best::Dearest);
    }
    for (at, word) in text.iter().enumerate() {
        let kinds: (bool, &[&str]) = match word.as_str() {
            "easiest" => (false, &["difficulty level"]),
            "hardest" => (true, &["difficulty level"]),
            "fewest" | "minimum" | "lowest" | "least" => (false, &[]),
            "maximum" | "max" | "highest" | "maximized" => (true, &[]),
            "biggest" | "largest" => (true, &SIZES),
            "smallest" => (false, &SIZES),
            "brightest" => (true, &["brightness"]),
            "longest" => (true, &["length"]),
            "shortest" => (false, &["length"]),
            _ => continue,
        };
        let from = if word == "maximized" { at.saturating_sub(5) } else { at };
        if let Some(option) = about(options, text, from, kinds.1) {
            wanted.values.remove(option.as_str());
            let best = if kinds.0 { Best::Most(option.clone()) } else { Best::Least(option.clone()) };
            if !wanted.best.contains(&best) {
                wanted.best.push(best);
            }
        }
    }
}

fn sameness(options: &BTreeSet<&String>, text: &[String], wanted: &mut Wanted) {
    const WHOLE: [&str; 12] = [
        "same one but",
        "same one, but",
        "same as the current",
        "other option",
        "other specification",
        "other specs",
        "everything else the same",
        "all the same",
        "otherwise the same",
        "rest the same",
        "same specs but",
        "exact same but",
    ];
    wanted.rest_same |= says_any(text, &WHOLE);
    wanted.identical |= says_any(
        text,
        &[
            "same item",
            "same specs",
            "new pair",
            "same exact item",
            "exact same item",
            "identical one",
            "same product",
            "the same one .",
        ],
    ) && !wanted.rest_same;
    for (at, word) in text.iter().enumerate() {
        if !matches!(word.as_str(), "same" | "keep" | "keeping") {
            continue;
        }
        let end = text[at..]
            .iter()
            .position(|word| matches!(word.as_str(), "," | "." | ";" | "but"))
            .map_or(text.len(), |far| at + far);
        let near = &text[at + 1..end];
        for option in options {
            let name = words(option);
            let named =
                name.iter().any(|word| near.contains(word) && !matches!(word.as_str(), "type" | "level" | "setting"))
                    || near.len() < 4 && near.contains(&name[name.len() - 1]) && name.len() == 1;
            if named
                && !wanted.values.contains_key(option.as_str())
                && !wanted.steps.iter().any(|step| step.option == **option)
            {
                wanted.same.insert((*option).clone());
            }
        }
    }
}

/// How good a variant's options are for the wishes: smaller is better, compared in order.
pub(crate) fn goodness(best: &[Best], variant: &crate::Variant) -> Vec<i64> {
    let place = |option: &String| variant.options.get(option).map_or(0, |value| rank(value));
    best.iter()
        .map(|wish| match wish {
            Best::Value(option, values) => {
                let value = variant.options.get(option);
                let place = values.iter().position(|wished| Some(wished) == value).unwrap_or(values.len());
                i64::try_from(place).unwrap_or(i64::MAX)
            }
            Best::Cheapest => variant.price.cents(),
            Best::Dearest => -variant.price.cents(),
            Best::Least(option) => place(option),
            Best::Most(option) => -place(option),
        })
        .collect()
}
