//! The REST API, as a client uses it.

use std::sync::Once;
use std::time::Duration;

use reqwest::{Method, multipart};
use serde_json::{Value, json};

use crate::{Address, DEMO_PASSWORD};

/// One client with its credentials.
#[derive(Clone)]
pub struct Api {
    client: reqwest::Client,
    address: Address,
    headers: Vec<(String, String)>,
}

/// An answer of the server.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    /// The body, where it is JSON; else null.
    pub body: Value,
    /// The body as it came.
    pub bytes: Vec<u8>,
    headers: reqwest::header::HeaderMap,
}

impl Reply {
    /// A header's value; empty when it is absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// A text of the body; empty when it is absent.
    pub fn text(&self, field: &str) -> &str {
        self.body[field].as_str().unwrap_or_default()
    }

    /// The body of an answer that must be a success.
    ///
    /// # Panics
    /// When it is not.
    #[track_caller]
    pub fn done(self) -> Value {
        assert!((200..300).contains(&self.status), "expected success, got {}: {}", self.status, self.body);
        self.body
    }
}

impl Api {
    /// A client without credentials.
    ///
    /// # Panics
    /// When no HTTP client can be made.
    pub fn new(address: &Address) -> Self {
        static CRYPTO: Once = Once::new();
        CRYPTO.call_once(|| {
            let _ = rustls::crypto::ring::default_provider().install_default();
        });
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(30))
            .build();
        let client = client.unwrap_or_else(|error| panic!("no HTTP client: {error}"));
        Self { client, address: address.clone(), headers: Vec::new() }
    }

    /// The same client, sending a header with every request.
    #[must_use]
    pub fn with_header(&self, name: &str, value: &str) -> Self {
        let mut own = self.clone();
        own.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        own.headers.push((name.into(), value.into()));
        own
    }

    /// The same client with a bearer token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        self.with_header("authorization", &format!("Bearer {token}"))
    }

    /// The same client, speaking to another node.
    #[must_use]
    pub fn at(&self, address: &Address) -> Self {
        Self { address: address.clone(), ..self.clone() }
    }

    /// Sends a request; an error means that no whole answer came.
    ///
    /// # Errors
    /// When the server could not be reached or the connection broke.
    pub async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Reply, reqwest::Error> {
        let mut request = self.request(method, path);
        if let Some(body) = body {
            request = request.json(body);
        }
        read(request.send().await?).await
    }

    /// A request with this client's credentials. `path` is below `/api/v1` unless it begins with `!`.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let base = self.address.base();
        let url = match path.strip_prefix('!') {
            Some(path) => format!("{base}{path}"),
            None => format!("{base}/api/v1{path}"),
        };
        let mut request = self.client.request(method, url);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        request
    }

    /// Sends a request that the server must answer.
    ///
    /// # Panics
    /// When no answer comes.
    pub async fn send(&self, request: reqwest::RequestBuilder) -> Reply {
        let answer = match request.send().await {
            Ok(response) => read(response).await,
            Err(error) => Err(error),
        };
        answer.unwrap_or_else(|error| panic!("no answer: {error:?}"))
    }

    /// # Panics
    /// When no answer comes.
    pub async fn get(&self, path: &str) -> Reply {
        self.send(self.request(Method::GET, path)).await
    }

    /// # Panics
    /// When no answer comes.
    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.send(self.request(Method::POST, path).json(&body)).await
    }

    /// # Panics
    /// When no answer comes.
    pub async fn patch(&self, path: &str, body: Value) -> Reply {
        self.send(self.request(Method::PATCH, path).json(&body)).await
    }

    /// # Panics
    /// When no answer comes.
    pub async fn delete(&self, path: &str) -> Reply {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// Uploads a file in the field `file`.
    ///
    /// # Panics
    /// When no answer comes.
    pub async fn upload(&self, path: &str, name: &str, mime: &str, bytes: &[u8]) -> Reply {
        let part = multipart::Part::bytes(bytes.to_vec()).file_name(name.to_owned()).mime_str(mime);
        let part = part.unwrap_or_else(|error| panic!("{mime:?} is no media type: {error}"));
        self.send(self.request(Method::POST, path).multipart(multipart::Form::new().part("file", part))).await
    }

    /// The host and port, such as `127.0.0.1:8080`.
    pub fn authority(&self) -> String {
        self.address.base().trim_start_matches("http://").to_owned()
    }
}

async fn read(response: reqwest::Response) -> Result<Reply, reqwest::Error> {
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let bytes = response.bytes().await?.to_vec();
    let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    Ok(Reply { status, body, bytes, headers })
}

/// Signs somebody in; the client then sends cookie and CSRF token.
///
/// # Panics
/// When the sign-in fails.
pub async fn sign_in(address: &Address, workspace: &str, email: &str, password: &str) -> Api {
    let api = Api::new(address);
    let credentials = json!({"email": email, "password": password, "workspace": workspace});
    let reply = api.post("/auth/login", credentials).await;
    assert_eq!(reply.status, 200, "sign-in of {email}: {}", reply.body);
    let cookie = reply.header("set-cookie").split(';').next().unwrap_or_default().to_owned();
    let csrf = reply.text("csrf_token").to_owned();
    api.with_header("cookie", &cookie).with_header("x-csrf-token", &csrf)
}

/// One of the demo's people, such as `agent1`, with an API token: for everything as `admin`, else for conversations.
///
/// # Panics
/// When the sign-in fails.
pub async fn staff(address: &Address, name: &str) -> (Api, String) {
    let api = sign_in(address, "default", &format!("{name}@qinghe.example"), DEMO_PASSWORD).await;
    token(&api, if name == "admin" { "admin" } else { "conversations:write" }).await
}

/// An API token of a signed-in person for one scope.
///
/// # Panics
/// When it is refused.
pub async fn token(signed_in: &Api, scope: &str) -> (Api, String) {
    let made = signed_in.post("/tokens", json!({"name": "test", "scopes": [scope]})).await.done();
    let token = made["token"].as_str().unwrap_or_default().to_owned();
    let bare = Api { headers: Vec::new(), ..signed_in.clone() };
    (bare.with_token(&token), token)
}

/// A new visitor of an inbox, with the token.
///
/// # Panics
/// When the session is refused.
pub async fn visitor(address: &Address, inbox_key: &str) -> (Api, String) {
    let api = Api::new(address);
    let session = api.post("/visitor/session", json!({"inbox_key": inbox_key})).await.done();
    let token = session["token"].as_str().unwrap_or_default().to_owned();
    (api.with_token(&token), token)
}
