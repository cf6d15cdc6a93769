//! One-time codes: from the flow that needs to know who it is, to what only they may see.

use std::collections::BTreeMap;

use yingda_model::{AssistantFile, ContactUpdate, FlowOutcome};

use crate::back_end::Fault;
use crate::shop::{HOUR, Shop, Turn, file, files};

const PHONE: &str = "13812345678";

/// The company has a phone and its own number of this customer on file; nothing is proved.
async fn shop() -> Shop {
    let shop = Shop::open().await;
    let change = ContactUpdate {
        phone: Some(Some(PHONE.into())),
        attributes: Some(BTreeMap::from([("customer_no".to_owned(), "c-17".to_owned())])),
        ..ContactUpdate::default()
    };
    shop.desk.update_contact(&shop.system, shop.contact, change).await.unwrap();
    shop
}

/// The code that was sent last.
fn sent(shop: &Shop) -> String {
    let asked = shop.back_end.asked("/sms").pop().unwrap();
    assert_eq!((asked.body["to"].as_str(), asked.body["lang"].as_str()), (Some(PHONE), Some("zh")));
    asked.body["code"].as_str().unwrap().to_owned()
}

fn wrong(code: &str) -> String {
    let last = if code.ends_with('0') { '1' } else { '0' };
    format!("{}{last}", &code[..5])
}

fn is_told(turn: &Turn, code: &str) {
    assert!(!turn.text().contains(code) && !turn.brief().contains(code), "the code is told: {turn:?}");
    let trace = serde_json::to_string(turn.trace()).unwrap();
    assert!(!trace.contains(code), "the code is in the trace: {trace}");
}

#[tokio::test]
async fn the_right_code_opens_what_is_the_customers_own() {
    let shop = shop().await;
    let turn = shop.says("我有多少积分").await;
    assert_eq!(turn.asks(), Some("code"), "{turn:?}");
    is_told(&turn, &sent(&shop));
    assert!(shop.back_end.asked("/points/c-17").is_empty());
    let turn = shop.says(&sent(&shop)).await;
    assert!(turn.text().contains("您有 1280 积分"), "{turn:?}");
    let identity = turn.dialogue.identity.clone().unwrap();
    assert_eq!((identity.by.as_str(), identity.external_id.as_deref()), ("code", Some("c-17")));
    assert_eq!(shop.back_end.asked("/points/c-17").len(), 1);
    // Once is enough for the next task.
    let turn = shop.says("我有多少积分").await;
    assert!(turn.text().contains("1280"), "{turn:?}");
    assert_eq!(shop.back_end.asked("/sms").len(), 1);
}

#[tokio::test]
async fn a_wrong_code_is_asked_again_and_too_many_end_it() {
    let shop = shop().await;
    shop.says("我有多少积分").await;
    let code = sent(&shop);
    let turn = shop.says(&wrong(&code)).await;
    assert!(turn.text().contains("验证码不对"), "{turn:?}");
    assert_eq!(turn.asks(), Some("code"));
    let mut turn = turn;
    for _ in 0..6 {
        if turn.asks() != Some("code") {
            break;
        }
        turn = shop.says(&wrong(&code)).await;
    }
    assert!(turn.dialogue.stack.is_empty() && turn.dialogue.identity.is_none(), "{turn:?}");
    shop.says(&code).await;
    assert!(shop.back_end.asked("/points/c-17").is_empty());
}

#[tokio::test]
async fn a_code_is_good_for_a_few_minutes() {
    let shop = shop().await;
    shop.says("我有多少积分").await;
    shop.clock.moves(HOUR / 4);
    let turn = shop.says(&sent(&shop)).await;
    assert!(turn.text().contains("失效"), "{turn:?}");
    assert!(turn.dialogue.identity.is_none());
    assert!(shop.back_end.asked("/points/c-17").is_empty());
}

#[tokio::test]
async fn only_a_few_codes_are_sent_within_an_hour() {
    let shop = shop().await;
    for _ in 0..3 {
        shop.says("我有多少积分").await;
        let turn = shop.says("不办了").await;
        assert!(turn.dialogue.stack.is_empty(), "{turn:?}");
    }
    assert_eq!(shop.back_end.asked("/sms").len(), 3);
    let turn = shop.says("我有多少积分").await;
    assert_eq!(shop.back_end.asked("/sms").len(), 3, "{turn:?}");
    assert!(turn.text().contains("太多次"), "{turn:?}");
    assert_eq!(turn.dialogue.ended.last().unwrap().outcome, FlowOutcome::Failed);
    shop.clock.moves(2 * HOUR);
    let turn = shop.says("我有多少积分").await;
    assert_eq!(turn.asks(), Some("code"), "{turn:?}");
}

#[tokio::test]
async fn a_code_that_cannot_be_sent_goes_to_people() {
    let shop = shop().await;
    shop.back_end.fails("/sms", Fault::Breaks);
    let turn = shop.says("我有多少积分").await;
    assert!(turn.handed_over.is_some() && turn.dialogue.identity.is_none(), "{turn:?}");
    assert!(turn.brief().contains("发验证码：没有收到答复"), "{}", turn.brief());
}

#[tokio::test]
async fn nobody_without_a_phone_on_file_is_sent_a_code() {
    let shop = Shop::open().await;
    let turn = shop.says("我有多少积分").await;
    assert_eq!(turn.calls(), [("desk.send_code", "input")]);
    assert!(shop.back_end.asked("/sms").is_empty() && turn.dialogue.identity.is_none());
}

