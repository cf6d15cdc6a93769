//! Turns of an assistant that has learnt intents.

use std::collections::BTreeMap;

use yingda_classify::{Example, Options};
use yingda_entity::{Entities, Setup};
use yingda_model::{IntentAction, TraceUnderstanding};

use super::*;
use crate::KnownIntent;

const TAUGHT: &[(&str, Option<&str>, IntentAction, &[&str])] = &[
    (
        "order/cancel",
        Some("cancel"),
        IntentAction::None,
        &[
            "取消订单",
            "我要取消订单",
            "帮我取消这个订单",
            "订单取消一下",
            "这单取消了吧",
            "买错了想取消订单",
            "怎么取消",
            "能不能把订单取消掉",
            "cancel my order",
            "please cancel the order",
            "I want to cancel this order",
            "can you cancel it",
        ],
    ),
    (
        "refund/when",
        Some("refund"),
        IntentAction::None,
        &[
            "退款多久到账",
            "钱什么时候退给我",
            "退款什么时候到",
            "还没收到退款",
            "退的钱到哪了",
            "退款几天能到",
            "退款怎么还没到账",
            "when will I get my refund",
            "where is my refund",
            "how long does the refund take",
            "refund not received yet",
        ],
    ),
    (
        "invoice",
        Some("invoice"),
        IntentAction::None,
        &[
            "怎么开发票",
            "我要开发票",
            "能开发票吗",
            "发票在哪里开",
            "开一张电子发票",
            "发票抬头怎么填",
            "I need an invoice",
            "how do I get an invoice",
            "send me the invoice",
        ],
    ),
    (
        "complaint",
        None,
        IntentAction::HandOver,
        &[
            "我要投诉",
            "投诉你们的快递员",
            "投诉客服态度",
            "去哪里投诉",
            "我要投诉商家",
            "I want to file a complaint",
            "make a complaint about the courier",
            "complaint about your service",
        ],
    ),
    (
        "gift/wrap",
        None,
        IntentAction::None,
        &[
            "能包装成礼物吗",
            "有礼品包装吗",
            "礼物包装收费吗",
            "想要礼品袋",
            "帮我包成礼物",
            "can you gift wrap it",
            "is there gift wrapping",
            "gift bag please",
        ],
    ),
];
const OUTSIDE: &[&str] = &[
    "讲个笑话",
    "今天天气怎么样",
    "帮我写首诗",
    "股票会涨吗",
    "你喜欢什么颜色",
    "tell me a joke",
    "who won the match",
];

pub(super) fn taught() -> Arc<WorkspaceLanguage> {
    static LANGUAGE: LazyLock<Arc<WorkspaceLanguage>> = LazyLock::new(|| {
        let inside = TAUGHT.iter().flat_map(|(name, _, _, texts)| {
            texts.iter().map(|text| Example { text: (*text).into(), labels: vec![(*name).into()] })
        });
        let outside = OUTSIDE.iter().map(|text| Example { text: (*text).into(), labels: Vec::new() });
        let examples: Vec<Example> = inside.chain(outside).collect();
        let trained = yingda_classify::train(&examples, None, None, &Options::default(), &|_| {}).unwrap();
        let intents: BTreeMap<String, KnownIntent> = TAUGHT
            .iter()
            .map(|(name, key, action, _)| {
                let intent = KnownIntent {
                    // The name that it has now, not the one that it was trained under.
                    name: format!("{name}!"),
                    title_zh: (*name).into(),
                    title_en: (*name).into(),
                    answer_key: key.map(str::to_owned),
                    action: *action,
                };
                ((*name).to_owned(), intent)
            })
            .collect();
        let entities = Entities::new(&Setup::default()).unwrap();
        Arc::new(WorkspaceLanguage::new(Some(trained.classifier), intents, entities, None))
    });
    LANGUAGE.clone()
}

fn chat() -> Chat {
    Chat { language: Some(taught()), ..Chat::new() }
}

fn understood(plan: &TurnPlan) -> &TraceUnderstanding {
    plan.trace.understanding.as_ref().unwrap()
}

