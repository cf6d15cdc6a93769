//! The knowledge graph: things, attributes, relations, and questions about them.
//!
//! ```
//! use yingda_graph::{Asked, Outcome, answer, read_graph};
//!
//! let schema = "kind,name,of,value,unit,label:zh,label:en,synonyms,more,less,to,inverse,inverse_label:zh,inverse_label:en,inverse_synonyms
//! type,kettle,,,,水壶,kettle,,,,,,,,
//! attribute,price,kettle,number,CNY,价格,price,多少钱,贵|expensive,便宜|cheap,,,,,
//! ";
//! let things = "id,type,name:zh,name:en,price[CNY]
//! K1,kettle,玻璃水壶,Glass Kettle,259
//! K2,kettle,旅行水壶,Travel Kettle,119
//! ";
//! let graph = read_graph(schema, &[things], &[]).expect("a sound graph");
//! let asked = Asked { question: "玻璃水壶多少钱？", lang: "zh", now: None, context: &[] };
//! let found = answer(&graph, &asked).expect("a question about the graph");
//! assert_eq!(found.text, "玻璃水壶的价格是 259 元。");
//! ```
//!
//! A [`Graph`] is made of flat rows ([`ThingRow`], [`LinkRow`], [`Schema`]) that come from a database, from CSV files
//! ([`read_graph`]) or from the tables of a document ([`propose`]). [`answer`] reads a question, and says how it read it.
//! Everything is pure and fails on no question.

pub mod eval;
pub mod unit;

mod audience;
mod graph;
mod import;
mod lexicon;
mod question;
mod rows;
mod table;
mod token;
mod words;

pub use graph::{Graph, Problem};
pub use import::{ImportError, read_graph, read_links, read_schema, read_things};
pub use question::{Asked, Fact, GraphAnswer, Outcome, answer};
pub use rows::{AttributeRow, LinkRow, RelationRow, Schema, Texts, ThingRow, TypeRow, Value, ValueKind, text_in};
pub use table::{Proposal, propose};
