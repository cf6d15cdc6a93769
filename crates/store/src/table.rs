//! The tables as data: what backup and restore need to know to carry rows without knowing what they mean.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sea_orm::{
    ColumnTrait, ColumnType, EntityName, EntityTrait, IdenStatic, Iterable, PrimaryKeyToColumn, PrimaryKeyTrait,
    QueryResult, Value,
};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use crate::{StoreError, entity};

/// A table with its columns.
pub(crate) struct Table {
    pub name: String,
    pub columns: Vec<TableColumn>,
    /// The columns of the primary key.
    pub key: Vec<String>,
    /// Whether the database numbers the rows.
    pub serial: bool,
}

pub(crate) struct TableColumn {
    pub name: String,
    pub kind: Kind,
    pub nullable: bool,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Uuid,
    Int,
    Text,
    Bytes,
    Bool,
}

/// A row as it is carried: an object with a field for each column.
pub(crate) type Row = Map<String, Json>;

/// Every table, each after those that it refers to.
pub(crate) fn tables() -> Vec<Table> {
    vec![
        table(entity::instance::Entity),
        table(entity::workspace::Entity),
        table(entity::data_key::Entity),
        table(entity::app_user::Entity),
        table(entity::team::Entity),
        table(entity::team_member::Entity),
        table(entity::session::Entity),
        table(entity::api_token::Entity),
        table(entity::inbox::Entity),
        table(entity::contact::Entity),
        table(entity::contact_identity::Entity),
        table(entity::conversation::Entity),
        table(entity::message::Entity),
        table(entity::journal::Entity),
        table(entity::job::Entity),
        table(entity::idempotency_key::Entity),
        table(entity::file::Entity),
        table(entity::file_shown::Entity),
        table(entity::kb_entry::Entity),
        table(entity::trace::Entity),
        table(entity::intent::Entity),
        table(entity::utterance::Entity),
        table(entity::entity_type::Entity),
        table(entity::language_model::Entity),
        table(entity::kb_gone::Entity),
        table(entity::kb_version::Entity),
        table(entity::kb_change::Entity),
        table(entity::kb_use::Entity),
        table(entity::kb_comment::Entity),
        table(entity::kb_eval::Entity),
        table(entity::kb_web::Entity),
        table(entity::kb_page::Entity),
        table(entity::graph_row::Entity),
        table(entity::kb_site::Entity),
        table(entity::assistant_draft::Entity),
        table(entity::assistant_text::Entity),
        table(entity::assistant_release::Entity),
        table(entity::assistant_release_file::Entity),
        table(entity::assistant_secret::Entity),
        table(entity::assistant_setting::Entity),
        table(entity::ticket::Entity),
        table(entity::conversation_tag::Entity),
        table(entity::one_time_code::Entity),
        table(entity::flow_fired::Entity),
        table(entity::consent::Entity),
        table(entity::consent_said::Entity),
        table(entity::stretch::Entity),
        table(entity::tool_call::Entity),
        table(entity::assistant_run::Entity),
        table(entity::model_spent::Entity),
        table(entity::model_use::Entity),
    ]
}

fn table<E: EntityTrait + EntityName>(entity: E) -> Table {
    Table {
        name: entity.table_name().to_owned(),
        columns: E::Column::iter()
            .map(|column| {
                let definition = column.def();
                TableColumn {
                    name: column.as_str().to_owned(),
                    kind: Kind::of(definition.get_column_type()),
                    nullable: definition.is_null(),
                }
            })
            .collect(),
        key: E::PrimaryKey::iter().map(|key| key.into_column().as_str().to_owned()).collect(),
        serial: E::PrimaryKey::auto_increment(),
    }
}

impl Kind {
    fn of(column: &ColumnType) -> Self {
        match column {
            ColumnType::Uuid => Self::Uuid,
            ColumnType::BigInteger => Self::Int,
            ColumnType::Boolean => Self::Bool,
            ColumnType::VarBinary(_) | ColumnType::Binary(_) | ColumnType::Blob => Self::Bytes,
            // A test compares every column with the schema, so nothing else hides here.
            _ => Self::Text,
        }
    }

