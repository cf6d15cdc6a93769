//! Which of the offered options a customer means: tapped, or typed.

use yingda_language::normalise;
use yingda_model::{Choice, Content, PendingChoices};

/// Id of the option for a person.
pub(crate) const HAND_OVER: &str = "hand_over";
/// Id of the option that none of the others fits.
pub(crate) const NONE: &str = "none";
const ENTRY: &str = "entry:";

/// What an option stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Chosen {
    Entry(String),
    HandOver,
    NoneOfThese,
}

/// The id of the option for a knowledge entry.
pub(crate) fn entry_option(entry_id: &str) -> String {
    format!("{ENTRY}{entry_id}")
}

impl Chosen {
    fn of_id(id: &str) -> Option<Self> {
        match id {
            HAND_OVER => Some(Self::HandOver),
            NONE => Some(Self::NoneOfThese),
            _ => id.strip_prefix(ENTRY).map(|entry| Self::Entry(entry.to_owned())),
        }
    }
}

/// The option that `content` chooses: the one that was tapped, also on an older message; or the one of `pending` that the text
/// names by its label, its place or a plain yes or no.
pub(crate) fn chosen(content: &Content, pending: Option<&PendingChoices>) -> Option<Chosen> {
    let Content::Text { text, choice } = content else { return None };
    if let Some(tapped) = choice.as_ref().and_then(|choice| Chosen::of_id(&choice.id)) {
        return Some(tapped);
    }
    let options = &pending?.options;
    let said = bare(text);
    if said.is_empty() {
        return None;
    }
    let by_label = options.iter().find(|option| bare(&option.label) == said);
    let option = by_label.or_else(|| by_place(&said, options)).or_else(|| by_yes(&said, options));
    if let Some(option) = option {
        return Chosen::of_id(&option.id);
    }
    let refused = NO.contains(&said.as_str()) && options.iter().any(|option| option.id == NONE);
    refused.then_some(Chosen::NoneOfThese)
}

/// Lower case, without marks and spaces.
fn bare(text: &str) -> String {
    normalise(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

const NO: &[&str] = &[
    "都不是",
    "以上都不是",
    "不是",
    "没有",
    "没有我要的",
    "都不对",
    "不对",
    "没有我想问的",
    "no",
    "none",
    "noneofthese",
    "neither",
    "nope",
    "noneofthem",
    "noneoftheabove",
];
const YES: &[&str] = &[
    "是",
    "是的",
    "对",
    "对的",
    "嗯",
    "嗯嗯",
    "好",
    "好的",
    "可以",
    "要",
    "需要",
    "行",
    "好吧",
    "好啊",
    "是啊",
    "yes",
    "yesplease",
    "yeah",
    "yep",
    "ok",
    "okay",
    "sure",
    "please",
    "pleasedo",
    "thatone",
    "correct",
    "right",
];

/// A plain yes fits when there is only one thing to say yes to.
fn by_yes<'o>(said: &str, options: &'o [Choice]) -> Option<&'o Choice> {
    if !YES.contains(&said) {
        return None;
    }
    let mut entries = options.iter().filter(|option| option.id.starts_with(ENTRY));
    match (entries.next(), entries.next()) {
        (Some(only), None) => Some(only),
        (None, _) => options.iter().find(|option| option.id == HAND_OVER),
        _ => None,
    }
}

fn by_place<'o>(said: &str, options: &'o [Choice]) -> Option<&'o Choice> {
    let place = place(said, options.len())?;
    options.get(place.checked_sub(1)?)
}

