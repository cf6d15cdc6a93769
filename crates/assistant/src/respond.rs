//! A turn with flows: what was understood becomes commands, the engine executes them, tools are called, and lines become messages.

use std::time::Instant;

use serde_json::{Value, json};
use yingda_desk::BotStep;
use yingda_dialogue::{
    Call, Called, Circumstances, Command, Judged as JudgedCommand, Lang, Line, Needs, Next, Outcome, Proposed, Tone,
    begin, resume, take,
};
use yingda_expression::Names;
use yingda_guard::Origin;
use yingda_knowledge::IndexError;
use yingda_llm::Llm;
use yingda_model::{
    BotOutcome, Choice, Content, DialogueState, FlowOutcome, HandOverReason, Question, TraceCall, TraceCommand,
    TraceDecision, TraceDialogue, TraceFrame, TraceGuard, TraceModelCall, TraceStep, TraceTimings,
};

use crate::brain::Brain;
use crate::guarded::{self, Grounds};
use crate::judge::{Judged, Verdict, candidates, early, judge};
use crate::modelled::{self, Generated, Passage};
use crate::option::chosen;
use crate::propose::{Mended, PartAnswer, Seen, heard, parts, propose};
use crate::reply::Reply;
use crate::texts::Why;
use crate::turn::{Turn, say, sendable};
use crate::understood::understand;
use crate::{Tongue, TurnInput, TurnPlan, brief};

/// Calls that one turn may make.
const MOST_CALLS: usize = 20;
/// Parts of a message that are looked up by themselves.
const MOST_PARTS: usize = 4;

/// What a turn has beside its input: flows, and what they may do.
pub struct Service<'a> {
    pub brain: &'a Brain,
    /// Does what flows ask of tools.
    pub caller: &'a dyn Caller,
    /// `contact`, `inbox`, `channel`, `desk`, `settings`: the same for the whole turn.
    pub facts: &'a serde_json::Map<String, Value>,
    /// What is known of the customer from outside the dialogue.
    pub customer: Needs,
    /// Whether the customer is to be spoken to in plain language.
    pub plain: Plain,
    /// A language model, where one is configured.
    pub llm: Option<&'a Llm>,
}

/// Whether plain language was chosen: short sentences, one thing at a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Plain {
    #[default]
    No,
    Yes,
}

/// Calls tools.
#[async_trait::async_trait]
pub trait Caller: Send + Sync {
    /// Calls a tool. Whatever happens, there is a result.
    async fn call(&self, call: &Call, names: &Names<'_>, customer: Needs) -> CallDone;
}

/// What a call came to.
#[derive(Clone, Debug)]
pub struct CallDone {
    pub called: Called,
    pub attempts: u32,
    /// Whether the result was there from an earlier run of the same turn.
    pub again: bool,
    /// What the desk has to do with the turn: a tag, a ticket.
    pub steps: Vec<BotStep>,
}

/// Decides what to do about a message, with flows.
///
/// # Errors
/// Only when the search engine fails.
pub async fn respond(input: &TurnInput<'_>, service: &Service<'_>) -> Result<TurnPlan, IndexError> {
    let mut work = Work::new(input, service);
    if let Some(plan) = work.settle_without_reading() {
        return Ok(plan);
    }
    let begun = Instant::now();
    work.hear();
    work.turn.understood =
        input.language.map(|language| understand(language, &work.heard.text, input.now, input.settings, input.moods));
    work.place_as_written();
    work.timings.understanding = micros(begun);
    work.keep_language();
    work.go().await
}

/// Begins a flow that the customer has not asked for. `None` when it has nothing to say.
pub(crate) async fn begin_flow(input: &TurnInput<'_>, service: &Service<'_>, flow: &str) -> Option<TurnPlan> {
    let mut work = Work::new(input, service);
    if !work.state.stack.is_empty() {
        return None;
    }
    let next = work.engine(|brain, state, turn| begin(&brain.release, state, turn, flow, Default::default()));
    let next = work.call_tools(next).await;
    let nothing = Judged { hits: Vec::new(), verdict: Verdict::Unknown };
    let says = work.lines.iter().any(|line| !matches!(line, Line::Answer { .. }));
    says.then(|| work.plan(nothing, Vec::new(), next))
}

struct Work<'a> {
    turn: Turn<'a>,
    service: &'a Service<'a>,
    /// The message as it was meant.
    heard: Mended,
    state: DialogueState,
    /// Whether it was asked if it helped.
    asked_if_helped: bool,
    timings: TraceTimings,
    lines: Vec<Line>,
    judged: Vec<JudgedCommand>,
    passed: Vec<TraceStep>,
    ended: Vec<(String, FlowOutcome)>,
    calls: Vec<TraceCall>,
    /// What tools gave: what is said may rest on it.
    results: Vec<Value>,
    steps: Vec<BotStep>,
    models: Vec<TraceModelCall>,
    generated: Option<Generated>,
    guarded: Vec<TraceGuard>,
}

