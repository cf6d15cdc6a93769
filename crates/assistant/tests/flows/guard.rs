//! What the guard keeps from being said.

use yingda_model::{HandOverReason, Status};

use crate::shop::{Shop, file};

fn tells_note() -> yingda_model::AssistantFile {
    file(
        "flows/order_note.yml",
        "flow: order_note
title: {zh: 订单备注, en: Order note}
starts:
  phrases: {zh: [我的订单备注是什么], en: [what is the note on my order]}
slots:
  order_no: {type: order_number, title: {zh: 订单号, en: order number}}
  more: {type: yes_no, title: {zh: 还要看, en: more}}
steps:
  - collect: order_no
    ask: {zh: 哪个订单？, en: Which order?}
  - do: shop.get_order
    with: {order_no: order_no}
    into: order
  - collect: more
    ask: {zh: 要看备注吗？, en: Do you want to see the note?}
  - say: {zh: \"{{ order.note }}\", en: \"{{ order.note }}\"}
  - collect: order_no
    ask: {zh: 还有别的吗？, en: Anything else?}
",
    )
}

#[tokio::test]
async fn somebodys_papers_in_the_answer_of_a_tool_are_not_said() {
    let shop = Shop::with(&[tells_note()]).await;
    for text in ["我的订单备注是什么", "QH2611081742"] {
        shop.says(text).await;
    }
    let turn = shop.says("要").await;
    assert!(!turn.text().contains("110101199003078515"), "{turn:?}");
    assert_eq!((turn.status, turn.handed_over), (Status::Queued, Some(HandOverReason::Guard)), "{turn:?}");
    assert!(turn.brief().contains("personal") && turn.brief().contains("QH2611081742"), "{}", turn.brief());
    let found = &turn.trace().guard;
    assert!(found.iter().any(|found| found.rule == "personal"), "{found:?}");
    assert!(found.iter().all(|found| !found.words.contains("110101199003078515")), "{found:?}");
    assert!(turn.dialogue.stack.is_empty());
}

#[tokio::test]
async fn a_forbidden_word_is_left_out_or_said_another_way() {
    let rules = "forbidden:\n  - 加微信\n  - text: 死机\n    instead: {zh: 暂时无法使用。, en: It is not available.}\n";
    let shop = Shop::with(&[file("guard.yml", rules)]).await;
    shop.learns("怎么联系店长？", "店长每天都在。您可以加微信找他。").await;
    shop.learns("机器怎么了？", "系统死机了。").await;
    let turn = shop.says("怎么联系店长？").await;
    assert_eq!(turn.text(), "店长每天都在。", "{turn:?}");
    assert!(turn.trace().guard.iter().any(|found| found.rule == "forbidden"), "{turn:?}");
    let turn = shop.says("机器怎么了？").await;
    assert!(turn.text().contains("暂时无法使用") && !turn.text().contains("死机"), "{turn:?}");
}

#[tokio::test]
async fn who_would_hear_nothing_gets_a_person() {
    let shop = Shop::with(&[file("guard.yml", "forbidden: [加微信]\n")]).await;
    shop.learns("怎么联系店长？", "加微信。").await;
    let turn = shop.says("怎么联系店长？").await;
    assert_eq!((turn.status, turn.handed_over), (Status::Queued, Some(HandOverReason::Guard)), "{turn:?}");
    assert!(!turn.text().contains("加微信") && !turn.words.is_empty(), "{turn:?}");
    assert!(turn.brief().contains("forbidden"), "{}", turn.brief());
}
