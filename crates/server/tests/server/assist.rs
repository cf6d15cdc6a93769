//! What language models do for agents and editors: suggestions that hold, and what happens when they do not.

use serde_json::{Value, json};
use yingda_desk::Suggestion;
use yingda_model::{ChangeEvidence, ChangeOrigin, ConversationId, EntryContent, EntryKind, Role};

use crate::play::Play;
use crate::support::{Reply, Server, Session, Setup, Visitor};

/// Tasks of people, none of the bot.
const ALL: &str = "rephrase: clever, translate: clever, summarise: clever, draft: clever";
const TONE: &str = "persona: {tone: {zh: 亲切得像邻居, en: like a neighbour}}\n";

/// A shop with a model, an agent and a conversation.
struct Shop {
    server: Server,
    play: Play,
    admin: Session,
    agent: Session,
    conversation: String,
}

impl Shop {
    async fn open(tasks: &str, more: &str) -> Self {
        let play = Play::serve().await;
        let server = Server::with(Setup { client: Some(Play::client()), ..Setup::default() }).await;
        server.works();
        let (admin, agent) = (server.signed_in(Role::Admin).await, server.signed_in(Role::Agent).await);
        let mut shop = Self { server, play, admin, agent, conversation: String::new() };
        shop.publish(&shop.play.models(tasks, more)).await;
        let visitor = shop.server.visitor().await;
        let words = "你好，我是王小明，订单 QH2611050123 什么时候发货？电话13800138000";
        shop.conversation = shop.server.says(&visitor, words).await;
        // From here on the bot says nothing.
        let path = format!("/api/v1/conversations/{}/take-over", shop.conversation);
        shop.server.post(&path).session(&shop.agent).send().await.ok();
        shop
    }

    async fn publish(&self, models: &str) {
        let files = [("models.yml", models), ("wording.yml", TONE), ("flows/register_visit.yml", VISIT)];
        let files: Vec<Value> = files.iter().map(|(path, text)| json!({"path": path, "text": text})).collect();
        let files = json!({ "files": files });
        let put = self.server.call(axum::http::Method::PUT, "/api/v1/assistant/files").session(&self.admin);
        put.json(&files).await.ok();
        self.server.desk.publish_assistant(&self.server.system, String::new(), Value::Null, None).await.unwrap();
    }

    async fn reply(&self, words: &str) {
        let path = format!("/api/v1/conversations/{}", self.conversation);
        let body = json!({"client_key": uuid::Uuid::now_v7(), "content": {"type": "text", "text": words}, "visibility": "public"});
        let reply = self.server.post(&format!("{path}/messages")).session(&self.agent).json(&body).await;
        assert_eq!(reply.status.as_u16(), 201, "{}", reply.text());
    }

    async fn ask(&self, what: &str, body: Value) -> Reply {
        let path = format!("/api/v1/conversations/{}/assist/{what}", self.conversation);
        self.server.post(&path).session(&self.agent).json(&body).await
    }

    async fn state(&self) -> Value {
        let path = "/api/v1/assistant/models?from=2026-01-01&until=2027-01-01";
        self.server.get(path).session(&self.admin).send().await.ok()
    }

    async fn events(&self) -> usize {
        let path = format!("/api/v1/conversations/{}/events", self.conversation);
        self.server.get(&path).session(&self.agent).send().await.ok()["events"].as_array().unwrap().len()
    }
}

#[tokio::test]
async fn without_a_model_nothing_is_offered_and_a_summary_is_made_of_the_conversations_own_sentences() {
    let server = Server::start().await;
    let agent = server.signed_in(Role::Agent).await;
    let id = server.says(&server.visitor().await, "我要退货，订单 QH2611050123").await;
    let offers = server.get("/api/v1/assist").session(&agent).send().await.ok();
    assert_eq!(offers, json!({"rephrase": false, "translate": false, "summarise": false, "draft": false}));
    let path = |what: &str| format!("/api/v1/conversations/{id}/assist/{what}");
    let none = server.post(&path("rephrase")).session(&agent).json(&json!({"text": "好的"})).await.ok();
    assert_eq!((&none["text"], &none["why"]["code"]), (&json!(null), &json!("not_configured")));
    let sum = server.post(&path("summary")).session(&agent).json(&json!({"lang": "zh"})).await.ok();
    assert!(sum["text"].as_str().unwrap().contains("QH2611050123"), "{sum}");
    assert_eq!((&sum["model"], &sum["why"]["code"]), (&json!(null), &json!("not_configured")));
}

