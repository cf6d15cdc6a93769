//! The embedded data of `packs/demo`, as it is written in the files.
//!
//! Times are days before the shop opened (2.25 is 2 days and 6 hours); money is in cents (分).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A product of the shop.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Product {
    pub sku: String,
    pub name: String,
    pub name_en: String,
    pub category: String,
    pub price_cents: i64,
    pub stock: u32,
    pub weight_g: u32,
    pub returns: ReturnClass,
    pub warranty_months: u32,
    pub description: Bilingual,
    pub attributes: Vec<Attribute>,
}

/// A text in both languages.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Bilingual {
    pub zh: String,
    pub en: String,
}

/// A property of a product, such as its capacity.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Attribute {
    pub name: String,
    pub name_en: String,
    pub value: String,
    pub value_en: String,
}

/// What the 7-day rule says about a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReturnClass {
    Standard,
    /// Not once opened.
    Food,
    /// Not once opened.
    Hygiene,
    /// Made for one customer: never without a reason.
    Custom,
}

/// A customer of the shop.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Customer {
    pub external_id: String,
    pub name: String,
    pub name_en: String,
    pub phone: String,
    pub email: String,
    pub language: String,
    pub birthday_month: u8,
    pub registered_days_ago: f64,
    pub address: Address,
    pub city_en: String,
    pub level: Level,
    pub spent_12_months_cents: i64,
    pub points: i64,
    pub free_return_labels_left: u32,
}

/// A member's level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Seed,
    Silver,
    Gold,
    Black,
}

/// Where a parcel goes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Address {
    pub province: String,
    pub city: String,
    pub district: String,
    pub street: String,
}

/// An order. `parcel` is there from shipping on.
#[derive(Clone, Debug, Deserialize)]
pub struct Order {
    pub order_no: String,
    pub customer: Buyer,
    pub items: Vec<Item>,
    pub status: Status,
    pub placed_days_ago: f64,
    pub total_cents: i64,
    pub freight_cents: i64,
    pub payment: String,
    pub address: Address,
    pub parcel: Option<Parcel>,
    pub invoice: Option<Invoice>,
    #[serde(rename = "return")]
    pub returned: Option<Return>,
    /// When the order was cancelled, if that happened in this shop's lifetime.
    #[serde(default)]
    pub cancelled_days_ago: Option<f64>,
    /// What is paid back for a cancelled order.
    #[serde(default)]
    pub refund_cents: Option<i64>,
    #[serde(default)]
    pub address_changes: u32,
    /// What was paid back because a price fell.
    #[serde(default)]
    pub price_claim: Option<PriceClaim>,
}

/// A difference in price that was paid back.
#[derive(Clone, Debug, Deserialize)]
pub struct PriceClaim {
    pub claim_no: String,
    pub items: Vec<PriceDifference>,
    pub claimed_days_ago: f64,
}

/// How far the price of one line of an order has fallen.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct PriceDifference {
    pub sku: String,
    pub name: String,
    pub name_en: String,
    pub qty: i64,
    pub paid_cents: i64,
    pub now_cents: i64,
    /// What is paid back for the line.
    pub cents: i64,
}

/// The customer as an order names them.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Buyer {
    pub external_id: String,
    pub name: String,
    pub phone: String,
    pub level: Level,
}

/// A line of an order.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Item {
    pub sku: String,
    pub name: String,
    pub name_en: String,
    pub qty: i64,
    pub price_cents: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engraving: Option<String>,
}

impl Order {
    /// The order in a few words, in Chinese and English: its first product and how many more there are.
    pub fn titles(&self) -> (String, String) {
        let Some(first) = self.items.first() else { return (String::new(), String::new()) };
        match self.items.len() {
            1 => (first.name.clone(), first.name_en.clone()),
            kinds => (format!("{}等 {kinds} 种商品", first.name), format!("{} and {} more", first.name_en, kinds - 1)),
        }
    }
}

impl Status {
    /// The name of the status in Chinese and English.
    pub fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::PendingPayment => ("待付款", "waiting for payment"),
            Self::Paid => ("待发货", "paid, not yet shipped"),
            Self::Shipped => ("已发货", "shipped"),
            Self::Delivered => ("已签收", "delivered"),
            Self::Completed => ("已完成", "completed"),
            Self::Cancelled => ("已取消", "cancelled"),
            Self::Returning => ("退换货中", "being returned or exchanged"),
            Self::Refunded => ("已退款", "refunded"),
        }
    }
}

impl Level {
    /// The name of the level in Chinese and English.
    pub fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Seed => ("种子会员", "Seed"),
            Self::Silver => ("银禾会员", "Silver"),
            Self::Gold => ("金禾会员", "Gold"),
            Self::Black => ("黑禾会员", "Black"),
        }
    }
}

/// How far an order is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    PendingPayment,
    Paid,
    Shipped,
    Delivered,
    Completed,
    Cancelled,
    Returning,
    Refunded,
}

/// What the carrier has, with its events, oldest first.
#[derive(Clone, Debug, Deserialize)]
pub struct Parcel {
    pub carrier: String,
    pub carrier_name: String,
    pub carrier_name_en: String,
    pub tracking_no: String,
    pub events: Vec<ParcelEvent>,
}

/// Something that happened to a parcel.
#[derive(Clone, Debug, Deserialize)]
pub struct ParcelEvent {
    pub step: Step,
    pub days_ago: f64,
    pub place: String,
    pub place_en: String,
    pub text: String,
    pub text_en: String,
}

