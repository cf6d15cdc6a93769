//! An FAQ entry drafted from a text, for a person to review.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{asker, prompt, word};
use crate::complete::{Fault, Question, Said};
use crate::config::Task;
use crate::facts;
use crate::fence::fenced;
use crate::llm::{Call, Llm, Outcome};
use crate::privacy::{hide, placeholders, reveal};
use crate::provider::Shape;
use crate::record::Note;

/// A draft. Nobody sees it before a person reviewed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftedFaq {
    pub question: String,
    pub answer: String,
    /// Other ways to ask, at most ten.
    #[serde(default)]
    pub variants: Vec<String>,
}

const MOST_VARIANTS: usize = 10;

impl Llm {
    /// Drafts an FAQ entry from a text, such as a conversation that was resolved. An answer with a number or link that the text does not
    /// have is [`Error::Broken`](crate::Error::Broken); a question with personal data too.
    ///
    /// # Errors
    /// In the outcome: any [`Error`](crate::Error).
    pub async fn draft_faq(&self, call: &mut Call<'_>, text: &str) -> Outcome<DraftedFaq> {
        let source = hide(call.masking, text);
        let lang = call.lang;
        let line = json!({"type": "string", "minLength": 1});
        let schema = json!({
            "type": "object",
            "properties": {"question": line, "answer": line, "variants": {"type": "array", "items": {"type": "string"}}},
            "required": ["question", "answer", "variants"],
            "additionalProperties": false,
        });
        let accept = json!({
            "type": "object",
            "properties": {"question": line, "answer": line, "variants": {"type": "array", "items": {"type": "string"}}},
            "required": ["question", "answer"],
        });
        let question = Question {
            task: Task::Draft,
            lang,
            system: prompt(lang, include_str!("../prompts/draft.zh.md"), include_str!("../prompts/draft.en.md")),
            user: fenced(&source),
            shape: Shape::Json { name: "draft_faq".into(), schema },
            accept: Some(accept),
        };
        let judge = |said: &Said| {
            let mut draft: DraftedFaq =
                serde_json::from_value(said.json.clone()).map_err(|why| Fault::Mend(why.to_string()))?;
            let wrong = |zh: &str, en: &str, what: &str| Fault::Mend(format!("{}{what}", word(lang, zh, en)));
            if !facts::is_in(lang, &draft.question) || !facts::is_in(lang, &draft.answer) {
                return Err(wrong("不是中文", "it is not English", ""));
            }
            if let Some(personal) = placeholders(&draft.question).first() {
                return Err(wrong("问题里有某位顾客的信息：", "the question has data of one customer: ", personal));
            }
            if let Some(fact) = facts::invented(&source, &format!("{}\n{}", draft.question, draft.answer)) {
                return Err(wrong("原文没有：", "the text does not have: ", &fact));
            }
            let mut notes = Vec::new();
            let question = draft.question.clone();
            let mut seen = vec![question.trim().to_lowercase()];
            draft.variants.retain(|variant| {
                let plain = variant.trim().to_lowercase();
                let code = if plain.is_empty() || seen.contains(&plain) {
                    "repeated"
                } else if !placeholders(variant).is_empty() || facts::invented(&source, variant).is_some() {
                    "not_said"
                } else if seen.len() > MOST_VARIANTS {
                    "too_many"
                } else {
                    seen.push(plain);
                    return true;
                };
                notes.push(Note::new(code, variant));
                false
            });
            Ok((draft, notes))
        };
        let mut outcome = self.complete(asker(call), question, &judge).await;
        if let Ok(draft) = &mut outcome.result {
            draft.answer = reveal(call.masking, &draft.answer, &mut outcome.record.notes);
        }
        outcome
    }
}
