//! The part of a graph that somebody may hear of.

use std::collections::{BTreeSet, HashSet};

use yingda_model::Audience;

use crate::graph::{Graph, Problem};
use crate::rows::{Schema, ThingRow};

impl Graph {
    /// The audiences other than everybody that parts of the graph are for, each once.
    pub fn audiences(&self) -> Vec<Audience> {
        let schema = self.schema();
        let rows = schema.types.iter().map(|row| row.audience);
        let rows = rows.chain(schema.attributes.iter().map(|row| row.audience));
        let rows = rows.chain(schema.relations.iter().map(|row| row.audience));
        let mut seen = HashSet::new();
        rows.chain(self.things().iter().map(|thing| thing.audience))
            .filter(|audience| !audience.is_public() && seen.insert(*audience))
            .collect()
    }

    /// The graph without what `reads` refuses: things, the things of types and of the types within them, attributes, relations.
    /// What is not there can be neither told, compared, counted nor led to.
    ///
    /// # Errors
    /// Never, of a graph that was sound: taking out leaves nothing that leads nowhere.
    pub fn shown_to(&self, reads: impl Fn(Audience) -> bool) -> Result<Graph, Vec<Problem>> {
        let whole = self.schema();
        let types: BTreeSet<&str> = (0..whole.types.len())
            .filter(|kind| self.above(*kind).iter().all(|&up| reads(whole.types[up].audience)))
            .map(|kind| whole.types[kind].name.as_str())
            .collect();
        // A list of types that is empty means any type: one that becomes empty means none.
        let left = |names: &mut Vec<String>| {
            let any = names.is_empty();
            names.retain(|name| types.contains(name.as_str()));
            any || !names.is_empty()
        };
        let mut schema = Schema {
            types: whole.types.iter().filter(|row| types.contains(row.name.as_str())).cloned().collect(),
            attributes: whole.attributes.iter().filter(|row| reads(row.audience)).cloned().collect(),
            relations: whole.relations.iter().filter(|row| reads(row.audience)).cloned().collect(),
        };
        schema.attributes.retain_mut(|row| left(&mut row.of));
        schema.relations.retain_mut(|row| left(&mut row.from) && left(&mut row.to));
        let attributes: HashSet<&str> = schema.attributes.iter().map(|row| row.name.as_str()).collect();
        let things = self.things().iter().filter(|thing| reads(thing.audience) && types.contains(thing.kind.as_str()));
        let things: Vec<ThingRow> = things
            .map(|thing| {
                let mut thing = thing.clone();
                thing.attributes.retain(|name, _| attributes.contains(name.as_str()));
                thing
            })
            .collect();
        let ids: HashSet<&str> = things.iter().map(|thing| thing.id.as_str()).collect();
        let relations: HashSet<&str> = schema.relations.iter().map(|row| row.name.as_str()).collect();
        let links = self.links().iter().filter(|link| {
            relations.contains(link.name.as_str()) && ids.contains(link.from.as_str()) && ids.contains(link.to.as_str())
        });
        let links = links.cloned().collect();
        Graph::new(schema, things, links)
    }
}
