//! XML as a tree in one array, read with bounds.

use std::borrow::Cow;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::error::Fault;
use crate::{Limits, Place, Reason};

/// A document of elements and texts. Namespaces are dropped: `w:p` is `p`.
pub(crate) struct Tree<'a> {
    nodes: Vec<Node<'a>>,
    attributes: Vec<(&'a str, Cow<'a, str>)>,
}

struct Node<'a> {
    /// Empty for a text.
    name: &'a str,
    text: Cow<'a, str>,
    attributes: (u32, u32),
    first: u32,
    next: u32,
}

const NONE: u32 = u32::MAX;

/// An element or a text of a [`Tree`].
#[derive(Clone, Copy)]
pub(crate) struct Element<'t, 'a> {
    tree: &'t Tree<'a>,
    at: u32,
}

impl<'a> Tree<'a> {
    /// Reads `bytes` of the part `part`.
    ///
    /// # Errors
    /// Broken XML with its line; a document type; too deep; too many nodes.
    pub(crate) fn parse(part: &str, bytes: &'a [u8], limits: &Limits) -> Result<Self, Fault> {
        let text = std::str::from_utf8(bytes).map_err(|error| {
            fault(part, bytes, error.valid_up_to(), Reason::Broken { detail: "not UTF-8".to_owned() })
        })?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader = Reader::from_str(text);
        reader.config_mut().allow_dangling_amp = true;
        let mut tree = Tree { nodes: Vec::with_capacity(text.len() / 64), attributes: Vec::new() };
        tree.nodes.push(Node::element(""));
        // The open elements with their last child.
        let mut open: Vec<(u32, u32)> = vec![(0, NONE)];
        loop {
            let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
            let here = |reason| fault(part, bytes, at, reason);
            let event = reader.read_event().map_err(|error| {
                let at = usize::try_from(reader.error_position()).unwrap_or(usize::MAX);
                fault(part, bytes, at, Reason::Broken { detail: error.to_string() })
            })?;
            match event {
                Event::Start(start) => {
                    if open.len() > limits.depth {
                        return Err(here(Reason::TooDeep { limit: limits.depth }));
                    }
                    let node = tree.element(text, &start).map_err(here)?;
                    let at = tree.append(&mut open, node);
                    open.push((at, NONE));
                }
                Event::Empty(start) => {
                    let node = tree.element(text, &start).map_err(here)?;
                    tree.append(&mut open, node);
                }
                Event::End(_) => {
                    if open.len() > 1 {
                        open.pop();
                    }
                }
                Event::Text(content) => tree.text(&mut open, content.into_inner()),
                Event::CData(content) => tree.text(&mut open, content.into_inner()),
                Event::GeneralRef(reference) => {
                    // Only the five entities of XML and characters by number: others would need a document type.
                    let resolved = match &*reference {
                        "lt" => Some('<'),
                        "gt" => Some('>'),
                        "amp" => Some('&'),
                        "quot" => Some('"'),
                        "apos" => Some('\''),
                        _ => reference.resolve_char_ref().ok().flatten(),
                    };
                    if let Some(c) = resolved {
                        tree.text(&mut open, Cow::Owned(c.to_string()));
                    }
                }
                Event::DocType(_) => return Err(here(Reason::DocumentType)),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
                Event::Eof => break,
            }
            if tree.nodes.len() > limits.nodes || tree.attributes.len() > limits.nodes {
                return Err(here(Reason::TooManyNodes { limit: limits.nodes }));
            }
        }
        if open.len() > 1 {
            return Err(fault(
                part,
                bytes,
                bytes.len(),
                Reason::Broken { detail: "the XML ends too early".to_owned() },
            ));
        }
        Ok(tree)
    }

    /// The outermost element.
    pub(crate) fn root(&self) -> Element<'_, 'a> {
        let top = Element { tree: self, at: 0 };
        top.children().next().unwrap_or(top)
    }

    fn element(&mut self, source: &'a str, start: &BytesStart<'a>) -> Result<Node<'a>, Reason> {
        let mut node = Node::element(within(source, start.local_name().into_inner()));
        node.attributes.0 = self.attributes.len() as u32;
        for attribute in start.attributes().with_checks(false) {
            let attribute = attribute.map_err(|error| Reason::Broken { detail: error.to_string() })?;
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_or_else(|_| Cow::Owned(String::new()), |value| Cow::Owned(value.into_owned()));
            self.attributes.push((within(source, attribute.key.local_name().into_inner()), value));
        }
        node.attributes.1 = self.attributes.len() as u32;
        Ok(node)
    }

    fn text(&mut self, open: &mut [(u32, u32)], text: Cow<'a, str>) {
        if open.len() > 1 && !text.is_empty() {
            let mut node = Node::element("");
            node.text = text;
            self.append(open, node);
        }
    }

    fn append(&mut self, open: &mut [(u32, u32)], node: Node<'a>) -> u32 {
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
}

