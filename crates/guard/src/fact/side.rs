//! On which side of a number a statement holds.

use std::ops::Range;

use super::Side;

/// Whether what is said holds up to the number or from it on.
pub(super) fn side(text: &str, span: &Range<usize>) -> Side {
    let after = text[span.end..].trim_start();
    let before = text[..span.start].trim_end();
    const WITHIN: [&str; 6] = ["内", "以内", "之内", "以下", "之前", "前"];
    const BEYOND: [&str; 6] = ["后", "以上", "之后", "以后", "以外", "起"];
    let ends = |words: &[&str]| words.iter().any(|word| before.ends_with(word));
    if ends(&[
        "不超过",
        "没超过",
        "未超过",
        "不满",
        "未满",
        "不到",
        "没到",
        "不足",
        "低于",
        "少于",
        "no more than",
        "not more than",
        "less than",
        "under",
        "at most",
        "no later than",
    ]) {
        return Side::Within;
    }
    if ends(&["不少于", "不低于", "至少", "at least", "no less than", "高于", "大于"]) {
        return Side::Beyond;
    }
    if BEYOND.iter().any(|word| after.starts_with(word))
        || ["超过", "超出", "满", "after", "more than", "over", "beyond"].iter().any(|word| before.ends_with(word))
    {
        Side::Beyond
    } else if WITHIN.iter().any(|word| after.starts_with(word))
        || ["within", "up to", "before", "until"].iter().any(|word| before.ends_with(word))
    {
        Side::Within
    } else {
        Side::Open
    }
}
