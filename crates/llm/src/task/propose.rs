//! A customer's message read as commands.

use std::collections::HashSet;

use regex::Regex;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use yingda_entity::pii::Masking;

use super::{asker, prompt, word};
use crate::complete::{Question, Said};
use crate::config::Task;
use crate::facts::{half_width, invented};
use crate::fence::fenced;
use crate::llm::{Call, Lang, Llm, Outcome};
use crate::privacy::{hide, invented as made_up, reveal};
use crate::provider::Shape;
use crate::record::Note;

/// What the dialogue engine may be told. The engine still decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    StartFlow { flow: String },
    SetSlot { slot: String, value: String },
    CorrectSlot { slot: String, value: String },
    Cancel,
    Answer { question: String },
    Clarify { flows: Vec<String> },
    Chitchat,
    HandOver,
    CannotHandle,
}

/// What a message is read with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Situation {
    /// The customer's message.
    pub text: String,
    /// What was said before, oldest first; the last few turns are enough.
    pub history: Vec<Turn>,
    /// Flows that may be started.
    pub flows: Vec<FlowInfo>,
    /// Slots that may be filled.
    pub slots: Vec<SlotInfo>,
    /// The flow that runs.
    pub active_flow: Option<String>,
    /// The slot that was asked for.
    pub asked_slot: Option<String>,
    /// Slots that have a value, with it.
    pub known: Vec<(String, String)>,
}

/// Something that was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    pub by_customer: bool,
    pub text: String,
}

/// A flow, as a model sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowInfo {
    pub name: String,
    /// One line: when it is wanted.
    pub description: String,
}

/// A slot, as a model sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotInfo {
    pub name: String,
    /// One line: what it is.
    pub description: String,
    pub kind: SlotKind,
}

/// What may be put into a slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SlotKind {
    /// Words that were said in the conversation.
    Said,
    /// The same, when they match this regular expression, such as `^QH[0-9]{10}$`.
    Matching(String),
    /// One of these, said or meant.
    OneOf(Vec<String>),
    /// `true` or `false`.
    YesNo,
}

/// What was understood.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    pub commands: Vec<Command>,
    /// What the model proposed and may not.
    pub refused: Vec<Refused>,
}

/// A command that was dropped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// What the model wrote, short, with placeholders for personal data.
    pub given: String,
    /// `unknown_command`, `unknown_flow`, `unknown_slot`, `not_an_option`, `not_said`, `wrong_form`, `repeated`, `too_many`.
    pub code: String,
}

/// More commands than a message can mean.
const MOST_COMMANDS: usize = 8;

impl Llm {
    /// Reads a message as commands. Commands that name a flow or slot that is not there, or a value that nobody said, are
    /// dropped and listed; there may be none left.
    ///
    /// # Errors
    /// In the outcome: any [`Error`](crate::Error).
    pub async fn propose(&self, call: &mut Call<'_>, situation: &Situation) -> Outcome<Proposal> {
        let hidden = Hidden::of(call, situation);
        let question = Question {
            task: Task::Propose,
            lang: call.lang,
            system: prompt(
                call.lang,
                include_str!("../prompts/propose.zh.md"),
                include_str!("../prompts/propose.en.md"),
            ),
            user: hidden.user(call.lang, situation),
            shape: Shape::Json { name: "propose_commands".into(), schema: schema(situation) },
            accept: Some(outer_schema()),
        };
        let masking = &*call.masking;
        let judge = |said: &Said| {
            let mut proposal = Proposal::default();
            let one = said.json.get("command").map(|_| &said.json);
            for item in said.json["commands"].as_array().into_iter().flatten().chain(one) {
                let checked = checked(item, situation, &hidden, masking);
                let code = match checked {
                    Ok(command) if proposal.commands.contains(&command) => "repeated",
                    Ok(_) if proposal.commands.len() == MOST_COMMANDS => "too_many",
                    Ok(command) => {
                        proposal.commands.push(command);
                        continue;
                    }
                    Err(code) => code,
                };
                let given = crate::error::short(&item.to_string());
                proposal.refused.push(Refused { given, code: code.to_owned() });
            }
            let notes = proposal.refused.iter().map(|refused| Note::new(&refused.code, &refused.given)).collect();
            Ok((proposal, notes))
        };
        let mut outcome = self.complete(asker(call), question, &judge).await;
        if let Ok(proposal) = &mut outcome.result {
            let mut seen = HashSet::new();
            for command in &mut proposal.commands {
                if let Command::SetSlot { value, .. }
                | Command::CorrectSlot { value, .. }
                | Command::Answer { question: value } = command
                {
                    *value = reveal(call.masking, value, &mut outcome.record.notes);
                }
            }
            proposal.commands.retain(|command| seen.insert(format!("{command:?}")));
        }
        outcome
    }
}

