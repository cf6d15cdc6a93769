//! Prints the figures of one part of labelled answers, and how long a usual template line takes:
//! `cargo run -p yingda-guard --example figures -- datasets/guard/guard.jsonl dev`.

use std::time::Instant;

use yingda_guard::{Evidence, Guard, Lang, Origin, Saying, eval, evaluate};

fn main() -> Result<(), String> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("name the file with the labelled answers")?;
    let part = arguments.next().unwrap_or_else(|| "dev".to_owned());
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    let mut examples = eval::examples(&text)?;
    examples.retain(|example| example.part == part);
    let guard =
        Guard::read(&[]).map_err(|problems| problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))?;
    println!("{}", evaluate(&guard, &examples));
    let saying = Saying {
        text: "您的订单 QH2611050123 已发货，预计 11 月 24 日送达，请留意查收。".to_owned(),
        lang: Lang::Zh,
        channel: "web".to_owned(),
        origin: Origin::Template,
    };
    let evidence = Evidence::default();
    guard.check(&saying, &evidence);
    let start = Instant::now();
    for _ in 0..1000 {
        guard.check(&saying, &evidence);
    }
    println!("a template line: {:.1} us", start.elapsed().as_secs_f64() * 1e6 / 1000.0);
    Ok(())
}
