//! Simulated customers talk to the assistant.

mod speaker;

use std::collections::BTreeMap;
use std::fmt;
use std::time::Instant;

use serde::Serialize;
use yingda_assistant::Brain;
use yingda_language::noise::noised;
use yingda_model::FlowOutcome;

use crate::customer::{Customer, Wish};
use crate::dice::Dice;
use crate::read::Suite;
use crate::report::{TurnReport, share_of};
use crate::run::Plan;
use crate::stage::Stage;
use crate::talk::{Heard, Talk};
use speaker::{Act, Speaker};

/// How simulated customers fared.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Simulation {
    pub runs: u32,
    /// Over all customers.
    pub pass_1: f64,
    /// Absent with fewer than four runs.
    pub pass_4: Option<f64>,
    /// By the flow that customers want.
    pub flows: Vec<FlowFigures>,
    pub customers: Vec<CustomerReport>,
    pub took_ms: u64,
}

/// How those fared who want one flow.
#[derive(Clone, Debug, Serialize)]
pub struct FlowFigures {
    pub flow: String,
    pub customers: usize,
    pub pass_1: f64,
    pub pass_4: Option<f64>,
}

/// How one customer fared.
#[derive(Clone, Debug, Serialize)]
pub struct CustomerReport {
    pub name: String,
    pub file: String,
    pub flow: String,
    pub passed: u32,
    pub runs: Vec<Visit>,
}

/// One conversation of a customer.
#[derive(Clone, Debug, Serialize)]
pub struct Visit {
    pub seed: u64,
    pub result: Outcome,
    pub turns: u32,
    /// Why it did not succeed.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub why: String,
    /// How it went; empty when it succeeded.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub transcript: Vec<TurnReport>,
}

/// How a conversation of a simulated customer ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Success,
    /// It ended otherwise than wished.
    Failure,
    /// The customer lost patience.
    GaveUp,
}

/// Lets the customers of a suite talk, each `plan.runs` times. Never fails: what goes wrong is in the report.
pub async fn simulate(stage: &Stage, brain: &Brain, suite: &Suite, plan: &Plan) -> Simulation {
    let begun = Instant::now();
    let mut customers = Vec::new();
    for customer in suite.customers.iter().filter(|customer| plan.takes(&customer.name, &customer.file)) {
        let mut told = CustomerReport {
            name: customer.name.clone(),
            file: customer.file.clone(),
            flow: customer.goal.flow.clone(),
            passed: 0,
            runs: Vec::new(),
        };
        for run in 0..plan.runs {
            let visit = visit(stage, brain, customer, plan, u64::from(run)).await;
            told.passed += u32::from(visit.result == Outcome::Success);
            told.runs.push(visit);
        }
        customers.push(told);
    }
    let took_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    Simulation::of(plan.runs, customers, took_ms)
}

impl Simulation {
    /// The figures of customers who have talked, each `runs` times.
    pub fn of(runs: u32, customers: Vec<CustomerReport>, took_ms: u64) -> Self {
        let counts = |flow: Option<&str>| -> Vec<(u32, u32)> {
            let of_flow = |told: &&CustomerReport| flow.is_none_or(|flow| told.flow == flow);
            customers.iter().filter(of_flow).map(|told| (told.passed, runs)).collect()
        };
        let four = |counts: &[(u32, u32)]| (runs >= 4).then(|| share_of(counts, 4));
        let mut flows: BTreeMap<&str, usize> = BTreeMap::new();
        for told in &customers {
            *flows.entry(&told.flow).or_default() += 1;
        }
        let figures = flows.into_iter().map(|(flow, customers)| {
            let counts = counts(Some(flow));
            FlowFigures { flow: flow.to_owned(), customers, pass_1: share_of(&counts, 1), pass_4: four(&counts) }
        });
        let flows: Vec<FlowFigures> = figures.collect();
        let all = counts(None);
        Self { runs, pass_1: share_of(&all, 1), pass_4: four(&all), flows, customers, took_ms }
    }
}

