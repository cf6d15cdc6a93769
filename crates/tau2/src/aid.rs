//! What an assistant at this shop's desk needs besides the tools: finding what a customer's words mean in the data.
//!
//! Every function only looks. They compare words with the names and option values in the data, and are the same for
//! every customer.

mod facts;
mod items;
mod names;
mod options;
mod payment;
mod place;
mod plan;
mod request;
mod scale;
mod variant;
mod wanted;
mod words;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{Database, ErrorCode, Retail, Status, ToolError, User};
use items::Purpose;

/// The names of the functions that [`Retail::aid`] knows. Every one but `match_variant` and `order_totals` also takes
/// `user_id`.
///
/// | name | in | out |
/// |---|---|---|
/// | `plan_items` | `kind` (change, return, cancel, look), `said`, `which?`, `order_ids?` | `groups`, `unclear`, `unavailable`, `incomplete` |
/// | `find_items` | `description`, `kind?` | `items` |
/// | `match_variant` | `item_id`, `wishes` | `item_id` (or null), `text`, `price`, `difference`, `tie`, `others`; or `offers` |
/// | `find_payment_method` | `text`, `paid_with?` | `payment_method_ids`, `named` |
/// | `find_address` | `text`, `but_not?` | `address` (or null) |
/// | `find_orders` | `text`, `statuses` | `order_ids` |
/// | `order_totals` | `order_ids` | `total`, `paid` |
/// | `look_up` | `text` | `sentences` |
pub const AIDS: [&str; 8] = [
    "find_address",
    "find_items",
    "find_orders",
    "find_payment_method",
    "look_up",
    "match_variant",
    "order_totals",
    "plan_items",
];

impl Retail {
    /// Calls one of the functions in [`AIDS`] with an object of arguments.
    ///
    /// # Errors
    /// When there is no such function, its arguments are of another form, or they name what does not exist.
    pub fn aid(&self, name: &str, arguments: &Value) -> Result<Value, ToolError> {
        let database = self.database();
        match name {
            "find_address" => find_address(database, arguments),
            "find_items" => find_items(database, arguments),
            "find_orders" => find_orders(database, arguments),
            "find_payment_method" => find_payment_method(database, arguments),
            "look_up" => look_up(database, arguments),
            "match_variant" => match_variant(database, arguments),
            "order_totals" => order_totals(database, arguments),
            "plan_items" => plan_items(database, arguments),
            _ => Err(ToolError::new(ErrorCode::Input, format!("There is no function {name:?}"))),
        }
    }
}

/// One text or several.
#[derive(Deserialize)]
#[serde(untagged)]
enum Texts {
    One(String),
    Many(Vec<String>),
}

impl Default for Texts {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
}

impl Texts {
    fn list(self) -> Vec<String> {
        match self {
            Self::One(text) => vec![text],
            Self::Many(texts) => texts,
        }
    }
}

fn input<T: DeserializeOwned>(arguments: &Value) -> Result<T, ToolError> {
    serde_json::from_value(arguments.clone())
        .map_err(|error| ToolError::new(ErrorCode::Input, format!("Wrong arguments: {error}")))
}

fn output(row: &impl Serialize) -> Result<Value, ToolError> {
    serde_json::to_value(row).map_err(|error| ToolError::new(ErrorCode::Input, error.to_string()))
}

fn user<'a>(database: &'a Database, id: &str) -> Result<&'a User, ToolError> {
    database.users.get(id).ok_or_else(|| ToolError::not_found("User"))
}

fn purpose(kind: &str) -> Result<Purpose, ToolError> {
    match kind {
        "change" | "exchange" | "modify" => Ok(Purpose::Change),
        "return" => Ok(Purpose::Return),
        "cancel" => Ok(Purpose::Cancel),
        "look" => Ok(Purpose::Look),
        _ => Err(ToolError::new(ErrorCode::Input, format!("Expected change, return, cancel or look, got {kind:?}"))),
    }
}

/// `{user_id, kind, said: text or list, which?: text or list, order_ids?: list}` → the plan: `groups` of things order by
/// order, what is `unclear`, `unavailable` or `incomplete`.
fn plan_items(database: &Database, arguments: &Value) -> Result<Value, ToolError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Input {
        user_id: String,
        kind: String,
        said: Texts,
        #[serde(default)]
        which: Texts,
        #[serde(default)]
        order_ids: Vec<String>,
    }
    let Input { user_id, kind, said, which, order_ids } = input(arguments)?;
    let said = plan::Said { wishes: said.list(), which: which.list(), order_ids };
    output(&plan::plan(database, user(database, &user_id)?, purpose(&kind)?, &said))
}

