//! Turns in this process: understanding, search, engine, tools over HTTP, guard; nothing is stored and nobody is written to.

use std::sync::Arc;
use std::time::{Duration, Instant};

use yingda_assistant::Brain;
use yingda_rehearsal::{Stage, Suite, TurnTime, turn_times};

use crate::bench::report::{Figure, Spread, Target};
use crate::failure::Failure;

/// The demo shop's assistant, with its test conversations.
#[derive(Clone)]
pub struct Company {
    pub brain: Arc<Brain>,
    pub suite: Arc<Suite>,
}

/// One turn at a time: nothing else runs beside it but the back end that it waits for.
pub async fn alone(stage: &Stage, company: &Company, lasting: Duration) -> Result<Vec<Figure>, Failure> {
    // Once before: caches are filled as they are in a server that has been asked something.
    played(stage, company, 0).await?;
    let turns = for_a_while(stage, company, lasting, 1).await?;
    let mut took: Vec<Duration> = turns.iter().map(|turn| turn.took).collect();
    let whole = Spread::of(&mut took);
    let mut figures = vec![
        Figure::number("turn_p50_ms", "Turn in process: median", whole.p50(), "ms", Some(Target::AtMost(8.0))),
        Figure::spread("turn_ms", "  understood to guarded", whole, Some(Target::AtMost(40.0))),
    ];
    type Part = fn(&yingda_model::TraceTimings) -> u64;
    let parts: [(&'static str, &'static str, Part); 4] = [
        ("turn_understanding_ms", "  understanding", |parts| parts.understanding),
        ("turn_search_ms", "  search", |parts| parts.search),
        ("turn_tools_ms", "  tools (the shop's API)", |parts| parts.tools),
        ("turn_guard_ms", "  guard", |parts| parts.guard),
    ];
    for (name, title, part) in parts {
        let times = turns.iter().filter_map(|turn| turn.parts.as_ref()).map(part);
        let mut times: Vec<Duration> = times.map(Duration::from_micros).collect();
        figures.push(Figure::spread(name, title, Spread::of(&mut times), None));
    }
    let mut engine: Vec<Duration> =
        turns.iter().filter_map(|turn| turn.parts.as_ref()).map(|parts| Duration::from_micros(parts.engine)).collect();
    let spread = Spread::of(&mut engine);
    let mean = engine.iter().sum::<Duration>().as_secs_f64() * 1e6 / engine.len().max(1) as f64;
    let target = Some(Target::AtMost(50.0));
    figures.push(Figure::number("turn_engine_us", "Engine alone, mean of a turn", mean, "µs", target));
    figures.push(Figure::spread("turn_engine_ms", "  all of them", spread, None));
    Ok(figures)
}

/// Two conversations at the same time, each with a back end of its own.
pub async fn together(stages: [Stage; 2], company: &Company, lasting: Duration) -> Result<Figure, Failure> {
    let begun = Instant::now();
    let tasks = stages.into_iter().zip(100..).map(|(stage, seed)| {
        let company = company.clone();
        tokio::spawn(async move { for_a_while(&stage, &company, lasting, seed * 1_000).await })
    });
    let tasks: Vec<_> = tasks.collect();
    let mut turns = 0;
    for task in tasks {
        turns += task.await??.len();
    }
    let rate = turns as f64 / begun.elapsed().as_secs_f64();
    Ok(Figure::number("turns_per_second", "Turns in process, two at a time", rate, "/s", Some(Target::AtLeast(300.0))))
}

async fn for_a_while(stage: &Stage, company: &Company, lasting: Duration, seed: u64) -> Result<Vec<TurnTime>, Failure> {
    let end = Instant::now() + lasting;
    let mut turns = Vec::new();
    for seed in seed.. {
        turns.extend(played(stage, company, seed).await?);
        if Instant::now() >= end {
            break;
        }
    }
    Ok(turns)
}

async fn played(stage: &Stage, company: &Company, seed: u64) -> Result<Vec<TurnTime>, Failure> {
    turn_times(stage, &company.brain, &company.suite, seed).await.map_err(Failure::failed)
}
