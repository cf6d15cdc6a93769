//! Doing runs: the worker behind test conversations, simulated customers, walks, replays and publications.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use parking_lot::Mutex;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use yingda_assistant::Brain;
use yingda_desk::{Handler, JobError, Publication, RunProgress, RunStep, StillWanted};
use yingda_model::{Actor, Scope};
use yingda_rehearsal::{
    Checked, Plan, Replay, Report, Simulation, Stage, Suite, Walks, past, rehearse, replay, simulate, walk,
};
use yingda_store::{Ended, Job, Run, RunKind};

use super::releases::{OnFailure, Publish};
use super::trial::{Compare, Trial, Walking};
use super::{Which, fit, stage};
use crate::{App, Problem};

/// Longest time that a run takes; it is told that it was too slow a little before its job would be given up and begun anew.
const LONGEST: Duration = Duration::from_secs(3_600);
const TOO_SLOW: Duration = Duration::from_secs(3_540);
/// How often progress is noted, and looked whether the run is still wanted.
const TELL_EVERY: Duration = Duration::from_millis(500);

/// Does the runs that were asked for. Register it for [`yingda_desk::job_kind::ASSISTANT_RUN`].
pub struct Rehearser {
    app: App,
}

impl Rehearser {
    pub fn new(app: App) -> Self {
        Self { app }
    }
}

#[async_trait]
impl Handler for Rehearser {
    async fn run(&self, job: &Job) -> Result<(), JobError> {
        let desk = self.app.desk();
        let Some(run) = desk.run_of_job(job).await? else { return Ok(()) };
        let watch = Watch::default();
        // Whoever waits here may be gone before the work is done: then it stops at the next step.
        let _stop = watch.stop.clone().drop_guard();
        let work = Work { app: self.app.clone(), watch: watch.clone() };
        let (here, own, of_job) = (tokio::runtime::Handle::current(), run.clone(), job.clone());
        // On a thread of its own: much of it is computing.
        let mut working = tokio::task::spawn_blocking(move || here.block_on(work.done(&of_job, &own)));
        let mut tick = tokio::time::interval(TELL_EVERY);
        let too_slow = tokio::time::sleep(TOO_SLOW);
        tokio::pin!(too_slow);
        let mut shown = None;
        let came = loop {
            tokio::select! {
                // What broke once breaks again.
                came = &mut working => break came.unwrap_or_else(|_| Err(Problem::internal())),
                () = &mut too_slow => {
                    let minutes = TOO_SLOW.as_secs() / 60;
                    break Err(Problem::too_slow(format!("it took more than {minutes} minutes: run fewer")));
                }
                () = self.app.stop().cancelled() => {
                    return Err(JobError::Other("the server stops; the run begins anew".into()));
                }
                _ = tick.tick() => {
                    if desk.run_is_wanted(job).await? == StillWanted::No {
                        return Ok(());
                    }
                    let now = watch.progress();
                    if let Some(now) = now.filter(|_| now != shown) {
                        shown = Some(now);
                        desk.tell_run(job, now).await?;
                    }
                }
            }
        };
        let (ended, told) = match came {
            Ok(Came::Published) => return Ok(()),
            Ok(Came::Told(result)) => (Ended::Done, json!({"result": result})),
            Err(problem) => (Ended::Failed, json!({"problem": problem})),
        };
        match desk.end_run(job, run.id, ended, told).await {
            Err(yingda_desk::DeskError::Invalid { detail, .. }) => {
                let problem = json!({"problem": Problem::too_slow(detail)});
                Ok(desk.end_run(job, run.id, Ended::Failed, problem).await?)
            }
            ended => Ok(ended?),
        }
    }

    fn longest(&self) -> Duration {
        LONGEST
    }
}

/// What is seen of a run while it is done. Clones are the same.
#[derive(Clone, Default)]
struct Watch {
    progress: Arc<Mutex<Option<RunProgress>>>,
    stop: CancellationToken,
}

impl Watch {
    fn progress(&self) -> Option<RunProgress> {
        *self.progress.lock()
    }

    /// Begins a step of so many conversations.
    fn begins(&self, step: RunStep, of: usize) {
        *self.progress.lock() = Some(RunProgress { step, done: 0, of, failed: 0 });
    }

