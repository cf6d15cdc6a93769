//! What is found, by whom, and when.

use std::time::Duration;

use axum::http::Method;
use serde_json::{Value, json};
use yingda_model::Role;

use super::{Kb, created, text};

const ARTICLE: &str = "# Kettle\n\nThank you for buying it.\n\n## Cleaning\n\nPull the plug first. Wipe the outside with a damp \
cloth. Descale the kettle with vinegar every month.\n\n## Warranty\n\nTwo years from the day of purchase.\n";

#[tokio::test]
async fn an_article_is_found_at_the_passage_and_sentence_that_answer() {
    let kb = Kb::open().await;
    kb.faq("Where is my parcel?", "See My orders.").await;
    let article = kb
        .add(
            json!({"kind": "article", "question": "Kettle manual", "answer": ARTICLE, "lang": "en", "tags": ["kettle"],
            "category": "manuals/kitchen", "source": {"url": "https://shop.example.com/kettle"}}),
        )
        .await;
    let ask = json!({"text": "how to descale with vinegar"});
    let found = kb.post("/search", ask).await.ok();
    let hit = &found["hits"][0];
    assert_eq!((&hit["entry_id"], &hit["kind"]), (&article["id"], &json!("article")), "{found}");
    assert_eq!(hit["url"], "https://shop.example.com/kettle");
    let passage = &hit["passage"];
    assert_eq!((&passage["headings"], &passage["anchor"]), (&json!(["Kettle", "Cleaning"]), &json!("cleaning")));
    let (start, end) = (passage["sentence_start"].as_u64().unwrap(), passage["sentence_end"].as_u64().unwrap());
    let sentence = &passage["text"].as_str().unwrap()[start as usize..end as usize];
    assert!(sentence.contains("Descale the kettle with vinegar") && !sentence.contains("plug"), "{sentence}");
    assert!((0.0..=1.0).contains(&hit["confidence"].as_f64().unwrap()));
    assert_eq!(found["by_meaning"], false, "there is no model here");

    for (filter, is_found) in [
        (json!({"languages": ["en"]}), true),
        (json!({"languages": ["zh"]}), false),
        (json!({"category": "manuals"}), true),
        (json!({"category": "orders"}), false),
        (json!({"tags": ["kettle", "other"]}), true),
        (json!({"tags": ["other"]}), false),
        (json!({"kinds": ["article"]}), true),
        (json!({"kinds": ["faq", "page"]}), false),
    ] {
        let mut search = filter.clone();
        search["text"] = json!("descale the kettle with vinegar");
        let hits = kb.post("/search", search).await.ok()["hits"].clone();
        let among = hits.as_array().unwrap().iter().any(|hit| hit["entry_id"] == article["id"]);
        assert_eq!(among, is_found, "{filter}: {hits}");
    }
    assert_eq!(kb.listed("?q=descale%20vinegar").await, ["Kettle manual"]);
    assert_eq!(kb.listed("?q=descale%20vinegar&kind=faq").await, [""; 0]);
    for wrong in [json!({"text": " "}), json!({"text": "x".repeat(2_001)}), json!({"text": "x", "limit": 0})] {
        kb.post("/search", wrong).await.problem(422, "bad_request");
    }
}

