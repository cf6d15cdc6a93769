//! Gaps: what nobody answered, gathered.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use uuid::Uuid;
use yingda_model::{
    ChangeEvidence, ChangeOrigin, ContactId, ConversationId, EntryContent, EntryId, EntryStatus, Timestamp,
};
use yingda_upkeep::{Asked, EarlierGap, Entry, Gap, GapOptions, Need, Outcome, gaps};

const DAY: i64 = 24 * 60 * 60 * 1000;
const NOW: Timestamp = Timestamp(1_790_000_000_000);

fn asked(number: u128, text: &str, days_ago: i64) -> Asked {
    Asked {
        text: text.to_owned(),
        lang: None,
        at: Timestamp(NOW.0 - days_ago * DAY),
        conversation_id: ConversationId(Uuid::from_u128(number)),
        contact_id: Some(ContactId(Uuid::from_u128(number / 2))),
        outcome: Outcome::Unanswered,
    }
}

/// Three subjects in two languages, each with a direction of its own; languages are shifted apart as real models do.
fn week() -> (Vec<Asked>, Vec<Option<Vec<f32>>>) {
    let subjects: [&[&str]; 3] = [
        &[
            "可以以旧换新吗",
            "旧电器能换新的吗",
            "有没有以旧换新活动",
            "以旧换新怎么弄",
            "do you take old appliances in part exchange",
            "can I trade in my old kettle",
            "trade-in for an old one",
            "is there a trade-in programme",
            "我想以旧换新",
            "以旧换新补贴多少",
        ],
        &[
            "能上门安装吗",
            "安装师傅什么时候来",
            "安装要钱吗",
            "需要自己装吗",
            "do you install it at home",
            "is installation included",
            "who installs the lamp",
            "installation service please",
            "上门安装收费吗",
            "谁来安装",
        ],
        &[
            "有没有学生优惠",
            "学生证可以打折吗",
            "学生价多少",
            "大学生有折扣吗",
            "student discount",
            "is there a discount for students",
            "I am a student, do I pay less",
            "student price",
            "学生能便宜吗",
            "学生认证在哪",
        ],
    ];
    let (mut questions, mut vectors) = (Vec::new(), Vec::new());
    for (subject, texts) in subjects.iter().enumerate() {
        for (number, text) in texts.iter().enumerate() {
            let mut vector = vec![0.01 * (number as f32); 8];
            vector[subject] = 1.0;
            vector[number % 5 + 3] += 0.15;
            vector[7] = if text.is_ascii() { 3.0 } else { -3.0 };
            questions.push(asked((subject * 10 + number) as u128, text, (number as i64) * 2));
            vectors.push(Some(vector));
        }
    }
    (questions, vectors)
}

fn find(questions: &[Asked], vectors: &[Option<Vec<f32>>]) -> Vec<Gap> {
    gaps(questions, vectors, &[], &[], &[], &GapOptions::new(NOW))
}

#[test]
fn questions_of_one_meaning_are_one_gap_in_both_languages() {
    let (questions, vectors) = week();
    let found = find(&questions, &vectors);
    assert_eq!(found.len(), 3, "{:?}", found.iter().map(|gap| (&gap.label, gap.count)).collect::<Vec<_>>());
    for gap in &found {
        assert_eq!((gap.count, gap.customers, gap.need), (10, 5, Need::Entry));
        assert_eq!(gap.lang, "zh");
        assert!(gap.examples.iter().any(|example| example.lang == "en"));
        assert_eq!((gap.this_week, gap.last_week), (4, 3));
        assert_eq!(gap.outcomes[&Outcome::Unanswered], 10);
    }
}

#[test]
fn without_embeddings_words_decide() {
    let texts =
        ["可以以旧换新吗", "以旧换新怎么弄", "你们有以旧换新吗", "能上门安装吗", "上门安装收费吗", "上门安装要多久"];
    let questions: Vec<Asked> = texts.iter().enumerate().map(|(at, text)| asked(at as u128, text, 1)).collect();
    let found = find(&questions, &[]);
    let counts: Vec<u32> = found.iter().map(|gap| gap.count).collect();
    assert_eq!(counts, [3, 3]);
}

#[test]
fn greetings_and_one_customers_repetitions_are_no_gap() {
    let mut questions = vec![asked(1, "你好", 1), asked(2, "你好", 1), asked(3, "hello?", 1), asked(4, "hello?", 1)];
    questions.extend((0..5).map(|_| asked(9, "可以以旧换新吗", 1)));
    assert_eq!(find(&questions, &[]), []);
}

#[test]
fn masked_data_does_not_gather_questions() {
    let questions = [asked(1, "我叫[PERSON]，以旧换新怎么弄", 1), asked(2, "我叫[PERSON]，学生证打折吗", 1)];
    assert_eq!(find(&questions, &[]), []);
}

