//! Taking a tree of YAML apart: what is not as expected is reported with its place.

use serde_json::{Map as JsonMap, Value};
use yingda_dialogue::yaml::{Is, Map, Node, Scalar};
use yingda_dialogue::{Lang, Place, Problem};

use crate::script::Wanted;
use crate::who::Who;

/// One file that is read.
pub(super) struct Reader<'a> {
    pub file: &'a str,
    pub problems: &'a mut Vec<Problem>,
}

impl Reader<'_> {
    pub fn error(&mut self, place: Place, message: impl Into<String>) {
        self.problems.push(Problem::error(self.file, place, message));
    }

    pub fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    pub fn expected(&mut self, what: &str, node: &Node) {
        if !matches!(node.is, Is::Spoiled) {
            self.error(node.place, format!("expected {what}, but {} came", node.came()));
        }
    }

    /// A mapping with no other keys than these.
    pub fn map<'n>(&mut self, node: &'n Node, whose: &str, keys: &[&str]) -> Option<&'n Map> {
        let map = self.any_map(node, whose)?;
        for (key, _) in &map.entries {
            if !keys.contains(&key.name.as_str()) {
                let problem = Problem::error(self.file, key.place, format!("{whose} has no key `{}`", key.name));
                self.problems.push(problem.one_of(&key.name, keys.iter().copied()));
            }
        }
        Some(map)
    }

    pub fn any_map<'n>(&mut self, node: &'n Node, whose: &str) -> Option<&'n Map> {
        match &node.is {
            Is::Map(map) => Some(map),
            _ => {
                self.expected(&format!("{whose} as a mapping (`key: value`)"), node);
                None
            }
        }
    }

    /// A text that is not empty.
    pub fn text(&mut self, node: &Node, what: &str) -> Option<String> {
        match scalar(node).map(|scalar| scalar.text.trim()) {
            Some(text) if !text.is_empty() => Some(text.to_owned()),
            _ => {
                self.expected(what, node);
                None
            }
        }
    }

    /// A text that must be there.
    pub fn required(&mut self, map: &Map, place: Place, whose: &str, key: &str) -> Option<String> {
        match map.get(key) {
            Some(node) => self.text(node, &format!("a text for `{key}`")),
            None => {
                self.error(place, format!("{whose} needs `{key}`"));
                None
            }
        }
    }

    /// One text, or a list of them.
    pub fn texts(&mut self, node: &Node, what: &str) -> Vec<String> {
        match &node.is {
            Is::List(items) => items.iter().filter_map(|item| self.text(item, what)).collect(),
            Is::Nothing => Vec::new(),
            _ => self.text(node, what).into_iter().collect(),
        }
    }

    /// One of these words.
    pub fn one_of<T: Copy>(&mut self, node: &Node, words: &[(&str, T)]) -> Option<T> {
        let names = words.iter().map(|(name, _)| *name);
        let listed = words.iter().map(|(name, _)| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let text = self.text(node, &format!("one of {listed}"))?;
        let found = words.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
        if found.is_none() {
            let problem = Problem::error(self.file, node.place, format!("expected one of {listed}, but `{text}` came"));
            self.problems.push(problem.meant(&text, names));
        }
        found
    }

    pub fn flag(&mut self, node: &Node) -> Option<bool> {
        self.one_of(node, &[("true", true), ("false", false)])
    }

    /// A number from `least` to `most`.
    pub fn number(&mut self, node: &Node, least: f64, most: f64) -> Option<f64> {
        let number = scalar(node).and_then(|scalar| scalar.text.parse().ok());
        let number = number.filter(|number: &f64| (least..=most).contains(number));
        if number.is_none() {
            self.expected(&format!("a number from {least} to {most}"), node);
        }
        number
    }

    /// A language, `zh` where none is named.
    pub fn lang(&mut self, map: &Map) -> Lang {
        let named = map.get("lang").and_then(|node| self.one_of(node, &[("zh", Lang::Zh), ("en", Lang::En)]));
        named.unwrap_or(Lang::Zh)
    }

    /// A customer.
    pub fn who(&mut self, map: &Map) -> Who {
        let Some(fields) = map.get("contact").and_then(|node| self.any_map(node, "`contact`")) else {
            return Who::default();
        };
        let mut who = Who::default();
        for (key, node) in &fields.entries {
            if key.name == "verified" {
                who.verified = self.flag(node).unwrap_or_default();
                continue;
            }
            let Some(text) = self.text(node, &format!("a text for `{}`", key.name)) else { continue };
            match key.name.as_str() {
                "external_id" => who.external_id = Some(text),
                "name" => who.name = Some(text),
                "phone" => who.phone = Some(text),
                "email" => who.email = Some(text),
                _ => {
                    who.attributes.insert(key.name.clone(), text);
                }
            }
        }
        who
    }

    /// A name that is among `known`, where that can be told; otherwise it is reported.
    pub fn known<'k>(&mut self, what: &str, name: &str, place: Place, known: Option<impl Iterator<Item = &'k str>>) {
        let Some(known) = known else { return };
        let known: Vec<&str> = known.collect();
        if !known.contains(&name) {
            let problem = Problem::error(self.file, place, format!("there is no {what} `{name}`"));
            self.problems.push(problem.one_of(name, known));
        }
    }
}

pub(super) fn scalar(node: &Node) -> Option<&Scalar> {
    match &node.is {
        Is::Scalar(scalar) => Some(scalar),
        _ => None,
    }
}

/// A value as JSON: without quotes `5` is a number and `true` is true.
pub(super) fn value(node: &Node) -> Value {
    match &node.is {
        Is::Nothing | Is::Spoiled => Value::Null,
        Is::Scalar(scalar) if scalar.is_plain() => match scalar.text.as_str() {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            text => {
                // A number that begins with 0 is none: it is a telephone's, or a code.
                let is_number = !(text.len() > 1 && text.starts_with('0') && !text.starts_with("0."));
                let number = is_number.then(|| text.parse::<serde_json::Number>().ok()).flatten();
                number.map_or_else(|| Value::String(text.to_owned()), Value::Number)
            }
        },
        Is::Scalar(scalar) => Value::String(scalar.text.clone()),
        Is::List(items) => Value::Array(items.iter().map(value).collect()),
        Is::Map(map) => {
            let fields = map.entries.iter().map(|(key, node)| (key.name.clone(), value(node)));
            Value::Object(fields.collect::<JsonMap<_, _>>())
        }
    }
}

/// A value that is expected.
pub(super) fn wanted(node: &Node) -> Wanted {
    let value = value(node);
    let written = match &node.is {
        Is::Scalar(scalar) => scalar.text.clone(),
        _ => value.to_string(),
    };
    Wanted { value, written }
}
