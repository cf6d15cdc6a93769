//! Products: finding and comparing them, stock, and whether they suit.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Body, once, read_body, read_query};
use crate::Demo;
use crate::idempotency::Answer;
use crate::pack::Attribute;
use crate::problem::Problem;
use crate::rules;

/// Below this many pieces stock is called low.
const LOW: u32 = 5;
const MOST_COMPARED: usize = 4;

fn availability(pieces: u32) -> &'static str {
    match pieces {
        0 => "out",
        1..LOW => "low",
        _ => "in_stock",
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductQuery {
    #[serde(default)]
    q: String,
}

pub async fn list(
    State(demo): State<Arc<Demo>>,
    query: Result<Query<ProductQuery>, QueryRejection>,
) -> Result<Json<Value>, Problem> {
    let ProductQuery { q } = read_query(query)?;
    let (shop, _) = demo.shop();
    let products: Vec<Value> = shop.products(&q).into_iter().map(|product| shop.show_product(product)).collect();
    Ok(Json(json!({ "products": products })))
}

pub async fn show(State(demo): State<Arc<Demo>>, Path(sku): Path<String>) -> Result<Json<Value>, Problem> {
    let (shop, _) = demo.shop();
    Ok(Json(shop.show_product(shop.product(&sku)?)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StockQuery {
    /// Only the stores of this city, in Chinese or English.
    city: Option<String>,
}

pub async fn stock(
    State(demo): State<Arc<Demo>>,
    Path(sku): Path<String>,
    query: Result<Query<StockQuery>, QueryRejection>,
) -> Result<Json<Value>, Problem> {
    let StockQuery { city } = read_query(query)?;
    let city = city.map(|city| city.trim().trim_end_matches('市').to_lowercase()).filter(|city| !city.is_empty());
    let (shop, _) = demo.shop();
    let product = shop.product(&sku)?;
    let in_city = |zh: &str, en: &str| city.as_ref().is_none_or(|city| city == zh || *city == en.to_lowercase());
    let stores: Vec<Value> = shop
        .pack
        .figures
        .stores
        .iter()
        .filter(|store| in_city(&store.city, &store.city_en))
        .map(|store| {
            let pieces = store.stock.get(&product.sku).copied().unwrap_or(0);
            json!({
                "id": store.id,
                "name": store.name,
                "name_en": store.name_en,
                "city": store.city,
                "city_en": store.city_en,
                "stock": pieces,
                "availability": availability(pieces),
            })
        })
        .collect();
    Ok(Json(json!({
        "sku": product.sku,
        "name": product.name,
        "name_en": product.name_en,
        "stock": product.stock,
        "availability": availability(product.stock),
        "restock_in_days": shop.restock_in_days(product),
        "stores": stores,
    })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdviceQuery {
    value: Option<String>,
}

pub async fn advice(
    State(demo): State<Arc<Demo>>,
    Path(sku): Path<String>,
    query: Result<Query<AdviceQuery>, QueryRejection>,
) -> Result<Json<Value>, Problem> {
    let AdviceQuery { value } = read_query(query)?;
    let (shop, _) = demo.shop();
    let product = shop.product(&sku)?;
    let advice = shop.pack.figures.advice.iter().find(|advice| advice.sku == product.sku).ok_or_else(|| {
        Problem::missing(
            "no_advice",
            "There is no advice on the size of this product; its attributes tell its measures.",
            "该商品没有尺寸建议，可查看商品参数。",
        )
    })?;
    let case =
        value.filter(|value| !value.trim().is_empty()).map(|value| rules::advice::case(advice, &value)).transpose()?;
    Ok(Json(json!({
        "sku": product.sku,
        "name": product.name,
        "name_en": product.name_en,
        "measure": advice.measure,
        "question": advice.question.zh,
        "question_en": advice.question.en,
        "words": advice.cases.iter().filter_map(|case| case.is.as_ref()).collect::<Vec<_>>(),
        "verdict": case.map(|case| case.verdict),
        "text": case.map(|case| &case.text.zh),
        "text_en": case.map(|case| &case.text.en),
    })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompareQuery {
    /// Two to four SKUs with commas between.
    skus: String,
}

pub async fn compare(
    State(demo): State<Arc<Demo>>,
    query: Result<Query<CompareQuery>, QueryRejection>,
) -> Result<Json<Value>, Problem> {
    let CompareQuery { skus } = read_query(query)?;
    let (shop, _) = demo.shop();
    let mut products = Vec::new();
    for sku in skus.split(',').map(str::trim).filter(|sku| !sku.is_empty()) {
        let product = shop.product(sku)?;
        if !products.iter().any(|known: &&crate::pack::Product| known.sku == product.sku) {
            products.push(product);
        }
    }
    if !(2..=MOST_COMPARED).contains(&products.len()) {
        return Err(Problem::invalid(
            "invalid_skus",
            format!("skus must name 2 to {MOST_COMPARED} different products, with commas between."),
            format!("请提供 2–{MOST_COMPARED} 个不同的商品编号，用逗号分隔。"),
        ));
    }
    let mut names: Vec<&Attribute> = Vec::new();
    for attribute in products.iter().flat_map(|product| &product.attributes) {
        if !names.iter().any(|known| known.name == attribute.name) {
            names.push(attribute);
        }
    }
    let rows: Vec<Value> = names
        .into_iter()
        .map(|name| {
            let of = |product: &&crate::pack::Product| {
                product.attributes.iter().find(|attribute| attribute.name == name.name).cloned()
            };
            let found: Vec<Option<Attribute>> = products.iter().map(of).collect();
            let values: Vec<Option<&String>> = found.iter().map(|a| a.as_ref().map(|a| &a.value)).collect();
            let values_en: Vec<Option<&String>> = found.iter().map(|a| a.as_ref().map(|a| &a.value_en)).collect();
            let same = values.windows(2).all(|pair| pair[0] == pair[1]);
            json!({ "name": name.name, "name_en": name.name_en, "values": values, "values_en": values_en, "same": same })
        })
        .collect();
    let shown: Vec<Value> = products.iter().map(|product| shop.show_product(product)).collect();
    let prices: Vec<i64> = shown.iter().filter_map(|product| product["now_cents"].as_i64()).collect();
    let (least, most) = (prices.iter().min().copied().unwrap_or(0), prices.iter().max().copied().unwrap_or(0));
    let cheapest = products.iter().zip(&prices).find(|(_, price)| **price == least).map(|(product, _)| product);
    Ok(Json(json!({
        "products": shown,
        "rows": rows,
        "cheapest": cheapest.map(|product| &product.sku),
        "cheapest_name": cheapest.map(|product| &product.name),
        "cheapest_name_en": cheapest.map(|product| &product.name_en),
        "price_difference_cents": most - least,
    })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReminderRequest {
    customer: String,
}

pub async fn remind(
    State(demo): State<Arc<Demo>>,
    Path(sku): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    once(&demo, &headers, &format!("{sku}/reminders"), body, |shop, _, body| {
        let ReminderRequest { customer } = read_body(body)?;
        let product = shop.product(&sku)?;
        if product.stock > 0 {
            return Err(Problem::rule(
                "in_stock",
                "The product is in stock; it can be ordered now.",
                "该商品有货，可以直接下单。",
            ));
        }
        let (id, sku) = (shop.customer(&customer)?.external_id.clone(), product.sku.clone());
        let restock_in_days = shop.restock_in_days(product);
        let known = shop.reminders.contains(&(id.clone(), sku.clone()));
        if !known {
            shop.reminders.push((id.clone(), sku.clone()));
        }
        let status = if known { StatusCode::OK } else { StatusCode::CREATED };
        Ok(Answer {
            status,
            body: json!({ "sku": sku, "customer": { "external_id": id }, "restock_in_days": restock_in_days }),
        })
    })
}
