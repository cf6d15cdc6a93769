//! What a conversation names.

use serde::Serialize;
use yingda_entity::{Entity, Kind, Line, Value, pii};

use super::Speaker;
use super::read::Message;

/// Something that was named.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fact {
    /// The number of the message that names it first.
    pub seq: u64,
    /// Who named it first.
    pub who: Speaker,
    /// What it is, with its span in that message.
    #[serde(flatten)]
    pub entity: Entity,
    /// In how many places it was named.
    pub times: usize,
    /// Whether it is personal data, to be masked for others.
    pub personal: bool,
}

/// The entities of all messages, each once, in the order of their first mention. Answers (yes, no) and ordinals mean
/// nothing outside their place and are left out.
pub(super) fn facts(messages: &[Message]) -> Vec<Fact> {
    let mut found: Vec<Fact> = Vec::new();
    for message in messages {
        for entity in message.entities.iter().filter(|entity| !matches!(entity.kind, Kind::Answer | Kind::Ordinal)) {
            match found.iter().position(|fact| is_same(&fact.entity, entity)) {
                Some(known) => found[known].times += 1,
                None if found.len() < MOST => found.push(Fact {
                    seq: message.turn.seq,
                    who: message.turn.who,
                    entity: entity.clone(),
                    times: 1,
                    personal: is_personal(entity),
                }),
                None => {}
            }
        }
    }
    found
}

/// How many are kept.
const MOST: usize = 200;

fn is_same(a: &Entity, b: &Entity) -> bool {
    a.kind == b.kind && (a.text == b.text || a.value == b.value)
}

fn is_personal(entity: &Entity) -> bool {
    let is_hotline = matches!(&entity.value, Value::Phone(phone) if phone.line == Line::Hotline);
    pii::MASKED.contains(&entity.kind) && !is_hotline
}
