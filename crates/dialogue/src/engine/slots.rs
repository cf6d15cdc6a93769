//! Values of slots: what can be chosen, what fits, and what was spoken of.

use serde_json::Value;
use yingda_expression::Names;
use yingda_model::{AskedOption, Asking, DialogueState, Frame, Mention};

use super::Engine;
use crate::compile::{Act, Program};
use crate::phrase::Phrase;
use crate::{ChoiceOption, Circumstances, Collect, Pick, Release, SlotType, Wanted};

/// Most options that are offered at once.
pub(super) const MOST_OPTIONS: usize = 30;
/// Things that are remembered as spoken of.
const MOST_MENTIONED: usize = 12;

impl SlotType {
    /// Its name in files and for those who look for values.
    pub fn name(&self) -> String {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Integer => "integer",
            Self::Money => "money",
            Self::YesNo => "yes_no",
            Self::Date => "date",
            Self::Time => "time",
            Self::Duration => "duration",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Address => "address",
            Self::Person => "person",
            Self::Product => "product",
            Self::OrderNumber => "order_number",
            Self::TrackingNumber => "tracking_number",
            Self::File => "file",
            Self::Choice(_) => "choice",
            Self::Pick(_) => "pick",
            Self::Entity(name) => return format!("entity:{name}"),
        }
        .to_owned()
    }

    /// Whether a value that another flow or a trigger gives can be one of this type.
    pub(super) fn holds(&self, value: &Value) -> bool {
        match self {
            Self::Choice(choices) => choices.iter().any(|choice| value.as_str() == Some(&choice.id)),
            _ => self.takes(value),
        }
    }

    /// Whether a value can be one of this type; options are looked at elsewhere.
    fn takes(&self, value: &Value) -> bool {
        match self {
            Self::Text
            | Self::Date
            | Self::Time
            | Self::Phone
            | Self::Email
            | Self::Person
            | Self::OrderNumber
            | Self::TrackingNumber
            | Self::File
            | Self::Choice(_) => value.as_str().is_some_and(|text| !text.trim().is_empty()),
            Self::Number => value.is_number(),
            Self::Integer | Self::Money | Self::Duration => value.is_i64() || value.is_u64(),
            Self::YesNo => value.is_boolean(),
            Self::Address => value.is_object() || value.is_string(),
            Self::Product | Self::Entity(_) | Self::Pick(_) => !value.is_null(),
        }
    }

    /// What “that one” calls its values; nothing for values that nobody refers back to.
    fn mention(&self) -> Option<String> {
        match self {
            Self::Product | Self::OrderNumber | Self::TrackingNumber | Self::Entity(_) | Self::Address => {
                Some(self.name())
            }
            Self::Pick(pick) => pick.kind.clone(),
            _ => None,
        }
    }
}

