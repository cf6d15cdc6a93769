//! Learns what search weighs: `fit MODEL DEMO COVID_FAQ INTENTS [CACHE]`.
//!
//! Questions with known answers are asked of small knowledge bases, and the weights of a multinomial logistic model are
//! chosen that make the right entries (or that there is none) likeliest. Every second question is learnt from; the figures
//! are of the others. What is printed at the end belongs into `src/weights.rs`.
//!
//! - DEMO: `faq.zh.jsonl`, `eval.zh.jsonl` and the same in English; each language alone, both together, and together with
//!   the articles (`articles`, `articles.eval.jsonl`).
//! - COVID_FAQ: `faq.jsonl`, `eval_pairs.jsonl`.
//! - INTENTS: `banking77`, `clinc150`, `hwu64`, `xsid` with their training files; an intent is an entry with four of its
//!   examples as wordings, asked for by others. What CLINC150 has out of scope has no answer.
//!
//! Each set is asked twice: whole, and with every fifth entry left out, whose questions then have no answer.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use serde_json::Value;
use yingda_embedding::{Embedder, Encoder};
use yingda_knowledge::learning::{FEATURES, NONE_FEATURES, TEXT, VECTORS, Weights};
use yingda_knowledge::{Entry, Index, Query, QuestionVector};

/// A knowledge base and what is asked of it, each with the ids that are right; none when nothing is.
struct Set {
    name: String,
    entries: Vec<Entry>,
    questions: Vec<(String, Vec<String>)>,
}

/// A question as numbers: candidates, whether each is right, and what speaks for none.
struct Case {
    candidates: Vec<[f32; FEATURES]>,
    right: Vec<bool>,
    none: [f32; NONE_FEATURES],
    answerable: bool,
    weight: f64,
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [model, demo, covid, intents, rest @ ..] = args.as_slice() else {
        panic!("expected MODEL DEMO COVID_FAQ INTENTS [CACHE]");
    };
    let embedder = Embedder::new(Encoder::open(model.as_ref()).unwrap(), 200_000);
    if let Some(cache) = rest.first().filter(|cache| Path::new(cache).exists()) {
        println!("{} embeddings remembered", embedder.load(cache.as_ref()).unwrap());
    }
    let sets = sets(demo.as_ref(), covid.as_ref(), intents.as_ref());
    for (what, before) in [("with vectors", VECTORS), ("text alone", TEXT)] {
        let vectors = what == "with vectors";
        let mut learnt = Vec::new();
        let mut kept = Vec::new();
        for set in &sets {
            let (cases, missed) = cases(set, vectors.then_some(&embedder));
            let half = |parity: usize| cases.iter().skip(parity).step_by(2);
            let answerable = cases.iter().filter(|case| case.answerable).count() + missed;
            println!(
                "{what:12} {:22} {:4} entries {:5} questions, {:4.1} % not among the candidates",
                set.name,
                set.entries.len(),
                cases.len() + missed,
                100.0 * missed as f64 / answerable.max(1) as f64
            );
            let weight = 1.0 / (cases.len() as f64).sqrt();
            let copy =
                |case: &Case| Case { candidates: case.candidates.clone(), right: case.right.clone(), weight, ..*case };
            learnt.extend(half(0).map(copy));
            kept.push((set.name.clone(), half(1).map(copy).collect::<Vec<_>>(), missed / 2));
        }
        let after = fit(&learnt, before, vectors);
        for (name, weights) in [("before", before), ("after", after)] {
            println!("{what}, {name}:   hit@1  hit@5   MRR@10 | right wrong offer unkn | none: answered offered");
            for (set, cases, missed) in &kept {
                report(set, cases, *missed, &weights);
            }
        }
        println!("entry: {:.2?},\nnone: {:.2?},\n", after.entry, after.none);
    }
    if let Some(cache) = rest.first() {
        embedder.save(cache.as_ref()).unwrap();
    }
}

fn lines(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.lines().filter(|line| !line.trim().is_empty()).map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap_or_default().to_owned()
}

