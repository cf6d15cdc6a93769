//! Conversations of the past, had again by two releases: what would be different?

mod html;
mod past;

use std::collections::BTreeMap;
use std::fmt;

use parking_lot::Mutex;
use serde::Serialize;
use yingda_assistant::Brain;
use yingda_model::TraceDecision;

use crate::caller::Recorded;
use crate::expect::{asks, call, commands, reason_name, shown, slots};
use crate::report::decided;
use crate::stage::Stage;
use crate::talk::{Heard, Talk};
pub use past::{Past, PastTurn, past};

/// What two releases made of the same conversations.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Replay {
    /// Numbers of the releases; 0 is the files that are being worked on.
    pub from: u32,
    pub to: u32,
    pub conversations: usize,
    pub turns: usize,
    pub changed_conversations: usize,
    pub changed_turns: usize,
    /// Turns in which something of a kind changed: `commands`, `answers`, `says`, `asks`, `slots`, `calls`, `hand_over`, `guard`.
    pub changed: BTreeMap<String, usize>,
    /// Hand-overs and guard hits with each.
    pub hand_overs: (usize, usize),
    pub guard_hits: (usize, usize),
    /// Conversations with changes.
    pub different: Vec<Replayed>,
}

/// A conversation with changes.
#[derive(Clone, Debug, Serialize)]
pub struct Replayed {
    pub conversation: String,
    pub turns: usize,
    pub changes: Vec<TurnChange>,
}

/// A turn that went otherwise.
#[derive(Clone, Debug, Serialize)]
pub struct TurnChange {
    /// Counted from 1.
    pub turn: usize,
    pub customer: String,
    /// By kind: before and after.
    pub changed: BTreeMap<String, (String, String)>,
    /// What each said.
    pub says: (String, String),
}

/// What a turn came to, to be compared.
#[derive(Clone, Debug, Default, PartialEq)]
struct Came {
    says: String,
    kinds: BTreeMap<&'static str, String>,
    handed_over: bool,
    guard_hits: usize,
}

/// Has each conversation again with both releases: with what its customer wrote then, at the times it was written. Changes are
/// answered with the results they had then (by tool, in their order), others are only tried; reads are made anew, the same for
/// both.
pub async fn replay(stage: &Stage, old: &Brain, new: &Brain, past: &[Past]) -> Replay {
    let mut replay =
        Replay { from: old.release.number, to: new.release.number, conversations: past.len(), ..Replay::default() };
    for one in past {
        let reads = Mutex::default();
        let before = had_again(stage, old, one, &reads).await;
        let after = had_again(stage, new, one, &reads).await;
        replay.turns += one.turns.len();
        replay.add(one, &before, &after);
    }
    replay
}

/// What a release makes of a conversation. It ends where people take over.
async fn had_again(
    stage: &Stage,
    brain: &Brain,
    past: &Past,
    reads: &Mutex<BTreeMap<String, yingda_dialogue::Called>>,
) -> Vec<Came> {
    let recorded = Mutex::new(Recorded { writes: past.writes(), reads: reads.lock().clone() });
    let begun = past.turns.first().map_or(stage.now, |turn| turn.at);
    let talk = Talk::new(stage, brain, &past.who, past.lang, past.seed).with_results(&recorded);
    let mut talk = talk.through(&past.channel).at(begun.minus(std::time::Duration::from_secs(60)));
    let mut came = Vec::new();
    for turn in &past.turns {
        talk.moves_to(turn.at);
        let Ok(heard) = talk.hears(turn.content.clone()).await else { break };
        came.push(Came::of(&heard, &talk, stage));
        if heard.handed_over.is_some() {
            break;
        }
    }
    drop(talk);
    reads.lock().extend(recorded.into_inner().reads);
    came
}

impl Came {
    fn of(heard: &Heard, talk: &Talk<'_>, stage: &Stage) -> Self {
        let state = talk.state();
        let list = |items: Vec<String>| items.join("\n");
        let proposed = commands(heard).map(|command| {
            let refused = if command.refused.is_some() { " (refused)" } else { "" };
            format!("{} {}{refused}", command.name, command.about).trim().to_owned()
        });
        let slots = slots(&state).into_iter().filter(|(_, value)| !value.is_object() && !value.is_array());
        let says: Vec<String> = heard.said.iter().map(|said| said.text.clone()).collect();
        let guard: Vec<String> =
            heard.trace.guard.iter().map(|found| format!("{} {}: {}", found.rule, found.action, found.words)).collect();
        let mut kinds = BTreeMap::new();
        kinds.insert("commands", list(proposed.collect()));
        kinds.insert("answers", answers(heard, stage));
        kinds.insert(
            "asks",
            format!("{} {}", state.top().map_or("", |frame| &frame.flow), asks(&state).unwrap_or_default()),
        );
        kinds.insert("slots", list(slots.map(|(name, value)| format!("{name} = {}", shown(&value))).collect()));
        kinds.insert("calls", list(heard.calls.iter().map(call).collect()));
        kinds.insert("hand_over", heard.handed_over.map(reason_name).unwrap_or_default());
        kinds.insert("guard", list(guard));
        Self { says: list(says), kinds, handed_over: heard.handed_over.is_some(), guard_hits: heard.trace.guard.len() }
    }
}

