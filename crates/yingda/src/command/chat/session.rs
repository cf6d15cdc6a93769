//! Who the visitor is: a token that the server gives, kept between runs.

use std::io::Write;
use std::path::{Path, PathBuf};

use ring::digest::{SHA256, digest};
use serde::Deserialize;
use serde_json::json;

use super::cause;
use crate::failure::Failure;
use crate::fresh_file::{Existing, FreshFile};
use crate::output::{Language, short};

/// What the server says when a visitor begins or goes on.
#[derive(Clone, Deserialize)]
pub struct Session {
    pub token: String,
    /// The last event that the visitor may see.
    pub last_seq: u64,
    pub inbox: Inbox,
}

#[derive(Clone, Deserialize)]
pub struct Inbox {
    pub name: String,
    pub persona: Persona,
    pub greeting_zh: String,
    pub greeting_en: String,
    pub open_now: bool,
}

#[derive(Clone, Deserialize)]
pub struct Persona {
    pub name_zh: String,
    pub name_en: String,
}

/// An inbox of a server.
#[derive(Clone)]
pub struct Door {
    client: reqwest::Client,
    /// Without a slash at the end.
    url: String,
    inbox: String,
}

impl Door {
    pub fn new(url: &str, inbox: &str) -> Result<Self, Failure> {
        let url = url.trim_end_matches('/').to_owned();
        if !(url.starts_with("http://") || url.starts_with("https://")) {
            return Err(Failure::usage(format!("expected an address such as http://127.0.0.1:8080, got {url:?}")));
        }
        let client = reqwest::Client::builder().timeout(super::PATIENCE).build()?;
        Ok(Self { client, url, inbox: inbox.to_owned() })
    }

    /// Begins, or goes on as the visitor that has `token`.
    pub async fn enter(&self, token: Option<&str>) -> Result<Session, Failure> {
        let locale = Language::of_terminal().choose("zh-CN", "en");
        let mut body = json!({"inbox_key": self.inbox, "locale": locale});
        if let Some(token) = token {
            body["token"] = token.into();
        }
        let address = format!("{}/api/v1/visitor/session", self.url);
        let answer = self.client.post(address).json(&body).send().await.map_err(|error| {
            Failure::failed(format!("{} does not answer ({}): is the server running there?", self.url, cause(&error)))
        })?;
        let status = answer.status();
        if status.is_success() {
            return answer
                .json()
                .await
                .map_err(|error| Failure::failed(format!("{} is no Yingda server: {}", self.url, cause(&error))));
        }
        let problem: serde_json::Value = answer.json().await.unwrap_or_default();
        let detail = problem["detail"].as_str().unwrap_or("it gave no reason");
        let hint = if status.as_u16() == 404 { format!(" (inbox {:?})", self.inbox) } else { String::new() };
        Err(Failure::failed(format!("the server answered {status}{hint}: {}", short(detail, 300))))
    }

    /// Where the visitors' socket is.
    pub fn socket(&self) -> String {
        // http becomes ws, https becomes wss.
        format!("ws{}/api/v1/visitor/ws", self.url.trim_start_matches("http"))
    }

    /// Where the token is kept when nothing else is said; nowhere when the system names no place.
    pub fn default_token_file(&self) -> Option<PathBuf> {
        let folder = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let cache = folder("XDG_CACHE_HOME").or_else(|| Some(folder("HOME")?.join(".cache")))?;
        let place = digest(&SHA256, format!("{}\n{}", self.url, self.inbox).as_bytes());
        let name: String = place.as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Some(cache.join("yingda").join(format!("visitor-{name}.token")))
    }
}

/// Keeps the token so that only its owner can read it.
pub fn keep_token(path: &Path, token: &str) -> Result<(), Failure> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let file = FreshFile::create(path, Existing::Replace)?;
    writeln!(file.writer()?, "{token}")?;
    file.keep()
}
