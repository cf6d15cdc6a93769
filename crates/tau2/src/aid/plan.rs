//! From what a customer said to the items, order by order, that a tool call would name.

use std::collections::BTreeMap;

use serde::Serialize;

use super::items::{Purpose, Scene, Thing, find};
use super::request::{self, Count, Request, Requests};
use super::variant::{Now, fitting, tie};
use super::wanted;
use super::words::{says_any, words};
use crate::{Database, Money, Order, OrderItem, Product, Status, User, Variant};

/// What was understood. Nothing in it was done yet, and no rule of the policy was applied: the flow does both.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct Plan {
    /// Order by order.
    pub groups: Vec<Group>,
    /// Things where several fit what was said.
    pub unclear: Vec<Unclear>,
    /// Things of which no available variant is as wanted.
    pub unavailable: Vec<Unavailable>,
    /// Things of which was not said what they should become.
    pub incomplete: Vec<Item>,
}

/// The things of one order.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Group {
    pub order_id: String,
    pub status: Status,
    pub item_ids: Vec<String>,
    /// In step with `item_ids`; empty where nothing is exchanged.
    pub new_item_ids: Vec<String>,
    /// One sentence a thing, for reading out.
    pub lines: Vec<String>,
    /// What the things cost.
    pub total: Money,
    /// What the new things cost more.
    pub price_difference: Money,
    /// What the order was paid with.
    pub paid_with: String,
    /// Whether these are all things of the order.
    pub whole_order: bool,
}

/// A thing and how to speak of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Item {
    pub order_id: String,
    pub item_id: String,
    pub text: String,
    pub price: Money,
}

/// Several things fit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Unclear {
    pub what: String,
    pub candidates: Vec<Item>,
}

/// Nothing available fits.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Unavailable {
    pub item: Item,
    /// What is available of the product.
    pub offers: Vec<String>,
}

/// What the customer said, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Said {
    /// Wishes and what amended them.
    pub wishes: Vec<String>,
    /// Answers to the question which thing is meant.
    pub which: Vec<String>,
    /// Orders to which the wish is limited.
    pub order_ids: Vec<String>,
}

/// Makes the plan.
pub(crate) fn plan(database: &Database, user: &User, purpose: Purpose, said: &Said) -> Plan {
    let texts: Vec<Vec<String>> = said.wishes.iter().map(|text| words(text)).collect();
    let which: Vec<String> = said.which.iter().flat_map(|text| words(text)).collect();
    let joined: Vec<String> = texts.iter().flatten().cloned().chain(which.clone()).collect();
    let requests = request::read(database, user, &texts);
    let mut orders = said.order_ids.clone();
    orders.extend(request::order_ids(user, &joined));
    let scene = Scene { database, user, purpose, said: &joined, orders };

    let mut made = Plan::default();
    let mut taken: Vec<Thing<'_>> = Vec::new();
    for request in &things(&scene, &requests) {
        one(&scene, request, &which, &mut taken, &mut made);
    }
    made
}

