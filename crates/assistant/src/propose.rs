//! Commands for the dialogue engine, proposed from what was understood: deterministic, each with who proposed it and how sure.
//!
//! Nothing here acts. The engine executes a command or refuses it; what nobody proposed does not happen.

mod flows;
mod mend;
mod parts;
mod reply;
#[cfg(test)]
mod said_tests;
mod signs;
mod slots;
mod vocabulary;
mod wording;

use yingda_dialogue::{Circumstances, Command, Proposed, Release, wanted};
use yingda_entity::Entity;
use yingda_model::{Content, DialogueState, HandOverReason, Question};

use crate::judge::Verdict;
use crate::understood::Understood;

pub(crate) use flows::starts;
pub(crate) use mend::Mended;
pub(crate) use parts::parts;
pub(crate) use vocabulary::heard;
pub(crate) use wording::Wordings;

/// What there is to go by.
pub(crate) struct Seen<'a> {
    /// The message as it was meant: slips that hid words that are expected are put right.
    pub text: &'a str,
    /// The message as it was written.
    pub written: &'a str,
    pub content: &'a Content,
    pub understood: Option<&'a Understood>,
    /// What the message as a whole calls for, without flows.
    pub verdict: &'a Verdict,
    /// Answers to parts of the message, each with its place: numbered as [`Command::Answer`] has it; the whole is number 0.
    pub answers: &'a [PartAnswer],
    pub release: &'a Release,
    /// Of the flows of the release.
    pub wordings: &'a Wordings,
    pub state: &'a DialogueState,
    pub turn: &'a Circumstances<'a>,
}

/// A part of a message that the knowledge base answers.
pub(crate) struct PartAnswer {
    pub start: usize,
    pub end: usize,
    pub verdict: Verdict,
}

pub(crate) const RULES: &str = "rules";
pub(crate) const LANGUAGE: &str = "language";
pub(crate) const KNOWLEDGE: &str = "knowledge";
pub(crate) const TAP: &str = "tap";

impl Seen<'_> {
    pub fn entities(&self) -> &[Entity] {
        self.understood.map(|understood| understood.entities.as_slice()).unwrap_or_default()
    }

    /// A command that comes from the whole message.
    fn whole(&self, command: Command, by: &str, score: f32) -> Proposed {
        Proposed { command, by: by.into(), score, start: 0, end: self.text.len() }
    }
}

/// What the message may mean for the dialogue.
pub(crate) fn propose(seen: &Seen<'_>) -> Vec<Proposed> {
    if let Some(tapped) = tapped(seen) {
        return vec![tapped];
    }
    if let Some(file) = file(seen) {
        return vec![file];
    }
    let mut proposed = Vec::new();
    if let Some(person) = person(seen) {
        // Whoever needs a person needs nothing else first.
        return vec![person];
    }
    let flows = starts(seen);
    let begun: Vec<&str> = flows.iter().filter_map(started).collect();
    let wanted = wanted(seen.release, seen.state, seen.turn, &begun);
    let filled = slots::fill(seen, &wanted);
    // Whoever wants something else next need not say first whether it helped.
    let goes_on = seen.state.question == Some(Question::Helped) && !flows.is_empty();
    if let Some(answer) = reply::yes_or_no(seen).filter(|_| filled.is_empty() && !goes_on) {
        let is_yes = answer == yingda_entity::Answer::Yes;
        let command = if is_yes { Command::Affirm } else { Command::Deny };
        proposed.push(seen.whole(command, RULES, 0.95));
        // “No, I want another one instead.”
        let asks_else =
            |flow: &Proposed| flow.start > 0 && started(flow) != seen.state.top().map(|top| top.flow.as_str());
        proposed.extend(flows.into_iter().filter(|flow| !is_yes && asks_else(flow)));
        return proposed;
    }
    let answered = filled.iter().any(|filled| asked(seen, filled));
    // An option that says “forget it” is an answer.
    if let Some((start, end)) = reply::calls_off(seen).filter(|_| !answered) {
        proposed.push(Proposed { command: Command::Cancel, by: RULES.into(), score: 0.95, start, end });
    }
    let corrected = signs::corrects(seen, &wanted, &filled);
    let is_corrected = |slot: &str| {
        corrected.iter().any(|proposed: &Proposed| {
            matches!(&proposed.command, Command::CorrectSlot { slot: corrected, .. } if corrected == slot)
        })
    };
    let fills = filled.iter().filter(|proposed| match &proposed.command {
        Command::FillSlot { slot, .. } => !is_corrected(slot),
        _ => true,
    });
    proposed.extend(fills.cloned());
    // What fills a slot asks for nothing else.
    let taken = |start: usize, end: usize| {
        let covered: usize = filled
            .iter()
            .filter(|filled| asked(seen, filled))
            .map(|filled| filled.end.min(end).saturating_sub(filled.start.max(start)))
            .sum();
        end > start && covered * 2 > end - start
    };
    // What answers the question is no wish besides; what stands apart from it may be.
    let overlaps = |flow: &Proposed| {
        filled.iter().any(|filled| asked(seen, filled) && filled.start < flow.end && flow.start < filled.end)
    };
    // Whoever tells something for what is under way does not ask for it anew.
    let goes_on = |flow: &Proposed| {
        let under_way = seen.state.stack.iter().any(|frame| started(flow) == Some(&frame.flow));
        under_way && !filled.is_empty()
    };
    let flows = flows.into_iter().filter(|flow| !taken(flow.start, flow.end) && !overlaps(flow) && !goes_on(flow));
    proposed.extend(flows);
    proposed.extend(answers(seen).filter(|answer| !taken(answer.start, answer.end)));
    proposed.extend(corrected);
    let begins = proposed.iter().any(|proposed| matches!(proposed.command, Command::StartFlow { .. }));
    if begins {
        // What a flow does need not be explained first.
        proposed.retain(|proposed| match &proposed.command {
            Command::Answer { .. } => {
                let words = seen.text.get(proposed.start..proposed.end).unwrap_or_default();
                proposed.score >= EXPLAINED && signs::is_question(words)
            }
            Command::Clarify { .. } => false,
            _ => true,
        });
    }
    if proposed.is_empty() {
        if let Some(text) = slots::whole_text(seen, &wanted) {
            return vec![text];
        }
        proposed.push(seen.whole(Command::CannotHandle, RULES, 1.0));
    }
    proposed
}

