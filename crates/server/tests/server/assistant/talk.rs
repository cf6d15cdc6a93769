//! Talking to the assistant before customers do.

use serde_json::{Value, json};

use super::{Bench, VISIT};

fn first(text: &str) -> Value {
    json!({"release": "draft", "memory": null, "text": text, "lang": "en"})
}

#[tokio::test]
async fn a_conversation_is_tried_turn_by_turn() {
    let bench = Bench::with(&[("flows/book_visit.yml", VISIT)]).await;
    let asked = bench.post("/try", first("I want to book a visit")).await.ok();
    assert_eq!((asked["flow"].as_str(), asked["asks"].as_str()), (Some("book_visit"), Some("part")), "{asked}");
    assert_eq!(asked["says"][0]["text"], "When would you like to come?");
    let option = asked["says"][0]["options"].as_array().unwrap().iter().find(|one| one["label"] == "In the evening");
    let choice = option.unwrap()["id"].clone();
    let next = json!({"release": "draft", "memory": asked["memory"], "choice": choice});
    let done = bench.post("/try", next).await.ok();
    assert!(done["says"][0]["text"].as_str().unwrap().contains("It is noted"), "{done}");
    assert_eq!(done["ended"], json!([{"flow": "book_visit", "outcome": "done"}]));
    let inbox = bench.server.get("/api/v1/conversations").session(&bench.admin).send().await.ok();
    assert_eq!(inbox["items"], json!([]), "nothing is stored");
}

#[tokio::test]
async fn a_person_who_is_asked_for_ends_it() {
    let bench = Bench::with(&[("flows/book_visit.yml", VISIT)]).await;
    let reply = bench.post("/try", first("I want to speak to a human agent")).await.ok();
    assert_eq!(reply["handed_over"], "requested", "{reply}");
    let next = json!({"release": "draft", "memory": reply["memory"], "text": "hello"});
    bench.post("/try", next).await.problem(409, "conflict");
}

#[tokio::test]
async fn a_memory_that_was_not_given_here_is_refused() {
    let bench = Bench::with(&[("flows/book_visit.yml", VISIT)]).await;
    let asked = bench.post("/try", first("I want to book a visit")).await.ok();
    let memory = asked["memory"].as_str().unwrap();
    for memory in ["", "AAAA", "!", &memory[1..], &memory[..memory.len() - 4], &format!("{memory}AAAA")] {
        let next = json!({"release": "draft", "memory": memory, "text": "hello"});
        bench.post("/try", next).await.problem(422, "bad_request");
    }
    let stranger = bench.server.stranger().await;
    let files = json!({"files": [{"path": "flows/book_visit.yml", "text": VISIT}]});
    let put = bench.server.call(axum::http::Method::PUT, "/api/v1/assistant/files");
    put.bearer(&stranger).json(&files).await.ok();
    let next = json!({"release": "draft", "memory": memory, "text": "hello"});
    bench.server.post("/api/v1/assistant/try").bearer(&stranger).json(&next).await.problem(422, "bad_request");
    // With other files it means nothing.
    bench.put("/file?path=flows/book_visit.yml", json!({"text": VISIT.replace("noted", "written")})).await.ok();
    bench.post("/try", next).await.problem(409, "conflict");
}

#[tokio::test]
async fn a_turn_is_a_text_or_a_choice_that_was_shown() {
    let bench = Bench::with(&[("flows/book_visit.yml", VISIT)]).await;
    let long = "x".repeat(20_000);
    for turn in [
        json!({"release": "draft", "memory": null}),
        json!({"release": "draft", "memory": null, "text": "a", "choice": "b"}),
        json!({"release": "draft", "memory": null, "text": " "}),
        json!({"release": "draft", "memory": null, "text": long}),
        json!({"release": "draft", "memory": null, "choice": "b"}),
        json!({"release": "draft", "memory": null, "text": "a", "wait_minutes": 20161}),
        json!({"release": "draft", "memory": null, "text": "a", "contact": {"name": "a\nb"}}),
        json!({"release": "newest", "memory": null, "text": "a"}),
        json!({"release": "live", "memory": null, "text": "a"}),
    ] {
        bench.post("/try", turn).await.problem(422, "bad_request");
    }
    bench.post("/try", json!({"release": "4", "memory": null, "text": "a"})).await.problem(404, "not_found");
    bench.post("/try", json!({"release": "draft", "text": "a", "more": 1})).await.problem(422, "bad_json");
}
