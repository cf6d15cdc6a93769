//! Orders: finding them, cancelling, sending them elsewhere, invoices.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error, StrDeserializer};
use serde_json::{Value, json};

use super::{Body, once, read_body, read_optional_body, read_query};
use crate::Demo;
use crate::address::AddressInput;
use crate::idempotency::Answer;
use crate::pack::{Order, Status};
use crate::problem::Problem;
use crate::rules::identity::plain_phone;
use crate::rules::invoices::{self, InvoiceRequest};
use crate::rules::{self, orders};
use crate::show::verdict;

const MOST_ORDERS: usize = 100;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderQuery {
    customer: Option<String>,
    phone: Option<String>,
    /// One status, or several with commas between.
    status: Option<String>,
    /// Something that may be done with the order, as in `allowed`.
    may: Option<String>,
    /// Words of a product, or a SKU.
    q: Option<String>,
    /// Placed at most so many days ago.
    days: Option<f64>,
    limit: Option<usize>,
    cursor: Option<String>,
}

fn statuses(text: &str) -> Result<Vec<Status>, Problem> {
    let read = |word: &str| {
        let word: StrDeserializer<'_, Error> = word.into_deserializer();
        Status::deserialize(word)
    };
    text.split(',').map(|word| read(word.trim())).collect::<Result<_, _>>().map_err(|error| {
        Problem::malformed("invalid_query", format!("status: {error}."), "订单状态有误，请查看 openapi.json。")
    })
}

pub async fn list(
    State(demo): State<Arc<Demo>>,
    query: Result<Query<OrderQuery>, QueryRejection>,
) -> Result<Json<Value>, Problem> {
    let OrderQuery { customer, phone, status, may, q, days, limit, cursor } = read_query(query)?;
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
    let statuses = status.filter(|status| !status.is_empty()).as_deref().map(statuses).transpose()?;
    let phone = phone.as_deref().map(plain_phone);
    let (shop, now) = demo.shop();
    let present = shop.present(now);
    let skus: Option<Vec<&str>> = q
        .filter(|words| !words.trim().is_empty())
        .map(|words| shop.products(&words).into_iter().map(|product| product.sku.as_str()).collect());
    let may = may.filter(|may| !may.is_empty());
    let matching: Vec<&Order> = shop
        .pack
        .orders
        .iter()
        .filter(|order| customer.as_ref().is_none_or(|id| *id == order.customer.external_id))
        .filter(|order| phone.as_ref().is_none_or(|phone| *phone == order.customer.phone))
        .filter(|order| statuses.as_ref().is_none_or(|all| all.contains(&rules::status_at(order, present))))
        .filter(|order| days.is_none_or(|days| order.placed_days_ago - present <= days))
        .filter(|order| {
            skus.as_ref().is_none_or(|skus| order.items.iter().any(|item| skus.contains(&item.sku.as_str())))
        })
        .filter(|order| {
            may.as_ref()
                .is_none_or(|may| rules::allowed(order, &shop.pack.figures.sales, present).contains(&may.as_str()))
        })
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

pub async fn show(State(demo): State<Arc<Demo>>, Path(order_no): Path<String>) -> Result<Json<Value>, Problem> {
    let (shop, now) = demo.shop();
    Ok(Json(shop.show_order(shop.order(&order_no)?, now)))
}

pub async fn parcel(State(demo): State<Arc<Demo>>, Path(order_no): Path<String>) -> Result<Json<Value>, Problem> {
    let (shop, now) = demo.shop();
    let order = shop.order(&order_no)?;
    let parcel = order.parcel.as_ref().ok_or_else(|| {
        Problem::missing(
            "no_parcel",
            "The order has no parcel yet: it has not shipped, or it was cancelled.",
            "该订单还没有包裹：尚未发货，或已取消。",
        )
    })?;
    let mut shown = shop.show_parcel(parcel);
    shown["order_no"] = json!(order.order_no);
    shown["customer"] = json!(order.customer);
    let last = parcel.events.last().map_or(0.0, |event| event.days_ago - shop.present(now));
    shown["quiet_hours"] = json!((last * 24.0).floor());
    Ok(Json(shown))
}

pub async fn cancel(
    State(demo): State<Arc<Demo>>,
    Path(order_no): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    once(&demo, &headers, &format!("{order_no}/cancel"), body, |shop, now, _| {
        let present = shop.present(now);
        orders::cancel(shop.order_mut(&order_no)?, present)?;
        Ok(Answer { status: StatusCode::OK, body: shop.show_order(shop.order(&order_no)?, now) })
    })
}

pub async fn change_address(
    State(demo): State<Arc<Demo>>,
    Path(order_no): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    once(&demo, &headers, &format!("{order_no}/address"), body, |shop, now, body| {
        let address: AddressInput = read_body(body)?;
        let present = shop.present(now);
        let order = shop.order_mut(&order_no)?;
        orders::may_change_address(order, None, present)?;
        orders::change_address(order, address.read()?, present)?;
        Ok(Answer { status: StatusCode::OK, body: shop.show_order(shop.order(&order_no)?, now) })
    })
}

pub async fn check_address(
    State(demo): State<Arc<Demo>>,
    Path(order_no): Path<String>,
    body: Body,
) -> Result<Json<Value>, Problem> {
    let input: AddressInput = read_optional_body(&body.map_err(|_| Problem::too_large())?)?;
    let (shop, now) = demo.shop();
    let order = shop.order(&order_no)?;
    let present = shop.present(now);
    // Whether it may be changed at all comes first: nobody should type an address in vain.
    let address = match orders::may_change_address(order, None, present) {
        Ok(()) if !input.is_empty() => Some(input.read()?),
        _ => None,
    };
    let outcome = orders::may_change_address(order, address.as_ref(), present).map(|()| json!({}));
    let mut answer = verdict(outcome)?;
    answer["order_no"] = json!(order.order_no);
    answer["customer"] = json!(order.customer);
    answer["old_address"] = json!(order.address);
    answer["address"] = json!(address);
    Ok(Json(answer))
}

pub async fn invoice(State(demo): State<Arc<Demo>>, Path(order_no): Path<String>) -> Result<Json<Value>, Problem> {
    let (shop, now) = demo.shop();
    let order = shop.order(&order_no)?;
    let mut answer = verdict(invoices::may_have_invoice(order, shop.present(now)).map(|()| json!({})))?;
    answer["order_no"] = json!(order.order_no);
    answer["customer"] = json!(order.customer);
    answer["invoice"] = json!(order.invoice.as_ref().map(|invoice| shop.show_invoice(invoice)));
    answer["amount_cents"] = json!(invoices::amount_cents(order));
    Ok(Json(answer))
}

pub async fn ask_invoice(
    State(demo): State<Arc<Demo>>,
    Path(order_no): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    once(&demo, &headers, &format!("{order_no}/invoice"), body, |shop, now, body| {
        let request: InvoiceRequest = read_body(body)?;
        let present = shop.present(now);
        invoices::ask(shop.order_mut(&order_no)?, request, present)?;
        Ok(Answer { status: StatusCode::OK, body: shop.show_order(shop.order(&order_no)?, now) })
    })
}
