//! What is said, as steps for the desk.

use yingda_desk::BotStep;
use yingda_model::{BotOutcome, Choice, Content, MAX_TEXT_CHARS, PendingChoices};

/// Says something; `offered` is what a later word may choose.
pub(crate) fn say(content: Content, outcome: BotOutcome, offered: Option<PendingChoices>) -> BotStep {
    BotStep::Say { content, outcome, offered }
}

/// An answer in words.
pub(crate) fn plain(text: &str) -> BotStep {
    say(Content::text(sendable(text)), BotOutcome::Answered, None)
}

/// A question with what can be tapped; a word that names one of them chooses it.
pub(crate) fn choices(text: String, options: Vec<Choice>, outcome: BotOutcome) -> BotStep {
    let offered = Some(PendingChoices { options: options.clone() });
    say(Content::Choices { text: sendable(&text), options }, outcome, offered)
}

/// Longest label of an option, in characters: buttons are small.
const LABEL_CHARS: usize = 120;

/// A question as a button.
pub(crate) fn label(question: &str) -> String {
    let flat = sendable(question).replace(['\n', '\r', '\t'], " ");
    if flat.chars().count() <= LABEL_CHARS {
        return flat;
    }
    let mut short: String = flat.chars().take(LABEL_CHARS - 1).collect();
    short.push('…');
    short
}

/// `text` as a message may carry it, whatever an import let in.
pub(crate) fn sendable(text: &str) -> String {
    let clean: String =
        text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t')).take(MAX_TEXT_CHARS).collect();
    if clean.trim().is_empty() { "…".into() } else { clean }
}
