//! Which of a customer's payment methods is meant.

use super::words::{says_any, words};
use crate::{PaymentMethod, User};

/// The ids of the methods that the words may mean; empty when they mean none.
pub(crate) fn meant(user: &User, text: &str, paid_with: Option<&str>) -> Vec<String> {
    let said = words(text);
    if let Some(named) = user.payment_methods.keys().find(|id| said.iter().any(|word| word == *id)) {
        return vec![named.clone()];
    }
    let chosen = |keep: &dyn Fn(&PaymentMethod) -> bool| -> Vec<String> {
        user.payment_methods.values().filter(|method| keep(method)).map(|method| method.id().to_owned()).collect()
    };
    if says_any(&said, &["original", "same method", "same payment", "the one i used", "same card", "i paid with"]) {
        return paid_with.map(str::to_owned).into_iter().collect();
    }
    if says_any(&said, &["other card", "another card", "different card"]) {
        return chosen(&|it| matches!(it, PaymentMethod::CreditCard { .. }) && Some(it.id()) != paid_with);
    }
    for brand in ["visa", "mastercard", "amex", "american express"] {
        if says_any(&said, &[brand]) {
            return chosen(&|it| {
                matches!(it, PaymentMethod::CreditCard { brand: own, .. } if own == brand
                || brand == "amex" && own == "american express")
            });
        }
    }
    let last_four =
        |it: &PaymentMethod| matches!(it, PaymentMethod::CreditCard { last_four, .. } if said.contains(last_four));
    if user.payment_methods.values().any(last_four) {
        return chosen(&last_four);
    }
    if says_any(&said, &["gift card", "giftcard", "gc"]) {
        return chosen(&PaymentMethod::is_gift_card);
    }
    if says_any(&said, &["paypal", "pay pal"]) {
        return chosen(&|it| matches!(it, PaymentMethod::Paypal { .. }));
    }
    if says_any(&said, &["credit card", "card"]) {
        return chosen(&|it| matches!(it, PaymentMethod::CreditCard { .. }));
    }
    Vec::new()
}

/// Whether the words name a way to pay at all.
pub(crate) fn named(text: &str) -> bool {
    let ways = ["paypal", "gift card", "giftcard", "gc", "card", "visa", "mastercard", "amex", "original"];
    says_any(&words(text), &ways)
}
