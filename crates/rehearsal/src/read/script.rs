//! Reading a test conversation.

use std::time::Duration;

use regex::Regex;
use yingda_model::{FlowOutcome, Timestamp};
use yingda_yaml::{Is, Key, Map, Node, Place, Problem, parse, said};

use super::Known;
use super::node::{Reader, wanted};
use crate::backend::Fault;
use crate::script::{Does, End, Expect, HandedOver, Script, ScriptTurn, Words};

const KEYS: [&str; 9] = ["conversation", "lang", "now", "contact", "channel", "backend", "faults", "turns", "end"];
const DOES: [&str; 4] = ["customer", "tap", "image", "wait"];
const EXPECT: [&str; 10] =
    ["flow", "asks", "slots", "says", "never", "answers", "calls", "refused", "ends", "handed_over"];
const OUTCOMES: [(&str, FlowOutcome); 5] = [
    ("done", FlowOutcome::Done),
    ("cancelled", FlowOutcome::Cancelled),
    ("failed", FlowOutcome::Failed),
    ("handed_over", FlowOutcome::HandedOver),
    ("expired", FlowOutcome::Expired),
];
/// Names of commands that can be refused.
const COMMANDS: [&str; 11] = [
    "start_flow",
    "fill_slot",
    "correct_slot",
    "affirm",
    "deny",
    "cancel",
    "answer",
    "clarify",
    "chit_chat",
    "hand_over",
    "cannot_handle",
];

/// Reads a file; what is wrong is put into `problems`.
pub(super) fn read(file: &str, text: &str, known: &Known<'_>, problems: &mut Vec<Problem>) -> Option<Script> {
    let root = parse(file, text, problems)?;
    let before = problems.len();
    let mut reader = ScriptReader { reader: Reader::new(file, problems), known };
    let script = reader.script(&root)?;
    (!problems[before..].iter().any(Problem::is_error)).then_some(script)
}

/// What a name in `expect` is the name of.
#[derive(Clone, Copy)]
enum Named {
    Flow,
    Slot,
}

struct ScriptReader<'a, 'k> {
    reader: Reader<'a>,
    known: &'k Known<'k>,
}

impl ScriptReader<'_, '_> {
    fn script(&mut self, root: &Node) -> Option<Script> {
        let whose = said!("测试对话", "a test conversation");
        let map = self.reader.map(root, &whose, &KEYS)?;
        let name = self.reader.required(map, root.place, &whose, "conversation");
        let lang = self.reader.lang(map);
        let now = map.get("now").and_then(|node| {
            let moment = node.scalar().and_then(|scalar| Timestamp::parse_rfc3339(&scalar.text));
            if moment.is_none() {
                let what = said!(
                    "日期和时间，例如 2026-11-20T10:00:00+08:00",
                    "a date and time such as 2026-11-20T10:00:00+08:00"
                );
                self.reader.expected(&what, node);
            }
            moment
        });
        let who = self.reader.who(map);
        let channel = map.get("channel").and_then(|node| self.reader.text(node, &said!("渠道", "a channel")));
        let resets = map.get("backend").and_then(|node| self.reader.one_of(node, &[("reset", true)]));
        let faults = map.get("faults").map(|node| self.faults(node)).unwrap_or_default();
        let turns = match map.get("turns").map(|node| &node.is) {
            Some(Is::List(items)) if !items.is_empty() => items.iter().filter_map(|item| self.turn(item)).collect(),
            _ => {
                let place = map.get("turns").map_or(root.place, |node| node.place);
                let message = said!(
                    "测试对话缺少“turns”：逐条列出顾客做什么",
                    "a test conversation needs `turns`, a list of what the customer does"
                );
                self.reader.error(place, message);
                Vec::new()
            }
        };
        let end = map.get("end").map(|node| self.end(node)).unwrap_or_default();
        Some(Script {
            name: name?,
            file: self.reader.file.to_owned(),
            lang,
            now,
            who,
            channel: channel.unwrap_or_else(|| "web".into()),
            resets: resets.unwrap_or_default(),
            faults,
            turns,
            end,
        })
    }

    fn faults(&mut self, node: &Node) -> Vec<Fault> {
        let Is::List(items) = &node.is else {
            self.reader.expected(&said!("故障的列表", "a list of faults"), node);
            return Vec::new();
        };
        items.iter().filter_map(|item| self.fault(item)).collect()
    }

    fn fault(&mut self, node: &Node) -> Option<Fault> {
        let whose = said!("故障", "a fault");
        let map = self.reader.map(node, &whose, &["path", "kind", "times", "method", "ms"])?;
        let path = self.reader.required(map, node.place, &whose, "path");
        let kind = self.reader.required(map, node.place, &whose, "kind");
        let times = map.get("times").and_then(|node| self.reader.decimal(node, 1.0..=100.0));
        let what = said!("请求方法，例如 POST", "a method such as POST");
        let method = map.get("method").and_then(|node| self.reader.text(node, &what));
        let ms = map.get("ms").and_then(|node| self.reader.decimal(node, 0.0..=60_000.0));
        Some(Fault {
            path: path?,
            kind: kind?,
            times: times.map_or(1, |times| times as u32),
            method,
            ms: ms.map(|ms| ms as u64),
        })
    }

