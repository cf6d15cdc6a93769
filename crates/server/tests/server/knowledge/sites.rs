//! Settings of public sites.

use axum::http::StatusCode;
use serde_json::{Value, json};
use yingda_model::Role;

use super::{Kb, created, text};
use crate::support::Server;

fn site(slug: &str) -> Value {
    json!({"slug": slug, "settings": {
        "zh": {"name": "青禾", "tagline": "有问必答"}, "en": {"name": "Qinghe", "tagline": ""}, "languages": ["zh", "en"],
        "accent": "#0a7f5a", "category": "orders", "category_names": [{"path": "orders", "zh": "订单", "en": "Orders"}],
        "inbox_key": null, "base_url": null, "enabled": true,
    }})
}

/// What faces the public is set up by an admin.
async fn by_admin() -> Kb {
    let server = Server::start().await;
    let supervisor = server.signed_in(Role::Admin).await;
    Kb { server, supervisor }
}

#[tokio::test]
async fn a_public_site_is_opened_changed_and_closed() {
    let kb = by_admin().await;
    let made = created(&kb.post("/sites", site("qinghe")).await);
    let id = text(&made["id"]);
    assert_eq!(made["settings"], site("")["settings"]);
    assert_eq!(kb.get("/sites").await.ok()["items"], json!([made]));
    assert_eq!(kb.server.get("/help/qinghe/zh/").send().await.status, StatusCode::OK);

    let mut changed = site("green");
    changed["settings"]["languages"] = json!(["en"]);
    let after = kb.put(&format!("/sites/{id}"), changed).await.ok();
    assert_eq!((&after["slug"], &after["settings"]["languages"]), (&json!("green"), &json!(["en"])));
    assert_eq!(kb.delete(&format!("/sites/{id}")).await.status, StatusCode::NO_CONTENT);
    kb.delete(&format!("/sites/{id}")).await.problem(404, "not_found");
    kb.put(&format!("/sites/{id}"), site("green")).await.problem(404, "not_found");
    assert_eq!(kb.get("/sites").await.ok()["items"], json!([]));
}

#[tokio::test]
async fn settings_that_no_site_can_have_are_refused() {
    let kb = by_admin().await;
    created(&kb.post("/sites", site("taken")).await);
    assert_eq!(kb.post("/sites", site("taken")).await.problem(422, "bad_request")["field"], "slug");
    for (field, value) in [
        ("accent", json!("red")),
        ("languages", json!([])),
        ("languages", json!(["de"])),
        ("zh", json!({"name": "", "tagline": ""})),
        ("base_url", json!("javascript:alert(1)")),
        ("base_url", json!("https://a.example/\"><script>")),
    ] {
        let mut wrong = site("other");
        wrong["settings"][field] = value;
        let problem = kb.post("/sites", wrong).await.problem(422, "bad_request");
        assert_eq!(problem["field"], field, "{problem}");
    }
    for slug in ["", "A", "a b", "../x", "订单"] {
        kb.post("/sites", site(slug)).await.problem(422, "bad_request");
    }
    let supervisor = kb.server.signed_in(Role::Supervisor).await;
    let reply = kb.server.post("/api/v1/kb/sites").session(&supervisor).json(&site("supervisors")).await;
    reply.problem(403, "forbidden");
}
