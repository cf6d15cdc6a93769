//! Taking a tree apart: each part is expected to be something, and what is not is reported with its place.

use std::ops::RangeInclusive;

use crate::{Is, Map, Node, Place, Problem, Said, Scalar, said};

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
    pub fn error(&mut self, place: Place, message: Said) {
        self.problems.push(Problem::error(self.file, place, message));
    }

    /// The same with advice.
    pub fn error_with(&mut self, place: Place, message: Said, hint: Said) {
        self.problems.push(Problem::error(self.file, place, message).hint(hint));
    }

    /// `what` was expected and `node` came.
    pub fn expected(&mut self, what: &Said, node: &Node) {
        if matches!(node.is, Is::Spoiled) {
            return;
        }
        let came = node.came();
        self.error(node.place, said!("应为{what}，实际是{came}", "expected {what}, but {came} came", [what, came]));
    }

    /// A mapping with no other keys than these. `whose` names the owner of the keys in messages: “槽位”, “a slot”.
    pub fn map<'n>(&mut self, node: &'n Node, whose: &Said, keys: &[&str]) -> Option<&'n Map> {
        let map = self.any_map(node, whose)?;
        self.keys(map, whose, keys);
        Some(map)
    }

    /// Reports keys that are none of these.
    pub fn keys(&mut self, map: &Map, whose: &Said, keys: &[&str]) {
        for (key, value) in &map.entries {
            if keys.contains(&key.name.as_str()) {
                continue;
            }
            let name = &key.name;
            let message = said!("{whose}里没有“{name}”这一项", "{whose} has no key `{name}`", [whose]);
            let problem = Problem::error(self.file, key.place, message);
            self.problems.push(if map.braces && matches!(value.is, Is::Nothing) {
                problem.hint(said!(
                    "在 {{ … }} 里，英文逗号表示一项结束：含有英文逗号的文字要放在英文双引号里",
                    "within {{ … }} a comma ends a text: put texts with a comma between quotes"
                ))
            } else {
                problem.one_of(&key.name, keys.iter().copied())
            });
        }
    }

    /// A mapping with any keys.
    pub fn any_map<'n>(&mut self, node: &'n Node, whose: &Said) -> Option<&'n Map> {
        if let Is::Map(map) = &node.is {
            return Some(map);
        }
        let what = said!("{whose}，由几行 `名称: 值` 组成", "{whose} as a mapping (`key: value`)", [whose]);
        self.expected(&what, node);
        None
    }

    /// The value of a key that must be there.
    pub fn required<'n>(&mut self, map: &'n Map, place: Place, whose: &Said, key: &str) -> Option<&'n Node> {
        let found = map.get(key);
        if found.is_none() {
            self.error(place, said!("{whose}缺少“{key}”", "{whose} needs `{key}`", [whose]));
        }
        found
    }

    /// The items of a list.
    pub fn list<'n>(&mut self, node: &'n Node, what: &Said) -> Option<&'n [Node]> {
        match &node.is {
            Is::List(items) => Some(items),
            _ => {
                self.expected(what, node);
                None
            }
        }
    }

    /// A text as it was written.
    pub fn scalar<'n>(&mut self, node: &'n Node, what: &Said) -> Option<&'n Scalar> {
        match &node.is {
            Is::Scalar(scalar) => Some(scalar),
            _ => {
                self.expected(what, node);
                None
            }
        }
    }

    /// A text that is not empty.
    pub fn word(&mut self, node: &Node, what: &Said) -> Option<String> {
        let text = self.scalar(node, what)?.text.trim().to_owned();
        if text.is_empty() {
            self.error(
                node.place,
                said!("应为{what}，实际没有文字", "expected {what}, but an empty text came", [what]),
            );
            return None;
        }
        Some(text)
    }

    /// One text or a list of them.
    pub fn words(&mut self, node: &Node, what: &Said) -> Vec<String> {
        match &node.is {
            Is::List(items) => items.iter().filter_map(|item| self.word(item, what)).collect(),
            _ => self.word(node, &said!("{what}的列表", "a list of {what}", [what])).into_iter().collect(),
        }
    }

    /// A name: `a-z`, `0-9` and `_`, beginning with a letter, at most 64.
    pub fn name(&mut self, node: &Node, what: &Said) -> Option<String> {
        let name = self.word(node, what)?;
        self.is_name(&name, node.place).then_some(name)
    }

    /// Whether it can be a name; reports it otherwise.
    pub fn is_name(&mut self, name: &str, place: Place) -> bool {
        let good = name.starts_with(|first: char| first.is_ascii_lowercase())
            && name.len() <= 64
            && name.chars().all(|sign| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == '_');
        if !good {
            let hint = said!(
                "名称以小写字母开头，只能有 a-z、0-9 和 _，最多 64 个字符",
                "names begin with a letter and have only a-z, 0-9 and _, at most 64 of them"
            );
            self.error_with(place, said!("“{name}”不能用作名称", "`{name}` cannot be a name"), hint);
        }
        good
    }

    /// One of these words, each with what it stands for.
    pub fn one_of<T: Copy>(&mut self, node: &Node, words: &[(&str, T)]) -> Option<T> {
        let names = words.iter().map(|(name, _)| *name);
        let listed = Said {
            zh: names.clone().map(|name| format!("“{name}”")).collect::<Vec<_>>().join("、"),
            en: names.clone().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
        };
        let what = said!("以下之一：{listed}", "one of {listed}", [listed]);
        let text = self.word(node, &what)?;
        let found = words.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
        if found.is_none() {
            let message = said!("应为{what}，实际是“{text}”", "expected {what}, but `{text}` came", [what]);
            let problem = Problem::error(self.file, node.place, message);
            self.problems.push(problem.meant(&text, names));
        }
        found
    }

    /// `true` or `false`.
    pub fn flag(&mut self, node: &Node) -> Option<bool> {
        let what = said!("“true”或“false”", "`true` or `false`");
        match self.scalar(node, &what)?.text.as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => {
                self.expected(&what, node);
                None
            }
        }
    }

    /// A whole number within limits.
    pub fn number(&mut self, node: &Node, range: RangeInclusive<u32>) -> Option<u32> {
        let (least, most) = (range.start(), range.end());
        let what = said!("从 {least} 到 {most} 的整数", "a whole number from {least} to {most}");
        let number = self.scalar(node, &what)?.text.parse().ok().filter(|number| range.contains(number));
        if number.is_none() {
            self.expected(&what, node);
        }
        number
    }

    /// A number within limits.
    pub fn decimal(&mut self, node: &Node, range: RangeInclusive<f64>) -> Option<f64> {
        let (least, most) = (range.start(), range.end());
        let what = said!("从 {least} 到 {most} 的数字", "a number from {least} to {most}");
        let number = self.scalar(node, &what)?.text.parse().ok().filter(|number| range.contains(number));
        if number.is_none() {
            self.expected(&what, node);
        }
        number
    }
}
