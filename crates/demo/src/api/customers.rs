//! Customers: who they are, their level and points.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Body, once, read_body};
use crate::Demo;
use crate::idempotency::Answer;
use crate::pack::Customer;
use crate::problem::Problem;

pub async fn show(State(demo): State<Arc<Demo>>, Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    let (shop, _) = demo.shop();
    Ok(Json(shop.show_customer(shop.customer(&id)?)))
}

pub async fn points(State(demo): State<Arc<Demo>>, Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    let (shop, now) = demo.shop();
    Ok(Json(shop.show_points(shop.customer(&id)?, now)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IdentityRequest {
    order_no: String,
    phone: String,
}

pub async fn check_identity(State(demo): State<Arc<Demo>>, headers: HeaderMap, body: Body) -> Response {
    once(&demo, &headers, "identity/check", body, |shop, now, body| {
        let IdentityRequest { order_no, phone } = read_body(body)?;
        let id = shop.attempts.check(&shop.pack.orders, &order_no, &phone, now)?;
        Ok(Answer { status: StatusCode::OK, body: who(shop.customer(&id)?) })
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FindRequest {
    phone: Option<String>,
    email: Option<String>,
}

/// Whose a phone number or an e-mail address is. It proves nothing: ask only about what was proved otherwise.
pub async fn find(State(demo): State<Arc<Demo>>, headers: HeaderMap, body: Body) -> Response {
    once(&demo, &headers, "identity/find", body, |shop, _, body| {
        let FindRequest { phone, email } = read_body(body)?;
        let customer = shop.customer_by(phone.as_deref(), email.as_deref())?;
        Ok(Answer { status: StatusCode::OK, body: who(customer) })
    })
}

/// A customer, as those who ask who somebody is learn of them.
fn who(customer: &Customer) -> Value {
    json!({
        "external_id": customer.external_id,
        "name": customer.name,
        "name_en": customer.name_en,
        "language": customer.language,
        "level": customer.level,
    })
}
