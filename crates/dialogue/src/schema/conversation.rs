//! The schema of test conversations.

use serde_json::{Value, json};

use super::{DRAFT, words};

/// The JSON Schema of a file with a test conversation.
pub fn conversation_schema() -> Value {
    json!({
        "$schema": DRAFT,
        "title": "Yingda test conversation",
        "description": "What a customer does, turn by turn, and what is expected of the assistant. See docs/flows.md.",
        "type": "object",
        "additionalProperties": false,
        "required": ["conversation", "turns"],
        "properties": {
            "conversation": {"description": "Its name.", "type": "string", "minLength": 1},
            "lang": {"description": "The language of the customer; default zh.", "enum": ["zh", "en"]},
            "now": {"description": "When it takes place (RFC 3339); default: the present.", "type": "string"},
            "contact": {
                "description": "Who the customer is; without it, nobody known.",
                "type": "object",
                "properties": {
                    "external_id": {"description": "The company's own number of the customer.", "type": "string"},
                    "name": {"type": "string"},
                    "verified": {"description": "Whether they proved who they are.", "type": "boolean"}
                }
            },
            "channel": {"description": "The channel; default web.", "type": "string"},
            "backend": {"description": "`reset`: the demo shop is as at first.", "enum": ["reset"]},
            "faults": {
                "description": "What goes wrong with the back end.",
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["path", "kind"],
                    "properties": {
                        "path": {"description": "Calls whose path begins so.", "type": "string"},
                        "kind": {"description": "What happens to them, such as `slow`.", "type": "string"},
                        "times": {"description": "How often.", "type": "integer", "minimum": 1},
                        "method": {"description": "Only calls with this method.", "type": "string"},
                        "ms": {"description": "For `slow`: how long they take.", "type": "integer", "minimum": 0}
                    }
                }
            },
            "turns": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/turn"}},
            "end": {
                "description": "What is expected at the end.",
                "type": "object",
                "additionalProperties": false,
                "properties": {
                    "handed_over": {"description": "`false`, `true`, or the reason.", "type": ["boolean", "string"]},
                    "backend": {
                        "description": "What the back end knows then: `order NO: {path: value}`.",
                        "type": "object",
                        "additionalProperties": {"type": "object"}
                    },
                    "stack": {"description": "Flows that are left open.", "type": "array", "items": {"type": "string"}}
                }
            }
        },
        "$defs": {"turn": turn(), "expect": expect()}
    })
}

fn turn() -> Value {
    let kind = |key: &str, schema: Value| {
        let mut properties = json!({"expect": {"$ref": "#/$defs/expect"}});
        properties[key] = schema;
        json!({"type": "object", "additionalProperties": false, "required": [key], "properties": properties})
    };
    json!({
        "oneOf": [
            kind("customer", json!({"description": "What the customer writes.", "type": "string"})),
            kind("tap", json!({"description": "Taps an option: its id or its label.", "type": "string"})),
            kind("image", json!({"description": "Sends a picture.", "const": true})),
            kind("wait", json!({"description": "Time passes: `40 minutes`, `2 days`.", "type": "string", "pattern": "^[0-9]+ (minute|hour|day)s?$"}))
        ]
    })
}

fn expect() -> Value {
    json!({
        "description": "What is expected of the assistant in this turn.",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "flow": {"description": "The flow that is spoken of after it; null when there is none.", "type": ["string", "null"]},
            "asks": {"description": "The slot that is asked now; `confirm` for a confirmation.", "type": ["string", "null"]},
            "slots": {"description": "Slots with their values.", "type": "object"},
            "says": words("Each occurs in what is said; a regular expression stands between / and /."),
            "never": words("None occurs in what is said."),
            "answers": words("Knowledge entries that answered, by key."),
            "calls": words("Tools that were called, in this order; others may be between. An empty list: none."),
            "refused": words("Commands that were proposed and refused."),
            "ends": {
                "description": "Flows that ended, and how.",
                "type": "object",
                "additionalProperties": {"enum": ["done", "cancelled", "failed", "handed_over", "expired"]}
            },
            "handed_over": {"description": "`false`, `true`, or the reason.", "type": ["boolean", "string"]}
        }
    })
}