/// The kind of a parcel event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    Collected,
    Departed,
    Arrived,
    OutForDelivery,
    Signed,
}

/// An invoice that was asked for.
#[derive(Clone, Debug, Deserialize)]
pub struct Invoice {
    pub kind: InvoiceKind,
    pub title: String,
    pub tax_no: Option<String>,
    pub email: String,
    pub status: InvoiceStatus,
    pub issued_days_ago: Option<f64>,
}

/// Whom an invoice is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceKind {
    Personal,
    Company,
    SpecialVat,
}

/// How far an invoice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceStatus {
    WaitingForReceipt,
    /// The company's qualification is being checked.
    Checking,
    Issued,
}

/// A return or exchange.
#[derive(Clone, Debug, Deserialize)]
pub struct Return {
    pub return_no: String,
    pub kind: ReturnKind,
    pub reason: Reason,
    pub note: String,
    pub note_en: Option<String>,
    pub skus: Vec<String>,
    pub status: ReturnStatus,
    pub freight_paid_by: FreightPayer,
    pub label_fee_cents: i64,
    pub refund_cents: i64,
    pub requested_days_ago: f64,
    pub refunded_days_ago: Option<f64>,
    /// Carrier and number, once the customer has sent the goods.
    #[serde(default)]
    pub tracking: Option<(String, String)>,
}

/// What the customer wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReturnKind {
    /// The money back.
    Return,
    /// Another one.
    Exchange,
}

/// Why goods come back. All but the first are the shop's fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    ChangedMind,
    Quality,
    DamagedInTransit,
    WrongItem,
}

/// How far a return is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReturnStatus {
    Requested,
    Approved,
    InTransit,
    Inspecting,
    Refunded,
}

/// Who pays for the way back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FreightPayer {
    Shop,
    Customer,
    /// One of a member's free return labels.
    FreeLabel,
}

/// The figures and rules of the shop that change more often than its products.
#[derive(Clone, Debug, Deserialize)]
pub struct Figures {
    pub sales: Vec<Sale>,
    pub stores: Vec<Store>,
    pub restock: Vec<Restock>,
    pub compensation: Compensation,
    pub advice: Vec<Advice>,
}

/// A price below the list price.
#[derive(Clone, Debug, Deserialize)]
pub struct Sale {
    pub sku: String,
    pub price_cents: i64,
    pub since_days_ago: f64,
    pub kind: SaleKind,
}

/// What kind of a lower price it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SaleKind {
    /// A lower price for everybody.
    Sale,
    /// A flash sale, which price protection leaves out.
    Flash,
}

/// A shop in a city, with what it has.
#[derive(Clone, Debug, Deserialize)]
pub struct Store {
    pub id: String,
    pub name: String,
    pub name_en: String,
    pub city: String,
    pub city_en: String,
    /// Pieces by SKU; a product that is not named is not sold there.
    pub stock: BTreeMap<String, u32>,
}

/// When a product that is sold out comes back.
#[derive(Clone, Debug, Deserialize)]
pub struct Restock {
    pub sku: String,
    pub in_days: u32,
}

/// What may be given for a complaint without a person.
#[derive(Clone, Debug, Deserialize)]
pub struct Compensation {
    /// Never more than this without a person.
    pub most_cents: i64,
    pub coupon_cents: CouponCents,
    pub valid_days: u32,
}

/// The coupon by the member's level.
#[derive(Clone, Debug, Deserialize)]
pub struct CouponCents {
    pub seed: i64,
    pub silver: i64,
    pub gold: i64,
    pub black: i64,
}

/// Whether a product suits, by one measure.
#[derive(Clone, Debug, Deserialize)]
pub struct Advice {
    pub sku: String,
    /// `people`, `bed_m`, `sleeping`, `hob` or `characters`.
    pub measure: String,
    pub question: Bilingual,
    pub cases: Vec<AdviceCase>,
}

/// One answer of an advice: a range of numbers, both ends included, or a word.
#[derive(Clone, Debug, Deserialize)]
pub struct AdviceCase {
    pub from: Option<f64>,
    pub to: Option<f64>,
    pub is: Option<String>,
    pub verdict: Verdict,
    pub text: Bilingual,
}

/// How well a product suits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Fits,
    /// It works, with something to mind.
    Tight,
    TooSmall,
    TooLarge,
    No,
}

/// Everything that the files hold.
#[derive(Clone, Debug)]
pub struct Pack {
    pub products: Vec<Product>,
    pub figures: Figures,
    pub customers: Vec<Customer>,
    /// Newest first.
    pub orders: Vec<Order>,
}

impl Pack {
    /// Reads the embedded files.
    pub fn load() -> Self {
        fn read<T: for<'de> Deserialize<'de>>(file: &str, text: &str) -> T {
            serde_json::from_str(text).unwrap_or_else(|error| {
                panic!("packs/demo/{file} is part of the program and read by its tests, yet: {error}")
            })
        }
        Self {
            products: read("products.json", include_str!("../../../packs/demo/products.json")),
            figures: read("figures.json", include_str!("../../../packs/demo/figures.json")),
            customers: read("customers.json", include_str!("../../../packs/demo/customers.json")),
            orders: read("orders.json", include_str!("../../../packs/demo/orders.json")),
        }
    }
}
