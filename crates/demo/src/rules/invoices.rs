//! Invoices: asking for one, and changing it.

use serde::Deserialize;

use crate::pack::{Invoice, InvoiceKind, InvoiceStatus, Order, Status};
use crate::problem::Problem;
use crate::rules::status_at;

/// Counted from the order.
const DAYS_TO_ASK_INVOICE: f64 = 180.0;
/// Counted from the issue.
const DAYS_TO_CHANGE_INVOICE: f64 = 30.0;

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

/// The sum on the invoice: what was paid, without gift cards.
pub fn amount_cents(order: &Order) -> i64 {
    if order.payment == "giftcard" { 0 } else { order.total_cents }
}

/// Whether an invoice may be asked for, or the one there is changed.
///
/// # Errors
/// `not_paid`, `nothing_to_invoice`, `paid_by_gift_card`, `invoice_window_closed`, `invoice_locked`.
pub fn may_have_invoice(order: &Order, present: f64) -> Result<(), Problem> {
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
        None if order.invoice.is_none() && amount_cents(order) == 0 => Err(Problem::rule(
            "paid_by_gift_card",
            "The order was paid by gift card, which is not part of an invoice.",
            "该订单由礼品卡支付，礼品卡支付的部分不计入发票。",
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
/// Those of [`may_have_invoice`], and `invalid_title`, `invalid_email`, `tax_no_missing`, `invalid_tax_no`.
pub fn ask(order: &mut Order, request: InvoiceRequest, present: f64) -> Result<(), Problem> {
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
