//! Test conversations, simulated customers, replays.

use serde_json::{Value, json};

use super::{BAD, Bench, GOOD, VISIT};

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
    let report = bench.post("/test", json!({"runs": 2})).await.ok();
    assert_eq!((&report["runs"], &report["passed"], &report["failed"]), (&json!(2), &json!(1), &json!(1)), "{report}");
    assert_eq!((&report["pass_1"], &report["pass_all"]), (&json!(0.5), &json!(0.5)));
    let report = bench.post("/test", json!({"runs": 1, "only": "good"})).await.ok();
    assert_eq!((&report["passed"], &report["failed"]), (&json!(1), &json!(0)));
    for body in [json!({"runs": 0}), json!({"runs": 9}), json!({"noise": 0.4}), json!({"noise": -1})] {
        bench.post("/test", body.clone()).await.problem(422, "bad_request");
        bench.post("/simulate", body).await.problem(422, "bad_request");
    }
}

#[tokio::test]
async fn simulated_customers_talk() {
    let bench = Bench::with(&[("flows/book_visit.yml", VISIT), ("customers/paula.yml", PAULA)]).await;
    let told = bench.post("/simulate", json!({"runs": 2})).await.ok();
    assert_eq!(told["customers"][0]["name"], "paula");
    assert_eq!(told["customers"][0]["passed"], 2, "{told}");
    assert_eq!(bench.publish().await["report"]["simulation"]["customers"][0]["passed"], 4);
}

#[tokio::test]
async fn files_that_do_not_work_are_not_tried() {
    let bench = Bench::with(&[("flows/book_visit.yml", "flow: book_visit")]).await;
    for path in ["/test", "/simulate"] {
        let problem = bench.post(path, json!({})).await.problem(422, "files_not_fit");
        assert!(problem["problems"][0]["message"].is_string());
    }
    let draft = json!({"release": "draft", "memory": null, "text": "hello"});
    bench.post("/try", draft).await.problem(422, "files_not_fit");
    bench.post("/replay", json!({"from": "draft", "to": "draft"})).await.problem(422, "files_not_fit");
}

#[tokio::test]
async fn past_conversations_are_had_again() {
    let bench = Bench::with(&[("flows/book_visit.yml", VISIT)]).await;
    bench.publish().await;
    let told = bench.post("/replay", json!({"from": "1", "to": "draft", "limit": 5})).await.ok();
    assert_eq!((&told["from"], &told["to"], &told["conversations"]), (&json!(1), &json!(0), &json!(0)));
    for body in [json!({"from": "x", "to": "draft"}), json!({"from": "1", "to": "draft", "limit": 0})] {
        bench.post("/replay", body).await.problem(422, "bad_request");
    }
    bench.post("/replay", json!({"from": "1", "to": "7"})).await.problem(404, "not_found");
    bench.post("/pause", Value::Null).await;
    bench.post("/replay", json!({"from": "live", "to": "draft"})).await.problem(422, "bad_request");
}

#[tokio::test]
async fn a_workspace_has_one_run_at_a_time() {
    let bench = Bench::with(&[("flows/book_visit.yml", VISIT), ("tests/good.yml", GOOD)]).await;
    let run = || bench.post("/test", json!({"runs": 8}));
    let replies = tokio::join!(run(), run(), run(), run());
    let statuses = [replies.0.status, replies.1.status, replies.2.status, replies.3.status];
    assert!(statuses.iter().any(|status| *status == 200), "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 409].contains(&status.as_u16())), "{statuses:?}");
    // Another may begin when the one has ended.
    bench.post("/test", json!({"runs": 1})).await.ok();
}
