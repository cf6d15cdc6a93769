#![allow(clippy::unwrap_used)]

use std::sync::{Arc, LazyLock};

use proptest::prelude::*;
use uuid::Uuid;
use yingda_knowledge::Entry;
use yingda_model::{FileId, OpeningHours, Persona};

use super::*;

#[path = "turn_language_tests.rs"]
mod language;

use language::taught;

fn entry(id: &str, question: &str, answer: &str, variants: &[&str], lang: &str) -> Entry {
    Entry {
        variants: variants.iter().map(|v| (*v).to_owned()).collect(),
        lang: Some(lang.into()),
        ..Entry::new(id, question, answer)
    }
}

fn shop() -> Library {
    library([
        entry(
            "cancel",
            "怎么取消订单？",
            "发货前在“我的订单”里点“取消订单”。",
            &["刚下的单能撤掉吗", "不想要了"],
            "zh",
        ),
        entry("cancel_shipped", "已经发货的订单还能取消吗？", "发货后不能取消，可以拒收。", &["可以拒收吗"], "zh"),
        entry("refund", "退款多久到账？", "验收后 24 小时内退款。", &["钱什么时候退给我"], "zh"),
        entry("invoice", "怎么开发票？", "确认收货后发送电子发票。", &["能开专票吗"], "zh"),
        entry("hours", "人工客服几点上班？", "人工客服每天 9:00–21:00 在线。", &["人工什么时候在"], "zh"),
        entry(
            "en.cancel",
            "How do I cancel my order?",
            "Press Cancel before it ships.",
            &["I don't want it any more"],
            "en",
        ),
        entry("en.refund", "When will I get my refund?", "Within 24 hours.", &[], "en"),
    ])
}

/// Entries under their ids as keys, without the language in front.
fn library<const N: usize>(entries: [Entry; N]) -> Library {
    let keyed = entries.map(|entry| (Some(entry.id.trim_start_matches("en.").to_owned()), entry));
    Library::build(keyed, None).unwrap()
}

struct Chat {
    library: Library,
    language: Option<Arc<WorkspaceLanguage>>,
    moods: Vec<TraceMood>,
    memory: BotMemory,
    settings: InboxSettings,
    locale: Option<&'static str>,
    thresholds: Thresholds,
    now: Timestamp,
}

/// Sure of nothing: everything found is offered.
const UNSURE: Thresholds = Thresholds { answer: 1.1, offer: 0.0 };
/// Knows nothing at all.
const IGNORANT: Thresholds = Thresholds { answer: 1.1, offer: 1.1 };

impl Chat {
    fn new() -> Self {
        Self {
            library: shop(),
            language: None,
            moods: Vec::new(),
            memory: BotMemory::default(),
            settings: InboxSettings {
                persona: Persona { name_zh: "小禾".into(), name_en: "Xiaohe".into() },
                ..InboxSettings::default()
            },
            locale: Some("zh-CN"),
            thresholds: Thresholds::default(),
            now: Timestamp::parse_rfc3339("2026-11-22T13:30:00Z").unwrap(),
        }
    }

    fn gets(&self, content: &Content) -> TurnPlan {
        turn(&TurnInput {
            memory: &self.memory,
            content,
            settings: &self.settings,
            locale: self.locale,
            library: &self.library,
            view: &View::public(Timestamp(0)),
            language: self.language.as_deref(),
            moods: &self.moods,
            things: &[],
            thresholds: &self.thresholds,
            now: self.now,
            trace_id: Uuid::from_u128(1).into(),
            conversation_id: Uuid::from_u128(2).into(),
            message_id: Uuid::from_u128(3).into(),
        })
        .unwrap()
    }

    /// Takes the turn and remembers what the desk would remember.
    fn hears(&mut self, content: &Content) -> TurnPlan {
        let plan = self.gets(content);
        for step in &plan.steps {
            match step {
                BotStep::Say { outcome, offered, .. } => {
                    self.memory.pending = offered.clone();
                    match outcome {
                        BotOutcome::Failed => self.memory.failures += 1,
                        BotOutcome::Asked => {}
                        BotOutcome::Answered => self.memory.failures = 0,
                    }
                }
                BotStep::HandOver { .. } => self.memory = BotMemory::default(),
                _ => {}
            }
        }
        plan
    }

    fn says(&mut self, text: &str) -> TurnPlan {
        self.hears(&Content::text(text))
    }
}

fn tap(id: &str, label: &str) -> Content {
    Content::Text { text: label.into(), choice: Some(Choice { id: id.into(), label: label.into() }) }
}

/// What the first step says.
fn said(plan: &TurnPlan) -> &str {
    match &plan.steps[0] {
        BotStep::Say { content, .. } => content.as_text(),
        other => panic!("expected words first, got {other:?}"),
    }
}

