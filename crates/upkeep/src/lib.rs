//! What keeps knowledge good: questions that nobody answered ([`gaps`]), drafts from resolved conversations ([`draft`]),
//! entries that say the same ([`duplicates`]) or the opposite ([`contradictions`]), and entries that grow old ([`stale`])
//! or that nobody needs ([`unused`]). Each finding becomes a [`Proposal`] for a person to accept, edit or refuse.
//!
//! Everything is pure: rows, embeddings and the time come in, findings go out, and the same rows in another order give the
//! same findings. Embeddings are optional; without them words and pieces of words decide. Texts of customers must come with
//! personal data masked.

mod cluster;
mod contradiction;
mod draft;
mod duplicate;
mod entry;
mod fingerprint;
mod gap;
mod mark;
mod meaning;
mod neighbours;
mod proposal;
mod stale;
mod text;
mod words;

pub use cluster::{Grouping, group};
pub use contradiction::{Contradiction, Difference, contradictions};
pub use draft::{FaqDraft, MergedDraft, NoDraft, Said, Speaker, Transcript, draft, merge};
pub use duplicate::{Pair, duplicates};
pub use entry::Entry;
pub use gap::{Asked, EarlierGap, Gap, GapOptions, Nearest, Need, Outcome, gaps};
pub use proposal::{Both, Proposal};
pub use stale::{DayCount, Reason, SourceState, Stale, StaleOptions, Unused, Usage, stale, unused};
