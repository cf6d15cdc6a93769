//! Faults on demand: tests and demonstrations see how callers take a slow, broken or changed back end.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::Demo;
use crate::problem::Problem;

/// How many faults may wait at once.
const MOST: usize = 100;
const LARGEST_ANSWER: usize = 4 * 1024 * 1024;

/// A fault that waits for requests.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The beginning of the path below the API's address, such as `/orders`; `*` stands for one part, as in `/orders/*/cancel`.
    pub path: String,
    pub kind: FaultKind,
    /// How many requests it meets.
    #[serde(default = "once")]
    pub times: u32,
    /// Only requests of this method, such as `POST`.
    #[serde(default)]
    pub method: Option<String>,
    /// How long `slow` and `act_then_hang` take, in milliseconds.
    #[serde(default = "long")]
    pub ms: u64,
}

fn once() -> u32 {
    1
}

fn long() -> u64 {
    10_000
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// The answer comes late; nothing is done when the caller has gone by then.
    Slow,
    /// 503, and nothing is done.
    Error,
    /// It is done, and the answer has another shape than documented.
    Schema,
    /// It is done, and the answer does not come in time.
    ActThenHang,
}

impl Fault {
    fn meets(&self, method: &Method, path: &str) -> bool {
        let same_method = self.method.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method.as_str()));
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let wanted: Vec<&str> = self.path.split('/').filter(|part| !part.is_empty()).collect();
        same_method
            && wanted.len() <= parts.len()
            && wanted.iter().zip(&parts).all(|(wanted, part)| *wanted == "*" || wanted.eq_ignore_ascii_case(part))
    }
}

/// The faults that wait.
#[derive(Default)]
pub struct Faults {
    waiting: Vec<Fault>,
}

impl Faults {
    /// Lets a fault wait.
    ///
    /// # Errors
    /// `invalid_fault`.
    pub fn add(&mut self, fault: Fault) -> Result<(), Problem> {
        let sensible = fault.path.starts_with('/') && (1..=1000).contains(&fault.times) && fault.ms <= 60_000;
        if !sensible || self.waiting.len() >= MOST {
            return Err(Problem::invalid(
                "invalid_fault",
                "path must begin with /, times be 1 to 1000, ms at most 60000, and at most 100 faults may wait.",
                "path 应以 / 开头，times 为 1–1000，ms 不超过 60000，最多 100 个故障。",
            ));
        }
        self.waiting.push(fault);
        Ok(())
    }

    /// Those that wait.
    pub fn list(&self) -> Value {
        json!({ "faults": self.waiting })
    }

    /// Takes all of them away.
    pub fn clear(&mut self) {
        self.waiting.clear();
    }

    fn take(&mut self, method: &Method, path: &str) -> Option<Fault> {
        let at = self.waiting.iter().position(|fault| fault.meets(method, path))?;
        let fault = self.waiting[at].clone();
        if fault.times <= 1 {
            self.waiting.remove(at);
        } else {
            self.waiting[at].times -= 1;
        }
        Some(fault)
    }
}

/// Lets a request meet the fault that waits for it.
pub async fn meet(State(demo): State<Arc<Demo>>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let fault = match path.split('/').nth(1) {
        Some("faults" | "reset") => None,
        _ => demo.shop().0.faults.take(request.method(), path),
    };
    let Some(Fault { kind, ms, .. }) = fault else { return next.run(request).await };
    let pause = Duration::from_millis(ms);
    match kind {
        FaultKind::Slow => {
            tokio::time::sleep(pause).await;
            next.run(request).await
        }
        FaultKind::Error => Problem::unavailable().into_response(),
        FaultKind::Schema => reshaped(next.run(request).await).await,
        FaultKind::ActThenHang => {
            next.run(request).await;
            tokio::time::sleep(pause).await;
            Problem::unavailable().into_response()
        }
    }
}

/// The answer as an upgrade without notice might change it: everything one level down, under other names.
async fn reshaped(response: Response) -> Response {
    if !response.status().is_success() {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, LARGEST_ANSWER).await else { return Problem::unavailable().into_response() };
    let value: Value = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    let data = match value {
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| (format!("new_{name}"), value))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        other => other,
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(json!({ "data": data }).to_string()))
}
