//! How well the demo shop's assistant serves: test conversations, simulated customers, random walks, the guard.

use yingda_guard::{Guard, Source, eval, evaluate};
use yingda_rehearsal::{Plan, Stage, Walks, rehearse, simulate, walk};

use super::stage::Company;
use crate::bench::report::{Figure, Target};
use crate::failure::Failure;
use crate::output::{bar, spinner};
use crate::rehearsal::DemoStage;

/// Answers that the guard must stop, and answers that it must not.
const ANSWERS: &str = include_str!("../../../../../datasets/guard/guard.jsonl");

/// Measures all of it.
pub async fn figures(demo: &mut DemoStage, company: &Company, count: u64) -> Result<Vec<Figure>, Failure> {
    let (brain, suite) = (&company.brain, &company.suite);
    let work = spinner("test conversations, four times each");
    let clean = rehearse(&demo.stage, brain, suite, &Plan::default()).await;
    work.set_message("test conversations with typing errors");
    let noisy = rehearse(&demo.stage, brain, suite, &Plan { noise: 0.1, ..Plan::default() }).await;
    work.set_message("simulated customers");
    let customers = simulate(&demo.stage, brain, suite, &Plan::default()).await;
    work.finish_and_clear();
    let stages = [demo.stage.clone(), demo.another().await?];
    let walks = both(stages, company, count).await?;
    let share = |part: u64, whole: u64| 100.0 * part as f64 / whole.max(1) as f64;
    let percent = |name, title, share: f64, target| Figure::number(name, title, 100.0 * share, "%", target);
    let of = |name, title, count: usize| Figure::number(name, title, count as f64, "", None);
    let least = |share| Some(Target::AtLeast(share));

    let mut figures = vec![
        of("conversations", "Test conversations", clean.conversations.len()),
        percent("conversations_pass_1", "  pass^1", clean.pass_1, None),
        percent("conversations_pass_4", "  pass^4", clean.pass_all, least(100.0)),
        percent("conversations_noisy_pass_1", "  pass^1 with 10 % typing errors", noisy.pass_1, least(90.0)),
        percent("conversations_noisy_pass_4", "  pass^4 with 10 % typing errors", noisy.pass_all, None),
        of("customers", "Simulated customers", customers.customers.len()),
        percent("customers_pass_1", "  pass^1", customers.pass_1, None),
        percent("customers_pass_4", "  pass^4", customers.pass_4.unwrap_or_default(), None),
        Figure::number("walks", "Random walks", walks.count as f64, "", None),
        Figure::number("walks_turns", "  turns", walks.turns as f64, "", None),
        Figure::number("walks_asked", "  asked for a person", walks.asked as f64, "", None),
        Figure::number("walks_honoured", "  honoured at once", share(walks.honoured, walks.asked), "%", least(100.0)),
        Figure::number("walks_wrong", "  silent, broken or kept", walks.failures.len() as f64, "", at_most(0.0)),
    ];
    figures.extend(guarded()?);
    Ok(figures)
}

fn at_most(limit: f64) -> Option<Target> {
    Some(Target::AtMost(limit))
}

/// Random walks, odd seeds on one stage and even ones on the other: each walk finds the shop as it was.
async fn both(stages: [Stage; 2], company: &Company, count: u64) -> Result<Walks, Failure> {
    let bar = bar(count, "random walks");
    let tasks = stages.into_iter().zip(1..).map(|(stage, first): (_, u64)| {
        let (company, bar) = (company.clone(), bar.clone());
        tokio::spawn(async move {
            let mut walked = Vec::new();
            for seed in (first..=count).step_by(2) {
                walked.push(walk(&stage, &company.brain, seed).await);
                bar.inc(1);
            }
            walked
        })
    });
    let tasks: Vec<_> = tasks.collect();
    let mut walks = Walks::default();
    for task in tasks {
        task.await?.into_iter().for_each(|walk| walks.add(walk));
    }
    bar.finish_and_clear();
    Ok(walks)
}

/// The guard with the demo shop's rules, on the answers that neither rules nor trees were made with.
fn guarded() -> Result<Vec<Figure>, Failure> {
    let rules = yingda_demo::assistant_files().into_iter().filter(|(path, _)| path == "guard.yml");
    let rules: Vec<Source> = rules.map(|(path, text)| Source { path, text }).collect();
    let guard = Guard::read(&rules).map_err(|_| Failure::failed("the demo shop's guard.yml cannot be read"))?;
    let report = evaluate(&guard, &eval::examples(ANSWERS).map_err(Failure::failed)?);
    let parts = [report.part("blind")];
    let sum = |of: fn(&eval::Figures) -> usize| parts.iter().map(of).sum::<usize>();
    let (bad, good) = (sum(|part| part.bad), sum(|part| part.good));
    let share = |part: usize, whole: usize| 100.0 * part as f64 / whole.max(1) as f64;
    let number = |name, title, value, unit, target| Figure::number(name, title, value, unit, target);
    let stopped = share(sum(|part| part.stopped), bad);
    let wrongly = share(good - sum(|part| part.untouched), good);
    Ok(vec![
        number("guard_bad", "Guard: bad answers", bad as f64, "", None),
        number("guard_stopped", "  stopped", stopped, "%", Some(Target::AtLeast(97.0))),
        number("guard_good", "Guard: good answers", good as f64, "", None),
        number("guard_wrongly", "  stopped", wrongly, "%", at_most(3.0)),
        number("guard_us", "  mean time", report.mean_us as f64, "µs", None),
    ])
}
