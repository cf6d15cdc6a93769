//! Trying the files out: test conversations, simulated customers, random walks, replays. Each is a run in the background.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yingda_desk::RunInfo;
use yingda_rehearsal::Plan;
use yingda_store::RunKind;

use super::{Which, fit, may_read};
use crate::app::Staff;
use crate::extract::Json;
use crate::{App, Problem};

const MOST_RUNS: u32 = 8;
const MOST_NOISE: f32 = 0.3;
const MOST_CONVERSATIONS: usize = 500;
const MOST_WALKS: u64 = 10_000;

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(test))
        .routes(routes!(simulated))
        .routes(routes!(walked))
        .routes(routes!(replayed))
}

/// How conversations are run.
#[derive(Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Trial {
    /// How often each is run, with other wordings each time: 1 to 8; 4 when absent.
    #[schema(minimum = 1, maximum = 8)]
    runs: Option<u32>,
    /// Share of the customer's characters with typing errors: 0 to 0.3; 0 when absent.
    #[schema(minimum = 0, maximum = 0.3)]
    noise: Option<f32>,
    /// Only those with this in their name or in the name of their file.
    only: Option<String>,
}

impl Trial {
    pub fn plan(self) -> Result<Plan, Problem> {
        let usual = Plan::default();
        let plan = Plan {
            runs: self.runs.unwrap_or(usual.runs),
            noise: self.noise.unwrap_or(usual.noise),
            only: self.only.filter(|only| !only.is_empty()),
            ..usual
        };
        if !(1..=MOST_RUNS).contains(&plan.runs) {
            return Err(Problem::invalid("runs", format!("expected 1 to {MOST_RUNS}, got {}", plan.runs)));
        }
        if !(0.0..=MOST_NOISE).contains(&plan.noise) {
            return Err(Problem::invalid("noise", format!("expected 0 to {MOST_NOISE}, got {}", plan.noise)));
        }
        if plan.only.as_ref().is_some_and(|only| only.chars().count() > 200) {
            return Err(Problem::invalid("only", "expected at most 200 characters"));
        }
        Ok(plan)
    }
}

/// What every way to begin a run answers with.
pub(super) type Begun = (StatusCode, axum::Json<RunInfo>);

/// Begins a run, which is asked for as it came.
pub(super) async fn begun<T: Serialize>(app: &App, staff: &Staff, kind: RunKind, asked: &T) -> Result<Begun, Problem> {
    let asked = serde_json::to_value(asked).map_err(|_| Problem::internal())?;
    let Value::Object(mut asked) = asked else { return Err(Problem::internal()) };
    asked.retain(|_, value| !value.is_null());
    let run = app.desk().begin_run(&staff.scope, kind, asked.into()).await?;
    Ok((StatusCode::ACCEPTED, axum::Json(run)))
}

/// Run the test conversations of the files that are being worked on, in the background. One run of a workspace at a time (409
/// `conflict`); `GET /assistant/runs/{id}` shows how far it is and its report.
///
/// Without a setting `test_…` nothing is changed outside, and conversations that need a back end for tests are skipped.
#[utoipa::path(post, path = "/assistant/test", tag = "Assistant", request_body = Trial,
    responses((status = 202, body = RunInfo), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn test(State(app): State<App>, staff: Staff, Json(trial): Json<Trial>) -> Result<Begun, Problem> {
    tried(&app, &staff, RunKind::Test, trial).await
}

/// Let the simulated customers of the files that are being worked on talk to the assistant, in the background as test conversations.
#[utoipa::path(post, path = "/assistant/simulate", tag = "Assistant", request_body = Trial,
    responses((status = 202, body = RunInfo), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn simulated(State(app): State<App>, staff: Staff, Json(trial): Json<Trial>) -> Result<Begun, Problem> {
    tried(&app, &staff, RunKind::Simulate, trial).await
}

async fn tried(app: &App, staff: &Staff, kind: RunKind, trial: Trial) -> Result<Begun, Problem> {
    may_read(staff)?;
    let asked = Trial { runs: trial.runs, noise: trial.noise, only: trial.only.clone() };
    trial.plan()?;
    fit(app, &staff.scope, "files", Which::Draft).await?;
    begun(app, staff, kind, &asked).await
}

/// Random conversations.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Walking {
    /// How many: 1 to 10,000; 200 when absent.
    #[schema(minimum = 1, maximum = 10_000)]
    count: Option<u64>,
    /// Of the first one; the same seed, the same conversations. 1 when absent.
    seed: Option<u64>,
}

impl Walking {
    /// The first seed, and how many.
    pub fn seeds(&self) -> Result<(u64, usize), Problem> {
        let count = self.count.unwrap_or(200);
        if !(1..=MOST_WALKS).contains(&count) {
            return Err(Problem::invalid("count", format!("expected 1 to {MOST_WALKS}, got {count}")));
        }
        Ok((self.seed.unwrap_or(1), usize::try_from(count).unwrap_or(1)))
    }
}

/// Have random conversations with the files that are being worked on, in each of which a person is asked for: everybody must get
/// one. In the background as test conversations.
#[utoipa::path(post, path = "/assistant/walk", tag = "Assistant", request_body = Walking,
    responses((status = 202, body = RunInfo), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn walked(State(app): State<App>, staff: Staff, Json(walking): Json<Walking>) -> Result<Begun, Problem> {
    may_read(&staff)?;
    walking.seeds()?;
    fit(&app, &staff.scope, "files", Which::Draft).await?;
    begun(&app, &staff, RunKind::Walk, &walking).await
}

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Compare {
    /// `draft`, `live` or the number of a release.
    from: String,
    to: String,
    /// Conversations, the newest: 1 to 500; 100 when absent.
    #[schema(minimum = 1, maximum = 500)]
    limit: Option<usize>,
}

impl Compare {
    /// Which files are compared, and on how many conversations.
    pub fn read(&self) -> Result<(Which, Which, usize), Problem> {
        let limit = self.limit.unwrap_or(100);
        if !(1..=MOST_CONVERSATIONS).contains(&limit) {
            return Err(Problem::invalid("limit", format!("expected 1 to {MOST_CONVERSATIONS}, got {limit}")));
        }
        Ok((Which::parse("from", &self.from)?, Which::parse("to", &self.to)?, limit))
    }
}

/// Have past conversations again with two releases: what would be different? Nothing is changed outside, nobody is written to. In
/// the background as test conversations; what it came to is forgotten when one of the workspace's customers is erased.
#[utoipa::path(post, path = "/assistant/replay", tag = "Assistant", request_body = Compare,
    responses((status = 202, body = RunInfo), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn replayed(State(app): State<App>, staff: Staff, Json(compare): Json<Compare>) -> Result<Begun, Problem> {
    may_read(&staff)?;
    let (from, to, _) = compare.read()?;
    fit(&app, &staff.scope, "from", from).await?;
    fit(&app, &staff.scope, "to", to).await?;
    begun(&app, &staff, RunKind::Replay, &compare).await
}
