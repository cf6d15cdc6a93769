//! `flow publish`, `list`, `rollback`, `export`, `secret`, `setting`, and `replay`.

use std::fs;

use serde_json::{Value, json};

use super::{change, flow, tours_in};
use crate::support::Place;

/// The releases, newest first: number, whether it is live, note.
fn listed(place: &Place) -> Vec<(u64, bool, String)> {
    let told = flow(place, &["list", "--workspace", "museum", "--json"]).expect(0).json();
    let one = |release: &Value| {
        let number = release["release"].as_u64().unwrap();
        (number, release["live"].as_bool().unwrap(), release["note"].as_str().unwrap().to_owned())
    };
    told["releases"].as_array().unwrap().iter().map(one).collect()
}

/// A museum, and the key of its web chat.
fn museum() -> (Place, String) {
    let place = Place::new();
    let added = place.run(&["workspace", "add", "museum", "--name", "博物馆", "--json"]).expect(0).json();
    tours_in(&place, "tours");
    (place, added["inbox_key"].as_str().unwrap().to_owned())
}

#[test]
fn releases_are_published_listed_exported_and_taken_back() {
    let (place, _) = museum();
    let at = ["--workspace", "museum"];
    let ran = flow(&place, &[&["list"], &at[..]].concat()).expect(0);
    assert!(ran.stdout.contains("flow publish"), "{}", ran.stdout);
    let ran = flow(&place, &[&["publish", "tours", "--note", "first"], &at[..]].concat()).expect(0);
    assert!(ran.stdout.contains("1 of 1 conversations passed") && ran.stdout.ends_with("Release 1 is live.\n"));

    change(&place, "tours/flows/book_tour.yml", "一共几位", "请问几位");
    let told = flow(&place, &[&["publish", "tours", "--note", "second", "--json"], &at[..]].concat()).expect(0).json();
    assert_eq!(told, json!({"release": 2, "passed": 1, "failed": 0, "skipped": 0}));
    assert_eq!(listed(&place), [(2, true, "second".into()), (1, false, "first".into())]);

    // What fails its tests is not published, unless somebody insists.
    change(&place, "tours/tests/book.yml", "asks: guests", "asks: confirm");
    let ran = flow(&place, &[&["publish", "tours"], &at[..]].concat()).expect(3);
    assert!(ran.stderr.contains("+ guests") && ran.stderr.contains("--even-if-failing"), "{}", ran.stderr);
    assert_eq!(listed(&place).len(), 2);
    let told = flow(&place, &[&["publish", "tours", "--even-if-failing", "--json"], &at[..]].concat()).expect(0).json();
    assert_eq!((&told["release"], &told["failed"]), (&json!(3), &json!(1)));

    flow(&place, &[&["rollback", "2"], &at[..]].concat()).expect(0);
    assert_eq!(listed(&place).iter().find(|release| release.1).map(|release| release.0), Some(2));
    flow(&place, &[&["rollback", "9"], &at[..]].concat()).expect(1);
    flow(&place, &["rollback", "two"]).expect(2);

    flow(&place, &[&["export", "first", "--release", "1"], &at[..]].concat()).expect(0);
    let exported = fs::read_to_string(place.path("first/flows/book_tour.yml")).unwrap();
    assert!(exported.contains("一共几位"), "{exported}");
    let told = flow(&place, &[&["export", "draft", "--json"], &at[..]].concat()).expect(0).json();
    assert_eq!(told["files"], 3);
    assert!(fs::read_to_string(place.path("draft/tests/book.yml")).unwrap().contains("asks: confirm"));
    flow(&place, &[&["export", "draft"], &at[..]].concat()).expect(2);
    flow(&place, &[&["export", "draft", "--force"], &at[..]].concat()).expect(0);
    flow(&place, &[&["export", "ninth", "--release", "9"], &at[..]].concat()).expect(1);
    assert!(!place.path("ninth").exists());
    // Each workspace has its own.
    flow(&place, &["export", "other"]).expect(1);
}

