//! Around conversations: tickets, tags, outcomes, consent, events.

use axum::http::Method;
use serde_json::{Value, json};
use uuid::Uuid;
use yingda_model::Role;

use crate::support::{Server, Session};

/// A server with an agent and a customer's conversation.
async fn begun() -> (Server, Session, String) {
    let server = Server::start().await;
    let agent = server.signed_in(Role::Agent).await;
    let conversation = server.says(&server.visitor().await, "hello").await;
    (server, agent, conversation)
}

#[tokio::test]
async fn a_ticket_is_made_listed_closed_and_opened_again() {
    let (server, agent, conversation) = begun().await;
    let path = format!("/api/v1/conversations/{conversation}/tickets");
    let mut made = Vec::new();
    for n in 0..3 {
        let body = json!({"subject": format!("Call {n}"), "kind": "callback", "phone": "13800138000"});
        let reply = server.post(&path).session(&agent).json(&body).await;
        assert_eq!(reply.status, 201, "{}", reply.text());
        made.push(reply.json()["id"].as_str().unwrap().to_owned());
    }
    let page = server.get("/api/v1/tickets?limit=2").session(&agent).send().await.ok();
    assert_eq!(page["items"][0]["details"]["subject"], "Call 2");
    let next = format!("/api/v1/tickets?limit=2&cursor={}", page["next_cursor"].as_str().unwrap());
    let page = server.get(&next).session(&agent).send().await.ok();
    assert_eq!((page["items"].as_array().unwrap().len(), &page["next_cursor"]), (1, &Value::Null));
    let closed = server.post(&format!("/api/v1/tickets/{}/close", made[0])).session(&agent).send().await.ok();
    assert_eq!((&closed["state"], closed["closed_by"]["type"].as_str()), (&json!("closed"), Some("user")));
    let open = server.get("/api/v1/tickets?state=open&kind=callback").session(&agent).send().await.ok();
    assert_eq!(open["items"].as_array().unwrap().len(), 2);
    let reopened = server.post(&format!("/api/v1/tickets/{}/reopen", made[0])).session(&agent).send().await.ok();
    assert_eq!(reopened["state"], "open");
    let own = format!("/api/v1/tickets?conversation_id={conversation}");
    assert_eq!(server.get(&own).session(&agent).send().await.ok()["items"].as_array().unwrap().len(), 3);
    let other = format!("/api/v1/tickets?contact_id={}", Uuid::now_v7());
    assert_eq!(server.get(&other).session(&agent).send().await.ok()["items"], json!([]));
}

#[tokio::test]
async fn a_ticket_has_limits_and_needs_the_right_to_write() {
    let (server, agent, conversation) = begun().await;
    let path = format!("/api/v1/conversations/{conversation}/tickets");
    for body in [
        json!({"subject": ""}),
        json!({"subject": "a\0"}),
        json!({"subject": "a".repeat(201)}),
        json!({"subject": "a", "text": "a".repeat(10_001)}),
        json!({"subject": "a", "phone": "1".repeat(51)}),
    ] {
        server.post(&path).session(&agent).json(&body).await.problem(422, "bad_request");
    }
    server.post(&path).session(&agent).json(&json!({"subject": "a", "kind": "wish"})).await.problem(422, "bad_json");
    server.get("/api/v1/tickets?cursor=x").session(&agent).send().await.problem(400, "bad_cursor");
    server.get("/api/v1/tickets?limit=101").session(&agent).send().await.problem(422, "bad_request");
    let reader = server.signed_in(Role::ReadOnly).await;
    server.post(&path).session(&reader).json(&json!({"subject": "a"})).await.problem(403, "forbidden");
    server.get("/api/v1/tickets").session(&reader).send().await.ok();
    let nobody = format!("/api/v1/tickets/{}/close", Uuid::now_v7());
    server.post(&nobody).session(&agent).send().await.problem(404, "not_found");
}

