//! What the shop holds, as its API shows it: times in Beijing, money in cents.

use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;
use time::{Date, Month};

use crate::pack::{Address, Customer, Invoice, Order, Parcel, PriceClaim, Product, Return, Status, Step};
use crate::problem::Problem;
use crate::rules::complaints::Complaint;
use crate::rules::{self, points, refunds};
use crate::shop::Shop;

/// `outcome` of a dry run: what would be done, or why not. Only what a rule of the shop forbids is such an answer;
/// everything else stays an error.
///
/// # Errors
/// Those of `outcome` that are no rule.
pub fn verdict(outcome: Result<Value, Problem>) -> Result<Value, Problem> {
    let (allowed, problem, mut answer) = match outcome {
        Ok(answer) => (true, None, answer),
        Err(problem) if problem.status == axum::http::StatusCode::CONFLICT => (false, Some(problem), json!({})),
        Err(problem) => return Err(problem),
    };
    answer["allowed"] = json!(allowed);
    answer["code"] = json!(problem.as_ref().map(|problem| problem.code));
    answer["why"] = json!(problem.as_ref().map(|problem| &problem.detail_zh));
    answer["why_en"] = json!(problem.as_ref().map(|problem| &problem.detail));
    Ok(answer)
}

impl Shop {
    /// The moment `days_ago` as RFC 3339.
    pub fn at(&self, days_ago: f64) -> String {
        self.moment(days_ago).format(&Rfc3339).unwrap_or_default()
    }

    /// An order as the API shows it.
    pub fn show_order(&self, order: &Order, now: i64) -> Value {
        let present = self.present(now);
        let status = rules::status_at(order, present);
        let (status_name, status_name_en) = status.names();
        let (title, title_en) = order.titles();
        let pay_before =
            (status == Status::PendingPayment).then(|| self.at(order.placed_days_ago - rules::DAYS_TO_PAY));
        json!({
            "order_no": order.order_no,
            "title": title,
            "title_en": title_en,
            "customer": order.customer,
            "items": order.items,
            "status": status,
            "status_name": status_name,
            "status_name_en": status_name_en,
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
            "price_claim": order.price_claim.as_ref().map(|claim| self.show_claim(claim)),
            "allowed": rules::allowed(order, &self.pack.figures.sales, present),
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
            "last_place": last.map(|event| &event.place),
            "last_place_en": last.map(|event| &event.place_en),
            "last_text": last.map(|event| &event.text),
            "last_text_en": last.map(|event| &event.text_en),
            "signed": last.is_some_and(|event| event.step == Step::Signed),
            "last_event_at": last.map(|event| self.at(event.days_ago)),
            "events": events,
        })
    }

