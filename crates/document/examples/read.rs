//! Reads files and prints what they say: `cargo run -p yingda-document --example read -- FILE…`. With `--speed`, only how long
//! it took.

use std::time::Instant;

use yingda_document::{Limits, read};

fn main() -> std::io::Result<()> {
    let (flags, files): (Vec<String>, Vec<String>) = std::env::args().skip(1).partition(|arg| arg.starts_with("--"));
    let speed = flags.iter().any(|flag| flag == "--speed");
    for file in files {
        let bytes = std::fs::read(&file)?;
        let start = Instant::now();
        let result = read(&file, &bytes, &Limits::default());
        let seconds = start.elapsed().as_secs_f64();
        match result {
            Err(error) => println!("{} {error}\n{}", error.code(), error.zh()),
            Ok(document) => {
                let pages = document.pages.unwrap_or_default();
                println!(
                    "{file}: {} {:.3} s, {pages} pages, {:.0} pages/s, {} bytes of Markdown, title {:?}, language {:?}",
                    document.format.name(),
                    seconds,
                    f64::from(pages) / seconds,
                    document.markdown.len(),
                    document.title,
                    document.lang,
                );
                for unread in &document.unread {
                    println!("unread: {unread} / {}", unread.zh());
                }
                for warning in &document.warnings {
                    println!("warning: {warning} / {}", warning.zh());
                }
                if !speed {
                    println!("{}", document.markdown);
                }
            }
        }
    }
    Ok(())
}
