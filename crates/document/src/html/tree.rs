//! HTML as a tree. Tokens are those of the standard; the tree is simpler: it knows which tags close others, and never nests
//! deeper than the limit, so that reading takes time in proportion to the page.

use html5gum::{DefaultEmitter, Token, Tokenizer};

use crate::error::Fault;
use crate::{Limits, Place, Reason};

/// A page.
pub(super) struct Tree {
    nodes: Vec<Node>,
    /// Whether elements were nested deeper than the limit.
    pub(super) flattened: bool,
    /// Whether there were scripts.
    pub(super) scripts: bool,
}

struct Node {
    /// Lower case; empty for a text.
    name: String,
    text: String,
    attributes: Vec<(&'static str, String)>,
    first: u32,
    next: u32,
}

const NONE: u32 = u32::MAX;

/// Attributes that mean something here.
const ATTRIBUTES: [&str; 10] =
    ["href", "hidden", "style", "aria-hidden", "role", "colspan", "rowspan", "lang", "start", "id"];

const VOID: [&str; 16] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "param",
    "frame", "keygen",
];

/// Elements whose text is never shown.
const DROPPED: [&str; 15] = [
    "script", "style", "noscript", "template", "iframe", "object", "svg", "canvas", "audio", "video", "select",
    "textarea", "button", "noembed", "dialog",
];

impl Tree {
    /// # Errors
    /// More elements than there may be.
    pub(super) fn parse(source: &str, limits: &Limits) -> Result<Self, Fault> {
        let mut tree = Tree { nodes: vec![Node::new("")], flattened: false, scripts: false };
        let mut open: Vec<(u32, u32)> = vec![(0, NONE)];
        // Elements that were not opened because of the limit.
        let mut skipped = 0_usize;
        let mut emitter = DefaultEmitter::default();
        emitter.naively_switch_states(true);
        for token in Tokenizer::new_with_emitter(source, emitter) {
            let Ok(token) = token;
            match token {
                Token::StartTag(tag) => {
                    let name = String::from_utf8_lossy(&tag.name).into_owned();
                    tree.scripts |= name == "script";
                    close_implied(&tree, &mut open, &name);
                    let mut node = Node::new(&name);
                    for key in ATTRIBUTES {
                        if let Some(value) = tag.attributes.get(key.as_bytes()) {
                            node.attributes.push((key, String::from_utf8_lossy(value).chars().take(4000).collect()));
                        }
                    }
                    let at = tree.append(&mut open, node);
                    let void = VOID.contains(&name.as_str());
                    if !void && open.len() > limits.depth {
                        tree.flattened = true;
                        skipped += 1;
                    } else if !(void || tag.self_closing && matches!(name.as_str(), "svg" | "path" | "use")) {
                        open.push((at, NONE));
                    }
                }
                Token::EndTag(_) if skipped > 0 => skipped -= 1,
                Token::EndTag(tag) => {
                    let found =
                        open.iter().skip(1).rposition(|(at, _)| tree.name(*at).as_bytes() == tag.name.as_slice());
                    if let Some(index) = found {
                        open.truncate(index + 1);
                    } else if tag.name.as_slice() == b"br" {
                        tree.append(&mut open, Node::new("br"));
                    }
                }
                Token::String(text) => {
                    let mut node = Node::new("");
                    node.text = String::from_utf8_lossy(&text).into_owned();
                    tree.append(&mut open, node);
                }
                Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
            }
            if tree.nodes.len() > limits.nodes {
                return Err(Fault { place: Place::File, reason: Reason::TooManyNodes { limit: limits.nodes } });
            }
        }
        Ok(tree)
    }

    fn append(&mut self, open: &mut [(u32, u32)], node: Node) -> u32 {
        let at = self.nodes.len() as u32;
        self.nodes.push(node);
        if let Some((parent, last)) = open.last_mut() {
            if *last == NONE {
                self.nodes[*parent as usize].first = at;
            } else {
                self.nodes[*last as usize].next = at;
            }
            *last = at;
        }
        at
    }

