//! Files as operators write them, good and broken.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use yingda_dialogue::{
    Effect, GraphStyle, Kind, Known, KnownInput, KnownTool, Lang, Needs, Problem, Release, read_flow, read_release, svg,
};

fn tool(name: &str, effect: Effect, needs: Needs, inputs: &[(&str, Kind)]) -> KnownTool {
    let inputs =
        inputs.iter().map(|(name, of)| KnownInput { name: (*name).into(), required: true, of: Some(*of) }).collect();
    KnownTool { name: name.into(), inputs, effect, needs }
}

fn known() -> Known {
    use Effect::{Read, Write};
    use Needs::{None, Verified};
    let order = ("order_no", Kind::Text);
    let set = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>());
    Known {
        tools: vec![
            tool("shop.get_order", Read, Verified, &[order]),
            tool("shop.check_item", Read, Verified, &[order, ("sku", Kind::Text)]),
            tool("shop.start_return", Write, Verified, &[order, ("skus", Kind::List), ("reason", Kind::Text)]),
            tool("shop.cancel_return", Write, Verified, &[("return_no", Kind::Text)]),
            tool("shop.book_pickup", Write, Verified, &[("return_no", Kind::Text)]),
            tool("shop.exchange", Write, Verified, &[order, ("size", Kind::Text)]),
            tool("shop.cancel", Write, None, &[order]),
            tool("shop.verify", Read, None, &[order, ("phone", Kind::Text)]),
        ],
        intents: set(&["return/apply", "return/quality", "exchange/apply"]),
        entities: set(&["color"]),
        entries: set(&["return.policy", "service.hours"]),
    }
}

/// The files of a folder, by their paths within it.
fn files(folder: &Path) -> Vec<(String, String)> {
    let mut files = Vec::new();
    for path in ["flows", "tests", "."].map(|part| folder.join(part)) {
        let Ok(entries) = fs::read_dir(&path) else { continue };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|ending| ending == "yml") {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().trim_start_matches("./").to_owned();
                files.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    files
}

fn read(folder: &Path) -> (Option<Release>, Vec<Problem>) {
    let files = files(folder);
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    read_release(7, &files, &known())
}

fn here(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(path)
}

fn told(problems: &[Problem]) -> String {
    problems.iter().map(|problem| format!("{problem}\n")).collect()
}

#[test]
fn good_files_make_a_release_without_a_word() {
    let (release, problems) = read(&here("good"));
    assert_eq!(told(&problems), "");
    let release = release.unwrap();
    assert_eq!(release.number, 7);
    let ids: Vec<&str> = release.flows().map(|flow| flow.id.as_str()).collect();
    assert_eq!(ids, ["cancel_order", "exchange_goods", "return_goods", "verify_identity"]);
    assert_eq!(release.wordings.persona.name.zh, "小禾");
    assert_eq!(release.wordings.identity.as_deref(), Some("verify_identity"));
    assert_eq!((release.wordings.resume_after_ms, release.wordings.expire_after_ms), (2_700_000, 259_200_000));
}

#[test]
fn an_empty_folder_is_a_release_without_flows() {
    let (release, problems) = read_release(0, &[], &Known::default());
    assert_eq!(told(&problems), "");
    assert_eq!(release.unwrap().flows().count(), 0);
}

/// The same in Chinese.
fn told_in_chinese(problems: &[Problem]) -> String {
    let line = |problem: &Problem| {
        let hint = problem.hint.as_ref().map(|hint| format!("  建议：{}\n", hint.zh)).unwrap_or_default();
        format!("{}:{}:{}: {}\n{hint}", problem.file, problem.line, problem.column, problem.message.zh)
    };
    problems.iter().map(line).collect()
}

/// Each folder in `broken` has `expected.txt` and `expected.zh.txt`; `WRITE_EXPECTED=1` writes them anew, to be read before they are
/// kept.
#[test]
fn everything_wrong_is_told_at_once_with_its_place_and_advice() {
    let mut wrong = Vec::new();
    for folder in fs::read_dir(here("broken")).unwrap() {
        let folder = folder.unwrap().path();
        let (release, problems) = read(&folder);
        assert!(release.is_none(), "{}", folder.display());
        for (name, told) in [("expected.txt", told(&problems)), ("expected.zh.txt", told_in_chinese(&problems))] {
            let expected = folder.join(name);
            if std::env::var_os("WRITE_EXPECTED").is_some() {
                fs::write(&expected, told).unwrap();
            } else if fs::read_to_string(&expected).unwrap_or_default() != told {
                wrong.push(format!("{}:\n{told}", expected.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "other problems than expected:\n{}", wrong.join("\n"));
}

#[test]
fn every_problem_is_told_in_both_languages() {
    let mut count = 0;
    for folder in fs::read_dir(here("broken")).unwrap() {
        for problem in read(&folder.unwrap().path()).1 {
            for said in [Some(&problem.message), problem.hint.as_ref()].into_iter().flatten() {
                assert!(said.is_in_both(), "{problem}: {said:?}");
                count += 1;
            }
        }
    }
    assert!(count > 100, "only {count} texts: the corpus has shrunk");
}

#[test]
fn a_file_that_is_too_large_is_refused_unread() {
    let text = format!("flow: big\n# {}", "x".repeat(300 * 1024));
    let (flow, problems) = read_flow("flows/big.yml", &text);
    assert!(flow.is_none());
    assert_eq!(
        told(&problems),
        "flows/big.yml: error: the file is larger than 256 kB\n  hint: cut it into several files\n"
    );
}

#[test]
fn a_flow_has_at_most_500_steps() {
    let steps = "  - say: {zh: 好, en: Good}\n".repeat(501);
    let (_, problems) =
        read_flow("flows/long.yml", &format!("flow: long\ntitle: {{zh: 长, en: Long}}\nsteps:\n{steps}"));
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].message.en, "more than 500 steps in one flow");
    assert_eq!(problems[0].line, 504);
}

/// `WRITE_GRAPHS=FOLDER` writes them there, to be looked at.
#[test]
fn flows_are_drawn_in_both_languages() {
    let (release, _) = read(&here("good"));
    for flow in release.unwrap().flows() {
        for (lang, name) in [(Lang::Zh, "zh"), (Lang::En, "en")] {
            let drawn = svg(flow, lang, &GraphStyle::default());
            assert!(drawn.starts_with("<svg ") && drawn.ends_with("</svg>\n"));
            if let Some(folder) = std::env::var_os("WRITE_GRAPHS") {
                fs::write(Path::new(&folder).join(format!("{}.{name}.svg", flow.id)), drawn).unwrap();
            }
        }
    }
}
