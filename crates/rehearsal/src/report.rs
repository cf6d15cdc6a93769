//! What running test conversations came to.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde::Serialize;

use crate::expect::{Miss, asks, call, commands, shown, slots};
use crate::script::Script;
use crate::talk::{Heard, Talk};

/// What test conversations came to.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    pub runs: u32,
    pub noise: f32,
    /// Conversations that passed every time, and the others.
    pub passed: usize,
    pub failed: usize,
    /// Share of runs that passed, and of conversations that passed in all their runs.
    pub pass_1: f64,
    pub pass_all: f64,
    pub took_ms: u64,
    /// Messages with typing errors that had to be written a second time.
    pub said_again: u32,
    /// Conversations that were not run: they need a back end that is there for tests.
    pub skipped: Vec<String>,
    pub conversations: Vec<ConversationReport>,
}

/// What one test conversation came to.
#[derive(Clone, Debug, Serialize)]
pub struct ConversationReport {
    pub name: String,
    pub file: String,
    pub passed: u32,
    pub runs: Vec<RunReport>,
}

/// One run.
#[derive(Clone, Debug, Default, Serialize)]
pub struct RunReport {
    pub seed: u64,
    /// Messages with typing errors that had to be written a second time.
    #[serde(skip_serializing_if = "is_zero")]
    pub said_again: u32,
    /// Absent when it passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed: Option<Failed>,
    /// How it went until then; empty when it passed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub turns: Vec<TurnReport>,
}

fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// Where a run failed.
#[derive(Clone, Debug, Serialize)]
pub struct Failed {
    /// Counted from 1; 0 is what was expected at the end.
    pub turn: usize,
    /// Line of the file.
    pub line: u32,
    pub misses: Vec<Miss>,
}

/// How a turn went.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TurnReport {
    pub customer: String,
    pub bot: Vec<String>,
    pub options: Vec<String>,
    pub flow: Option<String>,
    pub asks: Option<String>,
    pub slots: BTreeMap<String, String>,
    pub calls: Vec<String>,
    pub commands: Vec<String>,
    pub decided: String,
    pub guard: Vec<String>,
    pub handed_over: Option<String>,
}

impl TurnReport {
    pub(crate) fn waited(time: Duration) -> Self {
        let minutes = time.as_secs() / 60;
        Self { customer: format!("(waits {minutes} minutes)"), ..Self::default() }
    }

    /// How a turn went in which the customer wrote or tapped `customer`.
    pub fn of(customer: String, heard: &Heard, talk: &Talk<'_>) -> Self {
        let state = talk.state();
        let short = |value: &serde_json::Value| {
            let text = shown(value);
            if text.chars().count() > 60 { text.chars().take(59).chain(['…']).collect() } else { text }
        };
        Self {
            customer,
            bot: heard.said.iter().map(|said| said.text.clone()).collect(),
            options: heard.options().map(|option| format!("{} ({})", option.label, option.id)).collect(),
            flow: state.top().map(|frame| frame.flow.clone()),
            asks: asks(&state),
            slots: slots(&state).iter().map(|(name, value)| (name.clone(), short(value))).collect(),
            calls: heard.calls.iter().map(call).collect(),
            commands: commands(heard)
                .map(|command| {
                    let refused = command.refused.as_ref().map(|why| format!(" refused: {why}")).unwrap_or_default();
                    format!("{} {} by {}{refused}", command.name, command.about, command.by)
                })
                .collect(),
            decided: decided(&heard.trace),
            guard: heard
                .trace
                .guard
                .iter()
                .map(|found| format!("{} {}: {}", found.rule, found.action, found.words))
                .collect(),
            handed_over: heard.handed_over.map(crate::expect::reason_name),
        }
    }
}

/// What was decided, in a word or two.
pub(crate) fn decided(trace: &yingda_model::Trace) -> String {
    let decision = serde_json::to_value(&trace.decision).unwrap_or_default();
    let kind = decision.get("type").and_then(serde_json::Value::as_str).unwrap_or_default();
    format!("{kind} by {}", trace.decided_by)
}

impl ConversationReport {
    pub(crate) fn of(script: &Script) -> Self {
        Self { name: script.name.clone(), file: script.file.clone(), passed: 0, runs: Vec::new() }
    }
}

impl Report {
    /// Whether every conversation passed every time.
    pub fn is_passed(&self) -> bool {
        self.failed == 0
    }
}

