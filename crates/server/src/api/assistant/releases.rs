//! Releases: files that were published together.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yingda_desk::{DeskError, RunInfo};
use yingda_model::{AssistantFile, Release};
use yingda_store::RunKind;

use super::files::Revision;
use super::trial::{Begun, begun};
use super::{Which, fit, may_manage};
use crate::api::{Page, page_size};
use crate::app::Staff;
use crate::extract::{Json, Path, Query};
use crate::{App, Problem};

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, publish))
        .routes(routes!(get))
        .routes(routes!(files))
        .routes(routes!(live))
        .routes(routes!(take_up))
        .routes(routes!(pause))
}

/// A release without its report.
#[derive(Serialize, ToSchema)]
struct ReleaseLine {
    number: u32,
    note: String,
    /// Whether new conversations begin with it.
    live: bool,
    created_at: yingda_model::Timestamp,
    created_by: yingda_model::Actor,
    /// What its test conversations came to; `null` when there were none.
    tests: Option<TestFigures>,
}

/// What test conversations came to.
#[derive(Serialize, ToSchema)]
struct TestFigures {
    /// How often each was run.
    runs: u32,
    /// Conversations that passed every time.
    passed: usize,
    failed: usize,
    /// Conversations that need a back end for tests, where there is none.
    skipped: usize,
    /// Share of runs that passed.
    pass_1: f64,
    /// Share of conversations of which every run passed.
    pass_all: f64,
}

impl TestFigures {
    /// Reads them from a report; `None` when there were no test conversations, or none were run.
    fn of(report: &Value) -> Option<Self> {
        let count = |name: &str| report.get(name)?.as_u64().and_then(|count| usize::try_from(count).ok());
        let share = |name: &str| report.get(name)?.as_f64();
        let figures = Self {
            runs: u32::try_from(count("runs")?).ok()?,
            passed: count("passed")?,
            failed: count("failed")?,
            skipped: report.get("skipped").and_then(Value::as_array).map_or(0, Vec::len),
            pass_1: share("pass_1")?,
            pass_all: share("pass_all")?,
        };
        Some(figures).filter(|figures| figures.passed + figures.failed + figures.skipped > 0)
    }
}

