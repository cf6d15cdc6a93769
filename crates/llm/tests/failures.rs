//! Everything that goes wrong with a model has a defined outcome.

#![allow(clippy::unwrap_used)]

mod play;

use std::time::{Duration, Instant};

use play::{Act, ONE, Play, STREAMS, TWO, call, llm, say};
use serde_json::json;
use yingda_entity::pii::Masking;
use yingda_llm::{Lang, Llm, Outcome, Situation};

async fn rephrase(llm: &Llm) -> Outcome<String> {
    let mut masking = Masking::default();
    llm.rephrase(&mut call(&mut masking, Lang::En), "It is on its way.", "warm").await
}

async fn propose(llm: &Llm) -> Outcome<yingda_llm::Proposal> {
    let mut masking = Masking::default();
    let situation = Situation { text: "hello".into(), ..Situation::default() };
    llm.propose(&mut call(&mut masking, Lang::En), &situation).await
}

/// Outcome and attempts of a rephrasing with one model.
async fn code(yaml: &str, act: Act) -> (String, Vec<String>) {
    let play = Play::serve([act]).await;
    let outcome = rephrase(&llm(yaml, &[&play])).await;
    assert_eq!(outcome.record.outcome, outcome.result.as_ref().err().map_or("ok", |error| error.code()));
    (outcome.record.outcome, outcome.record.attempts.into_iter().map(|attempt| attempt.outcome).collect())
}

fn outcome(code: &str, attempts: &[&str]) -> (String, Vec<String>) {
    (code.to_owned(), attempts.iter().map(|&attempt| attempt.to_owned()).collect())
}

#[tokio::test]
async fn a_good_answer_is_taken_whole_or_as_a_stream() {
    assert_eq!(code(ONE, say("It is coming soon!")).await, outcome("ok", &["ok"]));
    assert_eq!(code(STREAMS, Act::Stream("It is coming soon – voilà!".into())).await, outcome("ok", &["ok"]));
    // A server that does not stream though it was asked to.
    assert_eq!(code(STREAMS, say("It is coming soon!")).await, outcome("ok", &["ok"]));
}

#[tokio::test]
async fn a_slow_model_is_given_up_at_its_time_limit() {
    let started = Instant::now();
    let slow = Act::Slow(Duration::from_secs(30), "late".into());
    assert_eq!(code(ONE, slow.clone()).await, outcome("timeout", &["timeout"]));
    assert!(started.elapsed() < Duration::from_secs(5));
    // To the first byte, where it streams.
    let started = Instant::now();
    assert_eq!(code(STREAMS, slow).await, outcome("timeout", &["timeout"]));
    assert!(started.elapsed() < Duration::from_millis(1500));
    // To the last byte.
    assert_eq!(code(STREAMS, Act::Stutter(Duration::from_secs(30))).await, outcome("timeout", &["timeout"]));
}

#[tokio::test]
async fn the_callers_patience_ends_all_models_together() {
    let slow = Act::Slow(Duration::from_secs(30), "late".into());
    let (one, two) = (Play::serve([slow.clone()]).await, Play::serve([slow]).await);
    let llm = llm(TWO, &[&one, &two]);
    let mut masking = Masking::default();
    let mut call = call(&mut masking, Lang::En);
    call.within = Some(Duration::from_millis(300));
    let started = Instant::now();
    let outcome = llm.rephrase(&mut call, "It is on its way.", "warm").await;
    assert_eq!(outcome.record.outcome, "timeout");
    assert!(started.elapsed() < Duration::from_millis(900) && two.asked().is_empty());
}

#[tokio::test]
async fn broken_json_is_asked_for_again_once_and_then_an_error() {
    let play = Play::serve([say("{\"commands\": [")]).await;
    let outcome = propose(&llm(ONE, &[&play])).await;
    assert_eq!(outcome.result.unwrap_err().code(), "broken");
    let attempts: Vec<bool> = outcome.record.attempts.iter().map(|attempt| attempt.repair).collect();
    assert_eq!(attempts, [false, true]);
    let asked = play.asked().pop().unwrap();
    assert_eq!(asked["messages"].as_array().unwrap().len(), 4, "the second request shows the model what was wrong");

    let play = Play::serve([say("well…"), say("Sure: {\"commands\": [{\"command\": \"chitchat\"}]} ok?")]).await;
    let outcome = propose(&llm(ONE, &[&play])).await;
    assert_eq!(outcome.result.unwrap().commands, [yingda_llm::Command::Chitchat]);
    assert_eq!(outcome.record.tokens_in, 200, "both attempts cost");
}

