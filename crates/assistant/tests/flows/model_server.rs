//! A server on this machine that plays a language model: it says what it is told to.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::{Value, json};

#[derive(Clone)]
pub struct ModelServer {
    says: Arc<Mutex<String>>,
    endless: Arc<Mutex<bool>>,
    asked: Arc<Mutex<Vec<(String, Value)>>>,
    pub port: u16,
}

impl ModelServer {
    pub async fn serve() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = Self { says: Arc::default(), endless: Arc::default(), asked: Arc::default(), port };
        let app = Router::new().route("/v1/chat/completions", post(answer)).with_state(server.clone());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        server
    }

    /// What it says from now on, whatever it is asked.
    pub fn says(&self, text: &str) {
        text.clone_into(&mut self.says.lock().unwrap());
    }

    /// From now on it never stops talking.
    pub fn says_without_end(&self) {
        *self.endless.lock().unwrap() = true;
    }

    /// Bearer token and body of what it was asked.
    pub fn asked(&self) -> Vec<(String, Value)> {
        self.asked.lock().unwrap().clone()
    }
}

async fn answer(State(server): State<ModelServer>, headers: axum::http::HeaderMap, body: String) -> Response {
    let key = headers.get("authorization").map_or("", |value| value.to_str().unwrap()).to_owned();
    server.asked.lock().unwrap().push((key, serde_json::from_str(&body).unwrap()));
    if *server.endless.lock().unwrap() {
        let more = futures::stream::repeat_with(|| Ok::<_, std::convert::Infallible>("再说一遍，".repeat(1000)));
        return ([("content-type", "application/json")], axum::body::Body::from_stream(more)).into_response();
    }
    let message = json!({"role": "assistant", "content": *server.says.lock().unwrap()});
    let body = json!({
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 10},
    });
    ([("content-type", "application/json")], body.to_string()).into_response()
}
