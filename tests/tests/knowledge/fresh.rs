//! New and changed knowledge is found within one second.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::json;
use yingda_tests::{Server, Setup, eventually};

use crate::{admin, found, index};

const SOON: Duration = Duration::from_secs(1);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_new_changed_archived_or_removed_is_known_within_a_second() {
    let server = Server::start(Setup::empty()).await;
    let admin = admin(&server).await;
    // A company that knows something already.
    let lines: String = (0..3_000)
        .map(|number| {
            format!("{{\"question\":\"shelf {number} of the storehouse\",\"answer\":\"It holds box {number}.\"}}\n")
        })
        .collect();
    admin.upload("/kb/import", "shelves.jsonl", "application/jsonl", lines.as_bytes()).await.done();
    eventually("the shelves to be indexed", 60, async || {
        found(&admin, "shelf").await;
        let status = index(&admin).await;
        (status["revision"] == status["newest"] && status["entries"] == 3_000).then_some(())
    })
    .await;

    for round in 0..5 {
        let (first, second) = (format!("zebra{round} crossing"), format!("giraffe{round} crossing"));
        let stored = admin.post("/kb/entries", json!({"question": first, "answer": "Look left."})).await.done();
        let id = stored["id"].as_str().unwrap();
        is_known(&admin, &first, true).await;
        let path = format!("/kb/entries/{id}");
        let changed = json!({"question": second, "answer": "Look right."});
        admin.call(Method::PUT, &path, Some(&changed)).await.unwrap().done();
        is_known(&admin, &second, true).await;
        is_known(&admin, &first, false).await;
        let archived = json!({"status": "archived"});
        admin.call(Method::PUT, &format!("{path}/status"), Some(&archived)).await.unwrap().done();
        is_known(&admin, &second, false).await;
        let published = json!({"status": "published"});
        admin.call(Method::PUT, &format!("{path}/status"), Some(&published)).await.unwrap().done();
        is_known(&admin, &second, true).await;
        admin.delete(&path).await.done();
        is_known(&admin, &second, false).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_word_is_no_slip_for_one_that_was_there_before() {
    let server = Server::start(Setup::empty()).await;
    let admin = admin(&server).await;
    let lines: String = (0..3_000)
        .map(|number| format!("{{\"question\":\"the lantern of room {number}\",\"answer\":\"It is lit.\"}}\n"))
        .collect();
    admin.upload("/kb/import", "rooms.jsonl", "application/jsonl", lines.as_bytes()).await.done();
    eventually("the rooms to be found", 30, async || found(&admin, "lantern").await.first().cloned()).await;
    admin.post("/kb/entries", json!({"question": "lantorn", "answer": "A brand."})).await.done();
    is_known(&admin, "lantorn", true).await;
    assert_eq!(found(&admin, "lantorn").await[0], "lantorn");
}

/// Polls until an entry is found, or is not, and checks that it did not take longer than a second, the search included.
async fn is_known(api: &yingda_tests::Api, title: &str, expected: bool) {
    let begun = Instant::now();
    loop {
        let is_there = found(api, title).await.iter().any(|hit| hit == title);
        let took = begun.elapsed();
        assert!(took < SOON, "after {took:?}, that {title:?} is there was {is_there}");
        if is_there == expected {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
