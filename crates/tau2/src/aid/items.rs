//! Which of a customer's things a request means.

use std::cmp::Ordering;

use super::options::spoken;
use super::request::{Count, Request, items};
use super::words::says_any;
use crate::{Database, Order, OrderItem, Status, User};

/// A thing in an order.
pub(crate) type Thing<'a> = (&'a Order, &'a OrderItem);

/// What may be done with the things looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Change them: modify while pending, exchange once delivered.
    Change,
    /// Send them back.
    Return,
    /// Cancel their order.
    Cancel,
    /// Only look.
    Look,
}

impl Purpose {
    pub(crate) fn allows(self, status: Status) -> bool {
        match self {
            Self::Change => matches!(status, Status::Pending | Status::Delivered),
            Self::Return => status == Status::Delivered,
            Self::Cancel => status == Status::Pending,
            Self::Look => true,
        }
    }
}

/// What was said of all the things together.
pub(crate) struct Scene<'a> {
    pub database: &'a Database,
    pub user: &'a User,
    pub purpose: Purpose,
    /// All sentences, joined.
    pub said: &'a [String],
    /// Only these orders, where any was named.
    pub orders: Vec<String>,
}

/// The things that a request may mean, narrowed as far as the words go. One is meant where one is left, or where the
/// request is for several.
pub(crate) fn find<'a>(scene: &Scene<'a>, request: &Request) -> Vec<Thing<'a>> {
    let mut found: Vec<Thing<'a>> = items(scene.database, scene.user)
        .filter(|(order, item)| {
            request.item_id.as_ref().map_or(request.products.contains(&item.name), |id| item.item_id == *id)
                && (scene.orders.is_empty() || scene.orders.contains(&order.order_id))
        })
        .collect();
    // Each clue narrows, unless it leaves nothing.
    narrow(&mut found, |(order, _)| scene.purpose.allows(order.status));
    let has = |order: &Order, name: &String| order.items.iter().any(|item| item.name == *name);
    if !request.with.is_empty() {
        narrow(&mut found, |(order, _)| request.with.iter().all(|name| has(order, name)));
    }
    // What was named in one breath is of one order, where one order has it all.
    let all_in =
        |order: &Order| scene.purpose.allows(order.status) && request.in_one_breath.iter().all(|name| has(order, name));
    let orders = scene.user.orders.iter().filter_map(|order| scene.database.orders.get(order));
    if request.in_one_breath.len() > 1 && orders.filter(|order| all_in(order)).count() == 1 {
        narrow(&mut found, |(order, _)| all_in(order));
    }
    if says_any(&request.is, &["pending", "just ordered", "just placed"]) {
        narrow(&mut found, |(order, _)| order.status == Status::Pending);
    } else if says_any(&request.is, &["received", "delivered", "arrived"]) {
        narrow(&mut found, |(order, _)| order.status == Status::Delivered);
    }
    described(&mut found, scene.database, &request.is);
    if found.len() > 1 && request.count == Count::One {
        if says_any(scene.said, &["received", "delivered"]) {
            narrow(&mut found, |(order, _)| order.status == Status::Delivered);
        } else if says_any(scene.said, &["pending", "just ordered", "just placed"]) {
            narrow(&mut found, |(order, _)| order.status == Status::Pending);
        }
        if scene.purpose == Purpose::Change && says_any(scene.said, &["exchange"]) {
            narrow(&mut found, |(order, _)| order.status == Status::Delivered);
        } else if scene.purpose == Purpose::Change {
            narrow(&mut found, |(order, _)| order.status == Status::Pending);
        }
    }
    match request.by_price() {
        Some(Ordering::Greater) => {
            let most = found.iter().map(|(_, item)| item.price).max();
            found.retain(|(_, item)| Some(item.price) == most);
        }
        Some(_) => {
            let least = found.iter().map(|(_, item)| item.price).min();
            found.retain(|(_, item)| Some(item.price) == least);
        }
        None => {}
    }
    // Equal things of one order are one choice.
    if request.count == Count::One {
        let mut seen: Vec<(String, String)> = Vec::new();
        found.retain(|(order, item)| {
            let key = (order.order_id.clone(), item.item_id.clone());
            let new = !seen.contains(&key);
            seen.push(key);
            new
        });
    }
    found
}

fn narrow<'a>(found: &mut Vec<Thing<'a>>, keep: impl Fn(&Thing<'a>) -> bool) {
    let left: Vec<Thing<'a>> = found.iter().filter(|thing| keep(thing)).copied().collect();
    if !left.is_empty() {
        *found = left;
    }
}

/// Keeps the things whose options are what the words say.
fn described(found: &mut Vec<Thing<'_>>, database: &Database, is: &[String]) {
    narrow(found, |(_, item)| {
        let Some(product) = database.products.get(&item.product_id) else { return true };
        spoken(product, is).iter().all(|said| item.options.get(&said.option) == Some(&said.value))
    });
}