/// `piece` with the lifetime of the source that it was cut from.
fn within<'a>(source: &'a str, piece: &str) -> &'a str {
    let start = (piece.as_ptr() as usize).wrapping_sub(source.as_ptr() as usize);
    source.get(start..start.wrapping_add(piece.len())).unwrap_or("?")
}

impl<'a> Node<'a> {
    fn element(name: &'a str) -> Self {
        Self { name, text: Cow::Borrowed(""), attributes: (0, 0), first: NONE, next: NONE }
    }
}

fn fault(part: &str, bytes: &[u8], at: usize, reason: Reason) -> Fault {
    let line = 1 + bytes[..at.min(bytes.len())].iter().filter(|&&b| b == b'\n').count();
    Fault { place: Place::PartLine { part: part.to_owned(), line }, reason }
}

impl<'t, 'a> Element<'t, 'a> {
    fn node(self) -> &'t Node<'a> {
        &self.tree.nodes[self.at as usize]
    }

    /// The local name; empty for a text.
    pub(crate) fn name(self) -> &'t str {
        self.node().name
    }

    /// A text's characters; empty for an element.
    pub(crate) fn text(self) -> &'t str {
        &self.node().text
    }

    /// The value of the attribute with this local name.
    pub(crate) fn attribute(self, name: &str) -> Option<&'t str> {
        let (start, end) = self.node().attributes;
        let found = self.tree.attributes[start as usize..end as usize].iter().find(|(key, _)| *key == name);
        found.map(|(_, value)| value.as_ref())
    }

    /// All attributes by local name; two of different namespaces may share one.
    pub(crate) fn attributes(self) -> impl Iterator<Item = (&'t str, &'t str)> {
        let (start, end) = self.node().attributes;
        self.tree.attributes[start as usize..end as usize].iter().map(|(key, value)| (*key, value.as_ref()))
    }

    /// Elements and texts inside.
    pub(crate) fn children(self) -> impl Iterator<Item = Element<'t, 'a>> {
        let tree = self.tree;
        let mut at = self.node().first;
        std::iter::from_fn(move || {
            let here = tree.nodes.get(at as usize)?;
            let element = Element { tree, at };
            at = here.next;
            Some(element)
        })
    }

    /// The first child with this name.
    pub(crate) fn child(self, name: &str) -> Option<Element<'t, 'a>> {
        self.children().find(|child| child.name() == name)
    }

    /// The element at the end of this path of names.
    pub(crate) fn path(self, names: &[&str]) -> Option<Element<'t, 'a>> {
        names.iter().try_fold(self, |element, name| element.child(name))
    }

    /// Every element inside with this name, in order.
    pub(crate) fn all(self, name: &str) -> Vec<Element<'t, 'a>> {
        let mut found = Vec::new();
        let mut open: Vec<Element<'t, 'a>> = self.children().collect();
        open.reverse();
        while let Some(element) = open.pop() {
            if element.name() == name {
                found.push(element);
            }
            let inside = open.len();
            open.extend(element.children());
            open[inside..].reverse();
        }
        found
    }

    /// All text inside.
    pub(crate) fn all_text(self) -> String {
        let mut out = self.text().to_owned();
        for text in self.all("") {
            out.push_str(text.text());
        }
        out
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_keeps_order_attributes_and_references() {
        let tree =
            Tree::parse("p", b"<?xml version=\"1.0\"?><a:x k='1 &amp; 2'>A&lt;&#20013;<b/>C</a:x>", &Limits::default())
                .unwrap();
        let root = tree.root();
        assert_eq!((root.name(), root.attribute("k")), ("x", Some("1 & 2")));
        assert_eq!(root.all_text(), "A<中C");
        assert!(root.child("b").is_some());
    }

    #[test]
    fn entities_are_never_expanded() {
        let bomb = b"<?xml version=\"1.0\"?>\n<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]>\n<x>&b;</x>";
        let fault = Tree::parse("word/document.xml", bomb, &Limits::default()).err().unwrap();
        assert_eq!(fault.reason, Reason::DocumentType);
        assert_eq!(fault.place, Place::PartLine { part: "word/document.xml".to_owned(), line: 2 });
        let unknown = Tree::parse("p", b"<x>a&b;c</x>", &Limits::default()).unwrap();
        assert_eq!(unknown.root().all_text(), "ac");
    }

    #[test]
    fn depth_and_breaks_are_refused_with_their_line() {
        let deep = "<a>".repeat(100_000);
        let fault = Tree::parse("p", deep.as_bytes(), &Limits::default()).err().unwrap();
        assert_eq!(fault.reason.code(), "too_deep");
        let fault = Tree::parse("p", b"<a>\n<b>\n</c></a>", &Limits::default()).err().unwrap();
        assert_eq!((fault.reason.code(), fault.place), ("broken", Place::PartLine { part: "p".to_owned(), line: 3 }));
        assert_eq!(Tree::parse("p", b"<a><b>", &Limits::default()).err().unwrap().reason.code(), "broken");
    }
}
