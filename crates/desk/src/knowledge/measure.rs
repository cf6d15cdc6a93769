//! Questions that search is measured by.

use yingda_model::{EvalPairId, Permission, Scope};
use yingda_store::{EvalPair, StoreError};

use crate::conversations::require;
use crate::{Desk, DeskError};

/// A question with the entries that answer it, to store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvalDraft {
    pub query: String,
    pub lang: Option<String>,
    /// Ids or keys of entries. None: nothing answers it.
    pub relevant: Vec<String>,
}

const MAX_QUERY_CHARS: usize = 2_000;
const MAX_RELEVANT: usize = 50;
const MAX_PAIRS: usize = 20_000;

impl Desk {
    pub async fn eval_pairs(&self, scope: &Scope) -> Result<Vec<EvalPair>, DeskError> {
        require(scope, Permission::ReadKnowledge)?;
        Ok(self.store().read(scope).eval_pairs().await?)
    }

    /// Adds questions, all of them or none; those that are there already once only.
    pub async fn add_eval_pairs(&self, scope: &Scope, drafts: Vec<EvalDraft>) -> Result<Vec<EvalPair>, DeskError> {
        require(scope, Permission::WriteKnowledge)?;
        for draft in &drafts {
            super::text("query", &draft.query, MAX_QUERY_CHARS)?;
            draft.lang.iter().try_for_each(|lang| super::text("lang", lang, 100))?;
            if draft.relevant.len() > MAX_RELEVANT {
                return Err(DeskError::invalid("relevant", format!("expected at most {MAX_RELEVANT}")));
            }
            draft.relevant.iter().try_for_each(|id| super::text("relevant", id, 100))?;
        }
        let now = self.now();
        let pairs: Vec<EvalPair> = drafts
            .into_iter()
            .map(|draft| EvalPair {
                id: self.world().uuid().into(),
                query: draft.query.trim().to_owned(),
                lang: draft.lang,
                relevant: draft.relevant,
                created_at: now,
            })
            .collect();
        self.store()
            .write(scope, move |tx| {
                let mut pairs = pairs.clone();
                Box::pin(async move {
                    tx.lock(tx.scope().workspace().0).await?;
                    let there = tx.eval_pairs().await?;
                    pairs.retain(|new| !there.iter().any(|old| old.query == new.query && old.relevant == new.relevant));
                    if there.len() + pairs.len() > MAX_PAIRS {
                        return Err(DeskError::invalid(
                            "pairs",
                            format!("expected at most {MAX_PAIRS} in a workspace"),
                        ));
                    }
                    tx.insert_eval_pairs(&pairs).await?;
                    Ok(pairs)
                })
            })
            .await
    }

    pub async fn delete_eval_pair(&self, scope: &Scope, id: EvalPairId) -> Result<(), DeskError> {
        require(scope, Permission::WriteKnowledge)?;
        let found = self
            .store()
            .write(scope, move |tx| Box::pin(async move { tx.delete_eval_pair(id).await }))
            .await
            .map_err(|error: StoreError| DeskError::from(error))?;
        if found { Ok(()) } else { Err(DeskError::not_found("evaluation question")) }
    }
}
