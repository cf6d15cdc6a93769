//! What a task's expected actions make of a fresh database, and what must hold of any state reached.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    Action, Database, ErrorCode, Money, Order, PaymentMethod, Retail, Status, TOOLS, Task, ToolEffect, ToolError,
    difference,
};

/// The expected actions of a task, done.
#[derive(Clone, Debug)]
pub struct Replay {
    /// What each action gave, in order.
    pub steps: Vec<Step>,
    /// The state in the end. An action that failed changed nothing.
    pub database: Database,
}

/// An action and what came of it.
#[derive(Clone, Debug)]
pub struct Step {
    /// What was called.
    pub action: Action,
    /// What it gave.
    pub outcome: Result<Value, ToolError>,
}

/// Runs the expected actions of a task on a copy of the database.
#[must_use]
pub fn replay(fresh: &Database, task: &Task) -> Replay {
    let mut retail = Retail::new(fresh.clone());
    let steps = task
        .evaluation_criteria
        .actions
        .iter()
        .map(|action| Step { action: action.clone(), outcome: retail.call(&action.name, &action.arguments) })
        .collect();
    Replay { steps, database: retail.database().clone() }
}

/// Whether the expected actions of a task define an end state that can be relied on.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The task's id.
    pub task: String,
    /// Digest of the end state.
    pub state_hash: String,
    /// How many actions write.
    pub writes: usize,
    /// Reading actions that failed. They do not touch the end state.
    pub failed_reads: Vec<(Action, ToolError)>,
    /// Writing actions that the shop's rules refuse: the task then expects that nothing happens.
    pub refused_writes: Vec<(Action, ToolError)>,
    /// What is wrong; empty when all is well.
    pub problems: Vec<String>,
}

/// Replays a task twice and judges the end state: every writing action changes something or is refused by a rule, both
/// runs end alike, and [`violations`] finds nothing.
#[must_use]
pub fn verify(fresh: &Database, task: &Task) -> Verdict {
    let first = replay(fresh, task);
    let mut problems = violations(fresh, &first.database);
    let mut failed_reads = Vec::new();
    let mut refused_writes = Vec::new();
    let mut writes = 0;
    for step in first.steps {
        let tool = TOOLS.iter().find(|tool| tool.name == step.action.name);
        let write = tool.is_none_or(|tool| tool.effect == ToolEffect::Write);
        writes += usize::from(write);
        match step.outcome {
            Ok(_) => {}
            Err(error) if write && error.code == ErrorCode::Refused => refused_writes.push((step.action, error)),
            Err(error) if write => problems.push(format!("{} failed: {error}", step.action.name)),
            Err(error) => failed_reads.push((step.action, error)),
        }
    }
    let state_hash = first.database.state_hash();
    if replay(fresh, task).database.state_hash() != state_hash {
        problems.push("a second run ends in another state".to_owned());
    }
    if writes > refused_writes.len() && first.database == *fresh {
        problems.push("nothing changed".to_owned());
    }
    Verdict { task: task.id.clone(), state_hash, writes, failed_reads, refused_writes, problems }
}

/// What is wrong with a state that calls have made of the fresh one: sentences, empty when all is well.
///
/// Money: every order was paid exactly what its items cost (nothing, once cancelled), and what gift cards lost or won
/// is what orders say; no gift card is below nothing. Goods: new items are of the same product and available, items
/// returned are of the order, refunds go where the policy allows. Everything else is as it was.
#[must_use]
pub fn violations(fresh: &Database, now: &Database) -> Vec<String> {
    let mut wrong = Vec::new();
    if fresh.products != now.products {
        wrong.push("products changed".to_owned());
    }
    for change in difference(fresh, now).iter().filter(|change| !may_change(&change.path)) {
        wrong.push(format!("may not change: {change}"));
    }
    for order in now.orders.values() {
        let Some(before) = fresh.orders.get(&order.order_id) else { continue };
        if order == before {
            continue;
        }
        let due = if order.status == Status::Cancelled { Money::ZERO } else { order.total() };
        if order.paid() != due {
            wrong.push(format!("{}: {} paid, {due} due", order.order_id, order.paid()));
        }
        goods(fresh, before, order, &mut wrong);
    }
    gift_cards(fresh, now, &mut wrong);
    wrong
}

