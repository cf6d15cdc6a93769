//! JSON as models write it: with words round it, in a code fence, or as a call.

use serde_json::Value;

/// The first JSON object in a text, whatever stands before and after it.
pub(crate) fn first_object(text: &str) -> Option<Value> {
    // A text of brackets alone would be tried from each of them.
    const MOST_TRIES: usize = 50;
    text.match_indices('{').take(MOST_TRIES).find_map(|(at, _)| {
        let value = serde_json::Deserializer::from_str(&text[at..]).into_iter::<Value>().next()?.ok()?;
        value.as_object().is_some_and(|object| !object.is_empty()).then_some(value)
    })
}

/// A call that was written as text, `{"name": …, "arguments": {…}}`: its name and arguments.
pub(crate) fn as_call(value: &Value) -> Option<(&str, &Value)> {
    let object = value.as_object()?;
    let arguments = object.get("arguments").or_else(|| object.get("parameters"))?;
    let name = object.get("name").or_else(|| object.get("function"))?.as_str()?;
    (object.len() <= 3 && arguments.is_object()).then_some((name, arguments))
}

/// Checks a value against a schema; the error says where it is wrong, for the model to mend.
pub(crate) fn check(value: &Value, schema: &Value) -> Result<(), String> {
    let validator = jsonschema::validator_for(schema).map_err(|why| format!("the schema cannot be used: {why}"))?;
    let errors: Vec<String> = validator
        .iter_errors(value)
        .take(3)
        .map(|error| {
            let message: String = error.to_string().chars().take(200).collect();
            format!("{}: {message}", error.instance_path())
        })
        .collect();
    if errors.is_empty() { Ok(()) } else { Err(errors.join("; ")) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn an_object_is_found_among_words() {
        for text in [
            "{\"a\":1}",
            "好的：\n```json\n{\"a\":1}\n```\n就这样",
            "use {x} then {\"a\": 1} and {\"b\": 2}",
            "<tool_call>{\"a\":1}</tool_call>",
        ] {
            assert_eq!(first_object(text), Some(json!({"a": 1})), "{text}");
        }
        for text in ["", "{", "{\"a\":", "[1,2]", "{}"] {
            assert_eq!(first_object(text), None, "{text}");
        }
    }

    #[test]
    fn a_call_written_as_text_is_known() {
        let call = json!({"name": "refund", "arguments": {"amount": 5}});
        assert_eq!(as_call(&call), Some(("refund", &json!({"amount": 5}))));
        assert_eq!(as_call(&json!({"name": "x"})), None);
    }

    #[test]
    fn a_wrong_value_is_said_with_its_place() {
        let schema = json!({"type": "object", "properties": {"a": {"type": "number"}}, "required": ["a"]});
        assert!(check(&json!({"a": 1}), &schema).is_ok());
        assert!(check(&json!({"a": "x"}), &schema).unwrap_err().starts_with("/a:"));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_fail_badly(text in "[{}\\[\\]\",:a1 ]{0,200}") {
            let _ = first_object(&text);
        }
    }
}
