//! A conversation with the engine: commands go in, what was said and called comes out.

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Value, json};
use yingda_dialogue::{
    Call, Called, Circumstances, Command, Effect, HandOver, Known, KnownInput, KnownTool, Lang, Line, Needs, Next,
    Outcome, Proposed, Release, Tone, begin, read_release, resume, take,
};
use yingda_expression::Names;
use yingda_model::{DialogueState, FlowOutcome, HandOverReason, Timestamp};

/// Tools that tests name: `shop.get*` reads, all others write.
pub fn known() -> Known {
    let inputs = ["a", "order_no", "item", "number", "ref"].map(|name| KnownInput {
        name: name.into(),
        required: false,
        of: None,
    });
    let tool =
        |name: &str, effect| KnownTool { name: name.into(), inputs: inputs.to_vec(), effect, needs: Needs::None };
    let mut tools = vec![tool("shop.get", Effect::Read), tool("shop.get_order", Effect::Read)];
    for name in ["shop.make", "shop.unmake", "shop.book", "shop.unbook", "shop.pay", "shop.finish"] {
        tools.push(tool(name, Effect::Write));
    }
    Known { tools, ..Known::default() }
}

/// A release of flows, each a YAML text, with the wording of tests.
pub fn release(flows: &[&str]) -> Release {
    let named: Vec<(String, &str)> = flows
        .iter()
        .map(|text| {
            let id = text.trim_start().strip_prefix("flow: ").unwrap().lines().next().unwrap();
            (format!("flows/{id}.yml"), *text)
        })
        .collect();
    let mut files: Vec<(&str, &str)> = named.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    let identity = if named.iter().any(|(path, _)| path == "flows/identity.yml") { "identity: identity\n" } else { "" };
    let wording = format!("{identity}{WORDING}");
    files.push(("wording.yml", &wording));
    let (release, problems) = read_release(1, &files, &known());
    let told: Vec<String> = problems.iter().filter(|p| p.is_error()).map(ToString::to_string).collect();
    release.unwrap_or_else(|| panic!("{}", told.join("\n")))
}

/// One variant each, so that tests can name what is said.
const WORDING: &str = "persona: {name: {zh: 小禾, en: Xiaohe}, tone: {zh: 亲切, en: warm}}
resume_after_minutes: 30
expire_after_days: 7
phrases:
  tool_failed: {zh: 没办成, en: Failed and unchanged.}
  tool_failed_undone: {zh: 已撤回, en: Failed and undone.}
  uncertain: {zh: 不确定, en: Uncertain.}
  cancelled: {zh: '停 {{ title }}', en: 'Stopped {{ title }}.'}
  cancelled_and_undone: {zh: '撤 {{ title }}', en: 'Stopped and undone {{ title }}.'}
  cancelled_but_done: {zh: '留 {{ title }}', en: 'Stopped but stays {{ title }}.'}
  not_done: {zh: 没做, en: Not done.}
";

pub struct Talk {
    pub release: Release,
    pub state: DialogueState,
    pub now: i64,
    pub tone: Tone,
    pub lang: Lang,
    pub seed: u64,
    pub customer: Needs,
    /// What tools answer, by their names, in order; without an answer an object with `id` and `ref`.
    pub answers: BTreeMap<String, VecDeque<Called>>,
}

/// What a turn came to.
#[derive(Debug)]
pub struct Turn {
    pub said: String,
    pub options: Vec<String>,
    pub next: Next,
    pub refused: Vec<(String, String)>,
    pub executed: Vec<String>,
    pub calls: Vec<Call>,
    pub ended: Vec<(String, FlowOutcome)>,
    pub lines: Vec<Line>,
    pub steps: usize,
}

impl Turn {
    #[track_caller]
    pub fn says(&self, part: &str) -> &Self {
        assert!(self.said.contains(part), "expected “{part}” in:\n{}", self.said);
        self
    }

    #[track_caller]
    pub fn never(&self, part: &str) -> &Self {
        assert!(!self.said.contains(part), "not expected “{part}” in:\n{}", self.said);
        self
    }

    #[track_caller]
    pub fn calls(&self, expected: &[&str]) -> &Self {
        let came: Vec<&str> = self.calls.iter().map(|call| call.tool.as_str()).collect();
        assert_eq!(came, expected, "{}", self.said);
        self
    }

    #[track_caller]
    pub fn ends(&self, expected: &[(&str, FlowOutcome)]) -> &Self {
        let came: Vec<(&str, FlowOutcome)> = self.ended.iter().map(|(flow, how)| (flow.as_str(), *how)).collect();
        assert_eq!(came, expected, "{}", self.said);
        self
    }

    #[track_caller]
    pub fn refuses(&self, name: &str) -> &Self {
        assert!(self.refused.iter().any(|(refused, _)| refused == name), "{:?}", self.refused);
        self
    }

    #[track_caller]
    pub fn executes_all(&self) -> &Self {
        assert!(self.refused.is_empty(), "{:?}", self.refused);
        self
    }

    #[track_caller]
    pub fn hands_over(&self, expected: HandOver) -> &Self {
        match &self.next {
            Next::HandOver { reason, .. } => assert_eq!(*reason, expected),
            other => panic!("{other:?}: {}", self.said),
        }
        self
    }
}

pub fn failed(code: &str) -> Called {
    Called::Failed { code: code.into(), message: "no luck".into(), acted: false }
}

pub fn uncertain() -> Called {
    Called::Failed { code: "uncertain".into(), message: "no answer".into(), acted: true }
}

