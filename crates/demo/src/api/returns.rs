//! Returns and exchanges: whether, doing it, undoing it, and the money.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};

use super::{Body, once, read_body};
use crate::Demo;
use crate::idempotency::Answer;
use crate::problem::Problem;
use crate::rules::returns::{self, ReturnRequest, SentBack};
use crate::show::verdict;

pub async fn start(
    State(demo): State<Arc<Demo>>,
    Path(order_no): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    once(&demo, &headers, &format!("{order_no}/returns"), body, |shop, now, body| {
        let request: ReturnRequest = read_body(body)?;
        let present = shop.present(now);
        let returned = shop.change(&order_no, |order, customer, products| {
            returns::start(order, customer, products, request, present)
        })?;
        let mut shown = shop.show_return(&returned);
        let order = shop.order(&order_no)?;
        shown["order_no"] = json!(order.order_no);
        shown["customer"] = json!(order.customer);
        Ok(Answer { status: StatusCode::CREATED, body: shown })
    })
}

pub async fn check(
    State(demo): State<Arc<Demo>>,
    Path(order_no): Path<String>,
    body: Body,
) -> Result<Json<Value>, Problem> {
    let request: ReturnRequest = read_body(&body.map_err(|_| Problem::too_large())?)?;
    let (shop, now) = demo.shop();
    let present = shop.present(now);
    let order = shop.order(&order_no)?;
    let customer = shop.customer(&order.customer.external_id)?;
    let outcome = returns::check(order, customer, &shop.pack.products, &request, present).map(|terms| {
        json!({
            "items": terms.items,
            "freight_paid_by": terms.freight_paid_by,
            "label_fee_cents": terms.label_fee_cents,
            "refund_cents": terms.refund_cents,
        })
    });
    let mut answer = verdict(outcome)?;
    let code = answer["code"].as_str().unwrap_or_default().to_owned();
    answer["instead"] = json!(returns::instead(&code, order, &shop.pack.products, &request, present));
    answer["order_no"] = json!(order.order_no);
    answer["customer"] = json!(order.customer);
    answer["days_since_receipt"] = json!(returns::may_come_back(order, present).ok().map(f64::floor));
    for (name, none) in [("items", json!([])), ("freight_paid_by", Value::Null)] {
        if answer.get(name).is_none() {
            answer[name] = none;
        }
    }
    for name in ["label_fee_cents", "refund_cents"] {
        if answer.get(name).is_none() {
            answer[name] = json!(0);
        }
    }
    Ok(Json(answer))
}

pub async fn withdraw(
    State(demo): State<Arc<Demo>>,
    Path(order_no): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    once(&demo, &headers, &format!("{order_no}/returns/withdraw"), body, |shop, now, _| {
        let present = shop.present(now);
        shop.change(&order_no, |order, customer, _| returns::withdraw(order, customer, present))?;
        Ok(Answer { status: StatusCode::OK, body: shop.show_order(shop.order(&order_no)?, now) })
    })
}

pub async fn sent(
    State(demo): State<Arc<Demo>>,
    Path(order_no): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    once(&demo, &headers, &format!("{order_no}/returns/sent"), body, |shop, now, body| {
        let sent: SentBack = read_body(body)?;
        returns::sent_back(shop.order_mut(&order_no)?, sent)?;
        Ok(Answer { status: StatusCode::OK, body: shop.show_order(shop.order(&order_no)?, now) })
    })
}

pub async fn refund(State(demo): State<Arc<Demo>>, Path(order_no): Path<String>) -> Result<Json<Value>, Problem> {
    let (shop, now) = demo.shop();
    Ok(Json(shop.show_refund(shop.order(&order_no)?, now)?))
}
