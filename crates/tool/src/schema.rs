//! JSON Schema, with messages that hold no values.

use std::collections::BTreeMap;

use jsonschema::{PatternOptions, Validator};
use serde_json::{Map, Value};
use yingda_yaml::{Said, said};

use crate::toolbox::Property;

/// A schema that is ready to check.
pub(crate) struct Schema {
    pub source: Value,
    validator: Validator,
}

impl Schema {
    /// # Errors
    /// Why it is no JSON Schema (draft 2020-12 unless it says another). References lead inside it only.
    pub fn compile(source: Value) -> Result<Self, Said> {
        let options = jsonschema::options().with_pattern_options(PatternOptions::regex()).should_validate_formats(true);
        match options.build(&source) {
            Ok(validator) => Ok(Self { source, validator }),
            Err(error) => {
                let path = error.instance_path().to_string();
                let at = if path.is_empty() { Said::default() } else { said!("{path} 处：", "at {path}: ") };
                // The library's own words, which are English.
                Err(said!("这不是 JSON Schema：{at}{error}", "this is no JSON Schema: {at}{error}", [at]))
            }
        }
    }

    /// # Errors
    /// Where the value breaks the schema, at most three places, without the values there.
    pub fn check(&self, value: &Value) -> Result<(), String> {
        let wrong: Vec<String> = self
            .validator
            .iter_errors(value)
            .take(3)
            .map(|error| {
                let path = error.instance_path().to_string();
                let path = if path.is_empty() { "the whole".to_owned() } else { path };
                format!("{path}: {}", error.masked_with("the value"))
            })
            .collect();
        if wrong.is_empty() { Ok(()) } else { Err(wrong.join("; ")) }
    }

    pub fn properties(&self) -> BTreeMap<String, Property> {
        let required: Vec<&str> =
            self.source["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let properties = self.source["properties"].as_object().into_iter().flatten();
        properties
            .map(|(name, schema)| {
                let kind = schema["type"].as_str().map(str::to_owned);
                let need = if required.contains(&name.as_str()) { Need::Required } else { Need::Optional };
                (name.clone(), Property { kind, need })
            })
            .collect()
    }
}

/// Whether an input must be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// The call fails without it.
    Required,
    /// It may be left out.
    Optional,
}

/// Says whether two schemas demand the same, as far as their form tells: descriptions and the order of keys do not count.
pub(crate) fn same(one: &Value, other: &Value) -> bool {
    bare(one) == bare(other)
}

const SAID_ONLY: [&str; 7] = ["title", "description", "$schema", "$id", "$comment", "examples", "default"];

fn bare(schema: &Value) -> Value {
    match schema {
        Value::Object(map) => {
            let mut kept = Map::new();
            for (key, value) in map {
                let value = match (key.as_str(), value) {
                    // Here names are names, not keywords.
                    ("properties" | "$defs" | "definitions" | "patternProperties", Value::Object(named)) => {
                        Value::Object(named.iter().map(|(name, schema)| (name.clone(), bare(schema))).collect())
                    }
                    ("required" | "type" | "enum", Value::Array(items)) => {
                        let mut items = items.clone();
                        items.sort_by_key(ToString::to_string);
                        Value::Array(items)
                    }
                    ("required", _) => value.clone(),
                    (key, _) if SAID_ONLY.contains(&key) => continue,
                    (_, value) => bare(value),
                };
                if key == "required" && value.as_array().is_some_and(Vec::is_empty) {
                    continue;
                }
                kept.insert(key.clone(), value);
            }
            Value::Object(kept)
        }
        Value::Array(items) => items.iter().map(bare).collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;

    #[test]
    fn words_and_order_make_no_difference_between_schemas_and_demands_do() {
        let one = json!({"type": "object", "required": ["a", "b"], "properties": {"title": {"type": "string", "title": "T"}}});
        let two = json!({"$schema": "x", "properties": {"title": {"type": "string"}}, "required": ["b", "a"], "type": "object"});
        let three = json!({"type": "object", "required": ["a", "b"], "properties": {"title": {"type": "integer"}}});
        assert!(same(&one, &two));
        assert!(!same(&one, &three));
        assert!(!same(&one, &json!({"type": "object", "required": ["a", "b"]})));
    }

    #[test]
    fn what_is_wrong_with_a_value_is_said_without_it() {
        let schema = json!({"type": "object", "properties": {"phone": {"type": "string", "pattern": "^1\\d{10}$"}}});
        let wrong = Schema::compile(schema).unwrap().check(&json!({"phone": "secret"})).unwrap_err();
        assert!(wrong.contains("/phone") && !wrong.contains("secret"), "{wrong}");
    }
}
