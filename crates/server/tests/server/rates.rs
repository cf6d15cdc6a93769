//! Rate limits: told with the time to wait, and over after it.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::json;
use yingda_model::Role;
use yingda_server::{RateLimits, TrustProxy};

use crate::support::{PASSWORD, Reply, Server, Setup};

async fn limited(trust_proxy: TrustProxy) -> Server {
    Server::with(Setup { rate_limits: RateLimits::On, trust_proxy, ..Setup::default() }).await
}

fn wait(reply: &Reply) -> u64 {
    let problem = reply.problem(429, "rate_limited");
    let seconds = reply.header("retry-after").parse().unwrap();
    assert_eq!(problem["retry_after"], json!(seconds));
    seconds
}

#[tokio::test]
async fn guessing_a_password_soon_has_to_wait() {
    let server = limited(TrustProxy::No).await;
    server.person(Role::Agent).await;
    let login = async |password: &str| {
        let body = json!({"email": "agent@shop.example", "password": password});
        server.post("/api/v1/auth/login").json(&body).await
    };
    for _ in 0..10 {
        login("wrong").await.problem(401, "bad_credentials");
    }
    let seconds = wait(&login(PASSWORD).await);
    server.clock.moves(Duration::from_secs(seconds));
    assert_eq!(login(PASSWORD).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_customer_who_floods_has_to_wait_and_others_do_not() {
    let server = limited(TrustProxy::No).await;
    let (loud, quiet) = (server.visitor().await, server.visitor().await);
    for _ in 0..20 {
        server.says(&loud, "again").await;
    }
    let body = json!({"client_key": "k", "content": {"type": "text", "text": "again"}});
    let seconds = wait(&server.post("/api/v1/visitor/messages").bearer(&loud.token).json(&body).await);
    server.says(&quiet, "hello").await;
    server.clock.moves(Duration::from_secs(seconds));
    server.says(&loud, "again").await;
}

#[tokio::test]
async fn addresses_are_counted_apart_only_when_the_proxy_is_trusted() {
    for (trust, apart) in [(TrustProxy::Yes, true), (TrustProxy::No, false)] {
        let server = limited(trust).await;
        let session = async |address: &str| {
            let body = json!({"inbox_key": server.inbox.key});
            // Only the last entry is the proxy's own; whoever comes can write those before.
            let forwarded = format!("198.51.100.7, {address}");
            server.post("/api/v1/visitor/session").header("x-forwarded-for", &forwarded).json(&body).await
        };
        for _ in 0..60 {
            session("192.0.2.1").await.ok();
        }
        wait(&session("192.0.2.1").await);
        assert_eq!(session("192.0.2.2").await.status == StatusCode::OK, apart);
    }
}

#[tokio::test]
async fn a_user_who_calls_too_often_has_to_wait() {
    let server = limited(TrustProxy::No).await;
    let agent = server.signed_in(Role::Agent).await;
    for _ in 0..300 {
        server.get("/api/v1/auth/me").session(&agent).send().await.ok();
    }
    assert_eq!(wait(&server.get("/api/v1/auth/me").session(&agent).send().await), 1);
}
