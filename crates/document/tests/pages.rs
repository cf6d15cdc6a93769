//! HTML, Markdown and plain text.
#![allow(clippy::unwrap_used)]

mod common;

use common::*;
use yingda_document::Format;

#[test]
fn a_page_keeps_its_main_content_and_nothing_that_runs() {
    let page = "<!DOCTYPE html><html lang=zh-CN><head><title>退货政策 - 星河商城</title><style>p{}</style></head><body>\
        <header><a href='/'>首页</a></header><nav><ul><li>全部商品</ul></nav>\
        <main><h1>退货政策</h1><p onclick=\"evil()\">七天<b>无理由</b>退货，见<a href='https://example.com/a' title=x>说明</a>，\
        <a href='javascript:alert(1)'>点我</a>。\n<p hidden>藏</p><div style='display: none'>也藏</div>\
        <ul><li>完好<li>有发票<ol><li>电子</li></ol></ul><script>document.write('<p>坏</p>')</script>\
        <table><caption>运费</caption><tr><th>地区<th>首重<th>续重<tr><td rowspan=2>江浙沪<td>8 元<td>2 元<tr><td colspan=2>包邮</table>\
        <pre>a &lt;b&gt;\n  c</pre><form><input value=q><button>提交</button></form><img src=a.png onerror=alert(1)></main>\
        <footer>版权所有</footer></body></html>";
    let document = read_ok("a.html", page.as_bytes());
    assert_eq!(
        (document.format, document.title.as_deref(), document.lang.as_deref()),
        (Format::Html, Some("退货政策"), Some("zh-CN"))
    );
    assert_eq!(
        document.markdown,
        "# 退货政策\n\n七天**无理由**退货，见[说明](https://example.com/a)，点我。\n\n- 完好\n- 有发票\n   1. 电子\n\n运费\n\n\
         | 地区 | 首重 | 续重 |\n| --- | --- | --- |\n| 江浙沪 | 8 元 | 2 元 |\n| 江浙沪 | 包邮 |  |\n\n```\na <b>\n  c\n```\n"
    );
    assert_eq!(warnings(&document), ["scripts_ignored", "pictures_ignored", "links_dropped"]);
}

#[test]
fn a_page_without_main_loses_its_frame_only() {
    let page = "<html><body><nav>导航</nav><header>站名</header><div><h2>配送</h2>\n<p>次日\n达</p></div><aside>广告</aside></body></html>";
    assert_eq!(read_ok("a.html", page.as_bytes()).markdown, "## 配送\n\n次日达\n");
    let page = "<html><body><footer>只有这里</footer></body></html>";
    assert_eq!(read_ok("a.html", page.as_bytes()).markdown, "只有这里\n");
}

#[test]
fn text_of_a_page_that_looks_like_html_stays_text() {
    let page = "<html><body><p>&lt;img src=x onerror=alert(1)&gt; [x](javascript:alert(1)) &amp;lt;</p></body></html>";
    let text = read_ok("a.html", page.as_bytes()).markdown;
    assert_eq!(text, "&lt;img src=x onerror=alert(1)> [x\\](javascript:alert(1)) &amp;lt;\n");
}

#[test]
fn deeply_nested_pages_are_flattened_quickly() {
    let page = format!("<html><body>{}文字{}后", "<div><b><table><tr><td>".repeat(100_000), "</div>".repeat(100_000));
    let document = read_ok("a.html", page.as_bytes());
    assert!(document.markdown.contains("文字"));
    assert!(warnings(&document).contains(&"flattened"));
}

#[test]
fn encodings_are_found() {
    let chinese = "退货政策：收到商品之日起七天内可以申请退货，运费由买家承担。";
    let traditional = "退貨政策：收到商品之日起七天內可以申請退貨，運費由買家承擔。";
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let cases: [(Vec<u8>, &str); 6] = [
        (chinese.as_bytes().to_vec(), chinese),
        ([b"\xef\xbb\xbf".as_slice(), chinese.as_bytes()].concat(), chinese),
        ([b"\xff\xfe".to_vec(), utf16(chinese)].concat(), chinese),
        (encoding_rs::GB18030.encode(chinese).0.into_owned(), chinese),
        (encoding_rs::BIG5.encode(traditional).0.into_owned(), traditional),
        (utf16("Returns: seven days after delivery, 七天"), "Returns: seven days after delivery, 七天"),
    ];
    for (bytes, text) in cases {
        let document = read_ok("a.txt", &bytes);
        assert_eq!((document.format, document.markdown.trim_end()), (Format::Text, text));
    }
    let document = read_ok("a.txt", &encoding_rs::GB18030.encode("退货").0);
    assert_eq!((document.markdown.as_str(), warnings(&document)), ("退货\n", vec!["guessed_encoding"]));
    let page =
        encoding_rs::GBK.encode("<html><head><meta charset=gb2312></head><body>退货</body></html>").0.into_owned();
    let document = read_ok("a.html", &page);
    assert_eq!((document.markdown.as_str(), warnings(&document)), ("退货\n", vec![]));
}

#[test]
fn a_broken_byte_is_named_by_its_line() {
    let document =
        read_ok("a.txt", &[b"one\ntwo \xff\n".as_slice(), "七天内可以退货。".repeat(20).as_bytes()].concat());
    let warning = document.warnings.iter().find(|warning| warning.code() == "replaced_bytes").unwrap();
    assert_eq!(warning.zh(), "第 2 行：有些字节不是 UTF-8 字符，已用 � 代替");
}

#[test]
fn plain_text_is_shown_as_it_is() {
    let document = read_ok("a.txt", b"# 1 piece\r\n<b>bold</b>\r\n\r\n- item\n===\n\n\n5*3");
    assert_eq!(document.markdown, "\\# 1 piece\n&lt;b>bold&lt;/b>\n\n- item\n\\===\n\n5\\*3\n");
}

#[test]
fn markdown_stays_but_for_html_and_unsafe_links() {
    let source = "---\ntitle: 指南\nlang: zh\n---\n# 标题\n\n<!-- page 2 -->\n\n<script>alert(1)</script> <https://a.cn> `<b>`\n\n\
        ```html\n<div>\n```\n\n[a](https://a.cn) [b](javascript:alert(1)) ![c](data:text/html,x)\n\n[r][x]\n\n[x]: javascript:alert(1)\n";
    let document = read_ok("a.md", source.as_bytes());
    assert_eq!(
        (document.format, document.title.as_deref(), document.lang.as_deref()),
        (Format::Markdown, Some("指南"), Some("zh"))
    );
    assert_eq!(
        document.markdown,
        "# 标题\n\n<!-- page 2 -->\n\n&lt;script>alert(1)&lt;/script> <https://a.cn> `<b>`\n\n```html\n<div>\n```\n\n\
         [a](https://a.cn) \\[b](javascript:alert(1)) \\!\\[c](data:text/html,x)\n\n\\[r]\\[x]\n\n[x]: javascript:alert(1)\n"
    );
    assert_eq!(warnings(&document), ["links_dropped"]);
}
