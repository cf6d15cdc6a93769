//! Quantities with a unit: 3斤, 500ml, 两箱, 1.5kg, 42码, 256G.

use std::sync::LazyLock;

use regex::Regex;

use super::{ARABIC, CHINESE, ENGLISH, begins_number, ends_word};
use crate::kind::{By, Kind, Value};
use crate::message::{Hit, Message};
use crate::{fixed, number};

/// Units of measure: the one spelling, and how else they are written. Case does not count.
const MEASURES: &[(&str, &[&str])] = &[
    ("kg", &["kg", "kgs", "公斤", "千克", "kilogram", "kilograms", "kilo", "kilos"]),
    ("g", &["克", "gram", "grams"]),
    ("mg", &["mg", "毫克"]),
    ("t", &["吨", "tons", "tonnes"]),
    ("斤", &["斤", "市斤"]),
    ("lb", &["lb", "lbs"]),
    ("oz", &["oz", "ounce", "ounces", "盎司"]),
    ("ml", &["ml", "毫升", "millilitre", "milliliters"]),
    ("l", &["l", "升", "litre", "litres", "liter", "liters"]),
    ("mm", &["mm", "毫米"]),
    ("cm", &["cm", "厘米", "公分"]),
    ("m", &["米", "m", "metre", "metres", "meter", "meters"]),
    ("km", &["km", "公里", "千米"]),
    ("in", &["inch", "inches", "寸", "英寸"]),
    ("ft", &["ft", "feet", "英尺"]),
    ("m²", &["平米", "平方米", "平方", "平", "㎡", "sqm"]),
    ("m³", &["立方米", "立方"]),
    ("GB", &["gb", "g"]),
    ("TB", &["tb", "t"]),
    ("MB", &["mb"]),
    ("Mbps", &["mbps", "兆"]),
    ("mAh", &["mah", "毫安", "毫安时"]),
    ("W", &["w", "瓦"]),
    ("kW", &["kw", "千瓦"]),
    ("kWh", &["kwh", "度电"]),
    ("V", &["v", "伏"]),
    ("Hz", &["hz", "赫兹"]),
    ("匹", &["匹"]),
    ("°C", &["℃", "°c", "摄氏度", "度"]),
    ("码", &["码", "号码", "yards"]),
];
/// Measure words, which stand for themselves.
const CLASSIFIERS: &[&str] = &[
    "个", "件", "只", "条", "双", "台", "部", "瓶", "盒", "箱", "包", "袋", "份", "张", "本", "套", "支", "枝", "把",
    "辆", "罐", "桶", "卷", "副", "床", "块", "片", "颗", "粒", "枚", "根", "盆", "束", "朵", "头", "匹", "打", "对",
    "组", "批", "杯", "碗", "串", "提", "板", "筐", "棵", "幅", "架", "间", "单", "位", "人", "笔", "票", "层", "口",
    "顶", "封",
];
/// English nouns of counting: the one spelling, then the others.
const COUNTS: &[(&str, &[&str])] = &[
    ("box", &["boxes", "box"]),
    ("bottle", &["bottles", "bottle"]),
    ("pair", &["pairs", "pair"]),
    ("piece", &["pieces", "piece", "pcs", "pc"]),
    ("pack", &["packs", "pack", "packets", "packet", "packages", "package"]),
    ("item", &["items", "item"]),
    ("unit", &["units", "unit"]),
    ("set", &["sets", "set"]),
    ("bag", &["bags", "bag"]),
    ("can", &["cans"]),
    ("copy", &["copies", "copy"]),
    ("dozen", &["dozen", "dozens"]),
    ("ticket", &["tickets", "ticket"]),
    ("order", &["orders"]),
    ("person", &["people", "persons", "passengers", "adults"]),
];

static QUANTITY: LazyLock<Regex> = LazyLock::new(|| {
    let mut units: Vec<&str> =
        MEASURES.iter().chain(COUNTS).flat_map(|(_, spellings)| spellings.iter().copied()).collect();
    units.extend(CLASSIFIERS);
    // Of two units that begin alike the longer is meant.
    units.sort_by_key(|unit| std::cmp::Reverse(unit.len()));
    let units = units.join("|");
    fixed(&format!(r"(?i)({ARABIC}(?:[千万])?|{CHINESE}|半|{ENGLISH})\s?(大|小|整)?({units})(半)?"))
});
static SIZE: LazyLock<Regex> = LazyLock::new(|| {
    fixed(r"(?i)(?:\b(\d{0,2}X{1,4}[LS]|[SML])\s?(?:码|号|size\b))|\bsize\s(\d{1,2}(?:\.5)?|\d?X{0,4}[SML])\b")
});

