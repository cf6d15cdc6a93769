//! Measures gaps, duplicates and contradictions with a real embedding model:
//! `cargo run -p yingda-upkeep --example measure -- e5-small-q4.bin packs/demo [grid|speed]`.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use uuid::Uuid;
use yingda_embedding::{Embedder, Encoder, Purpose};
use yingda_model::{ConversationId, EntryContent, EntryId, Timestamp};
use yingda_upkeep::{Asked, Entry, GapOptions, Grouping, Need, Outcome, contradictions, duplicates, gaps, group};

const CACHE: &str = "upkeep-embeddings.bin";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [model, pack, rest @ ..] = arguments.as_slice() else {
        println!("expected: the model file, the folder of the demo pack, and perhaps grid or speed");
        return;
    };
    let embedder = Embedder::new(Encoder::open(Path::new(model)).unwrap(), 200_000);
    let cache = std::env::temp_dir().join(CACHE);
    let _ = embedder.load(&cache);
    let embed = |texts: &[&str]| -> Vec<Option<Vec<f32>>> {
        texts.chunks(64).flat_map(|texts| embedder.embed_batch(texts, Purpose::Query)).map(Some).collect()
    };
    let pack = Path::new(pack);
    let contents = entries(pack);
    let entries: Vec<Entry<'_>> = contents
        .iter()
        .enumerate()
        .map(|(at, content)| Entry {
            id: EntryId(Uuid::from_u128(at as u128 + 1)),
            content,
            updated_at: Timestamp(at as i64),
        })
        .collect();
    let questions: Vec<&str> = contents.iter().map(|content| content.question.as_str()).collect();
    let entry_vectors = embed(&questions);
    let examples = intents(pack);
    let texts: Vec<&str> = examples.iter().map(|(_, text, _)| text.as_str()).collect();
    let vectors = embed(&texts);
    let _ = embedder.save(&cache);
    let truth: Vec<usize> = numbered(examples.iter().map(|(intent, ..)| intent.as_str()));
    println!("{} questions of {} intents, {} entries", texts.len(), truth.iter().max().unwrap() + 1, entries.len());
    let none = vec![None; texts.len()];
    let langs = vec![None; texts.len()];
    if rest.iter().any(|word| word == "grid") {
        for words in [0.2, 0.35, 0.5] {
            for alike in [0.2, 0.25, 0.3, 0.35, 0.4] {
                let grouping = Grouping { words, alike, across: 9.0, centres: 9.0, ..Grouping::default() };
                report(&format!("words {words} alike {alike}"), &truth, &group(&texts, &langs, &vectors, &grouping));
            }
        }
        for across in [0.3, 0.4, 0.5, 0.6, 0.7] {
            let grouping = Grouping { across, ..Grouping::default() };
            report(&format!("across {across}"), &truth, &group(&texts, &langs, &vectors, &grouping));
        }
        for centres in [0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.8, 9.0] {
            let grouping = Grouping { centres, ..Grouping::default() };
            report(&format!("centres {centres}"), &truth, &group(&texts, &langs, &vectors, &grouping));
        }
        for by_words in [0.06, 0.08, 0.1, 0.12, 0.15, 0.2, 0.25] {
            let grouping = Grouping { by_words, ..Grouping::default() };
            report(&format!("by words {by_words}"), &truth, &group(&texts, &langs, &none, &grouping));
        }
    }
    report("with embeddings", &truth, &group(&texts, &langs, &vectors, &Grouping::default()));
    report("by words alone", &truth, &group(&texts, &langs, &none, &Grouping::default()));

    // Of each intent with an answer in the pack: is the nearest entry that answer?
    let asked: Vec<Asked> = texts.iter().enumerate().map(|(at, text)| question(at, text)).collect();
    let found = gaps(&asked, &vectors, &entries, &entry_vectors, &[], &GapOptions::new(Timestamp(10)));
    let of: BTreeMap<&str, usize> = texts.iter().enumerate().map(|(at, text)| (*text, at)).collect();
    let (mut near, mut right, mut all, mut far) = (0, 0, 0, 0);
    for gap in &found {
        let Some(key) = of.get(gap.examples[0].text.as_str()).and_then(|at| examples[*at].2.as_deref()) else {
            continue;
        };
        all += 1;
        let nearest = gap.nearest.unwrap();
        let hit = contents[nearest.id.0.as_u128() as usize - 1].key.as_deref() == Some(key);
        near += usize::from(gap.need == Need::Variants);
        right += usize::from(hit);
        far += usize::from(gap.need == Need::Variants && !hit);
    }
    println!(
        "{} gaps; of {all} with a known answer the nearest entry is right for {right}, near for {near} (of those wrong: {far})",
        found.len()
    );
    for gap in found.iter().take(12) {
        println!(
            "  {:4} × {} | {:?}",
            gap.count,
            gap.label,
            gap.nearest.map(|nearest| (nearest.likeness, questions[nearest.id.0.as_u128() as usize - 1]))
        );
    }

    // Questions whose answer is taken out of the pack: are they called missing?
    let keys: Vec<&str> = examples.iter().filter_map(|(.., key)| key.as_deref()).collect();
    let without: Vec<usize> =
        (0..entries.len()).filter(|at| !contents[*at].key.as_deref().is_some_and(|key| keys.contains(&key))).collect();
    let fewer: Vec<Entry<'_>> = without.iter().map(|at| entries[*at]).collect();
    let fewer_vectors: Vec<Option<Vec<f32>>> = without.iter().map(|at| entry_vectors[*at].clone()).collect();
    let found = gaps(&asked, &vectors, &fewer, &fewer_vectors, &[], &GapOptions::new(Timestamp(10)));
    let known: Vec<_> = found
        .iter()
        .filter(|gap| of.get(gap.examples[0].text.as_str()).is_some_and(|at| examples[*at].2.is_some()))
        .collect();
    println!(
        "without their answers {} of {} gaps are called missing",
        known.iter().filter(|gap| gap.need == Need::Entry).count(),
        known.len()
    );

    let start = Instant::now();
    let pairs = duplicates(&entries, &entry_vectors);
    println!("\n{} duplicates in {:?}", pairs.len(), start.elapsed());
    for pair in pairs.iter().take(30) {
        let text = |id: EntryId| questions[id.0.as_u128() as usize - 1];
        println!(
            "  {:.2} (q {:.2} a {:.2}) {} | {} | {}",
            pair.likeness,
            pair.questions,
            pair.answers,
            text(pair.kept),
            text(pair.other),
            pair.shared.join(" ")
        );
    }
    let start = Instant::now();
    let found = contradictions(&entries, &entry_vectors);
    println!("\n{} contradictions in {:?}", found.len(), start.elapsed());
    for found in &found {
        let key = |id: EntryId| contents[id.0.as_u128() as usize - 1].key.clone().unwrap_or_default();
        println!(
            "  {:.2} {:?} {} / {}\n     {} — {}\n     {} — {}",
            found.likeness,
            found.difference,
            key(found.a),
            key(found.b),
            found.says_a,
            found.sentence_a,
            found.says_b,
            found.sentence_b
        );
    }
    let none = vec![None; entries.len()];
    println!(
        "by words alone: {} duplicates, {} contradictions",
        duplicates(&entries, &none).len(),
        contradictions(&entries, &none).len()
    );
    if rest.iter().any(|word| word == "speed") {
        speed(&texts, &vectors, &entries, &entry_vectors);
    }
}

