//! The assistant's side of the desk: its turns, what it works by, and what its work leaves behind.

mod codes;
mod files;
mod outcomes;
mod proactive;
mod runs;
mod tags;
mod tickets;
mod tools;
mod turn;
mod values;

pub use codes::{CodeSent, CodeToSend};
pub use files::{Expected, check_release_note};
pub(crate) use outcomes::end_stretch;
pub use proactive::{Fire, FireLimit, FireRule, Limited, Occasion};
pub use runs::{Publication, RunInfo, RunProgress, RunState, RunStep, StillWanted};
pub use turn::{BotStep, BotTurn, TurnOutcome};

/// What of the assistant is changed one after the other: its files, releases, secrets and settings.
const LOCK: (&str, &str) = ("assistant", "files");
