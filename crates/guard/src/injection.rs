//! Instructions, prompts, markup of language models and names of tools, in what comes in and what goes out.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value as Json;

use crate::folded::Folded;
use crate::ground::Ground;
use crate::pattern::fixed;
use crate::piece::{Broken, Piece};
use crate::private;
use crate::saying::{Evidence, Rule};
use crate::unit::Unit;

/// Orders to whoever reads the text.
static ORDER: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?:忽略|无视|忘记|忘掉|不要理会|不用理会|跳过|绕过|推翻).{0,10}(?:指令|指示|规则|规定|提示|设定|要求|限制|命令|prompt)|\b(?:ignore|disregard|forget|override|bypass)\b.{0,24}\b(?:instructions?|rules?|prompts?|guidelines?|directions?|policies|polic(?:y|ies)|commands?)\b|(?:你现在是|从现在起你是|扮演).{0,20}(?:模式|没有限制|不受限制)|\byou are now\b.{0,30}\b(?:mode|unrestricted|dan\b)|\bdeveloper mode\b|开发者模式|越狱模式|\bnew instructions?:|(?:告诉|通知)(?:客户|用户|顾客).{0,40}(?:联系|点击|加微信|转账|领取)",
    )
});
/// Traces of a prompt or of a language model.
static TRACE: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"</?\s?(?:tool_?call|tool_?response|function_?calls?|function|invoke|think|thinking|system|assistant|user|im_start|im_end|s)\b[^>]{0,80}>|<\|[^|>]{0,40}\|>|\[/?inst\]|<<sys>>|\{\{|\{%|\bas an? (?:ai|artificial intelligence|large language|language)\b.{0,10}\b(?:model|assistant)\b|\bas a large language model|\bi(?:'m| am) (?:just )?an? (?:ai|large|language) (?:language )?model|\b(?:system|hidden|initial|secret) (?:prompt|message|instructions?)\b|\b(?:maintenance|debug|admin|god|developer) mode (?:is )?(?:now )?(?:on|enabled|activated|active)\b|已(?:经)?(?:进入|切换|开启).{0,6}模式|\bmy (?:instructions?|prompts?|system message|guidelines)\b.{0,12}(?:say|says|said|state|tell|are|is|forbid|require|do not|don't|:)|\bi (?:was|am|have been) (?:instructed|programmed|prompted|told) (?:to|not)|\b(?:knowledge cutoff|training data)\b|作为(?:一个|一名|一款)?.{0,4}(?:ai|人工智能|大?语言|大)(?:语言)?(?:模型|助手)|(?:我是|身为)(?:一个|一款)?.{0,4}(?:语言模型|大模型)|系统(?:提示词?|指令|设定|消息)|\bprompt\b|提示词|(?:我的|我收到的|内部|根据)(?:指令|设定|指示)|(?:调用|执行|使用).{0,3}[a-z]+(?:_[a-z]+)+|我被(?:要求|设定|告知)(?:不|要)|知识库(?:片段|段落)|根据(?:我|上面|以上)?(?:收到|检索到|提供)的(?:资料|上下文|片段)|\b(?:provided|given|above) (?:context|passages?|documents?)\b",
    )
});
/// Data as machines write it, and the arguments of a call.
static CALL: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r#"\{\s*"[a-z_]+"\s*:|"(?:name|arguments|parameters|tool|function)"\s*:|\b[a-z]+(?:_[a-z]+)+\s?\(|\b[a-z]+\.[a-z]+_[a-z_]+\b"#,
    )
});
/// Words joined by underscores: names of tools and of fields.
static IDENTIFIER: LazyLock<Regex> = LazyLock::new(|| fixed(r"\b[a-z]{2,}(?:_[a-z]{2,})+\b"));

