//! Duplicates, and entries that are old or unused.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use uuid::Uuid;
use yingda_model::{ChangeOrigin, EntryContent, EntryId, EntryStatus, Timestamp};
use yingda_upkeep::{
    DayCount, Entry, Reason, SourceState, StaleOptions, Usage, contradictions, duplicates, stale, unused,
};

const DAY: i64 = 24 * 60 * 60 * 1000;
/// 2026-11-22.
const NOW: Timestamp = Timestamp(1_795_305_600_000);

fn faq(question: &str, answer: &str) -> EntryContent {
    EntryContent { question: question.into(), answer: answer.into(), ..EntryContent::default() }
}

fn entries(contents: &[EntryContent]) -> Vec<Entry<'_>> {
    contents
        .iter()
        .enumerate()
        .map(|(at, content)| Entry {
            id: EntryId(Uuid::from_u128(at as u128 + 1)),
            content,
            updated_at: Timestamp(NOW.0 - 300 * DAY),
        })
        .collect()
}

fn shop() -> Vec<EntryContent> {
    vec![
        EntryContent {
            variants: vec!["退货步骤".into()],
            ..faq("怎么申请退货？", "打开“我的订单”，选中商品点“申请售后”，选择“退货退款”。")
        },
        faq("如何申请退货？", "在“我的订单”里选中商品，点“申请售后”，再选择“退货退款”即可。"),
        faq("杭州有门店吗？", "有，杭州店欢迎您。详细地址请看门店页面。"),
        faq("上海有门店吗？", "有，上海店欢迎您。详细地址请看门店页面。"),
        faq("怎么开发票？", "打开“我的订单”，点“申请发票”，填写抬头和邮箱。"),
        faq("发票在哪里申请？", "打开“我的订单”，点“申请发票”，填写抬头和邮箱。"),
        faq("蜡烛能点多久？", "大约四十小时。"),
        faq("How do I return an item?", "Open the order, choose Return and give the reason."),
    ]
}

#[test]
fn two_wordings_of_one_question_are_duplicates_and_two_stores_are_not() {
    let contents = shop();
    let entries = entries(&contents);
    let found = duplicates(&entries, &[]);
    let pairs: Vec<(u128, u128)> = found.iter().map(|pair| (pair.kept.0.as_u128(), pair.other.0.as_u128())).collect();
    assert_eq!(pairs.len(), 2, "{found:?}");
    assert!(pairs.contains(&(1, 2)) && pairs.contains(&(5, 6)), "{found:?}");
    assert_eq!(found[0].likeness, 1.0);
    assert!(found.iter().all(|pair| !pair.shared.is_empty()));
}

#[test]
fn a_merge_gives_the_kept_entry_the_wordings_and_archives_the_other() {
    let contents = shop();
    let entries = entries(&contents);
    let found = duplicates(&entries, &[]);
    let pair = found.iter().find(|pair| pair.kept.0.as_u128() == 1).unwrap();
    let [merge, archive] = pair.proposals(&entries).try_into().unwrap();
    assert_eq!((merge.origin, merge.entry_id), (ChangeOrigin::Duplicate, Some(entries[0].id)));
    assert_eq!(merge.content.variants, ["退货步骤", "如何申请退货？"]);
    assert_eq!(merge.content.answer, contents[0].answer);
    assert_eq!((archive.entry_id, archive.content.status), (Some(entries[1].id), EntryStatus::Archived));
    assert_ne!(merge.fingerprint, archive.fingerprint);
}

fn usage(id: EntryId, days: &[(i64, u32)]) -> Usage {
    Usage {
        entry_id: id,
        created_at: Timestamp(NOW.0 - 300 * DAY),
        confirmed_at: None,
        days: days
            .iter()
            .map(|(ago, answered)| DayCount {
                day: Timestamp(NOW.0 - ago * DAY),
                answered: *answered,
                offered: 0,
                read: 0,
            })
            .collect(),
        source: None,
    }
}

#[test]
fn an_entry_that_is_used_and_was_not_looked_at_is_stale_until_somebody_confirms_it() {
    let contents = shop();
    let entries = entries(&contents);
    let mut known =
        vec![usage(entries[0].id, &[(1, 15), (30, 15), (250, 500)]), usage(entries[1].id, &[(1, 5), (250, 500)])];
    let found = stale(&entries, &known, &StaleOptions::new(NOW));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].reasons, [Reason::Unconfirmed { days: 300, asked: 30 }]);
    let proposal = found[0].proposal(&entries).unwrap();
    assert_eq!((proposal.origin, &proposal.content), (ChangeOrigin::Stale, &contents[0]));
    assert!(proposal.note.zh.contains("300 天") && proposal.note.en.contains("300 days"));
    known[0].confirmed_at = Some(Timestamp(NOW.0 - DAY));
    assert_eq!(stale(&entries, &known, &StaleOptions::new(NOW)), []);
}