#[tokio::test]
async fn who_has_signed_in_needs_no_code() {
    let mut shop = Shop::open().await;
    shop.knows_customer("c-17", PHONE).await;
    let turn = shop.says("我有多少积分").await;
    assert!(turn.text().contains("1280"), "{turn:?}");
    assert!(shop.back_end.asked("/sms").is_empty());
}

/// The shop with the identity check of the pack: order and phone number, or a code.
async fn shop_with_the_packs_check(change: ContactUpdate) -> Shop {
    const TOOLS: &str = "
  check_identity:
    title: {zh: 核对身份, en: Check who somebody is}
    method: POST
    path: /identity/check
    input: {type: object, required: [order_no, phone], properties: {order_no: {type: string}, phone: {type: string}}}
    output: {type: object, required: [external_id]}
    effect: read
    errors: {identity_not_confirmed: refused}
  find_customer:
    title: {zh: 按联系方式找客户, en: Find a customer by contact detail}
    method: POST
    path: /identity/find
    input: {type: object, properties: {phone: {type: string}, email: {type: string}}}
    output: {type: object, required: [external_id]}
    effect: read
    errors: {customer_not_found: not_found}
  send_mail:
    title: {zh: 发邮件, en: Send a mail}
    method: POST
    path: /mail
    input: {type: object, required: [to, code], properties: {to: {type: string}, code: {type: string}, lang: {type: string}}}
    output: {type: object, required: [accepted]}
    effect: write
";
    let with_pack = |given: AssistantFile| match given.path.as_str() {
        "flows/verify_identity.yml" => {
            file(&given.path, include_str!("../../../../packs/ecommerce/flows/verify_identity.yml"))
        }
        "tools/shop.yml" => file(&given.path, format!("{}{TOOLS}", given.text)),
        _ => given,
    };
    let shop = Shop::open().await;
    shop.publishes(files().into_iter().map(with_pack).collect()).await;
    shop.desk.set_assistant_setting(&shop.system, "code_by_mail".into(), "shop.send_mail".into()).await.unwrap();
    shop.desk.update_contact(&shop.system, shop.contact, change).await.unwrap();
    shop
}

#[tokio::test]
async fn in_the_pack_a_code_to_the_phone_on_file_proves_who_it_is() {
    let phone = ContactUpdate { phone: Some(Some(PHONE.into())), ..ContactUpdate::default() };
    let shop = shop_with_the_packs_check(phone).await;
    let turn = shop.says("我有多少积分").await;
    assert_eq!(turn.asks(), Some("how"), "{turn:?}");
    let turn = shop.says("验证码").await;
    assert_eq!(turn.asks(), Some("code"), "{turn:?}");
    assert!(turn.text().contains("手机"), "{turn:?}");
    is_told(&turn, &sent(&shop));
    let turn = shop.says(&sent(&shop)).await;
    assert!(turn.text().contains("您有 1280 积分"), "{turn:?}");
    let identity = turn.dialogue.identity.clone().unwrap();
    assert_eq!((identity.by.as_str(), identity.external_id.as_deref()), ("code", Some("c-17")));
}

#[tokio::test]
async fn in_the_pack_a_code_goes_by_mail_where_there_is_no_phone() {
    let mail = ContactUpdate { email: Some(Some("fang@mail.example".into())), ..ContactUpdate::default() };
    let shop = shop_with_the_packs_check(mail).await;
    shop.says("我有多少积分").await;
    let turn = shop.says("验证码").await;
    assert!(turn.text().contains("邮箱"), "{turn:?}");
    let asked = shop.back_end.asked("/mail").pop().unwrap();
    assert_eq!(asked.body["to"], "fang@mail.example");
    let turn = shop.says(asked.body["code"].as_str().unwrap()).await;
    assert!(turn.text().contains("您有 1280 积分"), "{turn:?}");
}

#[tokio::test]
async fn in_the_pack_nobody_is_offered_a_code_that_cannot_be_sent() {
    let shop = shop_with_the_packs_check(ContactUpdate::default()).await;
    assert_eq!(shop.says("我有多少积分").await.asks(), Some("order_no"));
}

#[tokio::test]
async fn who_could_not_prove_who_they_are_tries_again_or_has_a_person_by_a_tap() {
    let shop = shop_with_the_packs_check(ContactUpdate::default()).await;
    for text in ["我有多少积分", "QH2611081742"] {
        let turn = shop.says(text).await;
        assert!(turn.options.is_empty(), "{turn:?}");
    }
    let turn = shop.says("13900000001").await;
    assert_eq!((turn.calls(), turn.asks()), (vec![("shop.check_identity", "refused")], Some("order_no")), "{turn:?}");
    assert_eq!(turn.options, ["flow:verify_identity", "hand_over"], "{turn:?}");
    let turn = shop.taps("flow:verify_identity", "再试一次").await;
    assert_eq!((turn.asks(), turn.handed_over), (Some("order_no"), None), "{turn:?}");
    assert!(turn.text().contains("订单号"), "{turn:?}");
    let turn = shop.taps("hand_over", "转人工").await;
    assert!(turn.handed_over.is_some(), "{turn:?}");
    assert!(turn.brief().contains("客户身份：没有核实"), "{}", turn.brief());
}
