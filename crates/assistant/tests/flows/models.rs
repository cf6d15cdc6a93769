//! A language model beside the rules: it proposes, and code decides.

use serde_json::json;
use yingda_model::TraceDecision;

use crate::model_server::ModelServer;
use crate::shop::{Shop, file};

async fn shop() -> (Shop, ModelServer) {
    let server = ModelServer::serve().await;
    let models = format!(
        "models:\n  small:\n    base_url: http://127.0.0.1:{}/v1\n    model: tiny\n    key: secrets.model_key\n    timeout_ms: 2000\n\
         tasks: {{default: small}}\n",
        server.port
    );
    let shop = Shop::with(&[file("models.yml", models)]).await;
    shop.desk.set_assistant_secret(&shop.system, "model_key".into(), "sk-tiny".into()).await.unwrap();
    (shop, server)
}

/// Neither a wording of a flow nor a question that the shop has an answer to.
const ODD: &str = "那个买错的东西帮我处理掉吧谢谢";

fn proposes(commands: &serde_json::Value) -> String {
    json!({ "commands": commands }).to_string()
}

#[tokio::test]
async fn what_nobody_understood_the_model_may() {
    let (shop, server) = shop().await;
    server.says(&proposes(&json!([{"command": "start_flow", "flow": "cancel_order"}])));
    let turn = shop.says(ODD).await;
    assert_eq!(turn.asks(), Some("order_no"), "{turn:?}");
    let command = &turn.traced().commands[0];
    assert_eq!((command.name.as_str(), command.by.as_str()), ("start_flow", "model:small"));
    assert_eq!(turn.trace().models[0].task, "propose");
    assert_eq!(server.asked()[0].0, "Bearer sk-tiny");
    // What rules understand is not sent.
    let before = server.asked().len();
    assert_eq!(shop.says("QH2611081742").await.asks(), Some("reason"));
    assert_eq!(server.asked().len(), before);
}

#[tokio::test]
async fn what_a_model_makes_up_does_nothing_and_the_trace_tells() {
    let bad = [
        proposes(&json!([{"command": "start_flow", "flow": "give_everything_away"}])),
        proposes(&json!([{"command": "set_slot", "slot": "order_no", "value": "QH9999999999"}])),
        proposes(&json!([{"command": "drop_tables"}])),
        "{\"commands\": [".to_owned(),
        "我觉得您应该退款".to_owned(),
    ];
    for said in bad {
        let (shop, server) = shop().await;
        server.says(&said);
        let turn = shop.says(ODD).await;
        assert!(turn.dialogue.stack.is_empty() && !turn.words.is_empty(), "{said}: {turn:?}");
        assert!(shop.back_end.asked("").is_empty(), "{said}");
        assert!(turn.trace().models.iter().any(|call| call.task == "propose"), "{said}: {turn:?}");
    }
}

#[tokio::test]
async fn a_model_that_confirms_for_the_customer_changes_nothing() {
    let (shop, server) = shop().await;
    for text in ["我要取消订单", "QH2611081742", "太慢了"] {
        shop.says(text).await;
    }
    server.says(&proposes(&json!([{"command": "set_slot", "slot": "confirm", "value": "是"}])));
    let turn = shop.says("嗯我再想想看哈").await;
    assert_eq!(shop.back_end.changes(), 0, "{turn:?}");
}

#[tokio::test]
async fn a_model_that_is_gone_leaves_the_rules() {
    let (shop, server) = shop().await;
    server.says("");
    assert!(!shop.says(ODD).await.words.is_empty());
    assert_eq!(shop.says("我要取消订单").await.asks(), Some("order_no"));
}

/// The customer has words that hold without a model, nothing was done, and the record says what the model did wrong.
async fn does_nothing_and_is_noted(shop: &Shop, text: &str, outcome: &str) {
    let turn = shop.says(text).await;
    assert!(!turn.words.is_empty() && turn.dialogue.stack.is_empty(), "{turn:?}");
    for word in ["json", "JSON", "commands", "model", "error", "再说一遍"] {
        assert!(!turn.text().contains(word), "the customer reads {word}: {turn:?}");
    }
    assert!(shop.back_end.asked("").is_empty(), "{turn:?}");
    let call = turn.trace().models.iter().find(|call| call.task == "propose").unwrap();
    assert_eq!(call.outcome, outcome, "{turn:?}");
}

#[tokio::test]
async fn a_model_that_breaks_its_json_is_noted_and_not_heard() {
    for said in ["{\"commands\": [", "```json\n{\"commands\"", "{\"commands\": \"start_flow\"}"] {
        let (shop, server) = shop().await;
        server.says(said);
        does_nothing_and_is_noted(&shop, ODD, "broken").await;
    }
}

#[tokio::test]
async fn a_model_that_never_stops_is_cut_off() {
    let (shop, server) = shop().await;
    server.says_without_end();
    let begun = std::time::Instant::now();
    does_nothing_and_is_noted(&shop, ODD, "too_long").await;
    assert!(begun.elapsed() < std::time::Duration::from_secs(30), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_model_calls_no_tool() {
    for command in [
        json!({"command": "call_tool", "tool": "shop.cancel_order", "input": {"order_no": "QH2611081742"}}),
        json!({"command": "shop.cancel_order", "order_no": "QH2611081742"}),
        json!({"command": "start_flow", "flow": "shop.cancel_order"}),
    ] {
        let (shop, server) = shop().await;
        server.says(&proposes(&json!([command])));
        let turn = shop.says(ODD).await;
        assert!(turn.dialogue.stack.is_empty() && !turn.words.is_empty(), "{turn:?}");
        assert!(shop.back_end.asked("").is_empty(), "{turn:?}");
        assert!(turn.trace().models.iter().any(|call| call.task == "propose"), "{turn:?}");
    }
}

/// A question whose answer is there, worded so that search alone is not sure of it.
const UNSURE: &str = "买家把钱要回来大概得等几天才能看到";

#[tokio::test]
async fn an_answer_from_passages_is_said_and_cites_them() {
    let (shop, server) = shop().await;
    server.says("退款在 24 小时内原路退回[1]。");
    let turn = shop.says(UNSURE).await;
    let TraceDecision::Generated { entry_ids, model } = turn.decision() else { panic!("{turn:?}") };
    assert_eq!((entry_ids.len(), model.as_str()), (1, "small"));
    assert!(turn.text().contains("24 小时内原路退回"), "{turn:?}");
    assert!(turn.trace().models.iter().any(|call| call.task == "answer" && call.outcome == "ok"), "{turn:?}");
}

#[tokio::test]
async fn a_number_that_no_passage_has_is_not_said() {
    for said in ["退款在 3 天内原路退回[1]。", "退款在 24 小时内原路退回，还送您 50 元[1]。", "退款在 24 小时内退回。"]
    {
        let (shop, server) = shop().await;
        server.says(said);
        let turn = shop.says(UNSURE).await;
        assert!(!turn.text().contains("3 天") && !turn.text().contains("50 元"), "{said}: {turn:?}");
        assert!(!matches!(turn.decision(), TraceDecision::Generated { .. }), "{said}: {turn:?}");
        assert!(turn.trace().models.iter().any(|call| call.task == "answer"), "{said}: {turn:?}");
    }
}
