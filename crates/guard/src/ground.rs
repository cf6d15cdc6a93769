//! The evidence, made ready to be compared with.

use std::collections::HashSet;

use serde_json::Value as Json;

use crate::fact::{Fact, Value};
use crate::folded::Folded;
use crate::row::Mine;
use crate::saying::Evidence;
use crate::sentence::sentences;
use crate::support::known::Known;
use crate::unit::Unit;
use crate::{injection, private};

/// Where a line of evidence comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// A passage, or a fact that the operator named.
    Text,
    /// A tool's result.
    Result,
    /// The customer.
    Customer,
}

/// A sentence of the evidence.
#[derive(Debug)]
pub(crate) struct Line {
    pub source: Source,
    pub whole: Unit,
}

/// All of the evidence.
#[derive(Debug, Default)]
pub(crate) struct Ground {
    pub lines: Vec<Line>,
    /// The same, to lay statements beside.
    pub known: Known,
    /// All texts, folded.
    pub text: String,
    /// The keys of all words.
    pub keys: HashSet<String>,
    /// Whether there is a passage, fact or result to rest on in Chinese, in English.
    pub chinese: bool,
    pub english: bool,
    /// Passages that try to give orders: they are no evidence.
    pub poisoned: Vec<String>,
    /// Folded: notes for the staff and what is other people's. No evidence, and not to be told.
    pub private: Vec<String>,
    /// Folded: what somebody wrote, in the customer's words or in the evidence, to make the bot say something. No
    /// evidence either.
    pub demands: Vec<String>,
}

impl Ground {
    /// Makes evidence ready; `policies` are what `guard.yml` says may be promised.
    pub fn new(evidence: &Evidence, policies: &[String]) -> Self {
        let mut ground = Self::default();
        for passage in &evidence.passages {
            if injection::is_order(&Folded::new(passage).text) {
                ground.poisoned.push(passage.clone());
                ground.demands.push(Folded::new(passage).text);
                continue;
            }
            let open = private::without_internal(passage, &mut ground.private);
            ground.add(&open, Source::Text);
        }
        for text in evidence.facts.iter().chain(policies) {
            ground.add(text, Source::Text);
        }
        let mine = Mine::new(evidence);
        let mut others = Vec::new();
        for result in &evidence.results {
            let result = injection::without_orders(result, &mut ground.demands);
            ground.add_result(&mine.without_private(&result, &mut others));
        }
        ground.private.extend(others.iter().map(|text| Folded::new(text).text));
        for text in &evidence.said {
            let folded = Folded::new(text).text;
            if injection::is_demand(&folded) {
                ground.demands.push(folded);
            } else {
                ground.add(text, Source::Customer);
            }
        }
        for text in &evidence.own {
            ground.add(text, Source::Customer);
        }
        for value in evidence.slots.values() {
            let mut leaves = Leaves::default();
            leaves.collect("", value);
            ground.known.add_json(value, Source::Customer);
            ground.add_leaves(leaves, Source::Customer);
        }
        ground
    }

    fn add(&mut self, text: &str, source: Source) {
        self.known.open();
        for range in sentences(text) {
            let folded = Folded::new(&text[range]);
            let whole = Unit::new(&folded.text);
            self.known.add(whole.clone(), source);
            self.push(Line { source, whole });
        }
    }

    fn push(&mut self, line: Line) {
        self.keys.extend(line.whole.keys());
        if line.source != Source::Customer {
            let han = line.whole.text.chars().filter(|c| yingda_language::is_han(*c)).count();
            let latin = line.whole.text.chars().filter(char::is_ascii_alphabetic).count();
            self.chinese |= han >= 4;
            self.english |= line.source == Source::Text && latin >= 12 && latin > han * 4;
        }
        self.text.push_str(&line.whole.text);
        self.text.push('\n');
        self.lines.push(line);
    }

    fn add_result(&mut self, result: &Json) {
        self.known.add_json(result, Source::Result);
        let mut leaves = Leaves::default();
        leaves.collect("", result);
        self.add_leaves(leaves, Source::Result);
    }

