//! HTML read as browsers read it.

use std::cell::{Cell, RefCell};

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag as RawTag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

/// A start tag.
#[derive(Clone, Debug)]
pub struct Tag {
    pub name: String,
    pub attributes: Vec<(String, String)>,
}

/// The value of an attribute.
pub fn attribute<'a>(tag: &'a Tag, name: &str) -> Option<&'a str> {
    tag.attributes.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
}

#[derive(Default)]
struct Sink {
    tags: RefCell<Vec<Tag>>,
    data: RefCell<Vec<String>>,
    in_data: Cell<bool>,
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(RawTag { kind: TagKind::StartTag, name, attrs, .. }) => {
                let attributes =
                    attrs.iter().map(|attr| (attr.name.local.to_string(), attr.value.to_string())).collect();
                let tag = Tag { name: name.to_string(), attributes };
                self.in_data.set(attribute(&tag, "type") == Some("application/ld+json"));
                if self.in_data.get() {
                    self.data.borrow_mut().push(String::new());
                }
                self.tags.borrow_mut().push(tag);
                return match &*name {
                    "script" => TokenSinkResult::RawData(RawKind::ScriptData),
                    "style" | "xmp" | "iframe" | "noembed" | "noframes" => TokenSinkResult::RawData(RawKind::Rawtext),
                    "title" | "textarea" => TokenSinkResult::RawData(RawKind::Rcdata),
                    _ => TokenSinkResult::Continue,
                };
            }
            Token::TagToken(_) => self.in_data.set(false),
            Token::CharacterTokens(text) if self.in_data.get() => {
                if let Some(data) = self.data.borrow_mut().last_mut() {
                    data.push_str(&text);
                }
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

fn read(html: &str) -> Sink {
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from(html));
    let tokenizer = Tokenizer::new(Sink::default(), TokenizerOpts::default());
    // It pauses after each script.
    while !queue.is_empty() {
        let _ = tokenizer.feed(&queue);
    }
    tokenizer.end();
    tokenizer.sink
}

/// The start tags of a page.
pub fn tags(html: &str) -> Vec<Tag> {
    read(html).tags.into_inner()
}

/// The structured data of a page.
pub fn json(html: &str) -> Vec<serde_json::Value> {
    read(html).data.into_inner().iter().map(|data| serde_json::from_str(data).unwrap()).collect()
}
