//! Trains the trees by which the guard judges whether the evidence supports a statement, on labelled answers and on
//! good ones made bad, and shows how well trees do on companies they were not trained with:
//! `cargo run -p yingda-guard --example train -- datasets/guard/guard.jsonl crates/guard/src/support/forest.txt`.

mod grow;
mod make;
mod show;

use std::collections::BTreeMap;

use grow::grow;
use make::made;
use show::{Answer, answer, importance, show};
use yingda_guard::eval::{Example, examples};
use yingda_guard::training::statements;
use yingda_guard::{Guard, Origin, Source};

/// The parts of the answers that are trained on. Others are for measuring.
const PARTS: [&str; 3] = ["dev", "test", "fresh"];
/// Shares of the companies that take turns in being judged by trees made of the others.
const FOLDS: usize = 6;

/// A clause with its label.
struct Case {
    measures: Vec<f32>,
    bad: bool,
    weight: f32,
    /// Which company it speaks of.
    group: usize,
}

fn main() -> Result<(), String> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("name the file with the labelled answers")?;
    let out = arguments.next();
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    let mut all = examples(&text)?;
    all.retain(|example| PARTS.contains(&example.part.as_str()) && example.origin == Origin::Model);
    let groups = groups(&all);
    let (real, made): (Vec<Vec<Case>>, Vec<Vec<Case>>) = halves(&all, &groups);
    println!(
        "{} clauses, {} bad; {} made, {} bad",
        count(&real, false),
        count(&real, true),
        count(&made, false),
        count(&made, true)
    );

    let hard = guard("support: 0.0\n")?;
    let folds = *groups.iter().max().unwrap_or(&0) + 1;
    println!("{folds} companies");
    // Two threads: half of the shares in each.
    let judge = |from: usize| -> Vec<Answer> {
        let mut answers = Vec::new();
        for fold in (from..FOLDS).step_by(2) {
            let train: Vec<&Case> =
                real.iter().chain(&made).flatten().filter(|case| case.group % FOLDS != fold).collect();
            let forest = grow(&train);
            for (_, example) in all.iter().enumerate().filter(|(at, _)| groups[*at] % FOLDS == fold) {
                answers.push(answer(example, &forest, &hard));
            }
        }
        answers
    };
    let answers = std::thread::scope(|scope| {
        let other = scope.spawn(|| judge(1));
        let mut answers = judge(0);
        answers.extend(other.join().unwrap_or_default());
        answers
    });
    show(&answers);

    let everything: Vec<&Case> = real.iter().chain(&made).flatten().collect();
    let forest = grow(&everything);
    importance(&forest);
    if let Some(out) = out {
        std::fs::write(&out, forest.write()).map_err(|error| format!("{out}: {error}"))?;
    }
    Ok(())
}

fn count(cases: &[Vec<Case>], bad: bool) -> usize {
    cases.iter().flatten().filter(|case| case.bad || !bad).count()
}

fn guard(rules: &str) -> Result<Guard, String> {
    let source = Source { path: "guard.yml".to_owned(), text: rules.to_owned() };
    Guard::read(&[source]).map_err(|problems| problems.iter().map(ToString::to_string).collect())
}

/// Answers that share a passage or a host are of one company.
fn groups(all: &[Example]) -> Vec<usize> {
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    let mut next = 0;
    let mut groups = Vec::new();
    for example in all {
        let marks = || example.evidence.passages.iter().chain(&example.evidence.hosts);
        let group = marks().find_map(|mark| known.get(mark.as_str()).copied()).unwrap_or(next);
        next = next.max(group + 1);
        marks().for_each(|mark| {
            known.entry(mark).or_insert(group);
        });
        groups.push(group);
    }
    groups
}

/// The clauses of the labelled answers, and those made of the good ones. Two threads.
fn halves(all: &[Example], groups: &[usize]) -> (Vec<Vec<Case>>, Vec<Vec<Case>>) {
    let work = |from: usize| -> Vec<(usize, Vec<Case>, Vec<Case>)> {
        (from..all.len()).step_by(2).map(|at| (at, labelled(&all[at], groups[at]), made(all, at, groups))).collect()
    };
    let mut parts = std::thread::scope(|scope| {
        let other = scope.spawn(|| work(1));
        let mut parts = work(0);
        parts.extend(other.join().unwrap_or_default());
        parts
    });
    parts.sort_by_key(|(at, _, _)| *at);
    parts.into_iter().map(|(_, real, made)| (real, made)).unzip()
}

/// What trees are to judge: facts, denials, statements. The rest is the matter of other rules.
fn is_ours(kind: &str) -> bool {
    matches!(kind, "invented_number" | "invented_claim" | "negation" | "promise")
}

fn labelled(example: &Example, group: usize) -> Vec<Case> {
    let place =
        example.planted.as_ref().and_then(|planted| example.text.find(planted).map(|at| at..at + planted.len()));
    if example.planted.is_some() && !is_ours(&example.kind) {
        return Vec::new();
    }
    statements(&example.text, example.lang, &example.evidence)
        .into_iter()
        .map(|statement| {
            let bad = place
                .as_ref()
                .is_some_and(|place| place.start < statement.span.end && statement.span.start < place.end);
            // Good ones must not be cut: they weigh more than they are.
            // The second author and the fourth wrote fewer answers, of more companies: all are to count.
            let few = example.id.starts_with("fresh") || example.id.starts_with("blind");
            let author = if few { 2.0 } else { 1.0 };
            Case { measures: statement.measures, bad, weight: author * if bad { 1.0 } else { 1.6 }, group }
        })
        .collect()
}