/// What was answered from, by question.
fn answers(heard: &Heard, stage: &Stage) -> String {
    let ids: Vec<&String> = match &heard.trace.decision {
        TraceDecision::Answer { entry_id, .. } => vec![entry_id],
        TraceDecision::Answers { entry_ids, .. }
        | TraceDecision::Flow { entry_ids, .. }
        | TraceDecision::Generated { entry_ids, .. } => entry_ids.iter().collect(),
        _ => return decided(&heard.trace),
    };
    let name = |id: &String| stage.library.entry(id).map_or_else(|| id.clone(), |entry| entry.question.clone());
    ids.into_iter().map(name).collect::<Vec<_>>().join("\n")
}

impl Replay {
    fn add(&mut self, past: &Past, before: &[Came], after: &[Came]) {
        let mut changes = Vec::new();
        for (number, turn) in past.turns.iter().enumerate() {
            let (old, new) = (before.get(number), after.get(number));
            let count = |came: Option<&Came>| {
                (came.is_some_and(|came| came.handed_over), came.map_or(0, |came| came.guard_hits))
            };
            let ((old_people, old_guard), (new_people, new_guard)) = (count(old), count(new));
            self.hand_overs.0 += usize::from(old_people);
            self.hand_overs.1 += usize::from(new_people);
            self.guard_hits.0 += old_guard;
            self.guard_hits.1 += new_guard;
            if old == new {
                continue;
            }
            let (old, new) = (old.cloned().unwrap_or_else(with_people), new.cloned().unwrap_or_else(with_people));
            let mut changed = BTreeMap::new();
            for (kind, before) in &old.kinds {
                let after = new.kinds.get(kind).cloned().unwrap_or_default();
                if *before != after {
                    changed.insert((*kind).to_owned(), (before.clone(), after));
                }
            }
            if old.says != new.says {
                changed.insert("says".to_owned(), (old.says.clone(), new.says.clone()));
            }
            for kind in changed.keys() {
                *self.changed.entry(kind.clone()).or_default() += 1;
            }
            let customer = past::words(&turn.content);
            changes.push(TurnChange { turn: number + 1, customer, changed, says: (old.says, new.says) });
        }
        if !changes.is_empty() {
            self.changed_conversations += 1;
            self.changed_turns += changes.len();
            self.different.push(Replayed { conversation: past.id.clone(), turns: past.turns.len(), changes });
        }
    }
}

/// A turn that the assistant was not asked for any more.
fn with_people() -> Came {
    let kinds = ["commands", "answers", "asks", "slots", "calls", "hand_over", "guard"];
    Came {
        says: "(people have the conversation)".into(),
        kinds: kinds.into_iter().map(|kind| (kind, String::new())).collect(),
        ..Came::default()
    }
}

/// A release by its number, as people call it.
fn named(number: u32) -> String {
    if number == 0 { "draft".into() } else { format!("release {number}") }
}

impl fmt::Display for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for replayed in &self.different {
            writeln!(f, "conversation {}", replayed.conversation)?;
            for change in &replayed.changes {
                writeln!(f, "  turn {}  {}", change.turn, change.customer)?;
                for (kind, (before, after)) in &change.changed {
                    writeln!(f, "    {kind}")?;
                    before.lines().try_for_each(|line| writeln!(f, "      - {line}"))?;
                    after.lines().try_for_each(|line| writeln!(f, "      + {line}"))?;
                }
            }
        }
        writeln!(
            f,
            "{} against {}: {} of {} conversations and {} of {} turns differ",
            named(self.from),
            named(self.to),
            self.changed_conversations,
            self.conversations,
            self.changed_turns,
            self.turns
        )?;
        for (kind, turns) in &self.changed {
            writeln!(f, "  {kind:<10} {turns:>5} turns")?;
        }
        writeln!(
            f,
            "  hand-overs {} -> {}, guard hits {} -> {}",
            self.hand_overs.0, self.hand_overs.1, self.guard_hits.0, self.guard_hits.1
        )
    }
}
