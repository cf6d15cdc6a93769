//! Goods that come back, for money or for another one.

use serde::Deserialize;

use crate::pack::{
    Customer, FreightPayer, Item, Order, Product, Reason, Return, ReturnClass, ReturnKind, ReturnStatus, Status,
};
use crate::problem::Problem;
use crate::rules::{received, status_at};

/// Without a reason, counted from receipt.
pub const DAYS_TO_RETURN: f64 = 7.0;
/// When the shop is at fault, counted from receipt.
pub const DAYS_TO_EXCHANGE_FAULTY: f64 = 15.0;
/// When the shop is at fault, counted from receipt.
pub const DAYS_TO_RETURN_FAULTY: f64 = 30.0;
/// The return label that the shop sells.
const LABEL_CENTS: i64 = 1200;

/// What a customer says when goods are to come back.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReturnRequest {
    pub reason: Reason,
    pub kind: ReturnKind,
    /// The products that come back; all of the order when absent.
    pub skus: Option<Vec<String>>,
    #[serde(default)]
    pub condition: Condition,
    #[serde(default)]
    pub shipping: ReturnShipping,
    #[serde(default)]
    pub note: String,
}

/// Whether the goods were opened or used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    #[default]
    Unopened,
    /// Opened, but unused and complete.
    Opened,
    /// Used, or something of it or of its packaging is missing.
    Used,
}

/// How the goods travel back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReturnShipping {
    /// With the shop's label.
    #[default]
    Label,
    /// With the shop's label, collected at home.
    Pickup,
    /// With a carrier of the customer's choice.
    Own,
}

/// How many days have passed since receipt, when goods of this order may come back at all.
///
/// # Errors
/// `return_exists`, `nothing_to_return`, `not_shipped`, `not_received`.
pub fn may_come_back(order: &Order, present: f64) -> Result<f64, Problem> {
    match status_at(order, present) {
        Status::Delivered | Status::Completed => {}
        Status::Returning => {
            return Err(Problem::rule(
                "return_exists",
                "A return of this order is under way; see `return` of the order.",
                "该订单已有退换货在处理中，可在订单中查看进度。",
            ));
        }
        Status::Cancelled | Status::Refunded => {
            return Err(Problem::rule(
                "nothing_to_return",
                "The order was cancelled or refunded, so there is nothing to return.",
                "订单已取消或已退款，无需退货。",
            ));
        }
        Status::PendingPayment | Status::Paid => {
            return Err(Problem::rule(
                "not_shipped",
                "The order has not shipped; it can be cancelled free of charge.",
                "订单尚未发货，可以直接免费取消。",
            ));
        }
        Status::Shipped => return Err(not_received()),
    }
    received(order).map(|days_ago| days_ago - present).ok_or_else(not_received)
}

fn not_received() -> Problem {
    Problem::rule(
        "not_received",
        "The parcel has not been received; the customer may refuse it or ask again after receipt.",
        "包裹尚未签收，可以拒收，或签收后再申请。",
    )
}

/// What a return would come to.
#[derive(Clone, Debug)]
pub struct Terms {
    pub items: Vec<Item>,
    pub freight_paid_by: FreightPayer,
    pub label_fee_cents: i64,
    /// 0 for an exchange.
    pub refund_cents: i64,
}

/// Says what a return or exchange would come to: what is paid back, and who pays the freight.
///
/// # Errors
/// `not_shipped`, `not_received`, `return_exists`, `nothing_to_return`, `unknown_item`, `note_too_long`,
/// `exchange_needs_fault`, `not_returnable`, `return_window_closed`.
pub fn check(
    order: &Order,
    customer: &Customer,
    products: &[Product],
    request: &ReturnRequest,
    present: f64,
) -> Result<Terms, Problem> {
    let since_receipt = may_come_back(order, present)?;
    if request.note.chars().count() > 500 {
        return Err(Problem::invalid(
            "note_too_long",
            "note may have at most 500 characters.",
            "备注最多 500 个字符。",
        ));
    }
    let items = chosen(order, request.skus.as_deref())?;
    check_window(request.reason, request.kind, since_receipt)?;
    if request.reason == Reason::ChangedMind {
        check_goods(&items, products, request.condition)?;
    }

    let goods: i64 = items.iter().map(|item| item.qty * item.price_cents).sum();
    let (freight_paid_by, label_fee_cents) = match (request.reason, request.shipping) {
        (Reason::Quality | Reason::DamagedInTransit | Reason::WrongItem, _) => (FreightPayer::Shop, 0),
        (Reason::ChangedMind, ReturnShipping::Own) => (FreightPayer::Customer, 0),
        (Reason::ChangedMind, ReturnShipping::Label | ReturnShipping::Pickup) => {
            match customer.free_return_labels_left {
                0 => (FreightPayer::Customer, LABEL_CENTS),
                _ => (FreightPayer::FreeLabel, 0),
            }
        }
    };
    // What price protection has paid back already is not paid back again.
    let protected = order.price_claim.as_ref().map_or(0, |claim| {
        let of =
            |item: &Item| claim.items.iter().filter(|line| line.sku == item.sku).map(|line| line.cents).sum::<i64>();
        items.iter().map(of).sum()
    });
    let whole = items.len() == order.items.len();
    let refund_cents = match (request.kind, freight_paid_by) {
        (ReturnKind::Exchange, _) => 0,
        (ReturnKind::Return, FreightPayer::Shop) if whole => order.total_cents - protected,
        (ReturnKind::Return, _) => (goods - protected - label_fee_cents).max(0),
    };
    Ok(Terms { items, freight_paid_by, label_fee_cents, refund_cents })
}

