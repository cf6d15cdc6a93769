//! What the record tells of the engine of flows.

use std::collections::{BTreeMap, BTreeSet};

use yingda_dialogue::{Command, Judged};
use yingda_model::{TraceCommand, TraceDecision, TraceDialogue, TraceFrame, TraceTitle};

use super::Work;
use crate::brain::Brain;
use crate::currency::Currency;
use crate::propose::Mended;
use crate::{Tongue, TurnPlan, brief};

impl Work<'_> {
    /// A plan with the record of all that led to it.
    pub(super) fn recorded(&self, mut plan: TurnPlan) -> TurnPlan {
        let currency = Currency::of(self.service.facts);
        let frames = self.state.stack.iter().map(|frame| TraceFrame {
            flow: frame.flow.clone(),
            asks: frame.asking.as_ref().map(|asking| asking.slot.clone()),
            slots: brief::masked_slots(&self.service.brain.release, frame, &currency).into_iter().collect(),
        });
        plan.trace.guard = self.guarded.clone();
        plan.trace.models = self.models.clone();
        let record = TraceDialogue {
            release: self.state.release.max(self.service.brain.release.number),
            commands: self.judged.iter().map(|judged| command(judged, &self.heard)).collect(),
            steps: self.passed.clone(),
            calls: self.calls.clone(),
            stack: frames.collect(),
            waiting: self.state.waiting.iter().map(|waiting| waiting.flow.clone()).collect(),
            titles: BTreeMap::new(),
            timings: self.timings,
        };
        let titles = titles(&record, &plan.trace.decision, self.service.brain);
        plan.trace.dialogue = Some(Box::new(TraceDialogue { titles, ..record }));
        plan
    }
}

/// How people call the flows, slots and tools that a record names.
fn titles(record: &TraceDialogue, decision: &TraceDecision, brain: &Brain) -> BTreeMap<String, TraceTitle> {
    let both = |title: &dyn Fn(Tongue) -> String| TraceTitle { zh: title(Tongue::Zh), en: title(Tongue::En) };
    let stack = record.stack.iter().map(|frame| frame.flow.as_str());
    let passed = record.steps.iter().map(|step| step.flow.as_str());
    let started = record.commands.iter().filter(|command| command.name == "start_flow");
    let decided: Vec<&str> = match decision {
        TraceDecision::Flow { flow, ended, .. } => {
            ended.iter().map(|(flow, _)| flow.as_str()).chain([flow.as_str()]).collect()
        }
        _ => Vec::new(),
    };
    let waiting = record.waiting.iter().map(String::as_str);
    let flows: BTreeSet<&str> = stack
        .chain(passed)
        .chain(started.map(|command| command.about.as_str()))
        .chain(waiting)
        .chain(decided)
        .collect();
    let mut titles = BTreeMap::new();
    for flow in flows {
        let Some(known) = brain.release.flow(flow) else { continue };
        titles.insert(flow.to_owned(), both(&|tongue| brief::flow_title(&brain.release, flow, tongue)));
        for (name, slot) in &known.slots {
            titles.insert(format!("{flow}.{name}"), both(&|tongue| brief::slot_title(Some(slot), name, tongue)));
        }
    }
    for call in &record.calls {
        titles.insert(call.tool.clone(), both(&|tongue| brief::tool_title(brain, &call.tool, tongue)));
    }
    titles
}

fn command(judged: &Judged, heard: &Mended) -> TraceCommand {
    let about = match &judged.proposed.command {
        Command::StartFlow { flow } => flow.clone(),
        Command::FillSlot { slot, value } => format!("{slot} = {}", brief::masked(value)),
        Command::CorrectSlot { slot, value: Some(value) } => format!("{slot} = {}", brief::masked(value)),
        Command::CorrectSlot { slot, value: None } => slot.clone(),
        Command::Clarify { flows } => flows.join(", "),
        Command::HandOver { detail, .. } => detail.clone(),
        Command::Answer { answer } | Command::ChitChat { answer } => answer.to_string(),
        Command::Affirm | Command::Deny | Command::Cancel | Command::CannotHandle => String::new(),
    };
    TraceCommand {
        name: judged.proposed.command.name().to_owned(),
        about,
        by: judged.proposed.by.clone(),
        score: judged.proposed.score.min(1.0),
        start: heard.written(judged.proposed.start),
        end: heard.written(judged.proposed.end),
        refused: judged.refused.clone(),
    }
}
