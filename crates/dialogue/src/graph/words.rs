//! What the graph itself says, in both languages.

use crate::{End, HandOver, Lang};

/// One of two words.
pub(super) fn either(lang: Lang, zh: &'static str, en: &'static str) -> &'static str {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

/// What can go wrong with a call.
pub(super) fn code(lang: Lang, code: &str) -> String {
    let word = match code {
        "any" => either(lang, "其他错误", "any other error"),
        "not_found" => either(lang, "没有找到", "not found"),
        "not_theirs" => either(lang, "不是本人的", "not theirs"),
        "refused" => either(lang, "业务拒绝", "refused"),
        "limit" => either(lang, "超出额度", "over the limit"),
        "right" => either(lang, "没有权限", "no right"),
        "unverified" => either(lang, "身份未核实", "not verified"),
        "input" => either(lang, "输入不对", "wrong input"),
        "schema" => either(lang, "返回格式不对", "wrong answer"),
        "timeout" => either(lang, "超时", "time-out"),
        "unreachable" => either(lang, "连接不上", "unreachable"),
        "broken" => either(lang, "系统故障", "broken"),
        "uncertain" => either(lang, "结果不明", "uncertain"),
        other => return other.to_owned(),
    };
    word.to_owned()
}

/// Why people take over.
pub(super) fn reason(lang: Lang, reason: HandOver) -> &'static str {
    match reason {
        HandOver::Flow => either(lang, "流程安排", "the flow says so"),
        HandOver::HighValue => either(lang, "高价值客户", "high value"),
        HandOver::Rule => either(lang, "规则", "a rule"),
        HandOver::Upset => either(lang, "情绪激动", "upset"),
        HandOver::ToolFailed => either(lang, "系统故障", "a tool failed"),
        HandOver::RepeatedFailure => either(lang, "多次没听懂", "not understood"),
        HandOver::Requested => either(lang, "客户要求", "requested"),
    }
}

/// How a flow ends.
pub(super) fn end(lang: Lang, end: End) -> &'static str {
    match end {
        End::Done => either(lang, "办完", "Done"),
        End::Failed => either(lang, "没办成", "Failed"),
        End::Cancelled => either(lang, "取消", "Cancelled"),
    }
}