impl Engine<'_> {
    /// Whether `value` may fill the slot of the flow that is spoken of; otherwise why not.
    pub(super) fn fits(&self, slot: &str, value: &Value) -> Result<(), String> {
        let Some(frame) = self.state.top() else { return Err("no flow is under way".into()) };
        let asked = frame.asking.as_ref().filter(|asking| asking.slot == slot);
        self.fits_flow(&frame.flow, asked, slot, value)
    }

    /// Whether the customer may fill a slot of a flow with `value`, being `asked` for it or not; otherwise why not.
    pub(super) fn fits_flow(
        &self,
        flow: &str,
        asked: Option<&Asking>,
        slot: &str,
        value: &Value,
    ) -> Result<(), String> {
        let Some(program) = self.release.program(flow) else { return Err(format!("no flow {flow}")) };
        let Some(at) = program.collects.get(slot) else {
            return Err(format!("the flow {flow} asks for no {slot}"));
        };
        let options = asked.map(|asking| asking.options.as_slice()).unwrap_or_default();
        let Some(known) = program.flow.slots.get(slot) else {
            // The name of a `choice` step.
            let ids = program.choices_at(*at);
            let is_one = ids.iter().any(|option| value.as_str() == Some(&option.id));
            return is_one.then_some(()).ok_or_else(|| format!("{} is none of the options", label_of(value)));
        };
        if !known.of.takes(value) {
            return Err(format!("expected a value of type {}, got {}", known.of.name(), kind_of(value)));
        }
        match &known.of {
            SlotType::Choice(choices) => {
                let id = value.as_str().unwrap_or_default();
                let is_one = choices.iter().any(|choice| choice.id == id);
                is_one.then_some(()).ok_or_else(|| format!("{id} is none of the options of {slot}"))
            }
            SlotType::Pick(pick) => {
                if asked.is_none() {
                    return Err(format!("what {slot} is chosen from is not known before it is asked"));
                }
                match value.as_array().filter(|_| pick.many) {
                    Some(values) if values.is_empty() => Err("nothing is chosen".into()),
                    Some(values) => values.iter().try_for_each(|value| one_of(options, value)),
                    None => one_of(options, value),
                }
            }
            _ => Ok(()),
        }
    }

    /// Sets a slot of the flow that is spoken of, and remembers what was spoken of.
    pub(super) fn fill(&mut self, slot: &str, value: Value) {
        let release = self.release;
        let Some(frame) = self.state.stack.last_mut() else { return };
        let Some(program) = release.program(&frame.flow) else { return };
        let known = program.flow.slots.get(slot);
        let value = match known.map(|known| &known.of) {
            // One of several is still a list.
            Some(SlotType::Pick(pick)) if pick.many && !value.is_array() => Value::Array(vec![value]),
            _ => value,
        };
        let options = frame.asking.as_ref().filter(|asking| asking.slot == slot).map(|asking| asking.options.clone());
        let at = program.collects.get(slot).copied().unwrap_or(frame.at);
        frame.values.insert(slot.to_owned(), value.clone());
        frame.set_at.insert(slot.to_owned(), at);
        if frame.asking.as_ref().is_some_and(|asking| asking.slot == slot) {
            frame.asking = None;
        }
        let Some(known) = known else { return };
        if let Some(kind) = known.of.mention() {
            for value in value.as_array().map_or(std::slice::from_ref(&value), Vec::as_slice) {
                let option = options.iter().flatten().find(|option| option.value == *value);
                let label = option.map_or_else(|| label_of(value), |option| option.label.clone());
                mention(self.state, Mention { kind: kind.clone(), value: value.clone(), label });
            }
        }
        if known.carry {
            self.state.known.insert(slot.to_owned(), value);
        }
    }

    /// A value of the flow that is spoken of as people say it.
    pub(super) fn told(&mut self, slot: &str, value: &Value) -> String {
        let release = self.release;
        let program = self.state.top().and_then(|frame| release.program(&frame.flow));
        let known = program.and_then(|program| program.flow.slots.get(slot));
        let choices = match known.map(|known| &known.of) {
            Some(SlotType::Choice(choices)) => choices.as_slice(),
            Some(SlotType::YesNo) => {
                return self.phrase(if *value == Value::Bool(true) { Phrase::Yes } else { Phrase::No }, &[]);
            }
            Some(SlotType::Money) => return value.as_i64().map(yingda_expression::money).unwrap_or_default(),
            Some(_) => return label_of(value),
            None => {
                program.and_then(|program| Some(program.choices_at(*program.collects.get(slot)?))).unwrap_or_default()
            }
        };
        let chosen = choices.iter().find(|choice| value.as_str() == Some(&choice.id));
        chosen.and_then(|choice| self.plain(&choice.label)).unwrap_or_else(|| label_of(value))
    }

    /// What can be tapped when a slot is asked.
    pub(super) fn options(&self, collect: &Collect) -> Result<Vec<AskedOption>, String> {
        let Some(frame) = self.state.top() else { return Ok(Vec::new()) };
        let Some(flow) = self.release.flow(&frame.flow) else { return Ok(Vec::new()) };
        let Some(slot) = flow.slots.get(&collect.slot) else { return Ok(Vec::new()) };
        let names = self.names();
        let of = options_of(&slot.name, &slot.of, self.turn, &names)?;
        let Some(offer) = &collect.offer else { return Ok(of) };
        let offered = offer.value(&names).map_err(|error| error.to_string())?;
        let offered = offered.as_array().cloned().unwrap_or_default();
        Ok(offered
            .iter()
            .take(MOST_OPTIONS)
            .enumerate()
            .map(|(at, item)| {
                let value = item.get("value").cloned().unwrap_or_else(|| item.clone());
                let label = item.get("label").and_then(Value::as_str).map_or_else(|| label_of(&value), str::to_owned);
                AskedOption { id: format!("{}:{at}", collect.slot), label, value, also: Vec::new() }
            })
            .collect())
    }

    /// The options of a `choice` step.
    pub(super) fn choices(&self, slot: &str, options: &[ChoiceOption]) -> Vec<AskedOption> {
        choice_options(slot, options, self.turn, &self.names())
    }
}

/// What a slot may be filled with, of the flow that is spoken of and of those that may begin.
pub(super) fn wanted(
    release: &Release,
    state: &DialogueState,
    turn: &Circumstances<'_>,
    flows: &[&str],
) -> Vec<Wanted> {
    let mut wanted = Vec::new();
    if let Some((frame, program)) = state.top().and_then(|frame| Some((frame, release.program(&frame.flow)?))) {
        of_flow(&mut wanted, program, Some(frame), turn);
    }
    for flow in flows {
        let under_way = state.top().is_some_and(|frame| frame.flow == *flow);
        if let Some(program) = release.program(flow).filter(|_| !under_way) {
            of_flow(&mut wanted, program, None, turn);
        }
    }
    wanted
}

