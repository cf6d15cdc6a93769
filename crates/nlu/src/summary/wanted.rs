//! What the customer wanted.

use serde::Serialize;

use super::Extract;
use super::again::Request;
use super::read::{Message, width};
use super::sign::Does;

/// A sentence that says what the customer wanted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Wanted {
    /// The words.
    #[serde(flatten)]
    pub extract: Extract,
    /// How much speaks for it: above 0, comparable within the conversation only; 0 when nothing in the conversation looks
    /// like a wish and these are the customer's first words.
    pub score: f32,
}

/// How many are given.
const MOST: usize = 3;
/// What has less than this share of the best one's score is left out.
const SHARE: f32 = 0.6;
/// What is this much like one that was chosen adds nothing.
const ALIKE: f32 = 0.5;

/// The sentences that say best what the customer wanted, in order.
pub(super) fn wanted(messages: &[Message], requests: &[Request]) -> Vec<Wanted> {
    let mut ranked: Vec<(usize, f32)> = scores(messages, requests).into_iter().enumerate().collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let Some(&(_, best)) = ranked.first() else { return first_words(messages) };

    let mut chosen: Vec<(usize, f32)> = Vec::new();
    for (at, score) in ranked {
        let is_new = chosen.iter().all(|&(other, _)| {
            requests[at].likeness(&requests[other]) < ALIKE && !requests[at].repeats(&requests[other])
        });
        if chosen.len() < MOST && score >= SHARE * best && score > 0.0 && is_new {
            chosen.push((at, score));
        }
    }
    chosen.sort_by_key(|&(at, _)| at);
    let extract = |at: usize| requests[at].message.extract(&requests[at].clauses);
    chosen.into_iter().map(|(at, score)| Wanted { extract: extract(at), score }).collect()
}

fn scores(messages: &[Message], requests: &[Request]) -> Vec<f32> {
    let mut turn = 0;
    let mut scores = Vec::with_capacity(requests.len());
    for (at, request) in requests.iter().enumerate() {
        if at > 0 && !requests[at - 1].is_beside(request) {
            turn += 1;
        }
        let weigh = |does, weight| if request.signs.has(does) { weight } else { 0.0f32 };
        let signs: f32 = (weigh(Does::Request, 1.0) + weigh(Does::Problem, 0.8) + weigh(Does::Question, 0.6)).min(1.8);
        // What opens the matter is what the conversation is about.
        let place = 1.0 / (1.0 + turn as f32);
        let others = requests.iter().enumerate().filter(|&(other, _)| other != at);
        let central = others.map(|(_, other)| request.likeness(other)).sum::<f32>() / requests.len() as f32;
        let brief = match width(request.message.text(&request.clauses)) {
            _ if request.is_bare() => 1.0,
            ..8 => 0.5,
            _ => 0.0,
        };
        let only_tells = !request.signs.has_any(&[Does::Request, Does::Question]);
        let answer = if only_tells && answers(messages, request) { 0.5 } else { 0.0 };
        // A later complaint goes on with the matter and opens none.
        let goes_on = if only_tells && turn > 0 { 0.4 } else { 0.0 };
        scores.push(signs + 0.8 * request.intent + place + 0.5 * central - brief - answer - goes_on);
    }
    scores
}

/// Whether the bot or the agent asked something just before.
fn answers(messages: &[Message], request: &Request) -> bool {
    let before = messages.iter().take_while(|message| !std::ptr::eq(*message, request.message)).last();
    before.is_some_and(|message| {
        !message.is_customers()
            && message.sentences().last().is_some_and(|sentence| message.asks(&sentence))
            && !message.all_signs().has(Does::Offer)
    })
}

/// The customer's first words that are more than a courtesy.
fn first_words(messages: &[Message]) -> Vec<Wanted> {
    let mut sentences = messages.iter().filter(|message| message.is_customers()).flat_map(|message| {
        message.sentences().filter_map(move |sentence| Some((message, message.without_courtesy(sentence)?)))
    });
    let first =
        sentences.next().map(|(message, clauses)| message.extract(&message.fitting(clauses.clone(), clauses.start)));
    first.map(|extract| Wanted { extract, score: 0.0 }).into_iter().collect()
}
