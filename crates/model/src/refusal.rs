//! Why a command was refused.

use crate::{ContentError, Status, Timestamp};

/// A command that does not fit the conversation's state. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("{command} is not possible while the conversation is {status}: {hint}")]
    WrongStatus { command: &'static str, status: Status, hint: &'static str },
    #[error("only {needed} can {command}")]
    WrongActor { command: &'static str, needed: &'static str },
    #[error("a snooze must end in the future: {until} is not after {now}")]
    SnoozeInThePast { until: Timestamp, now: Timestamp },
    #[error("the snooze ends at {until}, it is only {now}")]
    NotYet { until: Timestamp, now: Timestamp },
    #[error("the conversation has no event {seq}: its last is {last}")]
    NoSuchSeq { seq: u64, last: u64 },
    #[error(transparent)]
    Content(#[from] ContentError),
}

impl Refusal {
    /// A stable code for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::WrongStatus { .. } => "wrong_status",
            Self::WrongActor { .. } => "wrong_actor",
            Self::SnoozeInThePast { .. } => "snooze_in_the_past",
            Self::NotYet { .. } => "not_yet",
            Self::NoSuchSeq { .. } => "no_such_seq",
            Self::Content(_) => "bad_content",
        }
    }
}