/// Takes a return or exchange.
///
/// # Errors
/// Those of [`check`].
pub fn start(
    order: &mut Order,
    customer: &mut Customer,
    products: &[Product],
    request: ReturnRequest,
    present: f64,
) -> Result<Return, Problem> {
    let Terms { items, freight_paid_by, label_fee_cents, refund_cents } =
        check(order, customer, products, &request, present)?;
    if freight_paid_by == FreightPayer::FreeLabel {
        customer.free_return_labels_left -= 1;
    }
    let returned = Return {
        return_no: order.order_no.replacen("QH", "RT", 1),
        kind: request.kind,
        reason: request.reason,
        note: request.note,
        note_en: None,
        skus: items.iter().map(|item| item.sku.clone()).collect(),
        status: ReturnStatus::Requested,
        freight_paid_by,
        label_fee_cents,
        refund_cents,
        requested_days_ago: present,
        refunded_days_ago: None,
        tracking: None,
    };
    order.status = Status::Returning;
    order.returned = Some(returned.clone());
    Ok(returned)
}

/// The return of an order, while its goods have not been sent back.
///
/// # Errors
/// `no_return`, `return_already_sent`.
pub fn may_withdraw(order: &Order) -> Result<&Return, Problem> {
    let returned = order.returned.as_ref().ok_or_else(no_return)?;
    match returned.status {
        ReturnStatus::Requested | ReturnStatus::Approved => Ok(returned),
        ReturnStatus::InTransit | ReturnStatus::Inspecting | ReturnStatus::Refunded => Err(Problem::rule(
            "return_already_sent",
            "The goods are on their way back or have arrived, so the return cannot be withdrawn; order again if you still want them.",
            "商品已经寄回，退货申请不能撤销；如果仍然想要，请重新下单。",
        )),
    }
}

/// Withdraws a return: the order is as it was, and a free label is given back.
///
/// # Errors
/// Those of [`may_withdraw`].
pub fn withdraw(order: &mut Order, customer: &mut Customer, present: f64) -> Result<(), Problem> {
    if may_withdraw(order)?.freight_paid_by == FreightPayer::FreeLabel {
        customer.free_return_labels_left += 1;
    }
    order.returned = None;
    let long_received = received(order).is_none_or(|days_ago| days_ago - present > DAYS_TO_RETURN);
    order.status = if long_received { Status::Completed } else { Status::Delivered };
    Ok(())
}

/// With which carrier goods were sent back.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SentBack {
    pub carrier: String,
    pub tracking_no: String,
}

/// Notes that the goods of a return are on their way.
///
/// # Errors
/// `no_return`, `return_already_sent`, `invalid_tracking`.
pub fn sent_back(order: &mut Order, sent: SentBack) -> Result<(), Problem> {
    may_withdraw(order)?;
    let (carrier, tracking_no) = (sent.carrier.trim(), sent.tracking_no.trim().to_ascii_uppercase());
    let readable =
        (6..=32).contains(&tracking_no.len()) && tracking_no.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !readable || carrier.is_empty() || carrier.chars().count() > 40 {
        return Err(Problem::invalid(
            "invalid_tracking",
            "carrier (1 to 40 characters) and tracking_no (6 to 32 letters and digits) are needed.",
            "请提供快递公司和运单号（6–32 位字母和数字）。",
        ));
    }
    if let Some(returned) = order.returned.as_mut() {
        returned.status = ReturnStatus::InTransit;
        returned.tracking = Some((carrier.to_owned(), tracking_no));
    }
    Ok(())
}

fn no_return() -> Problem {
    Problem::missing("no_return", "The order has no return or exchange.", "该订单没有退换货申请。")
}

