//! Websites that pages are read from.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use parking_lot::Mutex;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use yingda_desk::{Handler, job_kind};
use yingda_library::WebReader;
use yingda_outbound::{Client, Settings};

use super::{Kb, created, text};

/// A website on this machine, whose pages can be changed.
struct Site {
    base: String,
    pages: Arc<Mutex<BTreeMap<String, String>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

type Shelf = (Arc<Mutex<BTreeMap<String, String>>>, Arc<Mutex<Vec<String>>>, String);

async fn page(State((pages, asked, base)): State<Shelf>, uri: Uri) -> Response {
    let path = uri.path().to_owned();
    asked.lock().push(path.clone());
    let pages = pages.lock();
    match path.as_str() {
        "/robots.txt" => "User-agent: *\nDisallow: /private/\n".into_response(),
        "/sitemap.xml" => {
            let urls: String = pages.keys().map(|path| format!("<url><loc>{base}{path}</loc></url>")).collect();
            let map = format!("<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">{urls}</urlset>");
            ([(header::CONTENT_TYPE, "application/xml")], map).into_response()
        }
        path => match pages.get(path) {
            Some(body) => ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], body.clone()).into_response(),
            None => StatusCode::NOT_FOUND.into_response(),
        },
    }
}

impl Site {
    async fn open() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let site = Self { base: base.clone(), pages: Arc::default(), asked: Arc::default() };
        let state: Shelf = (site.pages.clone(), site.asked.clone(), base);
        let router = axum::Router::new().fallback(page).with_state(state);
        tokio::spawn(async move { axum::serve(listener, router).await });
        site
    }

    fn set(&self, path: &str, title: &str, words: &str) {
        let page = format!(
            "<!doctype html><html lang=\"en\"><title>{title}</title><main><h1>{title}</h1><p>{words}</p></main>"
        );
        self.pages.lock().insert(path.to_owned(), page);
    }

    fn host(&self) -> &str {
        self.base.strip_prefix("http://").unwrap()
    }
}

/// Does the readings that wait, with these hosts allowed.
async fn read(kb: &Kb, allowed: &[&str]) {
    let allowed = allowed.iter().map(|host| host.parse().unwrap()).collect();
    let client = Client::new(Settings { allowed, ..Settings::default() }).unwrap();
    let reader = WebReader::new(kb.server.desk.clone(), client, CancellationToken::new());
    let store = kb.server.desk.store();
    let jobs = store.claim_jobs(kb.server.desk.world().now(), Duration::from_secs(60), 10).await.unwrap();
    let mut done = 0;
    for job in jobs.iter().filter(|job| job.kind == job_kind::READ_WEB) {
        reader.run(job).await.unwrap();
        done += 1;
    }
    assert_eq!(done, 1, "one website was to be read");
}

async fn outcome(kb: &Kb, id: &str) -> Value {
    kb.get(&format!("/web/{id}")).await.ok()["outcome"].clone()
}