/// Score of an answer that is given although a flow begins: another part of the message asks for it.
pub(crate) const EXPLAINED: f32 = 2.0;

fn started(proposed: &Proposed) -> Option<&str> {
    match &proposed.command {
        Command::StartFlow { flow } => Some(flow),
        _ => None,
    }
}

/// Whether a value is for the slot that was asked.
fn asked(seen: &Seen<'_>, proposed: &Proposed) -> bool {
    match &proposed.command {
        Command::FillSlot { slot, .. } => seen.state.asking().is_some_and(|asking| asking.slot == *slot),
        _ => false,
    }
}

/// What an option that was tapped stands for.
fn tapped(seen: &Seen<'_>) -> Option<Proposed> {
    let Content::Text { choice: Some(choice), .. } = seen.content else { return None };
    let command = match choice.id.split_once(':')? {
        ("flow", "") => Command::Deny,
        ("flow", flow) => Command::StartFlow { flow: flow.to_owned() },
        ("resume" | "helped" | "person", "yes") => Command::Affirm,
        ("resume" | "helped" | "person", "no") => Command::Deny,
        (slot, _) => {
            let asking = seen.state.asking().filter(|asking| asking.slot == slot)?;
            let option = asking.options.iter().find(|option| option.id == choice.id)?;
            match (slot, option.value.as_bool()) {
                ("confirm", Some(true)) => Command::Affirm,
                ("confirm", Some(false)) => Command::Deny,
                _ => Command::FillSlot { slot: slot.to_owned(), value: option.value.clone() },
            }
        }
    };
    Some(seen.whole(command, TAP, 1.0))
}

/// A file for a slot that asks for one.
fn file(seen: &Seen<'_>) -> Option<Proposed> {
    let file = seen.content.file_id()?;
    let wanted = wanted(seen.release, seen.state, seen.turn, &[]);
    let slot = wanted.iter().find(|wanted| wanted.asked && wanted.kind == "file")?;
    let value = serde_json::Value::String(file.to_string());
    Some(seen.whole(Command::FillSlot { slot: slot.slot.clone(), value }, RULES, 1.0))
}

fn person(seen: &Seen<'_>) -> Option<Proposed> {
    let (reason, detail, score) = match seen.verdict {
        Verdict::Danger { label } => (HandOverReason::Safety, label.clone(), 1.0),
        Verdict::Person { matched } => (HandOverReason::Requested, matched.clone(), 1.0),
        // A flow may do what the intent alone leaves to people.
        Verdict::LeftToPeople { intent, probability } if !flows::has_flow(seen, intent) && !answers_question(seen) => {
            (HandOverReason::Intent, intent.clone(), *probability)
        }
        _ => return None,
    };
    Some(seen.whole(Command::HandOver { reason, detail }, RULES, score))
}

/// Whether the message answers what a flow asked: then it is not taken for a new wish.
fn answers_question(seen: &Seen<'_>) -> bool {
    let wanted = wanted(seen.release, seen.state, seen.turn, &[]);
    slots::fill(seen, &wanted).iter().any(|filled| asked(seen, filled))
}

/// What the knowledge base answers: the message as a whole, or its parts.
fn answers<'a>(seen: &'a Seen<'a>) -> impl Iterator<Item = Proposed> + 'a {
    // Thanks for help that was asked about say that it helped.
    let helped = seen.state.question == Some(Question::Helped);
    seen.answers.iter().enumerate().filter_map(move |(answer, part)| {
        let (command, score) = match &part.verdict {
            Verdict::Answer { hit, .. } if hit.exact => (Command::Answer { answer }, 1.0),
            Verdict::Answer { hit, .. } => (Command::Answer { answer }, hit.confidence),
            Verdict::IntentAnswer { probability, .. } => (Command::Answer { answer }, *probability),
            Verdict::Graph(found) => (Command::Answer { answer }, found.confidence),
            Verdict::Several { .. } => (Command::Answer { answer }, 1.0),
            Verdict::Courtesy(crate::courtesy::Courtesy::Thanks) if helped => (Command::Affirm, 0.9),
            Verdict::Courtesy(_) => (Command::ChitChat { answer }, 0.9),
            _ => return None,
        };
        // Beside a part that begins a flow, the answer to another part stands.
        let apart = part.start > 0 || part.end < seen.text.len();
        let score = if apart { score + EXPLAINED } else { score };
        Some(Proposed { command, by: KNOWLEDGE.into(), score, start: part.start, end: part.end })
    })
}
