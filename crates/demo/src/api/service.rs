//! Price protection and complaints.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Body, once, read_body, read_optional_body};
use crate::Demo;
use crate::idempotency::Answer;
use crate::problem::Problem;
use crate::rules::complaints::{self, ComplaintRequest};
use crate::rules::price;
use crate::show::verdict;

pub async fn check_price(State(demo): State<Arc<Demo>>, Path(order_no): Path<String>) -> Result<Json<Value>, Problem> {
    let (shop, now) = demo.shop();
    let order = shop.order(&order_no)?;
    let differences = price::check(order, &shop.pack.figures.sales, shop.present(now));
    let refund: i64 = differences.as_ref().map_or(0, |lines| lines.iter().map(|line| line.cents).sum());
    let lines = differences.as_ref().map_or_else(|_| json!([]), |lines| json!(lines));
    let mut answer = verdict(differences.map(|_| json!({})))?;
    answer["order_no"] = json!(order.order_no);
    answer["customer"] = json!(order.customer);
    answer["items"] = lines;
    answer["refund_cents"] = json!(refund);
    answer["payment"] = json!(order.payment);
    answer["protected_until"] = json!(shop.at(order.placed_days_ago - price::DAYS_OF_PROTECTION));
    answer["claim"] = json!(order.price_claim.as_ref().map(|claim| shop.show_claim(claim)));
    Ok(Json(answer))
}

pub async fn claim_price(
    State(demo): State<Arc<Demo>>,
    Path(order_no): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    once(&demo, &headers, &format!("{order_no}/price-protection"), body, |shop, now, _| {
        let present = shop.present(now);
        let sales = shop.pack.figures.sales.clone();
        let order = shop.order_mut(&order_no)?;
        let claim = price::claim(order, &sales, present)?;
        let payment = order.payment.clone();
        let customer = json!(order.customer);
        let mut shown = shop.show_claim(&claim);
        shown["payment"] = json!(payment);
        shown["customer"] = customer;
        Ok(Answer { status: StatusCode::CREATED, body: shown })
    })
}

pub async fn complain(State(demo): State<Arc<Demo>>, headers: HeaderMap, body: Body) -> Response {
    once(&demo, &headers, "complaints", body, |shop, now, body| {
        let mut request: ComplaintRequest = read_body(body)?;
        let customer = match (&request.customer, &request.order_no) {
            (Some(customer), None) => customer.clone(),
            (Some(customer), Some(order_no)) => shop.order_of(order_no, customer)?.customer.external_id.clone(),
            (None, Some(order_no)) => shop.order(order_no)?.customer.external_id.clone(),
            (None, None) => {
                return Err(Problem::invalid(
                    "customer_or_order_missing",
                    "Say who complains: customer, order_no, or both.",
                    "请指明客户或订单号。",
                ));
            }
        };
        request.order_no = request.order_no.map(|order_no| order_no.trim().to_ascii_uppercase());
        let before: Vec<_> = shop.complaints.iter().filter(|complaint| complaint.customer == customer).collect();
        let (present, number) = (shop.present(now), shop.complaints.len() + 1);
        let rules = &shop.pack.figures.compensation;
        let complaint = complaints::take(request, shop.customer(&customer)?, &before, number, rules, present)?;
        let body = shop.show_complaint(&complaint);
        shop.complaints.push(complaint);
        Ok(Answer { status: StatusCode::CREATED, body })
    })
}

pub async fn show_complaint(
    State(demo): State<Arc<Demo>>,
    Path(complaint_no): Path<String>,
) -> Result<Json<Value>, Problem> {
    let (shop, _) = demo.shop();
    let place = shop.complaint(&complaint_no)?;
    Ok(Json(shop.show_complaint(&shop.complaints[place])))
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct CouponRequest {
    cents: Option<i64>,
}

pub async fn give_coupon(
    State(demo): State<Arc<Demo>>,
    Path(complaint_no): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    once(&demo, &headers, &format!("{complaint_no}/coupon"), body, |shop, _, body| {
        let CouponRequest { cents } = read_optional_body(body)?;
        let place = shop.complaint(&complaint_no)?;
        let rules = &shop.pack.figures.compensation;
        complaints::give_coupon(&mut shop.complaints[place], cents, rules)?;
        Ok(Answer { status: StatusCode::CREATED, body: shop.show_complaint(&shop.complaints[place]) })
    })
}
