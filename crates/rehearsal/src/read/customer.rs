//! Reading a simulated customer.

use yingda_yaml::{Is, Node, Place, Problem, parse, said};

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
        let whose = said!("模拟客户", "a simulated customer");
        let map = self.map(root, &whose, &KEYS)?;
        let name = self.required(map, root.place, &whose, "customer");
        let goal = match map.get("goal") {
            Some(node) => self.goal(node, known),
            None => {
                let message = said!(
                    "模拟客户缺少“goal”：请写成 `goal: {{flow: …, outcome: done}}`",
                    "a simulated customer needs `goal: {{flow: …, outcome: done}}`"
                );
                self.error(root.place, message);
                None
            }
        };
        let what = said!("顾客开头说的话", "what the customer begins with");
        let opening = map.get("opening").map(|node| self.texts(node, &what)).unwrap_or_default();
        if opening.is_empty() {
            let message = said!(
                "模拟客户缺少“opening”：列出开头可能说的话",
                "a simulated customer needs `opening`, a list of what they may begin with"
            );
            self.error(root.place, message);
        }
        let mut facts = std::collections::BTreeMap::new();
        if let Some(given) = map.get("facts").and_then(|node| self.any_map(node, &said!("“facts”", "`facts`"))) {
            for (key, node) in &given.entries {
                self.slot(&key.name, key.place, known);
                facts.insert(key.name.clone(), self.texts(node, &said!("顾客说的话", "what the customer says")));
            }
        }
        let moods =
            [("calm", Mood::Calm), ("angry", Mood::Angry), ("chatty", Mood::Chatty), ("elderly", Mood::Elderly)];
        let mood = map.get("mood").and_then(|node| self.one_of(node, &moods));
        let patience = map.get("patience").and_then(|node| self.decimal(node, 1.0..=100.0));
        let noise = map.get("noise").and_then(|node| self.decimal(node, 0.0..=0.5));
        let what = said!("问题", "a question");
        let digressions = map.get("digressions").map(|node| self.texts(node, &what)).unwrap_or_default();
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
        let whose = said!("“goal”", "`goal`");
        let map = self.map(node, &whose, &["flow", "outcome"])?;
        let flow = self.required(map, node.place, &whose, "flow")?;
        let place = map.get("flow").map_or(node.place, |node| node.place);
        let flows = known.flows.as_ref().map(|flows| flows.iter().copied());
        self.known(&said!("流程", "flow"), &flow, place, flows);
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
        let whose = said!("改口", "a correction");
        let map = self.map(node, &whose, &["slot", "first", "then"])?;
        let slot = self.required(map, node.place, &whose, "slot")?;
        let first = self.required(map, node.place, &whose, "first")?;
        let then = self.required(map, node.place, &whose, "then")?;
        self.slot(&slot, node.place, known);
        Some(Correction { slot, first, then })
    }

    fn slot(&mut self, name: &str, place: Place, known: &Known<'_>) {
        let Some(slots) = &known.slots else { return };
        if !slots.contains(name) {
            let message = said!("没有流程有槽位“{name}”", "no flow has a slot `{name}`");
            let problem = Problem::warning(self.file, place, message);
            self.problem(problem.meant(name, slots.iter().map(String::as_str)));
        }
    }
}
