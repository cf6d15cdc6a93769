//! Phrases for things: "the Norsen glass kettle", 烁能20000毫安充电宝, 扫地机器人的品牌.

use crate::graph::{Thing, Type};
use crate::lexicon::{Meaning, weekday_key};
use crate::token::Kind;
use crate::unit::same;
use crate::words::Word;

use super::read::Reader;

impl Reader<'_> {
    /// Puts what was spoken of in the place of "it" and 这款.
    pub(super) fn resolve_pronouns(&mut self) {
        let context: Vec<Thing> = self.asked.context.iter().filter_map(|id| self.graph.number(id)).collect();
        let Some(&latest) = context.first() else { return };
        for at in 0..self.items.len() {
            if !self.items[at].is(Word::It) || self.items[at].has_content() || self.items[at].is(Word::Which) {
                continue;
            }
            let several = ["它们", "这两款", "这几款", "they", "them", "these", "those"];
            let written = self.written(at);
            let kind = self.items.get(at + 1).filter(|next| next.is_bare()).and_then(|next| next.kind);
            let fitting =
                |kind: Type| context.iter().copied().find(|&thing| self.graph.is(self.graph.types[thing], kind));
            let things = match kind {
                _ if several.contains(&written.as_str()) => context.clone(),
                Some(kind) => fitting(kind).into_iter().collect(),
                None => vec![latest],
            };
            self.items[at].things = things;
            self.items[at].things.sort_unstable();
        }
    }

    /// Puts the day of the week in the place of "today".
    pub(super) fn resolve_days(&mut self) {
        let Some(now) = self.asked.now else { return };
        let today = usize::from(now.weekday().number_days_from_monday());
        for item in &mut self.items {
            let day = item.roles.iter().find_map(|role| match role {
                Word::Day(days) => Some(today + usize::from(days.unsigned_abs())),
                _ => None,
            });
            if let Some(day) = day {
                for meaning in self.graph.lexicon.exact(weekday_key(day)) {
                    if let Meaning::Text(attribute, things) = meaning {
                        item.texts.push((*attribute, things.clone()));
                    }
                }
            }
        }
    }

    /// "The cotton one" is of the type that was spoken of before.
    pub(super) fn resolve_ones(&mut self) {
        for at in 1..self.items.len() {
            let before = &self.items[at - 1];
            let described = before.partly || !before.texts.is_empty() || before.number.is_some();
            let one = self.items[at].is(Word::One) && !self.items[at].has_content();
            if !(described && one) {
                continue;
            }
            let kind = self.items[..at - 1].iter().rev().find_map(|item| self.kind_of(&item.things).or(item.kind));
            self.items[at].kind = kind;
        }
    }

    /// Marks what "which" stands with.
    pub(super) fn mark_asked(&mut self) {
        for at in 0..self.items.len() {
            let asks = self.items[at].is(Word::Which) || self.items[at].is(Word::List);
            if !asks || self.items[at].has_content() {
                continue;
            }
            let mut next = at + 1;
            while next < self.items.len() && self.is_joint(next) {
                next += 1;
            }
            if let Some(item) = self.items.get_mut(next)
                && item.is_bare()
            {
                item.asked = true;
            }
        }
    }

    /// Marks the type that "which" stands behind, at the end: 水壶有哪几款.
    pub(super) fn mark_asked_behind(&mut self) {
        for at in 0..self.items.len() {
            if self.items[at].kind.is_none() {
                continue;
            }
            let rest = &self.items[at + 1..];
            let asks = rest
                .iter()
                .any(|item| [Word::Which, Word::List, Word::Count, Word::Exists].iter().any(|role| item.is(*role)));
            if asks && self.chinese && rest.iter().all(|item| !item.has_content() && item.steps.is_empty()) {
                self.items[at].asked = true;
            }
        }
    }

    /// Words between the parts of a phrase: 的, 款, which.
    fn is_joint(&self, at: usize) -> bool {
        let item = &self.items[at];
        !item.has_content()
            && (item.is(Word::De)
                || item.is(Word::Piece)
                || item.is(Word::Filler) && item.to - item.from == 1 && self.is_article(at))
            || matches!(item.number, Some(Kind::Count(1)))
    }

    fn is_article(&self, at: usize) -> bool {
        matches!(self.written(at).as_str(), "the" | "a" | "an" | "your" | "of" | "款" | "种" | "一" | "都" | "还")
    }

    /// Joins what describes things with their type: brand, amount, material and type become the things meant.
    pub(super) fn merge(&mut self) {
        let mut at = 0;
        while at < self.items.len() {
            if self.items[at].is_bare() && !self.items[at].used {
                at = self.merge_at(at);
            }
            at += 1;
        }
    }

    fn merge_at(&mut self, at: usize) -> usize {
        let Some(kind) = self.items[at].kind else { return at };
        let mut things: Vec<Thing> = self.graph.members(kind).to_vec();
        let (mut first, mut last) = (at, at);
        let mut narrowed = false;
        let mut asked = self.items[at].asked;
        let mut scan = at;
        while scan > 0 {
            scan -= 1;
            let before = &self.items[scan];
            if before.used {
                break;
            }
            if self.is_joint(scan) {
                continue;
            }
            if before.is(Word::Which) && !before.has_content() {
                asked = true;
                continue;
            }
            let negated = scan > 0 && self.items[scan - 1].is(Word::Not) && !self.items[scan - 1].has_content();
            if negated {
                break;
            }
            match self.narrow(&things, kind, scan) {
                Some(fewer) => {
                    things = fewer;
                    first = scan;
                    narrowed = true;
                }
                None => break,
            }
        }
        while let Some(after) = self.items.get(last + 1)
            && matches!(after.number, Some(Kind::Amount(..) | Kind::Number(_)))
            && !after.used
            && let Some(fewer) = self.narrow(&things, kind, last + 1)
        {
            things = fewer;
            last += 1;
            narrowed = true;
        }
        if !narrowed {
            return at;
        }
        if let Some(before) = first.checked_sub(1).map(|before| &self.items[before])
            && !before.has_content()
        {
            asked |= [Word::Which, Word::List, Word::Exists, Word::Count].iter().any(|role| before.is(*role));
        }
        let near = self.items[first..=last].iter().any(|item| item.near);
        let (from, to) = (self.items[first].from, self.items[last].to);
        let joined = &mut self.items[at];
        (joined.things, joined.asked, joined.near, joined.from, joined.to) = (things, asked, near, from, to);
        self.items.drain(at + 1..=last);
        self.items.drain(first..at);
        first
    }

    /// The things of a type that the item at `at` describes; none when it describes none of them.
    fn narrow(&self, things: &[Thing], kind: Type, at: usize) -> Option<Vec<Thing>> {
        let item = &self.items[at];
        let kept: Vec<Thing> = match item.number {
            Some(Kind::Amount(base, unit)) if item.things.is_empty() => {
                let of_dimension: Vec<usize> = (0..self.graph.schema.attributes.len())
                    .filter(|&attribute| self.graph.dimension(attribute) == unit.dimension)
                    .collect();
                let has = |thing: Thing| {
                    of_dimension
                        .iter()
                        .any(|&at| self.graph.measure(thing, at).is_some_and(|measure| same(measure, base)))
                };
                things.iter().copied().filter(|&thing| has(thing)).collect()
            }
            Some(Kind::Number(number)) if item.things.is_empty() => {
                let has = |thing: Thing| {
                    self.graph.things[thing].attributes.values().any(
                        |value| matches!(value, crate::rows::Value::Number { amount, .. } if same(*amount, number)),
                    )
                };
                things.iter().copied().filter(|&thing| has(thing)).collect()
            }
            _ if !item.things.is_empty() || !item.texts.is_empty() => {
                let described = |thing: Thing| {
                    item.things.contains(&thing) || item.texts.iter().any(|(_, things)| things.contains(&thing))
                };
                let own: Vec<Thing> = things.iter().copied().filter(|&thing| described(thing)).collect();
                let other = !item.things.is_empty()
                    && !item.partly
                    && item.things.iter().all(|&thing| !self.graph.is(self.graph.types[thing], kind));
                if own.is_empty() && other { self.linked_to(things, &item.things) } else { own }
            }
            _ => return None,
        };
        (!kept.is_empty()).then_some(kept)
    }

    /// Those of `things` that are one step from any of `others`.
    fn linked_to(&self, things: &[Thing], others: &[Thing]) -> Vec<Thing> {
        let reached: std::collections::HashSet<Thing> =
            others.iter().flat_map(|&other| self.graph.neighbours(other)).collect();
        things.iter().copied().filter(|thing| reached.contains(thing)).collect()
    }

    /// An amount that is left over and stands beside another thing in a comparison names one too: 10000和20000毫安的.
    pub(super) fn resolve_amounts(&mut self) {
        for at in 1..self.items.len() {
            let joined = self.items[at - 1].is(Word::And) || self.items[at - 1].is(Word::Or);
            let plain = matches!(self.items[at].number, Some(Kind::Amount(..) | Kind::Number(_)));
            if !joined || !plain || self.items[at].used || !self.items[at].things.is_empty() {
                continue;
            }
            let before: Vec<Thing> = match self.items[..at - 1].iter().rev().find(|item| !item.things.is_empty()) {
                Some(item) => item.things.clone(),
                None => continue,
            };
            let Some(kind) = self.kind_of(&before) else { continue };
            let others: Vec<Thing> =
                self.graph.members(kind).iter().copied().filter(|thing| !before.contains(thing)).collect();
            if let Some(things) = self.narrow(&others, kind, at) {
                self.items[at].things = things;
                self.items[at].number = None;
            }
        }
    }
}
