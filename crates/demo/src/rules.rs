//! The rules of the shop, as its help texts tell them.
//!
//! `present` is the present time on the scale of the `…_days_ago` fields (see [`crate::shop::Shop::present`]),
//! so `days_ago - present` is how many days have passed since.

use serde::Deserialize;

use crate::pack::{
    Address, Customer, FreightPayer, Invoice, InvoiceKind, InvoiceStatus, Item, Order, Product, Reason, Return,
    ReturnClass, ReturnKind, ReturnStatus, Status, Step,
};
use crate::problem::Problem;

/// An unpaid order closes after 30 minutes.
pub const DAYS_TO_PAY: f64 = 30.0 / (24.0 * 60.0);
/// Without a reason, counted from receipt.
const DAYS_TO_RETURN: f64 = 7.0;
/// When the shop is at fault, counted from receipt.
const DAYS_TO_EXCHANGE_FAULTY: f64 = 15.0;
/// When the shop is at fault, counted from receipt.
const DAYS_TO_RETURN_FAULTY: f64 = 30.0;
/// Counted from the order.
const DAYS_TO_ASK_INVOICE: f64 = 180.0;
/// Counted from the issue.
const DAYS_TO_CHANGE_INVOICE: f64 = 30.0;
/// The return label that the shop sells.
const LABEL_CENTS: i64 = 1200;

/// The freight of an order in cents: ¥8, free from ¥59; Xinjiang and Tibet ¥18, free from ¥199;
/// Hong Kong, Macau and Taiwan ¥30.
pub fn freight_cents(goods_cents: i64, province: &str) -> i64 {
    let is_one_of = |names: &[&str]| names.iter().any(|name| province.starts_with(name));
    if is_one_of(&["香港", "澳门", "台湾"]) {
        3000
    } else if is_one_of(&["新疆", "西藏"]) {
        if goods_cents >= 19_900 { 0 } else { 1800 }
    } else if goods_cents >= 5900 {
        0
    } else {
        800
    }
}

/// The status with the closing of unpaid orders taken into account.
pub fn status_at(order: &Order, present: f64) -> Status {
    let unpaid_too_long = order.status == Status::PendingPayment && order.placed_days_ago - present > DAYS_TO_PAY;
    if unpaid_too_long { Status::Cancelled } else { order.status }
}

/// When the parcel was signed for, in days ago.
pub fn received(order: &Order) -> Option<f64> {
    let events = &order.parcel.as_ref()?.events;
    events.iter().rev().find(|event| event.step == Step::Signed).map(|event| event.days_ago)
}

/// What may be done with the order now: any of `cancel`, `change_address`, `return`, `exchange`, `invoice`.
/// A return may still be refused for the condition or the kind of the goods.
pub fn allowed(order: &Order, present: f64) -> Vec<&'static str> {
    let mut allowed = Vec::new();
    if may_cancel(order, present).is_ok() {
        allowed.push("cancel");
        if order.address_changes == 0 {
            allowed.push("change_address");
        }
    }
    if may_come_back(order, present).is_ok_and(|since| since <= DAYS_TO_RETURN_FAULTY) {
        allowed.push("return");
    }
    if may_come_back(order, present).is_ok_and(|since| since <= DAYS_TO_EXCHANGE_FAULTY) {
        allowed.push("exchange");
    }
    if may_have_invoice(order, present).is_ok() {
        allowed.push("invoice");
    }
    allowed
}

fn may_cancel(order: &Order, present: f64) -> Result<(), Problem> {
    match status_at(order, present) {
        Status::PendingPayment | Status::Paid => Ok(()),
        Status::Cancelled => Err(Problem::rule(
            "already_cancelled",
            "The order is cancelled already; nothing needs to be done.",
            "订单已经取消，无需再操作。",
        )),
        _ => Err(Problem::rule(
            "already_shipped",
            "The order has shipped, so it cannot be cancelled or changed; the customer may refuse the parcel or return the goods after receipt.",
            "订单已发货，不能取消或修改；可以拒收包裹，或收货后申请退货。",
        )),
    }
}

