//! Questions find their entries, however they are put.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use yingda_knowledge::eval::{Expected, Question, evaluate, parse_questions};
use yingda_knowledge::{Decision, Entry, Index, IndexError, Thresholds, decide};

fn entry(id: &str, question: &str, answer: &str, variants: &[&str]) -> Entry {
    Entry { variants: variants.iter().map(|v| (*v).to_owned()).collect(), ..Entry::new(id, question, answer) }
}

fn shop() -> Index {
    Index::build([
        entry("cancel", "怎么取消订单？", "发货前在“我的订单”里点“取消订单”。", &["刚下的单能撤掉吗", "不想要了"]),
        entry(
            "refund",
            "退款多久到账？",
            "验收后 24 小时内退款，微信零钱即时到账，银行卡 1 到 5 个工作日。",
            &["钱什么时候退给我"],
        ),
        entry("invoice", "怎么开发票？", "确认收货后 24 小时内发送电子发票到邮箱。", &["能开增值税专用发票吗"]),
        entry("track", "怎么查物流？", "在“我的订单”里看快递单号和物流信息。", &["我的快递到哪了"]),
        entry("stores", "你们有实体店吗？", "杭州、上海、成都各有一家门店。", &[]),
        entry(
            "en.cancel",
            "How do I cancel my order?",
            "Open My orders and press Cancel before it ships.",
            &["I don't want it any more"],
        ),
        entry("en.refund", "When will I get my refund?", "Within 24 hours after the parcel passes inspection.", &[]),
        entry("en.track", "How can I track my parcel?", "Open My orders and press Track.", &["Where is my package?"]),
    ])
    .unwrap()
}

fn best(index: &Index, query: &str) -> String {
    index.search_text(query, 5).unwrap().first().map(|hit| hit.entry_id.clone()).unwrap_or_default()
}

#[test]
fn paraphrases_synonyms_and_slips_find_the_entry() {
    let index = shop();
    for (query, id) in [
        ("怎么取消订单", "cancel"),
        ("如何撤销订单？？", "cancel"),
        ("退个款要几天", "refund"),
        ("我想开票", "invoice"),
        ("包裹查询", "track"),
        ("有线下门店没", "stores"),
        ("ＣＡＮＣＥＬ　my order", "en.cancel"),
        ("cancelling orders", "en.cancel"),
        ("refnud when", "en.refund"),
        ("tracking of packages", "en.track"),
    ] {
        assert_eq!(best(&index, query), id, "{query}");
    }
}

#[test]
fn traditional_and_simplified_characters_are_the_same() {
    let index = shop();
    for (query, id) in [("怎麼取消訂單？", "cancel"), ("退款多久到賬", "refund"), ("怎麼查物流", "track")]
    {
        assert_eq!(best(&index, query), id, "{query}");
        assert_eq!(index.search_text("怎麼取消訂單？", 1).unwrap()[0].confidence, 1.0);
    }
    let taiwan =
        Index::build([entry("a", "怎麼開發票？", "確認收貨後寄出。", &[]), entry("b", "門市在哪裡？", "台北。", &[])])
            .unwrap();
    assert_eq!(taiwan.search_text("怎么开发票", 1).unwrap()[0].confidence, 1.0);
    assert_eq!(taiwan.search_text("怎么开发票", 1).unwrap()[0].question, "怎麼開發票？");
    assert_eq!(best(&taiwan, "门店在哪"), "b");
}

#[test]
fn characters_of_the_same_sound_and_pinyin_find_the_entry() {
    let index = shop();
    for (query, id) in [
        ("退宽多久到帐", "refund"),
        ("怎么取小定单", "cancel"),
        ("怎么开发漂", "invoice"),
        ("怎么查勿流", "track"),
        ("zenme quxiao dingdan", "cancel"),
        ("tuikuan duojiu daozhang", "refund"),
        ("怎么kai发票", "invoice"),
        ("你们有实体电吗", "stores"),
    ] {
        assert_eq!(best(&index, query), id, "{query} {:?}", index.corrected(query));
    }
}

#[test]
fn english_misspellings_find_the_entry() {
    let index = shop();
    for (query, id) in [
        ("how do i cancle my oder", "en.cancel"),
        ("howdoicancelmyorder", "en.cancel"),
        ("where is my pakage", "en.track"),
        ("trak my parsel", "en.track"),
        ("wehn will i get my re fund", "en.refund"),
        ("wnen do I get teh refnud", "en.refund"),
    ] {
        assert_eq!(best(&index, query), id, "{query} {:?}", index.corrected(query));
    }
}

#[test]
fn of_entries_that_fit_alike_those_in_the_language_of_the_question_come_first() {
    let entry =
        |id: &str, question: &str, lang: &str| Entry { lang: Some(lang.to_owned()), ..Entry::new(id, question, "VIP") };
    let index = Index::build([
        entry("en", "VIP club", "en"),
        entry("zh", "VIP 俱乐部", "zh-CN"),
        entry("ja", "VIP クラブ", "ja"),
    ])
    .unwrap();
    assert_eq!(best(&index, "VIP 怎么开"), "zh");
    assert_eq!(best(&index, "how do I become a VIP"), "en");
}

#[test]
fn the_very_question_or_variant_is_answered_with_certainty() {
    let index = shop();
    for (query, id) in [("怎么取消订单", "cancel"), ("不想要了！", "cancel"), ("where is my package", "en.track")]
    {
        let hits = index.search_text(query, 3).unwrap();
        assert_eq!(hits[0].confidence, 1.0, "{query}");
        let decision = decide(&hits, &Thresholds::default());
        assert!(matches!(decision, Decision::Answer { hit } if hit.entry_id == id), "{query}");
    }
}

