//! Signs in the words themselves: yes and no, calling off, correcting, asking.

use yingda_dialogue::{Command, Proposed, Wanted};
use yingda_entity::{Answer, answer};
use yingda_language::normalise;

use super::{RULES, Seen};

/// Yes or no to what was asked; `None` when nothing was, or the message says something else.
pub(super) fn yes_or_no(seen: &Seen<'_>) -> Option<Answer> {
    let asking = seen.state.asking();
    if asking.is_none() && seen.state.question.is_none() {
        return None;
    }
    let confirms = asking.is_some_and(|asking| asking.slot == "confirm");
    if confirms && repeats(seen) {
        return Some(Answer::Yes);
    }
    let said = answer(seen.text).filter(|said| *said != Answer::Unknown);
    if said.is_some() || !confirms {
        return said;
    }
    let text = bare(seen.text);
    if CONFIRMED.iter().any(|word| text == *word || text.starts_with(word) && text.chars().count() <= 12) {
        return Some(Answer::Yes);
    }
    if DECLINED.iter().any(|word| text.starts_with(word)) && text.chars().count() <= 14 {
        return Some(Answer::No);
    }
    if let Some(yes) = super::sound::slipped_answer(&text) {
        return Some(if yes { Answer::Yes } else { Answer::No });
    }
    // “Yes, to the card please”: the first clause answers, and the rest does not take it back.
    let (head, rest) = seen.text.split_once(['，', ',', '。', '.', '！', '!', ' '])?;
    let said = answer(head).filter(|said| *said == Answer::Yes)?;
    let doubts = is_question(rest) || NOT_SO.iter().any(|word| normalise(rest).contains(word));
    (!doubts).then_some(said)
}

/// Whether a confirmation is given by saying what is to be done: “cancel it” to “shall I cancel it?”.
fn repeats(seen: &Seen<'_>) -> bool {
    let said = bare(seen.text);
    let mut core = said.as_str();
    for start in ["嗯", "恩", "好", "对", "是", "那", "就", "请", "帮我", "我要", "yes", "please", "ok"] {
        core = core.strip_prefix(start).unwrap_or(core);
    }
    for end in ["吧", "了", "呀", "啊", "please", "it"] {
        core = core.strip_suffix(end).filter(|rest| !rest.is_empty()).unwrap_or(core);
    }
    if ["申请", "办理", "提交", "登记", "apply", "submit", "proceed"].contains(&core) {
        return true;
    }
    let flow = seen.state.top().and_then(|frame| seen.release.flow(&frame.flow));
    let title = flow.and_then(|flow| flow.title.variants(seen.turn.lang, seen.turn.tone).first());
    let title = title.and_then(|title| title.render(seen.turn.names).ok()).map(|title| bare(&title));
    let long = core.chars().count() >= if core.is_ascii() { 4 } else { 2 };
    long && title.is_some_and(|title| title.starts_with(core))
}

pub(super) const CONFIRMED: [&str; 22] = [
    "确认",
    "确定",
    "没问题",
    "办理吧",
    "办吧",
    "就这样",
    "提交",
    "退吧",
    "取消吧",
    "换吧",
    "可以办",
    "就这么办",
    "麻烦办",
    "帮我办",
    "没错",
    "goahead",
    "doit",
    "confirm",
    "thatsright",
    "thatscorrect",
    "soundsgood",
    "looksgood",
];
pub(super) const DECLINED: [&str; 12] =
    ["先不", "不用", "不要", "不办", "不退", "不换", "再想想", "等等", "dont", "notnow", "holdon", "wait"];
/// Words that take a yes back, or put something else in its place.
const NOT_SO: [&str; 12] =
    ["但", "不过", "不对", "不是", "改", "换", "but ", "except", "instead", "change", "wrong", "actually"];

/// Lower case, without marks and spaces.
pub(super) fn bare(text: &str) -> String {
    normalise(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Where the message calls the flow off, if it does.
pub(super) fn calls_off(seen: &Seen<'_>) -> Option<(usize, usize)> {
    let top = seen.state.top()?;
    // Whoever cancels an order does not cancel the cancelling.
    let about_cancelling = top.flow.contains("cancel");
    super::parts(seen.text).into_iter().find(|(start, end)| {
        let clause = bare(&seen.text[*start..*end]);
        let says = |words: &[&str]| {
            words.iter().any(|word| clause == *word || clause.strip_suffix("了").is_some_and(|cut| cut == *word))
        };
        says(&CALLED_OFF)
            || CALLED_OFF_BEGINS.iter().any(|word| clause.starts_with(word)) && clause.chars().count() <= 16
            || !about_cancelling && says(&CANCELLED)
    })
}

const CALLED_OFF: [&str; 26] = [
    "算",
    "算了吧",
    "算了",
    "不退",
    "不换",
    "不办",
    "不查",
    "不弄",
    "不用了",
    "先不办",
    "先不弄",
    "先不退",
    "不想退",
    "不想办",
    "不取消",
    "不改",
    "不开",
    "别办",
    "停",
    "nevermind",
    "forgetit",
    "forgetaboutit",
    "stop",
    "leaveit",
    "nomore",
    "dropit",
];
const CALLED_OFF_BEGINS: [&str; 9] = [
    "算了不",
    "不用办",
    "不想办理",
    "我不退了",
    "我不换了",
    "我不取消了",
    "nevermind",
    "forgetit",
    "idontwanttodothis",
];
const CANCELLED: [&str; 7] = ["取消", "取消吧", "取消办理", "退出", "cancel", "cancelthat", "cancelit"];

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
    ASKING.iter().any(|word| text.contains(word)) || ASKING_FIRST.iter().any(|word| text.trim_start().starts_with(word))
}

const ASKING: [&str; 24] = [
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
        for text in ["你们几点关门", "退货要运费吗？", "怎么退货", "how do I return it", "Can I change the address?"]
        {
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
