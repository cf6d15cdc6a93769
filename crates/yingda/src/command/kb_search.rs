//! `yingda kb search` and `yingda kb reindex`

use clap::Args;
use serde_json::json;
use yingda_knowledge::EntryKind;
use yingda_library::View;

use super::kb::knowledge;
use crate::failure::{Failure, Outcome};
use crate::open::{DataOptions, WorkspaceOption, desk};
use crate::output::{Output, short, spinner};

/// Search the knowledge base as agents do, and see the sentence that answers.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda kb search 怎么退货
  yingda kb search how long does a refund take --limit 3 --json

Exit codes: 0 something was found, 3 nothing was.")]
pub struct Search {
    /// What is looked for
    #[arg(required = true, num_args = 1..)]
    text: Vec<String>,
    /// Most entries shown
    #[arg(long, default_value_t = 5, value_name = "N")]
    limit: usize,
    #[command(flatten)]
    workspace: WorkspaceOption,
    #[command(flatten)]
    data: DataOptions,
}

/// Throw the search index away and make it anew, with the vectors of its texts.
///
/// An index mends itself; this is for when one does not. Beside a running server use its API (POST /kb/index/rebuild): the
/// index is the server's then.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda kb reindex
  yingda kb reindex --workspace shop --json")]
pub struct Reindex {
    #[command(flatten)]
    workspace: WorkspaceOption,
    #[command(flatten)]
    data: DataOptions,
}

impl Search {
    pub async fn run(self, output: Output) -> Outcome {
        let text = self.text.join(" ");
        let (desk, scope) = desk(&self.data, &self.workspace).await?;
        let work = spinner("Searching");
        let library = knowledge(&self.data, &desk)?.whole_library(&scope).await?;
        let found = library.search(&text, &View::agent(desk.world().now(), &[]), self.limit.clamp(1, 100))?;
        work.finish_and_clear();
        desk.store().close().await;
        output.result(&json!({"by_meaning": found.by_meaning, "hits": found.hits}), |out| {
            for hit in &found.hits {
                writeln!(out, "{:.2}  {}", hit.confidence, short(&hit.question, 90))?;
                if let Some(passage) = hit.passage.as_ref().filter(|_| hit.kind != EntryKind::Faq) {
                    let place = passage.place.as_ref().map(ToString::to_string);
                    let path: Vec<&str> = passage.headings.iter().map(String::as_str).chain(place.as_deref()).collect();
                    writeln!(out, "      {}", short(&path.join(" › "), 90))?;
                }
                let sentence = hit.sentence.as_ref().map(|sentence| sentence.text.as_str());
                let answer = sentence.or(hit.passage.as_ref().map(|passage| passage.text.as_str()));
                writeln!(out, "      {}", short(answer.unwrap_or_default(), 110))?;
            }
            if !found.by_meaning && !found.hits.is_empty() {
                writeln!(out, "Found by words alone; `yingda kb reindex` adds meaning where the model is installed.")?;
            }
            Ok(())
        })?;
        if found.hits.is_empty() {
            return Err(Failure::refused("nothing was found"));
        }
        Ok(())
    }
}

impl Reindex {
    pub async fn run(self, output: Output) -> Outcome {
        let (desk, scope) = desk(&self.data, &self.workspace).await?;
        let knowledge = knowledge(&self.data, &desk)?;
        if !knowledge.status(&scope).await?.on_disk {
            return Err(Failure::refused(
                "the index is the running server's: POST /api/v1/kb/index/rebuild there, or stop the server first",
            ));
        }
        let work = spinner("Indexing words");
        knowledge.reindex(&scope).await?;
        knowledge.embed(&scope, |left| work.set_message(format!("Indexing meaning: {left} texts left"))).await?;
        work.finish_and_clear();
        let status = knowledge.status(&scope).await?;
        desk.store().close().await;
        output.result(&status, |out| {
            writeln!(
                out,
                "Indexed {} entries in {} passages; {} texts by meaning.",
                status.stats.entries, status.stats.passages, status.stats.vectors
            )
        })
    }
}
