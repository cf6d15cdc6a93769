//! Questions about the graph: read, answered, and said.

mod amounts;
mod choose;
mod compare;
mod condition;
mod link;
mod path;
mod phrase;
mod read;
mod say;
mod wording;

pub(crate) use wording::value_text;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::graph::Graph;
use crate::rows::Value;

/// A question, and what is known around it.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub question: &'a str,
    /// Language of the answer: `zh`; anything else is answered in English.
    pub lang: &'a str,
    /// The customer's time, for "today" and "this year".
    pub now: Option<OffsetDateTime>,
    /// Ids of the things that were spoken of, the latest first: what "it" and 这款 mean.
    pub context: &'a [String],
}

/// What the answer is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Outcome {
    /// The value of an attribute, or the difference of two.
    Value {
        value: Value,
    },
    /// The things that are meant; none: there is no such thing.
    Things {
        ids: Vec<String>,
    },
    Count {
        count: usize,
    },
    Truth {
        value: bool,
    },
    /// Several things are meant by a name: which one?
    Which {
        ids: Vec<String>,
    },
    /// The question is about the graph, which does not hold the fact.
    Unknown,
}

/// A fact that an answer rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// Id of the thing.
    pub thing: String,
    /// Name of the attribute or relation (of its inverse, when it was read backwards).
    pub name: String,
    /// The value; absent when it is not known, or for a relation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// Id of the thing that the relation leads to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// The answer to a question about the graph.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GraphAnswer {
    pub outcome: Outcome,
    /// One sentence or two in the language asked for.
    pub text: String,
    /// What it rests on, at most 50.
    pub facts: Vec<Fact>,
    /// How the question was read, such as `min(price) of kettle where capacity > 1.5 L`.
    pub reading: String,
    /// How sure the reading is, 0 to 1. Below 0.6 better ask back.
    pub confidence: f32,
    /// Ids of the things spoken of, for the context of the next question.
    pub things: Vec<String>,
}

/// The answer to a question; `None` when it is not about the facts of the graph. A question that is, but whose fact is not
/// held, is [`Outcome::Unknown`]; one that may mean several things is [`Outcome::Which`]. Takes well under a
/// millisecond for ten thousand things, and ends on every text and every graph.
pub fn answer(graph: &Graph, asked: &Asked) -> Option<GraphAnswer> {
    let linked = link::link(graph, asked.question);
    let reading = read::read(graph, &linked, asked)?;
    Some(say::say(graph, &reading, asked.lang))
}
