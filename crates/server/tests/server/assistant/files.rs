//! Files that are being worked on, and what they come to.

use axum::http::Method;
use serde_json::{Value, json};
use yingda_model::Role;

use super::{Bench, GOOD, VISIT};

#[tokio::test]
async fn a_file_is_written_read_changed_and_removed() {
    let bench = Bench::open().await;
    let first =
        bench.put("/file?path=flows/book_visit.yml", json!({"text": VISIT, "expected_revision": null})).await.ok();
    let taken = bench.put("/file?path=flows/book_visit.yml", json!({"text": "", "expected_revision": null})).await;
    taken.problem(409, "conflict");
    let changed = json!({"text": "flow: x", "expected_revision": first["revision"]});
    let second = bench.put("/file?path=flows/book_visit.yml", changed.clone()).await.ok();
    bench.put("/file?path=flows/book_visit.yml", changed).await.problem(409, "conflict");
    bench.put("/file?path=flows/book_visit.yml", json!({"text": "flow: y"})).await.ok();
    let read = bench.get("/file?path=flows/book_visit.yml").await.ok();
    assert_eq!((read["text"].as_str(), read["updated_by"]["type"].as_str()), (Some("flow: y"), Some("user")));
    let list = bench.get("/files").await.ok();
    assert_eq!(list["items"][0]["path"], "flows/book_visit.yml");
    assert_eq!(list["items"][0]["bytes"], 7);
    assert!(list["revision"].as_i64() > second["revision"].as_i64());
    let old = format!("/file?path=flows/book_visit.yml&expected_revision={}", second["revision"]);
    bench.delete(&old).await.problem(409, "conflict");
    assert_eq!(bench.delete("/file?path=flows/book_visit.yml").await.status, 204);
    bench.delete("/file?path=flows/book_visit.yml").await.problem(404, "not_found");
    bench.get("/file?path=flows/book_visit.yml").await.problem(404, "not_found");
}

