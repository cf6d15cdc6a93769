//! What is known at a step, whichever way the conversation came there.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::Kind;

/// The facts that hold at a step.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    /// Names that have a value on every path.
    pub sure: BTreeSet<String>,
    /// Names that have one on some path.
    pub maybe: BTreeSet<String>,
    /// Kinds of the values of names that are sure.
    pub kinds: BTreeMap<String, Kind>,
    /// Options of names that hold the id of one.
    pub options: BTreeMap<String, BTreeSet<String>>,
    /// The line of the latest confirmation, when there is one on every path.
    pub confirmed: Option<u32>,
    /// Whether there is a confirmation on some path.
    pub sometimes_confirmed: bool,
    /// A `confirm` whose `no` goes on: its line.
    pub no_goes_on: Option<u32>,
    /// Slots that were asked after the latest confirmation.
    pub asked_since: BTreeSet<String>,
    /// Whether the customer was asked something on every path from the beginning.
    pub asked: bool,
    /// Whether the identity flow was called on every path.
    pub identified: bool,
}

impl State {
    /// A name gets a value.
    pub fn give(&mut self, name: &str, kind: Option<Kind>) {
        self.sure.insert(name.to_owned());
        self.maybe.insert(name.to_owned());
        self.options.remove(name);
        self.kinds.remove(name);
        self.kinds.extend(kind.map(|kind| (name.to_owned(), kind)));
    }

    /// A name loses its value.
    pub fn take(&mut self, name: &str) {
        self.sure.remove(name);
        self.maybe.remove(name);
    }

    /// A confirmation that was answered with yes.
    pub fn confirm(&mut self, line: u32) {
        self.confirmed = Some(line);
        self.sometimes_confirmed = true;
        self.no_goes_on = None;
        self.asked_since.clear();
        self.asked = true;
    }

    fn join(self, other: Self) -> Self {
        let both = |a: BTreeSet<String>, b: &BTreeSet<String>| a.into_iter().filter(|name| b.contains(name)).collect();
        Self {
            sure: both(self.sure, &other.sure),
            maybe: self.maybe.into_iter().chain(other.maybe).collect(),
            kinds: self.kinds.into_iter().filter(|(name, kind)| other.kinds.get(name) == Some(kind)).collect(),
            options: self.options.into_iter().filter(|(name, ids)| other.options.get(name) == Some(ids)).collect(),
            confirmed: self.confirmed.and(other.confirmed),
            sometimes_confirmed: self.sometimes_confirmed || other.sometimes_confirmed,
            no_goes_on: self.no_goes_on.or(other.no_goes_on),
            asked_since: self.asked_since.into_iter().chain(other.asked_since).collect(),
            asked: self.asked && other.asked,
            identified: self.identified && other.identified,
        }
    }
}

/// The facts where two ways meet; `None` is a way that does not come there.
pub(super) fn join(a: Option<State>, b: Option<State>) -> Option<State> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.join(b)),
        (a, b) => a.or(b),
    }
}
