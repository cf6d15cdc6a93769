//! A flow file.

use std::collections::{BTreeMap, BTreeSet};

use super::reader::{Reader, Spots};
use crate::{Flow, Needs, Occasion, Place, Problem, Slot, Starts, Text, Wording};
use yingda_expression::Template;
use yingda_yaml::{Is, Node, said};

/// A flow with what is needed to check it.
pub(crate) struct Read {
    pub flow: Flow,
    pub spots: Spots,
    /// Whether parts are missing, because they could not be read.
    pub broken: bool,
    /// Names that the file gives to something, in those parts as well.
    pub given: BTreeSet<String>,
}

const KEYS: [&str; 8] = ["flow", "title", "description", "starts", "needs", "slots", "steps", "result"];

/// Reads a flow, as far as it can be read; everything wrong is added to `problems`.
pub(crate) fn read(file: &str, text: &str, problems: &mut Vec<Problem>) -> Option<Read> {
    let before = problems.len();
    let root = yingda_yaml::parse(file, text, problems)?;
    let mut reader = Reader::new(file, problems);
    let whose = said!("流程", "a flow");
    let map = reader.map(&root, &whose, &KEYS)?;
    let place = map.key("flow").map_or(root.place, |key| key.place);

    let id = reader.required(map, root.place, &whose, "flow");
    let id = id.and_then(|node| reader.id(node, file)).unwrap_or_else(|| stem(file).to_owned());
    let title = reader.required(map, place, &whose, "title");
    let title = title.and_then(|node| reader.text(node, place, "title"));
    let description = map.get("description").and_then(|node| reader.text(node, place, "description"));
    let starts = map.get("starts").map(|node| reader.starts(node, place)).unwrap_or_default();
    let needs = map.get("needs").and_then(|node| {
        reader.spots.put(place, "needs", node.place);
        reader.among(node, "needs", &[("none", Needs::None), ("known", Needs::Known), ("verified", Needs::Verified)])
    });
    let slots = map.get("slots").map(|node| reader.slots(node)).unwrap_or_default();
    let steps = reader.required(map, place, &whose, "steps");
    let steps = steps.map(|node| reader.steps(node)).unwrap_or_default();
    let result = map.get("result").and_then(|node| reader.expression(node, place, "result"));

    let Reader { spots, given, .. } = reader;
    let broken = problems.iter().skip(before).any(Problem::is_error);
    // A title that could not be read is reported; in lists and pictures the flow's name stands in for it.
    let title = title.unwrap_or_else(|| name(&id));
    let needs = needs.unwrap_or_default();
    let flow = Flow { id, title, description, starts, needs, slots, steps, result, file: file.to_owned(), place };
    Some(Read { flow, spots, broken, given })
}

/// The name of a file without folder and ending.
pub(crate) fn stem(file: &str) -> &str {
    let name = file.rsplit('/').next().unwrap_or(file);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

impl Reader<'_> {
    /// The id of the flow, which is also the name of the file.
    fn id(&mut self, node: &Node, file: &str) -> Option<String> {
        let id = self.name(node, &said!("流程的 id", "the id of the flow"))?;
        if id != stem(file) {
            let stem = stem(file);
            let message =
                said!("流程名是“{id}”，文件名却是“{stem}”", "the flow is called `{id}`, but its file `{stem}`");
            let hint = said!(
                "请把文件改名为“{id}.yml”，或者写成 `flow: {stem}`",
                "rename the file to `{id}.yml`, or write `flow: {stem}`"
            );
            self.error_with(node.place, message, hint);
        }
        Some(id)
    }

    fn starts(&mut self, node: &Node, place: Place) -> Starts {
        let whose = said!("流程的开始条件", "what begins a flow");
        let Some(map) = self.map(node, &whose, &["intents", "phrases", "events", "occasion", "when"]) else {
            return Starts::default();
        };
        let mut words = |key: &str| {
            let Some(node) = map.get(key) else { return Vec::new() };
            self.spots.put(place, format!("starts.{key}"), node.place);
            if let Is::List(items) = &node.is {
                for item in items {
                    if let Is::Scalar(scalar) = &item.is {
                        self.spots.put(place, format!("starts.{key}.{}", scalar.text.trim()), item.place);
                    }
                }
            }
            self.words(node, &said!("“{key}”里的名称", "{key}"))
        };
        let (intents, events) = (words("intents"), words("events"));
        let (phrases_zh, phrases_en) = match map.get("phrases") {
            Some(node) => {
                self.spots.put(place, "starts.phrases", node.place);
                self.words_in_both(node)
            }
            None => Default::default(),
        };
        let when = map.get("when").and_then(|node| self.expression(node, place, "starts.when"));
        let occasions = [("service", Occasion::Service), ("marketing", Occasion::Marketing)];
        let occasion = map.get("occasion").and_then(|node| self.among(node, "occasion", &occasions));
        Starts { intents, phrases_zh, phrases_en, events, occasion: occasion.unwrap_or_default(), when }
    }

    fn slots(&mut self, node: &Node) -> BTreeMap<String, Slot> {
        let Is::Map(map) = &node.is else {
            let what = said!(
                "槽位，每行一个（`order_no: {{type: order_number}}`）",
                "slots as a mapping (`order_no: {{type: order_number}}`)"
            );
            self.expected(&what, node);
            return BTreeMap::new();
        };
        let slots = map.entries.iter().filter_map(|(key, node)| self.slot(key, node));
        slots.map(|slot| (slot.name.clone(), slot)).collect()
    }
}

/// A name, as it is, in both languages.
fn name(id: &str) -> Text {
    let wording = Wording { normal: Template::parse(id).into_iter().collect(), ..Wording::default() };
    Text { zh: wording.clone(), en: wording }
}
