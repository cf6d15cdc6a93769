//! Jobs are done when they are due, and a snooze ends by itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;
use yingda_desk::{Handler, JobError, Workers, job_kind};
use yingda_model::{EventBody, Status, World};
use yingda_store::{Job, JobState};

use crate::on_both_engines;
use crate::support::{NOW, Place, company, eventually, is_not_found};

on_both_engines! {
    a_snoozed_conversation_wakes_when_its_moment_has_come
}

const HOUR: Duration = Duration::from_secs(3600);

/// Workers that run until this is dropped.
struct Running(CancellationToken);

impl Running {
    fn start(workers: Workers) -> Self {
        let stop = CancellationToken::new();
        tokio::spawn(workers.run(stop.clone()));
        Self(stop)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// Completes each job, and counts.
struct Done(AtomicU32, yingda_desk::Desk);

#[async_trait]
impl Handler for Done {
    async fn run(&self, job: &Job) -> Result<(), JobError> {
        let scope = yingda_model::Scope::system(job.workspace);
        let job = job.clone();
        let first = self
            .1
            .store()
            .write(&scope, move |tx| {
                let job = job.clone();
                Box::pin(async move { tx.complete_job(&job).await })
            })
            .await?;
        if first {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
        Ok(())
    }
}

/// Fails each job.
struct Failing;

#[async_trait]
impl Handler for Failing {
    async fn run(&self, _: &Job) -> Result<(), JobError> {
        Err(JobError::Other("it does not work".into()))
    }
}

async fn a_snoozed_conversation_wakes_when_its_moment_has_come(place: Place) {
    let company = place.company().await;
    let id = company.taken().await;
    company.desk.snooze(&company.agent, id, NOW.plus(HOUR)).await.unwrap();
    let mut workers = Workers::new(place.desk.clone());
    workers.register(job_kind::BOT_TURN, Arc::new(Done(AtomicU32::new(0), place.desk.clone())));
    let _running = Running::start(workers);
    let jobs = async |state| company.desk.jobs(&company.admin, state, None, 10).await.unwrap();
    eventually("the other job", async || jobs(JobState::Ready).await.len() == 1).await;
    place.clock.moves(HOUR / 2);
    assert_eq!(company.state(id).await.status, Status::Snoozed);
    place.clock.moves(HOUR / 2);
    eventually("the snooze to end", async || company.state(id).await.status == Status::Assigned).await;
    let events = company.desk.events_after(&company.agent, id, 0, 100).await.unwrap().events;
    assert_eq!(events.iter().filter(|event| event.body == EventBody::Woke).count(), 1);
    eventually("the job to be done", async || jobs(JobState::Ready).await.is_empty()).await;
}

#[tokio::test]
async fn a_snooze_that_was_put_off_does_not_wake_early() {
    let (place, company) = company().await;
    let id = company.taken().await;
    company.desk.snooze(&company.agent, id, NOW.plus(HOUR)).await.unwrap();
    company.desk.snooze(&company.agent, id, NOW.plus(3 * HOUR)).await.unwrap();
    let mut workers = Workers::new(place.desk.clone());
    workers.register(job_kind::BOT_TURN, Arc::new(Done(AtomicU32::new(0), place.desk.clone())));
    let _running = Running::start(workers);
    place.clock.moves(2 * HOUR);
    let ready = async || company.desk.jobs(&company.admin, JobState::Ready, None, 10).await.unwrap().len();
    let running = async || company.desk.jobs(&company.admin, JobState::Running, None, 10).await.unwrap().len();
    eventually("the first wake-up to pass", async || ready().await == 1 && running().await == 0).await;
    assert_eq!(company.state(id).await.status, Status::Snoozed);
    place.clock.moves(HOUR);
    eventually("the second wake-up", async || company.state(id).await.status == Status::Assigned).await;
}

#[tokio::test]
async fn two_workers_do_each_job_once() {
    let place = Place::postgres().await;
    let company = place.company().await;
    let done = Arc::new(Done(AtomicU32::new(0), place.desk.clone()));
    let _running = [place.desk.clone(), place.second_node().await].map(|desk| {
        let mut workers = Workers::new(desk);
        workers.register(job_kind::BOT_TURN, done.clone());
        Running::start(workers)
    });
    for _ in 0..20 {
        company.conversation().await;
    }
    // A job that is under way is not due, so none being due does not mean that all are done.
    eventually("all jobs to be done", async || {
        done.0.load(Ordering::SeqCst) >= 20 && company.desk.store().next_job_at().await.unwrap().is_none()
    })
    .await;
    assert_eq!(done.0.load(Ordering::SeqCst), 20);
}

#[tokio::test]
async fn a_job_that_keeps_failing_is_set_aside_and_runs_again_when_an_operator_says_so() {
    let (place, company) = company().await;
    company.conversation().await;
    let mut workers = Workers::new(place.desk.clone());
    workers.register(job_kind::BOT_TURN, Arc::new(Failing));
    let running = Running::start(workers);
    let dead = async || company.desk.jobs(&company.admin, JobState::Dead, None, 10).await.unwrap();
    eventually("the job to be set aside", async || {
        // The clock moves while the job waits for its next attempt: moved under a running job, it would end the lease.
        let waiting = company.desk.jobs(&company.admin, JobState::Ready, None, 10).await.unwrap();
        if let Some(job) = waiting.first() {
            let ms = job.run_at.since_ms(place.clock.now()).max(0);
            place.clock.moves(Duration::from_millis(u64::try_from(ms).unwrap()));
        }
        !dead().await.is_empty()
    })
    .await;
    drop(running);
    let job = dead().await.remove(0);
    assert_eq!((job.attempts, job.last_error.as_deref()), (8, Some("it does not work")));

    let done = Arc::new(Done(AtomicU32::new(0), place.desk.clone()));
    let mut workers = Workers::new(place.desk.clone());
    workers.register(job_kind::BOT_TURN, done.clone());
    let _running = Running::start(workers);
    company.desk.retry_job(&company.admin, job.id).await.unwrap();
    eventually("the job to be done", async || done.0.load(Ordering::SeqCst) == 1).await;
    assert!(is_not_found(company.desk.retry_job(&company.admin, job.id).await));
}

#[tokio::test]
async fn a_job_of_an_unknown_kind_is_kept_for_a_version_that_knows_it() {
    let (place, company) = company().await;
    company.conversation().await;
    let _running = Running::start(Workers::new(place.desk.clone()));
    eventually("the first attempt", async || {
        let jobs = company.desk.jobs(&company.admin, JobState::Ready, None, 10).await.unwrap();
        jobs.first().is_some_and(|job| job.last_error.as_deref().is_some_and(|error| error.contains("bot.turn")))
    })
    .await;
}