#[tokio::test]
async fn tags_are_given_taken_counted_and_found_by() {
    let (server, agent, conversation) = begun().await;
    server.says(&server.visitor().await, "another").await;
    let path = |name: &str| format!("/api/v1/conversations/{conversation}/tags/{name}");
    server.call(Method::PUT, &path("vip")).session(&agent).send().await.ok();
    let tags = server.call(Method::PUT, &path("%E9%80%80%E8%B4%A7")).session(&agent).send().await.ok();
    assert_eq!(tags["items"], json!(["vip", "退货"]));
    let all = server.get("/api/v1/tags").session(&agent).send().await.ok();
    assert!(all["items"].as_array().unwrap().contains(&json!({"name": "vip", "count": 1})), "{all}");
    let found = server.get("/api/v1/conversations?tag=vip").session(&agent).send().await.ok();
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    assert_eq!(found["items"][0]["conversation"]["id"], conversation.as_str());
    assert_eq!(server.call(Method::DELETE, &path("vip")).session(&agent).send().await.ok()["items"], json!(["退货"]));
    for name in ["vip", "%00"] {
        server.call(Method::DELETE, &path(name)).session(&agent).send().await.problem(404, "not_found");
    }
    for name in ["%20", "%00", &"a".repeat(61)] {
        server.call(Method::PUT, &path(name)).session(&agent).send().await.problem(422, "bad_request");
    }
    let reader = server.signed_in(Role::ReadOnly).await;
    server.call(Method::PUT, &path("vip")).session(&reader).send().await.problem(403, "forbidden");
}