pub fn ok(output: Value) -> Called {
    Called::Ok { output }
}

impl Talk {
    pub fn new(flows: &[&str]) -> Self {
        Self::with(release(flows))
    }

    pub fn with(release: Release) -> Self {
        Self {
            release,
            state: DialogueState::default(),
            now: 1_800_000_000_000,
            tone: Tone::Normal,
            lang: Lang::En,
            seed: 0,
            customer: Needs::None,
            answers: BTreeMap::new(),
        }
    }

    pub fn answer(&mut self, tool: &str, called: Called) -> &mut Self {
        self.answers.entry(tool.into()).or_default().push_back(called);
        self
    }

    pub fn wait(&mut self, minutes: i64) -> &mut Self {
        self.now += minutes * 60_000;
        self
    }

    fn engine(&mut self, act: impl FnOnce(&Release, &mut DialogueState, &Circumstances<'_>) -> Outcome) -> Outcome {
        let mut names = Names::new();
        for name in ["inbox", "desk", "settings"] {
            names.set(name, json!({}));
        }
        let lang = if self.lang == Lang::Zh { "zh" } else { "en" };
        names.set("lang", json!(lang)).set("channel", json!("web")).set("contact", json!({"external_id": null}));
        let turn = Circumstances {
            lang: self.lang,
            tone: self.tone,
            now: Timestamp(self.now),
            customer: self.customer,
            names: &names,
            seed: self.seed,
        };
        act(&self.release, &mut self.state, &turn)
    }

    pub fn say(&mut self, commands: impl IntoIterator<Item = Command>) -> Turn {
        let proposed: Vec<Proposed> = commands
            .into_iter()
            .enumerate()
            .map(|(at, command)| Proposed { command, by: "test".into(), score: 1.0, start: at, end: at + 1 })
            .collect();
        self.turn(|release, state, turn| take(release, state, turn, proposed))
    }

    pub fn trigger(&mut self, flow: &str, values: &[(&str, Value)]) -> Turn {
        let values = values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        self.turn(|release, state, turn| begin(release, state, turn, flow, values))
    }

    /// A turn with all its calls.
    pub fn turn(&mut self, act: impl FnOnce(&Release, &mut DialogueState, &Circumstances<'_>) -> Outcome) -> Turn {
        self.now += 1_000;
        let first = self.engine(act);
        let mut turn = Turn {
            said: String::new(),
            options: Vec::new(),
            next: Next::Nobody,
            refused: Vec::new(),
            executed: Vec::new(),
            calls: Vec::new(),
            ended: Vec::new(),
            lines: Vec::new(),
            steps: 0,
        };
        let mut next = first;
        loop {
            for judged in next.judged {
                let name = judged.proposed.command.name().to_owned();
                match judged.refused {
                    Some(why) => turn.refused.push((name, why)),
                    None => turn.executed.push(name),
                }
            }
            for line in next.lines {
                match &line {
                    Line::Say { text } => turn.said += &format!("{text}\n"),
                    Line::Ask { text, options } => {
                        turn.said += &format!("{text}\n");
                        turn.options = options.iter().map(|option| option.id.clone()).collect();
                    }
                    Line::Answer { answer } => turn.said += &format!("<answer {answer}>\n"),
                    Line::Entry { key } => turn.said += &format!("<entry {key}>\n"),
                }
                turn.lines.push(line);
            }
            turn.ended.extend(next.ended);
            turn.steps += next.steps.len();
            let Next::Call(call) = next.next else {
                turn.next = next.next;
                return turn;
            };
            assert!(turn.calls.len() < 100, "calls without end: {:?}", turn.calls.last());
            let called = self.answers.get_mut(&call.tool).and_then(VecDeque::pop_front);
            let called =
                called.unwrap_or_else(|| ok(json!({"ok": true, "id": "cust-1", "ref": format!("R{}", call.number)})));
            turn.calls.push(call.clone());
            next = self.engine(|release, state, turn| resume(release, state, turn, call.number, called));
        }
    }

    pub fn start(&mut self, flow: &str) -> Turn {
        self.say([start(flow)])
    }

    pub fn fill(&mut self, slot: &str, value: impl Into<Value>) -> Turn {
        self.say([fill(slot, value)])
    }

    pub fn yes(&mut self) -> Turn {
        self.say([Command::Affirm])
    }

    pub fn no(&mut self) -> Turn {
        self.say([Command::Deny])
    }

    pub fn nonsense(&mut self) -> Turn {
        self.say([Command::CannotHandle])
    }

    pub fn asked(&self) -> &str {
        self.state.asking().map_or("", |asking| asking.slot.as_str())
    }

    pub fn flows(&self) -> Vec<&str> {
        self.state.stack.iter().map(|frame| frame.flow.as_str()).collect()
    }

    pub fn value(&self, name: &str) -> Value {
        self.state.top().and_then(|frame| frame.values.get(name)).cloned().unwrap_or_default()
    }
}

pub fn start(flow: &str) -> Command {
    Command::StartFlow { flow: flow.into() }
}

pub fn fill(slot: &str, value: impl Into<Value>) -> Command {
    Command::FillSlot { slot: slot.into(), value: value.into() }
}

pub fn correct(slot: &str, value: Option<Value>) -> Command {
    Command::CorrectSlot { slot: slot.into(), value }
}

pub fn person() -> Command {
    Command::HandOver { reason: HandOverReason::Requested, detail: "agent".into() }
}
