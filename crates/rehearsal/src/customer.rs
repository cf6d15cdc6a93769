//! Simulated customers, as they are written down.

use std::collections::BTreeMap;

use yingda_dialogue::Lang;

use crate::who::Who;

/// A simulated customer.
#[derive(Clone, Debug)]
pub struct Customer {
    pub name: String,
    /// The file that it is from.
    pub file: String,
    pub lang: Lang,
    pub who: Who,
    pub goal: Goal,
    /// What they say when a slot is asked: one of these wordings.
    pub facts: BTreeMap<String, Vec<String>>,
    /// What they begin with: one of these.
    pub opening: Vec<String>,
    pub mood: Mood,
    /// Turns before they give up.
    pub patience: u32,
    /// Share of characters with typing errors.
    pub noise: f32,
    /// Each is asked once, somewhere.
    pub digressions: Vec<String>,
    pub corrections: Vec<Correction>,
    pub resets: bool,
}

/// What a customer wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Goal {
    pub flow: String,
    pub outcome: Wish,
}

/// How it is to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    Done,
    Failed,
    Cancelled,
    HandedOver,
}

/// How a customer is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mood {
    #[default]
    Calm,
    /// Curt, and soon out of patience.
    Angry,
    /// Tells everything at once, and more.
    Chatty,
    /// Long sentences, no buttons.
    Elderly,
}

/// A slip that the customer corrects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    pub slot: String,
    pub first: String,
    pub then: String,
}
