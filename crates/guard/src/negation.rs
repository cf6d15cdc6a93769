//! What denies, and how far it reaches.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::pattern::fixed;

/// Looks like a denial and is none. Found first, so that what is inside is passed over.
static HARMLESS: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"不过|不仅|不但|不好意思|不用担心|不必担心|不用着急|不客气|不同|不妨|差不多|对不起|不如|不断|不锈钢|不满|不到|不足|不少于|不少|不超过|不能超过|不得超过|不可超过|不要超过|不会超过|不低于|不多于|不高于|不止|不久|不良|无论|不论|不管|无理由|非常|除非|未来|未必|没问题|没关系|没事|是不是|能不能|可不可以|有没有|要不要|会不会|需不需要|无忧|无线|无边|无糖|无障碍|不知道|免不了|\bno problem|\bnot only|\bno worries|\bno need to worry|\bno matter|\bdon't worry|\bdo not worry|\bdon't hesitate|\bdo not hesitate|\bat no (?:extra |additional )?(?:charge|cost)|\bwithout (?:any )?(?:charge|cost)|\bcan't wait|\bcould not be easier",
    )
});
static DENIAL: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"不予|不能够|不能|不可以|不可|不会|不需要|不用|不必|不得|不再|不|没有|没|未经|未|无法|无需|无须|无|非|勿|切勿|请别|别再|千万别|禁止|严禁|谢绝|拒绝|\b(?:cannot|can't|won't|don't|doesn't|didn't|isn't|aren't|wasn't|weren't|wouldn't|shouldn't|mustn't|couldn't|haven't|hasn't|not|never|no|without|unable|nobody|no one|neither|nor|none|nothing|refuse[sd]?)\b",
    )
});
/// What ends the reach of an English denial.
static TURN: LazyLock<Regex> =
    LazyLock::new(|| fixed(r"\b(?:but|unless|if|when|because|so|until|however|instead|once)\b|[,;:.!?]"));

/// The bytes that each denial of a folded text reaches over.
pub(crate) fn scopes(text: &str) -> Vec<Range<usize>> {
    let harmless: Vec<Range<usize>> = HARMLESS.find_iter(text).map(|found| found.range()).collect();
    let mut scopes: Vec<Range<usize>> = Vec::new();
    for found in DENIAL.find_iter(text) {
        if harmless.iter().any(|range| range.start <= found.start() && found.start() < range.end) {
            continue;
        }
        let rest = &text[found.end()..];
        let word = found.as_str();
        let reach = if word.is_ascii() {
            TURN.find(rest).map_or(rest.len(), |turn| turn.start())
        } else {
            let end =
                rest.find(['，', '。', '；', '？', '！', ',', ';', ':', '.', '?', '!', '、']).unwrap_or(rest.len());
            let end = rest.find('的').map_or(end, |of| of.min(end));
            match word {
                // They deny one word.
                "非" | "未" => rest.char_indices().nth(3).map_or(end, |(at, _)| at.min(end)),
                // 不适应可免费换: what may be done then is not denied.
                "不" | "没" | "没有" | "无" => {
                    let second = rest.char_indices().nth(2).map_or(end, |(at, _)| at.min(end));
                    rest[second..end].find(['可', '则', '就', '也', '都']).map_or(end, |at| second + at)
                }
                _ => end,
            }
        };
        // 退不了: what stands before is denied.
        if word == "不" && rest.starts_with('了') {
            let before = text[..found.start()].char_indices().rev().nth(1).map_or(0, |(at, _)| at);
            scopes.push(before..found.start());
            continue;
        }
        // 不收费 and its like deny once; two denials in a row (不是没有) are counted by their overlap.
        scopes.push(found.end()..found.end() + reach);
    }
    scopes
}

/// What is denied by a word that begins with its denial, as the dictionary has some: 取消 of 不能取消.
pub(crate) fn inner(word: &str) -> Option<&str> {
    let found = DENIAL.find(word).filter(|found| found.start() == 0 && found.len() < word.len() && !word.is_ascii())?;
    (!HARMLESS.is_match(word)).then(|| &word[found.end()..])
}

/// Whether the word only denies.
pub(crate) fn is_marker(word: &str) -> bool {
    DENIAL.find(word).is_some_and(|found| found.len() == word.len()) || word == "可以"
}

/// A word that says the opposite of another, as that other one: 收费 is not 免费.
pub(crate) fn turned(word: &str) -> (&str, bool) {
    match word {
        "收费" | "收取" | "付费" => ("免费", true),
        "clos" | "closed" => ("open", true),
        "unavail" | "unavailable" => ("avail", true),
        "impossible" | "impossibl" => ("possibl", true),
        "exclud" | "excluded" => ("includ", true),
        "uncovered" => ("cover", true),
        "forbidden" | "prohibit" | "prohibited" => ("allow", true),
        other => (other, false),
    }
}

#[cfg(test)]
mod tests {
    use super::scopes;

    #[test]
    fn a_denial_reaches_to_the_end_of_its_clause() {
        for (text, denied) in [
            ("已发货不能取消，可以退", vec!["取消"]),
            ("未保价的包裹", vec!["保价"]),
            ("支持七天无理由退货", vec![]),
            ("we do not offer phone support, but e-mail", vec![" offer phone support"]),
            ("no problem", vec![]),
            ("退不了", vec!["退"]),
            ("不适应可免费换镜片", vec!["适应"]),
        ] {
            let found: Vec<&str> = scopes(text).into_iter().map(|range| &text[range]).collect();
            assert_eq!(found, denied, "{text}");
        }
    }
}
