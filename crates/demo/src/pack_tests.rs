//! The embedded files keep the promises that the shop's help texts make.
#![allow(clippy::unwrap_used)]

use std::collections::HashSet;

use crate::pack::{Level, Pack, ReturnStatus, Status, Step};
use crate::rules;

#[test]
fn every_order_adds_up_and_pays_the_freight_that_is_due() {
    let pack = Pack::load();
    assert!(pack.orders.len() >= 300 && pack.customers.len() >= 60 && pack.products.len() == 16);
    for order in &pack.orders {
        let goods: i64 = order.items.iter().map(|item| item.qty * item.price_cents).sum();
        assert_eq!(goods + order.freight_cents, order.total_cents, "{}", order.order_no);
        assert_eq!(rules::freight_cents(goods, &order.address.province), order.freight_cents, "{}", order.order_no);
        for item in &order.items {
            let product = pack.products.iter().find(|product| product.sku == item.sku).unwrap();
            assert_eq!((&product.name, product.price_cents), (&item.name, item.price_cents));
        }
    }
}

#[test]
fn order_numbers_are_unique_and_orders_newest_first() {
    let pack = Pack::load();
    let numbers: HashSet<_> = pack.orders.iter().map(|order| &order.order_no).collect();
    assert_eq!(numbers.len(), pack.orders.len());
    assert!(numbers.iter().all(|number| {
        number.len() == 12 && number.starts_with("QH") && number[2..].bytes().all(|byte| byte.is_ascii_digit())
    }));
    assert!(pack.orders.is_sorted_by(|one, next| one.placed_days_ago < next.placed_days_ago));
}

#[test]
fn the_status_of_every_order_agrees_with_its_parcel_and_return() {
    for order in Pack::load().orders {
        let number = &order.order_no;
        let signed = rules::received(&order).is_some();
        match order.status {
            Status::PendingPayment | Status::Paid | Status::Cancelled => assert!(order.parcel.is_none(), "{number}"),
            Status::Shipped => assert!(order.parcel.is_some() && !signed, "{number}"),
            Status::Delivered | Status::Completed | Status::Returning | Status::Refunded => assert!(signed, "{number}"),
        }
        if let Some(parcel) = &order.parcel {
            assert_eq!(parcel.events[0].step, Step::Collected);
            assert!(parcel.events.is_sorted_by(|one, next| one.days_ago > next.days_ago), "{number}");
            assert!(order.placed_days_ago > parcel.events[0].days_ago, "{number}");
            let dispatched_late = order.placed_days_ago - parcel.events[0].days_ago > 1.0;
            assert!(!dispatched_late && parcel.events.iter().all(|event| event.days_ago >= 0.0), "{number}");
        }
        let due = matches!(order.status, Status::Returning | Status::Refunded);
        assert_eq!(order.returned.is_some(), due, "{number}");
        if let Some(returned) = &order.returned {
            assert_eq!(returned.status == ReturnStatus::Refunded, order.status == Status::Refunded, "{number}");
            assert!(rules::received(&order).unwrap() - returned.requested_days_ago <= 7.0, "{number}");
        }
    }
}

#[test]
fn the_carrier_and_the_level_follow_the_rules() {
    let pack = Pack::load();
    for order in &pack.orders {
        let express = order.total_cents - order.freight_cents >= 29_900 || order.customer.level >= Level::Gold;
        if let Some(parcel) = &order.parcel {
            assert_eq!(parcel.carrier, if express { "sf" } else { "zto" }, "{}", order.order_no);
        }
    }
    for customer in &pack.customers {
        let level = match customer.spent_12_months_cents {
            800_000.. => Level::Black,
            200_000.. => Level::Gold,
            50_000.. => Level::Silver,
            _ => Level::Seed,
        };
        assert_eq!(customer.level, level, "{}", customer.external_id);
        assert!(customer.phone.starts_with("1990000") && customer.phone.len() == 11);
        let orders = pack.orders.iter().filter(|order| order.customer.external_id == customer.external_id);
        assert!(orders.clone().count() > 0);
        assert!(
            orders.into_iter().all(|order| order.customer.level == level && order.customer.phone == customer.phone)
        );
    }
}

#[test]
fn both_faqs_have_unique_keys_and_three_variants_an_entry() {
    for (faq, least) in [(crate::FAQ_ZH, 150), (crate::FAQ_EN, 60)] {
        let mut keys = HashSet::new();
        for line in faq.lines() {
            let entry: serde_json::Value = serde_json::from_str(line).unwrap();
            assert!(entry["variants"].as_array().unwrap().len() >= 3, "{}", entry["key"]);
            assert!(!entry["answer"].as_str().unwrap().is_empty());
            assert!(keys.insert(entry["key"].as_str().unwrap().to_owned()), "{} twice", entry["key"]);
        }
        assert!(keys.len() >= least);
    }
}