/// What may be done instead of a return that was refused with `code`: any of `cancel`, `refuse_parcel`, `return`,
/// `exchange`, `repair`, `see_return`, `wait`.
pub fn instead(
    code: &str,
    order: &Order,
    products: &[Product],
    request: &ReturnRequest,
    present: f64,
) -> Vec<&'static str> {
    let since = may_come_back(order, present).unwrap_or(f64::INFINITY);
    let items = chosen(order, request.skus.as_deref()).unwrap_or_default();
    let product = |item: &Item| products.iter().find(|product| product.sku == item.sku);
    // A month of warranty is counted as 30 days, a little to the customer's disadvantage only in the last days.
    let under_warranty =
        items.iter().filter_map(product).any(|product| since <= f64::from(product.warranty_months) * 30.0);
    let repair = (request.reason != Reason::ChangedMind && under_warranty).then_some("repair");
    match code {
        "not_shipped" => vec!["cancel"],
        "not_received" => vec!["refuse_parcel", "wait"],
        "return_exists" => vec!["see_return"],
        "exchange_needs_fault" if since <= DAYS_TO_RETURN => vec!["return"],
        "return_window_closed" if request.kind == ReturnKind::Exchange && since <= DAYS_TO_RETURN_FAULTY => {
            std::iter::once("return").chain(repair).collect()
        }
        "return_window_closed" => repair.into_iter().collect(),
        _ => Vec::new(),
    }
}

fn chosen(order: &Order, skus: Option<&[String]>) -> Result<Vec<Item>, Problem> {
    let Some(skus) = skus else { return Ok(order.items.clone()) };
    let wanted = |item: &&Item| skus.iter().any(|sku| sku.eq_ignore_ascii_case(&item.sku));
    let known = |sku: &String| order.items.iter().any(|item| item.sku.eq_ignore_ascii_case(sku));
    if skus.is_empty() || !skus.iter().all(known) {
        return Err(Problem::invalid(
            "unknown_item",
            "skus must name at least one product, and only products of this order.",
            "skus 至少包含一件商品，且只能是该订单中的商品。",
        ));
    }
    Ok(order.items.iter().filter(wanted).cloned().collect())
}

fn check_window(reason: Reason, kind: ReturnKind, since_receipt: f64) -> Result<(), Problem> {
    let days = match (reason, kind) {
        (Reason::ChangedMind, ReturnKind::Exchange) => {
            return Err(Problem::rule(
                "exchange_needs_fault",
                "Goods are exchanged for a fault only; otherwise they can be returned within 7 days and ordered again.",
                "换货仅限质量问题；其他情况可在 7 天内退货后重新下单。",
            ));
        }
        (Reason::ChangedMind, ReturnKind::Return) => DAYS_TO_RETURN,
        (_, ReturnKind::Exchange) => DAYS_TO_EXCHANGE_FAULTY,
        (_, ReturnKind::Return) => DAYS_TO_RETURN_FAULTY,
    };
    if since_receipt <= days {
        return Ok(());
    }
    Err(Problem::rule(
        "return_window_closed",
        format!("This must be asked for within {days} days of receipt; {since_receipt:.0} days have passed."),
        format!("该申请须在签收后 {days} 天内提出，现已过去 {since_receipt:.0} 天。"),
    ))
}

/// The 7-day rule without reason leaves out opened food and towels, whatever is made for one customer, and all that was
/// used.
fn check_goods(items: &[Item], products: &[Product], condition: Condition) -> Result<(), Problem> {
    let refused = items.iter().find_map(|item| {
        let class = products.iter().find(|product| product.sku == item.sku)?.returns;
        let why = match (class, condition) {
            (ReturnClass::Custom, _) => ("it was made for you (engraved)", "刻字定制商品"),
            (ReturnClass::Food, Condition::Opened | Condition::Used) => {
                ("opened food and tea are excluded", "食品和茶叶已拆封")
            }
            (ReturnClass::Hygiene, Condition::Opened | Condition::Used) => {
                ("opened towels and underwear are excluded", "毛巾和内衣已拆封")
            }
            (ReturnClass::Standard, Condition::Used) => {
                ("it must be unused and complete", "商品须未使用、包装和配件齐全")
            }
            (_, Condition::Unopened) | (ReturnClass::Standard, Condition::Opened) => return None,
        };
        Some((item, why))
    });
    match refused {
        None => Ok(()),
        Some((item, (why, why_zh))) => Err(Problem::rule(
            "not_returnable",
            format!("{} ({}) cannot be returned without a reason: {why}.", item.name_en, item.sku),
            format!("{}（{}）不支持无理由退货：{why_zh}。", item.name, item.sku),
        )),
    }
}
