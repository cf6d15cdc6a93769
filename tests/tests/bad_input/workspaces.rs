//! Two companies on one server: neither can see, change or find anything of the other.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};
use yingda_testing::Postgres;
use yingda_tests::{
    Api, DEMO_INBOX, DEMO_PASSWORD, Server, Setup, Socket, run, run_with_input, sign_in, staff, visitor,
};

use crate::{problem, unharmed};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ids_of_another_workspace_name_nothing_on_sqlite() {
    strangers(Setup::demo(), None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ids_of_another_workspace_name_nothing_on_postgres() {
    let postgres = Postgres::start();
    let url = postgres.database();
    strangers(Setup::demo().database(&url), Some(&url)).await;
}

async fn strangers(setup: Setup, database: Option<&str>) {
    let mut server = Server::start(setup).await;
    server.stop().await;
    let other_inbox = add_workspace(&server, database).await;
    server.start_again().await;
    let address = server.address().clone();

    // What the first company has.
    let (admin, _) = staff(&address, "admin").await;
    let (customer, customer_token) = visitor(&address, DEMO_INBOX).await;
    let message = json!({"client_key": "k", "content": {"type": "text", "text": "怎么退货"}});
    let receipt = customer.post("/visitor/messages", message).await.done();
    let file = customer.upload("/visitor/files", "a.txt", "text/plain", b"private").await.done();
    let contact =
        admin.post("/contacts", json!({"name": "王芳", "email": "wang@example.com", "external_id": "e1"})).await.done();
    let token = sign_in(&address, "default", "agent1@qinghe.example", DEMO_PASSWORD).await;
    let token = token.post("/tokens", json!({"name": "t", "scopes": ["conversations:read"]})).await.done();
    let users = admin.get("/users").await.done();
    let teams = admin.get("/teams").await.done();
    let inboxes = admin.get("/inboxes").await.done();
    let entries = admin.get("/kb/entries?limit=1").await.done();
    let proposal = json!({"content": {"question": "q", "answer": "a"}});
    let change = admin.post("/kb/changes", proposal).await.done();
    let pair = admin.post("/kb/eval", json!({"pairs": [{"query": "怎么退货"}]})).await.done();
    let site = admin.post("/kb/sites", own_site("first")).await.done();
    let web = admin.post("/kb/web", own_website()).await.done();
    let intents = admin.get("/language/intents").await.done();
    let utterances = admin.get("/language/utterances?limit=1").await.done();
    let entity_type = admin.post("/language/entity-types", own_type()).await.done();
    let id = |value: &Value| value.as_str().unwrap().to_owned();
    let conversation = id(&receipt["conversation_id"]);
    let ticket = admin.post(&format!("/conversations/{conversation}/tickets"), json!({"subject": "call"})).await.done();
    admin.call(Method::PUT, &format!("/conversations/{conversation}/tags/vip"), None).await.unwrap().done();
    for kind in ["secrets", "settings"] {
        let body = json!({"value": "first"});
        admin.call(Method::PUT, &format!("/assistant/{kind}/own_value"), Some(&body)).await.unwrap();
    }
    let releases = admin.get("/assistant/releases?limit=1").await.done();
    let release = releases["items"][0]["number"].as_u64().unwrap_or(1).to_string();
    let run = admin.post("/assistant/walk", json!({"count": 1})).await.done();
    let ids: BTreeMap<&str, String> = BTreeMap::from([
        ("conversations", id(&receipt["conversation_id"])),
        ("contacts", id(&contact["id"])),
        ("users", id(&users["items"][0]["id"])),
        ("inboxes", id(&inboxes["items"][0]["id"])),
        ("entries", id(&entries["items"][0]["id"])),
        ("changes", id(&change["id"])),
        ("eval", id(&pair["items"][0]["id"])),
        ("sites", id(&site["id"])),
        ("web", id(&web["id"])),
        ("files", id(&file["id"])),
        ("visitor", id(&file["id"])),
        ("tokens", id(&token["id"])),
        ("jobs", "1".into()),
        ("intents", id(&intents["items"][0]["id"])),
        ("utterances", id(&utterances["items"][0]["id"])),
        ("entity-types", id(&entity_type["id"])),
        ("models", "1".into()),
        ("tickets", id(&ticket["id"])),
        ("releases", release),
        ("runs", id(&run["id"])),
        ("secrets", "own_value".into()),
        ("settings", "own_value".into()),
    ]);
    let before = everything(&admin, &ids).await;

    // The administrator of the second tries every address with them.
    let stranger = sign_in(&address, "other", "boss@other.example", "a long password").await;
    let (their_customer, _) = visitor(&address, &other_inbox).await;
    let own = their_customer
        .post("/visitor/messages", json!({"client_key": "k", "content": {"type": "text", "text": "hi"}}))
        .await
        .done();
    let own_contact = stranger.post("/contacts", json!({"name": "own"})).await.done();
    let document = admin.get("!/openapi.json").await.done();
    let mut tried = 0;
    for (path, operations) in document["paths"].as_object().unwrap() {
        if !path.contains('{') {
            continue;
        }
        let path = path.strip_prefix("/api/v1").unwrap_or(path);
        // What the id is of: the part before it, where one part of the API has several kinds.
        let mut parts = path.split('/').skip(1);
        let area = parts.next().unwrap();
        let kind = if ["language", "kb", "assistant"].contains(&area) { parts.next().unwrap() } else { area };
        let filled = path.split('/').map(|part| match part {
            "{version}" if kind == "entries" => "1",
            part if part.starts_with('{') => ids[kind].as_str(),
            "difference" => "difference?from=1",
            part => part,
        });
        let filled = filled.collect::<Vec<_>>().join("/");
        for method in operations.as_object().unwrap().keys() {
            let api = if kind == "visitor" { &their_customer } else { &stranger };
            let method: Method = method.to_uppercase().parse().unwrap();
            // A value of this name is one's own, and does not touch the other's.
            if method == Method::PUT && ["secrets", "settings"].contains(&kind) {
                continue;
            }
            let body = body_for(&filled, &own_contact, &ids);
            let reply = api.call(method.clone(), &filled, Some(&body)).await.unwrap();
            problem(&format!("{method} {filled}"), &reply, &[404]);
            tried += 1;
        }
    }
    assert!(tried >= 25, "only {tried} addresses were tried");

    // Foreign ids inside bodies and queries.
    let conversation = id(&own["conversation_id"]);
    for (path, body) in [
        ("/conversations".to_owned(), json!({"inbox_id": ids["inboxes"], "contact_id": ids["contacts"]})),
        ("/conversations".to_owned(), json!({"inbox_id": ids["inboxes"], "contact_id": own_contact["id"]})),
        (format!("/conversations/{conversation}/assign"), json!({"user_id": ids["users"]})),
        (format!("/conversations/{conversation}/assign"), json!({"team_id": teams["items"][0]["id"]})),
        (format!("/contacts/{}/merge", id(&own_contact["id"])), json!({"into": ids["contacts"]})),
        ("/events".to_owned(), json!({"name": "page", "inbox_key": other_inbox, "contact_id": ids["contacts"]})),
        ("/events".to_owned(), json!({"name": "page", "inbox_key": other_inbox, "external_id": "e1"})),
        ("/events".to_owned(), json!({"name": "page", "inbox_id": ids["inboxes"], "contact_id": own_contact["id"]})),
        (
            format!("/conversations/{conversation}/messages"),
            json!({"client_key": "f", "visibility": "private",
            "content": {"type": "file", "file_id": ids["files"]}}),
        ),
    ] {
        problem(&path, &stranger.post(&path, body).await, &[404, 422]);
    }
    let user = json!({"email": "x@other.example", "name": "x", "role": "agent", "password": "a long password", "teams": [teams["items"][0]["id"]]});
    problem("a foreign team", &stranger.post("/users", user).await, &[404, 422]);
    for list in ["/conversations?contact_id=", "/conversations?inbox_id="] {
        let foreign = if list.contains("contact") { &ids["contacts"] } else { &ids["inboxes"] };
        assert_eq!(stranger.get(&format!("{list}{foreign}")).await.done()["items"], json!([]));
    }
    assert_eq!(stranger.get("/contacts?q=wang@example.com").await.done()["items"], json!([]));
    assert_eq!(stranger.get("/conversations").await.done()["items"].as_array().unwrap().len(), 1);
    assert_eq!(stranger.get("/users").await.done()["items"].as_array().unwrap().len(), 1);
    for list in ["/kb/entries", "/kb/changes", "/kb/eval", "/kb/sites", "/kb/web"] {
        assert_eq!(stranger.get(list).await.done()["items"], json!([]), "{list}");
    }
    for list in ["/assistant/files", "/assistant/flows", "/assistant/releases", "/tickets", "/tags"] {
        assert_eq!(stranger.get(list).await.done()["items"], json!([]), "{list}");
    }
    let foreign = format!("/tickets?conversation_id={}", ids["conversations"]);
    assert_eq!(stranger.get(&foreign).await.done()["items"], json!([]));
    assert_eq!(stranger.get("/conversations?tag=vip").await.done()["items"], json!([]));
    assert_eq!(stranger.get("/kb/graph").await.done()["things"], json!([]));
    assert_eq!(stranger.get("/kb/facets").await.done()["total"], 0);
    let search = stranger.post("/kb/search", json!({"text": "怎么退货"})).await.done();
    assert_eq!(search["hits"], json!([]), "knowledge of another company");
    let asked = json!({"question": "青禾电热水壶多少钱"});
    assert_eq!(stranger.post("/kb/graph/ask", asked).await.done()["answer"], Value::Null);
    let content = json!({"question": "q", "answer": "a"});
    let with = |field: &str, value: Value| {
        let mut content = content.clone();
        content[field] = value;
        content
    };
    for content in [
        with("audience", json!({"team": teams["items"][0]["id"]})),
        with("owner_id", json!(ids["users"])),
        with("source", json!({"file_id": ids["files"]})),
    ] {
        problem("a foreign name in an entry", &stranger.post("/kb/entries", content.clone()).await, &[422]);
        problem("and in a proposal", &stranger.post("/kb/changes", json!({"content": content})).await, &[422]);
    }
    let foreign = json!({"entry_id": ids["entries"], "content": content});
    problem("a proposal for a foreign entry", &stranger.post("/kb/changes", foreign).await, &[404]);
    // A visitor's token is for its own inbox: with another's key it starts anew.
    let session = json!({"inbox_key": other_inbox, "token": customer_token});
    let session = Api::new(&address).post("/visitor/session", session).await.done();
    assert_eq!(session["conversation_id"], Value::Null);

    // Sockets: no foreign conversation, no foreign news.
    let (_, stranger_token) = yingda_tests::token(&stranger, "admin").await;
    for frame in [
        json!({"type": "watch", "conversation_id": ids["conversations"], "last_seq": 0}),
        json!({"type": "typing", "conversation_id": ids["conversations"], "on": true}),
    ] {
        let mut socket = Socket::agent(&address, &stranger_token, Some("0-0")).await.unwrap();
        socket.next_of("welcome", 5).await.unwrap();
        socket.send(&frame).await.unwrap();
        let error = socket.next_of("error", 5).await.unwrap();
        assert_eq!(error["problem"]["status"], 404);
    }
    let mut socket = Socket::agent(&address, &stranger_token, None).await.unwrap();
    socket.next_of("welcome", 5).await.unwrap();
    customer
        .post("/visitor/messages", json!({"client_key": "k2", "content": {"type": "text", "text": "秘密"}}))
        .await
        .done();
    their_customer
        .post("/visitor/messages", json!({"client_key": "k2", "content": {"type": "text", "text": "own"}}))
        .await
        .done();
    let first = socket.next_of("event", 10).await.unwrap();
    assert_eq!(first["event"]["conversation_id"].as_str(), Some(conversation.as_str()), "news of another company");

    assert_eq!(everything(&admin, &ids).await, before, "a stranger changed something");
    unharmed(&mut server).await;
}

/// Adds a second company by command line; gives the key of its inbox.
async fn add_workspace(server: &Server, database: Option<&str>) -> String {
    let data = server.data().to_str().unwrap();
    let mut place = vec!["--data", data];
    if let Some(database) = database {
        place.extend(["--database", database]);
    }
    let added = run(&[&["workspace", "add", "other", "--name", "Other", "--json"][..], &place].concat()).await;
    let added: Value = serde_json::from_str(&added).unwrap();
    let user = [
        "user",
        "add",
        "boss@other.example",
        "--name",
        "Boss",
        "--role",
        "admin",
        "--workspace",
        "other",
        "--password-stdin",
    ];
    run_with_input(&[&user[..], &place].concat(), "a long password\n").await;
    added["inbox_key"].as_str().unwrap().to_owned()
}

/// A body that would do, were the address one's own.
fn body_for(path: &str, own_contact: &Value, ids: &BTreeMap<&str, String>) -> Value {
    match path.rsplit('/').next().unwrap() {
        "messages" if path.starts_with("/inboxes") => {
            json!({"contact_id": own_contact["id"], "external_id": "x", "content": {"type": "text", "text": "x"}})
        }
        "messages" => json!({"client_key": "x", "content": {"type": "text", "text": "x"}}),
        "snooze" => json!({"until": "2099-01-01T00:00:00Z"}),
        "assign" => json!({"user_id": null, "team_id": null}),
        "read" => json!({"seq": 1}),
        "typing" => json!({"on": true}),
        "merge" => json!({"into": own_contact["id"]}),
        _ if path.starts_with("/language/intents") => json!({"name": "x/y"}),
        _ if path.starts_with("/language/utterances") => json!({"text": "x"}),
        _ if path.starts_with("/language/entity-types") => own_type(),
        "status" => json!({"status": "archived"}),
        "roll-back" => json!({"version": 1}),
        "tables" => json!({"type": "phone"}),
        "tickets" => json!({"subject": "x"}),
        "consent" => json!({"answer": "yes"}),
        "rephrase" | "translate" => json!({"text": "x"}),
        "summary" => json!({"lang": "en"}),
        last if last == ids["entries"] => json!({"question": "q", "answer": "a"}),
        last if last == ids["changes"] => json!({"content": {"question": "q", "answer": "a"}, "state": "review"}),
        last if last == ids["sites"] => own_site("second"),
        last if last == ids["web"] => own_website(),
        _ if path.starts_with("/contacts") || path.starts_with("/users") || path.starts_with("/inboxes") => {
            json!({"name": "x"})
        }
        _ => json!({}),
    }
}

fn own_type() -> Value {
    json!({"name": "serial", "patterns": ["SN-[0-9]{8}"]})
}

fn own_site(slug: &str) -> Value {
    let text = json!({"name": "Shop", "tagline": ""});
    json!({"slug": slug, "settings": {"zh": text, "en": text}})
}

fn own_website() -> Value {
    json!({"start": "https://shop.invalid/sitemap.xml"})
}

/// What the first company sees of its own things, but for what goes on by itself.
async fn everything(admin: &Api, ids: &BTreeMap<&str, String>) -> Vec<Value> {
    let mut all = Vec::new();
    for path in [
        "/users",
        "/teams",
        "/inboxes",
        "/kb/entries?limit=100",
        "/kb/changes",
        "/kb/eval",
        "/kb/graph",
        "/kb/sites",
        "/contacts",
        "/language/intents",
        "/language/utterances?limit=100",
        "/language/entity-types",
        "/assistant/files",
        "/assistant/releases",
        "/assistant/secrets",
        "/assistant/settings",
        "/tickets",
        "/tags",
    ] {
        all.push(admin.get(path).await.done());
    }
    all.push(admin.get(&format!("/contacts/{}", ids["contacts"])).await.done());
    let view = admin.get(&format!("/conversations/{}", ids["conversations"])).await.done();
    all.push(json!([view["assignee"], view["conversation"]["status"]]));
    all
}
