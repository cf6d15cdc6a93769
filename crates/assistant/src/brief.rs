//! What people need to know when the assistant gives them a conversation.

use serde_json::Value;
use yingda_dialogue::{Lang, Release, SlotType, Tone};
use yingda_entity::pii::{Style, mask};
use yingda_expression::Names;
use yingda_model::{DialogueState, FlowOutcome, Frame, TraceCall, TraceMood};

use crate::Tongue;

/// What there is to tell.
pub(crate) struct Case<'a> {
    pub tongue: Tongue,
    pub state: &'a DialogueState,
    pub release: &'a Release,
    /// Flows that ended in this turn.
    pub ended: &'a [(String, FlowOutcome)],
    pub calls: &'a [TraceCall],
    /// The moods of the messages before, and of this one.
    pub moods: &'a [TraceMood],
    pub mood: Option<&'a TraceMood>,
    /// The customer's last words.
    pub said: &'a str,
    pub why_zh: &'a str,
    pub why_en: &'a str,
    /// The flow's own note.
    pub note: Option<&'a str>,
}

/// Longest quotation, in characters.
const QUOTED: usize = 120;

/// The brief, a line a thing.
pub(crate) fn of(case: &Case<'_>) -> String {
    let zh = case.tongue == Tongue::Zh;
    let mut lines = Vec::new();
    let mut line = |zh_label: &str, en_label: &str, text: String| {
        if !text.trim().is_empty() {
            lines.push(if zh { format!("{zh_label}：{text}") } else { format!("{en_label}: {text}") });
        }
    };
    line("转人工原因", "Why", if zh { case.why_zh.to_owned() } else { case.why_en.to_owned() });
    if let Some(note) = case.note {
        line("说明", "Note", note.to_owned());
    }
    let flows = case.state.stack.iter().map(|frame| frame.flow.as_str());
    let ended = case.ended.iter().filter(|(_, outcome)| *outcome != FlowOutcome::Done).map(|(flow, _)| flow.as_str());
    let mut under_way: Vec<String> = Vec::new();
    for flow in flows.chain(ended) {
        let title = title(case, flow);
        if !under_way.contains(&title) {
            under_way.push(title);
        }
    }
    line("正在办理", "Under way", under_way.join(" › "));
    let waiting = case.state.waiting.iter().map(|waiting| title(case, &waiting.flow));
    line("还想办理", "Also wanted", waiting.collect::<Vec<_>>().join("、"));
    let known = case.state.stack.iter().flat_map(|frame| slots(case.release, frame, Shown::Whole));
    let mut known: Vec<(String, String)> = known.collect();
    for (name, value) in &case.state.known {
        if !known.iter().any(|(own, _)| own == name) {
            known.push((name.clone(), told(value)));
        }
    }
    let known: Vec<String> = known.into_iter().map(|(name, value)| format!("{name} = {value}")).collect();
    line("已知信息", "Known", known.join("；"));
    let tried: Vec<String> = case
        .calls
        .iter()
        .map(|call| match call.message.is_empty() {
            true => format!("{} {}", call.tool, call.outcome),
            false => format!("{} {} ({})", call.tool, call.outcome, call.message),
        })
        .collect();
    line("已尝试", "Tried", tried.join("；"));
    let moods: Vec<&TraceMood> = case.moods.iter().chain(case.mood).collect();
    if let Some(last) = moods.last() {
        let course: Vec<&str> = moods.iter().rev().take(5).rev().map(|mood| mood.emotion.as_str()).collect();
        let steady = course.iter().all(|emotion| emotion == course.last().unwrap_or(&""));
        line("情绪", "Mood", if steady { last.emotion.clone() } else { course.join(" → ") });
    }
    let said: String = case.said.chars().take(QUOTED).collect();
    line("客户最后说", "Last words", format!("“{said}”"));
    lines.join("\n")
}

fn title(case: &Case<'_>, flow: &str) -> String {
    let lang = if case.tongue == Tongue::Zh { Lang::Zh } else { Lang::En };
    let known = case.release.flow(flow);
    let title = known.and_then(|flow| flow.title.variants(lang, Tone::Normal).first()?.render(&Names::new()).ok());
    title.unwrap_or_else(|| flow.to_owned())
}

/// Whether personal data is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    Masked,
    Whole,
}

/// The slots of a flow under way that have a value.
pub(crate) fn slots(release: &Release, frame: &Frame, shown: Shown) -> Vec<(String, String)> {
    let Some(flow) = release.flow(&frame.flow) else { return Vec::new() };
    let of_slot = |(name, slot): (&String, &yingda_dialogue::Slot)| {
        let value = frame.values.get(name).filter(|value| !value.is_null())?;
        let personal = matches!(
            slot.of,
            SlotType::Phone | SlotType::Email | SlotType::Address | SlotType::Person | SlotType::Text
        );
        let text = match (shown, personal) {
            (Shown::Masked, true) => hidden(value),
            (Shown::Masked, false) => masked(value),
            (Shown::Whole, _) => told(value),
        };
        Some((name.clone(), text))
    };
    flow.slots.iter().filter_map(of_slot).collect()
}

fn told(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(fields) => {
            let named = ["text", "name", "label"].iter().find_map(|field| fields.get(*field)?.as_str());
            named.map_or_else(|| value.to_string(), str::to_owned)
        }
        Value::Array(values) => values.iter().map(told).collect::<Vec<_>>().join("、"),
        other => other.to_string(),
    }
}

/// A value with its personal data masked.
pub(crate) fn masked(value: &Value) -> String {
    let text: String = told(value).chars().take(200).collect();
    mask(&text, Style::Partial)
}

/// A value that is personal by its type.
fn hidden(value: &Value) -> String {
    let text = told(value);
    let masked = mask(&text, Style::Partial);
    if masked == text { "***".into() } else { masked }
}
