//! Test conversations, simulated customers, replays.

use std::time::Duration;

use axum::http::Method;
use serde_json::{Value, json};

use super::{BAD, Bench, GOOD, VISIT};
use crate::support::Visitor;

const PAULA: &str = "customer: paula
lang: en
goal: {flow: book_visit, outcome: done}
facts: {part: In the morning}
opening: [I want to book a visit]
patience: 6
";

#[tokio::test]
async fn test_conversations_are_run_and_told() {
    let bench = Bench::with(&[("flows/book_visit.yml", VISIT), ("tests/good.yml", GOOD), ("tests/bad.yml", BAD)]).await;
    let report = bench.run("/test", json!({"runs": 2})).await;
    assert_eq!((&report["runs"], &report["passed"], &report["failed"]), (&json!(2), &json!(1), &json!(1)), "{report}");
    assert_eq!((&report["pass_1"], &report["pass_all"]), (&json!(0.5), &json!(0.5)));
    let report = bench.run("/test", json!({"runs": 1, "only": "good"})).await;
    assert_eq!((&report["passed"], &report["failed"]), (&json!(1), &json!(0)));
    for body in [json!({"runs": 0}), json!({"runs": 9}), json!({"noise": 0.4}), json!({"noise": -1})] {
        bench.post("/test", body.clone()).await.problem(422, "bad_request");
        bench.post("/simulate", body).await.problem(422, "bad_request");
    }
}

#[tokio::test]
async fn simulated_customers_talk() {
    let bench = Bench::with(&[("flows/book_visit.yml", VISIT), ("customers/paula.yml", PAULA)]).await;
    let told = bench.run("/simulate", json!({"runs": 2})).await;
    assert_eq!(told["customers"][0]["name"], "paula");
    assert_eq!(told["customers"][0]["passed"], 2, "{told}");
    assert_eq!(bench.publish().await["report"]["simulation"]["customers"][0]["passed"], 4);
}

#[tokio::test]
async fn files_that_do_not_work_are_not_tried() {
    let bench = Bench::with(&[("flows/book_visit.yml", "flow: book_visit")]).await;
    for path in ["/test", "/simulate"] {
        let problem = bench.post(path, json!({})).await.problem(422, "files_not_fit");
        assert!(problem["detail_zh"].as_str().is_some_and(|told| told.contains("错误")), "{problem}");
        let message = &problem["problems"][0]["message"];
        assert!(message["zh"].as_str().is_some_and(|told| told.starts_with("流程")), "{message}");
        assert!(message["en"].as_str().is_some_and(|told| told.starts_with("a flow")), "{message}");
    }
    let draft = json!({"release": "draft", "memory": null, "text": "hello"});
    bench.post("/try", draft).await.problem(422, "files_not_fit");
    bench.post("/replay", json!({"from": "draft", "to": "draft"})).await.problem(422, "files_not_fit");
}

#[tokio::test]
async fn past_conversations_are_had_again() {
    let bench = Bench::with(&[("flows/book_visit.yml", VISIT)]).await;
    bench.publish().await;
    let told = bench.run("/replay", json!({"from": "1", "to": "draft", "limit": 5})).await;
    assert_eq!((&told["from"], &told["to"], &told["conversations"]), (&json!(1), &json!(0), &json!(0)));
    for body in [json!({"from": "x", "to": "draft"}), json!({"from": "1", "to": "draft", "limit": 0})] {
        bench.post("/replay", body).await.problem(422, "bad_request");
    }
    bench.post("/replay", json!({"from": "1", "to": "7"})).await.problem(404, "not_found");
    bench.post("/pause", Value::Null).await;
    bench.post("/replay", json!({"from": "live", "to": "draft"})).await.problem(422, "bad_request");
}

/// Writes, and waits until the assistant has said this.
async fn hears(bench: &Bench, visitor: &Visitor, words: &str, answer: &str) -> String {
    let id = bench.server.says(visitor, words).await;
    let events = format!("/api/v1/conversations/{id}/events");
    for _ in 0..200 {
        let page = bench.server.get(&events).session(&bench.admin).send().await.ok();
        let said = page["events"].as_array().unwrap().iter().any(|event| {
            event["message"]["sender"] == "bot" && event["message"]["content"].to_string().contains(answer)
        });
        if said {
            return id;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("nobody said {answer:?}");
}

#[tokio::test]
async fn what_another_release_would_have_said_to_past_customers_is_told_and_nobody_is_written_to() {
    let bench = Bench::with(&[("flows/book_visit.yml", VISIT)]).await;
    bench.publish().await;
    let visitor = bench.server.visitor().await;
    let ask = "When would you like to come?";
    let id = hears(&bench, &visitor, "I want to book a visit", ask).await;
    hears(&bench, &visitor, "In the morning", "It is noted.").await;
    let changed = VISIT.replace(ask, "Which part of the day suits you?");
    bench.put("/file?path=flows/book_visit.yml", json!({"text": changed})).await.ok();
    bench.publish().await;

    let same = bench.run("/replay", json!({"from": "1", "to": "1"})).await;
    assert_eq!((&same["conversations"], &same["changed_turns"]), (&json!(1), &json!(0)), "{same}");
    let run = bench.ended("/replay", json!({"from": "1", "to": "live"})).await;
    let told = &run["result"];
    assert_eq!((&told["from"], &told["to"], &told["turns"]), (&json!(1), &json!(2), &json!(2)), "{told}");
    assert_eq!((&told["changed_conversations"], &told["changed_turns"]), (&json!(1), &json!(1)), "{told}");
    let different = &told["different"][0];
    assert_eq!(different["conversation"], id.as_str());
    let change = &different["changes"][0];
    assert_eq!((&change["turn"], &change["customer"]), (&json!(1), &json!("I want to book a visit")));
    assert!(change["says"][0].as_str().unwrap().contains(ask), "{change}");
    assert!(change["says"][1].as_str().unwrap().contains("Which part of the day"), "{change}");

    let events = format!("/api/v1/conversations/{id}/events");
    let page = bench.server.get(&events).session(&bench.admin).send().await.ok();
    assert!(!page.to_string().contains("Which part of the day"), "nobody was written to");
    // Words of customers are in it: they go when one of them is erased.
    let contact = format!("/api/v1/contacts/{}", visitor.contact);
    assert_eq!(bench.server.call(Method::DELETE, &contact).session(&bench.admin).send().await.status, 204);
    let run = bench.get(&format!("/runs/{}", run["id"].as_str().unwrap())).await.ok();
    assert_eq!((&run["state"], &run["result"]), (&json!("done"), &json!(null)));
}