fn options(plan: &TurnPlan) -> Vec<(&str, &str)> {
    match &plan.steps[0] {
        BotStep::Say { content: Content::Choices { options, .. }, .. } => {
            options.iter().map(|option| (option.id.as_str(), option.label.as_str())).collect()
        }
        _ => Vec::new(),
    }
}

fn handed_over(plan: &TurnPlan) -> Option<HandOverReason> {
    plan.steps.iter().find_map(|step| match step {
        BotStep::HandOver { reason, .. } => Some(*reason),
        _ => None,
    })
}

#[test]
fn a_known_question_is_answered_with_the_entrys_own_words() {
    let mut chat = Chat::new();
    let plan = chat.says("请问如何取消订单？");
    assert_eq!(said(&plan), "发货前在“我的订单”里点“取消订单”。");
    assert!(matches!(&plan.trace.decision, TraceDecision::Answer { entry_id, .. } if entry_id == "cancel"));
    assert_eq!(said(&chat.says("when will i get my refund")), "Within 24 hours.");
}

#[test]
fn the_trace_tells_what_was_weighed_and_why() {
    let trace = Chat::new().says("如何取消订单　？？").trace;
    assert_eq!(
        (trace.input.as_str(), trace.language.as_str(), trace.decided_by.as_str()),
        ("如何取消订单 ?", "zh", "faq/1")
    );
    assert_eq!(trace.candidates[0].entry_id, "cancel");
    assert!(trace.candidates[0].terms.iter().any(|term| term.term == "取消" && term.matched));
    assert!(trace.why_zh.contains("怎么取消订单？") && trace.why_zh.contains("门槛"), "{}", trace.why_zh);
    assert!(trace.why_en.contains("threshold"), "{}", trace.why_en);
}

#[test]
fn the_same_input_always_gives_the_same_plan() {
    let chat = Chat::new();
    let once = chat.gets(&Content::text("订单取消退款"));
    let again = chat.gets(&Content::text("订单取消退款"));
    assert_eq!(once.trace, again.trace);
    assert_eq!(format!("{:?}", once.steps), format!("{:?}", again.steps));
}

#[test]
fn an_unclear_question_is_asked_back_with_ways_out() {
    let mut chat = Chat { thresholds: UNSURE, ..Chat::new() };
    let plan = chat.says("订单");
    let offered = options(&plan);
    assert!(offered.len() >= 3, "{offered:?}");
    assert!(offered[0].0.starts_with("entry:"));
    assert_eq!(offered[offered.len() - 2..], [("none", "以上都不是"), ("hand_over", "转人工")]);
    assert!(matches!(plan.trace.decision, TraceDecision::Choices { .. }));
    assert_eq!(handed_over(&plan), None);

    let label = offered[1].1.to_owned();
    let second = offered[1].0.trim_start_matches("entry:").to_owned();
    let answer = chat.library.entry(&second).unwrap().answer.clone();
    let pending = chat.memory.clone();
    for reply in [
        Content::text("第二个"),
        Content::text("2"),
        Content::text(label.clone()),
        tap(&format!("entry:{second}"), &label),
    ] {
        chat.memory = pending.clone();
        assert_eq!(said(&chat.hears(&reply)), answer, "{reply:?}");
    }
}

#[test]
fn an_english_offer_is_in_english_and_a_number_answers_it_in_english() {
    let mut chat = Chat { thresholds: UNSURE, ..Chat::new() };
    let plan = chat.says("order");
    let offered = options(&plan);
    assert_eq!(offered[0].0, "entry:en.cancel", "{offered:?}");
    assert_eq!(offered[offered.len() - 2..], [("none", "None of these"), ("hand_over", "Talk to a person")]);
    let last = offered.len();
    let plan = chat.says(&last.to_string());
    assert!(said(&plan).starts_with("Of course. I'm transferring you"), "{}", said(&plan));
}

#[test]
fn a_tap_on_an_entry_that_is_gone_is_admitted() {
    let plan = Chat::new().hears(&tap("entry:deleted", "怎么赊账？"));
    assert!(said(&plan).contains("已经更新"));
    assert_eq!(options(&plan), [("hand_over", "转人工")]);
}

#[test]
fn who_asks_for_a_person_gets_one_with_a_word_first() {
    for (text, word) in
        [("转人工", "正在为您转接人工客服"), ("I want to talk to a person", "transferring you to a person")]
    {
        let plan = Chat::new().says(text);
        assert!(said(&plan).contains(word), "{text}: {}", said(&plan));
        assert_eq!(handed_over(&plan), Some(HandOverReason::Requested));
        assert!(matches!(plan.trace.decision, TraceDecision::HandOver { .. }));
    }
    assert_eq!(handed_over(&Chat::new().hears(&tap("hand_over", "转人工"))), Some(HandOverReason::Requested));
}

