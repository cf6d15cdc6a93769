//! Taking a tree apart: each part is expected to be something, and what is not is reported with its place.

use std::ops::RangeInclusive;

use crate::{Is, Map, Node, Place, Problem, Scalar};

/// One file that is read: its name, and what is wrong so far.
pub struct Reader<'a> {
    pub file: &'a str,
    pub problems: &'a mut Vec<Problem>,
}

impl<'a> Reader<'a> {
    /// Reads a file of this name; problems are added to those that there are.
    pub fn new(file: &'a str, problems: &'a mut Vec<Problem>) -> Self {
        Self { file, problems }
    }

    /// Reports what is wrong at a place.
    pub fn error(&mut self, place: Place, message: impl Into<String>) {
        self.problems.push(Problem::error(self.file, place, message));
    }

    /// The same with advice.
    pub fn error_with(&mut self, place: Place, message: impl Into<String>, hint: impl Into<String>) {
        self.problems.push(Problem::error(self.file, place, message).hint(hint));
    }

    /// `what` was expected and `node` came.
    pub fn expected(&mut self, what: &str, node: &Node) {
        if matches!(node.is, Is::Spoiled) {
            return;
        }
        self.error(node.place, format!("expected {what}, but {} came", node.came()));
    }

    /// A mapping with no other keys than these. `whose` names the owner of the keys in messages: “a slot”.
    pub fn map<'n>(&mut self, node: &'n Node, whose: &str, keys: &[&str]) -> Option<&'n Map> {
        let map = self.any_map(node, whose)?;
        self.keys(map, whose, keys);
        Some(map)
    }

    /// Reports keys that are none of these.
    pub fn keys(&mut self, map: &Map, whose: &str, keys: &[&str]) {
        for (key, value) in &map.entries {
            if keys.contains(&key.name.as_str()) {
                continue;
            }
            let problem = Problem::error(self.file, key.place, format!("{whose} has no key `{}`", key.name));
            self.problems.push(if map.braces && matches!(value.is, Is::Nothing) {
                problem.hint("within { … } a comma ends a text: put texts with a comma between quotes")
            } else {
                problem.one_of(&key.name, keys.iter().copied())
            });
        }
    }

    /// A mapping with any keys.
    pub fn any_map<'n>(&mut self, node: &'n Node, whose: &str) -> Option<&'n Map> {
        if let Is::Map(map) = &node.is {
            return Some(map);
        }
        self.expected(&format!("{whose} as a mapping (`key: value`)"), node);
        None
    }

    /// The value of a key that must be there.
    pub fn required<'n>(&mut self, map: &'n Map, place: Place, whose: &str, key: &str) -> Option<&'n Node> {
        let found = map.get(key);
        if found.is_none() {
            self.error(place, format!("{whose} needs `{key}`"));
        }
        found
    }

    /// The items of a list.
    pub fn list<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n [Node]> {
        match &node.is {
            Is::List(items) => Some(items),
            _ => {
                self.expected(what, node);
                None
            }
        }
    }

    /// A text as it was written.
    pub fn scalar<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n Scalar> {
        match &node.is {
            Is::Scalar(scalar) => Some(scalar),
            _ => {
                self.expected(what, node);
                None
            }
        }
    }

    /// A text that is not empty.
    pub fn word(&mut self, node: &Node, what: &str) -> Option<String> {
        let text = self.scalar(node, what)?.text.trim().to_owned();
        if text.is_empty() {
            self.error(node.place, format!("expected {what}, but an empty text came"));
            return None;
        }
        Some(text)
    }

    /// One text or a list of them.
    pub fn words(&mut self, node: &Node, what: &str) -> Vec<String> {
        match &node.is {
            Is::List(items) => items.iter().filter_map(|item| self.word(item, what)).collect(),
            _ => self.word(node, &format!("a list of {what}")).into_iter().collect(),
        }
    }

    /// A name: `a-z`, `0-9` and `_`, beginning with a letter, at most 64.
    pub fn name(&mut self, node: &Node, what: &str) -> Option<String> {
        let name = self.word(node, what)?;
        self.is_name(&name, node.place).then_some(name)
    }

    /// Whether it can be a name; reports it otherwise.
    pub fn is_name(&mut self, name: &str, place: Place) -> bool {
        let good = name.starts_with(|first: char| first.is_ascii_lowercase())
            && name.len() <= 64
            && name.chars().all(|sign| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == '_');
        if !good {
            let hint = "names begin with a letter and have only a-z, 0-9 and _, at most 64 of them";
            self.error_with(place, format!("`{name}` cannot be a name"), hint);
        }
        good
    }

    /// One of these words, each with what it stands for.
    pub fn one_of<T: Copy>(&mut self, node: &Node, words: &[(&str, T)]) -> Option<T> {
        let names = words.iter().map(|(name, _)| *name);
        let listed = names.clone().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let text = self.word(node, &format!("one of {listed}"))?;
        let found = words.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
        if found.is_none() {
            let problem = Problem::error(self.file, node.place, format!("expected one of {listed}, but `{text}` came"));
            self.problems.push(problem.meant(&text, names));
        }
        found
    }

    /// `true` or `false`.
    pub fn flag(&mut self, node: &Node) -> Option<bool> {
        match self.scalar(node, "`true` or `false`")?.text.as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => {
                self.expected("`true` or `false`", node);
                None
            }
        }
    }

    /// A whole number within limits.
    pub fn number(&mut self, node: &Node, range: RangeInclusive<u32>) -> Option<u32> {
        let what = format!("a whole number from {} to {}", range.start(), range.end());
        let number = self.scalar(node, &what)?.text.parse().ok().filter(|number| range.contains(number));
        if number.is_none() {
            self.expected(&what, node);
        }
        number
    }

    /// A number within limits.
    pub fn decimal(&mut self, node: &Node, range: RangeInclusive<f64>) -> Option<f64> {
        let what = format!("a number from {} to {}", range.start(), range.end());
        let number = self.scalar(node, &what)?.text.parse().ok().filter(|number| range.contains(number));
        if number.is_none() {
            self.expected(&what, node);
        }
        number
    }
}
