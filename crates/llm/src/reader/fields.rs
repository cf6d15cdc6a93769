//! A map of the file with known keys, and the list of what is wrong.

use super::Problem;
use crate::yaml::{Key, Node, Value};

/// Line and column.
type Place = (u64, u64);

/// What is wrong so far.
#[derive(Default)]
pub(super) struct Problems {
    pub list: Vec<Problem>,
}

impl Problems {
    pub fn add(
        &mut self,
        (line, column): Place,
        path: &str,
        code: &'static str,
        en: String,
        zh: String,
        suggestion: Option<String>,
    ) {
        self.list.push(Problem { line, column, path: path.to_owned(), code, en, zh, suggestion });
    }

    pub fn wrong_type(&mut self, node: &Node, path: &str, en: &str, zh: &str) {
        let (is_en, is_zh) = node.value.kind();
        self.add(
            (node.line, node.column),
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
    entries: &'n [(Key, Node)],
    path: String,
    place: Place,
}

impl<'n> Fields<'n> {
    /// `None` when the node is no map. Keys that are not known are reported.
    pub fn of(node: &'n Node, path: &str, known: &[&str], problems: &mut Problems) -> Option<Self> {
        let Value::Map(entries) = &node.value else {
            problems.wrong_type(node, path, "a map", "键值表");
            return None;
        };
        let fields = Self { entries, path: path.to_owned(), place: (node.line, node.column) };
        for (key, _) in entries {
            if !known.contains(&key.name.as_str()) {
                let names = known.join(", ");
                problems.add(
                    (key.line, key.column),
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
        let key = self.entries.iter().map(|(key, _)| key).find(|key| key.name == name);
        key.map_or(self.place, |key| (key.line, key.column))
    }

    /// The value of a key; nothing when it is missing or empty.
    fn get(&self, name: &str) -> Option<&'n Node> {
        let node = self.entries.iter().find(|(key, _)| key.name == name).map(|(_, node)| node)?;
        (!matches!(node.value, Value::Null)).then_some(node)
    }

    pub fn child(&self, name: &str, known: &[&str], problems: &mut Problems) -> Option<Fields<'n>> {
        Fields::of(self.get(name)?, &self.path_of(name), known, problems)
    }

    /// The entries of a map whose keys are anybody's choice.
    pub fn entries(&self, name: &str, problems: &mut Problems) -> &'n [(Key, Node)] {
        match self.get(name) {
            None => &[],
            Some(Node { value: Value::Map(entries), .. }) => entries,
            Some(node) => {
                problems.wrong_type(node, &self.path_of(name), "a map", "键值表");
                &[]
            }
        }
    }

    pub fn text(&self, name: &str, problems: &mut Problems) -> Option<(String, Place)> {
        let node = self.get(name)?;
        match &node.value {
            Value::Text(text) if !text.trim().is_empty() => Some((text.trim().to_owned(), (node.line, node.column))),
            _ => {
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
        if let Value::Bool(flag) = node.value {
            return Some(flag);
        }
        problems.wrong_type(node, &self.path_of(name), "true or false", "true 或 false");
        if let (Value::Text(text), Some(problem)) = (&node.value, problems.list.last_mut()) {
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
        match node.value {
            Value::Number(number) if (least..=most).contains(&number) => Some(number),
            Value::Number(number) => {
                problems.add(
                    (node.line, node.column),
                    &self.path_of(name),
                    "out_of_range",
                    format!("expected a number from {least} to {most}, found {number}"),
                    format!("应为 {least} 到 {most} 之间的数字，实际是 {number}"),
                    Some(number.clamp(least, most).to_string()).filter(|_| number.is_finite()),
                );
                None
            }
            _ => {
                problems.wrong_type(node, &self.path_of(name), "a number", "数字");
                None
            }
        }
    }
}

/// The known name that is nearest to what was written, when one is near.
pub(super) fn nearest<'k>(written: &str, known: impl Iterator<Item = &'k str>) -> Option<String> {
    let nearest = known.map(|name| (distance(&written.to_lowercase(), name), name)).min()?;
    (nearest.0 <= (written.chars().count() / 3).max(1)).then(|| nearest.1.to_owned())
}

/// Letters to add, drop or change (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
