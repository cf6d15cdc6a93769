//! What the company knows is found as soon as it is stored, and whatever happens to the program or its index.

#![allow(clippy::unwrap_used)]

mod crash;
mod fresh;
mod hostile;

use serde_json::{Value, json};
use yingda_tests::{Api, Server, sign_in};

/// The first administrator of an installation.
async fn admin(server: &Server) -> Api {
    let (email, password) = server.first_admin().unwrap();
    sign_in(server.address(), "default", email, password).await
}

/// The questions and titles that a search finds, best first.
async fn found(api: &Api, asked: &str) -> Vec<String> {
    let found = api.post("/kb/search", json!({"text": asked, "limit": 50})).await.done();
    found["hits"].as_array().unwrap().iter().map(|hit| hit["question"].as_str().unwrap().to_owned()).collect()
}

/// How far the index is.
async fn index(api: &Api) -> Value {
    api.get("/kb/index").await.done()
}