/// Orders in a text of the evidence to the bot that reads it.
static ADDRESSED: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?:智能客服|客服机器人|聊天机器人|ai ?(?:客服|助手|助理))(?:请|必须|应当|须|务必|一律|[:：,，]\s?(?:请|必须|务必|你))|(?:机器人|助手|助理|ai|大?模型)(?:看到|读到|收到|在|向|对|请|必须|须|应当|要|务必|一律)[^。]{0,16}(?:回答|回复|告诉|告知|答复|说明|通知|宣布)|(?:指令|命令|系统提示)\s?[:：]|给(?:ai|智能客服|客服机器人|大模型|模型)的?(?:指令|指示|说明|备注)|(?:回答|回复)(?:客户|用户|顾客)?时(?:必须|请务必|一律)|一律(?:回复|回答|答复)|\b(?:note|attention|message|instructions?|memo) (?:to|for) (?:the |any |all )?(?:ai|llm|assistants?|(?:chat)?bots?|language models?)\b|\b(?:ai|llm|ai assistants?|assistants?|chatbots?|bots?)(?: reading this)?(?:[,:]? (?:you )?must\b|[,:] (?:please|tell|say|ignore|reply|offer|always)\b)|\bif you(?:'re| are) an? (?:\w+ )?(?:ai|llm|chatbot|bot|assistant|(?:language )?model)\b|\b(?:hey|dear|hi|hello|attention),? (?:ai|llm|bots?|assistants?|chatbots?)\b|\b(?:ai|llm|chatbot|bot)s? (?:should|shall|must|needs? to|ha(?:s|ve) to|(?:is|are) (?:to|required to))\b|\b(?:add|append|include)\s?: ?['\x22“]|\breading this\b.{0,20}\b(?:must|tell|say|reply)\b|\bwhen asked\b.{0,40}\b(?:say|answer|reply|respond) (?:that|with|['\x22“])|\b(?:reply|respond|answer) (?:only )?with\b.{0,4}['\x22“]",
    )
});

/// Whether a folded passage gives orders to its reader.
pub(crate) fn is_order(text: &str) -> bool {
    ORDER.is_match(text) || ADDRESSED.is_match(text)
}

/// A result without the texts in it that give orders; those go to `orders`, folded.
pub(crate) fn without_orders(value: &Json, orders: &mut Vec<String>) -> Json {
    match value {
        Json::String(text) => {
            let folded = Folded::new(text).text;
            if !is_order(&folded) {
                return value.clone();
            }
            orders.push(folded);
            Json::Null
        }
        Json::Array(items) => Json::Array(items.iter().map(|item| without_orders(item, orders)).collect()),
        Json::Object(fields) => {
            Json::Object(fields.iter().map(|(key, value)| (key.clone(), without_orders(value, orders))).collect())
        }
        value => value.clone(),
    }
}

/// What customers write to make a bot say their words, play a part or show its prompt.
static DEMAND: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r#"原样|一字不[差漏改]|照着?(?:念|说|抄|读)|跟(?:我|着我)(?:念|说)|(?:重复|复述|念|抄写?)(?:一遍)?(?:以下|下面|下列|这句|这段)|(?:请|并|就|只|必须|帮我|给我|麻烦).{0,6}(?:回复|回答|说|写|发|宣布|输出)(?:一句|一遍)?[:：]?\s?[“"‘「『']|以.{1,10}(?:口吻|语气)|以.{0,6}(?:客服|官方|老板|经理|管理员)的?(?:身份|名义)|说一遍[:：]|扮演|假装|假设你(?:是|可以)|你现在是|从(?:现在|此刻|今)起你|官方(?:答复|回复|声明)|[\[【]系统(?:通知|消息|指令|提示|命令)?[\]】]|^系统[:：]|管理员(?:指令|命令|模式)|(?:开发者|维护|调试|越狱|管理)模式|提示词|你必须(?:回答|同意|回复|说|按|承认|答应)|翻译成.{0,4}(?:承诺|政策|答复|公告)|(?:忽略|无视|忘记|忘掉).{0,12}(?:指令|指示|规则|规定|提示|设定|限制)|(?:打印|显示|告诉我|列出|透露).{0,6}(?:指令|设定|prompt)|\b(?:ignore|disregard|forget|override)\b.{0,30}\b(?:instructions?|rules?|prompts?|guidelines?|policy|policies)\b|\b(?:say|reply|respond|answer|write|type|state|repeat|copy|print|output|confirm|announce|translate)\b.{0,24}(?:exactly|only|this:|following|verbatim|word for word|after me|['"“][a-z])|\bby saying\b|\bwrite back\b|\bspell out\b|\bannounce that\b|\bpretend\b|\bact as\b|\brole-?play|\bfrom now on\b|\b(?:answer|speak|talk|reply|respond) (?:as|like) (?:an? |the )|\bas (?:an?|the) (?:pirate|genie|ceo|admin\w*|system|theat\w+)\b|\byou (?:must|have to|are required to) (?:answer|say|reply|agree|respond)|\b(?:system|admin\w*|developer)\s?:|\b(?:maintenance|developer|debug|admin|god|dan) mode\b|\b(?:hidden|secret|system|initial|original) (?:instructions?|prompts?|rules)\b|\bpolicy bot\b|\bnew rule\b|\bfrom the ceo\b"#,
    )
});
/// Parts that bots are made to play, where the customer asked for one.
static PART: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"喵[~!！。,，呜]|喵$|\barr+\b|\bmatey\b|\bahoy\b|\bmeow\b|\bpoof\b|\bdear master\b|\bmy master\b|\bas you (?:command|commanded|ordered)\b|\bcopied exactly\b|\bas (?:an? )?official\b|\bofficial (?:answer|reply|statement|policy)\b|官方(?:答复|回复|声明)|遵命|已同意您的要求|主人",
    )
});
/// A refusal may name what it refuses.
static REFUSED: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"不能|无法|没法|没办法|不可以|不便|做不到|不会|不是真|并没有|没有(?:这|该|此)|\bthere(?:'s| is| are) no\b|\b(?:can't|cannot|can not|won't|not able|unable|couldn't|not something|no such|isn't true|not true|don't|doesn't)\b",
    )
});

