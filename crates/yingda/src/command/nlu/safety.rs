//! `yingda nlu safety`

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use yingda_classify::Example;
use yingda_nlu::{Danger, safety, safety_classifier};

use super::examples::read_by;
use super::manners::{MannersOptions, Measured};
use super::meaning::Meaning;
use super::table;
use crate::failure::{Failure, Outcome};
use crate::output::Output;

/// Measure how well dangerous messages are told: abuse, threat, self-harm, hazard, minors, spam, advertising, prompt injection.
///
/// Files are JSON Lines with `text` and `label`. With --train, any labels are learnt, such as 0 and 1. Without it what comes
/// with the program is measured; labels are then its own (none, abuse, threat, self_harm, hazard, minor, spam, advertising,
/// prompt_injection) or 0 and 1 for harmless and offensive.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda nlu safety --train cold/train.jsonl --test cold/dev.jsonl
  yingda nlu safety --test safety.jsonl --json")]
pub struct SafetyTest {
    #[command(flatten)]
    options: MannersOptions,
}

/// What was measured, for programs.
#[derive(Serialize)]
struct Safety {
    #[serde(flatten)]
    measured: Measured,
    /// Decisions of the program, with its lists and thresholds.
    decided: Option<Decided>,
}

/// Whether dangers are noticed at all, whichever they are. Shares are from 0 to 1.
#[derive(Debug, Default, PartialEq, Serialize)]
struct Decided {
    dangerous: usize,
    harmless: usize,
    /// Of the dangerous texts.
    noticed: f64,
    /// Of the harmless texts.
    false_alarms: f64,
    /// Of all texts.
    accuracy: f64,
}

impl SafetyTest {
    pub fn run(self, output: Output) -> Outcome {
        let train = self.read(&self.options.train)?;
        let test = self.read(&self.options.test)?;
        let meaning = self.options.open(output)?;
        let decided = self.options.train.is_empty().then(|| decide(&test, &meaning));
        let measured = self.options.measure(safety_classifier, &train, &test, &meaning, output)?;
        let safety = Safety { measured, decided };
        self.options.report.write_json(&safety)?;
        output.result(&safety, |out| {
            let measured = &safety.measured;
            let what = measured.tested("What comes with the program");
            writeln!(out, "{what}, tested on {} texts\n", measured.test_examples)?;
            table::write(out, &measured.report)?;
            let Some(decided) = &safety.decided else { return Ok(()) };
            writeln!(out, "\nDecided, with lists and thresholds")?;
            let lines = [
                ("Dangers noticed", decided.noticed),
                ("False alarms", decided.false_alarms),
                ("Right", decided.accuracy),
            ];
            lines.iter().try_for_each(|(name, share)| writeln!(out, "{name:<38} {:>6.2} %", 100.0 * share))
        })
    }

    /// The examples, under the program's own labels when nothing else is learnt.
    fn read(&self, files: &[PathBuf]) -> Result<Vec<Example>, Failure> {
        let mut all = Vec::new();
        for file in files {
            let mut examples = read_by(file, &["label", "labels"])?;
            if self.options.train.is_empty() {
                examples.iter_mut().try_for_each(|example| name(example, file))?;
            }
            all.extend(examples);
        }
        Ok(all)
    }
}

/// Gives 0 and 1 the names of the program's own labels.
fn name(example: &mut Example, file: &Path) -> Result<(), Failure> {
    for label in &mut example.labels {
        let known = match label.as_str() {
            "0" => Some(Danger::None),
            "1" => Some(Danger::Abuse),
            named => Danger::ALL.into_iter().find(|danger| danger.name() == named),
        };
        let known = known.ok_or_else(|| {
            let all = Danger::ALL.map(Danger::name).join(", ");
            Failure::failed(format!(
                "{}: expected one of {all}, 0 and 1, got {label:?}: give --train to learn other labels",
                file.display()
            ))
        })?;
        *label = known.name().to_owned();
    }
    Ok(())
}

fn decide(test: &[Example], meaning: &Meaning) -> Decided {
    let (mut noticed, mut alarms, mut dangerous) = (0, 0, 0);
    for example in test {
        let is_dangerous = example.labels.iter().any(|label| label != Danger::None.name());
        let is_noticed = safety(&example.text, meaning.embedder()).danger != Danger::None;
        dangerous += usize::from(is_dangerous);
        noticed += usize::from(is_dangerous && is_noticed);
        alarms += usize::from(!is_dangerous && is_noticed);
    }
    let harmless = test.len() - dangerous;
    let share = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
    Decided {
        dangerous,
        harmless,
        noticed: share(noticed, dangerous),
        false_alarms: share(alarms, harmless),
        accuracy: share(noticed + harmless - alarms, test.len()),
    }
}
