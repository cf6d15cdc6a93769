//! Measuring the guard on labelled answers.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::guard::Guard;
use crate::saying::{Action, Evidence, Finding, Lang, Origin, Rule, Saying};

/// A labelled answer: a line of `guard.jsonl`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// Its name.
    pub id: String,
    /// `dev`, `test` or `fresh`.
    pub part: String,
    /// The customer's language.
    pub lang: Lang,
    /// The channel.
    pub channel: String,
    /// Where the text comes from.
    pub origin: Origin,
    /// `good`, or what is wrong with it.
    pub kind: String,
    /// The text.
    pub text: String,
    /// The words that must not be said; none in a good answer.
    #[serde(default)]
    pub planted: Option<String>,
    /// What the text may rest on.
    #[serde(default)]
    pub evidence: Evidence,
}

/// How well the guard did on one part in one language.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// Bad answers.
    pub bad: usize,
    /// Bad answers whose planted words are not said.
    pub stopped: usize,
    /// Good answers.
    pub good: usize,
    /// Good answers that are said as they are.
    pub untouched: usize,
}

/// An answer that the guard judged wrongly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Miss {
    /// The example's name.
    pub id: String,
    /// Its part.
    pub part: String,
    /// What it is: `good`, or what is wrong with it and was said all the same.
    pub kind: String,
    /// Of a good answer, the rules that stopped it and the words; of a bad one nothing, or rules that hit elsewhere.
    pub rules: Vec<(Rule, String)>,
    /// The text.
    pub text: String,
}

/// What an evaluation gives.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// By part and language, such as `dev zh`.
    pub figures: BTreeMap<String, Figures>,
    /// By part and kind of fault: all and stopped.
    pub kinds: BTreeMap<String, (usize, usize)>,
    /// The rules that stopped bad answers, by part.
    pub rules: BTreeMap<String, usize>,
    /// Answers judged wrongly.
    pub misses: Vec<Miss>,
    /// The mean time of a check, in microseconds.
    pub mean_us: u64,
}

impl Report {
    /// The figures of a part in all languages.
    pub fn part(&self, part: &str) -> Figures {
        let mut sum = Figures::default();
        for (name, figures) in &self.figures {
            if name.split(' ').next() == Some(part) {
                sum.bad += figures.bad;
                sum.stopped += figures.stopped;
                sum.good += figures.good;
                sum.untouched += figures.untouched;
            }
        }
        sum
    }
}

/// Reads labelled answers, one JSON object a line. Fails with the number of the line and what is wrong in it.
pub fn examples(jsonl: &str) -> Result<Vec<Example>, String> {
    let lines = jsonl.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(at, line)| serde_json::from_str(line).map_err(|error| format!("line {}: {error}", at + 1))).collect()
}

/// Checks every answer and compares with its label. A bad answer counts as stopped when its planted words do not
/// stand in what may be said; a good one as untouched when it may be said as it is.
pub fn evaluate(guard: &Guard, examples: &[Example]) -> Report {
    let mut report = Report::default();
    let start = std::time::Instant::now();
    for example in examples {
        let saying = Saying {
            text: example.text.clone(),
            lang: example.lang,
            channel: example.channel.clone(),
            origin: example.origin,
        };
        let verdict = guard.check(&saying, &example.evidence);
        let said = verdict.text.as_deref().unwrap_or_default();
        let lang = if example.lang == Lang::Zh { "zh" } else { "en" };
        let figures = report.figures.entry(format!("{} {lang}", example.part)).or_default();
        let right = match &example.planted {
            Some(planted) => {
                let stopped = !said.contains(planted.as_str());
                figures.bad += 1;
                figures.stopped += usize::from(stopped);
                let kind = report.kinds.entry(format!("{} {}", example.part, example.kind)).or_default();
                kind.0 += 1;
                kind.1 += usize::from(stopped);
                if stopped {
                    let broke = verdict.findings.iter().filter(|finding| finding.action != Action::Noted);
                    let mut rules: Vec<Rule> = broke.map(|finding| finding.rule).collect();
                    rules.sort();
                    rules.dedup();
                    for rule in rules {
                        *report.rules.entry(format!("{} {}", example.part, rule.name())).or_default() += 1;
                    }
                }
                stopped
            }
            None => {
                let untouched = said == example.text.trim();
                figures.good += 1;
                figures.untouched += usize::from(untouched);
                untouched
            }
        };
        if !right {
            report.misses.push(Miss {
                id: example.id.clone(),
                part: example.part.clone(),
                kind: example.kind.clone(),
                rules: verdict.findings.into_iter().map(told).collect(),
                text: example.text.clone(),
            });
        }
    }
    report.mean_us = (start.elapsed().as_micros() / examples.len().max(1) as u128) as u64;
    report
}

/// The words that broke a rule; of what is only noted, why.
fn told(finding: Finding) -> (Rule, String) {
    (finding.rule, if finding.action == Action::Noted { finding.why_en } else { finding.words })
}

fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { 100.0 * part as f64 / whole as f64 }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:10} {:>18} {:>24}", "part", "bad stopped", "good stopped or cut")?;
        for (name, figures) in &self.figures {
            let cut = figures.good - figures.untouched;
            writeln!(
                f,
                "{name:10} {:>5}/{:<4} {:>5.1} % {:>9}/{:<4} {:>5.1} %",
                figures.stopped,
                figures.bad,
                percent(figures.stopped, figures.bad),
                cut,
                figures.good,
                percent(cut, figures.good)
            )?;
        }
        writeln!(f, "\nby kind of fault")?;
        for (kind, (all, stopped)) in &self.kinds {
            writeln!(f, "{kind:24} {stopped:>4}/{all}")?;
        }
        writeln!(f, "\nrules that stopped bad answers")?;
        for (rule, count) in &self.rules {
            writeln!(f, "{rule:24} {count:>4}")?;
        }
        writeln!(f, "\n{} us on average", self.mean_us)?;
        for miss in &self.misses {
            let rules: Vec<String> =
                miss.rules.iter().map(|(rule, words)| format!("{} “{words}”", rule.name())).collect();
            writeln!(f, "{} ({}): {} [{}]", miss.id, miss.kind, miss.text.trim(), rules.join("; "))?;
        }
        Ok(())
    }
}
