//! The shop's HTTP API, for the tools of an assistant.

use std::sync::Arc;

use axum::Json;
use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, QueryRejection};
use axum::extract::{DefaultBodyLimit, Path, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::idempotency::{self, Answer};
use crate::pack::{Address, Status};
use crate::problem::Problem;
use crate::rules::{self, InvoiceRequest, ReturnRequest};
use crate::shop::Shop;
use crate::{API_KEY, Demo};

const LARGEST_BODY: usize = 16 * 1024;
const MOST_ORDERS: usize = 100;

/// The routes below `/api`.
pub fn routes() -> Router<Arc<Demo>> {
    Router::new()
        .route("/orders", get(list_orders))
        .route("/orders/{order_no}", get(show_order))
        .route("/orders/{order_no}/parcel", get(show_parcel))
        .route("/orders/{order_no}/cancel", post(cancel))
        .route("/orders/{order_no}/returns", post(start_return))
        .route("/orders/{order_no}/invoice", post(ask_invoice))
        .route("/orders/{order_no}/address", post(change_address))
        .route("/customers/{id}", get(show_customer))
        .route("/products", get(list_products))
        .route("/products/{sku}", get(show_product))
        .route("/reset", post(reset))
        // A route and not a fallback: a router that is nested twice loses its fallback.
        .route("/{*rest}", any(async || no_such_address()))
        .method_not_allowed_fallback(async || Problem::method())
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
#[serde(deny_unknown_fields)]
struct OrderQuery {
    customer: Option<String>,
    phone: Option<String>,
    status: Option<Status>,
    limit: Option<usize>,
    cursor: Option<String>,
}

fn read_query<T>(query: Result<Query<T>, QueryRejection>) -> Result<T, Problem> {
    query.map(|Query(query)| query).map_err(|rejection| {
        Problem::malformed("invalid_query", rejection.body_text(), "查询参数有误，请查看 openapi.json。")
    })
}

async fn list_orders(
    State(demo): State<Arc<Demo>>,
    query: Result<Query<OrderQuery>, QueryRejection>,
) -> Result<Json<Value>, Problem> {
    let OrderQuery { customer, phone, status, limit, cursor } = read_query(query)?;
    if customer.is_none() && phone.is_none() {
        return Err(Problem::malformed(
            "customer_or_phone_missing",
            "Say whose orders: customer=cust-0017 or phone=19900000017.",
            "请指明客户：customer=cust-0017 或 phone=19900000017。",
        ));
    }
    let limit = limit.unwrap_or(20);
    if !(1..=MOST_ORDERS).contains(&limit) {
        return Err(Problem::malformed(
            "invalid_limit",
            format!("limit must be from 1 to {MOST_ORDERS}, not {limit}."),
            format!("limit 应在 1 到 {MOST_ORDERS} 之间。"),
        ));
    }
    let (shop, now) = demo.shop();
    let present = shop.present(now);
    let matching: Vec<_> = shop
        .pack
        .orders
        .iter()
        .filter(|order| customer.as_ref().is_none_or(|id| *id == order.customer.external_id))
        .filter(|order| phone.as_ref().is_none_or(|phone| *phone == order.customer.phone))
        .filter(|order| status.is_none_or(|status| status == rules::status_at(order, present)))
        .collect();
    let start = match cursor {
        None => 0,
        // The order that the cursor names may have left the filter meanwhile: go on after its place in time.
        Some(cursor) => {
            let last = shop.order(&cursor).map_err(|_| {
                Problem::malformed(
                    "invalid_cursor",
                    "cursor must be the next_cursor of an earlier answer.",
                    "cursor 应为上一次返回的 next_cursor。",
                )
            })?;
            matching.partition_point(|order| order.placed_days_ago <= last.placed_days_ago)
        }
    };
    let page = &matching[start..matching.len().min(start + limit)];
    let more = start + page.len() < matching.len();
    let next_cursor = page.last().filter(|_| more).map(|order| &order.order_no);
    let orders: Vec<Value> = page.iter().map(|order| shop.show_order(order, now)).collect();
    Ok(Json(json!({ "orders": orders, "total": matching.len(), "next_cursor": next_cursor })))
}

async fn show_order(State(demo): State<Arc<Demo>>, Path(order_no): Path<String>) -> Result<Json<Value>, Problem> {
    let (shop, now) = demo.shop();
    Ok(Json(shop.show_order(shop.order(&order_no)?, now)))
}

async fn show_parcel(State(demo): State<Arc<Demo>>, Path(order_no): Path<String>) -> Result<Json<Value>, Problem> {
    let (shop, _) = demo.shop();
    let parcel = shop.order(&order_no)?.parcel.as_ref().ok_or_else(|| {
        Problem::missing(
            "no_parcel",
            "The order has no parcel yet: it has not shipped, or it was cancelled.",
            "该订单还没有包裹：尚未发货，或已取消。",
        )
    })?;
    Ok(Json(shop.show_parcel(parcel)))
}

async fn show_customer(State(demo): State<Arc<Demo>>, Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    let (shop, _) = demo.shop();
    Ok(Json(shop.show_customer(shop.customer(&id)?)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProductQuery {
    #[serde(default)]
    q: String,
}

async fn list_products(
    State(demo): State<Arc<Demo>>,
    query: Result<Query<ProductQuery>, QueryRejection>,
) -> Result<Json<Value>, Problem> {
    let ProductQuery { q } = read_query(query)?;
    let (shop, _) = demo.shop();
    Ok(Json(json!({ "products": shop.products(&q) })))
}

async fn show_product(State(demo): State<Arc<Demo>>, Path(sku): Path<String>) -> Result<Json<Value>, Problem> {
    let (shop, _) = demo.shop();
    Ok(Json(json!(shop.product(&sku)?)))
}

async fn reset(State(demo): State<Arc<Demo>>) -> StatusCode {
    let (mut shop, now) = demo.shop();
    *shop = Shop::open(now);
    StatusCode::NO_CONTENT
}

type Body = Result<Bytes, BytesRejection>;

async fn cancel(
    State(demo): State<Arc<Demo>>,
    Path(order_no): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    once(&demo, &headers, &format!("{order_no}/cancel"), body, |shop, now, _| {
        let present = shop.present(now);
        rules::cancel(shop.order_mut(&order_no)?, present)?;
        Ok(Answer { status: StatusCode::OK, body: shop.show_order(shop.order(&order_no)?, now) })
    })
}

async fn change_address(
    State(demo): State<Arc<Demo>>,
    Path(order_no): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    once(&demo, &headers, &format!("{order_no}/address"), body, |shop, now, body| {
        let address: Address = read_body(body)?;
        let present = shop.present(now);
        rules::change_address(shop.order_mut(&order_no)?, address, present)?;
        Ok(Answer { status: StatusCode::OK, body: shop.show_order(shop.order(&order_no)?, now) })
    })
}

async fn ask_invoice(
    State(demo): State<Arc<Demo>>,
    Path(order_no): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    once(&demo, &headers, &format!("{order_no}/invoice"), body, |shop, now, body| {
        let request: InvoiceRequest = read_body(body)?;
        let present = shop.present(now);
        rules::ask_invoice(shop.order_mut(&order_no)?, request, present)?;
        Ok(Answer { status: StatusCode::OK, body: shop.show_order(shop.order(&order_no)?, now) })
    })
}

async fn start_return(
    State(demo): State<Arc<Demo>>,
    Path(order_no): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    once(&demo, &headers, &format!("{order_no}/returns"), body, |shop, now, body| {
        let request: ReturnRequest = read_body(body)?;
        let present = shop.present(now);
        let owner = shop.order(&order_no)?.customer.external_id.clone();
        let place = shop.customers_place(&owner)?;
        let mut customer = shop.pack.customers[place].clone();
        let mut order = shop.order(&order_no)?.clone();
        let returned = rules::start_return(&mut order, &mut customer, &shop.pack.products, request, present)?;
        *shop.order_mut(&order_no)? = order;
        shop.pack.customers[place] = customer;
        Ok(Answer { status: StatusCode::CREATED, body: shop.show_return(&returned) })
    })
}

fn read_body<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| {
        Problem::malformed(
            "invalid_body",
            format!("The JSON body cannot be read: {error}."),
            "请求内容不是有效的 JSON 或缺少字段。",
        )
    })
}

/// Acts once per `Idempotency-Key`: the same request gets the same answer again, with the header
/// `Idempotency-Replayed: true`. Without the header it simply acts.
fn once(
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
