//! What the customer gets back and pays for what was done in this conversation.

use serde_json::Value;

use super::Shop;
use crate::pattern::found;
use crate::{Database, Money};

/// Sums over the conversation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Settled {
    back: Money,
    paid: Money,
    /// Whether anything was done.
    any: bool,
}

impl Settled {
    /// Adds what a change that was made costs or gives back; `before` is the data before it.
    pub fn add(&mut self, before: &Database, tool: &str, input: &Value) {
        let Some(order) = input["order_id"].as_str().and_then(|id| before.orders.get(id)) else { return };
        let ids = |name: &str| -> Vec<String> {
            input[name].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let price_in_order = |id: &String| order.items.iter().find(|item| item.item_id == *id).map(|item| item.price);
        let old: Money = ids("item_ids").iter().filter_map(price_in_order).sum();
        let change = match tool {
            "cancel_pending_order" => Money::ZERO - order.paid(),
            "return_delivered_order_items" => Money::ZERO - old,
            "exchange_delivered_order_items" | "modify_pending_order_items" => {
                let new = ids("new_item_ids");
                let new: Money = new.iter().filter_map(|id| before.item(id)).map(|(_, variant)| variant.price).sum();
                new - old
            }
            _ => return,
        };
        self.any = true;
        if change > Money::ZERO {
            self.paid += change;
        } else {
            self.back += change.abs();
        }
    }
}

impl Shop {
    /// What was settled, where a question is about that: all in all, and what remains of the orders spoken of.
    pub(super) fn settled(&self, question: &str) -> Vec<String> {
        let mut sentences = Vec::new();
        if !self.settled.any {
            return sentences;
        }
        if found(
            r"(?i)\b(?:get|getting) back\b|\brefund|\b(?:pay|owe)\b.*\btotal\b|\btotal\b.*\b(?:pay|owe|save)\b",
            question,
        ) {
            let Settled { back, paid, .. } = self.settled;
            sentences
                .push(format!("For what we did now you get back {back} dollars in all and pay {paid} dollars in all."));
        }
        if found(r"(?i)\bremain|\bthat are left\b|\bwhat is left\b", question) {
            for order in self.orders.iter().filter_map(|id| self.retail.database().orders.get(id)) {
                let gone = order.return_items.as_deref().unwrap_or_default();
                let gone: Money =
                    order.items.iter().filter(|item| gone.contains(&item.item_id)).map(|item| item.price).sum();
                sentences.push(format!(
                    "What remains of order {} cost {} dollars.",
                    order.order_id,
                    order.total() - gone
                ));
            }
        }
        sentences
    }
}