#[tokio::test]
async fn pages_of_a_website_come_change_and_go() {
    let (kb, site) = (Kb::open().await, Site::open().await);
    site.set("/lamp", "Lamp", "The lamp shines for nine hours.");
    site.set("/sofa", "Sofa", "The sofa is three metres long.");
    site.set("/private/plans", "Plans", "Nobody shall know.");
    let settings =
        json!({"start": format!("{}/sitemap.xml", site.base), "category": "site", "tags": ["web"], "every_hours": 24});
    let web = created(&kb.post("/web", settings).await);
    let id = text(&web["id"]);
    assert_eq!((&web["outcome"], &web["settings"]["max_pages"]), (&Value::Null, &json!(500)));
    read(&kb, &[site.host()]).await;
    let came = outcome(&kb, &id).await;
    assert_eq!((&came["added"], &came["changed"], &came["gone"]), (&json!(2), &json!(0), &json!(0)), "{came}");
    assert!(
        came["skipped"].to_string().contains("/private/plans") && came["skipped"].to_string().contains("robots"),
        "{came}"
    );
    assert!(!site.asked.lock().contains(&"/private/plans".to_owned()), "robots.txt forbids it");
    let mut listed = kb.listed("?kind=page&category=site&tag=web").await;
    listed.sort();
    assert_eq!(listed, ["Lamp", "Sofa"]);
    let hit = kb.post("/search", json!({"text": "how long is the sofa"})).await.ok()["hits"][0].clone();
    assert_eq!((&hit["kind"], &hit["url"]), (&json!("page"), &json!(format!("{}/sofa", site.base))), "{hit}");

    // What people add to a page's entry stays when the page changes.
    let lamp = kb.get("/entries?q=lamp").await.ok()["items"][0].clone();
    let mut own = lamp.clone();
    for field in ["id", "version", "created_at", "updated_at"] {
        own.as_object_mut().unwrap().remove(field);
    }
    own["variants"] = json!(["glow time"]);
    kb.put(&format!("/entries/{}", text(&lamp["id"])), own).await.ok();
    site.set("/lamp", "Lamp", "The lamp shines for ten hours.");
    site.pages.lock().remove("/sofa");
    kb.server.clock.moves(Duration::from_secs(60));
    assert_eq!(kb.post(&format!("/web/{id}/read"), json!({})).await.status, StatusCode::ACCEPTED);
    read(&kb, &[site.host()]).await;
    let came = outcome(&kb, &id).await;
    assert_eq!((&came["added"], &came["changed"], &came["gone"]), (&json!(0), &json!(1), &json!(1)), "{came}");
    let after = kb.get(&format!("/entries/{}", text(&lamp["id"]))).await.ok();
    assert!(text(&after["answer"]).contains("ten hours"), "{after}");
    assert_eq!((&after["variants"], &after["version"]), (&json!(["glow time"]), &json!(3)));
    assert_eq!(kb.listed("?status=archived").await, ["Sofa"]);
    assert!(!kb.found("how long is the sofa").await.contains(&"Sofa".to_owned()));

    // A page that comes back is used again, and no second entry.
    site.set("/sofa", "Sofa", "The sofa is three metres long.");
    kb.server.clock.moves(Duration::from_secs(60));
    kb.post(&format!("/web/{id}/read"), json!({})).await;
    read(&kb, &[site.host()]).await;
    let came = outcome(&kb, &id).await;
    assert_eq!(came["unchanged"], 1, "{came}");
    assert_eq!(kb.listed("?kind=page").await.len(), 2);
    assert_eq!(kb.listed("?status=archived").await, [""; 0]);
    // A day later it is due by itself.
    kb.server.clock.moves(Duration::from_secs(86_400));
    read(&kb, &[site.host()]).await;
    assert_eq!(outcome(&kb, &id).await["unchanged"], 2);
}

#[tokio::test]
async fn a_website_inside_the_network_is_not_reached_and_says_why() {
    let (kb, site) = (Kb::open().await, Site::open().await);
    site.set("/lamp", "Lamp", "The lamp shines for nine hours.");
    let web = created(&kb.post("/web", json!({"start": format!("{}/lamp", site.base)})).await);
    read(&kb, &[]).await;
    let came = outcome(&kb, &text(&web["id"])).await;
    assert!(came.to_string().contains("127.0.0.1") && came["ended_at"].is_string(), "{came}");
    assert_eq!((&came["added"], site.asked.lock().len()), (&json!(0), 0), "{came}");
    let reason = came["skipped"][0].as_str().unwrap();
    assert!(reason.contains("this machine itself") && reason.contains("administrator"), "{reason}");
}

#[tokio::test]
async fn websites_are_listed_changed_and_forgotten() {
    let kb = Kb::open().await;
    let web = created(&kb.post("/web", json!({"start": "https://shop.example.com/sitemap.xml"})).await);
    let path = format!("/web/{}", text(&web["id"]));
    let changed = json!({"start": "https://shop.example.com/", "hosts": ["*.example.com"], "include": ["/help"], "max_pages": 10});
    let after = kb.put(&path, changed).await.ok();
    assert_eq!((&after["settings"]["hosts"], &after["settings"]["max_pages"]), (&json!(["*.example.com"]), &json!(10)));
    assert_eq!(kb.get("/web").await.ok()["items"][0]["id"], web["id"]);
    for (field, value) in [
        ("start", json!("ftp://shop.example.com/")),
        ("start", json!("file:///etc/passwd")),
        ("max_pages", json!(0)),
        ("every_hours", json!(0)),
        ("category", json!(" ".repeat(3) + &"x".repeat(200))),
        ("hosts", json!(vec!["a"; 101])),
    ] {
        let mut wrong = json!({"start": "https://shop.example.com/"});
        wrong[field] = value;
        assert_eq!(kb.post("/web", wrong).await.problem(422, "bad_request")["field"], field);
    }
    assert_eq!(kb.delete(&path).await.status, StatusCode::NO_CONTENT);
    kb.get(&path).await.problem(404, "not_found");
    kb.post(&format!("{path}/read"), json!({})).await.problem(404, "not_found");
    assert_eq!(kb.get("/web").await.ok()["items"], json!([]));
}

