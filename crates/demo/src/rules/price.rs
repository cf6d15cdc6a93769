//! Price protection: 15 days, not for flash sales.

use crate::pack::{Order, PriceClaim, PriceDifference, Sale, SaleKind, Status};
use crate::problem::Problem;
use crate::rules::status_at;

/// Counted from the order.
pub const DAYS_OF_PROTECTION: f64 = 15.0;

/// What is paid back because prices have fallen since the order: one line for each product that is cheaper now.
///
/// # Errors
/// `not_paid`, `nothing_to_protect`, `already_claimed`, `price_window_closed`, `flash_sale_excluded`, `no_price_drop`.
pub fn check(order: &Order, sales: &[Sale], present: f64) -> Result<Vec<PriceDifference>, Problem> {
    match status_at(order, present) {
        Status::PendingPayment => {
            return Err(Problem::rule(
                "not_paid",
                "The order is not paid; price protection begins with the payment.",
                "订单尚未支付，支付后才能申请价保。",
            ));
        }
        Status::Cancelled | Status::Refunded | Status::Returning => {
            return Err(Problem::rule(
                "nothing_to_protect",
                "The order was cancelled or is being returned, so there is no price to protect.",
                "订单已取消或正在退货，不能申请价保。",
            ));
        }
        Status::Paid | Status::Shipped | Status::Delivered | Status::Completed => {}
    }
    if order.price_claim.is_some() {
        return Err(Problem::rule(
            "already_claimed",
            "The difference of this order was paid back already.",
            "该订单已经申请过价保，差价已退还。",
        ));
    }
    let since = order.placed_days_ago - present;
    if since > DAYS_OF_PROTECTION {
        return Err(Problem::rule(
            "price_window_closed",
            format!("Prices are protected for 15 days after the order; {since:.0} days have passed."),
            format!("价保期为下单后 15 天，现已过去 {since:.0} 天。"),
        ));
    }
    let cheaper = |kind: SaleKind| {
        order.items.iter().filter_map(move |item| {
            let sale = sales
                .iter()
                .find(|sale| sale.sku == item.sku && sale.kind == kind && sale.since_days_ago >= present)?;
            let fallen = item.price_cents - sale.price_cents;
            (fallen > 0).then(|| PriceDifference {
                sku: item.sku.clone(),
                name: item.name.clone(),
                name_en: item.name_en.clone(),
                qty: item.qty,
                paid_cents: item.price_cents,
                now_cents: sale.price_cents,
                cents: fallen * item.qty,
            })
        })
    };
    let differences: Vec<PriceDifference> = cheaper(SaleKind::Sale).collect();
    if !differences.is_empty() {
        return Ok(differences);
    }
    if cheaper(SaleKind::Flash).next().is_some() {
        return Err(Problem::rule(
            "flash_sale_excluded",
            "The lower price is a flash sale, which price protection leaves out.",
            "现在的低价是秒杀价，秒杀价不参加价保。",
        ));
    }
    Err(Problem::rule(
        "no_price_drop",
        "No product of this order is cheaper now than when it was bought.",
        "该订单的商品目前没有降价。",
    ))
}

/// Pays the difference back.
///
/// # Errors
/// Those of [`check`].
pub fn claim(order: &mut Order, sales: &[Sale], present: f64) -> Result<PriceClaim, Problem> {
    let items = check(order, sales, present)?;
    let claim_no = order.order_no.replacen("QH", "PP", 1);
    let claim = PriceClaim { claim_no, items, claimed_days_ago: present };
    order.price_claim = Some(claim.clone());
    Ok(claim)
}