/// The fields that tools may touch.
fn may_change(path: &str) -> bool {
    let mut parts = path.split('/');
    let (table, field) = (parts.next(), parts.nth(1));
    match (table, field) {
        (Some("users"), Some("address")) => true,
        (Some("users"), Some("payment_methods")) => path.ends_with("/balance"),
        (Some("orders"), Some(field)) => !matches!(field, "order_id" | "user_id" | "fulfillments"),
        _ => false,
    }
}

fn goods(fresh: &Database, before: &Order, order: &Order, wrong: &mut Vec<String>) {
    let id = &order.order_id;
    let user = fresh.users.get(&order.user_id);
    for (old, new) in before.items.iter().zip(&order.items).filter(|(old, new)| old != new) {
        let variant = fresh.products.get(&old.product_id).and_then(|product| product.variants.get(&new.item_id));
        if !variant.is_some_and(|it| it.available && it.price == new.price && it.options == new.options) {
            wrong.push(format!("{id}: {} became {}, which is no available {}", old.item_id, new.item_id, old.name));
        }
    }
    let step = (before.status, order.status);
    let allowed = before.status == order.status
        || matches!(
            step,
            (Status::Pending, Status::ItemsModified | Status::Cancelled)
                | (Status::Delivered, Status::ExchangeRequested | Status::ReturnRequested)
        );
    if !allowed {
        wrong.push(format!("{id}: {:?} became {:?}", before.status, order.status));
    }
    if let Some(items) = &order.return_items {
        if items.is_empty() || !order.has_all(items) {
            wrong.push(format!("{id}: returns what it has not"));
        }
        let to = order.return_payment_method_id.as_deref().unwrap_or_default();
        let gift_card = user.and_then(|user| user.payment_methods.get(to)).is_some_and(PaymentMethod::is_gift_card);
        if !gift_card && order.payment_history.first().is_none_or(|paid| paid.payment_method_id != to) {
            wrong.push(format!("{id}: refund to {to:?}, neither the original method nor a gift card"));
        }
    }
    if let (Some(old), Some(new)) = (&order.exchange_items, &order.exchange_new_items) {
        let price =
            |item: &String| order.items.iter().find(|it| it.item_id == *item).map_or(Money::ZERO, |it| it.price);
        let paid: Money = old.iter().map(price).sum();
        let now: Money = new.iter().filter_map(|item| fresh.item(item)).map(|(_, variant)| variant.price).sum();
        if order.exchange_price_difference != Some(now - paid) {
            wrong.push(format!("{id}: price difference is not {}", now - paid));
        }
        let products = |ids: &[String]| {
            let mut names: Vec<_> = ids.iter().filter_map(|item| fresh.item(item)).map(|it| &it.0.product_id).collect();
            names.sort();
            names.into_iter().cloned().collect::<Vec<String>>()
        };
        if products(old) != products(new) || new.iter().any(|it| fresh.item(it).is_none_or(|(_, it)| !it.available)) {
            wrong.push(format!("{id}: exchanged for another product, or for what is not available"));
        }
    }
}

/// What every gift card lost is what the orders took from it.
fn gift_cards(fresh: &Database, now: &Database, wrong: &mut Vec<String>) {
    for (user_id, user) in &now.users {
        let Some(before) = fresh.users.get(user_id) else { continue };
        for (id, method) in &user.payment_methods {
            let (Some(PaymentMethod::GiftCard { balance: old, .. }), PaymentMethod::GiftCard { balance, .. }) =
                (before.payment_methods.get(id), method)
            else {
                continue;
            };
            if balance.cents() < 0 {
                wrong.push(format!("{id}: balance {balance}"));
            }
            let own: BTreeSet<&String> = user.orders.iter().collect();
            let spent = |database: &Database| -> Money {
                let orders = own.iter().filter_map(|order| database.orders.get(*order));
                let payments = orders.flat_map(|order| &order.payment_history);
                payments.filter(|payment| payment.payment_method_id == *id).map(crate::Payment::signed).sum()
            };
            if *old - *balance != spent(now) - spent(fresh) {
                wrong.push(format!("{id}: {old} became {balance}, but orders took {}", spent(now) - spent(fresh)));
            }
        }
    }
}