fn sets(demo: &Path, covid: &Path, intents: &Path) -> Vec<Set> {
    let mut sets = Vec::new();
    let faq = |path: &Path, prefix: &str| -> Vec<Entry> {
        lines(path)
            .iter()
            .enumerate()
            .map(|(at, line)| {
                let variants = line["variants"].as_array().into_iter().flatten();
                Entry {
                    variants: variants.filter_map(|v| v.as_str().map(str::to_owned)).collect(),
                    lang: line["lang"].as_str().map(str::to_owned),
                    ..Entry::new(format!("{prefix}{at}"), text(line, "question"), text(line, "answer"))
                }
            })
            .collect()
    };
    let pairs = |path: &Path, entries: &[Entry]| -> Vec<(String, Vec<String>)> {
        lines(path)
            .iter()
            .filter(|line| line["label"] == 1)
            .filter_map(|line| {
                let q1 = text(line, "q1");
                let right: Vec<String> =
                    entries.iter().filter(|e| e.wordings().any(|w| w == q1)).map(|e| e.id.clone()).collect();
                (!right.is_empty()).then(|| (text(line, "q2"), right))
            })
            .collect()
    };
    let zh = faq(&demo.join("faq.zh.jsonl"), "zh");
    let en = faq(&demo.join("faq.en.jsonl"), "en");
    let both: Vec<Entry> = zh.iter().chain(&en).cloned().collect();
    let (asked_zh, asked_en) = (pairs(&demo.join("eval.zh.jsonl"), &zh), pairs(&demo.join("eval.en.jsonl"), &en));
    let mut asked: Vec<_> = asked_zh.iter().chain(&asked_en).cloned().collect();
    let nothing: Vec<(String, Vec<String>)> = std::fs::read_to_string(demo.join("unanswerable.jsonl"))
        .unwrap_or_default()
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .map(|line| (text(&line, "query"), Vec::new()))
        .collect();
    asked.extend(nothing);
    sets.push(Set { name: "demo.zh".into(), entries: zh, questions: asked_zh });
    sets.push(Set { name: "demo.en".into(), entries: en, questions: asked_en.clone() });
    sets.push(Set { name: "demo both".into(), entries: both, questions: asked });
    let mut articles = Vec::new();
    for lang in ["zh", "en"] {
        let mut files: Vec<_> = std::fs::read_dir(demo.join("articles").join(lang)).unwrap().flatten().collect();
        files.sort_by_key(|file| file.path());
        articles.extend(files.iter().map(|file| article(&std::fs::read_to_string(file.path()).unwrap(), lang)));
    }
    let of_articles = lines(&demo.join("articles.eval.jsonl"));
    let of_articles = of_articles.iter().map(|line| {
        let relevant: Vec<String> = line["relevant"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|key| key.as_str().unwrap_or_default().to_owned())
            .collect();
        // Either language is right, and so is a FAQ entry of that key.
        let right = articles.iter().filter(|entry| relevant.iter().any(|key| entry.id.starts_with(&format!("{key}/"))));
        (text(line, "query"), right.map(|entry| entry.id.clone()).collect::<Vec<_>>())
    });
    let mut questions: Vec<_> = of_articles.filter(|(_, right)| !right.is_empty()).collect();
    // Beside articles, questions still have their own answers.
    questions.extend(sets[2].questions.iter().step_by(3).cloned());
    let entries = articles.iter().cloned().chain(sets[2].entries.iter().cloned()).collect();
    sets.push(Set { name: "demo with articles".into(), entries, questions });
    let entries = faq(&covid.join("faq.jsonl"), "c");
    let questions = pairs(&covid.join("eval_pairs.jsonl"), &entries);
    sets.push(Set { name: "covid".into(), entries, questions });
    for (name, train, others) in [
        ("banking77", "train.jsonl", "train.jsonl"),
        ("clinc150", "train.jsonl", "val.jsonl"),
        ("hwu64", "train.jsonl", "valid.jsonl"),
        ("xsid", "zh_valid.jsonl", "zh_valid.jsonl"),
    ] {
        let folder = intents.join(name);
        let mut by_intent: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for line in lines(&folder.join(train)) {
            if line["intent"] != "oos" {
                by_intent.entry(text(&line, "intent")).or_default().push(text(&line, "text"));
            }
        }
        let mut entries = Vec::new();
        let mut used = HashSet::new();
        for (intent, texts) in &by_intent {
            let step = (texts.len() / 5).max(1);
            let four: Vec<String> = texts.iter().step_by(step).take(4).cloned().collect();
            used.extend(four.clone());
            entries.push(Entry { variants: four[1..].to_vec(), ..Entry::new(intent.clone(), four[0].clone(), "") });
        }
        let mut questions: Vec<(String, Vec<String>)> = lines(&folder.join(others))
            .iter()
            .filter(|line| !used.contains(&text(line, "text")))
            .map(|line| {
                let intent = text(line, "intent");
                (text(line, "text"), if intent == "oos" { Vec::new() } else { vec![intent] })
            })
            .collect();
        let step = questions.len().div_ceil(1_500);
        questions = questions.into_iter().step_by(step).collect();
        sets.push(Set { name: name.into(), entries, questions });
    }
    let thinned: Vec<Set> = sets
        .iter()
        .map(|set| {
            let gone: HashSet<&str> = set.entries.iter().skip(2).step_by(5).map(|entry| entry.id.as_str()).collect();
            Set {
                name: format!("{} less a fifth", set.name),
                entries: set.entries.iter().filter(|entry| !gone.contains(entry.id.as_str())).cloned().collect(),
                questions: set
                    .questions
                    .iter()
                    .map(|(question, right)| {
                        let right: Vec<String> =
                            right.iter().filter(|id| !gone.contains(id.as_str())).cloned().collect();
                        (question.clone(), right)
                    })
                    .collect(),
            }
        })
        .collect();
    sets.extend(thinned);
    sets
}

