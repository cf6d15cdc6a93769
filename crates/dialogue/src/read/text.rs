//! Texts for customers.

use yingda_expression::Template;

use super::reader::{Reader, within};
use crate::{Place, Text, Wording};
use yingda_yaml::{Is, Node, Said, said};

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
            let came = node.came();
            let message = said!(
                "应为中英文两种语言的文字，实际是{came}",
                "expected a text in Chinese and English, but {came} came",
                [came]
            );
            let hint = said!("每句话都要写两种语言：{form}", "a text has both languages: {form}");
            self.error_with(node.place, message, hint);
            return None;
        };
        self.keys(map, &said!("文字", "a text"), &["zh", "en"]);
        let mut read = |lang: &str, name: Said| {
            let Some(node) = map.get(lang) else {
                let message = said!("这句话缺少{name}（“{lang}”）", "the text has no {name} (`{lang}`)", [name]);
                let hint = said!("请补上，写成 {form}", "texts have the form {form}");
                self.error_with(node.place, message, hint);
                return None;
            };
            self.wording(node, &name)
        };
        let (zh, en) = (read("zh", said!("中文", "Chinese")), read("en", said!("英文", "English")));
        Some(Text { zh: zh?, en: en? })
    }

    /// The variants in one language.
    fn wording(&mut self, node: &Node, language: &Said) -> Option<Wording> {
        let Is::Map(map) = &node.is else {
            return Some(Wording { normal: self.variants(node, language)?, ..Wording::default() });
        };
        self.keys(map, &said!("分语气的文字", "a text with tones"), &["normal", "upset", "plain"]);
        if map.get("normal").is_none() {
            let message = said!(
                "{language}分了语气，却没有“normal”：其他语气没有写时要用它",
                "the {language} text has tones, but no `normal`, which the others fall back on",
                [language]
            );
            self.error(node.place, message);
        }
        let mut tone = |name: &str| map.get(name).map_or(Some(Vec::new()), |node| self.variants(node, language));
        let (normal, upset, plain) = (tone("normal"), tone("upset"), tone("plain"));
        let wording = Wording { normal: normal?, upset: upset?, plain: plain? };
        (!wording.normal.is_empty()).then_some(wording)
    }

    /// One template or a list of them.
    fn variants(&mut self, node: &Node, language: &Said) -> Option<Vec<Template>> {
        let nodes = match &node.is {
            Is::List(items) => items.as_slice(),
            _ => std::slice::from_ref(node),
        };
        if nodes.is_empty() || nodes.len() > MOST_VARIANTS {
            let message = said!(
                "{language}应有 1 到 {MOST_VARIANTS} 种说法，实际有 {came} 种",
                "expected from 1 to {MOST_VARIANTS} {language} variants, but {came} came",
                [language],
                came = nodes.len()
            );
            self.error(node.place, message);
            return None;
        }
        let read: Vec<Option<Template>> = nodes.iter().map(|node| self.template(node, language)).collect();
        read.into_iter().collect()
    }

    fn template(&mut self, node: &Node, language: &Said) -> Option<Template> {
        let scalar = self.scalar(node, &said!("{language}的文字", "a {language} text", [language]))?;
        let text = scalar.text.trim();
        if text.is_empty() {
            self.error(node.place, said!("{language}是空的", "the {language} text is empty", [language]));
            return None;
        }
        match Template::parse(text) {
            Ok(template) => Some(template),
            Err(error) => {
                let why = &error.message;
                let message = said!("句子里的 {{{{ … }}}} 有错：{why}", "not a text template: {why}", [why]);
                self.error(within(node.place, scalar, &error), message);
                None
            }
        }
    }
}
