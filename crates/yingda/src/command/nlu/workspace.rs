//! `yingda nlu import`, `export`, `models`, `rollback`, and training for a workspace: what an installation understands its
//! customers by. All of it works beside a running server, which takes it up with the next message.

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::json;
use yingda_desk::{LanguageFile, LanguageFormat, Trainer, TrainingProgress};
use yingda_store::{LanguageModel, ModelState};

use super::meaning::MeaningOptions;
use crate::failure::{Failure, Outcome};
use crate::fresh_file::{Existing, FreshFile};
use crate::open::{DataOptions, WorkspaceOption, desk};
use crate::output::{Language, Output, print, short, spinner};

/// Add the intents and utterances of a file to a workspace: JSONL, CSV, TSV or Rasa's nlu.yml.
///
/// In nlu.yml an intent may also have name_zh, name_en, answer (the key of a knowledge entry) and action. What is there
/// already is passed over, so that importing twice is importing once. Train afterwards.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda nlu import nlu.yml
  yingda nlu import utterances.jsonl --workspace shop --json")]
pub struct Import {
    /// The file; its ending says what it is
    file: PathBuf,
    #[command(flatten)]
    workspace: WorkspaceOption,
    #[command(flatten)]
    data: DataOptions,
}

/// Write a workspace's intents and utterances to a file that `yingda nlu import` takes again.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda nlu export nlu.yml
  yingda nlu export - --format jsonl | wc -l")]
pub struct Export {
    /// The file to write; - is standard output
    file: PathBuf,
    #[arg(long, value_enum, default_value_t = Format::Yml)]
    format: Format,
    /// Replace a file that is there
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    workspace: WorkspaceOption,
    #[command(flatten)]
    data: DataOptions,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Rasa's nlu.yml with titles, answers and actions
    Yml,
    Jsonl,
    Csv,
}

/// List the versions of a workspace's model, newest first.
#[derive(Args)]
#[command(after_help = "Example:
  yingda nlu models --workspace shop --json")]
pub struct Models {
    #[command(flatten)]
    workspace: WorkspaceOption,
    #[command(flatten)]
    data: DataOptions,
}

/// Put another version of a workspace's model to use: an older one again, or one that waits.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda nlu rollback
  yingda nlu rollback 3 --workspace shop")]
pub struct Rollback {
    /// Which version [default: the newest usable one before that in use]
    version: Option<u32>,
    #[command(flatten)]
    workspace: WorkspaceOption,
    #[command(flatten)]
    data: DataOptions,
}

/// Versions that are shown.
const SHOWN: u64 = 100;

impl Import {
    pub async fn run(self, output: Output) -> Outcome {
        let (desk, scope) = desk(&self.data, &self.workspace).await?;
        let name = self.file.display().to_string();
        let bytes =
            std::fs::read(&self.file).map_err(|error| Failure::failed(format!("{name} cannot be read: {error}")))?;
        let work = spinner(format!("Storing {name}"));
        let imported =
            async { Ok::<_, Failure>(desk.import_language(&scope, LanguageFile::parse(&name, bytes)?).await?) };
        let imported = imported.await;
        work.finish_and_clear();
        let done = imported?;
        desk.store().close().await;
        for skipped in &done.skipped {
            let why = Language::of_terminal().choose(&skipped.why_zh, &skipped.why_en);
            output.note(format_args!("{:?}: {why}", short(&skipped.text, 60)));
        }
        let told = json!({
            "intents_added": done.intents_added, "intents_changed": done.intents_changed,
            "utterances_added": done.utterances_added, "utterances_known": done.utterances_known,
            "skipped": done.skipped.len(),
        });
        output.result(&told, |out| {
            writeln!(
                out,
                "Added {} intents and {} utterances; {} intents changed, {} utterances were there. Train with `yingda nlu train --workspace {}`.",
                done.intents_added,
                done.utterances_added,
                done.intents_changed,
                done.utterances_known,
                self.workspace.workspace
            )
        })
    }
}

