//! The assistant: turns a customer's message into an answer, choices or a hand-over, with a trace.
//!
//! [`turn`] decides, purely: the same input always gives the same plan. [`Assistant`] reads what a turn needs, lets [`turn`]
//! decide and gives the plan to the desk. [`Languages`] keeps what the messages of each workspace are understood by.

mod ask;
mod assistant;
mod books;
mod brain;
mod brains;
mod brief;
mod caller;
mod courtesy;
mod currency;
mod desk_tools;
mod drafting;
mod facts;
mod guarded;
mod help;
mod judge;
mod language;
mod modelled;
mod option;
mod person;
mod plain;
mod proactive;
mod propose;
mod reply;
mod respond;
mod shelves;
mod steps;
mod summary;
mod texts;
mod titles;
mod tongue;
mod turn;
mod understood;
mod voice;
mod when;

pub use ask::{Asked, Question, ask};
pub use assistant::{Assistant, Reading};
pub use brain::{Brain, FileProblem, Surroundings};
pub use brains::{Brains, Loaded};
pub use drafting::{DraftedEntry, Drafting};
pub use facts::desk_hours;
pub use help::{HelpTone, ModelBooks, Offers, Suggestion, WhyNot};
pub use language::{KnownIntent, LanguageError, Languages, WorkspaceLanguage};
pub use person::wants_person;
pub use proactive::Happened;
pub use respond::{CallDone, Caller, Plain, Service, respond};
pub use summary::ConversationSummary;
pub use tongue::Tongue;
pub use turn::{TurnInput, TurnPlan, turn};
