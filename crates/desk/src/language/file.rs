//! Files of intents and utterances: JSON Lines, tables, and Rasa's `nlu.yml` with keys of our own.

use serde::Deserialize;
use yingda_classify::{DataError, Example};
use yingda_model::IntentAction;

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LanguageFile {
    /// Intents of which the file says more than their name.
    pub intents: Vec<IntentDraft>,
    pub utterances: Vec<UtteranceDraft>,
    /// Utterances that cannot be taken.
    pub skipped: Vec<SkippedUtterance>,
}

/// What a file says of an intent. What it does not say stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IntentDraft {
    pub name: String,
    pub title_zh: Option<String>,
    pub title_en: Option<String>,
    pub answer_key: Option<String>,
    pub action: Option<IntentAction>,
}

/// An utterance in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UtteranceDraft {
    /// Name of the intent; `None` for what is out of scope.
    pub intent: Option<String>,
    pub text: String,
}

/// An utterance that was passed over, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkippedUtterance {
    /// Its beginning.
    pub text: String,
    pub why_zh: String,
    pub why_en: String,
}

impl SkippedUtterance {
    pub(super) fn new(text: &str, why_zh: impl Into<String>, why_en: impl Into<String>) -> Self {
        Self { text: text.chars().take(80).collect(), why_zh: why_zh.into(), why_en: why_en.into() }
    }
}

#[derive(Deserialize)]
struct Rasa {
    nlu: Vec<RasaBlock>,
}

/// A block of `nlu`. Synonyms, lookups and regexes name no intent.
#[derive(Deserialize)]
struct RasaBlock {
    intent: Option<String>,
    name_zh: Option<String>,
    name_en: Option<String>,
    answer: Option<String>,
    action: Option<IntentAction>,
}

impl LanguageFile {
    /// Reads a file; the ending of `name` says what it is: `.jsonl`, `.csv`, `.tsv`, `.yml`. Beside `intent` and `examples`, a
    /// block of `nlu.yml` may have `name_zh`, `name_en`, `answer` (the key of a knowledge entry) and `action`
    /// (`none`, `hand_over`).
    ///
    /// # Errors
    /// [`DataError`] with the line where something is not as it should be.
    pub fn parse(name: &str, bytes: Vec<u8>) -> Result<Self, DataError> {
        let is_rasa = name.to_ascii_lowercase().ends_with(".yml") || name.to_ascii_lowercase().ends_with(".yaml");
        let intents = if is_rasa { intents_of(name, &bytes)? } else { Vec::new() };
        let mut file = Self { intents, ..Self::default() };
        for Example { text, mut labels } in yingda_classify::parse(name, bytes)? {
            if labels.len() > 1 {
                let (zh, en) = (labels.join("、"), labels.join(", "));
                file.skipped.push(SkippedUtterance::new(
                    &text,
                    format!("一条语料只能属于一个意图，这条标了多个：{zh}"),
                    format!("an utterance belongs to one intent, this one has several: {en}"),
                ));
                continue;
            }
            file.utterances.push(UtteranceDraft { intent: labels.pop(), text });
        }
        Ok(file)
    }
}

fn intents_of(name: &str, bytes: &[u8]) -> Result<Vec<IntentDraft>, DataError> {
    let wrong = |detail: String| DataError::File { path: name.into(), detail };
    let text = std::str::from_utf8(bytes).map_err(|error| wrong(format!("expected UTF-8: {error}")))?;
    let file: Rasa = serde_saphyr::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| {
        wrong(format!("expected Rasa training data (`nlu:` with `intent` and `examples`): {error}"))
    })?;
    let intents = file.nlu.into_iter().filter_map(|block| {
        Some(IntentDraft {
            name: block.intent.filter(|name| name != yingda_classify::OUT_OF_SCOPE)?,
            title_zh: block.name_zh,
            title_en: block.name_en,
            answer_key: block.answer,
            action: block.action,
        })
    });
    Ok(intents.collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const YML: &str = r#"
version: "3.1"
nlu:
- intent: order/cancel
  name_zh: 取消订单
  answer: order.cancel
  examples: |
    - 取消订单
    - cancel [my order](order)
- intent: complaint
  action: hand_over
  examples: |
    - 我要投诉
- synonym: 快递
  examples: |
    - 包裹
- intent: oos
  examples: |
    - 讲个笑话
"#;

    #[test]
    fn rasa_training_data_is_read_with_our_own_keys() {
        let file = LanguageFile::parse("nlu.yml", YML.into()).unwrap();
        let cancel = IntentDraft {
            name: "order/cancel".into(),
            title_zh: Some("取消订单".into()),
            answer_key: Some("order.cancel".into()),
            ..IntentDraft::default()
        };
        let complaint =
            IntentDraft { name: "complaint".into(), action: Some(IntentAction::HandOver), ..IntentDraft::default() };
        assert_eq!(file.intents, [cancel, complaint]);
        let texts: Vec<_> = file.utterances.iter().map(|one| (one.intent.as_deref(), one.text.as_str())).collect();
        assert_eq!(
            texts,
            [
                (Some("order/cancel"), "取消订单"),
                (Some("order/cancel"), "cancel my order"),
                (Some("complaint"), "我要投诉"),
                (None, "讲个笑话"),
            ]
        );
    }

    #[test]
    fn an_utterance_of_several_intents_is_passed_over_with_the_reason() {
        let line = r#"{"text": "退款还有发票", "intents": ["refund", "invoice"]}"#;
        let file = LanguageFile::parse("a.jsonl", line.into()).unwrap();
        assert!(file.utterances.is_empty());
        assert!(file.skipped[0].why_en.contains("invoice, refund"), "{:?}", file.skipped);
    }

    #[test]
    fn an_action_that_is_none_is_told() {
        let yml = "nlu:\n- intent: a\n  action: dance\n  examples: |\n    - b\n";
        assert!(LanguageFile::parse("a.yml", yml.into()).is_err());
        assert!(LanguageFile::parse("a.yml", b"\xff".to_vec()).is_err());
    }
}
