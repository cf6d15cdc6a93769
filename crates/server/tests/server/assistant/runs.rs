//! Runs in the background: how far, one at a time, cancelled.

use serde_json::json;
use yingda_model::Role;

use super::{Bench, GOOD, VISIT};

#[tokio::test]
async fn a_run_can_be_left_and_come_back_to() {
    let bench = Bench::with(&[("flows/book_visit.yml", VISIT), ("tests/good.yml", GOOD)]).await;
    let begun = bench.post("/test", json!({"runs": 2})).await;
    assert_eq!(begun.status.as_u16(), 202, "{}", begun.text());
    let begun = begun.json();
    assert_eq!((&begun["kind"], &begun["asked"]), (&json!("test"), &json!({"runs": 2})));
    let run = bench.end_of(begun["id"].as_str().unwrap()).await;
    assert_eq!((&run["state"], &run["result"]["passed"]), (&json!("done"), &json!(1)), "{run}");
    assert_eq!((&run["problem"], &run["progress"]), (&json!(null), &json!(null)));
    let list = bench.get("/runs").await.ok();
    assert_eq!(list["items"][0]["id"], begun["id"]);
    assert!(list["items"][0].get("result").is_none(), "a list has no reports");
}

#[tokio::test]
async fn a_workspace_has_one_run_at_a_time_and_it_can_be_cancelled() {
    let bench = Bench::with(&[("flows/book_visit.yml", VISIT), ("tests/good.yml", GOOD)]).await;
    let long = bench.post("/walk", json!({"count": 10_000})).await.json();
    let path = format!("/runs/{}", long["id"].as_str().unwrap());
    bench.post("/test", json!({})).await.problem(409, "conflict");
    // It says how far it is while it runs.
    let mut told = json!(null);
    for _ in 0..600 {
        told = bench.get(&path).await.ok();
        if told["progress"]["done"].as_u64().is_some_and(|done| done > 0) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(told["state"], "running", "{told}");
    assert_eq!((&told["progress"]["step"], &told["progress"]["of"]), (&json!("walks"), &json!(10_000)), "{told}");
    let cancelled = bench.post(&format!("{path}/cancel"), json!({})).await.ok();
    assert_eq!(cancelled["state"], "cancelled");
    assert_eq!(bench.post(&format!("{path}/cancel"), json!({})).await.ok()["state"], "cancelled", "once is enough");
    assert_eq!(bench.run("/test", json!({"runs": 1})).await["passed"], 1, "another may begin at once");
    let told = bench.get(&path).await.ok();
    assert_eq!((&told["state"], &told["result"]), (&json!("cancelled"), &json!(null)));
}

#[tokio::test]
async fn random_conversations_are_had() {
    let bench = Bench::with(&[("flows/book_visit.yml", VISIT)]).await;
    let told = bench.run("/walk", json!({"count": 3, "seed": 7})).await;
    assert_eq!(told["count"], 3);
    for body in [json!({"count": 0}), json!({"count": 10_001})] {
        bench.post("/walk", body).await.problem(422, "bad_request");
    }
}

#[tokio::test]
async fn publishing_stops_when_the_files_change_meanwhile() {
    let bench = Bench::with(&[("flows/book_visit.yml", VISIT), ("tests/good.yml", GOOD)]).await;
    let begun = bench.post("/releases", json!({})).await.json();
    bench.put("/file?path=flows/other.yml", json!({"text": VISIT.replace("book_visit", "other")})).await.ok();
    let run = bench.end_of(begun["id"].as_str().unwrap()).await;
    // Unless it was quicker than the change.
    if run["state"] != "done" {
        assert_eq!((&run["state"], &run["problem"]["code"]), (&json!("failed"), &json!("conflict")), "{run}");
        assert_eq!(bench.get("/releases").await.ok()["items"], json!([]));
    }
}

#[tokio::test]
async fn who_may_not_publish_cannot_stop_it_either_and_strangers_see_no_run() {
    let bench = Bench::with(&[("flows/book_visit.yml", VISIT)]).await;
    let begun = bench.post("/releases", json!({})).await.json();
    let path = format!("/api/v1/assistant/runs/{}", begun["id"].as_str().unwrap());
    let server = &bench.server;
    server.post(&format!("{path}/cancel")).session(&bench.supervisor).send().await.problem(403, "forbidden");
    let agent = server.signed_in(Role::Agent).await;
    server.get(&path).session(&agent).send().await.problem(403, "forbidden");
    let stranger = server.stranger().await;
    server.get(&path).bearer(&stranger).send().await.problem(404, "not_found");
    server.post(&format!("{path}/cancel")).bearer(&stranger).send().await.problem(404, "not_found");
    let list = server.get("/api/v1/assistant/runs").bearer(&stranger).send().await.ok();
    assert_eq!(list["items"], json!([]));
}
