//! The customer's requests, and which of them are the same one again.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::LazyLock;

use yingda_language::{Concept, Kind, concept, normalise, tokens};

use super::Repeated;
use super::read::Message;
use super::sign::{Does, Signs};

/// A word as it is compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Term {
    /// One of a group of words with the same meaning.
    Same(u16),
    /// A word by itself.
    Word(String),
}

/// A sentence of the customer that wants something.
pub(super) struct Request<'m, 'a> {
    pub message: &'m Message<'a>,
    /// Which clauses, without courtesies.
    pub clauses: Range<usize>,
    pub signs: Signs,
    /// The probability of the surest intent in it; 0 for none.
    pub intent: f32,
    /// Weighted terms, of length 1 together, in order.
    vector: Vec<(Term, f32)>,
}

/// How many requests of a conversation are looked at.
const MOST: usize = 200;

/// From this likeness on two requests are the same.
const SAME: f32 = 0.6;
/// From this likeness on they are nearly word for word the same.
const NEARLY: f32 = 0.8;
/// From this likeness on they are when the customer says so: again, still, the second time.
const SAME_IF_SAID: f32 = 0.35;

const WANTING: [Does; 3] = [Does::Request, Does::Question, Does::Problem];

/// The requests, in order.
pub(super) fn requests<'m, 'a>(messages: &'m [Message<'a>]) -> Vec<Request<'m, 'a>> {
    let mut found: Vec<Request> = messages
        .iter()
        .filter(|message| message.is_customers())
        .flat_map(|message| message.sentences().filter_map(move |sentence| request(message, sentence)))
        .take(MOST)
        .collect();

    // Words that many requests share tell them apart less.
    let mut shared: BTreeMap<Term, f32> = BTreeMap::new();
    let terms: Vec<BTreeSet<Term>> =
        found.iter().map(|request| terms(request.message.text(&request.clauses))).collect();
    for term in terms.iter().flatten() {
        *shared.entry(term.clone()).or_default() += 1.0;
    }
    let count = found.len() as f32;
    for (request, terms) in found.iter_mut().zip(terms) {
        let weight = |term: &Term| (1.0 + (1.0 + count) / (1.0 + shared.get(term).copied().unwrap_or(0.0))).ln();
        let weighted: Vec<(Term, f32)> = terms
            .into_iter()
            .map(|term| {
                let weight = weight(&term);
                (term, weight)
            })
            .collect();
        let length = weighted.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt();
        request.vector = weighted.into_iter().map(|(term, weight)| (term, weight / length)).collect();
    }
    found
}

fn request<'m, 'a>(message: &'m Message<'a>, sentence: Range<usize>) -> Option<Request<'m, 'a>> {
    let clauses = message.without_courtesy(sentence)?;
    let signs = message.signs(clauses.clone());
    let span = message.span(&clauses);
    let covers = |start: usize, end: usize| start < span.end && span.start < end;
    let intents = message.turn.known.intents.iter().filter(|intent| covers(intent.start, intent.end));
    let intent = intents.map(|intent| intent.probability.clamp(0.0, 1.0)).fold(0.0, f32::max);
    let settles = signs.has_any(&[Does::Outcome, Does::NothingElse]) && !signs.has_any(&[Does::Request, Does::Problem]);
    if settles || !(signs.has_any(&WANTING) || intent > 0.0) {
        return None;
    }
    let weight = |clause: usize| {
        let signs = message.clause_signs(clause);
        let weigh = |does, weight| if signs.has(does) { weight } else { 0 };
        weigh(Does::Request, 3) + weigh(Does::Question, 2) + weigh(Does::Problem, 2)
    };
    let key = clauses.clone().rev().max_by_key(|&clause| weight(clause)).unwrap_or(clauses.start);
    let clauses = message.fitting(clauses, key);
    Some(Request { message, clauses, signs, intent, vector: Vec::new() })
}

