//! What the evidence holds that this customer must not hear: notes for the staff, and what a tool brought back of
//! other people.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value as Json};

use crate::common::is_common;
use crate::folded::Folded;
use crate::ground::Ground;
use crate::pattern::fixed;
use crate::piece::{Broken, Piece};
use crate::saying::{Evidence, Rule};

/// The start of a line that is meant for the staff, and words that say so anywhere in it.
static INTERNAL: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"^\s*[\[【(]?(?:内部|.{0,4}(?:员工|店员|坐席|客服|前台))(?:备注|说明|资料|须知|使用|参考|专用|可见)\s*[\[\]】():：]|^\s*[\[【(]?内部\s*[\]】):：]|仅限?(?:供)?(?:内部|员工|店员|坐席)|(?:不得|请勿|勿|不要|禁止|严禁|不可)(?:对外|外传|外泄|告知(?:客户|顾客|客人|会员)|透露给?(?:客户|顾客|客人|会员))|^\s*[\[(]?(?:internal|confidential|(?:staff|employee|agent|crew) (?:notes?|only|memo|use))(?: (?:notes?|only|use|memo|information))*\s*[\])]?\s*[:\-]|\b(?:staff|internal use|employees|internal) only\b|\bfor internal use\b|\bnot for (?:customers|guests|the public)\b|\bdo not (?:share|disclose|reveal)(?: (?:this|it))?(?: (?:with|to) (?:customers?|guests?|clients?|callers?|anyone outside))?\s*(?:[.;)\]]|$)",
    )
});
static TITLED: LazyLock<Regex> =
    LazyLock::new(|| fixed(r"\p{Han}(?:先生|女士|太太|小姐)|\b(?:mr|mrs|ms|miss)\.? [a-z]"));

/// Words of fields that name whom a row is about.
const PERSON: [&str; 25] = [
    "customer",
    "owner",
    "holder",
    "member",
    "buyer",
    "patient",
    "booked",
    "renter",
    "tenant",
    "recipient",
    "guest",
    "passenger",
    "client",
    "payer",
    "sender",
    "resident",
    "neighbor",
    "neighbour",
    "subscriber",
    "insured",
    "borrower",
    "客户",
    "会员",
    "机主",
    "业主",
];
/// Words of fields of those who work for the company.
const STAFF: [&str; 20] = [
    "rider",
    "courier",
    "driver",
    "coach",
    "teacher",
    "tutor",
    "worker",
    "tech",
    "technician",
    "doctor",
    "vet",
    "agent",
    "staff",
    "store",
    "shop",
    "branch",
    "service",
    "support",
    "carrier",
    "point",
];
/// Words of fields that may be told of everybody's rows: whether something is taken, and when.
const OPEN: [&str; 14] = [
    "status",
    "time",
    "date",
    "room",
    "table",
    "seat",
    "slot",
    "available",
    "type",
    "from",
    "to",
    "start",
    "end",
    "tech",
];

/// Whether a folded line is for the staff only.
pub(crate) fn is_internal(line: &str) -> bool {
    INTERNAL.is_match(line)
}