#[tokio::test]
async fn a_draft_is_rephrased_in_the_brands_tone_with_its_facts_and_nothing_is_sent() {
    let shop = Shop::open(ALL, "").await;
    let offers = shop.server.get("/api/v1/assist").session(&shop.agent).send().await.ok();
    assert_eq!(offers, json!({"rephrase": true, "translate": true, "summarise": true, "draft": true}));
    let before = shop.events().await;
    shop.play.says("亲，订单 QH2611050123 三天内就发出，请放心～");
    let done = shop.ask("rephrase", json!({"text": "订单 QH2611050123 3 天内发货。"})).await.ok();
    assert_eq!(done["text"], "亲，订单 QH2611050123 三天内就发出，请放心～", "{done}");
    assert_eq!((&done["model"], &done["lang"], &done["why"]), (&json!("clever"), &json!("zh"), &json!(null)));
    assert!(shop.play.heard().contains("亲切得像邻居"), "{}", shop.play.heard());
    assert_eq!(shop.events().await, before, "a suggestion is not sent");
    shop.play.says("订单 QH2611050123 将于 3 天内发出。");
    let formal = json!({"text": "订单 QH2611050123 3 天内发货。", "tone": "formal"});
    let done = shop.ask("rephrase", formal).await.ok();
    assert_eq!(done["text"], "订单 QH2611050123 将于 3 天内发出。", "{done}");
    assert!(shop.play.heard().contains("正式"), "{}", shop.play.heard());
}

#[tokio::test]
async fn a_rephrased_text_that_says_something_else_is_not_suggested() {
    let shop = Shop::open(ALL, "cache: {enabled: false}").await;
    for wrong in ["亲，两天内就发出～", "亲，三天内就发出，再送您 50 元券～"] {
        // It is asked to mend it, and says the same again.
        shop.play.says(wrong);
        shop.play.says(wrong);
        let none = shop.ask("rephrase", json!({"text": "3 天内发货。"})).await.ok();
        assert_eq!((&none["text"], &none["why"]["code"]), (&json!(null), &json!("broken")), "{wrong}");
        assert!(none["why"]["zh"].as_str().unwrap().contains("clever"), "{none}");
    }
}

#[tokio::test]
async fn a_draft_is_translated_into_the_customers_language_and_their_message_into_the_agents() {
    let shop = Shop::open(ALL, "").await;
    shop.play.says("您的订单 QH2611050123 将在 3 天内发货。");
    let draft = json!({"text": "Your order QH2611050123 ships within 3 days."});
    let done = shop.ask("translate", draft).await.ok();
    assert_eq!((&done["lang"], &done["text"]), (&json!("zh"), &json!("您的订单 QH2611050123 将在 3 天内发货。")));
    shop.play.says("Hello, my phone is ⟦PHONE_1⟧. When does order QH2611050123 ship?");
    let message = json!({"text": "你好，我的电话13800138000，订单 QH2611050123 什么时候发货？", "into": "en"});
    let done = shop.ask("translate", message).await.ok();
    assert_eq!(done["text"], "Hello, my phone is 13800138000. When does order QH2611050123 ship?", "{done}");
    assert!(!shop.play.heard().contains("13800138000"), "personal data does not leave");
    let same = shop.ask("translate", json!({"text": "你好"})).await.ok();
    assert_eq!((&same["text"], &same["why"]["code"]), (&json!(null), &json!("language")));
}

