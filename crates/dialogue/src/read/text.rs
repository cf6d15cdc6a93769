//! Texts for customers.

use yingda_expression::Template;

use super::reader::{Reader, within};
use crate::{Place, Text, Wording};
use yingda_yaml::{Is, Node};

/// The most variants of a text in one tone.
const MOST_VARIANTS: usize = 20;

impl Reader<'_> {
    /// A text in both languages, which is the `part` of something at `whole`. `None` when a part of it could not be read.
    pub fn text(&mut self, node: &Node, whole: Place, part: &str) -> Option<Text> {
        self.spots.put(whole, part, node.place);
        if matches!(node.is, Is::Spoiled) {
            return None;
        }
        let form = "{zh: \"…\", en: \"…\"}";
        let Is::Map(map) = &node.is else {
            let hint = format!("a text has both languages: {form}");
            self.error_with(
                node.place,
                format!("expected a text in Chinese and English, but {} came", node.came()),
                hint,
            );
            return None;
        };
        self.keys(map, "a text", &["zh", "en"]);
        let mut read = |lang: &str, name: &str| {
            let Some(node) = map.get(lang) else {
                self.error_with(
                    node.place,
                    format!("the text has no {name} (`{lang}`)"),
                    format!("texts have the form {form}"),
                );
                return None;
            };
            self.wording(node, name)
        };
        let (zh, en) = (read("zh", "Chinese"), read("en", "English"));
        Some(Text { zh: zh?, en: en? })
    }

    /// The variants in one language.
    fn wording(&mut self, node: &Node, language: &str) -> Option<Wording> {
        let Is::Map(map) = &node.is else {
            return Some(Wording { normal: self.variants(node, language)?, ..Wording::default() });
        };
        self.keys(map, "a text with tones", &["normal", "upset", "plain"]);
        if map.get("normal").is_none() {
            self.error(
                node.place,
                format!("the {language} text has tones, but no `normal`, which the others fall back on"),
            );
        }
        let mut tone = |name: &str| map.get(name).map_or(Some(Vec::new()), |node| self.variants(node, language));
        let (normal, upset, plain) = (tone("normal"), tone("upset"), tone("plain"));
        let wording = Wording { normal: normal?, upset: upset?, plain: plain? };
        (!wording.normal.is_empty()).then_some(wording)
    }

    /// One template or a list of them.
    fn variants(&mut self, node: &Node, language: &str) -> Option<Vec<Template>> {
        let nodes = match &node.is {
            Is::List(items) => items.as_slice(),
            _ => std::slice::from_ref(node),
        };
        if nodes.is_empty() || nodes.len() > MOST_VARIANTS {
            let message = format!("expected from 1 to {MOST_VARIANTS} {language} variants, but {} came", nodes.len());
            self.error(node.place, message);
            return None;
        }
        let read: Vec<Option<Template>> = nodes.iter().map(|node| self.template(node, language)).collect();
        read.into_iter().collect()
    }

    fn template(&mut self, node: &Node, language: &str) -> Option<Template> {
        let scalar = self.scalar(node, &format!("a {language} text"))?;
        let text = scalar.text.trim();
        if text.is_empty() {
            self.error(node.place, format!("the {language} text is empty"));
            return None;
        }
        match Template::parse(text) {
            Ok(template) => Some(template),
            Err(error) => {
                self.error(within(node.place, scalar, &error), format!("not a text template: {}", error.message));
                None
            }
        }
    }
}
