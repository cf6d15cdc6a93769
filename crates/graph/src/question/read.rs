//! From the parts of a question to what it asks.

use yingda_language::{is_han, is_stop_word};

use crate::graph::{Attribute, Graph, Step, Thing, Type};
use crate::rows::ValueKind;
use crate::token::Kind;
use crate::words::{Op, Sign, Word};

use super::Asked;
use super::condition::{Condition, Sense, meets};
use super::link::{Item, Linked};
use super::path::{Via, way};

/// Things that a question is about.
#[derive(Clone, Debug, Default)]
pub(crate) struct Group {
    pub things: Vec<Thing>,
    pub kind: Option<Type>,
    /// What they had to meet.
    pub conditions: Vec<Condition>,
}

/// What is asked of two things or more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    /// Which has the most of it.
    Best,
    /// Whether the first has more of it than the second.
    Greater,
    Same,
    Difference,
}

/// What is asked.
#[derive(Clone, Debug)]
pub(crate) enum Query {
    Compare {
        things: Vec<Thing>,
        attribute: Attribute,
        sign: Sign,
        comparison: Comparison,
    },
    /// The `count` with the most (or least) of an attribute.
    Extreme {
        group: Group,
        attribute: Attribute,
        sign: Sign,
        count: usize,
    },
    Value {
        thing: Thing,
        attribute: Attribute,
        group: Group,
    },
    /// Whether a thing meets all conditions.
    Check {
        thing: Thing,
        conditions: Vec<Condition>,
    },
    Exists {
        group: Group,
    },
    Count {
        group: Group,
    },
    List {
        group: Group,
    },
    Which {
        things: Vec<Thing>,
    },
}

/// A question as it was read.
pub(crate) struct Reading {
    pub query: Query,
    pub confidence: f32,
    /// Things named, for the context of the next question.
    pub named: Vec<Thing>,
}

pub(crate) struct Reader<'r> {
    pub graph: &'r Graph,
    pub linked: &'r Linked,
    pub asked: &'r Asked<'r>,
    pub items: Vec<Item>,
    pub conditions: Vec<Condition>,
    pub chinese: bool,
}

/// Reads a question; `None` when it is not, or not only, about the graph.
pub(crate) fn read(graph: &Graph, linked: &Linked, asked: &Asked) -> Option<Reading> {
    let stopped = linked.items.iter().any(|item| item.is(Word::Stop) && !item.has_content());
    if stopped || linked.items.is_empty() {
        return None;
    }
    // A word that is not understood may change everything.
    let unread: Vec<&str> = linked.unread.iter().map(|&at| linked.tokens[at].raw.as_str()).collect();
    if unread.iter().any(|word| !is_stop_word(word)) {
        return None;
    }
    let items = linked.items.clone();
    let chinese = linked.text.contains(is_han);
    let mut reader = Reader { graph, linked, asked, items, conditions: Vec::new(), chinese };
    reader.resolve_pronouns();
    reader.resolve_days();
    reader.bind_amounts();
    reader.resolve_ones();
    reader.mark_asked();
    reader.merge();
    reader.mark_asked_behind();
    reader.resolve_amounts();
    let near = reader.items.iter().filter(|item| item.near && item.has_content()).count();
    let named =
        reader.items.iter().filter(|item| item.things.len() == 1).flat_map(|item| item.things.clone()).collect();
    let query = reader.query()?;
    let left = reader.items.iter().filter(|item| item.has_content() && !item.used).count();
    if left > 0 && !matches!(query, Query::Which { .. }) {
        return None;
    }
    let confidence = 0.95 - 0.12 * near as f32 - 0.15 * unread.len() as f32 - 0.2 * left as f32;
    Some(Reading { query, confidence: confidence.clamp(0.1, 1.0), named })
}

