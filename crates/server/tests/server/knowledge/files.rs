//! Files of entries, in and out.

use axum::http::StatusCode;
use serde_json::{Value, json};
use yingda_model::Role;

use super::{Kb, created, text};

/// A file of the exchange's tests.
fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/../exchange/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// Everything that a workspace has, with what differs in every workspace taken out: ids and moments of storing.
async fn everything(kb: &Kb) -> (Vec<Value>, Vec<Value>) {
    let mut entries = Vec::new();
    let page = kb.get("/entries?limit=100").await.ok();
    for entry in page["items"].as_array().unwrap() {
        let history = kb.get(&format!("/entries/{}/versions", text(&entry["id"]))).await.ok();
        let told = history["items"].as_array().unwrap().iter();
        let versions: Vec<Value> = told.map(|old| json!([old["version"], old["content"], old["note"]])).collect();
        let mut entry = entry.clone();
        for own in ["id", "created_at", "updated_at"] {
            entry.as_object_mut().unwrap().remove(own);
        }
        entries.push(json!([entry, versions]));
    }
    let page = kb.get("/changes?limit=100").await.ok();
    let changes = page["items"].as_array().unwrap().iter();
    let changes = changes.map(|change| {
        let kept = ["content", "origin", "state", "note", "evidence", "based_on"].map(|field| change[field].clone());
        json!([kept, change["entry_id"].is_string()])
    });
    let mut changes: Vec<Value> = changes.collect();
    entries.sort_by_key(Value::to_string);
    changes.sort_by_key(Value::to_string);
    (entries, changes)
}

/// A workspace with a little of all that there is.
async fn furnished() -> Kb {
    let kb = Kb::open().await;
    let id = kb.faq("怎么退货？", "七天内可以退。").await;
    let second = json!({"question": "怎么退货？", "answer": "十天内可以退。\n\n- 带小票\n- 带包装", "lang": "zh", "key": "returns",
        "variants": ["退货", "我要退"], "tags": ["a,b", "c"], "category": "售后/退货", "valid_until": "2027-01-01T00:00:00Z",
        "answers": [{"channel": "web", "answer": "按“退货”。"}], "follow_ups": ["多久到账？"], "audience": "signed_in"});
    kb.put(&format!("/entries/{id}?note=longer"), second).await.ok();
    kb.add(json!({"kind": "article", "question": "Returns, \"in short\"", "answer": "# Returns\n\n| a | b |\n|---|---|\n| 1 | =2 |",
        "lang": "en", "key": "returns", "status": "archived", "source": {"url": "https://shop.example.com/r"}}))
        .await;
    created(
        &kb.post(
            "/changes",
            json!({"entry_id": id, "note": "n", "content": {"question": "怎么退货？", "answer": "不能退。"}}),
        )
        .await,
    );
    created(&kb.post("/changes", json!({"state": "draft", "content": {"question": "New?", "answer": "Yes."}})).await);
    kb
}

#[tokio::test]
async fn everything_goes_out_and_into_another_workspace_without_loss() {
    let kb = furnished().await;
    // A gap is a proposal to which nobody has written an answer yet.
    let gap = yingda_desk::Suggestion {
        origin: yingda_model::ChangeOrigin::Gap,
        entry_id: None,
        content: yingda_model::EntryContent { question: "Do you sell boats?".into(), ..Default::default() },
        evidence: vec![yingda_model::ChangeEvidence::Question { text: "boats?".into(), count: 3 }],
        note: None,
        fingerprint: "gap".into(),
    };
    kb.server.desk.suggest_kb(&kb.server.system, vec![gap]).await.unwrap();
    let file = kb.get("/export").await;
    assert_eq!(file.status, StatusCode::OK);
    assert!(file.header("content-disposition").contains("knowledge.jsonl"));

    let other = Kb::open().await;
    let report = other.upload("/import", "knowledge.jsonl", &file.body).await.ok();
    assert_eq!((&report["format"], &report["added"], &report["proposals"]), (&json!("jsonl"), &json!(2), &json!(3)));
    assert_eq!(everything(&other).await, everything(&kb).await);
}

