//! Looking over flows that were read: whether everything they name is there, on every path, and fits.

mod cycles;
mod flows;
mod kind;
mod known;
mod names;
mod path;
mod state;
mod step;
mod tool;

use crate::Problem;
use crate::read::{Read, ReadWording};

pub use kind::Kind;
pub use known::{Effect, Known, KnownInput, KnownTool};
pub(crate) use tool::CODES;

/// Everything that one flow is checked against.
struct World<'a> {
    reads: &'a [Read],
    /// Ids of files that are no flow, though they should be.
    unread: &'a [String],
    wording: &'a ReadWording,
    known: &'a Known,
}

/// Checks the flows and the wording of a release.
pub(crate) fn check(
    reads: &[Read],
    unread: &[String],
    wording: &ReadWording,
    known: &Known,
    problems: &mut Vec<Problem>,
) {
    let world = World { reads, unread, wording, known };
    let walks: Vec<path::Walked> = reads.iter().map(|read| path::walk(&world, read, problems)).collect();
    flows::check(&world, problems);
    cycles::check(&world, &walks, problems);
}

impl<'a> World<'a> {
    /// The flow with this id, if it could be read.
    fn flow(&self, id: &str) -> Option<&'a Read> {
        self.reads.iter().find(|read| read.flow.id == id)
    }

    /// Whether there is a file for this flow.
    fn is_flow(&self, id: &str) -> bool {
        self.flow(id).is_some() || self.unread.iter().any(|own| own == id)
    }

    fn flow_ids(&self) -> impl Iterator<Item = &'a str> {
        self.reads.iter().map(|read| read.flow.id.as_str()).chain(self.unread.iter().map(String::as_str))
    }

    /// The flow that finds out who the customer is.
    fn identity(&self) -> Option<&'a str> {
        self.wording.wordings.identity.as_deref()
    }
}