    pub(super) fn name(&self, at: u32) -> &str {
        &self.nodes[at as usize].name
    }

    /// A text's characters.
    pub(super) fn own_text(&self, at: u32) -> &str {
        &self.nodes[at as usize].text
    }

    pub(super) fn attribute(&self, at: u32, key: &str) -> Option<&str> {
        self.nodes[at as usize].attributes.iter().find(|(k, _)| *k == key).map(|(_, value)| value.as_str())
    }

    pub(super) fn children(&self, at: u32) -> impl Iterator<Item = u32> + '_ {
        let mut next = self.nodes[at as usize].first;
        std::iter::from_fn(move || {
            let here = next;
            next = self.nodes.get(here as usize)?.next;
            Some(here)
        })
    }

    /// The first element with this name.
    pub(super) fn first(&self, name: &str) -> Option<u32> {
        self.nodes.iter().position(|node| node.name == name).map(|at| at as u32)
    }

    /// Every element for which `wanted` says so.
    pub(super) fn all(&self, wanted: impl Fn(u32) -> bool) -> Vec<u32> {
        (1..self.nodes.len() as u32).filter(|&at| !self.name(at).is_empty() && wanted(at)).collect()
    }

    /// Whether nobody sees the element.
    pub(super) fn is_hidden(&self, at: u32) -> bool {
        if DROPPED.contains(&self.name(at)) || self.attribute(at, "hidden").is_some() {
            return true;
        }
        if self.attribute(at, "aria-hidden").is_some_and(|value| value.eq_ignore_ascii_case("true")) {
            return true;
        }
        self.attribute(at, "style").is_some_and(|style| {
            let style: String = style.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
            style.contains("display:none") || style.contains("visibility:hidden")
        })
    }

    /// All text inside that is seen.
    pub(super) fn text(&self, at: u32) -> String {
        let mut out = String::new();
        self.each_text(at, &mut |text| out.push_str(text));
        out
    }

    /// How much text is inside.
    pub(super) fn text_length(&self, at: u32) -> usize {
        let mut length = 0;
        self.each_text(at, &mut |text| length += text.trim().len());
        length
    }

    fn each_text(&self, at: u32, found: &mut dyn FnMut(&str)) {
        if self.name(at).is_empty() {
            found(self.own_text(at));
        }
        if !self.is_hidden(at) {
            for child in self.children(at) {
                self.each_text(child, found);
            }
        }
    }
}

impl Node {
    fn new(name: &str) -> Self {
        Self { name: name.to_owned(), text: String::new(), attributes: Vec::new(), first: NONE, next: NONE }
    }
}

/// Closes what a start tag ends: a paragraph before a block, a list item before the next.
fn close_implied(tree: &Tree, open: &mut Vec<(u32, u32)>, name: &str) {
    let (closed, barrier): (&[&str], &[&str]) = match name {
        "li" => (&["li"], &["ul", "ol", "menu", "table"]),
        "dt" | "dd" => (&["dt", "dd"], &["dl", "table"]),
        "tr" => (&["tr"], &["table"]),
        "td" | "th" => (&["td", "th"], &["table", "tr"]),
        "thead" | "tbody" | "tfoot" => (&["thead", "tbody", "tfoot"], &["table"]),
        "option" | "optgroup" => (&["option"], &["select"]),
        "body" => (&["head"], &[]),
        "p" | "div" | "ul" | "ol" | "dl" | "table" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "section"
        | "article" | "pre" | "blockquote" | "form" | "hr" | "figure" | "aside" | "main" | "nav" | "header"
        | "footer" | "address" | "details" => (
            &["p"],
            &["td", "th", "li", "table", "button", "body", "div", "section", "article", "blockquote", "caption"],
        ),
        _ => return,
    };
    for index in (1..open.len()).rev() {
        let here = tree.name(open[index].0);
        if closed.contains(&here) {
            open.truncate(index);
            return;
        }
        if barrier.contains(&here) {
            return;
        }
    }
}
