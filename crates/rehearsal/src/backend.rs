//! A back end that is there for tests.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde::Serialize;
use serde_json::{Value, json};
use yingda_model::Timestamp;
use yingda_outbound::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use yingda_outbound::{Client, Method, Request, parse_url};

/// A back end that can be put back to where it was, be given faults and be asked, as the demo shop's API can.
#[derive(Clone, Debug)]
pub struct Backend {
    /// Without a slash at the end.
    pub url: String,
    /// Bearer token.
    pub key: String,
    /// The back end's clock in Unix milliseconds, where it can be set: in this process at once, elsewhere when it is put back.
    pub clock: Option<Arc<AtomicI64>>,
}

/// Something that goes wrong with the back end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The beginning of the path.
    pub path: String,
    /// Such as `slow`, `error`, `schema`, `act_then_hang`.
    pub kind: String,
    /// Requests that it meets.
    pub times: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ms: Option<u64>,
}

impl Backend {
    /// Sets the back end's clock, where it can be set.
    pub(crate) fn set_clock(&self, now: Timestamp) {
        if let Some(clock) = &self.clock {
            clock.store(now.0, Ordering::SeqCst);
        }
    }

    /// Puts it back to where it was; one that cannot be set from here is told what time it is.
    pub(crate) async fn reset(&self, client: &Client) -> Result<(), String> {
        let now = self.clock.as_ref().map(|clock| Timestamp(clock.load(Ordering::SeqCst)));
        let body = now.map(|now| json!({"now": now}));
        self.send(client, Method::POST, "/reset", body.as_ref()).await.map(drop)
    }

    pub(crate) async fn add_fault(&self, client: &Client, fault: &Fault) -> Result<(), String> {
        let body = serde_json::to_value(fault).unwrap_or_default();
        self.send(client, Method::POST, "/faults", Some(&body)).await.map(drop)
    }

    /// What it answers to a path such as `/orders/QH2611050123`.
    pub(crate) async fn get(&self, client: &Client, path: &str) -> Result<Value, String> {
        self.send(client, Method::GET, path, None).await
    }

    async fn send(&self, client: &Client, method: Method, path: &str, body: Option<&Value>) -> Result<Value, String> {
        let at = format!("{method} {}{path}", self.url);
        let url = parse_url(&format!("{}{path}", self.url.trim_end_matches('/'))).map_err(|error| error.to_string())?;
        let mut request = Request::new(method, url);
        if !self.key.is_empty() {
            let key = HeaderValue::from_str(&format!("Bearer {}", self.key)).map_err(|error| error.to_string())?;
            request = request.header(AUTHORIZATION, key);
        }
        if let Some(body) = body {
            request = request.header(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            request.body = Some(body.to_string().into_bytes().into());
        }
        let response = client.send(request).await.map_err(|error| format!("{at}: {error}"))?;
        let status = response.status.as_u16();
        if !(200..300).contains(&status) {
            return Err(format!("{at}: expected a success, got {status}"));
        }
        Ok(serde_json::from_slice(&response.body).unwrap_or_default())
    }
}