/// Cancels an order. A paid order is refunded in full within 2 hours.
///
/// # Errors
/// `already_cancelled`, `already_shipped`.
pub fn cancel(order: &mut Order, present: f64) -> Result<(), Problem> {
    may_cancel(order, present)?;
    order.refund_cents = Some(if order.status == Status::Paid { order.total_cents } else { 0 });
    order.status = Status::Cancelled;
    order.cancelled_days_ago = Some(present);
    Ok(())
}

/// Sends an order to another address: once, and only before it ships.
///
/// # Errors
/// `already_cancelled`, `already_shipped`, `address_already_changed`, `invalid_address`, `freight_would_change`.
pub fn change_address(order: &mut Order, address: Address, present: f64) -> Result<(), Problem> {
    may_cancel(order, present)?;
    if order.address_changes > 0 {
        return Err(Problem::rule(
            "address_already_changed",
            "The address of an order can be changed once; cancel the order and order again.",
            "每个订单只能修改一次地址，如需再改，请取消后重新下单。",
        ));
    }
    let lines = [&address.province, &address.city, &address.district, &address.street];
    if lines.iter().any(|line| line.trim().is_empty() || line.chars().count() > 120) {
        return Err(Problem::invalid(
            "invalid_address",
            "province, city, district and street are needed, each of 1 to 120 characters.",
            "请提供省、市、区县和详细地址，每项 1–120 个字符。",
        ));
    }
    let goods = order.total_cents - order.freight_cents;
    if freight_cents(goods, address.province.trim()) != order.freight_cents {
        return Err(Problem::rule(
            "freight_would_change",
            "The freight to this address differs from what was paid; cancel the order and order again.",
            "寄往该地址的运费与已付运费不同，请取消后重新下单。",
        ));
    }
    order.address = address;
    order.address_changes += 1;
    Ok(())
}

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
    Opened,
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
fn may_come_back(order: &Order, present: f64) -> Result<f64, Problem> {
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

/// Takes a return or exchange and says what is paid back and who pays the freight.
///
/// # Errors
/// `not_shipped`, `not_received`, `return_exists`, `nothing_to_return`, `unknown_item`, `note_too_long`,
/// `exchange_needs_fault`, `not_returnable`, `return_window_closed`.
pub fn start_return(
    order: &mut Order,
    customer: &mut Customer,
    products: &[Product],
    request: ReturnRequest,
    present: f64,
) -> Result<Return, Problem> {
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
            if customer.free_return_labels_left > 0 {
                customer.free_return_labels_left -= 1;
                (FreightPayer::FreeLabel, 0)
            } else {
                (FreightPayer::Customer, LABEL_CENTS)
            }
        }
    };
    let whole = items.len() == order.items.len();
    let refund_cents = match (request.kind, freight_paid_by) {
        (ReturnKind::Exchange, _) => 0,
        (ReturnKind::Return, FreightPayer::Shop) if whole => order.total_cents,
        (ReturnKind::Return, _) => (goods - label_fee_cents).max(0),
    };
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
    };
    order.status = Status::Returning;
    order.returned = Some(returned.clone());
    Ok(returned)
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

/// The 7-day rule without reason leaves out opened food and towels, and whatever is made for one customer.
fn check_goods(items: &[Item], products: &[Product], condition: Condition) -> Result<(), Problem> {
    let refused = items.iter().find(|item| {
        let class = products.iter().find(|product| product.sku == item.sku).map(|product| product.returns);
        match class {
            Some(ReturnClass::Custom) => true,
            Some(ReturnClass::Food | ReturnClass::Hygiene | ReturnClass::Standard) | None => {
                condition == Condition::Opened
            }
        }
    });
    match refused {
        None => Ok(()),
        Some(item) => Err(Problem::rule(
            "not_returnable",
            format!(
                "{} ({}) cannot be returned without a reason: goods must be unused with complete packaging, and engraved goods are excluded.",
                item.name_en, item.sku
            ),
            format!("{}（{}）不支持无理由退货：商品须未使用且包装完整，刻字定制商品除外。", item.name, item.sku),
        )),
    }
}

/// What a customer says to get an invoice.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InvoiceRequest {
    pub title: String,
    pub tax_no: Option<String>,
    pub email: String,
    /// `company` when absent and a tax number is given, else `personal`.
    pub kind: Option<InvoiceKind>,
}

