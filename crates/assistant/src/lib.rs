//! The assistant: turns a customer's message into an answer, choices or a hand-over, with a trace.
//!
//! [`turn`] decides, purely: the same input always gives the same plan. [`Assistant`] reads what a turn needs, lets [`turn`]
//! decide and gives the plan to the desk. [`Knowledge`] keeps a search index for each workspace.

mod ask;
mod assistant;
mod courtesy;
mod knowledge;
mod option;
mod person;
mod texts;
mod tongue;
mod turn;
mod when;

pub use ask::{Asked, ask_index};
pub use assistant::Assistant;
pub use knowledge::{Knowledge, KnowledgeError};
pub use person::wants_person;
pub use tongue::Tongue;
pub use turn::{TurnInput, TurnPlan, turn};
