//! Who may do what with knowledge.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use yingda_model::Role;

use super::{Kb, created, text};

/// What only those who publish may do: method, path, body. `ENTRY` is the id of an entry.
fn publishing() -> Vec<(Method, &'static str, Value)> {
    let faq = json!({"question": "q", "answer": "a"});
    let web = json!({"start": "https://shop.example.com/"});
    let site = json!({"slug": "shop", "settings": {"zh": {"name": "店", "tagline": ""}, "en": {"name": "Shop", "tagline": ""}}});
    vec![
        (Method::POST, "/entries", faq.clone()),
        (Method::PUT, "/entries/ENTRY", faq),
        (Method::PUT, "/entries/ENTRY/status", json!({"status": "archived"})),
        (Method::POST, "/entries/ENTRY/roll-back", json!({"version": 1})),
        (Method::DELETE, "/entries/ENTRY", json!(null)),
        (Method::POST, "/changes/CHANGE/accept", json!({})),
        (Method::POST, "/changes/CHANGE/refuse", json!({})),
        (Method::POST, "/eval", json!({"pairs": []})),
        (Method::PUT, "/graph", json!({"schema": {}, "things": [], "links": []})),
        (Method::POST, "/web", web),
        (Method::POST, "/sites", site),
        (Method::POST, "/upkeep", json!({})),
        (Method::POST, "/index/rebuild", json!({})),
    ]
}

const READING: [&str; 14] = [
    "/entries",
    "/entries/ENTRY",
    "/entries/ENTRY/versions",
    "/entries/ENTRY/versions/1",
    "/entries/ENTRY/difference?from=1",
    "/entries/ENTRY/usage",
    "/facets",
    "/changes",
    "/changes/CHANGE",
    "/export",
    "/eval",
    "/graph",
    "/web",
    "/index",
];

#[tokio::test]
async fn everybody_of_the_company_reads_agents_propose_and_supervisors_publish() {
    let kb = Kb::open().await;
    let server = &kb.server;
    let (reader, agent) = (server.signed_in(Role::ReadOnly).await, server.signed_in(Role::Agent).await);
    let entry = kb.faq("q", "a").await;
    let proposal = json!({"entry_id": entry, "content": {"question": "q", "answer": "b"}});
    let change = text(&created(&kb.post("/changes", proposal.clone()).await)["id"]);
    let path = |path: &str| format!("/api/v1/kb{}", path.replace("ENTRY", &entry).replace("CHANGE", &change));

    let few = server.token(&kb.supervisor, &["conversations:write", "contacts:write"]).await;
    let reading = server.token(&kb.supervisor, &["knowledge:read"]).await;
    for read in READING.iter().chain(&["/sites"]) {
        let reply = server.get(&path(read)).session(&reader).send().await;
        assert_eq!(reply.status, StatusCode::OK, "{read}: {}", reply.text());
        let reply = server.get(&path(read)).bearer(&reading).send().await;
        assert_eq!(reply.status, StatusCode::OK, "{read}: {}", reply.text());
        server.get(&path(read)).send().await.problem(401, "unauthenticated");
        server.get(&path(read)).bearer(&few).send().await.problem(403, "forbidden");
    }
    for (asks, body) in [
        ("/search", json!({"text": "q"})),
        ("/ask", json!({"text": "q"})),
        ("/graph/ask", json!({"question": "q"})),
        ("/eval/run", json!({})),
        ("/entries/ENTRY/tables", json!({"type": "phone"})),
    ] {
        let reply = server.post(&path(asks)).session(&reader).json(&body).await;
        assert_eq!(reply.status, StatusCode::OK, "{asks}: {}", reply.text());
        server.post(&path(asks)).json(&body).await.problem(401, "unauthenticated");
        server.post(&path(asks)).bearer(&few).json(&body).await.problem(403, "forbidden");
    }
    server.post(&path("/changes")).session(&reader).json(&proposal).await.problem(403, "forbidden");
    server.post(&path("/changes/CHANGE/effect")).session(&reader).json(&json!({})).await.problem(403, "forbidden");
    assert_eq!(server.post(&path("/changes")).session(&agent).json(&proposal).await.status, StatusCode::CREATED);
    for (method, what, body) in publishing() {
        for session in [&reader, &agent] {
            let call = server.call(method.clone(), &path(what)).session(session);
            call.json(&body).await.problem(403, "forbidden");
        }
        server.call(method.clone(), &path(what)).bearer(&reading).json(&body).await.problem(403, "forbidden");
        server.call(method, &path(what)).json(&body).await.problem(401, "unauthenticated");
    }
    for (what, name) in [("/import", "a.csv"), ("/documents", "a.txt")] {
        let file = b"question,answer\nq,b\n";
        server.post(&path(what)).session(&agent).upload(name, file).await.problem(403, "forbidden");
        server.post(&path(what)).bearer(&reading).upload(name, file).await.problem(403, "forbidden");
        server.post(&path(what)).upload(name, file).await.problem(401, "unauthenticated");
    }
    assert_eq!(kb.get(&format!("/entries/{entry}")).await.ok()["version"], 1, "nothing of it was done");
    let writing = server.token(&kb.supervisor, &["knowledge:write"]).await;
    let new = json!({"question": "by a program", "answer": "a"});
    assert_eq!(server.post(&path("/entries")).bearer(&writing).json(&new).await.status, StatusCode::CREATED);
}
