//! What people need to know when the assistant gives them a conversation: a note, read before anything else.

mod reason;
mod values;
mod words;

use serde_json::Value;
use yingda_dialogue::{Needs, Release, Slot, SlotType};
use yingda_entity::pii::{Style, mask};
use yingda_model::{DialogueState, FlowOutcome, Frame, HandOverReason, Timestamp, TraceCall, TraceMood};
use yingda_nlu::trend::{Direction, Felt, trend};

pub(crate) use self::reason::{ended, handed_over};
pub(crate) use self::values::{flow_title, slot_title, tool_title};
use crate::Tongue;
use crate::brain::Brain;
use crate::currency::Currency;
use crate::understood::felt;

/// What there is to tell.
pub(crate) struct Case<'a> {
    pub tongue: Tongue,
    pub state: &'a DialogueState,
    /// The flows that were under way before the last that happened, those that ended by it too.
    pub under_way: &'a [Frame],
    pub brain: &'a Brain,
    /// What is known of the customer from outside the dialogue.
    pub customer: Needs,
    /// Flows that ended in this turn.
    pub ended: &'a [(String, FlowOutcome)],
    pub calls: &'a [TraceCall],
    /// The moods of the messages before, and of this one.
    pub moods: &'a [TraceMood],
    pub mood: Option<&'a TraceMood>,
    /// The customer's last words.
    pub said: &'a str,
    pub now: Timestamp,
    /// Of the amounts that are told.
    pub currency: &'a Currency,
    pub why: Why<'a>,
    /// The flow's own note.
    pub note: Option<&'a str>,
}

/// Why people take over.
pub(crate) struct Why<'a> {
    pub reason: HandOverReason,
    /// Whether a flow gave the conversation away, or the knowledge base.
    pub by: By,
    /// What the record says.
    pub zh: &'a str,
    pub en: &'a str,
}

/// Who gives a conversation to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    Flow,
    Rest,
}

/// Longest quotation, in characters.
const QUOTED: usize = 120;
/// Longest value, in characters.
const VALUE: usize = 200;
/// Tasks that ended and are told, the latest.
const MOST_ENDED: usize = 3;
/// What ended longer ago is told by the conversation itself.
const LATELY_MS: i64 = 24 * 3_600_000;
/// Moods that are told, the latest.
const MOST_MOODS: usize = 5;

/// The note, a line a thing: what it is about, and what there is to say of it.
pub(crate) fn of(case: &Case<'_>) -> String {
    let tongue = case.tongue;
    let line = |label: &str, text: String| {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let colon = tongue.pick("：", ": ");
        (!text.is_empty()).then(|| format!("{label}{colon}{text}"))
    };
    let lines = [
        line(tongue.pick("转人工原因", "Why"), why(case)),
        line(tongue.pick("说明", "Note"), case.note.unwrap_or_default().to_owned()),
        line(tongue.pick("正在办理", "Under way"), under_way(case).join(" › ")),
        line(tongue.pick("没有办成", "Not done"), ended_with(case, FlowOutcome::Failed).join(comma(tongue))),
        line(tongue.pick("刚办完", "Just done"), ended_with(case, FlowOutcome::Done).join(comma(tongue))),
        line(tongue.pick("还想办理", "Also wanted"), waiting(case).join(comma(tongue))),
        line(tongue.pick("客户身份", "Customer"), words::identity(case.state, case.customer, tongue)),
        line(tongue.pick("已知信息", "Known"), known(case).join(semicolon(tongue))),
        line(tongue.pick("已尝试", "Tried"), tried(case).join(semicolon(tongue))),
        line(tongue.pick("情绪", "Mood"), mood(case)),
        line(tongue.pick("客户最后说", "Last words"), last_words(case)),
    ];
    lines.into_iter().flatten().collect::<Vec<_>>().join("\n")
}

fn comma(tongue: Tongue) -> &'static str {
    tongue.pick("、", ", ")
}

fn semicolon(tongue: Tongue) -> &'static str {
    tongue.pick("；", "; ")
}

fn why(case: &Case<'_>) -> String {
    let Why { reason, by, zh, en } = case.why;
    let own = words::reason(reason, case.tongue).filter(|_| by == By::Flow);
    own.unwrap_or_else(|| case.tongue.pick(zh, en)).to_owned()
}

/// The tasks that people go on with: the one that is spoken of last.
fn under_way(case: &Case<'_>) -> Vec<String> {
    let flows = case.state.stack.iter().map(|frame| &frame.flow);
    let given = case.ended.iter().filter(|(_, outcome)| *outcome == FlowOutcome::HandedOver).map(|(flow, _)| flow);
    titles(case, flows.chain(given))
}

/// Tasks that ended lately like this, in this turn or before; none that is under way again.
fn ended_with(case: &Case<'_>, outcome: FlowOutcome) -> Vec<String> {
    let is_identity = |flow: &String| case.brain.release.wordings.identity.as_ref() == Some(flow);
    let since = case.now.0 - LATELY_MS;
    let lately = case.state.ended.iter().filter(|ended| ended.outcome == outcome && ended.at.0 >= since);
    let lately = lately.map(|ended| &ended.flow).filter(|flow| !is_identity(flow));
    let mut titles = titles(case, lately);
    let open = under_way(case);
    titles.retain(|title| !open.contains(title));
    titles.split_off(titles.len().saturating_sub(MOST_ENDED))
}

fn waiting(case: &Case<'_>) -> Vec<String> {
    titles(case, case.state.waiting.iter().map(|waiting| &waiting.flow))
}

/// How people call flows, each once.
fn titles<'f>(case: &Case<'_>, flows: impl Iterator<Item = &'f String>) -> Vec<String> {
    let mut titles = Vec::new();
    for flow in flows {
        let title = values::flow_title(&case.brain.release, flow, case.tongue);
        if !titles.contains(&title) {
            titles.push(title);
        }
    }
    titles
}

