//! Measures search on questions whose right entries are known.

use std::collections::HashMap;
use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value};
use yingda_language::normalise;

use crate::{Decision, Hit, Index, IndexError, Query, QuestionVector, Thresholds, decide};

/// What is asked, and which entries are right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Question {
    /// What is asked.
    pub text: String,
    pub expected: Expected,
}

/// Which entries are right for a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Expected {
    /// The one with this wording.
    Wording(String),
    /// Not the one with this wording.
    NotWording(String),
    /// Those with these ids.
    Ids(Vec<String>),
    /// None.
    Nothing,
}

/// A line that is no question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BadLine {
    /// From 1.
    pub line: usize,
    pub reason: BadReason,
}

/// Why a line is no question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "code")]
pub enum BadReason {
    /// It is not a JSON object.
    NotAnObject,
    /// A field is missing or empty.
    Missing { field: &'static str },
    /// A field is of the wrong kind.
    WrongType { field: &'static str, expected: &'static str },
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "line {}: ", self.line)?;
        match &self.reason {
            BadReason::NotAnObject => f.write_str(
                r#"expected a JSON object such as {"query": "how do I return it", "relevant": ["returns"]}"#,
            ),
            BadReason::Missing { field } => write!(f, "the field {field:?} is missing or empty"),
            BadReason::WrongType { field, expected } => write!(f, "the field {field:?} must be {expected}"),
        }
    }
}

/// What search found. Rates are from 0 to 1; a rate over nothing is 0.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Report {
    /// Questions asked.
    pub questions: usize,
    /// Those with a right entry in the knowledge base: what `hit*` and `mrr10` are counted over.
    pub queries_with_answer: usize,
    /// Those whose right entries are not in the knowledge base, so that nothing could be found.
    pub answer_not_in_kb: usize,
    /// Share of queries with a right entry first.
    pub hit1: f64,
    /// … among the first three.
    pub hit3: f64,
    /// … among the first five.
    pub hit5: f64,
    /// … among the first ten.
    pub hit10: f64,
    /// Mean reciprocal rank of the first right entry, 0 beyond the tenth.
    pub mrr10: f64,
    /// What the bot would do with the queries that have an answer.
    pub decisions: Decisions,
    /// Questions that no entry answers.
    pub unanswerable: usize,
    /// Of these, how many the bot would answer all the same.
    pub unanswerable_answered: usize,
    /// Of these, how many it would offer choices for; it says of the rest that it does not know.
    pub unanswerable_offered: usize,
    /// Pairs that do not belong together.
    pub negatives: usize,
    /// Of these, how many the bot would answer with the very entry that is wrong.
    pub negatives_answered_with_q1: usize,
    /// Of these, how many it would answer with any entry.
    pub negatives_answered: usize,
    /// Queries whose right entry did not come first, in the order given.
    pub misses: Vec<Miss>,
}

/// What the bot would have done, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Decisions {
    /// Answered with a right entry.
    pub answered_right: usize,
    /// Answered with another.
    pub answered_wrong: usize,
    /// Offered choices, a right entry among them.
    pub offered_right: usize,
    /// Offered choices without one.
    pub offered_wrong: usize,
    /// Said that it does not know.
    pub unknown: usize,
}

/// A query whose right entry did not come first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Miss {
    /// What was asked.
    pub query: String,
    /// The question or ids that should have been found.
    pub expected: String,
    /// Its rank from 1 among the first ten, if it is there.
    pub rank: Option<usize>,
    /// Its confidence, if it is there.
    pub expected_confidence: Option<f32>,
    /// The question that came first.
    pub found: Option<String>,
    /// The confidence of what came first; 0 when nothing was found.
    pub confidence: f32,
}

/// Reads questions, one JSON object a line: `{"q1", "q2", "label"}` (a question of the knowledge base, what is asked, and
/// whether the entry of the one is right for the other: 1 or 0, true or false), or `{"query", "relevant"}` with a list of
/// ids; without `relevant`, or with an empty list, nothing answers it. Bad lines come second.
pub fn parse_questions(bytes: &[u8]) -> (Vec<Question>, Vec<BadLine>) {
    let mut questions = Vec::new();
    let mut bad = Vec::new();
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    for (number, line) in bytes.split(|&byte| byte == b'\n').enumerate() {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let object: Result<Map<String, Value>, _> = serde_json::from_slice(line);
        match object.map_err(|_| BadReason::NotAnObject).and_then(|object| question(&object)) {
            Ok(question) => questions.push(question),
            Err(reason) => bad.push(BadLine { line: number + 1, reason }),
        }
    }
    (questions, bad)
}

