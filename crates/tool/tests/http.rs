//! Calls over HTTP, against a back end that fails in every way.
#![allow(clippy::unwrap_used)]

mod support;

use std::time::{Duration, Instant};

use serde_json::json;
use support::{SECRET, World, shop};
use yingda_tool::{Code, Customer, Mode, Outcome};

#[track_caller]
fn failed(outcome: &Outcome) -> (Code, bool, bool) {
    let failure = outcome.failure().expect("a failure");
    assert_eq!(outcome.record.code, Some(failure.code));
    (failure.code, failure.uncertain, failure.acted)
}

#[tokio::test]
async fn a_read_gives_its_answer_and_a_record_without_values() {
    let (shop, world) = shop().await;
    let outcome =
        world.call("shop.get_order", json!({"order_no": "QH0000000001", "lang": "zh 中", "other": null})).await;
    assert_eq!(outcome.output().unwrap()["cents"], 12550);
    let record = outcome.record;
    assert_eq!((record.status, record.attempts, record.code), (Some(200), 1, None));
    assert_eq!(record.input["order_no"], "text of 12");
    let asked = &shop.asked()[0];
    assert_eq!(asked.uri, "/api/orders/QH0000000001?lang=zh%20%E4%B8%AD");
    assert_eq!(asked.authorization.as_deref(), Some(format!("Bearer {SECRET}").as_str()));
    assert_eq!(asked.key, None, "reads have no key");
}

#[tokio::test]
async fn queries_are_made_of_expressions_and_templates() {
    let (shop, world) = shop().await;
    world.call("shop.search", json!({"text": "a&b=c", "tags": ["x", "y"]})).await;
    assert_eq!(shop.asked()[0].uri, "/api/orders?who=c1&text=a%26b%3Dc&tag=x&tag=y");
}

#[tokio::test]
async fn what_is_not_allowed_is_not_asked() {
    let (shop, mut world) = shop().await;
    assert_eq!(
        world.call("shop.get_order", json!({"order_no": "../users"})).await.failure().unwrap().code,
        Code::Input
    );
    assert_eq!(world.call("shop.get_order", json!({})).await.failure().unwrap().code, Code::Input);
    assert_eq!(world.call("shop.gone", json!({})).await.failure().unwrap().code, Code::Input);
    assert_eq!(world.call("shop.refund", json!({"cents": 50_001})).await.failure().unwrap().code, Code::Limit);
    world.customer = Customer::Known;
    assert_eq!(world.order(1).await.failure().unwrap().code, Code::Unverified);
    world.granted.clear();
    assert_eq!(world.order(1).await.failure().unwrap().code, Code::Right);
    world.settings.clear();
    assert_eq!(world.refund("x").await.failure().unwrap().code, Code::Broken);
    assert!(shop.asked().is_empty());
}

#[tokio::test]
async fn an_order_of_somebody_else_is_not_shown() {
    let (_shop, world) = shop().await;
    assert_eq!(failed(&world.order(2).await), (Code::NotTheirs, false, false));
    let mut nobody = world;
    nobody.contact = json!({});
    assert_eq!(failed(&nobody.order(1).await).0, Code::NotTheirs, "without an id nothing is theirs");
}

#[tokio::test]
async fn answers_that_are_none_have_their_codes() {
    let (_shop, world) = shop().await;
    assert_eq!(failed(&world.order(3).await).0, Code::NotFound);
    assert_eq!(failed(&world.order(4).await).0, Code::Schema);
    assert_eq!(failed(&world.order(5).await).0, Code::Schema);
    assert_eq!(failed(&world.order(6).await).0, Code::Broken);
    assert_eq!(failed(&world.order(9).await).0, Code::Broken);
    assert_eq!(failed(&world.order(10).await).0, Code::Broken);
}

#[tokio::test]
async fn a_redirect_to_a_private_address_is_not_followed() {
    let (_shop, world) = shop().await;
    let outcome = world.order(7).await;
    assert_eq!((failed(&outcome).0, outcome.record.attempts), (Code::Unreachable, 1));
}

#[tokio::test]
async fn private_addresses_are_out_of_reach_unless_allowed() {
    let (shop, mut world) = shop().await;
    world.client = yingda_outbound::Client::new(yingda_outbound::Settings::default()).unwrap();
    assert_eq!(failed(&world.order(1).await).0, Code::Unreachable);
    assert!(shop.asked().is_empty());
}

