//! Proposals: who makes them, who decides, and what they would do.

use axum::http::Method;
use serde_json::{Value, json};
use yingda_model::Role;

use super::{Kb, created, text};
use crate::support::{Reply, Session};

impl Kb {
    async fn as_agent(&self, agent: &Session, method: Method, path: &str, body: Value) -> Reply {
        self.server.call(method, &format!("/api/v1/kb{path}")).session(agent).json(&body).await
    }
}

#[tokio::test]
async fn an_agent_proposes_and_a_supervisor_publishes() {
    let kb = Kb::open().await;
    let agent = kb.server.signed_in(Role::Agent).await;
    let content = json!({"question": "Do you ship to the moon?", "answer": "Not yet.", "lang": "en"});
    kb.as_agent(&agent, Method::POST, "/entries", content.clone()).await.problem(403, "forbidden");
    let draft = json!({"content": content, "state": "draft", "note": "asked twice today"});
    let change = created(&kb.as_agent(&agent, Method::POST, "/changes", draft).await);
    let id = text(&change["id"]);
    assert_eq!(
        (&change["state"], &change["origin"], &change["entry_id"]),
        (&json!("draft"), &json!("person"), &json!(null))
    );
    assert_eq!(kb.get("/changes?state=review").await.ok()["items"], json!([]));

    let better =
        json!({"content": {"question": "Do you ship to the moon?", "answer": "Next year."}, "state": "review"});
    let change = kb.as_agent(&agent, Method::PUT, &format!("/changes/{id}"), better).await.ok();
    assert_eq!((&change["state"], &change["note"]), (&json!("review"), &json!("asked twice today")));
    for verb in ["accept", "refuse"] {
        let path = format!("/changes/{id}/{verb}");
        kb.as_agent(&agent, Method::POST, &path, json!({})).await.problem(403, "forbidden");
    }
    let queue = kb.get("/changes?state=review").await.ok();
    assert_eq!(queue["items"][0]["id"], json!(id));
    assert_eq!(kb.found("Do you ship to the moon?").await, [""; 0]);

    let done = kb.post(&format!("/changes/{id}/accept"), json!({})).await.ok();
    assert_eq!((&done["change"]["state"], &done["entry"]["answer"]), (&json!("accepted"), &json!("Next year.")));
    assert_eq!(done["change"]["entry_id"], done["entry"]["id"]);
    assert!(done["change"]["decided_by"]["id"].is_string() && done["change"]["decided_at"].is_string());
    assert_eq!(kb.found("Do you ship to the moon?").await, ["Do you ship to the moon?"]);
    // What is decided stays so.
    kb.post(&format!("/changes/{id}/accept"), json!({})).await.problem(409, "conflict");
    kb.post(&format!("/changes/{id}/refuse"), json!({})).await.problem(409, "conflict");
    let late = json!({"content": {"question": "q", "answer": "a"}, "state": "review"});
    kb.as_agent(&agent, Method::PUT, &format!("/changes/{id}"), late).await.problem(409, "conflict");
}

#[tokio::test]
async fn a_proposal_shows_what_it_changes_and_is_refused_or_edited() {
    let kb = Kb::open().await;
    let agent = kb.server.signed_in(Role::Agent).await;
    let entry = kb.faq("Fee?", "Ten.\nEverywhere.").await;
    let propose = async |answer: &str| {
        let body = json!({"entry_id": entry, "content": {"question": "Fee?", "answer": answer}});
        created(&kb.as_agent(&agent, Method::POST, "/changes", body).await)
    };
    let change = propose("Eleven.\nEverywhere.").await;
    let path = format!("/changes/{}", text(&change["id"]));
    assert_eq!((&change["state"], &change["based_on"]), (&json!("review"), &json!(1)));
    let shown = kb.get(&path).await.ok();
    assert_eq!(shown["difference"]["answer"][0], json!({"change": "removed", "text": "Ten."}));
    assert_eq!(shown["difference"]["fields"], json!([]));

    let refused = kb.post(&format!("{path}/refuse"), json!({"note": "still ten"})).await.ok();
    assert_eq!((&refused["state"], &refused["note"]), (&json!("refused"), &json!("still ten")));
    assert_eq!(kb.get(&format!("/entries/{entry}")).await.ok()["answer"], "Ten.\nEverywhere.");

    let change = propose("Eleven.").await;
    let edited = json!({"content": {"question": "Fee?", "answer": "Twelve."}});
    let done = kb.post(&format!("/changes/{}/accept", text(&change["id"])), edited).await.ok();
    assert_eq!((&done["entry"]["answer"], &done["entry"]["version"]), (&json!("Twelve."), &json!(2)));
    assert_eq!(done["change"]["content"]["answer"], "Twelve.");
    let of_entry = kb.get(&format!("/changes?entry={entry}&state=accepted")).await.ok();
    assert_eq!(of_entry["items"].as_array().unwrap().len(), 1);
    assert_eq!(kb.get("/changes?origin=gap").await.ok()["items"], json!([]));
}

