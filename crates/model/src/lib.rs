//! The words Yingda thinks in: ids, contacts, conversations, messages, commands, events and refusals.
//!
//! This crate is pure. It reads no clock, draws no random number and does no I/O: time and ids come in from outside, so that
//! any run can be replayed. The heart is [`Conversation::apply`], the state machine that every change of a conversation goes
//! through.

mod actor;
mod assistant;
mod command;
mod contact;
mod conversation;
mod dialogue;
mod event;
mod id;
mod inbox;
mod intent;
mod knowledge;
mod message;
mod refusal;
mod time;
mod trace;
mod understanding;
mod user;
mod world;

pub use actor::{Actor, Scope};
pub use assistant::{
    AssistantDraft, AssistantFile, BadAssistantPath, CodeChannel, CodeCheck, Consent, ConsentAnswer, ConsentPurpose,
    ConsentSaid, ConsentWay, ConsentWord, ConsentWording, MAX_ASSISTANT_FILE_BYTES, MAX_ASSISTANT_FILES, NewTicket,
    Outcome, OutcomeCount, Release, Stretch, Ticket, TicketDetails, TicketKind, TicketState, ToolCall, ToolCallState,
    Topic, check_assistant_path,
};
pub use command::{Assignment, BotOutcome, Command, HandOverReason};
pub use contact::{Contact, ContactUpdate, Identity, IdentityKind};
pub use conversation::{BotMemory, Conversation, OpenConversation, PendingChoices, Status};
pub use dialogue::{
    AskedOption, Asking, DialogueState, Done, EndedFlow, FailedStep, FlowOutcome, Frame, Identified, Loop, Mention,
    Question, Undo, WaitingFlow,
};
pub use event::{Event, EventBody};
pub use id::*;
pub use inbox::{Holiday, Inbox, InboxKind, InboxSettings, OpeningHours, Persona};
pub use intent::IntentAction;
pub use knowledge::{
    Audience, ChangeEffect, ChangeEvidence, ChangeOrigin, ChangeState, EntryContent, EntryKind, EntrySource,
    EntryStatus, EntryVersion, KbChange, KbEntry, Readership, SpecialAnswer,
};
pub use message::{Choice, Content, ContentError, Draft, MAX_CHOICES, MAX_TEXT_CHARS, Message, SenderKind, Visibility};
pub use refusal::Refusal;
pub use time::Timestamp;
pub use trace::{
    Trace, TraceCall, TraceCandidate, TraceCommand, TraceDecision, TraceDialogue, TraceFrame, TraceGuard,
    TraceModelCall, TraceStep, TraceTerm, TraceTimings, TraceTitle,
};
pub use understanding::{
    TraceEntity, TraceIntent, TraceLabel, TraceMood, TraceReason, TraceSafety, TraceSpan, TraceUnderstanding,
};
pub use user::{Permission, Role, TokenScope, User};
pub use world::World;
