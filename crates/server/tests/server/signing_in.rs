//! Sessions, CSRF tokens, API tokens.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use serde_json::json;
use yingda_desk::UserChange;
use yingda_model::Role;
use yingda_server::{SecureCookies, TrustProxy};

use crate::support::{PASSWORD, Server, Session, Setup};

const DAY: Duration = Duration::from_secs(24 * 3600);

fn login() -> serde_json::Value {
    json!({"email": " Agent@Shop.example ", "password": PASSWORD})
}

#[tokio::test]
async fn signing_in_sets_a_cookie_that_scripts_cannot_read_and_other_sites_cannot_send() {
    let server = Server::start().await;
    let agent = server.person(Role::Agent).await;
    let reply = server.post("/api/v1/auth/login").json(&login()).await;
    let body = reply.ok();
    assert_eq!(body["user"]["id"], json!(agent.user_id().unwrap()));
    assert_eq!(body["workspace"]["slug"], "default");
    let cookie = reply.header("set-cookie");
    let attributes: Vec<&str> = cookie.split("; ").skip(1).collect();
    assert_eq!(attributes, ["Path=/", "HttpOnly", "SameSite=Lax", "Max-Age=1209600"]);
    assert!(cookie.starts_with("yingda_session="));
    assert!(cookie.split(';').next().unwrap().len() > 50, "the secret has 256 random bits");
    assert!(!reply.text().contains(cookie.split(';').next().unwrap().split_once('=').unwrap().1));
    assert!(!reply.text().contains("argon2"), "the hash stays where it is");
}

