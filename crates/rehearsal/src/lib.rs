//! Trying the assistant out before customers meet it.
//!
//! [`check`] reads the files of an assistant with its test conversations and simulated customers. On a [`Stage`], which is all
//! that a conversation needs without a server, [`rehearse`] runs test conversations, [`simulate`] lets simulated customers talk,
//! [`walks`] does what nobody would, and [`replay`] compares two releases on conversations of the past. All of it is
//! deterministic: the same seed, the same conversation.

mod backend;
mod caller;
mod customer;
mod dice;
mod expect;
mod read;
mod replay;
mod report;
mod run;
mod script;
mod simulate;
mod stage;
mod talk;
mod walk;
mod who;

pub use backend::{Backend, Fault};
pub use caller::Made;
pub use customer::{Correction, Customer, Goal, Mood, Wish};
pub use expect::Miss;
pub use read::{Checked, Suite, check};
pub use replay::{Past, PastTurn, Replay, Replayed, TurnChange, past, replay};
pub use report::{ConversationReport, Failed, Report, RunReport, TurnReport};
pub use run::{Plan, TurnTime, rehearse, turn_times};
pub use script::{Does, End, Expect, HandedOver, Script, ScriptTurn, Wanted, Words};
pub use simulate::{CustomerReport, FlowFigures, Outcome, Simulation, Visit, simulate};
pub use stage::{Stage, StageError, surroundings};
pub use talk::{Heard, Kept, Said, Talk};
pub use walk::{Walk, Walks, walk, walks};
pub use who::Who;
