//! A small statistical tagger for what no pattern can tell: names of people, places and organisations,
//! and addresses outside the mainland.
//!
//! A linear-chain conditional random field (Lafferty 2001) over hashed features of the words around, decoded
//! with Viterbi. Its weights are in
//! `models/entity-tagger.bin`; how they were made is said in `models/entity-tagger.md`.

mod features;
mod model;
mod pieces;
pub mod train;

use std::sync::LazyLock;

pub use model::{BadModel, Model};

/// The weights that the crate ships.
static SHIPPED: LazyLock<Option<Model>> =
    LazyLock::new(|| Model::read(include_bytes!("../../../models/entity-tagger.bin")).ok());

/// What the tagger tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// The name of a person.
    Person,
    /// An address with a street or a house.
    Address,
    /// A country, state or city.
    Place,
    /// An organisation.
    Organisation,
    /// A telephone number in an unusual form.
    Phone,
    /// A post code.
    Postcode,
}

/// The classes in the order of their labels: label 0 is outside, 1 begins a person, 2 continues one, …
pub(crate) const CLASSES: [Class; 6] =
    [Class::Person, Class::Address, Class::Place, Class::Organisation, Class::Phone, Class::Postcode];
/// How many labels there are.
pub(crate) const LABELS: usize = 1 + 2 * CLASSES.len();

/// A span that the tagger marked, in bytes of the text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tagged {
    /// What it is.
    pub class: Class,
    /// Where it starts.
    pub start: usize,
    /// After its end.
    pub end: usize,
    /// 0 to 1: a squashed margin over "nothing here".
    pub confidence: f32,
}

/// Marks a text with the shipped weights.
pub fn tag(text: &str) -> Vec<Tagged> {
    SHIPPED.as_ref().map(|model| model.tag(text)).unwrap_or_default()
}
