//! What holds for the bus whatever carries it: each test runs in-process and with a real NATS server.

#![allow(clippy::unwrap_used)]

mod support;

use std::time::Duration;

use bytes::Bytes;
use yingda_bus::{Bus, BusError, MAX_PAYLOAD_BYTES, QUEUE_LENGTH, Signal, Subscription};

/// Runs each test of [`suite`] with two handles of one bus: clones in one process, two connections with NATS.
macro_rules! on_both {
    ($($test:ident)*) => {
        mod in_process {
            $(#[tokio::test]
            async fn $test() {
                let bus = yingda_bus::Bus::connect("memory:").await.unwrap();
                super::suite::$test(bus.clone(), bus).await;
            })*
        }
        mod nats {
            $(#[tokio::test]
            async fn $test() {
                let server = super::support::NatsServer::start().await;
                super::suite::$test(server.connect().await, server.connect().await).await;
            })*
        }
    };
}

on_both! {
    own_messages_come_back
    two_handles_see_each_others_messages
    messages_keep_their_order
    every_subscriber_gets_every_message
    a_star_stands_for_one_token
    an_angle_bracket_stands_for_one_or_more_tokens
    a_slow_reader_is_told_what_it_missed
    an_ended_subscription_disturbs_nobody
    bad_topics_are_refused
    a_payload_that_is_too_large_is_refused
    waiting_can_be_given_up_without_losing_a_message
    a_healthy_bus_says_so
    subscriptions_end_with_the_bus
}

/// The next signal, within reason.
async fn next(subscription: &mut Subscription) -> Option<Signal> {
    tokio::time::timeout(Duration::from_secs(20), subscription.next()).await.expect("nothing was heard for 20 s")
}

/// The next message as topic and text.
async fn heard(subscription: &mut Subscription) -> (String, String) {
    match next(subscription).await {
        Some(Signal::Message { topic, payload }) => (topic.to_string(), String::from_utf8(payload.to_vec()).unwrap()),
        other => panic!("expected a message, got {other:?}"),
    }
}

async fn say(bus: &Bus, topic: &str, words: &str) {
    bus.publish(topic, Bytes::copy_from_slice(words.as_bytes())).await.unwrap();
}

fn pair(topic: &str, words: &str) -> (String, String) {
    (topic.to_owned(), words.to_owned())
}

mod suite {
    use super::*;

    pub async fn own_messages_come_back(bus: Bus, _: Bus) {
        let mut own = bus.subscribe("a.b").await.unwrap();
        say(&bus, "a.b", "hello").await;
        assert_eq!(heard(&mut own).await, pair("a.b", "hello"));
    }

    pub async fn two_handles_see_each_others_messages(left: Bus, right: Bus) {
        let mut on_left = left.subscribe("to-left").await.unwrap();
        let mut on_right = right.subscribe("to-right").await.unwrap();
        say(&left, "to-right", "你好").await;
        say(&right, "to-left", "hello").await;
        assert_eq!(heard(&mut on_right).await, pair("to-right", "你好"));
        assert_eq!(heard(&mut on_left).await, pair("to-left", "hello"));
    }

    pub async fn messages_keep_their_order(left: Bus, right: Bus) {
        let mut all = right.subscribe(">").await.unwrap();
        for n in 0..200 {
            say(&left, &format!("topic.{}", n % 3), &n.to_string()).await;
        }
        for n in 0..200 {
            assert_eq!(heard(&mut all).await.1, n.to_string());
        }
    }

    pub async fn every_subscriber_gets_every_message(left: Bus, right: Bus) {
        let mut subscriptions = Vec::new();
        for n in 0..20 {
            let bus = if n % 2 == 0 { &left } else { &right };
            subscriptions.push(bus.subscribe("news").await.unwrap());
        }
        say(&left, "news", "1").await;
        for subscription in &mut subscriptions {
            assert_eq!(heard(subscription).await, pair("news", "1"));
        }
    }

    pub async fn a_star_stands_for_one_token(left: Bus, right: Bus) {
        let mut one = right.subscribe("a.*.c").await.unwrap();
        for topic in ["a.c", "a.b.b.c", "a.b", "b.b.c", "a.b.c"] {
            say(&left, topic, "").await;
        }
        assert_eq!(heard(&mut one).await.0, "a.b.c");
    }