    /// An invoice as the API shows it.
    pub fn show_invoice(&self, invoice: &Invoice) -> Value {
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
            "carrier": returned.tracking.as_ref().map(|(carrier, _)| carrier),
            "tracking_no": returned.tracking.as_ref().map(|(_, number)| number),
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

impl Shop {
    /// The whereabouts of an order's money.
    ///
    /// # Errors
    /// `no_refund`.
    pub fn show_refund(&self, order: &Order, now: i64) -> Result<Value, Problem> {
        let present = self.present(now);
        let refund = refunds::of(order, present)?;
        let arrival = refunds::arrival(&order.payment);
        let arrives = refund.refunded_days_ago.map(|sent| refunds::arrives_by(self.moment(sent), arrival));
        Ok(json!({
            "order_no": order.order_no,
            "customer": order.customer,
            "return_no": order.returned.as_ref().map(|returned| &returned.return_no),
            "kind": refund.kind,
            "step": refund.step,
            "amount_cents": refund.amount_cents,
            "payment": order.payment,
            "asked_at": self.at(refund.asked_days_ago),
            "refunded_at": refund.refunded_days_ago.map(|days_ago| self.at(days_ago)),
            "arrives_from_days": arrival.from_days,
            "arrives_to_days": arrival.to_days,
            "working_days": arrival.days == refunds::Days::Working,
            "arrives_by": arrives.map(|at| at.format(&Rfc3339).unwrap_or_default()),
            "overdue": arrives.is_some_and(|at| at < self.moment(present)),
        }))
    }

    /// A difference that was paid back.
    pub fn show_claim(&self, claim: &PriceClaim) -> Value {
        json!({
            "claim_no": claim.claim_no,
            "items": claim.items,
            "refund_cents": claim.items.iter().map(|line| line.cents).sum::<i64>(),
            "claimed_at": self.at(claim.claimed_days_ago),
        })
    }

    /// A product with the price of today.
    pub fn show_product(&self, product: &Product) -> Value {
        let sale = self.pack.figures.sales.iter().find(|sale| sale.sku == product.sku);
        let mut shown = json!(product);
        shown["now_cents"] = json!(sale.map_or(product.price_cents, |sale| sale.price_cents));
        shown["sale"] =
            sale.map_or(Value::Null, |sale| json!({ "kind": sale.kind, "since": self.at(sale.since_days_ago) }));
        shown["restock_in_days"] = json!(self.restock_in_days(product));
        shown
    }

    /// In how many days a product that is sold out comes back, when that is known.
    pub fn restock_in_days(&self, product: &Product) -> Option<u32> {
        let restock = self.pack.figures.restock.iter().find(|restock| restock.sku == product.sku);
        restock.filter(|_| product.stock == 0).map(|restock| restock.in_days)
    }

    /// A member's level and points.
    pub fn show_points(&self, customer: &Customer, now: i64) -> Value {
        let today = self.moment(self.present(now)).date();
        let next = points::next_level(customer.level);
        let earned = points::earned(&self.pack.orders, customer);
        let last_year: i64 = earned
            .iter()
            .filter(|(_, _, days_ago)| self.moment(*days_ago).year() < today.year())
            .map(|(_, points, _)| points)
            .sum();
        let latest: Vec<Value> = earned
            .iter()
            .take(5)
            .map(|(order, points, days_ago)| {
                json!({ "order_no": order.order_no, "points": points, "at": self.at(*days_ago) })
            })
            .collect();
        let expires = Date::from_calendar_date(today.year(), Month::December, 31).unwrap_or(today);
        json!({
            "customer": { "external_id": customer.external_id, "name": customer.name },
            "level": customer.level,
            "level_name": customer.level.names().0,
            "level_name_en": customer.level.names().1,
            "next_level": next.map(|(level, _)| level),
            "next_level_name": next.map(|(level, _)| level.names().0),
            "next_level_name_en": next.map(|(level, _)| level.names().1),
            "to_next_cents": next.map(|(_, cents)| (cents - customer.spent_12_months_cents).max(0)),
            "spent_12_months_cents": customer.spent_12_months_cents,
            "points": customer.points,
            "worth_cents": customer.points,
            // What was earned last year expires at the end of this one.
            "expiring_points": last_year.min(customer.points.max(0)),
            "expires_on": expires.to_string(),
            "birthday_month": customer.birthday_month,
            "double_points_now": u8::from(today.month()) == customer.birthday_month,
            "free_return_labels_left": customer.free_return_labels_left,
            "earned": latest,
        })
    }

    /// A complaint.
    pub fn show_complaint(&self, complaint: &Complaint) -> Value {
        json!({
            "complaint_no": complaint.complaint_no,
            "customer": { "external_id": complaint.customer },
            "order_no": complaint.order_no,
            "kind": complaint.kind,
            "text": complaint.text,
            "urgency": complaint.urgency,
            "needs_person": complaint.urgency.is_some(),
            "remedy": complaint.remedy(),
            "most_cents": complaint.most_cents,
            "answer_within_minutes": complaint.answer_within_minutes(),
            "coupon": complaint.coupon.as_ref().map(|coupon| {
                json!({ "code": coupon.code, "cents": coupon.cents, "valid_days": coupon.valid_days })
            }),
            "made_at": self.at(complaint.made_days_ago),
        })
    }
}
