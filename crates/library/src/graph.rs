//! The knowledge graph in files and rows.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use yingda_graph::{Graph, LinkRow, Schema, ThingRow, read_links, read_schema, read_things};
use yingda_store::{GraphRow, GraphRowKind};

/// A graph as a file or a request holds it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GraphFile {
    pub schema: Schema,
    pub things: Vec<ThingRow>,
    pub links: Vec<LinkRow>,
}

/// Name of the row that holds the schema.
const SCHEMA: &str = "schema";
/// Between the parts of a link's name; no id holds it.
const BETWEEN: char = '\u{1F}';

impl GraphFile {
    /// What a graph is made of.
    pub fn of(graph: &Graph) -> Self {
        Self { schema: graph.schema().clone(), things: graph.things().to_vec(), links: graph.links().to_vec() }
    }

    /// The graph.
    ///
    /// # Errors
    /// Every problem of it, in words.
    pub fn graph(self) -> Result<Graph, Vec<String>> {
        Graph::new(self.schema, self.things, self.links)
            .map_err(|problems| problems.iter().map(ToString::to_string).collect())
    }

    /// Takes in CSV files, each with its name: `schema.csv` first, `links.csv` last, all others hold things.
    ///
    /// # Errors
    /// Every problem, in words, with the file.
    pub fn of_csv(files: &[(String, String)]) -> Result<Self, Vec<String>> {
        let mut file = Self::default();
        let mut problems = Vec::new();
        let is = |name: &str, what: &str| name.rsplit('/').next().is_some_and(|name| name.starts_with(what));
        for (name, text) in files.iter().filter(|(name, _)| is(name, SCHEMA)) {
            match read_schema(text) {
                Ok(schema) => file.schema = schema,
                Err(error) => problems.push(format!("{name}: {error}")),
            }
        }
        // A file may only add attributes to the things of another: it is read when those are there.
        let mut waiting: Vec<_> = files.iter().filter(|(name, _)| !is(name, SCHEMA) && !is(name, "links")).collect();
        while !waiting.is_empty() {
            let mut refused = Vec::new();
            let before = waiting.len();
            waiting.retain(|(name, text)| {
                let mut with = file.clone();
                match read_things(text, &mut with.schema, &mut with.things) {
                    Ok(()) => {
                        file = with;
                        false
                    }
                    Err(error) => {
                        refused.push(format!("{name}: {error}"));
                        true
                    }
                }
            });
            if waiting.len() == before {
                problems.extend(refused);
                break;
            }
        }
        for (name, text) in files.iter().filter(|(name, _)| is(name, "links")) {
            if let Err(error) = read_links(text, &mut file.schema, &mut file.links) {
                problems.push(format!("{name}: {error}"));
            }
        }
        if problems.is_empty() { Ok(file) } else { Err(problems) }
    }
}

/// The graph that rows of the store make; `None` when there are none.
///
/// # Errors
/// Every problem, in words.
pub fn of_rows(rows: Vec<GraphRow>) -> Result<Option<Graph>, Vec<String>> {
    if rows.is_empty() {
        return Ok(None);
    }
    let mut file = GraphFile::default();
    let said = |error: serde_json::Error| vec![error.to_string()];
    for row in rows {
        match row.kind {
            GraphRowKind::Attribute => file.schema = serde_json::from_value(row.content).map_err(said)?,
            GraphRowKind::Thing => file.things.push(serde_json::from_value(row.content).map_err(said)?),
            GraphRowKind::Link => file.links.push(serde_json::from_value(row.content).map_err(said)?),
        }
    }
    file.graph().map(Some)
}

/// A graph as rows of the store.
pub fn to_rows(graph: &Graph) -> Vec<GraphRow> {
    let json = |value: Result<Json, serde_json::Error>| value.unwrap_or_default();
    let schema = GraphRow {
        kind: GraphRowKind::Attribute,
        name: SCHEMA.into(),
        content: json(serde_json::to_value(graph.schema())),
    };
    let things = graph.things().iter().map(|thing| GraphRow {
        kind: GraphRowKind::Thing,
        name: thing.id.clone(),
        content: json(serde_json::to_value(thing)),
    });
    let links = graph.links().iter().map(|link| GraphRow {
        kind: GraphRowKind::Link,
        name: format!("{}{BETWEEN}{}{BETWEEN}{}", link.from, link.name, link.to),
        content: json(serde_json::to_value(link)),
    });
    std::iter::once(schema).chain(things).chain(links).collect()
}
