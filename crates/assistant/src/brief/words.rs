//! Reasons, outcomes, moods and kinds in the words of people.

use yingda_dialogue::{Needs, SlotType};
use yingda_model::{DialogueState, HandOverReason};

use crate::Tongue;

/// Why a flow gives a conversation to people; `None` where the record tells it better.
pub(super) fn reason(reason: HandOverReason, tongue: Tongue) -> Option<&'static str> {
    let (zh, en) = match reason {
        HandOverReason::ToolFailed => ("办理时系统出了问题", "A system failed on the way"),
        HandOverReason::RepeatedFailure => {
            ("几次都没能听懂客户的回答", "The customer’s answers were not understood several times")
        }
        HandOverReason::Flow => ("流程走到这一步要由人来办", "This step of the task is for people"),
        HandOverReason::HighValue => ("金额或价值较高，要由人来定", "A matter of high value, for people to decide"),
        HandOverReason::Rule => ("按规定要由人来办", "The rules leave this to people"),
        HandOverReason::Upset => ("客户很不满意", "The customer is upset"),
        HandOverReason::Requested => ("客户要求人工", "The customer asked for a person"),
        _ => return None,
    };
    Some(tongue.pick(zh, en))
}

/// Whether the customer proved who they are, and how.
pub(super) fn identity(state: &DialogueState, customer: Needs, tongue: Tongue) -> String {
    let (zh, en) = match (state.identity.as_ref().map(|identity| identity.by.as_str()), customer) {
        (Some("signed_in"), _) | (None, Needs::Verified) => ("已登录", "signed in"),
        (Some("order_and_phone"), _) => ("已核实（订单号和手机号）", "verified (order and phone number)"),
        (Some("code"), _) => ("已核实（验证码）", "verified (one-time code)"),
        (Some(_), _) => ("已核实", "verified"),
        (None, Needs::Known) => ("有联系方式，身份没有核实", "known by a contact detail, not verified"),
        (None, Needs::None) => ("没有核实", "not verified"),
    };
    tongue.pick(zh, en).to_owned()
}

/// What came of a call.
pub(super) fn outcome(outcome: &str, writes: bool, tongue: Tongue) -> String {
    let (zh, en) = match outcome {
        "ok" if writes => ("已办好", "done"),
        "ok" => ("查到了", "found"),
        "not_found" => ("没有查到", "not found"),
        "not_theirs" => ("不属于这位客户", "belongs to somebody else"),
        "refused" => ("按规则不能办", "refused by the rules"),
        "limit" => ("超过了限额或次数", "above what is allowed"),
        "right" => ("机器人没有这项权限", "the bot may not do it"),
        "unverified" => ("客户身份没有核实", "the customer is not verified"),
        "input" => ("提供的信息不符合要求", "what was given does not fit"),
        "schema" => ("系统的答复和约定不一样", "the system’s answer is not as agreed"),
        "timeout" => ("系统没有及时答复", "the system did not answer in time"),
        "unreachable" => ("连不上系统", "the system cannot be reached"),
        "broken" => ("系统出错", "the system broke"),
        "uncertain" => ("没有收到答复，可能已经生效，请先核实", "no answer came; it may have happened: check first"),
        "too_long" => ("一次要走的步骤太多", "too many steps at once"),
        other => return other.to_owned(),
    };
    tongue.pick(zh, en).to_owned()
}

/// How somebody feels.
pub(super) fn emotion(emotion: &str, tongue: Tongue) -> &str {
    let (zh, en) = match emotion {
        "neutral" => ("平静", "calm"),
        "pleased" => ("满意", "pleased"),
        "anxious" => ("着急", "anxious"),
        "disappointed" => ("失望", "disappointed"),
        "angry" => ("生气", "angry"),
        other => (other, other),
    };
    tongue.pick(zh, en)
}

/// What a type of slot holds, where that says enough.
pub(super) fn kind(of: &SlotType, tongue: Tongue) -> Option<&'static str> {
    let (zh, en) = match of {
        SlotType::Money => ("金额", "amount"),
        SlotType::Date => ("日期", "date"),
        SlotType::Time => ("时间", "time"),
        SlotType::Duration => ("时长", "duration"),
        SlotType::Phone => ("手机号", "phone number"),
        SlotType::Email => ("邮箱", "e-mail"),
        SlotType::Address => ("地址", "address"),
        SlotType::Person => ("姓名", "name"),
        SlotType::Product => ("商品", "product"),
        SlotType::OrderNumber => ("订单号", "order number"),
        SlotType::TrackingNumber => ("运单号", "tracking number"),
        SlotType::File => ("文件", "file"),
        _ => return None,
    };
    Some(tongue.pick(zh, en))
}
