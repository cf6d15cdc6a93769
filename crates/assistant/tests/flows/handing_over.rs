//! People take over, in any state of a task.

use yingda_model::{Actor, Content, FileId, HandOverReason, Status, World};

use crate::back_end::Fault;
use crate::shop::{Shop, Turn, file};

/// The states of a task: what was said until then.
const STATES: [&[&str]; 4] =
    [&["你好"], &["我要取消订单"], &["我要取消订单", "QH2611081742"], &["我要取消订单", "QH2611081742", "太慢了"]];

fn nothing_is_left(turn: &Turn) {
    assert_eq!((turn.status, turn.handed_over), (Status::Queued, Some(HandOverReason::Requested)), "{turn:?}");
    assert!(turn.dialogue.is_idle() && turn.dialogue.failure.is_none(), "{:?}", turn.dialogue);
    assert!(!turn.words.is_empty());
}

#[tokio::test]
async fn one_word_is_enough_in_any_state() {
    for said in STATES {
        for word in ["转人工", "人工"] {
            let shop = Shop::open().await;
            for text in said {
                shop.says(text).await;
            }
            let turn = shop.says(word).await;
            nothing_is_left(&turn);
            assert_eq!(shop.back_end.changes(), 0);
        }
    }
}

#[tokio::test]
async fn one_tap_is_enough_in_any_state_and_people_learn_as_much_as_from_a_word() {
    for said in STATES {
        let shop = Shop::open().await;
        for text in said {
            shop.says(text).await;
        }
        let turn = shop.taps("hand_over", "转人工").await;
        nothing_is_left(&turn);
        let brief = turn.brief();
        assert!(brief.contains("转人工原因"), "{said:?}: {brief:?}");
        assert_eq!(brief.contains("QH2611081742"), said.len() > 1, "{said:?}: {brief:?}");
        assert_eq!(brief.contains("取消订单"), said[0] != "你好", "{said:?}: {brief:?}");
    }
}

#[tokio::test]
async fn people_learn_why_and_what_is_known_and_how_the_customer_feels() {
    let shop = Shop::open().await;
    for text in ["我要取消订单", "QH2611081742"] {
        shop.says(text).await;
    }
    let turn = shop.says("烦死了，给我转人工！").await;
    let brief = turn.brief();
    for line in [
        "转人工原因：",
        "正在办理：取消订单",
        "客户身份：没有核实",
        "已知信息：订单号 QH2611081742",
        "情绪：平静 → 生气",
        "客户最后说：“烦死了，给我转人工！”",
    ] {
        assert!(brief.contains(line), "{line} in {brief}");
    }
    for raw in ["order_no", "shop.", "angry", "neutral", "cancel_order"] {
        assert!(!brief.contains(raw), "{raw} in {brief}");
    }
}

#[tokio::test]
async fn people_read_labels_instead_of_keys_and_what_was_just_done() {
    let shop = Shop::open().await;
    for text in ["我要取消订单", "QH2611081742", "太慢了", "确认", "我要取消订单", "QH2611089999", "太慢了"]
    {
        shop.says(text).await;
    }
    let turn = shop.says("转人工").await;
    let brief = turn.brief();
    assert!(brief.contains("原因 太慢了") && !brief.contains("late"), "{brief}");
    assert!(brief.contains("正在办理：取消订单"), "{brief}");

    let shop = Shop::open().await;
    for text in ["我要取消订单", "QH2611081742", "太慢了", "确认"] {
        shop.says(text).await;
    }
    let brief = shop.says("转人工").await.brief();
    assert!(brief.contains("刚办完：取消订单") && !brief.contains("正在办理"), "{brief}");
}

