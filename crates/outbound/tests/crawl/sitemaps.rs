//! Pages that a sitemap names.

use super::*;

#[tokio::test]
async fn a_sitemap_gives_its_pages_and_no_links_are_followed() {
    let site = Site::serve(|path, asked| match path {
        "/robots.txt" => text("User-agent: *\nDisallow: /private"),
        "/sitemap.xml" => html(&format!(
            "<sitemapindex><sitemap><loc>http://{0}/1.xml.gz</loc></sitemap><sitemap><loc>/2.txt</loc></sitemap>\
             <sitemap><loc>/broken.xml</loc></sitemap></sitemapindex>",
            host(asked)
        )),
        "/1.xml.gz" => gzip(
            b"<urlset><url><loc>/a</loc><lastmod>2026-11-22</lastmod></url><url><loc>/private/x</loc></url>\
              <url><loc>https://other.example/</loc></url></urlset>",
        )
        .into_response(),
        "/2.txt" => text(&format!("http://{0}/b\nhttp://{0}/a\nhttp://{0}/b#x\n", host(asked))),
        "/broken.xml" => html("<urlset><url><loc>/c</loc></url><url></broken"),
        "/a" | "/b" | "/c" => page(path, &["/never"]),
        _ => status(500),
    })
    .await;
    let (visits, end) = run(site.client(), plan(Start::Sitemap(site.url("/sitemap.xml"))), Vec::new()).await;
    assert_eq!(
        told(&visits),
        ["not_wanted /", "page /a", "robots /private/x", "page /b", "broken_xml /broken.xml", "page /c"]
    );
    assert_eq!(end, End::Everything);
    assert_eq!(pages(&visits)[0].changed_at.unwrap().date().to_string(), "2026-11-22");
    assert!(!site.asked().contains(&"/never".to_owned()));
}

#[tokio::test]
async fn sitemaps_are_followed_three_deep_and_never_in_circles() {
    let site = Site::serve(|path, _| match path {
        "/robots.txt" => status(404),
        path if path.ends_with(".xml") => {
            let depth: u32 = path.trim_matches(|sign: char| !sign.is_ascii_digit()).parse().unwrap();
            html(&format!(
                "<sitemapindex><sitemap><loc>/{}.xml</loc></sitemap><sitemap><loc>/1.xml</loc></sitemap></sitemapindex>",
                depth + 1
            ))
        }
        _ => status(404),
    })
    .await;
    let (visits, _) = run(site.client(), plan(Start::Sitemap(site.url("/1.xml"))), Vec::new()).await;
    assert_eq!(told(&visits), ["sitemap_too_deep /3.xml"]);
    assert_eq!(site.asked(), ["/1.xml", "/2.xml", "/1.xml", "/3.xml"]);
}

#[tokio::test]
async fn a_huge_sitemap_is_bounded() {
    let lines: String = (0..70_000).map(|number| format!("<url><loc>/{number}</loc></url>")).collect();
    let xml = format!("<urlset>{lines}</urlset>");
    let bomb = gzip(&vec![b' '; 120_000_000]);
    let site = Site::serve(move |path, _| match path {
        "/robots.txt" => status(404),
        "/many.xml" => xml.clone().into_response(),
        "/bomb.xml.gz" => bomb.clone().into_response(),
        "/encoded.xml" => ([("content-encoding", "gzip")], bomb.clone()).into_response(),
        _ => page(path, &[]),
    })
    .await;
    let limited = |path| Plan { max_pages: 5, ..plan(Start::Sitemap(site.url(path))) };
    let (visits, end) = run(site.client(), limited("/many.xml"), Vec::new()).await;
    assert_eq!(told(&visits), ["too_many_urls /many.xml", "page /0", "page /1", "page /2", "page /3", "page /4"]);
    assert_eq!(end, End::PageLimit);
    for path in ["/bomb.xml.gz", "/encoded.xml"] {
        let (visits, _) = run(site.client(), limited(path), Vec::new()).await;
        assert_eq!(told(&visits), [format!("sitemap_too_large {path}")]);
    }
}

#[tokio::test]
async fn a_site_without_a_sitemap_is_read_by_its_links() {
    let site = Site::serve(|path, _| match path {
        "/" => page(path, &["/a"]),
        "/a" => page(path, &[]),
        _ => status(404),
    })
    .await;
    let (visits, _) = run(site.client(), plan(Start::Site(site.url("/"))), Vec::new()).await;
    assert_eq!(told(&visits), ["page /", "page /a"]);
}

#[tokio::test]
async fn a_site_is_read_by_the_sitemap_that_its_robots_txt_names() {
    let site = Site::serve(|path, asked| match path {
        "/robots.txt" => text(&format!("Sitemap: http://{}/map.txt", host(asked))),
        "/map.txt" => text(&format!("http://{}/a", host(asked))),
        "/a" => page(path, &["/b"]),
        _ => status(404),
    })
    .await;
    let (visits, _) = run(site.client(), plan(Start::Site(site.url("/"))), Vec::new()).await;
    assert_eq!(told(&visits), ["page /a"]);
}
