//! Clauses made of good answers: turned round, in other words, with other numbers, without what they rest on.

use std::collections::BTreeSet;

use regex::Regex;
use yingda_guard::eval::Example;
use yingda_guard::training::statements;
use yingda_guard::{Evidence, Origin};

use crate::Case;

/// How much a made clause weighs beside a labelled one of its weight.
const MADE: f32 = 0.04;

/// Words with their opposites; the first that is found is turned.
const TURNS: &[(&str, &str)] = &[
    ("不支持", "支持"),
    ("不可以", "可以"),
    ("不能", "可以"),
    ("不可", "可以"),
    ("不需要", "需要"),
    ("不用", "需要"),
    ("无需", "需要"),
    ("不收", "收取"),
    ("不退", "可以退"),
    ("不含", "包含"),
    ("不在", "也在"),
    ("不要", "可以"),
    ("禁止", "可以"),
    ("没有", "有"),
    ("仅限", "不限于"),
    ("只能", "不一定要"),
    ("必须", "不必"),
    ("免费", "收费"),
    ("支持", "不支持"),
    ("可以", "不可以"),
    ("需要", "不需要"),
    ("可", "不可"),
    ("能", "不能"),
    ("含", "不含"),
    ("另收", "不另收"),
    ("由您", "由我们"),
    ("由我们", "由您"),
    ("须", "无须"),
    ("天内", "天后"),
    ("以内", "以上"),
    ("以上", "以下"),
    ("之前", "之后"),
    ("仅", "不仅"),
    ("只", "不只"),
    ("要", "不用"),
    ("cannot", "can"),
    ("can't", "can"),
    ("don't", "do"),
    ("doesn't", "does"),
    ("is not", "is"),
    ("are not", "are"),
    ("isn't", "is"),
    ("aren't", "are"),
    ("may not", "may"),
    ("not covered", "covered"),
    ("not included", "included"),
    ("no refund", "a full refund"),
    (" not ", " "),
    ("free of charge", "charged extra"),
    (" for free", " at extra cost"),
    (" free", " not free"),
    ("required", "optional"),
    ("need to", "don't need to"),
    ("must", "need not"),
    ("can ", "cannot "),
    (" may ", " may not "),
    (" is ", " is not "),
    (" are ", " are not "),
    ("included", "not included"),
    ("within", "after"),
    ("before", "after"),
    ("until", "from"),
    ("at least", "at most"),
    ("we pay", "you pay"),
    ("only", "not only"),
    ("allowed", "forbidden"),
    (" open", " closed"),
    ("closed", "open"),
];

/// Words with others that say the same.
const SAME: &[(&str, &str)] = &[
    ("不支持", "不能"),
    ("支持", "可以"),
    ("不可", "不能"),
    ("无需", "不用"),
    ("须", "得"),
    ("需要", "得"),
    ("需", "要"),
    ("可", "可以"),
    ("免费", "不收钱"),
    ("收取", "收"),
    ("另收", "另外收"),
    ("仅", "只"),
    ("退款", "把钱退给您"),
    ("均", "都"),
    ("每日", "每天"),
    ("每月", "一个月"),
    ("以上", "及以上"),
    ("内", "之内"),
    ("为", "是"),
    ("超过", "多于"),
    ("起", "开始"),
    ("禁止", "不许"),
    ("由", "让"),
    ("携带", "带"),
    ("到期", "期满"),
    ("cannot", "can't"),
    ("can't", "may not"),
    ("must", "have to"),
    ("free", "at no charge"),
    ("within", "in"),
    ("required", "needed"),
    ("children", "kids"),
    ("allowed", "fine"),
    ("may ", "can "),
    ("costs", "is"),
    ("cost", "are"),
    ("per ", "a "),
    ("refunded", "paid back"),
    ("need to", "have to"),
    ("until", "up to"),
    ("ready", "done"),
    ("charge", "ask"),
    ("available", "there"),
    ("takes", "needs"),
    ("take", "need"),
    ("arrives", "gets there"),
    ("open", "there for you"),
    ("starts", "begins"),
    ("maximum", "most"),
    ("bring", "have with you"),
];

/// The text with a word turned, once for each pair that is found, and where the new word stands.
fn turned(text: &str, pairs: &[(&str, &str)]) -> Vec<(String, std::ops::Range<usize>)> {
    let lower = text.to_lowercase();
    if lower.len() != text.len() {
        return Vec::new();
    }
    let mut taken: Vec<std::ops::Range<usize>> = Vec::new();
    let mut all = Vec::new();
    for (from, to) in pairs {
        let Some(at) = lower.find(from) else { continue };
        let end = at + from.len();
        if taken.iter().any(|range| range.start < end && at < range.end) {
            continue;
        }
        taken.push(at..end);
        all.push((format!("{}{to}{}", &text[..at], &text[end..]), at..at + to.len()));
    }
    all
}

