//! `yingda replay`

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use yingda_assistant::{Brain, Surroundings};
use yingda_desk::Desk;
use yingda_model::{AssistantFile, Scope};
use yingda_rehearsal::{past, replay};

use super::flow::StageOptions;
use crate::failure::{Failure, Outcome};
use crate::fresh_file::{Existing, FreshFile};
use crate::open::desk;
use crate::output::{Language, Output, harmless, spinner};

/// Have past conversations again with two releases of the assistant, and show side by side what would be different.
///
/// Nothing is changed and nobody is written to: changes are answered with the results they had, others are only tried.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda replay --from 3 --to draft --workspace shop
  yingda replay --from 3 --to 4 --limit 500 --html replay.html
  yingda replay --from 3 --to 4 --json | jq .changed")]
pub struct Replay {
    /// A release's number, or draft: the files that are being worked on
    #[arg(long, value_name = "RELEASE", value_parser = which)]
    from: Which,
    /// The release to compare it with
    #[arg(long, value_name = "RELEASE", value_parser = which)]
    to: Which,
    /// Most conversations, the newest
    #[arg(long, default_value_t = 100, value_name = "N")]
    limit: usize,
    /// Write the comparison as a page
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Replace a file that is there
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    stage: StageOptions,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Which {
    Draft,
    Release(u32),
}

fn which(text: &str) -> Result<Which, String> {
    match text {
        "draft" => Ok(Which::Draft),
        number => number.parse().map(Which::Release).map_err(|_| "expected a number such as 3, or draft".to_owned()),
    }
}

impl Replay {
    pub async fn run(self, output: Output) -> Outcome {
        let (desk, scope) = desk(&self.stage.data, &self.stage.workspace).await?;
        let (old, new) = (read(&desk, &scope, self.from).await?, read(&desk, &scope, self.to).await?);
        let stage = self.stage.of_workspace(&desk, &scope).await?;
        let past = past(&desk, &scope, self.limit).await?;
        let work = spinner(format!("Having {} conversations again", past.len()));
        let replayed = replay(&stage, &old, &new, &past).await;
        work.finish_and_clear();
        desk.store().close().await;
        if let Some(path) = &self.html {
            let file = FreshFile::create(path, Existing::for_flag(self.force))?;
            let lang = if Language::of_terminal() == Language::Chinese { "zh" } else { "en" };
            file.writer()?.write_all(replayed.html(lang).as_bytes())?;
            file.keep()?;
        }
        output.result(&replayed, |out| write!(out, "{}", harmless(&replayed.to_string())))
    }
}

async fn read(desk: &Desk, scope: &Scope, which: Which) -> Result<Brain, Failure> {
    let (number, files) = match which {
        Which::Draft => {
            let drafts = desk.assistant_files(scope).await?;
            (
                0,
                drafts
                    .into_iter()
                    .map(|draft| AssistantFile { path: draft.path, text: draft.text })
                    .collect::<Vec<_>>(),
            )
        }
        Which::Release(number) => (number, desk.assistant_release_files(scope, number).await?),
    };
    let (brain, problems) = Brain::read(number, &files, &Surroundings::default());
    brain.ok_or_else(|| {
        let first = problems.iter().find(|problem| problem.fatal).map(ToString::to_string).unwrap_or_default();
        let name = if number == 0 { "the draft".to_owned() } else { format!("release {number}") };
        Failure::failed(format!("{name} cannot be read: {first}"))
    })
}
