//! The knowledge graph, as each reader may see it.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use yingda_graph::Graph;
use yingda_model::Audience;

/// Shown graphs that are kept: one for each set of teams that asks.
const KEPT: usize = 64;

/// A knowledge graph, and what of it those may see who may not see all. Clones share everything.
#[derive(Clone, Default)]
pub(crate) struct Facts {
    whole: Option<Arc<Graph>>,
    /// Audiences other than everybody that parts of the graph are for.
    audiences: Vec<Audience>,
    /// By which of these audiences may be seen.
    shown: Arc<Mutex<HashMap<Vec<bool>, Arc<Graph>>>>,
}

impl Facts {
    pub fn new(graph: Option<Graph>) -> Self {
        let audiences = graph.as_ref().map(Graph::audiences).unwrap_or_default();
        Self { whole: graph.map(Arc::new), audiences, shown: Arc::default() }
    }

    /// What those may see who read what is for `audiences`. Blocking when it is asked for the first time.
    pub fn shown_to(&self, audiences: &[Audience]) -> Option<Arc<Graph>> {
        let whole = self.whole.as_ref()?;
        let seen: Vec<bool> = self.audiences.iter().map(|one| audiences.contains(one)).collect();
        if seen.iter().all(|seen| *seen) {
            return Some(whole.clone());
        }
        if let Some(known) = self.shown.lock().get(&seen) {
            return Some(known.clone());
        }
        let made = whole
            .shown_to(|audience| audience.is_public() || audiences.contains(&audience))
            .inspect_err(|problems| tracing::error!(?problems, "the knowledge graph cannot be shown in part"))
            .ok()?;
        let made = Arc::new(made);
        let mut shown = self.shown.lock();
        if shown.len() >= KEPT {
            shown.clear();
        }
        shown.insert(seen, made.clone());
        Some(made)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn everybody_sees_a_graph_without_what_is_for_others() {
        let schema = "kind,name,of,value,unit,label:zh,label:en,audience\n\
                      type,kettle,,,,水壶,kettle,\n\
                      attribute,price,kettle,number,CNY,价格,price,\n\
                      attribute,cost,kettle,number,CNY,进价,purchase price,agents\n";
        let things = "id,type,name:en,price[CNY],cost[CNY],audience\nK1,kettle,Glass Kettle,259,120,\nK2,kettle,Next Kettle,199,90,signed_in\n";
        let facts = Facts::new(Some(yingda_graph::read_graph(schema, &[things], &[]).unwrap()));
        let known = |audiences: &[Audience]| {
            let graph = facts.shown_to(audiences).unwrap();
            let things: Vec<String> = graph.things().iter().map(|thing| thing.id.clone()).collect();
            (things, graph.schema().attributes.iter().map(|row| row.name.clone()).collect::<Vec<_>>())
        };
        use Audience::{Agents, Public, SignedIn};
        assert_eq!(known(&[Public]), (vec!["K1".into()], vec!["price".into()]));
        assert_eq!(known(&[Public, SignedIn]), (vec!["K1".into(), "K2".into()], vec!["price".into()]));
        assert_eq!(known(&[Public, SignedIn, Agents]).1, ["price", "cost"]);
        assert!(Arc::ptr_eq(&facts.shown_to(&[Public]).unwrap(), &facts.shown_to(&[Public]).unwrap()));
        assert!(Facts::new(None).shown_to(&[Public]).is_none());
    }
}
