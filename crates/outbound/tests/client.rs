//! The client against a server on this machine.

#![allow(clippy::unwrap_used)]

mod site;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::response::IntoResponse;
use site::{Names, Site, endless, gzip, html, redirect, settings, status};
use yingda_outbound::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use yingda_outbound::{Client, Error, Redirects, Request, Settings, Url, user_agent};

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

async fn code(client: &Client, url: Url) -> &'static str {
    client.send(Request::get(url)).await.unwrap_err().code()
}

#[tokio::test]
async fn this_machine_is_not_reached_unless_an_administrator_allows_it() {
    let site = Site::serve(|_, _| html("secret")).await;
    let stranger = Client::new(settings()).unwrap();
    for host in ["127.0.0.1", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "evil.test", "evil.test."] {
        assert_eq!(code(&stranger, site.url_at(host, "/")).await, "private_address", "{host}");
    }
    assert!(site.asked().is_empty());

    let answer = site.client().send(Request::get(site.url("/a"))).await.unwrap();
    assert_eq!((&*answer.body, site.asked()), (&b"secret"[..], vec!["/a".to_owned()]));
    assert_eq!(code(&site.client(), site.url_at("evil.test", "/")).await, "private_address");
}

#[tokio::test]
async fn an_allowed_port_opens_no_other_and_the_list_can_change() {
    let (site, other) = (Site::serve(|_, _| html("a")).await, Site::serve(|_, _| html("b")).await);
    let client = site.client();
    assert_eq!(code(&client, other.url("/")).await, "private_address");
    let client = client.with_allowed(vec!["127.0.0.1".parse().unwrap()]);
    assert!(client.send(Request::get(other.url("/"))).await.is_ok());
    assert_eq!(code(&client.with_allowed(Vec::new()), other.url("/")).await, "private_address");
}

#[tokio::test]
async fn a_name_that_changes_between_check_and_request_is_refused() {
    let site = Site::serve(|_, _| html("secret")).await;
    let answers = HashMap::from([("rebind.test".to_owned(), vec![[93, 184, 216, 34].into(), [127, 0, 0, 1].into()])]);
    let names = Arc::new(Names { answers: answers.into(), ..Names::default() });
    let client = Client::new(Settings { resolver: Arc::clone(&names) as _, ..settings() }).unwrap();
    let target = site.url_at("rebind.test", "/");

    client.check(&target).await.unwrap();
    assert_eq!(code(&client, target).await, "private_address");
    assert!(site.asked().is_empty());
    assert_eq!(
        names.asked.lock().unwrap().len(),
        2,
        "a request asks for the name once: what is checked is what is called"
    );
}

#[tokio::test]
async fn each_redirect_is_checked_like_the_first_request() {
    let inside = Site::serve(|_, _| html("secret")).await;
    let port = inside.port;
    let site = Site::serve(move |path, _| match path {
        "/address" => redirect(302, &format!("http://2130706433:{port}/")),
        "/name" => redirect(307, &format!("//evil.test:{port}/")),
        "/metadata" => redirect(301, "http://169.254.169.254/latest/meta-data/"),
        "/file" => redirect(301, "file:///etc/passwd"),
        "/password" => redirect(301, "http://a:b@a.test/"),
        "/nonsense" => redirect(301, "http://[::"),
        _ => status(404),
    })
    .await;
    let client = site.client();
    for (path, expected) in [
        ("/address", "private_address"),
        ("/name", "private_address"),
        ("/metadata", "private_address"),
        ("/file", "scheme"),
        ("/password", "user_info"),
        ("/nonsense", "bad_redirect"),
    ] {
        assert_eq!(code(&client, site.url(path)).await, expected, "{path}");
    }
    assert!(inside.asked().is_empty());
}

#[tokio::test]
async fn redirects_are_followed_five_times_and_no_more() {
    let site = Site::serve(|path, _| match path.trim_start_matches('/').parse::<u32>() {
        Ok(0) => html("there"),
        Ok(left) => redirect(302, &format!("/{}", left - 1)),
        Err(_) => redirect(302, path),
    })
    .await;
    let client = site.client();
    let answer = client.send(Request::get(site.url("/5#top"))).await.unwrap();
    assert_eq!((answer.url.path(), answer.passed.len()), ("/0", 5));
    assert_eq!(code(&client, site.url("/6")).await, "too_many_redirects");
    site.take_asked();
    assert_eq!(code(&client, site.url("/loop")).await, "too_many_redirects");
    assert_eq!(site.asked().len(), 6);
}

#[tokio::test]
async fn credentials_are_not_shown_to_another_host() {
    let site = Site::serve(|path, asked| match path {
        "/same" => redirect(302, "/echo"),
        "/other" => redirect(
            302,
            &format!("http://b.test:{}/echo", asked.headers()["host"].to_str().unwrap().rsplit_once(':').unwrap().1),
        ),
        _ => html(&format!("{:?} {:?}", asked.headers().get("authorization").is_some(), asked.headers().get("accept"))),
    })
    .await;
    let ask = async |path| {
        let request = Request::get(site.url(path))
            .header(AUTHORIZATION, HeaderValue::from_static("Bearer x"))
            .header(ACCEPT, HeaderValue::from_static("text/html"));
        String::from_utf8_lossy(&site.client().send(request).await.unwrap().body).into_owned()
    };
    assert_eq!(ask("/same").await, "true Some(\"text/html\")");
    assert_eq!(ask("/other").await, "false Some(\"text/html\")");
}

