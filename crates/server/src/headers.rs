//! Headers on every answer, and panics as problems.

use std::any::Any;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::cors::{Any as AnyOrigin, CorsLayer};
use uuid::Uuid;

use crate::Problem;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Wraps the router in what concerns every request.
pub(crate) fn protect(router: Router) -> Router {
    router
        .layer(CatchPanicLayer::custom(panicked))
        .layer(visitor_cors())
        .layer(from_fn(dress))
        .layer(CompressionLayer::new())
}

/// The widget runs on the company's own pages: the visitor API and the script may be used from there. No cookies cross, and
/// which pages may use an inbox is checked against its allowed origins.
fn visitor_cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(AnyOrigin)
        .allow_methods([Method::GET, Method::POST, Method::PUT])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE])
        .expose_headers([REQUEST_ID, header::RETRY_AFTER, header::CONTENT_DISPOSITION])
        .max_age(Duration::from_secs(3600))
}

fn panicked(_: Box<dyn Any + Send>) -> Response {
    tracing::error!("a handler panicked");
    Problem::internal().into_response()
}

async fn dress(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = Uuid::now_v7().simple().to_string();
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let cross_site = path.starts_with("/api/v1/visitor/") || path.starts_with("/widget/");
    let mut response = next.run(request).await;
    let status = response.status();
    let took = started.elapsed();
    let label = route.unwrap_or_else(|| "other".into());
    metrics::counter!("yingda_http_requests_total", "route" => label.clone(), "status" => status.as_u16().to_string())
        .increment(1);
    metrics::histogram!("yingda_http_seconds", "route" => label).record(took.as_secs_f64());
    if status.is_server_error() {
        tracing::error!(request = id, %method, path, status = status.as_u16(), "request failed");
    } else {
        tracing::debug!(request = id, %method, path, status = status.as_u16(), ?took, "request");
    }
    let headers = response.headers_mut();
    if !cross_site {
        // Nobody else's page may read what is not meant for it.
        for name in [
            header::ACCESS_CONTROL_ALLOW_ORIGIN,
            header::ACCESS_CONTROL_ALLOW_METHODS,
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            header::ACCESS_CONTROL_MAX_AGE,
        ] {
            headers.remove(name);
        }
        headers
            .entry(HeaderName::from_static("cross-origin-resource-policy"))
            .or_insert(HeaderValue::from_static("same-origin"));
    } else {
        headers
            .entry(HeaderName::from_static("cross-origin-resource-policy"))
            .or_insert(HeaderValue::from_static("cross-origin"));
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, value);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("strict-origin-when-cross-origin"));
    headers.entry(header::X_FRAME_OPTIONS).or_insert(HeaderValue::from_static("DENY"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
    response
}