#[tokio::test]
async fn the_cookie_is_for_https_only_when_the_server_is_reached_so() {
    let secure = async |setup: Setup, forwarded: Option<&str>| {
        let server = Server::with(setup).await;
        server.person(Role::Agent).await;
        let call = server.post("/api/v1/auth/login");
        let call = match forwarded {
            Some(proto) => call.header("x-forwarded-proto", proto),
            None => call,
        };
        call.json(&login()).await.header("set-cookie").ends_with("; Secure")
    };
    let trusting = || Setup { trust_proxy: TrustProxy::Yes, ..Setup::default() };
    assert!(secure(Setup { secure_cookies: SecureCookies::Always, ..Setup::default() }, None).await);
    assert!(secure(trusting(), Some("https")).await);
    assert!(!secure(trusting(), Some("http")).await);
    assert!(!secure(Setup::default(), Some("https")).await, "a header of anybody is not believed");
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_are_answered_alike() {
    let server = Server::start().await;
    let agent = server.person(Role::Agent).await;
    let post = async |body| server.post("/api/v1/auth/login").json(&body).await;
    let wrong = post(json!({"email": "agent@shop.example", "password": "wrong"})).await;
    let unknown = post(json!({"email": "nobody@shop.example", "password": "wrong"})).await;
    let elsewhere = post(json!({"email": "agent@shop.example", "password": PASSWORD, "workspace": "other"})).await;
    let expected = wrong.problem(401, "bad_credentials");
    assert_eq!(unknown.problem(401, "bad_credentials"), expected);
    assert_eq!(elsewhere.problem(401, "bad_credentials"), expected);
    assert!(wrong.headers.get("set-cookie").is_none());

    server.person(Role::Admin).await;
    let change = UserChange { active: Some(false), ..UserChange::default() };
    server.desk.update_user(&server.system, agent.user_id().unwrap(), change).await.unwrap();
    assert_eq!(post(login()).await.problem(401, "bad_credentials"), expected);
}

#[tokio::test]
async fn a_session_ends_when_one_signs_out_and_by_itself() {
    let server = Server::start().await;
    server.person(Role::Agent).await;
    let (first, second) = (server.sign_in(Role::Agent).await, server.sign_in(Role::Agent).await);
    let me = async |session: &Session| server.get("/api/v1/auth/me").header("cookie", &session.cookie).send().await;
    assert_eq!(me(&first).await.ok()["csrf_token"], json!(first.csrf));
    let reply = server.post("/api/v1/auth/logout").session(&first).send().await;
    assert_eq!(reply.status, StatusCode::NO_CONTENT);
    assert!(reply.header("set-cookie").contains("Max-Age=0"), "{}", reply.header("set-cookie"));
    me(&first).await.problem(401, "unauthenticated");
    me(&second).await.ok();
    server.clock.moves(14 * DAY);
    me(&second).await.problem(401, "unauthenticated");
    let nobody = server.get("/api/v1/auth/me").send().await;
    nobody.problem(401, "unauthenticated");
    assert_eq!(nobody.header("www-authenticate"), "Bearer");
}

#[tokio::test]
async fn changes_by_cookie_need_the_csrf_token_and_reading_does_not() {
    let server = Server::start().await;
    let admin = server.signed_in(Role::Admin).await;
    let other = server.sign_in(Role::Admin).await;
    let create = || server.post("/api/v1/teams").header("cookie", &admin.cookie);
    let body = json!({"name": "Returns"});
    create().json(&body).await.problem(403, "csrf");
    create().header("x-csrf-token", "nonsense").json(&body).await.problem(403, "csrf");
    create().header("x-csrf-token", &other.csrf).json(&body).await.problem(403, "csrf");
    assert_eq!(create().header("x-csrf-token", &admin.csrf).json(&body).await.status, StatusCode::CREATED);
    server.get("/api/v1/teams").header("cookie", &admin.cookie).send().await.ok();
    for method in [Method::PATCH, Method::DELETE] {
        let path = format!("/api/v1/contacts/{}", uuid::Uuid::now_v7());
        server.call(method, &path).header("cookie", &admin.cookie).json(&json!({})).await.problem(403, "csrf");
    }
}

#[tokio::test]
async fn a_token_needs_no_csrf_token_and_allows_what_its_scopes_name() {
    let server = Server::start().await;
    let admin = server.signed_in(Role::Admin).await;
    let visitor = server.visitor().await;
    let id = server.says(&visitor, "hello").await;
    let token = server.token(&admin, &["conversations:read", "contacts:write"]).await;
    assert!(token.starts_with("yd_"));
    server.get("/api/v1/conversations").bearer(&token).send().await.ok();
    let path = format!("/api/v1/conversations/{id}/take-over");
    server.post(&path).bearer(&token).send().await.problem(403, "forbidden");
    let reply = server.post("/api/v1/contacts").bearer(&token).json(&json!({"name": "Li Na"})).await;
    assert_eq!(reply.status, StatusCode::CREATED);
    server.get("/api/v1/users").bearer(&token).send().await.ok();
    let reply = server.post("/api/v1/teams").bearer(&token).json(&json!({"name": "Returns"})).await;
    reply.problem(403, "forbidden");
    let narrow = server.token(&admin, &["contacts:read"]).await;
    server.get("/api/v1/users").bearer(&narrow).send().await.problem(403, "forbidden");
    server.get("/api/v1/kb/entries").bearer(&token).send().await.problem(403, "forbidden");
    server.get("/api/v1/jobs").bearer(&token).send().await.problem(403, "forbidden");
    server.post("/api/v1/files").bearer(&token).upload("a.png", b"x").await.problem(403, "forbidden");
    let body = json!({"name": "more", "scopes": ["admin"]});
    server.post("/api/v1/tokens").bearer(&token).json(&body).await.problem(403, "forbidden");
    let body = json!({"current": PASSWORD, "new": "another password"});
    server.post("/api/v1/auth/password").bearer(&token).json(&body).await.problem(403, "forbidden");
    let me = server.get("/api/v1/auth/me").bearer(&token).send().await.ok();
    assert_eq!(me["csrf_token"], json!(null));
    server.get("/api/v1/auth/me").bearer("yd_nonsense").send().await.problem(401, "unauthenticated");
    server.get("/api/v1/auth/me").bearer(&visitor.token).send().await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_token_is_shown_once_ends_and_can_be_removed() {
    let server = Server::start().await;
    let admin = server.signed_in(Role::Admin).await;
    let (first, second) = (server.token(&admin, &["admin"]).await, server.token(&admin, &["admin"]).await);
    let list = server.get("/api/v1/tokens").session(&admin).send().await;
    assert!(!list.text().contains(&first) && !list.text().contains("hash"), "{}", list.text());
    let newest = list.ok()["items"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/tokens/{newest}");
    let reply = server.call(Method::DELETE, &path).session(&admin).send().await;
    assert_eq!(reply.status, StatusCode::NO_CONTENT);
    server.call(Method::DELETE, &path).session(&admin).send().await.problem(404, "not_found");
    server.get("/api/v1/users").bearer(&second).send().await.problem(401, "unauthenticated");
    server.get("/api/v1/users").bearer(&first).send().await.ok();
    server.clock.moves(91 * DAY);
    server.get("/api/v1/users").bearer(&first).send().await.problem(401, "unauthenticated");
    for days in [0, 3651] {
        let body = json!({"name": "ci", "scopes": ["admin"], "expires_in_days": days});
        let admin = server.sign_in(Role::Admin).await;
        let problem = server.post("/api/v1/tokens").session(&admin).json(&body).await.problem(422, "bad_request");
        assert_eq!(problem["field"], "expires_in_days");
    }
}

#[tokio::test]
async fn whoever_is_deactivated_loses_sessions_and_tokens_at_once() {
    let server = Server::start().await;
    server.person(Role::Admin).await;
    let agent = server.person(Role::Agent).await;
    let session = server.sign_in(Role::Agent).await;
    let token = server.token(&session, &["conversations:read"]).await;
    let change = UserChange { active: Some(false), ..UserChange::default() };
    server.desk.update_user(&server.system, agent.user_id().unwrap(), change).await.unwrap();
    server.get("/api/v1/auth/me").session(&session).send().await.problem(401, "unauthenticated");
    server.get("/api/v1/conversations").bearer(&token).send().await.problem(401, "unauthenticated");
    let change = UserChange { active: Some(true), ..UserChange::default() };
    server.desk.update_user(&server.system, agent.user_id().unwrap(), change).await.unwrap();
    server.get("/api/v1/auth/me").session(&session).send().await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_new_password_needs_the_old_one_and_ends_the_other_sessions() {
    let server = Server::start().await;
    server.person(Role::Agent).await;
    let (own, other) = (server.sign_in(Role::Agent).await, server.sign_in(Role::Agent).await);
    let change = async |current: &str, new: &str| {
        let body = json!({"current": current, "new": new});
        server.post("/api/v1/auth/password").session(&own).json(&body).await
    };
    change("wrong", "a new password").await.problem(401, "bad_credentials");
    change(PASSWORD, "short").await.problem(422, "bad_request");
    assert_eq!(change(PASSWORD, "a new password").await.status, StatusCode::NO_CONTENT);
    server.get("/api/v1/auth/me").session(&own).send().await.ok();
    server.get("/api/v1/auth/me").session(&other).send().await.problem(401, "unauthenticated");
    server.post("/api/v1/auth/login").json(&login()).await.problem(401, "bad_credentials");
    let body = json!({"email": "agent@shop.example", "password": "a new password"});
    server.post("/api/v1/auth/login").json(&body).await.ok();
}