#[test]
fn what_nobody_wrote_about_is_not_answered() {
    let index = shop();
    for query in ["今天天气怎么样", "帮我写一首诗", "what is the capital of France", "🎉", "", "？？？", "的"]
    {
        let hits = index.search_text(query, 5).unwrap();
        let decision = decide(&hits, &Thresholds::default());
        assert!(!matches!(decision, Decision::Answer { .. }), "{query}: {hits:?}");
    }
}

#[test]
fn a_hit_explains_itself() {
    let hits = shop().search_text("撤销 QH2611050123 订单", 1).unwrap();
    let hit = &hits[0];
    assert_eq!(hit.matched, "怎么取消订单？");
    let near: Vec<_> = hit.terms.iter().map(|t| (t.term.as_str(), t.matched)).collect();
    assert_eq!(near, [("撤销", 0.85), ("qh2611050123", 0.0), ("订单", 1.0)]);
    assert!(hit.terms.iter().all(|t| (0.0..=1.0).contains(&t.weight)));
}

#[test]
fn an_empty_index_finds_nothing_and_ids_must_differ() {
    assert_eq!(Index::build([]).unwrap().search_text("退款", 5).unwrap(), []);
    let twice = Index::build([Entry::new("a", "x", "y"), Entry::new("a", "z", "y")]);
    assert!(matches!(twice, Err(IndexError::DuplicateId(id)) if id == "a"));
}

#[test]
fn the_shortest_questions_are_found() {
    let index = Index::build([Entry::new("a", "嗨", "您好！"), Entry::new("b", "Hi", "Hello!")]).unwrap();
    for (query, id) in [("嗨！", "a"), ("hi", "b")] {
        assert_eq!(index.search_text(query, 1).unwrap()[0].confidence, 1.0, "{query}");
        assert_eq!(best(&index, query), id);
    }
}

#[test]
fn an_index_of_one_entry_answers_its_question() {
    let index = Index::build([Entry::new("a", "怎么取消订单？", "这样。")]).unwrap();
    let hits = index.search_text("如何取消订单", 5).unwrap();
    assert!(matches!(decide(&hits, &Thresholds::default()), Decision::Answer { .. }), "{hits:?}");
}

#[test]
fn the_size_is_told() {
    let stats = shop().stats();
    assert_eq!((stats.entries, stats.wordings, stats.passages, stats.pending), (8, 15, 8, 23));
}

#[test]
fn evaluation_counts_what_was_found() {
    let index = shop();
    let question = |text: &str, expected| Question { text: text.to_owned(), expected };
    let wording = |text: &str| Expected::Wording(text.to_owned());
    let mut seen = 0;
    let report = evaluate(
        &index,
        &[
            question("怎么取消订单", wording("怎么取消订单?")),
            question("怎么取消订单", wording("你们有实体店吗？")),
            question("怎么取消订单", wording("不在库里")),
            question("怎么取消订单", Expected::Ids(vec!["x".into(), "cancel".into()])),
            question("不想要了", Expected::NotWording("怎么取消订单？".into())),
            question("今天天气", Expected::NotWording("怎么取消订单？".into())),
            question("今天天气", Expected::Nothing),
        ],
        &Thresholds::default(),
        |_| None,
        |done| seen = done,
    )
    .unwrap();
    assert_eq!(seen, 7);
    assert_eq!((report.questions, report.queries_with_answer, report.answer_not_in_kb), (7, 3, 1));
    assert_eq!((report.decisions.answered_right, report.decisions.answered_wrong), (2, 1));
    assert!((report.hit1 - 2.0 / 3.0).abs() < 1e-9);
    assert_eq!((report.negatives, report.negatives_answered, report.negatives_answered_with_q1), (2, 1, 1));
    assert_eq!((report.unanswerable, report.unanswerable_answered), (1, 0));
    assert_eq!(report.misses.len(), 1);
}

#[test]
fn bad_questions_are_named() {
    let (questions, bad) = parse_questions(
        b"{\"q1\":\"a\",\"q2\":\"b\",\"label\":1}\n\n{\"q1\":\"a\",\"q2\":\"b\",\"label\":2}\n{\"q1\":\"a\",\"label\":0}\nx\n{\"q1\":\"a\",\"q2\":\" \",\"label\":0}\n{\"query\":\"a\",\"relevant\":[1,\"b\"]}\n{\"query\":\"a\",\"lang\":\"en\"}\n{\"query\":\"a\",\"relevant\":\"b\"}",
    );
    let expected: Vec<_> = questions.into_iter().map(|question| question.expected).collect();
    assert_eq!(
        expected,
        [Expected::Wording("a".into()), Expected::Ids(vec!["1".into(), "b".into()]), Expected::Nothing]
    );
    let told: Vec<_> = bad.iter().map(ToString::to_string).collect();
    assert_eq!(
        told.iter().map(|line| line.split(':').next().unwrap()).collect::<Vec<_>>(),
        ["line 3", "line 4", "line 5", "line 6", "line 9"]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_may_be_indexed_and_asked(
        texts in proptest::collection::vec(any::<String>(), 3),
        query in any::<String>(),
    ) {
        let index = Index::build([entry("a", &texts[0], &texts[1], &[&texts[2]]), entry("b", &query, "", &[])]).unwrap();
        let hits = index.search_text(&query, 10).unwrap();
        let _ = index.corrected(&texts[0]);
        prop_assert!(hits.is_sorted_by(|a, b| a.confidence >= b.confidence));
        prop_assert!(hits.iter().all(|hit| (0.0..=1.0).contains(&hit.confidence) && hit.bm25.is_finite()));
    }
}
