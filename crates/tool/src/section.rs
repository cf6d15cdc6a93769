//! Reads the maps of a file key by key, and gathers what is wrong with them.

use serde_json::Value;
use yingda_expression::{Expression, Template};

use crate::problem::Problem;
use crate::yaml::{Key, Kind, Node, Place};

/// What is wrong with one file.
pub(crate) struct Problems<'a> {
    pub file: &'a str,
    pub found: Vec<Problem>,
}

impl Problems<'_> {
    pub fn add(&mut self, place: Place, message: impl Into<String>) {
        let Place { line, column } = place;
        self.found.push(Problem { file: self.file.to_owned(), line, column, message: message.into() });
    }

    /// A map with these keys and no others.
    pub fn section<'n>(&mut self, node: &'n Node, what: &'static str, keys: &[&str]) -> Option<Section<'n>> {
        let entries = self.map(node, what)?;
        for (key, _) in entries {
            if !keys.contains(&key.name.as_str()) {
                let meant = nearest(&key.name, keys);
                let hint = match meant {
                    Some(meant) => format!("is “{meant}” meant?"),
                    None => format!("it has {}", keys.join(", ")),
                };
                self.add(key.place, format!("{what} has no “{}”: {hint}", key.name));
            }
        }
        Some(Section { what, place: node.place, entries })
    }

    pub fn map<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n [(Key, Node)]> {
        match &node.kind {
            Kind::Map(entries) => Some(entries),
            _ => {
                self.add(node.place, format!("{what} must be a map of keys and values, and this is {}", node.what()));
                None
            }
        }
    }

    pub fn text(&mut self, node: &Node, what: &str) -> Option<String> {
        match &node.kind {
            Kind::Plain(Value::String(text)) => Some(text.clone()),
            _ => {
                self.add(node.place, format!("{what} must be a text, and this is {}", node.what()));
                None
            }
        }
    }

    /// One of the words.
    pub fn word<T: Copy>(&mut self, node: &Node, what: &str, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(node, what)?;
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let hint = nearest(&text, &known).map_or(String::new(), |near| format!("; is “{near}” meant?"));
            self.add(node.place, format!("{what} must be one of {}, and this is “{text}”{hint}", known.join(", ")));
        }
        found
    }

    pub fn number(&mut self, node: &Node, what: &str, least: u64, most: u64) -> Option<u64> {
        let found = match &node.kind {
            Kind::Plain(value) => value.as_u64().filter(|number| (least..=most).contains(number)),
            _ => None,
        };
        if found.is_none() {
            self.add(node.place, format!("{what} must be a whole number from {least} to {most}"));
        }
        found
    }

    pub fn expression(&mut self, node: &Node, what: &str, source: &str, known: &[&str]) -> Option<Expression> {
        match Expression::parse(source) {
            Ok(expression) => {
                self.names(node, what, expression.names().iter(), known);
                Some(expression)
            }
            Err(error) => {
                let message = format!("{what}: {} (column {} of the expression)", error.message, error.column);
                self.add(node.place, message);
                None
            }
        }
    }

    pub fn template(&mut self, node: &Node, what: &str, source: &str, known: &[&str]) -> Option<Template> {
        match Template::parse(source) {
            Ok(template) => {
                self.names(node, what, template.names().iter(), known);
                Some(template)
            }
            Err(error) => {
                self.add(node.place, format!("{what}: {error}"));
                None
            }
        }
    }

    /// Refuses names that there are not. An empty list of known names lets all pass: those of the flows are known elsewhere.
    fn names<'s>(&mut self, node: &Node, what: &str, names: impl Iterator<Item = &'s String>, known: &[&str]) {
        for name in names {
            if !known.contains(&name.as_str()) {
                let hint = match nearest(name, known) {
                    Some(near) => format!("is “{near}” meant?"),
                    None => format!("there are {}", known.join(", ")),
                };
                self.add(node.place, format!("{what} uses “{name}”, which there is not: {hint}"));
            }
        }
    }
}

/// A map whose keys are known.
pub(crate) struct Section<'n> {
    what: &'static str,
    pub place: Place,
    entries: &'n [(Key, Node)],
}

impl<'n> Section<'n> {
    pub fn get(&self, key: &str) -> Option<&'n Node> {
        self.entries.iter().find(|(name, _)| name.name == key).map(|(_, node)| node)
    }

    pub fn need(&self, key: &str, problems: &mut Problems<'_>) -> Option<&'n Node> {
        let found = self.get(key);
        if found.is_none() {
            problems.add(self.place, format!("{} needs “{key}”", self.what));
        }
        found
    }
}

fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    yingda_expression::nearest(word, known.iter().copied())
}
