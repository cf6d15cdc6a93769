//! The public help centre: what it shows, to whom, and what it never shows.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use serde_json::json;
use uuid::Uuid;
use yingda_desk::{CategoryName, SiteSettings, SiteText};
use yingda_helpcentre::Place;
use yingda_model::{Audience, EntryContent, EntryId, EntryKind, EntrySource, EntryStatus, FileId, Role, Timestamp};
use yingda_server::{RateLimits, TrustProxy};
use yingda_store::{NewWorkspace, Site};

use crate::support::{Call, NOW, Reply, Server, Setup};

const HOST: &str = "help.example.com";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0";

fn settings() -> SiteSettings {
    let text = |name: &str| SiteText { name: name.into(), tagline: String::new() };
    SiteSettings { zh: text("青禾"), en: text("Qinghe"), ..SiteSettings::default() }
}

fn article(title: &str, lang: &str) -> EntryContent {
    EntryContent {
        kind: EntryKind::Article,
        question: title.into(),
        answer: format!("Everything about {title}."),
        lang: Some(lang.into()),
        category: Some("orders".into()),
        ..EntryContent::default()
    }
}

struct Centre {
    server: Server,
    site: Site,
}

impl Centre {
    async fn open() -> Self {
        Self::with(Setup::default(), settings()).await
    }

    async fn with(setup: Setup, settings: SiteSettings) -> Self {
        let server = Server::with(setup).await;
        let site = server.desk.put_site(&server.system, None, "qinghe".into(), settings).await.unwrap();
        Self { server, site }
    }

    async fn set(&self, settings: SiteSettings) {
        self.server.clock.moves(Duration::from_millis(1));
        self.server.desk.put_site(&self.server.system, Some(self.site.id), "qinghe".into(), settings).await.unwrap();
    }

    async fn add(&self, content: EntryContent) -> EntryId {
        self.server.desk.add_kb_entry(&self.server.system, content).await.unwrap().id
    }

    fn get(&self, path: &str) -> Call<'_> {
        self.server.get(path).header("host", HOST)
    }

    /// The page at a path below the site's.
    async fn page(&self, path: &str) -> Reply {
        self.get(&format!("/help/qinghe{path}")).send().await
    }

    async fn text(&self, path: &str) -> String {
        let reply = self.page(path).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}: {}", reply.text());
        reply.text()
    }

    fn address(&self, lang: &str, title: &str, id: EntryId) -> String {
        place().article(lang, title, id)
    }

    async fn vote(&self, article: &str, fields: &str) -> Reply {
        self.server
            .post(&format!("{article}/feedback"))
            .header("host", HOST)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body(fields.to_owned())
            .await
    }
}

fn place() -> Place {
    Place::new("http://help.example.com", "/help/qinghe", &[]).unwrap()
}

fn is_html(reply: &Reply) -> bool {
    reply.header("content-type").starts_with("text/html")
}

#[tokio::test]
async fn readers_are_shown_into_their_language() {
    let centre = Centre::open().await;
    for (wish, home) in [("en-GB,en;q=0.9", "/help/qinghe/en/"), ("de", "/help/qinghe/zh/"), ("", "/help/qinghe/zh/")] {
        for path in ["/help/qinghe", "/help/qinghe/"] {
            let reply = centre.get(path).header("accept-language", wish).send().await;
            assert_eq!((reply.status.as_u16(), reply.header("location")), (302, home), "{path} {wish}");
            assert!(reply.header("vary").contains("accept-language"));
        }
    }
    let reply = centre.page("/en").await;
    assert_eq!((reply.status.as_u16(), reply.header("location")), (308, "/help/qinghe/en/"));
}

