//! Reads a graph from CSV: a schema, files of things, files of links.

use std::collections::{BTreeMap, HashMap};

use thiserror::Error;
use yingda_model::Audience;

use crate::graph::{Graph, Problem};
use crate::rows::{AttributeRow, LinkRow, RelationRow, Schema, Texts, ThingRow, TypeRow, Value, ValueKind, date};

/// Why a CSV file is not read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ImportError {
    #[error("line {line}: not CSV: {reason}")]
    Csv { line: u64, reason: String },
    #[error("the header lacks the column `{0}`")]
    NoColumn(&'static str),
    #[error("the column `{0}` is there twice")]
    ColumnTwice(String),
    #[error("line {line}: `{column}` is empty")]
    Empty { line: u64, column: &'static str },
    #[error("line {line}, column `{column}`: expected {expected}, got `{got}`")]
    Value { line: u64, column: String, expected: &'static str, got: String },
    #[error("line {line}: `{id}` is a {first} in one file and a {second} here")]
    TypeChanged { line: u64, id: String, first: String, second: String },
    #[error("{0}")]
    Graph(Problem),
}

/// A line of a file: number in the file, and its fields by column.
struct Line<'f> {
    number: u64,
    fields: Vec<&'f str>,
}

struct File {
    columns: Vec<String>,
    records: Vec<csv::StringRecord>,
}

impl File {
    fn read(text: &str) -> Result<File, ImportError> {
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
        let columns: Vec<String> = reader.headers().map_err(|error| bad(&error))?.iter().map(str::to_owned).collect();
        for (at, column) in columns.iter().enumerate() {
            if columns[..at].contains(column) {
                return Err(ImportError::ColumnTwice(column.clone()));
            }
        }
        let records = reader.records().collect::<Result<Vec<_>, _>>().map_err(|error| bad(&error))?;
        Ok(File { columns, records })
    }

    fn column(&self, name: &'static str) -> Result<usize, ImportError> {
        self.columns.iter().position(|column| column == name).ok_or(ImportError::NoColumn(name))
    }

    fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        self.records.iter().map(|record| Line {
            number: record.position().map_or(0, csv::Position::line),
            fields: record.iter().collect(),
        })
    }
}

fn bad(error: &csv::Error) -> ImportError {
    ImportError::Csv { line: error.position().map_or(1, csv::Position::line), reason: error.to_string() }
}

