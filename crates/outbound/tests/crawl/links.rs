//! From link to link.

use super::*;

#[tokio::test]
async fn links_are_followed_breadth_first_within_the_site() {
    let site = Site::serve(|path, _| match path {
        "/robots.txt" => status(404),
        "/" => {
            page(path, &["/a", "b#top", "https://other.example/", "mailto:x@y.example", "/pic.jpg", "/a?utm_source=x"])
        }
        "/a" => page(path, &["/c", "/"]),
        "/b" => page(path, &["/d", "/a"]),
        "/c" | "/d" => page(path, &["/missing"]),
        _ => status(404),
    })
    .await;
    for _ in 0..2 {
        let (visits, end) = run(site.client(), plan(Start::Page(site.url("/"))), Vec::new()).await;
        assert_eq!(told(&visits), ["page /", "page /a", "page /b", "page /c", "page /d", "status /missing"]);
        assert_eq!(end, End::Everything);
        assert_eq!(site.take_asked(), ["/robots.txt", "/", "/a", "/b", "/c", "/d", "/missing"]);
    }
}

#[tokio::test]
async fn redirects_stay_on_the_site_and_end() {
    let site = Site::serve(|path, _| match path {
        "/" => page(path, &["/off", "/inside", "/new", "/self", "/ping", "/login"]),
        "/off" => redirect(301, "https://other.example/"),
        "/inside" => redirect(302, "http://169.254.169.254/"),
        "/new" => redirect(301, "/target"),
        "/login" => redirect(302, "/target"),
        "/target" => page(path, &[]),
        "/self" => redirect(302, "/self"),
        "/ping" => redirect(302, "/pong"),
        "/pong" => redirect(302, "/ping"),
        _ => status(404),
    })
    .await;
    let (visits, end) = run(site.client(), plan(Start::Page(site.url("/"))), Vec::new()).await;
    assert_eq!(
        told(&visits),
        [
            "page /",
            "off_site /off",
            "off_site /inside",
            "moved /new",
            "page /target",
            "redirect_loop /self",
            "redirected /ping",
            "redirected /pong",
            "redirected /login"
        ]
    );
    assert_eq!(end, End::Everything);
}

#[tokio::test]
async fn an_endless_chain_of_new_addresses_is_cut() {
    let site = Site::serve(|path, _| match path.trim_start_matches("/r").parse::<u64>() {
        Ok(number) => redirect(302, &format!("/r{}", number + 1)),
        Err(_) => status(404),
    })
    .await;
    let (visits, _) = run(site.client(), plan(Start::Page(site.url("/r0"))), Vec::new()).await;
    assert_eq!(told(&visits).last().unwrap(), "too_many_redirects /r5");
}

#[tokio::test]
async fn a_maze_without_end_is_left() {
    let site = Site::serve(|path, _| match path {
        "/robots.txt" => status(404),
        path => page(path, &[&format!("{path}x"), &format!("{path}y")]),
    })
    .await;
    let limited = Plan { max_pages: 20, ..plan(Start::Page(site.url("/"))) };
    let mut crawl = Crawl::new(site.client(), limited, Vec::new(), CancellationToken::new());
    while crawl.next().await.is_some() {}
    assert_eq!((crawl.end(), crawl.progress().pages), (Some(End::PageLimit), 20));
    assert!(crawl.progress().waiting <= 160);

    let dead_ends = Site::serve(|path, _| match path {
        "/" => {
            page(path, &(0..500).map(|n| format!("/{n}")).collect::<Vec<_>>().iter().map(|l| &**l).collect::<Vec<_>>())
        }
        _ => status(404),
    })
    .await;
    let limited = Plan { max_pages: 10, ..plan(Start::Page(dead_ends.url("/"))) };
    let (_, end) = run(dead_ends.client(), limited, Vec::new()).await;
    assert!(dead_ends.asked().len() <= 132 && end != End::Cancelled, "{}", dead_ends.asked().len());
}

#[tokio::test]
async fn a_start_that_is_no_page_itself_still_leads_on() {
    let site = Site::serve(|path, _| match path {
        "/" => redirect(302, "/home"),
        "/home" => page(path, &["/help/a", "/shop"]),
        "/help/a" => page(path, &["/help/b", "/shop"]),
        _ => page(path, &[]),
    })
    .await;
    let plan = Plan { include: vec!["/help/".parse().unwrap()], ..plan(Start::Page(site.url("/"))) };
    let (visits, _) = run(site.client(), plan, Vec::new()).await;
    assert_eq!(told(&visits), ["redirected /", "not_wanted /home", "page /help/a", "page /help/b"]);
}

#[tokio::test]
async fn a_site_may_answer_with_its_www() {
    let site = Site::serve(|path, asked| match (host(asked).starts_with("www."), path) {
        (false, "/") => redirect(301, &format!("http://www.{}/", host(asked))),
        (true, "/") => page(path, &["/a"]),
        (true, "/a") => page(path, &[]),
        _ => status(404),
    })
    .await;
    let (visits, _) = run(site.client(), plan(Start::Page(site.url_at("a.test", "/"))), Vec::new()).await;
    assert_eq!(told(&visits), ["moved /", "page /", "page /a"]);
}