#[tokio::test]
async fn a_summary_that_says_what_was_not_said_gives_way_to_the_conversations_own_sentences() {
    let shop = Shop::open(ALL, "cache: {enabled: false}").await;
    shop.reply("您好，订单 QH2611050123 明天发货。").await;
    shop.play.says("顾客询问订单 QH2611050123 的发货时间，客服答复明天发货。");
    let good = shop.ask("summary", json!({"lang": "zh"})).await.ok();
    assert_eq!(good["text"], "顾客询问订单 QH2611050123 的发货时间，客服答复明天发货。", "{good}");
    assert_eq!(good["model"], "clever");
    for wrong in
        ["顾客询问订单 QH2611050124，客服答应赔 200 元。", "顾客李建国询问订单 QH2611050123，客服答复明天发货。"]
    {
        shop.play.says(wrong);
        shop.play.says(wrong);
        let fallen = shop.ask("summary", json!({"lang": "zh"})).await.ok();
        let text = fallen["text"].as_str().unwrap();
        assert!(text.contains("QH2611050123") && !text.contains("200") && !text.contains("李建国"), "{fallen}");
        assert!(["guard", "broken"].contains(&fallen["why"]["code"].as_str().unwrap()), "{fallen}");
        assert_eq!(fallen["model"], json!(null));
    }
}

#[tokio::test]
async fn a_proposal_gets_its_answer_from_what_agents_said_and_stays_a_proposal() {
    let shop = Shop::open(ALL, "cache: {enabled: false}").await;
    let id: ConversationId = shop.conversation.parse::<uuid::Uuid>().unwrap().into();
    let sources = vec![ChangeEvidence::Conversation { id }];
    let gap = |fingerprint: &str| Suggestion {
        origin: ChangeOrigin::Gap,
        entry_id: None,
        content: EntryContent { kind: EntryKind::Faq, question: "多久发货".into(), ..EntryContent::default() },
        evidence: sources.clone(),
        note: None,
        fingerprint: fingerprint.into(),
    };
    shop.server.desk.suggest_kb(&shop.server.system, vec![gap("a")]).await.unwrap();
    let supervisor = shop.server.signed_in(Role::Supervisor).await;
    let list = shop.server.get("/api/v1/kb/changes").session(&supervisor).send().await.ok();
    let path = format!("/api/v1/kb/changes/{}", list["items"][0]["id"].as_str().unwrap());
    let draft = async || shop.server.post(&format!("{path}/draft")).session(&supervisor).send().await;
    let none = draft().await.ok();
    assert_eq!(none["why"]["code"], "no_source", "no person has answered yet: {none}");
    shop.reply("您好，付款后 48 小时内发货，电话 13800138000 可查询。").await;
    let said = r#"{"question":"付款后多久发货？","answer":"付款后 24 小时内发货。","variants":[]}"#;
    shop.play.says(said);
    shop.play.says(said);
    let wrong = draft().await.ok();
    assert_eq!((&wrong["why"]["code"], &wrong["change"]["content"]["answer"]), (&json!("broken"), &json!("")));
    shop.play.says(
        r#"{"question":"付款后多久发货？","answer":"付款后 48 小时内发货。","variants":["什么时候发货","发货要多久"]}"#,
    );
    let done = draft().await.ok();
    assert_eq!(done["why"], json!(null), "{done}");
    assert!(!shop.play.heard().contains("13800138000"));
    let change = shop.server.get(&path).session(&supervisor).send().await.ok();
    assert_eq!((&change["state"], &change["origin"]), (&json!("review"), &json!("gap")));
    assert_eq!(change["content"]["question"], "付款后多久发货？");
    assert_eq!(change["content"]["answer"], "付款后 48 小时内发货。");
    assert_eq!(change["content"]["variants"], json!(["多久发货", "什么时候发货", "发货要多久"]));
    let model = json!({"type": "model", "name": "clever", "answer": "付款后 48 小时内发货。"});
    assert_eq!(change["evidence"], json!([{"type": "conversation", "id": shop.conversation}, model]));
    let entries = shop.server.get("/api/v1/kb/entries").session(&supervisor).send().await.ok();
    assert_eq!(entries["items"], json!([]), "nothing is published");
    // The next look through the knowledge finds the same: the mark stays, and so does the draft.
    let mut more = gap("a");
    more.evidence.insert(0, ChangeEvidence::Question { text: "多久发货".into(), count: 3 });
    shop.server.desk.suggest_kb(&shop.server.system, vec![more]).await.unwrap();
    let change = shop.server.get(&path).session(&supervisor).send().await.ok();
    assert_eq!((&change["evidence"][0]["count"], &change["evidence"][2]), (&json!(3), &model));
    assert_eq!(change["content"]["answer"], "付款后 48 小时内发货。");
}

