//! A server that is asked to end.

use serde_json::json;
use yingda_tests::{Closed, DEMO_INBOX, Server, Setup, Socket, staff, visitor};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_asked_to_end_tells_its_sockets_and_loses_nothing() {
    let mut server = Server::start(Setup::demo()).await;
    let address = server.address().clone();
    let (api, token) = visitor(&address, DEMO_INBOX).await;
    let (agent, agent_token) = staff(&address, "agent1").await;
    let mut own = Socket::visitor(&address, &token, 0).await.unwrap();
    own.next_of("welcome", 10).await.unwrap();
    let mut theirs = Socket::agent(&address, &agent_token, None).await.unwrap();
    theirs.next_of("welcome", 10).await.unwrap();
    let mut receipts = Vec::new();
    for number in 0..50 {
        let body =
            json!({"client_key": format!("k{number}"), "content": {"type": "text", "text": format!("问题 {number}")}});
        receipts.push(api.post("/visitor/messages", body).await.done());
    }

    let status = server.stop().await;

    assert!(status.success(), "{status}");
    assert_eq!(own.end(5).await, Closed::Code(1012));
    assert_eq!(theirs.end(5).await, Closed::Code(1012));
    server.start_again().await;
    let id = receipts[0]["conversation_id"].as_str().unwrap();
    let page = agent.get(&format!("/conversations/{id}/events?limit=500")).await.done();
    for receipt in &receipts {
        let stored =
            page["events"].as_array().unwrap().iter().filter(|event| event["message"]["id"] == receipt["message_id"]);
        assert_eq!(stored.map(|event| &event["seq"]).collect::<Vec<_>>(), [&receipt["seq"]]);
    }
}