/// The texts of the messages, in order.
fn all_said(plan: &TurnPlan) -> Vec<&str> {
    let mut words = Vec::new();
    for step in &plan.steps {
        if let BotStep::Say { content, .. } = step {
            words.push(content.as_text());
        }
    }
    words
}

#[test]
fn a_sure_intent_answers_where_the_search_is_not() {
    let mut chat = Chat { thresholds: UNSURE, ..chat() };
    let plan = chat.says("我想把订单取消掉");
    assert_eq!(said(&plan), "发货前在“我的订单”里点“取消订单”。");
    assert_eq!(plan.trace.decided_by, "intent/1");
    assert!(plan.trace.why_zh.contains("order/cancel!"), "{}", plan.trace.why_zh);
    assert!(matches!(&plan.trace.decision, TraceDecision::Answer { entry_id, .. } if entry_id == "cancel"));
    let intent = &understood(&plan).intents[0];
    assert_eq!((intent.name.as_str(), intent.in_scope), ("order/cancel!", true));
    assert!(intent.probability >= INTENT_DECIDES && !intent.why.is_empty(), "{intent:?}");
    assert_eq!(said(&chat.says("please cancel my order")), "Press Cancel before it ships.");
}

#[test]
fn what_the_search_is_sure_of_it_answers_itself() {
    let plan = chat().says("怎么取消订单");
    assert_eq!(plan.trace.decided_by, "faq/1");
    assert_eq!(understood(&plan).intents[0].name, "order/cancel!");
}

#[test]
fn what_the_company_leaves_to_people_goes_to_people() {
    let plan = chat().says("我要投诉你们的快递员");
    assert_eq!(handed_over(&plan), Some(HandOverReason::Intent));
    assert!(said(&plan).contains("由人工客服为您处理"), "{}", said(&plan));
}

#[test]
fn an_intent_in_doubt_favours_what_the_search_found_too() {
    let text = "取消还是退款";
    let offered = |language| {
        let plan = Chat { thresholds: UNSURE, language, ..Chat::new() }.says(text);
        options(&plan).into_iter().map(|(id, _)| id.to_owned()).collect::<Vec<_>>()
    };
    let plan = Chat { thresholds: UNSURE, ..chat() }.says(text);
    let candidates = &understood(&plan).intents[0].candidates;
    assert!(candidates[0].probability < 0.9 && candidates[1].probability > 0.2, "not in doubt: {candidates:?}");
    let found = offered(Some(taught()));
    assert_eq!(found[..2], ["entry:cancel", "entry:refund"], "{:?} without the intents", offered(None));
}

#[test]
fn several_wishes_are_answered_in_their_order_and_none_is_forgotten() {
    let plan = chat().says("怎么开发票？另外退款多久到账");
    assert_eq!(all_said(&plan), ["确认收货后发送电子发票。", "验收后 24 小时内退款。"], "{:?}", plan.trace);
    let TraceDecision::Answers { entry_ids, open } = &plan.trace.decision else { panic!("{:?}", plan.trace.decision) };
    assert_eq!((entry_ids.as_slice(), *open), (["invoice".to_owned(), "refund".to_owned()].as_slice(), 0));

    let plan = chat().says("怎么取消订单？还有，能包装成礼物吗");
    let words = all_said(&plan);
    assert_eq!(words[0], "发货前在“我的订单”里点“取消订单”。");
    assert!(words[1].contains("能包装成礼物吗"), "{words:?}");
    assert!(matches!(plan.trace.decision, TraceDecision::Answers { open: 1, .. }));

    let plan = chat().says("退款多久到账？我要投诉快递员");
    assert_eq!(all_said(&plan)[0], "验收后 24 小时内退款。");
    assert_eq!(handed_over(&plan), Some(HandOverReason::Intent));
}