impl From<Release> for ReleaseLine {
    fn from(release: Release) -> Self {
        let tests = TestFigures::of(&release.report);
        Self {
            number: release.number,
            note: release.note,
            live: release.live,
            created_at: release.created_at,
            created_by: release.created_by,
            tests,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// 1 to 50; 20 when absent.
    #[param(minimum = 1, maximum = 50)]
    limit: Option<u64>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Releases, newest first.
#[utoipa::path(get, path = "/assistant/releases", tag = "Assistant", params(ListQuery),
    responses((status = 200, body = Page<ReleaseLine>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(query): Query<ListQuery>,
) -> Result<axum::Json<Page<ReleaseLine>>, Problem> {
    let limit = page_size(query.limit, 20, 50)?;
    let before = query.cursor.map(|cursor| cursor.parse().map_err(|_| Problem::bad_cursor())).transpose()?;
    let mut found = app.desk().assistant_releases(&staff.scope, before, limit + 1).await?;
    let page = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = found.len() > page;
    found.truncate(page);
    let next_cursor = found.last().filter(|_| more).map(|last| last.number.to_string());
    Ok(axum::Json(Page { items: found.into_iter().map(ReleaseLine::from).collect(), next_cursor }))
}

/// One release, with the report of its test conversations and simulated customers.
#[utoipa::path(get, path = "/assistant/releases/{number}", tag = "Assistant", params(("number" = u32, Path)),
    responses((status = 200, body = Release), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn get(State(app): State<App>, staff: Staff, Path(number): Path<u32>) -> Result<axum::Json<Release>, Problem> {
    Ok(axum::Json(app.desk().assistant_release(&staff.scope, number).await?))
}

/// The files of a release, by path.
#[utoipa::path(get, path = "/assistant/releases/{number}/files", tag = "Assistant", params(("number" = u32, Path)),
    responses((status = 200, body = Page<AssistantFile>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn files(
    State(app): State<App>,
    staff: Staff,
    Path(number): Path<u32>,
) -> Result<axum::Json<Page<AssistantFile>>, Problem> {
    Ok(axum::Json(Page::whole(app.desk().assistant_release_files(&staff.scope, number).await?)))
}

/// What is done when test conversations fail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum OnFailure {
    #[default]
    Refuse,
    Publish,
}

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Publish {
    /// What is new.
    #[serde(default)]
    pub note: String,
    /// The revision of all files that is meant; another is there: 409.
    expected_revision: Option<i64>,
    #[serde(default)]
    pub on_failure: OnFailure,
}

impl Publish {
    /// Checks that the files are still those that are meant.
    pub fn at(&self, revision: i64) -> Result<(), Problem> {
        match self.expected_revision {
            Some(expected) if expected != revision => Err(DeskError::Outdated { expected, is: revision }.into()),
            _ => Ok(()),
        }
    }
}

/// Publish the files that are being worked on as the next release, which goes live: a run in the background, whose result is the
/// release.
///
/// They are checked at once: files that are not fit are refused (`files_not_fit`, with `problems`). Then test conversations and
/// simulated customers are run, four times each. Failing test conversations make the run fail (`tests_failed`, with `report`)
/// unless `on_failure` says otherwise; so does a change of the files meanwhile (`conflict`). Conversations in the middle of a flow
/// finish with the release they began with.
#[utoipa::path(post, path = "/assistant/releases", tag = "Assistant", request_body = Publish,
    responses((status = 202, body = RunInfo), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn publish(State(app): State<App>, staff: Staff, Json(publish): Json<Publish>) -> Result<Begun, Problem> {
    may_manage(&staff)?;
    yingda_desk::check_release_note(&publish.note)?;
    let revision = app.desk().assistant_revision(&staff.scope).await?;
    publish.at(revision)?;
    if app.desk().assistant_files(&staff.scope).await?.is_empty() {
        return Err(Problem::invalid("files", "there is no file to publish: add one first"));
    }
    fit(&app, &staff.scope, "files", Which::Draft).await?;
    // What was checked is what is tested and published.
    let publish = Publish { expected_revision: Some(revision), ..publish };
    begun(&app, &staff, RunKind::Publish, &publish).await
}

/// Make a release the one that new conversations begin with: to roll back, or after a pause.
#[utoipa::path(post, path = "/assistant/releases/{number}/live", tag = "Assistant", params(("number" = u32, Path)),
    responses((status = 200, body = ReleaseLine), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn live(
    State(app): State<App>,
    staff: Staff,
    Path(number): Path<u32>,
) -> Result<axum::Json<ReleaseLine>, Problem> {
    app.desk().make_assistant_release_live(&staff.scope, Some(number)).await?;
    Ok(axum::Json(app.desk().assistant_release(&staff.scope, number).await?.into()))
}

/// Put the files of a release in place of those that are being worked on.
#[utoipa::path(post, path = "/assistant/releases/{number}/take-up", tag = "Assistant", params(("number" = u32, Path)),
    responses((status = 200, body = Revision), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn take_up(
    State(app): State<App>,
    staff: Staff,
    Path(number): Path<u32>,
) -> Result<axum::Json<Revision>, Problem> {
    let revision = app.desk().take_up_assistant_release(&staff.scope, number).await?;
    Ok(axum::Json(Revision { revision }))
}

/// Take the live release from new conversations: the assistant answers from the knowledge base only.
#[utoipa::path(post, path = "/assistant/pause", tag = "Assistant",
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn pause(State(app): State<App>, staff: Staff) -> Result<StatusCode, Problem> {
    app.desk().make_assistant_release_live(&staff.scope, None).await?;
    Ok(StatusCode::NO_CONTENT)
}