#[tokio::test]
async fn a_read_is_tried_again() {
    let (_shop, world) = shop().await;
    let outcome = world.order(8).await;
    assert_eq!((outcome.output().is_some(), outcome.record.attempts), (true, 2));
}

#[tokio::test]
async fn a_slow_back_end_is_waited_for_no_longer_than_the_file_says() {
    let (_shop, world) = shop().await;
    let start = Instant::now();
    let outcome = world.order(11).await;
    assert!(start.elapsed() < Duration::from_millis(1500), "{:?}", start.elapsed());
    assert_eq!((failed(&outcome), outcome.record.attempts), ((Code::Timeout, false, false), 2));
}

#[tokio::test]
async fn a_write_has_a_key_and_sends_its_inputs() {
    let (shop, world) = shop().await;
    assert_eq!(world.refund("x").await.output().unwrap()["refund_no"], "R1");
    let asked = &shop.asked()[0];
    assert_eq!((asked.method.as_str(), asked.key.as_deref()), ("POST", Some("key-1")));
    assert_eq!(asked.body, json!({"cents": 100, "reason": "x"}));
}

#[tokio::test]
async fn a_dry_run_checks_and_does_not_write() {
    let (shop, world) = shop().await;
    let dry = |cents: i64| world.call_with("shop.refund", json!({"cents": cents}), "k", Mode::DryRun);
    assert_eq!(dry(5).await.output().unwrap()["refund_no"], "R0");
    assert_eq!(dry(60_000).await.failure().unwrap().code, Code::Limit);
    assert!(shop.asked().is_empty());
}

#[tokio::test]
async fn a_write_whose_answer_was_lost_is_found_done_by_the_second_attempt() {
    let (shop, world) = shop().await;
    let outcome = world.refund("slow once").await;
    assert_eq!((outcome.output().unwrap()["repeated"].as_bool(), outcome.record.attempts), (Some(true), 2));
    let keys: Vec<_> = shop.asked().into_iter().map(|asked| asked.key).collect();
    assert_eq!(keys, [Some("key-1".to_owned()), Some("key-1".to_owned())]);
    assert_eq!(shop.done.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_write_without_any_answer_is_uncertain() {
    let (_shop, world) = shop().await;
    let outcome = world.refund("slow").await;
    assert_eq!((failed(&outcome), outcome.record.attempts), ((Code::Uncertain, true, false), 2));
    assert_eq!(failed(&world.refund("failing").await), (Code::Uncertain, true, false));
}

#[tokio::test]
async fn a_write_without_a_key_is_never_tried_twice() {
    let (shop, world) = shop().await;
    let outcome = world.call_with("shop.refund", json!({"cents": 1, "reason": "slow"}), "", Mode::Real).await;
    assert_eq!(failed(&outcome), (Code::Uncertain, true, false));
    assert_eq!(shop.asked().len(), 1);
}

#[tokio::test]
async fn a_write_that_happened_is_told_apart_when_its_answer_is_of_no_use() {
    let (_shop, world) = shop().await;
    assert_eq!(failed(&world.refund("changed").await), (Code::Schema, false, true));
    assert_eq!(failed(&world.refund("no json").await), (Code::Schema, false, true));
}

#[tokio::test]
async fn a_refusal_comes_with_the_back_ends_words() {
    let (_shop, world) = shop().await;
    let outcome = world.refund("late").await;
    assert_eq!(failed(&outcome), (Code::Refused, false, false));
    assert_eq!(outcome.failure().unwrap().said.as_deref(), Some("王芳 is too late"));
}

#[tokio::test]
async fn a_write_follows_no_redirect() {
    let (shop, world) = shop().await;
    assert_eq!(failed(&world.refund("moved").await), (Code::Broken, false, false));
    assert_eq!(shop.asked().len(), 1);
}

#[tokio::test]
async fn nobody_at_the_other_end_is_unreachable_and_after_five_failures_is_not_asked() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let world = World::new(&format!("http://{address}"));
    let outcome = world.refund("x").await;
    assert_eq!(
        (failed(&outcome), outcome.record.attempts),
        ((Code::Unreachable, false, false), 2),
        "it did not happen"
    );
    world.order(1).await;
    world.order(1).await;
    let start = Instant::now();
    let outcome = world.order(1).await;
    assert_eq!((failed(&outcome).0, outcome.record.attempts), (Code::Unreachable, 0));
    assert!(start.elapsed() < Duration::from_millis(50));
}
