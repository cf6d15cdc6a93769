//! The knowledge graph.

use serde_json::{Value, json};

use super::{Kb, text};

fn phones() -> Value {
    json!({
        "schema": {
            "types": [
                {"name": "phone", "labels": {"zh": "手机", "en": "phone"}},
                {"name": "brand", "labels": {"zh": "品牌", "en": "brand"}},
            ],
            "attributes": [
                {"name": "battery", "of": ["phone"], "value": "number", "unit": "mAh", "labels": {"zh": "电池容量", "en": "battery"},
                    "synonyms": ["电池"]},
                {"name": "weight", "of": ["phone"], "value": "number", "unit": "g", "labels": {"zh": "重量", "en": "weight"},
                    "more": ["重", "heavy"], "less": ["轻", "light"]},
            ],
            "relations": [
                {"name": "made_by", "from": ["phone"], "to": ["brand"], "labels": {"zh": "品牌", "en": "brand"}, "inverse": "makes"},
            ],
        },
        "things": [
            {"id": "p1", "type": "phone", "names": {"zh": "云雀一号", "en": "Lark One"}, "attributes": {
                "battery": {"kind": "number", "amount": 5000.0, "unit": "mAh"}, "weight": {"kind": "number", "amount": 180.0, "unit": "g"}}},
            {"id": "p2", "type": "phone", "names": {"zh": "云雀二号", "en": "Lark Two"}, "attributes": {
                "battery": {"kind": "number", "amount": 4000.0, "unit": "mAh"}, "weight": {"kind": "number", "amount": 150.0, "unit": "g"}}},
            {"id": "b", "type": "brand", "names": {"zh": "云雀", "en": "Lark"}, "attributes": {}},
        ],
        "links": [{"from": "p1", "name": "made_by", "to": "b"}, {"from": "p2", "name": "made_by", "to": "b"}],
    })
}

#[tokio::test]
async fn a_graph_is_put_read_and_asked_in_both_languages() {
    let kb = Kb::open().await;
    let empty = kb.get("/graph").await.ok();
    assert_eq!((&empty["things"], &empty["links"]), (&json!([]), &json!([])));
    let ask = async |question: &str, lang: &str| {
        kb.post("/graph/ask", json!({"question": question, "lang": lang})).await.ok()["answer"].clone()
    };
    assert_eq!(ask("云雀一号的电池有多大？", "zh").await, Value::Null);

    let size = kb.put("/graph", phones()).await.ok();
    assert_eq!(size, json!({"things": 3, "links": 2}));
    let kept = kb.get("/graph").await.ok();
    assert_eq!(kb.put("/graph", kept.clone()).await.ok(), size, "what is read can be put again");
    assert_eq!(kb.get("/graph").await.ok(), kept);

    let answer = ask("云雀一号的电池有多大？", "zh").await;
    assert!(text(&answer["text"]).contains("5000"), "{answer}");
    assert_eq!(answer["facts"][0]["thing"], "p1", "{answer}");
    let answer = ask("Which is lighter, Lark One or Lark Two?", "en").await;
    assert!(text(&answer["text"]).contains("Lark Two"), "{answer}");
    assert_eq!(ask("今天天气怎么样", "zh").await, Value::Null);
    let context = json!({"question": "它有多重？", "lang": "zh", "context": ["p2"]});
    let answer = kb.post("/graph/ask", context).await.ok()["answer"].clone();
    assert!(text(&answer["text"]).contains("150"), "{answer}");
    // The assistant knows it too.
    let asked = kb.post("/ask", json!({"text": "云雀二号的电池有多大？"})).await.ok();
    assert!(asked.to_string().contains("4000"), "{asked}");
    for wrong in [json!({"question": ""}), json!({"question": "x", "lang": "de"})] {
        kb.post("/graph/ask", wrong).await.problem(422, "bad_request");
    }
}

#[tokio::test]
async fn a_graph_that_contradicts_itself_is_refused_with_all_its_problems() {
    let kb = Kb::open().await;
    kb.put("/graph", phones()).await.ok();
    let before = kb.get("/graph").await.ok();
    let mut wrong = phones();
    wrong["things"][0]["type"] = json!("spaceship");
    wrong["links"][1]["to"] = json!("nobody");
    let problem = kb.put("/graph", wrong).await.problem(422, "bad_request");
    assert_eq!(problem["field"], "graph");
    let detail = text(&problem["detail"]);
    assert!(detail.contains("spaceship") && detail.contains("nobody"), "{detail}");
    let mut twice = phones();
    twice["things"][1]["id"] = json!("p1");
    kb.put("/graph", twice).await.problem(422, "bad_request");
    let mut circle = phones();
    circle["schema"]["types"][0]["within"] = json!("brand");
    circle["schema"]["types"][1]["within"] = json!("phone");
    kb.put("/graph", circle).await.problem(422, "bad_request");
    kb.put("/graph", json!({"things": []})).await.problem(422, "bad_json");
    assert_eq!(kb.get("/graph").await.ok(), before);
}

#[tokio::test]
async fn a_table_of_an_article_becomes_things_to_look_at() {
    let kb = Kb::open().await;
    let answer =
        "| 型号 | 电池容量 | 重量 |\n|---|---|---|\n| 云雀三号 | 4500 mAh | 170 g |\n| 云雀四号 | 6000 mAh | 210 g |\n";
    let article = kb.add(json!({"kind": "article", "question": "参数对比", "answer": answer, "lang": "zh"})).await;
    let path = format!("/entries/{}/tables", text(&article["id"]));
    let found = kb.post(&path, json!({"type": "phone"})).await.ok();
    let told = found["proposals"].to_string();
    assert!(told.contains("云雀三号") && told.contains("4500"), "{told}");
    assert_eq!(kb.get("/graph").await.ok()["things"], json!([]), "nothing is stored");
    kb.post(&path, json!({"type": ""})).await.problem(422, "bad_request");
}
