//! Jobs: at least once, one at a time for each key, in order.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use parking_lot::Mutex;
use yingda_model::Timestamp;
use yingda_store::{Job, JobState, NewJob, Store};

use crate::change;
use crate::support::{Company, Dice, NOW, Place};

crate::on_both_engines! {
    two_nodes_run_jobs_of_a_key_one_at_a_time_and_in_order
    a_job_that_is_not_due_waits_and_holds_up_its_key_alone
    a_job_whose_worker_died_is_taken_over_and_the_old_worker_cannot_finish_it
    a_job_that_failed_too_often_is_set_aside_and_no_longer_in_the_way
    an_old_job_that_runs_again_waits_for_the_younger_one_that_runs
    the_next_job_is_told_and_waiting_ones_do_not_count
    jobs_of_a_change_that_failed_do_not_exist
    a_new_start_takes_up_what_was_running
}

const LEASE: Duration = Duration::from_secs(30);

fn job(key: &str, number: u64) -> NewJob {
    NewJob { kind: "test", key: key.into(), payload: number.to_string(), run_at: NOW }
}

fn later(ms: i64) -> Timestamp {
    Timestamp(NOW.0 + ms)
}

async fn enqueue(company: &Company, jobs: Vec<NewJob>) {
    change!(company, [jobs], |tx| {
        for job in jobs {
            tx.enqueue(job, NOW).await?;
        }
        Ok(())
    })
    .await
    .unwrap();
}

async fn complete(company: &Company, job: &Job) -> bool {
    change!(company, [job], |tx| tx.complete_job(&job).await).await.unwrap()
}

async fn fail(company: &Company, job: &Job, retry_at: Option<Timestamp>) {
    change!(company, [job], |tx| tx.fail_job(&job, "it did not work", retry_at).await).await.unwrap();
}

async fn claim(store: &Store, now: Timestamp) -> Vec<Job> {
    store.claim_jobs(now, LEASE, 100).await.unwrap()
}

fn payloads(jobs: &[Job]) -> Vec<&str> {
    jobs.iter().map(|job| job.payload.as_str()).collect()
}

async fn two_nodes_run_jobs_of_a_key_one_at_a_time_and_in_order(place: Place) {
    const KEYS: u64 = 6;
    const JOBS: usize = 90;
    let store = place.open().await;
    let second = if place.is_sqlite() { store.clone() } else { place.open().await };
    let company = Company::found(&store).await;
    let done: Arc<Mutex<Vec<(String, i64)>>> = Arc::default();
    let running: Arc<Mutex<HashSet<String>>> = Arc::default();
    let enqueuing = {
        let company = company.clone();
        tokio::spawn(async move {
            let mut dice = Dice(3);
            for number in 0..JOBS as u64 {
                enqueue(&company, vec![job(&format!("key-{}", dice.roll(KEYS)), number)]).await;
            }
        })
    };
    let workers = (0..8_u64).map(|worker| {
        let store = if worker % 2 == 0 { store.clone() } else { second.clone() };
        let (company, done, running) = (company.clone(), done.clone(), running.clone());
        tokio::spawn(async move {
            let mut dice = Dice(100 + worker);
            while done.lock().len() < JOBS {
                let limit = 1 + u32::try_from(dice.roll(3)).unwrap();
                for job in store.claim_jobs(NOW, LEASE, limit).await.unwrap() {
                    assert!(running.lock().insert(job.key.clone()), "two jobs of {} at once", job.key);
                    for _ in 0..dice.roll(20) {
                        tokio::task::yield_now().await;
                    }
                    if dice.roll(5) == 0 && job.attempts < 4 {
                        running.lock().remove(&job.key);
                        fail(&company, &job, Some(NOW)).await;
                        continue;
                    }
                    done.lock().push((job.key.clone(), job.id));
                    running.lock().remove(&job.key);
                    assert!(complete(&company, &job).await);
                }
                tokio::task::yield_now().await;
            }
        })
    });
    for worker in join_all(workers).await {
        worker.unwrap();
    }
    enqueuing.await.unwrap();
    let mut last: HashMap<String, i64> = HashMap::new();
    for (key, id) in done.lock().iter() {
        assert!(last.insert(key.clone(), *id).is_none_or(|before| before < *id), "{key} out of order");
    }
    assert_eq!(done.lock().len(), JOBS);
    assert_eq!(store.next_job_at().await.unwrap(), None);
}

async fn a_job_that_is_not_due_waits_and_holds_up_its_key_alone(place: Place) {
    let company = Company::found(&place.open().await).await;
    let first = NewJob { run_at: later(1_000), ..job("a", 1) };
    enqueue(&company, vec![first, job("a", 2), job("b", 3)]).await;
    assert_eq!(payloads(&claim(&company.store, NOW).await), ["3"]);
    assert!(claim(&company.store, later(999)).await.is_empty());
    let claimed = claim(&company.store, later(1_000)).await;
    assert_eq!(payloads(&claimed), ["1"]);
    complete(&company, &claimed[0]).await;
    assert_eq!(payloads(&claim(&company.store, later(1_000)).await), ["2"]);
}