    /// One more is done; `failed` of it did not go as they should.
    fn one_done(&self, failed: usize) {
        if let Some(progress) = self.progress.lock().as_mut() {
            progress.done += 1;
            progress.failed += failed;
        }
    }

    /// A part of the work, unless nobody waits for it any more.
    async fn part<T>(&self, part: impl Future<Output = T>) -> Result<T, Problem> {
        tokio::select! {
            biased;
            () = self.stop.cancelled() => Err(Problem::unavailable("the run was broken off")),
            done = part => Ok(done),
        }
    }
}

/// What a run came to.
enum Came {
    Told(Value),
    /// A release; the run has ended with it.
    Published,
}

struct Work {
    app: App,
    watch: Watch,
}

impl Work {
    async fn done(&self, job: &Job, run: &Run) -> Result<Came, Problem> {
        let scope = self.asker(job, run).await?;
        let told = match run.kind {
            RunKind::Test => {
                let plan = asked::<Trial>(run)?.plan()?;
                value(&Actors::of(&self.app, &scope).await?.rehearse(&plan, &self.watch).await?)
            }
            RunKind::Simulate => {
                let plan = asked::<Trial>(run)?.plan()?;
                value(&Actors::of(&self.app, &scope).await?.simulate(&plan, &self.watch).await?)
            }
            RunKind::Walk => {
                let (seed, count) = asked::<Walking>(run)?.seeds()?;
                value(&Actors::of(&self.app, &scope).await?.walk(seed, count, &self.watch).await?)
            }
            RunKind::Replay => value(&self.replayed(&scope, &asked::<Compare>(run)?).await?),
            RunKind::Publish => return self.published(&scope, job, run).await,
        };
        told.map(Came::Told)
    }

    /// Who asked for the run, with the rights that they have now.
    async fn asker(&self, job: &Job, run: &Run) -> Result<Scope, Problem> {
        let Actor::User { id } = run.asked_by else { return Ok(Scope::system(job.workspace)) };
        let user = self.app.desk().store().read(&Scope::system(job.workspace)).user(id).await?;
        if user.active {
            Ok(Scope::user(job.workspace, id, user.role))
        } else {
            Err(Problem::forbidden("whoever asked for this run is not active any more"))
        }
    }

    async fn replayed(&self, scope: &Scope, compare: &Compare) -> Result<Replay, Problem> {
        let (from, to, limit) = compare.read()?;
        let old = parts(fit(&self.app, scope, "from", from).await?)?.0;
        let new = parts(fit(&self.app, scope, "to", to).await?)?.0;
        let stage = stage(&self.app, scope).await?;
        let past = past(self.app.desk(), scope, limit).await?;
        self.watch.begins(RunStep::Past, past.len());
        let mut all = Replay { from: old.release.number, to: new.release.number, ..Replay::default() };
        for one in &past {
            let told = self.watch.part(replay(&stage, &old, &new, std::slice::from_ref(one))).await?;
            self.watch.one_done(told.changed_conversations);
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
    }

    async fn published(&self, scope: &Scope, job: &Job, run: &Run) -> Result<Came, Problem> {
        let publish = asked::<Publish>(run)?;
        let revision = self.app.desk().assistant_revision(scope).await?;
        publish.at(revision)?;
        let checked = fit(&self.app, scope, "files", Which::Draft).await?;
        let warnings = checked.problems.clone();
        let actors = Actors::of_checked(&self.app, scope, checked).await?;
        let plan = Plan::default();
        let tests = actors.rehearse(&plan, &self.watch).await?;
        let mut report = value(&tests)?;
        if !tests.is_passed() && publish.on_failure == OnFailure::Refuse {
            let failed = tests.failed;
            let detail =
                format!("{failed} test conversations failed: mend them, or publish with \"on_failure\": \"publish\"");
            return Err(Problem::tests_failed(detail, warnings, report));
        }
        let customers = actors.simulate(&plan, &self.watch).await?;
        if !customers.customers.is_empty() {
            report["simulation"] = value(&customers)?;
        }
        // What was tested is what is published: a change meanwhile is a conflict.
        let new = Publication { note: publish.note, report, revision };
        self.app.desk().publish_run(scope, job, run.id, new).await?;
        Ok(Came::Published)
    }
}

fn asked<T: DeserializeOwned>(run: &Run) -> Result<T, Problem> {
    serde_json::from_value(run.asked.clone()).map_err(|error| {
        tracing::error!(%error, run = %run.id, "what a run was asked for could not be read");
        Problem::internal()
    })
}

fn value<T: serde::Serialize>(told: &T) -> Result<Value, Problem> {
    serde_json::to_value(told).map_err(|error| {
        tracing::error!(%error, "a report could not be written");
        Problem::internal()
    })
}

fn sum(a: (usize, usize), b: (usize, usize)) -> (usize, usize) {
    (a.0 + b.0, a.1 + b.1)
}

fn parts(checked: Checked) -> Result<(Brain, Suite), Problem> {
    let brain = checked.brain.ok_or_else(|| Problem::files_not_fit(checked.problems))?;
    Ok((brain, checked.suite))
}

/// The assistant, its test conversations and simulated customers, and where they meet.
struct Actors {
    stage: Stage,
    brain: Brain,
    suite: Suite,
}

impl Actors {
    /// Those of the files that are being worked on.
    async fn of(app: &App, scope: &Scope) -> Result<Self, Problem> {
        Self::of_checked(app, scope, fit(app, scope, "files", Which::Draft).await?).await
    }

