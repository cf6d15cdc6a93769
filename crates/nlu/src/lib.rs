//! What a message means: what is wished ([`Language`]), what it names, how its writer feels ([`mood()`]), whether it is
//! a danger ([`safety()`]); how a conversation goes ([`trend`]) and what it comes to ([`summary`]).
//!
//! No network, no clock, no chance: the same text always means the same. Without an embedding model the words alone
//! decide, a little worse.

mod language;
mod mood;
mod safety;
mod signs;
mod split;
pub mod summary;
pub mod trend;

pub use language::{FoundIntent, Language, Understanding};
pub use mood::{Emotion, Mood, emotion_classifier, manners, mood};
pub use safety::{Danger, Safety, safety, safety_classifier};

/// Loads weights and lists now instead of when the first message arrives.
pub fn warm_up() {
    yingda_language::warm_up();
    yingda_entity::warm_up();
    mood("warm", None);
    safety("warm", None);
    signs::warm_up();
    summary::warm_up();
}