/// The words of a situation as they may be sent.
struct Hidden {
    text: String,
    history: Vec<(bool, String)>,
    known: Vec<(String, String)>,
    /// A line for each flow.
    flows: Vec<String>,
    /// A line for each slot.
    slots: Vec<String>,
    /// All that was said, for looking words up.
    said: String,
}

impl Hidden {
    fn of(call: &mut Call<'_>, situation: &Situation) -> Self {
        let text = hide(call.masking, &situation.text);
        let history: Vec<_> =
            situation.history.iter().map(|turn| (turn.by_customer, hide(call.masking, &turn.text))).collect();
        let known = situation.known.iter().map(|(slot, value)| (slot.clone(), hide(call.masking, value))).collect();
        let said = history.iter().map(|(_, text)| text).chain([&text]).map(|text| plain(text));
        let said = said.collect::<Vec<_>>().join("\n");
        let mut line = |name: &str, description: &str, options: &str| {
            format!("- {name}: {}{options}", hide(call.masking, description))
        };
        let flows = situation.flows.iter().map(|flow| line(&flow.name, &flow.description, "")).collect();
        let slots = situation.slots.iter().map(|slot| match &slot.kind {
            SlotKind::Said | SlotKind::Matching(_) => line(&slot.name, &slot.description, ""),
            SlotKind::OneOf(options) => line(&slot.name, &slot.description, &format!(" ({})", options.join(" | "))),
            SlotKind::YesNo => line(&slot.name, &slot.description, " (true | false)"),
        });
        let slots = slots.collect();
        Self { text, history, known, flows, slots, said }
    }

    fn user(&self, lang: Lang, situation: &Situation) -> String {
        let mut lines = vec![word(lang, "可用流程：", "Flows:").to_owned()];
        lines.extend(self.flows.iter().cloned());
        lines.push(word(lang, "可用槽位：", "Slots:").to_owned());
        lines.extend(self.slots.iter().cloned());
        if let Some(flow) = &situation.active_flow {
            lines.push(format!("{}{flow}", word(lang, "正在办理：", "Running: ")));
        }
        if let Some(slot) = &situation.asked_slot {
            lines.push(format!("{}{slot}", word(lang, "刚问了顾客：", "The customer was asked for: ")));
        }
        if !self.known.is_empty() {
            let known: Vec<_> = self.known.iter().map(|(slot, value)| format!("{slot}={value}")).collect();
            lines.push(format!("{}\n{}", word(lang, "已知：", "Known:"), fenced(&known.join("\n"))));
        }
        if !self.history.is_empty() {
            let turns = self.history.iter().map(|(by_customer, text)| {
                let who = if *by_customer { word(lang, "顾客", "customer") } else { word(lang, "客服", "agent") };
                format!("{who}: {text}")
            });
            let turns = turns.collect::<Vec<_>>().join("\n");
            lines.push(format!("{}\n{}", word(lang, "之前的对话：", "Before:"), fenced(&turns)));
        }
        lines.push(format!("{}\n{}", word(lang, "顾客现在说：", "The customer now says:"), fenced(&self.text)));
        lines.join("\n")
    }
}

