//! Tables of text, the expression in it, and its value.
#![allow(dead_code)]

use time::macros::datetime;
use yingda_moment::{Found, Reference, find};

/// A Sunday.
pub const NOW: Reference = Reference { now: datetime!(2026-11-22 10:00 +8) };

/// Each row: a text, the expression in it, its value as ISO text; it holds no other expression.
pub fn check(rows: &[(&str, &str, &str)]) {
    let mut wrong = Vec::new();
    for (text, span, iso) in rows {
        let found = all(text);
        if found != [(span.to_string(), iso.to_string())] {
            wrong.push(format!("{text}: expected {span} = {iso}, found {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} are wrong:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

/// Texts without any expression.
pub fn nothing(texts: &[&str]) {
    let wrong: Vec<_> = texts.iter().map(|text| (text, all(text))).filter(|(_, found)| !found.is_empty()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What is found: the expression, and its value.
pub fn all(text: &str) -> Vec<(String, String)> {
    let found: Vec<Found> = find(text, &NOW);
    found.iter().map(|found| (text[found.start..found.end].to_owned(), found.value.iso())).collect()
}
