//! Steps to blocks.

use std::collections::BTreeSet;

use super::block::{ASIDE, Area, Block, Colour, GAP, Outline, Set, Shape, Stroke};
use super::words::{self, either};
use super::wrap;
use crate::{ChoiceOption, Does, Flow, Lang, Needs, SlotType, Step, Text, Tone};

/// The width of a node.
const WIDTH: f32 = 236.0;
/// Left and right of its text.
const PADDING: f32 = 12.0;
/// The widest condition.
const LABEL: f32 = 190.0;
/// Sizes of letters, and the height of their lines.
pub(super) const TEXT: f32 = 13.0;
pub(super) const SMALL: f32 = 11.0;
const TEXT_LINE: f32 = 18.0;
const SMALL_LINE: f32 = 15.0;

/// A way that is taken under a condition.
struct Arm {
    label: String,
    block: Block,
}

/// What the layout depends on.
pub(super) struct Layout<'a> {
    pub flow: &'a Flow,
    pub lang: Lang,
    /// Labels of steps that are drawn as passed.
    pub passed: &'a BTreeSet<String>,
}

/// The text of a node.
struct Words {
    head: String,
    /// For people.
    text: Option<String>,
    /// Names and expressions.
    small: Vec<String>,
    when: Option<String>,
}

impl Words {
    fn new(head: impl Into<String>) -> Self {
        Self { head: head.into(), text: None, small: Vec::new(), when: None }
    }

    fn text(self, text: String) -> Self {
        Self { text: Some(text), ..self }
    }

    fn small(mut self, line: impl Into<String>) -> Self {
        self.small.push(line.into());
        self
    }
}

