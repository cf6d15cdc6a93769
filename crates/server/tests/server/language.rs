//! Intents, utterances, types of entity, training and reading through the API.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use yingda_desk::{Handler, Trainer, job_kind};
use yingda_model::Role;
use yingda_testing::NLU;

use crate::support::{Server, Session};

async fn import(server: &Server, session: &Session) -> Value {
    server.post("/api/v1/language/import").session(session).upload("nlu.yml", NLU.as_bytes()).await.ok()
}

/// Does the trainings that wait.
async fn trained(server: &Server) {
    let now = server.desk.world().now();
    let jobs = server.desk.store().claim_jobs(now, Duration::from_secs(60), 10).await.unwrap();
    for job in jobs.iter().filter(|job| job.kind == job_kind::TRAIN_LANGUAGE) {
        Trainer::new(server.desk.clone(), None).run(job).await.unwrap();
    }
}

/// What is understood of a text as soon as it is by this version of the model; a minute at most.
async fn understood(server: &Server, session: &Session, text: &str, version: u32) -> Value {
    tokio::time::timeout(Duration::from_secs(60), async {
        loop {
            let asked = server.post("/api/v1/language/understand").session(session).json(&json!({"text": text})).await;
            let read = asked.ok();
            if read["understanding"]["model"] == version {
                return read;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .unwrap()
}

#[tokio::test]
async fn a_file_is_imported_trained_and_understood() {
    let server = Server::start().await;
    let admin = server.signed_in(Role::Supervisor).await;
    let done = import(&server, &admin).await;
    assert_eq!((&done["intents_added"], &done["utterances_added"]), (&json!(3), &json!(19)));
    assert_eq!(import(&server, &admin).await["utterances_known"], 19);

    let asked = server.post("/api/v1/language/train").session(&admin).send().await;
    assert_eq!(asked.status, StatusCode::ACCEPTED, "{}", asked.text());
    let status = server.get("/api/v1/language").session(&admin).send().await.ok();
    assert_eq!(status["training"]["job"], asked.json()["job"]);
    assert_eq!((&status["intents"], &status["out_of_scope"], &status["active"]), (&json!(3), &json!(2), &Value::Null));
    trained(&server).await;
    let status = server.get("/api/v1/language").session(&admin).send().await.ok();
    assert_eq!((&status["training"], &status["active"]["version"]), (&Value::Null, &json!(1)));
    assert_eq!((&status["active"]["state"], &status["problem"]), (&json!("ready"), &Value::Null));

    let text = "我要取消订单，手机13800138000";
    let read = understood(&server, &admin, text, 1).await;
    let understanding = &read["understanding"];
    assert_eq!((&understanding["model"], &understanding["intents"][0]["name"]), (&json!(1), &json!("order/cancel")));
    assert!(!understanding["intents"][0]["why"].as_array().unwrap().is_empty());
    assert_eq!(understanding["entities"][0]["text"], "13800138000", "who tries it out sees what was found");
    assert!(understanding["mood"]["emotion"].is_string() && understanding["safety"]["level"] == 0);

    let report = server.get("/api/v1/language/models/1").session(&admin).send().await.ok();
    assert!(report["report"]["labels"].is_array() && report["suspicious"].is_array(), "{report}");
    let list = server.get("/api/v1/language/models").session(&admin).send().await.ok();
    assert_eq!(list["items"][0]["version"], 1);
    let again = server.post("/api/v1/language/models/1/activate").session(&admin).send().await.ok();
    assert_eq!(again["active"], true);
    server.post("/api/v1/language/models/7/activate").session(&admin).send().await.problem(404, "not_found");
}

#[tokio::test]
async fn what_is_exported_can_be_imported() {
    let server = Server::start().await;
    let admin = server.signed_in(Role::Admin).await;
    import(&server, &admin).await;
    for (format, name) in [("yml", "nlu.yml"), ("jsonl", "a.jsonl"), ("csv", "a.csv")] {
        let reply = server.get(&format!("/api/v1/language/export?format={format}")).session(&admin).send().await;
        assert_eq!(reply.status, StatusCode::OK);
        assert!(reply.header("content-disposition").starts_with("attachment"));
        let done = server.post("/api/v1/language/import").session(&admin).upload(name, &reply.body).await.ok();
        assert_eq!((&done["intents_added"], &done["utterances_known"]), (&json!(0), &json!(19)), "{format}");
    }
    server.get("/api/v1/language/export?format=xml").session(&admin).send().await.problem(400, "bad_request");
    let bad = server.post("/api/v1/language/import").session(&admin).upload("a.jsonl", b"{}").await;
    assert!(bad.problem(422, "bad_request")["detail"].as_str().unwrap().contains("line 1"));
}

#[tokio::test]
async fn intents_utterances_and_types_are_made_changed_and_removed() {
    let server = Server::start().await;
    let admin = server.signed_in(Role::Admin).await;
    let make = json!({"name": "order/cancel", "title_zh": "取消", "answer_key": "order.cancel", "action": "hand_over"});
    let made = server.post("/api/v1/language/intents").session(&admin).header("idempotency-key", "k").json(&make).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let again =
        server.post("/api/v1/language/intents").session(&admin).header("idempotency-key", "k").json(&make).await;
    assert_eq!(again.ok(), made.json());
    server.post("/api/v1/language/intents").session(&admin).json(&make).await.problem(409, "conflict");
    let intent = made.json()["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/language/intents/{intent}");
    let changed = server.call(Method::PUT, &path).session(&admin).json(&json!({"name": "order"})).await.ok();
    assert_eq!(
        (&changed["name"], &changed["answer_key"], &changed["action"]),
        (&json!("order"), &Value::Null, &json!("none"))
    );
    let refused = server.call(Method::PUT, &path).session(&admin).json(&json!({"name": "oos"})).await;
    assert_eq!(refused.problem(422, "bad_request")["field"], "name");

    let add =
        json!({"intent_id": intent, "utterances": [{"text": "取消订单"}, {"text": "cancel"}, {"text": "取消订单"}]});
    let added = server.post("/api/v1/language/utterances").session(&admin).json(&add).await.ok();
    assert_eq!(added, json!({"added": 2, "known": 1}));
    let list = format!("/api/v1/language/utterances?intent_id={intent}&limit=1");
    let page = server.get(&list).session(&admin).send().await.ok();
    let next = page["next_cursor"].as_str().unwrap();
    let second = server.get(&format!("{list}&cursor={next}")).session(&admin).send().await.ok();
    assert_eq!((&second["items"][0]["text"], &second["items"][0]["lang"]), (&json!("取消订单"), &json!("zh")));
    let id = second["items"][0]["id"].as_str().unwrap();
    let moved = server.post("/api/v1/language/utterances/move").session(&admin);
    assert_eq!(moved.json(&json!({"ids": [id], "intent_id": null})).await.status, StatusCode::NO_CONTENT);
    let found = server
        .get("/api/v1/language/utterances?out_of_scope=true&q=%E8%AE%A2%E5%8D%95")
        .session(&admin)
        .send()
        .await
        .ok();
    assert_eq!(found["items"][0]["id"], id);
    let one = format!("/api/v1/language/utterances/{id}");
    let said =
        server.call(Method::PUT, &one).session(&admin).json(&json!({"intent_id": intent, "text": "别发了"})).await.ok();
    assert_eq!((&said["text"], &said["origin"]), (&json!("别发了"), &json!("written")));
    assert_eq!(server.call(Method::DELETE, &one).session(&admin).send().await.status, StatusCode::NO_CONTENT);
    server.call(Method::DELETE, &one).session(&admin).send().await.problem(404, "not_found");
    assert_eq!(server.call(Method::DELETE, &path).session(&admin).send().await.status, StatusCode::NO_CONTENT);
    assert_eq!(server.get("/api/v1/language/utterances").session(&admin).send().await.ok()["items"], json!([]));

    let kind = json!({"name": "branch", "values": [{"id": "hz", "name": "湖滨店", "synonyms": ["杭州店"]}]});
    let made = server.post("/api/v1/language/entity-types").session(&admin).json(&kind).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let ask = json!({"text": "杭州店几点关门"});
    let read = server.post("/api/v1/language/understand").session(&admin).json(&ask).await.ok();
    let entities = read["understanding"]["entities"].as_array().unwrap();
    assert!(entities.iter().any(|entity| entity["kind"] == "branch" && entity["value"]["id"] == "hz"), "{read}");
    let path = format!("/api/v1/language/entity-types/{}", made.json()["id"].as_str().unwrap());
    let bad = json!({"name": "branch", "patterns": ["("]});
    assert_eq!(
        server.call(Method::PUT, &path).session(&admin).json(&bad).await.problem(422, "bad_request")["field"],
        "patterns"
    );
    assert_eq!(server.call(Method::DELETE, &path).session(&admin).send().await.status, StatusCode::NO_CONTENT);
    assert_eq!(server.get("/api/v1/language/entity-types").session(&admin).send().await.ok()["items"], json!([]));
}

#[tokio::test]
async fn what_cannot_be_trained_is_told_at_once() {
    let server = Server::start().await;
    let admin = server.signed_in(Role::Admin).await;
    let problem = server.post("/api/v1/language/train").session(&admin).send().await.problem(422, "bad_request");
    assert_eq!(problem["field"], "utterances");
    import(&server, &admin).await;
    let add = json!({"intent_id": null, "utterances": [{"text": "取消订单"}]});
    server.post("/api/v1/language/utterances").session(&admin).json(&add).await.ok();
    let problem = server.post("/api/v1/language/train").session(&admin).send().await.problem(422, "bad_request");
    assert!(problem["detail"].as_str().unwrap().contains("取消订单"), "{problem}");
}

#[tokio::test]
async fn agents_look_and_supervisors_change() {
    let server = Server::start().await;
    let (agent, supervisor) = (server.signed_in(Role::Agent).await, server.signed_in(Role::Supervisor).await);
    import(&server, &supervisor).await;
    for path in ["", "/intents", "/utterances", "/entity-types", "/models", "/export"] {
        server.get(&format!("/api/v1/language{path}")).send().await.problem(401, "unauthenticated");
        let reply = server.get(&format!("/api/v1/language{path}")).session(&agent).send().await;
        assert_eq!(reply.status, StatusCode::OK, "{path}");
    }
    let intent = json!({"name": "x"});
    server.post("/api/v1/language/intents").session(&agent).json(&intent).await.problem(403, "forbidden");
    server.post("/api/v1/language/train").session(&agent).send().await.problem(403, "forbidden");
    server.post("/api/v1/language/models/1/activate").session(&agent).send().await.problem(403, "forbidden");
    let file = server.post("/api/v1/language/import").session(&agent).upload("nlu.yml", NLU.as_bytes()).await;
    file.problem(403, "forbidden");
    let token = server.token(&supervisor, &["conversations:read"]).await;
    server.get("/api/v1/language").bearer(&token).send().await.problem(403, "forbidden");
    let ask = json!({"text": "你好"});
    server.post("/api/v1/language/mask").bearer(&token).json(&ask).await.problem(403, "forbidden");
    server.post("/api/v1/language/understand").bearer(&token).json(&ask).await.problem(403, "forbidden");
}

#[tokio::test]
async fn another_workspace_finds_nothing() {
    let server = Server::start().await;
    let admin = server.signed_in(Role::Admin).await;
    import(&server, &admin).await;
    server.post("/api/v1/language/train").session(&admin).send().await;
    trained(&server).await;
    let list = server.get("/api/v1/language/intents").session(&admin).send().await.ok();
    let intent = list["items"][0]["id"].as_str().unwrap().to_owned();
    let page = server.get("/api/v1/language/utterances").session(&admin).send().await.ok();
    let utterance = page["items"][0]["id"].as_str().unwrap().to_owned();
    let kind = json!({"name": "branch", "patterns": ["B[0-9]{3}"]});
    let kind = server.post("/api/v1/language/entity-types").session(&admin).json(&kind).await.json();
    let kind = kind["id"].as_str().unwrap();

    let token = server.stranger().await;
    for path in [format!("intents/{intent}"), format!("entity-types/{kind}"), "models/1".into()] {
        let reply = server.get(&format!("/api/v1/language/{path}")).bearer(&token).send().await;
        reply.problem(404, "not_found");
    }
    let filtered = server.get(&format!("/api/v1/language/utterances?intent_id={intent}")).bearer(&token).send().await;
    filtered.problem(404, "not_found");
    for path in [format!("intents/{intent}"), format!("entity-types/{kind}"), format!("utterances/{utterance}")] {
        let reply = server.call(Method::DELETE, &format!("/api/v1/language/{path}")).bearer(&token).send().await;
        reply.problem(404, "not_found");
    }
    let add = json!({"intent_id": intent, "utterances": [{"text": "x"}]});
    server.post("/api/v1/language/utterances").bearer(&token).json(&add).await.problem(404, "not_found");
    let relocate = json!({"ids": [utterance], "intent_id": null});
    server.post("/api/v1/language/utterances/move").bearer(&token).json(&relocate).await.problem(404, "not_found");
    server.post("/api/v1/language/models/1/activate").bearer(&token).send().await.problem(404, "not_found");
    let status = server.get("/api/v1/language").bearer(&token).send().await.ok();
    assert_eq!((&status["intents"], &status["utterances"], &status["active"]), (&json!(0), &json!(0), &Value::Null));
    let text = json!({"text": "我要取消订单"});
    let read = server.post("/api/v1/language/understand").bearer(&token).json(&text).await.ok();
    assert_eq!((&read["understanding"]["model"], &read["understanding"]["intents"]), (&Value::Null, &json!([])));
}

#[tokio::test]
async fn personal_data_is_masked_as_asked() {
    let server = Server::start().await;
    let agent = server.signed_in(Role::Agent).await;
    let mask = async |body: Value| server.post("/api/v1/language/mask").session(&agent).json(&body).await;
    let text = "我的手机13800138000，谢谢";
    let partial = mask(json!({"text": text})).await.ok();
    assert_eq!(partial["text"], "我的手机138****8000，谢谢");
    assert_eq!(partial["found"][0]["kind"], "phone");
    assert_eq!((&partial["found"][0]["start"], &partial["found"][0]["end"]), (&json!(12), &json!(23)));
    assert_eq!(mask(json!({"text": text, "style": "label"})).await.ok()["text"], "我的手机[PHONE]，谢谢");
    mask(json!({"text": ""})).await.problem(422, "bad_request");
    mask(json!({"text": "x", "style": "none"})).await.problem(422, "bad_json");
}

#[tokio::test]
async fn a_conversation_is_summed_up_in_its_own_words() {
    let server = Server::start().await;
    let agent = server.signed_in(Role::Agent).await;
    let visitor = server.visitor().await;
    let id = server.says(&visitor, "我的订单QH2611050123还没发货，我要退款299元").await;
    server.says(&visitor, "太气人了，等了一个星期，你们到底管不管！").await;
    let path = format!("/api/v1/conversations/{id}/summary");
    let sum = server.get(&path).session(&agent).send().await.ok();
    assert_eq!((&sum["messages"], &sum["complete"]), (&json!(2), &json!(true)));
    let wanted = sum["summary"]["wanted"].to_string();
    assert!(wanted.contains("退款") || wanted.contains("发货"), "{sum}");
    assert!(sum["summary"]["facts"].to_string().contains("QH2611050123"), "{sum}");
    assert_eq!(sum["summary"]["mood"]["trend"]["smoothed"].as_array().unwrap().len(), 2);
    assert!(!sum["text_zh"].as_str().unwrap().is_empty() && !sum["text_en"].as_str().unwrap().is_empty());
    let stranger = server.stranger().await;
    server.get(&path).bearer(&stranger).send().await.problem(404, "not_found");
    server.get(&path).send().await.problem(401, "unauthenticated");
}
