//! The graph: checked, and indexed for questions.

use std::collections::{HashMap, HashSet};

use thiserror::Error;

use crate::lexicon::Lexicon;
use crate::rows::{AttributeRow, LinkRow, RelationRow, Schema, ThingRow, Value, ValueKind, text_in};
use crate::unit;

/// Why rows are no graph.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Problem {
    #[error("the schema has two entries named `{name}`; give one of them another name")]
    SchemaTwice { name: String },
    #[error("`{user}` refers to the type `{name}`, which the schema does not have; add it or correct the name")]
    UnknownType { user: String, name: String },
    #[error("the type `{name}` lies within itself; take out one of the steps")]
    TypeCircle { name: String },
    #[error("the thing `{id}` is there twice; ids are unique")]
    ThingTwice { id: String },
    #[error("the thing `{id}` has no name in any language")]
    Nameless { id: String },
    #[error("`{first}` and `{second}` have the same name “{name}” and type; tell them apart by their names")]
    NameTwice { name: String, first: String, second: String },
    #[error("`{id}` has the attribute `{name}`, which the schema does not have; add it to the schema or take it out")]
    UnknownAttribute { id: String, name: String },
    #[error("`{id}` is a {kind}, which has no attribute `{name}`; add the type to the attribute")]
    NotItsAttribute { id: String, name: String, kind: String },
    #[error("`{name}` of `{id}` should be a {expected}, not a {got}")]
    ValueKind { id: String, name: String, expected: &'static str, got: &'static str },
    #[error("`{name}` of `{id}` is in {got}, which cannot be converted to {expected}")]
    Unit { id: String, name: String, expected: String, got: String },
    #[error("`{name}` of `{id}` is not a finite number")]
    NotANumber { id: String, name: String },
    #[error("a link from `{from}` is named `{name}`, a relation that the schema does not have")]
    UnknownRelation { from: String, name: String },
    #[error("the link {from} –{name}→ {to} leads nowhere: there is no thing `{missing}`")]
    Dangling { from: String, name: String, to: String, missing: String },
    #[error("the link {from} –{name}→ {to} is not allowed: `{thing}` is a {kind}")]
    WrongSide { from: String, name: String, to: String, thing: String, kind: String },
}

/// Number of a thing in a graph.
pub(crate) type Thing = usize;
/// Number of an attribute in the schema.
pub(crate) type Attribute = usize;
/// Number of a type in the schema.
pub(crate) type Type = usize;

/// A relation in one of its two directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Step {
    /// Number of the relation in the schema.
    pub relation: usize,
    pub way: Way,
}

/// The direction in which a relation is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Way {
    Along,
    Against,
}

/// Things, their attributes and relations, checked and ready for questions. Immutable: a change makes a new one.
#[derive(Debug)]
pub struct Graph {
    pub(crate) schema: Schema,
    pub(crate) things: Vec<ThingRow>,
    /// Type of each thing.
    pub(crate) types: Vec<Type>,
    by_id: HashMap<String, Thing>,
    /// Of each thing, the steps that can be taken from it.
    steps: Vec<Vec<(Step, Thing)>>,
    /// Of each type, itself and the types that it lies within.
    above: Vec<Vec<Type>>,
    /// Of each type, its things and those of the types within.
    members: Vec<Vec<Thing>>,
    /// Of each thing, its numbers in base units and its dates in days, by attribute.
    measures: Vec<Vec<(Attribute, f64)>>,
    /// Of each attribute, what its numbers measure; nothing for other kinds and numbers without a unit.
    dimensions: Vec<String>,
    /// The links as given.
    links: Vec<LinkRow>,
    pub(crate) lexicon: Lexicon,
}

