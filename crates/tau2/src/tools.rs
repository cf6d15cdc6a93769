//! The tools, one function each: the database and an object of arguments in, the tool's answer out.
//!
//! The tools check what their documentation says they check. The rest of the policy (who is asking, confirmation) is
//! the business of whoever calls them.

mod arithmetic;
mod delivered;
mod look;
mod pending;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

pub(crate) use arithmetic::calculate;
pub(crate) use delivered::{exchange_delivered_order_items, return_delivered_order_items};
pub(crate) use look::{
    find_user_id_by_email, find_user_id_by_name_zip, get_item_details, get_order_details, get_product_details,
    get_user_details, list_all_product_types,
};
pub(crate) use pending::{
    cancel_pending_order, modify_pending_order_address, modify_pending_order_items, modify_pending_order_payment,
    modify_user_address,
};

use crate::database::PaymentMethod;
use crate::{Database, ErrorCode, Money, Order, ToolError, User, Variant};

type Answer = Result<Value, ToolError>;

/// Nothing to do here: whoever runs the conversation hands it over.
pub(crate) fn transfer_to_human_agents(_: &mut Database, arguments: &Value) -> Answer {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Input {
        #[serde(rename = "summary")]
        _summary: String,
    }
    let _: Input = input(arguments)?;
    Ok("Transfer successful".into())
}

fn input<T: DeserializeOwned>(arguments: &Value) -> Result<T, ToolError> {
    T::deserialize(arguments).map_err(|error| ToolError::new(ErrorCode::Input, format!("Wrong arguments: {error}")))
}

fn answer(row: &impl Serialize) -> Answer {
    serde_json::to_value(row).map_err(|error| ToolError::new(ErrorCode::Input, error.to_string()))
}

fn order<'a>(database: &'a Database, id: &str) -> Result<&'a Order, ToolError> {
    database.orders.get(id).ok_or_else(|| ToolError::not_found("Order"))
}

fn order_mut<'a>(database: &'a mut Database, id: &str) -> Result<&'a mut Order, ToolError> {
    database.orders.get_mut(id).ok_or_else(|| ToolError::not_found("Order"))
}

fn user<'a>(database: &'a Database, id: &str) -> Result<&'a User, ToolError> {
    database.users.get(id).ok_or_else(|| ToolError::not_found("User"))
}

fn payment_method<'a>(database: &'a Database, user_id: &str, id: &str) -> Result<&'a PaymentMethod, ToolError> {
    user(database, user_id)?.payment_methods.get(id).ok_or_else(|| ToolError::not_found("Payment method"))
}

fn payment_method_mut<'a>(
    database: &'a mut Database,
    user_id: &str,
    id: &str,
) -> Result<&'a mut PaymentMethod, ToolError> {
    let user = database.users.get_mut(user_id).ok_or_else(|| ToolError::not_found("User"))?;
    user.payment_methods.get_mut(id).ok_or_else(|| ToolError::not_found("Payment method"))
}

/// The new items for the old ones, checked: each is in the order and as often, each new one is of the same product and
/// available. Also what they cost more than the old ones.
fn swaps<'a>(
    database: &'a Database,
    order: &Order,
    old: &[String],
    new: &[String],
) -> Result<(Vec<&'a Variant>, Money), ToolError> {
    if !order.has_all(old) {
        return Err(ToolError::not_found("Some item"));
    }
    if old.len() != new.len() {
        return Err(ToolError::refused("The number of items to be exchanged should match"));
    }
    let mut variants = Vec::new();
    let mut difference = Money::ZERO;
    for (old, new) in old.iter().zip(new) {
        let item = order
            .items
            .iter()
            .find(|item| item.item_id == *old)
            .ok_or_else(|| ToolError::not_found(format_args!("Item {old}")))?;
        let product = database.products.get(&item.product_id).ok_or_else(|| ToolError::not_found("Product"))?;
        let variant =
            product.variants.get(new).ok_or_else(|| ToolError::not_found(format_args!("{} {new}", product.name)))?;
        if !variant.available {
            return Err(ToolError::refused(format!("New item {new} is not available")));
        }
        difference += variant.price - item.price;
        variants.push(variant);
    }
    Ok((variants, difference))
}
