//! Complaints: how serious they are, and what may be given without a person.

use serde::{Deserialize, Serialize};

use crate::pack::{Compensation, Customer, Level};
use crate::problem::Problem;

/// What somebody complains about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A parcel that takes too long.
    Late,
    /// Goods that arrived broken.
    Damaged,
    /// Only the outer box is damaged.
    OuterBox,
    WrongItem,
    Quality,
    Service,
    /// Somebody is hurt, or something burnt.
    Injury,
    /// Press, authorities or a lawyer.
    Authority,
    Other,
}

/// The levels of the escalation rules; an ordinary complaint has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Urgency {
    P1,
    P2,
    P3,
    P4,
}

/// What a customer says.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComplaintRequest {
    /// The customer's id; may be left out when the order is named.
    pub customer: Option<String>,
    pub order_no: Option<String>,
    pub kind: Kind,
    pub text: String,
    /// What the customer asks for, in cents.
    pub wants_cents: Option<i64>,
}

/// A complaint that was taken down.
#[derive(Clone, Debug)]
pub struct Complaint {
    pub complaint_no: String,
    pub customer: String,
    pub order_no: Option<String>,
    pub kind: Kind,
    pub text: String,
    pub urgency: Option<Urgency>,
    pub most_cents: i64,
    pub coupon: Option<Coupon>,
    pub made_days_ago: f64,
}

/// A coupon that was given.
#[derive(Clone, Debug)]
pub struct Coupon {
    pub code: String,
    pub cents: i64,
    pub valid_days: u32,
}

impl Complaint {
    /// What helps: `person`, `return_or_exchange` (the rules give more than a coupon), or `coupon`.
    pub fn remedy(&self) -> &'static str {
        match (self.urgency, self.kind) {
            (Some(_), _) => "person",
            (None, Kind::Damaged | Kind::WrongItem | Kind::Quality) => "return_or_exchange",
            (None, _) => "coupon",
        }
    }

    /// Within how many minutes a person takes it up.
    pub fn answer_within_minutes(&self) -> u32 {
        match self.urgency {
            Some(Urgency::P1) => 5,
            Some(Urgency::P2) => 30,
            Some(Urgency::P3) => 120,
            Some(Urgency::P4) | None => 24 * 60,
        }
    }
}

/// Takes a complaint down. `before` are the complaints this customer has made already.
///
/// # Errors
/// `invalid_text`.
pub fn take(
    request: ComplaintRequest,
    customer: &Customer,
    before: &[&Complaint],
    number: usize,
    rules: &Compensation,
    present: f64,
) -> Result<Complaint, Problem> {
    let text = request.text.trim();
    if text.is_empty() || text.chars().count() > 1000 {
        return Err(Problem::invalid(
            "invalid_text",
            "text is needed: what happened, 1 to 1000 characters.",
            "请说明发生了什么，1–1000 个字符。",
        ));
    }
    let urgency = match request.kind {
        Kind::Injury => Some(Urgency::P1),
        Kind::Authority => Some(Urgency::P2),
        _ if customer.level == Level::Black || before.len() >= 2 => Some(Urgency::P3),
        _ if request.wants_cents.is_some_and(|cents| cents > rules.most_cents) => Some(Urgency::P4),
        _ => None,
    };
    let by_level = match customer.level {
        Level::Seed => rules.coupon_cents.seed,
        Level::Silver => rules.coupon_cents.silver,
        Level::Gold => rules.coupon_cents.gold,
        Level::Black => rules.coupon_cents.black,
    };
    let mut complaint = Complaint {
        complaint_no: format!("CP{number:06}"),
        customer: customer.external_id.clone(),
        order_no: request.order_no,
        kind: request.kind,
        text: text.to_owned(),
        urgency,
        most_cents: 0,
        coupon: None,
        made_days_ago: present,
    };
    if complaint.remedy() == "coupon" {
        complaint.most_cents = by_level.min(rules.most_cents);
    }
    Ok(complaint)
}

/// Gives a coupon for a complaint, of `cents` or of the most that is allowed.
///
/// # Errors
/// `person_needed`, `above_limit`, `coupon_given`, `invalid_amount`.
pub fn give_coupon(complaint: &mut Complaint, cents: Option<i64>, rules: &Compensation) -> Result<(), Problem> {
    if complaint.coupon.is_some() {
        return Err(Problem::rule(
            "coupon_given",
            "This complaint has its coupon already.",
            "该投诉已经发放过优惠券。",
        ));
    }
    let most = complaint.most_cents;
    if most == 0 {
        return Err(Problem::rule(
            "person_needed",
            "No coupon may be given here without a person: see `remedy` of the complaint.",
            "该投诉不能直接发放优惠券，需要人工处理。",
        ));
    }
    let cents = cents.unwrap_or(most);
    if cents <= 0 {
        return Err(Problem::invalid("invalid_amount", "cents must be above 0.", "金额应大于 0。"));
    }
    if cents > most {
        return Err(Problem::rule(
            "above_limit",
            format!("At most {most} cents may be given without a person."),
            format!("最多可直接补偿 {} 元优惠券，超出部分需要人工处理。", most / 100),
        ));
    }
    let code = complaint.complaint_no.replacen("CP", "SORRY", 1);
    complaint.coupon = Some(Coupon { code, cents, valid_days: rules.valid_days });
    Ok(())
}
