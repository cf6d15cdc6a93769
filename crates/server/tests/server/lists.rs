//! Lists in pages: each thing once, none left out.

use std::time::Duration;

use serde_json::{Value, json};
use yingda_model::Role;

use crate::support::{Server, Session};

/// Reads all pages of a list; gives the values at `id` and the sizes of the pages.
async fn all(server: &Server, session: &Session, list: &str, id: &str) -> (Vec<Value>, Vec<usize>) {
    let (mut seen, mut sizes, mut cursor) = (Vec::new(), Vec::new(), String::new());
    loop {
        let page = server.get(&format!("/api/v1/{list}{cursor}")).session(session).send().await.ok();
        let items = page["items"].as_array().unwrap();
        sizes.push(items.len());
        seen.extend(items.iter().map(|item| item.pointer(id).unwrap().clone()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return (seen, sizes),
        }
    }
}

#[tokio::test]
async fn conversations_come_in_pages_newest_activity_first() {
    let server = Server::start().await;
    let admin = server.signed_in(Role::Admin).await;
    let mut begun = Vec::new();
    for n in 0..23 {
        begun.push(json!(server.says(&server.visitor().await, "hello").await));
        if n % 3 == 0 {
            server.clock.moves(Duration::from_secs(1));
        }
    }
    begun.reverse();
    let (seen, sizes) = all(&server, &admin, "conversations?limit=10", "/conversation/id").await;
    assert_eq!((seen, sizes), (begun.clone(), vec![10, 10, 3]));
    let (seen, _) = all(&server, &admin, "conversations?limit=23&view=bot", "/conversation/id").await;
    assert_eq!(seen.len(), 23);
    let (seen, _) = all(&server, &admin, "conversations?limit=5&view=mine", "/conversation/id").await;
    assert!(seen.is_empty());
    let counts = server.get("/api/v1/conversations/counts").session(&admin).send().await.ok();
    assert_eq!(counts, json!({"mine": 0, "mine_unread": 0, "unassigned": 0, "bot": 23, "all_open": 23}));
}

#[tokio::test]
async fn contacts_knowledge_and_jobs_come_in_pages() {
    let server = Server::start().await;
    let admin = server.signed_in(Role::Admin).await;
    let (mut contacts, mut entries) = (Vec::new(), Vec::new());
    for n in 0..11 {
        let contact = server.post("/api/v1/contacts").session(&admin).json(&json!({"name": format!("c{n}")})).await;
        contacts.push(contact.json()["id"].clone());
        let entry = json!({"question": format!("q{n}"), "answer": "a"});
        let entry = server.post("/api/v1/kb/entries").session(&admin).json(&entry).await;
        entries.push(entry.json()["id"].clone());
    }
    contacts.reverse();
    entries.reverse();
    assert_eq!(all(&server, &admin, "contacts?limit=4", "/id").await, (contacts, vec![4, 4, 3]));
    assert_eq!(all(&server, &admin, "kb/entries?limit=4", "/id").await, (entries, vec![4, 4, 3]));
    for _ in 0..8 {
        server.says(&server.visitor().await, "hello").await;
    }
    let (jobs, _) = all(&server, &admin, "jobs?state=ready&limit=4", "/id").await;
    let jobs: Vec<i64> = jobs.iter().map(|id| id.as_i64().unwrap()).collect();
    assert_eq!(jobs.len(), 8);
    assert!(jobs.windows(2).all(|pair| pair[0] > pair[1]), "newest first: {jobs:?}");
}

#[tokio::test]
async fn a_history_comes_in_pages_and_says_where_each_ends() {
    let server = Server::start().await;
    let admin = server.signed_in(Role::Admin).await;
    let visitor = server.visitor().await;
    let id = server.says(&visitor, "0").await;
    for n in 1..9 {
        server.says(&visitor, &n.to_string()).await;
    }
    let (mut numbers, mut after) = (Vec::new(), 0);
    loop {
        let path = format!("/api/v1/conversations/{id}/events?after={after}&limit=4");
        let page = server.get(&path).session(&admin).send().await.ok();
        let events = page["events"].as_array().unwrap();
        numbers.extend(events.iter().map(|event| event["seq"].as_u64().unwrap()));
        after = page["reached"].as_u64().unwrap();
        if page["more"] == false {
            break;
        }
    }
    assert_eq!(numbers, (1..=10).collect::<Vec<_>>());
    for limit in ["0", "501"] {
        let path = format!("/api/v1/conversations/{id}/events?limit={limit}");
        server.get(&path).session(&admin).send().await.problem(422, "bad_request");
    }
    let far = format!("/api/v1/conversations/{id}/events?after={}", u64::MAX);
    assert_eq!(server.get(&far).session(&admin).send().await.ok()["events"], json!([]));
}
