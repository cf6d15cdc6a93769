//! Steps.

use yingda_expression::Expression;

use super::reader::Reader;
use crate::{Collect, Does, End, HandOver, Place, Problem, Step, ToolStep};
use yingda_yaml::{Is, Map, Node, Said, said};

/// The most steps of a flow.
pub(super) const MOST_STEPS: usize = 500;
/// The most rounds of a loop.
const MOST_ROUNDS: u32 = 50;

/// What a step can do, with the keys that belong to it. `id` and `if` belong to all.
pub(crate) const KINDS: [(&str, &[&str]); 17] = [
    ("collect", &["ask", "offer", "check", "invalid", "retries", "otherwise"]),
    ("say", &[]),
    ("choice", &["into", "options"]),
    ("do", &["with", "into", "on_error", "undo"]),
    ("branch", &[]),
    ("for", &["in", "most", "steps"]),
    ("confirm", &["no"]),
    ("set", &[]),
    ("forget", &[]),
    ("again", &[]),
    ("call", &["with", "into"]),
    ("link", &[]),
    ("knowledge", &[]),
    ("hand_over", &[]),
    ("end", &[]),
    ("undo", &[]),
    ("else", &[]),
];

/// What messages call a step of a kind.
fn step_of(kind: &str) -> Said {
    said!("“{kind}”步骤", "a `{kind}` step")
}

fn tool_name() -> Said {
    said!("工具的名称（`业务系统.工具`）", "the name of a tool (`backend.tool`)")
}

