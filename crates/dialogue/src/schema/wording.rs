//! The schema of `wording.yml`.

use serde_json::{Map, Value, json};

use super::{DRAFT, text, variants, wording};
use crate::Phrase;

/// The JSON Schema of `wording.yml`.
pub fn wording_schema() -> Value {
    let phrases: Map<String, Value> = Phrase::ALL
        .into_iter()
        .map(|phrase| {
            let names: Vec<String> = phrase.uses().iter().map(|name| format!("{{{{ {name} }}}}")).collect();
            let about =
                if names.is_empty() { "A plain text.".to_owned() } else { format!("May use {}.", names.join(", ")) };
            (phrase.name().to_owned(), json!({"$ref": "#/$defs/text", "description": about}))
        })
        .collect();
    let in_both = |about: &str| {
        json!({
            "description": about,
            "type": "object",
            "additionalProperties": false,
            "required": ["zh", "en"],
            "properties": {"zh": {"type": "string", "minLength": 1}, "en": {"type": "string", "minLength": 1}}
        })
    };
    json!({
        "$schema": DRAFT,
        "title": "Yingda wording",
        "description": "Persona, waiting times and the bot's own phrases. See docs/flows.md.",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "persona": {
                "description": "Who speaks.",
                "type": "object",
                "additionalProperties": false,
                "properties": {"name": in_both("What the bot is called."), "tone": in_both("How it speaks, for language models.")}
            },
            "identity": {"description": "The flow that finds out who the customer is, for flows with `needs`.", "type": "string"},
            "resume_after_minutes": {
                "description": "Silence after which the customer is asked whether to go on. Default: 30.",
                "type": "integer",
                "minimum": 1,
                "maximum": 10080
            },
            "expire_after_days": {
                "description": "Silence after which what was begun is over. Default: 7.",
                "type": "integer",
                "minimum": 1,
                "maximum": 365
            },
            "phrases": {
                "description": "Other words for the bot's own phrases.",
                "type": "object",
                "additionalProperties": false,
                "properties": phrases
            }
        },
        "$defs": {"text": text(), "wording": wording(), "variants": variants()}
    })
}
