//! What the company knows: who may change it, how proposals become entries, and that everybody hears of it.

mod changes;
mod check;
mod entries;
mod graph;
mod measure;
mod sites;
mod tend;
mod web;

pub use changes::{Accepted, ChangeDraft, Suggested, Suggestion};
pub use entries::{Imported, KbDraft, Versions};
pub use measure::EvalDraft;
pub use sites::{CategoryName, SiteSettings, SiteText};
pub use web::{PageRead, WebOutcome, WebSettings};

pub(crate) use check::text;
