//! Measures the finding of personal data: `cargo run -p yingda-entity --example measure_pii -- SET [errors]`.

use std::error::Error;
use std::time::Instant;
use std::{env, fs, io};

use time::macros::datetime;
use yingda_entity::pii::eval::{Neighbours, evaluate, kind_of, read};
use yingda_entity::pii::find_personal;
use yingda_entity::{Context, Entities, Setup};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let set = arguments.next().ok_or("expected the path of a set")?;
    let samples = read(io::BufReader::new(fs::File::open(set)?))?;
    if arguments.next().is_some() {
        for sample in &samples {
            let found: Vec<_> = find_personal(&sample.text);
            for (start, end, name) in &sample.spans {
                let Some(kind) = kind_of(name) else { continue };
                if !found.iter().any(|one| one.start == *start && one.end == *end && one.kind == kind) {
                    println!("missed {kind:?} {:?} in {:?}", &sample.text[*start..*end], sample.text);
                }
            }
            for one in &found {
                if !sample.spans.iter().any(|(start, end, name)| {
                    one.start == *start && one.end == *end && kind_of(name).as_ref() == Some(&one.kind)
                }) {
                    println!(
                        "wrong {:?} {:?} {:.2} in {:?}",
                        one.kind,
                        &sample.text[one.start..one.end],
                        one.confidence,
                        sample.text
                    );
                }
            }
        }
    }
    println!("as marked\n{}", evaluate(&samples, Neighbours::AsMarked));
    let start = Instant::now();
    for sample in &samples {
        std::hint::black_box(find_personal(&sample.text));
    }
    let texts = samples.len().max(1) as f64;
    let characters = samples.iter().map(|sample| sample.text.chars().count()).sum::<usize>() as f64 / texts;
    println!("{:.1} µs a text of {characters:.0} characters", start.elapsed().as_secs_f64() * 1e6 / texts);
    let entities = Entities::new(&Setup::default())?;
    let context = Context { now: datetime!(2026-11-22 10:00 +8) };
    let start = Instant::now();
    for sample in &samples {
        std::hint::black_box(entities.find(&sample.text, &context));
    }
    println!("{:.1} µs with all kinds of entity", start.elapsed().as_secs_f64() * 1e6 / texts);
    println!("addresses joined\n{}", evaluate(&samples, Neighbours::JoinedAddresses).overall.f1());
    Ok(())
}
