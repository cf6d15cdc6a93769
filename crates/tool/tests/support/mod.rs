//! A back end that fails in every way there is, and where calls happen.
#![allow(clippy::unwrap_used, dead_code)]

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use yingda_expression::Names;
use yingda_outbound::{Client, Settings};
use yingda_tool::{Call, Customer, Env, Mode, Outcome, Secrets, Toolbox};

pub const SECRET: &str = "sk-very-secret";
pub const NAME: &str = "王芳";

/// A request that came.
#[derive(Clone, Debug)]
pub struct Asked {
    pub method: String,
    pub uri: String,
    pub key: Option<String>,
    pub authorization: Option<String>,
    pub body: Value,
}

#[derive(Clone, Default)]
pub struct Shop {
    pub asked: Arc<Mutex<Vec<Asked>>>,
    /// Changes that happened, by their key.
    pub done: Arc<Mutex<BTreeMap<String, Value>>>,
}

impl Shop {
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

async fn answer(State(shop): State<Shop>, method: Method, uri: Uri, headers: HeaderMap, body: String) -> Response {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap().to_owned());
    let asked = Asked {
        method: method.to_string(),
        uri: uri.to_string(),
        key: text("idempotency-key"),
        authorization: text("authorization"),
        body: serde_json::from_str(&body).unwrap_or_default(),
    };
    let times = {
        let mut all = shop.asked.lock().unwrap();
        all.push(asked.clone());
        all.iter().filter(|one| one.uri == asked.uri).count()
    };
    let json = |status: u16, value: Value| {
        let kind = if status < 400 { "application/json" } else { "application/problem+json" };
        (StatusCode::from_u16(status).unwrap(), [(header::CONTENT_TYPE, kind)], value.to_string()).into_response()
    };
    let order = |owner: &str| json!({"no": "QH0000000001", "cents": 12550, "customer": {"external_id": owner}});
    match uri.path().trim_start_matches("/api") {
        "/orders/QH0000000001" => json(200, order("c1")),
        "/orders/QH0000000002" => json(200, order("somebody else")),
        "/orders/QH0000000003" => {
            json(404, json!({"type": "https://shop.example/problems/order_not_found", "title": "no"}))
        }
        "/orders/QH0000000004" => json(200, json!({"number": NAME})),
        "/orders/QH0000000005" => (StatusCode::OK, "{broken").into_response(),
        "/orders/QH0000000006" => (StatusCode::OK, vec![b' '; 2_000_000]).into_response(),
        "/orders/QH0000000007" => (StatusCode::FOUND, [(header::LOCATION, "http://10.1.2.3/orders")]).into_response(),
        "/orders/QH0000000008" if times == 1 => json(503, json!({})),
        "/orders/QH0000000008" => json(200, order("c1")),
        "/orders/QH0000000009" => json(500, json!({"detail": NAME})),
        "/orders/QH0000000010" => json(401, json!({})),
        "/orders/QH0000000011" => {
            tokio::time::sleep(Duration::from_secs(30)).await;
            json(200, order("c1"))
        }
        "/refunds" => {
            let key = asked.key.clone().unwrap_or_default();
            let refund = json!({"refund_no": "R1", "cents": asked.body["cents"]});
            match asked.body["reason"].as_str() {
                Some("slow once") => {
                    let was_done = shop.done.lock().unwrap().insert(key, refund.clone()).is_some();
                    if !was_done {
                        tokio::time::sleep(Duration::from_secs(30)).await;
                    }
                    json(200, json!({"refund_no": "R1", "cents": 1, "repeated": was_done}))
                }
                Some("slow") => {
                    shop.done.lock().unwrap().insert(key, refund);
                    tokio::time::sleep(Duration::from_secs(30)).await;
                    json(200, json!({}))
                }
                Some("changed") => json(201, json!({"other": NAME})),
                Some("no json") => (StatusCode::CREATED, "done").into_response(),
                Some("late") => json(422, json!({"code": "too_late", "detail": format!("{NAME} is too late")})),
                Some("failing") => json(500, json!({})),
                Some("moved") => (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, "/api/orders")]).into_response(),
                _ => json(200, refund),
            }
        }
        _ => json(404, json!({})),
    }
}

/// Serves for the rest of the test.
pub async fn serve(router: Router) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

