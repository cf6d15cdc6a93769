//! The commands, a file each.

mod ask;
mod backup;
mod bench;
mod chat;
mod completions;
mod doctor;
mod export;
pub mod flow;
mod guard;
mod kb;
mod kb_eval;
mod kb_graph;
mod kb_search;
mod kb_upkeep;
mod models;
mod nlu;
mod openapi;
mod replay;
mod restore;
mod serve;
mod user;
mod workspace;

use clap::Subcommand;

use crate::failure::Outcome;
use crate::output::Output;

/// What to do. Each command's own text is its help.
#[derive(Subcommand)]
pub enum Command {
    Serve(serve::Serve),
    #[command(subcommand)]
    Kb(kb::Kb),
    #[command(subcommand)]
    Flow(flow::Flow),
    Replay(Box<replay::Replay>),
    #[command(subcommand)]
    Guard(guard::Guard),
    Ask(ask::Ask),
    Chat(chat::Chat),
    #[command(subcommand)]
    User(user::User),
    #[command(subcommand)]
    Workspace(workspace::Workspace),
    Export(export::Export),
    Backup(backup::Backup),
    Restore(restore::Restore),
    Bench(bench::Bench),
    Doctor(doctor::Doctor),
    #[command(subcommand)]
    Nlu(nlu::Nlu),
    #[command(subcommand)]
    Models(models::Models),
    Completions(completions::Completions),
    Openapi(openapi::Openapi),
}

impl Command {
    /// Does it.
    pub async fn run(self, output: Output) -> Outcome {
        match self {
            Self::Serve(serve) => serve.run(output).await,
            Self::Kb(kb) => kb.run(output).await,
            Self::Flow(flow) => flow.run(output).await,
            Self::Replay(replay) => replay.run(output).await,
            Self::Guard(guard) => guard.run(output).await,
            Self::Ask(ask) => ask.run(output).await,
            Self::Chat(chat) => chat.run(output).await,
            Self::User(user) => user.run(output).await,
            Self::Workspace(workspace) => workspace.run(output).await,
            Self::Export(export) => export.run(output).await,
            Self::Backup(backup) => backup.run(output).await,
            Self::Restore(restore) => restore.run(output).await,
            Self::Bench(bench) => bench.run(output).await,
            Self::Doctor(doctor) => doctor.run(output).await,
            Self::Nlu(nlu) => nlu.run(output).await,
            Self::Models(models) => models.run(output).await,
            Self::Completions(completions) => completions.run(output),
            Self::Openapi(openapi) => openapi.run(output),
        }
    }
}