#[tokio::test]
async fn what_was_written_from_a_page_is_to_be_looked_at_when_the_page_changes_or_goes() {
    let (kb, site) = (Kb::open().await, Site::open().await);
    site.set("/lamp", "Lamp", "The lamp shines for nine hours.");
    let web = created(&kb.post("/web", json!({"start": format!("{}/lamp", site.base)})).await);
    let id = text(&web["id"]);
    read(&kb, &[site.host()]).await;
    kb.server.clock.moves(Duration::from_secs(60));
    let faq = kb
        .add(json!({"question": "How long does the lamp shine?", "answer": "Nine hours.",
            "source": {"url": format!("{}/lamp", site.base)}}))
        .await;
    let stale = async || {
        super::upkeep::tend(&kb).await;
        let page = kb.get("/changes?origin=stale&state=review").await.ok();
        let of = page["items"].as_array().unwrap().clone();
        assert!(of.iter().all(|one| one["entry_id"] == faq["id"]), "{page}");
        of.iter().map(|one| one["evidence"].to_string()).collect::<Vec<_>>()
    };
    assert_eq!(stale().await, [] as [String; 0]);
    let read_again = async || {
        kb.server.clock.moves(Duration::from_secs(86_400));
        kb.post(&format!("/web/{id}/read"), json!({})).await;
        read(&kb, &[site.host()]).await;
        // That took the daily look too, whose lease ends.
        kb.server.clock.moves(Duration::from_secs(120));
    };
    site.set("/lamp", "Lamp", "The lamp shines for ten hours.");
    read_again().await;
    let told = stale().await;
    assert!(told.len() == 1 && told[0].contains("its source has changed on"), "{told:?}");
    assert_eq!(stale().await.len(), 1, "it is told once");
    site.pages.lock().clear();
    read_again().await;
    let told = stale().await;
    assert!(told.len() == 2 && told[0].contains("its source is gone"), "{told:?}");
}

#[tokio::test]
async fn a_website_whose_reading_was_given_up_is_read_when_it_is_due() {
    let kb = Kb::open().await;
    let web = created(&kb.post("/web", json!({"start": "https://shop.example.com/", "every_hours": 24})).await);
    let id = text(&web["id"]);
    let (desk, system) = (&kb.server.desk, &kb.server.system);
    let due = async || {
        let jobs = desk.store().claim_jobs(desk.world().now(), Duration::from_secs(60), 10).await.unwrap();
        jobs.into_iter().filter(|job| job.kind == job_kind::READ_WEB).collect::<Vec<_>>()
    };
    let fail = async |job: &yingda_store::Job, retry_at: Option<yingda_model::Timestamp>| {
        let job = job.clone();
        let failed = desk.store().write(system, move |tx| {
            let job = job.clone();
            Box::pin(async move { tx.fail_job(&job, "the disk was full", retry_at).await })
        });
        failed.await.unwrap();
    };
    // Given up, as when every attempt crashed: nobody asks for the next.
    fail(&due().await[0], None).await;
    kb.server.clock.moves(Duration::from_secs(90_000));
    assert!(due().await.is_empty());
    desk.tend_kb_daily(system).await.unwrap();
    desk.tend_kb_daily(system).await.unwrap();
    let mut job = due().await;
    assert_eq!(job.len(), 1, "once");

    // Attempts that fail end with an outcome that says why, and the next reading waits.
    let stop = CancellationToken::new();
    stop.cancel();
    let reader = WebReader::new(desk.clone(), Client::new(Settings::default()).unwrap(), stop);
    for attempt in 1..=yingda_store::MAX_ATTEMPTS {
        let one = job.remove(0);
        assert_eq!(one.attempts, attempt);
        if reader.run(&one).await.is_err() {
            fail(&one, Some(desk.world().now())).await;
        }
        job = due().await;
    }
    assert!(job.is_empty());
    let told = outcome(&kb, &id).await;
    assert!(told["error"].as_str().unwrap().contains("the program is ending"), "{told}");
    kb.server.clock.moves(Duration::from_secs(86_400));
    assert_eq!(due().await.len(), 1);
}
