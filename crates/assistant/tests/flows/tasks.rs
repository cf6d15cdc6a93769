//! Tasks of several turns.

use yingda_model::{FlowOutcome, Status};

use crate::shop::{Shop, file, files};

#[tokio::test]
async fn a_task_of_several_turns_ends_with_one_call() {
    let shop = Shop::open().await;
    let turn = shop.says("我要取消订单").await;
    assert_eq!((turn.asks(), turn.text().as_str()), (Some("order_no"), "请问要取消哪个订单？"));
    let turn = shop.says("QH2611081742").await;
    assert_eq!(turn.asks(), Some("reason"), "{turn:?}");
    assert_eq!(turn.calls(), [("shop.get_order", "ok")]);
    let turn = shop.says("不想要了").await;
    assert_eq!(turn.asks(), Some("confirm"));
    assert_eq!(shop.back_end.changes(), 0);
    let turn = shop.says("确认").await;
    assert!(turn.text().contains("退款单号 R-7"), "{turn:?}");
    assert_eq!(turn.traced().calls.len(), 1);
    assert!(turn.dialogue.stack.is_empty());
    assert_eq!(turn.dialogue.ended[0].outcome, FlowOutcome::Done);
    let asked = shop.back_end.asked("/orders/QH2611081742/cancel");
    assert_eq!(asked.len(), 1);
    assert_eq!((asked[0].method.as_str(), asked[0].body["reason"].as_str()), ("POST", Some("unwanted")));
    assert_eq!(shop.back_end.changes(), 1);
    assert_eq!(turn.status, Status::Bot);
}

#[tokio::test]
async fn what_is_not_found_is_asked_again() {
    let shop = Shop::open().await;
    shop.says("我要取消订单").await;
    let turn = shop.says("QH0000000404").await;
    assert!(turn.text().contains("没有找到订单 QH0000000404"), "{turn:?}");
    assert_eq!(turn.asks(), Some("order_no"));
    assert_eq!(turn.calls(), [("shop.get_order", "not_found")]);
    assert_eq!(shop.says("QH2611081742").await.asks(), Some("reason"));
}

#[tokio::test]
async fn a_question_in_the_middle_is_answered_and_the_task_goes_on() {
    let shop = Shop::open().await;
    shop.says("我要取消订单").await;
    let turn = shop.says("退款多久到账？").await;
    assert!(turn.text().contains("24 小时内原路退回"), "{turn:?}");
    assert_eq!(turn.asks(), Some("order_no"));
    assert_eq!(shop.says("QH2611081742").await.asks(), Some("reason"));
}

#[tokio::test]
async fn who_says_no_to_the_confirmation_changes_nothing() {
    let shop = Shop::open().await;
    for text in ["我要取消订单", "QH2611081742", "太慢了"] {
        shop.says(text).await;
    }
    let turn = shop.says("不用了").await;
    assert!(turn.dialogue.stack.is_empty(), "{turn:?}");
    assert_eq!(shop.back_end.changes(), 0);
}

#[tokio::test]
async fn a_running_conversation_finishes_with_the_release_it_began_with() {
    let shop = Shop::open().await;
    shop.says("我要取消订单").await;
    shop.says("QH2611081742").await;
    let newer = files().into_iter().map(|old| {
        let text = old.text.replace("/cancel\n", "/withdraw\n").replace("订单已取消", "新版：订单已撤回");
        file(&old.path, text)
    });
    shop.publishes(newer.collect()).await;
    let turn = shop.says("太慢了").await;
    assert_eq!((turn.asks(), turn.traced().release), (Some("confirm"), 1), "{turn:?}");
    let turn = shop.says("是的").await;
    assert!(turn.text().contains("订单已取消"), "{turn:?}");
    assert_eq!(turn.traced().release, 1);
    assert_eq!(shop.back_end.asked("/cancel").len(), 1);
    // What begins now begins with the newer.
    let turn = shop.says("我要取消订单").await;
    assert_eq!(turn.traced().release, 2, "{turn:?}");
    assert_eq!(turn.dialogue.release, 2);
}

#[tokio::test]
async fn a_running_conversation_finishes_when_its_release_is_rolled_back() {
    let shop = Shop::open().await;
    for text in ["我要取消订单", "QH2611081742", "太慢了"] {
        shop.says(text).await;
    }
    shop.desk.make_assistant_release_live(&shop.system, None).await.unwrap();
    let turn = shop.says("是的").await;
    assert!(turn.text().contains("R-7"), "{turn:?}");
    let turn = shop.says("我要取消订单").await;
    assert_eq!(turn.asks(), None, "{turn:?}");
    assert!(turn.trace().dialogue.is_none(), "no release is live: {turn:?}");
}
