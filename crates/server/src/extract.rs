//! What handlers take from a request, with problems as errors.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use serde::de::DeserializeOwned;

use crate::Problem;

/// Largest JSON body.
pub const MAX_JSON_BYTES: usize = 256 * 1024;

/// Time for a JSON body to arrive.
const PATIENCE: Duration = Duration::from_secs(30);

/// A JSON body of at most `MAX` bytes. Unknown fields are refused by the types themselves. Routes that take more than
/// [`MAX_JSON_BYTES`] need a body limit of their own.
pub struct Json<T, const MAX: usize = MAX_JSON_BYTES>(pub T);

impl<S: Send + Sync, T: DeserializeOwned, const MAX: usize> FromRequest<S> for Json<T, MAX> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let is_json =
            request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(|value| {
                let kind = value.split(';').next().unwrap_or_default().trim();
                kind.eq_ignore_ascii_case("application/json")
            });
        if !is_json {
            return Err(Problem::unsupported_media_type("application/json"));
        }
        // What says that it is too large is not waited for.
        let declared =
            request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
        if declared.is_some_and(|length: u64| length > MAX as u64) {
            return Err(Problem::too_large(MAX));
        }
        let bytes = tokio::time::timeout(PATIENCE, Bytes::from_request(request, state))
            .await
            .map_err(|_| Problem::bad_request("the body did not come in time: send it again"))?
            .map_err(|rejection| match axum::response::IntoResponse::into_response(rejection).status() {
                StatusCode::PAYLOAD_TOO_LARGE => Problem::too_large(MAX),
                _ => Problem::bad_request("the body ended before it was complete: send it again"),
            })?;
        from_json(&bytes).map(Self)
    }
}

/// Reads a JSON object, telling where it is not as expected.
pub fn from_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    // Otherwise an array would do, its items taken for the fields in the order of their declaration.
    if !bytes.trim_ascii_start().starts_with(b"{") {
        return Err(Problem::bad_json("expected an object, such as {\"field\": \"value\"}"));
    }
    serde_json::from_slice(bytes).map_err(|error| {
        // The position helps; the text that came is not repeated.
        Problem::bad_json(format!("line {}, column {}: {error}", error.line(), error.column()))
    })
}

/// Values from the path, such as ids.
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            // An id that is no id names nothing.
            Err(_) => Err(Problem::not_found("thing: the address holds something that is not an id")),
        }
    }
}

/// Values from the query.
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        axum::extract::Query::<T>::from_request_parts(parts, state)
            .await
            .map(|axum::extract::Query(value)| Self(value))
            .map_err(|rejection| Problem::bad_request(format!("query: {}", rejection.body_text())))
    }
}

/// The credential of `Authorization: Bearer …`.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, credential) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| credential.trim())
}

/// The value of a cookie.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}
