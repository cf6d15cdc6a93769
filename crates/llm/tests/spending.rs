//! Budgets, cost, cache.

#![allow(clippy::unwrap_used)]

mod play;

use std::sync::Arc;

use play::{Play, call, client, llm, say};
use yingda_entity::pii::Masking;
use yingda_llm::{Lang, Llm, MemoryLedger, OpenAi, Outcome, Spent, read};

const PRICED: &str = "
models:
  one: {base_url: 'http://127.0.0.1:PORT/v1', model: m, max_answer: 100, price: {in: 2, out: 10, currency: CNY}}
tasks: {default: one}
cache: {enabled: false}
";

async fn rephrase(llm: &Llm, text: &str) -> Outcome<String> {
    let mut masking = Masking::default();
    llm.rephrase(&mut call(&mut masking, Lang::En), text, "warm").await
}

#[tokio::test]
async fn what_a_call_cost_is_recorded() {
    let play = Play::serve([say("Coming!")]).await;
    let record = rephrase(&llm(PRICED, &[&play]), "It comes.").await.record;
    // 100 × 2 + 10 × 10 millionths.
    assert_eq!((record.tokens_in, record.tokens_out, record.cost_micros), (100, 10, 300));
    assert_eq!((record.currency.as_deref(), record.estimated), (Some("CNY"), false));
}

#[tokio::test]
async fn tokens_that_nobody_counted_are_guessed() {
    let play = Play::serve([play::Act::Stream("Coming!".into())]).await;
    let record =
        rephrase(&llm(&PRICED.replace("model: m", "model: m, offers: {streaming: true}"), &[&play]), "It comes.").await;
    let record = record.record;
    assert!(record.estimated && record.tokens_in > 50 && record.tokens_out == 2, "{record:?}");
}

#[tokio::test]
async fn a_budget_that_is_used_up_sends_nothing() {
    let play = Play::serve([say("Coming!")]).await;
    // Each call may cost about 1300 millionths, and costs 300.
    for (budget, key) in [
        ("conversation: {money: 0.002}", "budgets.conversation.money"),
        ("conversation: {tokens: 500}", "budgets.conversation.tokens"),
        ("day: {money: 0.002}", "budgets.day.money"),
        ("day: {tokens: 500}", "budgets.day.tokens"),
    ] {
        let before = play.asked().len();
        let llm = llm(&format!("{PRICED}budgets: {{{budget}}}\n"), &[&play]);
        let mut calls = 0;
        let error = loop {
            match rephrase(&llm, "It comes.").await.result {
                Ok(_) => calls += 1,
                Err(error) => break error,
            }
        };
        assert_eq!(error.code(), "budget");
        assert!(error.en().contains(key) && error.zh().contains(key), "{error}");
        assert!((1..8).contains(&calls), "{calls}");
        assert_eq!(play.asked().len() - before, calls);
    }
}

#[tokio::test]
async fn calls_at_the_same_time_do_not_overdraw_together() {
    let play = Play::serve([play::Act::Slow(std::time::Duration::from_millis(200), "Coming!".into())]).await;
    let llm = llm(&format!("{PRICED}budgets: {{day: {{tokens: 500}}}}\n"), &[&play]);
    let calls = (0..10).map(|_| {
        let llm = llm.clone();
        tokio::spawn(async move { rephrase(&llm, "It comes.").await.record.outcome })
    });
    let mut done = 0;
    for call in calls.collect::<Vec<_>>() {
        done += usize::from(call.await.unwrap() == "ok");
    }
    assert!((1..=2).contains(&done), "{done} calls of about 210 tokens were let through a budget of 500");
}

#[tokio::test]
async fn a_restart_goes_on_with_the_day_and_a_new_configuration_with_the_books() {
    let play = Play::serve([say("Coming!")]).await;
    let yaml = PRICED.replace("PORT", &play.port.to_string());
    let limited = format!("{yaml}budgets: {{day: {{tokens: 1000}}}}\n");
    let ledger = Arc::new(MemoryLedger::going_on("2026-11-22", Spent { tokens: 990, micros: 0 }));
    let provider = Box::new(OpenAi::new(client()));
    let llm = Llm::with(read(&limited).unwrap(), provider, Arc::clone(&ledger) as _, |_| None);
    assert_eq!(rephrase(&llm, "It comes.").await.record.outcome, "budget");
    let llm = llm.reconfigured(read(&yaml).unwrap(), |_| None);
    assert_eq!(rephrase(&llm, "It comes.").await.record.outcome, "ok");
    assert_eq!(ledger.today().1, Spent { tokens: 1100, micros: 300 });
    assert_eq!(ledger.conversation("c1"), Spent { tokens: 110, micros: 300 });
}

#[tokio::test]
async fn the_same_question_is_asked_once() {
    let play = Play::serve([say("Coming!")]).await;
    let llm = llm(&PRICED.replace("cache: {enabled: false}", "cache: {ttl_s: 60}"), &[&play]);
    let first = rephrase(&llm, "It comes.").await;
    let second = rephrase(&llm, "It comes.").await;
    assert_eq!(first.result, second.result);
    assert_eq!((second.record.cached, second.record.cost_micros, second.record.attempts.len()), (true, 0, 0));
    rephrase(&llm, "It comes today.").await;
    assert_eq!(play.asked().len(), 2);
}

#[tokio::test]
async fn an_answer_that_was_refused_is_not_kept() {
    let play = Play::serve([say("It comes in 3 days."), say("It comes in 4 days."), say("Coming!")]).await;
    let llm = llm(&PRICED.replace("cache: {enabled: false}", ""), &[&play]);
    assert_eq!(rephrase(&llm, "It comes.").await.record.outcome, "broken");
    assert_eq!(rephrase(&llm, "It comes.").await.result.unwrap(), "Coming!");
}

#[tokio::test]
async fn what_one_customer_said_is_not_told_to_another_by_the_cache() {
    let play = Play::serve([say("Calling ⟦PHONE_1⟧!")]).await;
    let llm = llm(&PRICED.replace("cache: {enabled: false}", ""), &[&play]);
    let one = rephrase(&llm, "We call 13800138000.").await;
    let two = rephrase(&llm, "We call 13900139000.").await;
    assert!(two.record.cached);
    assert_eq!(
        (one.result.unwrap().as_str(), two.result.unwrap().as_str()),
        ("Calling 13800138000!", "Calling 13900139000!")
    );
}
