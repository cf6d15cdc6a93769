//! What reading files of tools needs beside [`yingda_yaml::Reader`]: sections, expressions, templates.

use yingda_expression::{Expression, Template};
use yingda_yaml::{Key, Map, Node, Place, Problem, Reader, Said, said};

/// One file that is read, and what is wrong with it.
pub(crate) struct Problems<'a> {
    reader: Reader<'a>,
}

impl<'a> Problems<'a> {
    pub fn new(file: &'a str, found: &'a mut Vec<Problem>) -> Self {
        Self { reader: Reader::new(file, found) }
    }

    pub fn add(&mut self, place: Place, message: Said) {
        self.reader.error(place, message);
    }

    /// A mapping with these keys and no others.
    pub fn section<'n>(&mut self, node: &'n Node, what: Said, keys: &[&str]) -> Option<Section<'n>> {
        let map = self.reader.map(node, &what, keys)?;
        Some(Section { what, place: node.place, map })
    }

    pub fn map<'n>(&mut self, node: &'n Node, what: &Said) -> Option<&'n [(Key, Node)]> {
        Some(&self.reader.any_map(node, what)?.entries)
    }

    pub fn text(&mut self, node: &Node, what: &Said) -> Option<String> {
        self.reader.word(node, what)
    }

    /// One of the words.
    pub fn word<T: Copy>(&mut self, node: &Node, words: &[(&str, T)]) -> Option<T> {
        self.reader.one_of(node, words)
    }

    pub fn number(&mut self, node: &Node, least: u32, most: u32) -> Option<u32> {
        self.reader.number(node, least..=most)
    }

    pub fn expression(&mut self, node: &Node, what: &Said, source: &str, known: &[&str]) -> Option<Expression> {
        match Expression::parse(source) {
            Ok(expression) => {
                self.names(node, what, expression.names().iter(), known);
                Some(expression)
            }
            Err(error) => {
                let why = &error.message;
                let message = said!(
                    "{what}的表达式有错：{why}（表达式的第 {column} 个字符）",
                    "{what}: {why} (column {column} of the expression)",
                    [what, why],
                    column = error.column
                );
                self.add(node.place, message);
                None
            }
        }
    }

    pub fn template(&mut self, node: &Node, what: &Said, source: &str, known: &[&str]) -> Option<Template> {
        match Template::parse(source) {
            Ok(template) => {
                self.names(node, what, template.names().iter(), known);
                Some(template)
            }
            Err(error) => {
                let why = &error.message;
                let message = said!(
                    "{what}里的 {{{{ … }}}} 有错：第 {line} 行第 {column} 个字符：{why}",
                    "{what}: line {line}, column {column}: {why}",
                    [what, why],
                    line = error.line,
                    column = error.column
                );
                self.add(node.place, message);
                None
            }
        }
    }

    /// Refuses names that there are not.
    fn names<'s>(&mut self, node: &Node, what: &Said, names: impl Iterator<Item = &'s String>, known: &[&str]) {
        for name in names.filter(|name| !known.contains(&name.as_str())) {
            let message =
                said!("{what}用到了“{name}”，这里没有这个名称", "{what} uses `{name}`, which there is not", [what]);
            let problem = Problem::error(self.reader.file, node.place, message);
            self.reader.problems.push(problem.one_of(name, known.iter().copied()));
        }
    }
}

/// A mapping whose keys are known.
pub(crate) struct Section<'n> {
    what: Said,
    pub place: Place,
    map: &'n Map,
}

impl<'n> Section<'n> {
    pub fn get(&self, key: &str) -> Option<&'n Node> {
        self.map.get(key)
    }

    pub fn need(&self, key: &str, problems: &mut Problems<'_>) -> Option<&'n Node> {
        problems.reader.required(self.map, self.place, &self.what, key)
    }
}