/// The requests, `everything` told thing by thing.
fn things(scene: &Scene<'_>, requests: &Requests) -> Vec<Request> {
    let mut all = requests.things.clone();
    if !requests.everything {
        if all.is_empty() {
            all.extend(only_thing(scene, requests));
        }
        return all;
    }
    let except: Vec<&String> = requests.except.iter().flat_map(|request| &request.products).collect();
    let mut orders: Vec<&Order> =
        scene.user.orders.iter().filter_map(|order| scene.database.orders.get(order)).collect();
    orders.retain(|order| scene.purpose.allows(order.status));
    orders.retain(|order| scene.orders.is_empty() || scene.orders.contains(&order.order_id));
    // What is left out says which order is meant.
    let with_except: Vec<&Order> = orders
        .iter()
        .filter(|order| {
            !except.is_empty() && except.iter().any(|name| order.items.iter().any(|item| item.name == **name))
        })
        .copied()
        .collect();
    if !with_except.is_empty() {
        orders = with_except;
    }
    let mut seen: Vec<&str> = Vec::new();
    for item in orders.iter().flat_map(|order| &order.items) {
        if except.contains(&&item.name) || seen.contains(&item.item_id.as_str()) {
            continue;
        }
        seen.push(&item.item_id);
        let own = all.iter().position(|request| request.products.contains(&item.name) && request.item_id.is_none());
        let mut becomes = requests.becomes.clone();
        if let Some(at) = own {
            becomes.push(all[at].is.clone());
            becomes.extend(all[at].becomes.clone());
        }
        all.push(Request {
            products: vec![item.name.clone()],
            item_id: Some(item.item_id.clone()),
            count: Count::All,
            becomes,
            ..Request::default()
        });
    }
    all.retain(|request| request.item_id.is_some());
    all
}

/// `its item`, `the order`: the one thing of the one order that can be meant.
fn only_thing(scene: &Scene<'_>, requests: &Requests) -> Option<Request> {
    if !says_any(scene.said, &["item", "it", "order", "one"]) {
        return None;
    }
    let mut orders = scene.user.orders.iter().filter_map(|order| scene.database.orders.get(order)).filter(|order| {
        let meant = if scene.orders.is_empty() {
            order.status == Status::Pending && says_any(scene.said, &["pending"])
        } else {
            scene.orders.contains(&order.order_id)
        };
        meant && scene.purpose.allows(order.status)
    });
    let (order, None) = (orders.next()?, orders.next()) else { return None };
    let [item] = order.items.as_slice() else { return None };
    Some(Request {
        products: vec![item.name.clone()],
        item_id: Some(item.item_id.clone()),
        becomes: requests.loose.clone(),
        ..Request::default()
    })
}

fn one<'a>(scene: &Scene<'a>, request: &Request, which: &[String], taken: &mut Vec<Thing<'a>>, made: &mut Plan) {
    let mut found = find(scene, request);
    // What is spoken of twice is another one each time.
    found.retain(|thing| {
        let held = thing.0.items.iter().filter(|item| item.item_id == thing.1.item_id).count();
        let used = taken
            .iter()
            .filter(|other| other.0.order_id == thing.0.order_id && other.1.item_id == thing.1.item_id)
            .count();
        used < held
    });
    let mut count = if request.by_price().is_some() { Count::One } else { request.count };
    if found.len() > 1 && !which.is_empty() {
        let mut narrower = request.clone();
        narrower.is.extend(which.iter().cloned());
        found = find(scene, &narrower);
        if says_any(which, &["both", "all", "2"]) {
            count = Count::All;
        }
    }
    let limit = match count {
        Count::One => 1,
        Count::Some(count) => count,
        Count::All => usize::MAX,
    };
    if found.len() > limit {
        let candidates = found.iter().map(|thing| item(*thing)).collect();
        made.unclear.push(Unclear { what: request.products.join(" / "), candidates });
        return;
    }
    for thing in found {
        taken.push(thing);
        match scene.purpose {
            Purpose::Change => change(scene, thing, &request.becomes, made),
            Purpose::Return | Purpose::Cancel | Purpose::Look => {
                let line = format!("{}, {}", describe(thing.1), thing.1.price);
                add(made, thing, None, line);
            }
        }
    }
}

