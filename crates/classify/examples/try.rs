//! scratch
use yingda_classify::*;
use yingda_language::Speller;
fn main() {
    let f = std::env::args().nth(1).unwrap();
    let b = read(f.as_ref()).unwrap();
    let s = Speller::new(b.iter().map(|x| &x.text));
    for line in std::io::stdin().lines() { let line = line.unwrap(); println!("{line}\n  {}", s.correct(&line).text); }
}
