//! Comparisons: "which is lighter", "is A heavier than B", A 比 B 贵多少.

use crate::graph::{Attribute, Thing};
use crate::rows::ValueKind;
use crate::token::Kind;
use crate::words::{Degree, Op, Sign, Word};

use super::condition::Condition;
use super::link::Item;
use super::read::{Comparison, Query, Reader};

impl Reader<'_> {
    /// "Which is lighter", "is A heavier than B", "A 比 B 贵多少".
    pub(super) fn comparison(&mut self) -> Option<Query> {
        let named = self.named();
        // "Compared with B, it …": 跟 joins, except at the start of a question that has 比.
        let than = (0..self.items.len()).find(|&at| self.items[at].is(Word::Than) && !self.items[at].is(Word::And));
        let than = than.map(|than| if self.items[0].is(Word::Than) { 0 } else { than });
        let graded: Vec<usize> = (0..self.items.len())
            .filter(|&at| !self.items[at].used && (!self.items[at].adjectives.is_empty() || self.sign_of(at).is_some()))
            .collect();
        let measured: Vec<usize> = (0..self.items.len())
            .filter(|&at| {
                let item = &self.items[at];
                !item.used && item.attributes.iter().any(|&own| self.is_measured(own))
            })
            .collect();
        if graded.is_empty() && measured.is_empty() {
            return None;
        }
        if than.is_some() && named.len() == 1 && self.relative_condition(named[0], &graded, &measured) {
            return None;
        }
        let mut named = named;
        if than.is_some()
            && named.len() == 1
            && let Some(latest) = self.asked.context.first().and_then(|id| self.graph.number(id))
            && !self.items[named[0]].things.contains(&latest)
        {
            let first = Item { to: 1, things: vec![latest], ..Item::default() };
            self.items.insert(0, first);
            return self.comparison();
        }
        let comparative = self.items.iter().any(|item| {
            item.adjectives.iter().any(|(_, _, degree)| *degree == Degree::Comparative)
                || item.roles.iter().any(|role| matches!(role, Word::Size(_, Degree::Comparative)))
        });
        let asked = self.has(Word::Which) || self.has(Word::Who);
        let by_how_much = self.has(Word::How) && (than.is_some() || comparative);
        // 贵多少钱: by how much, though 多少钱 is a word for the price.
        let priced = than.is_some()
            && (0..self.items.len())
                .any(|at| !self.items[at].attributes.is_empty() && self.written(at).starts_with(['多', '几']));
        let by_how_much = by_how_much || priced;
        let difference = by_how_much
            || self.items.iter().any(|item| item.is(Word::Difference) && !item.is(Word::How) && !item.has_content());
        let same = self.has(Word::Same);
        let types = self.items.iter().filter(|item| item.is_bare()).count();
        let cue = than.is_some()
            || difference
            || same
            || self.has(Word::Or)
            || ((asked || comparative || self.has(Word::Most)) && types == 0);
        if named.len() == 1
            && cue
            && self.items[named[0]].things.len() > 1
            && self.items[named[0]].things.len() <= 3
            && types == 0
        {
            // "They": each is one.
            let things = std::mem::take(&mut self.items[named[0]].things);
            let item = self.items[named[0]].clone();
            let each = things.into_iter().map(|thing| Item { things: vec![thing], ..item.clone() });
            self.items.splice(named[0]..=named[0], each);
            return self.comparison();
        }
        if named.len() < 2 || !cue {
            return None;
        }
        // The thing after "than" is what is compared with.
        let reference = than.and_then(|than| {
            let after = named.iter().copied().find(|&at| at > than);
            let before = named.iter().copied().rfind(|&at| at < than);
            after.or(before)
        });
        if let Some(reference) = reference {
            named.retain(|&at| at != reference);
            named.push(reference);
        }
        if let Some(&vague) = named.iter().find(|&&at| self.items[at].things.len() > 1) {
            for item in &mut self.items {
                item.used = true;
            }
            return Some(Query::Which { things: self.items[vague].things.clone() });
        }
        let things: Vec<Thing> = named.iter().map(|&at| self.items[at].things[0]).collect();
        let (attribute, sign) = self.graded_attribute(&graded, &measured, &things)?;
        let comparison = if difference {
            Comparison::Difference
        } else if same {
            Comparison::Same
        } else if than.is_some() && !asked || (self.yes_or_no() && !asked && !self.has(Word::Or)) {
            Comparison::Greater
        } else {
            Comparison::Best
        };
        for at in graded.into_iter().chain(measured).chain(named) {
            self.items[at].used = true;
        }
        for item in &mut self.items {
            // What the things are said to be: "which of the two pans".
            let general =
                item.kind.is_some_and(|kind| things.iter().all(|&thing| self.graph.is(self.graph.types[thing], kind)));
            item.used |= general && item.things.is_empty() || matches!(item.number, Some(Kind::Count(_)));
        }
        Some(Query::Compare { things, attribute, sign, comparison })
    }

    pub(super) fn is_measured(&self, attribute: Attribute) -> bool {
        matches!(self.graph.attribute(attribute).value, ValueKind::Number | ValueKind::Date)
    }

    /// "A kettle lighter than the Norsen glass kettle": its weight is the limit.
    fn relative_condition(&mut self, named: usize, graded: &[usize], measured: &[usize]) -> bool {
        let own = self.items[named].things.clone();
        let [thing] = own[..] else { return false };
        let target = self.items.iter().find(|item| item.is_bare() || item.asked);
        if target.is_none() {
            return false;
        }
        let Some((attribute, sign)) = self.graded_attribute(graded, measured, &[thing]) else { return false };
        let Some(limit) = self.graph.measure(thing, attribute) else { return false };
        let op = if sign == Sign::More { Op::Greater } else { Op::Less };
        let symbol = self.graph.attribute(attribute).unit.clone().unwrap_or_default();
        let dimension = crate::unit::find(&symbol).map_or("", |unit| unit.dimension);
        self.conditions.push(Condition::Measure { attributes: vec![attribute], dimension, limits: vec![(op, limit)] });
        for &at in graded.iter().chain(measured).chain([&named]) {
            self.items[at].used = true;
        }
        self.items[named].things.clear();
        self.items[named].kind = None;
        true
    }

    /// The attribute that adjectives or names mean for some things, and towards what they go.
    pub(super) fn graded_attribute(
        &self,
        graded: &[usize],
        measured: &[usize],
        things: &[Thing],
    ) -> Option<(Attribute, Sign)> {
        let named: Vec<Attribute> = measured
            .iter()
            .flat_map(|&at| self.items[at].attributes.clone())
            .filter(|&own| self.is_measured(own))
            .collect();
        let meant: Vec<(Attribute, Sign)> = graded
            .iter()
            .flat_map(|&at| {
                let sign = self.sign_of(at);
                self.items[at].adjectives.iter().filter_map(move |(attribute, ..)| Some((*attribute, sign?)))
            })
            .collect();
        let sign = graded.iter().find_map(|&at| self.sign_of(at)).unwrap_or(Sign::More);
        let mut candidates: Vec<(Attribute, Sign)> = if named.is_empty() {
            meant
        } else {
            let sign_of =
                |attribute: Attribute| meant.iter().find(|(own, _)| *own == attribute).map_or(sign, |(_, sign)| *sign);
            named.into_iter().map(|attribute| (attribute, sign_of(attribute))).collect()
        };
        candidates.sort_by_key(|(attribute, _)| *attribute);
        // The one that most of the things have.
        let have = |attribute: Attribute| {
            things.iter().filter(|&&thing| self.graph.measure(thing, attribute).is_some()).count()
        };
        let may = |attribute: Attribute| {
            things.iter().filter(|&&thing| self.graph.may_have(self.graph.types[thing], attribute)).count()
        };
        let best = candidates.iter().map(|(attribute, _)| (have(*attribute), may(*attribute))).max()?;
        candidates.into_iter().find(|(attribute, _)| (have(*attribute), may(*attribute)) == best)
    }
}
