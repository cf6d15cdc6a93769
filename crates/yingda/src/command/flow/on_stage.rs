//! Where files are tried out: in the demo shop, or with a workspace's knowledge.

use std::path::Path;

use clap::Args;
use yingda_assistant::{Brain, Languages, Surroundings};
use yingda_desk::Desk;
use yingda_library::Knowledge;
use yingda_model::{AssistantFile, Scope};
use yingda_outbound::{Client, HostPattern, Settings};
use yingda_rehearsal::{Stage, Suite, check, surroundings};

use super::folder;
use crate::command::models;
use crate::failure::Failure;
use crate::open::{DataOptions, WorkspaceOption, desk};
use crate::output::{Language, Output, spinner};
use crate::rehearsal::DemoStage;

/// Where to try it out.
#[derive(Args)]
pub struct StageOptions {
    /// Try it out in the demo shop, with its knowledge, intents and orders; nothing is left of it
    #[arg(long)]
    pub demo: bool,
    /// Let tools reach this host although its address is private: HOST or HOST:PORT; may be repeated
    #[arg(long, value_name = "HOST", env = "YINGDA_ALLOW_HOST", value_delimiter = ',')]
    pub allow_host: Vec<HostPattern>,
    #[command(flatten)]
    pub workspace: WorkspaceOption,
    #[command(flatten)]
    pub data: DataOptions,
}

/// A stage with what the files may name, and what must live as long.
pub struct Open {
    pub stage: Stage,
    pub around: Surroundings,
    _demo: Option<DemoStage>,
}

impl StageOptions {
    /// Makes the stage.
    pub async fn open(&self) -> Result<Open, Failure> {
        if self.demo {
            let work = spinner("Opening the demo shop");
            let demo = DemoStage::open().await;
            work.finish_and_clear();
            let demo = demo?;
            return Ok(Open { stage: demo.stage.clone(), around: demo.around.clone(), _demo: Some(demo) });
        }
        let (desk, scope) = desk(&self.data, &self.workspace).await?;
        let stage = self.of_workspace(&desk, &scope).await?;
        let around = surroundings(&desk, &scope).await?;
        desk.store().close().await;
        Ok(Open { stage, around, _demo: None })
    }

    /// The stage of a workspace.
    pub async fn of_workspace(&self, desk: &Desk, scope: &Scope) -> Result<Stage, Failure> {
        let embedder = models::embedder(&self.data.data)?;
        let knowledge = Knowledge::new(desk.store().clone(), None, embedder.clone());
        let languages = Languages::new(desk.store().clone(), embedder);
        let client = Client::new(Settings { allowed: self.allow_host.clone(), ..Settings::default() })?;
        Ok(Stage::of_workspace(desk, &knowledge, &languages, scope, Some(client)).await?)
    }
}

/// The assistant and the tests of a folder. What is wrong is told, and ends it.
pub fn assistant(folder: &Path, around: &Surroundings, output: Output) -> Result<(Brain, Suite), Failure> {
    of_files(&folder::read(folder)?, around, output)
}

/// The same of files.
pub fn of_files(files: &[AssistantFile], around: &Surroundings, output: Output) -> Result<(Brain, Suite), Failure> {
    let checked = check(0, files, around);
    let wrong = folder::tell(&checked.problems, output);
    match checked.brain {
        Some(brain) if wrong == 0 => Ok((brain, checked.suite)),
        _ => Err(Failure::refused(match Language::of_terminal() {
            Language::Chinese => format!("有 {wrong} 个错误，所以没有运行；`yingda flow check` 会列出错在哪里"),
            Language::English => {
                let wrong = folder::count(wrong, "error");
                format!("{wrong}: nothing is run; `yingda flow check` shows what is wrong")
            }
        })),
    }
}