#[test]
fn questions_that_the_search_is_sure_of_are_all_answered_whatever_the_intents_see() {
    let untaught = Arc::new(WorkspaceLanguage::new(None, [], Entities::new(&Setup::default()).unwrap(), None));
    let mut chat = Chat { language: Some(untaught), ..Chat::new() };
    let plan = chat.says("怎么取消订单？另外，怎么开发票");
    assert_eq!(all_said(&plan), ["发货前在“我的订单”里点“取消订单”。", "确认收货后发送电子发票。"]);
    let plan = chat.says("How do I cancel my order? And when will I get my refund?");
    assert_eq!(all_said(&plan), ["Press Cancel before it ships.", "Within 24 hours."]);
    assert_eq!(all_said(&chat.says("怎么取消订单？怎么取消订单？")).len(), 1);
}

#[test]
fn danger_calls_people_at_once() {
    let plan = chat().says("我不想活了");
    assert_eq!(handed_over(&plan), Some(HandOverReason::Safety));
    assert!(said(&plan).contains("12356"), "{}", said(&plan));
    assert_eq!((plan.trace.decided_by.as_str(), understood(&plan).safety.label.as_str()), ("safety/1", "self_harm"));
    assert_eq!(handed_over(&chat().says("I want to kill myself")), Some(HandOverReason::Safety));
    assert_eq!(handed_over(&chat().says("I will kill you")), Some(HandOverReason::Safety));
    assert!(HandOverReason::Safety.is_urgent());
    assert_ne!(handed_over(&chat().says("这个杀虫剂能杀死蟑螂吗")), Some(HandOverReason::Safety));
}

#[test]
fn who_may_be_hurt_is_told_what_cannot_wait_and_people_are_called() {
    for (text, first) in [
        ("热水器漏电，我被电了一下", "120"),
        ("充电宝冒烟起火了", "119"),
        ("the power bank caught fire and I burned my hand", "emergency number"),
    ] {
        let plan = chat().says(text);
        assert_eq!(handed_over(&plan), Some(HandOverReason::Safety), "{text}");
        assert_eq!(understood(&plan).safety.label, "hazard", "{text}");
        assert!(said(&plan).contains(first), "{text}: {}", said(&plan));
    }
    for harmless in ["价格太炸了，必须囤两箱", "这锅着火也不怕的材质是真的吗", "that was an explosive deal, got two"]
    {
        assert_ne!(handed_over(&chat().says(harmless)), Some(HandOverReason::Safety), "{harmless}");
    }
}

#[test]
fn what_a_minor_bought_is_for_people() {
    let plan = chat().says("小孩偷偷用我手机充了六千块，他才十岁");
    assert_eq!(handed_over(&plan), Some(HandOverReason::Safety));
    assert_eq!(understood(&plan).safety.label, "minor");
    let why = plan.trace.why_en.as_str();
    assert!(why.contains("minor"), "{why}");
}

#[test]
fn whoever_is_angry_is_offered_a_person_first_and_given_one_when_nothing_answers() {
    const FURIOUS: &str = "你们这是什么破公司！太气人了，骗子，我受够了！！！";
    let mut angry = Chat { thresholds: IGNORANT, ..chat() };
    let plan = angry.says(FURIOUS);
    assert_eq!(understood(&plan).mood.emotion, "angry", "{:?}", understood(&plan).mood);
    assert_eq!(handed_over(&plan), Some(HandOverReason::Upset));
    let mut angry = Chat { thresholds: UNSURE, ..chat() };
    let plan = angry.says(FURIOUS);
    assert!(matches!(plan.trace.decision, TraceDecision::Choices { .. }), "{:?}", plan.trace.decision);
    assert_eq!(options(&plan)[0].0, HAND_OVER);
    let mut angry = chat();
    let plan = angry.says("气死我了，你们这些骗子！怎么取消订单！！！");
    assert!(matches!(plan.trace.decision, TraceDecision::Answer { .. }), "{:?}", plan.trace.decision);
    assert_eq!(options(&plan), [("hand_over", "转人工")]);
    assert_eq!(handed_over(&angry.says("好的")), None, "a plain yes is meant for the answer, not for the button");
    assert_eq!(handed_over(&Chat { thresholds: IGNORANT, ..chat() }.says("今天股市行情咋样")), None);
}

