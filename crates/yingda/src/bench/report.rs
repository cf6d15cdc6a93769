//! Figures, as a table and as JSON.

use std::fmt::Write;
use std::time::Duration;

use serde::Serialize;

/// All figures of a run.
#[derive(Serialize)]
pub struct Report {
    version: &'static str,
    cores: usize,
    figures: Vec<Figure>,
}

/// One figure.
#[derive(Serialize)]
pub struct Figure {
    name: &'static str,
    #[serde(skip)]
    title: &'static str,
    #[serde(flatten)]
    value: Value,
    unit: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<Target>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reached: Option<bool>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Value {
    Number { value: f64 },
    Spread(Spread),
}

/// How times are spread, in milliseconds.
#[derive(Clone, Copy, Serialize)]
pub struct Spread {
    count: usize,
    p50: f64,
    p95: f64,
    p99: f64,
    max: f64,
}

/// What the project promises on a machine with two cores.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    AtMost(f64),
    AtLeast(f64),
}

impl Target {
    fn is_reached(self, value: f64) -> bool {
        match self {
            Self::AtMost(limit) => value <= limit,
            Self::AtLeast(limit) => value >= limit,
        }
    }
}

impl Spread {
    /// Sorts the times and reads off the percentiles.
    pub fn of(times: &mut [Duration]) -> Self {
        times.sort();
        let at = |percent: usize| {
            let index = (times.len() * percent).div_ceil(100).saturating_sub(1);
            times.get(index).map_or(f64::NAN, |time| time.as_secs_f64() * 1_000.0)
        };
        Self { count: times.len(), p50: at(50), p95: at(95), p99: at(99), max: at(100) }
    }

    /// The median, in milliseconds.
    pub fn p50(self) -> f64 {
        self.p50
    }
}

impl Figure {
    pub fn number(
        name: &'static str,
        title: &'static str,
        value: f64,
        unit: &'static str,
        target: Option<Target>,
    ) -> Self {
        let reached = target.map(|target| target.is_reached(value));
        Self { name, title, value: Value::Number { value }, unit, target, reached }
    }

    /// The target is for the 99th percentile.
    pub fn spread(name: &'static str, title: &'static str, spread: Spread, target: Option<Target>) -> Self {
        let reached = target.map(|target| target.is_reached(spread.p99));
        Self { name, title, value: Value::Spread(spread), unit: "ms", target, reached }
    }
}

impl Report {
    pub fn new(figures: Vec<Figure>) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { version: env!("CARGO_PKG_VERSION"), cores, figures }
    }

    /// The figures for people.
    pub fn table(&self) -> String {
        let mut out = format!("Yingda {} on {} cores\n\n", self.version, self.cores);
        for figure in &self.figures {
            let value = match &figure.value {
                Value::Number { value } => format!("{value:.1} {}", figure.unit),
                Value::Spread(s) => {
                    format!("p50 {:.2}  p95 {:.2}  p99 {:.2}  max {:.1} ms", s.p50, s.p95, s.p99, s.max)
                }
            };
            let target = match (figure.target, figure.reached) {
                (Some(Target::AtMost(limit)), Some(true)) => format!("ok (at most {limit})"),
                (Some(Target::AtMost(limit)), _) => format!("MISSED (at most {limit})"),
                (Some(Target::AtLeast(limit)), Some(true)) => format!("ok (at least {limit})"),
                (Some(Target::AtLeast(limit)), _) => format!("MISSED (at least {limit})"),
                (None, _) => String::new(),
            };
            let _ = writeln!(out, "{:<36} {:<52} {target}", figure.title, value);
        }
        out
    }
}
