//! Slots: what a flow has to know.

use std::collections::BTreeSet;

use super::reader::Reader;
use crate::{ChoiceOption, Pick, Place, Slot, SlotType};
use yingda_yaml::{Is, Key, Map, Node, Said, said};

/// The simple types by name, and whether a value is carried to other flows unless the file says otherwise.
const TYPES: [(&str, SlotType, bool); 16] = [
    ("text", SlotType::Text, false),
    ("number", SlotType::Number, false),
    ("integer", SlotType::Integer, false),
    ("money", SlotType::Money, false),
    ("yes_no", SlotType::YesNo, false),
    ("date", SlotType::Date, false),
    ("time", SlotType::Time, false),
    ("duration", SlotType::Duration, false),
    ("phone", SlotType::Phone, true),
    ("email", SlotType::Email, true),
    ("address", SlotType::Address, true),
    ("person", SlotType::Person, true),
    ("product", SlotType::Product, true),
    ("order_number", SlotType::OrderNumber, true),
    ("tracking_number", SlotType::TrackingNumber, true),
    ("file", SlotType::File, false),
];

/// Names that mean something else in every flow.
pub(crate) const KNOWN_NAMES: [&str; 11] =
    ["contact", "inbox", "channel", "lang", "now", "mood", "event", "desk", "settings", "error", "item"];

/// The most options of a choice.
const MOST_OPTIONS: usize = 50;

