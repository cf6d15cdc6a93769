//! How domain values look in columns.

use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;
use yingda_model::{Actor, Audience, SenderKind, Visibility};

use crate::StoreError;

pub(crate) fn actor_text(actor: Actor) -> String {
    match actor {
        Actor::Contact { id } => format!("contact:{id}"),
        Actor::User { id } => format!("user:{id}"),
        Actor::Bot => "bot".into(),
        Actor::System => "system".into(),
    }
}

pub(crate) fn parse_actor(text: &str) -> Result<Actor, StoreError> {
    let unreadable = || StoreError::corrupt("actor", format!("{text:?}"));
    match text.split_once(':') {
        None if text == "bot" => Ok(Actor::Bot),
        None if text == "system" => Ok(Actor::System),
        Some(("contact", id)) => Ok(Actor::Contact { id: id.parse().map_err(|_| unreadable())? }),
        Some(("user", id)) => Ok(Actor::User { id: id.parse().map_err(|_| unreadable())? }),
        _ => Err(unreadable()),
    }
}

pub(crate) fn sender_text(sender: SenderKind) -> &'static str {
    match sender {
        SenderKind::Customer => "customer",
        SenderKind::Agent => "agent",
        SenderKind::Bot => "bot",
        SenderKind::System => "system",
    }
}

pub(crate) fn parse_sender(text: &str) -> Result<SenderKind, StoreError> {
    [SenderKind::Customer, SenderKind::Agent, SenderKind::Bot, SenderKind::System]
        .into_iter()
        .find(|kind| sender_text(*kind) == text)
        .ok_or_else(|| StoreError::corrupt("sender", format!("{text:?}")))
}

pub(crate) fn visibility_text(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Public => "public",
        Visibility::Private => "private",
    }
}

pub(crate) fn parse_visibility(text: &str) -> Result<Visibility, StoreError> {
    match text {
        "public" => Ok(Visibility::Public),
        "private" => Ok(Visibility::Private),
        _ => Err(StoreError::corrupt("visibility", format!("{text:?}"))),
    }
}

/// The name of a variant of an enum without fields, as JSON writes it.
pub(crate) fn name_of<T: Serialize>(value: &T) -> Result<String, StoreError> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => Ok(name),
        other => Err(StoreError::corrupt("value", format!("{other:?} has no name"))),
    }
}

/// Reads what [`name_of`] wrote.
pub(crate) fn named<T: DeserializeOwned>(what: &'static str, name: &str) -> Result<T, StoreError> {
    serde_json::from_value(serde_json::Value::String(name.to_owned()))
        .map_err(|_| StoreError::corrupt(what, format!("{name:?}")))
}

pub(crate) fn audience_text(audience: Audience) -> String {
    match audience {
        Audience::Public => "public".into(),
        Audience::SignedIn => "signed_in".into(),
        Audience::Agents => "agents".into(),
        Audience::Team(id) => format!("team:{id}"),
    }
}

pub(crate) fn parse_audience(text: &str) -> Result<Audience, StoreError> {
    let unreadable = || StoreError::corrupt("audience", format!("{text:?}"));
    match (text, text.strip_prefix("team:")) {
        ("public", _) => Ok(Audience::Public),
        ("signed_in", _) => Ok(Audience::SignedIn),
        ("agents", _) => Ok(Audience::Agents),
        (_, Some(id)) => Ok(Audience::Team(id.parse().map_err(|_| unreadable())?)),
        _ => Err(unreadable()),
    }
}

/// Sequence numbers and counts are never negative; the database has signed integers only.
pub(crate) fn count<T: TryFrom<i64>>(value: i64) -> Result<T, StoreError> {
    T::try_from(value).map_err(|_| StoreError::corrupt("number", value))
}

/// [`StoreError::NotFound`] when a change met no row.
pub(crate) fn found(rows: u64, what: &'static str) -> Result<(), StoreError> {
    if rows == 0 { Err(StoreError::NotFound { what }) } else { Ok(()) }
}

pub(crate) fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

pub(crate) fn to_json<T: Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::corrupt("value", error))
}

pub(crate) fn from_json<T: DeserializeOwned>(what: &'static str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::corrupt(what, error))
}

/// Where a page of a list that is ordered by a moment and an id ended. Opaque to clients.
pub(crate) fn page_cursor(moment: i64, id: Uuid) -> String {
    format!("{moment}.{}", id.simple())
}

/// Reads what [`page_cursor`] wrote.
pub(crate) fn parse_page_cursor(text: &str) -> Option<(i64, Uuid)> {
    let (moment, id) = text.split_once('.')?;
    Some((moment.parse().ok()?, Uuid::parse_str(id).ok()?))
}
