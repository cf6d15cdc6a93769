//! Simulated customers, random conversations, and conversations of the past.
#![allow(clippy::unwrap_used)]

mod support;

use support::{CANCEL, assistant, files, stage};
use yingda_assistant::Surroundings;
use yingda_dialogue::{Called, Lang};
use yingda_model::Content;
use yingda_rehearsal::{Outcome, Past, PastTurn, Plan, Who, check, replay, simulate, turn_times, walk, walks};

const CUSTOMER: &str = r#"
customer: impatient
lang: zh
goal: {flow: cancel_order, outcome: done}
facts: {order_no: QH2611050123, reason: [不想要了, 不喜欢]}
opening: [我要取消订单, 取消订单]
mood: calm
patience: 10
digressions: [你们几点关门？]
corrections: [{slot: order_no, first: QH2611050124, then: QH2611050123}]
"#;

#[tokio::test]
async fn a_customer_who_asks_aside_and_corrects_themselves_reaches_their_goal() {
    let checked = assistant(&[("customers/a.yml", CUSTOMER)]);
    let simulation = simulate(&stage().await, checked.brain.as_ref().unwrap(), &checked.suite, &Plan::default()).await;
    assert_eq!(simulation.customers[0].passed, 4, "{simulation}");
    assert!((simulation.pass_1 - 1.0).abs() < 1e-9 && simulation.pass_4 == Some(1.0));
    assert_eq!(simulation.flows[0].flow, "cancel_order");
}

#[tokio::test]
async fn a_customer_whose_patience_ends_gives_up_and_the_report_says_so() {
    let checked = assistant(&[("customers/a.yml", &CUSTOMER.replace("patience: 10", "patience: 2"))]);
    let simulation = simulate(&stage().await, checked.brain.as_ref().unwrap(), &checked.suite, &Plan::default()).await;
    assert_eq!(simulation.customers[0].runs[0].result, Outcome::GaveUp);
    assert!(simulation.to_string().contains("lost patience after 2 turns"), "{simulation}");
}

#[test]
fn a_customer_without_a_goal_is_refused_with_the_place() {
    let checked =
        check(1, &files(&[("customers/a.yml", "customer: a\nopening: [hi]\nmod: calm\n")]), &Surroundings::default());
    let told: Vec<String> = checked
        .problems
        .iter()
        .inspect(|problem| assert!(problem.message.is_in_both(), "{problem:?}"))
        .map(|problem| format!("{}:{} {}", problem.line, problem.column, problem.message.en))
        .collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].starts_with("1:1 a simulated customer needs `goal"), "{told:?}");
    assert!(told[1].starts_with("3:1 a simulated customer has no key `mod`"), "{told:?}");
}

#[tokio::test]
async fn whoever_asks_for_a_person_gets_one_whatever_went_before() {
    let checked = assistant(&[]);
    let walks = walks(&stage().await, checked.brain.as_ref().unwrap(), 1, 400).await;
    assert!(walks.failures.is_empty(), "{walks}");
    assert!(walks.asked > 100 && walks.honoured == walks.asked, "{walks}");
}

fn past() -> Past {
    let at = |minutes: i64| yingda_model::Timestamp(1_795_000_000_000 + minutes * 60_000);
    let turn =
        |minutes: i64, text: &str| PastTurn { content: Content::text(text), at: at(minutes), writes: Vec::new() };
    let mut last = turn(4, "确认");
    last.writes.push(("shop.cancel_order".into(), Called::Ok { output: serde_json::json!({ "status": "cancelled" }) }));
    Past {
        id: "one".into(),
        who: Who::default(),
        lang: Lang::Zh,
        channel: "web".into(),
        seed: 7,
        turns: vec![turn(0, "我要取消订单"), turn(1, "QH2611050123"), turn(2, "不想要了"), last],
    }
}

#[tokio::test]
async fn a_walk_finds_the_shop_as_it_was_whatever_was_walked_before() {
    let (stage, brain) = (stage().await, assistant(&[]).brain.unwrap());
    let first = walk(&stage, &brain, 5).await;
    let all = walks(&stage, &brain, 1, 30).await;
    assert_eq!(all.count, 30);
    assert_eq!(walk(&stage, &brain, 5).await.transcript, first.transcript);
}

#[tokio::test]
async fn every_turn_of_the_test_conversations_is_timed_but_those_that_wait_on_purpose() {
    const TWO_TURNS: &str =
        "conversation: two\nlang: zh\nbackend: reset\nturns:\n  - customer: 我要取消订单\n  - customer: QH2611050123\n";
    let broken = TWO_TURNS.replace("two", "broken") + "faults: [{path: /orders, kind: error, times: 1}]\n";
    let checked = assistant(&[("tests/two.yml", TWO_TURNS), ("tests/broken.yml", &broken)]);
    let times = turn_times(&stage().await, checked.brain.as_ref().unwrap(), &checked.suite, 1).await.unwrap();
    assert_eq!(times.len(), 2);
    let parts = times[1].parts.as_ref().unwrap();
    assert!(parts.tools > 0 && u128::from(parts.tools + parts.engine) <= times[1].took.as_micros());
}

#[tokio::test]
async fn the_same_release_replays_to_the_same_and_another_is_shown_side_by_side() {
    let stage = stage().await;
    let old = assistant(&[]).brain.unwrap();
    let same = replay(&stage, &old, &assistant(&[]).brain.unwrap(), &[past()]).await;
    assert_eq!((same.turns, same.changed_turns), (4, 0), "{same}");

    let without_reason =
        CANCEL.replace("  - collect: reason\n    ask: {zh: 请问是什么原因呢？, en: May I ask why?}\n", "");
    let mut changed = files(&[]);
    changed[0].text = without_reason;
    let new = check(2, &changed, &Surroundings::default()).brain.unwrap();
    let replayed = replay(&stage, &old, &new, &[past()]).await;
    assert_eq!((replayed.from, replayed.to, replayed.changed_conversations), (1, 2, 1));
    let second = &replayed.different[0].changes[0];
    assert_eq!(second.turn, 2);
    let (before, after) = &second.changed["asks"];
    assert!(before.contains("reason") && after.contains("confirm"), "{before} {after}");
    let html = replayed.html("zh");
    assert!(html.contains("第 2 轮") && html.contains("重放") && !html.contains("<script"), "{html}");
}

#[tokio::test]
async fn a_replay_changes_nothing() {
    let stage = stage().await;
    let brain = assistant(&[]).brain.unwrap();
    let mut unrecorded = past();
    unrecorded.turns[3].writes.clear();
    replay(&stage, &brain, &assistant(&[]).brain.unwrap(), &[unrecorded]).await;
    let test = "
conversation: still there
turns:
  - customer: 我要取消订单
  - customer: QH2611050123
end:
  backend: {order QH2611050123: {status: paid}}
";
    let checked = assistant(&[("tests/a.yml", test)]);
    let report = yingda_rehearsal::rehearse(&stage, &brain, &checked.suite, &Plan { runs: 1, ..Plan::default() }).await;
    assert!(report.is_passed(), "{report}");
}
