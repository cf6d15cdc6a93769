//! Live knowledge of each workspace.
//!
//! [`Knowledge`] keeps a search index for each workspace in step with the store, and gives it out as a [`Library`]. An index is
//! derived: it says which revision of the store it holds, takes over what is newer, and is made anew when it cannot be read.
//! [`Knowledge::effect`] measures what a proposal would do to search.

mod convert;
mod extras;
mod facts;
pub mod files;
pub mod graph;
mod knowledge;
mod library;
mod measure;
mod places;
mod tend;
mod view;
mod web;

pub use convert::{audience, entry};
pub use knowledge::{Knowledge, KnowledgeError, KnowledgeStatus};
pub use library::{Library, Searched};
pub use measure::Measured;
pub use tend::{Findings, Tender};
pub use view::View;
pub use web::WebReader;