#[test]
fn a_gap_near_an_entry_proposes_wordings_and_another_one_an_entry() {
    let contents = [
        EntryContent {
            question: "可以以旧换新吗？".into(),
            answer: "可以。".into(),
            lang: Some("zh".into()),
            category: Some("orders".into()),
            ..EntryContent::default()
        },
        EntryContent {
            question: "怎么开发票？".into(),
            answer: "点申请发票。".into(),
            lang: Some("zh".into()),
            category: Some("invoices".into()),
            ..EntryContent::default()
        },
        EntryContent {
            question: "学生优惠".into(),
            answer: "没有。".into(),
            status: EntryStatus::Archived,
            ..EntryContent::default()
        },
    ];
    let entries: Vec<Entry<'_>> = contents
        .iter()
        .enumerate()
        .map(|(at, content)| Entry { id: EntryId(Uuid::from_u128(at as u128)), content, updated_at: NOW })
        .collect();
    let texts =
        ["以旧换新怎么弄", "你们有以旧换新吗", "以旧换新可以吗", "学生有没有优惠", "学生优惠怎么领", "有学生优惠吗"];
    let questions: Vec<Asked> = texts.iter().enumerate().map(|(at, text)| asked(at as u128, text, 1)).collect();
    let found = gaps(&questions, &[], &entries, &[], &[], &GapOptions::new(NOW));
    let near = found.iter().find(|gap| gap.need == Need::Variants).unwrap();
    let missing = found.iter().find(|gap| gap.need == Need::Entry).unwrap();
    let proposal = near.proposal(&entries);
    assert_eq!((proposal.origin, proposal.entry_id), (ChangeOrigin::Gap, Some(entries[0].id)));
    assert_eq!(proposal.content.answer, "可以。");
    assert_eq!(proposal.content.variants.len(), 3);
    let proposal = missing.proposal(&entries);
    assert_eq!((proposal.entry_id, proposal.content.answer.as_str()), (None, ""));
    assert!(proposal.content.question.contains("学生"));
    assert!(
        matches!(&proposal.evidence[0], ChangeEvidence::Note { zh, en } if zh.contains("3 次") && en.contains("3 times"))
    );
}

#[test]
fn a_gap_keeps_its_id_when_it_grows() {
    let (questions, vectors) = week();
    let first = find(&questions[..8], &vectors[..8]);
    let earlier: Vec<EarlierGap> = first
        .iter()
        .map(|gap| EarlierGap {
            id: gap.id.clone(),
            questions: std::iter::once(gap.label.clone()).chain(gap.examples.iter().map(|e| e.text.clone())).collect(),
            refused_at: None,
        })
        .collect();
    let later = gaps(&questions, &vectors, &[], &[], &earlier, &GapOptions::new(NOW));
    let of = |gaps: &[Gap]| {
        gaps.iter().find(|gap| gap.examples.iter().any(|example| example.text.contains("以旧换新"))).unwrap().id.clone()
    };
    assert_eq!(of(&first), of(&later));
}

#[test]
fn a_refused_gap_comes_back_only_when_it_has_grown_by_half() {
    let texts =
        ["可以以旧换新吗", "以旧换新怎么弄", "你们有以旧换新吗", "以旧换新多少钱", "我要以旧换新", "以旧换新在哪"];
    let questions: Vec<Asked> = texts.iter().enumerate().map(|(at, text)| asked(at as u128, text, 1)).collect();
    let first = find(&questions[..4], &[]);
    let earlier = [EarlierGap {
        id: first[0].id.clone(),
        questions: texts[..4].iter().map(|text| (*text).to_owned()).collect(),
        refused_at: Some(4),
    }];
    let again = |count: usize| gaps(&questions[..count], &[], &[], &[], &earlier, &GapOptions::new(NOW));
    assert_eq!(again(4), []);
    assert_eq!(again(5), []);
    assert_eq!(again(6)[0].id, first[0].id);
}

#[test]
fn strange_embeddings_are_passed_over() {
    let (questions, mut vectors) = week();
    vectors[0] = Some(vec![f32::NAN; 8]);
    vectors[1] = Some(vec![1.0; 3]);
    vectors[2] = Some(Vec::new());
    vectors[3] = None;
    vectors.truncate(29);
    assert!(find(&questions, &vectors).len() >= 3);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_order_of_questions_does_not_matter(order in Just((0..30_usize).collect::<Vec<_>>()).prop_shuffle(), with_vectors: bool) {
        let (questions, vectors) = week();
        let vectors = if with_vectors { vectors } else { vec![None; 30] };
        let shuffled: Vec<Asked> = order.iter().map(|at| questions[*at].clone()).collect();
        let moved: Vec<Option<Vec<f32>>> = order.iter().map(|at| vectors[*at].clone()).collect();
        prop_assert_eq!(find(&questions, &vectors), find(&shuffled, &moved));
    }

    #[test]
    fn no_text_makes_it_fail(texts in prop::collection::vec("\\PC{0,40}|[你好怎么退货吗0-9 \\[\\]*#|?？。a-z]{0,30}", 0..12), lengths in prop::collection::vec(0..4_usize, 0..12)) {
        let questions: Vec<Asked> = texts.iter().enumerate().map(|(at, text)| asked(at as u128, text, at as i64)).collect();
        let vectors: Vec<Option<Vec<f32>>> = lengths.iter().map(|length| (*length > 0).then(|| vec![1.0; *length])).collect();
        let contents: Vec<EntryContent> = texts.iter().map(|text| EntryContent { question: text.clone(), answer: texts.join("\n"), variants: texts.clone(), ..EntryContent::default() }).collect();
        let entries: Vec<Entry<'_>> = contents.iter().enumerate().map(|(at, content)| Entry { id: EntryId(Uuid::from_u128(at as u128)), content, updated_at: NOW }).collect();
        for gap in gaps(&questions, &vectors, &entries, &vectors, &[], &GapOptions::new(NOW)) {
            gap.proposal(&entries);
        }
        for pair in yingda_upkeep::duplicates(&entries, &vectors) {
            pair.proposals(&entries);
        }
        for found in yingda_upkeep::contradictions(&entries, &vectors) {
            found.proposal(&entries);
        }
        for stale in yingda_upkeep::stale(&entries, &[], &yingda_upkeep::StaleOptions::new(NOW)) {
            stale.proposal(&entries);
        }
    }
}
