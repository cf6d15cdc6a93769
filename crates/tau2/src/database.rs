//! The shop's data, in the form of `db.json`.

use std::collections::BTreeMap;

use ring::digest;
use serde::{Deserialize, Serialize};

use crate::Money;

/// Everything the shop knows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Database {
    /// By product id.
    pub products: BTreeMap<String, Product>,
    /// By user id.
    pub users: BTreeMap<String, User>,
    /// By order id (with its `#`).
    pub orders: BTreeMap<String, Order>,
}

impl Database {
    /// A digest of the whole state, in hexadecimal: equal exactly when two databases are equal.
    #[must_use]
    pub fn state_hash(&self) -> String {
        // Maps are sorted, so that equal states are written equally.
        let text = serde_json::to_vec(self).unwrap_or_default();
        digest::digest(&digest::SHA256, &text).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The product that has the item, and the item.
    #[must_use]
    pub fn item(&self, item_id: &str) -> Option<(&Product, &Variant)> {
        self.products.values().find_map(|product| Some((product, product.variants.get(item_id)?)))
    }
}

/// A kind of thing that is sold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Product {
    /// `T-Shirt`.
    pub name: String,
    /// Its id; not to be confused with those of items.
    pub product_id: String,
    /// What can be bought, by item id.
    pub variants: BTreeMap<String, Variant>,
}

/// A thing with its options.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Variant {
    /// Its id.
    pub item_id: String,
    /// `color` → `blue`.
    pub options: BTreeMap<String, String>,
    /// Whether it can be bought now.
    pub available: bool,
    /// What it costs now.
    pub price: Money,
}

/// A customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct User {
    /// `sara_doe_496`.
    pub user_id: String,
    /// First and last name.
    pub name: UserName,
    /// The default address.
    pub address: Address,
    /// E-mail address.
    pub email: String,
    /// By payment method id.
    pub payment_methods: BTreeMap<String, PaymentMethod>,
    /// Order ids.
    pub orders: Vec<String>,
}

/// A customer's name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UserName {
    /// `Sara`.
    pub first_name: String,
    /// `Doe`.
    pub last_name: String,
}

/// Where something is sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Address {
    /// `123 Main St`.
    pub address1: String,
    /// `Apt 1`, or empty.
    pub address2: String,
    /// `San Francisco`.
    pub city: String,
    /// `USA`.
    pub country: String,
    /// `CA`.
    pub state: String,
    /// `12345`.
    pub zip: String,
}

/// How a customer pays.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "source", rename_all = "snake_case")]
pub enum PaymentMethod {
    /// A credit card.
    CreditCard {
        /// `credit_card_0000000`.
        id: String,
        /// `visa`.
        brand: String,
        /// The last four digits.
        last_four: String,
    },
    /// A PayPal account.
    Paypal {
        /// `paypal_0000000`.
        id: String,
    },
    /// A gift card.
    GiftCard {
        /// `gift_card_0000000`.
        id: String,
        /// What is left on it.
        balance: Money,
    },
}

impl PaymentMethod {
    /// Its id.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::CreditCard { id, .. } | Self::Paypal { id } | Self::GiftCard { id, .. } => id,
        }
    }

    /// Puts an amount back on a gift card; the refund of any other method takes days and is not seen here.
    pub(crate) fn refund(&mut self, amount: Money) {
        if let Self::GiftCard { balance, .. } = self {
            *balance += amount;
        }
    }

    /// Whether it can pay the amount: a gift card only what is left on it.
    #[must_use]
    pub fn covers(&self, amount: Money) -> bool {
        match self {
            Self::GiftCard { balance, .. } => *balance >= amount,
            Self::CreditCard { .. } | Self::Paypal { .. } => true,
        }
    }

    /// Whether it is a gift card.
    #[must_use]
    pub fn is_gift_card(&self) -> bool {
        matches!(self, Self::GiftCard { .. })
    }
}

/// An order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// `#W0000000`.
    pub order_id: String,
    /// Whose it is.
    pub user_id: String,
    /// Where it goes.
    pub address: Address,
    /// What was bought.
    pub items: Vec<OrderItem>,
    /// How far it is.
    pub status: Status,
    /// Parcels.
    pub fulfillments: Vec<Fulfilment>,
    /// What was paid and refunded, oldest first.
    pub payment_history: Vec<Payment>,
    /// Why it was cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancel_reason: Option<String>,
    /// Items to be exchanged, sorted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange_items: Option<Vec<String>>,
    /// Items they are exchanged for, sorted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange_new_items: Option<Vec<String>>,
    /// Who pays or receives the difference of the exchange.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange_payment_method_id: Option<String>,
    /// What the new items cost more than the old ones; negative when they cost less.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange_price_difference: Option<Money>,
    /// Items to be returned, sorted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_items: Option<Vec<String>>,
    /// Where the refund of the return goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_payment_method_id: Option<String>,
}

impl Order {
    /// What its items cost.
    #[must_use]
    pub fn total(&self) -> Money {
        self.items.iter().map(|item| item.price).sum()
    }

    /// What was paid less what was refunded.
    #[must_use]
    pub fn paid(&self) -> Money {
        self.payment_history.iter().map(Payment::signed).sum()
    }

    /// Whether the list names only items of the order, each at most as often as the order has it.
    pub(crate) fn has_all(&self, item_ids: &[String]) -> bool {
        item_ids.iter().all(|wanted| {
            let asked = item_ids.iter().filter(|id| *id == wanted).count();
            asked <= self.items.iter().filter(|item| item.item_id == *wanted).count()
        })
    }
}

/// A thing in an order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrderItem {
    /// Name of the product.
    pub name: String,
    /// Id of the product.
    pub product_id: String,
    /// Id of the variant.
    pub item_id: String,
    /// What was paid for it.
    pub price: Money,
    /// The variant's options.
    pub options: BTreeMap<String, String>,
}

/// A parcel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fulfilment {
    /// The carrier's numbers.
    pub tracking_id: Vec<String>,
    /// What is in it.
    pub item_ids: Vec<String>,
}

/// How far an order is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Nothing was done yet.
    Pending,
    /// Still pending, and its items were changed, which is possible once. Spelled as the policy spells it.
    #[serde(rename = "pending (items modifed)")]
    ItemsModified,
    /// Being packed or under way.
    Processed,
    /// With the customer.
    Delivered,
    /// Given up.
    Cancelled,
    /// The customer sends items back for others.
    #[serde(rename = "exchange requested")]
    ExchangeRequested,
    /// The customer sends items back for money.
    #[serde(rename = "return requested")]
    ReturnRequested,
}

/// Money that moved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Payment {
    /// Which way.
    pub transaction_type: Transaction,
    /// How much, never negative.
    pub amount: Money,
    /// From or to what.
    pub payment_method_id: String,
}

impl Payment {
    /// The amount, negative when it was a refund.
    #[must_use]
    pub fn signed(&self) -> Money {
        match self.transaction_type {
            Transaction::Payment => self.amount,
            Transaction::Refund => -self.amount,
        }
    }
}

/// Which way money moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transaction {
    /// From the customer to the shop.
    Payment,
    /// From the shop to the customer.
    Refund,
}
