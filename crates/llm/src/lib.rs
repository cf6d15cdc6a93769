//! Language models behind OpenAI-compatible endpoints: what the assistant may ask them, and what of their answers it may believe.
//!
//! An operator names models in `models.yml` ([`read`]). [`Llm`] asks them: it hides personal data, keeps to budgets and time limits,
//! tries again, goes on to the next model, and records what happened ([`Record`]). What comes back is checked by code before anybody
//! sees it, because a model errs and can be talked into anything: commands name only flows and slots that exist and values that the
//! customer said ([`Llm::propose`]), an answer cites the passages it was given ([`Llm::answer`]), a rephrased text keeps its facts.

mod breaker;
mod cache;
mod complete;
mod config;
mod error;
mod facts;
mod fence;
mod json;
mod ledger;
mod llm;
mod privacy;
mod provider;
mod reader;
mod record;
mod sse;
mod task;
mod tokens;
mod wire;

pub use config::{Budget, Budgets, CacheSettings, Config, Model, Offers, Price, Task};
pub use error::{Error, Limit};
pub use facts::states_numbers_of;
pub use ledger::{Account, Exhausted, Ledger, MemoryLedger, Spent};
pub use llm::{Call, Lang, Llm, Outcome};
pub use provider::{Ask, ChatAnswer, End, Failure, Message, OpenAi, Provider, Role, Shape, ToolCall, Usage};
pub use reader::{Problem, read};
pub use record::{Attempt, Note, Record};
pub use task::answer::{Answered, Dropped, Sentence};
pub use task::draft::DraftedFaq;
pub use task::propose::{Command, FlowInfo, Proposal, Refused, Situation, SlotInfo, SlotKind, Turn};
pub use tokens::estimate;
