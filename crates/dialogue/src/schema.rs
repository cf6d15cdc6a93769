//! JSON Schemas (draft 2020-12) of the files that operators write, for editors: they complete keys, show what each is for, and mark
//! slips while one types. What only all files together can tell is left to [`crate::read_release`].

mod conversation;
mod flow;
mod wording;

use serde_json::{Value, json};

pub use conversation::conversation_schema;
pub use flow::flow_schema;
pub use wording::wording_schema;

const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";

/// A text in both languages.
fn text() -> Value {
    json!({
        "description": "A text in both languages. Gaps: {{ order_no }}; put texts with gaps, commas or colons between quotes.",
        "type": "object",
        "additionalProperties": false,
        "required": ["zh", "en"],
        "properties": {
            "zh": {"$ref": "#/$defs/wording", "description": "In Chinese."},
            "en": {"$ref": "#/$defs/wording", "description": "In English."}
        }
    })
}

/// A text in one language.
fn wording() -> Value {
    json!({
        "description": "A text, a list of variants that take turns, or variants by tone.",
        "anyOf": [
            {"$ref": "#/$defs/variants"},
            {
                "type": "object",
                "additionalProperties": false,
                "required": ["normal"],
                "properties": {
                    "normal": {"$ref": "#/$defs/variants", "description": "Said when no other tone fits."},
                    "upset": {"$ref": "#/$defs/variants", "description": "To somebody who is angry or lost patience: short, with an apology."},
                    "plain": {"$ref": "#/$defs/variants", "description": "Plain language: short sentences, one thing at a time."}
                }
            }
        ]
    })
}

fn variants() -> Value {
    json!({
        "anyOf": [
            {"type": "string", "minLength": 1},
            {"type": "array", "minItems": 1, "maxItems": 20, "items": {"type": "string", "minLength": 1}}
        ]
    })
}

/// An expression. YAML reads `5` and `true` as what they are; both are expressions.
fn expression() -> Value {
    json!({
        "description": "A CEL expression over slots, results and contact, inbox, channel, lang, now, mood, event, desk, settings. A fixed text has quotes of its own: \"'text'\".",
        "type": ["string", "number", "boolean"]
    })
}

fn name() -> Value {
    json!({"type": "string", "pattern": "^[a-z][a-z0-9_]{0,63}$"})
}

/// One word or a list of words.
fn words(about: &str) -> Value {
    json!({"description": about, "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]})
}

/// Words by language.
fn words_in_both(about: &str) -> Value {
    json!({
        "description": about,
        "type": "object",
        "additionalProperties": false,
        "properties": {"zh": words("In Chinese."), "en": words("In English.")}
    })
}

#[cfg(test)]
mod tests;