impl Reader<'_> {
    /// A slot. When its type cannot be read, it is taken for a text, so that what uses it is not reported as well.
    pub fn slot(&mut self, key: &Key, node: &Node) -> Option<Slot> {
        self.given.insert(key.name.clone());
        self.is_free_name(&key.name, key.place).then_some(())?;
        let place = key.place;
        let keys = ["type", "title", "carry", "options", "from", "label", "value", "kind", "many"];
        let map = match &node.is {
            Is::Map(map) => map,
            Is::Scalar(scalar) => {
                let (name, of) = (&key.name, &scalar.text);
                let message = said!("槽位要写成一组“名称: 值”", "expected a slot as a mapping");
                let hint = said!("请写成 `{name}: {{type: {of}}}`", "write `{name}: {{type: {of}}}`");
                self.error_with(node.place, message, hint);
                return Some(Slot { name: key.name.clone(), title: None, of: SlotType::Text, carry: false, place });
            }
            _ => {
                self.expected(&said!("槽位（`type: …`）", "a slot as a mapping (`type: …`)"), node);
                return Some(Slot { name: key.name.clone(), title: None, of: SlotType::Text, carry: false, place });
            }
        };
        self.keys(map, &said!("槽位", "a slot"), &keys);
        let (of, carries) = self.slot_type(map, place).unwrap_or((SlotType::Text, false));
        let title = map.get("title").and_then(|node| self.text(node, place, "title"));
        let carry = map.get("carry").and_then(|node| self.flag(node)).unwrap_or(carries);
        Some(Slot { name: key.name.clone(), title, of, carry, place })
    }

    /// Whether it can be a name and means nothing else; reports it otherwise.
    pub fn is_free_name(&mut self, name: &str, place: Place) -> bool {
        if !self.is_name(name, place) {
            return false;
        }
        if KNOWN_NAMES.contains(&name) {
            let message = said!("“{name}”在每个流程里都另有含义", "`{name}` means something else in every flow");
            let hint = Said {
                zh: format!("请换一个名称；已占用的有：{}", KNOWN_NAMES.join("、")),
                en: format!("these names are taken: {}", KNOWN_NAMES.join(", ")),
            };
            self.error_with(place, message, hint);
            return false;
        }
        true
    }

    fn slot_type(&mut self, map: &Map, place: Place) -> Option<(SlotType, bool)> {
        let node = self.required(map, place, &said!("槽位", "a slot"), "type")?;
        self.spots.put(place, "type", node.place);
        let name = self.word(node, &said!("类型", "a type"))?;
        let belongs: &[&str] = match name.as_str() {
            "choice" => &["options"],
            "pick" => &["from", "label", "value", "kind", "many"],
            _ => &[],
        };
        for key in ["options", "from", "label", "value", "kind", "many"] {
            if let Some(key) = map.key(key)
                && !belongs.contains(&key.name.as_str())
            {
                let of = if key.name == "options" { "choice" } else { "pick" };
                let message = said!(
                    "“{key}”只用于 `type: {of}`，而这个槽位的类型是“{name}”",
                    "`{key}` belongs to `type: {of}`, but this slot is `{name}`",
                    key = key.name
                );
                self.error(key.place, message);
            }
        }
        if let Some((_, of, carries)) = TYPES.iter().find(|(own, ..)| *own == name) {
            return Some((of.clone(), *carries));
        }
        match name.as_str() {
            "choice" => {
                let whose = said!("`type: choice` 的槽位", "a slot of `type: choice`");
                let options = self.required(map, place, &whose, "options")?;
                Some((SlotType::Choice(self.options(options, false)?), false))
            }
            "pick" => Some((SlotType::Pick(self.pick(map, place)?), false)),
            other => {
                if let Some(entity) = other.strip_prefix("entity:") {
                    let entity = entity.trim();
                    if entity.is_empty() {
                        self.error(
                            node.place,
                            said!("应为 `entity:名称`，缺少名称", "expected `entity:NAME`, but the name is missing"),
                        );
                        return None;
                    }
                    return Some((SlotType::Entity(entity.to_owned()), true));
                }
                let message = said!("没有“{other}”这种槽位类型", "there is no slot type `{other}`");
                let problem = crate::Problem::error(self.file, node.place, message);
                let names = TYPES.iter().map(|(name, ..)| *name).chain(["choice", "pick", "entity:NAME"]);
                self.problems.push(problem.one_of(other, names));
                None
            }
        }
    }

    fn pick(&mut self, map: &Map, place: Place) -> Option<Pick> {
        let whose = said!("`type: pick` 的槽位", "a slot of `type: pick`");
        let from = self.required(map, place, &whose, "from");
        let from = from.and_then(|node| self.expression(node, place, "from"));
        let label = self.required(map, place, &whose, "label");
        let label = label.and_then(|node| self.text(node, place, "label"));
        let value = match map.get("value") {
            Some(node) => Some(self.expression(node, place, "value")?),
            None => None,
        };
        let kind =
            map.get("kind").and_then(|node| self.name(node, &said!("种类，例如“product”", "a kind such as `product`")));
        let many = map.get("many").and_then(|node| self.flag(node)).unwrap_or(false);
        Some(Pick { from: from?, label: label?, value, kind, many })
    }

    /// The options of a slot, or of a `choice` step, which have steps.
    pub fn options(&mut self, node: &Node, with_steps: bool) -> Option<Vec<ChoiceOption>> {
        let items = self.list(node, &said!("选项的列表", "a list of options"))?;
        if items.is_empty() || items.len() > MOST_OPTIONS {
            let message = said!(
                "应有 1 到 {MOST_OPTIONS} 个选项，实际有 {came} 个",
                "expected from 1 to {MOST_OPTIONS} options, but {came} came",
                came = items.len()
            );
            self.error(node.place, message);
            return None;
        }
        let mut seen = BTreeSet::new();
        let mut options = Vec::new();
        for item in items {
            let Some(option) = self.option(item, with_steps) else { continue };
            if !seen.insert(option.id.clone()) {
                let message = said!(
                    "已经有一个选项叫“{id}”：各选项的 id 不能相同",
                    "there is another option `{id}`: ids must differ",
                    id = option.id
                );
                self.error(option.place, message);
            }
            options.push(option);
        }
        Some(options)
    }

    fn option(&mut self, node: &Node, with_steps: bool) -> Option<ChoiceOption> {
        let keys: &[&str] = if with_steps { &["id", "label", "also", "then"] } else { &["id", "label", "also"] };
        let whose = said!("选项", "an option");
        let map = self.map(node, &whose, keys)?;
        let place = node.place;
        let id = self.required(map, place, &whose, "id");
        let id = id.and_then(|node| self.name(node, &said!("id", "an id")));
        let label = self.required(map, place, &whose, "label");
        let label = label.and_then(|node| self.text(node, place, "label"));
        let (also_zh, also_en) = map.get("also").map(|node| self.words_in_both(node)).unwrap_or_default();
        let then = map.get("then").map(|node| self.steps(node)).unwrap_or_default();
        Some(ChoiceOption { id: id?, label: label?, also_zh, also_en, then, place })
    }

    /// Plain texts by language: `{zh: […], en: […]}`, one of them may be missing.
    pub fn words_in_both(&mut self, node: &Node) -> (Vec<String>, Vec<String>) {
        let whose = said!("按语言列出的说法", "a list of wordings by language");
        let Some(map) = self.map(node, &whose, &["zh", "en"]) else {
            return Default::default();
        };
        let what = said!("说法", "wordings");
        let mut of = |lang: &str| map.get(lang).map(|node| self.words(node, &what)).unwrap_or_default();
        (of("zh"), of("en"))
    }
}
