//! Tools over HTTP: one request and what its answer means.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Map, Value};
use yingda_outbound::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER};
use yingda_outbound::{Error, Method, Redirects, Request, Response, Url};

use crate::call::Code;
use crate::fill::{encode, plain};
use crate::run::{Acted, Answer, Attempt, Fault, Health, Work};
use crate::toolbox::{Effect, HttpRequest};

/// Largest answer, in bytes.
pub(crate) const MAX_ANSWER: u64 = 1_000_000;
/// Longest text of a back end that is kept, in characters.
const MOST_SAID: usize = 500;

/// Asks once.
pub(crate) async fn attempt(work: &Work<'_>, whole: Duration) -> Attempt {
    let Some(http) = &work.tool.request else {
        return Err(Fault::before(Code::Broken, "this tool has no request"));
    };
    let mut request = build(http, work)?;
    request.whole = Some(whole);
    let is_write = work.tool.effect == Effect::Write;
    let incoming = work.env.client.open(request).await.map_err(|error| unanswered(&error, is_write))?;
    let status = incoming.status.as_u16();
    let response = match incoming.read().await {
        Ok(response) => response,
        // The head has said that it is done.
        Err(error) if is_write && (200..300).contains(&status) => {
            let body = Err(format!("the answer cannot be read: {}", error.en()));
            return Ok(Answer { status, body });
        }
        Err(error) => return Err(Fault { status: Some(status), ..unanswered(&error, is_write) }),
    };
    if (200..300).contains(&status) {
        return Ok(Answer { status, body: json(&response.body) });
    }
    Err(unsuccessful(work, &response))
}

fn build(http: &HttpRequest, work: &Work<'_>) -> Result<Request, Fault> {
    let backend = &work.tool.backend;
    let broken = |message: String| Fault::before(Code::Broken, message);
    let wrong = |message: String| Fault::before(Code::Input, message);
    let base = backend.url(work.names).map_err(broken)?;
    let path = http.path.fill(work.input).map_err(wrong)?;
    let taken: BTreeSet<&str> = http.path.inputs().collect();
    let mut rest = work.input.clone();
    rest.retain(|name, _| !taken.contains(name.as_str()));

    let mut query = String::new();
    match &http.query {
        Some(entries) => {
            for (name, fill) in entries {
                let value = fill.fill(work.names).map_err(|message| wrong(format!("the query “{name}”: {message}")))?;
                add(&mut query, name, &value);
                rest.remove(name);
            }
        }
        None if matches!(http.method, Method::GET) => {
            for (name, value) in std::mem::take(&mut rest) {
                add(&mut query, &name, &value);
            }
        }
        None => {}
    }
    let url = join(&base, &path, &query).ok_or_else(|| wrong("the inputs make no URL of this back end".to_owned()))?;

    let body = match &http.body {
        Some(fill) => Some(fill.fill(work.names).map_err(|message| wrong(format!("the body: {message}")))?),
        None if matches!(http.method, Method::GET) || (http.method == Method::DELETE && rest.is_empty()) => None,
        None => Some(Value::Object(rest)),
    };
    let mut headers = backend.headers(work.names).map_err(broken)?;
    headers.entry(ACCEPT).or_insert(HeaderValue::from_static("application/json, application/problem+json"));
    if work.tool.effect == Effect::Write {
        with_key(&mut headers, work)?;
    }
    let mut request = Request::new(http.method.clone(), url);
    if let Some(body) = body {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        request.body = Some(body.to_string().into());
    }
    request.headers = headers;
    request.max_body = Some(MAX_ANSWER);
    request.redirects = match work.tool.effect {
        Effect::Read => Redirects::Follow,
        Effect::Write => Redirects::Stay,
    };
    Ok(request)
}

/// Adds the key that makes a change happen once.
pub(crate) fn with_key(headers: &mut HeaderMap, work: &Work<'_>) -> Result<(), Fault> {
    if let Some(name) = work.tool.backend.idempotency.as_ref().filter(|_| !work.key.is_empty()) {
        let key = HeaderValue::from_str(work.key);
        headers.insert(name, key.map_err(|_| Fault::before(Code::Input, "the key is no header"))?);
    }
    Ok(())
}

fn add(query: &mut String, name: &str, value: &Value) {
    let mut one = |value: &Value| {
        if let Some(text) = plain(value) {
            if !query.is_empty() {
                query.push('&');
            }
            encode(name, query);
            query.push('=');
            encode(&text, query);
        }
    };
    match value {
        Value::Array(items) => items.iter().for_each(one),
        value => one(value),
    }
}

