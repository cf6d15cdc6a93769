//! Taking a tree apart: each part is expected to be something, and what is not is reported with its place.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use granit_parser::ScalarStyle;
use yingda_expression::{Expression, SyntaxError};

use super::yaml::{Is, Map, Node, Scalar};
use crate::{Place, Problem};

/// Where the parts of something stand: by the place of the slot, step or option, and the key within it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spots(BTreeMap<(Place, String), Place>);

impl Spots {
    /// The place of a part; that of the whole when the part was not written.
    pub(crate) fn of(&self, whole: Place, part: &str) -> Place {
        self.0.get(&(whole, part.to_owned())).copied().unwrap_or(whole)
    }

    pub(super) fn put(&mut self, whole: Place, part: impl Into<String>, place: Place) {
        self.0.insert((whole, part.into()), place);
    }
}

/// What is known while one file is read.
pub(super) struct Reader<'a> {
    pub file: &'a str,
    pub problems: &'a mut Vec<Problem>,
    pub spots: Spots,
    /// Steps so far.
    pub steps: usize,
    /// Names that the file gives to something, in parts that could be read and in others.
    pub given: BTreeSet<String>,
}

impl<'a> Reader<'a> {
    pub fn new(file: &'a str, problems: &'a mut Vec<Problem>) -> Self {
        Self { file, problems, spots: Spots::default(), steps: 0, given: BTreeSet::new() }
    }

    pub fn error(&mut self, place: Place, message: impl Into<String>) {
        self.problems.push(Problem::error(self.file, place, message));
    }

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
        let Is::Map(map) = &node.is else {
            self.expected(&format!("{whose} as a mapping (`key: value`)"), node);
            return None;
        };
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

    /// A CEL expression, which is the `part` of something at `whole`.
    pub fn expression(&mut self, node: &Node, whole: Place, part: &str) -> Option<Expression> {
        self.spots.put(whole, part, node.place);
        if let Is::Map(map) = &node.is
            && map.braces
        {
            let hint =
                "an expression has no {{ }}: write the name alone, such as `order_no`, or put a CEL map between quotes";
            self.error_with(node.place, "expected an expression, but a mapping came", hint);
            return None;
        }
        let scalar = self.scalar(node, "an expression")?;
        match Expression::parse(scalar.text.trim()) {
            Ok(expression) => Some(expression),
            Err(error) => {
                self.error(within(node.place, scalar, &error), format!("not an expression: {}", error.message));
                None
            }
        }
    }

    /// Expressions by name.
    pub fn expressions(&mut self, node: &Node, whole: Place, part: &str) -> Vec<(String, Expression)> {
        let Is::Map(map) = &node.is else {
            self.expected("a mapping of names to expressions (`name: expression`)", node);
            return Vec::new();
        };
        let mut read = Vec::new();
        for (key, value) in &map.entries {
            let part = format!("{part}.{}", key.name);
            self.spots.put(whole, format!("{part}:"), key.place);
            if let Some(expression) = self.expression(value, whole, &part) {
                read.push((key.name.clone(), expression));
            }
        }
        read
    }
}

/// Where in the file an error within a scalar is, as far as its notation tells.
pub(super) fn within(place: Place, scalar: &Scalar, error: &SyntaxError) -> Place {
    let number = |of: usize| u32::try_from(of.saturating_sub(1)).unwrap_or(0);
    match scalar.style {
        ScalarStyle::Literal => Place { line: place.line + 1 + number(error.line), column: place.column },
        ScalarStyle::Folded => place,
        _ if error.line > 1 => place,
        ScalarStyle::Plain => Place { column: place.column + number(error.column), ..place },
        _ => Place { column: place.column + 1 + number(error.column), ..place },
    }
}