impl Graph {
    /// Checks the rows and indexes them. Relations may go in circles.
    ///
    /// # Errors
    /// Everything that is wrong, each with what to do about it.
    pub fn new(schema: Schema, things: Vec<ThingRow>, links: Vec<LinkRow>) -> Result<Graph, Vec<Problem>> {
        let mut problems = Vec::new();
        let type_numbers = check_schema(&schema, &mut problems);
        let above = ancestors(&schema, &type_numbers, &mut problems);
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut by_id = HashMap::with_capacity(things.len());
        let mut types = Vec::with_capacity(things.len());
        let mut names: HashMap<(String, &str), &str> = HashMap::new();
        for (number, thing) in things.iter().enumerate() {
            if by_id.insert(thing.id.clone(), number).is_some() {
                problems.push(Problem::ThingTwice { id: thing.id.clone() });
            }
            let Some(&kind) = type_numbers.get(thing.kind.as_str()) else {
                problems.push(Problem::UnknownType { user: thing.id.clone(), name: thing.kind.clone() });
                types.push(0);
                continue;
            };
            types.push(kind);
            if thing.names.values().all(|name| name.trim().is_empty()) {
                problems.push(Problem::Nameless { id: thing.id.clone() });
            }
            let own: HashSet<String> = thing.names.values().map(|name| yingda_language::normalise(name)).collect();
            for name in own {
                if let Some(first) = names.insert((name.clone(), &thing.kind), &thing.id)
                    && first != thing.id
                {
                    problems.push(Problem::NameTwice { name, first: first.to_owned(), second: thing.id.clone() });
                }
            }
            check_attributes(&schema, thing, &above[kind], &mut problems);
        }
        let steps = connect(&schema, &things, &types, &above, &by_id, &links, &mut problems);
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut members = vec![Vec::new(); schema.types.len()];
        for (thing, &kind) in types.iter().enumerate() {
            for &up in &above[kind] {
                members[up].push(thing);
            }
        }
        let lexicon = Lexicon::new(&schema, &things);
        let measures = things.iter().map(|thing| measures(&schema, thing)).collect();
        let dimension = |row: &AttributeRow| match &row.unit {
            Some(symbol) if row.value == ValueKind::Number => unit::dimension(symbol).to_owned(),
            _ => String::new(),
        };
        let dimensions = schema.attributes.iter().map(dimension).collect();
        Ok(Graph { schema, things, types, by_id, steps, above, members, measures, dimensions, links, lexicon })
    }

    /// The schema that it was made with.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Its things, in the order given.
    pub fn things(&self) -> &[ThingRow] {
        &self.things
    }

    /// Its links, in the order given.
    pub fn links(&self) -> &[LinkRow] {
        &self.links
    }

    /// The thing of an id.
    pub fn thing(&self, id: &str) -> Option<&ThingRow> {
        self.number(id).map(|number| &self.things[number])
    }

    /// The shortest way from one thing to another along relations in either direction: the ids on it, both ends
    /// included. `None` when there is none within `most` steps. Circles end.
    pub fn path(&self, from: &str, to: &str, most: usize) -> Option<Vec<&str>> {
        let (from, to) = (self.number(from)?, self.number(to)?);
        let mut came: HashMap<Thing, Thing> = HashMap::from([(from, from)]);
        let mut edge = vec![from];
        for _ in 0..=most {
            if came.contains_key(&to) {
                let mut path = vec![to];
                while let Some(&at) = path.last()
                    && at != from
                {
                    path.push(came[&at]);
                }
                return Some(path.into_iter().rev().map(|thing| self.things[thing].id.as_str()).collect());
            }
            let mut next = Vec::new();
            for &thing in &edge {
                for &(_, other) in &self.steps[thing] {
                    came.entry(other).or_insert_with(|| {
                        next.push(other);
                        thing
                    });
                }
            }
            edge = next;
        }
        None
    }

    pub(crate) fn number(&self, id: &str) -> Option<Thing> {
        self.by_id.get(id).copied()
    }

    pub(crate) fn id(&self, thing: Thing) -> &str {
        &self.things[thing].id
    }

    pub(crate) fn name(&self, thing: Thing, lang: &str) -> &str {
        text_in(&self.things[thing].names, lang)
    }

    pub(crate) fn attribute(&self, attribute: Attribute) -> &AttributeRow {
        &self.schema.attributes[attribute]
    }

    pub(crate) fn relation(&self, step: Step) -> &RelationRow {
        &self.schema.relations[step.relation]
    }

    pub(crate) fn value(&self, thing: Thing, attribute: Attribute) -> Option<&Value> {
        self.things[thing].attributes.get(&self.schema.attributes[attribute].name)
    }

    /// A number in the base unit of its dimension, a date in days: what is compared.
    pub(crate) fn measure(&self, thing: Thing, attribute: Attribute) -> Option<f64> {
        self.measures[thing].iter().find(|(own, _)| *own == attribute).map(|(_, measure)| *measure)
    }

