//! `yingda workspace`

use clap::{Args, Subcommand};
use serde_json::json;
use yingda_desk::NewInbox;
use yingda_model::{InboxKind, InboxSettings};

use crate::failure::{Failure, Outcome};
use crate::open::{DataOptions, desk_over};
use crate::output::{Output, harmless};
use crate::setup::create_workspace;

/// Add workspaces and list them: companies kept apart, each with its own users, inboxes, contacts and knowledge.
#[derive(Subcommand)]
#[command(after_help = "Examples:
  yingda workspace add shop --name 青禾优品
  yingda workspace list")]
pub enum Workspace {
    Add(Add),
    List(List),
}

/// Add a workspace with a web chat. Add its first user with `yingda user add`.
#[derive(Args)]
#[command(after_help = "Example:
  yingda workspace add shop --name 青禾优品
  yingda user add boss@example.com --name 王芳 --role admin --workspace shop")]
pub struct Add {
    /// Short name, given at log-in: lower-case letters, digits and dashes
    slug: String,
    /// Full name
    #[arg(long)]
    name: String,
    #[command(flatten)]
    data: DataOptions,
}

/// List the workspaces.
#[derive(Args)]
#[command(after_help = "Example:
  yingda workspace list --json")]
pub struct List {
    #[command(flatten)]
    data: DataOptions,
}

impl Workspace {
    pub async fn run(self, output: Output) -> Outcome {
        match self {
            Self::Add(add) => add.run(output).await,
            Self::List(list) => list.run(output).await,
        }
    }
}

impl Add {
    async fn run(self, output: Output) -> Outcome {
        let store = self.data.open_existing().await?;
        if store.directory().workspace(&self.slug).await?.is_some() {
            return Err(Failure::failed(format!("there is a workspace {:?} already: choose another name", self.slug)));
        }
        let desk = desk_over(store).await?;
        let scope = create_workspace(&desk, &self.slug, &self.name).await?;
        let new =
            NewInbox { name: "Web chat".into(), kind: InboxKind::Web, key: None, settings: InboxSettings::default() };
        let inbox = desk.create_inbox(&scope, new).await?;
        desk.store().close().await;
        let added = json!({"id": scope.workspace(), "slug": self.slug, "name": self.name, "inbox_key": inbox.key});
        output.result(&added, |out| {
            writeln!(out, "Added {}. The key of its web chat is {}.", self.slug, inbox.key)?;
            writeln!(out, "Next: yingda user add EMAIL --name NAME --role admin --workspace {}", self.slug)
        })
    }
}

impl List {
    async fn run(self, output: Output) -> Outcome {
        let store = self.data.open_existing().await?;
        let workspaces = store.directory().workspaces().await?;
        store.close().await;
        let listed: Vec<_> =
            workspaces.iter().map(|one| json!({"id": one.id, "slug": one.slug, "name": one.name})).collect();
        output.result(&json!({"workspaces": listed}), |out| {
            for one in &workspaces {
                writeln!(out, "{:20}  {}", one.slug, harmless(&one.name))?;
            }
            Ok(())
        })
    }
}
