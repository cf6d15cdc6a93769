//! What the desk itself does for flows.

use yingda_model::TicketKind;
use yingda_store::TicketFilter;

use crate::shop::Shop;

#[tokio::test]
async fn a_complaint_leaves_a_ticket_a_tag_a_note_and_a_team() {
    let shop = Shop::open().await;
    let team = shop.desk.create_team(&shop.system, "售后".into()).await.unwrap();
    shop.says("我想登记一个投诉").await;
    let turn = shop.says("杯子碎了一地").await;
    let page = shop.desk.tickets(&shop.system, &TicketFilter::default(), 10, None).await.unwrap().unwrap();
    let [ticket] = page.items.as_slice() else { panic!("{page:?}") };
    assert!(turn.text().contains(&format!("工单号 {}", ticket.number)), "{turn:?}");
    let details = ticket.details.as_ref().unwrap();
    assert_eq!(
        (ticket.kind, details.subject.as_str(), details.text.as_str()),
        (TicketKind::Ticket, "投诉", "杯子碎了一地")
    );
    assert_eq!(shop.desk.tags(&shop.system, turn.id).await.unwrap(), ["投诉"]);
    assert!(turn.brief().contains("顾客说：杯子碎了一地"), "{turn:?}");
    assert_eq!(shop.conversation(turn.id).await.team_id, Some(team.id));
}

#[tokio::test]
async fn a_team_that_is_not_there_keeps_nobody_from_a_ticket() {
    let shop = Shop::open().await;
    shop.says("我想登记一个投诉").await;
    let turn = shop.says("杯子碎了一地").await;
    assert!(turn.text().contains("工单号"), "{turn:?}");
    assert!(turn.brief().contains("没有售后组"), "{turn:?}");
}

#[tokio::test]
async fn a_call_back_is_told_with_its_number() {
    let shop = Shop::open().await;
    shop.says("请给我回电话").await;
    let turn = shop.says("13812345678").await;
    let page = shop.desk.tickets(&shop.system, &TicketFilter::default(), 10, None).await.unwrap().unwrap();
    let ticket = &page.items[0];
    assert_eq!(ticket.kind, TicketKind::Callback);
    assert_eq!(ticket.details.as_ref().unwrap().phone.as_deref(), Some("+8613812345678"));
    assert!(turn.text().contains(&format!("回电编号 {}", ticket.number)), "{turn:?}");
}
