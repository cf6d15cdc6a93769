//! What reading test conversations and customers needs beside [`yingda_yaml::Reader`].

use std::ops::{Deref, DerefMut};

use yingda_dialogue::Lang;
use yingda_yaml::{Is, Map, Node, Place, Problem, Said, said};

use crate::script::Wanted;
use crate::who::Who;

/// One file that is read.
pub(super) struct Reader<'a> {
    yaml: yingda_yaml::Reader<'a>,
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
        Self { yaml: yingda_yaml::Reader::new(file, problems) }
    }

    pub fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// A text that is not empty.
    pub fn text(&mut self, node: &Node, what: &Said) -> Option<String> {
        match node.scalar().map(|scalar| scalar.text.trim()) {
            Some(text) if !text.is_empty() => Some(text.to_owned()),
            _ => {
                self.expected(what, node);
                None
            }
        }
    }

    /// A text that must be there.
    pub fn required(&mut self, map: &Map, place: Place, whose: &Said, key: &str) -> Option<String> {
        match map.get(key) {
            Some(node) => self.text(node, &said!("“{key}”的文字", "a text for `{key}`")),
            None => {
                self.error(place, said!("{whose}缺少“{key}”", "{whose} needs `{key}`", [whose]));
                None
            }
        }
    }

    /// One text, or a list of them.
    pub fn texts(&mut self, node: &Node, what: &Said) -> Vec<String> {
        match &node.is {
            Is::List(items) => items.iter().filter_map(|item| self.text(item, what)).collect(),
            Is::Nothing => Vec::new(),
            _ => self.text(node, what).into_iter().collect(),
        }
    }

    /// A language, `zh` where none is named.
    pub fn lang(&mut self, map: &Map) -> Lang {
        let named = map.get("lang").and_then(|node| self.one_of(node, &[("zh", Lang::Zh), ("en", Lang::En)]));
        named.unwrap_or(Lang::Zh)
    }

    /// A customer.
    pub fn who(&mut self, map: &Map) -> Who {
        let Some(fields) = map.get("contact").and_then(|node| self.any_map(node, &said!("“contact”", "`contact`")))
        else {
            return Who::default();
        };
        let mut who = Who::default();
        for (key, node) in &fields.entries {
            if key.name == "verified" {
                who.verified = self.flag(node).unwrap_or_default();
                continue;
            }
            let what = said!("“{name}”的文字", "a text for `{name}`", name = key.name);
            let Some(text) = self.text(node, &what) else { continue };
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
    pub fn known<'k>(&mut self, what: &Said, name: &str, place: Place, known: Option<impl Iterator<Item = &'k str>>) {
        let Some(known) = known else { return };
        let known: Vec<&str> = known.collect();
        if !known.contains(&name) {
            let message = said!("没有{what}“{name}”", "there is no {what} `{name}`", [what]);
            let problem = Problem::error(self.file, place, message);
            self.problem(problem.one_of(name, known));
        }
    }
}

/// A value that is expected.
pub(super) fn wanted(node: &Node) -> Wanted {
    let value = node.json();
    let written = match &node.is {
        Is::Scalar(scalar) => scalar.text.clone(),
        _ => value.to_string(),
    };
    Wanted { value, written }
}