async fn visit(stage: &Stage, brain: &Brain, customer: &Customer, plan: &Plan, run: u64) -> Visit {
    let mut dice = Dice::named(&customer.name, plan.seed.wrapping_add(run));
    let mut visit = Visit {
        seed: plan.seed.wrapping_add(run),
        result: Outcome::GaveUp,
        turns: 0,
        why: String::new(),
        transcript: Vec::new(),
    };
    if let (Some(backend), Some(client), true) = (&stage.backend, &stage.client, customer.resets) {
        backend.set_clock(stage.now);
        if let Err(error) = backend.reset(client).await {
            visit.result = Outcome::Failure;
            visit.why = error;
            return visit;
        }
    }
    let noise = customer.noise.max(plan.noise);
    let mut talk = Talk::new(stage, brain, &customer.who, customer.lang, dice.next());
    let mut speaker = Speaker::new(customer, dice.clone());
    let mut last: Option<Heard> = None;
    while visit.turns < customer.patience {
        let act = speaker.next(last.as_ref(), &talk);
        visit.turns += 1;
        let (said, heard) = match act {
            Act::Says { text, is_exact } => {
                let slipped = if noise > 0.0 && !is_exact { noised(&text, noise, dice.next()) } else { text };
                let heard = talk.says(&slipped).await;
                (slipped, heard)
            }
            Act::Taps(option) => (format!("[{}]", option.label), talk.taps(&option).await),
            Act::Picture => ("(a picture)".to_owned(), talk.shows_picture().await),
        };
        let heard = match heard {
            Ok(heard) => heard,
            Err(error) => {
                (visit.result, visit.why) = (Outcome::Failure, error.to_string());
                return visit;
            }
        };
        visit.transcript.push(TurnReport::of(said, &heard, &talk));
        if let Some((result, why)) = judged(customer, &heard) {
            (visit.result, visit.why) = (result, why);
            break;
        }
        last = Some(heard);
    }
    if visit.result == Outcome::GaveUp {
        visit.why = format!("lost patience after {} turns", visit.turns);
    }
    if visit.result == Outcome::Success {
        visit.transcript.clear();
    }
    visit
}

/// Whether it is over, and how.
fn judged(customer: &Customer, heard: &Heard) -> Option<(Outcome, String)> {
    if heard.is_silent() {
        return Some((Outcome::Failure, "the assistant said nothing".into()));
    }
    let goal = &customer.goal;
    let ended = heard.ended.iter().find(|(flow, _)| *flow == goal.flow).map(|(_, outcome)| *outcome);
    let wished = match goal.outcome {
        Wish::Done => FlowOutcome::Done,
        Wish::Failed => FlowOutcome::Failed,
        Wish::Cancelled => FlowOutcome::Cancelled,
        Wish::HandedOver => FlowOutcome::HandedOver,
    };
    if let Some(reason) = heard.handed_over {
        let reason = crate::expect::reason_name(reason);
        return Some(match goal.outcome {
            Wish::HandedOver => (Outcome::Success, String::new()),
            _ => (Outcome::Failure, format!("handed over: {reason}")),
        });
    }
    match ended {
        Some(outcome) if outcome == wished => Some((Outcome::Success, String::new())),
        Some(outcome) => Some((Outcome::Failure, format!("{} ended {}", goal.flow, outcome.as_str()))),
        None => None,
    }
}

impl fmt::Display for Simulation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for told in self.customers.iter().filter(|told| told.passed < self.runs) {
            let Some(visit) = told.runs.iter().find(|visit| visit.result != Outcome::Success) else { continue };
            writeln!(
                f,
                "FAILED  {}   {}   succeeded {} of {}: {}",
                told.name, told.file, told.passed, self.runs, visit.why
            )?;
            for (number, turn) in (1..).zip(&visit.transcript) {
                write!(f, "  {number:>2} {turn}")?;
            }
            writeln!(f)?;
        }
        writeln!(f, "{:32} {:>9} {:>8} {:>8}", "flow", "customers", "pass^1", "pass^4")?;
        let percent = |share: f64| format!("{:.1} %", 100.0 * share);
        for figures in &self.flows {
            let four = figures.pass_4.map_or_else(|| "-".into(), percent);
            writeln!(f, "{:32} {:>9} {:>8} {:>8}", figures.flow, figures.customers, percent(figures.pass_1), four)?;
        }
        let four = self.pass_4.map_or_else(|| "-".into(), percent);
        writeln!(f, "{:32} {:>9} {:>8} {four:>8}", "all", self.customers.len(), percent(self.pass_1))
    }
}