#[tokio::test]
async fn a_folder_replaces_what_was_there_unless_it_has_changed() {
    let bench = Bench::with(&[("flows/a.yml", "a"), ("flows/b.yml", "b")]).await;
    let revision = bench.get("/files").await.ok()["revision"].clone();
    let files = json!([{"path": "wording.yml", "text": "w"}]);
    bench.put("/files", json!({"files": files, "expected_revision": revision})).await.ok();
    bench.put("/files", json!({"files": files, "expected_revision": revision})).await.problem(409, "conflict");
    let list = bench.get("/files").await.ok();
    let paths: Vec<&str> =
        list["items"].as_array().unwrap().iter().map(|item| item["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["wording.yml"]);
}

#[tokio::test]
async fn a_path_that_leads_elsewhere_is_refused() {
    let bench = Bench::open().await;
    for path in ["../etc/passwd", "flows/..%2Fa.yml", "flows/A.yml", "a.yml", "", "flows/a%00.yml"] {
        let address = format!("/file?path={path}");
        bench.put(&address, json!({"text": "x"})).await.problem(422, "bad_request");
        bench.get(&address).await.problem(422, "bad_request");
        bench.delete(&address).await.problem(422, "bad_request");
    }
    let large = json!({"text": "x".repeat(256 * 1024 + 1)});
    bench.put("/file?path=flows/a.yml", large).await.problem(422, "bad_request");
    let body = json!({"text": "x".repeat(3 << 20)});
    bench.put("/file?path=flows/a.yml", body).await.problem(413, "payload_too_large");
    bench.put("/file?path=flows/a.yml", json!({"text": "a\u{0}"})).await.problem(422, "bad_request");
    let twice = json!({"files": [{"path": "flows/a.yml", "text": ""}, {"path": "flows/a.yml", "text": ""}]});
    bench.put("/files", twice).await.problem(422, "bad_request");
}

#[tokio::test]
async fn a_check_tells_everything_with_its_place_and_stores_nothing() {
    let bench = Bench::with(&[("flows/book_visit.yml", VISIT), ("tests/visit.yml", GOOD)]).await;
    let checked = bench.post("/check", json!({})).await.ok();
    assert_eq!((&checked["fit"], &checked["problems"]), (&json!(true), &json!([])), "{checked}");
    let flow = &checked["flows"][0];
    assert_eq!(flow["id"], "book_visit");
    assert_eq!(flow["title_en"], "Book a visit");
    assert_eq!(flow["phrases_zh"], json!(["我要预约到店"]));
    assert_eq!(flow["needs"], "none");
    assert_eq!(
        flow["slots"][0],
        json!({"name": "part", "type": "choice", "title_zh": "时段", "title_en": "time of day"})
    );
    let test = json!({"name": "a visit is booked", "file": "tests/visit.yml", "lang": "en", "turns": 1});
    assert_eq!(checked["tests"], json!([test]));

    let broken = VISIT.replace("collect: part", "collect: pert");
    let with = json!({"files": [{"path": "flows/book_visit.yml", "text": broken}]});
    let checked = bench.post("/check", with).await.ok();
    assert_eq!(checked["fit"], false);
    let problem = &checked["problems"][0];
    assert_eq!(
        (problem["file"].as_str(), problem["line"].as_u64()),
        (Some("flows/book_visit.yml"), Some(12)),
        "{problem}"
    );
    assert_eq!(problem["fatal"], true);
    assert_eq!(bench.get("/file?path=flows/book_visit.yml").await.ok()["text"], VISIT);
    let nonsense = ["{", "\u{feff}: [", "- - - -", "a: &a [*a]", "flow: 1\nsteps: 2", "\t", "flow: !!binary x"];
    for text in nonsense {
        for path in ["flows/a.yml", "tools/a.yml", "tests/a.yml", "customers/a.yml", "wording.yml"] {
            let checked = bench.post("/check", json!({"files": [{"path": path, "text": text}]})).await.ok();
            assert_eq!(checked["fit"], false, "{path}: {text:?}");
        }
    }
    bench.post("/check", json!({"files": [{"path": "x", "text": ""}]})).await.problem(422, "bad_request");
}

#[tokio::test]
async fn a_flow_is_drawn_also_while_it_is_wrong() {
    let bench = Bench::open().await;
    let draw = |text: &str| json!({"path": "flows/book_visit.yml", "text": text, "lang": "zh", "passed": ["11:5"]});
    let drawing = bench.post("/graph", draw(VISIT)).await.ok();
    assert!(drawing["svg"].as_str().unwrap().contains("想什么时候来"), "{drawing}");
    assert_eq!(drawing["problems"], json!([]));
    let drawing = bench.post("/graph", draw("nothing of a flow: [")).await.ok();
    assert_eq!((&drawing["svg"], drawing["problems"][0]["fatal"].as_bool()), (&Value::Null, Some(true)));
    bench.post("/graph", json!({"path": "../x", "text": ""})).await.problem(422, "bad_request");
    for of in ["flow", "wording", "conversation"] {
        let schema = bench.get(&format!("/schema?of={of}")).await.ok();
        assert!(schema["$schema"].is_string() || schema["type"].is_string(), "{schema}");
    }
    bench.get("/schema?of=other").await.problem(400, "bad_request");
}

#[tokio::test]
async fn supervisors_look_and_admins_change_and_others_see_nothing() {
    let bench = Bench::with(&[("flows/book_visit.yml", VISIT)]).await;
    let agent = bench.server.signed_in(Role::Agent).await;
    let (get, post, put, delete) = (Method::GET, Method::POST, Method::PUT, Method::DELETE);
    let text = json!({"text": VISIT});
    let draw = json!({"path": "flows/a.yml", "text": ""});
    let looks = [
        (&get, "/files", json!({})),
        (&get, "/file?path=flows/book_visit.yml", json!({})),
        (&post, "/check", json!({})),
        (&get, "/flows", json!({})),
        (&post, "/graph", draw),
        (&get, "/schema", json!({})),
        (&get, "/runs", json!({})),
        (&get, "/releases", json!({})),
        (&get, "/secrets", json!({})),
        (&get, "/settings", json!({})),
        (&post, "/try", json!({"release": "draft", "memory": null, "text": "hello"})),
    ];
    for (method, path, body) in looks {
        let address = format!("/api/v1/assistant{path}");
        let call = |who| bench.server.call(method.clone(), &address).session(who);
        call(&agent).json(&body).await.problem(403, "forbidden");
        let reply = call(&bench.supervisor).json(&body).await;
        assert_eq!(reply.status, 200, "{method} {path}: {}", reply.text());
    }
    for (path, body) in [
        ("/test", json!({})),
        ("/simulate", json!({})),
        ("/walk", json!({"count": 1})),
        ("/replay", json!({"from": "draft", "to": "draft"})),
    ] {
        let address = format!("/api/v1/assistant{path}");
        let call = |who| bench.server.post(&address).session(who);
        call(&agent).json(&body).await.problem(403, "forbidden");
        let reply = call(&bench.supervisor).json(&body).await;
        assert_eq!(reply.status, 202, "{path}: {}", reply.text());
        bench.end_of(reply.json()["id"].as_str().unwrap()).await;
    }
    let as_somebody = json!({"release": "draft", "memory": null, "text": "hello", "contact": {"verified": true}});
    let changes = [
        (&put, "/file?path=flows/a.yml", text),
        (&put, "/files", json!({"files": []})),
        (&delete, "/file?path=flows/book_visit.yml", json!({})),
        (&post, "/releases", json!({})),
        (&post, "/releases/1/live", json!({})),
        (&post, "/releases/1/take-up", json!({})),
        (&post, "/pause", json!({})),
        (&put, "/secrets/shop_key", json!({"value": "x"})),
        (&delete, "/secrets/shop_key", json!({})),
        (&put, "/settings/shop_url", json!({"value": "x"})),
        (&delete, "/settings/shop_url", json!({})),
        (&post, "/try", as_somebody),
    ];
    for (method, path, body) in changes {
        let address = format!("/api/v1/assistant{path}");
        for who in [&agent, &bench.supervisor] {
            bench.server.call(method.clone(), &address).session(who).json(&body).await.problem(403, "forbidden");
        }
    }
    assert_eq!(bench.get("/files").await.ok()["items"].as_array().unwrap().len(), 1);
}