/// The mean chance that `k` runs of one task all pass, by what passed of how many (τ-bench, Yao et al. 2024: pass^k).
pub(crate) fn share_of(counts: &[(u32, u32)], k: u32) -> f64 {
    let chance = |(passed, of): (u32, u32)| {
        (0..k)
            .map(|drawn| f64::from(passed.saturating_sub(drawn)) / f64::from(of.saturating_sub(drawn).max(1)))
            .product::<f64>()
    };
    let usable: Vec<(u32, u32)> = counts.iter().copied().filter(|(_, of)| *of >= k).collect();
    if usable.is_empty() {
        return 0.0;
    }
    usable.iter().map(|one| chance(*one)).sum::<f64>() / usable.len() as f64
}

/// The share of tasks of which every run passed.
pub(crate) fn all_of(counts: &[(u32, u32)]) -> f64 {
    if counts.is_empty() {
        return 0.0;
    }
    counts.iter().filter(|(passed, of)| passed == of).count() as f64 / counts.len() as f64
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for told in self.conversations.iter().filter(|told| told.passed < self.runs) {
            write!(f, "{told}")?;
        }
        for name in &self.skipped {
            writeln!(f, "skipped  {name}: it needs a back end that is there for tests")?;
        }
        let all = self.conversations.len();
        write!(f, "{} of {all} conversations passed {}", self.passed, times(self.runs))?;
        if self.noise > 0.0 {
            let (share, again) = (100.0 * self.noise, self.said_again);
            write!(f, ", with typing errors in {share:.0} % of the characters, {again} messages written twice")?;
        }
        writeln!(
            f,
            " (pass^1 {:.1} %, pass^{} {:.1} %; {:.1} s)",
            100.0 * self.pass_1,
            self.runs,
            100.0 * self.pass_all,
            self.took_ms as f64 / 1000.0
        )
    }
}

fn times(runs: u32) -> String {
    match runs {
        1 => "once".into(),
        runs => format!("{runs} times"),
    }
}

impl fmt::Display for ConversationReport {
    /// The first run that failed: what was expected, what came, and how it went until then.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((run, failed)) = self.runs.iter().find_map(|run| Some((run, run.failed.as_ref()?))) else {
            return Ok(());
        };
        writeln!(
            f,
            "FAILED  {}   {}:{}   passed {} of {}",
            self.name,
            self.file,
            failed.line,
            self.passed,
            self.runs.len()
        )?;
        match failed.turn {
            0 => writeln!(f, "  at the end")?,
            turn => writeln!(f, "  turn {turn}")?,
        }
        for miss in &failed.misses {
            writeln!(f, "    {}", miss.what)?;
            lines(f, '-', &miss.expected)?;
            lines(f, '+', &miss.got)?;
        }
        for (number, turn) in (1..).zip(&run.turns) {
            write!(f, "  {number:>2} {turn}")?;
        }
        writeln!(f)
    }
}

fn lines(f: &mut fmt::Formatter<'_>, sign: char, text: &str) -> fmt::Result {
    text.lines().try_for_each(|line| writeln!(f, "      {sign} {line}"))
}

impl fmt::Display for TurnReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "customer  {}", self.customer)?;
        for text in &self.bot {
            let mut rest = text.lines();
            writeln!(f, "     bot       {}", rest.next().unwrap_or_default())?;
            rest.try_for_each(|line| writeln!(f, "               {line}"))?;
        }
        let mut told = |what: &str, value: String| {
            if value.is_empty() { Ok(()) } else { writeln!(f, "       {what:<9}{value}") }
        };
        told("options", self.options.join(" | "))?;
        let place = match (&self.flow, &self.asks) {
            (None, None) => String::new(),
            (flow, asks) => {
                format!("{} asks {}", flow.as_deref().unwrap_or("(none)"), asks.as_deref().unwrap_or("nothing"))
            }
        };
        told("flow", place)?;
        told("commands", self.commands.join("; "))?;
        told("calls", self.calls.join(", "))?;
        told("decided", self.decided.clone())?;
        told("guard", self.guard.join("; "))?;
        told("people", self.handed_over.clone().unwrap_or_default())?;
        let slots: Vec<String> = self.slots.iter().map(|(name, value)| format!("{name}={value}")).collect();
        told("slots", slots.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pass_k_is_the_chance_that_k_runs_drawn_from_those_made_all_pass() {
        assert!((share_of(&[(4, 4), (2, 4)], 1) - 0.75).abs() < 1e-9);
        // Of four runs two passed: two drawn ones both passed in one of six ways.
        assert!((share_of(&[(2, 4)], 2) - 1.0 / 6.0).abs() < 1e-9);
        assert!((share_of(&[(4, 4), (3, 4)], 4) - 0.5).abs() < 1e-9);
        assert!((all_of(&[(4, 4), (3, 4)]) - 0.5).abs() < 1e-9);
    }
}
