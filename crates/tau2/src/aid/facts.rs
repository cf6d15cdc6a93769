//! Answers to questions about orders, products and the profile, read off the data.

use super::items::{Purpose, Scene, find};
use super::names::mentions;
use super::plan::{describe, describe_options};
use super::request::{self, order_ids};
use super::words::{says_any, words};
use crate::{Database, Money, Order, PaymentMethod, Product, Status, User};

/// Sentences that answer what the text asks for; empty when it asks for nothing known.
pub(crate) fn answers(database: &Database, user: &User, text: &str) -> Vec<String> {
    let said = words(text);
    let orders = orders(database, user, &said);
    let products = products(database, &said);
    let mut sentences = Vec::new();
    if says_any(&said, &["tracking"]) {
        for order in &orders {
            let numbers: Vec<&str> =
                order.fulfillments.iter().flat_map(|parcel| &parcel.tracking_id).map(String::as_str).collect();
            if !numbers.is_empty() {
                sentences.push(format!("The tracking number of order {} is {}.", order.order_id, numbers.join(", ")));
            }
        }
    }
    if says_any(&said, &["how many", "which option", "available option", "option are available", "are available"]) {
        for product in &products {
            let count = product.variants.values().filter(|variant| variant.available).count();
            sentences.push(format!("There are {count} available options of the {}.", product.name));
        }
    }
    if says_any(&said, &["cheapest"]) {
        for product in &products {
            let cheapest = product.variants.values().filter(|variant| variant.available).min_by_key(|it| it.price);
            if let Some(cheapest) = cheapest {
                let text = describe_options(&product.name, &cheapest.options);
                sentences.push(format!("The cheapest available is the {text}, {} dollars.", cheapest.price));
            }
        }
    }
    if says_any(&said, &["gift card balance", "balance"]) {
        for method in user.payment_methods.values() {
            if let PaymentMethod::GiftCard { id, balance } = method {
                sentences.push(format!("The balance of {id} is {balance} dollars."));
            }
        }
    }
    if says_any(&said, &["which address", "what address", "address the order", "where was it sent", "shipping address"])
    {
        for order in &orders {
            let to = &order.address;
            sentences.push(format!(
                "Order {} goes to {}, {}, {}, {} {}.",
                order.order_id, to.address1, to.address2, to.city, to.state, to.zip
            ));
        }
    }
    if says_any(&said, &["status", "in transit", "arriving", "shipped", "arrive"]) {
        for order in &orders {
            sentences.push(format!("Order {} is {}.", order.order_id, status(order.status)));
        }
    }
    if says_any(
        &said,
        &["price", "cost", "how much", "total", "material", "storage", "battery life", "option", "most expensive item"],
    ) {
        items(database, user, &said, &mut sentences);
        if says_any(&said, &["total", "how much did i pay", "how much i paid", "how much you paid", "order total"]) {
            for order in &orders {
                sentences.push(format!("The total of order {} is {} dollars.", order.order_id, order.total()));
            }
        }
    }
    sentences
}

/// What a customer reads about a status.
fn status(status: Status) -> &'static str {
    match status {
        Status::Pending => "pending",
        Status::ItemsModified => "pending, with its items modified",
        Status::Processed => "processed and on its way",
        Status::Delivered => "delivered",
        Status::Cancelled => "cancelled",
        Status::ExchangeRequested => "delivered, with an exchange requested",
        Status::ReturnRequested => "delivered, with a return requested",
    }
}

/// Things named in the question, with prices and options; with their sum where several.
fn items(database: &Database, user: &User, said: &[String], sentences: &mut Vec<String>) {
    let requests = request::read(database, user, &[said.to_vec()]);
    let scene = Scene { database, user, purpose: Purpose::Look, said, orders: order_ids(user, said) };
    for thing in &requests.things {
        let found = find(&scene, thing);
        let mut sum = Money::ZERO;
        for (order, item) in found.iter().filter(|(order, _)| order.status != Status::Cancelled) {
            sum += item.price;
            sentences.push(format!("{} in order {}: {} dollars.", describe(item), order.order_id, item.price));
        }
        if found.len() > 1 {
            sentences.push(format!("Together {sum} dollars."));
        }
    }
    if says_any(said, &["most expensive item"]) {
        let items = request::items(database, user).filter(|(order, _)| order.status == Status::Pending);
        if let Some((_, item)) = items.max_by_key(|(_, item)| item.price) {
            sentences.push(format!("The most expensive item is the {}, {} dollars.", item.name, item.price));
        }
    }
}

/// The orders of a question: named, cancelled or pending as it says, with what it names in them, or all.
fn orders<'a>(database: &'a Database, user: &'a User, said: &[String]) -> Vec<&'a Order> {
    let all: Vec<&Order> = user.orders.iter().filter_map(|id| database.orders.get(id)).collect();
    let named = order_ids(user, said);
    if !named.is_empty() {
        return all.into_iter().filter(|order| named.contains(&order.order_id)).collect();
    }
    let status = [("cancelled", Status::Cancelled), ("pending", Status::Pending), ("delivered", Status::Delivered)]
        .into_iter()
        .find(|(word, _)| says_any(said, &[word]));
    let of: Vec<&Order> =
        all.iter().filter(|order| status.is_none_or(|(_, status)| order.status == status)).copied().collect();
    let named: Vec<String> = mentions(database, said).into_iter().flat_map(|mention| mention.products).collect();
    let with: Vec<&Order> =
        of.iter().filter(|order| order.items.iter().any(|item| named.contains(&item.name))).copied().collect();
    if with.is_empty() { of } else { with }
}

fn products<'a>(database: &'a Database, said: &[String]) -> Vec<&'a Product> {
    let named: Vec<String> = mentions(database, said).into_iter().flat_map(|mention| mention.products).collect();
    database.products.values().filter(|product| named.contains(&product.name)).collect()
}
