//! A small assistant with a small back end.
#![allow(clippy::unwrap_used, dead_code)]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use yingda_assistant::Surroundings;
use yingda_entity::{Entities, Setup};
use yingda_knowledge::Entry;
use yingda_library::Library;
use yingda_model::{AssistantFile, InboxSettings, Timestamp};
use yingda_outbound::{Client, Settings};
use yingda_rehearsal::{Backend, Checked, Stage, check};
use yingda_tool::Mode;

pub const TOOLS: &str = r#"
backend: shop
kind: http
base_url: "{{ settings.shop_url }}"
timeout_ms: 2000
retries: 0
tools:
  get_order:
    title: {zh: 查订单, en: Look up an order}
    method: GET
    path: /orders/{order_no}
    input: {type: object, required: [order_no], properties: {order_no: {type: string}}}
    effect: read
    needs: none
    errors: {order_not_found: not_found}
  cancel_order:
    title: {zh: 取消订单, en: Cancel an order}
    method: POST
    path: /orders/{order_no}/cancel
    input: {type: object, required: [order_no], properties: {order_no: {type: string}}}
    effect: write
    needs: none
    errors: {already_shipped: refused}
    example: {status: cancelled}
"#;

pub const CANCEL: &str = r#"
flow: cancel_order
title: {zh: 取消订单, en: cancelling an order}
starts:
  phrases: {zh: [我要取消订单, 取消订单], en: [cancel my order]}
slots:
  order_no: {type: order_number, title: {zh: 订单号, en: order number}}
  reason:
    type: choice
    options:
      - {id: unwanted, label: {zh: 不想要了, en: Changed my mind}, also: {zh: [不喜欢], en: [do not like it]}}
      - {id: price, label: {zh: 太贵了, en: Too expensive}}
steps:
  - collect: order_no
    ask: {zh: [请问要取消哪个订单？, 您要取消的是哪一单？], en: Which order would you like to cancel?}
  - do: shop.get_order
    with: {order_no: "order_no"}
    into: order
    on_error:
      not_found:
        - say: {zh: "没有找到订单 {{ order_no }}。", en: "There is no order {{ order_no }}."}
        - again: order_no
  - collect: reason
    ask: {zh: 请问是什么原因呢？, en: May I ask why?}
  - confirm: {zh: "取消订单 {{ order_no }}，确认吗？", en: "Cancel order {{ order_no }}?"}
  - do: shop.cancel_order
    with: {order_no: "order_no"}
    into: done
  - say: {zh: 已经取消了。, en: It is cancelled.}
"#;

pub fn file(path: &str, text: &str) -> AssistantFile {
    AssistantFile { path: path.into(), text: text.into() }
}

/// The assistant with more files.
pub fn files(more: &[(&str, &str)]) -> Vec<AssistantFile> {
    let own = [("flows/cancel_order.yml", CANCEL), ("tools/shop.yml", TOOLS)];
    own.iter().chain(more).map(|(path, text)| file(path, text)).collect()
}

/// The assistant, checked, with nothing wrong.
pub fn assistant(more: &[(&str, &str)]) -> Checked {
    let checked = check(1, &files(more), &Surroundings::default());
    let told: Vec<String> = checked.problems.iter().map(ToString::to_string).collect();
    assert!(checked.is_fit(), "{}", told.join("\n"));
    checked
}

type Orders = Arc<Mutex<BTreeMap<String, Value>>>;

fn orders() -> BTreeMap<String, Value> {
    let order = |no: &str, status: &str| (no.to_owned(), json!({ "order_no": no, "status": status }));
    [order("QH2611050123", "paid"), order("QH2611050124", "shipped")].into_iter().collect()
}

fn problem(status: StatusCode, code: &str) -> Response {
    let body = json!({ "type": format!("/problems/{code}"), "code": code, "detail": code }).to_string();
    (status, [("content-type", "application/problem+json")], body).into_response()
}

async fn order(State(all): State<Orders>, Path(no): Path<String>) -> Response {
    match all.lock().unwrap().get(&no) {
        Some(order) => Json(order.clone()).into_response(),
        None => problem(StatusCode::NOT_FOUND, "order_not_found"),
    }
}

async fn cancel(State(all): State<Orders>, Path(no): Path<String>) -> Response {
    let mut all = all.lock().unwrap();
    match all.get_mut(&no) {
        None => problem(StatusCode::NOT_FOUND, "order_not_found"),
        Some(order) if order["status"] == "shipped" => problem(StatusCode::CONFLICT, "already_shipped"),
        Some(order) => {
            order["status"] = json!("cancelled");
            Json(order.clone()).into_response()
        }
    }
}

async fn reset(State(all): State<Orders>) -> Json<Value> {
    *all.lock().unwrap() = orders();
    Json(json!({}))
}

fn entry(id: &str, question: &str, answer: &str, lang: &str) -> (Option<String>, Entry) {
    let key = id.trim_start_matches("en.").to_owned();
    (Some(key), Entry { lang: Some(lang.into()), ..Entry::new(id, question, answer) })
}

/// A stage with the back end, which goes on until the test ends.
pub async fn stage() -> Stage {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let all: Orders = Arc::new(Mutex::new(orders()));
    let router = Router::new()
        .route("/orders/{no}", get(order))
        .route("/orders/{no}/cancel", post(cancel))
        .route("/reset", post(reset))
        .with_state(all);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    let url = format!("http://{address}");
    let client = Client::new(Settings { allowed: vec![address.to_string().parse().unwrap()], ..Settings::default() });
    let library = Library::build(
        [
            entry("hours", "你们几点关门？", "人工客服每天 9:00–21:00 在线。", "zh"),
            entry("en.hours", "When do you close?", "People are here from 9:00 to 21:00.", "en"),
        ],
        None,
    );
    let entities = Entities::new(&Setup::default()).unwrap();
    let language = yingda_assistant::WorkspaceLanguage::new(None, [], entities, None);
    Stage {
        library: Arc::new(library.unwrap()),
        language: Some(Arc::new(language)),
        inbox: InboxSettings::default(),
        inbox_name: "Web".into(),
        settings: [("shop_url".to_owned(), json!(url))].into_iter().collect(),
        secrets: BTreeMap::new().into(),
        client: Some(client.unwrap()),
        mode: Mode::Real,
        backend: Some(Backend { url, key: String::new(), clock: None }),
        now: Timestamp::parse_rfc3339("2026-11-20T10:00:00+08:00").unwrap(),
    }
}
