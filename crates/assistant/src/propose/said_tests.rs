//! What is proposed for what people say, by the words alone: short replies in every state, and how flows are asked for.

#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};
use yingda_dialogue::{
    Circumstances, Command, Effect, Known, KnownTool, Lang, Needs, Proposed, Release, Tone, read_release, take,
};
use yingda_expression::Names;
use yingda_model::{Content, DialogueState, Question, Timestamp};

use super::{Seen, Wordings, propose};
use crate::judge::Verdict;

const FLOWS: [(&str, &str); 5] = [
    (
        "flows/message.yml",
        "flow: message
title: {zh: 留言, en: message}
starts: {phrases: {zh: [我要留言, 帮我留个言], en: [leave a message, take a message]}}
slots: {topic: {type: text, title: {zh: 问题, en: question}}}
steps:
  - collect: topic
    ask: {zh: 留什么话？, en: What shall I write down?}
",
    ),
    (
        "flows/opened.yml",
        "flow: opened
title: {zh: 退货, en: return}
starts: {phrases: {zh: [我要退货, 申请退货], en: [I want to return something, start a return]}}
slots: {opened: {type: yes_no, title: {zh: 拆封, en: opened}}}
steps:
  - collect: opened
    ask: {zh: 拆封了吗？, en: Has it been opened?}
",
    ),
    (
        "flows/cancel_order.yml",
        "flow: cancel_order
title: {zh: 取消订单, en: cancel an order}
starts: {phrases: {zh: [取消订单], en: [cancel my order]}}
steps:
  - confirm: {zh: 取消后不能恢复，确认取消吗？, en: 'This cannot be undone. Cancel it?'}
  - do: shop.cancel
",
    ),
    (
        "flows/which.yml",
        "flow: which
title: {zh: 开票, en: invoice}
starts: {phrases: {zh: [开发票], en: [I need an invoice]}}
slots:
  kind:
    type: choice
    title: {zh: 类型, en: kind}
    options:
      - {id: personal, label: {zh: 个人, en: Personal}}
      - {id: company, label: {zh: 公司, en: Company}}
      - {id: other, label: {zh: 其他, en: Other}}
steps:
  - collect: kind
    ask: {zh: 哪种？, en: Which kind?}
",
    ),
    (
        "flows/offer.yml",
        "flow: offer
title: {zh: 催单, en: chase}
starts: {phrases: {zh: [催一下快递], en: [chase the carrier]}}
steps:
  - choice: {zh: 现在催吗？, en: Chase it now?}
    into: chase
    options:
      - {id: go, label: {zh: 催一下, en: Chase it}, then: [{end: done}]}
      - {id: fine, label: {zh: 不用了, en: 'No, thanks'}, then: [{end: done}]}
",
    ),
];

fn release_of(flows: &[(&str, &str)]) -> Release {
    let cancel =
        KnownTool { name: "shop.cancel".into(), inputs: Vec::new(), effect: Effect::Write, needs: Needs::None };
    let known = Known { tools: vec![cancel], ..Known::default() };
    let (release, problems) = read_release(1, flows, &known);
    let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
    release.unwrap_or_else(|| panic!("{}", told.join("\n")))
}

/// What a customer says where `flow` has asked its first question, or where the dialogue stands otherwise.
fn said(release: &Release, flow: Option<&str>, question: Option<Question>, text: &str) -> Vec<Proposed> {
    let mut names = Names::new();
    for name in ["inbox", "desk", "settings"] {
        names.set(name, json!({}));
    }
    let lang = if text.is_ascii() { Lang::En } else { Lang::Zh };
    let turn = Circumstances {
        lang,
        tone: Tone::Normal,
        now: Timestamp(1_800_000_000_000),
        customer: Needs::None,
        names: &names,
        seed: 0,
    };
    let mut state = DialogueState::default();
    if let Some(flow) = flow {
        let command = Command::StartFlow { flow: flow.into() };
        take(release, &mut state, &turn, vec![Proposed { command, by: "test".into(), score: 1.0, start: 0, end: 1 }]);
        assert!(state.asking().is_some(), "{flow} asks nothing");
    }
    if question.is_some() {
        state.question = question;
    }
    let seen = Seen {
        text,
        written: text,
        content: &Content::text(text),
        understood: None,
        verdict: &Verdict::Unknown,
        answers: &[],
        release,
        wordings: &Wordings::of(release),
        state: &state,
        turn: &turn,
    };
    propose(&seen)
}