#[test]
fn secrets_go_in_and_never_come_out_and_settings_are_shown() {
    let (place, _) = museum();
    let at = ["--workspace", "museum"];
    let set = ["flow", "secret", "set", "shop_key", "--workspace", "museum"];
    place.run_with(&set, "sesame-open\n").expect(0);
    place.run_with(&set, "").expect(2);
    let ran = flow(&place, &[&["secret", "list", "--json"], &at[..]].concat()).expect(0);
    assert_eq!(ran.json()["secrets"][0]["name"], "shop_key");
    assert!(!ran.stdout.contains("sesame"), "{}", ran.stdout);
    flow(&place, &[&["secret", "remove", "shop_key"], &at[..]].concat()).expect(0);
    flow(&place, &[&["secret", "remove", "shop_key"], &at[..]].concat()).expect(1);

    let url = "https://shop.example.com/api";
    flow(&place, &[&["setting", "set", "shop_url", url], &at[..]].concat()).expect(0);
    let ran = flow(&place, &[&["setting", "list"], &at[..]].concat()).expect(0);
    assert_eq!(ran.stdout, format!("shop_url = {url}\n"));
    assert_eq!(flow(&place, &["setting", "list", "--json"]).expect(0).json()["settings"], json!([]));
    flow(&place, &[&["setting", "remove", "shop_url"], &at[..]].concat()).expect(0);
    flow(&place, &[&["setting", "remove", "shop_url"], &at[..]].concat()).expect(1);
    let ran = flow(&place, &[&["setting", "set", "Bad Name", "x"], &at[..]].concat()).expect(1);
    assert!(ran.stderr.contains("shop_key"), "{}", ran.stderr);
}

#[test]
fn past_conversations_are_had_again_with_another_release_side_by_side() {
    let (place, inbox) = museum();
    flow(&place, &["publish", "tours", "--workspace", "museum"]).expect(0);
    let server = place.serve(&[]);
    let chat =
        ["chat", "--url", &server.url, "--inbox", &inbox, "--new", "--say", "我想参观", "--say", "三位", "--json"];
    let said = place.run(&chat).expect(0).json();
    assert_eq!(said["turns"][0]["answers"][0]["content"]["text"], "一共几位参观？", "{said}");
    assert_eq!(said["turns"][1]["answers"][0]["content"]["text"], "好的，3 位，周末见。", "{said}");

    change(&place, "tours/flows/book_tour.yml", "一共几位", "请问几位");
    flow(&place, &["publish", "tours", "--workspace", "museum"]).expect(0);
    // A running server takes the new release up with the next conversation.
    let said = place.run(&chat).expect(0).json();
    assert_eq!(said["turns"][0]["answers"][0]["content"]["text"], "请问几位参观？", "{said}");
    drop(server);

    let replay = |more: &[&str]| place.run(&[&["replay", "--workspace", "museum"], more].concat());
    let told = replay(&["--from", "1", "--to", "2", "--json"]).expect(0).json();
    assert_eq!((&told["conversations"], &told["turns"], &told["changed_turns"]), (&json!(2), &json!(4), &json!(2)));
    let change = &told["different"][0]["changes"][0];
    assert_eq!(change["customer"], "我想参观");
    assert_eq!(change["changed"]["says"], json!(["一共几位参观？", "请问几位参观？"]), "{told}");
    let ran = replay(&["--from", "1", "--to", "draft"]).expect(0);
    assert!(ran.stdout.contains("- 一共几位参观？") && ran.stdout.contains("+ 请问几位参观？"), "{}", ran.stdout);
    let same = replay(&["--from", "2", "--to", "2", "--json"]).expect(0).json();
    assert_eq!((&same["changed_turns"], &same["different"]), (&json!(0), &json!([])));

    replay(&["--from", "1", "--to", "2", "--html", "replay.html"]).expect(0);
    let page = fs::read_to_string(place.path("replay.html")).unwrap();
    assert!(page.contains("一共几位参观？") && page.contains("请问几位参观？"), "{page}");
    replay(&["--from", "1", "--to", "2", "--html", "replay.html"]).expect(2);
    assert_eq!(replay(&["--from", "1", "--to", "2", "--limit", "1", "--json"]).expect(0).json()["conversations"], 1);
    replay(&["--from", "1", "--to", "9"]).expect(1);
    replay(&["--from", "one", "--to", "2"]).expect(2);
    replay(&["--from", "1"]).expect(2);
}
