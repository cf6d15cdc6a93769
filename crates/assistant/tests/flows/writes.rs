//! A change is made once, whatever happens to the turn.

use yingda_desk::Handler;
use yingda_model::{Scope, ToolCallState};
use yingda_store::Job;

use crate::shop::{Shop, Turn, file, files};

async fn before_the_yes(shop: &Shop) -> Turn {
    shop.says("我要取消订单").await;
    shop.says("QH2611081742").await;
    shop.says("不想要了").await
}

/// The customer says yes, and the program goes down after the tool had acted: the job is no longer this run's when it would be
/// finished. The job, to be claimed again.
async fn lost_after_the_yes(shop: &Shop) -> Job {
    shop.hears("确认").await;
    let job = shop.jobs().await.remove(0);
    let mut lost = job.clone();
    lost.attempts += 1;
    shop.assistant.run(&lost).await.unwrap();
    job
}

#[tokio::test]
async fn a_turn_that_runs_again_after_its_change_makes_it_once() {
    let shop = Shop::open().await;
    let id = before_the_yes(&shop).await.id;
    let job = lost_after_the_yes(&shop).await;
    let turn = shop.last_turn(id).await;
    assert_eq!((shop.back_end.changes(), turn.words.len()), (1, 0), "{turn:?}");
    let first = shop.noted_calls(&turn).await;
    assert_eq!((first.len(), first[0].state), (1, ToolCallState::Done));
    // It is claimed again.
    shop.assistant.run(&job).await.unwrap();
    let turn = shop.last_turn(id).await;
    assert!(turn.text().contains("R-7"), "{turn:?}");
    assert!(turn.traced().calls[0].again);
    assert_eq!(turn.calls(), [("shop.cancel_order", "ok")]);
    assert_eq!(shop.noted_calls(&turn).await, first);
    assert_eq!(shop.back_end.asked("/cancel").len(), 1);
}

#[tokio::test]
async fn a_change_that_was_begun_and_never_noted_is_made_again_under_the_same_key() {
    let shop = Shop::open().await;
    let id = before_the_yes(&shop).await.id;
    let job = lost_after_the_yes(&shop).await;
    // As if the program had gone down before it noted what came of it.
    let turn = shop.last_turn(id).await;
    let call = shop.noted_calls(&turn).await.remove(0);
    let bot = Scope::bot(shop.system.workspace());
    shop.desk.end_tool_call(&bot, call.id, ToolCallState::Begun, serde_json::Value::Null).await.unwrap();
    shop.assistant.run(&job).await.unwrap();
    let asked = shop.back_end.asked("/cancel");
    assert_eq!(asked.len(), 2);
    assert!(asked[0].key.is_some() && asked[0].key == asked[1].key && asked[0].key.as_deref() == Some(&call.key));
    assert_eq!(shop.back_end.changes(), 1);
    let turn = shop.last_turn(id).await;
    assert!(turn.text().contains("R-7"), "{turn:?}");
    assert_eq!(shop.noted_calls(&turn).await.len(), 1);
}

#[tokio::test]
async fn two_workers_with_the_same_job_act_and_answer_once() {
    let shop = Shop::open().await;
    let id = before_the_yes(&shop).await.id;
    shop.hears("确认").await;
    let job = shop.jobs().await.remove(0);
    let (one, other) = tokio::join!(shop.assistant.run(&job), shop.assistant.run(&job));
    one.unwrap();
    other.unwrap();
    let turn = shop.last_turn(id).await;
    assert_eq!(turn.words.len(), 1, "{turn:?}");
    assert_eq!((shop.back_end.changes(), shop.noted_calls(&turn).await.len()), (1, 1));
}

#[tokio::test]
async fn the_same_change_in_another_turn_is_another_change() {
    let shop = Shop::open().await;
    for _ in 0..2 {
        before_the_yes(&shop).await;
        shop.says("确认").await;
    }
    let asked = shop.back_end.asked("/cancel");
    assert_eq!(asked.len(), 2);
    assert_ne!(asked[0].key, asked[1].key);
}

#[tokio::test]
async fn a_release_whose_flow_changes_things_unasked_is_not_worked_with() {
    let unasked = "flow: cancel_at_once
title: {zh: 马上取消, en: Cancel at once}
starts:
  phrases: {zh: [马上给我取消掉], en: [cancel it at once]}
slots:
  order_no: {type: order_number, title: {zh: 订单号, en: order number}}
steps:
  - collect: order_no
    ask: {zh: 哪个订单？, en: Which order?}
  - do: shop.cancel_order
    with: {order_no: order_no}
";
    let shop = Shop::open().await;
    shop.publishes(files().into_iter().chain([file("flows/cancel_at_once.yml", unasked)]).collect()).await;
    shop.says("马上给我取消掉").await;
    let turn = shop.says("QH2611081742").await;
    assert!(turn.trace().dialogue.is_none(), "{turn:?}");
    assert_eq!(shop.back_end.changes(), 0);
}
