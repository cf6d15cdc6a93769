//! Knowledge as rows. Search is elsewhere: an index is derived from these.

mod changes;
mod entries;
mod evaluation;
mod graph;
mod readers;
mod sites;
mod usage;
mod versions;
mod web;

pub use changes::ChangeFilter;
pub(crate) use entries::from_row as entry_from_row;
pub use entries::{EntryExtra, EntryFacets, EntryFilter, Sync};
pub use evaluation::EvalPair;
pub use graph::{GraphRow, GraphRowKind};
pub use sites::Site;
pub(crate) use sites::from_row as site_from_row;
pub use usage::{Comment, DayOfUse, Used};
pub use web::{KnownPage, WebSource};
