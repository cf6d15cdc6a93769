//! Taking in a file of intents and utterances.

use std::collections::{BTreeMap, BTreeSet};

use yingda_model::{IntentAction, Permission, Scope};
use yingda_store::Intent;

use super::intents::{check_intent, room_for};
use super::utterances::{Known, add};
use super::{IntentDraft, LanguageFile, NewIntent, NewUtterance, SkippedUtterance, origin};
use crate::conversations::require;
use crate::{Desk, DeskError};

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LanguageImported {
    pub intents_added: usize,
    /// Intents that were there and of which the file says something new.
    pub intents_changed: usize,
    pub utterances_added: usize,
    /// Utterances that were there already.
    pub utterances_known: usize,
    /// Utterances that could not be taken.
    pub skipped: Vec<SkippedUtterance>,
}

impl Desk {
    /// Takes in a file: intents that are not there are added, utterances that are there are passed over. Importing a file
    /// twice is importing it once.
    pub async fn import_language(&self, scope: &Scope, file: LanguageFile) -> Result<LanguageImported, DeskError> {
        require(scope, Permission::WriteKnowledge)?;
        let mut skipped = file.skipped;
        let mut utterances = Vec::with_capacity(file.utterances.len());
        for draft in file.utterances {
            match self.spoken(None, NewUtterance { text: draft.text.clone(), lang: None }, origin::IMPORT) {
                Ok(utterance) => utterances.push((draft.intent, utterance)),
                Err(DeskError::Invalid { detail, .. }) => {
                    skipped.push(SkippedUtterance::new(&draft.text, format!("不能收录：{detail}"), detail));
                }
                Err(error) => return Err(error),
            }
        }
        let said: BTreeMap<String, IntentDraft> =
            file.intents.into_iter().map(|draft| (draft.name.trim().to_owned(), draft)).collect();
        let names: BTreeSet<String> =
            utterances.iter().filter_map(|(intent, _)| intent.clone()).chain(said.keys().cloned()).collect();
        let desk = self.clone();
        let mut imported = self
            .change_language(scope, move |tx| {
                let (desk, utterances, said, names) = (desk.clone(), utterances.clone(), said.clone(), names.clone());
                Box::pin(async move {
                    tx.lock_name("language", "intents").await?;
                    tx.lock_name("language", "utterances").await?;
                    let mut imported = LanguageImported::default();
                    let mut there: BTreeMap<String, Intent> =
                        tx.intents().await?.into_iter().map(|intent| (intent.name.clone(), intent)).collect();
                    for name in names {
                        let before = there.get(name.trim());
                        let wanted = merged(name.trim(), said.get(name.trim()), before);
                        check_intent(&wanted)?;
                        let made = desk.made(wanted);
                        match before {
                            None => {
                                tx.insert_intent(&made).await?;
                                imported.intents_added += 1;
                                there.insert(made.name.clone(), made);
                            }
                            Some(before) => {
                                let (id, created_at) = (before.id, before.created_at);
                                let after = Intent { id, created_at, ..made };
                                if (Intent { updated_at: before.updated_at, ..after.clone() }) != *before {
                                    tx.update_intent(&after).await?;
                                    imported.intents_changed += 1;
                                }
                            }
                        }
                    }
                    room_for(there.len())?;
                    let new = utterances.into_iter().map(|(intent, mut utterance)| {
                        utterance.intent_id = intent.and_then(|name| there.get(name.trim())).map(|intent| intent.id);
                        utterance
                    });
                    let mut known = Known::read(tx).await?;
                    let added = add(tx, &mut known, new.collect()).await?;
                    imported.utterances_added = added.added;
                    imported.utterances_known = added.known;
                    Ok(imported)
                })
            })
            .await?;
        imported.skipped = skipped;
        Ok(imported)
    }
}

/// What an intent is after the import: what the file says goes before what was.
fn merged(name: &str, said: Option<&IntentDraft>, before: Option<&Intent>) -> NewIntent {
    let of_file = |pick: fn(&IntentDraft) -> &Option<String>| said.and_then(|draft| pick(draft).clone());
    let title = |file: Option<String>, before: Option<&String>| file.or(before.cloned()).unwrap_or_default();
    NewIntent {
        name: name.to_owned(),
        title_zh: title(of_file(|draft| &draft.title_zh), before.map(|intent| &intent.title_zh)),
        title_en: title(of_file(|draft| &draft.title_en), before.map(|intent| &intent.title_en)),
        answer_key: of_file(|draft| &draft.answer_key).or(before.and_then(|intent| intent.answer_key.clone())),
        action: said
            .and_then(|draft| draft.action)
            .or(before.map(|intent| intent.action))
            .unwrap_or(IntentAction::None),
    }
}
