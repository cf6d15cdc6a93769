//! The knowledge base through the API.

mod changes;
mod documents;
mod entries;
mod files;
mod graph;
mod readers;
mod rights;
mod search;
mod sites;
mod upkeep;
mod versions;
mod web;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use yingda_model::Role;

use crate::support::{Reply, Server, Session};

/// A server with somebody who may publish.
pub struct Kb {
    pub server: Server,
    pub supervisor: Session,
}

impl Kb {
    pub async fn open() -> Self {
        let server = Server::start().await;
        let supervisor = server.signed_in(Role::Supervisor).await;
        Self { server, supervisor }
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.server.get(&format!("/api/v1/kb{path}")).session(&self.supervisor).send().await
    }

    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.server.post(&format!("/api/v1/kb{path}")).session(&self.supervisor).json(&body).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Reply {
        self.call(Method::PUT, path).await.json(&body).await
    }

    pub async fn delete(&self, path: &str) -> Reply {
        self.call(Method::DELETE, path).await.send().await
    }

    pub async fn upload(&self, path: &str, name: &str, bytes: &[u8]) -> Reply {
        self.server.post(&format!("/api/v1/kb{path}")).session(&self.supervisor).upload(name, bytes).await
    }

    async fn call(&self, method: Method, path: &str) -> crate::support::Call<'_> {
        self.server.call(method, &format!("/api/v1/kb{path}")).session(&self.supervisor)
    }

    /// Adds an entry; gives it.
    pub async fn add(&self, content: Value) -> Value {
        created(&self.post("/entries", content).await)
    }

    /// Adds a question with its answer; gives the id.
    pub async fn faq(&self, question: &str, answer: &str) -> String {
        text(&self.add(json!({"question": question, "answer": answer})).await["id"])
    }

    /// The questions and titles of what somebody finds.
    pub async fn found_by(&self, who: &Session, asked: &str) -> Vec<String> {
        let found = self.server.post("/api/v1/kb/search").session(who).json(&json!({"text": asked})).await.ok();
        found["hits"].as_array().unwrap().iter().map(|hit| text(&hit["question"])).collect()
    }

    pub async fn found(&self, asked: &str) -> Vec<String> {
        self.found_by(&self.supervisor, asked).await
    }

    /// The questions and titles on a page of a list.
    pub async fn listed(&self, query: &str) -> Vec<String> {
        let page = self.get(&format!("/entries{query}")).await.ok();
        page["items"].as_array().unwrap().iter().map(|entry| text(&entry["question"])).collect()
    }
}

pub fn created(reply: &Reply) -> Value {
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text());
    reply.json()
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}
