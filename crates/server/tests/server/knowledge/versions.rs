//! What entries once said.

use std::time::Duration;

use serde_json::{Value, json};
use yingda_store::Used;

use super::{Kb, text};

#[tokio::test]
async fn every_change_is_a_version_that_can_come_back() {
    let kb = Kb::open().await;
    let id = kb.faq("Opening hours?", "Nine to five.\nNever on Sundays.").await;
    kb.server.clock.moves(Duration::from_secs(60));
    let second = json!({"question": "Opening hours?", "answer": "Nine to six.\nNever on Sundays.", "tags": ["hours"]});
    kb.put(&format!("/entries/{id}?note=summer"), second).await.ok();
    kb.put(&format!("/entries/{id}"), json!({"question": "Open?", "answer": "Always."})).await.ok();

    let history = kb.get(&format!("/entries/{id}/versions")).await.ok();
    let versions = history["items"].as_array().unwrap();
    let told: Vec<_> = versions.iter().map(|version| (&version["version"], &version["content"]["question"])).collect();
    let (hours, open) = (json!("Opening hours?"), json!("Open?"));
    assert_eq!(told, [(&json!(3), &open), (&json!(2), &hours), (&json!(1), &hours)]);
    assert_eq!((&versions[1]["note"], &versions[1]["by"]["type"]), (&json!("summer"), &json!("user")));
    assert!(versions[2]["at"].as_str() < versions[1]["at"].as_str());
    let page = kb.get(&format!("/entries/{id}/versions?before=3&limit=1")).await.ok();
    assert_eq!((&page["items"][0]["version"], &page["more"]), (&json!(2), &json!(true)));
    let first = kb.get(&format!("/entries/{id}/versions/1")).await.ok();
    assert_eq!(first["content"]["answer"], "Nine to five.\nNever on Sundays.");
    kb.get(&format!("/entries/{id}/versions/9")).await.problem(404, "not_found");

    let differs = kb.get(&format!("/entries/{id}/difference?from=1&to=2")).await.ok();
    assert_eq!(differs["fields"], json!([{"field": "tags", "before": [], "after": ["hours"]}]));
    let lines: Vec<_> =
        differs["answer"].as_array().unwrap().iter().map(|line| (text(&line["change"]), text(&line["text"]))).collect();
    let line = |change: &str, text: &str| (change.to_owned(), text.to_owned());
    assert_eq!(
        lines,
        [line("removed", "Nine to five."), line("added", "Nine to six."), line("same", "Never on Sundays.")]
    );
    let now = kb.get(&format!("/entries/{id}/difference?from=2")).await.ok();
    assert_eq!(now["fields"][0]["field"], "question");
    kb.get(&format!("/entries/{id}/difference?from=7")).await.problem(404, "not_found");

    let back = kb.post(&format!("/entries/{id}/roll-back"), json!({"version": 1})).await.ok();
    assert_eq!((&back["version"], &back["answer"]), (&json!(4), &first["content"]["answer"]));
    assert_eq!(kb.get(&format!("/entries/{id}/versions")).await.ok()["items"].as_array().unwrap().len(), 4);
    assert_eq!(kb.found("Opening hours?").await, ["Opening hours?"]);
    kb.post(&format!("/entries/{id}/roll-back"), json!({"version": 9})).await.problem(404, "not_found");
}

#[tokio::test]
async fn a_key_that_came_later_goes_with_the_version_that_had_none() {
    let kb = Kb::open().await;
    let id = kb.faq("q", "a").await;
    kb.put(&format!("/entries/{id}"), json!({"question": "q", "answer": "a", "key": "k"})).await.ok();
    let back = kb.post(&format!("/entries/{id}/roll-back"), json!({"version": 1})).await.ok();
    assert_eq!(back["key"], Value::Null);
    assert_eq!(kb.post(&format!("/entries/{id}/roll-back"), json!({"version": 2})).await.ok()["key"], "k");
}

#[tokio::test]
async fn how_an_entry_is_used_is_told_by_day() {
    let kb = Kb::open().await;
    let id = kb.faq("q", "a").await;
    let usage = kb.get(&format!("/entries/{id}/usage")).await.ok();
    assert_eq!(usage, json!({"days": [], "comments": []}));
    let used = id.parse().unwrap();
    let desk = &kb.server.desk;
    desk.count_kb_use(&kb.server.system, vec![(used, Used::Answered), (used, Used::Answered)]).await.unwrap();
    kb.server.clock.moves(Duration::from_secs(86_400));
    desk.count_kb_use(&kb.server.system, vec![(used, Used::Offered)]).await.unwrap();
    let days = kb.get(&format!("/entries/{id}/usage")).await.ok()["days"].clone();
    assert_eq!((&days[0]["answered"], &days[0]["offered"], &days[1]["offered"]), (&json!(2), &json!(0), &json!(1)));
    let nobody = "00000000-0000-7000-8000-000000000000";
    kb.get(&format!("/entries/{nobody}/usage")).await.problem(404, "not_found");
}
