//! Measuring the finding of personal data against marked texts.
//!
//! A set is a file with a text a line, in one of two forms: the JSONL of Presidio
//! (`{"text", "spans": [{"entity_type", "start_position", "end_position"}]}`, positions in characters) or
//! text with marks (`我叫⟦陈晓岚|PERSON⟧`).

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, BufRead};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::find_personal;
use crate::kind::Kind;

/// Why a set cannot be read.
#[derive(Debug, Error)]
pub enum BadSet {
    /// The file cannot be read.
    #[error("the set cannot be read: {0}")]
    Read(#[from] io::Error),
    /// A line is not as expected.
    #[error("line {line}: expected a JSON object with text and spans, or a text with ⟦words|TYPE⟧ marks: {why}")]
    Line {
        /// Which, from 1.
        line: usize,
        /// What was wrong.
        why: String,
    },
}

/// How spans of one kind that only white space parts are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Neighbours {
    /// As the set marks them.
    AsMarked,
    /// Neighbouring parts of an address as one, in the set and in what is found: some sets mark the house
    /// number, the street and the apartment apart.
    JoinedAddresses,
}

/// A text with its marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// The text.
    pub text: String,
    /// Byte spans and the set's names of their types.
    pub spans: Vec<(usize, usize, String)>,
}

#[derive(Deserialize)]
struct JsonLine {
    text: String,
    #[serde(default)]
    spans: Vec<JsonSpan>,
}

#[derive(Deserialize)]
struct JsonSpan {
    entity_type: String,
    start_position: usize,
    end_position: usize,
}

/// Right, found and marked spans.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Spans of the set.
    pub marked: usize,
    /// Spans that were found.
    pub found: usize,
    /// Found spans that the set has exactly, marks and white space at their ends left out.
    pub exact: usize,
    /// Found spans that overlap one of the set of the same type.
    pub found_overlapping: usize,
    /// Spans of the set that a found one of the same type overlaps.
    pub marked_overlapped: usize,
}

impl Counts {
    /// The part of what was found that is exactly right.
    pub fn precision(&self) -> f64 {
        share(self.exact, self.found)
    }

    /// The part of what is marked that was exactly found.
    pub fn recall(&self) -> f64 {
        share(self.exact, self.marked)
    }

    /// The harmonic mean of exact precision and recall.
    pub fn f1(&self) -> f64 {
        harmonic(self.precision(), self.recall())
    }

    /// As [`f1`](Self::f1), where it is enough to overlap.
    pub fn lenient_f1(&self) -> f64 {
        harmonic(share(self.found_overlapping, self.found), share(self.marked_overlapped, self.marked))
    }

    fn add(&mut self, other: &Counts) {
        self.marked += other.marked;
        self.found += other.found;
        self.exact += other.exact;
        self.found_overlapping += other.found_overlapping;
        self.marked_overlapped += other.marked_overlapped;
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

fn harmonic(a: f64, b: f64) -> f64 {
    if a + b == 0.0 { 0.0 } else { 2.0 * a * b / (a + b) }
}

/// The result of a measurement.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    /// How many texts.
    pub samples: usize,
    /// By the kind's name.
    pub by_kind: BTreeMap<String, Counts>,
    /// All covered kinds together.
    pub overall: Counts,
    /// Types of the set that stand for no kind of ours, and how many spans they have: not measured.
    pub not_covered: BTreeMap<String, usize>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<16} {:>6} {:>6} {:>9} {:>7} {:>7} {:>8}",
            "kind", "marked", "found", "precision", "recall", "F1", "overlap"
        )?;
        let all = ("all".to_owned(), self.overall);
        for (name, counts) in self.by_kind.iter().chain([(&all.0, &all.1)]) {
            writeln!(
                f,
                "{name:<16} {:>6} {:>6} {:>9.3} {:>7.3} {:>7.3} {:>8.3}",
                counts.marked,
                counts.found,
                counts.precision(),
                counts.recall(),
                counts.f1(),
                counts.lenient_f1()
            )?;
        }
        let left: Vec<String> = self.not_covered.iter().map(|(name, count)| format!("{name} ({count})")).collect();
        if !left.is_empty() {
            writeln!(f, "not covered: {}", left.join(", "))?;
        }
        Ok(())
    }
}

/// The kind that a set's type stands for, by the names of Presidio and our own.
pub fn kind_of(name: &str) -> Option<Kind> {
    Some(match name {
        "STREET_ADDRESS" => Kind::Address,
        "GPE" | "CITY" | "COUNTRY" | "LOCATION" => Kind::Place,
        "ORGANIZATION" | "ORG" => Kind::Organisation,
        "CREDIT_CARD" => Kind::BankCard,
        "PHONE_NUMBER" => Kind::Phone,
        "EMAIL_ADDRESS" => Kind::Email,
        "ZIP_CODE" => Kind::Postcode,
        "DOMAIN_NAME" => Kind::Url,
        "IBAN_CODE" => Kind::Iban,
        "US_SSN" => Kind::Ssn,
        "IP_ADDRESS" => Kind::Ip,
        "US_DRIVER_LICENSE" => Kind::DriverLicence,
        "CODE" => Kind::OneTimeCode,
        other => match Kind::from(other.to_lowercase()) {
            Kind::Own(_) => return None,
            kind => kind,
        },
    })
}

