//! How answers are judged by trees that do not know their company.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use yingda_guard::eval::Example;
use yingda_guard::training::{Forest, names, statements};
use yingda_guard::{Guard, Lang, Saying};

/// How likely the evidence's support must be unless `guard.yml` says otherwise.
const SUPPORT: f32 = 0.3;

/// How an answer was judged by trees that do not know its company.
pub struct Answer {
    lang: Lang,
    kind: String,
    id: String,
    text: String,
    bad: bool,
    /// Whether another rule already decided.
    hit: bool,
    /// The most unlikely clause: of a bad answer one with planted words.
    worst: f32,
    words: String,
    /// What other rules found.
    found: String,
    measures: Vec<f32>,
}

pub fn answer(example: &Example, forest: &Forest, hard: &Guard) -> Answer {
    let saying = Saying {
        text: example.text.clone(),
        lang: example.lang,
        channel: example.channel.clone(),
        origin: example.origin,
    };
    let verdict = hard.check(&saying, &example.evidence);
    let found: Vec<String> =
        verdict.findings.iter().map(|finding| format!("{} “{}”", finding.rule.name(), finding.words)).collect();
    let said = verdict.text.unwrap_or_default();
    let place =
        example.planted.as_ref().and_then(|planted| example.text.find(planted).map(|at| at..at + planted.len()));
    let hit = match &example.planted {
        Some(planted) => !said.contains(planted.as_str()),
        None => said != example.text.trim(),
    };
    let mut worst = (0.0, String::new(), Vec::new());
    for statement in statements(&example.text, example.lang, &example.evidence) {
        let bad = forest.judge(&statement.measures);
        let counts =
            place.as_ref().is_none_or(|place| place.start < statement.span.end && statement.span.start < place.end);
        if counts && bad > worst.0 {
            worst = (bad, example.text[statement.span].to_owned(), statement.measures);
        }
    }
    Answer {
        lang: example.lang,
        kind: example.kind.clone(),
        id: example.id.clone(),
        text: example.text.clone(),
        bad: example.planted.is_some(),
        hit,
        worst: worst.0,
        words: worst.1,
        found: found.join("; "),
        measures: worst.2,
    }
}

pub fn show(answers: &[Answer]) {
    println!(
        "likelihood of a fault, bad stopped and good cut in per cent: all, Chinese, English; of the second author, the fourth"
    );
    for step in 6..=19 {
        let most = step as f32 * 0.05;
        let mut line = format!("{most:.2}");
        let sets: [&dyn Fn(&Answer) -> bool; 5] = [
            &|_| true,
            &|answer| answer.lang == Lang::Zh,
            &|answer| answer.lang == Lang::En,
            &|answer| answer.id.starts_with("fresh"),
            &|answer| answer.id.starts_with("blind"),
        ];
        for set in sets {
            let of = |bad: bool| {
                let all: Vec<&Answer> = answers.iter().filter(|answer| set(answer) && answer.bad == bad).collect();
                let hit = all.iter().filter(|answer| answer.hit || answer.worst > most).count();
                100.0 * hit as f32 / all.len().max(1) as f32
            };
            let _ = write!(line, "   {:5.1} {:5.1}", of(true), of(false));
        }
        println!("{line}");
    }
    let hit = |bad: bool| answers.iter().filter(|answer| answer.bad == bad && answer.hit).count();
    println!("other rules: {} bad, {} good", hit(true), hit(false));
    let mut kinds: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    for answer in answers {
        let counts = kinds.entry(&answer.kind).or_default();
        counts[0] += 1;
        counts[1] += usize::from(answer.hit);
        counts[2] += usize::from(answer.hit || answer.worst > 1.0 - SUPPORT);
    }
    println!("at {SUPPORT}, by kind: all, stopped by other rules, stopped");
    for (kind, [all, hard, stopped]) in kinds {
        println!("{kind:18} {all:5} {hard:5} {stopped:5}  {:5.1} %", 100.0 * stopped as f32 / all as f32);
    }
    let Ok(list) = std::env::var("LIST").map(|most| most.parse().unwrap_or(0.5)) else { return };
    for answer in answers.iter().filter(|answer| answer.bad != (answer.hit || answer.worst > list)) {
        println!(
            "{} {} {:.2} hard={} «{}» {} [{}]",
            answer.id, answer.kind, answer.worst, answer.hit, answer.words, answer.text, answer.found
        );
        if std::env::var("MEASURES").is_ok() {
            let told: Vec<String> = names()
                .iter()
                .zip(&answer.measures)
                .filter(|(_, value)| **value != 0.0)
                .map(|(name, value)| format!("{name} {value:.2}"))
                .collect();
            println!("      {}", told.join(", "));
        }
    }
}

pub fn importance(forest: &Forest) {
    let mut uses: BTreeMap<usize, usize> = BTreeMap::new();
    for node in forest.trees.iter().flatten() {
        if let Some(feature) = node.feature {
            *uses.entry(feature).or_default() += 1;
        }
    }
    let mut uses: Vec<(usize, usize)> = uses.into_iter().map(|(feature, count)| (count, feature)).collect();
    uses.sort_unstable_by(|a, b| b.cmp(a));
    let told: Vec<String> = uses.iter().map(|(count, feature)| format!("{} {count}", names()[*feature])).collect();
    println!("{}", told.join(", "));
}
