//! scratch
use std::time::Instant;
use yingda_classify::*;
use yingda_language::{Speller, is_han, noise::noised};
/// Characters of `a` that stand in `b` too, in order (longest common subsequence).
fn common(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row = vec![0; b.len() + 1];
    for x in a.chars() {
        let mut diagonal = 0;
        for j in 0..b.len() {
            let up = row[j + 1];
            row[j + 1] = if x == b[j] { diagonal + 1 } else { up.max(row[j]) };
            diagonal = up;
        }
    }
    row[b.len()]
}
fn main() {
    let f = std::env::args().nth(1).unwrap();
    let show: usize = std::env::args().nth(2).and_then(|n| n.parse().ok()).unwrap_or(14);
    let (tr, te): (Vec<Example>, Vec<Example>) = match f.strip_suffix(".eval.jsonl") {
        Some(pack) => (read(format!("{pack}.yml").as_ref()).unwrap(), read(f.as_ref()).unwrap()),
        None => {
            let (tr, te): (Vec<_>, Vec<_>) = read(f.as_ref()).unwrap().into_iter().enumerate().partition(|(i, _)| i % 5 != 0);
            (tr.into_iter().map(|x| x.1).collect(), te.into_iter().map(|x| x.1).collect())
        }
    };
    yingda_language::warm_up();
    let _ = Speller::new(["我们 the"]).correct("我门 teh kard");
    let t = Instant::now();
    let s = Speller::new(tr.iter().map(|x| &x.text));
    println!("built in {:?} from {} texts", t.elapsed(), tr.len());
    let (mut words, mut bad, mut fixed, mut harmed) = (0, 0, 0, 0);
    let (mut zh, mut zh_bad, mut zh_left, mut zh_same) = (0, 0, 0, 0);
    let (mut noisy_time, mut clean_time, mut changed) = (0, 0, 0);
    let te: Vec<_> = te.into_iter().take(2000).collect();
    for x in &te {
        let t = Instant::now();
        let c = s.correct(&x.text);
        clean_time += t.elapsed().as_nanos();
        if !c.changes.is_empty() {
            changed += 1;
            println!("CLEAN {} | {:?}", x.text, c.changes.iter().map(|c| format!("{}→{}", c.from, c.to)).collect::<Vec<_>>());
        }
    }
    let noisy: Vec<_> = te.iter().take(700).collect();
    for (i, x) in noisy.iter().enumerate() {
        let n = noised(&x.text, 0.1, i as u64);
        let t = Instant::now();
        let c = s.correct(&n).text;
        noisy_time += t.elapsed().as_nanos();
        if i < show { println!("{}\n  {}\n  {}", x.text, n, c); }
        if x.text.chars().filter(|c| is_han(*c)).count() > 2 {
            let len = x.text.chars().count();
            zh += len;
            zh_bad += len - common(&x.text, &n);
            zh_left += len - common(&x.text, &c);
            zh_same += usize::from(c == x.text);
            continue;
        }
        let (a, b, d): (Vec<&str>, Vec<&str>, Vec<&str>) = (x.text.split_whitespace().collect(), n.split_whitespace().collect(), c.split_whitespace().collect());
        // Glued words: count each message by its longest common words instead.
        if a.len() == b.len() && b.len() == d.len() {
            for k in 0..a.len() { words += 1; if a[k] != b[k] { bad += 1; fixed += usize::from(a[k].eq_ignore_ascii_case(d[k])); } else { harmed += usize::from(!a[k].eq_ignore_ascii_case(d[k])); } }
        }
    }
    println!("words {words} bad {bad} fixed {fixed} harmed {harmed}");
    println!("chinese characters {zh} lost {zh_bad}, after correction {zh_left}; messages whole {zh_same}");
    println!("clean changed {changed} of {}; {} ns clean, {} ns noisy", te.len(), clean_time / te.len() as u128, noisy_time / noisy.len() as u128);
}
