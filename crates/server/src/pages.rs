//! Pages and scripts that the program carries: console, widget, API reference.

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::{App, Problem};

#[derive(RustEmbed)]
#[folder = "../../web/console/dist"]
#[allow_missing = true]
struct Console;

#[derive(RustEmbed)]
#[folder = "../../web/widget/dist"]
#[allow_missing = true]
struct Widget;

#[derive(RustEmbed)]
#[folder = "../../web/reference"]
struct Reference;

/// Element Plus sets style attributes; everything else comes from this server only.
const CONSOLE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self' data:; connect-src 'self'; \
    manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const REFERENCE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What is shown where the web part was not built.
const NOT_BUILT: &str = "<!doctype html><meta charset=utf-8><title>Yingda</title>\
    <p>This program was built without its web pages. Run <code>make</code> instead of <code>cargo build</code>.\
    <p>这个程序构建时没有包含网页。请用 <code>make</code> 代替 <code>cargo build</code>。";

pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/", get(async || Redirect::temporary("/console/")))
        .route("/console", get(async || Redirect::permanent("/console/")))
        .route("/console/", get(async || console("index.html")))
        .route("/console/{*path}", get(async |Path(path): Path<String>| console(&path)))
        .route("/widget/yingda.js", get(async || widget()))
        .route("/docs", get(async || Redirect::permanent("/docs/")))
        .route("/docs/", get(async || reference("index.html")))
        .route("/docs/{file}", get(async |Path(file): Path<String>| reference(&file)))
}

fn console(path: &str) -> Response {
    match Console::get(path) {
        Some(file) => page(path, file, CONSOLE_POLICY),
        // An address inside the application; a missing asset is missing.
        None if !path.contains('.') => match Console::get("index.html") {
            Some(file) => page("index.html", file, CONSOLE_POLICY),
            None => (StatusCode::OK, axum::response::Html(NOT_BUILT)).into_response(),
        },
        None if path == "index.html" => (StatusCode::OK, axum::response::Html(NOT_BUILT)).into_response(),
        None => Problem::not_found("address").into_response(),
    }
}

fn widget() -> Response {
    match Widget::get("yingda.js") {
        Some(file) => {
            let mut response = page("yingda.js", file, "default-src 'none'");
            // Other sites load it; a new version should reach them the same hour.
            response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=600"));
            response
        }
        None => {
            let script = "console.warn('Yingda: built without the chat widget; run make.');";
            ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], script).into_response()
        }
    }
}

fn reference(path: &str) -> Response {
    match Reference::get(path) {
        Some(file) => page(path, file, REFERENCE_POLICY),
        None => Problem::not_found("address").into_response(),
    }
}

fn page(path: &str, file: EmbeddedFile, policy: &'static str) -> Response {
    let mime = mime_guess::from_path(path).first_or_octet_stream();
    let mime = match (mime.type_(), mime.subtype().as_str()) {
        (kind, "javascript" | "html" | "css" | "plain") => format!("{kind}/{}; charset=utf-8", mime.subtype()),
        _ => mime.to_string(),
    };
    // The bundler puts a hash of the content into these names.
    let cache = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut response = file.data.into_owned().into_response();
    let headers = response.headers_mut();
    if let Ok(mime) = HeaderValue::from_str(&mime) {
        headers.insert(header::CONTENT_TYPE, mime);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    response
}
