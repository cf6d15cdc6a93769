//! The optional language model: it proposes commands and writes answers from passages. What it gives is checked like everything
//! else; without it nothing is missing.

use std::time::Duration;

use yingda_dialogue::{Command, Proposed, Release, SlotType, Tone, Wanted};
use yingda_entity::pii::Masking;
use yingda_expression::Names;
use yingda_llm::{Account, Answered, Call, FlowInfo, Lang, Llm, Record, Situation, SlotInfo, SlotKind, Task};
use yingda_model::{DialogueState, HandOverReason, TraceModelCall};

use crate::{Tongue, TurnInput};

/// Longest that a customer waits for a model, over all attempts.
const WITHIN: Duration = Duration::from_secs(12);
/// Passages that an answer is written from.
const MOST_PASSAGES: usize = 5;

/// An answer that a model wrote.
#[derive(Clone, Debug)]
pub(crate) struct Generated {
    pub text: String,
    pub model: String,
    /// Entries that it cites.
    pub entry_ids: Vec<String>,
    /// The passages that it was given.
    pub passages: Vec<String>,
}

/// A passage with the entry that it is from.
pub(crate) struct Passage {
    pub entry_id: String,
    pub text: String,
}

pub(crate) fn lang(tongue: Tongue) -> Lang {
    match tongue {
        Tongue::Zh => Lang::Zh,
        Tongue::En => Lang::En,
    }
}

pub(crate) fn account(input: &TurnInput<'_>) -> Account {
    let day = crate::understood::local(input.now, input.settings).date().to_string();
    Account { conversation: input.conversation_id.to_string(), day }
}

/// Commands that a model proposes for a message that nobody else understood.
pub(crate) async fn propose(
    llm: &Llm,
    input: &TurnInput<'_>,
    tongue: Tongue,
    release: &Release,
    state: &DialogueState,
    wanted: &[Wanted],
    names: &Names<'_>,
) -> (Vec<Proposed>, Option<TraceModelCall>) {
    if !llm.has(Task::Propose) {
        return (Vec::new(), None);
    }
    let text = input.content.as_text();
    let own = |words: &yingda_dialogue::Text| {
        let lang = if tongue == Tongue::Zh { yingda_dialogue::Lang::Zh } else { yingda_dialogue::Lang::En };
        words.variants(lang, Tone::Normal).first().and_then(|template| template.render(names).ok()).unwrap_or_default()
    };
    let flows = release.flows().filter(|flow| !flow.starts.intents.is_empty() || !flow.starts.phrases_zh.is_empty());
    let situation = Situation {
        text: text.to_owned(),
        history: Vec::new(),
        flows: flows
            .map(|flow| FlowInfo {
                name: flow.id.clone(),
                description: own(flow.description.as_ref().unwrap_or(&flow.title)),
            })
            .collect(),
        slots: wanted
            .iter()
            .map(|wanted| SlotInfo {
                name: wanted.slot.clone(),
                description: slot_title(release, wanted).map(own).unwrap_or_default(),
                kind: kind(release, wanted),
            })
            .collect(),
        active_flow: state.top().map(|frame| frame.flow.clone()),
        asked_slot: state.asking().map(|asking| asking.slot.clone()),
        known: Vec::new(),
    };
    let mut masking = Masking::default();
    let mut call = Call { account: account(input), lang: lang(tongue), masking: &mut masking, within: Some(WITHIN) };
    let outcome = llm.propose(&mut call, &situation).await;
    let by = format!("model:{}", outcome.record.model.as_deref().unwrap_or("?"));
    let commands = outcome.result.map(|proposal| proposal.commands).unwrap_or_default();
    let proposed = commands.into_iter().filter_map(|command| convert(command, wanted)).map(|command| Proposed {
        command,
        by: by.clone(),
        score: SCORE,
        start: 0,
        end: text.len(),
    });
    (proposed.collect(), Some(told(&outcome.record)))
}

/// How far a model's proposal is trusted: below every rule.
const SCORE: f32 = 0.5;

fn slot_title<'r>(release: &'r Release, wanted: &Wanted) -> Option<&'r yingda_dialogue::Text> {
    release.flow(&wanted.flow)?.slots.get(&wanted.slot)?.title.as_ref()
}

