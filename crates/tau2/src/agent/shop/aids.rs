//! What flows look up besides the benchmark's tools: what words mean in the data, given what was spoken of before. None changes
//! anything.

use serde_json::{Value, json};

use super::Shop;
use crate::pattern::pattern;
use crate::{ErrorCode, Money, ToolError};

type Result = std::result::Result<Value, ToolError>;

/// What an order can be in while its address may be changed.
const OPEN: [&str; 2] = ["pending", "pending (items modifed)"];

/// `{kind, said, which?, orders?}` → the plan of `Retail::aid`. `said` and `which` hold a text a line, `orders` ids between spaces.
/// Where the words name nothing, the orders spoken of last are meant, or else the things spoken of last.
pub(super) fn plan_items(shop: &mut Shop, user: &str, input: &Value) -> Result {
    let lines = |name: &str| -> Vec<String> { text(input, name).lines().map(str::to_owned).collect() };
    let (mut said, which) = (lines("said"), lines("which"));
    let within: Vec<String> = text(input, "orders").split_whitespace().map(str::to_owned).collect();
    let kind = text(input, "kind");
    let plan = |shop: &Shop, said: &[String], within: &[String]| {
        let input = json!({ "user_id": user, "kind": kind, "said": said, "which": which, "order_ids": within });
        shop.retail.aid("plan_items", &input)
    };
    let mut made = plan(shop, &said, &within)?;
    if is_empty(&made) && !shop.orders.is_empty() {
        made = plan(shop, &said, &shop.orders)?;
    }
    if is_empty(&made) && !shop.things.is_empty() && !said.is_empty() {
        said[0] = format!("The {}: {}", shop.things, said[0]);
        made = plan(shop, &said, &[])?;
    }
    shop.remember(&made);
    Ok(made)
}

/// `{said}` → `{whole, order_ids, paid}`: whether whole orders are wished to be cancelled, which, and what was paid for them in dollars.
pub(super) fn orders_to_cancel(shop: &mut Shop, user: &str, input: &Value) -> Result {
    let said = text(input, "said");
    let plan = shop.retail.aid("plan_items", &json!({ "user_id": user, "kind": "cancel", "said": said }))?;
    let parts = list(&plan, "groups");
    let whole = says(r"(?i)\b(?:whole|entire) order", said) || parts.iter().all(|group| group["whole_order"] == true);
    let named = says(r"(?i)\b(?:all|any)\b", said) || said.contains('#') || !parts.is_empty();
    let spoken_of = shop.orders.clone();
    shop.remember(&plan);
    let input = json!({ "user_id": user, "text": said, "statuses": ["pending"] });
    let mut orders = strings(&shop.retail.aid("find_orders", &input)?["order_ids"]);
    if !named && !spoken_of.is_empty() {
        orders = spoken_of;
    } else if !named && orders.len() > 1 {
        // Which of several is not said.
        orders.clear();
    }
    let paid = shop.retail.aid("order_totals", &json!({ "order_ids": orders }))?;
    let paid = money(&paid["paid"])?;
    Ok(json!({ "whole": whole, "order_ids": orders, "paid": paid.to_string() }))
}

/// `{text, groups}` → `{unknown, groups, total, difference, owed}`: the plan's groups, each with the `method` that the words mean for it, and whether it is
/// the one that the order was paid with (`is_original`), a gift card, and enough (`covers`). `unknown`: a method is named that the
/// customer has not. `total` is what the things cost, `difference` what others cost more (`owed`) or less, in dollars.
pub(super) fn settle_payment(shop: &mut Shop, user: &str, input: &Value) -> Result {
    let methods = shop.retail.database().users.get(user).map(|user| &user.payment_methods);
    let mut unknown = false;
    let mut groups = Vec::new();
    let (mut total, mut difference) = (Money::ZERO, Money::ZERO);
    for group in list(input, "groups") {
        let paid_with = text(group, "paid_with");
        let asked = json!({ "user_id": user, "text": text(input, "text"), "paid_with": paid_with });
        let found = shop.retail.aid("find_payment_method", &asked)?;
        let meant = found["payment_method_ids"][0].as_str();
        unknown |= meant.is_none() && found["named"] == true;
        let id = meant.unwrap_or(paid_with);
        let method =
            methods.and_then(|methods| methods.get(id)).ok_or_else(|| ToolError::not_found("Payment method"))?;
        let due = money(&group["price_difference"])?;
        difference += due;
        if !group["total"].is_null() {
            total += money(&group["total"])?;
        }
        let mut group = group.clone();
        group["method"] = json!(id);
        group["is_original"] = json!(id == paid_with);
        group["is_gift_card"] = json!(method.is_gift_card());
        group["covers"] = json!(method.covers(due));
        groups.push(group);
    }
    Ok(json!({
        "unknown": unknown,
        "groups": groups,
        "total": total.to_string(),
        "difference": difference.abs().to_string(),
        "owed": difference > Money::ZERO,
    }))
}

/// `{}` → `{payment_method_ids}` of the customer.
pub(super) fn payment_methods(shop: &mut Shop, user: &str, _: &Value) -> Result {
    let user = shop.retail.database().users.get(user).ok_or_else(|| ToolError::not_found("User"))?;
    Ok(json!({ "payment_method_ids": user.payment_methods.keys().collect::<Vec<_>>() }))
}