#[test]
fn questions_that_name_other_sizes_models_or_numbers_are_no_duplicates() {
    let pairs = |first: (&str, &str), second: (&str, &str)| {
        let contents = [faq(first.0, first.1), faq(second.0, second.1)];
        duplicates(&entries(&contents), &[]).len()
    };
    for (a, b) in [
        ("XXL 码的腰围是多少？", "XXXL 码的腰围是多少？"),
        ("L码适合多高的人穿？", "M码适合多高的人穿？"),
        ("K200 怎么连接蓝牙？", "K-300 怎么连接蓝牙？"),
        ("满 99 元包邮吗？", "满 199 元包邮吗？"),
        ("How do I reset the TX-5?", "How do I reset the TX-7?"),
        ("What is the waist of size XL?", "What is the waist of size XXL?"),
    ] {
        assert_eq!(pairs((a, "请看尺码表，大约是 90 厘米。"), (b, "请看尺码表，大约是 95 厘米。")), 0, "{a} {b}");
        // What has one answer may be one entry.
        assert_eq!(pairs((a, "请看说明书第三页。"), (b, "请看说明书第三页。")), 1, "{a} {b}");
    }
    // A question that says more of the same, and one that writes it another way.
    let same = "在“我的订单”里选中商品，点“申请售后”，再选择“退货退款”即可。";
    let other = "打开“我的订单”，选中商品点“申请售后”，选择“退货退款”。";
    assert_eq!(pairs(("7 天内怎么申请退货？", same), ("怎么申请退货？", other)), 1);
    assert_eq!(pairs(("K-200 怎么申请退货？", same), ("k200 怎么申请退货？", other)), 1);
}

#[test]
fn a_source_that_changes_again_is_told_again() {
    let contents = [faq("a?", "b")];
    let entries = entries(&contents);
    let found = |at: Timestamp| {
        let known = Usage { source: Some(SourceState::Changed { at }), ..usage(entries[0].id, &[]) };
        let found = stale(&entries, &[known], &StaleOptions::new(NOW));
        assert_eq!(found[0].reasons, [Reason::SourceChanged { at }]);
        found[0].proposal(&entries).unwrap().fingerprint
    };
    assert_ne!(found(NOW), found(Timestamp(NOW.0 - DAY)));
    assert_eq!(found(NOW), found(NOW));
}

#[test]
fn the_end_of_validity_a_lost_source_and_past_deadlines_make_an_entry_stale() {
    let contents = [
        EntryContent { valid_until: Some(Timestamp(NOW.0 + 5 * DAY)), ..faq("a?", "b") },
        EntryContent { valid_until: Some(Timestamp(NOW.0 - 5 * DAY)), ..faq("a?", "b") },
        EntryContent { valid_until: Some(Timestamp(NOW.0 + 50 * DAY)), ..faq("a?", "b") },
        faq("活动到什么时候？", "以旧换新活动在 2024 年 12 月 31 日前有效。"),
        faq("When does the offer end?", "The offer is valid until December 31, 2024."),
        faq("活动到什么时候？", "活动在 2027 年 12 月 31 日前有效。"),
        faq("公司什么时候成立的？", "公司成立于 2012 年 3 月 1 日。"),
        faq("积分何时到期？", "例如 2023 年获得的积分，到 2024 年 12 月 31 日失效。"),
        faq("c?", "d"),
    ];
    let entries = entries(&contents);
    let gone = Usage { source: Some(SourceState::Gone), ..usage(entries[8].id, &[]) };
    let found = stale(&entries, &[gone], &StaleOptions::new(NOW));
    let numbers: Vec<u128> = found.iter().map(|stale| stale.id.0.as_u128()).collect();
    assert_eq!(numbers, [1, 2, 4, 5, 9], "{found:?}");
    assert_eq!(found[0].reasons, [Reason::Ending { at: Timestamp(NOW.0 + 5 * DAY), days: 5 }]);
    assert!(matches!(&found[2].reasons[0], Reason::PastDate { date, .. } if date.starts_with("2024")));
    assert_eq!(found[4].reasons, [Reason::SourceGone]);
}

#[test]
fn an_old_entry_that_was_never_used_is_unused() {
    let contents = shop();
    let entries = entries(&contents);
    let known = [usage(entries[0].id, &[(1, 0)]), usage(entries[1].id, &[(200, 1)]), usage(entries[2].id, &[])];
    let found = unused(&entries, &known, NOW, 90);
    assert_eq!(found.iter().map(|unused| unused.id).collect::<Vec<_>>(), [entries[0].id, entries[2].id]);
    assert_eq!(found[0].proposal(&entries).unwrap().content.status, EntryStatus::Archived);
    assert_eq!(unused(&entries, &known, NOW, 301), []);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_order_of_entries_does_not_matter(order in Just((0..10_usize).collect::<Vec<_>>()).prop_shuffle()) {
        let mut contents = shop();
        contents.push(faq("蜡烛可以点多长时间？", "大约二十五小时。"));
        contents.push(faq("怎样申请退货？", "请联系客服申请退货。"));
        let entries = entries(&contents);
        let shuffled: Vec<Entry<'_>> = order.iter().map(|at| entries[*at]).collect();
        prop_assert_eq!(duplicates(&entries, &[]), duplicates(&shuffled, &[]));
        prop_assert_eq!(contradictions(&entries, &[]), contradictions(&shuffled, &[]));
    }
}