#[tokio::test]
async fn what_models_cost_is_counted_and_a_budget_that_is_used_up_stops_them() {
    let shop = Shop::open(ALL, "budgets: {conversation: {tokens: 700}, day: {money: 5}}").await;
    assert_eq!(shop.state().await["items"], json!([]));
    let ask = async |text: &str| shop.ask("rephrase", json!({"text": text})).await.ok();
    shop.play.says("亲，好的呢。");
    assert_eq!(ask("好的。").await["model"], "clever");
    assert_eq!(ask("好的。").await["cached"], true);
    shop.play.says("亲，没有问题呢。");
    shop.play.says("亲，没有问题呢。");
    let mut codes = Vec::new();
    for text in ["没有问题。", "没问题。", "行。", "可以。", "好。"] {
        shop.play.says("亲，没有问题呢。");
        codes.push(ask(text).await["why"]["code"].clone());
    }
    assert!(codes.contains(&json!("budget")), "{codes:?}");
    let state = shop.state().await;
    let sum = |field: &str| {
        let rows = state["items"].as_array().unwrap().iter();
        let rows = rows.filter(|row| row["task"] == "rephrase" && row["model"] == "clever");
        rows.map(|row| row[field].as_u64().unwrap()).sum::<u64>()
    };
    let answered = sum("answered");
    assert!(answered >= 2 && answered as usize == shop.play.times(), "{state}");
    assert!(sum("cached") == 1 && sum("failed") > 0, "{state}");
    // 100 × 2 + 10 × 10 millionths for each answer.
    assert_eq!(state["spent"], json!({"tokens": 110 * answered, "micros": 300 * answered}), "{state}");
    assert_eq!((&state["day_micros"], &state["conversation_tokens"]), (&json!(5_000_000), &json!(700)));
    // A new release does not begin anew.
    shop.publish(&shop.play.models(ALL, "budgets: {conversation: {tokens: 701}}")).await;
    assert_eq!(ask("可以的呀。").await["why"]["code"], "budget");
    let metrics = shop.server.get("/metrics").send().await.text();
    assert!(
        metrics.contains("yingda_model_calls_total{task=\"rephrase\",model=\"clever\",outcome=\"cached\"}"),
        "{metrics}"
    );
}

#[tokio::test]
async fn what_is_asked_for_wrongly_or_without_the_right_is_refused() {
    let shop = Shop::open(ALL, "").await;
    for text in [String::new(), "  ".into(), "好".repeat(10_001)] {
        shop.ask("rephrase", json!({"text": text})).await.problem(422, "bad_request");
        shop.ask("translate", json!({"text": text})).await.problem(422, "bad_request");
    }
    shop.ask("translate", json!({"text": "hello", "into": "fr"})).await.problem(422, "bad_json");
    shop.ask("summary", json!({})).await.problem(422, "bad_json");
    let stranger = shop.server.stranger().await;
    let path = format!("/api/v1/conversations/{}/assist/rephrase", shop.conversation);
    shop.server.post(&path).bearer(&stranger).json(&json!({"text": "hello"})).await.problem(404, "not_found");
    let path = "/api/v1/assistant/models?from=2026-01-01&until=2027-01-01";
    shop.server.get(path).session(&shop.agent).send().await.problem(403, "forbidden");
    let path = "/api/v1/assistant/models?from=yesterday&until=2027-01-01";
    shop.server.get(path).session(&shop.admin).send().await.problem(422, "bad_request");
    assert_eq!(shop.play.times(), 0);
}

const VISIT: &str = "flow: register_visit
title: {zh: 到店登记, en: Register a visit}
starts: {phrases: {zh: [我要登记到店], en: [I want to register a visit]}}
steps:
  - say: {zh: 已为您登记到店，到店时请报手机尾号。, en: 'Your visit is registered, please tell us the end of your phone number.'}
";

/// The flow's own words.
const OWN: &str = "Your visit is registered, please tell us the end of your phone number.";