fn question(at: usize, text: &str) -> Asked {
    Asked {
        text: text.to_owned(),
        lang: None,
        at: Timestamp(at as i64 % 10),
        conversation_id: ConversationId(Uuid::from_u128(at as u128)),
        contact_id: None,
        outcome: Outcome::Unanswered,
    }
}

/// 20,000 different questions and 10,000 entries, made of the real ones and noise.
fn speed(texts: &[&str], vectors: &[Option<Vec<f32>>], entries: &[Entry<'_>], entry_vectors: &[Option<Vec<f32>>]) {
    let mut seed = 7_u64;
    let mut noise = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 40) as f32 / (1 << 24) as f32 - 0.5
    };
    let mut shaken = |vector: &Option<Vec<f32>>| {
        vector.as_ref().map(|vector| vector.iter().map(|x| x + 0.03 * noise()).collect::<Vec<f32>>())
    };
    let asked: Vec<Asked> = (0..20_000)
        .map(|at| {
            question(
                at,
                &format!(
                    "{} {}",
                    texts[at % texts.len()],
                    ["谢谢", "急急", "帮帮忙", "在哪", "拜托了", "求助", "呢"][at / texts.len() % 7]
                ),
            )
        })
        .collect();
    let many: Vec<Option<Vec<f32>>> = (0..20_000).map(|at| shaken(&vectors[at % vectors.len()])).collect();
    let start = Instant::now();
    let found = gaps(&asked, &many, entries, entry_vectors, &[], &GapOptions::new(Timestamp(10)));
    println!("20,000 questions: {} gaps in {:?}", found.len(), start.elapsed());
    let contents: Vec<EntryContent> = (0..10_000)
        .map(|at| {
            let entry = entries[at % entries.len()].content;
            EntryContent {
                question: format!("{} {}", entry.question, at / entries.len()),
                key: None,
                answer: format!("{} ({at})", entry.answer),
                ..entry.clone()
            }
        })
        .collect();
    let many: Vec<Entry<'_>> = contents
        .iter()
        .enumerate()
        .map(|(at, content)| Entry { id: EntryId(Uuid::from_u128(at as u128)), content, updated_at: Timestamp(0) })
        .collect();
    let vectors: Vec<Option<Vec<f32>>> = (0..10_000).map(|at| shaken(&entry_vectors[at % entries.len()])).collect();
    let start = Instant::now();
    println!("10,000 entries: {} duplicates in {:?}", duplicates(&many, &vectors).len(), start.elapsed());
    let start = Instant::now();
    println!("10,000 entries: {} contradictions in {:?}", contradictions(&many, &vectors).len(), start.elapsed());
}

