//! Signs in the words themselves: correcting, asking.

use yingda_dialogue::{Command, Proposed, Wanted};
use yingda_language::{is_han, normalise};

use super::{RULES, Seen};

/// Lower case, without marks and spaces.
pub(super) fn bare(text: &str) -> String {
    normalise(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Values that the customer corrects: with the new one, or without.
pub(super) fn corrects(seen: &Seen<'_>, wanted: &[Wanted], filled: &[Proposed]) -> Vec<Proposed> {
    if seen.state.stack.is_empty() || !says_wrong(seen.text) {
        return Vec::new();
    }
    let known = |slot: &str| wanted.iter().any(|wanted| wanted.slot == slot && wanted.filled.is_some());
    let corrected: Vec<Proposed> = filled
        .iter()
        .filter_map(|proposed| match &proposed.command {
            Command::FillSlot { slot, value } if known(slot) => Some(Proposed {
                command: Command::CorrectSlot { slot: slot.clone(), value: Some(value.clone()) },
                ..proposed.clone()
            }),
            _ => None,
        })
        .collect();
    if !corrected.is_empty() || !filled.is_empty() {
        return corrected;
    }
    // “No, the other order”: which slot it is, its words say.
    let text = normalise(seen.text);
    let named = wanted.iter().filter(|wanted| wanted.filled.is_some()).find(|wanted| {
        let nouns = nouns(&wanted.kind);
        nouns.iter().any(|noun| text.contains(noun))
    });
    named
        .map(|wanted| seen.whole(Command::CorrectSlot { slot: wanted.slot.clone(), value: None }, RULES, 0.85))
        .into_iter()
        .collect()
}

/// How people call the things of a type.
pub(super) fn nouns(kind: &str) -> &'static [&'static str] {
    match kind {
        "order_number" => &["订单", "单号", "单子", "那单", "一单", "这单", "order"],
        "tracking_number" => &["运单", "快递", "包裹", "parcel", "package", "tracking"],
        "phone" => &["手机", "电话", "phone", "number"],
        "email" => &["邮箱", "邮件", "email", "mail"],
        "address" => &["地址", "address"],
        "product" => &["商品", "产品", "那款", "这款", "那个东西", "item", "product"],
        "date" | "time" => &["日期", "时间", "date", "time", "day"],
        _ => &[],
    }
}

/// Whether something that was said before is said to be wrong.
pub(super) fn says_wrong(text: &str) -> bool {
    let text = normalise(text);
    WRONG.iter().any(|word| text.contains(word))
}

const WRONG: [&str; 34] = [
    "不对",
    "错了",
    "不是这",
    "不是那",
    "弄错",
    "说错",
    "搞错",
    "写错",
    "打错",
    "发错",
    "另一个",
    "另外一个",
    "换一个",
    "换成",
    "改成",
    "改为",
    "应该是",
    "我是说",
    "我说的是",
    "更正",
    "i meant",
    "i mean",
    "actually",
    "wrong",
    "the other",
    "another one",
    "a different",
    "not that",
    "no, it",
    "sorry, it",
    "correction",
    "change it to",
    "make it",
    "instead",
];

/// Whether a part of a message asks something, rather than telling.
pub(crate) fn is_question(text: &str) -> bool {
    let text = normalise(text);
    let trimmed = text.trim_end();
    if trimmed.ends_with(['?', '？']) {
        return true;
    }
    if trimmed.ends_with(['吗', '么', '呢', '嘛']) {
        return true;
    }
    if asks_whether(&text) {
        return true;
    }
    ASKING.iter().any(|word| text.contains(word)) || ASKING_FIRST.iter().any(|word| text.trim_start().starts_with(word))
}

/// 合不合适, 会不会: a word beside its own no.
fn asks_whether(text: &str) -> bool {
    let signs: Vec<char> = text.chars().collect();
    signs.windows(3).enumerate().any(|(at, three)| {
        let before = at.checked_sub(1).map(|before| signs[before]);
        matches!(three[1], '不' | '没') && three[0] == three[2] && is_han(three[0]) && before != Some('不')
    })
}

const ASKING: [&str; 27] = [
    "多大",
    "哪个",
    "哪款",
    "怎么",
    "如何",
    "多久",
    "多少",
    "几天",
    "几点",
    "什么",
    "哪里",
    "哪儿",
    "为什么",
    "为啥",
    "能不能",
    "可不可以",
    "是不是",
    "有没有",
    "要不要",
    "咋",
    "能否",
    "how long",
    "how much",
    "how many",
    "how do",
    "how can",
    "what if",
];
const ASKING_FIRST: [&str; 16] = [
    "how", "what", "when", "where", "why", "who", "which", "can ", "could ", "do ", "does ", "is ", "are ", "will ",
    "would ", "may ",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_told_from_statements() {
        for text in [
            "你们几点关门",
            "尺寸合不合适",
            "退货要运费吗？",
            "怎么退货",
            "how do I return it",
            "Can I change the address?",
        ] {
            assert!(is_question(text), "{text}");
        }
        for text in ["我要退货", "QH2611081742", "I want to return my kettle", "坏了", "第二个"] {
            assert!(!is_question(text), "{text}");
        }
    }

    #[test]
    fn a_correction_shows_in_the_words() {
        for text in ["不对，是另一个订单", "说错了，是QH2611081743", "No, the other order", "sorry, I meant the lamp"]
        {
            assert!(says_wrong(text), "{text}");
        }
        for text in ["对的", "好", "that's right", "QH2611081742"] {
            assert!(!says_wrong(text), "{text}");
        }
    }
}
