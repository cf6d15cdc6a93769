#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::PathBuf;

use yingda_yaml::parse;

use super::*;

fn errors(schema: &Value, yaml: &str) -> Vec<String> {
    let mut problems = Vec::new();
    let root = parse("f.yml", yaml, &mut problems);
    assert!(problems.is_empty(), "{problems:?}");
    let validator = jsonschema::draft202012::new(schema).unwrap();
    validator.iter_errors(&root.unwrap().json()).map(|error| error.to_string()).collect()
}

fn folder(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn yaml_files(path: &str) -> Vec<(PathBuf, String)> {
    let entries = fs::read_dir(folder(path)).into_iter().flatten().map(|entry| entry.unwrap().path());
    let files = entries.filter(|path| path.extension().is_some_and(|ending| ending == "yml"));
    files.map(|path| (path.clone(), fs::read_to_string(&path).unwrap())).collect()
}

#[test]
fn the_schemas_are_schemas() {
    for schema in [flow_schema(), wording_schema(), conversation_schema()] {
        jsonschema::draft202012::meta::validate(&schema).unwrap_or_else(|error| panic!("{error}"));
    }
}

#[test]
fn every_example_passes_its_schema() {
    let mut files = 0;
    for (schema, path) in [
        (flow_schema(), "tests/good/flows"),
        (wording_schema(), "tests/good"),
        (conversation_schema(), "tests/good/tests"),
        (flow_schema(), "../../packs/ecommerce/flows"),
        (conversation_schema(), "../../packs/ecommerce/tests"),
    ] {
        for (path, text) in yaml_files(path) {
            assert_eq!(errors(&schema, &text), Vec::<String>::new(), "{}", path.display());
            files += 1;
        }
    }
    assert!(files >= 6);
}

#[test]
fn typical_mistakes_fail() {
    let flow = |rest: &str| format!("flow: f\ntitle: {{zh: 甲, en: A}}\n{rest}");
    for rest in [
        "steps: []",
        "step: [{end: done}]",
        "steps: [{say: {zh: 甲}}]",
        "steps: [{say: 甲}]",
        "steps: [{say: {zh: 甲, en: A}, end: done}]",
        "steps: [{collect: a}]",
        "steps: [{colect: a, ask: {zh: 甲, en: A}}]",
        "steps: [{do: shop}]",
        "steps: [{do: shop.x, on_error: {not_fond: [{end: done}]}}]",
        "steps: [{for: x, in: y, steps: [{end: done}]}]",
        "steps: [{hand_over: {reason: why}}]",
        "steps: [{end: finished}]",
        "steps: [{undo: some}]",
        "steps: [{branch: [{if: 'true'}]}]",
        "needs: verifed\nsteps: [{end: done}]",
        "slots: {a: {type: txt}}\nsteps: [{end: done}]",
        "slots: {a: {type: choice}}\nsteps: [{end: done}]",
        "slots: {A: {type: text}}\nsteps: [{end: done}]",
    ] {
        assert_ne!(errors(&flow_schema(), &flow(rest)), Vec::<String>::new(), "{rest}");
    }
    assert_eq!(
        errors(&flow_schema(), &flow("steps: [{end: done}, {end: }, {hand_over: }, {hand_over: upset}, {undo: all}]")),
        Vec::<String>::new()
    );
    for wording in ["phrases: {bak_to: {zh: 甲, en: A}}", "persona: {name: 小禾}", "resume_after_minutes: soon"] {
        assert_ne!(errors(&wording_schema(), wording), Vec::<String>::new(), "{wording}");
    }
    for turns in ["[]", "[{customer: a, tap: b}]", "[{wait: long}]", "[{customer: a, expect: {say: b}}]"] {
        let text = format!("conversation: a\nturns: {turns}");
        assert_ne!(errors(&conversation_schema(), &text), Vec::<String>::new(), "{turns}");
    }
}

/// `WRITE_SCHEMAS=1` writes them anew.
#[test]
fn the_schemas_in_docs_are_these() {
    for (schema, name) in [
        (flow_schema(), "flow.schema.json"),
        (wording_schema(), "wording.schema.json"),
        (conversation_schema(), "conversation.schema.json"),
    ] {
        let path = folder("../../docs").join(name);
        let text = format!("{}\n", serde_json::to_string_pretty(&schema).unwrap());
        if std::env::var_os("WRITE_SCHEMAS").is_some() {
            fs::write(&path, text).unwrap();
        } else {
            let there = fs::read_to_string(&path).unwrap_or_default();
            assert_eq!(there, text, "{name} is stale: WRITE_SCHEMAS=1 cargo test -p yingda-dialogue schemas");
        }
    }
}

#[test]
fn steps_and_phrases_have_the_keys_that_are_read() {
    let schema = flow_schema();
    for (kind, keys) in crate::read::KINDS {
        if kind == "else" {
            continue;
        }
        let properties = schema["$defs"][format!("step_{kind}")]["properties"].as_object().unwrap();
        let mut there: Vec<&str> = properties.keys().map(String::as_str).collect();
        let mut read: Vec<&str> = [kind, "id", "if"].into_iter().chain(keys.iter().copied()).collect();
        there.sort_unstable();
        read.sort_unstable();
        assert_eq!(there, read, "{kind}");
    }
}

/// Blocks of YAML of a page of documentation.
fn blocks(page: &str) -> Vec<String> {
    let text = fs::read_to_string(folder("../../docs").join(page)).unwrap();
    let blocks = text.split("```yaml\n").skip(1);
    blocks.map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

#[test]
fn the_examples_in_the_documentation_are_right() {
    for page in ["flows.md", "flows.zh-CN.md"] {
        let mut flows = 0;
        for block in blocks(page) {
            let first = block.split(':').next().unwrap();
            let schema = match first {
                "flow" => flow_schema(),
                "conversation" => conversation_schema(),
                _ => wording_schema(),
            };
            assert_eq!(errors(&schema, &block), Vec::<String>::new(), "{page}: {block}");
            if first == "flow" {
                flows += 1;
                let id = block.lines().next().unwrap().trim_start_matches("flow: ");
                let file = format!("flows/{id}.yml");
                let files = [
                    (file.as_str(), block.as_str()),
                    ("flows/who.yml", "flow: who\ntitle: {zh: 谁, en: Who}\nsteps: [{end: done}]"),
                    ("wording.yml", "identity: who"),
                ];
                let tool = |name: &str, inputs: &[&str], effect| crate::KnownTool {
                    name: name.into(),
                    inputs: inputs
                        .iter()
                        .map(|name| crate::KnownInput {
                            name: (*name).into(),
                            required: true,
                            of: Some(crate::Kind::Text),
                        })
                        .collect(),
                    effect,
                    needs: crate::Needs::None,
                };
                let tools = vec![
                    tool("shop.get_order", &["order_no"], crate::Effect::Read),
                    tool("desk.ticket", &["subject", "text"], crate::Effect::Write),
                ];
                let known = crate::Known { tools, ..crate::Known::default() };
                let (release, problems) = crate::read_release(1, &files, &known);
                assert!(release.is_some() && problems.is_empty(), "{page}: {problems:?}");
            }
        }
        assert!(flows >= 2, "{page}");
    }
}

#[test]
fn the_documentation_names_every_phrase_step_and_error_code() {
    let text = fs::read_to_string(folder("../../docs/flows.md")).unwrap();
    let steps = crate::read::KINDS.iter().map(|(kind, _)| *kind).filter(|kind| *kind != "else");
    for name in crate::Phrase::ALL.iter().map(|phrase| phrase.name()).chain(crate::check::CODES) {
        assert!(text.contains(&format!("`{name}`")), "{name}");
    }
    for kind in steps {
        assert!(text.contains(&format!("`{kind}:")), "{kind}");
    }
}