impl Reader<'_> {
    /// A list of steps. Steps that cannot be read are reported and left out.
    pub fn steps(&mut self, node: &Node) -> Vec<Step> {
        let Some(items) = self.list(node, &said!("步骤的列表（`- say: …`）", "a list of steps (`- say: …`)"))
        else {
            return Vec::new();
        };
        if items.is_empty() {
            self.error(node.place, said!("应为步骤，列表却是空的", "expected steps, but the list is empty"));
        }
        items.iter().filter_map(|item| self.step(item)).collect()
    }

    fn step(&mut self, node: &Node) -> Option<Step> {
        self.steps += 1;
        if self.steps == MOST_STEPS + 1 {
            let message = said!("一个流程里超过了 {MOST_STEPS} 个步骤", "more than {MOST_STEPS} steps in one flow");
            let hint =
                said!("请把一部分移到单独的流程里，再用“call”调用", "move a part into a flow of its own and `call` it");
            self.error_with(node.place, message, hint);
        }
        if matches!(node.is, Is::Spoiled) {
            return None;
        }
        let Is::Map(map) = &node.is else {
            let came = node.came();
            let message = said!("应为步骤，实际是{came}", "expected a step, but {came} came", [came]);
            let hint = said!(
                "步骤要写明做什么：`- say: {{zh: …, en: …}}`",
                "a step says what it does: `- say: {{zh: …, en: …}}`"
            );
            self.error_with(node.place, message, hint);
            return None;
        };
        let place = node.place;
        let kind = self.kind(map, place);
        self.notice_names(map);
        let kind = kind?;
        let own = KINDS.iter().find(|(name, _)| *name == kind).map_or(&[][..], |(_, keys)| keys);
        let keys: Vec<&str> = [kind, "id", "if"].into_iter().chain(own.iter().copied()).collect();
        self.keys(map, &step_of(kind), &keys);
        let id = map.get("id").and_then(|node| {
            self.spots.put(place, "id", node.place);
            self.name(node, &said!("id", "an id"))
        });
        let only_if = match map.get("if") {
            Some(node) => Some(self.expression(node, place, "if")?),
            None => None,
        };
        let does = self.does(kind, map, place)?;
        Some(Step { id, only_if, does, place })
    }

    /// Which of the kinds a step is.
    fn kind(&mut self, map: &Map, place: Place) -> Option<&'static str> {
        let found: Vec<&'static str> =
            KINDS.iter().map(|(name, _)| *name).filter(|name| map.get(name).is_some()).collect();
        match found.as_slice() {
            ["else", ..] | [.., "else"] => {
                let message = said!("“else”要写在“branch”的列表里", "`else` belongs into the list of a `branch`");
                self.error(place, message);
                None
            }
            [kind] | [kind @ "do", "undo"] => Some(kind),
            [] => {
                let came: Vec<&str> = map
                    .entries
                    .iter()
                    .map(|(key, _)| key.name.as_str())
                    .filter(|name| !["id", "if"].contains(name))
                    .collect();
                let kinds = || KINDS.iter().map(|(name, _)| *name).filter(|name| *name != "else");
                let first = came.first().copied().unwrap_or_default();
                let problem = if came.is_empty() {
                    Problem::error(self.file, place, said!("这个步骤什么也没有做", "the step does nothing"))
                } else if came == ["then"] && map.get("if").is_some() {
                    let message = said!(
                        "“if”和“then”要写在“branch”的列表里",
                        "`if` with `then` belongs into the list of a `branch`"
                    );
                    let hint = said!(
                        "请先写 `- branch:`，下一行缩进两个空格，再写 `- if: …`",
                        "write `- branch:` and put `- if: …` below it, two spaces further in"
                    );
                    self.error_with(place, message, hint);
                    return None;
                } else {
                    let place = map.key(first).map_or(place, |key| key.place);
                    Problem::error(self.file, place, said!("没有“{first}”这种步骤", "there is no step `{first}`"))
                };
                self.problems.push(problem.one_of(first, kinds()));
                None
            }
            [first, second, ..] => {
                let place = map.key(second).map_or(place, |key| key.place);
                let message = said!(
                    "一个步骤只做一件事，这里却同时有“{first}”和“{second}”",
                    "one step does one thing, but here are `{first}` and `{second}`"
                );
                let hint = said!("请另起一个步骤：`- {second}: …`", "begin a step of its own: `- {second}: …`");
                self.error_with(place, message, hint);
                None
            }
        }
    }

    /// Notes what the step would name, even where it cannot be read.
    fn notice_names(&mut self, map: &Map) {
        for key in ["into", "for", "collect"] {
            if let Some(Node { is: Is::Scalar(scalar), .. }) = map.get(key) {
                self.given.insert(scalar.text.clone());
            }
        }
        if let Some(Node { is: Is::Map(set), .. }) = map.get("set") {
            self.given.extend(set.entries.iter().map(|(key, _)| key.name.clone()));
        }
    }

    fn does(&mut self, kind: &str, map: &Map, place: Place) -> Option<Does> {
        let node = map.get(kind)?;
        self.spots.put(place, kind, node.place);
        Some(match kind {
            "collect" => Does::Collect(Box::new(self.collect(node, map, place)?)),
            "say" => Does::Say(self.text(node, place, kind)?),
            "choice" => {
                let ask = self.text(node, place, kind);
                let into = self.into(map, place);
                let options = self.required(map, place, &step_of("choice"), "options");
                let options = options.and_then(|node| self.options(node, true));
                Does::Choice { ask: ask?, into, options: options? }
            }
            "do" => Does::Call(Box::new(self.tool(node, map, place)?)),
            "branch" => self.branch(node, place)?,
            "for" => self.loops(node, map, place)?,
            "confirm" => {
                let ask = self.text(node, place, kind);
                let no = map.get("no").map(|node| self.steps(node));
                Does::Confirm { ask: ask?, no }
            }
            "set" => {
                let set = self.expressions(node, place, "set");
                let good =
                    set.iter().all(|(name, _)| self.is_free_name(name, self.spots.of(place, &format!("set.{name}:"))));
                good.then_some(Does::Set(set))?
            }
            "forget" => Does::Forget(self.words(node, &said!("槽位", "slots"))),
            "again" => Does::Again(self.word(node, &said!("槽位的名称", "a slot"))?),
            "call" => {
                let flow = self.word(node, &said!("流程的 id", "the id of a flow"));
                let with = map.get("with").map(|node| self.expressions(node, place, "with")).unwrap_or_default();
                Does::Run { flow: flow?, with, into: self.into(map, place) }
            }
            "link" => Does::Link { flow: self.word(node, &said!("流程的 id", "the id of a flow"))? },
            "knowledge" => Does::Knowledge(self.word(node, &said!("知识条目的编号", "the key of an entry"))?),
            "undo" => match self.word(node, &said!("“all”", "`all`"))?.as_str() {
                "all" => Does::UndoAll,
                _ => {
                    let came = node.came();
                    let message = said!("应为“all”，实际是{came}", "expected `all`, but {came} came", [came]);
                    let hint = said!(
                        "单独的步骤写 `undo: all`；只撤回一次调用的，写在那个 `- do: …` 步骤里：`undo: {{do: …, with: …}}`",
                        "`undo: all` is a step; what takes back one call stands within its step: `- do: …` with `undo: {{do: …, with: …}}`"
                    );
                    self.error_with(node.place, message, hint);
                    return None;
                }
            },
            "hand_over" => self.hand_over(node, place)?,
            _ => Does::End(self.end(node)?),
        })
    }

    /// The name that a result gets.
    fn into(&mut self, map: &Map, place: Place) -> Option<String> {
        let node = map.get("into")?;
        self.spots.put(place, "into", node.place);
        let name = self.word(node, &said!("结果的名称", "a name for the result"))?;
        self.is_free_name(&name, node.place).then_some(name)
    }

    fn collect(&mut self, node: &Node, map: &Map, place: Place) -> Option<Collect> {
        let slot = self.word(node, &said!("槽位的名称", "a slot"));
        let ask = self.required(map, place, &step_of("collect"), "ask");
        let ask = ask.and_then(|node| self.text(node, place, "ask"));
        let mut expression =
            |key: &str| map.get(key).map_or(Some(None), |node| self.expression(node, place, key).map(Some));
        let (offer, check) = (expression("offer"), expression("check"));
        let invalid = map.get("invalid").and_then(|node| self.text(node, place, "invalid"));
        if let (Some(key), None) = (map.key("invalid"), map.get("check")) {
            let message = said!(
                "“invalid”是“check”不成立时说的话，但这里没有“check”",
                "`invalid` is said when `check` is false, but there is no `check`"
            );
            self.error(key.place, message);
        }
        let retries = map.get("retries").and_then(|node| self.number(node, 0..=9)).unwrap_or(2);
        let otherwise = map.get("otherwise").map(|node| self.steps(node));
        let retries = u8::try_from(retries).unwrap_or(2);
        Some(Collect { slot: slot?, ask: ask?, offer: offer?, check: check?, invalid, retries, otherwise })
    }

    fn tool(&mut self, node: &Node, map: &Map, place: Place) -> Option<ToolStep> {
        let tool = self.word(node, &tool_name());
        let with = map.get("with").map(|node| self.expressions(node, place, "with")).unwrap_or_default();
        let into = self.into(map, place);
        let mut on_error = Vec::new();
        if let Some(node) = map.get("on_error") {
            if let Is::Map(codes) = &node.is {
                for (code, steps) in &codes.entries {
                    self.spots.put(place, format!("on_error.{}", code.name), code.place);
                    on_error.push((code.name.clone(), self.steps(steps)));
                }
            } else {
                let what = said!(
                    "按错误写明步骤（`not_found: [ … ]`、`any: [ … ]`）",
                    "a mapping of error codes to steps (`not_found: [ … ]`, `any: [ … ]`)"
                );
                self.expected(&what, node);
            }
        }
        let undo = map.get("undo").and_then(|node| self.undo(node, place));
        Some(ToolStep { tool: tool?, with, into, on_error, undo })
    }

    fn undo(&mut self, node: &Node, place: Place) -> Option<(String, Vec<(String, Expression)>)> {
        let whose = said!("撤回的办法", "what takes a call back");
        let map = self.map(node, &whose, &["do", "with"])?;
        let tool = self.required(map, node.place, &whose, "do")?;
        self.spots.put(place, "undo.do", tool.place);
        let tool = self.word(tool, &tool_name())?;
        let with = map.get("with").map(|node| self.expressions(node, place, "undo.with")).unwrap_or_default();
        Some((tool, with))
    }

    fn branch(&mut self, node: &Node, place: Place) -> Option<Does> {
        let what = said!(
            "情况的列表（`- if: …` 和 `then:`，最后可以有 `- else:`）",
            "a list of cases (`- if: …` with `then:`, at the end `- else:`)"
        );
        let items = self.list(node, &what)?;
        let whose = said!("“branch”里的一种情况", "a case of a branch");
        let mut arms = Vec::new();
        let mut otherwise = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let Is::Map(map) = &item.is else {
                let what =
                    said!("一种情况（`if:` 和 `then:`，或者 `else:`）", "a case (`if:` with `then:`, or `else:`)");
                self.expected(&what, item);
                continue;
            };
            self.keys(map, &whose, &["if", "then", "else"]);
            if let Some(steps) = map.get("else") {
                if map.get("if").is_some() || map.get("then").is_some() {
                    let message = said!("“else”要单独写", "`else` stands alone");
                    let hint = said!("请另起一项：`- else: [ … ]`", "begin a case of its own: `- else: [ … ]`");
                    self.error_with(item.place, message, hint);
                }
                if index + 1 < items.len() {
                    let message = said!(
                        "“else”要放在最后：写在它后面的情况不会被看到",
                        "`else` must be the last case: those after it are never looked at"
                    );
                    self.error(item.place, message);
                }
                self.spots.put(place, "else", item.place);
                otherwise = self.steps(steps);
                continue;
            }
            self.spots.put(place, format!("case.{}", arms.len()), item.place);
            let condition = self.required(map, item.place, &whose, "if");
            let condition = condition.and_then(|node| self.expression(node, place, &format!("if.{}", arms.len())));
            let then = self.required(map, item.place, &whose, "then");
            let then = then.map(|node| self.steps(node));
            if let (Some(condition), Some(then)) = (condition, then) {
                arms.push((condition, then));
            }
        }
        if items.is_empty() {
            self.error(node.place, said!("“branch”里没有任何情况", "the branch has no cases"));
        }
        Some(Does::Branch { arms, otherwise })
    }

    fn loops(&mut self, node: &Node, map: &Map, place: Place) -> Option<Does> {
        let item = self.word(node, &said!("每一项的名称", "a name for the item"));
        let item = item.filter(|name| name == "item" || self.is_free_name(name, node.place));
        let list = self.required(map, place, &step_of("for"), "in");
        let list = list.and_then(|node| self.expression(node, place, "in"));
        let most = match map.get("most") {
            Some(node) => self.number(node, 1..=MOST_ROUNDS),
            None => {
                let hint = said!(
                    "请写明最多循环几次，不能超过 {MOST_ROUNDS}：`most: 20`",
                    "say how many rounds it may make, at most {MOST_ROUNDS}: `most: 20`"
                );
                self.error_with(place, said!("循环没有上限", "the loop has no limit"), hint);
                None
            }
        };
        let steps = self.required(map, place, &step_of("for"), "steps").map(|node| self.steps(node));
        Some(Does::For { item: item?, list: list?, most: most?, steps: steps? })
    }

    fn hand_over(&mut self, node: &Node, place: Place) -> Option<Does> {
        let (reason, note) = match &node.is {
            Is::Nothing => (None, None),
            Is::Scalar(_) => (Some(node), None),
            _ => {
                let map = self.map(node, &said!("转人工", "a hand-over"), &["reason", "note"])?;
                (map.get("reason"), map.get("note").and_then(|node| self.text(node, place, "note")))
            }
        };
        let reasons = [
            ("flow", HandOver::Flow),
            ("high_value", HandOver::HighValue),
            ("rule", HandOver::Rule),
            ("upset", HandOver::Upset),
            ("tool_failed", HandOver::ToolFailed),
            ("repeated_failure", HandOver::RepeatedFailure),
            ("requested", HandOver::Requested),
        ];
        let reason = match reason {
            None => HandOver::Flow,
            Some(node) => self.among(node, "reason", &reasons)?,
        };
        Some(Does::HandOver { reason, note })
    }

    fn end(&mut self, node: &Node) -> Option<End> {
        if matches!(node.is, Is::Nothing) {
            return Some(End::Done);
        }
        self.among(node, "end", &[("done", End::Done), ("failed", End::Failed), ("cancelled", End::Cancelled)])
    }

    /// One of these words.
    pub fn among<T: Copy>(&mut self, node: &Node, what: &str, words: &[(&str, T)]) -> Option<T> {
        let word = self.word(node, &said!("“{what}”的值", "a word for `{what}`"))?;
        let found = words.iter().find(|(own, _)| *own == word).map(|(_, value)| *value);
        if found.is_none() {
            let message = said!("“{what}”不能是“{word}”", "`{what}` cannot be `{word}`");
            let problem = Problem::error(self.file, node.place, message);
            self.problems.push(problem.one_of(&word, words.iter().map(|(word, _)| *word)));
        }
        found
    }
}
