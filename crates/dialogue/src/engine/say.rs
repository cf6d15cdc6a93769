//! Choosing words: by language, by tone, and not the same twice.

use std::sync::LazyLock;

use serde_json::Value;
use yingda_expression::{Names, RenderError};
use yingda_model::Choice;

use super::Engine;
use crate::phrase::{Phrase, Phrases};
use crate::{Line, Text};

static BUILT_IN: LazyLock<Phrases> = LazyLock::new(Phrases::default);

/// Texts whose last variant is remembered.
const MOST_SAID: usize = 60;

impl Engine<'_> {
    /// A text of a flow in the words of this turn; `key` names it, so that the variant that was said last is passed over.
    pub(super) fn words(&mut self, key: &str, text: &Text) -> Result<String, RenderError> {
        let names = self.names();
        let (said, at) = render(text, &names, self.turn, self.state.said.get(key).copied())?;
        drop(names);
        if let Some(at) = at {
            if self.state.said.len() >= MOST_SAID {
                self.state.said.clear();
            }
            self.state.said.insert(key.to_owned(), at);
        }
        Ok(said)
    }

    /// One of the engine's own phrases with its names. A phrase that cannot be rendered (a workspace's own words may use a name
    /// that is empty) is said in the built-in words.
    pub(super) fn phrase(&mut self, phrase: Phrase, with: &[(&str, String)]) -> String {
        let mut names = self.turn_names();
        for (name, value) in with {
            names.set(*name, Value::String(value.clone()));
        }
        let key = phrase.name();
        let last = self.state.said.get(key).copied();
        let own = render(self.release.wordings.phrases.text(phrase), &names, self.turn, last);
        let (said, at) = own.or_else(|_| render(BUILT_IN.text(phrase), &names, self.turn, last)).unwrap_or_default();
        drop(names);
        if let Some(at) = at {
            self.state.said.insert(key.to_owned(), at);
        }
        said
    }

    pub(super) fn say(&mut self, text: String) {
        if !text.trim().is_empty() {
            self.lines.push(Line::Say { text });
        }
    }

    pub(super) fn say_phrase(&mut self, phrase: Phrase, with: &[(&str, String)]) {
        let text = self.phrase(phrase, with);
        self.say(text);
    }

    /// Asks with a phrase; buttons by phrase, with their ids.
    pub(super) fn ask_phrase(&mut self, phrase: Phrase, with: &[(&str, String)], buttons: &[(&str, Phrase)]) {
        let text = self.phrase(phrase, with);
        let options =
            buttons.iter().map(|(id, label)| Choice { id: (*id).to_owned(), label: self.phrase(*label, &[]) });
        let options = options.collect();
        self.lines.push(Line::Ask { text, options });
    }

    /// How people call a flow.
    pub(super) fn title(&self, flow: &str) -> String {
        let Some(known) = self.release.flow(flow) else { return flow.to_owned() };
        self.plain(&known.title).unwrap_or_else(|| flow.to_owned())
    }

    /// How people call a slot of the flow that is spoken of; empty where it has no title.
    pub(super) fn slot_title(&self, slot: &str) -> String {
        self.state.top().map(|frame| self.slot_title_of(&frame.flow, slot)).unwrap_or_default()
    }

    /// How people call a slot of a flow; empty where it has no title.
    pub(super) fn slot_title_of(&self, flow: &str, slot: &str) -> String {
        let title = self.release.flow(flow).and_then(|flow| flow.slots.get(slot)?.title.as_ref());
        title.and_then(|title| self.plain(title)).unwrap_or_default()
    }

    /// A short text without variants.
    pub(super) fn plain(&self, text: &Text) -> Option<String> {
        text.variants(self.turn.lang, self.turn.tone).first()?.render(&self.names()).ok()
    }
}

/// One of the variants, not the one with the number `last`; with its number where there are several.
fn render(
    text: &Text,
    names: &Names<'_>,
    turn: &crate::Circumstances<'_>,
    last: Option<u32>,
) -> Result<(String, Option<u32>), RenderError> {
    let variants = text.variants(turn.lang, turn.tone);
    let count = u32::try_from(variants.len()).unwrap_or(u32::MAX).max(1);
    let at = match last {
        // Of the others, so that nothing is said twice in a row.
        Some(last) if count > 1 => {
            (last % count + 1 + u32::try_from(turn.seed % u64::from(count - 1)).unwrap_or(0)) % count
        }
        _ => u32::try_from(turn.seed % u64::from(count)).unwrap_or(0),
    };
    let said = match variants.get(at as usize) {
        Some(template) => template.render(names)?,
        None => String::new(),
    };
    Ok((said, (count > 1).then_some(at)))
}