/// `{user_id, description, kind?}` → `{items: [{order_id, item_id, text, price}]}`: the customer's things that the
/// description fits.
fn find_items(database: &Database, arguments: &Value) -> Result<Value, ToolError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Input {
        user_id: String,
        description: String,
        #[serde(default)]
        kind: Option<String>,
    }
    let Input { user_id, description, kind } = input(arguments)?;
    let purpose = purpose(kind.as_deref().unwrap_or("look"))?;
    let said = plan::Said { wishes: vec![description], ..plan::Said::default() };
    let made = plan::plan(
        database,
        user(database, &user_id)?,
        if purpose == Purpose::Change { Purpose::Look } else { purpose },
        &said,
    );
    let mut items = Vec::new();
    for group in made.groups {
        for (item_id, text) in group.item_ids.iter().zip(&group.lines) {
            items.push(json!({"order_id": group.order_id, "item_id": item_id, "text": text, "status": group.status}));
        }
    }
    for candidate in made.unclear.into_iter().flat_map(|unclear| unclear.candidates) {
        items.push(json!({"order_id": candidate.order_id, "item_id": candidate.item_id, "text": candidate.text}));
    }
    Ok(json!({ "items": items }))
}

/// `{item_id, wishes}` → `{item_id, text, price, difference, tie, others}` of the available variant of the same product that
/// fits best; `item_id` is null when none does, and `offers` says what is available.
fn match_variant(database: &Database, arguments: &Value) -> Result<Value, ToolError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Input {
        item_id: String,
        wishes: Texts,
    }
    let Input { item_id, wishes } = input(arguments)?;
    let (product, old) = database.item(&item_id).ok_or_else(|| ToolError::not_found("Item"))?;
    let texts: Vec<Vec<String>> = wishes.list().iter().map(|text| words::words(text)).collect();
    let wanted = wanted::read(product, &texts);
    let now = variant::Now { item_id: &item_id, options: &old.options, price: old.price };
    let fit = if wanted.is_empty() { Vec::new() } else { variant::fitting(product, now, &wanted) };
    let text = |variant: &crate::Variant| plan::describe_options(&product.name, &variant.options);
    Ok(match fit.first() {
        Some(best) => json!({
            "item_id": best.item_id, "text": text(best), "price": best.price, "difference": best.price - old.price,
            "tie": variant::tie(&fit, now, &wanted),
            "others": fit.iter().skip(1).map(|other| &other.item_id).collect::<Vec<_>>(),
        }),
        None => json!({
            "item_id": null,
            "offers": product.variants.values().filter(|it| it.available).map(|it| format!("{}, {}", text(it), it.price))
                .collect::<Vec<_>>(),
        }),
    })
}

/// `{user_id, text, paid_with?}` → `{payment_method_ids: […], named}`: those that the words may mean, and whether they name
/// any: `named` with no id means that the customer has no such method.
fn find_payment_method(database: &Database, arguments: &Value) -> Result<Value, ToolError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Input {
        user_id: String,
        text: String,
        #[serde(default)]
        paid_with: Option<String>,
    }
    let Input { user_id, text, paid_with } = input(arguments)?;
    let ids = payment::meant(user(database, &user_id)?, &text, paid_with.as_deref());
    Ok(json!({"payment_method_ids": ids, "named": payment::named(&text)}))
}

/// `{user_id, text, but_not?: order ids}` → `{address}`: the one that the words mean, or null.
fn find_address(database: &Database, arguments: &Value) -> Result<Value, ToolError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Input {
        user_id: String,
        text: String,
        #[serde(default)]
        but_not: Vec<String>,
    }
    let Input { user_id, text, but_not } = input(arguments)?;
    Ok(json!({"address": place::meant(database, user(database, &user_id)?, &text, &but_not)}))
}

/// `{user_id, text, statuses: […]}` → `{order_ids}`: those that the words mean.
fn find_orders(database: &Database, arguments: &Value) -> Result<Value, ToolError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Input {
        user_id: String,
        text: String,
        statuses: Vec<Status>,
    }
    let Input { user_id, text, statuses } = input(arguments)?;
    Ok(json!({"order_ids": place::orders_meant(database, user(database, &user_id)?, &text, &statuses)}))
}

/// `{order_ids}` → `{total, paid}`, the sums over the orders.
fn order_totals(database: &Database, arguments: &Value) -> Result<Value, ToolError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Input {
        order_ids: Vec<String>,
    }
    let Input { order_ids } = input(arguments)?;
    let mut orders = Vec::new();
    for id in &order_ids {
        orders.push(database.orders.get(id).ok_or_else(|| ToolError::not_found("Order"))?);
    }
    let total: crate::Money = orders.iter().map(|order| order.total()).sum();
    let paid: crate::Money = orders.iter().map(|order| order.paid()).sum();
    Ok(json!({"total": total, "paid": paid}))
}

/// `{user_id, text}` → `{sentences}`: what the data says about the question, or none.
fn look_up(database: &Database, arguments: &Value) -> Result<Value, ToolError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Input {
        user_id: String,
        text: String,
    }
    let Input { user_id, text } = input(arguments)?;
    Ok(json!({"sentences": facts::answers(database, user(database, &user_id)?, &text)}))
}