#[tokio::test]
async fn a_proposal_that_an_edit_has_overtaken_is_a_conflict() {
    let kb = Kb::open().await;
    let entry = kb.faq("Fee?", "Ten.").await;
    let body = json!({"entry_id": entry, "content": {"question": "Fee?", "answer": "Eleven."}});
    let change = created(&kb.post("/changes", body).await);
    kb.put(&format!("/entries/{entry}"), json!({"question": "Fee?", "answer": "Nine."})).await.ok();
    kb.post(&format!("/changes/{}/accept", text(&change["id"])), json!({})).await.problem(409, "conflict");
    assert_eq!(kb.get(&format!("/entries/{entry}")).await.ok()["answer"], "Nine.");
    // One whose entry is gone can no longer be published, and is refused.
    kb.delete(&format!("/entries/{entry}")).await;
    let path = format!("/changes/{}", text(&change["id"]));
    let left = kb.get(&path).await;
    if left.status.is_success() {
        let accepted = kb.post(&format!("{path}/accept"), json!({})).await;
        assert!(matches!(accepted.status.as_u16(), 404 | 409), "{}", accepted.text());
        kb.post(&format!("{path}/refuse"), json!({})).await.ok();
    } else {
        left.problem(404, "not_found");
    }
}

#[tokio::test]
async fn an_agent_writes_on_at_their_own_proposals_only() {
    let kb = Kb::open().await;
    let agent = kb.server.signed_in(Role::Agent).await;
    let content = json!({"question": "q", "answer": "a"});
    let theirs = created(&kb.post("/changes", json!({"content": content})).await);
    let path = format!("/changes/{}", text(&theirs["id"]));
    let body = json!({"content": content, "state": "draft"});
    kb.as_agent(&agent, Method::PUT, &path, body).await.problem(403, "forbidden");
    for state in ["accepted", "refused"] {
        let decided = json!({"content": content, "state": state});
        kb.as_agent(&agent, Method::POST, "/changes", decided).await.problem(422, "bad_request");
    }
    let nothing = json!({"content": {"question": "q", "answer": ""}});
    assert_eq!(kb.post("/changes", nothing).await.problem(422, "bad_request")["field"], "answer");
    let nobody = json!({"entry_id": "00000000-0000-7000-8000-000000000000", "content": content});
    kb.post("/changes", nobody).await.problem(404, "not_found");
}

#[tokio::test]
async fn what_a_proposal_would_do_is_measured_before_it_is_published() {
    let kb = Kb::open().await;
    let returns = kb.faq("How do I send goods back?", "Within seven days.").await;
    kb.faq("Where is my parcel?", "See My orders.").await;
    let pairs = json!({"pairs": [
        {"query": "send goods back", "lang": "en", "relevant": [returns]},
        {"query": "bankruptcy of merchants", "relevant": ["insolvency"]},
        {"query": "what is the meaning of life", "relevant": []},
    ]});
    let added = created(&kb.post("/eval", pairs.clone()).await);
    assert_eq!(added["items"].as_array().unwrap().len(), 3);
    assert_eq!(created(&kb.post("/eval", pairs).await)["items"], json!([]), "the same again is no more");
    let measured = kb.post("/eval/run", json!({})).await.ok();
    assert_eq!((&measured["questions"], &measured["hit1"], &measured["hit5"]), (&json!(2), &json!(0.5), &json!(0.5)));

    let new = json!({"content": {"key": "insolvency", "question": "Bankruptcy of merchants", "answer": "We pay you."}});
    let change = created(&kb.post("/changes", new).await);
    let path = format!("/changes/{}", text(&change["id"]));
    let effect = kb.post(&format!("{path}/effect"), json!({})).await.ok()["effect"].clone();
    assert_eq!((&effect["hit1_before"], &effect["hit1_after"]), (&json!(0.5), &json!(1.0)));
    assert_eq!((&effect["questions"], &effect["mrr_after"]), (&json!(2), &json!(1.0)));
    assert_eq!(kb.get(&path).await.ok()["effect"], effect);
    // Nothing was published to measure it, and another text has to be measured anew.
    assert_eq!(kb.found("bankruptcy of merchants").await, [""; 0]);
    let other = json!({"content": {"question": "Bankruptcy", "answer": "No."}, "state": "review"});
    assert_eq!(kb.put(&path, other).await.ok()["effect"], json!(null));
    let gone =
        json!({"entry_id": returns, "content": {"question": "Nothing", "answer": "Nothing.", "status": "archived"}});
    let change = created(&kb.post("/changes", gone).await);
    let worse = kb.post(&format!("/changes/{}/effect", text(&change["id"])), json!({})).await.ok();
    assert_eq!(worse["effect"]["hit1_after"], 0.0);

    let listed = kb.get("/eval").await.ok();
    let pair = text(&listed["items"][0]["id"]);
    assert_eq!(kb.delete(&format!("/eval/{pair}")).await.status.as_u16(), 204);
    kb.delete(&format!("/eval/{pair}")).await.problem(404, "not_found");
    assert_eq!(kb.get("/eval").await.ok()["items"].as_array().unwrap().len(), 2);
}
