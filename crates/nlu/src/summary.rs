//! The gist of a conversation without a language model: what the customer wanted, what was promised, what is open.
//!
//! Faithful by construction: every sentence of a [`Summary`] is a piece of a message, with the message's number and the
//! bytes where it stands. Nothing is reworded; the only words of its own are the labels of [`Summary::render`].
//!
//! A message is cut into sentences and clauses; patterns of both languages tell requests, questions, complaints,
//! promises, deeds, stalling, thanks and courtesy apart; wishes are ranked by these signs, by their place, by the intents
//! that were found, and by how much of the conversation turns on the same words (TF-IDF).

mod again;
mod clause;
mod fact;
mod open;
mod promise;
mod read;
mod render;
mod sign;
mod sign_en;
mod sign_zh;
mod wanted;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use yingda_entity::{Entities, Entity};

use crate::trend::{Felt, Trend, trend};
pub use fact::Fact;
pub use open::{Open, Resolved, Sign, Why};
pub use promise::{Promise, Stage};
pub use wanted::Wanted;

/// A message of the conversation. Notes and system messages are left out.
#[derive(Debug, Clone, Copy)]
pub struct Turn<'a> {
    /// Who wrote it.
    pub who: Speaker,
    /// What was written.
    pub text: &'a str,
    /// Its number in the conversation.
    pub seq: u64,
    /// When it was written, on the customer's clock: what "tomorrow" counts from.
    pub at: OffsetDateTime,
    /// What is known of it already.
    pub known: Known<'a>,
}

/// What was found in a message before. Everything may be left out.
#[derive(Debug, Clone, Copy, Default)]
pub struct Known<'a> {
    /// The intents of the message's parts.
    pub intents: &'a [Intent],
    /// The entities; nothing: they are looked for.
    pub entities: Option<&'a [Entity]>,
    /// The mood; only that of the customer's messages counts.
    pub mood: Option<Felt<'a>>,
}

/// An intent that was found in a part of a message. One that is out of scope or small talk is left out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Intent {
    /// Byte offset where the part starts.
    pub start: usize,
    /// Byte offset after it.
    pub end: usize,
    /// How sure it is: 0 to 1.
    pub probability: f32,
}

/// Who wrote a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// The customer.
    Customer,
    /// The bot.
    Bot,
    /// A person who works here.
    Agent,
}

/// Words of a message, exactly as written: `text` is `start..end` of the message with the number `seq`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extract {
    /// The message's number.
    pub seq: u64,
    /// Who wrote it.
    pub who: Speaker,
    /// Byte offset in the message where the words start.
    pub start: usize,
    /// Byte offset after them.
    pub end: usize,
    /// The words.
    pub text: String,
}

/// A request and where it was made again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Repeated {
    /// The first time.
    pub first: Extract,
    /// The other times, in later messages, in order.
    pub again: Vec<Extract>,
}

/// How the customer felt.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MoodCourse {
    /// The course over those messages of the customer whose mood is known.
    pub trend: Trend,
    /// The number of the message where it broke.
    pub broke_seq: Option<u64>,
    /// The number of the angriest message.
    pub angriest_seq: Option<u64>,
}

/// The gist of a conversation. Every list is in the order of the conversation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// What the customer wanted: at most three sentences.
    pub wanted: Vec<Wanted>,
    /// What the bot and the agents promised or say to have done.
    pub promised: Vec<Promise>,
    /// What is left to do.
    pub open: Vec<Open>,
    /// Signs that the customer has what was wanted.
    pub resolved: Vec<Resolved>,
    /// Requests that were made more than once.
    pub asked_again: Vec<Repeated>,
    /// What was named: numbers, amounts, times, names …, each once.
    pub facts: Vec<Fact>,
    /// How the customer felt; nothing when no mood is known.
    pub mood: Option<MoodCourse>,
}

/// The language of labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Labels {
    /// Chinese.
    Zh,
    /// English.
    En,
}

/// Sums up a conversation. `turns` may come in any order (they are sorted by `seq`, then time); `entities` looks for what a
/// turn does not bring along.
///
/// Of a message the first 200 clauses are read, and of a clause the first 1,000 bytes or so are shown; the first 200
/// requests are compared with each other. Personal data is not taken out of the extracts: mask what is shown to others
/// ([`yingda_entity::pii::mask`]).
pub fn summary(turns: &[Turn], entities: &Entities) -> Summary {
    let mut turns: Vec<Turn> = turns.to_vec();
    turns.sort_by_key(|turn| (turn.seq, turn.at));
    let messages: Vec<read::Message> = turns.iter().map(|turn| read::Message::new(*turn, entities)).collect();

    let requests = again::requests(&messages);
    let promised = promise::promised(&messages);
    let asked_again = again::asked_again(&requests);
    Summary {
        wanted: wanted::wanted(&messages, &requests),
        open: open::open(&messages, &promised, &asked_again),
        resolved: open::resolved(&messages),
        asked_again,
        facts: fact::facts(&messages),
        mood: mood(&turns),
        promised,
    }
}

/// Compiles the patterns now (about 20 ms, once in the life of the process) instead of with the first conversation.
pub fn warm_up() {
    sign::warm_up();
}

fn mood(turns: &[Turn]) -> Option<MoodCourse> {
    let (seqs, felt): (Vec<u64>, Vec<Felt>) = turns
        .iter()
        .filter(|turn| turn.who == Speaker::Customer)
        .filter_map(|turn| turn.known.mood.map(|mood| (turn.seq, mood)))
        .unzip();
    if felt.is_empty() {
        return None;
    }
    let trend = trend(&felt);
    let broke_seq = trend.broke.map(|broke| seqs[broke.at]);
    let angriest_seq = trend.peak_at.map(|at| seqs[at]);
    Some(MoodCourse { trend, broke_seq, angriest_seq })
}
