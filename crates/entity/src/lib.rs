//! What a message names: numbers, money, times, addresses, people, products; and the personal data in it.
//!
//! ```
//! use time::macros::datetime;
//! use yingda_entity::{Context, Entities, Kind, Setup};
//!
//! let entities = Entities::new(&Setup::default())?;
//! let now = Context { now: datetime!(2026-11-22 10:00 +8) };
//! let found = entities.find("订单QH2611050123退我299块，打13800138000", &now);
//! let kinds: Vec<Kind> = found.into_iter().map(|entity| entity.kind).collect();
//! assert_eq!(kinds, [Kind::OrderNumber, Kind::Money, Kind::Phone]);
//! # Ok::<(), yingda_entity::BadSetup>(())
//! ```
//!
//! [`Entities`] is what a workspace has set up; [`pii`] finds and masks personal data. Everything is pure and
//! fails on no text; spans are bytes of the text that is given.

pub mod checks;
pub mod number;
pub mod pii;
pub mod tagger;

mod address;
mod amount;
mod answer;
mod catalogue;
mod codes;
mod entities;
mod kind;
mod lexicon;
mod message;
mod names;
mod network;
mod papers;
mod phone;
mod secrets;
mod time;

pub use address::Address;
pub use answer::{Answer, answer};
pub use catalogue::{Item, OwnType};
pub use entities::{BadSetup, Context, Entities, Setup};
pub use kind::{By, Entity, Kind, Line, Phone, Side, Value};

use message::Hit;

/// Loads lists, weights and patterns now instead of when the first message arrives.
pub fn warm_up() {
    let _ = pii::find_personal("Ann Lee, 张先生13800138000，a@b.cn，¥1");
}

/// Leaves one of hits that overlap: the one with the stronger evidence, of equals the longer, then the surer,
/// then the one that starts first. What is left is in order.
fn resolve(hits: &mut Vec<Hit>) {
    hits.sort_by(|a, b| {
        (b.by, b.end - b.start)
            .cmp(&(a.by, a.end - a.start))
            .then(b.confidence.total_cmp(&a.confidence))
            .then(a.start.cmp(&b.start))
    });
    let mut kept: Vec<Hit> = Vec::with_capacity(hits.len());
    for hit in hits.drain(..) {
        if hit.start < hit.end && kept.iter().all(|other| hit.end <= other.start || other.end <= hit.start) {
            kept.push(hit);
        }
    }
    kept.sort_by_key(|hit| hit.start);
    *hits = kept;
}

/// A constant pattern.
fn fixed(pattern: &str) -> regex::Regex {
    regex::Regex::new(pattern).expect("a constant pattern, which the tests compile")
}
