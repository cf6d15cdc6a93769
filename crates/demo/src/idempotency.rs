//! Answers kept by `Idempotency-Key`, so that a request sent twice acts once.

use std::collections::{HashMap, VecDeque};

use axum::http::StatusCode;
use serde_json::Value;

use crate::problem::Problem;

/// How many answers are kept; the oldest go first.
const KEPT: usize = 1000;

/// The status and JSON body of an answer, good or bad.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub body: Value,
}

/// The answers given so far.
#[derive(Default)]
pub struct Answers {
    by_key: HashMap<String, (Request, Answer)>,
    order: VecDeque<String>,
}

/// What must be the same when a key comes again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub path: String,
    pub body: Vec<u8>,
}

impl Answers {
    /// The answer that `key` got before.
    ///
    /// # Errors
    /// `idempotency_key_reused` when the key came with another path or body.
    pub fn given(&self, key: &str, request: &Request) -> Result<Option<Answer>, Problem> {
        match self.by_key.get(key) {
            None => Ok(None),
            Some((before, answer)) if before == request => Ok(Some(answer.clone())),
            Some(_) => Err(Problem::invalid(
                "idempotency_key_reused",
                "This Idempotency-Key was used for another request; use a new key for a new request.",
                "该 Idempotency-Key 已用于另一个请求，请更换新的键。",
            )),
        }
    }

    /// Keeps an answer.
    pub fn keep(&mut self, key: String, request: Request, answer: Answer) {
        if self.by_key.insert(key.clone(), (request, answer)).is_none() {
            self.order.push_back(key);
        }
        while self.order.len() > KEPT {
            if let Some(oldest) = self.order.pop_front() {
                self.by_key.remove(&oldest);
            }
        }
    }
}
