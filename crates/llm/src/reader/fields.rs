//! A map of the file with known keys, and the list of what is wrong.

use serde_json::Value;
use yingda_yaml::{Is, Key, Map, Node, Place};

use super::Problem;

/// What is wrong so far.
#[derive(Default)]
pub(super) struct Problems {
    pub list: Vec<Problem>,
}

impl Problems {
    pub fn add(
        &mut self,
        place: Place,
        path: &str,
        code: &'static str,
        en: String,
        zh: String,
        suggestion: Option<String>,
    ) {
        let Place { line, column } = place;
        self.list.push(Problem { line, column, path: path.to_owned(), code, en, zh, suggestion });
    }

    pub fn wrong_type(&mut self, node: &Node, path: &str, en: &str, zh: &str) {
        let (is_en, is_zh) = kind(node);
        self.add(
            node.place,
            path,
            "wrong_type",
            format!("expected {en}, found {is_en}"),
            format!("应为{zh}，实际是{is_zh}"),
            None,
        );
    }
}

/// A map whose keys were checked.
pub(super) struct Fields<'n> {
    map: &'n Map,
    path: String,
    place: Place,
}

impl<'n> Fields<'n> {
    /// `None` when the node is no map. Keys that are not known are reported.
    pub fn of(node: &'n Node, path: &str, known: &[&str], problems: &mut Problems) -> Option<Self> {
        let Is::Map(map) = &node.is else {
            problems.wrong_type(node, path, "a map", "键值表");
            return None;
        };
        let fields = Self { map, path: path.to_owned(), place: node.place };
        for (key, _) in &map.entries {
            if !known.contains(&key.name.as_str()) {
                let names = known.join(", ");
                problems.add(
                    key.place,
                    &fields.path_of(&key.name),
                    "unknown_key",
                    format!("“{}” means nothing here; known are {names}", key.name),
                    format!("这里没有“{}”这一项；可用的有 {names}", key.name),
                    nearest(&key.name, known.iter().copied()),
                );
            }
        }
        Some(fields)
    }

    pub fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    /// Where a key stands, else the map.
    pub fn place(&self, name: &str) -> Place {
        self.map.key(name).map_or(self.place, |key| key.place)
    }

    /// The value of a key; nothing when it is missing or empty.
    fn get(&self, name: &str) -> Option<&'n Node> {
        self.map.get(name).filter(|node| !matches!(node.is, Is::Nothing))
    }

    pub fn child(&self, name: &str, known: &[&str], problems: &mut Problems) -> Option<Fields<'n>> {
        Fields::of(self.get(name)?, &self.path_of(name), known, problems)
    }

    /// The entries of a map whose keys are anybody's choice.
    pub fn entries(&self, name: &str, problems: &mut Problems) -> &'n [(Key, Node)] {
        match self.get(name) {
            None => &[],
            Some(Node { is: Is::Map(map), .. }) => &map.entries,
            Some(node) => {
                problems.wrong_type(node, &self.path_of(name), "a map", "键值表");
                &[]
            }
        }
    }

    pub fn text(&self, name: &str, problems: &mut Problems) -> Option<(String, Place)> {
        let node = self.get(name)?;
        match text(node).filter(|text| !text.trim().is_empty()) {
            Some(text) => Some((text.trim().to_owned(), node.place)),
            None => {
                problems.wrong_type(node, &self.path_of(name), "text that is not empty", "非空文字");
                None
            }
        }
    }

    pub fn required_text(&self, name: &str, problems: &mut Problems) -> Option<(String, Place)> {
        if self.get(name).is_none() {
            self.missing(name, problems);
        }
        self.text(name, problems)
    }

    pub fn missing(&self, name: &str, problems: &mut Problems) {
        if self.get(name).is_none() {
            let (en, zh) = (format!("“{name}” is missing"), format!("缺少“{name}”"));
            problems.add(self.place, &self.path_of(name), "missing", en, zh, None);
        }
    }

    pub fn flag(&self, name: &str, problems: &mut Problems) -> Option<bool> {
        let node = self.get(name)?;
        if let Value::Bool(flag) = node.json() {
            return Some(flag);
        }
        problems.wrong_type(node, &self.path_of(name), "true or false", "true 或 false");
        if let (Some(text), Some(problem)) = (text(node), problems.list.last_mut()) {
            problem.suggestion = match text.to_ascii_lowercase().as_str() {
                "yes" | "on" | "y" => Some("true".into()),
                "no" | "off" | "n" => Some("false".into()),
                _ => None,
            };
        }
        None
    }

    pub fn number(&self, name: &str, (least, most): (f64, f64), problems: &mut Problems) -> Option<f64> {
        let node = self.get(name)?;
        match node.json().as_f64() {
            Some(number) if (least..=most).contains(&number) => Some(number),
            Some(number) => {
                problems.add(
                    node.place,
                    &self.path_of(name),
                    "out_of_range",
                    format!("expected a number from {least} to {most}, found {number}"),
                    format!("应为 {least} 到 {most} 之间的数字，实际是 {number}"),
                    Some(number.clamp(least, most).to_string()).filter(|_| number.is_finite()),
                );
                None
            }
            None => {
                problems.wrong_type(node, &self.path_of(name), "a number", "数字");
                None
            }
        }
    }
}

/// A text: a number or `true` is none.
pub(super) fn text(node: &Node) -> Option<String> {
    match node.json() {
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// What it is, in English and Chinese, for messages.
fn kind(node: &Node) -> (&'static str, &'static str) {
    match node.json() {
        Value::Null => ("nothing", "空值"),
        Value::Bool(_) => ("true or false", "真假值"),
        Value::Number(_) => ("a number", "数字"),
        Value::String(_) => ("text", "文字"),
        Value::Array(_) => ("a list", "列表"),
        Value::Object(_) => ("a map", "键值表"),
    }
}

/// The known name that is nearest to what was written, when one is near.
pub(super) fn nearest<'k>(written: &str, known: impl Iterator<Item = &'k str>) -> Option<String> {
    yingda_yaml::nearest(written, known).map(str::to_owned)
}