fn entries(pack: &Path) -> Vec<EntryContent> {
    let mut entries = Vec::new();
    for file in ["faq.zh.jsonl", "faq.en.jsonl"] {
        for line in std::fs::read_to_string(pack.join(file)).unwrap().lines() {
            let value: serde_json::Value = serde_json::from_str(line).unwrap();
            let text = |name: &str| value[name].as_str().map(str::to_owned);
            let variants = value["variants"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|text| text.as_str().map(str::to_owned))
                .collect();
            entries.push(EntryContent {
                key: text("key"),
                question: text("question").unwrap_or_default(),
                answer: text("answer").unwrap_or_default(),
                variants,
                lang: text("lang"),
                category: text("category"),
                ..EntryContent::default()
            });
        }
    }
    entries
}

/// Intent, example and the key of the answer.
fn intents(pack: &Path) -> Vec<(String, String, Option<String>)> {
    let (mut intent, mut key) = (String::new(), None);
    let mut examples = Vec::new();
    for line in std::fs::read_to_string(pack.join("intents.yml")).unwrap().lines() {
        if let Some(name) = line.strip_prefix("- intent: ") {
            (intent, key) = (name.to_owned(), None);
        } else if let Some(answer) = line.strip_prefix("  answer: ") {
            key = Some(answer.to_owned());
        } else if let Some(text) = line.strip_prefix("    - ")
            && !intent.starts_with("chat/")
        {
            examples.push((intent.clone(), text.to_owned(), key.clone()));
        }
    }
    examples
}

fn numbered<'a>(names: impl Iterator<Item = &'a str>) -> Vec<usize> {
    let mut numbers = BTreeMap::new();
    names
        .map(|name| {
            let next = numbers.len();
            *numbers.entry(name.to_owned()).or_insert(next)
        })
        .collect()
}

/// Purity, and the adjusted Rand index (Hubert and Arabie 1985).
fn report(name: &str, truth: &[usize], found: &[usize]) {
    let mut cells: BTreeMap<(usize, usize), f64> = BTreeMap::new();
    let (mut rows, mut columns): (BTreeMap<usize, f64>, BTreeMap<usize, f64>) = Default::default();
    for (truth, found) in truth.iter().zip(found) {
        *cells.entry((*found, *truth)).or_default() += 1.0;
        *rows.entry(*found).or_default() += 1.0;
        *columns.entry(*truth).or_default() += 1.0;
    }
    let count = truth.len() as f64;
    let purity: f64 = rows
        .keys()
        .map(|row| columns.keys().filter_map(|column| cells.get(&(*row, *column))).copied().fold(0.0, f64::max))
        .sum::<f64>()
        / count;
    let pairs = |n: f64| n * (n - 1.0) / 2.0;
    let index: f64 = cells.values().map(|n| pairs(*n)).sum();
    let (a, b): (f64, f64) = (rows.values().map(|n| pairs(*n)).sum(), columns.values().map(|n| pairs(*n)).sum());
    let expected = a * b / pairs(count);
    let ari = (index - expected) / ((a + b) / 2.0 - expected);
    let covered = rows.values().filter(|n| **n >= 3.0).sum::<f64>() / count;
    println!(
        "{name}: {} groups ({:.0}% of questions in groups of 3 or more), purity {purity:.3}, pair precision {:.3}, recall {:.3}, ARI {ari:.3}",
        rows.len(),
        covered * 100.0,
        index / a.max(1.0),
        index / b
    );
}
