//! How people call flows, for those who only have their ids.

use std::collections::{BTreeMap, BTreeSet};

use yingda_model::{Scope, TraceTitle};
use yingda_store::StoreError;

use crate::{Assistant, Tongue, brief};

impl Assistant {
    /// The titles of flows of the live release, by their ids; those that it does not have are left out.
    ///
    /// # Errors
    /// When the release cannot be read.
    pub async fn flow_titles(
        &self,
        scope: &Scope,
        flows: BTreeSet<String>,
    ) -> Result<BTreeMap<String, TraceTitle>, StoreError> {
        if flows.is_empty() {
            return Ok(BTreeMap::new());
        }
        let loaded = self.brains().loaded(&Scope::bot(scope.workspace())).await?;
        let Some(brain) = &loaded.live else { return Ok(BTreeMap::new()) };
        let title = |flow: &str, tongue| brief::flow_title(&brain.release, flow, tongue);
        let known = flows.into_iter().filter(|flow| brain.release.flow(flow).is_some());
        Ok(known
            .map(|flow| {
                let both = TraceTitle { zh: title(&flow, Tongue::Zh), en: title(&flow, Tongue::En) };
                (flow, both)
            })
            .collect())
    }
}
