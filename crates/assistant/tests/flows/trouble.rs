//! A back end that does not do what it should.

use yingda_model::{HandOverReason, Status};

use crate::back_end::Fault;
use crate::shop::{Shop, Turn};

/// The customer gets polite words and a person, and people and operators learn what happened.
fn is_given_to_people(turn: &Turn, tool: &str, code: &str) {
    let told = match (tool, code) {
        ("shop.get_order", "timeout") => "查订单：系统没有及时答复",
        ("shop.get_order", "broken") => "查订单：系统出错",
        ("shop.get_order", "schema") => "查订单：系统的答复和约定不一样",
        ("shop.cancel_order", "schema") => "取消订单：系统的答复和约定不一样",
        ("shop.cancel_order", "uncertain") => "取消订单：没有收到答复，可能已经生效，请先核实",
        other => panic!("{other:?}"),
    };
    assert_eq!((turn.status, turn.handed_over), (Status::Queued, Some(HandOverReason::ToolFailed)), "{turn:?}");
    assert!(!turn.words.is_empty());
    for word in [tool, code, "stack trace", "http", "schema", "timeout"] {
        assert!(!turn.text().contains(word), "the customer reads {word}: {}", turn.text());
    }
    assert!(turn.brief().contains(told), "{}", turn.brief());
    assert!(turn.brief().contains("转人工原因：办理时系统出了问题"), "{}", turn.brief());
    assert!(!turn.brief().contains(tool) && !turn.brief().contains("stack trace"), "{}", turn.brief());
    let call = turn.traced().calls.last().unwrap();
    assert!(!call.message.is_empty(), "operators read in the record what exactly happened: {call:?}");
    assert!(turn.brief().contains("QH2611081742"), "{}", turn.brief());
    assert_eq!(turn.calls(), [(tool, code)]);
    assert!(turn.dialogue.stack.is_empty());
}

#[tokio::test]
async fn a_read_that_hangs_or_breaks_or_answers_something_else_goes_to_people() {
    for (fault, code) in [(Fault::Hangs, "timeout"), (Fault::Breaks, "broken"), (Fault::Other, "schema")] {
        let shop = Shop::open().await;
        shop.says("我要取消订单").await;
        shop.back_end.fails("/QH2611081742", fault);
        let turn = shop.says("QH2611081742").await;
        is_given_to_people(&turn, "shop.get_order", code);
        assert_eq!(shop.back_end.changes(), 0);
    }
}

#[tokio::test]
async fn a_read_that_is_slow_but_in_time_is_as_good_as_any() {
    let shop = Shop::open().await;
    shop.says("我要取消订单").await;
    shop.back_end.fails("/QH2611081742", Fault::IsSlow);
    let turn = shop.says("QH2611081742").await;
    assert_eq!((turn.asks(), turn.handed_over), (Some("reason"), None), "{turn:?}");
    assert!(turn.traced().calls[0].took_us >= 300_000, "{turn:?}");
}

#[tokio::test]
async fn a_read_whose_field_is_of_another_type_now_goes_to_people() {
    let shop = Shop::open().await;
    shop.says("我要取消订单").await;
    shop.back_end.fails("/QH2611081742", Fault::OtherType);
    let turn = shop.says("QH2611081742").await;
    is_given_to_people(&turn, "shop.get_order", "schema");
    assert!(turn.traced().calls[0].message.contains("cents"), "{turn:?}");
}

async fn changes_with(fault: Fault) -> (Shop, Turn) {
    let shop = Shop::open().await;
    for text in ["我要取消订单", "QH2611081742", "太慢了"] {
        shop.says(text).await;
    }
    shop.back_end.fails("/cancel", fault);
    let turn = shop.says("确认").await;
    (shop, turn)
}

#[tokio::test]
async fn a_change_that_may_have_happened_is_never_called_undone_nor_done() {
    for fault in [Fault::ActsAndHangs, Fault::Hangs] {
        let (shop, turn) = changes_with(fault).await;
        is_given_to_people(&turn, "shop.cancel_order", "uncertain");
        assert!(!turn.text().contains("没有改动") && !turn.text().contains("已取消"), "{}", turn.text());
        let keys: Vec<_> = shop.back_end.asked("/cancel").into_iter().map(|asked| asked.key).collect();
        assert!(keys.iter().all(|key| key.is_some() && *key == keys[0]), "{keys:?}");
        assert!(shop.back_end.changes() <= 1);
        assert_eq!(shop.noted_calls(&turn).await[0].state, yingda_model::ToolCallState::Uncertain);
    }
}

#[tokio::test]
async fn a_change_whose_answer_is_not_what_was_agreed_has_happened() {
    let (shop, turn) = changes_with(Fault::Other).await;
    is_given_to_people(&turn, "shop.cancel_order", "schema");
    assert!(!turn.text().contains("没有改动"), "{}", turn.text());
    assert_eq!(shop.back_end.changes(), 1);
}

#[tokio::test]
async fn a_refusal_is_given_to_people_with_its_reason() {
    let shop = Shop::open().await;
    for text in ["我要取消订单", "QH0000000409", "太慢了"] {
        shop.says(text).await;
    }
    let turn = shop.says("确认").await;
    assert_eq!(turn.handed_over, Some(HandOverReason::ToolFailed), "{turn:?}");
    assert_eq!(turn.calls(), [("shop.cancel_order", "refused")]);
    assert!(turn.brief().contains("取消订单：按规则不能办（包裹已经发出）"), "{}", turn.brief());
}

#[tokio::test]
async fn a_back_end_that_works_again_is_used_again() {
    let shop = Shop::open().await;
    shop.says("我要取消订单").await;
    shop.back_end.fails("/QH2611081742", Fault::Breaks);
    let turn = shop.says("QH2611081742").await;
    shop.back_end.works();
    shop.desk.return_to_bot(&shop.system, turn.id).await.unwrap();
    shop.says("我要取消订单").await;
    assert_eq!(shop.says("QH2611081742").await.asks(), Some("reason"));
}
