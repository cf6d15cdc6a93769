//! What is done in the end: by the knowledge base, by a flow, or by people.

use yingda_desk::BotStep;
use yingda_dialogue::{Command, Line, Next, Tone};
use yingda_guard::Origin;
use yingda_model::{BotOutcome, Choice, Content, Frame, HandOverReason, TraceDecision, TraceTitle};

use super::Work;
use crate::brief::By;
use crate::courtesy::Courtesy;
use crate::currency::Currency;
use crate::judge::{Judged, Verdict, candidates};
use crate::modelled::Generated;
use crate::propose::PartAnswer;
use crate::steps::{say, sendable};
use crate::texts::Why;
use crate::{Tongue, TurnPlan, brief, guarded};

/// Probability of an intent from which its flow is offered beside an answer.
const OFFERS_FLOW: f32 = 0.5;
/// Who decides when a flow does.
const BY_FLOW: &str = "flow/1";
/// The slot that stands for a confirmation.
const CONFIRM: &str = "confirm";

impl Work<'_> {
    pub(super) fn plan(mut self, judged: Judged, answers: Vec<PartAnswer>, next: Next) -> TurnPlan {
        let executed = |name: &str| {
            self.judged.iter().any(|judged| judged.refused.is_none() && judged.proposed.command.name() == name)
        };
        let helped = self.asked_if_helped && executed("affirm");
        let denied = self.asked_if_helped && executed("deny");
        let untouched = self.passed.is_empty() && self.ended.is_empty() && self.calls.is_empty();
        let only_known = self.lines.iter().all(|line| matches!(line, Line::Answer { .. }));
        let whole = answers.len() == 1;
        let plan = match next {
            Next::HandOver { reason, detail, note } => self.handed_over(judged, reason, &detail, note),
            Next::Nobody => self.without_flows(judged),
            Next::Customer | Next::Call(_) if untouched && only_known && whole => self.without_flows(judged),
            Next::Customer | Next::Call(_) => self.with_flows(&judged, &answers),
        };
        let mut plan = plan;
        self.guard(&mut plan);
        if gives_up(&plan) {
            self.forget();
        }
        let mut plan = self.recorded(plan);
        if helped {
            plan.steps.push(BotStep::Confirmed);
        }
        if denied {
            plan.steps.push(BotStep::Denied);
        }
        plan.dialogue = Some(Box::new(self.state));
        plan
    }

    /// A plan that flows had no part in: guarded, and with what people need to know where they take over.
    pub(super) fn settled(&mut self, mut plan: TurnPlan) -> TurnPlan {
        self.brief_people(&mut plan, None);
        self.guard(&mut plan);
        if gives_up(&plan) {
            self.forget();
        }
        let mut plan = self.recorded(plan);
        plan.dialogue = Some(Box::new(self.state.clone()));
        plan
    }

    /// The knowledge base alone decides; a flow that does what was asked about is offered beside the answer.
    fn without_flows(&mut self, judged: Judged) -> TurnPlan {
        if let Some(generated) = self.generated.take() {
            return self.told_by_model(generated, &judged);
        }
        let thanks = matches!(judged.verdict, Verdict::Courtesy(Courtesy::Thanks));
        let mut plan = self.turn.decide(judged);
        if gives_up(&plan) {
            self.brief_people(&mut plan, None);
            self.forget();
        } else if thanks {
            plan.steps.push(BotStep::Thanked);
        } else if self.state.is_idle() {
            self.offer_flow(&mut plan);
        }
        plan
    }

    /// What a language model wrote, if the guard leaves anything of it; otherwise what is said without one.
    fn told_by_model(&mut self, generated: Generated, judged: &Judged) -> TurnPlan {
        let mut steps = vec![say(Content::text(sendable(&generated.text)), BotOutcome::Answered, None)];
        let grounds = self.grounds(Origin::Model, generated.passages);
        self.guarded.extend(guarded::guard(&self.service.brain.guard, &self.turn.input, grounds, &mut steps));
        if steps.iter().any(|step| matches!(step, BotStep::HandOver { .. })) {
            return self.turn.decide(judged.clone());
        }
        let why = Why::generated(&generated.model, generated.entry_ids.len());
        let decision = TraceDecision::Generated { entry_ids: generated.entry_ids, model: generated.model };
        self.turn.plan(steps, decision, "model/1", candidates(&judged.hits), why)
    }

    /// “How do I return something?” is answered, and the return itself is a tap away.
    fn offer_flow(&self, plan: &mut TurnPlan) {
        if !matches!(plan.trace.decision, TraceDecision::Answer { .. }) {
            return;
        }
        let Some(understood) = &self.turn.understood else { return };
        let [wish] = understood.wishes.as_slice() else { return };
        let Some((intent, _)) = wish.intent().filter(|(_, probability)| *probability >= OFFERS_FLOW) else { return };
        let release = &self.service.brain.release;
        let of_intent = |flow: &&std::sync::Arc<yingda_dialogue::Flow>| flow.starts.intents.contains(&intent.name);
        let Some(flow) = release.flows().find(of_intent) else { return };
        let names = self.names();
        let title = flow.title.variants(self.lang(), Tone::Normal).first().and_then(|title| title.render(&names).ok());
        let Some(label) = title else { return };
        let Some(BotStep::Say { content, .. }) = plan.steps.last_mut() else { return };
        let choice = Choice { id: format!("flow:{}", flow.id), label };
        match content {
            Content::Text { text, .. } => {
                *content = Content::Choices { text: std::mem::take(text), options: vec![choice] }
            }
            Content::Choices { options, .. } => options.insert(0, choice),
            _ => {}
        }
    }

    fn with_flows(&mut self, judged: &Judged, answers: &[PartAnswer]) -> TurnPlan {
        let mut steps = self.messages(answers);
        steps.append(&mut self.steps);
        let asks = self.state.asking().map(|asking| asking.slot.clone());
        let flow = self.state.top().map(|frame| frame.flow.clone());
        let flow = flow.or_else(|| self.ended.last().map(|(flow, _)| flow.clone())).unwrap_or_default();
        let entry_ids = answers.iter().enumerate().filter_map(|(number, answer)| {
            let told = self.lines.contains(&Line::Answer { answer: number });
            match &answer.verdict {
                Verdict::Answer { hit, .. } if told => Some(hit.entry_id.clone()),
                Verdict::IntentAnswer { entry_id, .. } if told => Some(entry_id.clone()),
                _ => None,
            }
        });
        let decision = TraceDecision::Flow {
            flow: flow.clone(),
            asks: asks.clone(),
            ended: self.ended.clone(),
            entry_ids: entry_ids.collect(),
        };
        let why = self.why_flow(&flow, asks.as_deref());
        if steps.is_empty() {
            // Nothing was said and nobody was called: that must not be the end of a turn.
            let text = self.turn.unknown();
            steps.push(say(Content::text(text), BotOutcome::Failed, None));
        }
        self.turn.plan(steps, decision, BY_FLOW, candidates(&judged.hits), why)
    }

    fn handed_over(
        &mut self,
        judged: Judged,
        reason: yingda_dialogue::HandOver,
        detail: &str,
        note: Option<String>,
    ) -> TurnPlan {
        let asked = self.judged.iter().find_map(|judged| match &judged.proposed.command {
            Command::HandOver { reason, .. } if judged.refused.is_none() => Some(*reason),
            _ => None,
        });
        let mut steps = self.messages(&[]);
        let mut plan = match asked {
            // The words that were always said for it.
            Some(_) => self.turn.decide(judged),
            None => {
                let why = self.why_handed_over(reason, detail);
                self.turn.hand_over(reason_of(reason), detail, BY_FLOW, candidates(&judged.hits), why)
            }
        };
        self.brief_people(&mut plan, note.as_deref());
        steps.append(&mut plan.steps);
        steps.append(&mut self.steps);
        plan.steps = steps;
        self.forget();
        plan
    }

    /// Writes down what people need to know, where they take over.
    pub(super) fn brief_people(&self, plan: &mut TurnPlan, note: Option<&str>) {
        let by = if plan.trace.decided_by == BY_FLOW { By::Flow } else { By::Rest };
        for step in &mut plan.steps {
            if let BotStep::HandOver { reason, brief } = step {
                let why = brief::Why { reason: *reason, by, zh: &plan.trace.why_zh, en: &plan.trace.why_en };
                *brief = Some(self.brief(why, note));
            }
        }
    }

    /// What is going on, by the titles of flows and slots.
    fn why_flow(&self, flow: &str, asks: Option<&str>) -> Why {
        let release = &self.service.brain.release;
        let titled = |id: &str| both(&|tongue| brief::flow_title(release, id, tongue));
        let asks = asks.map(|slot| {
            let known = release.flow(flow).and_then(|flow| flow.slots.get(slot));
            match slot {
                CONFIRM => TraceTitle { zh: "确认".into(), en: "a confirmation".into() },
                _ => both(&|tongue| brief::slot_title(known, slot, tongue)),
            }
        });
        let ended: Vec<_> = self.ended.iter().map(|(flow, outcome)| (titled(flow), *outcome)).collect();
        let flow = Some(flow).filter(|flow| !flow.is_empty()).map(titled);
        Why::flow(flow.as_ref(), asks.as_ref(), &ended)
    }

    /// Why a flow hands over, by the titles of flows and slots.
    fn why_handed_over(&self, reason: yingda_dialogue::HandOver, detail: &str) -> Why {
        let release = &self.service.brain.release;
        let frame = self.state.top().or(self.under_way.last());
        let flow = frame.map(|frame| frame.flow.as_str());
        let told = |tongue| brief::handed_over(release, reason, detail, flow, tongue);
        Why::flow_hands_over(&told(Tongue::Zh), &told(Tongue::En))
    }

    /// The flows that were under way, with what the customer said in this turn: a flow that ended by it is not in the state.
    fn under_way_as_told(&self) -> Vec<Frame> {
        let mut frames = self.under_way.clone();
        let Some(top) = frames.last_mut() else { return frames };
        let Some(flow) = self.service.brain.release.flow(&top.flow) else { return frames };
        for judged in self.judged.iter().filter(|judged| judged.refused.is_none()) {
            let (Command::FillSlot { slot, value } | Command::CorrectSlot { slot, value: Some(value) }) =
                &judged.proposed.command
            else {
                continue;
            };
            if flow.slots.contains_key(slot) {
                top.values.insert(slot.clone(), value.clone());
            }
        }
        frames
    }

    fn brief(&self, why: brief::Why<'_>, note: Option<&str>) -> String {
        brief::of(&brief::Case {
            tongue: self.turn.tongue,
            state: &self.state,
            under_way: &self.under_way_as_told(),
            brain: self.service.brain,
            customer: self.service.customer,
            ended: &self.ended,
            calls: &self.calls,
            moods: self.turn.input.moods,
            mood: self.turn.understood.as_ref().map(|understood| &understood.record.mood),
            said: &self.turn.text,
            now: self.turn.input.now,
            currency: &Currency::of(self.service.facts),
            why,
            note,
        })
    }

    /// People take over: nothing is under way any more. What is known stays, for when the customer comes back.
    fn forget(&mut self) {
        self.state.stack.clear();
        self.state.waiting.clear();
        self.state.question = None;
        self.state.failure = None;
    }
}

fn both(title: &dyn Fn(Tongue) -> String) -> TraceTitle {
    TraceTitle { zh: title(Tongue::Zh), en: title(Tongue::En) }
}

fn reason_of(reason: yingda_dialogue::HandOver) -> HandOverReason {
    use yingda_dialogue::HandOver;
    match reason {
        HandOver::Flow => HandOverReason::Flow,
        HandOver::HighValue => HandOverReason::HighValue,
        HandOver::Rule => HandOverReason::Rule,
        HandOver::Upset => HandOverReason::Upset,
        HandOver::ToolFailed => HandOverReason::ToolFailed,
        HandOver::RepeatedFailure => HandOverReason::RepeatedFailure,
        HandOver::Requested => HandOverReason::Requested,
    }
}

/// Whether people take over.
pub(super) fn gives_up(plan: &TurnPlan) -> bool {
    plan.steps.iter().any(|step| matches!(step, BotStep::HandOver { .. }))
}
