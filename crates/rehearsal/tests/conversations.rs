//! Test conversations: read, run, reported.
#![allow(clippy::unwrap_used)]

mod support;

use support::{assistant, files, stage};
use yingda_assistant::Surroundings;
use yingda_rehearsal::{Plan, Report, check, rehearse};

const GOOD: &str = r#"
conversation: 取消时顺便问营业时间
lang: zh
backend: reset
turns:
  - customer: 我要取消订单
    expect: {flow: cancel_order, asks: order_no, calls: []}
  - customer: QH2611050123
    expect:
      slots: {order_no: QH2611050123}
      asks: reason
      calls: [shop.get_order]
  - customer: 你们几点关门？
    expect: {answers: [hours], says: ["9:00", /原因/], flow: cancel_order}
  - tap: price
    expect: {asks: confirm, says: QH2611050123, never: [已经取消]}
  - tap: confirm:yes
    expect: {ends: {cancel_order: done}, calls: [shop.cancel_order], says: 取消了}
end:
  handed_over: false
  backend: {order QH2611050123: {status: cancelled}}
  stack: []
"#;

async fn run(test: &str, plan: &Plan) -> Report {
    let checked = assistant(&[("tests/one.yml", test)]);
    rehearse(&stage().await, checked.brain.as_ref().unwrap(), &checked.suite, plan).await
}

#[tokio::test]
async fn a_conversation_that_goes_as_expected_passes_every_time() {
    let report = run(GOOD, &Plan::default()).await;
    assert!(report.is_passed(), "{report}");
    assert_eq!((report.passed, report.runs, report.conversations[0].passed), (1, 4, 4));
    assert!((report.pass_1 - 1.0).abs() < 1e-9 && (report.pass_all - 1.0).abs() < 1e-9);
    assert!(report.conversations[0].runs[0].turns.is_empty(), "what passed needs no transcript");
}

#[tokio::test]
async fn a_run_is_repeated_word_for_word_by_its_seed() {
    let wrong = GOOD.replace("asks: reason", "asks: confirm");
    let first = run(&wrong, &Plan { noise: 0.1, ..Plan::default() }).await;
    let second = run(&wrong, &Plan { noise: 0.1, ..Plan::default() }).await;
    let turns = |report: &Report| serde_json::to_value(&report.conversations).unwrap();
    assert_eq!(turns(&first), turns(&second));
}

#[tokio::test]
async fn a_report_says_which_expectation_of_which_turn_failed_and_what_came() {
    let wrong = GOOD.replace("asks: reason", "asks: confirm").replace("calls: [shop.get_order]", "calls: []");
    let report = run(&wrong, &Plan { runs: 1, ..Plan::default() }).await;
    assert!(!report.is_passed());
    let failed = report.conversations[0].runs[0].failed.as_ref().unwrap();
    assert_eq!((failed.turn, failed.line), (2, 8));
    let misses: Vec<(&str, &str, &str)> =
        failed.misses.iter().map(|miss| (miss.what.as_str(), miss.expected.as_str(), miss.got.as_str())).collect();
    assert_eq!(misses, [("asks", "confirm", "reason"), ("calls", "(none)", "shop.get_order")]);
    let text = report.to_string();
    for part in
        ["tests/one.yml:8", "turn 2", "- confirm", "+ reason", "QH2611050123", "0 of 1 conversations passed once"]
    {
        assert!(text.contains(part), "{part} is missing:\n{text}");
    }
}

#[tokio::test]
async fn what_the_back_end_knows_at_the_end_is_looked_up() {
    let report =
        run(&GOOD.replace("status: cancelled", "status: refunded"), &Plan { runs: 1, ..Plan::default() }).await;
    let failed = report.conversations[0].runs[0].failed.as_ref().unwrap();
    assert_eq!(failed.turn, 0);
    assert_eq!(failed.misses[0].what, "backend.order QH2611050123.status");
    assert_eq!(failed.misses[0].got, "cancelled");
}

