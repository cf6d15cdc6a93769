//! Things and attributes made from the tables of a document: the parameters of one product, or several products side by
//! side. They are proposals, for a person to accept.

use yingda_language::{is_han, normalise};

use crate::rows::{AttributeRow, Schema, Texts, ThingRow, Value, ValueKind, text_in};
use crate::token::{Kind, tokens};
use crate::unit;

/// What a table says, for a person to accept.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Proposal {
    /// Things with attributes; those of an id that the graph has get the further attributes.
    pub things: Vec<ThingRow>,
    /// Attributes that the schema lacks.
    pub attributes: Vec<AttributeRow>,
    /// Line of the text where the table begins, from 1.
    pub line: usize,
}

/// The pipe tables of a Markdown text as things of type `kind`. A table of two columns holds the parameters of one thing,
/// which is called `title`; a wider one has a column or a row for each thing, whichever fits the known attributes and the
/// units better. Attributes are recognised by the labels and synonyms of the schema.
pub fn propose(markdown: &str, title: &str, kind: &str, schema: &Schema) -> Vec<Proposal> {
    tables(markdown)
        .into_iter()
        .filter_map(|(line, table)| {
            let (things, attributes) = read(&table, title, kind, schema)?;
            Some(Proposal { things, attributes, line })
        })
        .collect()
}

type Table = Vec<Vec<String>>;

/// The pipe tables of a text, each with the number of its first line.
fn tables(markdown: &str) -> Vec<(usize, Table)> {
    let mut found: Vec<(usize, Table)> = Vec::new();
    let mut open = false;
    for (number, line) in markdown.lines().enumerate() {
        let line = line.trim();
        if !line.starts_with('|') {
            open = false;
            continue;
        }
        let cells: Vec<String> = cells(line);
        let rule = cells.iter().all(|cell| !cell.is_empty() && cell.chars().all(|c| matches!(c, '-' | ':')));
        if !open {
            found.push((number + 1, Vec::new()));
            open = true;
        }
        if let Some((_, table)) = found.last_mut()
            && !rule
        {
            table.push(cells);
        }
    }
    found.retain(|(_, table)| table.len() >= 2 && table[0].len() >= 2);
    found
}

/// The cells of a line; `\|` is a bar inside one.
fn cells(line: &str) -> Vec<String> {
    let line = line.strip_prefix('|').unwrap_or(line);
    let line = line.strip_suffix('|').filter(|rest| !rest.ends_with('\\')).unwrap_or(line);
    let mut cells = vec![String::new()];
    let mut escaped = false;
    for c in line.chars() {
        match c {
            '\\' if !escaped => escaped = true,
            '|' if !escaped => cells.push(String::new()),
            _ => {
                if let Some(cell) = cells.last_mut() {
                    cell.push(c);
                }
                escaped = false;
            }
        }
    }
    cells.into_iter().map(|cell| cell.replace("**", "").trim().to_owned()).collect()
}

