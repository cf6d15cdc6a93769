//! The knowledge base: what is indexed, how it is found, and when it answers.
//!
//! ```
//! use yingda_knowledge::{Decision, Entry, Index, Thresholds, decide};
//!
//! let index = Index::build([Entry::new("order.cancel", "怎么取消订单？", "发货前可在“我的订单”里取消。")])?;
//! let hits = index.search_text("如何取消订单", 5)?;
//! assert!(matches!(decide(&hits, &Thresholds::default()), Decision::Answer { .. }));
//! # Ok::<(), yingda_knowledge::IndexError>(())
//! ```
//!
//! An [`Index`] lives in a folder and changes in place, each change at once or not at all; vectors follow in the
//! background ([`Index::embed_pending`]). A text is [`cut`] into passages by its structure.

mod allowed;
mod cut;
mod decide;
mod document;
mod embed;
mod entry;
mod error;
pub mod eval;
mod filter;
mod fulltext;
mod hash;
mod index;
mod model;
mod phrase;
mod query;
mod reading;
mod score;
mod search;
mod similar;
mod vote;
mod write;

pub use cut::{Passage, Place, anchor, cut};
pub use decide::{Decision, Thresholds, decide};
pub use embed::{Embedded, Embeds};
pub use entry::{Audience, Entry, EntryKind};
pub use error::IndexError;
pub use filter::Filter;
pub use index::{Index, Opened, Stats};
pub use query::{Hit, Query, QuestionVector, Sentence, TermWeight};
pub use write::Applied;

/// What search weighs, for learning how much: see the example `fit`.
pub mod learning {
    pub use crate::model::{FEATURES, NONE_FEATURES, TEXT, VECTORS, Weights};
    pub use crate::query::Evidence;
}
