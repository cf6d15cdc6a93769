//! The shop in memory: what it holds and how it is shown.

use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};

use crate::idempotency::Answers;
use crate::pack::{Address, Customer, Invoice, Order, Pack, Parcel, Product, Return, Status, Step};
use crate::problem::Problem;
use crate::rules;

const DAY_MS: f64 = 86_400_000.0;

/// Products, customers and orders, as they are now.
pub struct Shop {
    pub pack: Pack,
    pub answers: Answers,
    opened_ms: i64,
}

impl Shop {
    /// The shop as the files have it, with all times counted back from `now` (Unix ms).
    pub fn open(now: i64) -> Self {
        Self { pack: Pack::load(), answers: Answers::default(), opened_ms: now }
    }

    /// Opens the shop anew when it has been open for a day, so that its orders never look old.
    pub fn open_for_today(&mut self, now: i64) {
        if self.days_open(now) >= 1.0 {
            *self = Self::open(now);
        }
    }

    fn days_open(&self, now: i64) -> f64 {
        // Milliseconds since 1970 are exact in an f64 for the next 280,000 years.
        (now - self.opened_ms) as f64 / DAY_MS
    }

    /// The present on the scale of `…_days_ago`: 0 when the shop opened, then below.
    pub fn present(&self, now: i64) -> f64 {
        -self.days_open(now)
    }

    fn at(&self, days_ago: f64) -> String {
        let ms = self.opened_ms - (days_ago * DAY_MS) as i64;
        let beijing = UtcOffset::from_hms(8, 0, 0).unwrap_or(UtcOffset::UTC);
        OffsetDateTime::from_unix_timestamp(ms.div_euclid(1000))
            .unwrap_or(OffsetDateTime::UNIX_EPOCH)
            .to_offset(beijing)
            .format(&Rfc3339)
            .unwrap_or_default()
    }

    /// # Errors
    /// `order_not_found`.
    pub fn order(&self, order_no: &str) -> Result<&Order, Problem> {
        let wanted = order_no.trim().to_ascii_uppercase();
        self.pack.orders.iter().find(|order| order.order_no == wanted).ok_or_else(order_not_found)
    }

    /// # Errors
    /// `order_not_found`.
    pub fn order_mut(&mut self, order_no: &str) -> Result<&mut Order, Problem> {
        let wanted = order_no.trim().to_ascii_uppercase();
        self.pack.orders.iter_mut().find(|order| order.order_no == wanted).ok_or_else(order_not_found)
    }

    /// # Errors
    /// `customer_not_found`.
    pub fn customer(&self, external_id: &str) -> Result<&Customer, Problem> {
        self.customers_place(external_id).map(|place| &self.pack.customers[place])
    }

    /// Where a customer stands among the customers.
    ///
    /// # Errors
    /// `customer_not_found`.
    pub fn customers_place(&self, external_id: &str) -> Result<usize, Problem> {
        self.pack.customers.iter().position(|customer| customer.external_id == external_id).ok_or_else(|| {
            Problem::missing(
                "customer_not_found",
                "No customer has this id; ids look like cust-0017.",
                "没有找到该客户，客户编号形如 cust-0017。",
            )
        })
    }

    /// # Errors
    /// `product_not_found`.
    pub fn product(&self, sku: &str) -> Result<&Product, Problem> {
        self.pack.products.iter().find(|product| product.sku.eq_ignore_ascii_case(sku)).ok_or_else(|| {
            Problem::missing(
                "product_not_found",
                "No product has this SKU; SKUs look like QH-KT17.",
                "没有找到该商品，商品编号形如 QH-KT17。",
            )
        })
    }

    /// The products in which every word of `query` occurs; all of them when it is empty.
    pub fn products(&self, query: &str) -> Vec<&Product> {
        let words: Vec<String> = query.split_whitespace().map(str::to_lowercase).collect();
        let holds = |product: &Product| {
            let Product { sku, name, name_en, category, description, .. } = product;
            let text =
                format!("{sku} {name} {name_en} {category} {} {}", description.zh, description.en).to_lowercase();
            words.iter().all(|word| text.contains(word))
        };
        self.pack.products.iter().filter(|product| holds(product)).collect()
    }

