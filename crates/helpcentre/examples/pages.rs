//! Writes the help centre of a small shop, in Chinese and English, as files that any static web server shows:
//! `cargo run -p yingda-helpcentre --example pages -- DIR`.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

use yingda_helpcentre::*;
use yingda_model::{EntryId, EntryKind, Timestamp};

const DAY: i64 = 86_400_000;
/// 2026-11-20.
const TODAY: i64 = 1_795_132_800_000;

fn main() {
    let directory: PathBuf = std::env::args().nth(1).expect("usage: pages DIR").into();
    for (slug, accent, base) in
        [("nuanyang", "#c2410c", ""), ("blue", "#0b57d0", "/blue"), ("pale", "#ffd400", "/pale")]
    {
        let centre =
            Centre::new(site(slug, accent), Place::new("http://localhost:8099", base, &["/files/"]).unwrap()).unwrap();
        write_site(&directory, &centre);
        println!("{slug}: brand {accent}, shown as {}", centre.palette().light.accent);
    }
    let picture = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1200 520"><rect width="1200" height="520" fill="#f4ede6"/><rect x="300" y="110" width="600" height="300" rx="24" fill="#fff" stroke="#d9c9b8" stroke-width="4"/><rect x="350" y="170" width="280" height="26" rx="13" fill="#e2d5c7"/><rect x="350" y="225" width="420" height="18" rx="9" fill="#eee5db"/><rect x="350" y="262" width="360" height="18" rx="9" fill="#eee5db"/><rect x="350" y="325" width="160" height="48" rx="24" fill="#c2410c"/></svg>"##;
    write(&directory, "/files/return.svg", picture);
    println!("written to {}", directory.display());
}

fn write(directory: &Path, path: &str, body: &str) {
    let decoded = decode(path.trim_start_matches('/'));
    let mut file = directory.join(decoded);
    if path.ends_with('/') {
        file.push("index.html");
    }
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, body).unwrap();
}

fn decode(path: &str) -> String {
    let mut bytes = vec![];
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next().unwrap(), rest.next().unwrap()];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).unwrap()
}

fn site(slug: &str, accent: &str) -> Site {
    let link = |title: &str, url: &str| SiteLink { title: title.into(), url: url.into() };
    Site {
        slug: slug.into(),
        languages: vec![
            SiteLanguage {
                lang: "zh".into(),
                name: "暖阳小店".into(),
                tagline: None,
                description: Some("订单、配送、退换与会员，常见的问题都在这里。".into()),
                links: vec![
                    link("商城首页", "https://shop.example.com/"),
                    link("隐私政策", "https://shop.example.com/privacy"),
                ],
            },
            SiteLanguage {
                lang: "en".into(),
                name: "Nuanyang".into(),
                tagline: None,
                description: Some(
                    "Orders, delivery, returns and membership: the answers that customers ask for most.".into(),
                ),
                links: vec![
                    link("The shop", "https://shop.example.com/en/"),
                    link("Privacy", "https://shop.example.com/en/privacy"),
                ],
            },
        ],
        default_language: "zh".into(),
        logo: None,
        accent: accent.into(),
        contact: Some("https://shop.example.com/contact".into()),
        chat: None,
    }
}

fn id(n: u128) -> EntryId {
    EntryId(uuid::Uuid::from_u128(0x0192_f0c1_2345_7abc_8def_0123_4567_0000 + n))
}

/// Title and description in Chinese and in English.
type Names = [(&'static str, &'static str); 2];

/// Path, names, count.
const CATEGORIES: [(&str, Names, usize); 6] = [
    (
        "orders",
        [
            ("订单与付款", "下单、改单、发票与支付方式"),
            ("Orders and payment", "Ordering, changes, invoices and ways to pay"),
        ],
        14,
    ),
    (
        "delivery",
        [("配送与物流", "运费、时效、签收与查件"), ("Delivery", "Costs, times, tracking and receiving a parcel")],
        9,
    ),
    (
        "returns",
        [
            ("退货与换货", "期限、流程、运费和退款"),
            ("Returns and exchanges", "Time limits, steps, postage and refunds"),
        ],
        12,
    ),
    (
        "warranty",
        [("保修与维修", "保修范围、寄修与配件"), ("Warranty and repair", "What is covered, sending in, spare parts")],
        7,
    ),
    ("membership", [("会员与积分", "等级、积分和优惠券"), ("Membership", "Levels, points and coupons")], 8),
    (
        "account",
        [("账号与安全", "登录、改绑与注销"), ("Account and security", "Signing in, changing details, closing")],
        1,
    ),
];