/// The flows that people go on with, the one that is spoken of first: under way, or given up in this turn.
fn frames<'c>(case: &'c Case<'_>) -> impl Iterator<Item = &'c Frame> {
    let given_up = |frame: &&Frame| {
        let given_up = |(flow, outcome): &(String, FlowOutcome)| {
            *flow == frame.flow && matches!(outcome, FlowOutcome::HandedOver | FlowOutcome::Failed)
        };
        case.ended.iter().any(given_up)
    };
    case.state.stack.iter().rev().chain(case.under_way.iter().rev().filter(given_up))
}

/// What is known of the case, by the titles of slots.
fn known(case: &Case<'_>) -> Vec<String> {
    let release = &case.brain.release;
    let manner = values::Manner { tongue: case.tongue, currency: case.currency, mentioned: &case.state.mentioned };
    let said = |slot: Option<&Slot>, name: &str, value: &Value| {
        let title = values::slot_title(slot, name, case.tongue);
        let text = values::text(slot, value, manner);
        let text: String = text.chars().take(VALUE).collect();
        format!("{title} {text}")
    };
    let (mut names, mut told) = (Vec::new(), Vec::new());
    for frame in frames(case) {
        for (slot, value) in filled(release, frame) {
            names.push(slot.name.as_str());
            told.push(said(Some(slot), &slot.name, value));
        }
    }
    for (name, value) in case.state.known.iter().filter(|(_, value)| !value.is_null()) {
        if !names.contains(&name.as_str()) {
            let slot = release.flows().find_map(|flow| flow.slots.get(name));
            told.push(said(slot, name, value));
        }
    }
    let mut once: Vec<String> = Vec::new();
    told.retain(|text| {
        let new = !once.contains(text);
        once.push(text.clone());
        new
    });
    told
}

/// Tools by their titles, with what came of them.
fn tried(case: &Case<'_>) -> Vec<String> {
    let mut tried: Vec<String> = Vec::new();
    for call in case.calls {
        let title = values::tool_title(case.brain, &call.tool, case.tongue);
        let writes = case.brain.is_write(&call.tool);
        let mut text = match case.tongue {
            Tongue::Zh => format!("{title}：{}", words::outcome(&call.outcome, writes, case.tongue)),
            Tongue::En => format!("{title}: {}", words::outcome(&call.outcome, writes, case.tongue)),
        };
        // A refusal by the company's own rules says why; the rest is for those who read the record.
        let by_rule = matches!(call.outcome.as_str(), "refused" | "limit") && !call.tool.starts_with("desk.");
        if by_rule && !call.message.is_empty() {
            text.push_str(&case.tongue.pick(format!("（{}）", call.message), format!(" ({})", call.message)));
        }
        if tried.last() != Some(&text) {
            tried.push(text);
        }
    }
    tried
}

/// The course of the mood, and where it goes.
fn mood(case: &Case<'_>) -> String {
    let moods: Vec<&TraceMood> = case.moods.iter().chain(case.mood).collect();
    let mut course: Vec<&str> = Vec::new();
    for mood in moods.iter().skip(moods.len().saturating_sub(MOST_MOODS)) {
        let word = words::emotion(&mood.emotion, case.tongue);
        if course.last() != Some(&word) {
            course.push(word);
        }
    }
    let felt: Vec<Felt<'_>> = moods.iter().map(|mood| felt(mood)).collect();
    let direction = match trend(&felt).direction {
        Direction::Worse => case.tongue.pick("（越来越差）", " (getting worse)"),
        Direction::Better => case.tongue.pick("（在好转）", " (getting better)"),
        Direction::Steady => "",
    };
    if course.is_empty() { String::new() } else { format!("{}{direction}", course.join(" → ")) }
}

fn last_words(case: &Case<'_>) -> String {
    let said = case.said.trim();
    let cut: String = said.chars().take(QUOTED).collect();
    match said.is_empty() {
        true => String::new(),
        false if cut.len() < said.len() => format!("“{cut}…”"),
        false => format!("“{cut}”"),
    }
}

/// The slots of a flow under way that have a value.
fn filled<'r>(release: &'r Release, frame: &'r Frame) -> impl Iterator<Item = (&'r Slot, &'r Value)> {
    let slots = release.flow(&frame.flow).into_iter().flat_map(|flow| flow.slots.values());
    slots.filter_map(|slot| Some((slot, frame.values.get(&slot.name).filter(|value| !value.is_null())?)))
}

/// The slots of a flow under way with their values, amounts with their currency, personal data masked: for the record.
pub(crate) fn masked_slots(release: &Release, frame: &Frame, currency: &Currency) -> Vec<(String, String)> {
    let masked = |(slot, value): (&Slot, &Value)| {
        let is_personal = matches!(
            slot.of,
            SlotType::Phone | SlotType::Email | SlotType::Address | SlotType::Person | SlotType::Text
        );
        let amount = values::amount(value, currency).filter(|_| matches!(slot.of, SlotType::Money));
        let told = amount.unwrap_or_else(|| if is_personal { hidden(value) } else { masked(value) });
        (slot.name.clone(), told)
    };
    filled(release, frame).map(masked).collect()
}

/// A value with its personal data masked.
pub(crate) fn masked(value: &Value) -> String {
    let text: String = values::plain(value).chars().take(VALUE).collect();
    mask(&text, Style::Partial)
}

/// A value that is personal by its type.
fn hidden(value: &Value) -> String {
    let text = values::plain(value);
    let masked = mask(&text, Style::Partial);
    if masked == text { "***".into() } else { masked }
}
