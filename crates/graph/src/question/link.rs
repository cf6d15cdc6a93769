//! Finds in a question what the graph knows, and the words that hold the question together.

use crate::graph::{Attribute, Graph, Step, Thing, Type};
use crate::lexicon::Meaning;
use crate::rows::ValueKind;
use crate::token::{Kind, Token, key, tokens, word_key};
use crate::words::{Degree, Sign, Word, roles};

/// A phrase of the question with all that it may mean.
#[derive(Clone, Debug, Default)]
pub(crate) struct Item {
    /// Tokens, `to` excluded.
    pub from: usize,
    pub to: usize,
    /// Found by its sound or in spite of a slip.
    pub near: bool,
    /// Things that it names.
    pub things: Vec<Thing>,
    /// The things are named by a part of their names only.
    pub partly: bool,
    pub kind: Option<Type>,
    pub attributes: Vec<Attribute>,
    pub adjectives: Vec<(Attribute, Sign, Degree)>,
    pub steps: Vec<Step>,
    pub texts: Vec<(Attribute, Vec<Thing>)>,
    pub unit: Option<&'static str>,
    /// A number, amount, year or count.
    pub number: Option<Kind>,
    pub roles: Vec<Word>,
    /// Something like "which" stands with it.
    pub asked: bool,
    /// Its part in the question is known.
    pub used: bool,
}

impl Item {
    pub fn is(&self, role: Word) -> bool {
        self.roles.contains(&role)
    }

    /// Whether it says something about the graph, so that it must be understood.
    pub fn has_content(&self) -> bool {
        !self.things.is_empty()
            || self.kind.is_some()
            || !self.attributes.is_empty()
            || (!self.adjectives.is_empty() && !self.is(Word::How))
            || !self.texts.is_empty()
            || (!self.steps.is_empty() && self.roles.is_empty())
            || self.number.is_some()
    }

    /// A type alone: any kettle.
    pub fn is_bare(&self) -> bool {
        self.kind.is_some() && self.things.is_empty()
    }
}

/// A question with its parts found.
pub(crate) struct Linked {
    pub text: String,
    pub tokens: Vec<Token>,
    pub items: Vec<Item>,
    /// Tokens that are part of nothing.
    pub unread: Vec<usize>,
    /// Whether it has the form 能不能.
    pub either_or: bool,
}

struct Hit {
    to: usize,
    keys: Vec<String>,
    near: bool,
    score: f32,
}

/// Finds the phrases of a question: of all ways to cut it, the one with the longest.
pub(crate) fn link(graph: &Graph, question: &str) -> Linked {
    let (text, mut tokens) = tokens(question);
    let either_or = fold_either_or(&mut tokens);
    let mut near_words = vec![false; tokens.len()];
    for (at, token) in tokens.iter_mut().enumerate() {
        if token.kind == Kind::Word
            && roles(&format!("{} ", token.key)).is_empty()
            && let Some(word) = graph.lexicon.corrected(&token.raw)
        {
            token.key = word_key(word);
            near_words[at] = true;
        }
    }
    let sounds: Vec<Vec<String>> = tokens.iter().map(|token| graph.lexicon.sounds(token)).collect();
    let hits: Vec<Vec<Hit>> = (0..tokens.len()).map(|from| hits(graph, &tokens, &near_words, &sounds, from)).collect();
    // Best cut of the tokens from each one on.
    let mut best = vec![0.0_f32; tokens.len() + 1];
    let mut choice: Vec<Option<usize>> = vec![None; tokens.len()];
    for from in (0..tokens.len()).rev() {
        best[from] = best[from + 1];
        for (number, hit) in hits[from].iter().enumerate() {
            let score = hit.score + best[hit.to];
            if score > best[from] {
                best[from] = score;
                choice[from] = Some(number);
            }
        }
    }
    let (mut items, mut unread, mut at) = (Vec::new(), Vec::new(), 0);
    while at < tokens.len() {
        match choice[at].map(|number| &hits[at][number]) {
            Some(hit) => {
                items.push(item(graph, &tokens, at, hit));
                at = hit.to;
            }
            None if matches!(tokens[at].kind, Kind::Han | Kind::Word) => {
                unread.push(at);
                at += 1;
            }
            None => {
                let number = Some(tokens[at].kind);
                items.push(Item { from: at, to: at + 1, number, ..Item::default() });
                at += 1;
            }
        }
    }
    Linked { text, tokens, items, unread, either_or }
}