pub async fn shop() -> (Shop, World) {
    let shop = Shop::default();
    let address = serve(Router::new().fallback(answer).with_state(shop.clone())).await;
    (shop, World::new(&format!("http://{address}/api")))
}

pub const FILE: &str = r#"
backend: shop
kind: http
base_url: "{{ settings.shop_url }}"
headers: {Authorization: "Bearer {{ secrets.shop_key }}"}
timeout_ms: 1200
retries: 1
tools:
  get_order:
    title: {zh: 查订单, en: Look up an order}
    method: GET
    path: /orders/{order_no}
    input: {type: object, required: [order_no], properties: {order_no: {type: string, pattern: "^QH\\d{10}$"}, lang: {type: string}}}
    output: {type: object, required: [no, cents], properties: {no: {type: string}, cents: {type: integer}}}
    needs: verified
    scope: orders:read
    owner: "output.customer.external_id == contact.external_id"
    errors: {order_not_found: not_found}
  search:
    method: GET
    path: /orders
    query: {who: "=contact.external_id", text: "{{ input.text }}", tag: "=input.tags"}
    input: {type: object, properties: {text: {type: string}, tags: {type: array, items: {type: string}}}}
  refund:
    title: {zh: 退款, en: Refund}
    method: POST
    path: /refunds
    input: {type: object, required: [cents], properties: {cents: {type: integer}, reason: {type: string}}}
    output: {type: object, required: [refund_no], properties: {refund_no: {type: string}}}
    effect: write
    needs: known
    limit: {value: input.cents, most: 50000}
    errors: {too_late: refused}
    example: {refund_no: R0, cents: 100}
"#;

/// Where calls happen.
pub struct World {
    pub toolbox: Toolbox,
    pub client: Client,
    pub settings: Map<String, Value>,
    pub secrets: Secrets,
    pub contact: Value,
    pub granted: BTreeSet<String>,
    pub customer: Customer,
}

impl World {
    pub fn new(url: &str) -> Self {
        Self::with(FILE, url)
    }

    pub fn with(file: &str, url: &str) -> Self {
        let allowed = vec!["127.0.0.1".parse().unwrap()];
        let toolbox = Toolbox::read([("tools/shop.yml", file)]);
        let toolbox = toolbox.unwrap_or_else(|problems| panic!("{problems:#?}"));
        Self {
            toolbox,
            client: Client::new(Settings { allowed, ..Settings::default() }).unwrap(),
            settings: Map::from_iter([("shop_url".to_owned(), json!(url))]),
            secrets: BTreeMap::from([("shop_key".to_owned(), SECRET.to_owned())]).into(),
            contact: json!({"external_id": "c1", "name": NAME}),
            granted: BTreeSet::from(["orders:read".to_owned()]),
            customer: Customer::Verified,
        }
    }

    pub async fn call(&self, tool: &str, input: Value) -> Outcome {
        self.call_with(tool, input, "key-1", Mode::Real).await
    }

    pub async fn call_with(&self, tool: &str, input: Value, key: &str, mode: Mode) -> Outcome {
        let mut names = Names::new();
        names.borrow("contact", &self.contact);
        let env = Env {
            client: &self.client,
            settings: &self.settings,
            secrets: &self.secrets,
            names: &names,
            granted: &self.granted,
            customer: self.customer,
            now: OffsetDateTime::UNIX_EPOCH,
        };
        let call = Call { tool: tool.to_owned(), input, key: key.to_owned(), mode };
        let outcome = self.toolbox.call(&call, &env).await;
        // Whatever happened, nothing secret or personal is in what is logged.
        let texts = [
            outcome.failure().map(|failure| format!("{failure} {failure:?}")).unwrap_or_default(),
            format!("{:?} {call:?} {:?} {:?}", outcome.record, self.toolbox, self.secrets),
            serde_json::to_string(&outcome.record).unwrap(),
        ];
        for text in texts {
            assert!(!text.contains(SECRET) && !text.contains(NAME) && !text.contains("QH00"), "{text}");
        }
        outcome
    }

    pub async fn order(&self, number: u32) -> Outcome {
        self.call("shop.get_order", json!({"order_no": format!("QH{number:010}")})).await
    }

    pub async fn refund(&self, reason: &str) -> Outcome {
        self.call("shop.refund", json!({"cents": 100, "reason": reason})).await
    }
}