    /// Reads a column of a row; bytes become base64 (RFC 4648 §4).
    fn read(self, row: &QueryResult, name: &str) -> Result<Json, sea_orm::DbErr> {
        Ok(match self {
            Self::Uuid => row.try_get::<Option<Uuid>>("", name)?.map(|id| id.to_string()).into(),
            Self::Int => row.try_get::<Option<i64>>("", name)?.into(),
            Self::Text => row.try_get::<Option<String>>("", name)?.into(),
            Self::Bytes => row.try_get::<Option<Vec<u8>>>("", name)?.map(|bytes| STANDARD.encode(bytes)).into(),
            Self::Bool => row.try_get::<Option<bool>>("", name)?.into(),
        })
    }

    /// The value to bind for what [`Kind::read`] gave; `None` when it is of another kind.
    fn value(self, json: Json) -> Option<Value> {
        Some(match (self, json) {
            (Self::Uuid, Json::Null) => None::<Uuid>.into(),
            (Self::Int, Json::Null) => None::<i64>.into(),
            (Self::Text, Json::Null) => None::<String>.into(),
            (Self::Bytes, Json::Null) => None::<Vec<u8>>.into(),
            (Self::Bool, Json::Null) => None::<bool>.into(),
            (Self::Uuid, Json::String(text)) => Uuid::parse_str(&text).ok()?.into(),
            (Self::Int, Json::Number(number)) => number.as_i64()?.into(),
            (Self::Text, Json::String(text)) => text.into(),
            (Self::Bytes, Json::String(text)) => STANDARD.decode(text).ok()?.into(),
            (Self::Bool, Json::Bool(yes)) => yes.into(),
            _ => return None,
        })
    }
}

impl Table {
    /// `"a", "b"`
    pub(crate) fn column_list(&self) -> String {
        quoted(self.columns.iter().map(|column| &column.name))
    }

    /// `"a", "b"` of the primary key.
    pub(crate) fn key_list(&self) -> String {
        quoted(&self.key)
    }

    /// Reads a row that has all columns.
    pub(crate) fn read(&self, row: &QueryResult) -> Result<Row, StoreError> {
        let mut out = Row::new();
        for column in &self.columns {
            out.insert(column.name.clone(), column.kind.read(row, &column.name)?);
        }
        Ok(out)
    }

    /// The values of a row's primary key.
    pub(crate) fn key_of(&self, row: &Row) -> Vec<Value> {
        self.columns
            .iter()
            .filter(|column| self.key.contains(&column.name))
            .filter_map(|column| column.kind.value(row.get(&column.name)?.clone()))
            .collect()
    }

    /// The values of a row that was carried, in the order of the columns. The error says what is wrong with it.
    pub(crate) fn values(&self, mut row: Row) -> Result<Vec<Value>, String> {
        let mut values = Vec::with_capacity(self.columns.len());
        for column in &self.columns {
            let json = match row.remove(&column.name) {
                Some(json) => json,
                None if column.nullable => Json::Null,
                None => return Err(format!("the column {:?} is missing", column.name)),
            };
            if json.is_null() && !column.nullable {
                return Err(format!("the column {:?} is empty", column.name));
            }
            let kind = column.kind;
            values.push(
                kind.value(json).ok_or_else(|| format!("the column {:?} holds no {}", column.name, kind.word()))?,
            );
        }
        match row.keys().next() {
            None => Ok(values),
            Some(unknown) => Err(format!("there is no column {:?}", unknown.chars().take(60).collect::<String>())),
        }
    }
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Uuid => "UUID",
            Self::Int => "whole number",
            Self::Text => "text",
            Self::Bytes => "bytes in base64",
            Self::Bool => "true or false",
        }
    }
}

fn quoted<'a>(names: impl IntoIterator<Item = &'a String>) -> String {
    names.into_iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
}