impl Reader<'_> {
    /// An item as written, normalised.
    pub(super) fn written(&self, at: usize) -> String {
        let item = &self.items[at];
        let (from, to) = (&self.linked.tokens[item.from], &self.linked.tokens[item.to - 1]);
        self.linked.text.get(from.start..to.end).unwrap_or_default().to_owned()
    }

    /// The type that all of the things are of.
    pub(super) fn kind_of(&self, things: &[Thing]) -> Option<Type> {
        let first = self.graph.types[*things.first()?];
        things.iter().all(|&thing| self.graph.types[thing] == first).then_some(first)
    }

    pub(super) fn has(&self, role: Word) -> bool {
        self.items.iter().any(|item| item.is(role) && !item.has_content())
    }

    pub(super) fn yes_or_no(&self) -> bool {
        if self.linked.either_or {
            return true;
        }
        let open = [Word::Which, Word::Where, Word::When, Word::Who];
        self.items.iter().enumerate().any(|(at, item)| {
            let weak = item.is(Word::Not) || item.is(Word::Filler) || !self.chinese;
            let place = if self.chinese { at + 1 == self.items.len() } else { at == 0 };
            item.is(Word::YesNo) && !item.has_content() && (!weak || place) && !open.iter().any(|role| item.is(*role))
        })
    }

    /// Items that name things, what is asked for aside.
    pub(super) fn named(&self) -> Vec<usize> {
        (0..self.items.len()).filter(|&at| !self.items[at].things.is_empty() && !self.items[at].asked).collect()
    }

    fn query(&mut self) -> Option<Query> {
        if self.named().is_empty() && !self.items.iter().any(|item| item.kind.is_some()) {
            self.take_context();
        }
        if let Some(query) = self.comparison() {
            return Some(query);
        }
        self.take_flags();
        let group = self.group()?;
        self.take_texts();
        self.take_amounts();
        self.ask(group)
    }

    /// A question without a subject is about what was spoken of.
    fn take_context(&mut self) {
        if let Some(latest) = self.asked.context.first().and_then(|id| self.graph.number(id))
            && self.items.iter().any(|item| !item.attributes.is_empty())
        {
            self.items.insert(0, Item { to: 1, things: vec![latest], ..Item::default() });
        }
    }

    /// Makes conditions of what a thing has or has not: fast charging, a timer.
    fn take_flags(&mut self) {
        for at in 0..self.items.len() {
            let item = &self.items[at];
            if item.used || !item.things.is_empty() {
                continue;
            }
            let flags: Vec<Attribute> = item
                .attributes
                .iter()
                .copied()
                .filter(|&own| self.graph.attribute(own).value == ValueKind::Bool)
                .collect();
            if !flags.is_empty() {
                let sense = self.sense_before(at);
                self.conditions.push(Condition::Flag { attributes: flags, sense });
                self.items[at].used = true;
            }
        }
    }

    /// Makes conditions of the texts that are left: black, of steel, on Sundays.
    fn take_texts(&mut self) {
        for at in 0..self.items.len() {
            let item = &self.items[at];
            if item.used || item.texts.is_empty() || !(item.things.is_empty() || item.partly) {
                continue;
            }
            let (texts, said, sense) = (item.texts.clone(), self.written(at), self.sense_before(at));
            let own: Vec<Attribute> = texts.iter().map(|(attribute, _)| *attribute).collect();
            self.items[at].used = true;
            let mut sense = sense;
            for at in 0..self.items.len() {
                if self.items[at].attributes.iter().any(|attribute| own.contains(attribute)) {
                    self.items[at].used = true;
                    // 周一不开门: the "not" stands with the attribute.
                    if self.sense_before(at) == Sense::Unwanted {
                        sense = Sense::Unwanted;
                    }
                }
            }
            self.conditions.push(Condition::Text { texts, said, sense });
        }
    }

    /// Makes conditions of the amounts that are left: 有没有五公斤.
    fn take_amounts(&mut self) {
        for at in 0..self.items.len() {
            let item = &self.items[at];
            if let (Some(Kind::Amount(base, unit)), false, true) = (item.number, item.used, item.things.is_empty()) {
                let op = self.amount_op(at);
                let limits = vec![(op, base)];
                self.conditions.push(Condition::Measure { attributes: Vec::new(), dimension: unit.dimension, limits });
                self.items[at].used = true;
            }
        }
    }

    /// 有 before an amount means that much or more.
    pub(super) fn amount_op(&self, at: usize) -> Op {
        let before = at.checked_sub(1).map(|before| self.written(before)).unwrap_or_default();
        if matches!(before.as_str(), "有" | "有没有" | "能有" | "够") { Op::AtLeast } else { Op::Equal }
    }

    /// Whether a "not" stands before.
    fn sense_before(&self, at: usize) -> Sense {
        for before in (at.saturating_sub(3)..at).rev() {
            let item = &self.items[before];
            if item.is(Word::Not) && !item.has_content() {
                return Sense::Unwanted;
            }
            if item.has_content() && item.steps.is_empty() {
                break;
            }
        }
        Sense::Wanted
    }

    /// What the question is about: a type with all that limits it, or named things.
    fn group(&mut self) -> Option<Group> {
        let bare: Vec<usize> = (0..self.items.len())
            .filter(|&at| self.items[at].kind.is_some() && (self.items[at].is_bare() || self.items[at].asked))
            .collect();
        let asked = bare.iter().copied().find(|&at| self.items[at].asked);
        let described = || {
            let found = self.has(Word::Exists) && bare.is_empty();
            (0..self.items.len()).find(|&at| found && self.items[at].kind.is_some())
        };
        let asked = asked.or_else(described);
        if let Some(asked) = asked {
            self.items[asked].asked = true;
        }
        let target = asked.or(if self.chinese { bare.last().copied() } else { bare.first().copied() });
        let named: Vec<usize> = self.named().into_iter().filter(|&at| Some(at) != target).collect();
        let Some(target) = target else { return self.subject(&named) };
        let kind = self.items[target].kind?;
        let mut things = self.items[target].things.clone();
        if things.is_empty() {
            things = self.graph.members(kind).to_vec();
        }
        self.items[target].used = true;
        let mut types = Vec::new();
        let mut linked = Vec::new();
        for &at in bare.iter().filter(|&&at| at != target) {
            let other = self.items[at].kind?;
            if !self.graph.is(kind, other) && !self.graph.is(other, kind) {
                // Which stores sell kettles: any of them will do. Otherwise the type is on the way to what is named.
                if named.is_empty() || self.is_object(at) {
                    linked.push(at);
                } else {
                    types.push(other);
                }
            } else if self.graph.is(other, kind) && other != kind {
                things.retain(|&thing| self.graph.is(self.graph.types[thing], other));
            }
            self.items[at].used = true;
        }
        let steps = self.take_steps();
        let mut conditions = std::mem::take(&mut self.conditions);
        let objects = !linked.is_empty() && !named.is_empty();
        for at in linked.iter().copied().chain(named) {
            let anchors = match self.items[at].kind {
                Some(kind) if self.items[at].things.is_empty() => self.graph.members(kind).to_vec(),
                _ => self.items[at].things.clone(),
            };
            // The relation belongs to its object.
            let steps = if objects && !linked.contains(&at) { Vec::new() } else { steps.clone() };
            let sense = self.sense_before(at);
            if self.items[at].partly && !self.items[at].texts.is_empty() && steps.is_empty() {
                continue;
            }
            self.items[at].used = true;
            let own = anchors.iter().all(|&thing| self.graph.is(self.graph.types[thing], kind));
            if own && steps.is_empty() && types.is_empty() {
                let all = things.len();
                things.retain(|thing| sense.is(anchors.contains(thing)));
                // 青禾是什么牌子: what is named is all that would be answered.
                if things == anchors && all > 1 && !self.has(Word::Exists) && !self.yes_or_no() && !self.asks_more() {
                    return None;
                }
                continue;
            }
            // 沐枝是哪个国家的品牌: what it is said to be is not on the way.
            let is = |thing: &Thing, other: Type| self.graph.is(self.graph.types[*thing], other);
            let types: Vec<Type> =
                types.iter().copied().filter(|&other| !anchors.iter().all(|thing| is(thing, other))).collect();
            let found = way(self.graph, &anchors, kind, &Via { steps: &steps, types: &types }).or_else(|| {
                way(self.graph, &anchors, kind, &Via { steps: &[], types: &types })
                    .filter(|_| !own && steps.len() == 1 && types.is_empty() && self.is_loose(&steps[0]))
            });
            match found {
                Some(found) => {
                    conditions.push(Condition::Link { steps: found.steps, anchors, reached: found.reached, sense })
                }
                // Nothing is linked so; whether it may be says whether that is an answer.
                None if self.could_link(&anchors, kind, &steps, &types) => {
                    conditions.push(Condition::Link { steps: Vec::new(), anchors, reached: Vec::new(), sense });
                }
                None => return None,
            }
        }
        Some(Group { things, kind: Some(kind), conditions })
    }

    /// Whether a relation that is named stands directly before: sells *kettles*.
    fn is_object(&self, at: usize) -> bool {
        at.checked_sub(1).is_some_and(|before| {
            let before = &self.items[before];
            !before.steps.is_empty() && before.roles.is_empty() && before.things.is_empty()
        })
    }

    /// Whether attributes or adjectives are left to be asked for.
    fn asks_more(&self) -> bool {
        let mut open = self.items.iter().filter(|item| !item.used);
        open.any(|item| !item.attributes.is_empty() || !item.adjectives.is_empty())
    }

    /// Whether a relation's words are used for many things: 在, from.
    fn is_loose(&self, steps: &[Step]) -> bool {
        steps.len() > 1
    }

    /// Whether the schema has a way that might be empty.
    fn could_link(&self, anchors: &[Thing], kind: Type, steps: &[Vec<Step>], types: &[Type]) -> bool {
        let from: Vec<Type> = anchors.iter().map(|&thing| self.graph.types[thing]).collect();
        let direct = |step: Step| {
            from.iter().any(|&kind| self.graph.may_start(kind, step))
                && self.graph.touches(kind, self.graph.leads_to(step))
        };
        types.is_empty()
            && steps.len() <= 1
            && self.graph.all_steps().any(|step| {
                direct(step) && steps.iter().all(|named| named.iter().any(|named| named.relation == step.relation))
            })
    }

    /// The relations named, each with its readings. Small words such as "in" are no names.
    fn take_steps(&mut self) -> Vec<Vec<Step>> {
        let mut steps = Vec::new();
        for item in &mut self.items {
            if !item.steps.is_empty() && !item.used && item.things.is_empty() {
                if item.roles.is_empty() {
                    steps.push(item.steps.clone());
                }
                if item.attributes.is_empty() {
                    item.used = true;
                }
            }
        }
        steps
    }

    /// The named things, or what a named relation leads to from them.
    fn subject(&mut self, named: &[usize]) -> Option<Group> {
        let (&first, others) = named.split_first()?;
        self.items[first].used = true;
        let things = self.items[first].things.clone();
        let mut steps = self.take_steps();
        if others.is_empty()
            && let Some(kind) = self.kind_of(&things)
            && steps.len() == 1
        {
            // 是什么做的: a relation that things of this type do not have is another word here.
            steps.retain(|readings| readings.iter().any(|&step| self.graph.may_start(kind, step)));
        }
        if !others.is_empty() {
            let conditions = self.links_to(&things, others, &steps)?;
            self.conditions.extend(conditions);
        } else if let [readings] = &steps[..] {
            let from = self.kind_of(&things)?;
            let step = readings.iter().copied().find(|&step| self.graph.may_start(from, step))?;
            let mut reached: Vec<Thing> = things.iter().flat_map(|&thing| self.graph.follow(thing, step)).collect();
            reached.sort_unstable();
            reached.dedup();
            let kind = self.graph.leads_to(step).first().and_then(|name| self.graph.type_number(name));
            let link =
                Condition::Link { steps: vec![step], anchors: things, reached: reached.clone(), sense: Sense::Wanted };
            return Some(Group { things: reached, kind, conditions: vec![link] });
        } else if !steps.is_empty() {
            return self.chain(&things, &steps);
        }
        Some(Group { kind: self.kind_of(&things), things, conditions: Vec::new() })
    }

    /// Several relations, one after the other: in Chinese from the left, in English from the right.
    fn chain(&self, from: &[Thing], steps: &[Vec<Step>]) -> Option<Group> {
        let mut steps: Vec<&Vec<Step>> = steps.iter().collect();
        if !self.chinese {
            steps.reverse();
        }
        let (mut things, mut taken) = (from.to_vec(), Vec::new());
        for readings in steps {
            let kind = self.kind_of(&things)?;
            let step = readings.iter().copied().find(|&step| self.graph.may_start(kind, step))?;
            things = things.iter().flat_map(|&thing| self.graph.follow(thing, step)).collect();
            things.sort_unstable();
            things.dedup();
            taken.push(step);
        }
        let link =
            Condition::Link { steps: taken, anchors: from.to_vec(), reached: things.clone(), sense: Sense::Wanted };
        Some(Group { kind: self.kind_of(&things), things, conditions: vec![link] })
    }

    /// Whether the subject is linked with other things: does A fit B, is it made by C.
    fn links_to(&mut self, subject: &[Thing], others: &[usize], steps: &[Vec<Step>]) -> Option<Vec<Condition>> {
        let from = self.kind_of(subject)?;
        let mut conditions = Vec::new();
        for &other in others {
            if self.items[other].partly && steps.is_empty() {
                // "Is it cotton": part of a name, but hardly the thing of that name.
                if self.items[other].texts.is_empty()
                    && self.items[other].to - self.items[other].from < 3
                    && self.chinese
                {
                    return None;
                }
                if !self.items[other].texts.is_empty() {
                    continue;
                }
            }
            let anchors = self.items[other].things.clone();
            let sense = self.sense_before(other);
            if anchors == subject {
                return None;
            }
            let to = self.kind_of(&anchors)?;
            let direct =
                |step: &Step| self.graph.may_start(to, *step) && self.graph.touches(from, self.graph.leads_to(*step));
            let step =
                self.graph.all_steps().filter(direct).find(|step| {
                    steps.is_empty() || steps.iter().flatten().any(|named| named.relation == step.relation)
                });
            let (taken, reached) = match step {
                Some(step) => {
                    let reached = anchors.iter().flat_map(|&anchor| self.graph.follow(anchor, step)).collect();
                    (vec![step], reached)
                }
                None => {
                    let found = way(self.graph, &anchors, from, &Via { steps, types: &[] })?;
                    (found.steps, found.reached)
                }
            };
            self.items[other].used = true;
            conditions.push(Condition::Link { steps: taken, anchors, reached, sense });
        }
        Some(conditions)
    }

    /// The things of a group that meet all conditions.
    pub(super) fn meeting(&self, group: &Group) -> Vec<Thing> {
        let all = |thing: &Thing| {
            group.conditions.iter().all(|condition| meets(self.graph, *thing, condition).0 == Some(true))
        };
        group.things.iter().copied().filter(all).collect()
    }

    pub(super) fn may_have_dimension(&self, things: &[Thing], dimension: &str) -> Vec<Attribute> {
        let all = 0..self.graph.schema.attributes.len();
        all.filter(|&at| self.graph.dimension(at) == dimension)
            .filter(|&at| things.iter().any(|&thing| self.graph.may_have(self.graph.types[thing], at)))
            .collect()
    }
}
