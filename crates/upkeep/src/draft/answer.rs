//! What an agent told that holds for every customer.

use std::sync::LazyLock;

use regex::Regex;
use yingda_language::{is_han, normalise};

use super::NoDraft;
use super::question::is_personal;
use crate::text::{pattern, split};
use crate::words::features;

/// Courtesies, waiting and closing: sentences that are passed over.
fn courtesy() -> &'static Regex {
    static COURTESY: LazyLock<Regex> = LazyLock::new(|| {
        pattern(concat!(
            r"^(?:亲[,~! ]*)?(?:您好|你好|早上好|上午好|下午好|晚上好|欢迎|很高兴|hi|hello|hey|good (?:morning|afternoon|evening)|welcome|dear)\b?[^。]{0,24}$",
            r"|稍等|稍候|等一下|请等|查一下|查看一下|核实一下|帮您(?:看|查|核实|确认|咨询|问|催)|我(?:先|来|去|这边)?(?:看|查|问|核实)(?:一?下|看)|正在(?:查|核实|为您)|久等|感谢(?:您的)?(?:耐心|等待|咨询|理解|支持|反馈|配合)",
            r"|抱歉|对不起|不好意思|理解您|体谅|不客气|没关系$|好的[,。!~]*$|嗯嗯?|收到[,。!]*$|明白[了]?[,。!]*$|^(?:好的?|是的|对的?|可以的?|没事|没问题)[,。!~ ]*$",
            r"|还有(?:其他|别的|什么)|其他(?:问题|需要|可以帮)|祝您|生活愉快|再见|满意.*评价|评价一下|有(?:任何)?(?:问题|需要).{0,6}(?:随时|再)(?:联系|找|来)|竭诚|为您服务|很高兴为您",
            r"|one moment|just a (?:moment|second|minute)|hold on|bear with|let me (?:check|look|see|find|ask|confirm)|i(?:'ll| will| am going to|'m going to) (?:check|look|see|find out|ask|confirm)|i(?:'m| am) (?:checking|looking)|please wait|thanks? (?:you )?for (?:waiting|your patience|contacting|reaching|asking|the|your)|sorry|apologi[sz]e|i understand|no (?:problem|worries)[.! ]*$|you(?:'re| are) welcome|my pleasure|happy to help|glad to help|anything else|have a (?:nice|great|good|lovely)|goodbye|bye\b|rate (?:us|me|this)|sure[,!. ]*$|^(?:ok|okay|of course|certainly|great|got it|i see|yes|no)[,!. ]*$|let (?:me|us) know if|feel free to"
        ))
    });
    &COURTESY
}

/// What was done or is so for this customer alone.
fn special() -> &'static Regex {
    static SPECIAL: LazyLock<Regex> = LazyLock::new(|| {
        pattern(concat!(
            r"已(?:经)?(?:为您|给您|帮您|替您)|(?:为您|给您|帮您|替您)(?:登记|备注|申请|处理|办理|安排|修改|取消|退|补|催|加急|联系|反馈|升级|延长|发放|补发|转接|转|解决)|我(?:这边|们)?(?:已|会|马上|现在|立刻)(?:经)?(?:为您|给您|帮您|帮你)",
            r"|您(?:的)?(?:这个?|这笔|这单|那个?|该)|您的(?:订单|包裹|快递|货|退款|账户|账号|积分|余额|发票)(?:[^,。;]{0,8})?(?:已经?|目前|现在|显示|正在|还没|还在|预计|今天|明天|昨天|在[^“])|这(?:笔|个|张)订单|您(?:是|在)(?:昨天|前天|今天|[0-9]+[月号日])|(?:今天|明天|昨天|后天|今晚|明早|下午|上午)(?:就|会|能|可以|之前|前|给|送|到|发|退)|系统(?:里)?显示|我看到|看到您|查到|例外|特殊处理|破例|仅此一次|补偿您|送您",
            r"|\bi(?:'ve| have| just|'m| am)? (?:now |just |already )?(?:refunded|cancelled|canceled|changed|updated|sent|issued|arranged|booked|asked|contacted|escalated|credited|added|extended|noted|registered|upgraded|made)\b|\bi(?:'ll| will| can) (?:refund|cancel|change|update|send|issue|arrange|book|contact|escalate|credit|add|extend|make|forward|pass)\b|\bwe(?:'ve| have) (?:refunded|cancelled|changed|sent|issued|shipped|credited)\b",
            r"|\byour (?:order|parcel|package|refund|account|invoice|balance|delivery) (?:is|was|has|will|shows|left|arrived|should|number)\b|\b(?:i can see|i see that|it shows|the system shows|our records|as an exception|just this once|as a courtesy|goodwill)\b|\b(?:today|tomorrow|yesterday|tonight|this (?:morning|afternoon|evening|week))\b"
        ))
    });
    &SPECIAL
}

