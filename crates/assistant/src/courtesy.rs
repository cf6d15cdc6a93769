//! Greetings and thanks: what every assistant must take gracefully, whatever its knowledge base holds.

use yingda_language::normalise;

/// A courtesy that needs no knowledge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Courtesy {
    Greeting,
    Thanks,
    Goodbye,
}

const GREETINGS: &[&str] = &[
    "你好",
    "您好",
    "你好啊",
    "你好呀",
    "哈喽",
    "哈啰",
    "嗨",
    "嘿",
    "在吗",
    "在么",
    "在嘛",
    "在不在",
    "有人吗",
    "有人在吗",
    "早",
    "早上好",
    "上午好",
    "中午好",
    "下午好",
    "晚上好",
    "客服在吗",
    "hi",
    "hello",
    "hey",
    "hi there",
    "hello there",
    "hey there",
    "good morning",
    "good afternoon",
    "good evening",
    "anyone there",
    "nihao",
    "zaima",
];
const THANKS: &[&str] = &[
    "谢谢",
    "谢谢你",
    "谢谢您",
    "谢谢啦",
    "谢了",
    "多谢",
    "感谢",
    "好的谢谢",
    "好谢谢",
    "嗯谢谢",
    "thanks",
    "thank you",
    "thx",
    "ty",
    "thank you very much",
    "thanks a lot",
    "many thanks",
    "ok thanks",
    "okay thanks",
    "great thanks",
    "xiexie",
];
const GOODBYES: &[&str] = &["再见", "拜拜", "bye", "goodbye", "bye bye", "see you", "没事了", "没有了", "没了"];

impl Courtesy {
    /// The courtesy that the whole of `text` is.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let bare: String = normalise(text).chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
        let words: Vec<&str> = bare.split_whitespace().collect();
        let spaced = words.join(" ");
        let joined = words.concat();
        let is_in = |list: &[&str]| list.contains(&spaced.as_str()) || list.contains(&joined.as_str());
        [(GREETINGS, Self::Greeting), (THANKS, Self::Thanks), (GOODBYES, Self::Goodbye)]
            .into_iter()
            .find_map(|(list, courtesy)| is_in(list).then_some(courtesy))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_greeting_is_only_a_greeting_when_nothing_else_is_said() {
        assert_eq!(Courtesy::of("你好！！"), Some(Courtesy::Greeting));
        assert_eq!(Courtesy::of("Hi there :)"), Some(Courtesy::Greeting));
        assert_eq!(Courtesy::of("好的，谢谢～"), Some(Courtesy::Thanks));
        assert_eq!(Courtesy::of("你好，怎么退款"), None);
        assert_eq!(Courtesy::of(""), None);
    }
}
