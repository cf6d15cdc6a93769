//! Asks the questions of the demo pack and prints how many are answered exactly right:
//! `cargo run -p yingda-graph --example eval -- [dev|test]`.

use std::error::Error;
use std::fs;
use std::path::Path;

use yingda_graph::eval::{Question, Score, eval};
use yingda_graph::read_graph;

fn main() -> Result<(), Box<dyn Error>> {
    let part = std::env::args().nth(1);
    let pack = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/demo");
    let read = |name: &str| fs::read_to_string(pack.join("graph").join(name));
    let things = [read("products.csv")?, read("details.csv")?, read("accessories.csv")?, read("places.csv")?];
    let things: Vec<&str> = things.iter().map(String::as_str).collect();
    let graph = read_graph(&read("schema.csv")?, &things, &[&read("links.csv")?])
        .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))?;
    let mut questions = Vec::new();
    for line in fs::read_to_string(pack.join("graph.eval.jsonl"))?.lines() {
        let question: Question = serde_json::from_str(line)?;
        if part.as_deref().is_none_or(|part| part == question.part) {
            questions.push(question);
        }
    }
    let report = eval(&graph, &questions);
    // What is only measured on is not shown, so that nobody tunes to it.
    for miss in report.misses.iter().filter(|miss| miss.question.part == "dev") {
        let got = miss.got.as_ref().map(|got| format!("{:?} [{}] {}", got.outcome, got.reading, got.text));
        println!("✗ {} → {}", miss.question.query, got.unwrap_or_else(|| "no answer".to_owned()));
        println!("    expected {}", serde_json::to_string(&miss.question.answer)?);
    }
    let line =
        |name: &str, score: &Score| println!("{name:<12} {:>4}/{:<4} {:.3}", score.right, score.of, score.share());
    for (name, score) in report.by_kind.iter().chain(&report.by_lang).chain(&report.by_part) {
        line(name, score);
    }
    line("all", &report.all);
    println!("wrong claims {} · median {} µs · longest {} µs", report.wrong, report.median_us, report.longest_us);
    Ok(())
}