#[tokio::test]
async fn teams_owners_and_files_stay_behind_and_nothing_is_shown_to_more_people() {
    let kb = Kb::open().await;
    let admin = kb.server.signed_in(Role::Admin).await;
    let team =
        created(&kb.server.post("/api/v1/teams").session(&admin).json(&json!({"name": "A"})).await)["id"].clone();
    let me = kb.server.get("/api/v1/auth/me").session(&admin).send().await.ok()["user"]["id"].clone();
    kb.add(json!({"question": "ours", "answer": "a", "audience": {"team": team}, "owner_id": me,
        "answers": [{"audience": {"team": team}, "answer": "b"}]}))
        .await;
    created(&kb.upload("/documents", "lamp.txt", b"The lamp shines for nine hours.").await);
    let file = kb.get("/export").await;
    let own = kb.upload("/import", "knowledge.jsonl", &file.body).await.ok();
    assert_eq!((&own["unchanged"], &own["notes"]), (&json!(2), &json!([])), "{own}");

    let other = Kb::open().await;
    let report = other.upload("/import", "knowledge.jsonl", &file.body).await.ok();
    assert_eq!((&report["added"], &report["notes"][0]["code"]), (&json!(2), &json!("unknown_references")), "{report}");
    let entry = other.get("/entries?audience=agents").await.ok()["items"][0].clone();
    assert_eq!((&entry["question"], &entry["owner_id"]), (&json!("ours"), &Value::Null), "{entry}");
    assert_eq!(entry["answers"][0]["audience"], "agents");
    let lamp = other.get("/entries?kind=document").await.ok()["items"][0].clone();
    assert_eq!((&lamp["source"]["name"], &lamp["source"]["file_id"]), (&json!("lamp.txt"), &Value::Null), "{lamp}");
}

#[tokio::test]
async fn tables_and_markdown_keep_what_entries_say() {
    let kb = furnished().await;
    let (before, _) = everything(&kb).await;
    for format in ["csv", "xlsx", "markdown_folder"] {
        let file = kb.get(&format!("/export?format={format}")).await;
        assert_eq!(file.status, StatusCode::OK, "{format}: {}", file.text());
        let name = file.header("content-disposition").split('"').nth(1).unwrap().to_owned();
        // Into itself it changes nothing; into another it is the same.
        let again = kb.upload("/import", &name, &file.body).await.ok();
        assert_eq!((&again["unchanged"], &again["added"]), (&json!(2), &json!(0)), "{format}: {again}");
        let other = Kb::open().await;
        let report = other.upload("/import", &name, &file.body).await.ok();
        assert_eq!((&report["format"], &report["added"]), (&json!(format), &json!(2)), "{report}");
        let (after, _) = everything(&other).await;
        let contents = |entries: &[Value]| -> Vec<Value> {
            let of = |entry: &Value| {
                let mut entry = entry[0].clone();
                entry.as_object_mut().unwrap().remove("version");
                entry
            };
            entries.iter().map(of).collect()
        };
        let (mut is, mut was) = (contents(&after), contents(&before));
        is.sort_by_key(Value::to_string);
        was.sort_by_key(Value::to_string);
        assert_eq!(is, was, "{format}");
    }
    kb.get("/export?format=pdf").await.problem(422, "bad_request");
    kb.get("/export?format=zendesk").await.problem(422, "bad_request");
}