#[tokio::test]
async fn what_is_for_a_team_is_found_by_that_team_alone() {
    let kb = Kb::open().await;
    let server = &kb.server;
    let (admin, agent) = (server.signed_in(Role::Admin).await, server.signed_in(Role::Agent).await);
    let mut teams = Vec::new();
    for name in ["Returns", "Sales"] {
        teams.push(
            created(&server.post("/api/v1/teams").session(&admin).json(&json!({"name": name})).await)["id"].clone(),
        );
    }
    let join = async |team: &Value| {
        let me = text(&server.get("/api/v1/auth/me").session(&agent).send().await.ok()["user"]["id"]);
        let path = format!("/api/v1/users/{me}");
        server.call(Method::PATCH, &path).session(&admin).json(&json!({"teams": [team]})).await.ok();
    };
    for (audience, title) in [
        (json!("public"), "refund for everybody"),
        (json!("signed_in"), "refund for customers"),
        (json!("agents"), "refund for agents"),
        (json!({"team": teams[0]}), "refund for the team"),
    ] {
        kb.add(json!({"question": title, "answer": "Yes.", "audience": audience})).await;
    }
    let found = async |of_team: bool| {
        let mut titles = kb.found_by(&agent, "refund").await;
        titles.sort();
        let mut expected = vec!["refund for agents", "refund for customers", "refund for everybody"];
        expected.extend(of_team.then_some("refund for the team"));
        assert_eq!(titles, expected);
    };
    found(false).await;
    join(&teams[1]).await;
    found(false).await;
    join(&teams[0]).await;
    found(true).await;
    // A customer is answered with none of what is the company's own.
    let asked = kb.post("/ask", json!({"text": "refund for the team"})).await.ok();
    let weighed: Vec<String> =
        asked["candidates"].as_array().unwrap().iter().map(|candidate| text(&candidate["question"])).collect();
    assert!(!weighed.is_empty() && weighed.iter().all(|title| !title.contains("agents") && !title.contains("team")));
}

#[tokio::test]
async fn what_is_archived_or_not_valid_today_is_found_by_nobody() {
    let kb = Kb::open().await;
    let at = |days: i64| yingda_model::Timestamp(crate::support::NOW.0 + days * 86_400_000).to_string();
    for (title, more) in [
        ("sale now", json!({"valid_from": at(-1), "valid_until": at(2)})),
        ("sale soon", json!({"valid_from": at(1)})),
        ("sale over", json!({"valid_until": at(0)})),
        ("sale forgotten", json!({"status": "archived"})),
    ] {
        let mut content = json!({"question": title, "answer": "Half price."});
        content.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        kb.add(content).await;
    }
    assert_eq!(kb.found("sale").await, ["sale now"]);
    for title in ["sale soon", "sale over", "sale forgotten"] {
        let asked = kb.post("/ask", json!({"text": title})).await.ok();
        assert!(!asked["candidates"].to_string().contains(title), "{asked}");
    }
    kb.server.clock.moves(Duration::from_secs(86_400));
    let mut now = kb.found("sale").await;
    now.sort();
    assert_eq!(now, ["sale now", "sale soon"]);
    kb.server.clock.moves(Duration::from_secs(86_400));
    assert_eq!(kb.found("sale").await, ["sale soon"]);
    // Whoever edits finds what is coming and what was, too.
    let mut listed = kb.listed("?q=sale").await;
    listed.sort();
    assert_eq!(listed, ["sale now", "sale over", "sale soon"]);
}

#[tokio::test]
async fn the_index_says_how_far_it_is_and_is_made_anew_on_request() {
    let kb = Kb::open().await;
    for number in 0..20 {
        kb.faq(&format!("question {number}"), "answer").await;
    }
    kb.found("question 7").await;
    let status = kb.get("/index").await.ok();
    assert_eq!((&status["entries"], &status["by_meaning"]), (&json!(20), &json!(false)));
    assert_eq!(status["revision"], status["newest"]);
    let anew = kb.post("/index/rebuild", json!({})).await.ok();
    assert_eq!((&anew["entries"], &anew["revision"]), (&json!(20), &status["newest"]));
    assert_eq!(kb.found("question 7").await[0], "question 7");
}

#[tokio::test]
async fn an_answer_is_found_in_the_moment_that_it_is_stored() {
    let kb = Kb::open().await;
    for number in 0..5 {
        let title = format!("lamp number {number}");
        let id = kb.faq(&title, "It shines.").await;
        assert_eq!(kb.found(&title).await[0], title);
        kb.put(&format!("/entries/{id}"), json!({"question": format!("torch {number}"), "answer": "It shines."}))
            .await
            .ok();
        assert_eq!(kb.found(&format!("torch {number}")).await[0], format!("torch {number}"));
        assert!(!kb.found(&title).await.contains(&title));
    }
}