/// An article: lines of `name: value` between two lines of `---`, and its text.
fn article(file: &str, lang: &str) -> Entry {
    let (head, body) = file.trim_start_matches("---\n").split_once("\n---\n").unwrap();
    let of = |name: &str| {
        head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).unwrap_or_default().trim()
    };
    let title = of("question").trim_matches('"');
    let title = if title.is_empty() { of("title").trim_matches('"') } else { title };
    Entry {
        kind: yingda_knowledge::EntryKind::Article,
        lang: Some(lang.to_owned()),
        ..Entry::new(format!("{}/{lang}", of("key")), title, body)
    }
}

/// The questions as numbers, and how many answerable ones did not have their entry among the candidates.
fn cases(set: &Set, embedder: Option<&Embedder>) -> (Vec<Case>, usize) {
    let index = Index::build(set.entries.clone()).unwrap();
    if let Some(embedder) = embedder {
        while index.embed_pending(&Remembering(embedder), 1_000).unwrap().left > 0 {}
    }
    let mut missed = 0;
    let mut cases = Vec::new();
    for (question, right) in &set.questions {
        let vector = embedder.map(|embedder| QuestionVector::of(question, embedder));
        let evidence = index.evidence(&Query { vector, ..Query::new(question) }).unwrap();
        let case = Case {
            right: evidence.candidates.iter().map(|(id, _)| right.contains(id)).collect(),
            candidates: evidence.candidates.into_iter().map(|(_, features)| features).collect(),
            none: evidence.none,
            answerable: !right.is_empty(),
            weight: 1.0,
        };
        if case.answerable && !case.right.contains(&true) {
            missed += 1;
        } else {
            cases.push(case);
        }
    }
    (cases, missed)
}

/// An embedder that remembers what it embedded, since each text is embedded for several sets.
struct Remembering<'a>(&'a Embedder);

impl yingda_knowledge::Embeds for Remembering<'_> {
    fn identity(&self) -> u64 {
        self.0.encoder().identity()
    }

    fn embed(&self, texts: &[&str], purpose: yingda_embedding::Purpose) -> Vec<Vec<f32>> {
        self.0.embed_batch(texts, purpose)
    }
}

const ALL: usize = FEATURES + NONE_FEATURES;
/// Features that only vectors give.
const COSINES: std::ops::Range<usize> = 9..13;
/// Whether an entry is in another language than the question. Its weight is not learnt: what customers cannot read comes
/// after what they can, even where it fits as well.
const FOREIGN: usize = 7;
const OTHER_LANGUAGE: f64 = -0.7;

fn probabilities(case: &Case, weights: &Weights) -> (Vec<f64>, f64) {
    let none = weights.none(&case.none);
    let evidences: Vec<f64> =
        case.candidates.iter().map(|features| f64::from(weights.entry(features) - none)).collect();
    let highest = evidences.iter().copied().fold(0.0, f64::max);
    let all: f64 = (-highest).exp() + evidences.iter().map(|e| (e - highest).exp()).sum::<f64>();
    (evidences.iter().map(|e| (e - highest).exp() / all).collect(), (-highest).exp() / all)
}

