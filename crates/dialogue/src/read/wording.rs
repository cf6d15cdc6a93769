//! The file `wording.yml`.

use super::reader::{Reader, Spots};
use crate::{InBoth, Phrase, Place, Problem, Wordings};
use yingda_yaml::{Is, Node};

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
    if let Some(map) = reader.map(&root, "the wording", &KEYS) {
        if let Some(node) = map.get("persona")
            && let Some(map) = reader.map(node, "a persona", &["name", "tone"])
        {
            wordings.persona.name = map.get("name").map(|node| reader.in_both(node)).unwrap_or_default();
            wordings.persona.tone = map.get("tone").map(|node| reader.in_both(node)).unwrap_or_default();
        }
        if let Some(node) = map.get("identity") {
            reader.spots.put(Place::default(), "identity", node.place);
            wordings.identity = reader.name(node, "the id of a flow");
        }
        if let Some(minutes) = map.get("resume_after_minutes").and_then(|node| reader.number(node, 1..=7 * 24 * 60)) {
            wordings.resume_after_ms = i64::from(minutes) * 60 * 1000;
        }
        if let Some(days) = map.get("expire_after_days").and_then(|node| reader.number(node, 1..=365)) {
            wordings.expire_after_ms = i64::from(days) * 24 * 60 * 60 * 1000;
        }
        if wordings.resume_after_ms >= wordings.expire_after_ms {
            let place = map.key("resume_after_minutes").map_or(root.place, |key| key.place);
            reader.error(
                place,
                "`resume_after_minutes` must be shorter than `expire_after_days`: otherwise nothing is ever resumed",
            );
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
            self.expected("phrases as a mapping (`back_to: {zh: …, en: …}`)", node);
            return None;
        };
        for (key, _) in &map.entries {
            if !names.contains(&key.name.as_str()) {
                let problem = Problem::error(self.file, key.place, format!("there is no phrase `{}`", key.name));
                let problem = problem.meant(&key.name, names.iter().copied());
                let hint = problem.hint.is_none().then_some("docs/flows.md lists the phrases");
                self.problems.push(hint.map_or(problem.clone(), |hint| problem.hint(hint)));
            }
        }
        Some(map)
    }

    /// A plain string for each language.
    fn in_both(&mut self, node: &Node) -> InBoth {
        let Some(map) = self.map(node, "a name or tone in both languages", &["zh", "en"]) else {
            return InBoth::default();
        };
        let mut of = |lang: &str| {
            let node = self.required(map, node.place, "a name or tone", lang)?;
            self.word(node, "a text")
        };
        InBoth { zh: of("zh").unwrap_or_default(), en: of("en").unwrap_or_default() }
    }
}