    /// An order as the API shows it.
    pub fn show_order(&self, order: &Order, now: i64) -> Value {
        let present = self.present(now);
        let status = rules::status_at(order, present);
        let pay_before =
            (status == Status::PendingPayment).then(|| self.at(order.placed_days_ago - rules::DAYS_TO_PAY));
        json!({
            "order_no": order.order_no,
            "customer": order.customer,
            "items": order.items,
            "status": status,
            "placed_at": self.at(order.placed_days_ago),
            "pay_before": pay_before,
            "currency": "CNY",
            "goods_cents": order.total_cents - order.freight_cents,
            "freight_cents": order.freight_cents,
            "total_cents": order.total_cents,
            "payment": order.payment,
            "address": order.address,
            "address_changes": order.address_changes,
            "parcel": order.parcel.as_ref().map(|parcel| self.show_parcel(parcel)),
            "received_at": rules::received(order).map(|days_ago| self.at(days_ago)),
            "cancelled_at": order.cancelled_days_ago.map(|days_ago| self.at(days_ago)),
            "refund_cents": order.refund_cents,
            "invoice": order.invoice.as_ref().map(|invoice| self.show_invoice(invoice)),
            "return": order.returned.as_ref().map(|returned| self.show_return(returned)),
            "allowed": rules::allowed(order, present),
        })
    }

    /// A parcel as the API shows it.
    pub fn show_parcel(&self, parcel: &Parcel) -> Value {
        let events: Vec<Value> = parcel
            .events
            .iter()
            .map(|event| {
                json!({
                    "step": event.step,
                    "at": self.at(event.days_ago),
                    "place": event.place,
                    "place_en": event.place_en,
                    "text": event.text,
                    "text_en": event.text_en,
                })
            })
            .collect();
        let last = parcel.events.last();
        json!({
            "carrier": parcel.carrier,
            "carrier_name": parcel.carrier_name,
            "carrier_name_en": parcel.carrier_name_en,
            "tracking_no": parcel.tracking_no,
            "step": last.map(|event| event.step),
            "signed": last.is_some_and(|event| event.step == Step::Signed),
            "last_event_at": last.map(|event| self.at(event.days_ago)),
            "events": events,
        })
    }

    fn show_invoice(&self, invoice: &Invoice) -> Value {
        json!({
            "kind": invoice.kind,
            "title": invoice.title,
            "tax_no": invoice.tax_no,
            "email": invoice.email,
            "status": invoice.status,
            "issued_at": invoice.issued_days_ago.map(|days_ago| self.at(days_ago)),
        })
    }

    /// A return as the API shows it.
    pub fn show_return(&self, returned: &Return) -> Value {
        json!({
            "return_no": returned.return_no,
            "kind": returned.kind,
            "reason": returned.reason,
            "note": returned.note,
            "note_en": returned.note_en,
            "skus": returned.skus,
            "status": returned.status,
            "freight_paid_by": returned.freight_paid_by,
            "label_fee_cents": returned.label_fee_cents,
            "refund_cents": returned.refund_cents,
            "requested_at": self.at(returned.requested_days_ago),
            "refunded_at": returned.refunded_days_ago.map(|days_ago| self.at(days_ago)),
        })
    }

    /// A customer as the API shows them.
    pub fn show_customer(&self, customer: &Customer) -> Value {
        let Customer { external_id, name, name_en, phone, email, language, level, points, .. } = customer;
        let address: &Address = &customer.address;
        json!({
            "external_id": external_id,
            "name": name,
            "name_en": name_en,
            "phone": phone,
            "email": email,
            "language": language,
            "level": level,
            "points": points,
            "points_worth_cents": points,
            "spent_12_months_cents": customer.spent_12_months_cents,
            "free_return_labels_left": customer.free_return_labels_left,
            "birthday_month": customer.birthday_month,
            "registered_at": self.at(customer.registered_days_ago),
            "address": address,
        })
    }
}

fn order_not_found() -> Problem {
    Problem::missing(
        "order_not_found",
        "No order has this number; numbers are QH and 10 digits, such as QH2611050123.",
        "没有找到该订单，订单号为 QH 加 10 位数字，例如 QH2611050123。",
    )
}