#[tokio::test]
async fn files_of_every_kind_become_entries_that_are_found() {
    let markdown =
        "# 售后\n\n## 怎么退货？\n\n七天内可以退。\n\n相似问：\n- 我想退货\n\n## 怎么开发票？\n\n在订单里申请。\n";
    let csv = "问题,答案,语言\r\n怎么退货？,\"七天内,\n可以退。\",zh\r\n怎么开发票？,在订单里申请。,zh\r\n";
    let jsonl = "{\"question\":\"怎么退货？\",\"answer\":\"七天内可以退。\"}\n{\"question\":\"怎么开发票？\",\"answer\":\"在订单里申请。\"}\n";
    for (name, file, format) in [("a.md", markdown, "markdown"), ("a.csv", csv, "csv"), ("a.jsonl", jsonl, "jsonl")] {
        let kb = Kb::open().await;
        let report = kb.upload("/import", name, file.as_bytes()).await.ok();
        assert_eq!((&report["format"], &report["added"]), (&json!(format), &json!(2)), "{report}");
        assert_eq!(kb.found("怎么退货").await[0], "怎么退货？", "{name}");
        let again = kb.upload("/import", name, file.as_bytes()).await.ok();
        assert_eq!((&again["added"], &again["unchanged"]), (&json!(0), &json!(2)), "{name}");
        let changed = kb.upload("/import", name, file.replace("申请", "下载").as_bytes()).await.ok();
        assert_eq!((&changed["updated"], &changed["unchanged"]), (&json!(1), &json!(1)), "{name}");
        assert_eq!(kb.listed("").await.len(), 2);
    }
}

#[tokio::test]
async fn articles_come_over_from_other_help_centres() {
    let kb = Kb::open().await;
    let report = kb.upload("/import", "articles.json", &fixture("chatwoot_articles.json")).await.ok();
    assert_eq!((&report["format"], &report["refused"]), (&json!("chatwoot"), &json!([])), "{report}");
    assert!(report["proposals"].as_u64().is_some() && report["added"].as_u64().unwrap() >= 2, "{report}");
    assert_eq!(kb.listed("?key=chatwoot-11&lang=zh").await, ["怎么退货"]);
    assert_eq!(kb.listed("?status=archived").await, ["Old prices"]);
    assert!(kb.found("how do I return something").await.contains(&"How to return something".to_owned()));
    let notes = report["notes"].as_array().unwrap();
    assert!(notes.iter().all(|note| ["place", "code", "message_zh", "message_en"].iter().all(|f| note[f].is_string())));

    let kb = Kb::open().await;
    let report = kb.upload("/import", "articles.json", &fixture("zendesk_articles.json")).await.ok();
    assert_eq!((&report["format"], &report["added"], &report["proposals"]), (&json!("zendesk"), &json!(4), &json!(1)));
    let battery = kb.get("/entries?tag=battery").await.ok()["items"][0].clone();
    assert_eq!((&battery["question"], &battery["lang"]), (&json!("Battery care"), &json!("en")));
    assert!(!text(&battery["answer"]).contains('<'), "{battery}");
    // The draft in Chinese waits for somebody who publishes it.
    let drafts = kb.get("/changes?state=draft").await.ok();
    assert_eq!(drafts["items"][0]["content"]["question"], "电池保养");
    assert_eq!(kb.found("电池保养").await.iter().filter(|title| *title == "电池保养").count(), 0);
}

#[tokio::test]
async fn bad_lines_are_named_and_nothing_is_stored_unless_they_are_to_be_skipped() {
    let kb = Kb::open().await;
    let file = b"{\"question\":\"good\",\"answer\":\"a\"}\n{\"question\":\"\",\"answer\":\"a\"}\nnot json\n\
        {\"question\":\"x\",\"answer\":\"a\",\"valid_from\":\"2027-01-01T00:00:00Z\",\"valid_until\":\"2026-01-01T00:00:00Z\"}\n";
    let reply = kb.upload("/import", "a.jsonl", file).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    let report = reply.json();
    let refused = report["refused"].as_array().unwrap();
    assert_eq!(refused.len(), 3, "{report}");
    for (line, refusal) in [(2, &refused[0]), (3, &refused[1]), (4, &refused[2])] {
        assert!(text(&refusal["place"]).contains(&line.to_string()), "{refusal}");
        assert!(text(&refusal["message_zh"]).contains(&format!("{line} 行")), "{refusal}");
    }
    assert_eq!(kb.listed("").await, [""; 0]);
    let report = kb.upload("/import?skip_bad=true", "a.jsonl", file).await.ok();
    assert_eq!((&report["added"], report["refused"].as_array().unwrap().len()), (&json!(1), 3));
    assert_eq!(kb.listed("").await, ["good"]);
}

