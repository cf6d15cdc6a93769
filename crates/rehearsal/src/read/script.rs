//! Reading a test conversation.

use std::time::Duration;

use regex::Regex;
use yingda_model::{FlowOutcome, Timestamp};
use yingda_yaml::{Is, Key, Map, Node, Place, Problem, parse};

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

struct ScriptReader<'a, 'k> {
    reader: Reader<'a>,
    known: &'k Known<'k>,
}

impl ScriptReader<'_, '_> {
    fn script(&mut self, root: &Node) -> Option<Script> {
        let map = self.reader.map(root, "a test conversation", &KEYS)?;
        let name = self.reader.required(map, root.place, "a test conversation", "conversation");
        let lang = self.reader.lang(map);
        let now = map.get("now").and_then(|node| {
            let moment = node.scalar().and_then(|scalar| Timestamp::parse_rfc3339(&scalar.text));
            if moment.is_none() {
                self.reader.expected("a date and time such as 2026-11-20T10:00:00+08:00", node);
            }
            moment
        });
        let who = self.reader.who(map);
        let channel = map.get("channel").and_then(|node| self.reader.text(node, "a channel"));
        let resets = map.get("backend").and_then(|node| self.reader.one_of(node, &[("reset", true)]));
        let faults = map.get("faults").map(|node| self.faults(node)).unwrap_or_default();
        let turns = match map.get("turns").map(|node| &node.is) {
            Some(Is::List(items)) if !items.is_empty() => items.iter().filter_map(|item| self.turn(item)).collect(),
            _ => {
                let place = map.get("turns").map_or(root.place, |node| node.place);
                self.reader.error(place, "a test conversation needs `turns`, a list of what the customer does");
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
            self.reader.expected("a list of faults", node);
            return Vec::new();
        };
        items.iter().filter_map(|item| self.fault(item)).collect()
    }

    fn fault(&mut self, node: &Node) -> Option<Fault> {
        let map = self.reader.map(node, "a fault", &["path", "kind", "times", "method", "ms"])?;
        let path = self.reader.required(map, node.place, "a fault", "path");
        let kind = self.reader.required(map, node.place, "a fault", "kind");
        let times = map.get("times").and_then(|node| self.reader.decimal(node, 1.0..=100.0));
        let method = map.get("method").and_then(|node| self.reader.text(node, "a method such as POST"));
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
        let map = self.reader.map(node, "a turn", &keys)?;
        let done: Vec<&(Key, Node)> = map.entries.iter().filter(|(key, _)| DOES.contains(&key.name.as_str())).collect();
        let [(key, what)] = done.as_slice() else {
            let problem =
                Problem::error(self.reader.file, node.place, "a turn does one thing: customer, tap, image or wait");
            self.reader.problem(problem.hint("write each in a turn of its own, with a `-` before it"));
            return None;
        };
        let expect = map.get("expect").map(|node| self.expect(node)).unwrap_or_default();
        let does = match key.name.as_str() {
            "customer" => Does::Says(self.reader.text(what, "what the customer writes")?),
            "tap" => Does::Taps(self.reader.text(what, "the id or label of an option")?),
            "image" => {
                self.reader.one_of(what, &[("true", true)])?;
                Does::Picture
            }
            _ => Does::Waits(self.wait(what)?),
        };
        if matches!(does, Does::Waits(_)) && map.get("expect").is_some() {
            let problem = Problem::error(self.reader.file, node.place, "nothing is said while time passes");
            self.reader.problem(problem.hint("put `expect` into the turn that follows"));
        }
        Some(ScriptTurn { place: node.place, does, expect })
    }

    fn wait(&mut self, node: &Node) -> Option<Duration> {
        let text = self.reader.text(node, "a time such as `2 days`")?;
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
            self.reader.expected("a time such as `40 minutes`, `3 hours` or `2 days`", node);
        }
        time
    }