#[test]
fn whose_patience_breaks_is_given_a_person() {
    let mood = |polarity: f32, emotion: &str| TraceMood {
        polarity,
        emotion: emotion.into(),
        probability: 0.5,
        urgency: 0.0,
        politeness: 0.0,
        emotions: Vec::new(),
        urgency_words: Vec::new(),
        words: Vec::new(),
    };
    let calm = vec![mood(0.3, "neutral"), mood(0.3, "neutral"), mood(0.2, "pleased")];
    let broken = [calm.clone(), vec![mood(-0.8, "angry"), mood(-0.9, "angry")]].concat();
    let mut lost = Chat { thresholds: IGNORANT, moods: broken, ..chat() };
    assert_eq!(handed_over(&lost.says("太失望了，说了半天一点用都没有")), Some(HandOverReason::Upset));
    let mut patient = Chat { thresholds: IGNORANT, moods: calm, ..chat() };
    assert_eq!(handed_over(&patient.says("今天股市行情咋样")), None);
}

#[test]
fn the_record_names_what_was_found_and_hides_what_is_personal() {
    let plan = chat().says("我叫王小明，手机13800138000，订单QH2611050123要退299元");
    let understood = understood(&plan);
    let find = |kind: &str| understood.entities.iter().find(|entity| entity.kind == kind).unwrap();
    let phone = find("phone");
    assert_eq!((phone.text.as_str(), &phone.value), ("138****8000", &None));
    let order = find("order_number");
    assert_eq!(order.text, "QH2611050123");
    assert!(order.value.is_some() && find("money").value.is_some());
    let json = serde_json::to_string(understood).unwrap();
    assert!(!json.contains("13800138000"), "{json}");
}

#[test]
fn the_same_turn_gives_the_same_plan() {
    let plan = |text: &str| format!("{:?}", chat().says(text));
    for text in ["怎么开发票？另外退款多久到账", "我要投诉", "气死我了", "明天下午三点送到行吗", "🙂"]
    {
        assert_eq!(plan(text), plan(text));
    }
}

#[test]
fn what_is_chosen_or_cannot_be_read_is_not_read() {
    assert!(chat().hears(&tap("hand_over", "转人工")).trace.understanding.is_none());
    let voice = Content::Voice { file_id: FileId(Uuid::nil()), duration_ms: 900 };
    assert!(chat().gets(&voice).trace.understanding.is_none());
    assert!(Chat::new().says("怎么取消订单").trace.understanding.is_none());
}

#[test]
fn a_record_of_an_older_version_can_still_be_read() {
    let mut old = serde_json::to_value(Chat::new().says("怎么取消订单").trace).unwrap();
    assert!(old.as_object_mut().unwrap().get("understanding").is_none());
    old.as_object_mut().unwrap().remove("understanding");
    assert!(serde_json::from_value::<Trace>(old).unwrap().understanding.is_none());
}

#[test]
fn the_record_says_where_the_words_stand_that_carried_mood_and_urgency() {
    for said in ["太失望了，等了一周还没到，马上给我处理！", "I am SO disappointed. Fix this right NOW, it is urgent!"]
    {
        let plan = chat().says(said);
        let understood = plan.trace.understanding.unwrap();
        let words = understood.mood.words.iter().chain(&understood.mood.urgency_words);
        let placed: Vec<_> = words.clone().filter_map(|reason| Some((reason, reason.span?))).collect();
        assert!(!placed.is_empty(), "{:?}", understood.mood);
        for (reason, span) in placed {
            assert_eq!(said[span.start..span.end].to_lowercase(), reason.text.to_lowercase());
        }
        assert!(!understood.mood.urgency_words.is_empty(), "{said}: {:?}", understood.mood);
        for intent in &understood.intents {
            assert_eq!(intent.in_scope, intent.belongs >= intent.threshold, "{intent:?}");
        }
    }
}
