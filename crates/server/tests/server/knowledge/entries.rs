//! Entries: what they keep, and how they are listed.

use axum::http::StatusCode;
use serde_json::{Value, json};
use yingda_model::Role;

use super::{Kb, created, text};

#[tokio::test]
async fn an_entry_keeps_all_that_is_written() {
    let kb = Kb::open().await;
    let admin = kb.server.signed_in(Role::Admin).await;
    let team = created(&kb.server.post("/api/v1/teams").session(&admin).json(&json!({"name": "Returns"})).await);
    let file = created(&kb.server.post("/api/v1/files").session(&admin).upload("a.txt", b"hello").await);
    let me = kb.server.get("/api/v1/auth/me").session(&admin).send().await.ok();
    let content = json!({
        "kind": "article", "key": "returns", "question": "Returning a parcel", "answer": "# How\n\nBring it back.",
        "variants": ["send back", "退回"],
        "answers": [{"channel": "web", "answer": "Press **Return**."}, {"audience": "signed_in", "answer": "See My orders."}],
        "follow_ups": ["When do I get my money?"], "lang": "en", "category": "orders/returns", "tags": ["parcel", "money"],
        "status": "published", "audience": {"team": team["id"]}, "valid_from": "2026-01-01T00:00:00Z",
        "valid_until": "2027-01-01T00:00:00Z", "owner_id": me["user"]["id"],
        "source": {"url": "https://shop.example.com/returns", "file_id": file["id"], "name": "a.txt", "sha256": "ab12",
            "unread": ["page 2: a picture"]},
    });
    let entry = kb.add(content.clone()).await;
    let id = text(&entry["id"]);
    let stored = kb.get(&format!("/entries/{id}")).await.ok();
    assert_eq!((&stored, &stored["version"]), (&entry, &json!(1)));
    says(&stored, &content);

    let mut changed = content;
    for (field, value) in [
        ("kind", json!("faq")),
        ("question", json!("How do I return it?")),
        ("variants", json!([])),
        ("answers", json!([])),
        ("lang", json!(null)),
        ("category", json!("returns")),
        ("tags", json!(["money"])),
        ("status", json!("archived")),
        ("audience", json!("agents")),
        ("valid_until", json!(null)),
        ("source", json!({})),
    ] {
        changed[field] = value;
    }
    let after = kb.put(&format!("/entries/{id}?version=1&note=shorter"), changed.clone()).await.ok();
    assert_eq!((&after["version"], &after["created_at"]), (&json!(2), &entry["created_at"]));
    says(&after, &changed);
    assert_eq!(kb.get(&format!("/entries/{id}")).await.ok(), after);
}

/// Checks that an entry has every field of a content.
fn says(entry: &Value, content: &Value) {
    for (field, value) in content.as_object().unwrap() {
        assert_eq!(&entry[field], value, "{field}");
    }
}

#[tokio::test]
async fn a_change_of_an_outdated_version_is_a_conflict() {
    let kb = Kb::open().await;
    let id = kb.faq("q", "first").await;
    let write = async |answer: &str, version: u32| {
        kb.put(&format!("/entries/{id}?version={version}"), json!({"question": "q", "answer": answer})).await
    };
    assert_eq!(write("second", 1).await.ok()["version"], 2);
    let problem = write("third", 1).await.problem(409, "conflict");
    assert!(problem["detail"].as_str().unwrap().contains('2'), "{problem}");
    assert_eq!(kb.get(&format!("/entries/{id}")).await.ok()["answer"], "second");
    // What changes nothing is no new version.
    assert_eq!(write("second", 2).await.ok()["version"], 2);
    // A key that is absent stays, an empty one goes.
    let keyed = kb.put(&format!("/entries/{id}"), json!({"question": "q", "answer": "a", "key": "k"})).await.ok();
    assert_eq!(keyed["key"], "k");
    assert_eq!(kb.put(&format!("/entries/{id}"), json!({"question": "q", "answer": "b"})).await.ok()["key"], "k");
    let bare = json!({"question": "q", "answer": "b", "key": ""});
    assert_eq!(kb.put(&format!("/entries/{id}"), bare).await.ok()["key"], Value::Null);
}

#[tokio::test]
async fn what_contradicts_itself_or_names_nothing_is_refused_by_its_field() {
    let kb = Kb::open().await;
    let nobody = "00000000-0000-7000-8000-000000000000";
    for (field, wrong) in [
        ("question", json!({"question": " "})),
        ("answer", json!({"answer": ""})),
        ("answer", json!({"answer": "x".repeat(10_001)})),
        ("question", json!({"question": "a\u{0}b"})),
        ("variants", json!({"variants": vec!["v"; 201]})),
        ("answers", json!({"answers": [{"answer": "for nobody in particular"}]})),
        ("valid_until", json!({"valid_from": "2027-01-01T00:00:00Z", "valid_until": "2026-01-01T00:00:00Z"})),
        ("valid_until", json!({"valid_from": "2027-01-01T00:00:00Z", "valid_until": "2027-01-01T00:00:00Z"})),
        ("audience", json!({"audience": {"team": nobody}})),
        ("owner_id", json!({"owner_id": nobody})),
        ("source", json!({"source": {"file_id": nobody}})),
        ("tags", json!({"tags": [""]})),
    ] {
        let mut content = json!({"question": "q", "answer": "a"});
        content.as_object_mut().unwrap().extend(wrong.as_object().unwrap().clone());
        let problem = kb.post("/entries", content).await.problem(422, "bad_request");
        assert_eq!(problem["field"], field, "{problem}");
    }
    for wrong in [
        json!({"question": "q", "answer": "a", "audience": "everybody"}),
        json!({"question": "q", "answer": "a", "id": nobody}),
        json!({"question": "q", "answer": "a", "valid_from": "tomorrow"}),
    ] {
        kb.post("/entries", wrong).await.problem(422, "bad_json");
    }
    assert_eq!(kb.listed("").await, [""; 0]);
}

