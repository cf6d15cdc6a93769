//! The knowledge base: import, index, search and answers.
//!
//! ```
//! use yingda_knowledge::{Decision, Entry, Index, Thresholds, decide};
//!
//! let index = Index::build([Entry::new("order.cancel", "怎么取消订单？", "发货前可在“我的订单”里取消。")])?;
//! let hits = index.search("如何取消订单", 5)?;
//! assert!(matches!(decide(&hits, &Thresholds::default()), Decision::Answer { .. }));
//! # Ok::<(), yingda_knowledge::IndexError>(())
//! ```
//!
//! An [`Index`] never changes: when the entries change, build a new one and swap the `Arc` that holds it.

mod decide;
mod entry;
pub mod eval;
mod fulltext;
pub mod import;
mod index;
mod phrase;
mod score;
mod similar;
mod vocabulary;

pub use decide::{Decision, Thresholds, decide};
pub use entry::Entry;
pub use index::{Hit, Index, IndexError, Stats, TermWeight};