/// Finds quantities.
pub(super) fn find(message: &Message, hits: &mut Vec<Hit>) {
    if message.digits + message.numerals > 0 || message.letters > 6 {
        for found in QUANTITY.captures_iter(&message.text) {
            let (Some(whole), Some(number), Some(unit)) = (found.get(0), found.get(1), found.get(3)) else { continue };
            if let Some(hit) = quantity(message, whole, number, unit, found.get(4).is_some()) {
                hits.push(hit);
            }
        }
    }
    if message.letters > 0 {
        for found in SIZE.captures_iter(&message.text) {
            let (Some(whole), Some(size)) = (found.get(0), found.get(1).or_else(|| found.get(2))) else { continue };
            let value = match size.as_str().parse() {
                Ok(amount) => Value::Quantity { amount, unit: "码".to_owned() },
                Err(_) => Value::Text { text: size.as_str().to_uppercase() },
            };
            hits.push(Hit::new(Kind::Quantity, (whole.start(), whole.end()), value, 0.9, By::Pattern));
        }
    }
}

fn quantity(
    message: &Message,
    whole: regex::Match,
    number: regex::Match,
    unit: regex::Match,
    half: bool,
) -> Option<Hit> {
    let mut amount = number::any(number.as_str().trim())?;
    if half {
        amount += 0.5;
    }
    if !begins_number(message, whole.start()) || !ends_word(message, whole.end()) {
        return None;
    }
    let spelling = unit.as_str().to_lowercase();
    let words = number.as_str().starts_with(|c: char| c.is_ascii_alphabetic());
    let classifier = CLASSIFIERS.contains(&unit.as_str());
    let next = message.after(whole.end()).next();
    // 三个月 is time, 10号楼 an address, 一个人's 人 is fine; 一对一, 一口气, 一批 are phrases.
    if unit.as_str() == "个"
        && next.is_some_and(|c| matches!(c, '月' | '小' | '钟' | '星' | '礼' | '季' | '工' | '多' | '半'))
        || unit.as_str() == "度" && next.is_some_and(|c| matches!(c, '假' | '过' | '数'))
        || matches!(unit.as_str(), "单" | "位") && next.is_some_and(|c| matches!(c, '元' | '于' | '数' | '置'))
        || unit.as_str() == "层" && next == Some('面')
        || unit.as_str() == "平" && next.is_some_and(|c| matches!(c, '安' | '台' | '时' | '均' | '板'))
        || classifier && number.as_str().chars().any(|c| c == '.')
        || words && amount < 1.0 && unit.as_str().len() < 3
        || number.as_str().eq_ignore_ascii_case("a ") && unit.as_str().len() < 3
    {
        return None;
    }
    // Latin single letters mean a unit only behind Arabic digits and never behind a space.
    if spelling.len() == 1
        && (words || whole.as_str().contains(' ') || !number.as_str().starts_with(|c: char| c.is_ascii_digit()))
    {
        return None;
    }
    let canonical = if classifier && unit.as_str() != "匹" {
        unit.as_str()
    } else if spelling == "g" && !is_memory(amount) {
        "g"
    } else if spelling == "t" && amount < 1.0 {
        "t"
    } else {
        MEASURES
            .iter()
            .chain(COUNTS)
            .find(|(_, all)| all.contains(&spelling.as_str()))
            .map_or(unit.as_str(), |(one, _)| one)
    };
    let one = amount == 1.0 && (classifier || words);
    let confidence = if one { 0.5 } else { 0.88 };
    let span = (whole.start(), whole.end());
    Some(Hit::new(
        Kind::Quantity,
        span,
        Value::Quantity { amount, unit: canonical.to_owned() },
        confidence,
        By::Pattern,
    ))
}

/// 256G is memory, 500g is weight: memory comes in powers of two.
fn is_memory(amount: f64) -> bool {
    amount.fract() == 0.0 && (1.0..=4096.0).contains(&amount) && (amount as u64).is_power_of_two()
}
