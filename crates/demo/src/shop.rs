//! The shop in memory.

use time::{OffsetDateTime, UtcOffset};

use crate::faults::Faults;
use crate::idempotency::Answers;
use crate::pack::{Customer, Order, Pack, Product};
use crate::problem::Problem;
use crate::rules::complaints::Complaint;
use crate::rules::identity::{Attempts, plain_phone};

const DAY_MS: f64 = 86_400_000.0;

/// Products, customers and orders, as they are now.
pub struct Shop {
    pub pack: Pack,
    pub answers: Answers,
    pub complaints: Vec<Complaint>,
    /// Who wants to hear when a product is back: customer and SKU.
    pub reminders: Vec<(String, String)>,
    pub attempts: Attempts,
    pub faults: Faults,
    opened_ms: i64,
    /// Where its clock stands still, in Unix milliseconds.
    pub stands_at: Option<i64>,
}

impl Shop {
    /// The shop as the files have it, with all times counted back from `now` (Unix ms).
    pub fn open(now: i64) -> Self {
        Self {
            pack: Pack::load(),
            answers: Answers::default(),
            complaints: Vec::new(),
            reminders: Vec::new(),
            attempts: Attempts::default(),
            faults: Faults::default(),
            opened_ms: now,
            stands_at: None,
        }
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

    /// The moment `days_ago`, in Beijing time.
    pub fn moment(&self, days_ago: f64) -> OffsetDateTime {
        let ms = self.opened_ms - (days_ago * DAY_MS) as i64;
        let beijing = UtcOffset::from_hms(8, 0, 0).unwrap_or(UtcOffset::UTC);
        OffsetDateTime::from_unix_timestamp(ms.div_euclid(1000))
            .unwrap_or(OffsetDateTime::UNIX_EPOCH)
            .to_offset(beijing)
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

    /// The order, when it is this customer's.
    ///
    /// # Errors
    /// `order_not_found`, also for an order of somebody else.
    pub fn order_of(&self, order_no: &str, customer: &str) -> Result<&Order, Problem> {
        let order = self.order(order_no)?;
        if order.customer.external_id == customer { Ok(order) } else { Err(order_not_found()) }
    }

    /// # Errors
    /// `customer_not_found`.
    pub fn customer(&self, external_id: &str) -> Result<&Customer, Problem> {
        self.customers_place(external_id).map(|place| &self.pack.customers[place])
    }

    /// The customer with this phone number and this e-mail address, as far as they are given; one of them has to be.
    ///
    /// # Errors
    /// `customer_not_found`.
    pub fn customer_by(&self, phone: Option<&str>, email: Option<&str>) -> Result<&Customer, Problem> {
        let same_phone = |own: &str| phone.is_none_or(|phone| plain_phone(phone) == own);
        let same_email = |own: &str| email.is_none_or(|email| email.trim().eq_ignore_ascii_case(own));
        let fits = |customer: &&Customer| same_phone(&customer.phone) && same_email(&customer.email);
        let found = self.pack.customers.iter().find(fits).filter(|_| phone.is_some() || email.is_some());
        found.ok_or_else(|| {
            Problem::missing(
                "customer_not_found",
                "No customer has this phone number and this e-mail address.",
                "没有使用该手机号或邮箱的客户。",
            )
        })
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

    /// # Errors
    /// `complaint_not_found`.
    pub fn complaint(&self, complaint_no: &str) -> Result<usize, Problem> {
        let same = |complaint: &Complaint| complaint.complaint_no.eq_ignore_ascii_case(complaint_no.trim());
        self.complaints.iter().position(same).ok_or_else(|| {
            Problem::missing(
                "complaint_not_found",
                "No complaint has this number; numbers look like CP000001.",
                "没有找到该投诉，投诉编号形如 CP000001。",
            )
        })
    }

    /// An order together with its customer, changed by `change` as a whole or not at all.
    ///
    /// # Errors
    /// `order_not_found`, and those of `change`.
    pub fn change<T>(
        &mut self,
        order_no: &str,
        change: impl FnOnce(&mut Order, &mut Customer, &[Product]) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        let mut order = self.order(order_no)?.clone();
        let place = self.customers_place(&order.customer.external_id)?;
        let mut customer = self.pack.customers[place].clone();
        let outcome = change(&mut order, &mut customer, &self.pack.products)?;
        *self.order_mut(order_no)? = order;
        self.pack.customers[place] = customer;
        Ok(outcome)
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
}

fn order_not_found() -> Problem {
    Problem::missing(
        "order_not_found",
        "No order has this number; numbers are QH and 10 digits, such as QH2611050123.",
        "没有找到该订单，订单号为 QH 加 10 位数字，例如 QH2611050123。",
    )
}
