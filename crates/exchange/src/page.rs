//! Pages of JSON, as the APIs of other programs give them.

use serde_json::{Map, Value};
use yingda_model::Timestamp;

use crate::archive::{BadFile, File};
use crate::{Format, ImportError, MAX_SHORT, Place, Spot};

pub(crate) fn is_json(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(".json")
}

/// A page, or an object that somebody took out of one.
#[derive(Debug)]
pub(crate) struct Page {
    /// The file, where there are several.
    file: Option<String>,
    pub fields: Map<String, Value>,
}

/// Reads the files that are JSON; a list is as many pages.
///
/// # Errors
/// One of them is damaged, or is no JSON.
pub(crate) fn read(format: Format, files: Vec<File>) -> Result<Vec<Page>, ImportError> {
    let is_alone = files.len() == 1;
    let mut pages = Vec::new();
    for File { name, bytes } in files {
        let wrong = |detail: String| {
            ImportError::unreadable(format, if name.is_empty() { detail } else { format!("{name}: {detail}") })
        };
        let bytes = match bytes {
            Ok(bytes) if name.is_empty() || is_json(&name) => bytes,
            Ok(_) | Err(BadFile::NotRead) => continue,
            Err(BadFile::Path) => return Err(wrong("the name leads out of the archive".to_owned())),
            Err(BadFile::Damaged(detail)) => return Err(wrong(detail)),
        };
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        let value = serde_json::from_slice(bytes)
            .map_err(|error| wrong(format!("line {}, column {}: no JSON", error.line(), error.column())))?;
        let values = match value {
            Value::Array(values) => values,
            value => vec![value],
        };
        let file = (!is_alone && !name.is_empty()).then_some(name);
        pages.extend(values.into_iter().filter_map(|value| match value {
            Value::Object(fields) => Some(Page { file: file.clone(), fields }),
            _ => None,
        }));
    }
    Ok(pages)
}

/// Something in a page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Record<'a> {
    file: Option<&'a str>,
    fields: &'a Map<String, Value>,
}

impl Page {
    /// The objects that stand in the page under any of the names, as a list or alone.
    pub fn records<'a>(&'a self, names: &[&str]) -> Vec<Record<'a>> {
        let mut records = Vec::new();
        for name in names {
            match self.fields.get(*name) {
                Some(Value::Array(items)) => {
                    records.extend(items.iter().filter_map(Value::as_object).map(|fields| self.record(fields)));
                }
                Some(Value::Object(fields)) => records.push(self.record(fields)),
                _ => {}
            }
        }
        records
    }

    /// The page itself, as an object that was taken out of one.
    pub fn itself(&self) -> Record<'_> {
        self.record(&self.fields)
    }

    fn record<'a>(&'a self, fields: &'a Map<String, Value>) -> Record<'a> {
        Record { file: self.file.as_deref(), fields }
    }
}

impl<'a> Record<'a> {
    pub fn has(&self, field: &str) -> bool {
        self.fields.contains_key(field)
    }

    pub fn text(&self, field: &str) -> Option<&'a str> {
        self.fields.get(field)?.as_str()
    }

    /// A number or a text.
    pub fn id(&self, field: &str) -> Option<String> {
        id_of(self.fields.get(field)?)
    }

    pub fn is_true(&self, field: &str) -> bool {
        self.fields.get(field) == Some(&Value::Bool(true))
    }

    pub fn value(&self, field: &str) -> Option<&'a Value> {
        self.fields.get(field)
    }

    /// An object within this one.
    pub fn inner(&self, field: &str) -> Option<Self> {
        Some(Self { fields: self.fields.get(field)?.as_object()?, ..*self })
    }

    /// The objects of a list within this one.
    pub fn list(&self, field: &str) -> impl Iterator<Item = Self> + use<'a> {
        let record = *self;
        let items = self.fields.get(field).and_then(Value::as_array);
        items.into_iter().flatten().filter_map(move |item| Some(Self { fields: item.as_object()?, ..record }))
    }

    /// The texts of a list within this one.
    pub fn texts(&self, field: &str) -> Vec<String> {
        let items = self.fields.get(field).and_then(Value::as_array);
        items.into_iter().flatten().filter_map(|item| item.as_str().map(str::to_owned)).collect()
    }

    /// The ids of a list within this one.
    pub fn ids(&self, field: &str) -> Vec<String> {
        let items = self.fields.get(field).and_then(Value::as_array);
        items.into_iter().flatten().filter_map(id_of).collect()
    }

    /// A moment: RFC 3339, or seconds since 1970.
    pub fn moment(&self, field: &str) -> Option<String> {
        match self.fields.get(field)? {
            Value::Number(seconds) => {
                let ms = seconds.as_i64()?.checked_mul(1_000)?;
                Some(Timestamp(ms).to_string())
            }
            value => value.as_str().filter(|text| Timestamp::parse_rfc3339(text).is_some()).map(str::to_owned),
        }
    }

    pub fn place(&self, id: &str) -> Place {
        Place { file: self.file.map(str::to_owned), spot: Spot::Article { id: id.chars().take(60).collect() } }
    }
}

fn id_of(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        _ => None,
    }
}

/// A path of categories from the topmost; where it is too long, the lowest of them.
pub(crate) fn path(names: &[String]) -> Option<String> {
    let names: Vec<String> =
        names.iter().map(|name| name.trim().replace('/', "／")).filter(|name| !name.is_empty()).collect();
    (0..names.len()).map(|from| names[from..].join("/")).find(|path| path.chars().count() <= MAX_SHORT)
}
