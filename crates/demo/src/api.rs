//! The shop's HTTP API, for the tools of an assistant.

mod customers;
mod orders;
mod products;
mod returns;
mod service;

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, QueryRejection};
use axum::extract::{DefaultBodyLimit, Path, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::idempotency::{self, Answer};
use crate::problem::Problem;
use crate::shop::Shop;
use crate::{API_KEY, Demo, Time, faults};

const LARGEST_BODY: usize = 16 * 1024;

/// The routes below `/api`.
pub fn routes(demo: &Arc<Demo>) -> Router<Arc<Demo>> {
    let one_order = Router::new()
        .route("/orders/{order_no}", get(orders::show))
        .route("/orders/{order_no}/parcel", get(orders::parcel))
        .route("/orders/{order_no}/cancel", post(orders::cancel))
        .route("/orders/{order_no}/address", post(orders::change_address))
        .route("/orders/{order_no}/address/check", post(orders::check_address))
        .route("/orders/{order_no}/invoice", get(orders::invoice).post(orders::ask_invoice))
        .route("/orders/{order_no}/returns", post(returns::start))
        .route("/orders/{order_no}/returns/check", post(returns::check))
        .route("/orders/{order_no}/returns/withdraw", post(returns::withdraw))
        .route("/orders/{order_no}/returns/sent", post(returns::sent))
        .route("/orders/{order_no}/refund", get(returns::refund))
        .route("/orders/{order_no}/price-protection", get(service::check_price).post(service::claim_price))
        .route_layer(from_fn_with_state(demo.clone(), belongs));
    Router::new()
        .merge(one_order)
        .route("/orders", get(orders::list))
        .route("/customers/{id}", get(customers::show))
        .route("/customers/{id}/points", get(customers::points))
        .route("/identity/check", post(customers::check_identity))
        .route("/identity/find", post(customers::find))
        .route("/products", get(products::list))
        .route("/products/compare", get(products::compare))
        .route("/products/{sku}", get(products::show))
        .route("/products/{sku}/stock", get(products::stock))
        .route("/products/{sku}/advice", get(products::advice))
        .route("/products/{sku}/reminders", post(products::remind))
        .route("/complaints", post(service::complain))
        .route("/complaints/{complaint_no}", get(service::show_complaint))
        .route("/complaints/{complaint_no}/coupon", post(service::give_coupon))
        .route("/faults", get(list_faults).post(add_fault).delete(clear_faults))
        .route("/reset", post(reset))
        // A route and not a fallback: a router that is nested twice loses its fallback.
        .route("/{*rest}", any(async || no_such_address()))
        .method_not_allowed_fallback(async || Problem::method())
        .layer(from_fn_with_state(demo.clone(), faults::meet))
        .layer(from_fn(authorized))
        .route("/openapi.json", get(openapi))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
}

/// The OpenAPI document of this API.
pub async fn openapi() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], include_str!("../assets/openapi.json"))
}

