//! What short words say to the question that is open: yes, no, or that all of it shall be left.

use yingda_entity::{Answer, answer};
use yingda_language::normalise;
use yingda_model::Question;

use super::Seen;
use super::signs::{bare, is_question, says_wrong};

/// Yes or no to what was asked; `None` when nothing was, or the message says something else.
pub(super) fn yes_or_no(seen: &Seen<'_>) -> Option<Answer> {
    let asking = seen.state.asking();
    match &seen.state.question {
        Some(Question::Helped) if asking.is_none() => return helped(seen.text),
        Some(Question::Resume) if says(&bare(seen.text), &CONTINUES) => return Some(Answer::Yes),
        Some(_) => return plain(seen.text),
        None => {}
    }
    if asking?.slot == "confirm" {
        return confirms(seen);
    }
    // “Forget it” to a question that takes no yes or no is about the whole.
    plain(seen.text).filter(|_| calls_off(seen).is_none())
}

/// Yes or no as the whole of a message.
fn plain(text: &str) -> Option<Answer> {
    answer(text).filter(|said| *said != Answer::Unknown)
}

/// Whether it helped. Who needs nothing more is content.
fn helped(text: &str) -> Option<Answer> {
    let said = bare(text);
    if says(&said, &NOTHING_MORE) {
        return Some(Answer::Yes);
    }
    if begins(&said, &NOT_HELPED) && said.chars().count() <= SHORT {
        return Some(Answer::No);
    }
    let first = text.split(MARKS).find(|clause| !clause.trim().is_empty())?;
    let of_first = || match plain(first) {
        // “No, I still don't see it.”
        Some(Answer::No) => Some(Answer::No),
        _ => says(&bare(first), &HELPED).then_some(Answer::Yes),
    };
    plain(text).or_else(of_first)
}

/// Yes or no to a question of a flow that takes nothing else: what follows may explain it, and must not take it back.
pub(super) fn explained(text: &str) -> Option<Answer> {
    plain(text).or_else(|| of_clauses(text, plain))
}

/// Yes or no to what is to be done. A yes must leave no doubt; whoever hesitates says no.
fn confirms(seen: &Seen<'_>) -> Option<Answer> {
    if repeats(seen) {
        return Some(Answer::Yes);
    }
    let said = plain(seen.text).or_else(|| of_clauses(seen.text, agrees))?;
    // “No, the other order” does not call it off.
    let corrects = said == Answer::No && plain(seen.text).is_none() && says_wrong(seen.text);
    (!corrects).then_some(said)
}

/// What the clauses of a message answer together.
fn of_clauses(text: &str, of: fn(&str) -> Option<Answer>) -> Option<Answer> {
    let (mut last, mut doubts) = (None, false);
    for clause in text.split(MARKS).map(str::trim).filter(|clause| !clause.is_empty()) {
        // “Yes to the card please”: the first word answers.
        let head = || clause.split_once(' ').filter(|_| last.is_none());
        let said = of(clause).or_else(|| {
            let (head, rest) = head()?;
            doubts |= takes_back(rest);
            plain(head)
        });
        match (last, said) {
            // A yes after a no is neither.
            (Some(Answer::No), Some(Answer::Yes)) => return None,
            (_, Some(said)) => last = Some(said),
            (_, None) => doubts |= takes_back(clause),
        }
    }
    doubts |= text.contains(['?', '？']);
    last.filter(|said| *said == Answer::No || !doubts)
}

/// Whether words beside a yes ask something, or put something else in its place.
fn takes_back(words: &str) -> bool {
    let said = normalise(words);
    is_question(words) || NOT_SO.iter().any(|word| said.contains(word))
}

