//! The commands, a file each.

mod ask;
mod backup;
mod bench;
mod chat;
mod completions;
mod doctor;
mod export;
mod kb;
mod kb_eval;
mod models;
mod openapi;
mod restore;
mod serve;
mod user;
mod workspace;

use clap::Subcommand;

use crate::failure::Outcome;
use crate::output::Output;

/// What to do.
#[derive(Subcommand)]
pub enum Command {
    /// Run the server
    Serve(serve::Serve),
    /// Import, list, export and measure the questions and answers
    #[command(subcommand)]
    Kb(kb::Kb),
    /// Ask the knowledge base, and see why it answers as it does
    Ask(ask::Ask),
    /// Talk with the running server as a customer would
    Chat(chat::Chat),
    /// Add users, list them, set passwords
    #[command(subcommand)]
    User(user::User),
    /// Add workspaces, list them
    #[command(subcommand)]
    Workspace(workspace::Workspace),
    /// Write a workspace as JSON Lines that people and programs can read
    Export(export::Export),
    /// Save everything to one file
    Backup(backup::Backup),
    /// Bring a backup back into an empty installation
    Restore(restore::Restore),
    /// Measure this machine
    Bench(bench::Bench),
    /// Check an installation, and say what to do
    Doctor(doctor::Doctor),
    /// List and fetch models
    #[command(subcommand)]
    Models(models::Models),
    /// Print a script that completes commands in a shell
    Completions(completions::Completions),
    /// Print the API's OpenAPI document
    Openapi(openapi::Openapi),
}

impl Command {
    /// Does it.
    pub async fn run(self, output: Output) -> Outcome {
        match self {
            Self::Serve(serve) => serve.run(output).await,
            Self::Kb(kb) => kb.run(output).await,
            Self::Ask(ask) => ask.run(output).await,
            Self::Chat(chat) => chat.run(output).await,
            Self::User(user) => user.run(output).await,
            Self::Workspace(workspace) => workspace.run(output).await,
            Self::Export(export) => export.run(output).await,
            Self::Backup(backup) => backup.run(output).await,
            Self::Restore(restore) => restore.run(output).await,
            Self::Bench(bench) => bench.run(output).await,
            Self::Doctor(doctor) => doctor.run(output).await,
            Self::Models(models) => models.run(output).await,
            Self::Completions(completions) => completions.run(output),
            Self::Openapi(openapi) => openapi.run(output),
        }
    }
}
