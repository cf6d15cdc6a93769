//! Speaking first.

use serde_json::json;
use yingda_assistant::Happened;
use yingda_model::{ConsentAnswer, ConsentPurpose, ConsentWay, ConsentWord, Status};

use crate::shop::{DAY, Shop};

async fn begun(shop: &Shop, event: &str, properties: serde_json::Value) -> crate::shop::Turn {
    let happened = shop.happens(event, properties).await.unwrap();
    let Happened::Begins { conversation_id, .. } = happened else { panic!("{happened:?}") };
    shop.turn(conversation_id).await
}

#[tokio::test]
async fn an_event_begins_its_flow_and_the_customer_goes_on_from_there() {
    let shop = Shop::open().await;
    let turn = begun(&shop, "order_late", json!({"days": 4})).await;
    assert!(turn.text().contains("晚了 4 天"), "{turn:?}");
    let turn = shop.says("取消").await;
    assert_eq!(turn.asks(), Some("order_no"), "{turn:?}");
}

#[tokio::test]
async fn an_event_that_nobody_waits_for_or_whose_condition_does_not_hold_does_nothing() {
    let shop = Shop::open().await;
    assert_eq!(shop.happens("page_opened", json!({})).await.unwrap(), Happened::Nothing);
    assert_eq!(shop.happens("order_late", json!({"days": 1})).await.unwrap(), Happened::Nothing);
    assert_eq!(shop.happens("order_late", json!({})).await.unwrap(), Happened::Nothing);
    assert!(shop.jobs().await.is_empty());
}

#[tokio::test]
async fn a_flow_begins_by_itself_once_a_day() {
    let shop = Shop::open().await;
    begun(&shop, "order_late", json!({"days": 4})).await;
    shop.says("继续等").await;
    let again = shop.happens("order_late", json!({"days": 4})).await.unwrap();
    assert!(matches!(again, Happened::TooOften { .. }), "{again:?}");
    shop.clock.moves(DAY);
    begun(&shop, "order_late", json!({"days": 5})).await;
}

#[tokio::test]
async fn advertising_needs_consent() {
    let shop = Shop::open().await;
    assert_eq!(shop.happens("basket_left", json!({})).await.unwrap(), Happened::NoConsent);
    let consents = async |answer| {
        let purpose = ConsentPurpose::Marketing;
        let word = ConsentWord { purpose, answer, way: ConsentWay::Api, wording: None, at: None };
        shop.desk.note_consent(&shop.system, shop.contact, word).await.unwrap();
    };
    consents(ConsentAnswer::No).await;
    assert_eq!(shop.happens("basket_left", json!({})).await.unwrap(), Happened::NoConsent);
    consents(ConsentAnswer::Yes).await;
    let turn = begun(&shop, "basket_left", json!({})).await;
    assert!(turn.text().contains("购物车"), "{turn:?}");
}

#[tokio::test]
async fn nobody_is_interrupted() {
    let shop = Shop::open().await;
    let id = shop.says("我要取消订单").await.id;
    assert_eq!(shop.happens("order_late", json!({"days": 4})).await.unwrap(), Happened::Busy);
    shop.says("转人工").await;
    assert_eq!(shop.happens("order_late", json!({"days": 4})).await.unwrap(), Happened::Busy);
    assert_eq!(shop.conversation(id).await.status, Status::Queued);
}

#[tokio::test]
async fn a_resolved_conversation_opens_again_with_the_bot() {
    let shop = Shop::open().await;
    let id = shop.says("转人工").await.id;
    shop.desk.resolve(&shop.system, id).await.unwrap();
    let turn = begun(&shop, "order_late", json!({"days": 4})).await;
    assert_eq!((turn.id, turn.status), (id, Status::Bot));
    assert!(turn.text().contains("晚了 4 天"), "{turn:?}");
}

#[tokio::test]
async fn an_event_that_is_done_twice_speaks_once() {
    use yingda_desk::Handler;
    let shop = Shop::open().await;
    shop.happens("order_late", json!({"days": 4})).await.unwrap();
    let job = shop.jobs().await.remove(0);
    shop.assistant.run(&job).await.unwrap();
    shop.assistant.run(&job).await.unwrap();
    let id = shop.desk.store().read(&shop.system).conversations_of(shop.contact).await.unwrap()[0];
    assert_eq!(shop.last_turn(id).await.words.len(), 1);
}

#[tokio::test]
async fn an_erased_contact_hears_nothing() {
    let shop = Shop::open().await;
    shop.desk.erase_contact(&shop.system, shop.contact).await.unwrap();
    assert!(shop.happens("order_late", json!({"days": 4})).await.is_err());
    assert!(shop.jobs().await.is_empty());
}