/// Whether the folded words of a customer want to make the bot say something, play a part or show its prompt.
pub(crate) fn is_demand(text: &str) -> bool {
    DEMAND.is_match(text)
}

/// Checks that a sentence does not do what a customer's words demand: say theirs, or play a part.
pub(crate) fn obeyed(piece: &Piece, ground: &Ground, broken: &mut Vec<Broken>) {
    let text = &piece.folded.text;
    if ground.demands.is_empty() || REFUSED.is_match(text) {
        return;
    }
    let (zh, en) = ("照着别人给的话说", "says what it was told to say");
    if let Some(found) = PART.find(text) {
        broken.push(Broken::new(Rule::Injection, found.range(), zh, en));
        return;
    }
    for demand in &ground.demands {
        if let Some(span) = private::run(text, demand, &ground.text, 4.5) {
            broken.push(Broken::new(Rule::Injection, span, zh, en));
            return;
        }
        // In other words: what is new in a clause comes from the demand.
        let there = Unit::new(demand).keys();
        for clause in &piece.clauses {
            let new: Vec<_> =
                clause.unit.words.iter().filter(|word| !word.light && !ground.keys.contains(&word.key)).collect();
            let taken = new.iter().filter(|word| there.contains(&word.key)).count();
            if taken > 0 && taken * 2 >= new.len() {
                let end = clause.at + clause.unit.text.len();
                broken.push(Broken::new(Rule::Injection, clause.at..end, zh, en));
                return;
            }
        }
    }
}

/// What the model wrote that belongs to its machinery, in one sentence. `evidence_text` is the folded evidence, in
/// which an identifier may stand that is really meant.
pub(crate) fn check(piece: &Piece, evidence: &Evidence, evidence_text: &str, broken: &mut Vec<Broken>) {
    let text = &piece.folded.text;
    let mut push =
        |span: std::ops::Range<usize>, zh: &str, en: &str| broken.push(Broken::new(Rule::Injection, span, zh, en));
    if let Some(found) = ORDER.find(text) {
        push(found.range(), "重复了改变规则的指令", "repeats an order to change the rules");
    }
    if let Some(found) = TRACE.find(text) {
        push(found.range(), "露出了提示词或语言模型的标记", "shows a prompt or the marks of a language model");
    }
    if let Some(found) = CALL.find(text) {
        push(found.range(), "露出了工具调用", "shows the call of a tool");
    } else if let Some(found) = IDENTIFIER.find_iter(text).find(|found| !evidence_text.contains(found.as_str())) {
        push(found.range(), "露出了内部名称", "shows an internal name");
    }
    for tool in evidence.tools.iter().map(|tool| Folded::new(tool).text).filter(|tool| tool.len() > 3) {
        if let Some(at) = text.find(&tool) {
            push(at..at + tool.len(), "露出了工具的名称", "shows the name of a tool");
        }
    }
    for hidden in &evidence.hidden {
        if let Some(span) = repeated(text, &Folded::new(hidden).text) {
            push(span, "重复了系统提示", "repeats the system prompt");
        }
    }
}

/// The words of `text` that stand in `hidden` as well, when they are too many to be chance: 14 Chinese
/// characters or 40 letters in a row.
fn repeated(text: &str, hidden: &str) -> Option<std::ops::Range<usize>> {
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    for (first, &start) in starts.iter().enumerate() {
        let mut weight = 0.0;
        for (last, c) in text[start..].chars().enumerate() {
            weight += if yingda_language::is_han(c) { 1.0 } else { 0.35 };
            if weight >= 14.0 {
                let span = start..starts[first + last + 1];
                if hidden.contains(&text[span.clone()]) {
                    return Some(span);
                }
                break;
            }
        }
    }
    None
}
