//! The customer comes back: on another channel, or after a silence.

use yingda_model::{Content, FlowOutcome, Question};

use crate::shop::{DAY, HOUR, Shop, new_inbox};

#[tokio::test]
async fn who_writes_on_another_channel_is_asked_whether_to_go_on_and_does_so() {
    let shop = Shop::open().await;
    for text in ["我要取消订单", "QH2611081742"] {
        shop.says(text).await;
    }
    let first = shop.says("太慢了").await.id;
    let other = new_inbox(&shop.desk, &shop.system, "App").await;
    let turn = shop.says_in(&other, Content::text("你好")).await;
    assert_eq!(turn.dialogue.question, Some(Question::Resume), "{turn:?}");
    assert!(turn.text().contains("取消订单"), "{turn:?}");
    assert!(shop.conversation(first).await.memory.dialogue.is_none(), "the first conversation forgets it");
    let turn = shop.says_in(&other, Content::text("好的，继续")).await;
    assert_eq!(turn.asks(), Some("confirm"), "{turn:?}");
    // A late yes where it began does nothing.
    shop.clock.moves(HOUR / 4);
    let turn = shop.says_in(&other, Content::text("确认")).await;
    assert!(turn.text().contains("R-7"), "{turn:?}");
    let late = shop.says("确认").await;
    assert_eq!(shop.back_end.asked("/cancel").len(), 1, "{late:?}");
}

#[tokio::test]
async fn who_does_not_want_to_go_on_elsewhere_starts_clean() {
    let shop = Shop::open().await;
    shop.says("我要取消订单").await;
    let other = new_inbox(&shop.desk, &shop.system, "App").await;
    shop.says_in(&other, Content::text("你好")).await;
    let turn = shop.says_in(&other, Content::text("不用了")).await;
    assert!(turn.dialogue.stack.is_empty(), "{turn:?}");
}

#[tokio::test]
async fn two_first_messages_on_another_channel_take_the_task_along() {
    let shop = Shop::open().await;
    shop.says("我要取消订单").await;
    let other = new_inbox(&shop.desk, &shop.system, "App").await;
    let say = |text: &'static str| shop.says_in(&other, Content::text(text));
    // The second comes before the first is answered.
    let incoming =
        |text: &str| yingda_desk::Incoming { content: Content::text(text), client_key: None, external_id: None };
    let customer = yingda_model::Scope::contact(shop.system.workspace(), shop.contact);
    shop.desk.receive(&customer, other.id, incoming("你好")).await.unwrap();
    let turn = say("在吗").await;
    assert_eq!(turn.dialogue.stack.len(), 1, "{turn:?}");
    // And back to where it began.
    let turn = shop.says("你好").await;
    assert_eq!(turn.dialogue.question, Some(Question::Resume), "{turn:?}");
}

#[tokio::test]
async fn after_two_days_the_customer_is_asked_whether_to_go_on() {
    let shop = Shop::open().await;
    for text in ["我要取消订单", "QH2611081742"] {
        shop.says(text).await;
    }
    shop.clock.moves(2 * DAY);
    let turn = shop.says("在吗").await;
    assert_eq!(turn.dialogue.question, Some(Question::Resume), "{turn:?}");
    assert!(turn.options.contains(&"resume:yes".to_owned()), "{turn:?}");
    let turn = shop.taps("resume:yes", "继续").await;
    assert_eq!(turn.asks(), Some("reason"), "{turn:?}");
}

#[tokio::test]
async fn an_old_yes_confirms_nothing_after_two_days() {
    let shop = Shop::open().await;
    for text in ["我要取消订单", "QH2611081742", "太慢了"] {
        shop.says(text).await;
    }
    shop.clock.moves(2 * DAY);
    let turn = shop.says("好的").await;
    assert_eq!((shop.back_end.changes(), turn.asks()), (0, Some("confirm")), "{turn:?}");
    assert!(turn.text().contains("QH2611081742"), "what is confirmed is said anew: {turn:?}");
    shop.says("确认").await;
    assert_eq!(shop.back_end.changes(), 1);
}

#[tokio::test]
async fn after_a_week_the_task_is_over() {
    let shop = Shop::open().await;
    for text in ["我要取消订单", "QH2611081742", "太慢了"] {
        shop.says(text).await;
    }
    shop.clock.moves(8 * DAY);
    let turn = shop.says("确认").await;
    assert!(turn.dialogue.stack.is_empty() && turn.dialogue.known.is_empty(), "{turn:?}");
    assert_eq!(turn.dialogue.ended.last().unwrap().outcome, FlowOutcome::Expired);
    assert_eq!(shop.back_end.changes(), 0);
}
