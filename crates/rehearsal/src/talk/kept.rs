//! A conversation put away between two messages, and taken up again.

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use yingda_assistant::Brain;
use yingda_dialogue::Lang;
use yingda_model::{BotMemory, Choice, HandOverReason, InboxKind, Timestamp, TraceMood};

use super::Talk;
use crate::caller::Props;
use crate::stage::Stage;
use crate::who::Who;

/// Where a conversation stands, as plain values. Only what [`Talk::keep`] gave may be taken up: the engine relies on it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Kept {
    memory: BotMemory,
    moods: Vec<TraceMood>,
    things: Vec<String>,
    now: Timestamp,
    conversation: Uuid,
    /// What the dice are thrown by from here on.
    seed: u64,
    /// The one-time code that was sent last, and wrong tries.
    code: Option<(String, u8)>,
    tickets: u64,
    shown: Vec<Choice>,
    handed_over: Option<HandOverReason>,
}

impl<'a> Talk<'a> {
    /// Where the conversation stands.
    pub fn keep(mut self) -> Kept {
        let seed = self.dice.next();
        let props = self.props.into_inner();
        Kept {
            memory: self.memory,
            moods: self.moods,
            things: self.things,
            now: self.now,
            conversation: self.conversation,
            seed,
            code: props.code,
            tickets: props.tickets,
            shown: self.shown,
            handed_over: self.handed_over,
        }
    }

    /// Goes on where a conversation stood.
    pub fn taken_up(stage: &'a Stage, brain: &'a Brain, who: &'a Who, lang: Lang, kept: Kept) -> Self {
        Self {
            channel: InboxKind::Web.as_str(),
            memory: kept.memory,
            moods: kept.moods,
            things: kept.things,
            now: kept.now,
            conversation: kept.conversation,
            props: Mutex::new(Props { code: kept.code, tickets: kept.tickets, ..Props::default() }),
            shown: kept.shown,
            handed_over: kept.handed_over,
            ..Self::new(stage, brain, who, lang, kept.seed)
        }
    }
}