    fn turn(&mut self, node: &Node) -> Option<ScriptTurn> {
        let keys: Vec<&str> = DOES.iter().copied().chain(["expect"]).collect();
        let map = self.reader.map(node, &said!("一轮对话", "a turn"), &keys)?;
        let done: Vec<&(Key, Node)> = map.entries.iter().filter(|(key, _)| DOES.contains(&key.name.as_str())).collect();
        let [(key, what)] = done.as_slice() else {
            let message = said!(
                "一轮只做一件事：customer、tap、image 或 wait",
                "a turn does one thing: customer, tap, image or wait"
            );
            let hint = said!("请各写一轮，每轮前面加 `-`", "write each in a turn of its own, with a `-` before it");
            self.reader.error_with(node.place, message, hint);
            return None;
        };
        let expect = map.get("expect").map(|node| self.expect(node)).unwrap_or_default();
        let does = match key.name.as_str() {
            "customer" => Does::Says(self.reader.text(what, &said!("顾客写的话", "what the customer writes"))?),
            "tap" => {
                let option = said!("选项的 id 或文字", "the id or label of an option");
                Does::Taps(self.reader.text(what, &option)?)
            }
            "image" => {
                self.reader.one_of(what, &[("true", true)])?;
                Does::Picture
            }
            _ => Does::Waits(self.wait(what)?),
        };
        if matches!(does, Does::Waits(_)) && map.get("expect").is_some() {
            let message = said!("等待的时候不会说话", "nothing is said while time passes");
            let hint = said!("请把“expect”写到下一轮里", "put `expect` into the turn that follows");
            self.reader.error_with(node.place, message, hint);
        }
        Some(ScriptTurn { place: node.place, does, expect })
    }

    fn wait(&mut self, node: &Node) -> Option<Duration> {
        let text = self.reader.text(node, &said!("时长，例如 `2 days`", "a time such as `2 days`"))?;
        let time = text.split_once(' ').and_then(|(count, unit)| {
            let seconds = match unit.trim_end_matches('s') {
                "minute" => 60,
                "hour" => 3_600,
                "day" => 86_400,
                _ => return None,
            };
            Some(Duration::from_secs(count.parse::<u32>().ok()? as u64 * seconds))
        });
        if time.is_none() {
            let what = said!(
                "时长，例如 `40 minutes`、`3 hours` 或 `2 days`",
                "a time such as `40 minutes`, `3 hours` or `2 days`"
            );
            self.reader.expected(&what, node);
        }
        time
    }

    fn expect(&mut self, node: &Node) -> Expect {
        let whose = said!("“expect”", "`expect`");
        let Some(map) = self.reader.map(node, &whose, &EXPECT) else { return Expect::default() };
        let mut expect = Expect {
            flow: map.get("flow").and_then(|node| self.name_or_none(node, Named::Flow)),
            asks: map.get("asks").and_then(|node| self.name_or_none(node, Named::Slot)),
            ..Expect::default()
        };
        if let Some(slots) = map.get("slots").and_then(|node| self.reader.any_map(node, &said!("“slots”", "`slots`")))
        {
            for (key, node) in &slots.entries {
                self.slot(&key.name, key.place);
                expect.slots.insert(key.name.clone(), wanted(node));
            }
        }
        expect.says = self.words(map, "says");
        expect.never = self.words(map, "never");
        for node in map.get("answers").into_iter().flat_map(items) {
            let Some(key) = self.reader.text(node, &said!("知识条目的编号", "the key of an entry")) else {
                continue;
            };
            let entries = self.known.entries.map(|entries| entries.iter().map(String::as_str));
            let what = said!("知识条目", "entry of the knowledge base with the key");
            self.reader.known(&what, &key, node.place, entries);
            expect.answers.push(key);
        }
        expect.calls = map.get("calls").map(|calls| {
            let nodes: Vec<&Node> = items(calls).collect();
            let mut tools = Vec::new();
            for node in nodes {
                let Some(tool) = self.reader.text(node, &said!("工具的名称", "the name of a tool")) else {
                    continue;
                };
                let known = self.known.tools.as_ref().map(|tools| tools.iter().copied());
                self.reader.known(&said!("工具", "tool"), &tool, node.place, known);
                tools.push(tool);
            }
            tools
        });
        for node in map.get("refused").into_iter().flat_map(items) {
            let Some(name) = self.reader.text(node, &said!("命令的名称", "the name of a command")) else {
                continue;
            };
            self.reader.known(&said!("命令", "command"), &name, node.place, Some(COMMANDS.into_iter()));
            expect.refused.push(name);
        }
        if let Some(ends) = map.get("ends").and_then(|node| self.reader.any_map(node, &said!("“ends”", "`ends`"))) {
            for (key, node) in &ends.entries {
                self.flow(&key.name, key.place);
                if let Some(outcome) = self.reader.one_of(node, &OUTCOMES) {
                    expect.ends.insert(key.name.clone(), outcome);
                }
            }
        }
        expect.handed_over = map.get("handed_over").and_then(|node| self.handed_over(node));
        expect
    }