fn may_have_invoice(order: &Order, present: f64) -> Result<(), Problem> {
    match status_at(order, present) {
        Status::PendingPayment => Err(Problem::rule(
            "not_paid",
            "The order is not paid; an invoice can be asked for after payment.",
            "订单尚未支付，支付后可申请发票。",
        )),
        Status::Cancelled | Status::Refunded => Err(Problem::rule(
            "nothing_to_invoice",
            "The order was cancelled or refunded, so there is nothing to invoice.",
            "订单已取消或已退款，无法开具发票。",
        )),
        _ => Ok(()),
    }?;
    let issued = order.invoice.as_ref().and_then(|invoice| invoice.issued_days_ago);
    match issued {
        Some(issued) if issued - present > DAYS_TO_CHANGE_INVOICE => Err(Problem::rule(
            "invoice_locked",
            "The invoice was issued more than 30 days ago and can no longer be changed.",
            "发票开具已超过 30 天，不能再修改。",
        )),
        None if order.invoice.is_none() && order.placed_days_ago - present > DAYS_TO_ASK_INVOICE => Err(Problem::rule(
            "invoice_window_closed",
            "An invoice can be asked for up to 180 days after the order.",
            "发票须在下单后 180 天内申请。",
        )),
        _ => Ok(()),
    }
}

/// Asks for an invoice, or changes the one there is.
///
/// # Errors
/// `not_paid`, `nothing_to_invoice`, `invoice_window_closed`, `invoice_locked`, `invalid_title`, `invalid_email`,
/// `tax_no_missing`, `invalid_tax_no`.
pub fn ask_invoice(order: &mut Order, request: InvoiceRequest, present: f64) -> Result<(), Problem> {
    may_have_invoice(order, present)?;
    let title = request.title.trim();
    if title.is_empty() || title.chars().count() > 100 {
        return Err(Problem::invalid(
            "invalid_title",
            "title is needed: the name of the person or company, 1 to 100 characters.",
            "请填写发票抬头（个人姓名或公司全称），1–100 个字符。",
        ));
    }
    let email = request.email.trim();
    if !looks_like_email(email) {
        return Err(Problem::invalid(
            "invalid_email",
            "email must be an address such as name@company.example.",
            "请填写有效的邮箱地址，例如 name@company.example。",
        ));
    }
    let tax_no = request.tax_no.map(|tax_no| tax_no.trim().to_ascii_uppercase()).filter(|tax_no| !tax_no.is_empty());
    let kind = request.kind.unwrap_or(match tax_no {
        Some(_) => InvoiceKind::Company,
        None => InvoiceKind::Personal,
    });
    match &tax_no {
        None if kind != InvoiceKind::Personal => {
            return Err(Problem::invalid(
                "tax_no_missing",
                "An invoice for a company needs its tax number.",
                "公司发票需要填写纳税人识别号。",
            ));
        }
        Some(tax_no) if !looks_like_tax_no(tax_no) => {
            return Err(Problem::invalid(
                "invalid_tax_no",
                "tax_no must have 15, 18 or 20 letters and digits.",
                "纳税人识别号应为 15、18 或 20 位字母和数字。",
            ));
        }
        _ => {}
    }
    let (status, issued_days_ago) = match (kind, order.status) {
        (InvoiceKind::SpecialVat, _) => (InvoiceStatus::Checking, None),
        (_, Status::Completed) => (InvoiceStatus::Issued, Some(present)),
        _ => (InvoiceStatus::WaitingForReceipt, None),
    };
    order.invoice =
        Some(Invoice { kind, title: title.to_owned(), tax_no, email: email.to_owned(), status, issued_days_ago });
    Ok(())
}

fn looks_like_email(text: &str) -> bool {
    let Some((name, host)) = text.split_once('@') else { return false };
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && c != '@';
    text.len() <= 254
        && !name.is_empty()
        && host.contains('.')
        && text.chars().filter(|c| *c != '@').all(plain)
        && !host.contains('@')
        && !host.starts_with('.')
        && !host.ends_with('.')
}

fn looks_like_tax_no(text: &str) -> bool {
    matches!(text.len(), 15 | 18 | 20) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}
