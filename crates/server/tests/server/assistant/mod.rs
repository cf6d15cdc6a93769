//! The assistant through the API: files, releases, trying out.

mod files;
mod releases;
mod runs;
mod talk;
mod trial;
mod values;

use std::time::Duration;

use axum::http::Method;
use serde_json::{Value, json};
use yingda_model::Role;

use crate::support::{Reply, Server, Session};

/// A flow that asks one thing and says another.
pub const VISIT: &str = r"flow: book_visit
title: {zh: 预约到店, en: Book a visit}
starts: {phrases: {zh: [我要预约到店], en: [I want to book a visit]}}
slots:
  part:
    type: choice
    title: {zh: 时段, en: time of day}
    options:
      - {id: morning, label: {zh: 上午, en: In the morning}}
      - {id: evening, label: {zh: 晚上, en: In the evening}}
steps:
  - collect: part
    ask: {zh: 想什么时候来？, en: When would you like to come?}
  - say: {zh: 已为您记下。, en: It is noted.}
";

/// A test conversation that passes.
pub const GOOD: &str = "conversation: a visit is booked
lang: en
turns:
  - customer: I want to book a visit
    expect: {flow: book_visit, asks: part}
";

/// One that does not.
pub const BAD: &str = "conversation: a visit is booked at once
lang: en
turns:
  - customer: I want to book a visit
    expect: {says: [It is noted]}
";

/// A server with an admin and a supervisor.
pub struct Bench {
    pub server: Server,
    pub admin: Session,
    pub supervisor: Session,
}

impl Bench {
    pub async fn open() -> Self {
        let server = Server::start().await;
        server.works();
        let admin = server.signed_in(Role::Admin).await;
        let supervisor = server.signed_in(Role::Supervisor).await;
        Self { server, admin, supervisor }
    }

    /// One whose files are these.
    pub async fn with(files: &[(&str, &str)]) -> Self {
        let bench = Self::open().await;
        let files: Vec<Value> = files.iter().map(|(path, text)| json!({"path": path, "text": text})).collect();
        bench.put("/files", json!({"files": files})).await.ok();
        bench
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.server.get(&format!("/api/v1/assistant{path}")).session(&self.admin).send().await
    }

    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.server.post(&format!("/api/v1/assistant{path}")).session(&self.admin).json(&body).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Reply {
        self.server.call(Method::PUT, &format!("/api/v1/assistant{path}")).session(&self.admin).json(&body).await
    }

    pub async fn delete(&self, path: &str) -> Reply {
        self.server.call(Method::DELETE, &format!("/api/v1/assistant{path}")).session(&self.admin).send().await
    }

    /// Begins a run, and waits until it has ended.
    pub async fn ended(&self, path: &str, body: Value) -> Value {
        let reply = self.post(path, body).await;
        assert_eq!(reply.status.as_u16(), 202, "{}", reply.text());
        let id = reply.json()["id"].as_str().unwrap().to_owned();
        self.end_of(&id).await
    }

    /// Waits until a run has ended.
    pub async fn end_of(&self, id: &str) -> Value {
        for _ in 0..600 {
            let run = self.get(&format!("/runs/{id}")).await.ok();
            if !["waiting", "running"].contains(&run["state"].as_str().unwrap()) {
                return run;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the run did not end within half a minute");
    }

    /// Does a run; gives what it came to.
    pub async fn run(&self, path: &str, body: Value) -> Value {
        let run = self.ended(path, body).await;
        assert_eq!(run["state"], "done", "{run}");
        run["result"].clone()
    }

    /// Publishes the files; gives the release.
    pub async fn publish(&self) -> Value {
        self.run("/releases", json!({"note": "first"})).await
    }
}
