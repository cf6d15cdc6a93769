//! How many questions of a set are answered exactly right.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::graph::Graph;
use crate::question::{Asked, GraphAnswer, Outcome, answer};
use crate::rows::{Value, text_in};
use crate::unit;

/// A question with the answer that it should get: a line of an evaluation file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    pub query: String,
    /// `zh` or `en`.
    pub lang: String,
    /// What sort of question it is: `attribute`, `comparison` …
    #[serde(default)]
    pub kind: String,
    /// `dev` for tuning, `test` for measuring.
    #[serde(default)]
    pub part: String,
    /// Ids of the things that were spoken of, the latest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub context: Vec<String>,
    pub answer: Expected,
}

/// What the answer should be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Expected {
    /// `"unknown"` or `"none"`.
    Word(ExpectedWord),
    Things {
        things: Vec<String>,
    },
    /// The choices to offer.
    Which {
        which: Vec<String>,
    },
    Truth {
        bool: bool,
    },
    /// A number with its unit, a count, a text or a list of texts.
    Value {
        value: serde_json::Value,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<String>,
    },
}

/// An answer without a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExpectedWord {
    /// The question is about the graph, which does not hold the fact.
    Unknown,
    /// The question is not about the graph.
    None,
}

/// Answers right and in all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Score {
    pub right: usize,
    pub of: usize,
}

impl Score {
    /// The share of right answers; 1 when there are no questions.
    pub fn share(self) -> f64 {
        if self.of == 0 { 1.0 } else { self.right as f64 / self.of as f64 }
    }

    fn add(&mut self, right: bool) {
        self.of += 1;
        self.right += usize::from(right);
    }
}

/// A question that was answered wrong.
#[derive(Clone, Debug, Serialize)]
pub struct Miss {
    pub question: Question,
    pub got: Option<GraphAnswer>,
}

/// What came out.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    pub all: Score,
    pub by_kind: BTreeMap<String, Score>,
    pub by_lang: BTreeMap<String, Score>,
    pub by_part: BTreeMap<String, Score>,
    pub misses: Vec<Miss>,
    /// Of the misses, those that say something that is not so; the others give no answer or ask back.
    pub wrong: usize,
    /// The median and the longest time of an answer, in microseconds.
    pub median_us: u64,
    pub longest_us: u64,
}

/// Asks all questions.
pub fn eval(graph: &Graph, questions: &[Question]) -> Report {
    let mut report = Report::default();
    let mut times: Vec<Duration> = Vec::with_capacity(questions.len());
    for question in questions {
        let asked = Asked { question: &question.query, lang: &question.lang, now: None, context: &question.context };
        let start = Instant::now();
        let got = answer(graph, &asked);
        times.push(start.elapsed());
        let right = is_right(&question.answer, got.as_ref(), &question.lang);
        report.all.add(right);
        report.by_kind.entry(question.kind.clone()).or_default().add(right);
        report.by_lang.entry(question.lang.clone()).or_default().add(right);
        report.by_part.entry(question.part.clone()).or_default().add(right);
        if !right {
            let claims = |answer: &GraphAnswer| !matches!(answer.outcome, Outcome::Which { .. } | Outcome::Unknown);
            report.wrong += usize::from(got.as_ref().is_some_and(claims));
            report.misses.push(Miss { question: question.clone(), got });
        }
    }
    times.sort_unstable();
    let micros = |time: Option<&Duration>| time.map_or(0, |time| u64::try_from(time.as_micros()).unwrap_or(u64::MAX));
    report.median_us = micros(times.get(times.len() / 2));
    report.longest_us = micros(times.last());
    report
}

/// Whether an answer is exactly what was expected.
pub fn is_right(expected: &Expected, got: Option<&GraphAnswer>, lang: &str) -> bool {
    let Some(got) = got else { return *expected == Expected::Word(ExpectedWord::None) };
    match (expected, &got.outcome) {
        (Expected::Word(ExpectedWord::Unknown), Outcome::Unknown) => true,
        (Expected::Things { things }, Outcome::Things { ids })
        | (Expected::Which { which: things }, Outcome::Which { ids }) => {
            let sorted = |ids: &[String]| {
                let mut ids = ids.to_vec();
                ids.sort_unstable();
                ids
            };
            sorted(things) == sorted(ids)
        }
        (Expected::Truth { bool }, Outcome::Truth { value }) => bool == value,
        (Expected::Value { value, unit: None }, Outcome::Count { count }) => value.as_u64() == Some(*count as u64),
        (Expected::Value { value, unit }, Outcome::Value { value: got }) => is_value(value, unit.as_deref(), got, lang),
        _ => false,
    }
}

fn is_value(expected: &serde_json::Value, unit: Option<&str>, got: &Value, lang: &str) -> bool {
    match got {
        Value::Number { amount, unit: got } => {
            let (unit, got) = (unit.unwrap_or(""), got.as_deref().unwrap_or(""));
            let same = |expected: f64| unit::same(unit::in_base(expected, unit), unit::in_base(*amount, got));
            unit::dimension(unit) == unit::dimension(got) && expected.as_f64().is_some_and(same)
        }
        Value::Text { texts } => expected.as_str() == Some(text_in(texts, lang)),
        Value::Bool { value } => expected.as_bool() == Some(*value),
        Value::Date { date } => expected.as_str() == Some(&crate::rows::date_text(*date)),
        Value::List { items } => {
            let items: Vec<&str> = items.iter().map(|item| text_in(item, lang)).collect();
            let expected =
                expected.as_array().map(|list| list.iter().filter_map(|item| item.as_str()).collect::<Vec<_>>());
            expected == Some(items)
        }
    }
}
