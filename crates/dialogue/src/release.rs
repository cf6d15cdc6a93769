//! What is published together: flows and the words around them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::Flow;
use crate::compile::{Program, compile};
use crate::wording::Wordings;

/// Flows and wording that go together. A conversation stays with the release in which its flow began.
#[derive(Clone, Debug)]
pub struct Release {
    /// 1, 2, 3 …; 0 for drafts.
    pub number: u32,
    pub wordings: Wordings,
    programs: BTreeMap<String, Program>,
    /// Tools that change something: what they did can be too late to correct.
    writes: BTreeSet<String>,
}

impl Release {
    /// A release of flows that were checked.
    pub fn new(
        number: u32,
        flows: impl IntoIterator<Item = Arc<Flow>>,
        wordings: Wordings,
        writes: impl IntoIterator<Item = String>,
    ) -> Self {
        let programs = flows.into_iter().map(|flow| (flow.id.clone(), compile(flow))).collect();
        Self { number, wordings, programs, writes: writes.into_iter().collect() }
    }

    /// The flow with this id.
    pub fn flow(&self, id: &str) -> Option<&Arc<Flow>> {
        self.programs.get(id).map(|program| &program.flow)
    }

    /// All flows, by id.
    pub fn flows(&self) -> impl Iterator<Item = &Arc<Flow>> {
        self.programs.values().map(|program| &program.flow)
    }

    pub(crate) fn is_write(&self, tool: &str) -> bool {
        self.writes.contains(tool)
    }

    pub(crate) fn program(&self, id: &str) -> Option<&Program> {
        self.programs.get(id)
    }
}
