//! What the knowledge base lacks, found in what customers ask.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use serde_json::{Value, json};
use yingda_assistant::{Assistant, Languages};
use yingda_desk::{Handler, job_kind};
use yingda_library::{Knowledge, Tender};

use super::{Kb, text};

/// Does the jobs that are due: the assistant answers, the knowledge base is looked through. Gives how often it was.
async fn work(kb: &Kb) -> usize {
    let (desk, store) = (&kb.server.desk, kb.server.desk.store());
    let knowledge = Knowledge::new(store.clone(), None, None);
    let languages = Arc::new(Languages::new(store.clone(), None));
    let assistant = Assistant::new(desk.clone(), knowledge, languages);
    let tender = Tender::new(desk.clone(), None);
    let mut looked = 0;
    loop {
        let jobs = store.claim_jobs(desk.world().now(), Duration::from_secs(60), 10).await.unwrap();
        if jobs.is_empty() {
            return looked;
        }
        for job in &jobs {
            match job.kind.as_str() {
                job_kind::BOT_TURN => assistant.run(job).await.unwrap(),
                job_kind::TEND_KNOWLEDGE => {
                    tender.run(job).await.unwrap();
                    looked += 1;
                }
                _ => {}
            }
        }
    }
}

/// Several customers ask what nothing answers.
async fn ask(kb: &Kb, questions: &[&str]) {
    for question in questions {
        let visitor = kb.server.visitor().await;
        kb.server.says(&visitor, question).await;
        kb.server.clock.moves(Duration::from_secs(10));
        work(kb).await;
    }
}

pub async fn tend(kb: &Kb) {
    let asked = kb.post("/upkeep", json!({})).await;
    assert_eq!(asked.status, StatusCode::ACCEPTED, "{}", asked.text());
    assert_eq!(work(kb).await, 1, "it is looked through now, not when the daily look is due");
}

async fn gaps(kb: &Kb, state: &str) -> Vec<Value> {
    let page = kb.get(&format!("/changes?origin=gap&state={state}")).await.ok();
    page["items"].as_array().unwrap().clone()
}

const BOATS: [&str; 3] =
    ["你们有没有卖充气皮划艇？我的手机是13800138000", "有没有充气皮划艇卖？", "你们卖充气皮划艇吗？"];

#[tokio::test]
async fn questions_that_nobody_answered_wait_in_the_review_queue_without_personal_data() {
    let kb = Kb::open().await;
    kb.faq("怎么退货？", "七天内可以退。").await;
    ask(&kb, &BOATS).await;
    tend(&kb).await;
    let waiting = gaps(&kb, "review").await;
    assert_eq!(waiting.len(), 1, "{waiting:?}");
    let gap = &waiting[0];
    assert_eq!((&gap["by"]["type"], &gap["entry_id"]), (&json!("system"), &Value::Null), "{gap}");
    assert!(text(&gap["content"]["question"]).contains("皮划艇"), "{gap}");
    let evidence = gap["evidence"].as_array().unwrap();
    let questions = evidence.iter().filter(|evidence| evidence["type"] == "question");
    assert!(questions.map(|question| question["count"].as_u64().unwrap()).sum::<u64>() >= 3, "{gap}");
    assert!(evidence.iter().any(|evidence| evidence["type"] == "conversation"), "{gap}");
    assert!(!gap.to_string().contains("13800138000"), "{gap}");
    // Looking twice makes nothing twice.
    tend(&kb).await;
    assert_eq!(gaps(&kb, "review").await.len(), 1);

    // Somebody writes the answer, and customers get it.
    let mut content = gap["content"].clone();
    content["answer"] = json!("有，在户外分类里。");
    let path = format!("/changes/{}/accept", text(&gap["id"]));
    assert_eq!(kb.post(&path, json!({})).await.problem(422, "bad_request")["field"], "answer");
    kb.post(&path, json!({"content": content})).await.ok();
    let asked = kb.post("/ask", json!({"text": text(&content["question"])})).await.ok();
    assert_eq!(asked["answer"], "有，在户外分类里。", "{asked}");
    tend(&kb).await;
    assert_eq!(gaps(&kb, "review").await, [] as [Value; 0]);
}

#[tokio::test]
async fn a_gap_that_was_refused_does_not_come_back() {
    let kb = Kb::open().await;
    ask(&kb, &BOATS).await;
    tend(&kb).await;
    let gap = gaps(&kb, "review").await.remove(0);
    kb.post(&format!("/changes/{}/refuse", text(&gap["id"])), json!({"note": "we never will"})).await.ok();
    tend(&kb).await;
    assert_eq!(gaps(&kb, "review").await, [] as [Value; 0]);
    kb.server.clock.moves(Duration::from_secs(86_400));
    ask(&kb, &["请问充气皮划艇有卖吗"]).await;
    tend(&kb).await;
    assert_eq!(gaps(&kb, "review").await, [] as [Value; 0]);
    assert_eq!(gaps(&kb, "refused").await.len(), 1);
}

#[tokio::test]
async fn entries_that_say_the_same_are_proposed_to_be_one() {
    let kb = Kb::open().await;
    for question in ["How long does a refund take?", "How long does a refund take"] {
        kb.add(json!({"question": question, "answer": "Three working days after we have the parcel.", "lang": "en"}))
            .await;
    }
    tend(&kb).await;
    let found = kb.get("/changes?origin=duplicate&state=review").await.ok();
    let proposals = found["items"].as_array().unwrap();
    assert!(!proposals.is_empty(), "{found}");
    assert!(proposals.iter().all(|proposal| proposal["entry_id"].is_string()), "{found}");
    for proposal in proposals {
        kb.post(&format!("/changes/{}/accept", text(&proposal["id"])), json!({})).await.ok();
    }
    assert_eq!(kb.listed("?status=published").await.len(), 1);
}
