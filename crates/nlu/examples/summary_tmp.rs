use std::io::BufRead;
use yingda_nlu::summary::*;
use yingda_entity::*;
fn main() {
    let entities = Entities::new(&Setup::default()).unwrap();
    yingda_nlu::summary::summary(&[], &entities);
    yingda_language::warm_up();
    let now = time::macros::datetime!(2026-11-22 10:00 +8);
    let mut total = (0u128, 0usize);
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        let v: serde_json::Value = serde_json::from_str(&line).unwrap();
        let list: Vec<(Speaker, String, u64)> = v.as_array().unwrap().iter().map(|t| (match t[0].as_str().unwrap() {"c" => Speaker::Customer, _ => Speaker::Agent}, t[2].as_str().unwrap().to_owned(), t[1].as_u64().unwrap())).collect();
        let found: Vec<Vec<Entity>> = list.iter().map(|(_, text, _)| entities.find(text, &Context { now })).collect();
        let turns: Vec<Turn> = list.iter().zip(&found).map(|((who, text, seq), found)| Turn { who: *who, text, seq: *seq, at: now, known: Known { entities: Some(found), ..Known::default() } }).collect();
        let start = std::time::Instant::now();
        let s = summary(&turns, &entities);
        total.0 += start.elapsed().as_nanos(); total.1 += turns.len();
        if std::env::args().nth(1).is_none() {
        println!("=====");
        for t in &turns { println!("{} {} {}", t.seq, if t.who == Speaker::Customer {"C"} else {"A"}, t.text); }
        println!("--\n{}", s.render(Labels::Zh));
        }
    }
    eprintln!("{} us a turn", total.0 as f64 / 1000.0 / total.1 as f64);
}