fn of_flow(wanted: &mut Vec<Wanted>, program: &Program, frame: Option<&Frame>, turn: &Circumstances<'_>) {
    let asking = frame.and_then(|frame| frame.asking.as_ref());
    for slot in program.flow.slots.values() {
        let asked = asking.filter(|asking| asking.slot == slot.name);
        let options = match (asked, &slot.of) {
            (Some(asking), _) => asking.options.clone(),
            (None, SlotType::Choice(options)) => choice_options(&slot.name, options, turn, turn.names),
            (None, _) => Vec::new(),
        };
        // A pick that is not asked has no list yet; and one that no step collects is not the customer's to give.
        let open = asked.is_some() || !matches!(slot.of, SlotType::Pick(_));
        if open && program.collects.contains_key(&slot.name) {
            wanted.push(Wanted {
                flow: program.flow.id.clone(),
                slot: slot.name.clone(),
                kind: slot.of.name(),
                asked: asked.is_some(),
                filled: frame.and_then(|frame| frame.values.get(&slot.name)).cloned(),
                options,
                many: matches!(&slot.of, SlotType::Pick(pick) if pick.many),
            });
        }
    }
    // A `choice` step has no slot of its own.
    if let Some(asking) = asking.filter(|asking| !program.flow.slots.contains_key(&asking.slot)) {
        wanted.push(Wanted {
            flow: program.flow.id.clone(),
            slot: asking.slot.clone(),
            kind: if asking.slot == super::run::CONFIRM { "confirm" } else { "choice" }.into(),
            asked: true,
            filled: None,
            options: asking.options.clone(),
            many: false,
        });
    }
}

fn options_of(
    slot: &str,
    of: &SlotType,
    turn: &Circumstances<'_>,
    names: &Names<'_>,
) -> Result<Vec<AskedOption>, String> {
    match of {
        SlotType::Choice(options) => Ok(choice_options(slot, options, turn, names)),
        SlotType::Pick(pick) => pick_options(slot, pick, turn, names),
        _ => Ok(Vec::new()),
    }
}

fn choice_options(
    slot: &str,
    options: &[ChoiceOption],
    turn: &Circumstances<'_>,
    names: &Names<'_>,
) -> Vec<AskedOption> {
    options
        .iter()
        .map(|option| {
            let label = option.label.variants(turn.lang, turn.tone).first().and_then(|label| label.render(names).ok());
            AskedOption {
                id: format!("{slot}:{}", option.id),
                label: label.unwrap_or_else(|| option.id.clone()),
                value: Value::String(option.id.clone()),
                also: option.also_zh.iter().chain(&option.also_en).cloned().collect(),
            }
        })
        .collect()
}

fn pick_options(
    slot: &str,
    pick: &Pick,
    turn: &Circumstances<'_>,
    names: &Names<'_>,
) -> Result<Vec<AskedOption>, String> {
    let list = pick.from.value(names).map_err(|error| format!("the list of {slot}: {error}"))?;
    let Value::Array(items) = list else {
        return Err(format!("the list of {slot}: expected a list, got {}", kind_of(&list)));
    };
    let option = |(at, item): (usize, Value)| {
        let mut inner = Names::new();
        inner.over(names).set("item", item.clone());
        let label = pick.label.variants(turn.lang, turn.tone).first().map(|label| label.render(&inner));
        let label = label.transpose().map_err(|error| format!("the label of {slot}: {error}"))?.unwrap_or_default();
        let value = match &pick.value {
            Some(value) => value.value(&inner).map_err(|error| format!("the value of {slot}: {error}"))?,
            None => item,
        };
        Ok(AskedOption { id: format!("{slot}:{at}"), label, value, also: Vec::new() })
    };
    items.into_iter().take(MOST_OPTIONS).enumerate().map(option).collect()
}

fn one_of(options: &[AskedOption], value: &Value) -> Result<(), String> {
    let is_one = options.iter().any(|option| option.value == *value);
    is_one.then_some(()).ok_or_else(|| format!("{} is none of the options", label_of(value)))
}

fn mention(state: &mut DialogueState, new: Mention) {
    state.mentioned.retain(|old| !(old.kind == new.kind && old.value == new.value));
    state.mentioned.insert(0, new);
    state.mentioned.truncate(MOST_MENTIONED);
}

/// A value as people may read it, where nothing better is known.
pub(super) fn label_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(fields) => {
            let named = ["label", "name", "text"].iter().find_map(|field| fields.get(*field)?.as_str());
            named.map_or_else(|| value.to_string(), str::to_owned)
        }
        other => other.to_string(),
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "yes or no",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

impl Program {
    /// The options of a `choice` step.
    fn choices_at(&self, at: u32) -> &[ChoiceOption] {
        match self.ops.get(at as usize).map(|op| &op.does) {
            Some(Act::Choose { options, .. }) => options,
            _ => &[],
        }
    }
}