/// Bad clauses made of a good answer, and its passages as good ones.
pub fn made(all: &[Example], at: usize, groups: &[usize]) -> Vec<Case> {
    let example = &all[at];
    if example.planted.is_some() {
        return Vec::new();
    }
    let (lang, evidence, group) = (example.lang, &example.evidence, groups[at]);
    let mut cases = Vec::new();
    let mut add = |text: &str, place: &std::ops::Range<usize>, evidence: &Evidence, bad: bool, weight: f32| {
        for statement in statements(text, lang, evidence) {
            if place.start < statement.span.end && statement.span.start < place.end {
                cases.push(Case { measures: statement.measures, bad, weight: weight * MADE, group });
            }
        }
    };
    // Said the other way round, and in other words.
    let text = example.text.as_str();
    for (text, place) in turned(text, TURNS).into_iter().take(3) {
        add(&text, &place, evidence, true, 0.5);
    }
    for (text, place) in turned(text, SAME).into_iter().take(3) {
        add(&text, &place, evidence, false, 0.3);
    }
    // Another number of the same kind.
    for (text, place) in swapped(text, evidence) {
        add(&text, &place, evidence, true, 0.6);
    }
    // Without the sentence it rests on.
    for statement in statements(text, lang, evidence) {
        if let Some(less) = without(&text[statement.span.clone()], evidence) {
            add(text, &statement.span, &less, true, 0.35);
        }
    }
    // About another company.
    let other = (0..all.len()).map(|step| &all[(at * 7 + step * 13 + 5) % all.len()]).zip(0..).find(|(other, _)| {
        other.lang == lang
            && other.planted.is_none()
            && other.evidence.passages != evidence.passages
            && other.origin == Origin::Model
    });
    if let Some((other, _)) = other {
        add(&other.text, &(0..other.text.len()), evidence, true, 0.2);
    }
    // A sentence of its own passages, as it is, turned, and with another number.
    let sentences: Vec<&str> =
        evidence.passages.iter().flat_map(|passage| passage.split_inclusive(['。', '\n'])).collect();
    if let Some(sentence) = sentences.get(at % sentences.len().max(1)).map(|sentence| sentence.trim()) {
        add(sentence, &(0..sentence.len()), evidence, false, 0.15);
        for (text, place) in turned(sentence, TURNS).into_iter().take(2) {
            add(&text, &place, evidence, true, 0.3);
        }
        for (text, place) in turned(sentence, SAME).into_iter().take(3) {
            add(&text, &place, evidence, false, 0.3);
        }
        for (text, place) in swapped(sentence, evidence).into_iter().take(1) {
            add(&text, &place, evidence, true, 0.2);
        }
    }
    cases
}

/// The text with a number that the evidence says of something else, for up to two numbers.
fn swapped(text: &str, evidence: &Evidence) -> Vec<(String, std::ops::Range<usize>)> {
    let Ok(number) = Regex::new(
        r"([¥$€£]?)(\d+(?:[.,:]\d+)*)(\s?(?:%|个工作日|小时|分钟|公斤|个月|[元天日月年次折点公节期块倍个米人级]|[a-z]{2,}|))",
    ) else {
        return Vec::new();
    };
    let known = evidence.passages.join("\n");
    let mut all = Vec::new();
    for found in number.captures_iter(text) {
        let unit = (found[1].to_owned(), found[3].trim().trim_end_matches('s').to_owned());
        if unit.0.is_empty() && unit.1.is_empty() {
            continue;
        }
        let same = |other: &regex::Captures| {
            other[1] == unit.0
                && (other[3].trim().trim_end_matches('s') == unit.1 || !unit.0.is_empty())
                && other[2] != found[2]
        };
        let others: BTreeSet<String> =
            number.captures_iter(&known).filter(same).map(|other| other[2].to_owned()).collect();
        let Some(place) = found.get(2) else { continue };
        for other in others.into_iter().take(1) {
            let text = format!("{}{other}{}", &text[..place.start()], &text[place.end()..]);
            all.push((text, place.start()..place.start() + other.len()));
        }
    }
    all.truncate(2);
    all
}

/// The evidence without the sentence that has the most in common with the statement, if that is much.
fn without(statement: &str, evidence: &Evidence) -> Option<Evidence> {
    let pairs = |text: &str| -> BTreeSet<(char, char)> {
        let letters: Vec<char> = text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
        letters.windows(2).map(|pair| (pair[0], pair[1])).collect()
    };
    let own = pairs(statement);
    let mut best = (0, 0, 0..0);
    for (at, passage) in evidence.passages.iter().enumerate() {
        let mut start = 0;
        let ends = passage.match_indices(['。', '\n']).map(|(at, end)| at + end.len());
        let english = passage.match_indices(". ").map(|(at, _)| at + 2);
        let mut ends: Vec<usize> = ends.chain(english).chain([passage.len()]).collect();
        ends.sort_unstable();
        for end in ends {
            let shared = own.intersection(&pairs(&passage[start..end])).count();
            if shared > best.0 {
                best = (shared, at, start..end);
            }
            start = end;
        }
    }
    (best.0 * 2 >= own.len() && own.len() >= 6).then(|| {
        let mut less = evidence.clone();
        less.passages[best.1].replace_range(best.2, "");
        less
    })
}
