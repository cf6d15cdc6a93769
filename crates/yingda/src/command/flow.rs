//! `yingda flow`: the assistant's files: flows, tools, wording, test conversations.

mod check;
mod folder;
mod graph;
mod on_stage;
mod publish;
mod releases;
mod simulate;
mod talk;
mod test;
mod values;
mod walk;

use clap::Subcommand;

use crate::failure::Outcome;
use crate::output::Output;

#[cfg(test)]
pub use folder::read as files;
pub use folder::tell;
pub use on_stage::StageOptions;

/// Check, draw, test and publish what the assistant works by.
///
/// A folder holds it: flows/*.yml, tools/*.yml, wording.yml, guard.yml, models.yml, test conversations in tests/*.yml and
/// simulated customers in customers/*.yml. See docs/flows.md.
#[derive(Subcommand)]
#[command(after_help = "Examples:
  yingda flow check packs/ecommerce
  yingda flow graph packs/ecommerce/flows/return_goods.yml --out return.svg
  yingda flow try packs/ecommerce --demo
  yingda flow test packs/ecommerce --demo
  yingda flow publish packs/ecommerce --workspace shop --note \"Returns within 15 days\"")]
pub enum Flow {
    Check(check::Check),
    Graph(graph::Graph),
    Try(talk::Try),
    Test(test::Test),
    Simulate(simulate::Simulate),
    Walk(walk::Walk),
    Publish(publish::Publish),
    List(releases::List),
    Rollback(releases::Rollback),
    Export(releases::Export),
    #[command(subcommand)]
    Secret(values::Secret),
    #[command(subcommand)]
    Setting(values::Setting),
}

impl Flow {
    pub async fn run(self, output: Output) -> Outcome {
        match self {
            Self::Check(check) => check.run(output),
            Self::Graph(graph) => graph.run(output),
            Self::Try(talk) => talk.run(output).await,
            Self::Test(test) => test.run(output).await,
            Self::Simulate(simulate) => simulate.run(output).await,
            Self::Walk(walk) => walk.run(output).await,
            Self::Publish(publish) => publish.run(output).await,
            Self::List(list) => list.run(output).await,
            Self::Rollback(rollback) => rollback.run(output).await,
            Self::Export(export) => export.run(output).await,
            Self::Secret(secret) => secret.run(output).await,
            Self::Setting(setting) => setting.run(output).await,
        }
    }
}
