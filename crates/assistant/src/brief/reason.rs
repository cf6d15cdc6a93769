//! Why a flow gives a conversation to people, and how flows ended, in the words of people.

use yingda_dialogue::{HandOver, Release};
use yingda_model::FlowOutcome;

use super::values::{flow_title, slot_title};
use super::words;
use crate::Tongue;

/// The reason of a flow that hands over. `detail` is what the engine says of it, by ids; `flow` the flow that is spoken of, which
/// tells whose slots are meant. What the engine says in another way is told as it is.
pub(crate) fn handed_over(
    release: &Release,
    reason: HandOver,
    detail: &str,
    flow: Option<&str>,
    tongue: Tongue,
) -> String {
    let known = |id: &str| release.flow(id).is_some();
    let titled = |id: &str| flow_title(release, id, tongue);
    match reason {
        HandOver::ToolFailed => {
            // `FLOW CODE: MESSAGE`; the message is the tool's own, for who reads the record of calls.
            let Some((id, rest)) = detail.split_once(' ').filter(|(id, _)| known(id)) else { return detail.to_owned() };
            let code = rest.split(':').next().unwrap_or(rest);
            let (title, what) = (titled(id), words::outcome(code, true, tongue));
            tongue.pick(format!("办理“{title}”时，{what}"), format!("“{title}”: {what}"))
        }
        HandOver::RepeatedFailure => match detail.split_once(": ") {
            // `FLOW: SLOT`
            Some((id, slot)) if known(id) => {
                let (title, slot) = (titled(id), slot_of(release, Some(id), slot, tongue));
                tongue.pick(
                    format!("办理“{title}”时，问了几次“{slot}”都没能听懂"),
                    format!("“{title}”: the answers to “{slot}” were not understood several times"),
                )
            }
            // `SLOT: nothing to choose from`
            Some((slot, _)) => {
                let slot = slot_of(release, flow, slot, tongue);
                tongue.pick(format!("“{slot}”没有可以选的"), format!("there is nothing to choose from for “{slot}”"))
            }
            None => detail.to_owned(),
        },
        // `FLOW: not helped`
        HandOver::Requested => match detail.split_once(": ").filter(|(id, _)| known(id)) {
            Some((id, _)) => {
                let title = titled(id);
                tongue.pick(
                    format!("客户说“{title}”没有解决问题，要求人工"),
                    format!("the customer said that “{title}” did not help, and asked for a person"),
                )
            }
            None => detail.to_owned(),
        },
        // `FLOW`
        HandOver::Flow | HandOver::HighValue | HandOver::Rule | HandOver::Upset => {
            let title = titled(detail);
            tongue.pick(format!("“{title}”走到这一步要由人来办"), format!("this step of “{title}” is for people"))
        }
    }
}

/// How people call a slot: one of this flow, else of any.
fn slot_of(release: &Release, flow: Option<&str>, slot: &str, tongue: Tongue) -> String {
    let of_flow = flow.and_then(|flow| release.flow(flow)).and_then(|flow| flow.slots.get(slot));
    let known = of_flow.or_else(|| release.flows().find_map(|flow| flow.slots.get(slot)));
    slot_title(known, slot, tongue)
}

/// How a flow ended.
pub(crate) fn ended(outcome: FlowOutcome, tongue: Tongue) -> &'static str {
    let (zh, en) = match outcome {
        FlowOutcome::Done => ("办完了", "done"),
        FlowOutcome::Cancelled => ("客户取消", "called off"),
        FlowOutcome::Failed => ("没有办成", "failed"),
        FlowOutcome::HandedOver => ("转给了人工", "handed over"),
        FlowOutcome::Expired => ("放得太久", "expired"),
    };
    tongue.pick(zh, en)
}
