//! The schema, on both engines, against the entities.
#![allow(clippy::unwrap_used)]

use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};
use yingda_testing::Postgres;

use crate::table::{Kind, Table, tables};
use crate::{MasterKey, Store, StoreConfig};

/// A column as the database describes it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Clone)]
struct Described {
    name: String,
    kind: &'static str,
    nullable: bool,
    /// Place in the primary key, from 1; 0 outside.
    key: usize,
}

fn of_entity(table: &Table, kind: fn(Kind) -> &'static str) -> Vec<Described> {
    let mut columns: Vec<Described> = table
        .columns
        .iter()
        .map(|column| Described {
            name: column.name.clone(),
            kind: kind(column.kind),
            nullable: column.nullable,
            key: table.key.iter().position(|key| *key == column.name).map_or(0, |place| place + 1),
        })
        .collect();
    columns.sort();
    columns
}

async fn open_twice(url: &str) -> DatabaseConnection {
    let key = MasterKey::generate().unwrap();
    for _ in 0..2 {
        Store::open(StoreConfig { url: url.into(), master_key: key.clone() }).await.unwrap();
    }
    Database::connect(url.replace("sqlite:", "sqlite://")).await.unwrap()
}

async fn rows(connection: &DatabaseConnection, sql: String) -> Vec<sea_orm::QueryResult> {
    connection.query_all_raw(Statement::from_string(connection.get_database_backend(), sql)).await.unwrap()
}

fn expected_tables() -> Vec<String> {
    let mut names: Vec<String> = tables().into_iter().map(|table| table.name).collect();
    names.push("seaql_migrations".into());
    names.sort();
    names
}

#[tokio::test]
async fn the_schema_of_sqlite_is_what_the_entities_say() {
    let folder = tempfile::tempdir().unwrap();
    let connection_url = format!("sqlite:{}", folder.path().join("yingda.db").display());
    let connection = open_twice(&connection_url).await;
    let names = rows(
        &connection,
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name".into(),
    )
    .await;
    let names: Vec<String> = names.iter().map(|row| row.try_get("", "name").unwrap()).collect();
    assert_eq!(names, expected_tables());
    for table in tables() {
        let described = rows(&connection, format!("SELECT * FROM pragma_table_info('{}')", table.name)).await;
        let mut described: Vec<Described> = described
            .iter()
            .map(|row| {
                let key: i32 = row.try_get("", "pk").unwrap();
                let required: i32 = row.try_get("", "notnull").unwrap();
                let kind: String = row.try_get("", "type").unwrap();
                Described {
                    name: row.try_get("", "name").unwrap(),
                    kind: match kind.as_str() {
                        "BLOB" => "BLOB",
                        "BIGINT" | "INTEGER" => "BIGINT",
                        "TEXT" => "TEXT",
                        "BOOLEAN" => "BOOLEAN",
                        other => panic!("{}: a column of type {other}", table.name),
                    },
                    // A rowid key is never null although SQLite does not say so.
                    nullable: required == 0 && key == 0,
                    key: usize::try_from(key).unwrap(),
                }
            })
            .collect();
        described.sort();
        let kind = |kind| match kind {
            Kind::Uuid | Kind::Bytes => "BLOB",
            Kind::Int => "BIGINT",
            Kind::Text => "TEXT",
            Kind::Bool => "BOOLEAN",
        };
        assert_eq!(described, of_entity(&table, kind), "{}", table.name);
    }
}

#[tokio::test]
async fn the_schema_of_postgresql_is_what_the_entities_say() {
    let connection = open_twice(&Postgres::shared().database()).await;
    let names = rows(
        &connection,
        "SELECT table_name::text AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1"
            .into(),
    )
    .await;
    let names: Vec<String> = names.iter().map(|row| row.try_get("", "name").unwrap()).collect();
    assert_eq!(names, expected_tables());
    for table in tables() {
        let described = rows(
            &connection,
            format!(
                "SELECT c.column_name::text AS name, c.data_type::text AS kind, c.is_nullable = 'YES' AS nullable, \
                 COALESCE((SELECT k.ordinal_position::int FROM information_schema.key_column_usage k \
                     JOIN information_schema.table_constraints t USING (constraint_name, table_name) \
                     WHERE t.constraint_type = 'PRIMARY KEY' AND t.table_name = c.table_name \
                     AND k.column_name = c.column_name), 0) AS key \
                 FROM information_schema.columns c WHERE c.table_schema = 'public' AND c.table_name = '{}'",
                table.name
            ),
        )
        .await;
        let mut described: Vec<Described> = described
            .iter()
            .map(|row| {
                let kind: String = row.try_get("", "kind").unwrap();
                let key: i32 = row.try_get("", "key").unwrap();
                Described {
                    name: row.try_get("", "name").unwrap(),
                    kind: match kind.as_str() {
                        "uuid" => "uuid",
                        "bigint" => "bigint",
                        "text" => "text",
                        "bytea" => "bytea",
                        "boolean" => "boolean",
                        other => panic!("{}: a column of type {other}", table.name),
                    },
                    nullable: row.try_get("", "nullable").unwrap(),
                    key: usize::try_from(key).unwrap(),
                }
            })
            .collect();
        described.sort();
        let kind = |kind| match kind {
            Kind::Uuid => "uuid",
            Kind::Bytes => "bytea",
            Kind::Int => "bigint",
            Kind::Text => "text",
            Kind::Bool => "boolean",
        };
        assert_eq!(described, of_entity(&table, kind), "{}", table.name);
    }
}

#[tokio::test]
async fn a_database_file_may_have_any_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("客服 a?b%41#c.db");
    let key = MasterKey::generate().unwrap();
    let config = || StoreConfig { url: format!("sqlite:{}", path.display()), master_key: key.clone() };
    Store::open(config()).await.unwrap().ping().await.unwrap();
    assert!(path.is_file());
    for nothing in ["sqlite:", "sqlite::memory:", "mysql://x", "sqlite://"] {
        let config = StoreConfig { url: nothing.into(), master_key: key.clone() };
        assert!(Store::open(config).await.is_err(), "{nothing}");
    }
}
