//! The customer's language, and a decent tone.

use std::sync::LazyLock;

use regex::Regex;
use yingda_language::is_han;

use crate::ground::Ground;
use crate::pattern::fixed;
use crate::piece::{Broken, Piece};
use crate::saying::{Lang, Rule};

static RUDE: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"傻[逼瓜子]|傻(?:$|吗|呀)|白痴|笨蛋|蠢(?:货|猪|吗|$)|神经病|脑子(?:有|进|不好|坏)|有病(?:吧|吗|啊)|滚(?:蛋|开|吧|$)|闭嘴|废物|无理取闹|胡搅蛮缠|活该|自找的|自作自受|爱(?:买|信|退|用)不|关我(?:什么|屁|啥)事|不关我(?:们)?的?事|没长眼|不长眼|听不懂(?:人话|吗)|看不懂(?:字|中文|吗)|不识字|说了(?:多少|几|好几)?遍|说过(?:多少|几)遍|怎么还(?:问|不懂|不明白)|(?:您|你)可真(?:行|逗|会|能)|真(?:行|逗)啊|这(?:点|么简单|种)[^，。]{0,8}(?:都|还)(?:不懂|不会|不知道|要问)|连(?:这|那)[^，。]{0,6}都|都不(?:懂|会|知道|看)吗|嫌[^，。]{1,6}(?:就|您|你)?可以?(?:搬走|别来|不买|走人)|不起就别|(?:您|你)(?:爱|愿意)[^，。]{1,4}(?:不|就)|心里没(?:点)?数|烦不烦|烦死|真烦|懒得(?:理|回|跟)|自己(?:不会|不能|就不会)(?:查|看|搜|百度|想)|怪谁|怪(?:您|你)自己|谁让(?:您|你)|谁叫(?:您|你)|(?:您|你)自己(?:的错|活该|不会看|想办法|负责吧)|有本事|随便(?:您|你)(?:投诉|告|吧)|(?:去|尽管|随便)(?:投诉|告)(?:好了|吧|去)|投诉也没用|呵呵|切[，。~]|无聊|少来(?:这套)?|别(?:再)?(?:问|烦|吵|闹)了|拎不清|想得美|做梦(?:吧|呢)|可笑|荒唐|胡说|强词夺理|不讲道理|穷(?:人|鬼|就)|买不起|没(?:素质|文化|教养)|常识|难道(?:您|你)不(?:知道|会|懂|看)|(?:您|你)(?:错了|搞错了吧|在说谎|撒谎|骗人)|\b(?:idiots?|idiotic|stupid|dumb|morons?|fools?|foolish|shut up|calm down|jerk|loser|lazy|liar|lying|clueless|pathetic|ridiculous|nonsense|genius|duh|whatever)\b|\b(?:as i (?:already |just )?(?:said|told)|i (?:already|just) told you|did you even|didn't you even|do you even|can't you (?:read|see|just)|are you (?:blind|deaf|serious|kidding)|(?:your|you're) own fault|your own fault|not my problem|not our problem|deal with it|good luck with that|how hard can|common sense|learn to|stop (?:whining|complaining|wasting|asking)|if you had (?:read|bothered|listened)|you should have (?:known|read|thought)|you clearly|you obviously|obviously you|what did you expect|nobody (?:cares|asked)|who cares|get over it|wasting (?:my|our) time|congratulations, you|well done, you|even a child|you people|that's on you|too bad|tough luck|maybe (?:don't|do not|try not)\b.{0,60}\bnext time|you are wrong|you're wrong)\b",
    )
});
static FUNCTION: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"\b(?:the|a|an|is|are|was|you|your|we|our|i|to|of|in|on|for|and|or|can|will|with|please|it|this|that|not|be|within|after|at)\b",
    )
});

/// Checks for insult, sarcasm and arguing; `allowed` are folded words that the operator does not mind.
pub(crate) fn check(piece: &Piece, allowed: &[String], broken: &mut Vec<Broken>) {
    let text = &piece.folded.text;
    for found in RUDE.find_iter(text) {
        if !allowed.iter().any(|word| found.as_str().contains(word.as_str()) || word.contains(found.as_str())) {
            broken.push(Broken::new(
                Rule::Tone,
                found.range(),
                "语气不妥：侮辱、讽刺或争辩",
                "rude, sarcastic or arguing",
            ));
            return;
        }
    }
}

/// What is said before an answer that there is only in the other language; none where some of it is in the customer's.
pub(crate) fn notice(text: &str, lang: Lang) -> Option<&'static str> {
    let han = text.chars().filter(|c| is_han(*c)).count();
    let folded = text.to_lowercase();
    match lang {
        Lang::Zh => (han == 0 && FUNCTION.find_iter(&folded).count() >= 2).then_some("以下内容目前只有英文：\n"),
        Lang::En => {
            let latin = text.chars().filter(char::is_ascii_alphabetic).count();
            let says_so = folded.contains("chinese") || FUNCTION.find_iter(&folded).count() >= 2;
            (han >= 4 && han * 3 > latin && !says_so).then_some("This is only available in Chinese:\n")
        }
    }
}

/// Checks that the sentence is in the customer's language; names of products and quoted evidence may be in another.
pub(crate) fn language(piece: &Piece, lang: Lang, ground: &Ground, broken: &mut Vec<Broken>) {
    let text = piece.folded.text.trim();
    let han = text.chars().filter(|c| is_han(*c)).count();
    let latin = text.chars().filter(char::is_ascii_alphabetic).count();
    let other = text.chars().filter(|c| c.is_alphabetic() && !is_han(*c) && !c.is_ascii() && *c > '\u{024F}').count();
    let wrong = match lang {
        Lang::Zh => {
            let count = FUNCTION.find_iter(text).count();
            han == 0 && latin >= 8 && (count >= 2 || count == 1 && text.split(' ').count() >= 4 && !ground.names(text))
        }
        // A Chinese name in an English sentence is a name.
        Lang::En => han >= 2 && han * 3 > latin && !(latin > 0 && ground.names(&han_only(text))),
    };
    if wrong || other > 3 && other * 2 > han + latin {
        let (zh, en) = ("不是客户使用的语言", "not the language that the customer is spoken to in");
        broken.push(Broken::new(Rule::Language, 0..piece.folded.text.len(), zh, en));
    }
}

fn han_only(text: &str) -> String {
    text.chars().skip_while(|c| !is_han(*c)).take_while(|c| is_han(*c)).collect()
}