#[tokio::test]
async fn endless_text_is_cut_and_reported() {
    let (code, attempts) = code(STREAMS, Act::Endless("and so on and on ".into())).await;
    assert_eq!((code.as_str(), attempts.len()), ("too_long", 1));
    let play = Play::serve([Act::Endless("First the parcel was late. ".into())]).await;
    let mut masking = Masking::default();
    let turns = [yingda_llm::Turn { by_customer: true, text: "The parcel was late.".into() }];
    let outcome = llm(STREAMS, &[&play]).summarise(&mut call(&mut masking, Lang::En), &turns).await;
    // Whole sentences of a summary are still a summary.
    assert!(outcome.result.unwrap().ends_with("late."));
    assert!(outcome.record.attempts[0].cut && outcome.record.notes[0].code == "cut");
}

#[tokio::test]
async fn a_huge_body_is_not_read() {
    assert_eq!(code(ONE, Act::Huge(50_000_000)).await, outcome("too_long", &["too_long"]));
}

#[tokio::test]
async fn a_tool_that_was_not_offered_is_not_allowed() {
    assert_eq!(code(ONE, Act::CallTool("transfer_money".into(), json!({"to": "me"}))).await.0, "not_allowed");
    for act in [
        Act::CallTool("transfer_money".into(), json!({"commands": []})),
        say("{\"name\": \"transfer_money\", \"arguments\": {\"commands\": []}}"),
        say("<tool_call>{\"name\": \"transfer_money\", \"arguments\": {\"to\": \"me\"}}</tool_call>"),
    ] {
        let play = Play::serve([act]).await;
        let error = propose(&llm(ONE, &[&play])).await.result.unwrap_err();
        assert_eq!(error.code(), "not_allowed");
        assert!(error.en().contains("transfer_money") && error.zh().contains("transfer_money"));
    }
}

#[tokio::test]
async fn the_one_tool_that_was_offered_is_an_answer() {
    let yaml = ONE.replace("retries: 1", "retries: 0, offers: {tools: true}");
    for act in [
        Act::CallTool("propose_commands".into(), json!({"commands": [{"command": "hand_over"}]})),
        say("{\"name\": \"propose_commands\", \"arguments\": {\"commands\": [{\"command\": \"hand_over\"}]}}"),
    ] {
        let play = Play::serve([act]).await;
        let outcome = propose(&llm(&yaml, &[&play])).await;
        assert_eq!(outcome.result.unwrap().commands, [yingda_llm::Command::HandOver]);
        assert_eq!(play.asked()[0]["tool_choice"]["function"]["name"], "propose_commands");
    }
}

#[tokio::test]
async fn a_json_schema_is_sent_where_it_is_offered() {
    let yaml = ONE.replace("retries: 1", "retries: 0, offers: {json_schema: true, tools: true}");
    let play = Play::serve([say("{\"commands\": []}")]).await;
    assert_eq!(propose(&llm(&yaml, &[&play])).await.result.unwrap().commands, []);
    let asked = &play.asked()[0];
    assert_eq!(asked["response_format"]["json_schema"]["strict"], true);
    assert!(asked.get("tools").is_none());
}

#[tokio::test]
async fn a_busy_server_is_asked_again_when_it_says_so_and_in_time() {
    let busy = Act::Status(429, vec![("retry-after", "1".into())]);
    let play = Play::serve([busy, say("It is coming soon!")]).await;
    let outcome = rephrase(&llm(ONE, &[&play])).await;
    assert!(outcome.result.is_ok());
    let waited: Vec<u64> = outcome.record.attempts.iter().map(|attempt| attempt.waited_ms).collect();
    assert_eq!(waited, [0, 1000]);

    // Longer than the time limit: given up at once.
    let started = Instant::now();
    let busy = Act::Status(429, vec![("retry-after", "60".into())]);
    let (got, attempts) = code(ONE, busy).await;
    assert_eq!((got.as_str(), attempts.len()), ("unreachable", 1));
    assert!(started.elapsed() < Duration::from_secs(1));
    let date = Act::Status(503, vec![("retry-after", "Wed, 21 Oct 2099 07:28:00 GMT".into())]);
    assert_eq!(code(ONE, date).await.1.len(), 1);
}

#[tokio::test]
async fn a_failing_server_is_asked_once_more() {
    let failing = Act::Status(500, Vec::new());
    assert_eq!(code(ONE, failing.clone()).await, outcome("unreachable", &["unreachable", "unreachable"]));
    let play = Play::serve([failing, say("It is coming soon!")]).await;
    assert!(rephrase(&llm(ONE, &[&play])).await.result.is_ok());
}

#[tokio::test]
async fn a_stream_that_breaks_off_is_asked_for_again() {
    let cut = Act::CutOff("It is com".into());
    assert_eq!(code(STREAMS, cut.clone()).await, outcome("unreachable", &["unreachable"]));
    let play = Play::serve([cut, Act::Stream("It is coming soon!".into())]).await;
    let outcome = rephrase(&llm(&STREAMS.replace("retries: 0", "retries: 1"), &[&play])).await;
    assert!(outcome.result.is_ok());
    assert!(outcome.record.attempts[0].tokens_out > 0, "what came before the break was paid for");
}