    fn add_leaves(&mut self, leaves: Leaves, source: Source) {
        let folded = Folded::new(&leaves.text);
        let mut whole = Unit::new(&folded.text);
        whole.facts.extend(leaves.facts);
        let names = Folded::new(&leaves.names).text;
        self.keys.extend(Unit::new(&names).keys());
        self.push(Line { source, whole });
    }

    /// Whether a line states the fact.
    pub fn states(&self, fact: &Fact) -> bool {
        self.lines.iter().any(|line| line.whole.facts.iter().any(|other| fact.agrees(other)))
    }

    /// Whether the words stand in the evidence, at the borders of words where they are Latin.
    pub fn names(&self, words: &str) -> bool {
        let folded = Folded::new(words).text;
        let words = folded.trim();
        if words.is_empty() {
            return true;
        }
        let latin = words.is_ascii();
        self.text.match_indices(words).any(|(at, _)| {
            let edge = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_alphanumeric());
            !latin || edge(self.text[..at].chars().next_back()) && edge(self.text[at + words.len()..].chars().next())
        })
    }
}

/// The values of a piece of JSON, as one text and as facts.
#[derive(Default)]
struct Leaves {
    text: String,
    facts: Vec<Fact>,
    /// The names of the fields.
    names: String,
}

impl Leaves {
    fn collect(&mut self, key: &str, value: &Json) {
        match value {
            Json::Null => {}
            Json::Bool(value) => {
                let words = key.replace(['_', '-'], " ");
                let text = if *value { words } else { format!("not {words}") };
                self.line(&text);
            }
            Json::Number(number) => {
                let raw = number.as_f64().unwrap_or_default();
                self.fact(Value::Plain(raw), raw);
                if ["cents", "fen", "minor", "分"].iter().any(|unit| key.ends_with(unit)) {
                    self.fact(Value::Money { amount: raw / 100.0, currency: None }, raw / 100.0);
                }
                if raw.fract() == 0.0 && raw.abs() >= 10_000.0 {
                    self.fact(Value::Code(format!("{raw}")), f64::NAN);
                }
            }
            Json::String(text) => {
                self.line(text);
                if let Some(meaning) = status(text) {
                    self.line(meaning);
                }
            }
            Json::Array(items) => {
                self.fact(Value::Plain(items.len() as f64), items.len() as f64);
                items.iter().for_each(|item| self.collect(key, item));
            }
            Json::Object(fields) => {
                for (key, value) in fields {
                    self.names.push_str(&key.replace(['_', '-'], " "));
                    self.names.push('\n');
                    self.collect(key, value);
                }
            }
        }
    }

    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        // A full stop keeps what is denied in one value from reaching into the next.
        self.text.push_str(" 。\n");
    }

    fn fact(&mut self, value: Value, raw: f64) {
        self.facts.push(Fact { span: 0..0, value, raw, side: crate::fact::Side::Open, weak: false });
    }
}

/// What a usual state of things means, in both languages.
pub(crate) fn status(text: &str) -> Option<&'static str> {
    STATUS.iter().find(|(status, _)| text.eq_ignore_ascii_case(status)).map(|(_, meaning)| *meaning)
}

/// What the usual states of things mean in the other language.
const STATUS: [(&str, &str); 22] = [
    ("shipped", "已发货 has been shipped"),
    ("delivered", "已签收 已送达 has been delivered"),
    ("in transit", "运输中 在途"),
    ("in_transit", "运输中 在途 is in transit"),
    ("paid", "已付款 has been paid"),
    ("unpaid", "未付款 not paid"),
    ("pending", "待处理 处理中"),
    ("processing", "处理中"),
    ("cancelled", "已取消 has been cancelled"),
    ("canceled", "已取消 has been cancelled"),
    ("refunded", "已退款 has been refunded"),
    ("refunding", "退款中"),
    ("returned", "已退货 has been returned"),
    ("completed", "已完成"),
    ("closed", "已关闭"),
    ("frozen", "冻结 is frozen"),
    ("active", "正常 有效"),
    ("expired", "已过期"),
    ("ready", "已备好 可以取"),
    ("trial", "试用"),
    ("lost_reported", "已挂失"),
    ("approved", "已通过 已批准"),
];
