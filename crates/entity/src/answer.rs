//! Whether a whole message says yes, no or don't know.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// What a short message answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// 是的, 好, yes, sure …
    Yes,
    /// 不是, 不用, no, nope …
    No,
    /// 不知道, not sure …
    Unknown,
}

/// What the whole of a short message answers. Nothing when it says something else, however it begins.
pub fn answer(text: &str) -> Option<Answer> {
    // Nobody says yes at length.
    if text.len() > 96 {
        return None;
    }
    let text = text.to_lowercase().replace('’', "'");
    let clauses: Vec<&str> = text
        .split(['，', ',', '。', '.', '！', '!', '、', '~', '～', ';', '；', '\n', '…'])
        .map(str::trim)
        .filter(|clause| !clause.is_empty())
        .collect();
    if text.contains(['?', '？']) {
        return None;
    }
    let (first, rest) = clauses.split_first()?;
    let answer = clause(first)?;
    // 是的，谢谢 still answers; 是的，我要退款 says more, and so does a change of mind.
    rest.iter().all(|rest| is_courtesy(rest) || clause(rest) == Some(answer)).then_some(answer)
}

fn clause(text: &str) -> Option<Answer> {
    let mut text = text.trim_matches(|c: char| c.is_whitespace() || "\"'“”()（）*😊🙂😄😂🙏".contains(c));
    for _ in 0..4 {
        if let Some(found) = look_up(text) {
            return Some(found);
        }
        let before = text;
        // Particles and polite words round the answer.
        for tail in [
            "的呢",
            "的呀",
            "的哦",
            "的哈",
            "的啊",
            "了呢",
            "啊",
            "呀",
            "哦",
            "哈",
            "呢",
            "吧",
            "嘛",
            "啦",
            "了",
            "的",
            "诶",
            "滴",
            "哒",
            "喔",
            "噢",
            "亲",
            "谢谢",
            "谢了",
            "您",
            " thanks",
            " thank you",
            " thx",
            " please",
            " pls",
            " plz",
            " sir",
            " ma'am",
            " actually",
            " mate",
            " bro",
            " then",
            " lol",
            " i think",
        ] {
            if let Some(cut) = text.strip_suffix(tail)
                && !cut.trim().is_empty()
            {
                text = cut.trim();
                break;
            }
        }
        for head in [
            "嗯嗯",
            "嗯",
            "哦",
            "噢",
            "啊",
            "那",
            "我",
            "恩",
            "额",
            "呃",
            "其实",
            "真的",
            "亲",
            "确实",
            "应该",
            "好像",
            "这个",
            "都",
            "是我",
            "oh ",
            "um ",
            "uh ",
            "well ",
            "hmm ",
            "ok ",
            "hm ",
            "so ",
            "yes ",
            "no ",
            "yeah ",
            "sorry ",
            "ah ",
            "actually ",
            "honestly ",
        ] {
            if let Some(cut) = text.strip_prefix(head)
                && !cut.trim().is_empty()
            {
                text = cut.trim();
                break;
            }
        }
        if text == before {
            break;
        }
    }
    look_up(text)
}

/// Phrases that answer by themselves.
static PHRASES: LazyLock<HashMap<&'static str, Answer>> = LazyLock::new(|| {
    let sections = include_str!("../lists/answers.txt").split("# ").filter_map(|section| section.split_once('\n'));
    let answers = sections.flat_map(|(name, phrases)| {
        let answer = match name {
            "yes" => Answer::Yes,
            "no" => Answer::No,
            _ => Answer::Unknown,
        };
        phrases.lines().map(move |phrase| (phrase, answer))
    });
    answers.collect()
});

fn look_up(text: &str) -> Option<Answer> {
    PHRASES.get(text).copied()
}

fn is_courtesy(text: &str) -> bool {
    const COURTESY: [&str; 25] = [
        "谢谢",
        "谢谢你",
        "谢谢您",
        "多谢",
        "感谢",
        "麻烦你了",
        "麻烦了",
        "辛苦了",
        "亲",
        "thanks",
        "thank you",
        "thx",
        "please",
        "pls",
        "sir",
        "ma'am",
        "不好意思",
        "抱歉",
        "sorry",
        "thanks a lot",
        "thank you very much",
        "many thanks",
        "谢了",
        "麻烦您了",
        "cheers",
    ];
    COURTESY.contains(&text.trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn short_answers_are_understood_in_both_languages() {
        for (text, expected) in [
            ("是的", Answer::Yes),
            ("嗯嗯好的呢", Answer::Yes),
            ("对！", Answer::Yes),
            ("行吧", Answer::Yes),
            ("好的，谢谢", Answer::Yes),
            ("不是", Answer::No),
            ("不用了，谢谢", Answer::No),
            ("没有呢", Answer::No),
            ("我不知道啊", Answer::Unknown),
            ("不太清楚", Answer::Unknown),
            ("Yep!", Answer::Yes),
            ("yes please", Answer::Yes),
            ("no thanks", Answer::No),
            ("Not sure", Answer::Unknown),
            ("I don’t know", Answer::Unknown),
        ] {
            assert_eq!(answer(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_message_that_says_more_is_no_answer() {
        for text in [
            "是不是发货了",
            "好的，那我要退款",
            "不是这个订单，是另外一个",
            "yes but where is it",
            "有没有红色的",
            "好吗？",
            "no refund received",
            "",
        ] {
            assert_eq!(answer(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in any::<String>(), zh in "[好是的不嗯吧呢， ]{0,12}") {
            let _ = (answer(&text), answer(&zh));
        }
    }
}