fn told(proposed: &[Proposed]) -> String {
    let one = |proposed: &Proposed| match &proposed.command {
        Command::FillSlot { value: Value::String(text), .. } => format!("={text}"),
        Command::FillSlot { value, .. } => format!("={value}"),
        Command::StartFlow { flow } => format!(">{flow}"),
        other => other.name().to_owned(),
    };
    proposed.iter().map(one).collect::<Vec<_>>().join(" ")
}

#[test]
fn short_replies_are_understood_by_what_was_asked() {
    let release = release_of(&FLOWS);
    let text = [
        ("算了，不用了", "cancel"),
        ("不用了", "cancel"),
        ("还是算了", "cancel"),
        ("先不说了", "cancel"),
        ("下次再说吧", "cancel"),
        ("取消", "cancel"),
        ("never mind", "cancel"),
        ("no thanks", "cancel"),
        ("I changed my mind", "cancel"),
        ("算了，我要退货", "cancel >opened"),
        ("没有", "=没有"),
        ("杯子碎了，算我的吗", "cannot_handle"),
        ("杯子碎了", "=杯子碎了"),
        ("好的", "affirm"),
        ("no", "deny"),
    ];
    let yes_no = [
        ("拆了", "cannot_handle"),
        ("没有", "=false"),
        ("没有，一直放着呢", "=false"),
        ("是的，昨天拆的", "=true"),
        ("no, still sealed", "=false"),
        ("yes I opened it yesterday", "=true"),
        ("yes? why", "cannot_handle"),
        ("算了，不退了", "cancel"),
        ("forget it", "cancel"),
        ("不知道", "cannot_handle"),
    ];
    let irreversible = [
        ("是", "affirm"),
        ("取消吧", "affirm"),
        ("确认取消", "affirm"),
        ("嗯，取消", "affirm"),
        ("没问题", "affirm"),
        ("yes, cancel it", "affirm"),
        ("no problem, go ahead", "affirm"),
        ("不，先不取消", "deny"),
        ("好的，先不取消", "deny"),
        ("确认不取消", "deny"),
        ("别取消", "deny"),
        ("先别", "deny"),
        ("不要取消", "deny"),
        ("我再想想", "deny"),
        ("那算了", "deny"),
        ("等一下", "deny"),
        ("我后悔了", "deny"),
        ("no, keep it", "deny"),
        ("don't cancel it", "deny"),
        ("not yet", "deny"),
        ("let me think about it", "deny"),
        ("no, start a return", "deny >opened"),
        ("不，我要退货", "deny >opened"),
        ("没问题吗？", "cannot_handle"),
        ("是的，但是只取消一件", "cannot_handle"),
        ("yes, but change the address first", "cannot_handle"),
        ("不，好的", "cannot_handle"),
        ("not sure", "cannot_handle"),
    ];
    let choice = [
        ("个人", "=personal"),
        ("2", "=company"),
        ("Company please", "=company"),
        ("算了", "cancel"),
        ("不用了", "cancel"),
        ("不开了", "cancel"),
        ("stop", "cancel"),
    ];
    let offer = [
        ("好的", "=go"),
        ("催一下吧", "=go"),
        ("不用", "=fine"),
        ("算了", "=fine"),
        ("yes please", "=go"),
        ("no", "=fine"),
    ];
    let mut wrong = Vec::new();
    let tables: [(&str, &[(&str, &str)]); 5] = [
        ("message", &text),
        ("opened", &yes_no),
        ("cancel_order", &irreversible),
        ("which", &choice),
        ("offer", &offer),
    ];
    for (flow, table) in tables {
        for (words, expected) in table {
            let came = told(&said(&release, Some(flow), None, words));
            if came != *expected {
                wrong.push(format!("{flow}: “{words}”: expected {expected}, got {came}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn replies_to_the_questions_of_the_assistant_itself_are_understood() {
    let release = release_of(&FLOWS);
    let helped = [
        ("有用，谢谢", "affirm"),
        ("解决了", "affirm"),
        ("没有了", "affirm"),
        ("不用了", "affirm"),
        ("that's all", "affirm"),
        ("没有", "deny"),
        ("还没解决", "deny"),
        ("没用", "deny"),
        ("no", "deny"),
        ("it didn't", "deny"),
        ("我要退货", ">opened"),
    ];
    for (words, expected) in helped {
        assert_eq!(told(&said(&release, None, Some(Question::Helped), words)), expected, "{words}");
    }
    for (words, expected) in [("继续", "affirm"), ("go on", "affirm"), ("算了", "deny"), ("不用了", "deny")] {
        assert_eq!(told(&said(&release, Some("which"), Some(Question::Resume), words)), expected, "{words}");
    }
    for (words, expected) in [("要", "affirm"), ("好的", "affirm"), ("不用", "deny"), ("no thanks", "deny")] {
        assert_eq!(told(&said(&release, None, Some(Question::Person), words)), expected, "{words}");
    }
}

/// Wishes that no trained intent knows.
const WISHES: [(&str, &str, &str); 6] = [
    (
        "size",
        "多大合适, 够几个人用, 尺寸合不合适, 会不会太小",
        "is it big enough, what size do I need, does it fit, is it too small",
    ),
    (
        "compare",
        "对比一下, 比较一下, 哪个好, 有什么区别",
        "compare, which one is better, what is the difference between",
    ),
    ("withdraw", "撤销退货申请, 不想退了, 取消退货", "withdraw my return, cancel the return, keep it after all"),
    ("callback", "给我回电话, 打电话给我, 让人给我回电", "call me back, give me a call, can somebody phone me"),
    ("message", "我要留言, 帮我留个言, 建个工单", "leave a message, open a ticket, take a message"),
    (
        "stock",
        "到货提醒我, 有货了告诉我, 补货通知我",
        "tell me when it is back, remind me when it is in stock, notify me about stock",
    ),
];

#[test]
fn what_comes_near_a_wording_of_a_flow_begins_it() {
    let files: Vec<(String, String)> = WISHES
        .iter()
        .map(|(flow, zh, en)| {
            let text = format!(
                "flow: {flow}\ntitle: {{zh: 事, en: thing}}\nstarts: {{phrases: {{zh: [{zh}], en: [{en}]}}}}\nsteps:\n  - say: {{zh: 好, en: Fine.}}\n"
            );
            (format!("flows/{flow}.yml"), text)
        })
        .collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let release = release_of(&files);
    let mut wrong = Vec::new();
    for (words, expected) in [
        ("这个锅够几个人用呀", ">size"),
        ("尺寸合适吗", ">size"),
        ("帮我比较下", ">compare"),
        ("这两款有什么区别", ">compare"),
        ("我想撤销退货", ">withdraw"),
        ("能给我回个电话吗", ">callback"),
        ("给我打个电话吧", ">callback"),
        ("我想留个言", ">message"),
        ("有货的时候告诉我", ">stock"),
        ("到货了通知我一声", ">stock"),
        ("is this one big enough for us", ">size"),
        ("can you compare these", ">compare"),
        ("please withdraw the return", ">withdraw"),
        ("could you call me back", ">callback"),
        ("I'd like to leave a message", ">message"),
        ("please notify me when it's in stock", ">stock"),
        // Not what any of them is for.
        ("我不想比较", "cannot_handle"),
        ("今天天气不错", "cannot_handle"),
        ("你们的电话是多少", "cannot_handle"),
        ("what is your phone number", "cannot_handle"),
        ("我的订单到哪了", "cannot_handle"),
        ("where is my order", "cannot_handle"),
    ] {
        let came = told(&said(&release, None, None, words));
        if came != expected {
            wrong.push(format!("“{words}”: expected {expected}, got {came}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