impl Export {
    pub async fn run(self, output: Output) -> Outcome {
        let (desk, scope) = desk(&self.data, &self.workspace).await?;
        let format = match self.format {
            Format::Yml => LanguageFormat::Rasa,
            Format::Jsonl => LanguageFormat::JsonLines,
            Format::Csv => LanguageFormat::Csv,
        };
        let text = desk.export_language(&scope, format).await?;
        desk.store().close().await;
        if self.file.as_os_str() == "-" {
            return print(text.as_bytes());
        }
        let file = FreshFile::create(&self.file, Existing::for_flag(self.force))?;
        file.writer()?.write_all(text.as_bytes())?;
        file.keep()?;
        let told = json!({"file": self.file, "bytes": text.len()});
        output.result(&told, |out| writeln!(out, "Wrote {}.", self.file.display()))
    }
}

impl Models {
    pub async fn run(self, output: Output) -> Outcome {
        let (desk, scope) = desk(&self.data, &self.workspace).await?;
        let models = desk.language_models(&scope, None, SHOWN).await?;
        desk.store().close().await;
        let told: Vec<_> = models.iter().map(told).collect();
        output.result(&json!({"models": told}), |out| {
            if models.is_empty() {
                return writeln!(out, "There is no model yet: train one with `yingda nlu train --workspace …`.");
            }
            models.iter().try_for_each(|model| line(out, model))
        })
    }
}

impl Rollback {
    pub async fn run(self, output: Output) -> Outcome {
        let (desk, scope) = desk(&self.data, &self.workspace).await?;
        let version = match self.version {
            Some(version) => version,
            None => {
                let models = desk.language_models(&scope, None, SHOWN).await?;
                let mut older = models.iter().skip_while(|model| !model.active).skip(1);
                older.find(|model| model.state == ModelState::Ready).map(|model| model.version).ok_or_else(|| {
                    Failure::failed("there is no usable version before the one in use: `yingda nlu models` shows all")
                })?
            }
        };
        let model = desk.activate_language_model(&scope, version).await?;
        desk.store().close().await;
        output.result(&told(&model), |out| writeln!(out, "Version {version} is in use."))
    }
}

/// Trains a new version for a workspace.
pub(super) async fn train(data: &DataOptions, workspace: String, meaning: &MeaningOptions, output: Output) -> Outcome {
    let (desk, scope) = desk(data, &WorkspaceOption { workspace }).await?;
    let embedder = meaning.open(output)?.into_embedder();
    let work = spinner("Training");
    let shown = work.clone();
    let progress = move |progress| {
        shown.set_message(match progress {
            TrainingProgress::Embedding { done, of } => format!("Reading meanings, {done} of {of}"),
            TrainingProgress::Fitting { done, of } => format!("Training, {done} of {of}"),
        });
    };
    let trained = Trainer::new(desk.clone(), embedder).train_now(&scope, progress).await;
    work.finish_and_clear();
    let model = trained?;
    desk.store().close().await;
    output.result(&told(&model), |out| line(out, &model))
}

fn told(model: &LanguageModel) -> serde_json::Value {
    json!({
        "version": model.version, "state": model.state, "active": model.active, "created_at": model.created_at,
        "examples": model.examples, "intents": model.labels.len(), "accuracy": model.accuracy, "note": model.note,
    })
}

fn line(out: &mut dyn Write, model: &LanguageModel) -> std::io::Result<()> {
    let state = match (model.active, model.state) {
        (true, _) => "in use",
        (false, ModelState::Ready) => "ready",
        (false, ModelState::Waiting) => "waits for a decision",
        (false, ModelState::Failed) => "failed",
    };
    let accuracy = model.accuracy.map_or_else(|| "-".into(), |share| format!("{:.1} %", 100.0 * share));
    let (version, examples, intents) = (model.version, model.examples, model.labels.len());
    writeln!(out, "Version {version:<4} {accuracy:>7}  {examples} utterances, {intents} intents, {state}")?;
    if let Some(note) = &model.note {
        writeln!(out, "  {}", Language::of_terminal().choose(&note.zh, &note.en))?;
    }
    Ok(())
}