    async fn of_checked(app: &App, scope: &Scope, checked: Checked) -> Result<Self, Problem> {
        let (brain, suite) = parts(checked)?;
        Ok(Self { stage: stage(app, scope).await?, brain, suite })
    }

    async fn rehearse(&self, plan: &Plan, watch: &Watch) -> Result<Report, Problem> {
        let mut report = Report { runs: plan.runs, noise: plan.noise, ..Report::default() };
        let taken = self.suite.scripts.iter().filter(|script| takes(plan, &script.name, &script.file));
        let taken: Vec<_> = taken.collect();
        watch.begins(RunStep::Tests, taken.len());
        let mut one = self.suite.clone();
        for script in taken {
            one.scripts = vec![script.clone()];
            let told = watch.part(rehearse(&self.stage, &self.brain, &one, plan)).await?;
            watch.one_done(told.failed);
            report.passed += told.passed;
            report.failed += told.failed;
            report.said_again += told.said_again;
            report.took_ms += told.took_ms;
            report.skipped.extend(told.skipped);
            report.conversations.extend(told.conversations);
        }
        let shares = report.conversations.iter().map(|told| f64::from(told.passed) / f64::from(plan.runs.max(1)));
        report.pass_1 = mean(shares);
        report.pass_all = mean(report.conversations.iter().map(|told| f64::from(u8::from(told.passed == plan.runs))));
        Ok(report)
    }

    async fn simulate(&self, plan: &Plan, watch: &Watch) -> Result<Simulation, Problem> {
        let begun = Instant::now();
        let taken = self.suite.customers.iter().filter(|customer| takes(plan, &customer.name, &customer.file));
        let taken: Vec<_> = taken.collect();
        watch.begins(RunStep::Customers, taken.len());
        let (mut one, mut customers) = (self.suite.clone(), Vec::new());
        for customer in taken {
            one.customers = vec![customer.clone()];
            let told = watch.part(simulate(&self.stage, &self.brain, &one, plan)).await?;
            watch.one_done(told.customers.iter().filter(|told| told.passed < plan.runs).count());
            customers.extend(told.customers);
        }
        let took_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        Ok(Simulation::of(plan.runs, customers, took_ms))
    }

    async fn walk(&self, from: u64, count: usize, watch: &Watch) -> Result<Walks, Problem> {
        watch.begins(RunStep::Walks, count);
        let mut walks = Walks::default();
        for seed in (from..).take(count) {
            let walk = watch.part(walk(&self.stage, &self.brain, seed)).await?;
            watch.one_done(usize::from(!walk.is_right()));
            walks.add(walk);
        }
        Ok(walks)
    }
}

fn takes(plan: &Plan, name: &str, file: &str) -> bool {
    plan.only.as_ref().is_none_or(|only| name.contains(only.as_str()) || file.contains(only.as_str()))
}

/// The mean; 0 of nothing.
#[allow(clippy::cast_precision_loss)]
fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len();
    if count == 0 { 0.0 } else { values.sum::<f64>() / count as f64 }
}