fn change(scene: &Scene<'_>, thing: Thing<'_>, becomes: &[Vec<String>], made: &mut Plan) {
    let Some(product) = scene.database.products.get(&thing.1.product_id) else { return };
    let now = Now { item_id: &thing.1.item_id, options: &thing.1.options, price: thing.1.price };
    if let Some(like) = like_another(scene, thing, becomes) {
        let line = format!("{} → {}", describe(thing.1), describe(like));
        if let Some(variant) = product.variants.get(&like.item_id).filter(|variant| variant.available) {
            add(made, thing, Some(variant), line);
        } else {
            made.unavailable.push(Unavailable { item: item(thing), offers: offers(product) });
        }
        return;
    }
    let wanted = wanted::read(product, becomes);
    if wanted.is_empty() {
        made.incomplete.push(item(thing));
        return;
    }
    let fit = fitting(product, now, &wanted);
    let Some(best) = fit.first().filter(|_| !wanted.identical) else {
        made.unavailable.push(Unavailable { item: item(thing), offers: offers(product) });
        return;
    };
    let choice = if tie(&fit, now, &wanted) { " (others fit as well)" } else { "" };
    let line = format!("{} → {}{choice}", describe(thing.1), describe_options(&product.name, &best.options));
    add(made, thing, Some(best), line);
}

/// `the same type as the one I already received`: another thing of the product that the customer has.
fn like_another<'a>(scene: &Scene<'a>, thing: Thing<'_>, becomes: &[Vec<String>]) -> Option<&'a OrderItem> {
    let text: Vec<String> = becomes.iter().flatten().cloned().collect();
    if !says_any(
        &text,
        &[
            "same type as",
            "type that is in",
            "same as the one",
            "the one in my",
            "same one as",
            "like the one",
            "same type that",
        ],
    ) {
        return None;
    }
    let mut others = request::items(scene.database, scene.user)
        .filter(|(order, item)| item.product_id == thing.1.product_id && order.order_id != thing.0.order_id);
    if says_any(&text, &["pending"]) {
        return others.find(|(order, _)| order.status == Status::Pending).map(|(_, item)| item);
    }
    if says_any(&text, &["received", "already have"]) {
        const RECEIVED: [Status; 3] = [Status::Delivered, Status::ExchangeRequested, Status::ReturnRequested];
        return others.find(|(order, _)| RECEIVED.contains(&order.status)).map(|(_, item)| item);
    }
    others.next().map(|(_, item)| item)
}

fn add(made: &mut Plan, (order, item): Thing<'_>, new: Option<&Variant>, line: String) {
    let at = made.groups.iter().position(|group| group.order_id == order.order_id).unwrap_or_else(|| {
        made.groups.push(Group {
            order_id: order.order_id.clone(),
            status: order.status,
            item_ids: Vec::new(),
            new_item_ids: Vec::new(),
            lines: Vec::new(),
            total: Money::ZERO,
            price_difference: Money::ZERO,
            paid_with: order.payment_history.first().map(|paid| paid.payment_method_id.clone()).unwrap_or_default(),
            whole_order: false,
        });
        made.groups.len() - 1
    });
    let group = &mut made.groups[at];
    group.item_ids.push(item.item_id.clone());
    group.total += item.price;
    if let Some(new) = new {
        group.new_item_ids.push(new.item_id.clone());
        group.price_difference += new.price - item.price;
    }
    group.lines.push(line);
    group.whole_order = group.item_ids.len() >= order.items.len();
}

fn item((order, item): Thing<'_>) -> Item {
    Item {
        order_id: order.order_id.clone(),
        item_id: item.item_id.clone(),
        text: format!("{} in order {}", describe(item), order.order_id),
        price: item.price,
    }
}

fn offers(product: &Product) -> Vec<String> {
    let available = product.variants.values().filter(|variant| variant.available);
    available
        .map(|variant| format!("{}, {}", describe_options(&product.name, &variant.options), variant.price))
        .collect()
}

/// `Mug (color: red, size: small)`.
pub(crate) fn describe(item: &OrderItem) -> String {
    describe_options(&item.name, &item.options)
}

/// The same for a variant.
pub(crate) fn describe_options(name: &str, options: &BTreeMap<String, String>) -> String {
    let options: Vec<String> = options.iter().map(|(option, value)| format!("{option}: {value}")).collect();
    format!("{name} ({})", options.join(", "))
}