#[tokio::test]
async fn an_option_that_is_not_shown_cannot_be_tapped() {
    let report = run(&GOOD.replace("tap: price", "tap: colour"), &Plan { runs: 1, ..Plan::default() }).await;
    let failed = report.conversations[0].runs[0].failed.as_ref().unwrap();
    assert_eq!(failed.misses[0].what, "tap");
    assert!(failed.misses[0].got.contains("reason:price"), "{}", failed.misses[0].got);
}

#[tokio::test]
async fn after_a_hand_over_nobody_waits_for_the_assistant() {
    let test =
        "conversation: a\nturns:\n  - customer: 转人工\n    expect: {handed_over: requested}\n  - customer: 在吗\n";
    let report = run(test, &Plan { runs: 1, ..Plan::default() }).await;
    assert_eq!(report.conversations[0].runs[0].failed.as_ref().unwrap().turn, 2);
}

#[tokio::test]
async fn without_a_back_end_for_tests_what_needs_one_is_skipped() {
    let checked = assistant(&[("tests/one.yml", GOOD)]);
    let mut stage = stage().await;
    stage.backend = None;
    let report = rehearse(&stage, checked.brain.as_ref().unwrap(), &checked.suite, &Plan::default()).await;
    assert_eq!((report.skipped.len(), report.conversations.len()), (1, 0));
}

#[tokio::test]
async fn time_passes_when_a_customer_waits() {
    let test = "
conversation: next day
turns:
  - customer: 我要取消订单
    expect: {asks: order_no}
  - wait: 2 days
  - customer: 你好
    expect: {asks: resume}
";
    let report = run(test, &Plan { runs: 1, ..Plan::default() }).await;
    assert!(report.is_passed(), "{report}");
}

#[test]
fn everything_that_is_wrong_in_a_test_is_told_with_its_place_and_advice() {
    let test = "conversation: a
turn:
  - customer: hello
turns:
  - customer: hello
    expct: {}
  - customer: a
    tap: b
  - customer: x
    expect:
      flow: cancel_oder
      calls: [shop.get_ordr]
      says: [/(/]
      ends: {cancel_order: finished}
  - wait: soon
end: {handed_over: angry}
";
    let checked = check(1, &files(&[("tests/a.yml", test)]), &Surroundings::default());
    let told: Vec<String> = checked
        .problems
        .iter()
        .map(|problem| {
            let hint = problem.hint.as_ref();
            assert!(problem.message.is_in_both() && hint.is_none_or(|hint| hint.is_in_both()), "{problem:?}");
            let hint = hint.map_or("", |hint| hint.en.as_str());
            format!("{}:{} {} | {hint}", problem.line, problem.column, problem.message.en)
        })
        .collect();
    let expected = [
        "2:1 a test conversation has no key `turn` | did you mean `turns`?",
        "6:5 a turn has no key `expct` | did you mean `expect`?",
        "7:5 a turn does one thing",
        "11:13 there is no flow `cancel_oder` | did you mean `cancel_order`?",
        "12:15 there is no tool `shop.get_ordr` | did you mean `shop.get_order`?",
        "13:14 not a regular expression",
        "14:28 expected one of `done`, `cancelled`",
        "15:11 expected a time such as `40 minutes`",
        "16:20 there is no reason for a hand-over `angry`",
    ];
    for (told, expected) in told.iter().zip(expected) {
        assert!(told.starts_with(expected), "expected {expected}\ngot {told}");
    }
    assert_eq!(told.len(), expected.len(), "{told:#?}");
    assert!(!checked.is_fit());
    assert!(checked.suite.scripts.is_empty());
}

mod hostile {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn no_file_makes_reading_panic(text in "\\PC{0,200}", lines in prop::collection::vec("(  - |    )?[a-z]{1,8}: ?[\\[{\"a-z0-9 ]{0,10}", 0..20)) {
            for text in [text, lines.join("\n")] {
                let _ = check(1, &[support::file("tests/a.yml", &text), support::file("customers/a.yml", &text)], &Surroundings::default());
            }
        }
    }
}
