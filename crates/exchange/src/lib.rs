//! Knowledge in and out of files: JSONL, CSV, XLSX and Markdown both ways; help centres of Chatwoot and Zendesk in.
//!
//! ```
//! use yingda_exchange::{Options, parse};
//!
//! let parsed = parse("faq.csv", "问题,答案\n怎么退款？,打开“我的订单”。\n没有答案,\n".as_bytes(), &Options::default())?;
//! assert_eq!(parsed.items[0].content.question, "怎么退款？");
//! assert_eq!(parsed.refused[0].zh(), "第 3 行：答案为空；请填写，或删除这一条");
//! # Ok::<(), yingda_exchange::ImportError>(())
//! ```
//!
//! Reading never stores anything: whoever reads decides what to do when something was refused. What stands in an export is
//! what comes back from reading it; JSONL keeps everything, with versions and proposals as lines of their own.

mod archive;
mod chatwoot;
mod check;
mod delimited;
mod error;
mod export;
mod fields;
mod folder;
mod format;
mod front_matter;
mod item;
mod jsonl;
mod markdown;
mod moment;
mod note;
mod page;
mod parse;
mod place;
mod reason;
mod table;
mod tag;
mod text;
mod workbook;
mod xlsx;
mod zendesk;

pub use error::{ExportError, ImportError};
pub use export::export;
pub use format::Format;
pub use item::{Item, ItemState, OtherLine, Parsed};
pub use jsonl::{Line, write_line};
pub use note::{Note, Noted};
pub use parse::{Options, parse, parse_as, parse_folder};
pub use place::{Place, Spot};
pub use reason::{Reason, Refusal};

/// Largest file that is read unless [`Options`] say otherwise, in bytes.
pub const MAX_FILE_BYTES: u64 = 50_000_000;
/// Most entries of one file, refused lines included.
pub const MAX_ENTRIES: usize = 100_000;
/// Longest question, variant or follow-up question, in characters.
pub const MAX_QUESTION: usize = 500;
/// Longest answer to a frequent question, in characters.
pub const MAX_FAQ_ANSWER: usize = 10_000;
/// Longest text of an article, document or page, in characters.
pub const MAX_TEXT: usize = 1_000_000;
/// Most variants of an entry.
pub const MAX_VARIANTS: usize = 200;
/// Most answers of an entry for channels and audiences.
pub const MAX_ANSWERS: usize = 50;
/// Most follow-up questions of an entry.
pub const MAX_FOLLOW_UPS: usize = 20;
/// Most tags of an entry.
pub const MAX_TAGS: usize = 50;
/// Longest key, id, category, language tag, channel or tag, in characters.
pub const MAX_SHORT: usize = 100;
