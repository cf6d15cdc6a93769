//! Amounts in a question: which attribute they are of, and whether they limit it.

use crate::graph::Attribute;
use crate::rows::ValueKind;
use crate::token::Kind;
use crate::unit;
use crate::words::{Degree, Op, Sign, Word};

use super::condition::Condition;
use super::read::Reader;

impl Reader<'_> {
    /// Makes conditions of the amounts that stand with a limit (under 300 yuan) or an attribute (质保两年). Others stay: they
    /// may be part of what something is called.
    pub(super) fn bind_amounts(&mut self) {
        self.join_ranges();
        for at in 0..self.items.len() {
            if self.items[at].used {
                continue;
            }
            match self.items[at].number {
                Some(Kind::Amount(base, unit)) => self.bind(at, unit.dimension, |_| base),
                Some(Kind::Number(number)) => self.bind_bare(at, number),
                Some(Kind::Year(year)) => self.bind_year(at, f64::from(year)),
                Some(Kind::Count(_) | Kind::Han | Kind::Word) | None => {}
            }
        }
        for at in 0..self.items.len() {
            let year = self.items[at].roles.iter().find_map(|role| match role {
                Word::Year(years) => Some(*years),
                _ => None,
            });
            if let (Some(years), Some(now)) = (year, self.asked.now) {
                self.bind_year(at, f64::from(now.year() + i32::from(years)));
            }
        }
    }

    /// 200到300元, between 1 and 2 kg: two limits of one attribute.
    fn join_ranges(&mut self) {
        let between = ["之间", "between", "介于"].iter().any(|word| self.linked.text.contains(word));
        for at in 0..self.items.len() {
            let Some(low) = self.items[at].number else { continue };
            let joined = match self.items.get(at + 1) {
                Some(next) if matches!(next.number, Some(Kind::Amount(..))) => {
                    matches!(low, Kind::Number(_)).then_some(at + 1)
                }
                Some(next) if next.is(Word::To) && (between || !next.is(Word::And)) => Some(at + 2),
                _ => None,
            };
            let Some(end) = joined.filter(|&end| end < self.items.len()) else { continue };
            let (low, high, dimension) = match (low, self.items[end].number) {
                (Kind::Number(low), Some(Kind::Amount(high, unit))) => (low * unit.factor, high, unit.dimension),
                (Kind::Amount(low, a), Some(Kind::Amount(high, b))) if a.dimension == b.dimension => {
                    (low, high, a.dimension)
                }
                (Kind::Number(low), Some(Kind::Number(high))) if between => (low, high, "money:CNY"),
                _ => continue,
            };
            let attributes = self.attribute_beside(at, end, dimension);
            let limits = vec![(Op::AtLeast, low.min(high)), (Op::AtMost, low.max(high))];
            self.conditions.push(Condition::Measure { attributes, dimension, limits });
            for item in &mut self.items[at..=end] {
                item.used = true;
            }
        }
    }

    fn bind(&mut self, at: usize, dimension: &'static str, limit: impl Fn(Option<Attribute>) -> f64) {
        let (mut op, mut left, mut right) = self.limit_beside(at);
        if op.is_none()
            && let Some((graded, from, to)) = self.grade_beside(at)
        {
            op = Some(graded);
            (left, right) = (from, to);
        }
        let attributes = self.attribute_beside(left, right, dimension);
        if op.is_none() && attributes.is_empty() {
            return;
        }
        let limit = limit(attributes.first().copied());
        let limits = vec![(op.unwrap_or_else(|| self.amount_op(left)), limit)];
        self.conditions.push(Condition::Measure { attributes, dimension, limits });
        for item in &mut self.items[left..=right] {
            item.used = true;
        }
    }

    /// A number without a unit: with a limit it is of the attribute beside it, else money.
    fn bind_bare(&mut self, at: usize, number: f64) {
        let (op, left, right) = self.limit_beside(at);
        if op.is_none() {
            return;
        }
        let beside = left.checked_sub(1).and_then(|before| self.items[before].attributes.first().copied());
        match beside.filter(|&attribute| self.graph.attribute(attribute).value == ValueKind::Number) {
            Some(attribute) => {
                let symbol = self.graph.attribute(attribute).unit.clone().unwrap_or_default();
                let dimension = unit::find(&symbol).map_or("", |unit| unit.dimension);
                self.bind(at, dimension, |_| unit::in_base(number, &symbol));
            }
            None => {
                let money = self.graph.schema.attributes.iter().find_map(|row| {
                    row.unit.as_deref().and_then(unit::find).filter(|unit| unit.dimension.starts_with("money"))
                });
                if let Some(unit) = money {
                    self.bind(at, unit.dimension, |_| number * unit.factor);
                }
            }
        }
        for item in &mut self.items[left..=right] {
            item.used |= self.conditions.last().is_some();
        }
    }

    fn bind_year(&mut self, at: usize, year: f64) {
        let (op, left, right) = self.limit_beside(at);
        let dated = |attribute: &Attribute| {
            let row = self.graph.attribute(*attribute);
            row.value == ValueKind::Date || (row.value == ValueKind::Number && row.unit.is_none())
        };
        let beside = self.items[left.saturating_sub(2)..(right + 4).min(self.items.len())].iter();
        let mut attributes: Vec<Attribute> =
            beside.flat_map(|item| item.attributes.iter().copied()).filter(dated).collect();
        if attributes.is_empty() {
            let all = 0..self.graph.schema.attributes.len();
            attributes = all.filter(|&at| self.graph.attribute(at).value == ValueKind::Date).collect();
        }
        if attributes.is_empty() {
            return;
        }
        for item in &mut self.items {
            let own = item.attributes.iter().any(|attribute| attributes.contains(attribute));
            item.used |= own && item.from + 8 > at;
        }
        self.conditions.push(Condition::Year { attributes, limits: vec![(op.unwrap_or(Op::Equal), year)] });
        for item in &mut self.items[left..=right] {
            item.used = true;
        }
    }

    /// The limit that stands before or after an amount, and the items that it and the amount take.
    fn limit_beside(&self, at: usize) -> (Option<Op>, usize, usize) {
        let (mut left, mut right) = (at, at);
        let mut op = None;
        if let Some(before) = at.checked_sub(1) {
            let found = self.items[before].roles.iter().find_map(|role| match role {
                Word::Before(op) => Some(*op),
                _ => None,
            });
            // "from", "in" and their like limit nothing that says what something is called.
            if found.is_some() && !self.items[before].is(Word::Of) && !self.items[before].is(Word::Most) {
                op = found;
                left = before;
            }
        }
        if let Some(item) = self.items.get(at + 1)
            && let Some(Word::After(after)) = item.roles.iter().find(|role| matches!(role, Word::After(_)))
            && !item.is(Word::Of)
        {
            op = op.or(Some(*after));
            right = at + 1;
        }
        if left > 0 && op.is_some() && self.items[left - 1].is(Word::Not) && !self.items[left - 1].has_content() {
            op = op.map(Op::negated);
            left -= 1;
        }
        (op, left, right)
    }

    /// "Bigger than 3 litres", 比3升大: the limit that an adjective and the amount make.
    fn grade_beside(&self, at: usize) -> Option<(Op, usize, usize)> {
        let than = at.checked_sub(1).filter(|&before| self.items[before].is(Word::Than))?;
        let sign = |at: usize| -> Option<Sign> { self.sign_of(at) };
        let op = |sign| if sign == Sign::More { Op::Greater } else { Op::Less };
        if let Some(before) = than.checked_sub(1)
            && let Some(found) = sign(before)
        {
            return Some((op(found), before, at));
        }
        let after = (at + 1..self.items.len().min(at + 3)).find(|&after| sign(after).is_some())?;
        Some((op(sign(after)?), than, after))
    }

    /// Towards what the adjective at `at` goes, "less" before it considered.
    pub(super) fn sign_of(&self, at: usize) -> Option<Sign> {
        let item = &self.items[at];
        let own = item.adjectives.first().map(|(_, sign, _)| *sign);
        let own = own.or_else(|| {
            item.roles.iter().find_map(|role| match role {
                Word::Size(sign, _) => Some(*sign),
                _ => None,
            })
        })?;
        let turned = at.checked_sub(1).is_some_and(|before| {
            let before = &self.items[before];
            (before.is(Word::Fewer) || before.is(Word::Least))
                && !item
                    .roles
                    .iter()
                    .any(|role| matches!(role, Word::Size(_, Degree::Comparative | Degree::Superlative)))
        });
        Some(if turned { own.opposite() } else { own })
    }

    /// The attributes of a dimension that are named just before `left` or after `right`, or by an adjective between.
    fn attribute_beside(&mut self, left: usize, right: usize, dimension: &str) -> Vec<Attribute> {
        let graph = self.graph;
        let fits = |attribute: Attribute| {
            graph.attribute(attribute).value == ValueKind::Number && graph.dimension(attribute) == dimension
        };
        let before = (left.saturating_sub(3)..left).rev();
        let after = right + 1..(right + 4).min(self.items.len());
        for at in (left..=right).chain(before).chain(after) {
            let item = &self.items[at];
            if at < left && (item.kind.is_some() || item.number.is_some()) || (at > right && !item.things.is_empty()) {
                continue;
            }
            let own: Vec<Attribute> = item.attributes.iter().copied().filter(|&own| fits(own)).collect();
            let own = if own.is_empty() {
                item.adjectives.iter().map(|(attribute, ..)| *attribute).filter(|&own| fits(own)).collect()
            } else {
                own
            };
            let superlative =
                at.checked_sub(1).is_some_and(|b| self.items[b].is(Word::Most) || self.items[b].is(Word::Least))
                    || item.adjectives.iter().any(|(_, _, degree)| *degree == Degree::Superlative);
            if !own.is_empty() && !superlative {
                self.items[at].used = true;
                return own;
            }
        }
        Vec::new()
    }
}
