//! `yingda nlu pii`

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde::Serialize;
use yingda_entity::pii::eval::{Counts, Neighbours, Report, Sample, evaluate, read};

use super::table;
use crate::failure::{Failure, Outcome};
use crate::output::Output;

/// Measure how well personal data is found, by type.
///
/// A found span is right when it has the type and the bounds of a marked one, marks and spaces at its ends left out; for
/// the overlap it is enough that they touch. Types of the set that Yingda does not look for are named and not counted.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda nlu pii --test synth_v2.jsonl
  yingda nlu pii --test marked.txt --format marked --json")]
pub struct Pii {
    /// Texts with their personal data marked
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    test: Vec<PathBuf>,
    /// How it is marked
    #[arg(long, value_enum, default_value = "auto")]
    format: Format,
    /// Also write the report as JSON here
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Each line tells by itself
    Auto,
    /// JSON Lines with `text` and `spans` (`entity_type`, `start_position`, `end_position` in characters)
    Presidio,
    /// A text a line, with ⟦marks|TYPE⟧
    Marked,
}

/// What was measured, for programs.
#[derive(Serialize)]
struct Measured {
    samples: usize,
    #[serde(flatten)]
    overall: Figures,
    /// With the parts of an address that stand side by side taken as one.
    joined_addresses_f1: f64,
    types: BTreeMap<String, Figures>,
    /// Spans of types that are not looked for.
    not_covered: BTreeMap<String, usize>,
}

#[derive(Serialize)]
struct Figures {
    precision: f64,
    recall: f64,
    f1: f64,
    overlap_f1: f64,
    #[serde(flatten)]
    counts: Counts,
}

impl From<Counts> for Figures {
    fn from(counts: Counts) -> Self {
        let (precision, recall) = (counts.precision(), counts.recall());
        Self { precision, recall, f1: counts.f1(), overlap_f1: counts.lenient_f1(), counts }
    }
}

impl Pii {
    pub fn run(self, output: Output) -> Outcome {
        let mut samples = Vec::new();
        for file in &self.test {
            samples.extend(self.read(file)?);
        }
        if samples.is_empty() {
            return Err(Failure::failed("expected at least one text, got none"));
        }
        let report = evaluate(&samples, Neighbours::AsMarked);
        let joined_addresses_f1 = evaluate(&samples, Neighbours::JoinedAddresses).overall.f1();
        let measured = Measured {
            samples: report.samples,
            overall: report.overall.into(),
            joined_addresses_f1,
            types: report.by_kind.iter().map(|(name, counts)| (name.clone(), (*counts).into())).collect(),
            not_covered: report.not_covered.clone(),
        };
        table::write_json(self.out.as_deref(), &measured)?;
        output.result(&measured, |out| write(out, &report, joined_addresses_f1))
    }

    fn read(&self, path: &Path) -> Result<Vec<Sample>, Failure> {
        let unreadable = |error| Failure::failed(format!("{} cannot be read: {error}", path.display()));
        let bytes = std::fs::read(path).map_err(unreadable)?;
        let text = std::str::from_utf8(&bytes)
            .map_err(|error| Failure::failed(format!("{}: expected UTF-8: {error}", path.display())))?;
        for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
            let (is_json, wanted) = (line.starts_with('{'), self.format);
            if (wanted == Format::Presidio && !is_json) || (wanted == Format::Marked && is_json) {
                let expected = if is_json { "a text with ⟦marks|TYPE⟧" } else { "a JSON object" };
                return Err(Failure::failed(format!(
                    "{}, line {number}: expected {expected}, as --format says",
                    path.display()
                )));
            }
        }
        read(text.as_bytes()).map_err(|error| Failure::failed(format!("{}: {error}", path.display())))
    }
}

fn write(out: &mut dyn Write, report: &Report, joined_addresses_f1: f64) -> io::Result<()> {
    writeln!(out, "{} texts\n", report.samples)?;
    write!(out, "{report}")?;
    writeln!(out, "\nF1 with the parts of an address taken as one: {joined_addresses_f1:.3}")
}