    fn expect(&mut self, node: &Node) -> Expect {
        let Some(map) = self.reader.map(node, "`expect`", &EXPECT) else { return Expect::default() };
        let mut expect = Expect {
            flow: map.get("flow").and_then(|node| self.name_or_none(node, "flow")),
            asks: map.get("asks").and_then(|node| self.name_or_none(node, "slot")),
            ..Expect::default()
        };
        if let Some(slots) = map.get("slots").and_then(|node| self.reader.any_map(node, "`slots`")) {
            for (key, node) in &slots.entries {
                self.slot(&key.name, key.place);
                expect.slots.insert(key.name.clone(), wanted(node));
            }
        }
        expect.says = self.words(map, "says");
        expect.never = self.words(map, "never");
        for node in map.get("answers").into_iter().flat_map(items) {
            let Some(key) = self.reader.text(node, "the key of an entry") else { continue };
            let entries = self.known.entries.map(|entries| entries.iter().map(String::as_str));
            self.reader.known("entry of the knowledge base with the key", &key, node.place, entries);
            expect.answers.push(key);
        }
        expect.calls = map.get("calls").map(|calls| {
            let nodes: Vec<&Node> = items(calls).collect();
            let mut tools = Vec::new();
            for node in nodes {
                let Some(tool) = self.reader.text(node, "the name of a tool") else { continue };
                self.reader.known(
                    "tool",
                    &tool,
                    node.place,
                    self.known.tools.as_ref().map(|tools| tools.iter().copied()),
                );
                tools.push(tool);
            }
            tools
        });
        for node in map.get("refused").into_iter().flat_map(items) {
            let Some(name) = self.reader.text(node, "the name of a command") else { continue };
            self.reader.known("command", &name, node.place, Some(COMMANDS.into_iter()));
            expect.refused.push(name);
        }
        if let Some(ends) = map.get("ends").and_then(|node| self.reader.any_map(node, "`ends`")) {
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
        let Some(map) = self.reader.map(node, "`end`", &keys) else { return End::default() };
        let mut end = End {
            place: node.place,
            handed_over: map.get("handed_over").and_then(|node| self.handed_over(node)),
            ..End::default()
        };
        if let Some(asked) = map.get("backend").and_then(|node| self.reader.any_map(node, "`backend`")) {
            for (key, node) in &asked.entries {
                let Some(values) = self.reader.any_map(node, &format!("`{}`", key.name)) else { continue };
                let values = values.entries.iter().map(|(path, node)| (path.name.clone(), wanted(node)));
                end.backend.push((key.name.clone(), values.collect()));
            }
        }
        end.stack = map.get("stack").map(|stack| {
            let nodes: Vec<&Node> = items(stack).collect();
            let flows = nodes.into_iter().filter_map(|node| {
                let flow = self.reader.text(node, "the id of a flow")?;
                self.flow(&flow, node.place);
                Some(flow)
            });
            flows.collect()
        });
        end
    }

    fn name_or_none(&mut self, node: &Node, what: &str) -> Option<Option<String>> {
        if matches!(node.is, Is::Nothing) {
            return Some(None);
        }
        let name = self.reader.text(node, &format!("the name of a {what}, or `null`"))?;
        if what == "flow" {
            self.flow(&name, node.place);
        } else if !["confirm", "clarify", "resume", "helped", "person"].contains(&name.as_str()) {
            self.slot(&name, node.place);
        }
        Some(Some(name))
    }

    fn flow(&mut self, id: &str, place: Place) {
        self.reader.known("flow", id, place, self.known.flows.as_ref().map(|flows| flows.iter().copied()));
    }

    /// A slot that no flow has is probably a slip. A step may be asked by a name that is not told here: so it is a warning.
    fn slot(&mut self, name: &str, place: Place) {
        let Some(slots) = &self.known.slots else { return };
        if !slots.contains(name) {
            let problem = Problem::warning(self.reader.file, place, format!("no flow has a slot `{name}`"));
            self.reader.problem(problem.meant(name, slots.iter().map(String::as_str)));
        }
    }

    fn words(&mut self, map: &Map, key: &str) -> Vec<Words> {
        let mut words = Vec::new();
        for node in map.get(key).into_iter().flat_map(items) {
            let Some(text) = self.reader.text(node, "words") else { continue };
            let inner =
                text.strip_prefix('/').and_then(|text| text.strip_suffix('/')).filter(|inner| !inner.is_empty());
            match inner.map(Regex::new) {
                None => words.push(Words::Plain(text)),
                Some(Ok(pattern)) => words.push(Words::Pattern(pattern)),
                Some(Err(error)) => self.reader.error(node.place, format!("not a regular expression: {error}")),
            }
        }
        words
    }

    fn handed_over(&mut self, node: &Node) -> Option<HandedOver> {
        let text = self.reader.text(node, "`false`, `true` or the reason")?;
        match text.as_str() {
            "false" => Some(HandedOver::No),
            "true" => Some(HandedOver::Yes),
            _ => {
                self.reader.known("reason for a hand-over", &text, node.place, Some(REASONS.into_iter()));
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
