//! Flows: how they are written, and the engine that runs them.
//!
//! A flow is a YAML file ([`Flow`]). Files are read and checked together as a [`Release`]. The engine is a pure state machine over
//! [`yingda_model::DialogueState`]: [`take`] gives it a customer's turn as a list of [`Command`]s, each of which it executes or
//! refuses; when it needs a tool it says so, and [`resume`] gives it the result.

mod check;
mod command;
mod compile;
mod engine;
mod flow;
mod graph;
mod outcome;
mod phrase;
mod read;
mod release;
mod schema;
mod text;
mod turn;
mod wording;

pub use check::{Effect, Kind, Known, KnownInput, KnownTool};
pub use command::{Command, Judged, Proposed};
pub use compile::Program;
pub use engine::{begin, may_start, resume, take, wanted};
pub use flow::*;
pub use graph::{GraphStyle, Theme, svg};
pub use outcome::{Call, Called, Line, Next, Outcome, Passed};
pub use phrase::{Phrase, Phrases};
pub use read::{read_flow, read_release};
pub use release::Release;
pub use schema::{conversation_schema, flow_schema, wording_schema};
pub use text::{Lang, Text, Tone, Wording};
pub use turn::{Circumstances, Wanted};
pub use wording::{InBoth, Persona, Wordings};
pub use yingda_yaml::{Place, Problem, Severity};
