//! The company's own system, which can be told to fail.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// Longer than any tool waits.
const FOR_EVER: Duration = Duration::from_secs(60);

/// Long, and shorter than tools wait.
const SLOW: Duration = Duration::from_millis(400);

/// A request that came.
#[derive(Clone, Debug)]
pub struct Asked {
    pub method: String,
    pub path: String,
    pub key: Option<String>,
    pub body: Value,
}

/// What the back end does instead of answering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing is done and nothing comes.
    Hangs,
    /// It is done, and nothing comes.
    ActsAndHangs,
    Breaks,
    /// Another answer than was agreed.
    Other,
    /// A field that was a number is a text.
    OtherType,
    /// The answer comes late, and still in time.
    IsSlow,
}

#[derive(Clone, Default)]
pub struct BackEnd {
    asked: Arc<Mutex<Vec<Asked>>>,
    /// Changes that happened, by their key.
    done: Arc<Mutex<BTreeMap<String, String>>>,
    fault: Arc<Mutex<Option<(String, Fault)>>>,
}

impl BackEnd {
    /// Serves on this machine. Gives itself and its address.
    pub async fn serve() -> (Self, String) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let back_end = Self::default();
        let app = Router::new().fallback(answer).with_state(back_end.clone());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        (back_end, url)
    }

    /// From now on, requests to paths that end like this fail so.
    pub fn fails(&self, path: &str, fault: Fault) {
        *self.fault.lock().unwrap() = Some((path.to_owned(), fault));
    }

    pub fn works(&self) {
        *self.fault.lock().unwrap() = None;
    }

    /// Requests so far to paths that end like this.
    pub fn asked(&self, path: &str) -> Vec<Asked> {
        self.asked.lock().unwrap().iter().filter(|asked| asked.path.ends_with(path)).cloned().collect()
    }

    /// How often something was changed.
    pub fn changes(&self) -> usize {
        self.done.lock().unwrap().len()
    }
}

async fn answer(State(shop): State<BackEnd>, method: Method, uri: Uri, headers: HeaderMap, body: String) -> Response {
    let key = headers.get("idempotency-key").map(|value| value.to_str().unwrap().to_owned());
    let path = uri.path().to_owned();
    let body: Value = serde_json::from_str(&body).unwrap_or_default();
    let asked = Asked { method: method.to_string(), path: path.clone(), key: key.clone(), body: body.clone() };
    shop.asked.lock().unwrap().push(asked);
    let fault = shop.fault.lock().unwrap().clone().filter(|(end, _)| path.ends_with(end)).map(|(_, fault)| fault);
    let acts = method == Method::POST && !matches!(fault, Some(Fault::Hangs | Fault::Breaks));
    if acts {
        shop.done.lock().unwrap().entry(key.unwrap_or_default()).or_insert_with(|| path.clone());
    }
    match fault {
        Some(Fault::Hangs | Fault::ActsAndHangs) => {
            tokio::time::sleep(FOR_EVER).await;
            json_of(200, &json!({}))
        }
        Some(Fault::Breaks) => json_of(500, &json!({"detail": "stack trace of the back end"})),
        Some(Fault::Other) => json_of(200, &json!({"something": "else"})),
        Some(Fault::OtherType) => json_of(200, &json!({"no": "QH2611081742", "cents": "129.00"})),
        Some(Fault::IsSlow) => {
            tokio::time::sleep(SLOW).await;
            right(&path, &body)
        }
        None => right(&path, &body),
    }
}

fn right(path: &str, body: &Value) -> Response {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    match parts.as_slice() {
        ["orders", "QH0000000404"] => json_of(404, &json!({"code": "order_not_found"})),
        ["orders", no] => json_of(200, &json!({"no": no, "cents": 12900, "note": "送货前请联系 110101199003078515"})),
        ["orders", "QH0000000409", "cancel"] => json_of(409, &json!({"code": "shipped", "detail": "包裹已经发出"})),
        ["orders", no, "cancel"] => json_of(200, &json!({"no": no, "refund_no": "R-7"})),
        ["points", id] => json_of(200, &json!({"customer": id, "points": 1280})),
        ["identity", "check"] => json_of(403, &json!({"code": "identity_not_confirmed"})),
        ["identity", "find"] => match body["phone"].as_str() {
            Some("13812345678") => json_of(200, &json!({"external_id": "c-17", "name": "王芳"})),
            _ => match body["email"].as_str() {
                Some("fang@mail.example") => json_of(200, &json!({"external_id": "c-17", "name": "王芳"})),
                _ => json_of(404, &json!({"code": "customer_not_found"})),
            },
        },
        ["sms" | "mail"] => json_of(200, &json!({"accepted": true})),
        _ => json_of(404, &json!({"code": "no_such_path"})),
    }
}

fn json_of(status: u16, value: &Value) -> Response {
    let kind = if status < 400 { "application/json" } else { "application/problem+json" };
    (StatusCode::from_u16(status).unwrap(), [(header::CONTENT_TYPE, kind)], value.to_string()).into_response()
}
