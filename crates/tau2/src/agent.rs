//! The assistant at the shop's desk: the engine of flows with the flows of `packs/tau2-retail`, over the benchmark's back end.
//!
//! A message becomes commands ([`understand`]); the engine executes or refuses them; tools are called in memory. Nothing is said
//! and nothing is done but what a flow says and does.

mod model;
mod release;
mod shop;
mod understand;
mod wish;

use serde_json::json;
use yingda_dialogue::{
    Call, Circumstances, Command, Lang, Line, Needs, Next, Outcome, Proposed, Release, Tone, resume, take, wanted,
};
use yingda_expression::Names;
use yingda_model::{DialogueState, Timestamp};

use crate::{Database, Retail};
pub use model::ModelAgent;
pub use release::{PackError, files, release};
pub use shop::Made;
use shop::Shop;

/// Calls of tools that one turn may make.
const MOST_CALLS: usize = 60;
/// What is said when people take over, as the shop's policy has it.
const TRANSFER: &str = "YOU ARE BEING TRANSFERRED TO A HUMAN AGENT. PLEASE HOLD ON.";
/// What is said when nothing was understood and nothing is under way.
const PARDON: &str = "I did not understand that. What can I do for you?";
/// When conversations take place: the moment plays no part in them.
const NOW: Timestamp = Timestamp(1_763_800_000_000);

/// What the assistant says in a turn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    pub text: String,
    /// Labels of what can be tapped.
    pub options: Vec<String>,
}

/// A conversation of the assistant with one customer.
pub struct Agent<'a> {
    release: &'a Release,
    shop: Shop,
    state: DialogueState,
    /// Draws the variants of texts.
    seed: u64,
    turns: u64,
    handed_over: bool,
    /// What was proposed and refused, for the record.
    refused: Vec<String>,
}

impl<'a> Agent<'a> {
    /// An assistant at a desk whose back end holds `database`. The same `seed` gives the same words.
    #[must_use]
    pub fn new(release: &'a Release, database: Database, seed: u64) -> Self {
        Self {
            release,
            shop: Shop::new(Retail::new(database)),
            state: DialogueState::default(),
            seed,
            turns: 0,
            handed_over: false,
            refused: Vec::new(),
        }
    }

    /// Answers a message, understood by rules.
    pub fn hears(&mut self, text: &str) -> Said {
        let proposed = self.tapped(text).unwrap_or_else(|| understand::understand(&self.state, text));
        self.takes(proposed)
    }

    /// Executes commands, whoever proposed them.
    pub fn takes(&mut self, proposed: Vec<Proposed>) -> Said {
        self.turns += 1;
        let mut lines = Vec::new();
        let mut next = self.engine(&mut lines, |release, state, turn| take(release, state, turn, proposed));
        let mut made = 0;
        while let Next::Call(call) = next {
            made += 1;
            let called = if made > MOST_CALLS { shop::too_many(MOST_CALLS) } else { self.call(&call) };
            next = self.engine(&mut lines, |release, state, turn| resume(release, state, turn, call.number, called));
        }
        let mut said = said(lines);
        match next {
            Next::HandOver { detail, .. } => {
                self.handed_over = true;
                self.shop.transfer(&detail);
                add(&mut said.text, TRANSFER);
            }
            Next::Nobody => add(&mut said.text, PARDON),
            Next::Customer | Next::Call(_) => {}
        }
        said
    }

    /// Whether people took over.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.handed_over
    }

    /// The data as it is now.
    #[must_use]
    pub fn database(&self) -> &Database {
        self.shop.retail.database()
    }

    /// Calls of the shop's tools so far.
    #[must_use]
    pub fn calls(&self) -> &[Made] {
        &self.shop.made
    }

    /// Commands that were proposed and refused so far, each with the reason.
    #[must_use]
    pub fn refused(&self) -> &[String] {
        &self.refused
    }

    /// Where the dialogue stands.
    #[must_use]
    pub fn state(&self) -> &DialogueState {
        &self.state
    }

    fn call(&mut self, call: &Call) -> yingda_dialogue::Called {
        let user = self.state.identity.as_ref().and_then(|identity| identity.external_id.clone());
        self.shop.call(user.as_deref(), call)
    }

    /// Lets `act` move the engine.
    fn engine(
        &mut self,
        lines: &mut Vec<Line>,
        act: impl FnOnce(&Release, &mut DialogueState, &Circumstances<'_>) -> Outcome,
    ) -> Next {
        let names = names(&self.state);
        let turn = circumstances(&names, self.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(self.turns) >> 7);
        let outcome = act(self.release, &mut self.state, &turn);
        lines.extend(outcome.lines);
        for judged in outcome.judged {
            if let Some(why) = judged.refused {
                self.refused.push(format!("{}: {why}", judged.proposed.command.name()));
            }
        }
        outcome.next
    }

    /// The option that the message says word for word.
    fn tapped(&self, text: &str) -> Option<Vec<Proposed>> {
        let asking = self.state.asking()?;
        let option = asking.options.iter().find(|option| option.label == text)?;
        let command = match (asking.slot.as_str(), option.value.as_bool()) {
            ("confirm", Some(true)) => Command::Affirm,
            ("confirm", Some(false)) => Command::Deny,
            (slot, _) => Command::FillSlot { slot: slot.to_owned(), value: option.value.clone() },
        };
        Some(vec![Proposed { command, by: "tap".into(), score: 1.0, start: 0, end: text.len() }])
    }

    /// What would be good to know now, should one of `flows` begin.
    fn wanted(&self, flows: &[&str]) -> Vec<yingda_dialogue::Wanted> {
        let names = names(&self.state);
        wanted(self.release, &self.state, &circumstances(&names, 0), flows)
    }
}

/// The names that texts and expressions may use.
fn names(state: &DialogueState) -> Names<'static> {
    let mut names = Names::new();
    let external_id = state.identity.as_ref().and_then(|identity| identity.external_id.clone());
    let verified = external_id.is_some();
    names
        .set("contact", json!({ "known": verified, "verified": verified, "external_id": external_id }))
        .set("inbox", json!({ "name": "desk", "kind": "web" }))
        .set("channel", json!("web"))
        .set("lang", json!("en"))
        .set("now", json!(NOW.to_string()))
        .set("mood", json!({ "emotion": "neutral", "upset": false }))
        .set("desk", json!({ "open": true, "back": "" }))
        .set("settings", json!({}))
        .set("event", serde_json::Value::Null);
    names
}

fn circumstances<'n>(names: &'n Names<'n>, seed: u64) -> Circumstances<'n> {
    Circumstances { lang: Lang::En, tone: Tone::Normal, now: NOW, customer: Needs::None, names, seed }
}

fn said(lines: Vec<Line>) -> Said {
    let mut said = Said::default();
    for line in lines {
        match line {
            Line::Say { text } => add(&mut said.text, &text),
            Line::Ask { text, options } => {
                add(&mut said.text, &text);
                said.options = options.into_iter().map(|option| option.label).collect();
            }
            // There is no knowledge base here.
            Line::Answer { .. } | Line::Entry { .. } => {}
        }
    }
    said
}

fn add(text: &mut String, said: &str) {
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(said.trim());
}