fn kind(release: &Release, wanted: &Wanted) -> SlotKind {
    let slot = release.flow(&wanted.flow).and_then(|flow| flow.slots.get(&wanted.slot));
    match slot.map(|slot| &slot.of) {
        Some(SlotType::YesNo) => SlotKind::YesNo,
        _ if wanted.kind == "confirm" => SlotKind::YesNo,
        _ if !wanted.options.is_empty() => {
            SlotKind::OneOf(wanted.options.iter().map(|option| option.label.clone()).collect())
        }
        _ => SlotKind::Said,
    }
}

/// A model's command as the engine knows it; `None` for what only words can say.
fn convert(command: yingda_llm::Command, wanted: &[Wanted]) -> Option<Command> {
    use yingda_llm::Command as Given;
    let value = |slot: &str, said: String| {
        let wanted = wanted.iter().find(|wanted| wanted.slot == slot)?;
        let option = wanted.options.iter().find(|option| option.label == said);
        match (option, wanted.kind.as_str()) {
            (Some(option), _) => Some(option.value.clone()),
            (None, "choice" | "pick") => None,
            // What has a form is found by rules, not by a model.
            (None, "text" | "person" | "order_number" | "phone" | "email" | "tracking_number") => Some(said.into()),
            (None, "address") => Some(serde_json::json!({ "text": said })),
            (None, _) => None,
        }
    };
    match command {
        Given::StartFlow { flow } => Some(Command::StartFlow { flow }),
        Given::SetSlot { slot, value: said } => Some(Command::FillSlot { value: value(&slot, said)?, slot }),
        Given::CorrectSlot { slot, value: said } => {
            let value = Some(value(&slot, said)?);
            Some(Command::CorrectSlot { slot, value })
        }
        Given::Cancel => Some(Command::Cancel),
        Given::Clarify { flows } => Some(Command::Clarify { flows }),
        Given::HandOver => Some(Command::HandOver { reason: HandOverReason::Rule, detail: "model".into() }),
        Given::Answer { .. } | Given::Chitchat | Given::CannotHandle => None,
    }
}

/// An answer from passages, each sentence with its source; `None` when the model has none, or none that holds.
pub(crate) async fn answer(
    llm: &Llm,
    input: &TurnInput<'_>,
    tongue: Tongue,
    passages: Vec<Passage>,
) -> (Option<Generated>, Option<TraceModelCall>) {
    if !llm.has(Task::Answer) || passages.is_empty() {
        return (None, None);
    }
    let passages: Vec<Passage> = passages.into_iter().take(MOST_PASSAGES).collect();
    let texts: Vec<String> = passages.iter().map(|passage| passage.text.clone()).collect();
    let mut masking = Masking::default();
    let mut call = Call { account: account(input), lang: lang(tongue), masking: &mut masking, within: Some(WITHIN) };
    let outcome = llm.answer(&mut call, input.content.as_text(), &texts).await;
    let record = told(&outcome.record);
    let Ok(Answered::Grounded { sentences, .. }) = outcome.result else { return (None, Some(record)) };
    if sentences.is_empty() {
        return (None, Some(record));
    }
    let joint = if tongue == Tongue::Zh { "" } else { " " };
    let text = sentences.iter().map(|sentence| sentence.text.trim()).collect::<Vec<_>>().join(joint);
    let mut entry_ids: Vec<String> = Vec::new();
    for cited in sentences.iter().flat_map(|sentence| &sentence.cites) {
        if let Some(passage) = cited.checked_sub(1).and_then(|at| passages.get(at))
            && !entry_ids.contains(&passage.entry_id)
        {
            entry_ids.push(passage.entry_id.clone());
        }
    }
    let model = outcome.record.model.unwrap_or_default();
    (Some(Generated { text, model, entry_ids, passages: texts }), Some(record))
}

pub(crate) fn told(record: &Record) -> TraceModelCall {
    TraceModelCall {
        task: record.task.name().to_owned(),
        model: record.model.clone().unwrap_or_default(),
        outcome: if record.cached { "cached".into() } else { record.outcome.clone() },
        tokens_in: u32::try_from(record.tokens_in).unwrap_or(u32::MAX),
        tokens_out: u32::try_from(record.tokens_out).unwrap_or(u32::MAX),
        cost_micros: record.cost_micros,
        took_ms: record.took_ms,
    }
}