    /// All that can be compared of a thing.
    pub(crate) fn measures(&self, thing: Thing) -> &[(Attribute, f64)] {
        &self.measures[thing]
    }

    /// What a number attribute measures; nothing for other kinds and numbers without a unit.
    pub(crate) fn dimension(&self, attribute: Attribute) -> &str {
        &self.dimensions[attribute]
    }

    /// The things that one step leads to.
    pub(crate) fn follow(&self, thing: Thing, step: Step) -> impl Iterator<Item = Thing> + '_ {
        self.steps[thing].iter().filter(move |(taken, _)| *taken == step).map(|(_, to)| *to)
    }

    /// The things one step away, in either direction.
    pub(crate) fn neighbours(&self, thing: Thing) -> impl Iterator<Item = Thing> + '_ {
        self.steps[thing].iter().map(|(_, to)| *to)
    }

    pub(crate) fn members(&self, kind: Type) -> &[Thing] {
        &self.members[kind]
    }

    /// Whether a type is another or lies within it.
    pub(crate) fn is(&self, kind: Type, general: Type) -> bool {
        self.above[kind].contains(&general)
    }

    /// A type and the types that it lies within.
    pub(crate) fn above(&self, kind: Type) -> &[Type] {
        &self.above[kind]
    }

    pub(crate) fn type_number(&self, name: &str) -> Option<Type> {
        self.schema.types.iter().position(|kind| kind.name == name)
    }

    /// Whether things of a type may have an attribute.
    pub(crate) fn may_have(&self, kind: Type, attribute: Attribute) -> bool {
        let of = &self.attribute(attribute).of;
        of.is_empty() || self.above[kind].iter().any(|&up| of.contains(&self.schema.types[up].name))
    }

    /// Whether a step may go out from a type (or from some of the things of it).
    pub(crate) fn may_start(&self, kind: Type, step: Step) -> bool {
        let row = self.relation(step);
        self.touches(kind, if step.way == Way::Along { &row.from } else { &row.to })
    }

    /// The types that a step leads to; none: any.
    pub(crate) fn leads_to(&self, step: Step) -> &[String] {
        let row = self.relation(step);
        if step.way == Way::Along { &row.to } else { &row.from }
    }

    /// Whether things of a type can be of one of the named types.
    pub(crate) fn touches(&self, kind: Type, names: &[String]) -> bool {
        names.is_empty()
            || names
                .iter()
                .filter_map(|name| self.type_number(name))
                .any(|other| self.is(kind, other) || self.is(other, kind))
    }

    /// Every relation in both directions.
    pub(crate) fn all_steps(&self) -> impl Iterator<Item = Step> + '_ {
        (0..self.schema.relations.len())
            .flat_map(|relation| [Step { relation, way: Way::Along }, Step { relation, way: Way::Against }])
    }
}

fn measures(schema: &Schema, thing: &ThingRow) -> Vec<(Attribute, f64)> {
    let measure = |(attribute, row): (Attribute, &AttributeRow)| {
        let measure = match thing.attributes.get(&row.name)? {
            Value::Number { amount, unit } => unit::in_base(*amount, unit.as_deref().unwrap_or("")),
            Value::Date { date } => f64::from(date.to_julian_day()),
            Value::Text { .. } | Value::Bool { .. } | Value::List { .. } => return None,
        };
        Some((attribute, measure))
    };
    schema.attributes.iter().enumerate().filter_map(measure).collect()
}

fn check_schema<'s>(schema: &'s Schema, problems: &mut Vec<Problem>) -> HashMap<&'s str, Type> {
    let mut types = HashMap::new();
    for (number, kind) in schema.types.iter().enumerate() {
        if types.insert(kind.name.as_str(), number).is_some() {
            problems.push(Problem::SchemaTwice { name: kind.name.clone() });
        }
    }
    let mut names = HashSet::new();
    for row in &schema.attributes {
        if !names.insert(&row.name) {
            problems.push(Problem::SchemaTwice { name: row.name.clone() });
        }
    }
    let mut names = HashSet::new();
    for row in &schema.relations {
        if !names.insert(&row.name) {
            problems.push(Problem::SchemaTwice { name: row.name.clone() });
        }
    }
    let users = schema.types.iter().flat_map(|row| row.within.iter().map(move |name| (&row.name, name)));
    let users = users.chain(schema.attributes.iter().flat_map(|row| row.of.iter().map(move |name| (&row.name, name))));
    let sides = |row: &'s RelationRow| row.from.iter().chain(&row.to).map(move |name| (&row.name, name));
    for (user, name) in users.chain(schema.relations.iter().flat_map(sides)) {
        if !types.contains_key(name.as_str()) {
            problems.push(Problem::UnknownType { user: user.clone(), name: name.clone() });
        }
    }
    types
}