#[test]
fn a_question_about_people_is_a_question() {
    let plan = Chat::new().says("人工客服几点上班？");
    assert_eq!(said(&plan), "人工客服每天 9:00–21:00 在线。");
    assert_eq!(handed_over(&Chat::new().says("不要转人工")), None);
    assert_eq!(handed_over(&Chat::new().says("don't transfer me")), None);
}

#[test]
fn what_cannot_be_read_goes_to_people() {
    let file_id: FileId = Uuid::from_u128(9).into();
    for (content, zh, en) in [
        (Content::Image { file_id, name: "IMG_1.png".into() }, "小禾暂时看不了图片", "look at pictures"),
        (Content::File { file_id, name: "a.pdf".into(), size: 3 }, "看不了文件", "read files"),
        (Content::Voice { file_id, duration_ms: 900 }, "听不了语音", "listen to voice messages"),
    ] {
        let mut chat = Chat::new();
        let plan = chat.gets(&content);
        assert!(said(&plan).contains(zh), "{}", said(&plan));
        assert_eq!(handed_over(&plan), Some(HandOverReason::CannotRead));
        chat.locale = Some("en");
        assert!(said(&chat.gets(&content)).contains(en));
    }
}

#[test]
fn what_is_not_known_is_admitted_and_the_second_time_people_take_over() {
    let mut chat = Chat { thresholds: IGNORANT, ..Chat::new() };
    let plan = chat.says("今天股市行情咋样");
    assert!(said(&plan).contains("小禾暂时还回答不了"), "{}", said(&plan));
    assert_eq!(options(&plan), [("hand_over", "转人工")]);
    assert!(matches!(plan.trace.decision, TraceDecision::Unknown { failures_in_a_row: 1, .. }));
    let plan = chat.says("what is the capital of France");
    assert_eq!(handed_over(&plan), Some(HandOverReason::RepeatedFailure));
    assert!(said(&plan).contains("Sorry that I could not help"));
}

#[test]
fn an_answer_between_failures_starts_the_count_again() {
    let mut chat = Chat { thresholds: IGNORANT, ..Chat::new() };
    chat.says("今天股市行情咋样");
    chat.thresholds = Thresholds::default();
    chat.says("怎么开发票");
    chat.thresholds = IGNORANT;
    assert_eq!(handed_over(&chat.says("今天股市行情咋样")), None);
}

#[test]
fn offers_in_vain_lead_to_a_person() {
    let mut chat = Chat { thresholds: UNSURE, ..Chat::new() };
    chat.says("订单");
    let plan = chat.hears(&tap("none", "以上都不是"));
    assert_eq!(handed_over(&plan), None);
    assert!(said(&plan).contains("换个说法"));
    chat.says("订单");
    assert_eq!(handed_over(&chat.says("都不是")), Some(HandOverReason::RepeatedFailure));
}

#[test]
fn a_yes_to_the_offer_of_a_person_is_a_wish_for_one() {
    let mut chat = Chat { thresholds: IGNORANT, ..Chat::new() };
    chat.says("今天股市行情咋样");
    assert_eq!(handed_over(&chat.says("好的")), Some(HandOverReason::Requested));
}

#[test]
fn outside_opening_hours_the_customer_is_told_when_people_are_back() {
    let mut chat = Chat::new();
    chat.settings.hours =
        Some(OpeningHours { utc_offset_minutes: 480, days: [Some((540, 1260)); 7], holidays: Vec::new() });
    let plan = chat.says("转人工");
    assert_eq!(
        said(&plan),
        "好的。人工客服现在不在线，明天 9:00（北京时间）上班。您的消息已经保留，上班后会尽快回复您。"
    );
    assert_eq!(handed_over(&plan), Some(HandOverReason::Requested));
    assert_eq!(
        said(&chat.says("human please")),
        "Of course. Our people are not here right now; they will be back tomorrow at 9:00 (Beijing time). Your message is kept, \
         and they will answer it."
    );
}

fn kettles() -> yingda_graph::Graph {
    let schema = "kind,name,of,value,unit,label:zh,label:en,synonyms,more,less,to,inverse,inverse_label:zh,inverse_label:en,inverse_synonyms
type,kettle,,,,水壶,kettle,,,,,,,,
attribute,price,kettle,number,CNY,价格,price,多少钱,贵|expensive,便宜|cheap,,,,,
";
    let things = "id,type,name:zh,name:en,price[CNY]
K1,kettle,玻璃水壶,Glass Kettle,259
K2,kettle,旅行水壶,Travel Kettle,119
";
    yingda_graph::read_graph(schema, &[things], &[]).unwrap()
}

