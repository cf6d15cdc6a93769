//! Which styles are headings.

use std::collections::HashMap;

use crate::xml::{Element, Tree};

/// What matters of the styles of a document.
#[derive(Default)]
pub(super) struct Styles {
    styles: HashMap<String, Style>,
    pub(super) lang: Option<String>,
}

#[derive(Default, Clone)]
pub(super) struct Style {
    /// 1 to 6.
    pub(super) heading: Option<u8>,
    /// List and depth.
    pub(super) list: (Option<String>, Option<usize>),
    pub(super) kind: Kind,
    based_on: Option<String>,
}

/// What paragraphs of a style are.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    #[default]
    Body,
    /// A line of the table of contents.
    Contents,
    Quote,
    Code,
}

impl Styles {
    pub(super) fn new(tree: &Tree<'_>) -> Self {
        let mut styles = HashMap::new();
        for element in tree.root().children().filter(|child| child.name() == "style") {
            let Some(id) = element.attribute("styleId") else { continue };
            styles.insert(id.to_owned(), Style::new(element));
        }
        let lang = tree.root().path(&["docDefaults", "rPrDefault", "rPr", "lang"]);
        let lang = lang.and_then(|lang| {
            // Word writes both; the one of East Asia is often there in Western documents too.
            lang.attribute("val").map(str::to_owned)
        });
        Self { styles, lang }
    }

    /// A style with what it inherits.
    pub(super) fn get(&self, id: &str) -> Style {
        let mut style = self.styles.get(id).cloned().unwrap_or_else(|| Style {
            // Some writers use the styles of Word without listing them.
            heading: heading_level(id),
            ..Style::default()
        });
        let mut parent = style.based_on.clone();
        for _ in 0..16 {
            let Some(base) = parent.and_then(|id| self.styles.get(&id)) else { break };
            style.heading = style.heading.or(base.heading);
            style.list.0 = style.list.0.or_else(|| base.list.0.clone());
            style.list.1 = style.list.1.or(base.list.1);
            if style.kind == Kind::Body {
                style.kind = base.kind;
            }
            parent = base.based_on.clone();
        }
        style
    }
}

impl Style {
    fn new(element: Element<'_, '_>) -> Self {
        let name = element.child("name").and_then(|name| name.attribute("val")).unwrap_or_default().to_lowercase();
        let properties = element.child("pPr");
        let outline = properties.and_then(|p| p.child("outlineLvl")).and_then(outline_level);
        let kind = if name.starts_with("toc ") || name.starts_with("目录") {
            Kind::Contents
        } else if name.contains("quote") || name.contains("引用") {
            Kind::Quote
        } else if name.contains("code") || name == "html preformatted" || name.contains("代码") {
            Kind::Code
        } else {
            Kind::Body
        };
        Self {
            heading: heading_level(&name).or(outline),
            list: properties.map(list).unwrap_or_default(),
            kind,
            based_on: element.child("basedOn").and_then(|base| base.attribute("val")).map(str::to_owned),
        }
    }
}

/// The level of a heading by its style's name: `heading 1`, `标题 1`, `Title`.
fn heading_level(name: &str) -> Option<u8> {
    let name = name.to_lowercase();
    if name == "title" || name == "标题" {
        return Some(1);
    }
    for word in ["heading", "标题", "標題", "überschrift", "titre", "título", "見出し"] {
        if let Some(rest) = name.strip_prefix(word)
            && let Ok(level) = rest.trim().parse::<u8>()
            && (1..=9).contains(&level)
        {
            return Some(level.min(6));
        }
    }
    None
}

/// 0 to 8 for headings; 9 is body text.
pub(super) fn outline_level(element: Element<'_, '_>) -> Option<u8> {
    let level = element.attribute("val")?.parse::<u8>().ok()?;
    (level < 9).then_some((level + 1).min(6))
}

/// List and depth from paragraph properties.
pub(super) fn list(properties: Element<'_, '_>) -> (Option<String>, Option<usize>) {
    let Some(numbers) = properties.child("numPr") else { return (None, None) };
    let value = |name| numbers.child(name).and_then(|e| e.attribute("val"));
    (value("numId").map(str::to_owned), value("ilvl").and_then(|depth| depth.parse().ok()))
}