/// The place, counted from 1, that `said` names among `count`: 2, 第二个, 选2, `thesecondone`.
fn place(said: &str, count: usize) -> Option<usize> {
    let mut core = said;
    for start in ["我选择", "我选", "选择", "选", "就", "是", "第", "the", "option", "number", "no", "choice", "answer"]
    {
        core = core.strip_prefix(start).unwrap_or(core);
    }
    for end in ["个吧", "条吧", "项吧", "个", "条", "项", "号", "吧", "one", "please", "option"] {
        // "one" alone is a number.
        core = core.strip_suffix(end).filter(|rest| !rest.is_empty()).unwrap_or(core);
    }
    if matches!(core, "最后" | "最后一" | "last") {
        // The last of what was asked about, not of the ways out.
        return count.checked_sub(2).filter(|&last| last > 0);
    }
    const NAMES: [&[&str]; 10] = [
        &["1", "一", "one", "first", "1st"],
        &["2", "二", "两", "two", "second", "2nd"],
        &["3", "三", "three", "third", "3rd"],
        &["4", "四", "four", "fourth", "4th"],
        &["5", "五", "five", "fifth", "5th"],
        &["6", "六", "six", "sixth", "6th"],
        &["7", "七", "seven", "seventh", "7th"],
        &["8", "八", "eight", "eighth", "8th"],
        &["9", "九", "nine", "ninth", "9th"],
        &["10", "十", "ten", "tenth", "10th"],
    ];
    NAMES.iter().position(|names| names.contains(&core)).map(|at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pending() -> PendingChoices {
        let option = |id: &str, label: &str| Choice { id: id.into(), label: label.into() };
        PendingChoices {
            options: vec![
                option("entry:a", "怎么取消订单？"),
                option("entry:b", "How do I get a refund?"),
                option("none", "以上都不是"),
                option("hand_over", "转人工"),
            ],
        }
    }

    fn typed(text: &str) -> Option<Chosen> {
        chosen(&Content::text(text), Some(&pending()))
    }

    #[test]
    fn an_option_is_chosen_by_its_place() {
        for text in [
            "2",
            "２。",
            "第二个",
            "第2个",
            "二",
            "选2",
            "我选第二个吧",
            "the second one",
            "second",
            "Number 2",
            "option 2",
            "two",
            "#2",
            "最后一个",
        ] {
            assert_eq!(typed(text), Some(Chosen::Entry("b".into())), "{text}");
        }
        for text in ["1", "第一个", "the first one", "one", "first"] {
            assert_eq!(typed(text), Some(Chosen::Entry("a".into())), "{text}");
        }
        assert_eq!(typed("4"), Some(Chosen::HandOver));
    }

    #[test]
    fn an_option_is_chosen_by_exactly_its_label() {
        assert_eq!(typed("怎么取消订单"), Some(Chosen::Entry("a".into())));
        assert_eq!(typed("how do i get a refund"), Some(Chosen::Entry("b".into())));
        assert_eq!(typed("以上都不是"), Some(Chosen::NoneOfThese));
        assert_eq!(typed("都不是！"), Some(Chosen::NoneOfThese));
        assert_eq!(typed("no"), Some(Chosen::NoneOfThese));
    }

    #[test]
    fn other_text_chooses_nothing() {
        for text in ["5", "12", "0", "怎么取消", "QH2611050123", "yes", "好的", "", "?", "第二天发货吗"] {
            assert_eq!(typed(text), None, "{text}");
        }
        assert_eq!(chosen(&Content::text("2"), None), None);
    }

    #[test]
    fn a_yes_takes_the_only_thing_on_offer() {
        let mut one = pending();
        one.options.remove(1);
        assert_eq!(chosen(&Content::text("对的"), Some(&one)), Some(Chosen::Entry("a".into())));
        one.options.drain(..2);
        assert_eq!(chosen(&Content::text("Yes please"), Some(&one)), Some(Chosen::HandOver));
    }

    #[test]
    fn a_tap_counts_even_when_nothing_is_pending_and_an_unknown_tap_is_only_text() {
        let tap =
            |id: &str| Content::Text { text: "x".into(), choice: Some(Choice { id: id.into(), label: "x".into() }) };
        assert_eq!(chosen(&tap("entry:z"), None), Some(Chosen::Entry("z".into())));
        assert_eq!(chosen(&tap("drop table"), None), None);
    }
}
