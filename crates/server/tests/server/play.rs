//! A server on this machine that plays a language model (OpenAI chat completions): each task gets its next answer.

use std::collections::VecDeque;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Json, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use parking_lot::Mutex;
use serde_json::{Value, json};
use yingda_outbound::{Client, Settings};

#[derive(Clone)]
pub struct Play {
    says: Arc<Mutex<VecDeque<String>>>,
    asked: Arc<Mutex<Vec<Value>>>,
    port: u16,
}

impl Play {
    pub async fn serve() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let play = Self { says: Arc::default(), asked: Arc::default(), port };
        let app = Router::new().route("/v1/chat/completions", post(answer)).with_state(play.clone());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        play
    }

    /// What it says next. When it has nothing to say, it fails with status 400.
    pub fn says(&self, words: &str) {
        self.says.lock().push_back(words.to_owned());
    }

    /// What it was asked last, as it was sent.
    pub fn heard(&self) -> String {
        self.asked.lock().last().unwrap()["messages"].to_string()
    }

    /// How often it was asked.
    pub fn times(&self) -> usize {
        self.asked.lock().len()
    }

    /// A `models.yml` with this model, called `clever`, for some tasks.
    pub fn models(&self, tasks: &str, more: &str) -> String {
        let port = self.port;
        format!(
            "models:
  clever: {{base_url: 'http://127.0.0.1:{port}/v1', model: m, retries: 0, max_answer: 200, price: {{in: 2, out: 10, currency: CNY}}}}
tasks: {{{tasks}}}
{more}
"
        )
    }

    /// A way out that may reach this machine.
    pub fn client() -> Client {
        Client::new(Settings { allowed: vec!["127.0.0.1".parse().unwrap()], ..Settings::default() }).unwrap()
    }
}

async fn answer(State(play): State<Play>, Json(body): Json<Value>) -> Response {
    play.asked.lock().push(body);
    let Some(words) = play.says.lock().pop_front() else { return StatusCode::BAD_REQUEST.into_response() };
    let answer = json!({
        "choices": [{"index": 0, "message": {"role": "assistant", "content": words}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 10},
    });
    Json(answer).into_response()
}