impl Layout<'_> {
    /// The whole flow.
    pub fn flow(&self) -> Block {
        let mut whole = self.begin();
        whole.below(self.steps(&self.flow.steps));
        if whole.exit.is_some() {
            whole.below(self.pill(Colour::End, words::end(self.lang, crate::End::Done), None));
        }
        whole
    }

    fn begin(&self) -> Block {
        let flow = self.flow;
        let starts = &flow.starts;
        let mut words = Words::new(self.plain(&flow.title));
        let phrases = match self.lang {
            Lang::Zh => &starts.phrases_zh,
            Lang::En => &starts.phrases_en,
        };
        if !starts.intents.is_empty() {
            words = words.small(format!("{}{}", self.word("意图：", "intents: "), starts.intents.join(", ")));
        }
        if let Some(phrase) = phrases.first() {
            words = words.small(format!("“{phrase}”{}", if phrases.len() > 1 { " …" } else { "" }));
        }
        if !starts.events.is_empty() {
            words = words.small(format!("{}{}", self.word("事件：", "events: "), starts.events.join(", ")));
        }
        if let Some(when) = &starts.when {
            words = words.small(format!("{} {}", self.word("仅当", "when"), when.source()));
        }
        match flow.needs {
            Needs::None => {}
            Needs::Known => words = words.small(self.word("需要知道客户是谁", "needs a known customer")),
            Needs::Verified => words = words.small(self.word("需要核实身份", "needs a verified customer")),
        }
        self.node(Colour::End, Outline::Pill, words, false)
    }

    fn steps(&self, steps: &[Step]) -> Block {
        let mut block = Block::empty();
        for step in steps {
            if block.exit.is_none() {
                break;
            }
            block.below(self.step(step));
        }
        block
    }

    fn step(&self, step: &Step) -> Block {
        let Some(condition) = &step.only_if else { return self.does(step, None) };
        let block = self.does(step, Some(condition.source()));
        if block.exit.is_some() {
            return block;
        }
        // It does not go on, but the flow does when the condition is false.
        let arms = vec![
            Arm { label: condition.source().to_owned(), block: self.does(step, None) },
            Arm { label: self.word("否则", "otherwise"), block: Block::empty() },
        ];
        self.fan(self.diamond(self.is_passed(step)), arms)
    }

    fn does(&self, step: &Step, condition: Option<&str>) -> Block {
        let passed = self.is_passed(step);
        let with_condition = |mut words: Words| {
            if let Some(condition) = condition {
                words.when = Some(format!("{} {condition}", self.word("仅当", "if")));
            }
            words
        };
        let node = |colour, outline, words| self.node(colour, outline, with_condition(words), passed);
        match &step.does {
            Does::Collect(collect) => {
                let slot = self.flow.slots.get(&collect.slot);
                let title = slot.and_then(|slot| slot.title.as_ref()).map(|title| self.plain(title));
                let head = format!("{} · {}", self.word("询问", "Ask"), title.as_ref().unwrap_or(&collect.slot));
                let mut words = Words::new(head).text(self.plain(&collect.ask));
                if let Some(slot) = slot {
                    words = words.small(match &slot.of {
                        SlotType::Choice(options) => {
                            options.iter().map(|option| self.plain(&option.label)).collect::<Vec<_>>().join(" / ")
                        }
                        SlotType::Pick(pick) => format!("{} ← {}", collect.slot, pick.from.source()),
                        of => format!("{}: {}", collect.slot, of.name()),
                    });
                }
                if let Some(check) = &collect.check {
                    words = words.small(format!("{} {}", self.word("检查", "check"), check.source()));
                }
                let node = node(Colour::Ask, Outline::Box, words);
                let tries = collect.retries + 1;
                let label = match self.lang {
                    Lang::Zh => format!("{tries} 次都不行"),
                    Lang::En => format!("after {tries} tries"),
                };
                let arms = collect.otherwise.iter().map(|steps| Arm { label: label.clone(), block: self.steps(steps) });
                self.aside(node, arms.collect())
            }
            Does::Say(text) => {
                node(Colour::Say, Outline::Box, Words::new(self.word("回复", "Say")).text(self.plain(text)))
            }
            Does::Choice { ask, options, .. } => {
                let words = Words::new(self.word("选择", "Choose")).text(self.plain(ask));
                self.fan(node(Colour::Ask, Outline::Box, words), self.options(options))
            }
            Does::Call(tool) => {
                let mut words = Words::new(format!("{} · {}", self.word("调用", "Do"), tool.tool));
                for (name, value) in &tool.with {
                    words = words.small(if value.source() == name {
                        name.clone()
                    } else {
                        format!("{name} ← {}", value.source())
                    });
                }
                if let Some(into) = &tool.into {
                    words = words.small(format!("→ {into}"));
                }
                if let Some((undo, _)) = &tool.undo {
                    words = words.small(format!("{}{undo}", self.word("可撤回：", "undo: ")));
                }
                let arms = tool
                    .on_error
                    .iter()
                    .map(|(code, steps)| Arm { label: words::code(self.lang, code), block: self.steps(steps) });
                self.aside(node(Colour::Tool, Outline::Box, words), arms.collect())
            }
            Does::Branch { arms, otherwise } => {
                let mut ways: Vec<Arm> = arms
                    .iter()
                    .map(|(condition, steps)| Arm { label: condition.source().to_owned(), block: self.steps(steps) })
                    .collect();
                ways.push(Arm { label: self.word("否则", "otherwise"), block: self.steps(otherwise) });
                let mut head = Block::empty();
                if let Some(condition) = condition {
                    let words = Words::new(self.word("仅当", "If")).small(condition);
                    head = self.node(Colour::Logic, Outline::Pill, words, passed);
                }
                head.below(self.diamond(passed));
                self.fan(head, ways)
            }
            Does::For { item, list, most, steps } => {
                let mut head = match self.lang {
                    Lang::Zh => format!("逐个处理 {item} ← {}，最多 {most} 个", list.source()),
                    Lang::En => format!("for each {item} ← {}, at most {most}", list.source()),
                };
                if let Some(condition) = condition {
                    head = format!("{head} · {} {condition}", self.word("仅当", "if"));
                }
                self.frame(self.steps(steps), head)
            }
            Does::Confirm { ask, no } => {
                let words = Words::new(self.word("确认", "Confirm")).text(self.plain(ask));
                let arms = no.iter().map(|steps| Arm { label: self.word("否", "no"), block: self.steps(steps) });
                self.aside(node(Colour::Ask, Outline::Box, words), arms.collect())
            }
            Does::Set(values) => {
                let mut words = Words::new(self.word("设定", "Set"));
                for (name, value) in values {
                    words = words.small(format!("{name} = {}", value.source()));
                }
                node(Colour::Logic, Outline::Box, words)
            }
            Does::Forget(names) => {
                node(Colour::Logic, Outline::Box, Words::new(self.word("清除", "Forget")).small(names.join(", ")))
            }
            Does::Again(slot) => {
                let title =
                    self.flow.slots.get(slot).and_then(|slot| slot.title.as_ref()).map(|title| self.plain(title));
                let text = format!("↩ {} · {}", self.word("重新询问", "Ask again"), title.as_ref().unwrap_or(slot));
                self.last(self.pill(Colour::Flow, &text, condition))
            }
            Does::Run { flow, with, into } => {
                let mut words = Words::new(format!("{} · {flow}", self.word("子流程", "Call")));
                for (name, value) in with {
                    words = words.small(format!("{name} ← {}", value.source()));
                }
                if let Some(into) = into {
                    words = words.small(format!("→ {into}"));
                }
                node(Colour::Flow, Outline::Double, words)
            }
            Does::Link { flow } => {
                let text = format!("→ {} · {flow}", self.word("转到流程", "Go to"));
                self.last(self.pill(Colour::Flow, &text, condition))
            }
            Does::Knowledge(key) => node(
                Colour::Say,
                Outline::Box,
                Words::new(self.word("知识库回答", "Answer from knowledge")).small(key.clone()),
            ),
            Does::UndoAll => {
                node(Colour::Logic, Outline::Box, Words::new(self.word("撤回已办的步骤", "Take back what was done")))
            }
            Does::HandOver { reason, note } => {
                let head = format!("{} · {}", self.word("转人工", "Hand over"), words::reason(self.lang, *reason));
                let mut words = Words::new(head);
                if let Some(note) = note {
                    words = words.text(self.plain(note));
                }
                self.last(node(Colour::People, Outline::Box, words))
            }
            Does::End(end) => {
                let colour = if *end == crate::End::Done { Colour::End } else { Colour::Stop };
                self.last(self.pill(colour, words::end(self.lang, *end), condition))
            }
        }
    }

    fn options(&self, options: &[ChoiceOption]) -> Vec<Arm> {
        options.iter().map(|option| Arm { label: self.plain(&option.label), block: self.steps(&option.then) }).collect()
    }

    /// A block after which the flow does not go on.
    fn last(&self, mut block: Block) -> Block {
        block.exit = None;
        block
    }

    fn node(&self, colour: Colour, outline: Outline, words: Words, passed: bool) -> Block {
        let inner = WIDTH - 2.0 * PADDING - if outline == Outline::Pill { 12.0 } else { 0.0 };
        let mut lines = Vec::new();
        let mut whole = vec![words.head.clone()];
        if let Some(when) = words.when {
            lines.extend(wrap::lines(&when, inner / (SMALL * 1.06), 2).into_iter().map(|line| (Set::When, line)));
            whole.insert(0, when);
        }
        // Heads are bold: a little wider.
        lines.extend(wrap::lines(&words.head, inner / (TEXT * 1.06), 2).into_iter().map(|line| (Set::Head, line)));
        if let Some(text) = words.text {
            lines.extend(wrap::lines(&text, (inner - 4.0) / TEXT, 4).into_iter().map(|line| (Set::Text, line)));
            whole.push(text);
        }
        for small in words.small {
            lines.extend(wrap::lines(&small, inner / (SMALL * 1.04), 2).into_iter().map(|line| (Set::Small, line)));
            whole.push(small);
        }
        let height = 16.0 + lines.iter().map(|(set, _)| height(*set)).sum::<f32>();
        let area = Area { x: -WIDTH / 2.0, y: 0.0, width: WIDTH, height };
        let mut block = Block { exit: Some(height), ..Block::default() };
        block.put(Shape::Node { area, colour, outline, lines, whole: whole.join("\n"), passed });
        block
    }

    /// A small node with one line; a condition goes below it.
    fn pill(&self, colour: Colour, text: &str, condition: Option<&str>) -> Block {
        let head = wrap::line(text, (WIDTH - 36.0) / (TEXT * 1.06));
        let small = condition
            .map(|condition| wrap::line(&format!("{} {condition}", self.word("仅当", "if")), (WIDTH - 36.0) / SMALL));
        let wide = (wrap::width(&head) * TEXT * 1.06).max(small.as_deref().map_or(0.0, wrap::width) * SMALL);
        let area =
            Area { x: 0.0, y: 0.0, width: (wide + 34.0).min(WIDTH), height: if small.is_some() { 48.0 } else { 34.0 } };
        let area = Area { x: -area.width / 2.0, ..area };
        let lines = std::iter::once((Set::Head, head)).chain(small.map(|small| (Set::Small, small))).collect();
        let mut block = Block { exit: Some(area.height), ..Block::default() };
        block.put(Shape::Node { area, colour, outline: Outline::Pill, lines, whole: text.to_owned(), passed: false });
        block
    }

    fn diamond(&self, passed: bool) -> Block {
        let mut block = Block { exit: Some(32.0), ..Block::default() };
        block.put(Shape::Diamond { x: 0.0, y: 16.0, passed });
        block
    }

    /// A block with its condition above it.
    fn under(&self, arm: Arm, stroke: Stroke) -> Block {
        let room = LABEL / SMALL;
        let lines = wrap::lines(&arm.label, room, 3);
        let width = lines.iter().map(|line| wrap::width(line)).fold(1.0, f32::max) * SMALL * 1.04 + 18.0;
        let height = 8.0 + 15.0 * lines.len() as f32;
        let area = Area { x: -width / 2.0, y: 0.0, width, height };
        let mut block = Block { exit: Some(height), ..Block::default() };
        block.put(Shape::Label { area, lines, stroke, whole: arm.label });
        block.below(arm.block);
        block
    }

    /// Ways beside each other below a head; those that go on meet again.
    fn fan(&self, head: Block, arms: Vec<Arm>) -> Block {
        let mut whole = head;
        let Some(from) = whole.exit else { return whole };
        let columns: Vec<Block> = arms.into_iter().map(|arm| self.under(arm, Stroke::Plain)).collect();
        let mut axes = Vec::new();
        let mut right: Option<f32> = None;
        for column in &columns {
            let axis = right.map_or(0.0, |right| right + ASIDE - column.left());
            right = Some(axis + column.right());
            axes.push(axis);
        }
        let middle = (axes.first().copied().unwrap_or(0.0) + axes.last().copied().unwrap_or(0.0)) / 2.0;
        let (bus, top) = (from + 14.0, from + GAP);
        let deepest = columns.iter().map(Block::bottom).fold(0.0, f32::max) + top;
        let meeting = deepest + 16.0;
        let mut goes_on = false;
        for (column, axis) in columns.into_iter().zip(axes) {
            let x = axis - middle;
            let down = vec![(0.0, from), (0.0, bus), (x, bus), (x, top)];
            whole.put(Shape::Way { points: down, stroke: Stroke::Plain, arrow: true });
            if let Some(exit) = column.exit {
                goes_on = true;
                let points = vec![(x, exit + top), (x, meeting), (0.0, meeting)];
                whole.put(Shape::Way { points, stroke: Stroke::Plain, arrow: false });
                whole.areas.push(Area { x: x - 1.0, y: exit + top, width: 2.0, height: meeting - exit - top });
            }
            whole.add(column, x, top);
        }
        whole.exit = goes_on.then_some(meeting);
        whole
    }

    /// Ways that begin at the right of a node and are rarely taken.
    fn aside(&self, node: Block, arms: Vec<Arm>) -> Block {
        let mut whole = node;
        let Some(exit) = whole.exit else { return whole };
        if arms.is_empty() {
            return whole;
        }
        let from = (WIDTH / 2.0, (exit / 2.0).min(28.0));
        let top = from.1 + 20.0;
        let mut right = WIDTH / 2.0;
        let mut ends = Vec::new();
        let mut deepest = exit;
        for arm in arms {
            let column = self.under(arm, Stroke::Dashed);
            let x = right + ASIDE - column.left();
            right = x + column.right();
            deepest = deepest.max(column.bottom() + top);
            let points = vec![from, (x, from.1), (x, top)];
            whole.put(Shape::Way { points, stroke: Stroke::Dashed, arrow: true });
            ends.extend(column.exit.map(|exit| (x, exit + top)));
            whole.add(column, x, top);
        }
        if !ends.is_empty() {
            let meeting = deepest + 16.0;
            for (x, y) in ends {
                let points = vec![(x, y), (x, meeting), (0.0, meeting)];
                whole.put(Shape::Way { points, stroke: Stroke::Dashed, arrow: false });
                whole.areas.push(Area { x: x - 1.0, y, width: 2.0, height: meeting - y });
            }
            let points = vec![(0.0, exit), (0.0, meeting)];
            whole.put(Shape::Way { points, stroke: Stroke::Plain, arrow: false });
            whole.exit = Some(meeting);
        }
        whole
    }

    /// A frame around what is repeated.
    fn frame(&self, inner: Block, head: String) -> Block {
        let (left, right) = (inner.left().min(-WIDTH / 2.0) - 16.0, inner.right().max(WIDTH / 2.0) + 16.0);
        let top = 46.0;
        let height = inner.bottom() + top + 18.0;
        let area = Area { x: left, y: 0.0, width: right - left, height };
        let room = (area.width - 28.0) / (SMALL * 1.06);
        let mut block = Block { exit: Some(height), ..Block::default() };
        block.put(Shape::Frame { area, head: wrap::line(&head, room), whole: head });
        block.put(Shape::Way { points: vec![(0.0, 28.0), (0.0, top)], stroke: Stroke::Plain, arrow: true });
        if let Some(exit) = inner.exit {
            block.put(Shape::Way {
                points: vec![(0.0, exit + top), (0.0, height)],
                stroke: Stroke::Plain,
                arrow: false,
            });
        }
        block.add(inner, 0.0, top);
        block
    }

    fn word(&self, zh: &'static str, en: &'static str) -> String {
        either(self.lang, zh, en).to_owned()
    }

    /// A text as people read it in a drawing: its first variant, with the names of its gaps.
    pub fn plain(&self, text: &Text) -> String {
        let template = text.variants(self.lang, Tone::Normal).first();
        template.map(|template| without_tags(template.source())).unwrap_or_default()
    }

    fn is_passed(&self, step: &Step) -> bool {
        let label = step.id.clone().unwrap_or_else(|| format!("{}:{}", step.place.line, step.place.column));
        self.passed.contains(&label)
    }
}