/// What a clause says to something that is to be done.
fn agrees(clause: &str) -> Option<Answer> {
    if is_question(clause) {
        return None;
    }
    if let Some(said) = plain(clause) {
        return Some(said);
    }
    let said = bare(clause);
    let said = LEADING.iter().fold(said.as_str(), |said, lead| match said.strip_prefix(lead) {
        Some(rest) if !rest.is_empty() => rest,
        _ => said,
    });
    let short = said.chars().count() <= if said.is_ascii() { 2 * SHORT } else { SHORT };
    if !short {
        return None;
    }
    if begins(said, &DECLINED) {
        return Some(Answer::No);
    }
    let word = CONFIRMED.iter().find(|word| said.starts_with(**word))?;
    let rest = &said[word.len()..];
    match rest.contains(['不', '别', '没']) || rest.contains("not") || rest.contains("dont") {
        true => begins(rest, &DECLINED).then_some(Answer::No),
        false => Some(Answer::Yes),
    }
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

/// Where the message calls the flow off, if it does.
pub(super) fn calls_off(seen: &Seen<'_>) -> Option<(usize, usize)> {
    let top = seen.state.top()?;
    // Whoever cancels an order does not cancel the cancelling.
    let about_cancelling = top.flow.contains("cancel");
    super::parts(seen.text).into_iter().find(|(start, end)| {
        let clause = bare(&seen.text[*start..*end]);
        let said = clause.strip_suffix(['了', '吧', '啦']).unwrap_or(&clause);
        let said = ["那", "我", "还是", "先"].iter().fold(said, |said, lead| said.strip_prefix(lead).unwrap_or(said));
        let is = |words: &[&str]| words.iter().any(|word| clause == *word || said == *word);
        is(&CALLED_OFF)
            || begins(&clause, &CALLED_OFF_BEGINS) && clause.chars().count() <= SHORT + 4
            || !about_cancelling && is(&CANCELLED)
    })
}

fn says(said: &str, words: &[&str]) -> bool {
    words.contains(&said)
}

fn begins(said: &str, words: &[&str]) -> bool {
    words.iter().any(|word| said.starts_with(word))
}

/// Characters of a short reply.
const SHORT: usize = 12;
const MARKS: [char; 11] = ['，', ',', '。', '.', '！', '!', '、', ';', '；', '\n', '…'];

/// Words that say yes to what is to be done, however they go on.
pub(super) const CONFIRMED: [&str; 24] = [
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
    "noproblem",
    "noworries",
];
/// … and no.
pub(super) const DECLINED: [&str; 43] = [
    "先不",
    "先别",
    "先等",
    "别",
    "不用",
    "不要",
    "不办",
    "不退",
    "不换",
    "不改",
    "不取消",
    "不提交",
    "不想",
    "暂时不",
    "暂不",
    "算了",
    "留着",
    "再想想",
    "再考虑",
    "再看看",
    "想一想",
    "让我想",
    "考虑一下",
    "等等",
    "等一下",
    "等下",
    "等会",
    "下次",
    "改天",
    "后悔",
    "改主意",
    "dont",
    "notnow",
    "notyet",
    "holdon",
    "wait",
    "letmethink",
    "maybelater",
    "ichangedmymind",
    "idrathernot",
    "ratherkeep",
    "keep",
    "leaveit",
];
/// What may stand before these.
const LEADING: [&str; 16] = [
    "嗯", "哦", "呃", "额", "啊", "那", "我", "还是", "请", "但是", "oh", "well", "sorry", "please", "actually", "ill",
];
/// Words that take a yes back, or put something else in its place.
const NOT_SO: [&str; 12] =
    ["但", "不过", "不对", "不是", "改", "换", "but ", "except", "instead", "change", "wrong", "actually"];

const CONTINUES: [&str; 8] = ["继续", "接着办", "继续办", "接着来", "goon", "continue", "carryon", "resume"];
const HELPED: [&str; 13] = [
    "有用",
    "有帮助",
    "帮到了",
    "解决了",
    "已解决",
    "知道了",
    "明白了",
    "清楚了",
    "itdid",
    "thathelped",
    "ithelped",
    "gotit",
    "solved",
];
const NOT_HELPED: [&str; 12] = [
    "没解决",
    "没有解决",
    "还没解决",
    "没用",
    "没帮",
    "不满意",
    "没什么用",
    "notsolved",
    "itdidnt",
    "didnthelp",
    "thatdidnt",
    "stillnot",
];
const NOTHING_MORE: [&str; 14] = [
    "没有了",
    "没了",
    "没有别的了",
    "没别的了",
    "没事了",
    "没问题了",
    "不用了",
    "不用了谢谢",
    "没有了谢谢",
    "不需要了",
    "nothingelse",
    "thatsall",
    "nothanks",
    "thatisall",
];

const CALLED_OFF: [&str; 31] = [
    "算",
    "算了",
    "不退",
    "不换",
    "不办",
    "不查",
    "不弄",
    "不问",
    "不说",
    "不用",
    "不用了",
    "不需要",
    "不想退",
    "不想办",
    "不想弄",
    "不取消",
    "不改",
    "不开",
    "不留",
    "别办",
    "停",
    "nevermind",
    "forgetit",
    "forgetaboutit",
    "stop",
    "leaveit",
    "nomore",
    "dropit",
    "nothanks",
    "nothankyou",
    "ichangedmymind",
];
const CALLED_OFF_BEGINS: [&str; 16] = [
    "算了不",
    "还是算了",
    "不用办",
    "不想办理",
    "我不退了",
    "我不换了",
    "我不取消了",
    "下次再",
    "改天再",
    "以后再说",
    "回头再说",
    "nevermind",
    "forgetit",
    "maybelater",
    "illdoitlater",
    "idontwanttodothis",
];
const CANCELLED: [&str; 7] = ["取消", "取消吧", "取消办理", "退出", "cancel", "cancelthat", "cancelit"];
