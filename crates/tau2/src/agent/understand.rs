//! Commands for the engine, from a customer's message and what was asked: rules that know the desk's questions, not the tasks.

use serde_json::{Value, json};
use yingda_dialogue::{Command, Proposed};
use yingda_model::{DialogueState, HandOverReason};

use super::wish::{flow_of, wants_person};
use crate::pattern::pattern;

/// Who proposes what is proposed here.
const RULES: &str = "rules";

/// What the message means where the dialogue stands.
pub(super) fn understand(state: &DialogueState, text: &str) -> Vec<Proposed> {
    let commands = commands(state, text);
    commands
        .into_iter()
        .map(|command| Proposed { command, by: RULES.into(), score: 1.0, start: 0, end: text.len() })
        .collect()
}

fn commands(state: &DialogueState, text: &str) -> Vec<Command> {
    if wants_person(text) {
        return vec![Command::HandOver { reason: HandOverReason::Requested, detail: text.into() }];
    }
    let Some(asking) = state.asking() else { return wish(text) };
    match asking.slot.as_str() {
        "confirm" => confirm(text),
        "email" => match first(r"[\w.+-]+@[\w-]+(?:\.\w+)+", text) {
            Some(email) => vec![fill("email", json!(email))],
            None => vec![Command::CannotHandle],
        },
        "first_name" | "last_name" | "zip" => name_and_zip(text),
        "reason" => {
            let id = if says(r"(?i)mistake", text) { "mistake" } else { "not_needed" };
            vec![fill("reason", json!(id))]
        }
        "more" if is_no(text) => vec![fill("more", json!("no"))],
        "instead" if is_another_wish(text, kind(state)) => another_wish(text),
        "other_way" if !is_about_payment(text, kind(state)) => another_wish(text),
        "whole" if !says(r"(?i)\b(?:whole|entire)\b", text) => another_wish(text),
        slot => vec![fill(slot, json!(text.trim()))],
    }
}

fn fill(slot: &str, value: Value) -> Command {
    Command::FillSlot { slot: slot.to_owned(), value }
}

/// What is wanted, when nothing is under way.
fn wish(text: &str) -> Vec<Command> {
    if wants_person(text) {
        return vec![Command::HandOver { reason: HandOverReason::Requested, detail: text.into() }];
    }
    if is_no(text) || is_yes(text) || says(r"(?i)^(?:then|please)? ?(?:leave|keep|forget) it\b[^.]*\.?$", text) {
        return vec![Command::StartFlow { flow: "anything_else".into() }];
    }
    vec![Command::StartFlow { flow: flow_of(text).into() }, fill("said", json!(text.trim()))]
}

/// The flow under way is given up for what the message asks for.
fn another_wish(text: &str) -> Vec<Command> {
    std::iter::once(Command::Cancel).chain(wish(text)).collect()
}

/// Yes, a change of what is to be confirmed, or neither it nor anything else.
fn confirm(text: &str) -> Vec<Command> {
    if is_yes(text)
        || says(r"(?i)^(?:yes|sure|go ahead|correct|i confirm)\b", text)
            && !says(r"(?i)\b(?:but|except|instead|wait)\b", text)
    {
        return vec![Command::Affirm];
    }
    let is_no_more = is_no(text) || says(r"(?i)^no[.!]", text);
    if is_no_more {
        return vec![Command::Cancel, Command::StartFlow { flow: "anything_else".into() }];
    }
    vec![Command::Deny, fill("amended", json!(text.trim()))]
}

fn name_and_zip(text: &str) -> Vec<Command> {
    let name = pattern(r"(?:[Nn]ame is|[Nn]ame's|I am|I'm|[Tt]his is|^) ?([A-Z][\w'-]*) ([A-Z][\w'-]*)")
        .and_then(|name| name.captures(text));
    let mut commands = Vec::new();
    if let Some(name) = name {
        commands.push(fill("first_name", json!(name[1])));
        commands.push(fill("last_name", json!(name[2])));
    }
    commands.extend(first(r"\b\d{5}\b", text).map(|zip| fill("zip", json!(zip))));
    if commands.is_empty() { vec![Command::CannotHandle] } else { commands }
}

/// Whether items are to be changed or returned.
fn kind(state: &DialogueState) -> &str {
    state.top().and_then(|frame| frame.values.get("kind")).and_then(Value::as_str).unwrap_or_default()
}

/// Whether an answer to a refusal is another wish, and not an amendment of this one.
fn is_another_wish(text: &str, kind: &str) -> bool {
    let same = match flow_of(text) {
        "change_items" => kind == "change",
        "return_items" => kind == "return",
        "look_up" => !says(r"(?i)\b(?:want|like|need) to\b", text),
        _ => false,
    };
    !same || is_no(text) || says(r"(?i)\bI also (?:want|need)|\bI(?:'d| would) also like|^then leave", text)
}

/// Whether an answer to a refused payment is about the payment, or about what is paid for.
fn is_about_payment(text: &str, kind: &str) -> bool {
    let everything = kind == "return" && says(r"(?i)\beverything\b", text) && flow_of(text) == "return_items";
    everything || says(r"(?i)\bpaypal\b|\bcard\b|\bvisa\b|\bmastercard\b|\bamex\b|\boriginal\b", text)
}

/// Nothing but no.
fn is_no(text: &str) -> bool {
    says(
        r"(?i)^(?:no|nope|nothing|that(?:'s| is) (?:all|it|everything))\b(?:[,.! ]*\b(?:no|thanks|thank you|nothing|else|more|just that|that(?:'s| is) (?:all|it|everything)|please)\b)*[,.! ]*$",
        text,
    )
}

/// Nothing but yes, or that it is heard.
fn is_yes(text: &str) -> bool {
    says(r"(?i)^(?:yes|yeah|yep|sure|ok|okay|fine|all right|alright|go ahead|please do)\b", text)
        && text.split_whitespace().count() <= 4
}

fn first<'t>(expression: &'static str, text: &'t str) -> Option<&'t str> {
    pattern(expression)?.find(text).map(|found| found.as_str().trim_end_matches('.'))
}

pub(super) fn says(expression: &'static str, text: &str) -> bool {
    pattern(expression).is_some_and(|pattern| pattern.is_match(text))
}
