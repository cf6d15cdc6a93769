//! HTTP and WebSocket API, sessions, OpenAPI, static files.

mod api;
mod app;
mod extract;
mod files;
mod headers;
mod help;
mod limit;
mod listen;
mod mcp;
mod openapi;
mod pages;
mod problem;
mod secret;
mod socket;
mod upload;
mod visitor_token;

use axum::Router;
use axum::extract::{DefaultBodyLimit, RawQuery, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use tower_http::set_header::SetResponseHeaderLayer;

pub use api::Rehearser;
pub use app::{App, SecureCookies, ServerConfig, TrustProxy};
pub use limit::RateLimits;
pub use listen::serve;
pub use openapi::document;
pub use problem::Problem;
pub use secret::{MIN_PASSWORD_CHARS, hash_password, hash_secret, new_secret};

/// The demo's page is a shop that embeds the widget, as strictly as a shop can.
const DEMO_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
    media-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// The whole server as a router. `demo` is mounted at `/demo`.
pub fn router(app: App, demo: Option<Router>) -> Router {
    let (rest, document) = openapi::router().split_for_parts();
    let document = openapi::finish(document);
    let openapi_json = document.to_json().unwrap_or_else(|error| {
        tracing::error!(%error, "the OpenAPI document could not be written");
        String::from("{}")
    });
    let mut router = rest
        .route("/api/v1/ws", get(socket::agents))
        .route("/api/v1/visitor/ws", get(socket::visitors))
        .route(
            "/openapi.json",
            get(move || async move { ([(header::CONTENT_TYPE, "application/json")], openapi_json) }),
        )
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics))
        .merge(pages::router())
        .merge(help::router())
        .merge(mcp::router(&app))
        .method_not_allowed_fallback(async || Problem::method_not_allowed())
        .fallback(async || Problem::not_found("address"))
        .layer(DefaultBodyLimit::max(extract::MAX_JSON_BYTES))
        .with_state(app);
    if let Some(demo) = demo {
        let policy = HeaderValue::from_static(DEMO_POLICY);
        let demo = demo.layer(SetResponseHeaderLayer::if_not_present(header::CONTENT_SECURITY_POLICY, policy));
        router = router.route("/demo/", get(demo_without_slash)).nest("/demo", demo);
    }
    headers::protect(router)
}

/// The shop's page has one address; its language is in the query.
async fn demo_without_slash(RawQuery(query): RawQuery) -> Redirect {
    Redirect::permanent(&query.map_or_else(|| String::from("/demo"), |query| format!("/demo?{query}")))
}

/// The process lives.
async fn healthz() -> Response {
    axum::Json(serde_json::json!({"status": "ok", "version": env!("CARGO_PKG_VERSION")})).into_response()
}

/// The process can serve: the database answers, and it is not shutting down.
async fn readyz(State(app): State<App>) -> Response {
    if app.stop().is_cancelled() {
        return Problem::unavailable("the server is shutting down").into_response();
    }
    match app.desk().store().ping().await {
        Ok(()) => {
            let bus = if app.desk().bus().health().await.is_ok() { "ok" } else { "unreachable" };
            let body = serde_json::json!({"status": "ok", "database": app.desk().store().engine(), "bus": bus});
            axum::Json(body).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "the database does not answer");
            Problem::unavailable("the database does not answer").into_response()
        }
    }
}

/// Metrics in Prometheus text format.
async fn metrics(State(app): State<App>) -> Response {
    let text = app.metrics().render();
    (StatusCode::OK, [(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}