    fn end(&mut self, node: &Node) -> End {
        let keys = ["handed_over", "backend", "stack"];
        let Some(map) = self.reader.map(node, &said!("“end”", "`end`"), &keys) else { return End::default() };
        let mut end = End {
            place: node.place,
            handed_over: map.get("handed_over").and_then(|node| self.handed_over(node)),
            ..End::default()
        };
        if let Some(asked) =
            map.get("backend").and_then(|node| self.reader.any_map(node, &said!("“backend”", "`backend`")))
        {
            for (key, node) in &asked.entries {
                let whose = said!("“{name}”", "`{name}`", name = key.name);
                let Some(values) = self.reader.any_map(node, &whose) else { continue };
                let values = values.entries.iter().map(|(path, node)| (path.name.clone(), wanted(node)));
                end.backend.push((key.name.clone(), values.collect()));
            }
        }
        end.stack = map.get("stack").map(|stack| {
            let nodes: Vec<&Node> = items(stack).collect();
            let flows = nodes.into_iter().filter_map(|node| {
                let flow = self.reader.text(node, &said!("流程的 id", "the id of a flow"))?;
                self.flow(&flow, node.place);
                Some(flow)
            });
            flows.collect()
        });
        end
    }

    fn name_or_none(&mut self, node: &Node, named: Named) -> Option<Option<String>> {
        if matches!(node.is, Is::Nothing) {
            return Some(None);
        }
        let what = match named {
            Named::Flow => said!("流程的名称，或者 `null`", "the name of a flow, or `null`"),
            Named::Slot => said!("槽位的名称，或者 `null`", "the name of a slot, or `null`"),
        };
        let name = self.reader.text(node, &what)?;
        match named {
            Named::Flow => self.flow(&name, node.place),
            Named::Slot if ["confirm", "clarify", "resume", "helped", "person"].contains(&name.as_str()) => {}
            Named::Slot => self.slot(&name, node.place),
        }
        Some(Some(name))
    }

    fn flow(&mut self, id: &str, place: Place) {
        let flows = self.known.flows.as_ref().map(|flows| flows.iter().copied());
        self.reader.known(&said!("流程", "flow"), id, place, flows);
    }

    /// A slot that no flow has is probably a slip. A step may be asked by a name that is not told here: so it is a warning.
    fn slot(&mut self, name: &str, place: Place) {
        let Some(slots) = &self.known.slots else { return };
        if !slots.contains(name) {
            let message = said!("没有流程有槽位“{name}”", "no flow has a slot `{name}`");
            let problem = Problem::warning(self.reader.file, place, message);
            self.reader.problem(problem.meant(name, slots.iter().map(String::as_str)));
        }
    }

    fn words(&mut self, map: &Map, key: &str) -> Vec<Words> {
        let mut words = Vec::new();
        for node in map.get(key).into_iter().flat_map(items) {
            let Some(text) = self.reader.text(node, &said!("词语", "words")) else { continue };
            let inner =
                text.strip_prefix('/').and_then(|text| text.strip_suffix('/')).filter(|inner| !inner.is_empty());
            match inner.map(Regex::new) {
                None => words.push(Words::Plain(text)),
                Some(Ok(pattern)) => words.push(Words::Pattern(pattern)),
                Some(Err(error)) => {
                    let message = said!("不是正则表达式：{error}", "not a regular expression: {error}");
                    self.reader.error(node.place, message);
                }
            }
        }
        words
    }

    fn handed_over(&mut self, node: &Node) -> Option<HandedOver> {
        let what = said!("“false”“true”或原因", "`false`, `true` or the reason");
        let text = self.reader.text(node, &what)?;
        match text.as_str() {
            "false" => Some(HandedOver::No),
            "true" => Some(HandedOver::Yes),
            _ => {
                let what = said!("转人工的原因", "reason for a hand-over");
                self.reader.known(&what, &text, node.place, Some(REASONS.into_iter()));
                Some(HandedOver::Because(text))
            }
        }
    }
}

/// Why conversations are handed over, as traces call it.
const REASONS: [&str; 11] = [
    "requested",
    "repeated_failure",
    "cannot_read",
    "intent",
    "upset",
    "safety",
    "flow",
    "high_value",
    "rule",
    "tool_failed",
    "guard",
];

/// The items of a list; what is no list is its only item.
fn items(node: &Node) -> Box<dyn Iterator<Item = &Node> + '_> {
    match &node.is {
        Is::List(items) => Box::new(items.iter()),
        Is::Nothing => Box::new(std::iter::empty()),
        _ => Box::new(std::iter::once(node)),
    }
}
