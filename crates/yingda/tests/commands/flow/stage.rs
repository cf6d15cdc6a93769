//! `flow test`, `flow simulate`, `flow walk`, `guard eval`, `bench tau2`: what tries the assistant out.

use std::fs;

use serde_json::json;

use super::{change, flow, of_repository, shop, tours, tours_in};
use crate::support::{Place, run};

/// One opening of the demo shop for each command: it takes a second or two.
#[test]
fn the_shops_assistant_is_tried_out_without_an_installation() {
    let place = Place::empty();
    let shop = shop();
    let only = ["--demo", "--runs", "1", "--only"];
    let told = flow(&place, &[&["test", &shop, "--json"], &only[..], &["cancel_paid"]].concat()).expect(0).json();
    assert_eq!((&told["passed"], &told["failed"], &told["skipped"]), (&json!(1), &json!(0), &json!([])), "{told}");
    let told = flow(&place, &[&["simulate", &shop, "--json"], &only[..], &["careful_cancel"]].concat()).expect(0);
    assert_eq!(told.json()["pass_1"], 1.0);
    let told = flow(&place, &["walk", &shop, "--demo", "--count", "5", "--seed", "7", "--json"]).expect(0).json();
    assert_eq!((&told["count"], &told["failures"]), (&json!(5), &json!([])), "{told}");
    assert_eq!(told["asked"], told["honoured"]);
    assert!(!place.path("data").exists());
}

#[test]
fn a_test_that_fails_is_shown_turn_by_turn_and_is_exit_code_3() {
    let place = Place::new();
    tours_in(&place, "tours");
    let ran = flow(&place, &["test", "tours"]).expect(0);
    assert!(ran.stdout.contains("1 of 1 conversations passed 4 times"), "{}", ran.stdout);
    change(&place, "tours/tests/book.yml", "asks: guests", "asks: confirm");
    let ran = flow(&place, &["test", "tours", "--runs", "1"]).expect(3);
    for words in ["tests/book.yml:4", "- confirm", "+ guests", "customer  我想参观", "一共几位参观？"] {
        assert!(ran.stdout.contains(words), "{words}\n--\n{}", ran.stdout);
    }
    let ran = flow(&place, &["test", "tours", "--json"]).expect(3);
    assert_eq!((ran.error()["code"].as_str(), ran.json()["failed"].as_u64()), (Some("refused"), Some(1)));
}

#[test]
fn a_workspace_has_its_own_customers_and_walks() {
    let place = Place::new();
    let told = flow(&place, &["simulate", &tours(), "--json"]).expect(0).json();
    assert_eq!((&told["flows"][0]["flow"], &told["pass_4"]), (&json!("book_tour"), &json!(1.0)), "{told}");
    let ran = flow(&place, &["simulate", &tours()]).expect(0);
    assert!(ran.stdout.contains("book_tour") && ran.stdout.contains("100.0 %"), "{}", ran.stdout);
    let ran = flow(&place, &["walk", &tours(), "--count", "20"]).expect(0);
    assert!(ran.stdout.contains("20 conversations") && ran.stdout.contains("0 went wrong"), "{}", ran.stdout);
    let same = |seed: &str| flow(&place, &["walk", &tours(), "--count", "5", "--seed", seed]).expect(0).stdout;
    assert_eq!(same("3"), same("3"));
}

#[test]
fn what_cannot_be_tried_out_is_told() {
    let place = Place::new();
    flow(&place, &["test", &tours(), "--noise", "0.9"]).expect(2);
    flow(&place, &["simulate", &tours(), "--noise", "-1"]).expect(2);
    assert!(flow(&place, &["test", &tours(), "--only", "nothing"]).expect(2).stderr.contains("nothing"));
    flow(&place, &["simulate", &tours(), "--only", "nobody"]).expect(2);
    flow(&place, &["test", &tours(), "--workspace", "nobody"]).expect(1);
    assert!(flow(&Place::empty(), &["test", &tours()]).expect(1).stderr.contains("yingda serve"));
}

#[test]
fn without_a_back_end_for_tests_conversations_that_need_one_are_passed_by() {
    let place = Place::new();
    tours_in(&place, "tours");
    change(&place, "tours/tests/book.yml", "lang: zh", "lang: zh\nbackend: reset");
    let told = flow(&place, &["test", "tours", "--json"]).expect(0).json();
    assert_eq!((&told["passed"], &told["skipped"]), (&json!(0), &json!(["三位参观"])), "{told}");
}

