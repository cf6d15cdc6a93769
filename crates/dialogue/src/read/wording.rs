//! The file `wording.yml`.

use super::reader::{Reader, Spots};
use crate::{InBoth, Phrase, Place, Problem, Wordings};
use yingda_yaml::{Is, Node, said};

/// Wordings with the places of their parts.
#[derive(Default)]
pub(crate) struct ReadWording {
    pub file: String,
    pub wordings: Wordings,
    pub spots: Spots,
    /// Phrases that the file gives other words to.
    pub own: Vec<Phrase>,
}

const KEYS: [&str; 5] = ["persona", "identity", "resume_after_minutes", "expire_after_days", "phrases"];

/// Reads the file, as far as it can be read; everything wrong is added to `problems`.
pub(crate) fn read(file: &str, text: &str, problems: &mut Vec<Problem>) -> ReadWording {
    let mut wordings = Wordings::default();
    let Some(root) = yingda_yaml::parse(file, text, problems) else { return ReadWording::default() };
    let mut reader = Reader::new(file, problems);
    let mut own = Vec::new();
    if let Some(map) = reader.map(&root, &said!("措辞", "the wording"), &KEYS) {
        if let Some(node) = map.get("persona")
            && let Some(map) = reader.map(node, &said!("机器人的人设", "a persona"), &["name", "tone"])
        {
            wordings.persona.name = map.get("name").map(|node| reader.in_both(node)).unwrap_or_default();
            wordings.persona.tone = map.get("tone").map(|node| reader.in_both(node)).unwrap_or_default();
        }
        if let Some(node) = map.get("identity") {
            reader.spots.put(Place::default(), "identity", node.place);
            wordings.identity = reader.name(node, &said!("流程的 id", "the id of a flow"));
        }
        if let Some(minutes) = map.get("resume_after_minutes").and_then(|node| reader.number(node, 1..=7 * 24 * 60)) {
            wordings.resume_after_ms = i64::from(minutes) * 60 * 1000;
        }
        if let Some(days) = map.get("expire_after_days").and_then(|node| reader.number(node, 1..=365)) {
            wordings.expire_after_ms = i64::from(days) * 24 * 60 * 60 * 1000;
        }
        if wordings.resume_after_ms >= wordings.expire_after_ms {
            let place = map.key("resume_after_minutes").map_or(root.place, |key| key.place);
            let message = said!(
                "“resume_after_minutes”要比“expire_after_days”短：否则永远不会接着办",
                "`resume_after_minutes` must be shorter than `expire_after_days`: otherwise nothing is ever resumed"
            );
            reader.error(place, message);
        }
        if let Some(node) = map.get("phrases") {
            own = reader.phrases(node, &mut wordings);
        }
    }
    ReadWording { file: file.to_owned(), wordings, spots: reader.spots, own }
}

impl Reader<'_> {
    fn phrases(&mut self, node: &Node, wordings: &mut Wordings) -> Vec<Phrase> {
        let names: Vec<&str> = Phrase::ALL.iter().map(|phrase| phrase.name()).collect();
        let Some(map) = self.map_of_phrases(node, &names) else { return Vec::new() };
        let mut own = Vec::new();
        for (key, node) in &map.entries {
            let Some(phrase) = Phrase::ALL.into_iter().find(|phrase| phrase.name() == key.name) else { continue };
            if let Some(text) = self.text(node, Place::default(), &key.name) {
                wordings.phrases.put(phrase, text);
                own.push(phrase);
            }
        }
        own
    }

    fn map_of_phrases<'n>(&mut self, node: &'n Node, names: &[&str]) -> Option<&'n yingda_yaml::Map> {
        let Is::Map(map) = &node.is else {
            let what = said!(
                "固定用语，每行一句（`back_to: {{zh: …, en: …}}`）",
                "phrases as a mapping (`back_to: {{zh: …, en: …}}`)"
            );
            self.expected(&what, node);
            return None;
        };
        for (key, _) in &map.entries {
            if !names.contains(&key.name.as_str()) {
                let name = &key.name;
                let message = said!("没有名为“{name}”的固定用语", "there is no phrase `{name}`");
                let problem = Problem::error(self.file, key.place, message).meant(name, names.iter().copied());
                self.problems.push(match problem.hint {
                    Some(_) => problem,
                    None => {
                        problem.hint(said!("docs/flows.md 里列出了所有固定用语", "docs/flows.md lists the phrases"))
                    }
                });
            }
        }
        Some(map)
    }

    /// A plain string for each language.
    fn in_both(&mut self, node: &Node) -> InBoth {
        let whose = said!("中英文的名字或语气", "a name or tone in both languages");
        let Some(map) = self.map(node, &whose, &["zh", "en"]) else {
            return InBoth::default();
        };
        let mut of = |lang: &str| {
            let node = self.required(map, node.place, &said!("名字或语气", "a name or tone"), lang)?;
            self.word(node, &said!("文字", "a text"))
        };
        InBoth { zh: of("zh").unwrap_or_default(), en: of("en").unwrap_or_default() }
    }
}
