//! Instructions, prompts, markup of language models and names of tools, in what comes in and what goes out.

use std::sync::LazyLock;

use regex::Regex;

use crate::folded::Folded;
use crate::piece::{Broken, Piece};
use crate::saying::{Evidence, Rule};

/// Orders to whoever reads the text.
static ORDER: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?:忽略|无视|忘记|忘掉|不要理会|不用理会|跳过|绕过|推翻).{0,10}(?:指令|指示|规则|规定|提示|设定|要求|限制|命令|prompt)|\b(?:ignore|disregard|forget|override|bypass)\b.{0,24}\b(?:instructions?|rules?|prompts?|guidelines?|directions?|policies|polic(?:y|ies)|commands?)\b|(?:你现在是|从现在起你是|扮演).{0,20}(?:模式|没有限制|不受限制)|\byou are now\b.{0,30}\b(?:mode|unrestricted|dan\b)|\bdeveloper mode\b|开发者模式|越狱模式|\bnew instructions?:|(?:告诉|通知)(?:客户|用户|顾客).{0,40}(?:联系|点击|加微信|转账|领取)",
    )
});
/// Traces of a prompt or of a language model.
static TRACE: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"</?\s?(?:tool_?call|tool_?response|function_?calls?|function|invoke|think|thinking|system|assistant|user|im_start|im_end|s)\b[^>]{0,80}>|<\|[^|>]{0,40}\|>|\[/?inst\]|<<sys>>|\{\{|\{%|\bas an? (?:ai|artificial intelligence|large language|language)\b.{0,10}\b(?:model|assistant)\b|\bas a large language model|\bi(?:'m| am) (?:just )?an? (?:ai|large|language) (?:language )?model|\b(?:system|hidden|initial) (?:prompt|message|instructions?)\b|\bmy (?:instructions?|prompts?|system message|guidelines)\b.{0,12}(?:say|says|said|state|tell|are|is|forbid|require|do not|don't|:)|\bi (?:was|am|have been) (?:instructed|programmed|prompted|told) (?:to|not)|\b(?:knowledge cutoff|training data)\b|作为(?:一个|一名|一款)?.{0,4}(?:ai|人工智能|大?语言|大)(?:语言)?(?:模型|助手)|(?:我是|身为)(?:一个|一款)?.{0,4}(?:语言模型|大模型)|系统(?:提示词?|指令|设定|消息)|\bprompt\b|提示词|(?:我的|我收到的|内部|根据)(?:指令|设定|指示)|(?:调用|执行|使用).{0,3}[a-z]+(?:_[a-z]+)+|我被(?:要求|设定|告知)(?:不|要)|知识库(?:片段|段落)|根据(?:我|上面|以上)?(?:收到|检索到|提供)的(?:资料|上下文|片段)|\b(?:provided|given|above) (?:context|passages?|documents?)\b",
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

fn fixed(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a constant pattern, which the tests compile")
}

/// Whether a folded passage gives orders to its reader.
pub(crate) fn is_order(text: &str) -> bool {
    ORDER.is_match(text)
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