fn read(table: &Table, title: &str, kind: &str, schema: &Schema) -> Option<(Vec<ThingRow>, Vec<AttributeRow>)> {
    let width = table.iter().map(Vec::len).max()?;
    let cell = |row: usize, column: usize| table[row].get(column).map_or("", String::as_str);
    let known = |label: &str| named(label, schema).is_some();
    let down = (1..table.len()).filter(|&row| known(cell(row, 0))).count();
    let across = (1..width).filter(|&column| known(cell(0, column))).count();
    // Label → values, one for each thing.
    let mut lines: Vec<(&str, Vec<&str>)> = Vec::new();
    let names: Vec<String>;
    if width == 2 && across == 0 {
        names = vec![title.to_owned()];
        let from = usize::from(!known(cell(0, 0)) && is_heading(cell(0, 0), cell(0, 1)));
        lines.extend((from..table.len()).map(|row| (cell(row, 0), vec![cell(row, 1)])));
    } else if down * (width - 1) >= across * (table.len() - 1) && (down > 0 || across == 0) {
        names = (1..width).map(|column| cell(0, column).to_owned()).collect();
        lines.extend((1..table.len()).map(|row| (cell(row, 0), (1..width).map(|column| cell(row, column)).collect())));
    } else {
        names = (1..table.len()).map(|row| cell(row, 0).to_owned()).collect();
        lines.extend(
            (1..width).map(|column| (cell(0, column), (1..table.len()).map(|row| cell(row, column)).collect())),
        );
    }
    let mut things: Vec<ThingRow> =
        names.iter().filter(|name| !name.is_empty()).map(|name| thing(name, kind)).collect();
    if things.len() != names.len() || things.is_empty() {
        return None;
    }
    let mut attributes = Vec::new();
    for (label, values) in lines {
        let (label, header_unit) = split_unit(label);
        if label.is_empty() || values.iter().all(|value| is_nothing(value)) {
            continue;
        }
        let row = named(label, schema).cloned().unwrap_or_else(|| {
            let row = new_attribute(label, &values, header_unit, kind);
            attributes.push(row.clone());
            row
        });
        for (thing, value) in things.iter_mut().zip(&values).filter(|(_, value)| !is_nothing(value)) {
            if let Some(value) = read_value(&row, value, header_unit) {
                thing.attributes.insert(row.name.clone(), value);
            }
        }
    }
    things.retain(|thing| !thing.attributes.is_empty());
    (!things.is_empty()).then_some((things, attributes))
}

/// "参数 | 数值" above the parameters.
fn is_heading(label: &str, value: &str) -> bool {
    const HEADINGS: &str = "参数|项目|规格|属性|名称|parameter|item|specification|spec|attribute|property|feature|数值|内容|说明|值|value|details|description";
    let heading = |text: &str| HEADINGS.split('|').any(|heading| normalise(text) == heading);
    heading(label) || heading(value) || (label.is_empty() && !value.is_empty())
}

fn thing(name: &str, kind: &str) -> ThingRow {
    let id: String = normalise(name).chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    ThingRow {
        id: id.trim_matches('-').to_owned(),
        kind: kind.to_owned(),
        names: Texts::from([(lang(name).to_owned(), name.to_owned())]),
        ..ThingRow::default()
    }
}

fn lang(text: &str) -> &'static str {
    if text.contains(is_han) { "zh" } else { "en" }
}

/// The attribute that a label names.
fn named<'s>(label: &str, schema: &'s Schema) -> Option<&'s AttributeRow> {
    let label = normalise(split_unit(label).0);
    schema.attributes.iter().find(|row| {
        let names = row.labels.values().chain(&row.synonyms).chain([&row.name]);
        !label.is_empty() && names.map(|name| normalise(name)).any(|name| name == label)
    })
}

/// The unit in a label: 重量（克）, Weight (g), power [W].
fn split_unit(label: &str) -> (&str, Option<&'static unit::Unit>) {
    let label = label.trim().trim_end_matches([':', '：']);
    let Some(open) = label.rfind(['(', '（', '[', '/']) else { return (label, None) };
    let inner = label[open..].trim_start_matches(['(', '（', '[', '/']).trim_end_matches([')', '）', ']']);
    match unit::find(inner.trim()) {
        Some(unit) => (label[..open].trim(), Some(unit)),
        None => (label, None),
    }
}

fn is_nothing(value: &str) -> bool {
    matches!(normalise(value).as_str(), "" | "-" | "--" | "/" | "n/a" | "na" | "暂无" | "未知" | "unknown" | "—")
}

fn truth(value: &str) -> Option<bool> {
    match normalise(value).as_str() {
        "是" | "有" | "支持" | "yes" | "true" | "✓" | "√" | "✔" | "y" => Some(true),
        "否" | "无" | "不支持" | "no" | "false" | "✗" | "×" | "✘" | "x" | "n" | "没有" => Some(false),
        _ => None,
    }
}

