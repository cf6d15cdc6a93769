//! People take over, in any state of a task.

use yingda_model::{Actor, Content, FileId, HandOverReason, Status, World};

use crate::shop::{Shop, Turn};

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
    for line in ["转人工原因：", "正在办理：取消订单", "order_no = QH2611081742", "情绪：", "客户最后说：“烦死了"]
    {
        assert!(brief.contains(line), "{line} in {brief}");
    }
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
