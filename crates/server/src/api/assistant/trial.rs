//! Test conversations, simulated customers and replays: long work with an end.

use std::future::Future;
use std::time::{Duration, Instant};

use axum::extract::State;
use serde::Deserialize;
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yingda_assistant::Brain;
use yingda_rehearsal::{Checked, Plan, Replay, Report, Simulation, Stage, Suite, past, rehearse, replay, simulate};

use super::{Which, fit, may_read, stage};
use crate::app::Staff;
use crate::extract::Json;
use crate::{App, Problem};

/// Longest time that a run takes.
const LONGEST: Duration = Duration::from_secs(120);
const MOST_RUNS: u32 = 8;
const MOST_NOISE: f32 = 0.3;
const MOST_CONVERSATIONS: usize = 500;

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(test)).routes(routes!(simulated)).routes(routes!(replayed))
}

/// How conversations are run.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Trial {
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
    fn plan(self) -> Result<Plan, Problem> {
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

/// Run the test conversations of the files that are being worked on. At most two minutes, one run of a workspace at a time.
///
/// Without a setting `test_…` nothing is changed outside, and conversations that need a back end for tests are skipped.
#[utoipa::path(post, path = "/assistant/test", tag = "Assistant", request_body = Trial,
    responses((status = 200, body = Object), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn test(State(app): State<App>, staff: Staff, Json(trial): Json<Trial>) -> Result<axum::Json<Report>, Problem> {
    may_read(&staff)?;
    let plan = trial.plan()?;
    let actors = Actors::of(&app, &staff).await?;
    let report = run(&app, &staff, move |clock| async move { actors.rehearse(&plan, &clock).await }).await?;
    Ok(axum::Json(report))
}

/// Let the simulated customers of the files that are being worked on talk to the assistant. Limits as for test conversations.
#[utoipa::path(post, path = "/assistant/simulate", tag = "Assistant", request_body = Trial,
    responses((status = 200, body = Object), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn simulated(
    State(app): State<App>,
    staff: Staff,
    Json(trial): Json<Trial>,
) -> Result<axum::Json<Simulation>, Problem> {
    may_read(&staff)?;
    let plan = trial.plan()?;
    let actors = Actors::of(&app, &staff).await?;
    let told = run(&app, &staff, move |clock| async move { actors.simulate(&plan, &clock).await }).await?;
    Ok(axum::Json(told))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Compare {
    /// `draft`, `live` or the number of a release.
    from: String,
    to: String,
    /// Conversations, the newest: 1 to 500; 100 when absent.
    #[schema(minimum = 1, maximum = 500)]
    limit: Option<usize>,
}

/// Have past conversations again with two releases: what would be different? Nothing is changed outside, nobody is written to.
#[utoipa::path(post, path = "/assistant/replay", tag = "Assistant", request_body = Compare,
    responses((status = 200, body = Object), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn replayed(
    State(app): State<App>,
    staff: Staff,
    Json(compare): Json<Compare>,
) -> Result<axum::Json<Replay>, Problem> {
    may_read(&staff)?;
    let limit = compare.limit.unwrap_or(100);
    if !(1..=MOST_CONVERSATIONS).contains(&limit) {
        return Err(Problem::invalid("limit", format!("expected 1 to {MOST_CONVERSATIONS}, got {limit}")));
    }
    let from = Which::parse("from", &compare.from)?;
    let to = Which::parse("to", &compare.to)?;
    let old = brain(fit(&app, &staff, "from", from).await?)?.0;
    let new = brain(fit(&app, &staff, "to", to).await?)?.0;
    let stage = stage(&app, &staff).await?;
    let past = past(app.desk(), &staff.scope, limit).await?;
    let told = run(&app, &staff, move |clock| async move {
        let mut all = Replay { from: old.release.number, to: new.release.number, ..Replay::default() };
        for one in &past {
            let told = clock.within(replay(&stage, &old, &new, std::slice::from_ref(one))).await?;
            all.conversations += told.conversations;
            all.turns += told.turns;
            all.changed_conversations += told.changed_conversations;
            all.changed_turns += told.changed_turns;
            for (kind, count) in told.changed {
                *all.changed.entry(kind).or_default() += count;
            }
            all.hand_overs = sum(all.hand_overs, told.hand_overs);
            all.guard_hits = sum(all.guard_hits, told.guard_hits);
            all.different.extend(told.different);
        }
        Ok(all)
    });
    Ok(axum::Json(told.await?))
}

fn sum(a: (usize, usize), b: (usize, usize)) -> (usize, usize) {
    (a.0 + b.0, a.1 + b.1)
}

fn brain(checked: Checked) -> Result<(Brain, Suite), Problem> {
    let brain = checked.brain.ok_or_else(|| Problem::files_not_fit(checked.problems))?;
    Ok((brain, checked.suite))
}

/// The assistant, its test conversations and simulated customers, and where they meet.
pub(super) struct Actors {
    stage: Stage,
    brain: Brain,
    suite: Suite,
}

impl Actors {
    /// Those of the files that are being worked on.
    async fn of(app: &App, staff: &Staff) -> Result<Self, Problem> {
        Self::of_checked(app, staff, fit(app, staff, "files", Which::Draft).await?).await
    }

    pub async fn of_checked(app: &App, staff: &Staff, checked: Checked) -> Result<Self, Problem> {
        let (brain, suite) = brain(checked)?;
        Ok(Self { stage: stage(app, staff).await?, brain, suite })
    }

    /// The test conversations, one after the other as long as there is time.
    pub async fn rehearse(&self, plan: &Plan, clock: &Clock) -> Result<Report, Problem> {
        let mut report = Report { runs: plan.runs, noise: plan.noise, ..Report::default() };
        let mut one = self.suite.clone();
        for script in &self.suite.scripts {
            one.scripts = vec![script.clone()];
            let told = clock.within(rehearse(&self.stage, &self.brain, &one, plan)).await?;
            report.passed += told.passed;
            report.failed += told.failed;
            report.took_ms += told.took_ms;
            report.skipped.extend(told.skipped);
            report.conversations.extend(told.conversations);
        }
        let shares = report.conversations.iter().map(|told| f64::from(told.passed) / f64::from(plan.runs.max(1)));
        report.pass_1 = mean(shares);
        report.pass_all = mean(report.conversations.iter().map(|told| f64::from(u8::from(told.passed == plan.runs))));
        Ok(report)
    }

    /// The simulated customers, all of them once and then again, since their figures belong together.
    pub async fn simulate(&self, plan: &Plan, clock: &Clock) -> Result<Simulation, Problem> {
        clock.within(simulate(&self.stage, &self.brain, &self.suite, plan)).await
    }
}

/// The mean; 0 of nothing.
#[allow(clippy::cast_precision_loss)]
fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len();
    if count == 0 { 0.0 } else { values.sum::<f64>() / count as f64 }
}

/// How long there is.
pub(super) struct Clock {
    until: Instant,
    /// Whoever asked does not wait any more.
    left: CancellationToken,
    /// The server shuts down.
    stop: CancellationToken,
}

impl Clock {
    /// A part of the work, if there is time left.
    pub async fn within<T>(&self, part: impl Future<Output = T>) -> Result<T, Problem> {
        if self.left.is_cancelled() || self.stop.is_cancelled() {
            return Err(Problem::unavailable("the run was broken off"));
        }
        let left = self.until.saturating_duration_since(Instant::now());
        let slow = || Problem::too_slow(format!("it took more than {} s: run fewer, with `only`", LONGEST.as_secs()));
        if left.is_zero() {
            return Err(slow());
        }
        tokio::time::timeout(left, part).await.map_err(|_| slow())
    }
}

/// Does the one long work of a workspace, on a thread of its own: much of it is computing.
pub(super) async fn run<T, W, F>(app: &App, staff: &Staff, work: W) -> Result<T, Problem>
where
    T: Send + 'static,
    W: FnOnce(Clock) -> F + Send + 'static,
    F: Future<Output = Result<T, Problem>>,
{
    let run = app.running().begin(staff.scope.workspace())?;
    let left = CancellationToken::new();
    let _left = left.clone().drop_guard();
    let clock = Clock { until: Instant::now() + LONGEST, left, stop: app.stop().clone() };
    let here = tokio::runtime::Handle::current();
    tokio::task::spawn_blocking(move || {
        let _run = run;
        here.block_on(work(clock))
    })
    .await
    .map_err(|_| Problem::internal())?
}