/// The one number of a value with its unit: `约 1.25 kg`. A value with more than that is a text.
fn amount(value: &str, header: Option<&'static unit::Unit>) -> Option<(f64, Option<&'static unit::Unit>)> {
    let (_, tokens) = tokens(value);
    let rest: Vec<&str> = tokens
        .iter()
        .filter(|token| matches!(token.kind, Kind::Han | Kind::Word))
        .map(|token| token.raw.as_str())
        .collect();
    let about = ["约", "大约", "", "about", "ca", "approx", "approximately"].contains(&rest.concat().as_str());
    let mut numbers = tokens.iter().filter_map(|token| match token.kind {
        Kind::Amount(base, unit) => Some((base / unit.factor, Some(unit))),
        Kind::Number(number) => Some((number, header)),
        _ => None,
    });
    let first = numbers.next()?;
    (about && numbers.next().is_none()).then_some(first)
}

fn new_attribute(label: &str, values: &[&str], header: Option<&'static unit::Unit>, kind: &str) -> AttributeRow {
    let filled: Vec<&&str> = values.iter().filter(|value| !is_nothing(value)).collect();
    let amounts: Option<Vec<_>> = filled.iter().map(|value| amount(value, header)).collect();
    let unit = amounts.as_ref().and_then(|amounts| amounts.first()).and_then(|(_, unit)| *unit);
    let alike = amounts.is_some_and(|amounts| {
        amounts.iter().all(|(_, other)| other.map(|unit| unit.dimension) == unit.map(|unit| unit.dimension))
    });
    let value = if alike {
        ValueKind::Number
    } else if filled.iter().all(|value| truth(value).is_some()) {
        ValueKind::Bool
    } else {
        ValueKind::Text
    };
    AttributeRow {
        name: normalise(label).replace([' ', '-'], "_"),
        of: vec![kind.to_owned()],
        value,
        unit: unit.filter(|_| alike).map(|unit| unit.symbol.to_owned()),
        labels: Texts::from([(lang(label).to_owned(), label.to_owned())]),
        ..AttributeRow::default()
    }
}

/// The value of a cell as the attribute wants it; none when it is something else.
fn read_value(row: &AttributeRow, cell: &str, header: Option<&'static unit::Unit>) -> Option<Value> {
    let texts = |text: &str| Texts::from([(lang(text).to_owned(), text.to_owned())]);
    match row.value {
        ValueKind::Number => {
            let own = row.unit.as_deref().unwrap_or("");
            let (number, unit) = amount(cell, header.or_else(|| unit::find(own)))?;
            let symbol = unit.map_or("", |unit| unit.symbol);
            if unit::dimension(symbol) != unit::dimension(own) {
                return None;
            }
            let converted = unit::from_base(unit::in_base(number, symbol), own);
            Some(Value::Number { amount: (converted * 1e6).round() / 1e6, unit: row.unit.clone() })
        }
        ValueKind::Bool => truth(cell).map(|value| Value::Bool { value }),
        ValueKind::Date => crate::rows::date(cell).map(|date| Value::Date { date }),
        ValueKind::Text => Some(Value::Text { texts: texts(cell) }),
        ValueKind::List => {
            let items = cell.split(['、', ',', '，', '/', ';', '；']).map(str::trim).filter(|item| !item.is_empty());
            Some(Value::List { items: items.map(texts).collect() })
        }
    }
}

impl Proposal {
    /// What it says in words, a line for each value: for the person who accepts it.
    pub fn written(&self, schema: &Schema, lang: &str) -> String {
        let mut out = String::new();
        for thing in &self.things {
            for (name, value) in &thing.attributes {
                let row = self.attributes.iter().chain(&schema.attributes).find(|row| row.name == *name);
                let Some(row) = row else { continue };
                let label = text_in(&row.labels, lang);
                let value = crate::question::value_text(value, row, lang);
                out.push_str(&format!("{} · {label}: {value}\n", text_in(&thing.names, lang)));
            }
        }
        out
    }
}
