//! What is asked of the things that a question is about.

use crate::graph::{Attribute, Thing};
use crate::rows::ValueKind;
use crate::token::Kind;
use crate::words::{Degree, Word};

use super::condition::Condition;
use super::read::{Group, Query, Reader};

impl Reader<'_> {
    /// The query about a group.
    pub(super) fn ask(&mut self, mut group: Group) -> Option<Query> {
        let typed = self.items.iter().any(|item| item.used && item.kind.is_some() && (item.is_bare() || item.asked));
        let followed = !group.conditions.is_empty();
        group.conditions.append(&mut self.conditions);
        if let Some((attribute, sign)) = self.superlative(&group) {
            let count = self.wanted_count();
            let things = self.meeting(&group);
            let asks = self.asked_attributes(&things);
            group.things = things;
            if asks.is_empty() || asks == [attribute] && !self.has(Word::How) {
                return Some(Query::Extreme { group, attribute, sign, count });
            }
            let best = super::say::extreme(self.graph, &group.things, attribute, sign, 1);
            let [thing] = best[..] else { return Some(Query::Which { things: best }) };
            let attribute = self.best_attribute(&asks, &[thing])?;
            return Some(Query::Value { thing, attribute, group });
        }
        let open = self.has(Word::Which) || self.has(Word::List);
        if typed && self.counts() {
            group.things = self.meeting(&group);
            return Some(Query::Count { group });
        }
        let things = if typed { self.meeting(&group) } else { group.things.clone() };
        let mut asks = self.asked_attributes(&things);
        if asks.is_empty() && !typed && (0..self.items.len()).any(|at| self.written(at).starts_with("how much")) {
            asks = self.money();
        }
        let listed = typed && open && self.only_flags(&asks);
        if !asks.is_empty() && !listed {
            return self.value_of(&group, things, &asks);
        }
        if !typed {
            return self.about_named(group, followed);
        }
        let possible = |condition: &Condition| group.things.iter().any(|&thing| self.applies(thing, condition));
        if !group.conditions.iter().all(possible) {
            return None;
        }
        let exists = self.has(Word::Exists) || self.yes_or_no();
        if exists && !(open && self.is_really_open()) {
            group.things = things;
            return Some(Query::Exists { group });
        }
        let limited =
            !group.conditions.is_empty() || self.items.iter().any(|item| item.asked && !item.things.is_empty());
        let placed = (self.has(Word::Who) || self.has(Word::Where)) && !group.conditions.is_empty();
        if open || limited || placed {
            group.things = things;
            return Some(Query::List { group });
        }
        None
    }

    /// "有吗，是哪个": a question word wins over the form of yes or no, unless it is part of it.
    fn is_really_open(&self) -> bool {
        self.items.iter().any(|item| {
            !item.has_content()
                && (item.is(Word::Which) || item.is(Word::List))
                && !item.is(Word::Exists)
                && !item.is(Word::YesNo)
        })
    }

    /// "How much is it" asks for the price.
    fn money(&self) -> Vec<Attribute> {
        let money = |attribute: &Attribute| self.graph.dimension(*attribute).starts_with("money");
        (0..self.graph.schema.attributes.len()).filter(money).collect()
    }

    fn only_flags(&self, attributes: &[Attribute]) -> bool {
        attributes.iter().all(|&at| self.graph.attribute(at).value == ValueKind::Bool)
    }

    /// How many: unless a unit follows, which asks for an attribute.
    fn counts(&self) -> bool {
        (0..self.items.len()).any(|at| {
            let item = &self.items[at];
            let unit = self.items.get(at + 1).is_some_and(|next| next.unit.is_some() || !next.attributes.is_empty());
            item.is(Word::Count) && !item.has_content() && !unit
        })
    }

    /// The attribute of which the most or least is asked.
    fn superlative(&mut self, group: &Group) -> Option<(Attribute, crate::words::Sign)> {
        let at = (0..self.items.len()).find(|&at| {
            let item = &self.items[at];
            let marked = at.checked_sub(1).is_some_and(|before| {
                let before = &self.items[before];
                (before.is(Word::Most) || before.is(Word::Least)) && !before.has_content()
            });
            let own = item.adjectives.iter().any(|(_, _, degree)| *degree == Degree::Superlative)
                || item
                    .roles
                    .iter()
                    .any(|role| matches!(role, Word::Size(_, Degree::Superlative)) && !item.is(Word::Most));
            !item.used && (own || marked) && self.sign_of(at).is_some()
        })?;
        // "Battery: the largest", "the longest warranty": the attribute beside it.
        let before = (at.saturating_sub(3)..at).rev().find(|&before| self.is_ask(before));
        let after = (at + 1..(at + 2).min(self.items.len())).find(|&after| self.is_ask(after));
        let beside: Vec<usize> = before.or(after).into_iter().collect();
        let found = self.graded_attribute(&[at], &beside, &group.things)?;
        for at in beside.into_iter().chain([at]) {
            self.items[at].used = true;
        }
        Some(found)
    }

    fn is_ask(&self, at: usize) -> bool {
        let item = &self.items[at];
        !item.used && item.things.is_empty() && item.attributes.iter().any(|&own| self.is_measured(own))
    }

    /// How many are wanted: the three cheapest.
    fn wanted_count(&mut self) -> usize {
        for item in &mut self.items {
            match item.number {
                Some(Kind::Count(count)) if !item.used => {
                    item.used = true;
                    return count.max(1);
                }
                Some(Kind::Number(number)) if !item.used && number.fract() == 0.0 && (1.0..100.0).contains(&number) => {
                    item.used = true;
                    return number as usize;
                }
                _ => {}
            }
        }
        1
    }

    /// The attributes whose value is asked for.
    fn asked_attributes(&mut self, things: &[Thing]) -> Vec<Attribute> {
        let mut asked = Vec::new();
        for at in 0..self.items.len() {
            if self.items[at].used || !self.items[at].things.is_empty() {
                continue;
            }
            let asks = |at: usize| self.items.get(at).is_some_and(|item| item.is(Word::How));
            // 多重, "how heavy", 重几公斤.
            let unit = self.items.get(at + 2).is_some_and(|item| item.unit.is_some());
            let how = at.checked_sub(1).is_some_and(asks)
                || (unit && self.items.get(at + 1).is_some_and(|next| next.is(Word::Which) || next.is(Word::How)));
            let item = &self.items[at];
            let own: Vec<Attribute> = if !item.attributes.is_empty() {
                item.attributes.clone()
            } else if !item.adjectives.is_empty() && how {
                item.adjectives.iter().map(|(attribute, ..)| *attribute).collect()
            } else if let Some(dimension) = item.unit.filter(|_| item.kind.is_none() && item.roles.is_empty()) {
                self.may_have_dimension(things, dimension)
            } else if matches!(item.number, Some(Kind::Count(_))) {
                self.items[at].used = true;
                continue;
            } else {
                continue;
            };
            self.items[at].used = true;
            // A small word is an attribute only where it can be.
            let weak = !self.items[at].roles.is_empty();
            let possible =
                own.iter().any(|&own| things.iter().any(|&thing| self.graph.may_have(self.graph.types[thing], own)));
            if weak && !possible {
                continue;
            }
            // Words around the same attribute narrow it down: 电池容量多大, 能用多少分钟.
            let both: Vec<Attribute> = asked.iter().copied().filter(|other| own.contains(other)).collect();
            if asked.is_empty() {
                asked = own;
            } else if !both.is_empty() {
                asked = both;
            } else if !how && self.items[at].unit.is_none() {
                asked.extend(own);
            }
        }
        asked
    }

    /// Of attributes that a word may mean, the one that the things have, else the one that they may have.
    fn best_attribute(&self, attributes: &[Attribute], things: &[Thing]) -> Option<Attribute> {
        let rank = |attribute: Attribute| {
            let has = things.iter().filter(|&&thing| self.graph.value(thing, attribute).is_some()).count();
            let may = things.iter().filter(|&&thing| self.graph.may_have(self.graph.types[thing], attribute)).count();
            (has, may)
        };
        let mut attributes = attributes.to_vec();
        attributes.sort_unstable();
        let best = attributes.iter().map(|&attribute| rank(attribute)).max()?;
        attributes.into_iter().find(|&attribute| rank(attribute) == best)
    }

    fn value_of(&self, group: &Group, things: Vec<Thing>, asks: &[Attribute]) -> Option<Query> {
        let conditions: Vec<&Condition> =
            group.conditions.iter().filter(|condition| !matches!(condition, Condition::Link { .. })).collect();
        match things[..] {
            [] => None,
            [thing] => {
                let attribute = self.best_attribute(asks, &things)?;
                // A word for many attributes, none of which it has, was not about any of them.
                let vague = asks.len() > 1 && self.graph.value(thing, attribute).is_none();
                if vague || !self.graph.may_have(self.graph.types[thing], attribute) {
                    return None;
                }
                let untyped = group.things.len() == 1;
                if untyped && !conditions.is_empty() && self.yes_or_no() {
                    let conditions = group.conditions.clone();
                    return Some(Query::Check { thing, conditions });
                }
                Some(Query::Value { thing, attribute, group: group.clone() })
            }
            _ => Some(Query::Which { things }),
        }
    }

    /// Whether a condition can be of a thing of this type at all.
    fn applies(&self, thing: Thing, condition: &Condition) -> bool {
        let may = |attribute: &Attribute| self.graph.may_have(self.graph.types[thing], *attribute);
        match condition {
            Condition::Measure { attributes, .. } => attributes.is_empty() || attributes.iter().any(may),
            Condition::Year { attributes, .. } | Condition::Flag { attributes, .. } => attributes.iter().any(may),
            Condition::Text { texts, .. } => texts.iter().any(|(attribute, _)| may(attribute)),
            Condition::Link { .. } => true,
        }
    }

    /// A question about things that are named.
    fn about_named(&mut self, group: Group, followed: bool) -> Option<Query> {
        let Group { things, conditions, kind } = group;
        let link = |condition: &Condition| matches!(condition, Condition::Link { .. });
        if followed && conditions.len() == 1 {
            return Some(Query::List { group: Group { things, conditions, kind } });
        }
        if conditions.is_empty() {
            return self.has(Word::Exists).then_some(Query::Exists { group: Group { things, conditions, kind } });
        }
        // Two names beside each other ask nothing.
        if conditions.iter().all(link) && !self.yes_or_no() && !self.has(Word::Exists) {
            return None;
        }
        match things[..] {
            [] => None,
            [thing] if conditions.iter().all(|condition| self.applies(thing, condition)) => {
                Some(Query::Check { thing, conditions })
            }
            [_] => None,
            _ if conditions.iter().all(link) && !self.yes_or_no() => {
                let group = Group { things, conditions, kind };
                let things = self.meeting(&group);
                Some(Query::List { group: Group { things, ..group } })
            }
            _ => Some(Query::Which { things }),
        }
    }
}