fn micros(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_micros()).unwrap_or(u64::MAX)
}

impl<'a> Work<'a> {
    fn new(input: &TurnInput<'a>, service: &'a Service<'a>) -> Self {
        let mut state = input.memory.dialogue.as_deref().cloned().unwrap_or_default();
        let turn = Turn::new(input);
        state.lang = Some(turn.tongue.tag().to_owned());
        Self {
            turn,
            service,
            heard: Mended::default(),
            asked_if_helped: state.question == Some(Question::Helped),
            state,
            timings: TraceTimings::default(),
            lines: Vec::new(),
            judged: Vec::new(),
            passed: Vec::new(),
            ended: Vec::new(),
            calls: Vec::new(),
            results: Vec::new(),
            steps: Vec::new(),
            models: Vec::new(),
            generated: None,
            guarded: Vec::new(),
        }
    }

    fn input(&self) -> &TurnInput<'a> {
        &self.turn.input
    }

    /// What needs no reading: an option of the knowledge base that was chosen, and what cannot be read.
    fn settle_without_reading(&mut self) -> Option<TurnPlan> {
        let input = self.turn.input;
        let is_tap = matches!(input.content, Content::Text { choice: Some(_), .. });
        let offered = chosen(input.content, input.memory.pending.as_ref());
        if let Some(chosen) = offered.filter(|_| is_tap || self.state.asking().is_none()) {
            let plan = self.turn.chose(chosen);
            return Some(self.settled(plan));
        }
        let unreadable = matches!(input.content, Content::Image { .. } | Content::File { .. } | Content::Voice { .. });
        if unreadable && !self.wants_file() {
            let plan = self.turn.cannot_read();
            return Some(self.settled(plan));
        }
        None
    }

    /// Puts right what slips hid of the words that are expected now.
    fn hear(&mut self) {
        let names = self.names();
        let turn = Circumstances {
            lang: self.lang(),
            tone: self.tone(),
            now: self.input().now,
            customer: self.service.customer,
            names: &names,
            seed: 0,
        };
        self.heard = heard(&self.turn.text, &self.service.brain.release, &self.state, &turn);
    }

    /// The record of what was understood speaks of the message as it was written.
    fn place_as_written(&mut self) {
        let heard = &self.heard;
        let Some(understood) = &mut self.turn.understood else { return };
        for entity in &mut understood.record.entities {
            (entity.start, entity.end) = (heard.written(entity.start), heard.written(entity.end));
        }
        for intent in &mut understood.record.intents {
            (intent.start, intent.end) = (heard.written(intent.start), heard.written(intent.end));
        }
    }

    /// An address or a name that was asked for tells nothing of the language that is spoken.
    fn keep_language(&mut self) {
        let spoken = self.turn.input.memory.dialogue.as_deref().and_then(|dialogue| dialogue.lang.as_deref());
        let Some(spoken) = spoken.and_then(Tongue::of_tag).filter(|_| self.state.asking().is_some()) else { return };
        let entities = self.turn.understood.as_ref().map(|understood| understood.entities.as_slice());
        let covered: usize = entities.unwrap_or_default().iter().map(|entity| entity.end - entity.start).sum();
        if covered * 2 > self.turn.text.trim().len() {
            self.turn.tongue = spoken;
            self.state.lang = Some(spoken.tag().to_owned());
        }
    }

    fn wants_file(&self) -> bool {
        let Some(frame) = self.state.top() else { return false };
        let asked = frame.asking.as_ref().map(|asking| asking.slot.as_str());
        let flow = self.service.brain.release.flow(&frame.flow);
        let slot = asked.and_then(|slot| flow?.slots.get(slot));
        slot.is_some_and(|slot| matches!(slot.of, yingda_dialogue::SlotType::File))
    }

    /// People take over: nothing is under way any more. What is known stays, for when the customer comes back.
    fn forget(&mut self) {
        self.state.stack.clear();
        self.state.waiting.clear();
        self.state.question = None;
        self.state.failure = None;
    }

    /// A plan that flows had no part in: guarded, and with what people need to know where they take over.
    fn settled(&mut self, mut plan: TurnPlan) -> TurnPlan {
        self.brief_people(&mut plan, None);
        self.guard(&mut plan);
        if gives_up(&plan) {
            self.forget();
        }
        let mut plan = self.recorded(plan);
        plan.dialogue = Some(Box::new(self.state.clone()));
        plan
    }

    /// Writes down what people need to know, where they take over.
    fn brief_people(&self, plan: &mut TurnPlan, note: Option<&str>) {
        let why = (plan.trace.why_zh.clone(), plan.trace.why_en.clone());
        for step in &mut plan.steps {
            if let BotStep::HandOver { brief, .. } = step {
                *brief = Some(self.brief(&why.0, &why.1, note));
            }
        }
    }

    fn lang(&self) -> Lang {
        match self.turn.tongue {
            Tongue::Zh => Lang::Zh,
            Tongue::En => Lang::En,
        }
    }

    fn tone(&self) -> Tone {
        match (self.turn.is_upset(), self.service.plain) {
            (true, _) => Tone::Upset,
            (false, Plain::Yes) => Tone::Plain,
            (false, Plain::No) => Tone::Normal,
        }
    }

    /// The names that texts and expressions may use in this turn.
    fn names(&self) -> Names<'a> {
        let mut names = Names::new();
        names.over(self.service.facts);
        names.set("lang", json!(self.turn.tongue.tag()));
        names.set("now", json!(self.input().now.to_string()));
        let mood = self.turn.understood.as_ref().map(|understood| understood.record.mood.emotion.clone());
        names
            .set("mood", json!({ "emotion": mood.unwrap_or_else(|| "neutral".into()), "upset": self.turn.is_upset() }));
        if let Some(identity) = &self.state.identity {
            let mut contact = self.service.facts.get("contact").cloned().unwrap_or_else(|| json!({}));
            if let Some(fields) = contact.as_object_mut() {
                fields.insert("known".into(), json!(true));
                fields.insert("verified".into(), json!(true));
                if let Some(external_id) = &identity.external_id {
                    fields.insert("external_id".into(), json!(external_id));
                }
            }
            names.set("contact", contact);
        }
        names
    }

    fn customer(&self) -> Needs {
        if self.state.identity.is_some() { Needs::Verified } else { self.service.customer }
    }

    /// Lets `act` move the engine, in the circumstances as they are.
    fn engine(&mut self, act: impl FnOnce(&Brain, &mut DialogueState, &Circumstances<'_>) -> Outcome) -> Next {
        let names = self.names();
        let turn = Circumstances {
            lang: self.lang(),
            tone: self.tone(),
            now: self.input().now,
            customer: self.service.customer,
            names: &names,
            seed: seed(self.input().message_id.0),
        };
        let begun = Instant::now();
        let outcome = act(self.service.brain, &mut self.state, &turn);
        self.timings.engine += micros(begun);
        self.lines.extend(outcome.lines);
        self.judged.extend(outcome.judged);
        self.passed.extend(outcome.steps.into_iter().map(|step| TraceStep {
            flow: step.flow,
            step: step.step,
            does: step.does,
        }));
        self.ended.extend(outcome.ended);
        outcome.next
    }

    async fn go(mut self) -> Result<TurnPlan, IndexError> {
        let text = self.heard.text.clone();
        let begun = Instant::now();
        let judged = self.judge(&text)?;
        let answers = self.part_answers(&text, &judged)?;
        self.timings.search = micros(begun);
        let proposed = {
            let names = self.names();
            let turn = Circumstances {
                lang: self.lang(),
                tone: self.tone(),
                now: self.input().now,
                customer: self.service.customer,
                names: &names,
                seed: 0,
            };
            propose(&Seen {
                text: &text,
                written: &self.turn.text,
                content: self.turn.input.content,
                understood: self.turn.understood.as_ref(),
                verdict: &judged.verdict,
                answers: &answers,
                release: &self.service.brain.release,
                state: &self.state,
                turn: &turn,
            })
        };
        let proposed = self.ask_model(proposed).await;
        let next = self.engine(|brain, state, turn| take(&brain.release, state, turn, proposed));
        let next = self.call_tools(next).await;
        if next == Next::Nobody {
            self.generate(&judged).await;
        }
        Ok(self.plan(judged, answers, next))
    }

    /// What nobody understood, a language model may.
    async fn ask_model(&mut self, proposed: Vec<Proposed>) -> Vec<Proposed> {
        let lost = |proposed: &Proposed| matches!(proposed.command, Command::CannotHandle | Command::Clarify { .. });
        let Some(llm) = self.service.llm.filter(|_| proposed.iter().all(lost)) else { return proposed };
        let (more, record) = {
            let names = self.names();
            let turn = Circumstances {
                lang: self.lang(),
                tone: self.tone(),
                now: self.input().now,
                customer: self.service.customer,
                names: &names,
                seed: 0,
            };
            let release = &self.service.brain.release;
            let wanted = yingda_dialogue::wanted(release, &self.state, &turn, &[]);
            modelled::propose(llm, self.input(), self.turn.tongue, release, &self.state, &wanted, &names).await
        };
        self.models.extend(record);
        if more.is_empty() { proposed } else { more }
    }

    /// What the knowledge base is not sure of, a language model may answer from its passages.
    async fn generate(&mut self, judged: &Judged) {
        let Some(llm) = self.service.llm else { return };
        if !matches!(judged.verdict, Verdict::Unknown | Verdict::Choices { .. }) {
            return;
        }
        let case = self.turn.case();
        let passages = judged.hits.iter().filter_map(|hit| {
            let entry = case.library.entry(&hit.entry_id)?;
            let answer = case.library.answer(&hit.entry_id, case.view)?;
            let text = hit.passage.as_ref().map_or(answer, |passage| passage.text.clone());
            Some(Passage { entry_id: entry.id.clone(), text: format!("{}\n{text}", entry.question) })
        });
        let (generated, record) = modelled::answer(llm, self.input(), self.turn.tongue, passages.collect()).await;
        self.generated = generated;
        self.models.extend(record);
    }

    /// Calls tools as long as the engine needs them.
    async fn call_tools(&mut self, mut next: Next) -> Next {
        let mut made = 0;
        while let Next::Call(call) = next {
            made += 1;
            let called = self.call(&call, made).await;
            next = self.engine(|brain, state, turn| resume(&brain.release, state, turn, call.number, called));
        }
        next
    }

    async fn call(&mut self, call: &Call, made: usize) -> Called {
        if made > MOST_CALLS {
            let message = format!("more than {MOST_CALLS} calls in one turn");
            return Called::Failed { code: "too_long".into(), message, acted: false };
        }
        let begun = Instant::now();
        let done = self.service.caller.call(call, &self.names(), self.customer()).await;
        let took_us = micros(begun);
        self.timings.tools += took_us;
        let (outcome, message) = match &done.called {
            Called::Ok { output } => {
                self.results.push(output.clone());
                ("ok".to_owned(), String::new())
            }
            Called::Failed { code, message, .. } => (code.clone(), message.clone()),
        };
        let CallDone { called, attempts, again, steps } = done;
        self.calls.push(TraceCall { tool: call.tool.clone(), outcome, message, attempts, took_us, again });
        self.steps.extend(steps);
        called
    }

    /// What the message calls for, flows aside. What only answers a flow's question is not looked up.
    fn judge(&self, text: &str) -> Result<Judged, IndexError> {
        if let Some(verdict) = early(text, self.turn.understood.as_ref()) {
            return Ok(Judged { hits: Vec::new(), verdict });
        }
        if self.only_answers(text) {
            return Ok(Judged { hits: Vec::new(), verdict: Verdict::Unknown });
        }
        judge(text, &self.turn.case(), self.turn.understood.as_ref())
    }

    /// Whether the message is a tap, or a short word for what was asked: yes, a number, an option.
    fn only_answers(&self, text: &str) -> bool {
        if matches!(self.input().content, Content::Text { choice: Some(_), .. }) && self.state.asking().is_some() {
            return true;
        }
        let Some(asking) = self.state.asking() else { return false };
        let text = text.trim();
        let entities = self.turn.understood.as_ref().map(|understood| understood.entities.as_slice());
        let covered = entities.unwrap_or_default().iter().any(|entity| entity.end - entity.start >= text.len());
        covered
            || yingda_entity::answer(text).is_some()
            || asking.options.iter().any(|option| option.label == text || option.also.iter().any(|also| also == text))
    }

    /// What the parts of a message call for, each by itself, where the whole has no answer or a flow is under way.
    fn part_answers(&self, text: &str, judged: &Judged) -> Result<Vec<PartAnswer>, IndexError> {
        let mut answers = vec![PartAnswer { start: 0, end: text.len(), verdict: judged.verdict.clone() }];
        let settled = matches!(judged.verdict, Verdict::Danger { .. } | Verdict::Person { .. });
        let parts = parts(text);
        if settled || parts.len() < 2 || parts.len() > MOST_PARTS || self.only_answers(text) {
            return Ok(answers);
        }
        let mut found = Vec::new();
        for (start, end) in parts {
            let words = &text[start..end];
            if words.chars().count() < 4 {
                continue;
            }
            let part = judge(words, &self.turn.case(), None)?;
            if matches!(part.verdict, Verdict::Answer { .. } | Verdict::Graph(_)) {
                found.push(PartAnswer { start, end, verdict: part.verdict });
            }
        }
        // What answers one part only is no answer to the whole.
        if !found.is_empty() && !matches!(judged.verdict, Verdict::Several { .. }) {
            answers[0].verdict = Verdict::Unknown;
        }
        answers.extend(found);
        Ok(answers)
    }

    fn plan(mut self, judged: Judged, answers: Vec<PartAnswer>, next: Next) -> TurnPlan {
        let executed = |name: &str| {
            self.judged.iter().any(|judged| judged.refused.is_none() && judged.proposed.command.name() == name)
        };
        let helped = self.asked_if_helped && executed("affirm");
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
        plan.dialogue = Some(Box::new(self.state));
        plan
    }

    /// The knowledge base alone decides; a flow that does what was asked about is offered beside the answer.
    fn without_flows(&mut self, judged: Judged) -> TurnPlan {
        if let Some(generated) = self.generated.take() {
            return self.told_by_model(generated, &judged);
        }
        let thanks = matches!(judged.verdict, Verdict::Courtesy(crate::courtesy::Courtesy::Thanks));
        let mut plan = self.turn.decide(judged);
        if gives_up(&plan) {
            self.brief_people(&mut plan, None);
            self.forget();
        } else if thanks {
            plan.steps.push(BotStep::Confirmed);
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

    fn grounds(&self, origin: Origin, mut texts: Vec<String>) -> Grounds<'_> {
        let own = self.service.facts.get("contact").and_then(Value::as_object);
        let own = own.into_iter().flat_map(|contact| contact.values()).filter_map(Value::as_str).map(str::to_owned);
        // What the customer gave is theirs; what tools gave may be anybody's, also turns later.
        let (mut slots, mut results) = (serde_json::Map::new(), self.results.clone());
        for frame in &self.state.stack {
            let flow = self.service.brain.release.flow(&frame.flow);
            for (name, value) in &frame.values {
                if flow.is_some_and(|flow| flow.slots.contains_key(name)) {
                    slots.insert(name.clone(), value.clone());
                } else {
                    results.push(value.clone());
                }
            }
        }
        slots.extend(self.state.known.clone());
        texts.extend(self.service.brain.texts.iter().cloned());
        Grounds {
            tongue: self.turn.tongue,
            origin,
            channel: self.service.facts.get("channel").and_then(Value::as_str).unwrap_or("web"),
            results,
            texts,
            slots,
            own: own.collect(),
            tools: self.service.brain.toolbox.tools().map(|tool| tool.name.clone()).collect(),
        }
    }

    /// The guard looks at everything once more before it is said.
    fn guard(&mut self, plan: &mut TurnPlan) {
        let begun = Instant::now();
        let texts = match plan.trace.decision {
            // It was looked at already.
            TraceDecision::Generated { .. } => return,
            // What the company published may say what it says: the guard looks for links and forbidden words.
            TraceDecision::Flow { .. } => Vec::new(),
            _ => plan.steps.iter().filter_map(said).map(str::to_owned).collect(),
        };
        let origin = match plan.trace.decision {
            TraceDecision::Flow { .. } | TraceDecision::HandOver { .. } => Origin::Template,
            _ => Origin::Knowledge,
        };
        let grounds = self.grounds(origin, texts);
        let handed_over = gives_up(plan);
        let found = guarded::guard(&self.service.brain.guard, &self.turn.input, grounds, &mut plan.steps);
        if !handed_over && gives_up(plan) {
            let rules: Vec<&str> = found.iter().map(|found| found.rule.as_str()).collect();
            let why = Why::guarded(&rules);
            (plan.trace.why_zh, plan.trace.why_en) = (why.zh, why.en);
            self.brief_people(plan, None);
        }
        self.guarded.extend(found);
        self.timings.guard += micros(begun);
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
                let reason = reason_of(reason);
                let why = Why::flow_hands_over(detail);
                self.turn.hand_over(reason, detail, "flow/1", candidates(&judged.hits), why)
            }
        };
        self.brief_people(&mut plan, note.as_deref());
        steps.append(&mut plan.steps);
        steps.append(&mut self.steps);
        plan.steps = steps;
        self.forget();
        plan
    }

    fn brief(&self, why_zh: &str, why_en: &str, note: Option<&str>) -> String {
        brief::of(&brief::Case {
            tongue: self.turn.tongue,
            state: &self.state,
            release: &self.service.brain.release,
            ended: &self.ended,
            calls: &self.calls,
            moods: self.turn.input.moods,
            mood: self.turn.understood.as_ref().map(|understood| &understood.record.mood),
            said: &self.turn.text,
            why_zh,
            why_en,
            note,
        })
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
        let why = Why::flow(&flow, asks.as_deref(), &self.ended);
        if steps.is_empty() {
            // Nothing was said and nobody was called: that must not be the end of a turn.
            let text = self.turn.unknown();
            steps.push(say(Content::text(text), BotOutcome::Failed, None));
        }
        self.turn.plan(steps, decision, "flow/1", candidates(&judged.hits), why)
    }

    /// The lines as messages: what belongs together is one message, an answer from the knowledge base is one of its own.
    fn messages(&mut self, answers: &[PartAnswer]) -> Vec<BotStep> {
        let lines = std::mem::take(&mut self.lines);
        let mut steps = Vec::new();
        let mut text = String::new();
        let last_ask = lines.iter().rposition(|line| matches!(line, Line::Ask { .. }));
        for (at, line) in lines.iter().enumerate() {
            match line {
                Line::Say { text: said } => join(&mut text, said),
                Line::Ask { text: said, options } => {
                    join(&mut text, said);
                    let mut options = options.clone();
                    if Some(at) == last_ask && self.turn.is_upset() {
                        options.push(self.turn.person_option());
                    }
                    flush(&mut steps, &mut text, options, BotOutcome::Asked);
                }
                Line::Answer { answer } => {
                    flush(&mut steps, &mut text, Vec::new(), BotOutcome::Answered);
                    if let Some(part) = answers.get(*answer) {
                        steps.extend(self.turn.said_to(&part.verdict));
                    }
                }
                Line::Entry { key } => {
                    flush(&mut steps, &mut text, Vec::new(), BotOutcome::Answered);
                    let entry = self.turn.case().with_key(key);
                    if let Some(entry) = entry {
                        steps.push(self.turn.answer_with(Reply::of_entry(&self.turn.case(), &entry.id)));
                    }
                }
            }
        }
        flush(&mut steps, &mut text, Vec::new(), BotOutcome::Answered);
        self.lines = lines;
        steps
    }

    fn recorded(&self, mut plan: TurnPlan) -> TurnPlan {
        let frames = self.state.stack.iter().map(|frame| TraceFrame {
            flow: frame.flow.clone(),
            asks: frame.asking.as_ref().map(|asking| asking.slot.clone()),
            slots: brief::slots(&self.service.brain.release, frame, brief::Shown::Masked).into_iter().collect(),
        });
        plan.trace.guard = self.guarded.clone();
        plan.trace.models = self.models.clone();
        plan.trace.dialogue = Some(Box::new(TraceDialogue {
            release: self.state.release.max(self.service.brain.release.number),
            commands: self.judged.iter().map(|judged| command(judged, &self.heard)).collect(),
            steps: self.passed.clone(),
            calls: self.calls.clone(),
            stack: frames.collect(),
            waiting: self.state.waiting.iter().map(|waiting| waiting.flow.clone()).collect(),
            timings: self.timings,
        }));
        plan
    }
}

/// Probability of an intent from which its flow is offered beside an answer.
const OFFERS_FLOW: f32 = 0.5;

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

fn command(judged: &JudgedCommand, heard: &Mended) -> TraceCommand {
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

/// Whether people take over.
fn gives_up(plan: &TurnPlan) -> bool {
    plan.steps.iter().any(|step| matches!(step, BotStep::HandOver { .. }))
}

/// The words of a step that says something.
fn said(step: &BotStep) -> Option<&str> {
    match step {
        BotStep::Say { content, .. } => Some(content.as_text()),
        _ => None,
    }
}

fn join(text: &mut String, said: &str) {
    if said.trim().is_empty() {
        return;
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(said.trim());
}

fn flush(steps: &mut Vec<BotStep>, text: &mut String, options: Vec<Choice>, outcome: BotOutcome) {
    if text.is_empty() {
        return;
    }
    let said = sendable(&std::mem::take(text));
    let content = if options.is_empty() { Content::text(said) } else { Content::Choices { text: said, options } };
    steps.push(say(content, outcome, None));
}

/// A number that is the same for the same message, and spread evenly.
fn seed(id: uuid::Uuid) -> u64 {
    let (high, low) = id.as_u64_pair();
    (high ^ low).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 16
}
