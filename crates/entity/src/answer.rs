//! Whether a whole message says yes, no or don't know.

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

const YES: &[&str] = &[
    "是", "对", "嗯", "好", "行", "可以", "没错", "没问题", "当然", "确定", "确认", "同意", "要", "需要", "有", "有的", "想", "想要",
    "愿意", "知道", "是这样", "就是", "就这样", "就这个", "就是这个", "对头", "正确", "中", "得", "成", "妥", "好滴", "好哒", "好呀", "好嘞",
    "好勒", "好吧", "嗯嗯", "嗯呢", "恩", "恩恩", "噢", "哦", "ok", "okay", "okey", "okie", "k", "好的", "是的", "对的", "行的", "可以的", "收到",
    "明白", "了解", "可", "来吧", "麻烦了", "帮我弄", "帮我办", "办吧", "那好", "那行", "yes", "yeah", "yep", "yup", "ya", "yea", "yess", "y", "sure",
    "sure thing", "of course", "certainly", "absolutely", "definitely", "correct", "right", "that's right", "thats right", "that is right",
    "that's correct", "that is correct", "exactly", "indeed", "affirmative", "please do", "go ahead", "do it", "sounds good", "fine",
    "that's fine", "alright", "all right", "i do", "i am", "i have", "it is", "it does", "yes please", "please", "why not", "true",
    "uh huh", "mhm", "i agree", "agreed", "confirm", "confirmed", "i confirm", "by all means", "that works", "works for me", "得嘞", "必须的", "要的", "没毛病", "1", "👍", "👌",
];
const NO: &[&str] = &[
    "不", "不是", "不对", "不行", "不要", "不用", "不用了", "不需要", "没有", "没", "不好", "不可以", "不想", "不同意", "不确认", "否", "别",
    "算了", "不必", "不必了", "没了", "没有了", "免了", "不了", "拒绝", "不愿意", "错", "错了", "不正确", "不成", "取消", "不要了", "不是的", "没有的", "不能",
    "不是这个", "都不是", "不用麻烦", "不用谢", "暂时不用", "先不用", "先不要", "那算了", "还没", "还没有", "并没有", "并不是", "不可能", "没必要", "no", "nope", "nah", "nay", "n",
    "not really", "no thanks", "no thank you", "not at all", "never", "negative", "don't", "dont", "i don't", "i don't want", "i do not",
    "i'm not", "im not", "it isn't", "it is not", "it's not", "that's wrong", "thats wrong", "that's not right", "wrong", "incorrect",
    "not correct", "of course not", "absolutely not", "no way", "not now", "not yet", "don't do that", "i haven't", "i have not", "none", "false", "nothing", "that's all", "no that's all", "不不", "不不不", "no no", "no need", "👎",
    "neither", "cancel", "stop", "i disagree", "nothing else",
];
const UNKNOWN: &[&str] = &[
    "不知道", "不清楚", "不确定", "不太清楚", "不太确定", "不晓得", "不记得", "不记得了", "忘了", "忘记了", "想不起来", "说不准", "说不清", "不好说", "没想好", "还没想好",
    "不了解", "不太了解", "不懂", "不明白", "我也不知道", "谁知道", "随便", "都行", "都可以", "无所谓", "看情况", "不一定", "可能吧", "也许", "也许吧", "大概吧", "或许", "可能",
    "好像是吧", "应该是吧", "记不清", "记不清了", "记不得", "没印象", "不造", "母鸡", "not sure", "i'm not sure", "im not sure", "i am not sure", "don't know", "dont know", "i don't know", "i dont know", "i do not know",
    "idk", "dunno", "i dunno", "no idea", "no clue", "i have no idea", "unsure", "maybe", "perhaps", "possibly", "i forgot", "i forget", "can't remember",
    "cant remember", "i can't remember", "i don't remember", "not certain", "i'm not certain", "hard to say", "who knows", "beats me", "it depends", "depends",
    "whatever", "either", "doesn't matter", "i guess", "i can't say", "haven't decided", "i haven't decided", "couldn't say",
];

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
            "的呢", "的呀", "的哦", "的哈", "的啊", "了呢", "啊", "呀", "哦", "哈", "呢", "吧", "嘛", "啦", "了", "的", "诶", "滴", "哒", "喔", "噢", "亲", "谢谢", "谢了", "您",
            " thanks", " thank you", " thx", " please", " pls", " plz", " sir", " ma'am", " actually", " mate", " bro", " then", " lol", " i think",
        ] {
            if let Some(cut) = text.strip_suffix(tail)
                && !cut.trim().is_empty()
            {
                text = cut.trim();
                break;
            }
        }
        for head in [
            "嗯嗯", "嗯", "哦", "噢", "啊", "那", "我", "恩", "额", "呃", "其实", "真的", "亲", "确实", "应该", "好像", "这个", "都", "是我", "oh ", "um ", "uh ", "well ", "hmm ", "ok ", "hm ", "so ", "yes ", "no ", "yeah ", "sorry ", "ah ", "actually ", "honestly ",
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

fn look_up(text: &str) -> Option<Answer> {
    [(UNKNOWN, Answer::Unknown), (NO, Answer::No), (YES, Answer::Yes)]
        .into_iter()
        .find(|(words, _)| words.contains(&text))
        .map(|(_, answer)| answer)
}

fn is_courtesy(text: &str) -> bool {
    const COURTESY: [&str; 25] = [
        "谢谢", "谢谢你", "谢谢您", "多谢", "感谢", "麻烦你了", "麻烦了", "辛苦了", "亲", "thanks", "thank you", "thx", "please", "pls", "sir", "ma'am",
        "不好意思", "抱歉", "sorry", "thanks a lot", "thank you very much", "many thanks", "谢了", "麻烦您了", "cheers",
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
        for text in ["是不是发货了", "好的，那我要退款", "不是这个订单，是另外一个", "yes but where is it", "有没有红色的", "好吗？", "no refund received", ""] {
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