#[test]
fn a_figure_is_told_from_the_graph_with_the_facts_that_it_rests_on() {
    let mut chat = Chat::new();
    chat.library = shop().with_graph(kettles());
    let plan = chat.says("玻璃水壶多少钱？");
    assert_eq!(said(&plan), "玻璃水壶的价格是 259 元。");
    let TraceDecision::Graph { things, facts, .. } = &plan.trace.decision else { panic!("{:?}", plan.trace) };
    assert_eq!((things.as_slice(), facts.len()), (["K1".to_owned()].as_slice(), 1));
    assert!(facts[0].contains("259") && plan.trace.why_en.contains("259"));
}

#[test]
fn a_question_that_somebody_wrote_down_is_answered_with_their_answer_before_the_graphs() {
    let mut chat = Chat::new();
    let written = entry("price", "玻璃水壶多少钱？", "本周特价 199 元。", &[], "zh");
    chat.library = library([written]).with_graph(kettles());
    assert_eq!(said(&chat.says("玻璃水壶多少钱")), "本周特价 199 元。");
}

#[test]
fn an_entry_in_another_language_still_answers_when_it_is_certain() {
    let mut chat = Chat::new();
    chat.library = library([entry("sku", "青禾电热水壶 QH-KT17 的功率是多少？", "1500 W。", &["QH-KT17 power"], "zh")]);
    assert_eq!(said(&chat.says("QH-KT17 power?")), "(This is available in Chinese only.)\n\n1500 W。");
}

#[test]
fn a_greeting_is_greeted_even_by_an_empty_knowledge_base() {
    let mut chat = Chat::new();
    chat.library = library([]);
    assert_eq!(said(&chat.says("你好")), "您好！请问有什么可以帮您？");
    assert_eq!(said(&chat.says("Hello!")), "Hello! How can we help you?");
    assert!(said(&chat.says("谢谢")).starts_with("不客气"));
    assert_eq!(chat.memory.failures, 0);
}

#[test]
fn a_card_is_read_by_its_words() {
    let card = Content::Card { title: "怎么开发票".into(), text: String::new(), image_url: None, url: None };
    assert_eq!(said(&Chat::new().gets(&card)), "确认收货后发送电子发票。");
}

#[test]
fn an_answer_with_control_characters_can_still_be_sent() {
    let mut chat = Chat::new();
    chat.library =
        library([entry("a", "怎么开票", "好\u{0}的\u{7}", &[], "zh"), entry("b", "怎么付款", "\u{0}", &[], "zh")]);
    assert_eq!(said(&chat.says("怎么开票")), "好的");
    assert_eq!(said(&chat.says("怎么付款")), "…");
}

fn any_content() -> impl Strategy<Value = Content> {
    let words = prop_oneof![
        any::<String>(),
        "[转人工客服找要不怎么订单取消退款几点0-9 ,。a-z]{0,24}",
        "(i|dont|want|talk|to|a|bot|human|agent|person|need|the|no|stop|someone| ){0,12}",
        "[\u{200b}\u{0300}-\u{0305}ＡＢ人工不要]{0,12}",
    ];
    (words, proptest::option::of(("(entry:|none|hand_over|x)", any::<String>()))).prop_map(|(text, choice)| {
        Content::Text { text, choice: choice.map(|(kind, rest)| Choice { id: format!("{kind}{rest}"), label: rest }) }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_message_gets_at_least_one_step_that_the_desk_accepts(
        messages in proptest::collection::vec(any_content(), 1..4),
        failures in any::<u8>(),
        now in any::<i64>(),
        closed in any::<bool>(),
        understands in any::<bool>(),
        locale in proptest::option::of("[a-zA-Z-]{0,6}"),
    ) {
        thread_local! {
            static SHOP: (Library, Arc<WorkspaceLanguage>) = (shop(), taught());
        }
        let mut settings = InboxSettings::default();
        if closed {
            settings.hours = Some(OpeningHours { utc_offset_minutes: 345, days: [None; 7], holidays: Vec::new() });
        }
        let mut memory = BotMemory { failures, ..BotMemory::default() };
        for content in &messages {
            let plan = SHOP.with(|(library, language)| turn(&TurnInput {
                memory: &memory,
                content,
                settings: &settings,
                locale: locale.as_deref(),
                library,
                view: &View::public(Timestamp(now)),
                language: Some(language.as_ref()).filter(|_| understands),
                moods: &[],
                things: &[],
                thresholds: &Thresholds::default(),
                now: Timestamp(now),
                trace_id: Uuid::from_u128(1).into(),
                conversation_id: Uuid::from_u128(2).into(),
                message_id: Uuid::from_u128(3).into(),
            })).unwrap();
            prop_assert!(!plan.steps.is_empty());
            for step in &plan.steps {
                if let BotStep::Say { content, offered, .. } = step {
                    prop_assert_eq!(content.check(), Ok(()));
                    memory.pending = offered.clone();
                }
            }
            prop_assert!(!plan.trace.why_zh.is_empty() && !plan.trace.why_en.is_empty());
        }
    }
}
