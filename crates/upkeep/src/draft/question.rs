//! What a customer asks, without greetings and stories.

use std::sync::LazyLock;

use regex::Regex;
use yingda_language::{is_han, normalise};

use crate::text::{has_mask, pattern, split, without_masks};
use crate::words::features;

/// Greetings and other beginnings, cut as often as they occur.
fn opening() -> &'static Regex {
    static OPENING: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)^(?:[\s,，。.!！~～、]|(?:您|你|亲)好(?:啊|呀)?|亲{1,2}|哈喽|在吗|在不在|有人吗|在么|客服(?:小姐姐|小哥)?|早上好|上午好|中午好|下午好|晚上好|打扰(?:一下|了)|麻烦(?:问一下|问下|您|你)?|不好意思|(?:我)?(?:想)?请?(?:咨询|问)(?:一下|下)?|请教(?:一下|下)?|谢谢(?:您|你)?|(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|excuse me|sorry to bother you|thanks|thank you|please|quick question|just a question|i have a question|may i ask|can i ask|could you tell me|can you tell me|i(?:'d| would) like to (?:know|ask))\b(?: there| team| all| sir| madam)?)+",
        )
    });
    &OPENING
}

/// Thanks and other ends.
fn ending() -> &'static Regex {
    static ENDING: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)(?:[\s,，。.!！~～]|谢谢(?:您|你|啦|了)?|多谢|感谢|麻烦(?:您|你)?了|急|在线等|(?:many )?thanks(?: a lot| so much| in advance)?|thank you(?: very much| so much)?|thx|please|pls|asap)+$",
        )
    });
    &ENDING
}

/// Numbers of orders and the like in a question; what is asked stays without them.
fn code() -> &'static Regex {
    static CODE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)(?:(?:我的)?(?:订单号?|单号|运单号?|order(?: number| no\.?| id)?|#)\s*(?:是|is|:|：)?\s*)?\b(?:[A-Z]{1,4}[-]?[0-9]{6,}|[0-9]{8,})\b(?:\s*[,，])?|手机尾号\s*[0-9]{4}|尾号\s*[0-9]{4}|[\w.+-]+@[\w.-]+\.\w+",
        )
    });
    &CODE
}

/// The asking sentences of a message, cleaned; `None` when it asks nothing, or nothing is left.
pub(super) fn asked(message: &str) -> Option<String> {
    let mut asking: Vec<String> = Vec::new();
    for line in message.lines() {
        for sentence in split(line) {
            // Commas divide a story from its question in Chinese.
            if let Some(text) = clean(&story_cut(&sentence))
                && is_asking(&sentence)
            {
                asking.push(text);
            }
        }
    }
    asking.retain(|text| text.chars().count() <= 300);
    // The last questions are what is wanted; those before led to it.
    let kept = asking.len().saturating_sub(2);
    let text = asking.split_off(kept).join(" ");
    (!text.is_empty() && features(&text).len() >= 2).then_some(text)
}

fn clean(sentence: &str) -> Option<String> {
    let without = without_masks(sentence);
    let without = code().replace_all(&without, " ");
    let text = opening().replace(without.trim(), "");
    let mark: String = text.trim_end().chars().rev().take_while(|c| "?？".contains(*c)).take(1).collect();
    let text = ending().replace(text.trim_end_matches(['?', '？', ' ']), "");
    let text = text.trim_matches(|c: char| c.is_whitespace() || ",，、;；:：".contains(c));
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = format!("{text}{mark}");
    (text.chars().filter(|c| c.is_alphanumeric()).count() >= 3).then_some(text)
}

/// The last clauses of a long Chinese sentence, from the first that asks; a sentence that is short is kept whole.
fn story_cut(sentence: &str) -> String {
    if sentence.chars().count() <= 28 || !sentence.chars().any(is_han) {
        return english_cut(sentence);
    }
    let parts: Vec<&str> = sentence.split_inclusive(['，', ',']).collect();
    let from = parts.iter().position(|part| is_asking(part)).unwrap_or(0);
    // The clause before says what "it" is, when the question is short.
    let asked: usize = parts[from..].iter().map(|part| part.chars().count()).sum();
    let from = if asked < 10 { from.saturating_sub(1) } else { from };
    // What comes after the question is story again.
    let to = parts.iter().rposition(|part| is_asking(part)).map_or(parts.len(), |at| at + 1);
    parts[from..to.max(from + 1)].concat()
}

/// "I bought a kettle last week and it leaks, how do I return it?" asks "how do I return it?".
fn english_cut(sentence: &str) -> String {
    if sentence.chars().count() <= 90 || sentence.chars().any(is_han) {
        return sentence.to_owned();
    }
    let parts: Vec<&str> = sentence.split_inclusive([',', '-', '–']).collect();
    match parts.iter().position(|part| {
        is_asking(part.trim_start_matches([' ', '-']).trim_start_matches("so ").trim_start_matches("and "))
    }) {
        Some(from) => parts[from..].concat().trim().to_owned(),
        None => sentence.to_owned(),
    }
}

/// Whether a sentence asks for something.
pub(super) fn is_asking(sentence: &str) -> bool {
    static CHINESE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"[吗呢么嘛]\s*[?~。!]*$|怎么|如何|怎样|咋|多少|多久|多长|多大|几天|几点|几号|什么|啥|哪|为何|能不能|可不可以|可以.*[?]|能否|可否|是否|有没有|要不要|会不会|是不是|行不行|几[个件次张年月]|想(?:要|知道|了解|问|改|退|换|取消|开|申请|买|查)|我要|帮我|能帮|需要.*[?]",
        )
    });
    static ENGLISH: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"^(?:so |and |but |also |then |hi |hello |ok )?,?\s*(?:how|what|when|where|which|who|why|whose|can|could|do|does|did|is|are|was|will|would|may|should|must|am i|have you)\b|\b(?:i want to|i would like to|i'd like to|i need to|how do i|how can i|can i|could i|is it possible|do you|i wonder|tell me)\b",
        )
    });
    let text = normalise(sentence);
    text.ends_with('?') || if text.chars().any(is_han) { CHINESE.is_match(&text) } else { ENGLISH.is_match(&text) }
}

/// Whether a sentence shows what only this customer has: a masked name or number, an order.
pub(super) fn is_personal(sentence: &str) -> bool {
    has_mask(sentence) || code().is_match(sentence)
}