impl<'f> Line<'f> {
    fn required(&self, at: usize, column: &'static str) -> Result<&'f str, ImportError> {
        match self.fields[at] {
            "" => Err(ImportError::Empty { line: self.number, column }),
            text => Ok(text),
        }
    }
}

/// Several words in one field, divided by `|`.
fn several(field: &str) -> Vec<String> {
    field.split('|').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Reads a schema. A line describes a type, an attribute or a relation, as the column `kind` says. Columns: `kind`,
/// `name`, `of` (types that have it; of a type, the one it is within; of a relation, where it goes out from), `value`
/// (number, text, bool, date, list), `unit`, `label:LANG`, `synonyms`, `more`, `less` (adjectives), `to` (types
/// that a relation leads to), `inverse`, `inverse_label:LANG`, `inverse_synonyms`, `audience` (who may hear of it: public, when
/// empty, signed_in, agents, team:ID). Several words are divided by `|`.
///
/// # Errors
/// [`ImportError`], with the line.
pub fn read_schema(text: &str) -> Result<Schema, ImportError> {
    let file = File::read(text)?;
    let (kind_at, name_at) = (file.column("kind")?, file.column("name")?);
    let at = |name: &str| file.columns.iter().position(|column| column == name);
    let mut schema = Schema::default();
    for line in file.lines() {
        let field = |name: &str| at(name).map_or("", |at| line.fields[at]);
        let texts = |prefix: &str| -> Texts {
            let languages = file.columns.iter().zip(&line.fields).filter(|(_, text)| !text.is_empty());
            languages
                .filter_map(|(column, text)| Some((column.strip_prefix(prefix)?.to_owned(), (*text).to_owned())))
                .collect()
        };
        let name = line.required(name_at, "name")?.to_owned();
        let (labels, synonyms) = (texts("label:"), several(field("synonyms")));
        let audience = read_audience(field("audience"), line.number)?;
        match line.required(kind_at, "kind")? {
            "type" => {
                schema.types.push(TypeRow { name, within: several(field("of")).pop(), labels, synonyms, audience });
            }
            "attribute" => {
                let value = match field("value") {
                    "" => ValueKind::Text,
                    named => ValueKind::named(named).ok_or_else(|| ImportError::Value {
                        line: line.number,
                        column: "value".to_owned(),
                        expected: "number, text, bool, date or list",
                        got: named.to_owned(),
                    })?,
                };
                let unit = Some(field("unit").to_owned()).filter(|unit| !unit.is_empty());
                let (of, more, less) = (several(field("of")), several(field("more")), several(field("less")));
                schema.attributes.push(AttributeRow { name, of, value, unit, labels, synonyms, more, less, audience });
            }
            "relation" => schema.relations.push(RelationRow {
                from: several(field("of")),
                to: several(field("to")),
                labels,
                synonyms,
                inverse: field("inverse").to_owned(),
                inverse_labels: texts("inverse_label:"),
                inverse_synonyms: several(field("inverse_synonyms")),
                name,
                audience,
            }),
            other => {
                return Err(ImportError::Value {
                    line: line.number,
                    column: "kind".to_owned(),
                    expected: "type, attribute or relation",
                    got: other.to_owned(),
                });
            }
        }
    }
    Ok(schema)
}

/// The audience that a field names; everybody when it is empty.
fn read_audience(field: &str, line: u64) -> Result<Audience, ImportError> {
    let unknown = || ImportError::Value {
        line,
        column: "audience".to_owned(),
        expected: "public, signed_in, agents or team:ID",
        got: field.to_owned(),
    };
    match (field, field.strip_prefix("team:")) {
        ("" | "public", _) => Ok(Audience::Public),
        ("signed_in", _) => Ok(Audience::SignedIn),
        ("agents", _) => Ok(Audience::Agents),
        (_, Some(id)) => id.parse().map(Audience::Team).map_err(|_| unknown()),
        _ => Err(unknown()),
    }
}

/// What a column of a file of things holds.
enum Column {
    Id,
    Type,
    Name(String),
    Aliases,
    Audience,
    Attribute { name: String, lang: Option<String>, unit: Option<String> },
}

fn column(header: &str) -> Column {
    match header {
        "id" => return Column::Id,
        "type" => return Column::Type,
        "name" => return Column::Name("en".to_owned()),
        "aliases" => return Column::Aliases,
        "audience" => return Column::Audience,
        _ => {}
    }
    if let Some(lang) = header.strip_prefix("name:") {
        return Column::Name(lang.to_owned());
    }
    if let Some((name, unit)) = header.strip_suffix(']').and_then(|header| header.split_once('[')) {
        return Column::Attribute { name: name.trim().to_owned(), lang: None, unit: Some(unit.trim().to_owned()) };
    }
    match header.split_once(':') {
        Some((name, lang)) => Column::Attribute { name: name.to_owned(), lang: Some(lang.to_owned()), unit: None },
        None => Column::Attribute { name: header.to_owned(), lang: None, unit: None },
    }
}

/// Reads a file of things and adds to `things`; a thing that is there already gets the further attributes. Columns: `id`;
/// `type` (may be left out when every thing is known already); `name:LANG`, `aliases` (divided by `|`), `audience`; any other is an
/// attribute: `price[CNY]` is a number of that unit, `material:zh` a text of that language, `colours:en` of a list
/// attribute several texts divided by `|`, `fast_charge` as the schema says. An empty field is no value. What is not in
/// the schema yet is added to it, of the kind that its values show: types, and attributes of the types that have them.
///
/// # Errors
/// [`ImportError`], with line and column.
pub fn read_things(text: &str, schema: &mut Schema, things: &mut Vec<ThingRow>) -> Result<(), ImportError> {
    let file = File::read(text)?;
    let id_at = file.column("id")?;
    let columns: Vec<Column> = file.columns.iter().map(|header| column(header)).collect();
    infer(&file, &columns, schema);
    let mut by_id: HashMap<String, usize> =
        things.iter().enumerate().map(|(at, thing)| (thing.id.clone(), at)).collect();
    for line in file.lines() {
        let id = line.required(id_at, "id")?.to_owned();
        let at = *by_id.entry(id.clone()).or_insert_with(|| {
            things.push(ThingRow { id: id.clone(), ..ThingRow::default() });
            things.len() - 1
        });
        let mut texts: BTreeMap<&str, Texts> = BTreeMap::new();
        for ((column, header), &field) in columns.iter().zip(&file.columns).zip(&line.fields) {
            if field.is_empty() {
                continue;
            }
            let thing = &mut things[at];
            match column {
                Column::Id => {}
                Column::Type if thing.kind.is_empty() || thing.kind == field => {
                    thing.kind = field.to_owned();
                    if !schema.types.iter().any(|row| row.name == field) {
                        let labels = Texts::from([("en".to_owned(), field.replace('_', " "))]);
                        schema.types.push(TypeRow { name: field.to_owned(), labels, ..TypeRow::default() });
                    }
                }
                Column::Type => {
                    let (first, second) = (thing.kind.clone(), field.to_owned());
                    return Err(ImportError::TypeChanged { line: line.number, id, first, second });
                }
                Column::Name(lang) => {
                    thing.names.insert(lang.clone(), field.to_owned());
                }
                Column::Aliases => thing.aliases.extend(several(field)),
                Column::Audience => thing.audience = read_audience(field, line.number)?,
                Column::Attribute { name, lang: Some(lang), .. } => {
                    texts.entry(name).or_default().insert(lang.clone(), field.to_owned());
                }
                Column::Attribute { name, lang: None, unit } => {
                    let row = schema.attributes.iter().find(|row| row.name == *name);
                    let value = row.map_or(ValueKind::Text, |row| row.value);
                    let unit = unit.clone().or_else(|| row.and_then(|row| row.unit.clone()));
                    let value = read_value(value, unit, field).map_err(|expected| ImportError::Value {
                        line: line.number,
                        column: header.clone(),
                        expected,
                        got: field.to_owned(),
                    })?;
                    thing.attributes.insert(name.clone(), value);
                }
            }
        }
        if things[at].kind.is_empty() {
            return Err(ImportError::Empty { line: line.number, column: "type" });
        }
        for (name, texts) in texts {
            let list = schema.attributes.iter().any(|row| row.name == name && row.value == ValueKind::List);
            let value = if list { Value::List { items: items(&texts) } } else { Value::Text { texts } };
            things[at].attributes.insert(name.to_owned(), value);
        }
        for (name, _) in things[at].attributes.clone() {
            let kind = things[at].kind.clone();
            if let Some(row) = schema.attributes.iter_mut().find(|row| row.name == name && inferred(row))
                && !row.of.contains(&kind)
            {
                row.of.push(kind);
            }
        }
    }
    Ok(())
}

/// Whether the attribute was added by what a file showed: nobody has given it types yet.
fn inferred(row: &AttributeRow) -> bool {
    row.synonyms.is_empty() && row.labels.len() == 1 && row.labels.get("en") == Some(&row.name.replace('_', " "))
}

/// Adds the attributes that the schema lacks.
fn infer(file: &File, columns: &[Column], schema: &mut Schema) {
    for (at, column) in columns.iter().enumerate() {
        let Column::Attribute { name, lang, unit } = column else { continue };
        if schema.attributes.iter().any(|row| row.name == *name) {
            continue;
        }
        let fields: Vec<&str> =
            file.records.iter().filter_map(|record| record.get(at)).filter(|f| !f.is_empty()).collect();
        let all = |test: fn(&str) -> bool| !fields.is_empty() && fields.iter().all(|field| test(field));
        let value = if unit.is_some() || (lang.is_none() && all(|field| field.parse::<f64>().is_ok())) {
            ValueKind::Number
        } else if lang.is_none() && all(|field| truth(field).is_some()) {
            ValueKind::Bool
        } else if lang.is_none() && all(|field| date(field).is_some()) {
            ValueKind::Date
        } else if fields.iter().any(|field| field.contains('|')) {
            ValueKind::List
        } else {
            ValueKind::Text
        };
        let labels = Texts::from([("en".to_owned(), name.replace('_', " "))]);
        schema.attributes.push(AttributeRow {
            name: name.clone(),
            value,
            unit: unit.clone(),
            labels,
            ..AttributeRow::default()
        });
    }
}

/// The items of a list from its texts in each language, in the same order.
fn items(texts: &Texts) -> Vec<Texts> {
    let columns: Vec<(&String, Vec<String>)> = texts.iter().map(|(lang, text)| (lang, several(text))).collect();
    let most = columns.iter().map(|(_, words)| words.len()).max().unwrap_or(0);
    let item = |at: usize| -> Texts {
        columns.iter().filter_map(|(lang, words)| Some(((*lang).clone(), words.get(at)?.clone()))).collect()
    };
    (0..most).map(item).collect()
}

fn truth(field: &str) -> Option<bool> {
    match field.to_lowercase().as_str() {
        "yes" | "true" | "y" | "是" | "有" | "支持" | "✓" | "√" => Some(true),
        "no" | "false" | "n" | "否" | "无" | "不支持" | "✗" | "×" => Some(false),
        _ => None,
    }
}

/// The value that a field without a language holds; what was expected when it holds none.
fn read_value(kind: ValueKind, unit: Option<String>, field: &str) -> Result<Value, &'static str> {
    match kind {
        ValueKind::Number => {
            let amount = field.replace(',', "").parse::<f64>().map_err(|_| "a number such as 1250 or 1.7")?;
            if amount.is_finite() { Ok(Value::Number { amount, unit }) } else { Err("a finite number") }
        }
        ValueKind::Bool => truth(field).map(|value| Value::Bool { value }).ok_or("yes or no"),
        ValueKind::Date => date(field).map(|date| Value::Date { date }).ok_or("a date such as 2026-11-22"),
        ValueKind::Text => Ok(Value::Text { texts: Texts::from([("en".to_owned(), field.to_owned())]) }),
        ValueKind::List => Ok(Value::List { items: items(&Texts::from([("en".to_owned(), field.to_owned())])) }),
    }
}

/// Reads a file of links: the columns `from`, `relation` and `to`. A relation that the schema lacks is added to it.
///
/// # Errors
/// [`ImportError`], with the line.
pub fn read_links(text: &str, schema: &mut Schema, links: &mut Vec<LinkRow>) -> Result<(), ImportError> {
    let file = File::read(text)?;
    let (from, name, to) = (file.column("from")?, file.column("relation")?, file.column("to")?);
    for line in file.lines() {
        let row = LinkRow {
            from: line.required(from, "from")?.to_owned(),
            name: line.required(name, "relation")?.to_owned(),
            to: line.required(to, "to")?.to_owned(),
        };
        if !schema.relations.iter().any(|relation| relation.name == row.name) {
            let labels = Texts::from([("en".to_owned(), row.name.replace('_', " "))]);
            let inverse = format!("{} of", row.name);
            schema.relations.push(RelationRow { name: row.name.clone(), labels, inverse, ..RelationRow::default() });
        }
        links.push(row);
    }
    Ok(())
}

/// Reads a graph from the text of CSV files: a schema (empty: all of it is inferred), files of things, files of links.
///
/// # Errors
/// Everything that is wrong in the first file that cannot be read, or with the graph.
pub fn read_graph(schema: &str, things: &[&str], links: &[&str]) -> Result<Graph, Vec<ImportError>> {
    let mut schema =
        if schema.trim().is_empty() { Schema::default() } else { read_schema(schema).map_err(|error| vec![error])? };
    let (mut thing_rows, mut link_rows) = (Vec::new(), Vec::new());
    for text in things {
        read_things(text, &mut schema, &mut thing_rows).map_err(|error| vec![error])?;
    }
    for text in links {
        read_links(text, &mut schema, &mut link_rows).map_err(|error| vec![error])?;
    }
    Graph::new(schema, thing_rows, link_rows).map_err(|problems| problems.into_iter().map(ImportError::Graph).collect())
}