async fn authorized(request: Request, next: Next) -> Response {
    let given = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token =
        given.and_then(|value| value.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    match token {
        Some((_, token)) if token.trim() == API_KEY => next.run(request).await,
        _ => Problem::unauthorized().into_response(),
    }
}

fn no_such_address() -> Problem {
    Problem::missing(
        "address_not_found",
        "There is nothing at this address; see openapi.json.",
        "该地址不存在，请查看 openapi.json。",
    )
}

#[derive(Deserialize)]
struct Owner {
    customer: Option<String>,
}

/// With `?customer=…` an order of anybody else is as good as none: a caller that knows whom it serves cannot show, let
/// alone change, a stranger's order.
async fn belongs(
    State(demo): State<Arc<Demo>>,
    Path(order_no): Path<String>,
    query: Result<Query<Owner>, QueryRejection>,
    request: Request,
    next: Next,
) -> Response {
    let checked = read_query(query).and_then(|Owner { customer }| match customer {
        None => Ok(()),
        Some(customer) => demo.shop().0.order_of(&order_no, &customer).map(|_| ()),
    });
    match checked {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

pub(crate) fn read_query<T>(query: Result<Query<T>, QueryRejection>) -> Result<T, Problem> {
    query.map(|Query(query)| query).map_err(|rejection| {
        Problem::malformed("invalid_query", rejection.body_text(), "查询参数有误，请查看 openapi.json。")
    })
}

#[derive(Default, Deserialize)]
struct Reset {
    /// RFC 3339: where the clock of a shop for tests stands from now on.
    now: Option<String>,
}

async fn reset(State(demo): State<Arc<Demo>>, body: Body) -> Result<StatusCode, Problem> {
    let Reset { now } = read_optional_body(&body.map_err(|_| Problem::too_large())?)?;
    let stands_at = now.filter(|_| demo.time == Time::IsSet).map(|now| unix_ms(&now)).transpose()?;
    let mut shop = demo.shop().0;
    *shop = Shop::open(stands_at.unwrap_or_else(|| (demo.now)()));
    shop.stands_at = stands_at;
    Ok(StatusCode::NO_CONTENT)
}

fn unix_ms(text: &str) -> Result<i64, Problem> {
    let moment = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| {
        Problem::malformed(
            "invalid_body",
            format!("now: expected a time such as 2026-11-20T10:00:00+08:00, got {text:?}."),
            "now 应为 2026-11-20T10:00:00+08:00 这样的时间。",
        )
    })?;
    Ok(moment.unix_timestamp() * 1000)
}

async fn list_faults(State(demo): State<Arc<Demo>>) -> Json<Value> {
    Json(demo.shop().0.faults.list())
}

async fn add_fault(State(demo): State<Arc<Demo>>, body: Body) -> Result<(StatusCode, Json<Value>), Problem> {
    let fault = read_body(&body.map_err(|_| Problem::too_large())?)?;
    let (mut shop, _) = demo.shop();
    shop.faults.add(fault)?;
    Ok((StatusCode::CREATED, Json(shop.faults.list())))
}

async fn clear_faults(State(demo): State<Arc<Demo>>) -> StatusCode {
    demo.shop().0.faults.clear();
    StatusCode::NO_CONTENT
}

pub(crate) fn read_body<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| {
        Problem::malformed(
            "invalid_body",
            format!("The JSON body cannot be read: {error}."),
            "请求内容不是有效的 JSON 或缺少字段。",
        )
    })
}

/// The body of a request, unless it was too large.
pub(crate) type Body = Result<Bytes, BytesRejection>;

/// A body that may be left out.
pub(crate) fn read_optional_body<T: DeserializeOwned + Default>(body: &[u8]) -> Result<T, Problem> {
    if body.iter().all(u8::is_ascii_whitespace) { Ok(T::default()) } else { read_body(body) }
}

/// Acts once per `Idempotency-Key`: the same request gets the same answer again, with the header
/// `Idempotency-Replayed: true`. Without the header it simply acts.
pub(crate) fn once(
    demo: &Demo,
    headers: &HeaderMap,
    path: &str,
    body: Body,
    act: impl FnOnce(&mut Shop, i64, &[u8]) -> Result<Answer, Problem>,
) -> Response {
    let Ok(body) = body else { return Problem::too_large().into_response() };
    let key = match headers.get("idempotency-key").map(|value| value.to_str().map(str::trim)) {
        None => None,
        Some(Ok(key)) if (1..=255).contains(&key.len()) => Some(key.to_owned()),
        Some(_) => {
            return Problem::malformed(
                "invalid_idempotency_key",
                "Idempotency-Key must have 1 to 255 visible ASCII characters.",
                "Idempotency-Key 应为 1–255 个可见 ASCII 字符。",
            )
            .into_response();
        }
    };
    let (mut shop, now) = demo.shop();
    let Some(key) = key else {
        return match act(&mut shop, now, &body) {
            Ok(answer) => show(answer),
            Err(problem) => problem.into_response(),
        };
    };
    let request = idempotency::Request { path: path.to_ascii_uppercase(), body: body.to_vec() };
    match shop.answers.given(&key, &request) {
        Err(problem) => return problem.into_response(),
        Ok(Some(before)) => {
            let mut response = show(before);
            response.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
            return response;
        }
        Ok(None) => {}
    }
    let answer = act(&mut shop, now, &body)
        .unwrap_or_else(|problem| Answer { status: problem.status, body: problem.document() });
    shop.answers.keep(key, request, answer.clone());
    show(answer)
}

fn show(answer: Answer) -> Response {
    let kind = if answer.status.is_success() { "application/json" } else { "application/problem+json" };
    (answer.status, [(header::CONTENT_TYPE, kind)], answer.body.to_string()).into_response()
}