/// 支不支持 becomes 支持: what is asked is whether.
fn fold_either_or(tokens: &mut Vec<Token>) -> bool {
    let mut found = false;
    let mut at = 0;
    while at + 2 < tokens.len() {
        let same = tokens[at].kind == Kind::Han && tokens[at].key == tokens[at + 2].key;
        let known = same && !roles(&key(&tokens[at..at + 3])).is_empty();
        if same && !known && matches!(tokens[at + 1].key.as_str(), "不" | "没") {
            tokens.drain(at..at + 2);
            found = true;
        }
        at += 1;
    }
    found
}

fn weight(tokens: &[Token]) -> f32 {
    tokens
        .iter()
        .map(|token| match token.kind {
            Kind::Han => 1.0,
            Kind::Word => 1.8,
            Kind::Number(_) | Kind::Count(_) => 1.0,
            Kind::Amount(..) | Kind::Year(_) => 1.5,
        })
        .sum()
}

fn hits(graph: &Graph, tokens: &[Token], near_words: &[bool], sounds: &[Vec<String>], from: usize) -> Vec<Hit> {
    let longest = graph.lexicon.longest.max(8).min(tokens.len() - from);
    let mut hits = Vec::new();
    let mut phrase = String::new();
    for to in from + 1..=from + longest {
        // A phrase does not go on behind a comma.
        if to > from + 1 && tokens[to - 1].after_break {
            break;
        }
        phrase.push_str(&key(&tokens[to - 1..to]));
        let window = &tokens[from..to];
        let weight = weight(window);
        let known = !graph.lexicon.exact(&phrase).is_empty();
        if known || !roles(&phrase).is_empty() {
            let near = near_words[from..to].iter().any(|near| *near);
            let score = if near { weight * weight * 0.8 } else { weight * weight };
            // Of equal cuts, the one with more that the graph knows.
            let score = if known { score + 0.1 } else { score };
            hits.push(Hit { to, keys: vec![phrase.clone()], near, score });
            continue;
        }
        if to - from > 12 {
            continue;
        }
        let alike = graph.lexicon.alike(window, &sounds[from..to]);
        if !alike.is_empty() {
            let keys = alike.into_iter().map(str::to_owned).collect();
            hits.push(Hit { to, keys, near: true, score: weight * weight * 0.6 });
        }
    }
    hits
}

fn item(graph: &Graph, tokens: &[Token], from: usize, hit: &Hit) -> Item {
    let mut item = Item { from, to: hit.to, near: hit.near, ..Item::default() };
    if hit.to == from + 1 && !matches!(tokens[from].kind, Kind::Han | Kind::Word) {
        item.number = Some(tokens[from].kind);
    }
    let (mut whole, mut parts) = (Vec::new(), Vec::new());
    for key in &hit.keys {
        item.roles.extend(roles(key));
        for meaning in graph.lexicon.exact(key) {
            match meaning {
                Meaning::Thing(things) => whole.extend(things),
                Meaning::Part(things) => parts.extend(things),
                Meaning::Type(kind) => item.kind = item.kind.or(Some(*kind)),
                Meaning::Attribute(attribute) => item.attributes.push(*attribute),
                Meaning::Adjective(attribute, sign, degree) => item.adjectives.push((*attribute, *sign, *degree)),
                Meaning::Relation(step) => item.steps.push(*step),
                Meaning::Text(attribute, things) => item.texts.push((*attribute, things.clone())),
                Meaning::Unit(dimension) => item.unit = Some(dimension),
            }
        }
    }
    item.attributes.sort_unstable();
    if !whole.is_empty() {
        item.texts.clear();
        item.things = whole;
    } else if item.kind.is_none() && !parts.is_empty() {
        item.things = parts;
        item.partly = true;
    }
    item.things.sort_unstable();
    item.things.dedup();
    if item.kind.is_some() {
        if item.things.is_empty() {
            item.steps.clear();
            item.texts.clear();
        } else {
            item.kind = None;
        }
    }
    if item.things.is_empty() && item.kind.is_none() && !item.attributes.is_empty() {
        let flags = |attribute: &Attribute| graph.attribute(*attribute).value == ValueKind::Bool;
        // A word for an attribute that is a value too says the value: "wireless".
        if !item.attributes.iter().any(flags) && !item.texts.is_empty() && item.steps.is_empty() {
            item.texts.clear();
        }
    }
    item
}