/// Words before the matter of a sentence.
fn opening() -> &'static Regex {
    static OPENING: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)^(?:[\s,，~～!！。]|亲{1,2}|您好|你好|是这样的|这边(?:跟|和)您说(?:一)?下|是的(?:呢|哦)?[,，]|好的(?:呢|哦)?[,，]|嗯+[,，]?|hi|hello|hey|ok|okay|so|well|sure)+(?:[\s,，。!！~]+|$)|^亲[,，~]?",
        )
    });
    &OPENING
}

/// The sentences of an agent's messages that answer, joined: by spaces in English, paragraphs where messages end.
///
/// # Errors
/// [`NoDraft::Personal`] when what matters is about this customer alone; [`NoDraft::NoAnswer`] when nothing is told.
pub(super) fn told(messages: &[&str]) -> Result<String, NoDraft> {
    let (mut kept, mut personal) = (Vec::new(), 0_usize);
    let mut personal_first = false;
    for message in messages {
        let mut paragraph: Vec<String> = Vec::new();
        for sentence in message.lines().flat_map(split) {
            let text = opening().replace(sentence.trim(), "").trim().to_owned();
            let plain = normalise(&text);
            if plain.is_empty() || plain.ends_with('?') || is_question_back(&plain) {
                continue;
            }
            if is_personal(&sentence) || special().is_match(&plain) {
                personal_first |= kept.is_empty() && paragraph.is_empty();
                personal += 1;
                continue;
            }
            // An apology in one sentence with the matter ("抱歉，不支持货到付款") loses the apology only.
            match without_courtesy(&text) {
                Some(text) if !features(&text).is_empty() => paragraph.push(text),
                _ => {}
            }
        }
        if !paragraph.is_empty() {
            let space = if paragraph.iter().any(|text| text.chars().any(is_han)) { "" } else { " " };
            kept.push(paragraph.join(space));
        }
    }
    let answer = kept.join("\n\n");
    let weight = features(&answer).len();
    if weight < 4 {
        return Err(if personal > 0 { NoDraft::Personal } else { NoDraft::NoAnswer });
    }
    // A general remark after what was done for the customer is no answer to the question.
    if personal_first && personal >= kept.len() && weight < 14 {
        return Err(NoDraft::Personal);
    }
    Ok(answer)
}

/// `text` if it is no courtesy; its later clauses if only the first is one.
fn without_courtesy(text: &str) -> Option<String> {
    if !courtesy().is_match(&normalise(text)) {
        return Some(text.to_owned());
    }
    let parts: Vec<&str> = text.split_inclusive(['，', ',', '！', '!', '~', '～']).collect();
    let from = parts.iter().position(|part| !courtesy().is_match(&normalise(part)) && features(part).len() >= 3)?;
    let rest = parts[from..].concat();
    let rest = rest.trim();
    (from > 0 && !courtesy().is_match(&normalise(rest))).then(|| rest.to_owned())
}

/// What an agent wants to know: an order number, a photo.
fn is_question_back(plain: &str) -> bool {
    static BACK: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"[吗呢]\s*[。~!]*$|^请?(?:麻烦)?(?:您)?(?:提供|告知|告诉|发|说)(?:一下|下)?(?:我|给我)?(?:您的)?.{0,6}(?:订单号?|单号|手机号?|截图|照片|地址|姓名)|^(?:could|can|may|would|do|did|is|are|have) (?:you|i|it|the)\b|^(?:please )?(?:tell|give|send|share|provide) (?:me|us)? ?(?:with )?(?:your|the) (?:order|phone|name|photo|address|screenshot|e-?mail)",
        )
    });
    BACK.is_match(plain)
}
