//! What entries once said, and how they are used.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use similar::{ChangeTag, TextDiff};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yingda_model::{EntryContent, EntryId, EntryVersion, KbEntry};
use yingda_store::{Comment, DayOfUse};

use crate::api::page_size;
use crate::app::Staff;
use crate::extract::{Json, Path, Query};
use crate::{App, Problem};

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(difference))
        .routes(routes!(roll_back))
        .routes(routes!(usage))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// Only versions below this one.
    before: Option<i64>,
    /// 1 to 100; 20 when absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u64>,
}

/// An entry's history.
#[derive(Serialize, ToSchema)]
struct Versions {
    /// Newest first; the first is the entry as it is.
    items: Vec<EntryVersion>,
    /// Whether there are older ones: give the version of the last as `before`.
    more: bool,
}

/// The versions of an entry, newest first.
#[utoipa::path(get, path = "/kb/entries/{id}/versions", tag = "Knowledge",
    params(("id" = String, Path, format = Uuid), ListQuery),
    responses((status = 200, body = Versions), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn list(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<EntryId>,
    Query(query): Query<ListQuery>,
) -> Result<axum::Json<Versions>, Problem> {
    let limit = page_size(query.limit, 20, 100)?;
    let found = app.desk().kb_versions(&staff.scope, id, query.before, limit).await?;
    Ok(axum::Json(Versions { items: found.versions, more: found.more }))
}

/// One version of an entry.
#[utoipa::path(get, path = "/kb/entries/{id}/versions/{version}", tag = "Knowledge",
    params(("id" = String, Path, format = Uuid), ("version" = i64, Path)),
    responses((status = 200, body = EntryVersion), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn get(
    State(app): State<App>,
    staff: Staff,
    Path((id, version)): Path<(EntryId, i64)>,
) -> Result<axum::Json<EntryVersion>, Problem> {
    Ok(axum::Json(app.desk().kb_version(&staff.scope, id, version).await?))
}

/// What differs between two contents.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct Difference {
    /// Fields that differ, apart from the answer.
    fields: Vec<FieldDifference>,
    /// The answer, line by line; empty when it is the same.
    answer: Vec<Line>,
}

#[derive(Debug, PartialEq, Serialize, ToSchema)]
struct FieldDifference {
    field: String,
    before: serde_json::Value,
    after: serde_json::Value,
}

#[derive(Debug, PartialEq, Serialize, ToSchema)]
struct Line {
    change: LineChange,
    text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum LineChange {
    Same,
    Added,
    Removed,
}

impl Difference {
    pub fn between(before: &EntryContent, after: &EntryContent) -> Self {
        let fields = |content: &EntryContent| match serde_json::to_value(content) {
            Ok(serde_json::Value::Object(fields)) => fields,
            _ => serde_json::Map::new(),
        };
        let (old, new) = (fields(before), fields(after));
        let differing = new.into_iter().filter(|(name, value)| name != "answer" && old.get(name) != Some(value));
        let answer = if before.answer == after.answer {
            Vec::new()
        } else {
            let difference = TextDiff::from_lines(&before.answer, &after.answer);
            let lines = difference.iter_all_changes().map(|change| Line {
                change: match change.tag() {
                    ChangeTag::Equal => LineChange::Same,
                    ChangeTag::Insert => LineChange::Added,
                    ChangeTag::Delete => LineChange::Removed,
                },
                text: change.value().trim_end_matches(['\n', '\r']).to_owned(),
            });
            lines.collect()
        };
        Self {
            fields: differing
                .map(|(field, after)| FieldDifference {
                    before: old.get(&field).cloned().unwrap_or_default(),
                    field,
                    after,
                })
                .collect(),
            answer,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DifferenceQuery {
    from: i64,
    /// The entry as it is, when absent.
    to: Option<i64>,
}

/// What differs between two versions of an entry.
#[utoipa::path(get, path = "/kb/entries/{id}/difference", tag = "Knowledge",
    params(("id" = String, Path, format = Uuid), DifferenceQuery),
    responses((status = 200, body = Difference), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn difference(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<EntryId>,
    Query(query): Query<DifferenceQuery>,
) -> Result<axum::Json<Difference>, Problem> {
    let before = app.desk().kb_version(&staff.scope, id, query.from).await?.content;
    let after = match query.to {
        Some(version) => app.desk().kb_version(&staff.scope, id, version).await?.content,
        None => app.desk().kb_entry(&staff.scope, id).await?.content,
    };
    Ok(axum::Json(Difference::between(&before, &after)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RollBack {
    /// The version that the entry becomes again.
    version: i64,
}

/// Make an entry what it was in a version. That is its next version: nothing is lost.
#[utoipa::path(post, path = "/kb/entries/{id}/roll-back", tag = "Knowledge", request_body = RollBack,
    params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = KbEntry), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn roll_back(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<EntryId>,
    Json(to): Json<RollBack>,
) -> Result<axum::Json<KbEntry>, Problem> {
    Ok(axum::Json(app.desk().roll_back_kb(&staff.scope, id, to.version).await?))
}

/// How an entry is used.
#[derive(Serialize, ToSchema)]
struct Usage {
    /// Days on which it was used, oldest first.
    days: Vec<DayOfUse>,
    /// What readers of the help centre wrote, newest first, at most a hundred.
    comments: Vec<Comment>,
}

/// How often an entry answered, was offered, chosen, read and found helpful, day by day, and what readers wrote.
#[utoipa::path(get, path = "/kb/entries/{id}/usage", tag = "Knowledge", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = Usage), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn usage(State(app): State<App>, staff: Staff, Path(id): Path<EntryId>) -> Result<axum::Json<Usage>, Problem> {
    let comments = app.desk().kb_comments(&staff.scope, id).await?;
    let days = app.desk().kb_use_of(&staff.scope, id).await?;
    Ok(axum::Json(Usage { days, comments }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_names_fields_and_lines() {
        let before = EntryContent { question: "q".into(), answer: "a\nb\n".into(), ..EntryContent::default() };
        let after = EntryContent { answer: "a\nc\n".into(), lang: Some("zh".into()), ..before.clone() };
        let found = Difference::between(&before, &after);
        assert_eq!(found.fields.iter().map(|field| field.field.as_str()).collect::<Vec<_>>(), ["lang"]);
        let lines: Vec<_> = found.answer.iter().map(|line| (line.change, line.text.as_str())).collect();
        use LineChange::{Added, Removed, Same};
        assert_eq!(lines, [(Same, "a"), (Removed, "b"), (Added, "c")]);
        assert_eq!(Difference::between(&before, &before), Difference { fields: Vec::new(), answer: Vec::new() });
    }
}
