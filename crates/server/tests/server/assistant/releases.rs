//! Publishing, rolling back, pausing.

use serde_json::{Value, json};

use super::{BAD, Bench, GOOD, VISIT};

#[tokio::test]
async fn files_are_published_together_and_can_be_rolled_back_and_taken_up() {
    let bench = Bench::with(&[("flows/book_visit.yml", VISIT), ("tests/visit.yml", GOOD)]).await;
    assert_eq!(bench.get("/flows").await.ok(), json!({"release": null, "items": []}), "none is live yet");
    let first = bench.publish().await;
    assert_eq!((&first["number"], &first["live"], &first["note"]), (&json!(1), &json!(true), &json!("first")));
    assert_eq!((&first["report"]["passed"], &first["report"]["failed"]), (&json!(1), &json!(0)));
    bench.put("/file?path=flows/book_visit.yml", json!({"text": VISIT.replace("Book a visit", "Come by")})).await.ok();
    bench.publish().await;
    assert_eq!(bench.get("/flows").await.ok()["items"][0]["title_en"], "Come by");

    let list = bench.get("/releases?limit=1").await.ok();
    assert_eq!(list["items"][0]["number"], 2);
    assert_eq!(list["items"][0]["tests"]["pass_all"], 1.0);
    let next = list["next_cursor"].as_str().unwrap();
    let list = bench.get(&format!("/releases?limit=1&cursor={next}")).await.ok();
    assert_eq!((&list["items"][0]["number"], &list["next_cursor"]), (&json!(1), &Value::Null));
    bench.get("/releases?cursor=x").await.problem(400, "bad_cursor");

    assert_eq!(bench.post("/releases/1/live", json!({})).await.ok()["live"], true);
    assert_eq!(bench.get("/flows").await.ok()["release"], 1);
    assert_eq!(bench.get("/flows?of=2").await.ok()["items"][0]["title_en"], "Come by");
    assert_eq!(bench.get("/flows?of=draft").await.ok()["release"], Value::Null);
    bench.post("/releases/1/take-up", json!({})).await.ok();
    assert_eq!(bench.get("/file?path=flows/book_visit.yml").await.ok()["text"], VISIT);
    let files = bench.get("/releases/2/files").await.ok();
    assert_eq!(files["items"].as_array().unwrap().len(), 2);
    assert_eq!(bench.post("/pause", json!({})).await.status, 204);
    assert_eq!(bench.get("/flows").await.ok()["release"], Value::Null);
    assert!(bench.get("/releases").await.ok()["items"].as_array().unwrap().iter().all(|one| one["live"] == false));
    for path in ["/releases/9", "/releases/9/files", "/releases/x"] {
        bench.get(path).await.problem(404, "not_found");
    }
    for path in ["/releases/9/live", "/releases/9/take-up"] {
        bench.post(path, json!({})).await.problem(404, "not_found");
    }
}

#[tokio::test]
async fn what_is_not_fit_is_not_published() {
    let bench = Bench::open().await;
    bench.post("/releases", json!({})).await.problem(422, "bad_request");
    let broken = VISIT.replace("collect: part", "collect: pert");
    bench.put("/file?path=flows/book_visit.yml", json!({"text": broken})).await.ok();
    let problem = bench.post("/releases", json!({"on_failure": "publish"})).await.problem(422, "files_not_fit");
    assert_eq!(problem["problems"][0]["file"], "flows/book_visit.yml");
    assert_eq!(problem["problems"][0]["fatal"], true);
    assert_eq!(bench.get("/releases").await.ok()["items"], json!([]));
}

#[tokio::test]
async fn failing_test_conversations_keep_from_publishing_unless_it_is_wished() {
    let bench = Bench::with(&[("flows/book_visit.yml", VISIT), ("tests/visit.yml", BAD)]).await;
    let run = bench.ended("/releases", json!({})).await;
    assert_eq!((&run["state"], &run["problem"]["code"]), (&json!("failed"), &json!("tests_failed")));
    let problem = &run["problem"];
    let failed = &problem["report"]["conversations"][0]["runs"][0]["failed"];
    assert_eq!(failed["turn"], 1, "{problem}");
    assert_eq!(bench.get("/releases").await.ok()["items"], json!([]));
    bench.run("/releases", json!({"on_failure": "publish"})).await;
    assert_eq!(bench.get("/releases").await.ok()["items"][0]["tests"]["failed"], 1);
}

#[tokio::test]
async fn what_somebody_else_has_changed_is_not_published_unseen() {
    let bench = Bench::with(&[("flows/book_visit.yml", VISIT)]).await;
    let seen = bench.get("/files").await.ok()["revision"].clone();
    bench.put("/file?path=flows/other.yml", json!({"text": "flow: other"})).await.ok();
    bench.post("/releases", json!({"expected_revision": seen})).await.problem(409, "conflict");
}

#[tokio::test]
async fn another_workspace_sees_none_of_it() {
    let bench = Bench::with(&[("flows/book_visit.yml", VISIT)]).await;
    bench.publish().await;
    bench.put("/secrets/shop_key", json!({"value": "s"})).await;
    bench.put("/settings/shop_url", json!({"value": "u"})).await;
    let stranger = bench.server.stranger().await;
    for list in ["/files", "/flows", "/releases", "/secrets", "/settings"] {
        let reply = bench.server.get(&format!("/api/v1/assistant{list}")).bearer(&stranger).send().await.ok();
        assert_eq!(reply["items"], json!([]), "{list}");
    }
    for path in ["/releases/1", "/releases/1/files", "/file?path=flows/book_visit.yml"] {
        bench.server.get(&format!("/api/v1/assistant{path}")).bearer(&stranger).send().await.problem(404, "not_found");
    }
}