/// Reads a set; empty lines are skipped.
pub fn read(lines: impl BufRead) -> Result<Vec<Sample>, BadSet> {
    let mut samples = Vec::new();
    for (at, line) in lines.lines().enumerate() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let sample = if line.starts_with('{') { from_json(&line) } else { from_marks(&line) };
        samples.push(sample.map_err(|why| BadSet::Line { line: at + 1, why })?);
    }
    Ok(samples)
}

fn from_json(line: &str) -> Result<Sample, String> {
    let line: JsonLine = serde_json::from_str(line).map_err(|error| error.to_string())?;
    let offsets: Vec<usize> = line.text.char_indices().map(|(at, _)| at).chain([line.text.len()]).collect();
    let spans =
        line.spans.into_iter().map(|span| match (offsets.get(span.start_position), offsets.get(span.end_position)) {
            (Some(start), Some(end)) if start <= end => Ok((*start, *end, span.entity_type)),
            _ => Err(format!("the span {}..{} lies outside the text", span.start_position, span.end_position)),
        });
    Ok(Sample { spans: spans.collect::<Result<_, _>>()?, text: line.text })
}

fn from_marks(line: &str) -> Result<Sample, String> {
    let mut sample = Sample { text: String::new(), spans: Vec::new() };
    let mut rest = line;
    while let Some((before, marked)) = rest.split_once('⟦') {
        sample.text.push_str(before);
        let (mark, after) = marked.split_once('⟧').ok_or("a mark is not closed")?;
        let (words, name) = mark.rsplit_once('|').ok_or("a mark has no type")?;
        let start = sample.text.len();
        sample.text.push_str(words);
        sample.spans.push((start, sample.text.len(), name.to_owned()));
        rest = after;
    }
    sample.text.push_str(rest);
    Ok(sample)
}

/// Measures [`find_personal`] on a set.
pub fn evaluate(samples: &[Sample], neighbours: Neighbours) -> Report {
    let mut report = Report { samples: samples.len(), ..Report::default() };
    for (name, kind) in samples.iter().flat_map(|sample| &sample.spans).map(|span| (&span.2, kind_of(&span.2))) {
        match kind {
            Some(kind) => _ = report.by_kind.entry(kind.name().to_owned()).or_default(),
            None => *report.not_covered.entry(name.clone()).or_default() += 1,
        }
    }
    for sample in samples {
        let marked = sample.spans.iter().filter_map(|(start, end, name)| Some((*start, *end, kind_of(name)?)));
        let found =
            find_personal(&sample.text).into_iter().map(|personal| (personal.start, personal.end, personal.kind));
        let marked = prepare(&sample.text, marked.collect(), neighbours);
        let found = prepare(&sample.text, found.collect(), neighbours);
        for (name, counts) in &mut report.by_kind {
            let marked: Vec<_> = marked.iter().filter(|span| span.2.name() == name).collect();
            let found: Vec<_> = found.iter().filter(|span| span.2.name() == name).collect();
            counts.add(&Counts {
                marked: marked.len(),
                found: found.len(),
                exact: found.iter().filter(|span| marked.contains(span)).count(),
                found_overlapping: found.iter().filter(|span| marked.iter().any(|other| overlap(span, other))).count(),
                marked_overlapped: marked.iter().filter(|span| found.iter().any(|other| overlap(span, other))).count(),
            });
        }
    }
    for counts in report.by_kind.values() {
        report.overall.add(counts);
    }
    report
}

type Span = (usize, usize, Kind);

fn overlap(a: &Span, b: &Span) -> bool {
    a.0 < b.1 && b.0 < a.1
}

fn prepare(text: &str, mut spans: Vec<Span>, neighbours: Neighbours) -> Vec<Span> {
    spans.sort_by_key(|span| (span.0, span.1));
    let mut out: Vec<Span> = Vec::new();
    for (start, end, kind) in spans {
        let outer = |c: char| !c.is_alphanumeric();
        let words = &text[start..end];
        let from = start + (words.len() - words.trim_start_matches(outer).len());
        let to = start + words.trim_end_matches(outer).len();
        if from >= to {
            continue;
        }
        match out.last_mut() {
            Some(last)
                if neighbours == Neighbours::JoinedAddresses
                    && kind == Kind::Address
                    && last.2 == Kind::Address
                    && last.1 <= from
                    && text[last.1..from].chars().all(|c| c.is_whitespace() || matches!(c, '.' | '>')) =>
            {
                last.1 = to;
            }
            _ => out.push((from, to, kind)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn both_forms_of_a_set_are_read() {
        let json = r#"{"text": "é call 13800138000", "spans": [{"entity_type": "PHONE_NUMBER", "start_position": 7, "end_position": 18}]}"#;
        let set = format!("{json}\n\n电话⟦13800138000|PHONE⟧\n");
        let samples = read(set.as_bytes()).unwrap();
        assert_eq!(samples.len(), 2);
        let report = evaluate(&samples, Neighbours::AsMarked);
        assert_eq!(
            report.by_kind["phone"],
            Counts { marked: 2, found: 2, exact: 2, found_overlapping: 2, marked_overlapped: 2 }
        );
        assert!((report.overall.f1() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_bad_line_is_named() {
        let error = read("ok\n⟦open".as_bytes()).unwrap_err();
        assert!(error.to_string().starts_with("line 2"), "{error}");
    }
}
