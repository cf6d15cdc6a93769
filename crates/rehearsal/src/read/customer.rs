//! Reading a simulated customer.

use yingda_yaml::{Is, Node, Place, Problem, parse};

use super::Known;
use super::node::Reader;
use crate::customer::{Correction, Customer, Goal, Mood, Wish};

const KEYS: [&str; 12] = [
    "customer",
    "lang",
    "contact",
    "goal",
    "facts",
    "opening",
    "mood",
    "patience",
    "noise",
    "digressions",
    "corrections",
    "backend",
];
/// Turns before a customer gives up who does not say.
const PATIENCE: u32 = 12;

/// Reads a file; what is wrong is put into `problems`.
pub(super) fn read(file: &str, text: &str, known: &Known<'_>, problems: &mut Vec<Problem>) -> Option<Customer> {
    let root = parse(file, text, problems)?;
    let before = problems.len();
    let customer = Reader::new(file, problems).customer(&root, known)?;
    (!problems[before..].iter().any(Problem::is_error)).then_some(customer)
}

impl Reader<'_> {
    fn customer(&mut self, root: &Node, known: &Known<'_>) -> Option<Customer> {
        let map = self.map(root, "a simulated customer", &KEYS)?;
        let name = self.required(map, root.place, "a simulated customer", "customer");
        let goal = match map.get("goal") {
            Some(node) => self.goal(node, known),
            None => {
                self.error(root.place, "a simulated customer needs `goal: {flow: …, outcome: done}`");
                None
            }
        };
        let opening =
            map.get("opening").map(|node| self.texts(node, "what the customer begins with")).unwrap_or_default();
        if opening.is_empty() {
            self.error(root.place, "a simulated customer needs `opening`, a list of what they may begin with");
        }
        let mut facts = std::collections::BTreeMap::new();
        if let Some(given) = map.get("facts").and_then(|node| self.any_map(node, "`facts`")) {
            for (key, node) in &given.entries {
                self.slot(&key.name, key.place, known);
                facts.insert(key.name.clone(), self.texts(node, "what the customer says"));
            }
        }
        let moods =
            [("calm", Mood::Calm), ("angry", Mood::Angry), ("chatty", Mood::Chatty), ("elderly", Mood::Elderly)];
        let mood = map.get("mood").and_then(|node| self.one_of(node, &moods));
        let patience = map.get("patience").and_then(|node| self.decimal(node, 1.0..=100.0));
        let noise = map.get("noise").and_then(|node| self.decimal(node, 0.0..=0.5));
        let digressions = map.get("digressions").map(|node| self.texts(node, "a question")).unwrap_or_default();
        let corrections = match map.get("corrections").map(|node| &node.is) {
            Some(Is::List(items)) => items.iter().filter_map(|item| self.correction(item, known)).collect(),
            _ => Vec::new(),
        };
        let resets = map.get("backend").and_then(|node| self.one_of(node, &[("reset", true)]));
        Some(Customer {
            name: name?,
            file: self.file.to_owned(),
            lang: self.lang(map),
            who: self.who(map),
            goal: goal?,
            facts,
            opening,
            mood: mood.unwrap_or_default(),
            patience: patience.map_or(PATIENCE, |patience| patience as u32),
            noise: noise.map_or(0.0, |noise| noise as f32),
            digressions,
            corrections,
            // What one customer did must not stand in the way of the next.
            resets: resets.unwrap_or(true),
        })
    }

    fn goal(&mut self, node: &Node, known: &Known<'_>) -> Option<Goal> {
        let map = self.map(node, "`goal`", &["flow", "outcome"])?;
        let flow = self.required(map, node.place, "`goal`", "flow")?;
        let place = map.get("flow").map_or(node.place, |node| node.place);
        self.known("flow", &flow, place, known.flows.as_ref().map(|flows| flows.iter().copied()));
        let wishes = [
            ("done", Wish::Done),
            ("failed", Wish::Failed),
            ("cancelled", Wish::Cancelled),
            ("handed_over", Wish::HandedOver),
        ];
        let outcome = map.get("outcome").and_then(|node| self.one_of(node, &wishes));
        Some(Goal { flow, outcome: outcome.unwrap_or(Wish::Done) })
    }

    fn correction(&mut self, node: &Node, known: &Known<'_>) -> Option<Correction> {
        let map = self.map(node, "a correction", &["slot", "first", "then"])?;
        let slot = self.required(map, node.place, "a correction", "slot")?;
        let first = self.required(map, node.place, "a correction", "first")?;
        let then = self.required(map, node.place, "a correction", "then")?;
        self.slot(&slot, node.place, known);
        Some(Correction { slot, first, then })
    }

    fn slot(&mut self, name: &str, place: Place, known: &Known<'_>) {
        let Some(slots) = &known.slots else { return };
        if !slots.contains(name) {
            let problem = Problem::warning(self.file, place, format!("no flow has a slot `{name}`"));
            self.problem(problem.meant(name, slots.iter().map(String::as_str)));
        }
    }
}
