//! Long runs of the assistant's files, one at a time in a workspace: asked for here, done in the background, looked at and
//! cancelled at any time.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;
use yingda_model::{Actor, AssistantFile, Permission, Release, Scope, Timestamp};
use yingda_store::{Ended, Job, JobState, NewJob, NewRelease, NewRun, Run, RunKind, Writing};

use super::files::{at_revision, check_publication};
use crate::conversations::require;
use crate::{Desk, DeskError, job_kind};

/// One at a time in a workspace.
const KEY: &str = "assistant:run";
/// Runs that are kept.
const KEPT: u64 = 20;
/// Largest result of a run, as JSON.
const MAX_RESULT_BYTES: usize = 4 << 20;

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Nobody is at work on it yet.
    Waiting,
    Running,
    Done,
    Failed,
    Cancelled,
}

/// What is being done in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RunStep {
    /// Test conversations.
    Tests,
    /// Simulated customers.
    Customers,
    /// Random conversations.
    Walks,
    /// Past conversations.
    Past,
}

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RunProgress {
    pub step: RunStep,
    /// Conversations of this step that are done, of how many.
    pub done: usize,
    pub of: usize,
    /// Those that did not go as they should; of past ones, those that differ.
    pub failed: usize,
}

/// A run, as its users see it.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct RunInfo {
    pub id: Uuid,
    pub kind: RunKind,
    /// How it is run, as it was asked for.
    #[schema(value_type = Object)]
    pub asked: Json,
    pub asked_by: Actor,
    pub state: RunState,
    /// How far it is while it runs.
    pub progress: Option<RunProgress>,
    pub created_at: Timestamp,
    pub ended_at: Option<Timestamp>,
}

impl RunInfo {
    fn of(run: Run, job: Option<&Job>) -> Self {
        let state = match (run.ended, job.map(|job| job.state)) {
            (Some(Ended::Done), _) => RunState::Done,
            (Some(Ended::Failed), _) | (None, None | Some(JobState::Dead)) => RunState::Failed,
            (Some(Ended::Cancelled), _) => RunState::Cancelled,
            (None, Some(JobState::Ready)) => RunState::Waiting,
            (None, Some(JobState::Running)) => RunState::Running,
        };
        let progress = job.filter(|_| state == RunState::Running).and_then(|job| job.progress.as_deref());
        Self {
            id: run.id,
            kind: run.kind,
            asked: run.asked,
            asked_by: run.asked_by,
            state,
            progress: progress.and_then(|progress| serde_json::from_str(progress).ok()),
            created_at: run.created_at,
            ended_at: run.ended_at,
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Payload {
    run: Uuid,
}

/// Whether a run is still to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StillWanted {
    Yes,
    /// It was cancelled, or somebody else does it.
    No,
}

/// What comes of publishing at the end of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Publication {
    pub note: String,
    /// What the test conversations said.
    pub report: Json,
    /// The revision at which the files were tested.
    pub revision: i64,
}

impl Desk {
    /// Asks for a run; `asked` is what its worker reads.
    ///
    /// # Errors
    /// [`DeskError::RunUnderWay`] while another one of the workspace waits or runs.
    pub async fn begin_run(&self, scope: &Scope, kind: RunKind, asked: Json) -> Result<RunInfo, DeskError> {
        require(scope, needed(kind))?;
        let (now, new) = (self.now(), NewRun { id: self.world().uuid(), kind, asked });
        let payload = serde_json::to_string(&Payload { run: new.id })
            .map_err(|error| DeskError::invalid("run", error.to_string()))?;
        let run = self
            .store()
            .write(scope, move |tx| {
                let (new, payload) = (new.clone(), payload.clone());
                Box::pin(async move {
                    tx.lock_name("assistant", KEY).await?;
                    tx.remove_dead_jobs(KEY).await?;
                    if !tx.jobs_of_key(KEY).await?.is_empty() {
                        return Err(DeskError::RunUnderWay);
                    }
                    let run = tx.insert_assistant_run(&new, now).await?;
                    tx.remove_old_assistant_runs(KEPT).await?;
                    let kind = job_kind::ASSISTANT_RUN;
                    tx.enqueue(NewJob { kind, key: KEY.into(), payload, run_at: now }, now).await?;
                    Ok::<_, DeskError>(run)
                })
            })
            .await?;
        self.jobs_added().await;
        let mut info = RunInfo::of(run, None);
        info.state = RunState::Waiting;
        Ok(info)
    }

    /// The newest runs, newest first.
    pub async fn assistant_runs(&self, scope: &Scope) -> Result<Vec<RunInfo>, DeskError> {
        require(scope, Permission::ReadAssistant)?;
        let reader = self.store().read(scope);
        // The job first: a run that ends in between has ended when it is read.
        let job = job_of(&reader.jobs_of_key(KEY).await?);
        let runs = reader.assistant_runs().await?;
        Ok(runs.into_iter().map(|run| info(run, job.as_ref())).collect())
    }

    /// One run, and what it came to once it has ended.
    pub async fn assistant_run(&self, scope: &Scope, id: Uuid) -> Result<(RunInfo, Option<Json>), DeskError> {
        require(scope, Permission::ReadAssistant)?;
        let reader = self.store().read(scope);
        let job = job_of(&reader.jobs_of_key(KEY).await?);
        let (run, result) = reader.assistant_run(id).await?;
        Ok((info(run, job.as_ref()), result))
    }

