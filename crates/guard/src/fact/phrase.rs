//! Numerals that are no numbers, and days of the month that look like lengths of time.

use super::{Fact, Value};

/// 周六只办…, 还差一点: no number of anything.
pub(super) fn is_phrase(text: &str, fact: &Fact) -> bool {
    let (before, written, after) = (&text[..fact.span.start], &text[fact.span.clone()], &text[fact.span.end..]);
    let day = ["周", "星期", "礼拜"].iter().any(|word| before.ends_with(word));
    day && matches!(fact.value, Value::Quantity { .. })
        || written.trim() == "一点"
            && (before.ends_with(['差', '有', '早', '晚', '快', '慢', '多', '少', '大', '小', '好'])
                || after.starts_with(['也', '都', '点', '儿']))
}

/// 27 日可以取: a day of the month, unless it is said to be a length (7 日内).
pub(super) fn read_day(text: &str, fact: &mut Fact) {
    let (before, written, after) = (&text[..fact.span.start], &text[fact.span.clone()], &text[fact.span.end..]);
    let named = written.ends_with('日') && !written.ends_with("工作日") && !written.ends_with("自然日");
    let length = ["内", "以内", "之内", "无理由", "后", "以后", "之后", "游", "以上", "以下", "前"]
        .iter()
        .any(|word| after.starts_with(word))
        || [
            "满", "超过", "不到", "至少", "共", "连续", "提前", "每", "第", "延长", "推迟", "约", "需", "需要", "为",
            "最长", "最多", "-", "至", "到",
        ]
        .iter()
        .any(|word| before.trim_end().ends_with(word));
    if named
        && !length
        && matches!(fact.value, Value::Length(_))
        && (1.0..=31.0).contains(&fact.raw)
        && fact.raw.fract() == 0.0
    {
        fact.value = Value::Day(fact.raw as u8);
    }
}

#[cfg(test)]
mod tests {
    use crate::fact::{Value, scan};

    #[test]
    fn a_day_of_the_month_is_told_from_a_length_and_phrases_are_no_numbers() {
        let first = |text: &str| scan(text).into_iter().next().map(|fact| fact.value);
        assert_eq!(first("预计 27 日可以取"), Some(Value::Day(27)));
        assert!(matches!(first("7 日内可退"), Some(Value::Length(_))));
        assert_eq!((first("周六只办社保"), first("还差一点")), (None, None));
    }
}
