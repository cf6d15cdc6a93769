//! The schema of flow files.

use serde_json::{Map, Value, json};

use super::{DRAFT, expression, name, text, variants, wording, words, words_in_both};

/// The JSON Schema of a flow file.
pub fn flow_schema() -> Value {
    let mut defs = json!({
        "text": text(),
        "wording": wording(),
        "variants": variants(),
        "expression": expression(),
        "name": name(),
        "slot": slot(),
        "options": options(false),
        "options_with_steps": options(true),
        "values": values("Expressions by name."),
        "steps": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/step"}},
        "tool": {"description": "A tool: BACKEND.TOOL.", "type": "string", "pattern": "^[A-Za-z0-9_]+\\.[A-Za-z0-9_.-]+$"}
    });
    let steps = steps();
    let kinds: Vec<Value> = steps.iter().map(|(kind, _)| json!({"$ref": format!("#/$defs/step_{kind}")})).collect();
    defs["step"] = json!({"description": "A step: what it does is its first key.", "oneOf": kinds});
    for (kind, schema) in steps {
        defs[format!("step_{kind}")] = schema;
    }
    json!({
        "$schema": DRAFT,
        "title": "Yingda flow",
        "description": "A task that the assistant does with a customer: one file a flow. See docs/flows.md.",
        "type": "object",
        "additionalProperties": false,
        "required": ["flow", "title", "steps"],
        "properties": {
            "flow": {"$ref": "#/$defs/name", "description": "Its id: the same as the file's name."},
            "title": {"$ref": "#/$defs/text", "description": "What customers and colleagues call it; said in sentences such as “back to …”."},
            "description": {"$ref": "#/$defs/text", "description": "What the customer wants who needs it; language models read it."},
            "starts": starts(),
            "needs": {
                "description": "What must be known of the customer before: otherwise the identity flow of wording.yml runs first. Default: none.",
                "enum": ["none", "known", "verified"]
            },
            "slots": {
                "description": "What the flow has to know.",
                "type": "object",
                "propertyNames": {"$ref": "#/$defs/name"},
                "additionalProperties": {"$ref": "#/$defs/slot"}
            },
            "steps": {"$ref": "#/$defs/steps", "description": "What is done, in order. Falling off the end is `end: done`."},
            "result": {"$ref": "#/$defs/expression", "description": "What a calling flow gets as `into`; all slots when absent."}
        },
        "$defs": defs
    })
}

fn starts() -> Value {
    json!({
        "description": "What begins the flow; without it, it is only called by others.",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "intents": words("Intents of the workspace."),
            "phrases": words_in_both("Sentences by which customers ask for it."),
            "events": words("Events of pages and orders that begin it."),
            "occasion": {
                "enum": ["service", "marketing"],
                "description": "Whether an event that begins it is about the customer's own affairs (service), or an offer that needs their consent (marketing)."
            },
            "when": {"$ref": "#/$defs/expression", "description": "Begins only when this is true."}
        }
    })
}

fn slot() -> Value {
    let simple = [
        "text",
        "number",
        "integer",
        "money",
        "yes_no",
        "date",
        "time",
        "duration",
        "phone",
        "email",
        "address",
        "person",
        "product",
        "order_number",
        "tracking_number",
        "file",
        "choice",
        "pick",
    ];
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["type"],
        "properties": {
            "type": {
                "description": "What it holds. `choice`: one of `options`. `pick`: from a list that is known only when it is asked. `entity:NAME`: a type of entity of the workspace. Money in cents, duration in seconds.",
                "anyOf": [{"enum": simple}, {"type": "string", "pattern": "^entity:.+$"}]
            },
            "title": {"$ref": "#/$defs/text", "description": "What it is called in sentences, such as “order number”."},
            "carry": {"description": "Whether known facts fill it, and its value is known to later flows. Default: true for ids, people, addresses and products.", "type": "boolean"},
            "options": {"$ref": "#/$defs/options", "description": "For `type: choice`."},
            "from": {"$ref": "#/$defs/expression", "description": "For `type: pick`: the list."},
            "label": {"$ref": "#/$defs/text", "description": "For `type: pick`: how an `item` is called."},
            "value": {"$ref": "#/$defs/expression", "description": "For `type: pick`: what of the `item` is kept; default: all of it."},
            "kind": {"$ref": "#/$defs/name", "description": "For `type: pick`: what “that one” calls it, such as `product`."},
            "many": {"description": "For `type: pick`: whether several may be chosen.", "type": "boolean"}
        },
        "allOf": [
            {"if": {"properties": {"type": {"const": "choice"}}, "required": ["type"]}, "then": {"required": ["options"]}},
            {"if": {"properties": {"type": {"const": "pick"}}, "required": ["type"]}, "then": {"required": ["from", "label"]}}
        ]
    })
}

