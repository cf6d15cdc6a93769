//! What the engine itself says: each phrase has a name, the names that its templates may use, and built-in words (`phrase/words.rs`).

mod words;

use std::sync::LazyLock;

use crate::{Text, Wording};

/// Something that the engine says of its own accord. `wording.yml` may put other words in its place, under [`Phrase::name`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phrase {
    /// Returning to a flow after something else was answered or done: `title`.
    BackTo,
    /// Another flow comes first, this one waits: `title` of the new, `other` of the waiting.
    PutAside,
    /// Several flows were asked for; they are taken one after the other: `titles`, `title` of the first.
    InTurn,
    /// The next of those begins: `title`.
    Next,
    /// The customer called it off: `title`.
    Cancelled,
    /// It was called off after something had been done that could be taken back: `title`.
    CancelledAndUndone,
    /// It was called off after something had been done that stays: `title`.
    CancelledButDone,
    /// Go on with what was begun a while ago? `title`.
    Resume,
    /// No, not that.
    ResumeDeclined,
    /// Yes: it goes on: `title`.
    Resumed,
    /// It was begun too long ago and is over: `title`.
    Expired,
    /// The answer did not fit the slot: `title` of the slot, empty where it has none.
    NotUnderstood,
    /// The same again: `title`, `options` that can be chosen, empty where there are none.
    NotUnderstoodAgain,
    /// The list to choose from is empty: `title` of the slot.
    NothingToPick,
    /// Which of these is meant: `titles`.
    Clarify,
    /// None of those: what then?
    ClarifyDeclined,
    /// Neither yes nor no to a confirmation.
    ConfirmAgain,
    /// No to a confirmation: nothing was done.
    NotDone,
    /// Did that help?
    Helped,
    /// It did.
    GladToHelp,
    /// It did not: shall a person take over?
    SorryNotHelped,
    /// A tool failed and nothing was done; people look after it.
    ToolFailed,
    /// The same after what had been done before was taken back.
    ToolFailedUndone,
    /// The answer of a tool did not come: it may have acted; people look after it.
    Uncertain,
    /// A value can no longer be changed, it was acted upon: `title` of the slot.
    TooLateToCorrect,
    /// A value was changed: `title` of the slot, `value` as people say it.
    Corrected,
    /// This flow is under way already: `title`.
    AlreadyRunning,
    /// First it has to be clear who the customer is: `title` of the flow.
    NeedsIdentity,
    /// That did not become clear: `title` of the flow.
    IdentityFailed,
    /// The flow cannot be used here (its `when` is false, or it is gone): `title`.
    NotAvailable,
    /// Too much at once, or in a circle: people look after it.
    TooLong,
    /// Button: yes.
    Yes,
    /// Button: no.
    No,
    /// Button: go on.
    GoOn,
    /// Button: something else, or none of these.
    SomethingElse,
    /// Button: a person, please.
    Person,
}

impl Phrase {
    /// Every phrase.
    pub const ALL: [Self; 36] = [
        Self::BackTo,
        Self::PutAside,
        Self::InTurn,
        Self::Next,
        Self::Cancelled,
        Self::CancelledAndUndone,
        Self::CancelledButDone,
        Self::Resume,
        Self::ResumeDeclined,
        Self::Resumed,
        Self::Expired,
        Self::NotUnderstood,
        Self::NotUnderstoodAgain,
        Self::NothingToPick,
        Self::Clarify,
        Self::ClarifyDeclined,
        Self::ConfirmAgain,
        Self::NotDone,
        Self::Helped,
        Self::GladToHelp,
        Self::SorryNotHelped,
        Self::ToolFailed,
        Self::ToolFailedUndone,
        Self::Uncertain,
        Self::TooLateToCorrect,
        Self::Corrected,
        Self::AlreadyRunning,
        Self::NeedsIdentity,
        Self::IdentityFailed,
        Self::NotAvailable,
        Self::TooLong,
        Self::Yes,
        Self::No,
        Self::GoOn,
        Self::SomethingElse,
        Self::Person,
    ];

