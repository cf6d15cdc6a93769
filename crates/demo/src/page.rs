//! The shop page. It has no inline script or style, so that it lives under a strict content security policy.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{Html, IntoResponse};
use axum::routing::get;
use serde::Deserialize;

use crate::pack::Product;
use crate::{Demo, DemoConfig, api};

/// The page in both languages, ready to be sent.
pub struct Pages {
    zh: String,
    en: String,
}

impl Pages {
    /// Fills the page's template.
    pub fn render(config: &DemoConfig, products: &[Product]) -> Self {
        let cards = cards(products);
        let page = |language: &str, locale: &str, title: &str| {
            include_str!("../assets/shop.html")
                .replace("{{language}}", language)
                .replace("{{locale}}", locale)
                .replace("{{title}}", title)
                .replace("{{cards}}", &cards)
                .replace("{{yingda_url}}", &escaped(config.yingda_url.trim_end_matches('/')))
                .replace("{{inbox_key}}", &escaped(&config.inbox_key))
        };
        Self {
            zh: page("zh", "zh-CN", "青禾优品：一日三餐，好好生活"),
            en: page("en", "en", "Qinghe Goods: good things for every day"),
        }
    }
}

/// `GET /`, `/shop.css`, `/shop.js`, `/icon.svg` and `/openapi.json`.
pub fn routes() -> Router<Arc<Demo>> {
    Router::new()
        .route("/", get(shop))
        .route("/shop.css", get(async || asset("text/css; charset=utf-8", include_str!("../assets/shop.css"))))
        .route("/shop.js", get(async || asset("text/javascript; charset=utf-8", include_str!("../assets/shop.js"))))
        .route("/icon.svg", get(async || asset("image/svg+xml", include_str!("../assets/icon.svg"))))
        .route("/openapi.json", get(api::openapi))
}

#[derive(Deserialize)]
struct PageQuery {
    #[serde(default)]
    lang: String,
}

async fn shop(State(demo): State<Arc<Demo>>, Query(query): Query<PageQuery>) -> Html<String> {
    let english = query.lang.to_ascii_lowercase().starts_with("en");
    Html(if english { demo.pages.en.clone() } else { demo.pages.zh.clone() })
}

fn asset(kind: &'static str, text: &'static str) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=300")], text)
}

fn cards(products: &[Product]) -> String {
    let mut html = String::new();
    for product in products {
        let Product { sku, name, name_en, category, price_cents, stock, description, .. } = product;
        let (sku, category) = (escaped(sku), escaped(category));
        let (name, name_en) = (escaped(name), escaped(name_en));
        let (zh, en) = (escaped(&description.zh), escaped(&description.en));
        let yuan = price_cents / 100;
        let (class, state, state_en) = match stock {
            0 => (" sold-out", "暂时缺货", "Sold out"),
            1..=80 => (" few", "库存紧张", "Few left"),
            _ => ("", "现货", "In stock"),
        };
        // Writing to a String cannot fail.
        let _ = write!(
            html,
            r##"<li class="card{class}" data-category="{category}">
<div class="picture tint-{category}"><svg viewBox="0 0 160 160" aria-hidden="true"><use href="#{sku}"/></svg>
<span class="stock"><span lang="zh-CN">{state}</span><span lang="en">{state_en}</span></span></div>
<h3><span lang="zh-CN">{name}</span><span lang="en">{name_en}</span></h3>
<p class="about"><span lang="zh-CN">{zh}</span><span lang="en">{en}</span></p>
<p class="buy"><strong><small>¥</small>{yuan}</strong><button type="button" class="ask" data-ask-zh="请介绍一下{name}" data-ask-en="Please tell me about the {name_en}"><span lang="zh-CN">问一问<span class="unseen">{name}</span></span><span lang="en">Ask us<span class="unseen"> about the {name_en}</span></span></button></p>
</li>
"##
        );
    }
    html
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
