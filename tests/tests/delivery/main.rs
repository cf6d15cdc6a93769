//! The delivery contract (docs/delivery.md), under fire: clients write and read, agents work, and the server is killed with SIGKILL
//! at random moments and started again on the same data. Afterwards nothing that was acknowledged may be lost, doubled or out of
//! order, for anybody.
//!
//! `YINGDA_KILLS` sets the number of kills (10 when absent), `YINGDA_SEED` repeats a run's choices.

#![allow(clippy::unwrap_used)]

mod agents;
mod check;
mod customers;
mod polite;
mod record;

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use reqwest::Method;
use yingda_testing::Postgres;
use yingda_tests::{Api, Chance, Server, Setup, eventually, staff};

use crate::record::{Phase, World};

/// Customers who write at the same time.
const CUSTOMERS: u64 = 8;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_doubled_or_reordered_on_sqlite() {
    under_fire("sqlite", Setup::demo()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_doubled_or_reordered_on_postgres() {
    let postgres = Postgres::start();
    under_fire("postgres", Setup::demo().database(&postgres.database())).await;
}

async fn under_fire(engine: &str, setup: Setup) {
    let begun = Instant::now();
    let kills = std::env::var("YINGDA_KILLS").map_or(10, |kills| kills.parse().expect("YINGDA_KILLS is a number"));
    let mut chance = Chance::from_environment();
    let mut server = Server::start(setup).await;
    let address = server.address().clone();
    let (operator, _) = staff(&address, "admin").await;
    let mut actors = Vec::new();
    let mut watchers = Vec::new();
    for name in ["agent1", "agent2"] {
        actors.push(staff(&address, name).await);
        watchers.push(staff(&address, name).await.1);
    }
    let world = World::new(address.clone());

    // Watchers first: what they see is compared from the first event on.
    let mut tasks = tokio::task::JoinSet::new();
    for (number, token) in (0..).zip(watchers) {
        tasks.spawn(agents::watch(world.clone(), chance.of(100 + number), token));
    }
    let ready = world.clone();
    eventually("the watchers to listen", 10, || async { (ready.watchers.lock().unwrap().len() == 2).then_some(()) })
        .await;
    for (number, (api, _)) in (0..).zip(actors) {
        tasks.spawn(agents::act(world.clone(), chance.of(200 + number), api, number));
    }
    for number in 0..CUSTOMERS {
        tasks.spawn(customers::visit_again_and_again(world.clone(), chance.of(300 + number), number));
    }

    for kill in 0..kills {
        // On a busy machine a server might never come to take a message: every second time, some must be taken first.
        if kill % 2 == 1 {
            let before = world.acknowledged.load(Ordering::SeqCst);
            let taking = world.clone();
            eventually("messages to be taken", 60, || async {
                (taking.acknowledged.load(Ordering::SeqCst) >= before + 20).then_some(())
            })
            .await;
        }
        tokio::time::sleep(Duration::from_millis(chance.between(50, 800))).await;
        server.kill().await;
        if kill % 4 == 3 {
            // Starting is when most is read and repaired: it must bear a kill as well.
            server.start_and_kill(Duration::from_millis(chance.between(5, 300))).await;
        }
        server.start_again().await;
        failed_early(&mut tasks).await;
    }
    tokio::time::sleep(Duration::from_millis(300)).await;

    world.enter(Phase::Drain);
    let waiting = world.clone();
    eventually("all messages to be acknowledged", 60, || async {
        (waiting.unacknowledged.load(Ordering::SeqCst) == 0).then_some(())
    })
    .await;
    // A job whose worker was killed is claimed again when its lease of 60 s is over.
    eventually("all jobs to be done", 150, || async { no_jobs(&operator).await.then_some(()) }).await;
    let stored = check::Stored::read(&operator, &world).await;
    check::readers_catch_up(&world, &stored).await;
    failed_early(&mut tasks).await;
    world.enter(Phase::End);
    while let Some(ended) = tasks.join_next().await {
        ended.expect("a client failed");
    }
    let found = check::everything(&world, &stored);
    assert!(server.runs());
    eprintln!(
        "delivery on {engine}: {found}; {kills} kills in {:.1} s; 0 lost, 0 doubled, 0 reordered",
        begun.elapsed().as_secs_f32()
    );
}

/// A client that panicked ends the test at once.
async fn failed_early(tasks: &mut tokio::task::JoinSet<()>) {
    if let Some(ended) = tasks.try_join_next() {
        ended.expect("a client failed");
        panic!("a client ended before the test did");
    }
}

async fn no_jobs(operator: &Api) -> bool {
    for state in ["ready", "running", "dead"] {
        let Ok(reply) = operator.call(Method::GET, &format!("/jobs?state={state}"), None).await else { return false };
        let mut jobs = reply.done()["items"].as_array().unwrap().clone();
        // The daily look through the knowledge base always waits for its hour, and outcomes are settled after a day of silence.
        jobs.retain(|job| job["kind"] != "knowledge.tend" && job["kind"] != "outcomes.settle");
        assert!(state != "dead" || jobs.is_empty(), "jobs were given up: {jobs:?}");
        if !jobs.is_empty() {
            return false;
        }
    }
    true
}
