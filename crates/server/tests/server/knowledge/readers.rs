//! What is for a team is read by the team, and by those who look after all knowledge.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use yingda_model::Role;

use super::{Kb, created, text};
use crate::support::{Reply, Session};

/// A company with two teams, an agent in one of them, and an entry for each.
struct Company {
    kb: Kb,
    agent: Session,
    reader: Session,
    /// Teams, and entries for them.
    own: (String, String),
    other: (String, String),
}

impl Company {
    async fn open() -> Self {
        let kb = Kb::open().await;
        let admin = kb.server.signed_in(Role::Admin).await;
        let team = async |name: &str| {
            let team = kb.server.post("/api/v1/teams").session(&admin).json(&json!({ "name": name })).await;
            text(&created(&team)["id"])
        };
        let (own, other) = (team("Returns").await, team("Complaints").await);
        let scope = kb.server.person(Role::Agent).await;
        let path = format!("/api/v1/users/{}", scope.user_id().unwrap());
        let joined = kb.server.call(Method::PATCH, &path).session(&admin).json(&json!({"teams": [own]})).await;
        assert_eq!(joined.status, StatusCode::OK, "{}", joined.text());
        let agent = kb.server.sign_in(Role::Agent).await;
        let reader = kb.server.signed_in(Role::ReadOnly).await;
        kb.faq("How do I send it back?", "With the label.").await;
        let entry = async |question: &str, team: &str| {
            text(
                &kb.add(json!({"question": question, "answer": "quiet words", "audience": {"team": team}})).await["id"],
            )
        };
        let (of_own, of_other) =
            (entry("Refund without a receipt", &own).await, entry("Refund after a complaint", &other).await);
        Self { kb, agent, reader, own: (own, of_own), other: (other, of_other) }
    }

    async fn get(&self, who: &Session, path: &str) -> Reply {
        self.kb.server.get(&format!("/api/v1/kb{path}")).session(who).send().await
    }

    async fn listed(&self, who: &Session, query: &str) -> Vec<String> {
        let page = self.get(who, &format!("/entries{query}")).await.ok();
        let mut found: Vec<String> =
            page["items"].as_array().unwrap().iter().map(|entry| text(&entry["question"])).collect();
        found.sort();
        found
    }
}

#[tokio::test]
async fn an_entry_for_a_team_is_there_for_its_people_and_for_those_who_publish() {
    let company = Company::open().await;
    let (public, own, other) = ("How do I send it back?", "Refund without a receipt", "Refund after a complaint");
    for (who, all) in [
        (&company.agent, vec![public, own]),
        (&company.reader, vec![public]),
        (&company.kb.supervisor, vec![public, other, own]),
    ] {
        assert_eq!(company.listed(who, "").await, all);
        let total = company.get(who, "/facets").await.ok()["total"].clone();
        assert_eq!(total, json!(all.len()));
        let mut found = company.kb.found_by(who, "refund").await;
        found.sort();
        let refunds: Vec<&str> = all.iter().copied().filter(|question| question.starts_with("Refund")).collect();
        assert_eq!(found, refunds);
        assert_eq!(company.listed(who, "?q=refund").await, refunds);
        let exported = company.get(who, "/export").await.text();
        for question in [public, own, other] {
            assert_eq!(exported.contains(question), all.contains(&question), "{question}: {exported}");
        }
        let team = company.listed(who, &format!("?audience={}", company.other.0)).await;
        assert_eq!(!team.is_empty(), all.contains(&other));
    }
    let (seen, hidden) = (&company.own.1, &company.other.1);
    for part in ["", "/versions", "/versions/1", "/difference?from=1", "/usage"] {
        assert_eq!(
            company.get(&company.agent, &format!("/entries/{seen}{part}")).await.status,
            StatusCode::OK,
            "{part}"
        );
        company.get(&company.agent, &format!("/entries/{hidden}{part}")).await.problem(404, "not_found");
    }
    // A token that only reads, reads what its owner's teams may.
    let token = company.kb.server.token(&company.kb.supervisor, &["knowledge:read"]).await;
    let page = company.kb.server.get("/api/v1/kb/entries").bearer(&token).send().await.ok();
    assert_eq!(page["items"].as_array().unwrap().len(), 1, "{page}");
}

#[tokio::test]
async fn what_an_entry_once_said_to_a_team_stays_with_the_team() {
    let company = Company::open().await;
    let (team, id) = &company.other;
    let write = async |content: Value| company.kb.put(&format!("/entries/{id}"), content).await.ok();
    write(json!({"question": "q", "answer": "first for all", "audience": "agents"})).await;
    write(json!({"question": "q", "answer": "for the team again", "audience": {"team": team}})).await;
    write(json!({"question": "q", "answer": "for all", "audience": "agents",
        "answers": [{"audience": {"team": team}, "answer": "for the team only"}, {"channel": "web", "answer": "on the web"}]}))
    .await;
    let versions = company.get(&company.agent, &format!("/entries/{id}/versions?limit=2")).await.ok();
    let numbers: Vec<&Value> = versions["items"].as_array().unwrap().iter().map(|one| &one["version"]).collect();
    assert_eq!(numbers, [&json!(4), &json!(2)]);
    company.get(&company.agent, &format!("/entries/{id}/versions/3")).await.problem(404, "not_found");
    company.get(&company.agent, &format!("/entries/{id}/difference?from=1")).await.problem(404, "not_found");
    let shown = company.get(&company.agent, &format!("/entries/{id}")).await;
    assert!(shown.text().contains("on the web") && !shown.text().contains("for the team only"), "{}", shown.text());

    // What the agent cannot see survives what the agent proposes.
    let mut content = json!({"question": "q", "answer": "better", "audience": "agents"});
    let proposal = json!({"entry_id": id, "content": content});
    let proposed = created(&company.kb.server.post("/api/v1/kb/changes").session(&company.agent).json(&proposal).await);
    let change = text(&proposed["id"]);
    content["answer"] = json!("better still");
    let path = format!("/api/v1/kb/changes/{change}");
    let update = json!({"content": content, "state": "review"});
    company.kb.server.call(Method::PUT, &path).session(&company.agent).json(&update).await.ok();
    let seen = company.get(&company.agent, &format!("/changes/{change}")).await.text();
    assert!(!seen.contains("for the team only"), "{seen}");
    let accepted = company.kb.post(&format!("/changes/{change}/accept"), json!({})).await.ok();
    assert_eq!(accepted["entry"]["answer"], "better still");
    assert_eq!(accepted["entry"]["answers"][0]["answer"], "for the team only", "{accepted}");
}

