//! Giving out intents and utterances as a file that can be imported again.

use std::collections::HashMap;
use std::fmt::Write;

use yingda_classify::OUT_OF_SCOPE;
use yingda_language::safe_cell;
use yingda_model::{IntentAction, IntentId, Permission, Scope};
use yingda_store::{Intent, Utterance};

use crate::conversations::require;
use crate::{Desk, DeskError};

/// What a file of utterances looks like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LanguageFormat {
    /// Rasa's `nlu.yml` with titles, answers and actions of the intents: everything.
    #[default]
    Rasa,
    /// An object with `text`, `intent` and `lang` a line.
    JsonLines,
    /// A table with these columns.
    Csv,
}

impl Desk {
    /// All intents and utterances as a file.
    pub async fn export_language(&self, scope: &Scope, format: LanguageFormat) -> Result<String, DeskError> {
        require(scope, Permission::ReadKnowledge)?;
        let reader = self.store().read(scope);
        let (intents, utterances) = (reader.intents().await?, reader.all_utterances().await?);
        Ok(match format {
            LanguageFormat::Rasa => rasa(&intents, &utterances),
            LanguageFormat::JsonLines => lines(&intents, &utterances),
            LanguageFormat::Csv => table(&intents, &utterances),
        })
    }
}

fn names(intents: &[Intent]) -> HashMap<Option<IntentId>, &str> {
    intents.iter().map(|intent| (Some(intent.id), intent.name.as_str())).chain([(None, OUT_OF_SCOPE)]).collect()
}

fn rasa(intents: &[Intent], utterances: &[Utterance]) -> String {
    let mut texts: HashMap<Option<IntentId>, Vec<&str>> = HashMap::new();
    for utterance in utterances {
        texts.entry(utterance.intent_id).or_default().push(&utterance.text);
    }
    let mut out = String::from("version: \"3.1\"\n\nnlu:\n");
    for intent in intents {
        let _ = writeln!(out, "- intent: {}", quoted(&intent.name));
        let _ = writeln!(out, "  name_zh: {}", quoted(&intent.title_zh));
        let _ = writeln!(out, "  name_en: {}", quoted(&intent.title_en));
        if let Some(key) = &intent.answer_key {
            let _ = writeln!(out, "  answer: {}", quoted(key));
        }
        if intent.action != IntentAction::None {
            let _ = writeln!(out, "  action: {}", intent.action.as_str());
        }
        examples(&mut out, texts.remove(&Some(intent.id)));
    }
    if let Some(outside) = texts.remove(&None) {
        let _ = writeln!(out, "- intent: {OUT_OF_SCOPE}");
        examples(&mut out, Some(outside));
    }
    out
}

fn examples(out: &mut String, texts: Option<Vec<&str>>) {
    if let Some(texts) = texts {
        out.push_str("  examples: |\n");
        for text in texts {
            let _ = writeln!(out, "    - {text}");
        }
    }
    out.push('\n');
}

/// A text as YAML takes it: every JSON string is one (YAML 1.2 §1.3).
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn lines(intents: &[Intent], utterances: &[Utterance]) -> String {
    let names = names(intents);
    let mut out = String::new();
    for utterance in utterances {
        let intent = names.get(&utterance.intent_id);
        let line = serde_json::json!({"text": utterance.text, "intent": intent, "lang": utterance.lang});
        let _ = writeln!(out, "{line}");
    }
    out
}

fn table(intents: &[Intent], utterances: &[Utterance]) -> String {
    let names = names(intents);
    let mut out = String::from("text,intent,lang\n");
    for utterance in utterances {
        let intent = names.get(&utterance.intent_id).copied().unwrap_or_default();
        let lang = utterance.lang.as_deref().unwrap_or_default();
        let _ = writeln!(out, "{},{},{}", cell(&utterance.text), cell(intent), cell(lang));
    }
    out
}

/// A cell of a table (RFC 4180 §2), which no spreadsheet program runs as a formula.
fn cell(text: &str) -> String {
    let text = safe_cell(text);
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.into_owned() }
}