fn question(object: &Map<String, Value>) -> Result<Question, BadReason> {
    let text = |field| match object.get(field) {
        Some(Value::String(text)) if !text.trim().is_empty() => Ok(text.clone()),
        Some(Value::String(_)) | None => Err(BadReason::Missing { field }),
        Some(_) => Err(BadReason::WrongType { field, expected: "a text" }),
    };
    if object.contains_key("query") {
        let ids = "a list of ids";
        let expected = match object.get("relevant") {
            None | Some(Value::Null) => Expected::Nothing,
            Some(Value::Array(list)) if list.is_empty() => Expected::Nothing,
            Some(Value::Array(list)) => {
                let one = |id: &Value| match id {
                    Value::String(id) => Ok(id.clone()),
                    Value::Number(id) => Ok(id.to_string()),
                    _ => Err(BadReason::WrongType { field: "relevant", expected: ids }),
                };
                Expected::Ids(list.iter().map(one).collect::<Result<_, _>>()?)
            }
            Some(_) => return Err(BadReason::WrongType { field: "relevant", expected: ids }),
        };
        return Ok(Question { text: text("query")?, expected });
    }
    let q1 = text("q1")?;
    let expected = match object.get("label") {
        Some(Value::Bool(true)) => Expected::Wording(q1),
        Some(Value::Bool(false)) => Expected::NotWording(q1),
        Some(Value::Number(number)) if number.as_f64() == Some(1.0) => Expected::Wording(q1),
        Some(Value::Number(number)) if number.as_f64() == Some(0.0) => Expected::NotWording(q1),
        None => return Err(BadReason::Missing { field: "label" }),
        Some(_) => return Err(BadReason::WrongType { field: "label", expected: "0 or 1" }),
    };
    Ok(Question { text: text("q2")?, expected })
}

/// Asks the index every question. An entry counts as that of a wording when its question or a variant equals it
/// (normalised). `vector` embeds a question, or gives `None` to search by words alone; `progress` is told after each
/// question how many are done.
///
/// # Errors
/// Only when the search engine fails.
pub fn evaluate(
    index: &Index,
    questions: &[Question],
    thresholds: &Thresholds,
    mut vector: impl FnMut(&str) -> Option<QuestionVector>,
    mut progress: impl FnMut(usize),
) -> Result<Report, IndexError> {
    let mut owners: HashMap<String, Vec<String>> = HashMap::new();
    let mut ids: HashMap<String, String> = HashMap::new();
    index.each_entry(|entry| {
        for wording in entry.wordings() {
            owners.entry(normalise(wording)).or_default().push(entry.id.clone());
        }
        ids.insert(entry.id.clone(), entry.question);
    })?;
    let mut report = Report { questions: questions.len(), ..Report::default() };
    for (done, question) in questions.iter().enumerate() {
        let query = Query { vector: vector(&question.text), limit: 10, ..Query::new(&question.text) };
        let hits = index.search(&query)?;
        let decision = decide(&hits, thresholds);
        let of_wording = |wording: &String| owners.get(&normalise(wording)).cloned().unwrap_or_default();
        match &question.expected {
            Expected::Nothing => report.count_unanswerable(&decision),
            Expected::NotWording(wording) => report.count_negative(&decision, &of_wording(wording)),
            Expected::Wording(wording) => {
                report.count_answerable(&question.text, wording, &hits, &decision, &of_wording(wording));
            }
            Expected::Ids(expected) => {
                let right: Vec<String> = expected.iter().filter(|id| ids.contains_key(*id)).cloned().collect();
                report.count_answerable(&question.text, &expected.join(", "), &hits, &decision, &right);
            }
        }
        progress(done + 1);
    }
    let queries = report.queries_with_answer.max(1) as f64;
    let Report { hit1, hit3, hit5, hit10, mrr10, .. } = &mut report;
    for rate in [hit1, hit3, hit5, hit10, mrr10] {
        *rate /= queries;
    }
    Ok(report)
}

impl Report {
    fn count_unanswerable(&mut self, decision: &Decision) {
        self.unanswerable += 1;
        match decision {
            Decision::Answer { .. } => self.unanswerable_answered += 1,
            Decision::Choices { .. } => self.unanswerable_offered += 1,
            Decision::Unknown => {}
        }
    }

    fn count_negative(&mut self, decision: &Decision, wrong: &[String]) {
        self.negatives += 1;
        if let Decision::Answer { hit } = decision {
            self.negatives_answered += 1;
            if wrong.contains(&hit.entry_id) {
                self.negatives_answered_with_q1 += 1;
            }
        }
    }

    /// Rates are summed here and divided at the end.
    fn count_answerable(&mut self, query: &str, expected: &str, hits: &[Hit], decision: &Decision, right: &[String]) {
        if right.is_empty() {
            self.answer_not_in_kb += 1;
            return;
        }
        self.queries_with_answer += 1;
        let is_right = |hit: &Hit| right.contains(&hit.entry_id);
        let rank = hits.iter().position(is_right).map(|at| at + 1);
        if let Some(rank) = rank {
            self.hit1 += f64::from(rank == 1);
            self.hit3 += f64::from(rank <= 3);
            self.hit5 += f64::from(rank <= 5);
            self.hit10 += 1.0;
            self.mrr10 += 1.0 / rank as f64;
        }
        match decision {
            Decision::Answer { hit } if is_right(hit) => self.decisions.answered_right += 1,
            Decision::Answer { .. } => self.decisions.answered_wrong += 1,
            Decision::Choices { hits } if hits.iter().any(is_right) => self.decisions.offered_right += 1,
            Decision::Choices { .. } => self.decisions.offered_wrong += 1,
            Decision::Unknown => self.decisions.unknown += 1,
        }
        if rank != Some(1) {
            self.misses.push(Miss {
                query: query.to_owned(),
                expected: expected.to_owned(),
                rank,
                expected_confidence: rank.map(|rank| hits[rank - 1].confidence),
                found: hits.first().map(|hit| hit.question.clone()),
                confidence: hits.first().map_or(0.0, |hit| hit.confidence),
            });
        }
    }
}
