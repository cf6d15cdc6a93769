//! Sites that are busy, slow, down, or have wishes.

use super::*;

#[tokio::test]
async fn what_a_page_and_its_site_wish_is_honoured() {
    let site = Site::serve(|path, _| match path {
        "/robots.txt" => text("User-agent: Yingda\nDisallow: /no/\nAllow: /no/but\n\nUser-agent: *\nDisallow: /"),
        "/" => page(path, &["/no/x", "/no/but", "/hidden", "/nofollow", "/header", "/pdf"]),
        "/hidden" => html("<meta name=robots content=noindex><a href=/behind>"),
        "/nofollow" => html("<meta name=robots content=nofollow><a href=/never>"),
        "/header" => ([("x-robots-tag", "noindex")], page(path, &[])).into_response(),
        "/pdf" => ([("content-type", "application/pdf")], "%PDF-1.7").into_response(),
        "/no/but" | "/behind" => page(path, &[]),
        _ => status(404),
    })
    .await;
    let (visits, _) = run(site.client(), plan(Start::Page(site.url("/"))), Vec::new()).await;
    assert_eq!(
        told(&visits),
        [
            "page /",
            "robots /no/x",
            "page /no/but",
            "no_index /hidden",
            "page /nofollow",
            "no_index /header",
            "page /pdf",
            "page /behind"
        ]
    );
}

#[tokio::test]
async fn a_site_whose_rules_cannot_be_read_now_is_not_read_now() {
    let site = Site::serve(|path, _| if path == "/robots.txt" { status(500) } else { page(path, &[]) }).await;
    let (visits, _) = run(site.client(), plan(Start::Page(site.url("/"))), Vec::new()).await;
    assert_eq!(told(&visits), ["robots_unavailable /"]);
    assert!(matches!(&visits[0], Visit::Skipped { reason, .. } if reason.is_passing()));
    assert_eq!(site.asked(), ["/robots.txt"]);
}

#[tokio::test]
async fn a_busy_site_is_given_the_rest_it_asks_for() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let site = Site::serve(move |path, _| match path {
        "/" => page(path, &["/busy", "/always", "/later", "/after"]),
        "/busy" if count.fetch_add(1, Ordering::SeqCst) < 2 => {
            (axum::http::StatusCode::TOO_MANY_REQUESTS, [("retry-after", "0")]).into_response()
        }
        "/busy" | "/after" => page(path, &[]),
        "/always" => (axum::http::StatusCode::SERVICE_UNAVAILABLE, [("retry-after", "0")]).into_response(),
        "/later" => (axum::http::StatusCode::TOO_MANY_REQUESTS, [("retry-after", "3600")]).into_response(),
        _ => status(404),
    })
    .await;
    let (visits, end) = run(site.client(), plan(Start::Page(site.url("/"))), Vec::new()).await;
    assert_eq!(told(&visits), ["page /", "page /busy", "status /always", "busy /later", "busy /after"]);
    assert_eq!((asked.load(Ordering::SeqCst), end), (3, End::Everything));
    assert!(!site.asked().contains(&"/after".to_owned()), "a site that asks for an hour is left alone");
}

#[tokio::test]
async fn requests_to_one_host_keep_their_distance() {
    let site = Site::serve(|path, _| match path {
        "/robots.txt" => text("User-agent: *\nCrawl-delay: 0.1"),
        "/" => page(path, &["/a", "/b"]),
        _ => page(path, &[]),
    })
    .await;
    let begun = Instant::now();
    let (visits, _) = run(site.client(), plan(Start::Page(site.url("/"))), Vec::new()).await;
    assert!(visits.len() == 3 && begun.elapsed() >= Duration::from_millis(300), "{:?}", begun.elapsed());

    // A delay of hours is cut at what the plan allows.
    let slow = Site::serve(|path, _| match path {
        "/robots.txt" => text("User-agent: *\nCrawl-delay: 7200"),
        _ => page(path, &[]),
    })
    .await;
    assert_eq!(run(slow.client(), plan(Start::Page(slow.url("/"))), Vec::new()).await.0.len(), 1);
}

#[tokio::test]
async fn one_hosts_failure_does_not_end_the_crawl() {
    let site = Site::serve(|path, asked| match path {
        "/" => {
            let (_, port) = host(asked).rsplit_once(':').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
            page(
                path,
                &[
                    "http://down.test:1/1",
                    "http://down.test:1/2",
                    &format!("http://b.test:{port}/x"),
                    "http://private.test/",
                    "/big",
                    "/slow",
                    "/a",
                ],
            )
        }
        "/x" => redirect(302, "/y"),
        "/big" => html(&"x".repeat(50_000)),
        "/slow" => ([("content-type", "text/html")], endless(b" ", Duration::from_millis(20))).into_response(),
        "/a" | "/y" => page(path, &[]),
        _ => status(404),
    })
    .await;
    let mut settings = Settings { whole: Duration::from_millis(500), ..settings() };
    settings.allowed.push("down.test".parse().unwrap());
    let client = site.client_with(settings);
    let hosts = ["127.0.0.1", "b.test", "down.test", "*.test"].map(|host| host.parse().unwrap()).to_vec();
    let limited = Plan { hosts, max_page_bytes: 10_000, ..plan(Start::Page(site.url("/"))) };
    let (visits, end) = run(client, limited, Vec::new()).await;
    assert_eq!(
        told(&visits),
        [
            "page /",
            "robots_unavailable /1",
            "robots_unavailable /2",
            "redirected /x",
            "page /y",
            "private_address /",
            "too_large /big",
            "timed_out /slow",
            "page /a"
        ]
    );
    assert_eq!(end, End::Everything);
}

#[tokio::test]
async fn a_host_that_keeps_failing_is_left_alone() {
    let site = Site::serve(|path, _| match path {
        "/" => page(path, &["/1", "/2", "/3", "/4", "/5"]),
        "/robots.txt" => status(404),
        _ => ([("content-type", "text/html")], endless(b" ", Duration::from_millis(20))).into_response(),
    })
    .await;
    let client = site.client_with(Settings { whole: Duration::from_millis(300), ..settings() });
    let (visits, _) = run(client, plan(Start::Page(site.url("/"))), Vec::new()).await;
    assert_eq!(
        told(&visits),
        ["page /", "timed_out /1", "timed_out /2", "timed_out /3", "host_down /4", "host_down /5"]
    );
}

#[tokio::test]
async fn a_crawl_stops_when_it_is_told_to() {
    let site = Site::serve(|path, _| match path {
        "/" => page(path, &["/hang", "/a"]),
        "/hang" => ([("content-type", "text/html")], endless(b" ", Duration::from_millis(20))).into_response(),
        _ => page(path, &[]),
    })
    .await;
    let cancelled = CancellationToken::new();
    let mut crawl = Crawl::new(site.client(), plan(Start::Page(site.url("/"))), Vec::new(), cancelled.clone());
    assert!(crawl.next().await.is_some());
    let begun = Instant::now();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(100)).await;
        cancelled.cancel();
    });
    assert_eq!(crawl.next().await, None);
    assert_eq!((crawl.next().await, crawl.end()), (None, Some(End::Cancelled)));
    assert!(begun.elapsed() < Duration::from_secs(5));
}
