//! What came of a conversation, as the customer says it.

use yingda_model::{Outcome, Status};

use crate::shop::{DAY, Shop, Turn};

/// The points are told to a customer who is signed in, and it is asked whether that helped.
async fn told() -> (Shop, Turn) {
    let mut shop = Shop::open().await;
    shop.knows_customer("c-17", "13812345678").await;
    let turn = shop.says("我有多少积分").await;
    assert!(turn.options.contains(&"helped:no".to_owned()), "{turn:?}");
    (shop, turn)
}

/// The outcomes of a conversation's stretches with their flows, oldest first.
async fn outcomes(shop: &Shop, turn: &Turn) -> Vec<(Option<String>, Option<Outcome>)> {
    let stretches = shop.desk.stretches(&shop.system, turn.id).await.unwrap();
    stretches.into_iter().rev().map(|stretch| (stretch.topic.flow, stretch.outcome)).collect()
}

fn of_points(outcome: Option<Outcome>) -> (Option<String>, Option<Outcome>) {
    (Some("points".into()), outcome)
}

#[tokio::test]
async fn a_no_by_word_or_tap_is_remembered_until_a_person_takes_over() {
    for taps in [false, true] {
        let (shop, _) = told().await;
        let turn = if taps { shop.taps("helped:no", "否").await } else { shop.says("没解决").await };
        assert!(turn.options.contains(&"person:yes".to_owned()), "{turn:?}");
        let stretches = shop.desk.stretches(&shop.system, turn.id).await.unwrap();
        assert!(stretches[0].denied_at.is_some(), "{stretches:?}");
        assert_eq!(outcomes(&shop, &turn).await, [of_points(None)]);
        let turn = shop.taps("person:yes", "人工").await;
        assert_eq!(turn.status, Status::Queued);
        assert_eq!(outcomes(&shop, &turn).await, [of_points(Some(Outcome::HandedOver))]);
    }
}

#[tokio::test]
async fn a_yes_keeps_the_flow_that_it_is_about() {
    let (shop, _) = told().await;
    let turn = shop.taps("helped:yes", "是").await;
    assert_eq!(outcomes(&shop, &turn).await, [of_points(Some(Outcome::Confirmed))]);
}

#[tokio::test]
async fn thanks_after_a_no_do_not_make_it_a_yes() {
    let (shop, _) = told().await;
    shop.taps("helped:no", "否").await;
    shop.taps("person:no", "否").await;
    let turn = shop.says("谢谢").await;
    assert_eq!(outcomes(&shop, &turn).await, [of_points(None)]);
    shop.desk.resolve(&shop.system, turn.id).await.unwrap();
    assert_eq!(outcomes(&shop, &turn).await, [of_points(Some(Outcome::NotSolved))]);
}

#[tokio::test]
async fn who_goes_on_to_something_else_leaves_it_unsolved() {
    let (shop, _) = told().await;
    shop.taps("helped:no", "否").await;
    shop.clock.moves(DAY / 24);
    let turn = shop.says("我要取消订单").await;
    let expected = [of_points(Some(Outcome::NotSolved)), (Some("cancel_order".into()), None)];
    assert_eq!(outcomes(&shop, &turn).await, expected);
}
