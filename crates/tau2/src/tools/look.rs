//! Tools that only look.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::{Answer, answer, input, order, user};
use crate::{Database, ToolError};

pub(crate) fn find_user_id_by_email(database: &mut Database, arguments: &Value) -> Answer {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Input {
        email: String,
    }
    let Input { email } = input(arguments)?;
    found(database, |user| same(&user.email, &email))
}

pub(crate) fn find_user_id_by_name_zip(database: &mut Database, arguments: &Value) -> Answer {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Input {
        first_name: String,
        last_name: String,
        zip: String,
    }
    let Input { first_name, last_name, zip } = input(arguments)?;
    found(database, |user| {
        same(&user.name.first_name, &first_name) && same(&user.name.last_name, &last_name) && user.address.zip == zip
    })
}

fn found(database: &Database, is: impl Fn(&crate::User) -> bool) -> Answer {
    let user = database.users.values().find(|user| is(user)).ok_or_else(|| ToolError::not_found("User"))?;
    Ok(user.user_id.clone().into())
}

/// Names and addresses are the same in any case.
fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.trim().to_lowercase()
}

pub(crate) fn get_order_details(database: &mut Database, arguments: &Value) -> Answer {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Input {
        order_id: String,
    }
    let Input { order_id } = input(arguments)?;
    answer(order(database, &order_id)?)
}

pub(crate) fn get_product_details(database: &mut Database, arguments: &Value) -> Answer {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Input {
        product_id: String,
    }
    let Input { product_id } = input(arguments)?;
    answer(database.products.get(&product_id).ok_or_else(|| ToolError::not_found("Product"))?)
}

pub(crate) fn get_item_details(database: &mut Database, arguments: &Value) -> Answer {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Input {
        item_id: String,
    }
    let Input { item_id } = input(arguments)?;
    answer(database.item(&item_id).ok_or_else(|| ToolError::not_found("Item"))?.1)
}

pub(crate) fn get_user_details(database: &mut Database, arguments: &Value) -> Answer {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Input {
        user_id: String,
    }
    let Input { user_id } = input(arguments)?;
    answer(user(database, &user_id)?)
}

/// A JSON string of product names and their ids, by name.
pub(crate) fn list_all_product_types(database: &mut Database, arguments: &Value) -> Answer {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Input {}
    let Input {} = input(arguments)?;
    let names: BTreeMap<&str, &str> =
        database.products.values().map(|product| (product.name.as_str(), product.product_id.as_str())).collect();
    Ok(answer(&names)?.to_string().into())
}