fn options(with_steps: bool) -> Value {
    let mut properties = json!({
        "id": {"$ref": "#/$defs/name"},
        "label": {"$ref": "#/$defs/text", "description": "What customers read on the button."},
        "also": words_in_both("Other words by which customers choose it.")
    });
    if with_steps {
        properties["then"] = json!({"$ref": "#/$defs/steps", "description": "What is done when it is chosen."});
    }
    json!({
        "type": "array",
        "minItems": 1,
        "maxItems": 50,
        "items": {"type": "object", "additionalProperties": false, "required": ["id", "label"], "properties": properties}
    })
}

fn values(about: &str) -> Value {
    json!({"description": about, "type": "object", "additionalProperties": {"$ref": "#/$defs/expression"}})
}

/// The schema of each kind of step.
fn steps() -> Vec<(&'static str, Value)> {
    let text = |about: &str| json!({"$ref": "#/$defs/text", "description": about});
    let below = |about: &str| json!({"$ref": "#/$defs/steps", "description": about});
    let cel = |about: &str| json!({"$ref": "#/$defs/expression", "description": about});
    let named = |about: &str| json!({"$ref": "#/$defs/name", "description": about});
    let values = |about: &str| json!({"$ref": "#/$defs/values", "description": about});
    let tool = |about: &str| json!({"$ref": "#/$defs/tool", "description": about});
    vec![
        (
            "collect",
            step(
                "collect",
                &["ask"],
                json!({
                    "collect": named("Asks for this slot, unless it has a value already."),
                    "ask": text("The question."),
                    "offer": cel("A list of values, or of {value, label}, to tap."),
                    "check": cel("Must be true of the value; otherwise `invalid` is said and it is asked again."),
                    "invalid": text("What is said when `check` is false."),
                    "retries": {"description": "How often it is asked again; default 2.", "type": "integer", "minimum": 0, "maximum": 9},
                    "otherwise": below("After the last retry; default: people take over.")
                }),
            ),
        ),
        ("say", step("say", &[], json!({"say": text("Says this.")}))),
        (
            "choice",
            step(
                "choice",
                &["options"],
                json!({
                    "choice": text("Asks to choose, and goes on with the steps of what is chosen."),
                    "into": named("Keeps the id of the option under this name."),
                    "options": {"$ref": "#/$defs/options_with_steps"}
                }),
            ),
        ),
        (
            "do",
            step(
                "do",
                &[],
                json!({
                    "do": tool("Calls this tool."),
                    "with": values("Its inputs."),
                    "into": named("Keeps the answer under this name."),
                    "on_error": {
                        "description": "Steps by error code; without `any`, other errors are taken back as far as possible and people take over.",
                        "type": "object",
                        "additionalProperties": false,
                        "properties": crate::check::CODES.iter().map(|code| ((*code).to_owned(), below("What is done then; `error` has code and message."))).collect::<Map<_, _>>()
                    },
                    "undo": {
                        "description": "What takes the call back when a later step fails.",
                        "type": "object",
                        "additionalProperties": false,
                        "required": ["do"],
                        "properties": {"do": tool("The tool that takes it back."), "with": values("Its inputs.")}
                    }
                }),
            ),
        ),
        (
            "branch",
            step(
                "branch",
                &[],
                json!({
                    "branch": {
                        "description": "The first case that is true; at the end `else`.",
                        "type": "array",
                        "minItems": 1,
                        "items": {"oneOf": [
                            {
                                "type": "object",
                                "additionalProperties": false,
                                "required": ["if", "then"],
                                "properties": {"if": cel("When this is true …"), "then": below("… this is done.")}
                            },
                            {"type": "object", "additionalProperties": false, "required": ["else"], "properties": {"else": below("When no case is true.")}}
                        ]}
                    }
                }),
            ),
        ),
        (
            "for",
            step(
                "for",
                &["in", "most", "steps"],
                json!({
                    "for": named("The name of the item."),
                    "in": cel("The list."),
                    "most": {"description": "The most rounds.", "type": "integer", "minimum": 1, "maximum": 50},
                    "steps": below("What is done with each.")
                }),
            ),
        ),
        (
            "confirm",
            step(
                "confirm",
                &[],
                json!({
                    "confirm": text("Asks, and goes on after a yes. Must stand before every call that changes something."),
                    "no": below("After a no; default: says that nothing was done, and ends.")
                }),
            ),
        ),
        ("set", step("set", &[], json!({"set": values("Gives names values.")}))),
        ("forget", step("forget", &[], json!({"forget": words("Takes the values of these names away.")}))),
        (
            "again",
            step(
                "again",
                &[],
                json!({"again": named("Forgets this slot and what followed it, and asks for it again.")}),
            ),
        ),
        (
            "call",
            step(
                "call",
                &[],
                json!({
                    "call": named("Runs this flow and comes back."),
                    "with": values("Values for its slots."),
                    "into": named("Keeps its result under this name.")
                }),
            ),
        ),
        ("link", step("link", &[], json!({"link": named("Goes to this flow and does not come back.")}))),
        (
            "knowledge",
            step(
                "knowledge",
                &[],
                json!({"knowledge": {"description": "Says the knowledge entry with this key.", "type": "string"}}),
            ),
        ),
        (
            "undo",
            step(
                "undo",
                &[],
                json!({"undo": {"description": "Takes back what was done, the latest first.", "const": "all"}}),
            ),
        ),
        (
            "hand_over",
            step(
                "hand_over",
                &[],
                json!({
                    "hand_over": {
                        "description": "People take over.",
                        "anyOf": [
                            {"type": "null"},
                            {"$ref": "#/$defs/step_hand_over/$defs/reason"},
                            {
                                "type": "object",
                                "additionalProperties": false,
                                "properties": {"reason": {"$ref": "#/$defs/step_hand_over/$defs/reason"}, "note": text("For the colleague who takes over.")}
                            }
                        ]
                    }
                }),
            ),
        ),
        (
            "end",
            step(
                "end",
                &[],
                json!({"end": {"description": "Ends the flow.", "enum": ["done", "failed", "cancelled", null]}}),
            ),
        ),
    ]
}

/// A step with its own keys and those of all steps.
fn step(kind: &str, needs: &[&str], own: Value) -> Value {
    let mut properties = own;
    properties["id"] =
        json!({"$ref": "#/$defs/name", "description": "A name of the step, for tests, traces and the graph."});
    properties["if"] = json!({"$ref": "#/$defs/expression", "description": "The step is skipped when this is false."});
    let required: Vec<&str> = [kind].into_iter().chain(needs.iter().copied()).collect();
    let mut schema =
        json!({"type": "object", "additionalProperties": false, "required": required, "properties": properties});
    if kind == "hand_over" {
        schema["$defs"] = json!({
            "reason": {"enum": ["flow", "high_value", "rule", "upset", "tool_failed", "repeated_failure", "requested"]}
        });
    }
    schema
}
