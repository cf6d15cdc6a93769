//! What is the same, and what has changed.

use super::*;

#[tokio::test]
async fn only_what_changed_is_given_again() {
    let second = Arc::new(AtomicUsize::new(0));
    let round = Arc::clone(&second);
    let conditional = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&conditional);
    let site = Site::serve(move |path, asked| {
        let later = round.load(Ordering::SeqCst) > 0;
        let header = |name: &str| asked.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        if let Some(tag) = header("if-none-match").or(header("if-modified-since")) {
            seen.lock().unwrap().push(format!("{path} {tag}"));
        }
        match path {
            "/" => {
                ([("etag", "\"1\"")], page(path, &["/tagged", "/dated", "/same", "/changed", "/gone"])).into_response()
            }
            "/tagged" if header("if-none-match").as_deref() == Some("\"t\"") => status(304),
            "/tagged" => ([("etag", "\"t\"")], page(path, &["/behind"])).into_response(),
            "/dated" if header("if-modified-since").is_some() => status(304),
            "/dated" => ([("last-modified", "Sun, 22 Nov 2026 10:00:00 GMT")], page(path, &[])).into_response(),
            "/changed" if later => page("new words", &["/new"]),
            "/gone" if later => status(410),
            "/same" | "/changed" | "/gone" | "/behind" | "/new" => page(path, &[]),
            _ => status(404),
        }
    })
    .await;
    let (first, _) = run(site.client(), plan(Start::Page(site.url("/"))), Vec::new()).await;
    let first = pages(&first);
    assert_eq!(first.len(), 7);
    assert_eq!(first[0].sha256.len(), 64);
    let known: Vec<Known> = first.iter().map(|page| page.known()).collect();
    let written = serde_json::to_string(&known).unwrap();
    let known: Vec<Known> = serde_json::from_str(&written).unwrap();

    second.store(1, Ordering::SeqCst);
    let (visits, end) = run(site.client(), plan(Start::Page(site.url("/"))), known.clone()).await;
    assert_eq!(
        told(&visits),
        [
            "unchanged /",
            "unchanged /tagged",
            "unchanged /dated",
            "unchanged /same",
            "page /changed",
            "gone /gone",
            "unchanged /behind",
            "page /new"
        ]
    );
    assert_eq!(end, End::Everything);
    assert!(conditional.lock().unwrap().contains(&"/tagged \"t\"".to_owned()));

    // Without the links, a page must be read in full to find what is behind it.
    conditional.lock().unwrap().clear();
    let bare: Vec<Known> = known.into_iter().map(|page| Known { links: None, ..page }).collect();
    let (visits, _) = run(site.client(), plan(Start::Page(site.url("/"))), bare).await;
    assert!(told(&visits).contains(&"unchanged /behind".to_owned()));
    assert!(conditional.lock().unwrap().is_empty());
}

#[tokio::test]
async fn every_known_page_has_an_outcome() {
    let site = Site::serve(|path, asked| match path {
        "/map.txt" => text(&format!("http://{}/a", host(asked))),
        "/a" | "/still" => page(path, &[]),
        "/moved" => redirect(301, "/to"),
        "/to" => page(path, &[]),
        _ => status(404),
    })
    .await;
    let known = ["/a", "/still", "/gone", "/moved", "/excluded/x"]
        .map(|path| Known { url: site.url(path).into(), ..Known::default() });
    let plan = Plan { exclude: vec!["/excluded".parse().unwrap()], ..plan(Start::Sitemap(site.url("/map.txt"))) };
    let (visits, end) = run(site.client(), plan, known.to_vec()).await;
    assert_eq!(
        told(&visits),
        ["page /a", "not_wanted /excluded/x", "page /still", "gone /gone", "moved /moved", "page /to"]
    );
    assert_eq!(end, End::Everything);
}

#[tokio::test]
async fn one_page_under_many_addresses_is_one() {
    let site = Site::serve(|path, _| match path {
        "/" => page(path, &["/a?ref=1", "/a", "/twin", "/alias", "/claims", "/foreign"]),
        "/a?ref=1" => html("<link rel=canonical href='/a'>one"),
        "/a" => html("<link rel=canonical href='/a'>the real one"),
        "/twin" => html("<link rel=canonical href='/a'>the real one"),
        "/alias" => html("<link rel=canonical href='/real'>alias"),
        "/claims" => html("<link rel=canonical href='/real'>claims to be the same"),
        "/foreign" => html("<link rel=canonical href='https://other.example/'>mine"),
        _ => status(404),
    })
    .await;
    let (visits, _) = run(site.client(), plan(Start::Page(site.url("/"))), Vec::new()).await;
    assert_eq!(
        told(&visits),
        [
            "page /",
            "duplicate /a?ref=1",
            "page /a",
            "duplicate /twin",
            "page /real",
            "duplicate /claims",
            "page /foreign"
        ]
    );
    let known: Vec<Known> = pages(&visits).iter().map(|page| page.known()).collect();
    let (visits, _) = run(site.client(), plan(Start::Page(site.url("/"))), known).await;
    assert_eq!(
        told(&visits),
        [
            "unchanged /",
            "duplicate /a?ref=1",
            "unchanged /a",
            "duplicate /twin",
            "unchanged /real",
            "duplicate /claims",
            "unchanged /foreign"
        ]
    );
}

#[tokio::test]
async fn pages_with_the_same_bytes_are_one() {
    let site = Site::serve(|path, _| match path {
        "/" => page(path, &["/1", "/2"]),
        "/1" | "/2" => html("the same"),
        _ => status(404),
    })
    .await;
    let (visits, _) = run(site.client(), plan(Start::Page(site.url("/"))), Vec::new()).await;
    assert_eq!(told(&visits), ["page /", "page /1", "duplicate /2"]);
}