    /// Its name in `wording.yml`.
    pub fn name(self) -> &'static str {
        match self {
            Self::BackTo => "back_to",
            Self::PutAside => "put_aside",
            Self::InTurn => "in_turn",
            Self::Next => "next",
            Self::Cancelled => "cancelled",
            Self::CancelledAndUndone => "cancelled_and_undone",
            Self::CancelledButDone => "cancelled_but_done",
            Self::Resume => "resume",
            Self::ResumeDeclined => "resume_declined",
            Self::Resumed => "resumed",
            Self::Expired => "expired",
            Self::NotUnderstood => "not_understood",
            Self::NotUnderstoodAgain => "not_understood_again",
            Self::NothingToPick => "nothing_to_pick",
            Self::Clarify => "clarify",
            Self::ClarifyDeclined => "clarify_declined",
            Self::ConfirmAgain => "confirm_again",
            Self::NotDone => "not_done",
            Self::Helped => "helped",
            Self::GladToHelp => "glad_to_help",
            Self::SorryNotHelped => "sorry_not_helped",
            Self::ToolFailed => "tool_failed",
            Self::ToolFailedUndone => "tool_failed_undone",
            Self::Uncertain => "uncertain",
            Self::TooLateToCorrect => "too_late_to_correct",
            Self::Corrected => "corrected",
            Self::AlreadyRunning => "already_running",
            Self::NeedsIdentity => "needs_identity",
            Self::IdentityFailed => "identity_failed",
            Self::NotAvailable => "not_available",
            Self::TooLong => "too_long",
            Self::Yes => "yes",
            Self::No => "no",
            Self::GoOn => "go_on",
            Self::SomethingElse => "something_else",
            Self::Person => "person",
        }
    }

    /// The names that its templates may use, all strings (`titles` and `options` as one enumeration: “A、B”, “A, B or C”), besides
    /// those that every template has.
    pub fn uses(self) -> &'static [&'static str] {
        match self {
            Self::BackTo
            | Self::Next
            | Self::Cancelled
            | Self::CancelledAndUndone
            | Self::CancelledButDone
            | Self::Resume
            | Self::Resumed
            | Self::Expired
            | Self::NotUnderstood
            | Self::NothingToPick
            | Self::TooLateToCorrect
            | Self::AlreadyRunning
            | Self::NeedsIdentity
            | Self::IdentityFailed
            | Self::NotAvailable => &["title"],
            Self::PutAside => &["title", "other"],
            Self::InTurn => &["title", "titles"],
            Self::NotUnderstoodAgain => &["title", "options"],
            Self::Clarify => &["titles"],
            Self::Corrected => &["title", "value"],
            _ => &[],
        }
    }

    /// Whether it is the label of a button: short, and one variant is enough.
    pub fn is_button(self) -> bool {
        matches!(self, Self::Yes | Self::No | Self::GoOn | Self::SomethingElse | Self::Person)
    }
}

/// The words of every phrase.
#[derive(Clone, Debug)]
pub struct Phrases {
    /// In the order of [`Phrase::ALL`].
    texts: Vec<Text>,
}

impl Phrases {
    /// The words of a phrase.
    pub fn text(&self, phrase: Phrase) -> &Text {
        &self.texts[phrase as usize]
    }

    /// Puts other words in the place of a phrase's. A language that `text` has no words for keeps its own.
    pub(crate) fn put(&mut self, phrase: Phrase, text: Text) {
        let own = &mut self.texts[phrase as usize];
        for (own, new) in [(&mut own.zh, text.zh), (&mut own.en, text.en)] {
            if !new.normal.is_empty() {
                *own = Wording {
                    upset: if new.upset.is_empty() { new.normal.clone() } else { new.upset },
                    plain: if new.plain.is_empty() { new.normal.clone() } else { new.plain },
                    normal: new.normal,
                };
            }
        }
    }
}

impl Default for Phrases {
    /// The built-in words.
    fn default() -> Self {
        static BUILT_IN: LazyLock<Vec<Text>> = LazyLock::new(|| Phrase::ALL.into_iter().map(words::of).collect());
        Self { texts: BUILT_IN.clone() }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::collections::BTreeSet;

    use yingda_expression::Names;

    use super::*;

    #[test]
    fn phrases_are_numbered_as_they_are_listed_and_have_names_of_their_own() {
        for (index, phrase) in Phrase::ALL.into_iter().enumerate() {
            assert_eq!(phrase as usize, index, "{phrase:?}");
        }
        assert_eq!(Phrase::ALL.map(Phrase::name).into_iter().collect::<BTreeSet<_>>().len(), Phrase::ALL.len());
    }

    #[test]
    fn every_phrase_has_variants_in_both_languages_and_uses_only_its_names() {
        let phrases = Phrases::default();
        for phrase in Phrase::ALL {
            let text = phrases.text(phrase);
            for wording in [&text.zh, &text.en] {
                assert!(wording.normal.len() >= if phrase.is_button() { 1 } else { 2 }, "{phrase:?}");
            }
            for template in text.templates() {
                for name in template.names() {
                    assert!(phrase.uses().contains(&name.as_str()), "{phrase:?} uses {name}");
                }
            }
        }
    }

    #[test]
    fn every_phrase_can_be_said_and_those_about_slots_without_a_title_too() {
        let phrases = Phrases::default();
        for phrase in Phrase::ALL {
            let of_slot = [
                Phrase::NotUnderstood,
                Phrase::NotUnderstoodAgain,
                Phrase::NothingToPick,
                Phrase::TooLateToCorrect,
                Phrase::Corrected,
            ];
            let values = if of_slot.contains(&phrase) { &["", "A"][..] } else { &["A"] };
            for value in values {
                let mut names = Names::new();
                for name in phrase.uses() {
                    names.set(*name, serde_json::json!(value));
                }
                for template in phrases.text(phrase).templates() {
                    let said = template.render(&names).unwrap();
                    assert!(!said.contains("  ") && !said.trim().is_empty(), "{phrase:?}: {said}");
                }
            }
        }
    }
}
