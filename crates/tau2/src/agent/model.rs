//! The same assistant with a language model in the place of the rules: the model proposes commands, the engine decides.

use serde_json::{Value, json};
use yingda_dialogue::{Command, Lang, Proposed, SlotType, Text, Tone, Wanted};
use yingda_entity::pii::Masking;
use yingda_expression::Names;
use yingda_llm::{Account, Call, FlowInfo, Llm, Situation, SlotInfo, SlotKind, Turn};
use yingda_model::HandOverReason;

use super::{Agent, Said};

/// Messages before this one that a model reads.
const MOST_HISTORY: usize = 6;
/// How far a model is trusted, for the record.
const SCORE: f32 = 0.5;
/// The slot that holds what a flow is asked for: the message itself.
const WISH: &str = "said";

/// An assistant whose customer is understood by a language model.
pub struct ModelAgent<'a> {
    agent: Agent<'a>,
    llm: &'a Llm,
    conversation: String,
    masking: Masking,
    history: Vec<Turn>,
    /// Why the model gave nothing, by code, each with how often.
    pub failures: std::collections::BTreeMap<String, u32>,
}

impl<'a> ModelAgent<'a> {
    /// `conversation` is what the model's budget of a conversation goes by.
    #[must_use]
    pub fn new(agent: Agent<'a>, llm: &'a Llm, conversation: String) -> Self {
        Self {
            agent,
            llm,
            conversation,
            masking: Masking::default(),
            history: Vec::new(),
            failures: Default::default(),
        }
    }

    /// The assistant that executes what is proposed.
    #[must_use]
    pub fn agent(&self) -> &Agent<'a> {
        &self.agent
    }

    /// Answers a message, understood by the model. What says an option word for word needs no model.
    pub async fn hears(&mut self, text: &str) -> Said {
        let proposed = match self.agent.tapped(text) {
            Some(tapped) => tapped,
            None => self.proposed(text).await,
        };
        let said = self.agent.takes(proposed);
        self.history.push(Turn { by_customer: true, text: text.to_owned() });
        self.history.push(Turn { by_customer: false, text: said.text.clone() });
        let surplus = self.history.len().saturating_sub(MOST_HISTORY);
        self.history.drain(..surplus);
        said
    }

    async fn proposed(&mut self, text: &str) -> Vec<Proposed> {
        let release = self.agent.release;
        let flows: Vec<&str> =
            release.flows().filter(|flow| !flow.starts.phrases_en.is_empty()).map(|flow| flow.id.as_str()).collect();
        let wanted = self.agent.wanted(&[]);
        let situation = Situation {
            text: text.to_owned(),
            history: self.history.clone(),
            flows: flows
                .iter()
                .filter_map(|id| release.flow(id))
                .map(|flow| FlowInfo {
                    name: flow.id.clone(),
                    description: words(flow.description.as_ref().unwrap_or(&flow.title)),
                })
                .collect(),
            slots: wanted.iter().map(|wanted| self.slot(wanted)).collect(),
            active_flow: self.agent.state.top().map(|frame| frame.flow.clone()),
            asked_slot: self.agent.state.asking().map(|asking| asking.slot.clone()),
            known: Vec::new(),
        };
        let mut call = Call {
            account: Account { conversation: self.conversation.clone(), day: "bench".into() },
            lang: yingda_llm::Lang::En,
            masking: &mut self.masking,
            within: None,
        };
        let outcome = self.llm.propose(&mut call, &situation).await;
        let by = format!("model:{}", outcome.record.model.as_deref().unwrap_or("?"));
        let given = match outcome.result {
            Ok(proposal) => proposal.commands,
            Err(error) => {
                *self.failures.entry(error.code().to_owned()).or_default() += 1;
                Vec::new()
            }
        };
        let mut commands: Vec<Command> = given.into_iter().filter_map(|command| convert(command, &wanted)).collect();
        let starts = commands.iter().any(|command| matches!(command, Command::StartFlow { .. }));
        if starts {
            // What is wished for is what was said: a flow's functions read the words themselves.
            commands.retain(|command| !matches!(command, Command::FillSlot { slot, .. } if slot == WISH));
            commands.push(Command::FillSlot { slot: WISH.into(), value: json!(text.trim()) });
        }
        let proposed = commands.into_iter().map(|command| Proposed {
            command,
            by: by.clone(),
            score: SCORE,
            start: 0,
            end: text.len(),
        });
        proposed.collect()
    }

    fn slot(&self, wanted: &Wanted) -> SlotInfo {
        let slot = self.agent.release.flow(&wanted.flow).and_then(|flow| flow.slots.get(&wanted.slot));
        let kind = match slot.map(|slot| &slot.of) {
            _ if wanted.kind == "confirm" => SlotKind::YesNo,
            Some(SlotType::YesNo) => SlotKind::YesNo,
            Some(SlotType::Choice(_)) => {
                SlotKind::OneOf(wanted.options.iter().map(|option| option.label.clone()).collect())
            }
            _ => SlotKind::Said,
        };
        let title = slot.and_then(|slot| slot.title.as_ref()).map(words);
        SlotInfo { name: wanted.slot.clone(), description: title.unwrap_or_else(|| "yes to go ahead".into()), kind }
    }
}

fn words(text: &Text) -> String {
    let rendered = text.variants(Lang::En, Tone::Normal).first().and_then(|text| text.render(&Names::new()).ok());
    rendered.unwrap_or_default()
}

/// A model's command as the engine knows it; `None` for what only words could answer.
fn convert(command: yingda_llm::Command, wanted: &[Wanted]) -> Option<Command> {
    use yingda_llm::Command as Given;
    match command {
        Given::StartFlow { flow } => Some(Command::StartFlow { flow }),
        Given::SetSlot { slot, value } | Given::CorrectSlot { slot, value } => {
            let wanted = wanted.iter().find(|wanted| wanted.slot == slot)?;
            if wanted.kind == "confirm" {
                return Some(if value == "true" { Command::Affirm } else { Command::Deny });
            }
            let option = wanted.options.iter().find(|option| option.label == value);
            let value = option.map_or(Value::String(value), |option| option.value.clone());
            Some(Command::FillSlot { slot, value })
        }
        Given::Cancel => Some(Command::Cancel),
        Given::Clarify { flows } => Some(Command::Clarify { flows }),
        Given::HandOver => Some(Command::HandOver { reason: HandOverReason::Requested, detail: "model".into() }),
        Given::Answer { .. } => Some(Command::StartFlow { flow: "look_up".into() }),
        Given::Chitchat | Given::CannotHandle => None,
    }
}