#[tokio::test]
async fn people_read_the_language_of_the_conversation() {
    let shop = Shop::open().await;
    for text in ["I want to cancel my order", "QH2611081742", "Too slow"] {
        shop.says(text).await;
    }
    let brief = shop.says("I want to talk to a person").await.brief();
    for line in [
        "Why: ",
        "Under way: Cancel an order",
        "Customer: not verified",
        "Known: order number QH2611081742; reason Too slow",
        "Mood: ",
        "Last words: “I want to talk to a person”",
    ] {
        assert!(brief.contains(line), "{line} in {brief}");
    }
    assert!(!brief.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{brief}");
}

#[tokio::test]
async fn people_learn_how_the_customer_proved_who_they_are() {
    let mut shop = Shop::open().await;
    shop.knows_customer("c-17", "13812345678").await;
    let brief = shop.says("转人工").await.brief();
    assert!(brief.contains("客户身份：已登录"), "{brief}");
}

#[tokio::test]
async fn the_record_names_flows_and_tools_as_people_do_and_tells_how_much_was_said() {
    let shop = Shop::open().await;
    shop.says("我要取消订单").await;
    let turn = shop.says("QH2611081742").await;
    let title = |key: &str| turn.traced().titles.get(key).map(|title| (title.zh.as_str(), title.en.as_str()));
    assert_eq!(title("cancel_order"), Some(("取消订单", "Cancel an order")));
    assert_eq!(title("cancel_order.order_no"), Some(("订单号", "order number")));
    assert_eq!(title("shop.get_order"), Some(("查订单", "Look up an order")));
    assert_eq!(turn.trace().said, Some(u32::try_from(turn.words.len()).unwrap()));
}

#[tokio::test]
async fn a_picture_that_nobody_asked_for_goes_to_people_with_all_that_is_known() {
    let shop = Shop::open().await;
    for text in ["我要取消订单", "QH2611081742"] {
        shop.says(text).await;
    }
    let info = yingda_store::FileInfo {
        id: FileId(shop.clock.uuid()),
        key_owner: shop.contact.0,
        name: "a.png".into(),
        mime: "image/png".into(),
        size: 1,
        uploaded_by: Actor::Contact { id: shop.contact },
        created_at: shop.clock.now(),
    };
    let file = info.id;
    shop.desk
        .store()
        .write(&shop.system, move |tx| {
            let info = info.clone();
            Box::pin(async move { tx.insert_file(&info).await })
        })
        .await
        .unwrap();
    let turn = shop.says_in(&shop.inbox, Content::Image { file_id: file, name: "a.png".into() }).await;
    assert_eq!((turn.status, turn.handed_over), (Status::Queued, Some(HandOverReason::CannotRead)), "{turn:?}");
    assert!(turn.brief().contains("QH2611081742"), "{}", turn.brief());
    assert!(turn.dialogue.stack.is_empty());
}

#[tokio::test]
async fn a_conversation_that_comes_back_to_the_bot_starts_clean() {
    let shop = Shop::open().await;
    for text in ["我要取消订单", "QH2611081742", "太慢了"] {
        shop.says(text).await;
    }
    let turn = shop.says("转人工").await;
    shop.desk.return_to_bot(&shop.system, turn.id).await.unwrap();
    let turn = shop.says("确认").await;
    assert_eq!((shop.back_end.changes(), turn.asks()), (0, None), "{turn:?}");
    let turn = shop.says("我要取消订单").await;
    assert_eq!(turn.asks(), Some("order_no"), "the order of before is forgotten: {turn:?}");
}

/// A flow that asks for an amount and leaves it to people.
const COMPENSATION: &str = "flow: pay_back
title: {zh: 申请补偿, en: Compensation}
starts: {phrases: {zh: [我要申请补偿], en: [I want a compensation]}}
slots:
  wants: {type: money, title: {zh: 希望的补偿, en: amount wanted}}
steps:
  - collect: wants
    ask: {zh: 希望补偿多少？, en: How much would that be?}
  - hand_over: {reason: high_value}
";

/// No reason names a flow, slot or tool as the files do.
fn named_for_people(turn: &Turn) {
    let trace = turn.trace();
    for why in [&trace.why_zh, &trace.why_en] {
        for id in ["pay_back", "wants", "cancel_order", "order_no", "points", "get_order", "shop."] {
            assert!(!why.contains(id), "{id} in {why}");
        }
    }
}

#[tokio::test]
async fn the_reason_names_flows_and_slots_as_people_do() {
    let shop = Shop::with(&[file("flows/pay_back.yml", COMPENSATION)]).await;
    let asked = shop.says("我要申请补偿").await;
    named_for_people(&asked);
    assert_eq!(asked.trace().why_zh, "流程“申请补偿”正在询问“希望的补偿”。");
    assert_eq!(asked.trace().why_en, "The flow “Compensation” asks for “amount wanted”.");
    let turn = shop.says("50元").await;
    assert_eq!(turn.handed_over, Some(HandOverReason::HighValue));
    named_for_people(&turn);
    assert!(turn.trace().why_zh.contains("“申请补偿”走到这一步要由人来办"), "{}", turn.trace().why_zh);
    assert!(turn.trace().why_en.contains("this step of “Compensation” is for people"), "{}", turn.trace().why_en);

    let shop = Shop::with(&[file("flows/pay_back.yml", COMPENSATION)]).await;
    let mut turn = shop.says("我要申请补偿").await;
    for text in ["蓝色的", "绿色的", "红色的", "白色的"] {
        if turn.status == Status::Bot {
            turn = shop.says(text).await;
        }
    }
    named_for_people(&turn);
    assert_eq!(turn.handed_over, Some(HandOverReason::RepeatedFailure));
    if turn.trace().decided_by == "flow/1" {
        assert!(turn.trace().why_zh.contains("问了几次“希望的补偿”"), "{}", turn.trace().why_zh);
    }
}

#[tokio::test]
async fn the_reason_of_a_failed_tool_is_in_words() {
    let shop = Shop::open().await;
    shop.says("我要取消订单").await;
    shop.back_end.fails("/QH2611081742", Fault::Breaks);
    let turn = shop.says("QH2611081742").await;
    assert_eq!(turn.handed_over, Some(HandOverReason::ToolFailed));
    named_for_people(&turn);
    assert!(turn.trace().why_zh.contains("办理“取消订单”时，系统"), "{}", turn.trace().why_zh);
    assert!(turn.trace().why_en.contains("“Cancel an order”: the system"), "{}", turn.trace().why_en);
}

#[tokio::test]
async fn amounts_are_told_with_the_currency_of_the_workspace() {
    for (currency, told) in [(None, "¥50.00"), (Some("EUR"), "€50.00"), (Some("CHF"), "CHF 50.00")] {
        let shop = Shop::with(&[file("flows/pay_back.yml", COMPENSATION)]).await;
        if let Some(currency) = currency {
            shop.desk.set_assistant_setting(&shop.system, "currency".into(), currency.into()).await.unwrap();
        }
        shop.says("我要申请补偿").await;
        let brief = shop.says("50元").await.brief();
        assert!(brief.contains(&format!("希望的补偿 {told}")), "{brief}");
    }
}