pub(super) fn height(set: Set) -> f32 {
    match set {
        Set::Head | Set::Text => TEXT_LINE,
        Set::Small | Set::When => SMALL_LINE,
    }
}

/// `{{ name }}` becomes `{name}`; what is between `{%` and `%}` becomes a gap.
fn without_tags(source: &str) -> String {
    let mut plain = String::new();
    let mut rest = source;
    while let Some(at) = rest.find("{{").into_iter().chain(rest.find("{%")).min() {
        let (close, is_name) = if rest[at..].starts_with("{{") { ("}}", true) } else { ("%}", false) };
        let Some(end) = rest[at..].find(close) else { break };
        plain.push_str(&rest[..at]);
        let inner = rest[at + 2..at + end].trim();
        if is_name {
            plain.push_str(&format!("{{{inner}}}"));
        } else if inner.starts_with("else") || inner.starts_with("elif") {
            plain.push_str(" / ");
        }
        rest = &rest[at + end + 2..];
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::without_tags;

    #[test]
    fn gaps_of_a_text_are_shown_by_their_names() {
        assert_eq!(
            without_tags("订单 {{ order_no }}，共 {{ total | money }} 元"),
            "订单 {order_no}，共 {total | money} 元"
        );
        assert_eq!(without_tags("{% if vip %}您好{% else %}你好{% endif %}！"), "您好 / 你好！");
        assert_eq!(without_tags("broken {{ name"), "broken {{ name");
    }
}
