//! A report as a table, as JSON in a file, and as pictures.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use yingda_classify::Report;
use yingda_classify::plot::{calibration_curve, confusion_matrix};
use yingda_language::Lang;

use crate::failure::Failure;
use crate::output::{Language, short};

/// Where a report goes, besides the screen.
#[derive(Args, Debug)]
pub struct ReportOptions {
    /// Also draw confusion matrix and calibration curve into this folder
    #[arg(long, value_name = "DIR")]
    plots: Option<PathBuf>,
    /// Also write the report as JSON here
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Labels and confusions shown.
const SHOWN: usize = 10;

/// The figures, the labels that are found worst and the commonest confusions.
pub fn write(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let mut share = |name: &str, share: f64| writeln!(out, "{name:<38} {:>6.2} %", 100.0 * share);
    let mut optional = |name: &str, figure: Option<f64>| figure.map_or(Ok(()), |figure| share(name, figure));
    optional("Accuracy (nothing turned away)", Some(report.accuracy))?;
    optional("  with words alone", report.words_only_accuracy)?;
    optional("  with words and meaning, always", report.full_accuracy)?;
    optional("Macro-F1", Some(report.macro_f1))?;
    optional("  with words alone", report.words_only_macro_f1)?;
    optional("  with words and meaning, always", report.full_macro_f1)?;
    optional("In-scope accuracy after rejection", Some(report.in_scope_accuracy_after_rejection))?;
    optional("Out-of-scope recall", report.out_of_scope_recall)?;
    optional("Precision of answers", report.precision_of_answers)?;
    optional("Area under the curve of belonging", report.belonging_auroc)?;
    optional("Calibration error", Some(report.calibration_error))?;
    optional("Needed the embedding", Some(report.embedded))?;
    if let Some(several) = &report.several {
        optional("Several labels: micro-F1", Some(several.micro_f1))?;
        optional("Several labels: exactly right", Some(several.exact))?;
    }
    if let Some(times) = &report.times {
        writeln!(out, "{:<38} {:>6.3} ms (p99 {:.3})", "Time a text", times.mean_us / 1e3, times.p99_us / 1e3)?;
        let (mean, p99) = (times.words_mean_us / 1e3, times.words_p99_us / 1e3);
        writeln!(out, "{:<38} {mean:>6.3} ms (p99 {p99:.3})", "  with words alone")?;
    }
    if !report.coverage.is_empty() {
        write!(out, "\nOf the surest    ")?;
        report.coverage.iter().try_for_each(|point| write!(out, "{:>7.0} %", 100.0 * point.share))?;
        write!(out, "\nright are        ")?;
        report.coverage.iter().try_for_each(|point| write!(out, "{:>7.1} %", 100.0 * point.accuracy))?;
        writeln!(out)?;
    }
    worst_labels(out, report)?;
    confusions(out, report, SHOWN)
}

fn worst_labels(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let mut labels: Vec<_> = report.labels.iter().filter(|label| label.support > 0).collect();
    labels.sort_by(|a, b| a.f1.total_cmp(&b.f1));
    writeln!(out, "\n{:>9} {:>6} {:>6} {:>6}  label", "precision", "recall", "F1", "texts")?;
    for label in labels.iter().take(SHOWN) {
        let [precision, recall, f1] = [label.precision, label.recall, label.f1].map(|share| 100.0 * share);
        writeln!(out, "{precision:>9.1} {recall:>6.1} {f1:>6.1} {:>6}  {}", label.support, short(&label.label, 60))?;
    }
    if labels.len() > SHOWN {
        writeln!(out, "… and {} better ones: --json has all", labels.len() - SHOWN)?;
    }
    Ok(())
}

/// The commonest wrong answers, with a text each.
pub fn confusions(out: &mut dyn Write, report: &Report, most: usize) -> io::Result<()> {
    if report.confusions.is_empty() {
        return writeln!(out, "\nNo wrong answer.");
    }
    writeln!(out, "\n{:>5}  given → taken for", "times")?;
    for confusion in report.confusions.iter().take(most) {
        let (given, taken) = (short(&confusion.given, 50), short(&confusion.taken, 50));
        writeln!(out, "{:>5}  {given} → {taken}", confusion.count)?;
        for text in confusion.examples.iter().take(1) {
            writeln!(out, "       “{}”", short(text, 90))?;
        }
    }
    match report.confusions.len().saturating_sub(most) {
        0 => Ok(()),
        more => writeln!(out, "… and {more} rarer pairs"),
    }
}

impl ReportOptions {
    /// Writes the report as JSON, when that was asked for.
    pub fn write_json(&self, report: &impl Serialize) -> Result<(), Failure> {
        write_json(self.out.as_deref(), report)
    }

    /// Draws confusion matrix and calibration curve, when that was asked for: the files that were written.
    pub fn draw(&self, report: &Report) -> Result<Vec<PathBuf>, Failure> {
        let Some(folder) = &self.plots else { return Ok(Vec::new()) };
        std::fs::create_dir_all(folder)
            .map_err(|error| Failure::failed(format!("the folder {} cannot be made: {error}", folder.display())))?;
        let lang = match Language::of_terminal() {
            Language::Chinese => Lang::Zh,
            Language::English => Lang::En,
        };
        let pictures = [
            (folder.join("confusion.svg"), confusion_matrix(report, lang)),
            (folder.join("calibration.svg"), calibration_curve(report, lang)),
        ];
        for (path, picture) in &pictures {
            put(path, picture)?;
        }
        Ok(pictures.into_iter().map(|(path, _)| path).collect())
    }
}

/// Writes JSON to a file, when one was asked for.
pub fn write_json(path: Option<&Path>, value: &impl Serialize) -> Result<(), Failure> {
    let Some(path) = path else { return Ok(()) };
    put(path, &serde_json::to_string_pretty(value)?)
}

fn put(path: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text)
        .map_err(|error| Failure::failed(format!("{} cannot be written: {error}", path.display())))
}