/// Letters and digits only, in one spelling.
fn bare(text: &str) -> String {
    Folded::new(text).text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// What names the customer who asks.
#[derive(Debug, Default)]
pub(crate) struct Mine(Vec<String>);

impl Mine {
    pub fn new(evidence: &Evidence) -> Self {
        let mut all: Vec<String> = evidence.own.iter().map(|text| bare(text)).collect();
        let mut add = |text: &str| all.push(bare(text));
        evidence.slots.values().for_each(|value| leaves(value, &mut add));
        all.retain(|text| text.chars().count() >= 2);
        Self(all)
    }

    fn is_in(&self, text: &str) -> bool {
        let text = bare(text);
        let long = text.chars().count() >= 3;
        self.0.iter().any(|mine| text.contains(mine.as_str()) || long && mine.contains(&text))
    }

    /// Takes out of a result what is another person's; those texts go to `others`.
    pub fn without_others(&self, result: &Json, others: &mut Vec<String>) -> Json {
        if self.0.is_empty() { result.clone() } else { self.prune("", result, others) }
    }

    fn prune(&self, key: &str, value: &Json, others: &mut Vec<String>) -> Json {
        match value {
            Json::Object(fields) if self.is_foreign(key, fields) => {
                let open = |(key, value): &(&String, &Json)| {
                    has_word(key, &OPEN) && !value.as_str().is_some_and(|text| TITLED.is_match(&Folded::new(text).text))
                };
                for (_, value) in fields.iter().filter(|field| !open(field)) {
                    leaves(value, &mut |text| others.push(text.to_owned()));
                }
                Json::Object(fields.iter().filter(open).map(|(key, value)| (key.clone(), value.clone())).collect())
            }
            Json::Object(fields) => {
                let kept = fields.iter().map(|(key, value)| (key.clone(), self.prune(key, value, others)));
                Json::Object(kept.collect())
            }
            Json::Array(items) => Json::Array(items.iter().map(|item| self.prune(key, item, others)).collect()),
            Json::String(text)
                if !has_word(key, &STAFF) && TITLED.is_match(&Folded::new(text).text) && !self.is_in(text) =>
            {
                others.push(text.clone());
                Json::Null
            }
            value => value.clone(),
        }
    }

    /// Whether a row names a person and nothing of the customer's.
    fn is_foreign(&self, key: &str, fields: &Map<String, Json>) -> bool {
        let reachable = fields.keys().any(|key| has_word(key, &["phone", "mobile", "email", "address", "tel"]));
        let named = fields
            .iter()
            .any(|(key, value)| value.is_string() && (has_word(key, &PERSON) || key == "name" && reachable));
        let mut mine = false;
        fields.values().for_each(|value| leaves(value, &mut |text| mine |= self.is_in(text)));
        named && !mine && !has_word(key, &STAFF)
    }
}

fn has_word(key: &str, words: &[&str]) -> bool {
    let key = key.to_lowercase();
    key.split(['_', '-', '.', ' ']).any(|part| words.contains(&part))
}

/// Every text and number of a piece of JSON.
fn leaves(value: &Json, each: &mut dyn FnMut(&str)) {
    match value {
        Json::String(text) => each(text),
        Json::Number(number) => each(&number.to_string()),
        Json::Array(items) => items.iter().for_each(|item| leaves(item, each)),
        Json::Object(fields) => fields.values().for_each(|field| leaves(field, each)),
        Json::Null | Json::Bool(_) => {}
    }
}

/// Checks that a sentence tells nothing of `ground.private`.
pub(crate) fn check(piece: &Piece, ground: &Ground, broken: &mut Vec<Broken>) {
    let text = &piece.folded.text;
    for private in &ground.private {
        let found = telling(private)
            .into_iter()
            .filter(|word| !ground.text.contains(word))
            .find_map(|word| text.find(word).map(|at| at..at + word.len()));
        if let Some(span) = found.or_else(|| run(text, private, &ground.text, 5.0)) {
            let (zh, en) = (
                "其他人的信息或内部说明，不能告诉客户",
                "of another person or for the staff, not to be told to this customer",
            );
            broken.push(Broken::new(Rule::Personal, span, zh, en));
        }
    }
}

/// Words that tell who or what is meant: short Chinese values, rare Latin words, numbers of four digits or more.
fn telling(private: &str) -> Vec<&str> {
    private
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| {
            let han = word.chars().filter(|c| yingda_language::is_han(*c)).count();
            let digits = word.bytes().filter(u8::is_ascii_digit).count();
            (2..=4).contains(&han) && !is_common(word)
                || digits >= 4 && !(word.len() == 4 && (word.starts_with("19") || word.starts_with("20")))
                || han == 0 && digits == 0 && word.len() >= 4 && !is_common(word)
        })
        .collect()
}

/// The longest words of `text` that stand in `other` in a row and not in `known`, when they weigh as much as `least`
/// Chinese characters (three letters weigh as one).
pub(crate) fn run(text: &str, other: &str, known: &str, least: f32) -> Option<std::ops::Range<usize>> {
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    for (first, &start) in starts.iter().enumerate() {
        let mut weight = 0.0;
        for (last, c) in text[start..].chars().enumerate() {
            weight += match c {
                c if yingda_language::is_han(c) => 1.0,
                c if c.is_alphanumeric() => 0.35,
                _ => 0.1,
            };
            if weight >= least {
                let span = start..starts[first + last + 1];
                let words = &text[span.clone()];
                if other.contains(words) && !known.contains(words) {
                    return Some(span);
                }
                break;
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::is_internal;
    use crate::folded::Folded;

    #[test]
    fn notes_for_the_staff_are_known_by_their_marks() {
        for (line, internal) in [
            ("【内部】高教练 15:00 预约：何佩珊。", true),
            ("店员备注（仅内部）：B06 离婚寄养。", true),
            ("内部备注：暂缓排产。", true),
            ("Staff notes: window table, do not disclose.", true),
            ("INTERNAL: run 4 Zeus.", true),
            ("Codes are for staff only.", true),
            ("请勿将密码告诉他人。", false),
            ("Do not share your password with anyone.", false),
            ("客服电话：400-100-2000。", false),
            ("客服说明书、内部尺寸：30 厘米。", false),
            ("Staff: 6 am to 10 pm.", false),
            ("Our staff is on site from 6 am.", false),
        ] {
            assert_eq!(is_internal(&Folded::new(line).text), internal, "{line}");
        }
    }
}