#[tokio::test]
async fn what_is_no_chat_completion_is_broken() {
    for (kind, body) in [
        ("text/html", "<html>Sign in to the network</html>"),
        ("application/json", "{\"choices\": "),
        ("application/json", "[]"),
        ("application/json", "{\"choices\": []}"),
        ("application/json", "{\"error\": {\"message\": \"no such model\"}}"),
        ("text/event-stream", "data: {\"choices\"\n\n"),
    ] {
        assert_eq!(code(ONE, Act::Body(kind, body.into())).await, outcome("broken", &["broken"]), "{body}");
    }
}

#[tokio::test]
async fn a_refusal_is_not_tried_again() {
    for status in [400, 401, 403, 404, 302] {
        assert_eq!(code(ONE, Act::Status(status, Vec::new())).await, outcome("refused", &["refused"]), "{status}");
    }
}

#[tokio::test]
async fn thoughts_before_an_answer_are_no_answer() {
    let play = Play::serve([say("<think>The user wants 500. {\"a\": 1}</think>\nIt is coming soon!")]).await;
    assert_eq!(rephrase(&llm(ONE, &[&play])).await.result.unwrap(), "It is coming soon!");
    assert_eq!(code(ONE, say("<think>hm")).await.0, "broken");
}

#[tokio::test]
async fn nobody_there_and_a_private_address_are_told_apart() {
    let play = Play::serve([say("x")]).await;
    let gone = ONE.replace("PORT", "1");
    assert_eq!(rephrase(&llm(&gone, &[&play])).await.record.outcome, "unreachable");
    let private = rephrase(&llm(&ONE.replace("127.0.0.1", "10.0.0.9"), &[&play])).await;
    assert_eq!(private.record.outcome, "refused");
    assert!(private.result.unwrap_err().en().contains("private"));
}

#[tokio::test]
async fn when_one_model_fails_the_next_is_asked() {
    let (one, two) =
        (Play::serve([Act::Status(500, Vec::new())]).await, Play::serve([say("It is coming soon!")]).await);
    let outcome = rephrase(&llm(TWO, &[&one, &two])).await;
    assert!(outcome.result.is_ok());
    assert_eq!(outcome.record.model.as_deref(), Some("two"));
    let tried: Vec<_> = outcome.record.attempts.iter().map(|a| (a.model.as_str(), a.outcome.as_str())).collect();
    assert_eq!(tried, [("one", "unreachable"), ("two", "ok")]);
}

#[tokio::test]
async fn a_model_that_keeps_failing_is_left_alone_and_tried_again_later() {
    let play = Play::serve([Act::Status(500, Vec::new())]).await;
    let llm = llm(&ONE.replace("retries: 1", "retries: 0, breaker: {failures: 2, pause_s: 1}"), &[&play]);
    for _ in 0..5 {
        assert_eq!(rephrase(&llm).await.record.outcome, "unreachable");
    }
    assert_eq!(play.asked().len(), 2, "after two failures nobody asks");
    play.then([say("It is coming soon!")]);
    tokio::time::sleep(Duration::from_millis(1050)).await;
    assert!(rephrase(&llm).await.result.is_ok());
    assert!(rephrase(&llm).await.result.is_ok());
}

#[tokio::test]
async fn nothing_configured_is_said_as_such() {
    let play = Play::serve([say("x")]).await;
    let outcome = rephrase(&llm("", &[&play])).await;
    assert_eq!((outcome.record.outcome.as_str(), outcome.record.attempts.len()), ("not_configured", 0));
    let without_key = ONE.replace("model: m", "model: m, key: secrets.other");
    assert_eq!(rephrase(&llm(&without_key, &[&play])).await.record.outcome, "not_configured");
    assert!(play.asked().is_empty());
}

#[tokio::test]
async fn the_key_is_sent_and_shown_nowhere() {
    let play = Play::serve([Act::Status(401, Vec::new())]).await;
    let outcome = rephrase(&llm(&ONE.replace("model: m", "model: m, key: secrets.good"), &[&play])).await;
    assert_eq!(play.headers()[0]["authorization"], "Bearer the-key");
    let shown = format!("{:?} {}", outcome.record, outcome.result.unwrap_err());
    assert!(!shown.contains("the-key"), "{shown}");
}

#[tokio::test]
async fn a_question_that_does_not_fit_is_not_sent() {
    let play = Play::serve([say("x")]).await;
    let llm = llm(&ONE.replace("model: m", "model: m, context: 2000"), &[&play]);
    let mut masking = Masking::default();
    let outcome = llm.translate(&mut call(&mut masking, Lang::En), &"很长的话。".repeat(1000)).await;
    assert_eq!(outcome.record.outcome, "too_long");
    assert!(play.asked().is_empty());
}