#[test]
fn the_guard_is_measured_on_labelled_answers() {
    let place = Place::empty();
    let all = fs::read_to_string(of_repository("datasets/guard/guard.jsonl")).unwrap();
    let test: Vec<&str> = all.lines().filter(|line| line.contains(r#""part": "test""#)).collect();
    let some: Vec<&str> = test.into_iter().step_by(5).collect();
    let answers = place.file("answers.jsonl", &some.join("\n"));
    let rules = of_repository("packs/ecommerce/guard.yml");
    let told = place.run(&["guard", "eval", &answers, "--rules", &rules, "--json"]).expect(0).json();
    let figures = &told["figures"]["test zh"];
    assert!(figures["stopped"].as_u64() > Some(0) && figures["stopped"].as_u64() <= figures["bad"].as_u64(), "{told}");
    assert!(place.run(&["guard", "eval", &answers]).expect(0).stdout.contains("test en"));

    place.file("wrong.jsonl", "{\"id\": 1}\n");
    assert!(place.run(&["guard", "eval", "wrong.jsonl"]).expect(3).stderr.contains("line 1"));
    place.file("rules.yml", "ruels: {}\n");
    let ran = place.run(&["guard", "eval", &answers, "--rules", "rules.yml"]).expect(3);
    assert!(ran.stderr.contains("rules.yml:1:1") && ran.stderr.contains("rules"), "{}", ran.stderr);
    place.run(&["guard", "eval", "missing.jsonl"]).expect(1);
}

#[test]
fn tasks_that_are_not_there_cannot_be_measured() {
    let place = Place::empty();
    assert!(place.run(&["bench", "tau2", "nowhere"]).expect(1).stderr.contains("db.json"));
    fs::create_dir(place.path("retail")).unwrap();
    place.file("retail/db.json", "{}");
    place.file("retail/tasks.json", "[]");
    let ran = place.run(&["bench", "tau2", "retail", "--json"]).expect(1);
    assert!(ran.error()["message"].as_str().unwrap().contains("products"), "{}", ran.stderr);
    place.file("retail/db.json", r#"{"products": {}, "users": {}, "orders": {}}"#);
    let ran = place.run(&["bench", "tau2", "retail", "--task", "17"]).expect(2);
    assert!(ran.stderr.contains("17"), "{}", ran.stderr);
    place.file("models.yml", "models: {}\n");
    place.run(&["bench", "tau2", "retail", "--model", "models.yml"]).expect(3);
    place.run(&["bench", "tau2", "retail", "--replay", "--talk"]).expect(2);
    place.run(&["bench", "assistant", "--quick", "--walks", "3"]).expect(2);
}

#[test]
fn a_folder_is_talked_with_before_it_is_published() {
    let place = Place::new();
    let ran = place.run_with(&["flow", "try", &tours()], ":why\n我想参观\n三位\n:why\n:quit\nnever read\n");
    let ran = ran.expect(0);
    assert!(ran.stdout.contains("bot: 一共几位参观？") && ran.stdout.contains("3 位"), "{}", ran.stdout);
    assert!(
        ran.stderr.contains("Nothing has been said yet") && ran.stderr.contains("fill_slot guests"),
        "{}",
        ran.stderr
    );
    // A number alone is enough where a number was asked for.
    for said in ["3", "三", "３。"] {
        let ran = place.run_with(&["flow", "try", &tours()], &format!("我想参观\n{said}\n")).expect(0);
        assert!(ran.stdout.contains("3 位"), "{said}: {}", ran.stdout);
    }
    let ran = place.run_with(&["flow", "try", &tours(), "--json"], "转人工\n");
    assert_eq!(ran.expect(0).json()["handed_over"], "requested");
}

/// The files that the documentation tells to write, in order.
fn told_in(document: &str) -> Vec<String> {
    let text = fs::read_to_string(of_repository(document)).unwrap();
    let blocks = text.split("```yaml\n").skip(1);
    blocks.map(|block| block.split("```").next().unwrap().to_owned()).collect()
}

#[test]
fn the_first_flow_of_the_documentation_works_as_it_is_written() {
    for (document, lang, locale, says) in [
        ("docs/flows.md", "en", "en_US.UTF-8", "It has not been sent yet"),
        ("docs/flows.zh-CN.md", "zh", "zh_CN.UTF-8", "还没有发货"),
    ] {
        let text = fs::read_to_string(of_repository(document)).unwrap();
        let place = Place::empty();
        for entry in walk(&of_repository("packs/ecommerce")).into_iter().filter(|path| !path.contains("/tests/")) {
            let to = place.path("my-shop").join(entry.split("packs/ecommerce/").last().unwrap());
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::copy(entry, to).unwrap();
        }
        let files = told_in(document);
        fs::create_dir_all(place.path("my-shop/tests")).unwrap();
        fs::write(place.path("my-shop/flows/hurry_order.yml"), &files[0]).unwrap();
        flow(&place, &["check", "my-shop"]).expect(0);
        fs::write(place.path("my-shop/flows/hurry_order.yml"), files[0].replace("steps:", "stpes:")).unwrap();
        let ran = run(place.command(&["flow", "check", "my-shop"]).env("LANG", locale), "").expect(3);
        let shown = text.split("```").find(|block| block.starts_with("\nflows/hurry_order.yml:1:1")).unwrap();
        for line in shown.trim().lines() {
            assert!(ran.stdout.contains(line), "{line}\n--\n{}", ran.stdout);
        }
        fs::write(place.path("my-shop/flows/hurry_order.yml"), &files[1]).unwrap();
        fs::write(place.path("my-shop/tests/hurry.yml"), &files[2]).unwrap();
        let drawn = flow(&place, &["graph", "my-shop/flows/hurry_order.yml", "--lang", lang]).expect(0);
        assert!(drawn.stdout.starts_with("<svg"), "{}", drawn.stdout);
        let ran = flow(&place, &["test", "my-shop", "--demo", "--only", "hurry"]);
        assert_eq!(ran.code, 0, "{}\n{}", ran.stdout, ran.stderr);
        let said = text.lines().find_map(|line| line.strip_prefix("you: ")).unwrap();
        let tried = ["flow", "try", "my-shop", "--demo", "--lang", lang, "--as", "cust-0021"];
        let ran = place.run_with(&tried, &format!("{said}\n")).expect(0);
        assert!(ran.stdout.contains(says), "{}", ran.stdout);
    }
}

/// All files below a folder.
fn walk(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| match path.is_dir() {
            true => walk(path.to_str().unwrap()),
            false => vec![path.to_str().unwrap().to_owned()],
        })
        .collect()
}