/// What the bot says to `I want to register a visit` when the model rephrases its words like this.
async fn bot_says(rephrased: &str, more: &str) -> (String, Value) {
    let shop = Shop::open("rephrase: clever", more).await;
    shop.play.says(rephrased);
    shop.play.says(rephrased);
    let visitor = shop.server.visitor().await;
    let id = shop.server.says(&visitor, "I want to register a visit").await;
    let said = bot_answers(&shop.server, &visitor).await;
    let path = format!("/api/v1/conversations/{id}/traces");
    let traces = shop.server.get(&path).session(&shop.agent).send().await.ok();
    (said["message"]["content"]["text"].as_str().unwrap().to_owned(), traces["items"][0].clone())
}

/// Waits for the bot's first message to a visitor.
async fn bot_answers(server: &Server, visitor: &Visitor) -> Value {
    for _ in 0..500 {
        let events = server.get("/api/v1/visitor/events").bearer(&visitor.token).send().await.ok();
        let mut events = events["events"].as_array().unwrap().iter();
        if let Some(said) = events.find(|event| event["message"]["sender"] == "bot") {
            return said.clone();
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("the bot said nothing");
}

#[tokio::test]
async fn what_a_flow_says_is_put_into_the_brands_tone_when_that_is_switched_on() {
    let kind = "Good news: your visit is registered, please just tell us the end of your phone number.";
    let (said, trace) = bot_says(kind, "bot: {rephrase: true}").await;
    assert_eq!(said, kind, "{trace}");
    assert_eq!((&trace["models"][0]["task"], &trace["models"][0]["outcome"]), (&json!("rephrase"), &json!("ok")));
    let (said, trace) = bot_says(kind, "").await;
    assert_eq!((said.as_str(), &trace["models"]), (OWN, &json!(null)), "it is off by default");
}

#[tokio::test]
async fn what_a_model_makes_of_a_flows_words_is_said_only_if_it_holds() {
    let wrong = "Your visit is registered, please tell us the end of your phone number. We promise you a free gift.";
    let (said, trace) = bot_says(wrong, "bot: {rephrase: true}").await;
    assert_eq!(said, OWN, "{trace}");
    assert_eq!(trace["models"][0]["task"], "rephrase");
    assert!(!trace["guard"].as_array().unwrap().is_empty(), "{trace}");
}

#[tokio::test]
async fn the_answer_for_a_gap_is_drafted_as_soon_as_the_gap_is_found() {
    let shop = Shop::open(ALL, "cache: {enabled: false}").await;
    for words in ["送礼的话可以不放价格单吗", "我买来送人，盒子里能不能不放价格单"] {
        let visitor = shop.server.visitor().await;
        let path = format!("/api/v1/conversations/{}", shop.server.says(&visitor, words).await);
        bot_answers(&shop.server, &visitor).await;
        let post = async |what: &str, body: Value| {
            let reply = shop.server.post(&format!("{path}/{what}")).session(&shop.agent).json(&body).await;
            assert!(reply.status.is_success(), "{}", reply.text());
        };
        post("take-over", json!({})).await;
        let text = "可以，下单时备注“礼物”，包裹里就不放价格单。";
        let content = json!({"type": "text", "text": text});
        let key = uuid::Uuid::now_v7();
        post("messages", json!({"client_key": key, "content": content, "visibility": "public"})).await;
        post("resolve", json!({})).await;
    }
    shop.play.says(
        r#"{"question":"送礼可以不放价格单吗？","answer":"可以，下单时备注“礼物”，包裹里就不放价格单。","variants":[]}"#,
    );
    shop.server.post("/api/v1/kb/upkeep").session(&shop.admin).send().await;
    for _ in 0..500 {
        let list = shop.server.get("/api/v1/kb/changes?origin=gap").session(&shop.admin).send().await.ok();
        if let Some(change) = list["items"].as_array().unwrap().iter().find(|one| one["content"]["answer"] != "") {
            assert_eq!(change["content"]["question"], "送礼可以不放价格单吗？");
            assert_eq!(change["state"], "review");
            let evidence = change["evidence"].as_array().unwrap();
            assert!(evidence.iter().any(|one| one["type"] == "model" && one["name"] == "clever"), "{change}");
            assert_eq!(evidence.iter().filter(|one| one["type"] == "conversation").count(), 2, "{change}");
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("nothing was drafted");
}
