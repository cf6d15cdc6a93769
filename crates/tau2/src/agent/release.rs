//! The flows of the desk, read and checked.

use yingda_dialogue::{Effect, Known, KnownInput, KnownTool, Needs, Problem, Release, read_release};

use super::shop::{Change, DESK};

/// The files of the pack.
const FILES: [(&str, &str); 11] = [
    ("flows/anything_else.yml", include_str!("../../../../packs/tau2-retail/flows/anything_else.yml")),
    ("flows/cancel_or_return.yml", include_str!("../../../../packs/tau2-retail/flows/cancel_or_return.yml")),
    ("flows/cancel_orders.yml", include_str!("../../../../packs/tau2-retail/flows/cancel_orders.yml")),
    ("flows/change_address.yml", include_str!("../../../../packs/tau2-retail/flows/change_address.yml")),
    ("flows/change_items.yml", include_str!("../../../../packs/tau2-retail/flows/change_items.yml")),
    ("flows/change_payment.yml", include_str!("../../../../packs/tau2-retail/flows/change_payment.yml")),
    ("flows/look_up.yml", include_str!("../../../../packs/tau2-retail/flows/look_up.yml")),
    ("flows/return_items.yml", include_str!("../../../../packs/tau2-retail/flows/return_items.yml")),
    ("flows/settle_items.yml", include_str!("../../../../packs/tau2-retail/flows/settle_items.yml")),
    ("flows/verify_customer.yml", include_str!("../../../../packs/tau2-retail/flows/verify_customer.yml")),
    ("wording.yml", include_str!("../../../../packs/tau2-retail/wording.yml")),
];

/// Why the flows cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the flows of packs/tau2-retail are not fit: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct PackError(pub Vec<Problem>);

/// The files of the pack as they are built in, by path.
#[must_use]
pub fn files() -> &'static [(&'static str, &'static str)] {
    &FILES
}

/// Reads the flows that are built in, checked against the tools of the desk. Warnings count as errors: nobody else reads them.
///
/// # Errors
/// [`PackError`] with everything that is wrong.
pub fn release() -> Result<Release, PackError> {
    let known = Known { tools: DESK.iter().map(known_tool).collect(), ..Known::default() };
    match read_release(1, &FILES, &known) {
        (Some(release), problems) if problems.is_empty() => Ok(release),
        (_, problems) => Err(PackError(problems)),
    }
}

fn known_tool(tool: &super::shop::DeskTool) -> KnownTool {
    let input = |required: bool| move |name: &&str| KnownInput { name: (*name).to_owned(), required, of: None };
    KnownTool {
        name: format!("retail.{}", tool.name),
        inputs: tool.required.iter().map(input(true)).chain(tool.optional.iter().map(input(false))).collect(),
        effect: if tool.change == Change::Data { Effect::Write } else { Effect::Read },
        needs: Needs::None,
    }
}