fn category(index: usize, lang: usize) -> Category {
    let (path, names, count) = CATEGORIES[index];
    let (title, description) = names[lang];
    let mut category =
        Category { path: path.into(), title: title.into(), description: description.into(), count, children: vec![] };
    if path == "returns" {
        let child = |path: &str, title: &str, description: &str, count| Category {
            path: path.into(),
            title: title.into(),
            description: description.into(),
            count,
            children: vec![],
        };
        category.children = if lang == 0 {
            vec![
                child("returns/refunds", "退款", "多久到账、退到哪里", 4),
                child("returns/exchange", "换货", "换尺码、换颜色", 3),
            ]
        } else {
            vec![
                child("returns/refunds", "Refunds", "When they arrive, and where", 4),
                child("returns/exchange", "Exchanges", "Another size or colour", 3),
            ]
        };
    }
    category
}

/// Title, summary or answer in both languages.
const QUESTIONS: [Names; 6] = [
    [
        (
            "签收后几天内可以退货？",
            "签收后 **7 天内**可以申请无理由退货，商品须保持完好、配件齐全。大促期间（双 11、618）延长到 **15 天**。",
        ),
        (
            "How long do I have to return something?",
            "You can return goods within **7 days** of receiving them, complete and undamaged. During the big sales it is **15 days**.",
        ),
    ],
    [
        (
            "退货的运费谁出？",
            "- 质量问题、发错货：由我们承担。\n- 其他原因：由您承担；购买了运费险的，由保险公司赔付。",
        ),
        (
            "Who pays for the return?",
            "- Faulty or wrong goods: we do.\n- Other reasons: you do, unless your order has return insurance.",
        ),
    ],
    [
        ("退款多久到账？", "仓库签收并验货后 1 个工作日内发起退款。微信和支付宝当天到账，银行卡 1 至 5 个工作日。"),
        (
            "When do I get my money back?",
            "We refund within one working day of checking the parcel. Wallets receive it the same day, bank cards within 1 to 5 working days.",
        ),
    ],
    [
        ("怎么修改收货地址？", "发货前可以在“我的订单”里直接修改；发货后请联系快递员或联系我们改派。"),
        (
            "How do I change the delivery address?",
            "Before dispatch you can change it under *My orders*. After that, ask the courier or contact us.",
        ),
    ],
    [
        ("发票在哪里下载？", "打开“我的订单”→“订单详情”→“发票”，电子发票在开具后 24 小时内可以下载。"),
        (
            "Where do I find my invoice?",
            "Open *My orders*, then the order, then *Invoice*. It is there within 24 hours.",
        ),
    ],
    [
        ("积分什么时候过期？", "积分自获得之日起 12 个月有效，到期前 30 天会发短信提醒。"),
        ("When do points expire?", "Points last 12 months. We send you a message 30 days before."),
    ],
];

fn links(lang: usize, which: std::ops::Range<usize>, kind: EntryKind) -> Vec<ArticleLink> {
    which
        .map(|index| {
            let (title, text) = QUESTIONS[index][lang];
            ArticleLink {
                id: id(index as u128 * 2 + lang as u128),
                kind,
                title: title.into(),
                summary: summary(text),
                updated_at: Timestamp(TODAY - index as i64 * 3 * DAY),
                answer: (kind == EntryKind::Faq).then(|| text.to_owned()),
            }
        })
        .collect()
}