#[tokio::test]
async fn proposals_about_what_is_for_others_are_not_shown() {
    let company = Company::open().await;
    let propose = async |content: Value| text(&created(&company.kb.post("/changes", content).await)["id"]);
    let hidden =
        propose(json!({"content": {"question": "new", "answer": "a", "audience": {"team": company.other.0}}})).await;
    let moved = propose(json!({"entry_id": company.other.1, "content": {"question": "open", "answer": "a"}})).await;
    let shown =
        propose(json!({"content": {"question": "new", "answer": "a", "audience": {"team": company.own.0}}})).await;
    let last = propose(json!({"content": {"question": "new", "answer": "a"}})).await;
    let ids = |page: &Value| page["items"].as_array().unwrap().iter().map(|one| text(&one["id"])).collect::<Vec<_>>();
    let mut seen = Vec::new();
    let mut query = "/changes?limit=1".to_owned();
    loop {
        let page = company.get(&company.agent, &query).await.ok();
        seen.extend(ids(&page));
        match page["next_cursor"].as_str() {
            Some(next) => query = format!("/changes?limit=1&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, [last.as_str(), shown.as_str()]);
    for id in [&hidden, &moved] {
        company.get(&company.agent, &format!("/changes/{id}")).await.problem(404, "not_found");
    }
    assert_eq!(ids(&company.get(&company.kb.supervisor, "/changes").await.ok()).len(), 4);

    // Nobody proposes what they could not read any more, nor a change of what they do not see.
    let try_to =
        async |body: Value| company.kb.server.post("/api/v1/kb/changes").session(&company.agent).json(&body).await;
    let team = json!({"content": {"question": "new", "answer": "a", "audience": {"team": company.other.0}}});
    assert_eq!(try_to(team).await.problem(422, "bad_request")["field"], "audience");
    let unseen = json!({"entry_id": company.other.1, "content": {"question": "q", "answer": "a"}});
    try_to(unseen).await.problem(404, "not_found");
}

#[tokio::test]
async fn facts_for_the_company_are_told_to_nobody_else() {
    let company = Company::open().await;
    let number = |amount: f64| json!({"kind": "number", "amount": amount, "unit": "CNY"});
    let graph = json!({
        "schema": {
            "types": [{"name": "phone", "labels": {"zh": "手机", "en": "phone"}}],
            "attributes": [
                {"name": "price", "of": ["phone"], "value": "number", "unit": "CNY", "labels": {"zh": "价格", "en": "price"}},
                {"name": "cost", "of": ["phone"], "value": "number", "unit": "CNY", "audience": "agents",
                    "labels": {"zh": "进价", "en": "purchase price"}},
                {"name": "floor", "of": ["phone"], "value": "number", "unit": "CNY", "audience": {"team": company.other.0},
                    "labels": {"zh": "底价", "en": "reserve price"}},
            ],
            "relations": [],
        },
        "things": [{"id": "p1", "type": "phone", "names": {"zh": "云雀一号", "en": "Lark One"},
            "attributes": {"price": number(2999.0), "cost": number(1234.0), "floor": number(2345.0)}}],
        "links": [],
    });
    company.kb.put("/graph", graph.clone()).await.ok();
    assert_eq!(company.kb.get("/graph").await.ok()["schema"]["attributes"], {
        let mut attributes = graph["schema"]["attributes"].clone();
        for attribute in attributes.as_array_mut().unwrap() {
            for list in ["synonyms", "more", "less"] {
                attribute[list] = json!([]);
            }
        }
        attributes
    });
    let ask = async |who: &Session, question: &str| {
        let body = json!({"question": question, "lang": "zh"});
        company.kb.server.post("/api/v1/kb/graph/ask").session(who).json(&body).await.ok()["answer"].to_string()
    };
    assert!(ask(&company.agent, "云雀一号的进价是多少").await.contains("1234"));
    assert!(!ask(&company.agent, "云雀一号的底价是多少").await.contains("2345"));
    assert!(ask(&company.kb.supervisor, "云雀一号的底价是多少").await.contains("2345"));
    let read = company.get(&company.agent, "/graph").await.text();
    assert!(read.contains("1234") && !read.contains("2345") && !read.contains("floor"), "{read}");
    let exported = company.get(&company.agent, "/export").await.text();
    assert!(exported.contains("1234") && !exported.contains("2345"), "{exported}");
    // What the assistant would tell a customer.
    for (question, told) in [("云雀一号的价格是多少", "2999"), ("云雀一号的进价是多少", "1234")] {
        let asked = company.kb.post("/ask", json!({ "text": question })).await.ok().to_string();
        assert_eq!(asked.contains(told), told == "2999", "{asked}");
    }
}