#[tokio::test]
async fn the_first_page_leads_to_categories_and_their_articles() {
    let names = vec![CategoryName { path: "orders".into(), zh: "订单".into(), en: String::new() }];
    let centre = Centre::with(Setup::default(), SiteSettings { category_names: names, ..settings() }).await;
    let id = centre.add(article("Cancel an order", "en")).await;
    let faq =
        EntryContent { kind: EntryKind::Faq, answer: "By **parcel**.".into(), ..article("How is it sent?", "en") };
    centre.add(faq).await;
    centre.add(EntryContent { category: None, ..article("怎么付款", "zh-CN") }).await;

    let home = centre.text("/en/").await;
    assert!(home.contains("href=\"/help/qinghe/en/c/orders\">Orders</a>") && home.contains("2 articles"), "{home}");
    assert!(!home.contains("付款"), "only what is in the language of the page");
    let home = centre.text("/zh/").await;
    assert!(home.contains("/help/qinghe/zh/c/other\">其他</a>") && home.contains("怎么付款"), "{home}");

    let category = centre.text("/en/c/orders").await;
    assert!(category.contains(&centre.address("en", "Cancel an order", id)), "{category}");
    assert!(category.contains("<strong>parcel</strong>"), "questions are answered in place: {category}");
    for path in ["/zh/c/orders", "/en/c/none", "/en/c/orders?page=2", "/en/c/orders?page=x", "/en/c/"] {
        let reply = centre.page(path).await;
        assert!(reply.status == 404 && is_html(&reply), "{path}");
    }
    centre.add(article("怎么取消", "zh")).await;
    assert!(centre.text("/zh/c/orders").await.contains("<h1>订单</h1>"));
}

#[tokio::test]
async fn an_article_has_one_address_and_older_ones_lead_there() {
    let centre = Centre::open().await;
    let id = centre.add(article("怎么退货？", "zh")).await;
    let address = centre.address("zh", "怎么退货？", id);
    let page = centre.get(&address).send().await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.text().contains(&format!("<link rel=\"canonical\" href=\"http://{HOST}{address}\">")),
        "{}",
        page.text()
    );
    assert!(page.header("content-security-policy").contains("default-src 'none'"));
    assert_eq!(centre.get(&address.replace("%E9", "%e9")).send().await.status, StatusCode::OK);

    let older = centre.address("zh", "退货", id);
    let reply = centre.get(&older).send().await;
    assert_eq!((reply.status.as_u16(), reply.header("location")), (301, address.as_str()));
    assert_eq!(reply.header("cache-control"), "no-cache", "the title may become what it was");
    let other = centre.address("zh", "x", Uuid::now_v7().into());
    for path in
        [other.as_str(), "/help/qinghe/zh/a/nothing", "/help/qinghe/zh/a/", "/help/qinghe/de/", "/help/qinghe/%ff/"]
    {
        let reply = centre.get(path).send().await;
        assert!(reply.status == 404 && is_html(&reply), "{path}: {}", reply.status);
    }
}

#[tokio::test]
async fn translations_are_linked_both_ways() {
    let centre = Centre::open().await;
    let with_key = |content: EntryContent| EntryContent { key: Some("returns".into()), ..content };
    let zh = centre.add(with_key(article("怎么退货", "zh-CN"))).await;
    let en = centre.add(with_key(article("Returns", "en"))).await;
    let (zh, en) = (centre.address("zh", "怎么退货", zh), centre.address("en", "Returns", en));
    assert!(centre.get(&zh).send().await.text().contains(&format!("hreflang=\"en\" href=\"http://{HOST}{en}\"")));
    assert!(centre.get(&en).send().await.text().contains(&format!("href=\"http://{HOST}{zh}\"")));
}

