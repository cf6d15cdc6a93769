//! Asks the demo graph the questions on standard input, one a line, and prints the answers with their readings.

use std::error::Error;
use std::fs;
use std::io::stdin;
use std::path::Path;

use yingda_graph::{Asked, answer, read_graph};

fn main() -> Result<(), Box<dyn Error>> {
    let pack = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/demo/graph");
    let read = |name: &str| fs::read_to_string(pack.join(name));
    let things = [read("products.csv")?, read("details.csv")?, read("accessories.csv")?, read("places.csv")?];
    let things: Vec<&str> = things.iter().map(String::as_str).collect();
    let graph = read_graph(&read("schema.csv")?, &things, &[&read("links.csv")?])
        .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))?;
    let mut context: Vec<String> = Vec::new();
    for line in stdin().lines() {
        let line = line?;
        let lang = if line.is_ascii() { "en" } else { "zh" };
        let asked = Asked { question: &line, lang, now: None, context: &context };
        println!("? {line}");
        match answer(&graph, &asked) {
            Some(found) => {
                println!("  {} [{}] {:.2}", found.text, found.reading, found.confidence);
                context = found.things;
            }
            None => println!("  –"),
        }
    }
    Ok(())
}