#[tokio::test]
async fn another_workspace_sees_and_changes_nothing() {
    let kb = furnished().await;
    let before = everything(&kb).await;
    let stranger = kb.server.stranger().await;
    let file = kb.get("/export").await;
    let call = |path: &str| kb.server.post(&format!("/api/v1/kb{path}")).bearer(&stranger);
    // The ids of a file are those of another workspace here: what comes of it are entries of their own.
    let report = call("/import").upload("knowledge.jsonl", &file.body).await.ok();
    assert_eq!(report["added"], 2, "{report}");
    assert_eq!(everything(&kb).await, before);
    let found = call("/search").json(&json!({"text": "怎么退货"})).await.ok();
    let ours = kb.get("/entries").await.ok();
    let own: Vec<&Value> = ours["items"].as_array().unwrap().iter().map(|entry| &entry["id"]).collect();
    assert!(found["hits"].as_array().unwrap().iter().all(|hit| !own.contains(&&hit["entry_id"])), "{found}");
    let agent = kb.server.signed_in(Role::Agent).await;
    assert_eq!(kb.found_by(&agent, "怎么退货").await, ["怎么退货？"]);
}

#[tokio::test]
async fn an_import_keeps_when_entries_were_made_and_changed() {
    let kb = Kb::open().await;
    let file = "question,answer,created_at,updated_at\n\
                old,a,2024-03-01T08:00:00Z,2025-06-01T08:00:00Z\n\
                made,a,2024-03-01T08:00:00Z,\n\
                ahead,a,2024-03-01T08:00:00Z,2999-01-01T00:00:00Z\n\
                new,a,,\n";
    let report = kb.upload("/import", "a.csv", file.as_bytes()).await.ok();
    assert_eq!(report["added"], 4, "{report}");
    let list = async || kb.get("/entries?limit=100").await.ok()["items"].as_array().unwrap().clone();
    let moments = |entries: &[Value]| -> Vec<(String, String, String)> {
        let mut all: Vec<_> = entries
            .iter()
            .map(|entry| (text(&entry["question"]), text(&entry["created_at"]), text(&entry["updated_at"])))
            .collect();
        all.sort();
        all
    };
    let entries = list().await;
    let now =
        entries.iter().find(|entry| entry["question"] == "new").unwrap()["created_at"].as_str().unwrap().to_owned();
    let first = "2024-03-01T08:00:00Z".to_owned();
    let expected = [
        ("ahead".into(), first.clone(), now.clone()),
        ("made".into(), first.clone(), first.clone()),
        ("new".into(), now.clone(), now.clone()),
        ("old".into(), first.clone(), "2025-06-01T08:00:00Z".into()),
    ];
    assert_eq!(moments(&entries), expected);
    let version = kb
        .get(&format!(
            "/entries/{}/versions/1",
            text(&entries.iter().find(|one| one["question"] == "old").unwrap()["id"])
        ))
        .await;
    assert_eq!(version.ok()["at"], "2025-06-01T08:00:00Z");
    // What is imported again is changed now.
    kb.server.clock.moves(std::time::Duration::from_secs(60));
    kb.upload("/import", "a.csv", b"question,answer,created_at,updated_at\nold,b,2020-03-01,2020-03-01\n").await.ok();
    let after = list().await;
    let old = after.iter().find(|entry| entry["question"] == "old").unwrap();
    assert_eq!((&old["created_at"], &old["version"]), (&json!(first), &json!(2)));
    assert!(text(&old["updated_at"]) > now, "{old}");
}