/// The URL below the base, which it cannot leave.
fn join(base: &Url, path: &str, query: &str) -> Option<Url> {
    let root = base.path().trim_end_matches('/');
    let mut url = base.clone();
    url.set_path(&format!("{root}{path}"));
    let query = match base.query() {
        Some(own) if !query.is_empty() => format!("{own}&{query}"),
        Some(own) => own.to_owned(),
        None => query.to_owned(),
    };
    url.set_query(Some(query.as_str()).filter(|query| !query.is_empty()));
    (url.path() == format!("{root}{path}") || url.path().starts_with(&format!("{root}/"))).then_some(url)
}

fn json(body: &[u8]) -> Result<Value, String> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Value::Null);
    }
    serde_json::from_slice(body)
        .map_err(|error| format!("the answer is no JSON (line {}, column {})", error.line(), error.column()))
}

/// What it means that no answer came.
pub(crate) fn unanswered(error: &Error, is_write: bool) -> Fault {
    let (code, sent, health) = match error {
        Error::TimedOut { .. } => (Code::Timeout, true, Health::Ill),
        Error::Broken { .. } => (Code::Broken, true, Health::Ill),
        Error::Unreachable { .. } | Error::Unresolved { .. } => (Code::Unreachable, false, Health::Ill),
        Error::TooLarge { .. } | Error::Encoding { .. } => (Code::Broken, true, Health::Well),
        // What follows is refused by ourselves: nothing of it was sent.
        Error::PrivateAddress { .. } | Error::Scheme { .. } | Error::UserInfo { .. } => {
            (Code::Unreachable, false, Health::Well)
        }
        _ => (Code::Broken, false, Health::Well),
    };
    let acted = if is_write && sent { Acted::Maybe } else { Acted::No };
    let again = error.is_passing().then_some(Duration::ZERO);
    Fault { code, message: error.en(), said: None, status: None, acted, health, again }
}

/// What an answer means that is no success.
fn unsuccessful(work: &Work<'_>, response: &Response) -> Fault {
    let status = response.status.as_u16();
    let is_write = work.tool.effect == Effect::Write;
    let problem: Map<String, Value> = serde_json::from_slice(&response.body).unwrap_or_default();
    let said = said(&problem);
    let known = own_code(&problem)
        .and_then(|code| work.tool.errors.get(&code))
        .or_else(|| work.tool.errors.get(&status.to_string()));
    let (code, what, health, again) = match (known, status) {
        (Some(code), _) => (*code, "the back end says so", Health::Well, None),
        (None, 300..=399) => (Code::Broken, "it redirects, which is not followed here", Health::Well, None),
        (None, 401 | 403) => {
            (Code::Broken, "it does not accept our credentials: check the workspace's secrets", Health::Well, None)
        }
        (None, 404 | 410) => (Code::NotFound, "there is no such thing", Health::Well, None),
        (None, 408) => (Code::Timeout, "it waited too long for us", Health::Ill, Some(Duration::ZERO)),
        (None, 425 | 429) => (Code::Unreachable, "it asks for a pause", Health::Well, Some(pause(response))),
        (None, 400..=499) => (Code::Refused, "the back end refuses it", Health::Well, None),
        (None, 503) => (Code::Unreachable, "it is out of service", Health::Ill, Some(pause(response))),
        (None, 502 | 504) => {
            (Code::Unreachable, "what is behind it does not answer", Health::Ill, Some(Duration::ZERO))
        }
        (None, _) => (Code::Broken, "the back end fails", Health::Ill, None),
    };
    // What a proxy or a failing server says does not tell how far it came.
    let is_unsure = known.is_none() && (status == 408 || (status >= 500 && status != 503 && status != 501));
    let acted = if is_write && is_unsure { Acted::Maybe } else { Acted::No };
    Fault { code, message: format!("{what} (HTTP {status})"), said, status: Some(status), acted, health, again }
}

/// The code of a problem (RFC 9457): `code`, or the last part of `type`.
fn own_code(problem: &Map<String, Value>) -> Option<String> {
    let text = |key: &str| problem.get(key).and_then(Value::as_str);
    if let Some(code) = problem.get("code").and_then(plain) {
        return Some(code);
    }
    if let Some(code) = problem.get("error").and_then(|error| error.get("code")).and_then(plain) {
        return Some(code);
    }
    let last = text("type")?.trim_end_matches('/').rsplit(['/', '#', ':']).next()?;
    (last != "blank").then(|| last.to_owned())
}

fn said(problem: &Map<String, Value>) -> Option<String> {
    let text = ["detail", "message", "title"].iter().find_map(|key| problem.get(*key).and_then(Value::as_str))?;
    Some(shortened(text))
}

/// What a back end said, without signs that control, and not all of it.
pub(crate) fn shortened(text: &str) -> String {
    text.chars().filter(|sign| !sign.is_control()).take(MOST_SAID).collect()
}

fn pause(response: &Response) -> Duration {
    let seconds = response.headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
    Duration::from_secs(seconds.unwrap_or(0))
}
