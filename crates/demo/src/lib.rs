//! The demo shop: its page, its orders and their small HTTP API.
//!
//! 青禾优品 (Qinghe Goods) is invented. Its data lives in `packs/demo`, is embedded at build time, and is
//! changed in memory only: after a day, or on `POST /api/reset`, the shop is as it was.

mod address;
mod api;
mod faults;
mod idempotency;
mod pack;
#[cfg(test)]
mod pack_tests;
mod page;
mod problem;
mod rules;
mod shop;
mod show;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;

/// The bearer token of the shop's API. It is public: the shop and everything in it is invented.
pub const API_KEY: &str = "demo-shop-key";

/// The demo workspace as TOML: users, teams, the inbox and its hours.
pub const WORKSPACE_TOML: &str = include_str!("../../../packs/demo/demo.toml");
/// The shop's FAQ in Chinese, a JSON object a line.
const FAQ_ZH: &str = include_str!("../../../packs/demo/faq.zh.jsonl");
/// The shop's FAQ in English, a JSON object a line.
const FAQ_EN: &str = include_str!("../../../packs/demo/faq.en.jsonl");
/// What customers of the shop want, with examples: Rasa's training data with keys of our own.
pub const INTENTS_YML: &str = include_str!("../../../packs/demo/intents.yml");
/// Questions that search is measured by: objects with `query`, `lang` and `relevant`, the keys that answer it.
pub const QUESTIONS: &str = include_str!("../../../packs/demo/articles.eval.jsonl");
/// The shop's products: a list of objects with `sku`, `name` and `name_en`, among others.
pub const PRODUCTS_JSON: &str = include_str!("../../../packs/demo/products.json");

/// Articles of the help centre, Markdown with front matter, a folder for each language.
#[derive(rust_embed::RustEmbed)]
#[folder = "../../packs/demo/articles"]
struct Articles;

/// The shop's knowledge graph, CSV files.
#[derive(rust_embed::RustEmbed)]
#[folder = "../../packs/demo/graph"]
struct GraphFiles;

/// The shop's assistant: flows, tools, wording, rules and test conversations.
#[derive(rust_embed::RustEmbed)]
#[folder = "../../packs/ecommerce"]
struct AssistantFiles;

/// The files of the shop's assistant, each with its path.
pub fn assistant_files() -> Vec<(String, String)> {
    let mut paths: Vec<_> = AssistantFiles::iter().filter(|path| path.ends_with(".yml")).collect();
    paths.sort_unstable();
    let read = |path: std::borrow::Cow<'static, str>| {
        let text = String::from_utf8(AssistantFiles::get(&path)?.data.into_owned()).ok()?;
        Some((path.into_owned(), text))
    };
    paths.into_iter().filter_map(read).collect()
}

/// The CSV files of the shop's knowledge graph, each with its name.
pub fn graph() -> Vec<(String, String)> {
    let mut names: Vec<_> = GraphFiles::iter().filter(|name| name.ends_with(".csv")).collect();
    names.sort_unstable();
    let files = names.into_iter().filter_map(|name| {
        let text = String::from_utf8(GraphFiles::get(&name)?.data.into_owned()).ok()?;
        Some((name.into_owned(), text))
    });
    files.collect()
}

/// The files that the shop's knowledge is imported from, each with its name: questions, then articles.
pub fn knowledge() -> Vec<(String, Vec<u8>)> {
    let questions = [("faq.zh.jsonl", FAQ_ZH), ("faq.en.jsonl", FAQ_EN)];
    let questions = questions.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()));
    let mut names: Vec<_> = Articles::iter().collect();
    names.sort_unstable();
    let articles = names
        .into_iter()
        .filter_map(|name| Articles::get(&name).map(|file| (name.into_owned(), file.data.into_owned())));
    questions.into_iter().chain(articles).collect()
}

/// Gives the present time in Unix milliseconds.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// What the shop needs to know about the server around it.
#[derive(Clone)]
pub struct DemoConfig {
    /// The public key of the web inbox that the chat widget of the shop page writes to.
    pub inbox_key: String,
    /// The origin that serves the widget, without a slash at the end (`https://chat.example.org`);
    /// empty when it is the origin of the shop page itself.
    pub yingda_url: String,
    /// The clock.
    pub now: Clock,
}

/// What all handlers share.
pub(crate) struct Demo {
    shop: Mutex<shop::Shop>,
    pages: page::Pages,
    now: Clock,
    time: Time,
}

/// What the shop's clock does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Time {
    /// It is that of the server around it.
    Runs,
    /// It stands where whoever resets the shop puts it.
    IsSet,
}

impl Demo {
    /// The shop, locked, as it is today, and the present time in Unix milliseconds.
    ///
    /// No rule leaves the shop half changed, so a lock that a panic poisoned may be used again.
    fn shop(&self) -> (MutexGuard<'_, shop::Shop>, i64) {
        let mut shop = self.shop.lock().unwrap_or_else(PoisonError::into_inner);
        let now = shop.stands_at.unwrap_or_else(|| (self.now)());
        shop.open_for_today(now);
        (shop, now)
    }
}

/// The shop's page and API, to be nested at `/demo`:
///
/// - `GET /` the page (`?lang=en` for English), `GET /shop.css`, `GET /shop.js`;
/// - `/api/…` the API, whose OpenAPI document is at `GET /api/openapi.json` and `GET /openapi.json`.
///   Everything else there wants `Authorization: Bearer demo-shop-key` ([`API_KEY`]).
pub fn router(config: DemoConfig) -> Router {
    let demo = opened(config, Time::Runs);
    Router::new().merge(page::routes()).nest("/api", api::routes(&demo)).with_state(demo)
}

/// The shop's API alone, for test conversations: with orders of its own, so that nothing done there is met in the shop. `POST
/// /api/reset` takes `{"now": "2026-11-20T10:00:00+08:00"}` besides: then its clock stands still there until the next reset.
pub fn test_router(config: DemoConfig) -> Router {
    let demo = opened(config, Time::IsSet);
    Router::new().nest("/api", api::routes(&demo)).with_state(demo)
}

fn opened(config: DemoConfig, time: Time) -> Arc<Demo> {
    let shop = shop::Shop::open((config.now)());
    let pages = page::Pages::render(&config, &shop.pack.products);
    Arc::new(Demo { pages, shop: Mutex::new(shop), now: config.now, time })
}