const LONG: [(&str, &str); 2] = [
    (
        "七天无理由退货全流程",
        r#"收到的商品不合适？签收后 7 天内，您可以不说明理由退货。下面按顺序说明条件、步骤和退款时间。

> **先看这里：** 定制商品、生鲜和已激活的数码产品不支持无理由退货，质量问题除外。

## 退货条件

商品须保持完好，吊牌、配件、赠品和发票齐全。外包装拆开不影响退货；但影响二次销售的损坏，我们会与您协商折价。

| 商品 | 期限 | 条件 | 退货运费 |
|:---|:---|:---|---:|
| 服饰鞋包 | 7 天 | 未下水、吊牌完好 | ¥ 8.00 |
| 家居百货 | 7 天 | 未使用 | ¥ 10.00 |
| 大家电 | 15 天 | 未安装 | ¥ 0.00 |
| 数码产品 | 7 天 | 未激活 | ¥ 12.00 |

## 怎么申请

1. 打开“我的订单”，找到要退的商品，点“申请售后”。
2. 选择“退货退款”，填写原因，最多上传 5 张照片。
3. 等待审核，一般 2 小时内完成。

![申请售后的页面：选择“退货退款”](/files/return.svg)

### 预约上门取件

审核通过后可以预约 `顺丰` 上门取件，时间段从 9:00 到 21:00。把退货码出示给快递员即可，*不需要自己打印面单*。

### 自己寄回

也可以自己寄到仓库。请在包裹里放一张写有**订单号**的纸条：

```
收件人：暖阳小店售后仓
地址：浙江省杭州市余杭区示例路 100 号
电话：0571-0000 0000
```

## 退款多久到账

仓库签收后 1 个工作日内验货，验货通过即退款：

- 微信、支付宝：当天到账
- 储蓄卡：1 至 3 个工作日
- 信用卡：3 至 5 个工作日

超过时间仍未到账，请带上订单号[联系我们](https://shop.example.com/contact)，或先查看 [退款进度](/zh/c/returns/refunds)。

## 常见问题

### 赠品要一起退吗？

要。赠品缺失时，会按赠品标价从退款中扣除。

### 超过 7 天怎么办？

质量问题在保修期内都可以处理，请看[保修政策](https://www.example.org/warranty)。
"#,
    ),
    (
        "How to return something within seven days",
        r#"Not quite right? You can send goods back within seven days of receiving them, without giving a reason. This page has the conditions, the steps and when your money arrives.

> **First of all:** made-to-order goods, fresh food and activated electronics cannot be returned without a fault.

## Conditions

Goods must be undamaged and complete: tags, accessories, gifts and invoice. Opened packaging is fine.

| Goods | Time limit | Condition | Postage |
|:---|:---|:---|---:|
| Clothes and shoes | 7 days | Unwashed, tags on | ¥8.00 |
| Household | 7 days | Unused | ¥10.00 |
| Large appliances | 15 days | Not installed | ¥0.00 |
| Electronics | 7 days | Not activated | ¥12.00 |

## How to ask for a return

1. Open *My orders* and find the goods, then press *After-sales*.
2. Choose *Return and refund*, give a reason, add up to five pictures.
3. Wait for our confirmation, usually within two hours.

![The after-sales page with "Return and refund" chosen](/files/return.svg)

### Have it collected

Once confirmed, book a collection between 9:00 and 21:00. Show the courier your `return code`; there is nothing to print.

### Send it yourself

Put a note with the **order number** into the parcel:

```
Nuanyang returns
100 Example Road, Yuhang, Hangzhou, Zhejiang
```

## When the money arrives

We check the parcel within one working day and refund at once:

- Wallets: the same day
- Debit cards: 1 to 3 working days
- Credit cards: 3 to 5 working days

If it takes longer, [contact us](https://shop.example.com/contact) with your order number, or look at [refunds](/en/c/returns/refunds).

## Questions

### Do gifts go back too?

Yes. If one is missing, its listed price is taken off the refund.

### What if seven days have passed?

Faults are handled during the whole warranty, see [our policy](https://www.example.org/warranty).
"#,
    ),
];

fn article(lang: usize) -> Article {
    let tags: &[&str] = if lang == 0 { &["退货", "退款", "售后"] } else { &["returns", "refunds"] };
    let other = 1 - lang;
    Article {
        id: id(100 + lang as u128),
        kind: EntryKind::Article,
        title: LONG[lang].0.into(),
        markdown: LONG[lang].1.into(),
        lang: ["zh", "en"][lang].into(),
        categories: vec![category(2, lang)],
        tags: tags.iter().map(|&tag| tag.to_owned()).collect(),
        created_at: Timestamp(TODAY - 200 * DAY),
        updated_at: Timestamp(TODAY - 2 * DAY),
        translations: vec![Translation {
            lang: ["zh", "en"][other].into(),
            id: id(100 + other as u128),
            title: LONG[other].0.into(),
        }],
        helped: (86, 11),
        attachments: vec![Attachment {
            name: ["退货申请表.pdf", "return-form.pdf"][lang].into(),
            url: "/files/return-form.pdf".into(),
            bytes: 184_320,
        }],
        related: links(lang, 1..4, EntryKind::Article),
    }
}

fn marked(text: &str, words: &[&str]) -> Marked {
    let matches =
        words.iter().flat_map(|word| text.match_indices(word).map(|(at, word)| at..at + word.len())).collect();
    Marked { text: text.into(), matches }
}

fn write_site(directory: &Path, centre: &Centre) {
    let place = centre.place();
    for (lang, tag) in ["zh", "en"].into_iter().enumerate() {
        let save = |path: &str, page: &Page| write(directory, path, &page.body);
        let long = ArticleLink {
            id: article(lang).id,
            kind: EntryKind::Article,
            title: LONG[lang].0.into(),
            summary: summary(LONG[lang].1),
            updated_at: article(lang).updated_at,
            answer: None,
        };
        let mut recent = links(lang, 0..4, EntryKind::Article);
        recent.insert(1, long.clone());
        let mut popular = links(lang, 2..6, EntryKind::Article);
        popular.insert(0, long.clone());
        let home = Home {
            categories: (0..6).map(|index| category(index, lang)).collect(),
            popular: popular.clone(),
            recent: recent.clone(),
        };
        save(&place.home(tag), &centre.home(tag, &home).unwrap());

        let other = vec![["en", "zh"][lang].to_owned()];
        let mut articles = links(lang, 0..3, EntryKind::Faq);
        articles.push(long.clone());
        let page = CategoryPage {
            category: category(2, lang),
            above: vec![],
            articles,
            page: 1,
            pages: 1,
            translations: other.clone(),
        };
        save(&format!("{}/", place.category(tag, "returns")), &centre.category(tag, &page).unwrap());
        let page = CategoryPage {
            category: category(2, lang).children[0].clone(),
            above: vec![category(2, lang)],
            articles: links(lang, 0..6, EntryKind::Article),
            page: 2,
            pages: 3,
            translations: other,
        };
        save(&format!("{}/", place.category(tag, "returns/refunds")), &centre.category(tag, &page).unwrap());

        let article = article(lang);
        let path = place.article(tag, &article.title, article.id);
        save(&format!("{path}/"), &centre.article(tag, &article, FeedbackState::Ask).unwrap());
        let voted = centre.article(tag, &article, FeedbackState::Voted(Vote::Unhelpful)).unwrap();
        save(&format!("/voted{}/{tag}/", place.base()), &voted);
        println!("{tag}: article {} bytes of HTML, {} of Markdown", voted.body.len(), article.markdown.len());

        let (query, words): (&str, &[&str]) =
            if lang == 0 { ("退款多久", &["退款", "多久"]) } else { ("refund time", &["refund", "money"]) };
        let results = links(lang, 0..4, EntryKind::Faq)
            .iter()
            .map(|link| SearchResult {
                id: link.id,
                title: marked(&link.title, words),
                snippet: marked(&link.summary, words),
                category: Some(category(2, lang).title),
                anchor: None,
                lang: tag.into(),
            })
            .collect();
        let search = SearchPage {
            query: query.into(),
            results,
            total: 4,
            did_you_mean: Some(if lang == 0 { "退款多久到账".into() } else { "refund times".into() }),
            answer: Some(SearchAnswer {
                markdown: QUESTIONS[2][lang].1.into(),
                id: id(4 + lang as u128),
                title: QUESTIONS[2][lang].0.into(),
                anchor: None,
                lang: tag.into(),
            }),
            popular: vec![],
        };
        save(&format!("{}/", place.search(tag)), &centre.search(tag, &search).unwrap());
        let nothing = SearchPage {
            query: "<b>火星</b>".into(),
            popular: links(lang, 0..4, EntryKind::Article),
            ..SearchPage::default()
        };
        save(&format!("/nothing{}/{tag}/", place.base()), &centre.search(tag, &nothing).unwrap());
        save(&format!("/404{}/{tag}/", place.base()), &centre.not_found(tag).unwrap());
        save(
            &format!("/410{}/{tag}/", place.base()),
            &centre.gone(tag, &links(lang, 0..2, EntryKind::Article)).unwrap(),
        );
        save(&place.feed(tag), &centre.feed(tag, &recent));

        for name in asset_names(&voted.body) {
            write(directory, &place.asset(&name), &centre.asset(&name).unwrap().body);
        }
    }
    for (name, page) in centre.sitemap(&centre.sitemap_homes(Some(Timestamp(TODAY)))) {
        write(directory, &format!("{}/{name}", place.base()), &page.body);
    }
    write(directory, &format!("{}/robots.txt", place.base()), &centre.robots().body);
}

/// What follows `/assets/` in the addresses of a page.
fn asset_names(html: &str) -> Vec<String> {
    html.split("/assets/").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}
