//! Answers in words, with the facts that they rest on.

use crate::graph::{Attribute, Graph, Thing};
use crate::rows::{Value, ValueKind, text_in};
use crate::unit;
use crate::words::{Sign, graded};

use super::condition::{Condition, meets, step_name};
use super::read::{Comparison, Group, Query, Reading};
use super::wording::{adjective, capital, gapped, logical_form, value_text};
use super::{Fact, GraphAnswer, Outcome};

/// Things named in one answer at most.
const NAMED: usize = 8;
/// Facts of one answer at most.
const FACTS: usize = 50;

/// The answer to a question as it was read.
pub(crate) fn say(graph: &Graph, reading: &Reading, lang: &str) -> GraphAnswer {
    let mut speaker = Speaker { graph, lang, zh: lang.starts_with("zh"), facts: Vec::new() };
    let (outcome, text) = speaker.answer(&reading.query);
    let mut things = match &outcome {
        Outcome::Things { ids } | Outcome::Which { ids } => ids.clone(),
        _ => Vec::new(),
    };
    things.extend(reading.named.iter().map(|&thing| graph.id(thing).to_owned()));
    let mut seen = std::collections::HashSet::new();
    things.retain(|id| seen.insert(id.clone()));
    things.truncate(NAMED);
    speaker.facts.truncate(FACTS);
    let text = if speaker.zh { gapped(&text) } else { text };
    let unsure = if matches!(outcome, Outcome::Which { .. }) { 0.1 } else { 0.0 };
    GraphAnswer {
        outcome,
        text,
        facts: speaker.facts,
        reading: logical_form(graph, &reading.query),
        confidence: reading.confidence - unsure,
        things,
    }
}

/// Of some things, the `count` with the most or least of an attribute, best first, with those that are as good as the
/// last. Things without the attribute are left out.
pub(crate) fn extreme(graph: &Graph, things: &[Thing], attribute: Attribute, sign: Sign, count: usize) -> Vec<Thing> {
    let mut measured: Vec<(f64, Thing)> =
        things.iter().filter_map(|&thing| Some((graph.measure(thing, attribute)?, thing))).collect();
    measured.sort_by(|a, b| if sign == Sign::More { b.0.total_cmp(&a.0) } else { a.0.total_cmp(&b.0) });
    let Some(&(last, _)) = measured.get(count.clamp(1, measured.len().max(1)) - 1) else { return Vec::new() };
    let kept = measured.iter().enumerate().filter(|(at, (measure, _))| *at < count || unit::same(*measure, last));
    kept.map(|(_, (_, thing))| *thing).collect()
}

struct Speaker<'s> {
    graph: &'s Graph,
    lang: &'s str,
    zh: bool,
    facts: Vec<Fact>,
}