#[tokio::test]
async fn outcomes_are_asked_for_a_time_and_stretches_of_a_conversation() {
    let (server, agent, conversation) = begun().await;
    let of = |from: &str, until: &str| format!("/api/v1/outcomes?from={from}&until={until}");
    let year = of("2026-01-01T00:00:00Z", "2026-12-31T00:00:00Z");
    assert_eq!(server.get(&year).session(&agent).send().await.ok()["items"], json!([]));
    for (from, until) in [
        ("2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z"),
        ("2020-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
        ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"),
    ] {
        server.get(&of(from, until)).session(&agent).send().await.problem(422, "bad_request");
    }
    server.get(&of("yesterday", "now")).session(&agent).send().await.problem(400, "bad_request");
    server.get("/api/v1/outcomes").session(&agent).send().await.problem(400, "bad_request");
    let path = format!("/api/v1/conversations/{conversation}/stretches");
    assert_eq!(server.get(&path).session(&agent).send().await.ok()["items"], json!([]));
    let nobody = format!("/api/v1/conversations/{}/stretches", Uuid::now_v7());
    server.get(&nobody).session(&agent).send().await.problem(404, "not_found");
}

/// A flow that only tells something, after which it is asked whether it helped.
const HOURS: &str = "flow: opening_hours
title: {zh: 营业时间, en: Opening hours}
starts: {phrases: {zh: [你们几点开门], en: [when are you open]}}
steps:
  - do: desk.tag
    with: {name: \"'hours'\"}
  - say: {zh: 每天九点到十八点。, en: Every day from nine to six.}
";

#[tokio::test]
async fn who_says_that_it_did_not_help_and_wants_no_person_is_counted() {
    let server = Server::start().await;
    let admin = server.signed_in(Role::Admin).await;
    let files = json!({"files": [{"path": "flows/opening_hours.yml", "text": HOURS}]});
    server.call(Method::PUT, "/api/v1/assistant/files").session(&admin).json(&files).await.ok();
    server.desk.publish_assistant(&server.system, String::new(), Value::Null, None).await.unwrap();
    server.works();
    let visitor = server.visitor().await;
    let conversation = server.says(&visitor, "when are you open").await;
    // What the bot offers to tap, once it has answered the newest message.
    let offered = async |said: usize| {
        loop {
            let page = server.get("/api/v1/visitor/events").bearer(&visitor.token).send().await.ok();
            let events = page["events"].as_array().unwrap();
            let of_bot = events.iter().map(|event| &event["message"]).filter(|message| message["sender"] == "bot");
            let of_bot: Vec<&Value> = of_bot.collect();
            if of_bot.len() >= said {
                let options = of_bot[of_bot.len() - 1]["content"]["options"].as_array().cloned().unwrap_or_default();
                return options.iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    let tap = async |id: &str| {
        let content = json!({"type": "text", "text": "No", "choice": {"id": id, "label": "No"}});
        let body = json!({"client_key": Uuid::now_v7(), "content": content});
        let reply = server.post("/api/v1/visitor/messages").bearer(&visitor.token).json(&body).await;
        assert_eq!(reply.status, 201, "{}", reply.text());
    };
    assert!(offered(1).await.contains(&"helped:no".to_owned()));
    tap("helped:no").await;
    assert!(offered(2).await.contains(&"person:no".to_owned()));
    tap("person:no").await;
    offered(3).await;
    let path = format!("/api/v1/conversations/{conversation}/stretches");
    let stretch = async || server.get(&path).session(&admin).send().await.ok()["items"][0].clone();
    let open = stretch().await;
    assert_eq!((&open["outcome"], &open["topic"]["flow"]), (&Value::Null, &json!("opening_hours")), "{open}");
    assert!(open["denied_at"].is_string(), "{open}");
    server.clock.moves(std::time::Duration::from_secs(25 * 3600));
    server.desk.clean().await.unwrap();
    while stretch().await["outcome"].is_null() {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(stretch().await["outcome"], "not_solved");
    let of_year = "/api/v1/outcomes?from=2026-01-01T00:00:00Z&until=2026-12-31T00:00:00Z";
    let counts = server.get(of_year).session(&admin).send().await.ok()["items"].clone();
    assert_eq!(counts.as_array().unwrap().len(), 1, "{counts}");
    let told = (&counts[0]["outcome"], &counts[0]["flow"], &counts[0]["count"]);
    assert_eq!(told, (&json!("not_solved"), &json!("opening_hours"), &json!(1)));
}

#[tokio::test]
async fn consent_is_noted_and_taken_back() {
    let server = Server::start().await;
    let agent = server.signed_in(Role::Agent).await;
    let contact = server.post("/api/v1/contacts").session(&agent).json(&json!({"name": "Wang"})).await.json();
    let path = format!("/api/v1/contacts/{}/consent", contact["id"].as_str().unwrap());
    let unknown = json!({"purpose": "marketing", "answer": "unknown", "at": null, "by": null});
    assert_eq!(server.get(&path).session(&agent).send().await.ok(), unknown);
    let put = |answer: &str| {
        let (call, body) = (server.call(Method::PUT, &path).session(&agent), json!({"answer": answer}));
        async move { call.json(&body).await }
    };
    let said = put("yes").await.ok();
    assert_eq!(said["answer"], "yes");
    assert!(said["at"].is_string());
    assert_eq!(said["by"]["type"], "user", "{said}");
    put("perhaps").await.problem(422, "bad_json");
    assert_eq!(put("unknown").await.ok()["answer"], "unknown");
    let imported = json!({"answer": "no", "way": "import", "at": "2020-02-01T08:00:00Z",
        "wording": {"text": "Offers by mail?", "version": "2019"}});
    let counts = server.call(Method::PUT, &path).session(&agent).json(&imported).await.ok();
    assert_eq!(counts["answer"], "unknown", "what was said since counts");
    let history = format!("{path}/history");
    let said = server.get(&history).session(&agent).send().await.ok();
    let told: Vec<_> = said["items"].as_array().unwrap().iter().map(|one| (&one["answer"], &one["way"])).collect();
    let word = |answer: &str, way: &str| (json!(answer), json!(way));
    let expected = [word("no", "import"), word("unknown", "agent"), word("yes", "agent")];
    assert_eq!(told, expected.iter().map(|(answer, way)| (answer, way)).collect::<Vec<_>>());
    assert_eq!(said["items"][0]["at"], "2020-02-01T08:00:00Z");
    assert_eq!(said["items"][0]["wording"], imported["wording"]);
    assert_eq!(said["items"][2]["wording"], Value::Null);
    let first = server.get(&format!("{history}?limit=2")).session(&agent).send().await.ok();
    let next = format!("{history}?cursor={}", first["next_cursor"].as_str().unwrap());
    assert_eq!(server.get(&next).session(&agent).send().await.ok()["items"][0]["answer"], "yes");
    server.get(&format!("{history}?cursor=x")).session(&agent).send().await.problem(400, "bad_cursor");
    for wrong in [
        json!({"answer": "yes", "at": "2020-02-01T08:00:00Z"}),
        json!({"answer": "yes", "way": "import", "at": "2999-02-01T08:00:00Z"}),
        json!({"answer": "yes", "way": "widget"}),
        json!({"answer": "yes", "wording": {"version": "x".repeat(101)}}),
    ] {
        server.call(Method::PUT, &path).session(&agent).json(&wrong).await.problem(422, "bad_request");
    }
    let reader = server.signed_in(Role::ReadOnly).await;
    let body = json!({"answer": "yes"});
    server.call(Method::PUT, &path).session(&reader).json(&body).await.problem(403, "forbidden");
}

/// A flow that a late parcel begins.
const LATE: &str = "flow: parcel_late
title: {zh: 包裹延误, en: A late parcel}
starts: {events: [parcel_late]}
steps:
  - say: {zh: 您的包裹晚到了。, en: Your parcel is late.}
";

/// Publishes the flow.
async fn waits_for_late_parcels(server: &Server, admin: &Session) {
    let files = json!({"files": [{"path": "flows/parcel_late.yml", "text": LATE}]});
    server.call(Method::PUT, "/api/v1/assistant/files").session(admin).json(&files).await.ok();
    server.desk.publish_assistant(&server.system, String::new(), Value::Null, None).await.unwrap();
}

#[tokio::test]
async fn an_event_begins_the_flow_that_waits_for_it_once_a_day() {
    let server = Server::start().await;
    let admin = server.signed_in(Role::Admin).await;
    waits_for_late_parcels(&server, &admin).await;
    let new = json!({"name": "Wang", "external_id": "cust-1"});
    let contact = server.post("/api/v1/contacts").session(&admin).json(&new).await.json();
    let tell = |name: &str| {
        let event =
            json!({"name": name, "inbox_key": server.inbox.key, "external_id": "cust-1", "properties": {"days": 2}});
        let call = server.post("/api/v1/events").session(&admin);
        async move { call.json(&event).await.ok() }
    };
    assert_eq!(tell("page").await, json!({"type": "nothing"}));
    let begun = tell("parcel_late").await;
    assert_eq!((&begun["type"], &begun["flow"]), (&json!("begins"), &json!("parcel_late")), "{begun}");
    let path = format!("/api/v1/conversations/{}", begun["conversation_id"].as_str().unwrap());
    let view = server.get(&path).session(&admin).send().await.ok();
    assert_eq!(view["contact"]["id"], contact["id"]);
    assert_eq!(tell("parcel_late").await["type"], "too_often");
}

#[tokio::test]
async fn a_customers_page_tells_of_its_own_customer_only() {
    let server = Server::start().await;
    let admin = server.signed_in(Role::Admin).await;
    waits_for_late_parcels(&server, &admin).await;
    let visitor = server.visitor().await;
    let tell = |body: Value| {
        let call = server.post("/api/v1/visitor/events").bearer(&visitor.token);
        async move { call.json(&body).await }
    };
    assert_eq!(tell(json!({"name": "parcel_late"})).await.ok()["type"], "begins");
    tell(json!({"name": "parcel_late", "contact_id": Uuid::now_v7()})).await.problem(422, "bad_json");
    for name in ["", "  ", &"a".repeat(65)] {
        tell(json!({"name": name})).await.problem(422, "bad_request");
    }
    tell(json!({"name": "page", "properties": {"a": "x".repeat(17 * 1024)}})).await.problem(422, "bad_request");
    tell(json!({"name": "page", "properties": [1]})).await.problem(422, "bad_json");
}

#[tokio::test]
async fn an_event_names_one_customer_and_one_inbox_and_needs_the_right_to_write() {
    let server = Server::start().await;
    let agent = server.signed_in(Role::Agent).await;
    let contact = server.post("/api/v1/contacts").session(&agent).json(&json!({"name": "Wang"})).await.json();
    let (id, inbox) = (&contact["id"], json!(server.inbox.id));
    for body in [
        json!({"name": "page", "contact_id": id}),
        json!({"name": "page", "inbox_id": inbox}),
        json!({"name": "page", "inbox_id": inbox, "inbox_key": server.inbox.key, "contact_id": id}),
        json!({"name": "page", "inbox_id": inbox, "contact_id": id, "external_id": "x"}),
        json!({"name": "page", "inbox_id": inbox, "external_id": "a\0"}),
    ] {
        server.post("/api/v1/events").session(&agent).json(&body).await.problem(422, "bad_request");
    }
    for body in [
        json!({"name": "page", "inbox_key": "other", "contact_id": id}),
        json!({"name": "page", "inbox_id": inbox, "external_id": "nobody"}),
    ] {
        server.post("/api/v1/events").session(&agent).json(&body).await.problem(404, "not_found");
    }
    let body = json!({"name": "page", "inbox_id": inbox, "contact_id": id});
    let reader = server.signed_in(Role::ReadOnly).await;
    server.post("/api/v1/events").session(&reader).json(&body).await.problem(403, "forbidden");
    let stranger = server.stranger().await;
    server.post("/api/v1/events").bearer(&stranger).json(&body).await.problem(404, "not_found");
}

#[tokio::test]
async fn a_visitor_says_whether_they_may_be_written_to_and_only_then_are() {
    let server = Server::start().await;
    let admin = server.signed_in(Role::Admin).await;
    let sale = LATE.replace("starts: {events", "starts: {occasion: marketing, events");
    let files = json!({"files": [{"path": "flows/parcel_late.yml", "text": sale}]});
    server.call(Method::PUT, "/api/v1/assistant/files").session(&admin).json(&files).await.ok();
    server.desk.publish_assistant(&server.system, String::new(), Value::Null, None).await.unwrap();

    let visitor = server.visitor().await;
    let own = "/api/v1/visitor/consent";
    let said = server.get(own).bearer(&visitor.token).send().await.ok();
    assert_eq!(said["items"], json!([{"purpose": "marketing", "answer": "unknown", "at": null}]));
    let tell = || async {
        let event = json!({"name": "parcel_late"});
        server.post("/api/v1/visitor/events").bearer(&visitor.token).json(&event).await.ok()["type"].clone()
    };
    let say = |answer: &'static str| {
        let body = json!({"purpose": "marketing", "answer": answer});
        let call = server.call(Method::PUT, own).bearer(&visitor.token);
        async move { call.json(&body).await }
    };
    assert_eq!(tell().await, "no_consent");
    assert_eq!(say("no").await.ok()["answer"], "no");
    assert_eq!(tell().await, "no_consent");
    assert_eq!(say("yes").await.ok()["answer"], "yes");
    assert_eq!(tell().await, "begins");

    let path = format!("/api/v1/contacts/{}/consent", visitor.contact);
    let seen = server.get(&path).session(&admin).send().await.ok();
    assert_eq!((&seen["answer"], &seen["by"]["type"]), (&json!("yes"), &json!("contact")), "{seen}");
    let withdrawn = server.call(Method::PUT, &path).session(&admin).json(&json!({"answer": "no"})).await.ok();
    assert_eq!((&withdrawn["answer"], &withdrawn["by"]["type"]), (&json!("no"), &json!("user")));
    assert_eq!(server.get(own).bearer(&visitor.token).send().await.ok()["items"][0]["answer"], "no");
    let shown = json!({"purpose": "marketing", "answer": "yes", "way": "widget",
        "wording": {"text": "May we write?", "version": "en 1"}});
    server.call(Method::PUT, own).bearer(&visitor.token).json(&shown).await.ok();
    let history = server.get(&format!("{path}/history")).session(&admin).send().await.ok();
    let ways: Vec<_> = history["items"].as_array().unwrap().iter().map(|one| one["way"].as_str().unwrap()).collect();
    assert_eq!(ways, ["widget", "agent", "api", "api"]);
    assert_eq!(history["items"][0]["wording"], shown["wording"]);
    assert_eq!(history["items"][0]["by"]["type"], "contact");
    let forged = json!({"purpose": "marketing", "answer": "yes", "way": "agent"});
    server.call(Method::PUT, own).bearer(&visitor.token).json(&forged).await.problem(422, "bad_request");

    say("perhaps").await.problem(422, "bad_json");
    server.get(own).send().await.problem(401, "unauthenticated");
    let other = server.visitor().await;
    let unasked = server.get(own).bearer(&other.token).send().await.ok();
    assert_eq!(unasked["items"][0]["answer"], "unknown", "what one says is not said for others");
}