/// `{said}` → `{order_id, paid_with, price_difference, split}`: the one pending order that is meant, or null; what another method
/// would have to pay; and whether several methods are wished.
pub(super) fn payment_of_order(shop: &mut Shop, user: &str, input: &Value) -> Result {
    let said = text(input, "said");
    let input = json!({ "user_id": user, "text": said, "statuses": ["pending"] });
    let orders = strings(&shop.retail.aid("find_orders", &input)?["order_ids"]);
    let only = if let [only] = orders.as_slice() { shop.retail.database().orders.get(only) } else { None };
    let paid = only.and_then(|order| order.payment_history.first());
    Ok(json!({
        "order_id": paid.and(only).map(|order| &order.order_id),
        "paid_with": paid.map(|paid| &paid.payment_method_id),
        "price_difference": paid.map_or(Money::ZERO, |paid| paid.amount),
        "split": says(r"(?i)\bsplit\b", said),
    }))
}

/// `{said, place?}` → `{order_ids, profile, address, text}`: for which orders, and whether for the customer's own profile; the
/// address as it is meant, or null; and as it is read out. Orders that have it already are left out.
pub(super) fn address_wish(shop: &mut Shop, user: &str, input: &Value) -> Result {
    let said = text(input, "said");
    if let Some(home) = shop.home.clone().filter(|_| said.contains("back to the original")) {
        return Ok(json!({ "order_ids": [], "profile": true, "text": spoken(&home), "address": home }));
    }
    let asked = json!({ "user_id": user, "text": said, "statuses": OPEN });
    let mut orders = strings(&shop.retail.aid("find_orders", &asked)?["order_ids"]);
    let to_default = pattern(r"(?i)to (?:my|the) (?:user |own )?(?:default|profile)");
    let rest = to_default.map_or_else(|| said.to_owned(), |to| to.replace_all(said, "").into_owned());
    let profile = says(r"(?i)(?:default|user|profile) address", &rest);
    if !says(r"(?i)\border(?:s|'s)?\b.*address|address of .*order", said) {
        orders.clear();
    }
    let place = if text(input, "place").is_empty() { said } else { text(input, "place") };
    let asked = json!({ "user_id": user, "text": place, "but_not": orders });
    let address = shop.retail.aid("find_address", &asked)?["address"].clone();
    if !orders.is_empty() && !address.is_null() {
        shop.orders.clone_from(&orders);
    }
    let had = orders.len();
    let known = &shop.retail.database().orders;
    orders.retain(|order| {
        let own = known.get(order).and_then(|order| serde_json::to_value(&order.address).ok());
        own.is_none_or(|own| own != address)
    });
    // All of them have it: there is nothing to do, and no need to ask again.
    let profile = profile && (had == 0 || !orders.is_empty() || says(r"(?i)\bdefault|profile|user", &rest));
    Ok(json!({ "order_ids": orders, "profile": profile, "text": spoken(&address), "address": address }))
}

/// `{text}` → `{sentences}`: what the data says about a question, and what was settled in this conversation where it is asked.
pub(super) fn look_up(shop: &mut Shop, user: &str, input: &Value) -> Result {
    let question = text(input, "text");
    let found = shop.retail.aid("look_up", &json!({ "user_id": user, "text": question }))?;
    let mut sentences = shop.settled(question);
    sentences.extend(strings(&found["sentences"]));
    let said = sentences.join(" ");
    let names = shop.retail.database().products.values().map(|product| &product.name);
    if let Some(name) = names.into_iter().find(|name| said.contains(*name)) {
        shop.things = name.clone();
    }
    Ok(json!({ "sentences": sentences }))
}

impl Shop {
    /// Remembers what a plan is about.
    fn remember(&mut self, plan: &Value) {
        let unavailable = list(plan, "unavailable").iter().map(|it| &it["item"]);
        let all = list(plan, "groups").iter().chain(unavailable).chain(list(plan, "incomplete"));
        let orders: Vec<String> = all.filter_map(|it| it["order_id"].as_str()).map(str::to_owned).collect();
        if !orders.is_empty() {
            self.orders = orders;
        }
    }
}

fn is_empty(plan: &Value) -> bool {
    ["groups", "unclear", "unavailable", "incomplete"].iter().all(|name| list(plan, name).is_empty())
}

fn money(value: &Value) -> std::result::Result<Money, ToolError> {
    serde_json::from_value(value.clone()).map_err(|error| {
        ToolError::new(ErrorCode::Input, format!("expected an amount in dollars, got {value}: {error}"))
    })
}

fn text<'v>(input: &'v Value, name: &str) -> &'v str {
    input[name].as_str().unwrap_or_default()
}

fn list<'v>(input: &'v Value, name: &str) -> &'v [Value] {
    input[name].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn strings(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn spoken(address: &Value) -> String {
    let parts = ["address1", "address2", "city", "state", "zip", "country"];
    let parts: Vec<&str> =
        parts.iter().filter_map(|part| address[part].as_str()).filter(|part| !part.is_empty()).collect();
    parts.join(", ")
}

fn says(expression: &'static str, text: &str) -> bool {
    pattern(expression).is_some_and(|pattern| pattern.is_match(text))
}
