//! Messages that another system delivers.

use serde_json::json;
use yingda_model::Role;

use crate::support::Server;

#[tokio::test]
async fn a_message_delivered_again_with_its_external_id_is_stored_once() {
    let server = Server::start().await;
    let admin = server.signed_in(Role::Admin).await;
    let inbox =
        server.post("/api/v1/inboxes").session(&admin).json(&json!({"name": "shop", "kind": "api"})).await.json();
    let contact = server.post("/api/v1/contacts").session(&admin).json(&json!({"name": "李雷"})).await.json();
    let path = format!("/api/v1/inboxes/{}/messages", inbox["id"].as_str().unwrap());
    let message = |external_id: &str| {
        json!({
            "contact_id": contact["id"],
            "external_id": external_id,
            "content": {"type": "text", "text": "包裹到哪了"},
        })
    };

    let first = server.post(&path).session(&admin).json(&message("m-1")).await;
    let again = server.post(&path).session(&admin).json(&message("m-1")).await;
    assert_eq!((first.status.as_u16(), again.status.as_u16()), (201, 200));
    let (first, again) = (first.json(), again.json());
    let other = server.post(&path).session(&admin).json(&message("m-2")).await.json();

    assert_eq!((&first["duplicate"], &again["duplicate"]), (&json!(false), &json!(true)));
    assert_eq!((&first["message_id"], &first["seq"]), (&again["message_id"], &again["seq"]));
    assert_eq!(other["conversation_id"], first["conversation_id"]);
    assert_ne!(other["message_id"], first["message_id"]);
    let path = format!("/api/v1/conversations/{}/events", first["conversation_id"].as_str().unwrap());
    let events = server.get(&path).session(&admin).send().await.ok();
    let messages = events["events"].as_array().unwrap().iter().filter(|event| event["type"] == "message").count();
    assert_eq!(messages, 2);
}

#[tokio::test]
async fn nothing_is_delivered_into_a_web_chat_or_by_who_may_only_read() {
    let server = Server::start().await;
    let admin = server.signed_in(Role::Admin).await;
    let reader = server.signed_in(Role::ReadOnly).await;
    let contact = server.post("/api/v1/contacts").session(&admin).json(&json!({"name": "李雷"})).await.json();
    let message = json!({
        "contact_id": contact["id"],
        "external_id": "m-1",
        "content": {"type": "text", "text": "hello"},
    });
    for (kind, session, status) in [("web", &admin, 422), ("api", &reader, 403)] {
        let inbox =
            server.post("/api/v1/inboxes").session(&admin).json(&json!({"name": kind, "kind": kind})).await.json();
        let path = format!("/api/v1/inboxes/{}/messages", inbox["id"].as_str().unwrap());
        let reply = server.post(&path).session(session).json(&message).await;
        assert_eq!(reply.status.as_u16(), status, "{kind}");
    }
}
