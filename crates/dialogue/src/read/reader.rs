//! What reading flows needs beside [`yingda_yaml::Reader`]: expressions, and where everything stands.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Deref, DerefMut};

use yingda_expression::{Expression, SyntaxError};
use yingda_yaml::{Is, Node, Scalar, Style, said};

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
    yaml: yingda_yaml::Reader<'a>,
    pub spots: Spots,
    /// Steps so far.
    pub steps: usize,
    /// Names that the file gives to something, in parts that could be read and in others.
    pub given: BTreeSet<String>,
}

/// It reads all that any file has, and more.
impl<'a> Deref for Reader<'a> {
    type Target = yingda_yaml::Reader<'a>;

    fn deref(&self) -> &Self::Target {
        &self.yaml
    }
}

impl DerefMut for Reader<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.yaml
    }
}

impl<'a> Reader<'a> {
    pub fn new(file: &'a str, problems: &'a mut Vec<Problem>) -> Self {
        Self {
            yaml: yingda_yaml::Reader::new(file, problems),
            spots: Spots::default(),
            steps: 0,
            given: BTreeSet::new(),
        }
    }

    /// A CEL expression, which is the `part` of something at `whole`.
    pub fn expression(&mut self, node: &Node, whole: Place, part: &str) -> Option<Expression> {
        self.spots.put(whole, part, node.place);
        if let Is::Map(map) = &node.is
            && map.braces
        {
            let message = said!("应为表达式，实际是一组“名称: 值”", "expected an expression, but a mapping came");
            let hint = said!(
                "表达式里不写 {{{{ }}}}：只写名称，例如 `order_no`；要写一组 CEL 的值，请放在英文双引号里",
                "an expression has no {{{{ }}}}: write the name alone, such as `order_no`, or put a CEL map between quotes"
            );
            self.error_with(node.place, message, hint);
            return None;
        }
        let scalar = self.scalar(node, &said!("表达式", "an expression"))?;
        match Expression::parse(scalar.text.trim()) {
            Ok(expression) => Some(expression),
            Err(error) => {
                let why = &error.message;
                let message = said!("表达式有错：{why}", "not an expression: {why}", [why]);
                self.error(within(node.place, scalar, &error), message);
                None
            }
        }
    }

    /// Expressions by name.
    pub fn expressions(&mut self, node: &Node, whole: Place, part: &str) -> Vec<(String, Expression)> {
        let Is::Map(map) = &node.is else {
            let what = said!("几行 `名称: 表达式`", "a mapping of names to expressions (`name: expression`)");
            self.expected(&what, node);
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
        Style::Literal => Place { line: place.line + 1 + number(error.line), column: place.column },
        Style::Folded => place,
        _ if error.line > 1 => place,
        Style::Plain => Place { column: place.column + number(error.column), ..place },
        _ => Place { column: place.column + 1 + number(error.column), ..place },
    }
}