    pub async fn an_angle_bracket_stands_for_one_or_more_tokens(left: Bus, right: Bus) {
        let mut rest = right.subscribe("a.>").await.unwrap();
        for topic in ["a", "b.a", "a.b", "a.b.c"] {
            say(&left, topic, "").await;
        }
        assert_eq!(heard(&mut rest).await.0, "a.b");
        assert_eq!(heard(&mut rest).await.0, "a.b.c");
    }

    pub async fn a_slow_reader_is_told_what_it_missed(left: Bus, right: Bus) {
        let mut slow = right.subscribe("flood").await.unwrap();
        let mut quick = right.subscribe("flood").await.unwrap();
        let total = 3 * QUEUE_LENGTH as u64;
        for n in 1..=total {
            say(&left, "flood", &n.to_string()).await;
        }
        // When the last message is here, the slow reader's queue has long run over.
        let last = total.to_string();
        while !matches!(next(&mut quick).await, Some(Signal::Message { payload, .. }) if payload == last.as_bytes()) {}

        let (mut read, mut missed, mut lags) = (0, 0, 0);
        loop {
            match next(&mut slow).await.unwrap() {
                Signal::Lagged { missed: some } => {
                    assert!(some > 0);
                    missed += some;
                    lags += 1;
                }
                Signal::Message { payload, .. } => {
                    read += 1;
                    let n: u64 = std::str::from_utf8(&payload).unwrap().parse().unwrap();
                    assert_eq!(n, read + missed, "a gap was not announced before the message after it");
                    if n == total {
                        break;
                    }
                }
            }
        }
        assert!(lags > 0);
        assert_eq!(read + missed, total);
    }

    pub async fn an_ended_subscription_disturbs_nobody(left: Bus, right: Bus) {
        let ended = right.subscribe("a.b").await.unwrap();
        let mut going_on = right.subscribe("a.b").await.unwrap();
        drop(ended);
        say(&left, "a.b", "still here").await;
        assert_eq!(heard(&mut going_on).await, pair("a.b", "still here"));
    }

    pub async fn bad_topics_are_refused(bus: Bus, _: Bus) {
        for topic in ["", "a..b", "a b", "a.*", "a\r\nb"] {
            let refused = bus.publish(topic, Bytes::new()).await;
            assert!(matches!(refused, Err(BusError::BadTopic { .. })), "{topic:?}");
        }
        for pattern in ["", "a..b", "a b", ">.a", "a*"] {
            let refused = bus.subscribe(pattern).await.err();
            assert!(matches!(refused, Some(BusError::BadTopic { .. })), "{pattern:?}");
        }
    }

    pub async fn a_payload_that_is_too_large_is_refused(bus: Bus, _: Bus) {
        let mut all = bus.subscribe("large").await.unwrap();
        let refused = bus.publish("large", vec![0; MAX_PAYLOAD_BYTES + 1].into()).await;
        assert!(matches!(refused, Err(BusError::TooLarge { .. })));
        bus.publish("large", vec![b'x'; MAX_PAYLOAD_BYTES].into()).await.unwrap();
        assert_eq!(heard(&mut all).await.1.len(), MAX_PAYLOAD_BYTES);
    }

    pub async fn waiting_can_be_given_up_without_losing_a_message(left: Bus, right: Bus) {
        let mut patient = right.subscribe("a").await.unwrap();
        tokio::select! {
            biased;
            _ = patient.next() => panic!("nothing was said yet"),
            () = std::future::ready(()) => {}
        }
        say(&left, "a", "1").await;
        assert_eq!(heard(&mut patient).await, pair("a", "1"));
    }

    pub async fn a_healthy_bus_says_so(left: Bus, right: Bus) {
        assert_eq!(left.health().await, Ok(()));
        assert_eq!(right.flush().await, Ok(()));
    }

    pub async fn subscriptions_end_with_the_bus(left: Bus, right: Bus) {
        let mut last = right.subscribe("a").await.unwrap();
        drop(right);
        drop(left);
        assert_eq!(next(&mut last).await, None);
    }
}