async fn a_job_whose_worker_died_is_taken_over_and_the_old_worker_cannot_finish_it(place: Place) {
    let company = Company::found(&place.open().await).await;
    enqueue(&company, vec![job("a", 1), job("a", 2)]).await;
    let old = claim(&company.store, NOW).await.remove(0);
    assert!(claim(&company.store, later(30_000)).await.is_empty());
    let new = claim(&company.store, later(30_001)).await;
    assert_eq!((payloads(&new), new[0].attempts), (vec!["1"], 2));
    assert!(!complete(&company, &old).await);
    fail(&company, &old, None).await;
    assert!(complete(&company, &new[0]).await);
    assert!(!complete(&company, &new[0]).await);
    assert_eq!(payloads(&claim(&company.store, NOW).await), ["2"]);
}

async fn a_job_that_failed_too_often_is_set_aside_and_no_longer_in_the_way(place: Place) {
    let company = Company::found(&place.open().await).await;
    enqueue(&company, vec![job("a", 1), job("a", 2)]).await;
    let first = claim(&company.store, NOW).await.remove(0);
    fail(&company, &first, Some(later(500))).await;
    assert!(claim(&company.store, NOW).await.is_empty(), "the second waits for the first to be tried again");
    let first = claim(&company.store, later(500)).await.remove(0);
    assert_eq!((first.attempts, first.last_error.as_deref()), (2, Some("it did not work")));
    fail(&company, &first, None).await;
    let dead = company.read().jobs(JobState::Dead, None, 10).await.unwrap();
    assert_eq!((payloads(&dead), dead[0].attempts), (vec!["1"], 2));
    let second = claim(&company.store, NOW).await.remove(0);
    assert_eq!(second.payload, "2");
    assert!(complete(&company, &second).await);

    let id = first.id;
    assert!(change!(company, [], |tx| tx.retry_job(id, NOW).await).await.unwrap());
    assert!(!change!(company, [], |tx| tx.retry_job(id, NOW).await).await.unwrap());
    let again = claim(&company.store, NOW).await.remove(0);
    assert_eq!((again.id, again.attempts), (id, 1));
    assert!(complete(&company, &again).await);
    assert!(company.read().jobs(JobState::Dead, None, 10).await.unwrap().is_empty());
}

async fn an_old_job_that_runs_again_waits_for_the_younger_one_that_runs(place: Place) {
    let company = Company::found(&place.open().await).await;
    enqueue(&company, vec![job("a", 1), job("a", 2)]).await;
    let first = claim(&company.store, NOW).await.remove(0);
    fail(&company, &first, None).await;
    let second = claim(&company.store, NOW).await.remove(0);
    let id = first.id;
    change!(company, [], |tx| tx.retry_job(id, NOW).await).await.unwrap();
    assert!(claim(&company.store, NOW).await.is_empty(), "two jobs of a key at once");
    // The younger one's worker dies: the older goes first, and neither waits for the other for ever.
    let taken = claim(&company.store, later(30_001)).await;
    assert_eq!(payloads(&taken), ["1"]);
    assert!(complete(&company, &taken[0]).await);
    let taken = claim(&company.store, later(30_001)).await;
    assert_eq!(payloads(&taken), ["2"]);
    assert!(!complete(&company, &second).await);
    assert!(complete(&company, &taken[0]).await);
}

async fn the_next_job_is_told_and_waiting_ones_do_not_count(place: Place) {
    let company = Company::found(&place.open().await).await;
    let store = &company.store;
    assert_eq!(store.next_job_at().await.unwrap(), None);
    enqueue(&company, vec![job("a", 1), job("a", 2), NewJob { run_at: later(90_000), ..job("b", 3) }]).await;
    assert_eq!(store.next_job_at().await.unwrap(), Some(NOW));
    let first = claim(store, NOW).await.remove(0);
    // The first runs, the second waits for it: what comes next is the end of the lease, then the third.
    assert_eq!(store.next_job_at().await.unwrap(), Some(later(30_001)));
    assert_eq!(claim(store, later(30_001)).await.len(), 1);
    let first_again = Job { attempts: 2, ..first };
    complete(&company, &first_again).await;
    let second = claim(store, NOW).await.remove(0);
    complete(&company, &second).await;
    assert_eq!(store.next_job_at().await.unwrap(), Some(later(90_000)));
}

async fn jobs_of_a_change_that_failed_do_not_exist(place: Place) {
    let company = Company::found(&place.open().await).await;
    let failed = change!(company, [], |tx| {
        tx.enqueue(job("a", 1), NOW).await?;
        Err::<(), _>(yingda_store::StoreError::Erased)
    })
    .await;
    assert!(failed.is_err());
    assert!(claim(&company.store, NOW).await.is_empty());
}

async fn a_new_start_takes_up_what_was_running(place: Place) {
    let company = Company::found(&place.open().await).await;
    enqueue(&company, vec![job("a", 1)]).await;
    let before = claim(&company.store, NOW).await.remove(0);
    let released = company.store.release_abandoned_jobs().await.unwrap();
    // On PostgreSQL other nodes may be at work.
    assert_eq!(released, u64::from(place.is_sqlite()));
    let again = claim(&company.store, NOW).await;
    assert_eq!(again.len(), usize::from(place.is_sqlite()));
    if let Some(again) = again.first() {
        assert_eq!(again.attempts, before.attempts + 1);
    }
}