/// Makes a command of what the model wrote, if everything that it names is there.
fn checked(item: &Value, situation: &Situation, hidden: &Hidden, masking: &Masking) -> Result<Command, &'static str> {
    let command: Command = serde_json::from_value(scalar_value(item)).map_err(|_| "unknown_command")?;
    let given_out = |text: &str| made_up(masking, text).is_empty();
    let flow_is_there = |name: &String| situation.flows.iter().any(|flow| flow.name == *name);
    match &command {
        Command::StartFlow { flow } if !flow_is_there(flow) => Err("unknown_flow"),
        Command::Clarify { flows } if flows.len() < 2 || !flows.iter().all(flow_is_there) => Err("unknown_flow"),
        Command::SetSlot { slot, value } | Command::CorrectSlot { slot, value } => {
            let slot = situation.slots.iter().find(|known| known.name == *slot).ok_or("unknown_slot")?;
            match &slot.kind {
                SlotKind::OneOf(options) if !options.contains(value) => Err("not_an_option"),
                SlotKind::YesNo if !matches!(value.as_str(), "true" | "false") => Err("not_an_option"),
                SlotKind::Said | SlotKind::Matching(_) if !was_said(value, hidden) || !given_out(value) => {
                    Err("not_said")
                }
                SlotKind::Matching(pattern) if !matches(pattern, &masking.unmask(value)) => Err("wrong_form"),
                _ => Ok(command),
            }
        }
        Command::Answer { question } => {
            let asked = !question.trim().is_empty() && question.chars().count() <= 500;
            let said = given_out(question) && invented(&hidden.said, question).is_none();
            if asked && said { Ok(command) } else { Err("not_said") }
        }
        _ => Ok(command),
    }
}

/// A model may write `5` or `true` for a value: as text.
fn scalar_value(item: &Value) -> Value {
    let mut item = item.clone();
    if let Some(value) = item.get_mut("value")
        && (value.is_number() || value.is_boolean())
    {
        *value = json!(value.to_string());
    }
    item
}

/// A pattern that cannot be read holds nothing back: the engine checks values by the flow's own rules.
fn matches(pattern: &str, value: &str) -> bool {
    Regex::new(pattern).map_or(true, |pattern| pattern.is_match(half_width(value).trim()))
}

fn was_said(value: &str, hidden: &Hidden) -> bool {
    let value = plain(value);
    if value.is_empty() {
        return false;
    }
    // A short run of letters or digits has to be a word of its own: 1 is not said in 2019.
    hidden.said.match_indices(&value).any(|(at, _)| {
        let joins = |a: Option<char>, b: Option<char>| {
            matches!((a, b), (Some(a), Some(b)) if a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric())
        };
        let before = hidden.said[..at].chars().next_back();
        let after = hidden.said[at + value.len()..].chars().next();
        !joins(before, value.chars().next()) && !joins(value.chars().next_back(), after)
    })
}

/// Small letters, half width, one space where there are several.
fn plain(text: &str) -> String {
    half_width(text).to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The least that an answer has to be. Each command is then checked by itself, so that a wrong one does not spoil the others.
fn outer_schema() -> Value {
    let many =
        json!({"properties": {"commands": {"type": "array", "items": {"type": "object"}}}, "required": ["commands"]});
    json!({"type": "object", "anyOf": [many, {"properties": {"command": {"type": "string"}}, "required": ["command"]}]})
}

/// The schema that the server is given. It names the flows and slots, so that a server that follows it keeps the model to them.
fn schema(situation: &Situation) -> Value {
    let object = |name: &str, fields: Vec<(&str, Value)>| {
        let mut properties = json!({"command": {"type": "string", "enum": [name]}});
        let mut required = vec!["command"];
        for (field, schema) in fields {
            properties[field] = schema;
            required.push(field);
        }
        json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false})
    };
    let text = json!({"type": "string"});
    let mut items = Vec::new();
    if !situation.flows.is_empty() {
        let flow = json!({"type": "string", "enum": situation.flows.iter().map(|flow| &flow.name).collect::<Vec<_>>()});
        items.push(object("start_flow", vec![("flow", flow.clone())]));
        items.push(object("clarify", vec![("flows", json!({"type": "array", "items": flow}))]));
    }
    for slot in &situation.slots {
        let name = json!({"type": "string", "enum": [slot.name]});
        let value = match &slot.kind {
            SlotKind::Said | SlotKind::Matching(_) => text.clone(),
            SlotKind::OneOf(options) => json!({"type": "string", "enum": options}),
            SlotKind::YesNo => json!({"type": "string", "enum": ["true", "false"]}),
        };
        for command in ["set_slot", "correct_slot"] {
            items.push(object(command, vec![("slot", name.clone()), ("value", value.clone())]));
        }
    }
    items.push(object("answer", vec![("question", text)]));
    items.extend(["cancel", "chitchat", "hand_over", "cannot_handle"].map(|name| object(name, Vec::new())));
    let commands = json!({"type": "array", "items": {"anyOf": items}});
    json!({
        "type": "object", "properties": {"commands": commands}, "required": ["commands"], "additionalProperties": false,
    })
}