    /// Ends a run before its time. One that has ended stays as it ended.
    pub async fn cancel_run(&self, scope: &Scope, id: Uuid) -> Result<RunInfo, DeskError> {
        let (run, _) = self.store().read(scope).assistant_run(id).await?;
        require(scope, needed(run.kind))?;
        let now = self.now();
        self.store()
            .write(scope, move |tx| {
                Box::pin(async move {
                    tx.lock_name("assistant", KEY).await?;
                    if tx.end_assistant_run(id, Ended::Cancelled, None, now).await? {
                        for job in tx.jobs_of_key(KEY).await?.iter().filter(|job| run_of(job) == Some(id)) {
                            // Whoever is at work on it finds the job gone, and stops.
                            tx.complete_job(job).await?;
                        }
                    }
                    Ok::<_, DeskError>(())
                })
            })
            .await?;
        Ok(self.assistant_run(scope, id).await?.0)
    }

    /// The run that a job is about; `None` when it has ended, as when it was cancelled.
    pub async fn run_of_job(&self, job: &Job) -> Result<Option<Run>, DeskError> {
        let Some(id) = run_of(job) else { return Ok(None) };
        let (run, _) = self.store().read(&Scope::system(job.workspace)).assistant_run(id).await?;
        Ok(Some(run).filter(|run| run.ended.is_none()))
    }

    /// Notes how far the run of a job is.
    pub async fn tell_run(&self, job: &Job, progress: RunProgress) -> Result<(), DeskError> {
        let progress =
            serde_json::to_string(&progress).map_err(|error| DeskError::invalid("progress", error.to_string()))?;
        let job = job.clone();
        let scope = Scope::system(job.workspace);
        self.store()
            .write(&scope, move |tx| {
                let (job, progress) = (job.clone(), progress.clone());
                Box::pin(async move { Ok::<_, DeskError>(tx.note_progress(&job, &progress).await?) })
            })
            .await
    }

    /// Whether the run of a job is still to be done.
    pub async fn run_is_wanted(&self, job: &Job) -> Result<StillWanted, DeskError> {
        let jobs = self.store().read(&Scope::system(job.workspace)).jobs_of_key(KEY).await?;
        let own = jobs.iter().any(|one| one.id == job.id && one.attempts == job.attempts);
        Ok(if own { StillWanted::Yes } else { StillWanted::No })
    }

    /// Ends the run of a job with what it came to. Without effect when it is not wanted any more.
    pub async fn end_run(&self, job: &Job, run: Uuid, ended: Ended, result: Json) -> Result<(), DeskError> {
        let size = result.to_string().len();
        if size > MAX_RESULT_BYTES {
            return Err(DeskError::invalid(
                "result",
                format!("expected at most {MAX_RESULT_BYTES} bytes, got {size}: run fewer"),
            ));
        }
        let (now, job) = (self.now(), job.clone());
        let scope = Scope::system(job.workspace);
        self.store()
            .write(&scope, move |tx| {
                let (job, result) = (job.clone(), result.clone());
                Box::pin(async move {
                    tx.lock_name("assistant", KEY).await?;
                    if tx.complete_job(&job).await? {
                        tx.end_assistant_run(run, ended, Some(&result), now).await?;
                    }
                    Ok::<_, DeskError>(())
                })
            })
            .await
    }

    /// Publishes at the end of a run, in one transaction with its end; `scope` is that of who asked for it. `None` when the run is
    /// not wanted any more.
    ///
    /// # Errors
    /// [`DeskError::Outdated`] when the files were changed since they were tested.
    pub async fn publish_run(
        &self,
        scope: &Scope,
        job: &Job,
        run: Uuid,
        new: Publication,
    ) -> Result<Option<Release>, DeskError> {
        require(scope, Permission::ManageAssistant)?;
        check_publication(&new.note, &new.report)?;
        let (now, job) = (self.now(), job.clone());
        self.change_assistant(scope, move |tx| {
            let (job, new) = (job.clone(), new.clone());
            Box::pin(async move {
                if !tx.complete_job(&job).await? {
                    return Ok(None);
                }
                let release = published(tx, new, now).await?;
                let result = serde_json::json!({"result": release});
                tx.end_assistant_run(run, Ended::Done, Some(&result), now).await?;
                Ok(Some(release))
            })
        })
        .await
    }
}

async fn published(tx: Writing<'_>, new: Publication, now: Timestamp) -> Result<Release, DeskError> {
    at_revision(tx, Some(new.revision)).await?;
    let drafts = tx.assistant_drafts().await?;
    let files = drafts.into_iter().map(|draft| AssistantFile { path: draft.path, text: draft.text }).collect();
    Ok(tx.insert_assistant_release(&NewRelease { note: new.note, report: new.report, files }, now).await?)
}

/// What may be asked for by whom.
fn needed(kind: RunKind) -> Permission {
    match kind {
        RunKind::Publish => Permission::ManageAssistant,
        RunKind::Test | RunKind::Simulate | RunKind::Walk | RunKind::Replay => Permission::ReadAssistant,
    }
}

fn run_of(job: &Job) -> Option<Uuid> {
    serde_json::from_str::<Payload>(&job.payload).ok().map(|payload| payload.run)
}

fn job_of(jobs: &[Job]) -> Option<Job> {
    jobs.first().cloned()
}

fn info(run: Run, job: Option<&Job>) -> RunInfo {
    let own = job.filter(|job| run_of(job) == Some(run.id));
    RunInfo::of(run, own)
}
