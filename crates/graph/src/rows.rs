//! What a graph is made of, as it is stored: flat rows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::Date;
use yingda_model::Audience;

/// A text in several languages: language tag (`zh`, `en`) → text.
pub type Texts = BTreeMap<String, String>;

/// The text in a language; else in English, else in any.
pub fn text_in<'t>(texts: &'t Texts, lang: &str) -> &'t str {
    texts.get(lang).or_else(|| texts.get("en")).or_else(|| texts.values().next()).map_or("", String::as_str)
}

/// What an attribute of a thing is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Value {
    /// A number of a unit: `1.7 L`. Money is a number whose unit is the currency (ISO 4217: `CNY`); without a unit
    /// it is a count.
    Number {
        amount: f64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<String>,
    },
    Text {
        texts: Texts,
    },
    Bool {
        value: bool,
    },
    Date {
        #[serde(with = "iso_date")]
        date: Date,
    },
    /// Several texts: colours, the days a shop is open.
    List {
        items: Vec<Texts>,
    },
}

impl Value {
    /// Its kind.
    pub fn kind(&self) -> ValueKind {
        match self {
            Value::Number { .. } => ValueKind::Number,
            Value::Text { .. } => ValueKind::Text,
            Value::Bool { .. } => ValueKind::Bool,
            Value::Date { .. } => ValueKind::Date,
            Value::List { .. } => ValueKind::List,
        }
    }
}

/// The kind of value that an attribute has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueKind {
    Number,
    #[default]
    Text,
    Bool,
    Date,
    List,
}

impl ValueKind {
    /// The kind of this name: `number`, `text`, `bool`, `date`, `list`.
    pub fn named(name: &str) -> Option<ValueKind> {
        Some(match name {
            "number" | "money" => ValueKind::Number,
            "text" => ValueKind::Text,
            "bool" => ValueKind::Bool,
            "date" => ValueKind::Date,
            "list" => ValueKind::List,
            _ => return None,
        })
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            ValueKind::Number => "number",
            ValueKind::Text => "text",
            ValueKind::Bool => "bool",
            ValueKind::Date => "date",
            ValueKind::List => "list",
        }
    }
}

/// A product, a shop, a brand, a city: whatever is known about.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ThingRow {
    /// Unique in the graph, such as the article number.
    pub id: String,
    /// Name of its [`TypeRow`].
    #[serde(rename = "type")]
    pub kind: String,
    pub names: Texts,
    /// What else it is called, in any language.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Name of the [`AttributeRow`] → value.
    #[serde(default)]
    pub attributes: BTreeMap<String, Value>,
    /// Who may hear of it.
    #[serde(default, skip_serializing_if = "Audience::is_public")]
    pub audience: Audience,
}

/// A relation between two things.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkRow {
    /// Id of a thing.
    pub from: String,
    /// Name of the [`RelationRow`].
    pub name: String,
    /// Id of a thing.
    pub to: String,
}

/// A kind of thing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeRow {
    pub name: String,
    /// The more general type: a kettle is an appliance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<String>,
    pub labels: Texts,
    /// Other words for it, in any language.
    #[serde(default)]
    pub synonyms: Vec<String>,
    /// Who may hear of its things.
    #[serde(default, skip_serializing_if = "Audience::is_public")]
    pub audience: Audience,
}

/// An attribute that things may have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttributeRow {
    pub name: String,
    /// Types whose things (and those of types within) may have it; none: all.
    #[serde(default)]
    pub of: Vec<String>,
    pub value: ValueKind,
    /// Unit of the values; those of other units of its dimension are allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    pub labels: Texts,
    /// Other words for it, in any language.
    #[serde(default)]
    pub synonyms: Vec<String>,
    /// Adjectives for much of it: 贵, expensive. English comparatives are made from them.
    #[serde(default)]
    pub more: Vec<String>,
    /// Adjectives for little of it: 便宜, cheap.
    #[serde(default)]
    pub less: Vec<String>,
    /// Who may hear of it.
    #[serde(default, skip_serializing_if = "Audience::is_public")]
    pub audience: Audience,
}

/// A relation that things may have, read in both directions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelationRow {
    pub name: String,
    /// Types on the side that it goes out from; none: all.
    #[serde(default)]
    pub from: Vec<String>,
    /// Types on the side that it leads to; none: all.
    #[serde(default)]
    pub to: Vec<String>,
    pub labels: Texts,
    #[serde(default)]
    pub synonyms: Vec<String>,
    /// Its name when it is read backwards: `made_by` is `makes`.
    pub inverse: String,
    #[serde(default)]
    pub inverse_labels: Texts,
    #[serde(default)]
    pub inverse_synonyms: Vec<String>,
    /// Who may hear of it.
    #[serde(default, skip_serializing_if = "Audience::is_public")]
    pub audience: Audience,
}

/// What things, attributes and relations there may be, and what people call them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Schema {
    pub types: Vec<TypeRow>,
    pub attributes: Vec<AttributeRow>,
    pub relations: Vec<RelationRow>,
}

/// Dates as `2026-11-22`.
mod iso_date {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    use time::Date;

    pub fn serialize<S: Serializer>(date: &Date, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&super::date_text(*date))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
        let text = String::deserialize(deserializer)?;
        super::date(&text).ok_or_else(|| D::Error::custom(format!("expected a date such as 2026-11-22, got {text}")))
    }
}

/// A date as `2026-11-22`.
pub(crate) fn date_text(date: Date) -> String {
    format!("{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day())
}

/// The date that is written as `2026-11-22` or `2026/11/22`.
pub(crate) fn date(text: &str) -> Option<Date> {
    let mut parts = text.trim().split(['-', '/']);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    let month = time::Month::try_from(month.parse::<u8>().ok()?).ok()?;
    Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()
}
