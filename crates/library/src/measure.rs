//! What a proposal would do to search: the workspace's evaluation questions, asked before and after.

use std::collections::HashMap;

use serde::Serialize;
use yingda_knowledge::{Entry, Index, IndexError};
use yingda_model::{ChangeEffect, EntryId, KbChange, KbEntry, Scope, Timestamp};
use yingda_store::EvalPair;

use crate::{Knowledge, KnowledgeError, Library, convert};

/// How well search finds what it should.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Measured {
    /// Questions that something answers.
    pub questions: u32,
    /// Share of them whose right entry comes first, from 0 to 1.
    pub hit1: f32,
    /// Share whose right entry is among the first five.
    pub hit5: f32,
    /// Mean reciprocal rank within ten.
    pub mrr: f32,
}

/// Ranks that count.
const RANKS: usize = 10;

impl Knowledge {
    /// How well the workspace's evaluation questions are answered.
    ///
    /// # Errors
    /// When entries cannot be read or searched.
    pub async fn measure(&self, scope: &Scope) -> Result<Measured, KnowledgeError> {
        let reader = self.store().read(scope);
        let pairs = reader.eval_pairs().await?;
        let names = names(&reader.kb_extras().await?);
        let library = self.whole_library(scope).await?;
        Ok(tokio::task::spawn_blocking(move || measure(&library, &pairs, &names)).await??)
    }

    /// What publishing a proposal would do to the evaluation questions.
    ///
    /// # Errors
    /// When entries cannot be read or searched.
    pub async fn effect(
        &self,
        scope: &Scope,
        change: &KbChange,
        now: Timestamp,
    ) -> Result<ChangeEffect, KnowledgeError> {
        // What is measured is what search does with everything that there is.
        let scope = &Scope::system(scope.workspace());
        let reader = self.store().read(scope);
        let pairs = reader.eval_pairs().await?;
        let mut names = names(&reader.kb_extras().await?);
        let entries = reader.all_kb_entries().await?;
        let before = self.whole_library(scope).await?;
        let embedder = self.embedder().cloned();
        let id = change.entry_id.unwrap_or(EntryId(change.id.0));
        if let Some(key) = &change.content.key {
            names.entry(key.clone()).or_default().push(id.to_string());
        }
        let changed =
            KbEntry { id, content: change.content.clone(), version: 1, created_at: now, updated_at: change.updated_at };
        let effect = tokio::task::spawn_blocking(move || -> Result<ChangeEffect, IndexError> {
            let others = entries.into_iter().filter(|entry| entry.id != id);
            let after: Vec<Entry> = others.chain([changed]).filter_map(|entry| convert::entry(entry, 0.0)).collect();
            let index = Index::build(after)?;
            if let Some(embedder) = embedder.as_ref().filter(|_| before.index.has_vectors()) {
                index.take_vectors(&before.index)?;
                while index.embed_pending(embedder.as_ref(), 256)?.left > 0 {}
            }
            let after = Library::of_index(index, embedder);
            let (before, after) = (measure(&before, &pairs, &names)?, measure(&after, &pairs, &names)?);
            Ok(ChangeEffect {
                questions: before.questions,
                hit1_before: before.hit1,
                hit1_after: after.hit1,
                mrr_before: before.mrr,
                mrr_after: after.mrr,
                at: now,
            })
        })
        .await??;
        Ok(effect)
    }
}

/// The ids of the entries of each key.
fn names(extras: &[yingda_store::EntryExtra]) -> HashMap<String, Vec<String>> {
    let mut names: HashMap<String, Vec<String>> = HashMap::new();
    for extra in extras {
        if let Some(key) = &extra.key {
            names.entry(key.clone()).or_default().push(extra.id.to_string());
        }
    }
    names
}

fn measure(
    library: &Library,
    pairs: &[EvalPair],
    names: &HashMap<String, Vec<String>>,
) -> Result<Measured, IndexError> {
    let (mut first, mut five, mut reciprocal, mut asked) = (0_u32, 0_u32, 0.0_f32, 0_u32);
    for pair in pairs.iter().filter(|pair| !pair.relevant.is_empty()) {
        asked += 1;
        let hits = library.search_with(&pair.query, Default::default(), None, RANKS)?.hits;
        let is_right = |id: &String| {
            pair.relevant.iter().any(|right| right == id || names.get(right).is_some_and(|ids| ids.contains(id)))
        };
        if let Some(rank) = hits.iter().position(|hit| is_right(&hit.entry_id)) {
            first += u32::from(rank == 0);
            five += u32::from(rank < 5);
            reciprocal += 1.0 / (rank + 1) as f32;
        }
    }
    let of = |count: f32| if asked == 0 { 0.0 } else { count / asked as f32 };
    Ok(Measured { questions: asked, hit1: of(first as f32), hit5: of(five as f32), mrr: of(reciprocal) })
}