impl Speaker<'_> {
    fn answer(&mut self, query: &Query) -> (Outcome, String) {
        match query {
            Query::Compare { things, attribute, sign, comparison } => {
                self.compare(things, *attribute, *sign, *comparison)
            }
            Query::Extreme { group, attribute, sign, count } => self.extreme(group, *attribute, *sign, *count),
            Query::Value { thing, attribute, group } => {
                self.link_facts(group);
                self.value(*thing, *attribute)
            }
            Query::Check { thing, conditions } => self.check(*thing, conditions),
            Query::Exists { group } => self.exists(group),
            Query::Count { group } => {
                self.group_facts(group);
                let count = group.things.len();
                (Outcome::Count { count }, self.counted(group))
            }
            Query::List { group } => self.list(group),
            Query::Which { things } => self.which(things),
        }
    }

    fn name(&self, thing: Thing) -> String {
        self.graph.name(thing, self.lang).to_owned()
    }

    /// A name with the article that English needs before a product.
    fn the(&self, thing: Thing) -> String {
        let name = self.name(thing);
        let numbered = !self.graph.things[thing].attributes.is_empty() && !self.zh;
        let common = numbered && name.contains(' ') && !name.starts_with("The ");
        if common { format!("the {name}") } else { name }
    }

    fn names(&self, things: &[Thing]) -> String {
        let names: Vec<String> = things.iter().take(NAMED).map(|&thing| self.name(thing)).collect();
        self.joined(&names, things.len().saturating_sub(NAMED), And::All)
    }

    fn joined(&self, names: &[String], more: usize, and: And) -> String {
        if self.zh {
            let all = names.join("、");
            return if more > 0 { format!("{all}等 {} 个", names.len() + more) } else { all };
        }
        let word = if and == And::All { "and" } else { "or" };
        match names {
            [] => String::new(),
            _ if more > 0 => format!("{} {word} {more} more", names.join(", ")),
            [one] => one.clone(),
            [first @ .., last] => format!("{} {word} {last}", first.join(", ")),
        }
    }

    fn label(&self, attribute: Attribute) -> String {
        let row = self.graph.attribute(attribute);
        let label = text_in(&row.labels, self.lang);
        if label.is_empty() { row.name.clone() } else { label.to_owned() }
    }

    fn known(&mut self, thing: Thing, attribute: Attribute) {
        let fact = Fact {
            thing: self.graph.id(thing).to_owned(),
            name: self.graph.attribute(attribute).name.clone(),
            value: self.graph.value(thing, attribute).cloned(),
            to: None,
        };
        if self.facts.len() < FACTS && !self.facts.contains(&fact) {
            self.facts.push(fact);
        }
    }

    fn said(&self, thing: Thing, attribute: Attribute) -> String {
        let row = self.graph.attribute(attribute);
        self.graph.value(thing, attribute).map_or_else(String::new, |value| value_text(value, row, self.lang))
    }

    fn value(&mut self, thing: Thing, attribute: Attribute) -> (Outcome, String) {
        self.known(thing, attribute);
        let Some(value) = self.graph.value(thing, attribute).cloned() else { return self.unknown(&[thing], attribute) };
        if let Value::Bool { value } = value {
            return (Outcome::Truth { value }, self.flag_text(thing, attribute, value));
        }
        let (name, label, said) = (self.the(thing), self.label(attribute), self.said(thing, attribute));
        let text = if self.zh {
            format!("{}的{label}是{}。", self.name(thing), said)
        } else {
            let verb = if matches!(value, Value::List { .. }) { "are" } else { "is" };
            capital(&format!("the {label} of {name} {verb} {said}."))
        };
        (Outcome::Value { value }, text)
    }

    fn unknown(&self, things: &[Thing], attribute: Attribute) -> (Outcome, String) {
        let label = self.label(attribute);
        let names: Vec<String> =
            things.iter().map(|&thing| if self.zh { self.name(thing) } else { self.the(thing) }).collect();
        let names = self.joined(&names, 0, And::All);
        let measured = self.graph.attribute(attribute).value == ValueKind::Number;
        let text = match (self.zh, measured) {
            (true, true) => format!("我们没有{names}的{label}数据。"),
            (true, false) => format!("我们没有{names}的“{label}”信息。"),
            (false, true) => format!("We have no figure for the {label} of {names}."),
            (false, false) => format!("We have no information on the {label} of {names}."),
        };
        (Outcome::Unknown, text)
    }

    fn compare(
        &mut self,
        things: &[Thing],
        attribute: Attribute,
        sign: Sign,
        comparison: Comparison,
    ) -> (Outcome, String) {
        for &thing in things {
            self.known(thing, attribute);
        }
        let missing: Vec<Thing> =
            things.iter().copied().filter(|&thing| self.graph.measure(thing, attribute).is_none()).collect();
        if !missing.is_empty() {
            return self.unknown(&missing, attribute);
        }
        let measure = |thing: Thing| self.graph.measure(thing, attribute).unwrap_or(0.0);
        let label = self.label(attribute);
        let each: Vec<String> = things
            .iter()
            .map(|&thing| {
                let said = self.said(thing, attribute);
                if self.zh { format!("{}是{}", self.name(thing), said) } else { format!("{} {said}", self.the(thing)) }
            })
            .collect();
        let basis = if self.zh {
            format!("{label}：{}。", each.join("，"))
        } else {
            format!(" {}: {}.", capital(&label), each.join(", "))
        };
        let (first, second) = (things[0], things[1]);
        let (a, b) = (measure(first), measure(second));
        let same = unit::same(a, b);
        let greater = !same && (a > b) == (sign == Sign::More);
        let text =
            |zh: String, en: String| if self.zh { format!("{zh}{basis}") } else { format!("{}{basis}", capital(&en)) };
        let (more, en_more) = self.graded(attribute, sign);
        match comparison {
            Comparison::Same => {
                let zh = if same {
                    format!("是的，{}的{label}一样。", self.pair(first, second))
                } else {
                    format!("不一样，{}的{label}不同。", self.pair(first, second))
                };
                let en = if same {
                    format!("yes, they have the same {label}.")
                } else {
                    format!("no, their {label} differs.")
                };
                (Outcome::Truth { value: same }, text(zh, en))
            }
            Comparison::Greater => {
                let (x, y) = (self.name(first), self.name(second));
                let (zh, en) = if greater {
                    (
                        format!("是的，{x}{more}。"),
                        format!("yes, {} is {en_more} than {}.", self.the(first), self.the(second)),
                    )
                } else if same {
                    (format!("不是，{x}和{y}一样。"), format!("no, they are the same in {label}."))
                } else {
                    (
                        format!("不是，{y}{more}。"),
                        format!("no, {} is {en_more} than {}.", self.the(second), self.the(first)),
                    )
                };
                (Outcome::Truth { value: greater }, text(zh, en))
            }
            Comparison::Difference => {
                let value = self.difference(first, second, attribute);
                let said = value_text(&value, self.graph.attribute(attribute), self.lang);
                let (high, low) = if greater { (first, second) } else { (second, first) };
                let zh = if same {
                    format!("{}的{label}一样。", self.pair(first, second))
                } else {
                    format!("{}的{label}相差{}，{}{more}。", self.pair(first, second), said, self.name(high))
                };
                let en = if same {
                    format!("they have the same {label}.")
                } else {
                    format!("{} is {said} {en_more} than {}.", self.the(high), self.the(low))
                };
                (Outcome::Value { value }, text(zh, en))
            }
            Comparison::Best => {
                let best = extreme(self.graph, things, attribute, sign, 1);
                let (zh, en) = if best.len() > 1 {
                    (format!("{}一样。", self.names(&best)), format!("{} are the same.", self.names(&best)))
                } else {
                    (format!("{}{more}。", self.names(&best)), format!("{} is {en_more}.", self.the(best[0])))
                };
                (self.things(&best), text(zh, en))
            }
        }
    }

    fn pair(&self, first: Thing, second: Thing) -> String {
        format!("{}和{}", self.name(first), self.name(second))
    }

    /// The difference of two things, in the unit that the attribute is kept in; of dates, in days.
    fn difference(&self, first: Thing, second: Thing, attribute: Attribute) -> Value {
        let measure = |thing: Thing| self.graph.measure(thing, attribute).unwrap_or(0.0);
        let row = self.graph.attribute(attribute);
        let unit = if row.value == ValueKind::Date { Some("day".to_owned()) } else { row.unit.clone() };
        let base = (measure(first) - measure(second)).abs();
        let amount = match (row.value, unit.as_deref()) {
            (ValueKind::Date, _) | (_, None) => base,
            (_, Some(symbol)) => unit::from_base(base, symbol),
        };
        Value::Number { amount: (amount * 1e6).round() / 1e6, unit }
    }

    /// 更便宜; cheaper.
    fn graded(&self, attribute: Attribute, sign: Sign) -> (String, String) {
        let row = self.graph.attribute(attribute);
        let words = if sign == Sign::More { &row.more } else { &row.less };
        let zh = words
            .iter()
            .find(|word| !word.is_ascii())
            .map_or(if sign == Sign::More { "高" } else { "低" }, |word| word);
        let en = words
            .iter()
            .find(|word| word.is_ascii())
            .map_or(if sign == Sign::More { "high" } else { "low" }, |word| word);
        let en = graded(en).map_or_else(|| format!("more {en}"), |(comparative, _)| comparative);
        (format!("更{zh}"), en)
    }

    fn things(&self, things: &[Thing]) -> Outcome {
        Outcome::Things { ids: things.iter().map(|&thing| self.graph.id(thing).to_owned()).collect() }
    }

    fn extreme(&mut self, group: &Group, attribute: Attribute, sign: Sign, count: usize) -> (Outcome, String) {
        self.link_facts(group);
        let best = extreme(self.graph, &group.things, attribute, sign, count);
        for &thing in &best {
            self.known(thing, attribute);
        }
        if best.is_empty() {
            if let [thing] = group.things[..] {
                return self.unknown(&[thing], attribute);
            }
            if !group.things.is_empty() {
                let label = self.label(attribute);
                let text = if self.zh {
                    format!("我们没有相关的{label}数据。")
                } else {
                    format!("We have no figures for the {label}.")
                };
                return (Outcome::Unknown, text);
            }
            return self.list(group);
        }
        let each: Vec<String> = best
            .iter()
            .take(NAMED)
            .map(|&thing| {
                let said = self.said(thing, attribute);
                if self.zh {
                    format!("{}（{said}）", self.name(thing))
                } else {
                    format!("{} ({said})", self.the(thing))
                }
            })
            .collect();
        let names = self.joined(&each, best.len().saturating_sub(NAMED), And::All);
        let word = {
            let row = self.graph.attribute(attribute);
            let words = if sign == Sign::More { &row.more } else { &row.less };
            let zh = words.iter().find(|word| !word.is_ascii()).cloned();
            let en = words.iter().find(|word| word.is_ascii());
            let en = en.map(|en| graded(en).map_or_else(|| format!("most {en}"), |(_, superlative)| superlative));
            (
                zh.unwrap_or_else(|| if sign == Sign::More { "高" } else { "低" }.to_owned()),
                en.unwrap_or_else(|| if sign == Sign::More { "highest" } else { "lowest" }.to_owned()),
            )
        };
        let label = self.label(attribute);
        let text = if self.zh {
            format!("{label}最{}的是{names}。", adjective(&word.0, &label))
        } else {
            let verb = if best.len() > 1 { "are" } else { "is" };
            capital(&format!("the {} {verb} {names}.", word.1))
        };
        (self.things(&best), text)
    }

    fn list(&mut self, group: &Group) -> (Outcome, String) {
        self.group_facts(group);
        let what = self.what(group);
        let text = match (group.things.len(), self.zh) {
            (0, true) => format!("没有找到符合条件的{what}。"),
            (0, false) => format!("We have found no such {what}."),
            (1, true) => format!("{}。", self.names(&group.things)),
            (1, false) => capital(&format!("{}.", self.the(group.things[0]))),
            (count, true) => format!("有 {count} 个：{}。", self.names(&group.things)),
            (count, false) => format!("There are {count}: {}.", self.names(&group.things)),
        };
        if group.things.is_empty() && self.nothing_known(group) {
            let text = if self.zh {
                "我们没有这方面的信息。".to_owned()
            } else {
                "We have no information on that.".to_owned()
            };
            return (Outcome::Unknown, text);
        }
        (self.things(&group.things), text)
    }

    /// Whether a relation was asked of a thing of which it is not recorded at all.
    fn nothing_known(&self, group: &Group) -> bool {
        group
            .conditions
            .iter()
            .any(|condition| matches!(condition, Condition::Link { reached, .. } if reached.is_empty()))
    }

    fn what(&self, group: &Group) -> String {
        let otherwise = if self.zh { "东西" } else { "thing" };
        group.kind.map_or(otherwise, |kind| text_in(&self.graph.schema.types[kind].labels, self.lang)).to_owned()
    }

    fn counted(&self, group: &Group) -> String {
        let (count, what) = (group.things.len(), self.what(group));
        match (self.zh, count) {
            (true, 0) => format!("没有符合条件的{what}。"),
            (true, _) => format!("一共有 {count} 个：{}。", self.names(&group.things)),
            (false, 0) => format!("There is no such {what}."),
            (false, 1) => format!("There is one: {}.", self.names(&group.things)),
            (false, _) => format!("There are {count}: {}.", self.names(&group.things)),
        }
    }

    fn exists(&mut self, group: &Group) -> (Outcome, String) {
        self.group_facts(group);
        let (found, what) = (!group.things.is_empty(), self.what(group));
        let text = match (found, self.zh) {
            (true, true) => format!("有：{}。", self.names(&group.things)),
            (true, false) => format!("Yes: {}.", self.names(&group.things)),
            (false, true) => format!("没有符合条件的{what}。"),
            (false, false) => format!("No, there is no such {what}."),
        };
        (Outcome::Truth { value: found }, text)
    }

    fn which(&self, things: &[Thing]) -> (Outcome, String) {
        let names: Vec<String> = things.iter().take(NAMED).map(|&thing| self.name(thing)).collect();
        let names = self.joined(&names, things.len().saturating_sub(NAMED), And::Any);
        let text = if self.zh {
            format!("您问的是哪一个：{names}？")
        } else {
            format!("Which one do you mean: {names}?")
        };
        let ids = things.iter().map(|&thing| self.graph.id(thing).to_owned()).collect();
        (Outcome::Which { ids }, text)
    }

    fn check(&mut self, thing: Thing, conditions: &[Condition]) -> (Outcome, String) {
        let mut all = Some(true);
        let mut text = String::new();
        for condition in conditions {
            let (met, attribute) = meets(self.graph, thing, condition);
            if let Some(attribute) = attribute {
                self.known(thing, attribute);
            }
            match met {
                None => {
                    let asked = match condition {
                        Condition::Measure { attributes, .. }
                        | Condition::Year { attributes, .. }
                        | Condition::Flag { attributes, .. } => attributes.first().copied(),
                        Condition::Text { texts, .. } => texts.first().map(|(attribute, _)| *attribute),
                        Condition::Link { .. } => None,
                    };
                    if let Some(attribute) = asked {
                        self.known(thing, attribute);
                        return self.unknown(&[thing], attribute);
                    }
                    let text = if self.zh {
                        format!("我们没有{}这方面的信息。", self.name(thing))
                    } else {
                        format!("We have no information on that for {}.", self.the(thing))
                    };
                    return (Outcome::Unknown, text);
                }
                Some(met) => {
                    all = all.map(|all| all && met);
                    if text.is_empty() || !met {
                        text = self.check_text(thing, condition, attribute, met);
                    }
                }
            }
        }
        (Outcome::Truth { value: all == Some(true) }, text)
    }

    fn check_text(&mut self, thing: Thing, condition: &Condition, attribute: Option<Attribute>, met: bool) -> String {
        let yes = match (self.zh, met) {
            (true, true) => "是的，",
            (true, false) => "不是，",
            (false, true) => "Yes, ",
            (false, false) => "No, ",
        };
        match (condition, attribute) {
            (Condition::Flag { .. }, Some(attribute)) => {
                let value = matches!(self.graph.value(thing, attribute), Some(Value::Bool { value: true }));
                self.flag_text(thing, attribute, value)
            }
            (Condition::Link { steps, anchors, reached, .. }, _) => {
                let linked = reached.contains(&thing);
                let label = steps.last().map_or_else(String::new, |step| {
                    let step = super::condition::turned(*step);
                    let row = self.graph.relation(step);
                    let labels = if step.way == crate::graph::Way::Along { &row.labels } else { &row.inverse_labels };
                    let label = text_in(labels, self.lang);
                    if label.is_empty() { step_name(self.graph, step) } else { label.to_owned() }
                });
                if linked && let ([step], [anchor]) = (&steps[..], &anchors[..]) {
                    self.facts.push(Fact {
                        thing: self.graph.id(*anchor).to_owned(),
                        name: step_name(self.graph, *step),
                        value: None,
                        to: Some(self.graph.id(thing).to_owned()),
                    });
                }
                let others = self.names(anchors);
                match (self.zh, linked) {
                    (true, true) => format!("{yes}{}的“{label}”里有{others}。", self.name(thing)),
                    (true, false) => format!("{yes}{}的“{label}”里没有{others}。", self.name(thing)),
                    (false, true) => format!("{yes}under “{label}”, {} lists {others}.", self.the(thing)),
                    (false, false) => format!("{yes}under “{label}”, {} does not list {others}.", self.the(thing)),
                }
            }
            (_, Some(attribute)) => {
                let (label, said) = (self.label(attribute), self.said(thing, attribute));
                if self.zh {
                    format!("{yes}{}的{label}是{}。", self.name(thing), said)
                } else {
                    let list = matches!(self.graph.value(thing, attribute), Some(Value::List { .. }));
                    let verb = if list { "are" } else { "is" };
                    format!("{yes}the {label} of {} {verb} {said}.", self.the(thing))
                }
            }
            (_, None) => yes.trim_end_matches(['，', ',', ' ']).to_owned() + if self.zh { "。" } else { "." },
        }
    }

    fn flag_text(&self, thing: Thing, attribute: Attribute, value: bool) -> String {
        let label = self.label(attribute);
        match (self.zh, value) {
            (true, true) => format!("是的，{}有“{label}”这项特点。", self.name(thing)),
            (true, false) => format!("不是，{}没有“{label}”这项特点。", self.name(thing)),
            (false, true) => format!("Yes, {} has this feature: {label}.", self.the(thing)),
            (false, false) => format!("No, {} does not have this feature: {label}.", self.the(thing)),
        }
    }

    fn group_facts(&mut self, group: &Group) {
        for &thing in group.things.iter().take(FACTS) {
            for condition in &group.conditions {
                if let Some(attribute) = meets(self.graph, thing, condition).1 {
                    self.known(thing, attribute);
                }
            }
        }
        self.link_facts(group);
    }

    fn link_facts(&mut self, group: &Group) {
        for condition in &group.conditions {
            let Condition::Link { steps, anchors, .. } = condition else { continue };
            let mut at = anchors.clone();
            for &step in steps {
                let mut next = Vec::new();
                for &thing in &at {
                    for to in self.graph.follow(thing, step) {
                        if self.facts.len() >= FACTS {
                            return;
                        }
                        let (from, name) = (self.graph.id(thing).to_owned(), step_name(self.graph, step));
                        self.facts.push(Fact {
                            thing: from,
                            name,
                            value: None,
                            to: Some(self.graph.id(to).to_owned()),
                        });
                        next.push(to);
                    }
                }
                next.sort_unstable();
                next.dedup();
                at = next;
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum And {
    All,
    Any,
}