#[tokio::test]
async fn what_changes_something_is_not_sent_elsewhere() {
    let site = Site::serve(|path, _| if path == "/hook" { redirect(308, "/new") } else { status(204) }).await;
    let error = site.client().send(Request::post(site.url("/hook"), "{}")).await.unwrap_err();
    assert!(matches!(&error, Error::Moved { to, .. } if to.ends_with("/new")), "{error}");
    assert_eq!(site.asked(), ["/hook"]);
    let mut stay = Request::post(site.url("/hook"), "{}");
    stay.redirects = Redirects::Stay;
    assert_eq!(site.client().send(stay).await.unwrap().status, 308);
}

#[tokio::test]
async fn a_slow_site_is_left_in_time() {
    let site = Site::serve(|_, _| endless(b"drip", Duration::from_millis(50)).into_response()).await;
    let client = site.client_with(Settings { whole: Duration::from_millis(400), ..settings() });
    let begun = Instant::now();
    let error = client.send(Request::get(site.url("/"))).await.unwrap_err();
    assert_eq!(error.code(), "timed_out");
    assert!(error.is_passing() && begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_body_is_read_up_to_the_limit_as_sent_and_unpacked() {
    let bomb = gzip(&vec![0; 100_000_000]);
    assert!(bomb.len() < 150_000);
    let site = Site::serve(move |path, _| match path {
        "/bomb" => ([("content-encoding", "gzip")], bomb.clone()).into_response(),
        "/long" => vec![b'x'; 2_000_000].into_response(),
        "/endless" => endless(&[b'x'; 10_000], Duration::ZERO).into_response(),
        _ => ([("content-encoding", "gzip")], gzip("你好".as_bytes())).into_response(),
    })
    .await;
    let client = site.client_with(Settings { max_body: 1_000_000, ..settings() });
    for path in ["/bomb", "/long", "/endless"] {
        assert_eq!(code(&client, site.url(path)).await, "too_large", "{path}");
    }
    assert_eq!(client.send(Request::get(site.url("/small"))).await.unwrap().body, "你好");
}

#[tokio::test]
async fn a_packing_that_was_not_asked_for_is_named() {
    let site = Site::serve(|path, asked| match path {
        "/br" => ([("content-encoding", "br")], "x").into_response(),
        "/torn" => ([("content-encoding", "gzip")], gzip(&[7; 5_000])[..30].to_vec()).into_response(),
        "/head" => ([("content-encoding", "gzip")], axum::http::StatusCode::NO_CONTENT).into_response(),
        _ => html(&format!("{:?}", asked.headers()["accept-encoding"])),
    })
    .await;
    let client = site.client();
    assert_eq!(code(&client, site.url("/br")).await, "encoding");
    assert_eq!(code(&client, site.url("/torn")).await, "broken");
    assert_eq!(client.send(Request::get(site.url("/head"))).await.unwrap().status, 204);
    assert_eq!(client.send(Request::get(site.url("/"))).await.unwrap().body, "\"gzip\"");
}

#[tokio::test]
async fn the_program_says_who_it_is() {
    let site = Site::serve(|_, asked| html(asked.headers()["user-agent"].to_str().unwrap())).await;
    let agent = user_agent(Some(&url("https://example.com/bot")));
    assert!(agent.starts_with("Yingda/") && agent.ends_with(" (+https://example.com/bot)"));
    let client = site.client_with(Settings { user_agent: agent.clone(), ..settings() });
    assert_eq!(client.send(Request::get(site.url("/"))).await.unwrap().body, agent);
}

#[tokio::test]
async fn a_host_that_is_not_there_is_named() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let client = Client::new(Settings { allowed: vec!["127.0.0.1".parse().unwrap()], ..settings() }).unwrap();
    let error = client.send(Request::get(url(&format!("http://127.0.0.1:{port}/")))).await.unwrap_err();
    assert!(error.code() == "unreachable" && error.is_passing() && error.en().contains("127.0.0.1"), "{error}");
}

#[tokio::test]
async fn a_proxy_is_used_when_it_is_set_and_private_names_are_refused_all_the_same() {
    let proxy = Site::serve(|_, asked| html(&format!("proxied {}", asked.uri()))).await;
    let answers = HashMap::from([
        ("site.test".to_owned(), vec![[93, 184, 216, 34].into()]),
        ("inside.test".to_owned(), vec![[10, 0, 0, 1].into()]),
    ]);
    let names = Arc::new(Names { answers: answers.into(), ..Names::default() });
    let client = Client::new(Settings { resolver: names, proxy: Some(proxy.url("/")), ..settings() }).unwrap();
    assert_eq!(client.send(Request::get(url("http://site.test/a"))).await.unwrap().body, "proxied http://site.test/a");
    assert_eq!(code(&client, url("http://inside.test/a")).await, "private_address");
    assert_eq!(code(&client, url("http://10.0.0.1/a")).await, "private_address");
    assert_eq!(proxy.asked().len(), 1);
}

#[tokio::test]
async fn a_stream_is_given_on_as_it_comes() {
    let site = Site::serve(|_, _| endless(b"data: x\n\n", Duration::from_millis(5)).into_response()).await;
    let mut incoming = site.client().open(Request::get(site.url("/"))).await.unwrap();
    for _ in 0..3 {
        assert!(incoming.chunk().await.unwrap().unwrap().starts_with(b"data: x"));
    }
}
