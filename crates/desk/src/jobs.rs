//! Doing jobs: at least once, one of a key at a time, with back-off.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use yingda_model::Scope;
use yingda_store::{Job, MAX_ATTEMPTS, StoreError};

use crate::{Desk, DeskError, job_kind};

/// Why a job failed; it will be tried again.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    #[error(transparent)]
    Desk(#[from] DeskError),
    #[error("{0}")]
    Other(String),
}

impl From<StoreError> for JobError {
    fn from(error: StoreError) -> Self {
        Self::Desk(error.into())
    }
}

/// Does jobs of one kind. The handler finishes the job itself, in the transaction of its effect
/// ([`yingda_store::Access::complete_job`]): so the effect happens once, however often the job runs.
#[async_trait]
pub trait Handler: Send + Sync {
    async fn run(&self, job: &Job) -> Result<(), JobError>;

    /// The longest that a job of this kind may take. While it runs, its lease is renewed.
    fn longest(&self) -> Duration {
        LEASE
    }
}

/// Jobs of one node that run at the same time.
const PARALLEL: usize = 16;
/// A worker that does not finish within this is taken for dead.
const LEASE: Duration = Duration::from_secs(60);
/// A lost hint delays a job by at most this.
const SAFETY: Duration = Duration::from_secs(1);
/// Pause before the second attempt; doubles each time.
const BACK_OFF: Duration = Duration::from_secs(2);

/// Runs jobs as they become due.
pub struct Workers {
    desk: Desk,
    handlers: HashMap<&'static str, Arc<dyn Handler>>,
}

impl Workers {
    /// Workers that know the desk's own kinds of jobs.
    pub fn new(desk: Desk) -> Self {
        let mut workers = Self { desk: desk.clone(), handlers: HashMap::new() };
        workers.register(job_kind::WAKE, Arc::new(Wake { desk: desk.clone() }));
        workers.register(job_kind::SETTLE_OUTCOMES, Arc::new(SettleOutcomes { desk }));
        workers
    }

    /// Adds a handler for a kind of job.
    pub fn register(&mut self, kind: &'static str, handler: Arc<dyn Handler>) {
        self.handlers.insert(kind, handler);
    }

    /// Runs jobs until `stop`, then waits for those under way.
    pub async fn run(self, stop: CancellationToken) {
        let workers = Arc::new(self);
        let slots = Arc::new(Semaphore::new(PARALLEL));
        let tasks = TaskTracker::new();
        loop {
            let found = workers.claim(&slots, &tasks).await;
            if !found {
                let pause = workers.pause().await;
                tokio::select! {
                    () = stop.cancelled() => break,
                    () = workers.desk.inner.jobs_ready.notified() => {}
                    () = tokio::time::sleep(pause) => {}
                }
            } else if stop.is_cancelled() {
                break;
            }
        }
        tasks.close();
        tasks.wait().await;
    }

    /// How long to sleep when nobody wakes us.
    async fn pause(&self) -> Duration {
        match self.desk.store().next_job_at().await {
            Ok(Some(at)) => {
                let ms = u64::try_from(at.since_ms(self.desk.now())).unwrap_or(0);
                // A job that is due but could not be claimed waits for another of its key, whose end wakes us.
                Duration::from_millis(ms.max(20)).min(SAFETY)
            }
            _ => SAFETY,
        }
    }

    async fn claim(self: &Arc<Self>, slots: &Arc<Semaphore>, tasks: &TaskTracker) -> bool {
        // Wait for one free slot before claiming: a claimed job's lease runs.
        let Ok(first) = slots.clone().acquire_owned().await else { return false };
        let free = slots.available_permits() + 1;
        let jobs = match self.desk.store().claim_jobs(self.desk.now(), LEASE, u32::try_from(free).unwrap_or(1)).await {
            Ok(jobs) => jobs,
            Err(error) => {
                tracing::error!(%error, "jobs could not be claimed; trying again");
                return false;
            }
        };
        drop(first);
        let found = !jobs.is_empty();
        for job in jobs {
            let Ok(permit) = slots.clone().acquire_owned().await else { return false };
            let workers = self.clone();
            tasks.spawn(async move {
                workers.do_one(job).await;
                drop(permit);
                // The next job of this key can run now.
                workers.desk.inner.jobs_ready.notify_one();
            });
        }
        found
    }

    async fn do_one(&self, job: Job) {
        let outcome = match self.handlers.get(job.kind.as_str()) {
            Some(handler) => {
                let longest = handler.longest();
                match tokio::time::timeout(longest, self.leased(&job, handler.run(&job))).await {
                    Ok(outcome) => outcome,
                    Err(_) => Err(JobError::Other(format!("it took longer than {} s", longest.as_secs()))),
                }
            }
            None => Err(JobError::Other(format!("this version knows no job of kind {:?}", job.kind))),
        };
        let label = if outcome.is_ok() { "done" } else { "failed" };
        metrics::counter!("yingda_jobs_total", "kind" => job.kind.clone(), "outcome" => label).increment(1);
        if let Err(error) = outcome {
            self.failed(job, &error).await;
        }
    }

    /// Does the work, and keeps others from taking the job for abandoned meanwhile.
    async fn leased(&self, job: &Job, work: impl Future<Output = Result<(), JobError>>) -> Result<(), JobError> {
        tokio::pin!(work);
        loop {
            tokio::select! {
                outcome = &mut work => return outcome,
                () = tokio::time::sleep(LEASE / 3) => {}
            }
            let until = self.desk.now().plus(LEASE);
            let scope = Scope::system(job.workspace);
            let renewed = job.clone();
            let mine = self
                .desk
                .store()
                .write(&scope, move |tx| {
                    let job = renewed.clone();
                    Box::pin(async move { tx.renew_job(&job, until).await })
                })
                .await
                .map_err(|error: StoreError| JobError::from(error))?;
            if !mine {
                return Err(JobError::Other("another worker has taken it over".into()));
            }
        }
    }

    async fn failed(&self, job: Job, error: &JobError) {
        let now = self.desk.now();
        let retry_at = (job.attempts < MAX_ATTEMPTS).then(|| now.plus(BACK_OFF * 2_u32.pow(job.attempts.min(10) - 1)));
        tracing::warn!(job = job.id, kind = job.kind, attempts = job.attempts, %error, "a job failed");
        let scope = Scope::system(job.workspace);
        let text = error.to_string();
        let noted = self
            .desk
            .store()
            .write(&scope, move |tx| {
                let (job, text) = (job.clone(), text.clone());
                Box::pin(async move { tx.fail_job(&job, &text, retry_at).await })
            })
            .await;
        if let Err(error) = noted {
            tracing::error!(%error, "a failed job could not be noted; its lease will end");
        }
    }
}

/// Ends snoozes.
struct Wake {
    desk: Desk,
}

#[async_trait]
impl Handler for Wake {
    async fn run(&self, job: &Job) -> Result<(), JobError> {
        #[derive(serde::Deserialize)]
        struct Payload {
            conversation_id: yingda_model::ConversationId,
        }
        let payload: Payload = serde_json::from_str(&job.payload)
            .map_err(|error| JobError::Other(format!("unreadable payload: {error}")))?;
        self.desk.wake(job, payload.conversation_id).await?;
        Ok(())
    }
}

/// Decides what came of conversations that have been silent.
struct SettleOutcomes {
    desk: Desk,
}

#[async_trait]
impl Handler for SettleOutcomes {
    async fn run(&self, job: &Job) -> Result<(), JobError> {
        Ok(self.desk.settle_outcomes(job).await?)
    }

    fn longest(&self) -> Duration {
        10 * LEASE
    }
}
