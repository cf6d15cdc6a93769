//! The shop as a caller sees it.
#![allow(dead_code)] // each test file uses its part

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;
use yingda_demo::{API_KEY, DemoConfig, router, test_router};

pub const MINUTE: i64 = 60_000;
pub const DAY: i64 = 24 * 60 * MINUTE;

pub struct Shop {
    pub router: Router,
    pub clock: Arc<AtomicI64>,
}

pub fn shop() -> Shop {
    let clock = Arc::new(AtomicI64::new(1_795_350_000_000));
    let hand = clock.clone();
    let config = DemoConfig {
        inbox_key: "demo-shop".to_owned(),
        yingda_url: String::new(),
        now: Arc::new(move || hand.load(Ordering::SeqCst)),
    };
    Shop { router: Router::new().nest("/demo", router(config)), clock }
}

/// A shop and the one for tests, seen through the latter: `/api` of the former is at `/shop/api`.
pub fn test_shop() -> Shop {
    let clock = Arc::new(AtomicI64::new(1_795_350_000_000));
    let hand = clock.clone();
    let config = DemoConfig {
        inbox_key: "demo-shop".to_owned(),
        yingda_url: String::new(),
        now: Arc::new(move || hand.load(Ordering::SeqCst)),
    };
    let router = Router::new().nest("/shop", router(config.clone())).nest("/demo", test_router(config));
    Shop { router, clock }
}

pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    pub fn code(&self) -> String {
        assert_eq!(self.headers["content-type"], "application/problem+json", "{}", self.text);
        let problem = self.json();
        assert_eq!(problem["status"], self.status.as_u16());
        problem["code"].as_str().unwrap().to_owned()
    }
}

impl Shop {
    pub async fn send(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Reply { status: parts.status, headers: parts.headers, text: String::from_utf8(bytes.to_vec()).unwrap() }
    }

    pub async fn get(&self, path: &str) -> Reply {
        let request = Request::get(format!("/demo/api{path}")).header("authorization", format!("Bearer {API_KEY}"));
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.post_with_key(path, body, None).await
    }

    pub async fn post_with_key(&self, path: &str, body: Value, key: Option<&str>) -> Reply {
        let mut request =
            Request::post(format!("/demo/api{path}")).header("authorization", format!("Bearer {API_KEY}"));
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        self.send(request.body(Body::from(body.to_string())).unwrap()).await
    }

    pub fn pass(&self, ms: i64) {
        self.clock.fetch_add(ms, Ordering::SeqCst);
    }

    /// All orders of all customers.
    pub async fn orders(&self) -> Vec<Value> {
        let mut orders = Vec::new();
        for customer in 1..=60 {
            let page = self.get(&format!("/orders?customer=cust-{customer:04}&limit=100")).await.json();
            orders.extend(page["orders"].as_array().unwrap().clone());
        }
        orders
    }

    /// The number of the first order that `suits`.
    pub async fn order(&self, suits: impl Fn(&Value) -> bool) -> String {
        let orders = self.orders().await;
        orders.iter().find(|order| suits(order)).unwrap()["order_no"].as_str().unwrap().to_owned()
    }
}

pub fn may(order: &Value, what: &str) -> bool {
    order["allowed"].as_array().unwrap().iter().any(|allowed| allowed == what)
}

pub fn has(order: &Value, sku: &str) -> bool {
    order["items"].as_array().unwrap().iter().any(|item| item["sku"] == sku)
}

/// Only goods that the 7-day rule covers.
pub fn plain(order: &Value) -> bool {
    ["QH-TB50C", "QH-TE10", "QH-NT12", "QH-TW06"].iter().all(|sku| !has(order, sku))
}
