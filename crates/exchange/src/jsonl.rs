//! JSON Lines: an object a line. An entry, unless its `type` says otherwise.

use std::io::Write;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use yingda_model::{EntryVersion, KbChange, KbEntry};

use crate::check::{Collector, within_limits};
use crate::item::OtherLine;
use crate::text::lines;
use crate::{ExportError, Format, ImportError, Options, Parsed, Place, Reason, fields};

/// Types of lines that are handed on as they stand.
const OTHERS: [&str; 1] = ["graph"];

pub(crate) fn parse(bytes: &[u8], options: &Options<'_>) -> Result<Parsed, ImportError> {
    let mut collector = Collector::new(Format::Jsonl, options);
    for (number, line) in lines(bytes) {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        collector.room()?;
        let place = Place::line(number);
        if let Err(reason) = read(&mut collector, &place, line)? {
            collector.refuse(place, reason)?;
        }
    }
    Ok(collector.parsed)
}

fn read(collector: &mut Collector, place: &Place, line: &[u8]) -> Result<Result<(), Reason>, ImportError> {
    let mut object = match fields::object(line) {
        Ok(object) => object,
        Err(reason) => return Ok(Err(reason)),
    };
    let kind = match object.get("type") {
        Some(Value::String(kind)) => kind.clone(),
        _ => "entry".to_owned(),
    };
    match kind.as_str() {
        "entry" => {}
        "version" => return Ok(version(object).map(|version| collector.parsed.versions.push((place.clone(), version)))),
        "change" => return Ok(change(object).map(|change| collector.parsed.changes.push((place.clone(), change)))),
        other if OTHERS.contains(&other) => {
            object.remove("type");
            collector.parsed.others.push(OtherLine { place: place.clone(), kind, fields: object });
            return Ok(Ok(()));
        }
        other => return Ok(Err(Reason::Unknown { field: "type", got: other.chars().take(60).collect() })),
    }
    for field in fields::unknown(&object) {
        collector.note_unknown(place, field);
    }
    match fields::draft(&object) {
        Ok(draft) => collector.add(place.clone(), draft).map(Ok),
        Err(reason) => Ok(Err(reason)),
    }
}

fn version(object: Map<String, Value>) -> Result<EntryVersion, Reason> {
    let version: EntryVersion = record(object, "version")?;
    within_limits(&version.content).map(|()| version)
}

fn change(object: Map<String, Value>) -> Result<KbChange, Reason> {
    let change: KbChange = record(object, "change")?;
    within_limits(&change.content).map(|()| change)
}

fn record<T: DeserializeOwned>(mut object: Map<String, Value>, what: &str) -> Result<T, Reason> {
    object.remove("type");
    serde_json::from_value(Value::Object(object))
        .map_err(|error| Reason::NotJson { detail: format!("it is no {what} of an entry: {error}") })
}

/// A line of an export.
#[derive(Debug, Clone, Copy)]
pub enum Line<'a> {
    Entry(&'a KbEntry),
    Version(&'a EntryVersion),
    Change(&'a KbChange),
    /// What another crate knows how to write: the knowledge graph as a `graph`. The value is an object.
    Other(&'a str, &'a Value),
}

/// Writes a line of JSONL, such as [`parse`](crate::parse) reads.
///
/// # Errors
/// Writing fails.
pub fn write_line(line: &Line<'_>, mut out: impl Write) -> Result<(), ExportError> {
    match *line {
        Line::Entry(entry) => typed("entry", entry, &mut out),
        Line::Version(version) => typed("version", version, &mut out),
        Line::Change(change) => typed("change", change, &mut out),
        Line::Other(kind, value) => typed(kind, value, &mut out),
    }
}

fn typed(kind: &str, value: &impl Serialize, out: &mut impl Write) -> Result<(), ExportError> {
    #[derive(Serialize)]
    struct Typed<'a, T> {
        r#type: &'a str,
        #[serde(flatten)]
        value: &'a T,
    }
    serde_json::to_writer(&mut *out, &Typed { r#type: kind, value }).map_err(std::io::Error::from)?;
    Ok(out.write_all(b"\n")?)
}