#[tokio::test]
async fn a_list_is_narrowed_by_every_field_and_counted() {
    let kb = Kb::open().await;
    let admin = kb.server.signed_in(Role::Admin).await;
    let team = created(&kb.server.post("/api/v1/teams").session(&admin).json(&json!({"name": "A"})).await);
    let team = text(&team["id"]);
    let me = text(&kb.server.get("/api/v1/auth/me").session(&kb.supervisor).send().await.ok()["user"]["id"]);
    for content in [
        json!({"question": "one", "answer": "a", "lang": "en", "category": "orders", "tags": ["x", "y"], "key": "k"}),
        json!({"question": "二", "answer": "甲", "lang": "zh", "category": "orders/returns", "tags": ["y"], "key": "k"}),
        json!({"question": "three", "answer": "a", "kind": "article", "category": "ordersX", "audience": "agents"}),
        json!({"question": "four", "answer": "a", "audience": {"team": team}, "owner_id": me, "status": "archived"}),
    ] {
        kb.add(content).await;
    }
    for (query, expected) in [
        ("", &["four", "three", "二", "one"][..]),
        ("?kind=article", &["three"]),
        ("?status=archived", &["four"]),
        ("?status=published", &["three", "二", "one"]),
        ("?lang=zh", &["二"]),
        ("?category=orders", &["二", "one"]),
        ("?category=orders/returns", &["二"]),
        ("?tag=y", &["二", "one"]),
        ("?audience=agents", &["three"]),
        (&format!("?audience={team}"), &["four"]),
        (&format!("?owner={me}"), &["four"]),
        ("?key=k", &["二", "one"]),
        ("?tag=x&lang=zh", &[]),
        ("?tag=%25", &[]),
    ] {
        let mut listed = kb.listed(query).await;
        let mut expected: Vec<String> = expected.iter().map(|&title| title.to_owned()).collect();
        // The clock stands still: what came at the same moment has no order.
        listed.sort();
        expected.sort();
        assert_eq!(listed, expected, "{query}");
    }
    let mut all = Vec::new();
    let mut query = "?limit=3".to_owned();
    loop {
        let page = kb.get(&format!("/entries{query}")).await.ok();
        all.extend(page["items"].as_array().unwrap().iter().map(|entry| text(&entry["id"])));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        query = format!("?limit=3&cursor={cursor}");
    }
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 4);

    let facets = kb.get("/facets").await.ok();
    assert_eq!(facets["total"], 4);
    assert_eq!(facets["kinds"], json!({"faq": 3, "article": 1}));
    assert_eq!(facets["statuses"], json!({"published": 3, "archived": 1}));
    assert_eq!(facets["langs"], json!({"": 2, "en": 1, "zh": 1}));
    assert_eq!(facets["categories"], json!({"": 1, "orders": 1, "orders/returns": 1, "ordersX": 1}));
    assert_eq!(facets["tags"], json!({"x": 1, "y": 2}));
    assert_eq!(facets["audiences"].as_object().unwrap().values().filter_map(Value::as_u64).sum::<u64>(), 4);
    let narrowed = kb.get("/facets?category=orders").await.ok();
    assert_eq!((&narrowed["total"], &narrowed["langs"]), (&json!(2), &json!({"en": 1, "zh": 1})));

    for wrong in ["?kind=song", "?status=gone", "?audience=us", "?tag=%00", "?limit=0", "?colour=red", "?owner=me"] {
        let reply = kb.get(&format!("/entries{wrong}")).await;
        assert!(matches!(reply.status.as_u16(), 400 | 422), "{wrong}: {}", reply.text());
    }
}

#[tokio::test]
async fn an_entry_is_taken_out_of_use_and_back_and_away() {
    let kb = Kb::open().await;
    let id = kb.faq("Where is the shop?", "By the lake.").await;
    let set = async |status: &str| kb.put(&format!("/entries/{id}/status"), json!({"status": status})).await;
    assert_eq!(set("archived").await.ok()["status"], "archived");
    assert_eq!(kb.found("Where is the shop?").await, [""; 0]);
    assert_eq!(set("published").await.ok()["version"], 3);
    assert_eq!(kb.found("Where is the shop?").await, ["Where is the shop?"]);
    set("lost").await.problem(422, "bad_json");
    assert_eq!(kb.delete(&format!("/entries/{id}")).await.status, StatusCode::NO_CONTENT);
    assert_eq!(kb.found("Where is the shop?").await, [""; 0]);
    kb.delete(&format!("/entries/{id}")).await.problem(404, "not_found");
    kb.get(&format!("/entries/{id}/versions")).await.problem(404, "not_found");
}