impl Request<'_, '_> {
    /// How alike two requests are: the cosine of their terms, 0 to 1.
    pub fn likeness(&self, other: &Self) -> f32 {
        let (mut a, mut b) = (self.vector.iter().peekable(), other.vector.iter().peekable());
        let mut sum = 0.0;
        while let (Some((left, x)), Some((right, y))) = (a.peek(), b.peek()) {
            match left.cmp(right) {
                std::cmp::Ordering::Less => drop(a.next()),
                std::cmp::Ordering::Greater => drop(b.next()),
                std::cmp::Ordering::Equal => {
                    sum += x * y;
                    a.next();
                    b.next();
                }
            }
        }
        sum.clamp(0.0, 1.0)
    }

    /// Whether both are in one message.
    pub fn is_beside(&self, other: &Self) -> bool {
        std::ptr::eq(self.message, other.message)
    }

    /// Whether its message says that it was said before.
    fn says_so(&self) -> bool {
        self.message.all_signs().has(Does::Again)
    }

    /// Whether it has several words and almost all of them are those of `other`.
    fn is_nearly(&self, other: &Self) -> bool {
        self.vector.len() >= 3 && self.likeness(other) >= NEARLY
    }

    /// Whether it names nothing: "what now?".
    pub fn is_bare(&self) -> bool {
        self.vector.is_empty()
    }

    /// Whether this is `earlier` once more.
    pub fn repeats(&self, earlier: &Self) -> bool {
        let likeness = self.likeness(earlier);
        // One word in common says little, unless there are no others.
        let shares = self.vector.len().min(earlier.vector.len()) >= 2 || likeness > 0.99;
        shares && (likeness >= SAME || (self.says_so() && likeness >= SAME_IF_SAID))
    }
}

/// The requests that were made more than once, in different messages.
pub(super) fn asked_again(requests: &[Request]) -> Vec<Repeated> {
    let mut found: Vec<Repeated> = Vec::new();
    let mut taken = vec![false; requests.len()];
    for (at, first) in requests.iter().enumerate() {
        if taken[at] {
            continue;
        }
        let mut again = Vec::new();
        // Right after it a likeness is enough. When something else was asked in between, the words have to be nearly the
        // same: "what is the address?" is asked of one thing after another.
        let mut is_next = true;
        let mut later: Vec<usize> = Vec::new();
        for at in (at + 1..requests.len()).filter(|&at| !taken[at]) {
            let request = &requests[at];
            let repeats = request.repeats(first);
            if repeats && (is_next || request.says_so() || request.is_nearly(first)) {
                later.push(at);
            }
            is_next &= repeats || request.is_beside(first);
        }
        // Of a message the sentence that is most like it.
        for message in later.chunk_by(|&a, &b| requests[a].is_beside(&requests[b])) {
            let alike = |&&later: &&usize| (requests[later].likeness(first) * 1000.0) as u32;
            if let Some(&nearest) =
                message.iter().max_by_key(alike).filter(|&&nearest| !requests[nearest].is_beside(first))
            {
                taken[nearest] = true;
                again.push(requests[nearest].message.extract(&requests[nearest].clauses));
            }
        }
        if !again.is_empty() {
            found.push(Repeated { first: first.message.extract(&first.clauses), again });
        }
    }
    found
}

/// The words of a text that say what it is about.
pub(super) fn terms(text: &str) -> BTreeSet<Term> {
    static ASKING: LazyLock<BTreeSet<Term>> = LazyLock::new(|| ASKING_WORDS.split(' ').map(term).collect());
    tokens(&normalise(text))
        .into_iter()
        .filter(|token| !token.stop && token.kind != Kind::Number)
        .map(|token| term(&token.text))
        .filter(|term| !ASKING.contains(term))
        .collect()
}

/// Words that only ask or urge.
const ASKING_WORDS: &str = "怎么 如何 什么 哪里 哪 多少 为什么 几 啥 没 还没 到底 究竟 现在 how what when where why who which still again yet now";

fn term(word: &str) -> Term {
    match concept(word) {
        Some(Concept(group)) => Term::Same(group),
        None => Term::Word(word.to_owned()),
    }
}
