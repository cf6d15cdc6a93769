//! What only a bus with a server has: connections that fail, break and come back.

#![allow(clippy::unwrap_used)]

mod support;

use std::time::Duration;

use support::NatsServer;
use yingda_bus::{Bus, BusError, Signal, Subscription};

async fn next(subscription: &mut Subscription) -> Signal {
    tokio::time::timeout(Duration::from_secs(30), subscription.next())
        .await
        .expect("nothing was heard for 30 s")
        .unwrap()
}

#[tokio::test]
async fn a_subscription_works_again_after_the_server_restarts() {
    let mut server = NatsServer::start().await;
    let (left, right) = (server.connect().await, server.connect().await);
    let mut on_right = right.subscribe("a.*").await.unwrap();
    let mut on_left = left.subscribe("b").await.unwrap();

    server.kill();
    assert!(left.health().await.is_err(), "a dead server is not healthy");
    server.start_again().await;

    // Both are told that they may have missed something; what is published after that is heard.
    assert_eq!(next(&mut on_right).await, Signal::Lagged { missed: 0 });
    assert_eq!(next(&mut on_left).await, Signal::Lagged { missed: 0 });
    left.publish("a.1", "back".into()).await.unwrap();
    let Signal::Message { topic, payload } = next(&mut on_right).await else {
        panic!("expected a message");
    };
    assert_eq!((&*topic, &payload[..]), ("a.1", &b"back"[..]));
    assert_eq!(left.health().await, Ok(()));
}

#[tokio::test]
async fn publishing_without_a_server_fails_soon_instead_of_blocking() {
    let mut server = NatsServer::start().await;
    let bus = server.connect().await;
    server.kill();
    // The loss is noticed with the first failure to write or read; until then messages are simply lost.
    let noticed = async {
        loop {
            match bus.publish("a", "lost".into()).await {
                Ok(()) => tokio::task::yield_now().await,
                Err(error) => return error,
            }
        }
    };
    let error = tokio::time::timeout(Duration::from_secs(20), noticed).await.unwrap();
    assert!(matches!(error, BusError::Disconnected { .. } | BusError::TimedOut { .. }));
}

#[tokio::test]
async fn an_absent_server_is_named_in_the_error() {
    let mut server = NatsServer::start().await;
    server.kill();
    let error = Bus::connect(&server.url("yd:geheim@")).await.err().unwrap().to_string();
    assert!(error.starts_with("cannot connect to NATS at 127.0.0.1:"), "{error}");
    assert!(error.contains("Check that nats-server runs there"), "{error}");
    assert!(!error.contains("geheim"), "{error}");
}

#[tokio::test]
async fn user_and_password_in_the_address_are_used() {
    let server = NatsServer::start_with(&["--user", "yd", "--pass", "s@fe"]).await;
    let bus = Bus::connect(&server.url("yd:s%40fe@")).await.unwrap();
    assert_eq!(bus.health().await, Ok(()));
    let refused = Bus::connect(&server.url("yd:wrong@")).await.err();
    assert!(matches!(refused, Some(BusError::Connect { .. })), "{refused:?}");
}

#[tokio::test]
async fn a_token_in_the_address_is_used() {
    let server = NatsServer::start_with(&["--auth", "t0ken"]).await;
    let bus = Bus::connect(&server.url("t0ken@")).await.unwrap();
    assert_eq!(bus.health().await, Ok(()));
    assert!(Bus::connect(&server.url("")).await.is_err());
}

#[tokio::test]
async fn an_unknown_kind_of_address_is_refused_with_what_was_expected() {
    let error = Bus::connect("redis://127.0.0.1").await.err().unwrap();
    assert_eq!(
        error.to_string(),
        "\"redis://127.0.0.1\" is not an address of a bus (it does not begin with nats://): leave it empty or write memory: \
         for a single node, or nats://HOST:4222 for several nodes"
    );
}

#[tokio::test]
async fn an_empty_address_is_the_bus_of_one_process() {
    let bus = Bus::connect("").await.unwrap();
    assert_eq!(bus.health().await, Ok(()));
}
