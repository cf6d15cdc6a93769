//! Utterances: examples of what customers write.

use std::collections::HashSet;

use yingda_language::{Lang, detect, normalise};
use yingda_model::{IntentId, Permission, Scope, UtteranceId};
use yingda_store::{Page, Utterance, UtterancesOf, Writing};

use super::origin;
use crate::conversations::require;
use crate::knowledge::text;
use crate::{Desk, DeskError};

/// An utterance to add.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewUtterance {
    pub text: String,
    /// Found from the text when absent.
    pub lang: Option<String>,
}

/// What adding did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AddedUtterances {
    pub added: usize,
    /// Texts that the intent had already.
    pub known: usize,
}

/// Utterances in one request.
const MAX_AT_ONCE: usize = 1_000;
/// Utterances of a workspace: what the classifier takes.
const MAX_UTTERANCES: u64 = 200_000;
const MAX_TEXT_CHARS: usize = 1_000;

impl Desk {
    /// A page of utterances, newest first, and where the next begins. `Ok(None)` when the cursor is not one of ours.
    pub async fn utterances(
        &self,
        scope: &Scope,
        of: UtterancesOf,
        words: Option<&str>,
        limit: u64,
        cursor: Option<&str>,
    ) -> Result<Option<Page<Utterance>>, DeskError> {
        require(scope, Permission::ReadKnowledge)?;
        let reader = self.store().read(scope);
        if let UtterancesOf::Intent(id) = of {
            reader.intent(id).await?;
        }
        Ok(reader.utterances(of, words, limit, cursor).await?)
    }

    /// Adds utterances to an intent, or to what is out of scope. A text that is there already is passed over.
    pub async fn add_utterances(
        &self,
        scope: &Scope,
        intent: Option<IntentId>,
        new: Vec<NewUtterance>,
    ) -> Result<AddedUtterances, DeskError> {
        require(scope, Permission::WriteKnowledge)?;
        at_once(new.len())?;
        let new: Vec<Utterance> =
            new.into_iter().map(|one| self.spoken(intent, one, origin::WRITTEN)).collect::<Result<_, _>>()?;
        self.change_language(scope, move |tx| {
            let new = new.clone();
            Box::pin(async move {
                tx.lock_name("language", "utterances").await?;
                if let Some(id) = intent {
                    tx.intent(id).await?;
                }
                let mut known = Known::read(tx).await?;
                add(tx, &mut known, new).await
            })
        })
        .await
    }

    /// Changes an utterance's text, language or intent.
    pub async fn update_utterance(
        &self,
        scope: &Scope,
        id: UtteranceId,
        intent: Option<IntentId>,
        new: NewUtterance,
    ) -> Result<Utterance, DeskError> {
        require(scope, Permission::WriteKnowledge)?;
        let changed = self.spoken(intent, new, origin::WRITTEN)?;
        self.change_language(scope, move |tx| {
            let changed = changed.clone();
            Box::pin(async move {
                let before = tx.utterance(id).await?;
                if let Some(intent) = intent {
                    tx.intent(intent).await?;
                }
                let utterance = Utterance { id, origin: before.origin, created_at: before.created_at, ..changed };
                tx.update_utterance(&utterance).await?;
                Ok(utterance)
            })
        })
        .await
    }

    /// Moves utterances to an intent, or out of scope: all or none.
    pub async fn move_utterances(
        &self,
        scope: &Scope,
        ids: Vec<UtteranceId>,
        to: Option<IntentId>,
    ) -> Result<(), DeskError> {
        require(scope, Permission::WriteKnowledge)?;
        let ids = distinct(ids)?;
        self.change_language(scope, move |tx| {
            let ids = ids.clone();
            Box::pin(async move {
                if let Some(intent) = to {
                    tx.intent(intent).await?;
                }
                all_there(tx.move_utterances(&ids, to).await?, ids.len())
            })
        })
        .await
    }

    /// Removes utterances: all or none.
    pub async fn delete_utterances(&self, scope: &Scope, ids: Vec<UtteranceId>) -> Result<(), DeskError> {
        require(scope, Permission::WriteKnowledge)?;
        let ids = distinct(ids)?;
        self.change_language(scope, move |tx| {
            let ids = ids.clone();
            Box::pin(async move { all_there(tx.delete_utterances(&ids).await?, ids.len()) })
        })
        .await
    }

    /// The utterance that `new` asks for, checked.
    pub(super) fn spoken(
        &self,
        intent: Option<IntentId>,
        new: NewUtterance,
        origin: &str,
    ) -> Result<Utterance, DeskError> {
        let said = said(&new.text)?;
        let lang = match new.lang.filter(|lang| !lang.trim().is_empty()) {
            Some(lang) => {
                text("lang", &lang, 35)?;
                Some(lang)
            }
            None => lang_of(&said).map(str::to_owned),
        };
        Ok(Utterance {
            id: self.world().uuid().into(),
            intent_id: intent,
            text: said,
            lang,
            origin: origin.into(),
            created_at: self.now(),
        })
    }
}

/// A text in one line.
fn said(given: &str) -> Result<String, DeskError> {
    let flat: Vec<&str> = given.split_whitespace().collect();
    let flat = flat.join(" ");
    text("text", &flat, MAX_TEXT_CHARS)?;
    Ok(flat)
}

fn lang_of(text: &str) -> Option<&'static str> {
    match detect(text) {
        Lang::Zh => Some("zh"),
        Lang::En => Some("en"),
        Lang::Other => None,
    }
}

/// What a workspace's intents have as examples.
pub(super) struct Known {
    texts: HashSet<(Option<IntentId>, String)>,
    count: u64,
}

impl Known {
    pub(super) async fn read(tx: Writing<'_>) -> Result<Self, DeskError> {
        let all = tx.all_utterances().await?;
        let count = all.len() as u64;
        let texts = all.into_iter().map(|one| (one.intent_id, normalise(&one.text))).collect();
        Ok(Self { texts, count })
    }
}

/// Stores what is not known yet.
pub(super) async fn add(tx: Writing<'_>, known: &mut Known, new: Vec<Utterance>) -> Result<AddedUtterances, DeskError> {
    let given = new.len();
    let fresh: Vec<Utterance> =
        new.into_iter().filter(|one| known.texts.insert((one.intent_id, normalise(&one.text)))).collect();
    known.count += fresh.len() as u64;
    if known.count > MAX_UTTERANCES {
        let detail = format!("expected at most {MAX_UTTERANCES} utterances in a workspace, got {}", known.count);
        return Err(DeskError::invalid("text", detail));
    }
    tx.insert_utterances(&fresh).await?;
    Ok(AddedUtterances { added: fresh.len(), known: given - fresh.len() })
}

fn at_once(count: usize) -> Result<(), DeskError> {
    if count == 0 || count > MAX_AT_ONCE {
        let detail = format!("expected 1 to {MAX_AT_ONCE} utterances at once, got {count}: import a file for more");
        return Err(DeskError::invalid("utterances", detail));
    }
    Ok(())
}

fn distinct(mut ids: Vec<UtteranceId>) -> Result<Vec<UtteranceId>, DeskError> {
    at_once(ids.len())?;
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

fn all_there(changed: u64, asked: usize) -> Result<(), DeskError> {
    if changed == asked as u64 { Ok(()) } else { Err(DeskError::not_found("utterance")) }
}
