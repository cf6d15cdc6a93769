//! What a question demands of things, and whether they meet it.

use crate::graph::{Attribute, Graph, Step, Thing};
use crate::rows::Value;
use crate::unit;
use crate::words::Op;

/// Whether a demand is turned round: "without a timer".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sense {
    Wanted,
    Unwanted,
}

impl Sense {
    pub fn is(self, met: bool) -> bool {
        met == (self == Sense::Wanted)
    }
}

/// What is demanded of a thing.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Condition {
    /// A number within limits. Without attributes, any number of the dimension will do.
    Measure {
        attributes: Vec<Attribute>,
        dimension: &'static str,
        limits: Vec<(Op, f64)>,
    },
    /// A date or a year within limits, in years.
    Year {
        attributes: Vec<Attribute>,
        limits: Vec<(Op, f64)>,
    },
    Flag {
        attributes: Vec<Attribute>,
        sense: Sense,
    },
    /// Texts that say it, and the things that have them.
    Text {
        texts: Vec<(Attribute, Vec<Thing>)>,
        said: String,
        sense: Sense,
    },
    /// Connected with one of some things: the steps from them, and who is reached.
    Link {
        steps: Vec<Step>,
        anchors: Vec<Thing>,
        reached: Vec<Thing>,
        sense: Sense,
    },
}

/// Whether a thing meets a condition: `None` when that is not known. With the attribute that decided.
pub(crate) fn meets(graph: &Graph, thing: Thing, condition: &Condition) -> (Option<bool>, Option<Attribute>) {
    match condition {
        Condition::Measure { attributes, dimension, limits } => {
            let holds = |measure: f64| limits.iter().all(|(op, limit)| op.holds(measure, *limit));
            let meant: Vec<(Attribute, f64)> = if attributes.is_empty() {
                // The plain sense of an amount is the attribute that comes first; an exact one may be any.
                let exact = limits.iter().all(|(op, _)| *op == Op::Equal);
                let own = graph.measures(thing).iter().filter(|(own, _)| graph.dimension(*own) == *dimension);
                own.copied().take(if exact { usize::MAX } else { 1 }).collect()
            } else {
                attributes.iter().filter_map(|&own| Some((own, graph.measure(thing, own)?))).collect()
            };
            match meant.iter().find(|(_, measure)| holds(*measure)).or(meant.first()) {
                Some((attribute, measure)) => (Some(holds(*measure)), Some(*attribute)),
                None => (None, None),
            }
        }
        Condition::Year { attributes, limits } => decide(attributes.clone(), |attribute| {
            let year = match graph.value(thing, attribute)? {
                Value::Date { date } => f64::from(date.year()),
                Value::Number { amount, .. } => *amount,
                _ => return None,
            };
            Some(limits.iter().all(|(op, limit)| op.holds(year, *limit)))
        }),
        Condition::Flag { attributes, sense } => {
            decide(attributes.clone(), |attribute| match graph.value(thing, attribute)? {
                Value::Bool { value } => Some(sense.is(*value)),
                _ => None,
            })
        }
        Condition::Text { texts, sense, .. } => {
            let known = texts.iter().filter(|(attribute, _)| graph.value(thing, *attribute).is_some());
            let known: Vec<&(Attribute, Vec<Thing>)> = known.collect();
            match known.iter().find(|(_, things)| things.contains(&thing)) {
                Some((attribute, _)) => (Some(sense.is(true)), Some(*attribute)),
                None => (known.first().map(|_| sense.is(false)), known.first().map(|(attribute, _)| *attribute)),
            }
        }
        Condition::Link { steps, reached, sense, .. } => {
            let linked = reached.contains(&thing);
            let back = steps.last().map(|step| turned(*step));
            let known = linked || back.is_none_or(|step| graph.follow(thing, step).next().is_some());
            (known.then(|| sense.is(linked)), None)
        }
    }
}

/// The first attribute that is known decides; one that is met decides before one that is not.
fn decide(attributes: Vec<Attribute>, test: impl Fn(Attribute) -> Option<bool>) -> (Option<bool>, Option<Attribute>) {
    let known: Vec<(Attribute, bool)> =
        attributes.into_iter().filter_map(|attribute| Some((attribute, test(attribute)?))).collect();
    match known.iter().find(|(_, met)| *met).or(known.first()) {
        Some((attribute, met)) => (Some(*met), Some(*attribute)),
        None => (None, None),
    }
}

/// The same relation, read the other way.
pub(crate) fn turned(step: Step) -> Step {
    use crate::graph::Way;
    Step { way: if step.way == Way::Along { Way::Against } else { Way::Along }, ..step }
}

/// A condition as a reading writes it.
pub(crate) fn written(graph: &Graph, condition: &Condition) -> String {
    let names = |attributes: &[Attribute], otherwise: &str| {
        let names: Vec<&str> = attributes.iter().map(|&at| graph.attribute(at).name.as_str()).collect();
        if names.is_empty() { otherwise.to_owned() } else { names.join("|") }
    };
    let not = |sense: &Sense| if *sense == Sense::Unwanted { "not " } else { "" };
    match condition {
        Condition::Measure { attributes, dimension, limits } => {
            let name = names(attributes, dimension);
            let symbol = attributes.first().and_then(|&at| graph.attribute(at).unit.as_deref());
            let base = unit::UNITS.iter().find(|unit| unit.dimension == *dimension && unit.factor == 1.0);
            let symbol = symbol.or(base.map(|unit| unit.symbol)).unwrap_or("");
            let each = limits.iter().map(|(op, limit)| {
                format!("{name} {} {} {symbol}", op.sign(), unit::plain(unit::from_base(*limit, symbol)))
                    .trim()
                    .to_owned()
            });
            each.collect::<Vec<_>>().join(" and ")
        }
        Condition::Year { attributes, limits } => {
            let name = names(attributes, "year");
            let each = limits.iter().map(|(op, limit)| format!("year({name}) {} {limit}", op.sign()));
            each.collect::<Vec<_>>().join(" and ")
        }
        Condition::Flag { attributes, sense } => format!("{}{}", not(sense), names(attributes, "")),
        Condition::Text { texts, said, sense } => {
            let attributes: Vec<Attribute> = texts.iter().map(|(attribute, _)| *attribute).collect();
            format!("{}{} has “{said}”", not(sense), names(&attributes, ""))
        }
        Condition::Link { steps, anchors, sense, .. } => {
            let ids: Vec<&str> = anchors.iter().take(3).map(|&thing| graph.id(thing)).collect();
            let path: Vec<String> = steps.iter().map(|step| step_name(graph, *step)).collect();
            format!("{}from {} by {}", not(sense), ids.join(", "), path.join(" › "))
        }
    }
}

/// The name of a relation in one direction.
pub(crate) fn step_name(graph: &Graph, step: Step) -> String {
    use crate::graph::Way;
    let row = graph.relation(step);
    match step.way {
        Way::Along => row.name.clone(),
        Way::Against if row.inverse.is_empty() => format!("{} of", row.name),
        Way::Against => row.inverse.clone(),
    }
}
