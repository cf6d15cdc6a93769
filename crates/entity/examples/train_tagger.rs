//! Learns the tagger's weights: `cargo run -p yingda-entity --example train_tagger -- FROM.jsonl WORDS.txt TO.bin`.
//!
//! With a fourth path, of examples that were held out, it also says how well spans of each class are found in them.
//!
//! A line of the input is `{"text": …, "spans": [[start, end, "person"], …]}` with offsets in characters; the words
//! are ordinary ones, one a line.

use std::error::Error;
use std::io::BufRead;
use std::{env, fs, io};

use yingda_entity::tagger::train::{Example, train};
use yingda_entity::tagger::{Class, Model};

/// How often all examples are gone through.
const ROUNDS: usize = 5;
/// The power of two of the number of features that are told apart.
const BITS: u8 = 17;
const CLASSES: [Class; 6] =
    [Class::Person, Class::Address, Class::Place, Class::Organisation, Class::Phone, Class::Postcode];

#[derive(serde::Deserialize)]
struct Line {
    text: String,
    spans: Vec<(usize, usize, String)>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let (Some(from), Some(words), Some(to)) = (arguments.next(), arguments.next(), arguments.next()) else {
        return Err("expected three paths: the examples (JSONL), a list of words, and where the weights go".into());
    };
    let held_out = arguments.next().map_or(Ok(Vec::new()), |path| read(&path))?;
    let examples = read(&from)?;
    let words: Vec<String> = fs::read_to_string(words)?.lines().map(str::to_owned).collect();
    let weights =
        train(&examples, &words, BITS, ROUNDS, |round, loss| eprintln!("round {}: loss {loss:.4}", round + 1));
    let model = Model::read(&weights)?;
    for class in CLASSES {
        let (mut marked, mut found, mut right) = (0, 0, 0);
        for example in &held_out {
            let gold: Vec<_> =
                example.spans.iter().filter(|span| span.2 == class).map(|span| (span.0, span.1)).collect();
            let tagged: Vec<_> = model
                .tag(&example.text)
                .into_iter()
                .filter(|one| one.class == class)
                .map(|one| (one.start, one.end))
                .collect();
            marked += gold.len();
            found += tagged.len();
            right += tagged.iter().filter(|span| gold.contains(span)).count();
        }
        if marked > 0 {
            let f1 = 2.0 * right as f64 / (marked + found) as f64;
            eprintln!("{class:?}: {marked} marked, {found} found, F1 {f1:.3}");
        }
    }
    fs::write(to, weights)?;
    Ok(())
}

fn read(path: &str) -> Result<Vec<Example>, Box<dyn Error>> {
    io::BufReader::new(fs::File::open(path)?).lines().map(|line| example(serde_json::from_str(&line?)?)).collect()
}

fn example(line: Line) -> Result<Example, Box<dyn Error>> {
    let offsets: Vec<usize> = line.text.char_indices().map(|(at, _)| at).chain([line.text.len()]).collect();
    let mut spans = Vec::new();
    for (start, end, class) in line.spans {
        let class = match class.as_str() {
            "person" => Class::Person,
            "address" => Class::Address,
            "place" => Class::Place,
            "organisation" => Class::Organisation,
            "phone" => Class::Phone,
            "postcode" => Class::Postcode,
            other => return Err(format!("unknown class {other}").into()),
        };
        match (offsets.get(start), offsets.get(end)) {
            (Some(start), Some(end)) => spans.push((*start, *end, class)),
            _ => return Err(format!("a span lies outside its text: {}", line.text).into()),
        }
    }
    Ok(Example { text: line.text, spans })
}