#[tokio::test]
async fn what_is_not_for_everybody_is_nowhere() {
    let centre = Centre::open().await;
    let hidden: Vec<(&str, EntryContent, u16)> = vec![
        ("agents", EntryContent { audience: Audience::Agents, ..article("Secretagents", "en") }, 404),
        ("signed in", EntryContent { audience: Audience::SignedIn, ..article("Secretsigned", "en") }, 404),
        ("early", EntryContent { valid_from: Some(Timestamp(NOW.0 + 1_000)), ..article("Secretearly", "en") }, 404),
        ("late", EntryContent { valid_until: Some(NOW), ..article("Secretlate", "en") }, 410),
        ("archived", EntryContent { status: EntryStatus::Archived, ..article("Secretarchived", "en") }, 410),
        ("language", article("Secretdeutsch", "de"), 404),
    ];
    let mut addresses = Vec::new();
    for (name, content, status) in hidden {
        let title = content.question.clone();
        let id = centre.add(content).await;
        addresses.push((name, centre.address("en", &title, id), status));
    }
    // Another workspace's, under the address of this one.
    let new = NewWorkspace { id: Uuid::now_v7().into(), slug: "b".into(), name: "B".into(), created_at: NOW };
    let other = centre.server.desk.store().create_workspace(new).await.unwrap();
    let foreign = centre.server.desk.add_kb_entry(&other, article("Secretforeign", "en")).await.unwrap().id;
    addresses.push(("foreign", centre.address("en", "Secretforeign", foreign), 404));

    centre.add(article("Open to all", "en")).await;
    for (name, address, status) in &addresses {
        let reply = centre.get(address).send().await;
        assert_eq!(reply.status.as_u16(), *status, "{name}");
        assert!(is_html(&reply) && !reply.text().contains("Everything about"), "{name}");
        assert_eq!(centre.vote(address, "helpful=yes").await.status, StatusCode::NOT_FOUND, "{name}");
    }
    for path in [
        "/en/",
        "/zh/",
        "/en/c/orders",
        "/en/search?q=Secretagents",
        "/en/search?q=secret",
        "/en/feed.xml",
        "/sitemap.xml",
    ] {
        let text = centre.text(path).await;
        let text =
            text.replace("value=\"Secretagents\"", "").replace("“Secretagents”", "").replace("q=Secretagents", "");
        assert!(!text.contains("Secret"), "{path}: {text}");
    }
    // The moment comes.
    centre.server.clock.moves(Duration::from_secs(1));
    assert!(centre.text("/en/c/orders").await.contains("Secretearly"));
    assert_eq!(centre.get(&addresses[2].1).send().await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_change_is_seen_with_the_next_page() {
    let centre = Centre::open().await;
    let id = centre.add(article("Before", "en")).await;
    assert!(centre.text("/en/c/orders").await.contains("Before"));
    let desk = &centre.server.desk;
    desk.update_kb_entry(&centre.server.system, id, article("After", "en"), None, None).await.unwrap();
    let text = centre.text("/en/c/orders").await;
    assert!(text.contains("After") && !text.contains("Before"));
    let private = EntryContent { audience: Audience::Agents, ..article("After", "en") };
    desk.update_kb_entry(&centre.server.system, id, private, None, None).await.unwrap();
    assert_eq!(centre.page("/en/c/orders").await.status, StatusCode::NOT_FOUND);
    desk.delete_kb_entry(&centre.server.system, id).await.unwrap();
    assert_eq!(centre.get(&centre.address("en", "After", id)).send().await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_site_of_one_category_shows_no_other() {
    let centre = Centre::with(Setup::default(), SiteSettings { category: Some("orders".into()), ..settings() }).await;
    let inside = centre.add(article("Inside", "en")).await;
    let outside = centre.add(EntryContent { category: Some("ordersecret".into()), ..article("Outside", "en") }).await;
    assert!(centre.text("/en/").await.contains("Inside"));
    assert_eq!(centre.get(&centre.address("en", "Inside", inside)).send().await.status, StatusCode::OK);
    assert_eq!(centre.get(&centre.address("en", "Outside", outside)).send().await.status, StatusCode::NOT_FOUND);
    assert_eq!(centre.page("/en/c/ordersecret").await.status, StatusCode::NOT_FOUND);
    for path in ["/en/", "/en/search?q=everything", "/sitemap.xml", "/en/feed.xml"] {
        assert!(!centre.text(path).await.contains("Outside"), "{path}");
    }
}

#[tokio::test]
async fn a_closed_site_and_one_that_never_was_look_alike() {
    let centre = Centre::open().await;
    assert_eq!(centre.page("/en/").await.status, StatusCode::OK);
    centre.set(SiteSettings { enabled: false, ..settings() }).await;
    let closed = centre.page("/en/").await;
    let unknown = centre.get("/help/nobody/en/").send().await;
    for reply in [&closed, &unknown, &centre.get("/help").send().await, &centre.get("/help/%00/en/").send().await] {
        assert_eq!(reply.status, StatusCode::NOT_FOUND);
        assert!(is_html(reply), "{}", reply.text());
    }
    assert_eq!(closed.body, unknown.body);
    for path in ["/en/search?q=a", "/sitemap.xml", "/robots.txt", "/assets/help.css", "/nothing/at/all"] {
        assert_eq!(centre.page(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn a_page_that_the_browser_has_is_not_sent_again() {
    let centre = Centre::open().await;
    let id = centre.add(article("Returns", "en")).await;
    let address = centre.address("en", "Returns", id);
    let first = centre.get(&address).send().await;
    assert_eq!(first.header("cache-control"), "public, no-cache");
    let again = centre.get(&address).header("if-none-match", first.header("etag")).send().await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    assert!(again.body.is_empty());
    assert_eq!(again.header("etag"), first.header("etag"));
    let since = centre.get(&address).header("if-modified-since", first.header("last-modified")).send().await;
    assert_eq!(since.status, StatusCode::NOT_MODIFIED);

    let text = first.text();
    let style = text.split("href=\"").find(|part| part.contains("/assets/help-")).unwrap();
    let style = style.split('"').next().unwrap();
    let reply = centre.get(style).send().await;
    assert_eq!(reply.status, StatusCode::OK, "{style}");
    assert!(reply.header("cache-control").contains("immutable"));
}

#[tokio::test]
async fn search_finds_marks_and_never_runs_what_was_typed() {
    let centre = Centre::open().await;
    let markdown = "Intro.\n\n## Time limits (2026)\n\nReturn the kettle within seven days of delivery.";
    let id = centre.add(EntryContent { answer: markdown.into(), ..article("Returning a kettle", "en") }).await;
    centre.add(EntryContent { answer: "七天内可以退 kettle。".into(), ..article("水壶 kettle", "zh") }).await;
    let text = centre.text("/en/search?q=return+kettle").await;
    let address = format!("{}#time-limits-2026", centre.address("en", "Returning a kettle", id));
    assert!(text.contains(&address), "{text}");
    assert!(text.contains("<mark>Return</mark>") || text.contains("<mark>kettle</mark>"), "{text}");
    let (en, zh) = (text.find("/en/a/returning").unwrap(), text.find("水壶").unwrap_or(usize::MAX));
    assert!(en < zh, "the language of the page comes first");
    assert!(
        centre
            .text(&address[..address.find('#').unwrap()]["/help/qinghe".len()..])
            .await
            .contains("id=\"time-limits-2026\"")
    );

    for query in
        ["%3Cscript%3Ealert(1)%3C/script%3E", "%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E", "%00%1b", "%ff", "", "%20"]
    {
        let reply = centre.page(&format!("/en/search?q={query}")).await;
        assert_eq!(reply.status, StatusCode::OK, "{query}");
        let text = reply.text();
        assert!(!text.contains("<script>alert") && !text.contains("<img src=x"), "{text}");
        assert_eq!(reply.header("cache-control"), "private, no-cache");
    }
    let long = "x".repeat(5_000);
    assert_eq!(centre.page(&format!("/en/search?q={long}")).await.status, StatusCode::OK);
    assert_eq!(centre.page("/en/search").await.status, StatusCode::OK);
}

#[tokio::test]
async fn readers_say_whether_it_helped_and_what_was_missing() {
    let centre = Centre::open().await;
    let id = centre.add(article("Returns", "en")).await;
    let address = centre.address("en", "Returns", id);
    let voted = centre.vote(&address, "helpful=no").await;
    assert_eq!(voted.status, StatusCode::SEE_OTHER);
    assert_eq!(voted.header("location"), format!("{address}?feedback=no#feedback_"));
    assert!(centre.get(&format!("{address}?feedback=no")).send().await.text().contains("<textarea"));
    let said = centre.vote(&address, "helpful=no&comment=Which+%3Cb%3Eaddress%3F").await;
    assert_eq!(said.header("location"), format!("{address}?feedback=comment#feedback_"));

    let desk = &centre.server.desk;
    let used = desk.kb_use_of(&centre.server.system, id).await.unwrap();
    assert_eq!((used[0].helpful, used[0].unhelpful), (0, 1), "a comment is not another vote");
    let comments = desk.kb_comments(&centre.server.system, id).await.unwrap();
    assert_eq!(comments.len(), 1);
    assert_eq!((comments[0].text.as_str(), comments[0].helpful), ("Which <b>address?", false));

    for fields in ["", "helpful=maybe", "comment=x", "%ff=%ff"] {
        let reply = centre.vote(&address, fields).await;
        assert!(reply.status == 400 && is_html(&reply), "{fields}: {}", reply.status);
    }
    let large = centre.vote(&address, &format!("helpful=no&comment={}", "x".repeat(100_000))).await;
    assert_eq!(large.status, StatusCode::BAD_REQUEST);
    let path = format!("{address}/feedback");
    let elsewhere = centre.server.post(&path).header("sec-fetch-site", "cross-site");
    let elsewhere = elsewhere.header("content-type", "application/x-www-form-urlencoded").body("helpful=yes").await;
    assert_eq!(elsewhere.status, StatusCode::BAD_REQUEST);
    assert_eq!(centre.server.call(Method::GET, &path).send().await.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(desk.kb_use_of(&centre.server.system, id).await.unwrap()[0].helpful, 0);
}

#[tokio::test]
async fn one_reader_cannot_vote_for_many() {
    let setup = Setup { rate_limits: RateLimits::On, trust_proxy: TrustProxy::Yes, ..Setup::default() };
    let centre = Centre::with(setup, settings()).await;
    let id = centre.add(article("Returns", "en")).await;
    let address = centre.address("en", "Returns", id);
    let mut failed = 0;
    for _ in 0..10 {
        failed +=
            usize::from(centre.vote(&address, "helpful=yes").await.header("location").contains("feedback=failed"));
    }
    assert_eq!(failed, 6);
    let used = centre.server.desk.kb_use_of(&centre.server.system, id).await.unwrap();
    assert_eq!(used[0].helpful, 4);
}

#[tokio::test]
async fn searching_too_often_is_told_as_a_page() {
    let setup = Setup { rate_limits: RateLimits::On, ..Setup::default() };
    let centre = Centre::with(setup, settings()).await;
    let mut last = centre.page("/en/search?q=a").await;
    for _ in 0..60 {
        last = centre.page("/en/search?q=a").await;
    }
    assert_eq!(last.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(is_html(&last) && !last.header("retry-after").is_empty());
}

#[tokio::test]
async fn reading_is_counted_but_not_reloading() {
    let centre = Centre::open().await;
    let id = centre.add(article("Returns", "en")).await;
    let address = centre.address("en", "Returns", id);
    for _ in 0..5 {
        assert_eq!(centre.get(&address).send().await.status, StatusCode::OK);
    }
    let (desk, system) = (&centre.server.desk, &centre.server.system);
    let shown = async || desk.kb_use_of(system, id).await.unwrap().first().map_or(0, |day| day.shown);
    while shown().await == 0 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(shown().await, 1);
    centre.server.clock.moves(Duration::from_secs(61));
    centre.get(&address).send().await;
    while shown().await == 1 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(shown().await, 2);
}

#[tokio::test]
async fn search_engines_are_told_what_there_is() {
    let centre = Centre::open().await;
    let id = centre.add(article("Returns", "en")).await;
    let sitemap = centre.page("/sitemap.xml").await;
    assert!(sitemap.header("content-type").contains("xml"));
    let text = sitemap.text();
    for path in ["/help/qinghe/en/", "/help/qinghe/en/c/orders", &centre.address("en", "Returns", id)] {
        assert!(text.contains(&format!("<loc>http://{HOST}{path}</loc>")), "{path}: {text}");
    }
    assert_eq!(centre.page("/sitemap-1.xml").await.status, StatusCode::NOT_FOUND);
    let robots = centre.text("/robots.txt").await;
    assert!(robots.contains(&format!("Sitemap: http://{HOST}/help/qinghe/sitemap.xml")));
    assert!(centre.text("/en/feed.xml").await.contains("Returns"));

    let root = centre.get("/robots.txt").send().await.text();
    assert!(root.contains(&format!("Sitemap: http://{HOST}/help/qinghe/sitemap.xml")), "{root}");
    assert!(root.contains("Disallow: /console/"));
    centre.set(SiteSettings { enabled: false, ..settings() }).await;
    assert!(!centre.get("/robots.txt").send().await.text().contains("Sitemap"));
}

#[tokio::test]
async fn a_site_with_an_address_of_its_own_uses_it() {
    let own = SiteSettings { base_url: Some("https://hilfe.example.com/kb/".into()), ..settings() };
    let centre = Centre::with(Setup::default(), own).await;
    let id = centre.add(article("Returns", "en")).await;
    let path = centre.address("en", "Returns", id);
    let own = path.replace("/help/qinghe", "/kb");
    let text = centre.get(&path).send().await.text();
    assert!(text.contains(&format!("<link rel=\"canonical\" href=\"https://hilfe.example.com{own}\">")), "{text}");
    for host in ["evil.example\"><script>", "a b", "x:y:z", ""] {
        let reply = centre.server.get(&path).header("host", host).send().await;
        assert!(reply.status.is_success() || reply.status.is_client_error(), "{host}");
        assert!(!reply.text().contains("<script>"), "{host}");
    }
    centre.set(settings()).await;
    for host in ["evil.example\"><script>", "a b", ""] {
        let reply = centre.server.get(&path).header("host", host).send().await;
        assert!(reply.status.is_success() || reply.status.is_client_error(), "{host}: {}", reply.status);
        assert!(!reply.text().contains("<script>"), "{host}");
    }
}

#[tokio::test]
async fn a_file_is_given_out_while_something_shown_refers_to_it() {
    let centre = Centre::open().await;
    let server = &centre.server;
    let admin = server.signed_in(Role::Admin).await;
    let upload = async |name: &str, bytes: &[u8]| -> FileId {
        let reply = server.post("/api/v1/files").session(&admin).upload(name, bytes).await;
        reply.json()["id"].as_str().unwrap().parse().unwrap()
    };
    let (used, unused, page) =
        (upload("a.png", PNG).await, upload("b.png", PNG).await, upload("c.html", b"<script>1</script>").await);
    let visitor = server.visitor().await;
    let reply = server.post("/api/v1/visitor/files").bearer(&visitor.token).upload("id.png", PNG).await;
    let customers: FileId = reply.json()["id"].as_str().unwrap().parse().unwrap();
    let answer = format!("![p](/api/v1/files/{used}) [f](/api/v1/files/{page}) ![c](/api/v1/files/{customers})");
    let id = centre.add(EntryContent { answer: answer.clone(), ..article("Pictures", "en") }).await;
    let secret = EntryContent {
        answer: format!("![](/api/v1/files/{unused})"),
        audience: Audience::Agents,
        ..article("Internal", "en")
    };
    centre.add(secret).await;

    let text = centre.get(&centre.address("en", "Pictures", id)).send().await.text();
    assert!(text.contains(&format!("<img src=\"/help/qinghe/file/{used}\"")), "{text}");
    let file = async |id: FileId| centre.page(&format!("/file/{id}")).await;
    let reply = file(used).await;
    assert_eq!((reply.status.as_u16(), reply.header("content-type")), (200, "image/png"));
    assert_eq!(reply.body, PNG);
    let active = file(page).await;
    assert!(active.header("content-disposition").starts_with("attachment"));
    assert_eq!(active.header("content-security-policy"), "default-src 'none'; sandbox");
    for (name, hidden) in [("unused", unused), ("a customer's", customers), ("unknown", Uuid::now_v7().into())] {
        assert_eq!(file(hidden).await.status, StatusCode::NOT_FOUND, "{name}");
    }
    assert_eq!(centre.page("/file/none").await.status, StatusCode::NOT_FOUND);
    let archived = EntryContent {
        answer,
        status: EntryStatus::Archived,
        source: EntrySource::default(),
        ..article("Pictures", "en")
    };
    server.desk.update_kb_entry(&server.system, id, archived, None, None).await.unwrap();
    assert_eq!(file(used).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_customer_is_offered_articles_while_typing() {
    let server = Server::start().await;
    let visitor = server.visitor().await;
    let ask =
        async |query: &str| server.get(&format!("/api/v1/visitor/help?{query}")).bearer(&visitor.token).send().await;
    assert_eq!(ask("q=kettle").await.ok()["items"], json!([]), "there is no help centre");
    let with_chat = SiteSettings { inbox_key: Some(server.inbox.key.clone()), ..settings() };
    server.desk.put_site(&server.system, None, "qinghe".into(), with_chat).await.unwrap();
    let content = EntryContent { answer: "Within **seven** days.".into(), ..article("Returning a kettle", "en") };
    let id = server.desk.add_kb_entry(&server.system, content).await.unwrap().id;
    let hidden = EntryContent { audience: Audience::Agents, ..article("Kettle margins", "en") };
    server.desk.add_kb_entry(&server.system, hidden).await.unwrap();
    let found = ask("q=return+kettle&lang=en-GB").await.ok();
    let items = found["items"].as_array().unwrap();
    assert_eq!(items.len(), 1, "{found}");
    assert_eq!(items[0]["entry_id"], json!(id));
    assert_eq!(items[0]["title"], "Returning a kettle");
    assert_eq!(items[0]["snippet"], "Within seven days.");
    let url = items[0]["url"].as_str().unwrap();
    assert!(url.ends_with(&place().article("en", "Returning a kettle", id)), "{url}");
    for query in ["", "q=", "q=%20", &format!("q={}", "x".repeat(201)), "q=a&other=1"] {
        assert!(ask(query).await.status.is_client_error(), "{query}");
    }
    server.get("/api/v1/visitor/help?q=a").send().await.problem(401, "unauthenticated");
}

#[test]
fn the_anchor_of_a_passage_is_that_of_the_page() {
    for heading in [
        "Return policy",
        "退货政策（2026 版）",
        "What's new in v2.0?",
        "  ",
        "!!!",
        "FAQ 2",
        "Größe & Gewicht",
        "cargo run – how",
        "-- a --",
        "İstanbul",
        &"字".repeat(100),
        &format!("{} tail", "a".repeat(63)),
        &format!("{} tail", "a".repeat(62)),
    ] {
        assert_eq!(yingda_knowledge::anchor(heading), yingda_helpcentre::slug(heading), "{heading:?}");
    }
}

#[tokio::test]
async fn every_passage_of_an_article_has_its_anchor_on_the_page() {
    let centre = Centre::open().await;
    let markdown = "# FAQ\n\none\n\n# FAQ\n\ntwo\n\n## FAQ 2\n\nthree\n\n### faq\n\nfour\n\nSetext `code`\n---\n\nfive\n\n\
        > ## Größe & Gewicht\n> six\n\n- # In a list\n\n  seven\n\n## !!!\n\neight\n\n## What's **new** in v2.0?\n\nnine\n\n\
        <!-- page 3 -->\n\nten\n\n# Page 3\n\neleven\n\n<!-- sheet Preise -->\n\ntwelve\n";
    let id = centre.add(EntryContent { answer: markdown.into(), ..article("Anchors", "en") }).await;
    let page = centre.get(&centre.address("en", "Anchors", id)).send().await.text();
    for passage in yingda_knowledge::cut(markdown) {
        let id = format!("id=\"{}\"", passage.anchor);
        assert!(passage.anchor.is_empty() || page.contains(&id), "{id} of {:?}\n{page}", passage.text);
    }
}

#[tokio::test]
async fn a_hostile_text_of_a_megabyte_is_drawn_soon() {
    let centre = Centre::open().await;
    let fill = |piece: &str| piece.repeat(1_000_000 / piece.len());
    let texts = [
        fill("<div><p>"),
        fill("[a](b) <b> "),
        fill("# a\n"),
        fill("![a](/api/v1/files/x) "),
        fill("> - "),
        format!("<a {}>x</a>", (0..100_000).map(|n| format!("a{n}=1 ")).collect::<String>()),
        fill("&lt;"),
        fill("| a "),
        fill("<!-- "),
        fill("*_`"),
    ];
    for (number, answer) in texts.into_iter().enumerate() {
        let title = format!("Hostile {number}");
        let id = centre.add(EntryContent { answer, ..article(&title, "en") }).await;
        let begun = std::time::Instant::now();
        let reply = centre.get(&centre.address("en", &title, id)).send().await;
        assert_eq!(reply.status, StatusCode::OK, "{number}");
        println!("{number}: {:?}", begun.elapsed());
        assert!(begun.elapsed() < Duration::from_secs(20), "{number}: {:?}", begun.elapsed());
    }
}
