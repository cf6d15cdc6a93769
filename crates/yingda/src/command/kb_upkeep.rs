//! `yingda kb gaps` and `yingda kb duplicates`

use std::io::Write;

use clap::Args;
use serde_json::json;
use yingda_library::{Findings, Tender};
use yingda_upkeep::Need;

use super::models;
use crate::failure::Outcome;
use crate::open::{DataOptions, WorkspaceOption, desk};
use crate::output::{Output, short, spinner};

/// Show what customers asked in the last 30 days and were not answered, or not well.
///
/// Questions of the same meaning are one gap. With --propose they become proposals, which people accept, edit or refuse in the
/// console; the server does that by itself every day.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda kb gaps
  yingda kb gaps --propose --json")]
pub struct Gaps {
    #[command(flatten)]
    options: Look,
}

/// Show entries that say the same, or that contradict each other.
///
/// With --propose they become proposals, which people accept, edit or refuse in the console; the server does that by itself
/// every day.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda kb duplicates
  yingda kb duplicates --workspace shop --json")]
pub struct Duplicates {
    #[command(flatten)]
    options: Look,
}

#[derive(Args)]
struct Look {
    /// Make proposals of everything that is found, drafts and old entries included
    #[arg(long)]
    propose: bool,
    #[command(flatten)]
    workspace: WorkspaceOption,
    #[command(flatten)]
    data: DataOptions,
}

/// A look through the knowledge base.
struct Seen {
    findings: Findings,
    /// Proposals that are new.
    proposed: usize,
    /// Questions of entries, by id.
    names: std::collections::HashMap<yingda_model::EntryId, String>,
}

impl Look {
    async fn run(&self) -> Result<Seen, crate::failure::Failure> {
        let (desk, scope) = desk(&self.data, &self.workspace).await?;
        let tender = Tender::new(desk.clone(), models::embedder(&self.data.data)?);
        let work = spinner("Looking through the knowledge base");
        let findings = tender.look(&scope).await;
        work.finish_and_clear();
        let findings = findings?;
        let proposed = match self.propose {
            true => tender.propose(&scope, findings.clone()).await?.added,
            false => 0,
        };
        let entries = desk.all_kb_entries(&scope).await?;
        desk.store().close().await;
        let names = entries.into_iter().map(|entry| (entry.id, entry.content.question)).collect();
        Ok(Seen { findings, proposed, names })
    }
}

impl Gaps {
    pub async fn run(self, output: Output) -> Outcome {
        let seen = self.options.run().await?;
        let gaps = &seen.findings.gaps;
        output.result(&json!({"gaps": gaps, "proposed": seen.proposed}), |out| {
            for gap in gaps {
                writeln!(
                    out,
                    "{:>4} ×  {}  ({} customers; {} this week, {} the week before)",
                    gap.count,
                    short(&gap.label, 60),
                    gap.customers,
                    gap.this_week,
                    gap.last_week
                )?;
                for example in gap.examples.iter().filter(|example| example.text != gap.label).take(3) {
                    writeln!(out, "         {}", short(&example.text, 80))?;
                }
                let nearest = gap.nearest.as_ref().and_then(|near| seen.names.get(&near.id));
                match (gap.need, nearest) {
                    (Need::Variants, Some(nearest)) => writeln!(out, "         near: {}", short(nearest, 70))?,
                    _ => writeln!(out, "         no entry comes near")?,
                }
            }
            tell(out, gaps.len(), "gaps", seen.proposed)
        })
    }
}

impl Duplicates {
    pub async fn run(self, output: Output) -> Outcome {
        let seen = self.options.run().await?;
        let Findings { duplicates, contradictions, .. } = &seen.findings;
        let report = json!({"duplicates": duplicates, "contradictions": contradictions, "proposed": seen.proposed});
        let name = |id| short(seen.names.get(&id).map_or("", String::as_str), 70);
        output.result(&report, |out| {
            for pair in duplicates {
                writeln!(out, "same ({:.2})      {}", pair.likeness, name(pair.kept))?;
                writeln!(out, "                 {}", name(pair.other))?;
            }
            for found in contradictions {
                writeln!(out, "{} / {}", short(&found.says_a, 30), short(&found.says_b, 30))?;
                writeln!(out, "   {}: {}", name(found.a), short(&found.sentence_a, 80))?;
                writeln!(out, "   {}: {}", name(found.b), short(&found.sentence_b, 80))?;
            }
            tell(out, duplicates.len() + contradictions.len(), "duplicates and contradictions", seen.proposed)
        })
    }
}

fn tell(out: &mut dyn Write, found: usize, what: &str, proposed: usize) -> std::io::Result<()> {
    write!(out, "{found} {what}")?;
    match proposed {
        0 => writeln!(out),
        proposed => writeln!(out, "; {proposed} new proposals"),
    }
}