fn ancestors(schema: &Schema, types: &HashMap<&str, Type>, problems: &mut Vec<Problem>) -> Vec<Vec<Type>> {
    let mut above = Vec::with_capacity(schema.types.len());
    for (number, row) in schema.types.iter().enumerate() {
        let mut line = vec![number];
        let mut within = row.within.as_deref();
        while let Some(&up) = within.and_then(|name| types.get(name)) {
            if line.contains(&up) {
                problems.push(Problem::TypeCircle { name: row.name.clone() });
                break;
            }
            line.push(up);
            within = schema.types[up].within.as_deref();
        }
        above.push(line);
    }
    above
}

fn check_attributes(schema: &Schema, thing: &ThingRow, above: &[Type], problems: &mut Vec<Problem>) {
    let id = || thing.id.clone();
    for (name, value) in &thing.attributes {
        let Some(row) = schema.attributes.iter().find(|row| row.name == *name) else {
            problems.push(Problem::UnknownAttribute { id: id(), name: name.clone() });
            continue;
        };
        if !row.of.is_empty() && !above.iter().any(|&up| row.of.contains(&schema.types[up].name)) {
            problems.push(Problem::NotItsAttribute { id: id(), name: name.clone(), kind: thing.kind.clone() });
        }
        if value.kind() != row.value {
            let (expected, got) = (row.value.name(), value.kind().name());
            problems.push(Problem::ValueKind { id: id(), name: name.clone(), expected, got });
        }
        if let Value::Number { amount, unit } = value {
            if !amount.is_finite() {
                problems.push(Problem::NotANumber { id: id(), name: name.clone() });
            }
            let (expected, got) = (row.unit.as_deref().unwrap_or(""), unit.as_deref().unwrap_or(""));
            if unit::dimension(expected) != unit::dimension(got) {
                let (expected, got) = (or_nothing(expected), or_nothing(got));
                problems.push(Problem::Unit { id: id(), name: name.clone(), expected, got });
            }
        }
    }
}

fn or_nothing(unit: &str) -> String {
    if unit.is_empty() { "no unit".to_owned() } else { unit.to_owned() }
}

fn connect(
    schema: &Schema,
    things: &[ThingRow],
    types: &[Type],
    above: &[Vec<Type>],
    by_id: &HashMap<String, Thing>,
    links: &[LinkRow],
    problems: &mut Vec<Problem>,
) -> Vec<Vec<(Step, Thing)>> {
    let mut steps: Vec<Vec<(Step, Thing)>> = vec![Vec::new(); things.len()];
    for link in links {
        let (from, name, to) = (link.from.clone(), link.name.clone(), link.to.clone());
        let Some(relation) = schema.relations.iter().position(|row| row.name == name) else {
            problems.push(Problem::UnknownRelation { from, name });
            continue;
        };
        let (Some(&start), Some(&end)) = (by_id.get(&from), by_id.get(&to)) else {
            let missing = if by_id.contains_key(&from) { to.clone() } else { from.clone() };
            problems.push(Problem::Dangling { from, name, to, missing });
            continue;
        };
        let row = &schema.relations[relation];
        let wrong = [(start, &row.from), (end, &row.to)].into_iter().find(|(thing, sides)| {
            !sides.is_empty() && !above[types[*thing]].iter().any(|&up| sides.contains(&schema.types[up].name))
        });
        if let Some((thing, _)) = wrong {
            let (thing, kind) = (things[thing].id.clone(), things[thing].kind.clone());
            problems.push(Problem::WrongSide { from, name, to, thing, kind });
            continue;
        }
        for (thing, step) in
            [(start, (Step { relation, way: Way::Along }, end)), (end, (Step { relation, way: Way::Against }, start))]
        {
            if !steps[thing].contains(&step) {
                steps[thing].push(step);
            }
        }
    }
    steps
}