/// Gradient descent with momentum and steps by each weight's own scale (Adam), on the negative logarithm of the
/// probability of what is right.
fn fit(cases: &[Case], start: Weights, vectors: bool) -> Weights {
    const STEPS: i32 = 1_500;
    const DECAY: f64 = 2e-4;
    let mut weights: Vec<f64> = start.entry.iter().chain(&start.none).map(|w| f64::from(*w)).collect();
    let (mut mean, mut square) = ([0.0; ALL], [0.0; ALL]);
    let mass: f64 = cases.iter().map(|case| case.weight).sum();
    let made = |weights: &[f64]| {
        let mut made = start;
        for (to, from) in made.entry.iter_mut().chain(&mut made.none).zip(weights) {
            *to = *from as f32;
        }
        made
    };
    for step in 1..=STEPS {
        let now = made(&weights);
        let mut gradient = [0.0; ALL];
        for case in cases {
            let (probabilities, none) = probabilities(case, &now);
            let right: f64 = probabilities.iter().zip(&case.right).filter(|(_, right)| **right).map(|(p, _)| p).sum();
            for ((features, p), is_right) in case.candidates.iter().zip(&probabilities).zip(&case.right) {
                let target = if *is_right && right > 0.0 { p / right } else { 0.0 };
                let pull = case.weight * (p - target);
                if pull.abs() > 1e-7 {
                    gradient.iter_mut().zip(features).for_each(|(g, f)| *g += pull * f64::from(*f));
                }
            }
            let pull = case.weight * (none - if case.answerable { 0.0 } else { 1.0 });
            gradient[FEATURES..].iter_mut().zip(&case.none).for_each(|(g, f)| *g += pull * f64::from(*f));
        }
        let rate = 0.1 * (1.0 - f64::from(step) / f64::from(STEPS + 1));
        for at in 0..ALL {
            if !vectors && COSINES.contains(&at) {
                weights[at] = 0.0;
                continue;
            }
            if at == FOREIGN {
                weights[at] = OTHER_LANGUAGE;
                continue;
            }
            let g = gradient[at] / mass + DECAY * weights[at];
            mean[at] = 0.9 * mean[at] + 0.1 * g;
            square[at] = 0.99 * square[at] + 0.01 * g * g;
            let (mean, square) = (mean[at] / (1.0 - 0.9_f64.powi(step)), square[at] / (1.0 - 0.99_f64.powi(step)));
            weights[at] -= rate * mean / (square.sqrt() + 1e-8);
        }
    }
    made(&weights)
}

fn report(name: &str, cases: &[Case], missed: usize, weights: &Weights) {
    let thresholds = yingda_knowledge::Thresholds::default();
    let (mut hit1, mut hit5, mut mrr) = (0.0, 0.0, 0.0);
    let (mut right, mut wrong, mut offered, mut unknown) = (0.0, 0.0, 0.0, missed as f64);
    let (mut answered, mut choices, mut nothing) = (0.0, 0.0, 0.0);
    let mut queries = missed as f64;
    for case in cases {
        let (p, _) = probabilities(case, weights);
        let mut order: Vec<usize> = (0..p.len()).collect();
        order.sort_by(|a, b| p[*b].total_cmp(&p[*a]));
        let best = order.first().map_or(0.0, |at| p[*at] as f32);
        if !case.answerable {
            nothing += 1.0;
            answered += f64::from(best >= thresholds.answer);
            choices += f64::from(best < thresholds.answer && best >= thresholds.offer);
            continue;
        }
        queries += 1.0;
        let rank = order.iter().position(|at| case.right[*at]).unwrap_or(usize::MAX - 1) + 1;
        hit1 += f64::from(rank == 1);
        hit5 += f64::from(rank <= 5);
        mrr += if rank <= 10 { 1.0 / rank as f64 } else { 0.0 };
        if best >= thresholds.answer {
            if rank == 1 { right += 1.0 } else { wrong += 1.0 }
        } else if best >= thresholds.offer {
            offered += 1.0;
        } else {
            unknown += 1.0;
        }
    }
    let share = |part: f64, of: f64| 100.0 * part / f64::max(of, 1.0);
    println!(
        "{name:24} {:6.3} {:6.3} {:6.3} | {:5.1} {:5.1} {:5.1} {:5.1} | {:5.1} {:5.1} of {nothing}",
        hit1 / queries,
        hit5 / queries,
        mrr / queries,
        share(right, queries),
        share(wrong, queries),
        share(offered, queries),
        share(unknown, queries),
        share(answered, nothing),
        share(choices, nothing),
    );
}
