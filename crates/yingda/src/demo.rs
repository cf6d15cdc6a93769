//! The demo: an invented shop with its people, knowledge and orders.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use serde::Deserialize;
use yingda_desk::{
    CategoryName, Desk, EvalDraft, LanguageFile, NewEntityType, NewInbox, SiteSettings, SiteText, UserChange,
};
use yingda_library::files;
use yingda_library::graph::{GraphFile, to_rows};
use yingda_model::{
    AssistantFile, Holiday, InboxKind, InboxSettings, OpeningHours, Persona, Role, Scope, TeamId, UserId,
};
use yingda_outbound::HostPattern;
use yingda_store::EntityValue;

use crate::failure::Failure;
use crate::setup::{create_user, create_workspace};

#[derive(Deserialize)]
struct Pack {
    workspace: Workspace,
    users: Vec<DemoUser>,
    teams: Vec<DemoTeam>,
    inbox: DemoInbox,
}

#[derive(Deserialize)]
struct Workspace {
    name: String,
    slug: String,
}

#[derive(Deserialize)]
struct DemoUser {
    name: String,
    email: String,
    password: String,
    role: Role,
    skills: Vec<String>,
}

#[derive(Deserialize)]
struct DemoTeam {
    name: String,
    members: Vec<String>,
}

#[derive(Deserialize)]
struct DemoInbox {
    key: String,
    name: String,
    persona: String,
    persona_en: String,
    greeting_zh: String,
    greeting_en: String,
    hours: DemoHours,
}

#[derive(Deserialize)]
struct DemoHours {
    mon: Vec<String>,
    tue: Vec<String>,
    wed: Vec<String>,
    thu: Vec<String>,
    fri: Vec<String>,
    sat: Vec<String>,
    sun: Vec<String>,
    #[serde(default)]
    holidays: Vec<DemoHoliday>,
}

#[derive(Deserialize)]
struct DemoHoliday {
    date: String,
    name: String,
    hours: Vec<String>,
}

/// China has one time zone, without summer time.
const CHINA_UTC_OFFSET_MINUTES: i32 = 480;

/// Fills an empty installation with the demo shop; leaves one that has a workspace alone.
pub async fn seed(desk: &Desk) -> Result<(), Failure> {
    if !desk.store().directory().workspaces().await?.is_empty() {
        return Ok(());
    }
    let pack: Pack = toml::from_str(yingda_demo::WORKSPACE_TOML)?;
    let scope = create_workspace(desk, &pack.workspace.slug, &pack.workspace.name).await?;
    let users = seed_users(desk, &scope, pack.users).await?;
    seed_teams(desk, &scope, pack.teams, &users).await?;
    desk.create_inbox(&scope, to_inbox(pack.inbox)?).await?;
    for (name, bytes) in yingda_demo::knowledge() {
        // As anybody imports a file.
        files::import(desk, &scope, files::parse(&name, &bytes)?).await?;
    }
    let graph = GraphFile::of_csv(&yingda_demo::graph()).and_then(GraphFile::graph);
    let graph = graph.map_err(|problems| Failure::failed(problems.join("; ")))?;
    desk.replace_graph(&scope, to_rows(&graph)).await?;
    let questions: Vec<EvalDraft> = yingda_demo::QUESTIONS
        .lines()
        .map(serde_json::from_str::<EvalQuestion>)
        .map(|line| Ok(line?.into()))
        .collect::<Result<_, Failure>>()?;
    desk.add_eval_pairs(&scope, questions).await?;
    let name = |name: &str, tagline: &str| SiteText { name: name.into(), tagline: tagline.into() };
    let site = SiteSettings {
        zh: name("青禾优品", "购物、配送、售后，常见问题都在这里"),
        en: name("Qinghe Goods", "Shopping, delivery and returns, answered"),
        accent: "#2f7d4f".into(),
        category_names: CATEGORY_NAMES.map(|(path, zh, en)| category_name(path, zh, en)).into(),
        inbox_key: Some("demo-shop".into()),
        ..SiteSettings::default()
    };
    desk.put_site(&scope, None, "qinghe".into(), site).await?;
    seed_language(desk, &scope).await?;
    seed_assistant(desk, &scope).await
}

/// Publishes the shop's flows.
async fn seed_assistant(desk: &Desk, scope: &Scope) -> Result<(), Failure> {
    let files = yingda_demo::assistant_files();
    let files = files.into_iter().map(|(path, text)| AssistantFile { path, text }).collect();
    desk.replace_assistant_files(scope, files, None).await?;
    desk.publish_assistant(scope, "packs/ecommerce".into(), serde_json::Value::Null, None).await?;
    Ok(())
}

/// Tells the demo's flows where the demo shop is, and the one for test conversations; gives the host that they have to reach.
pub async fn reach(desk: &Desk, address: SocketAddr) -> Result<HostPattern, Failure> {
    let ip = match address.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
    };
    let address = SocketAddr::new(ip, address.port());
    for workspace in desk.store().directory().workspaces().await? {
        let scope = Scope::system(workspace.id);
        for (name, value) in [
            ("shop_url", format!("http://{address}/demo/api")),
            ("test_shop_url", format!("http://{address}/demo/test/api")),
            ("test_now", crate::rehearsal::BEGIN.to_owned()),
        ] {
            desk.set_assistant_setting(&scope, name.into(), value).await?;
        }
        desk.set_assistant_secret(&scope, "shop_key".into(), yingda_demo::API_KEY.into()).await?;
    }
    Ok(address.to_string().parse()?)
}

/// The shop's categories, in Chinese and English.
const CATEGORY_NAMES: [(&str, &str, &str); 11] = [
    ("orders", "订单", "Orders"),
    ("payment", "付款与优惠", "Payment and discounts"),
    ("parcels", "配送与物流", "Delivery"),
    ("returns", "退货与换货", "Returns and exchanges"),
    ("refunds", "退款", "Refunds"),
    ("invoices", "发票", "Invoices"),
    ("products", "商品与使用", "Products and how to use them"),
    ("service", "保修与售后", "Warranty and service"),
    ("membership", "会员与积分", "Membership and points"),
    ("account", "账号与安全", "Account and security"),
    ("stores", "门店", "Shops"),
];

fn category_name(path: &str, zh: &str, en: &str) -> CategoryName {
    CategoryName { path: path.into(), zh: zh.into(), en: en.into() }
}

#[derive(Deserialize)]
struct EvalQuestion {
    query: String,
    lang: Option<String>,
    relevant: Vec<String>,
}

impl From<EvalQuestion> for EvalDraft {
    fn from(question: EvalQuestion) -> Self {
        Self { query: question.query, lang: question.lang, relevant: question.relevant }
    }
}

/// Teaches the shop's intents and products. The training itself is a job, which the server does beside everything else.
async fn seed_language(desk: &Desk, scope: &Scope) -> Result<(), Failure> {
    let file = LanguageFile::parse("intents.yml", yingda_demo::INTENTS_YML.into())?;
    desk.import_language(scope, file).await?;
    let products: Vec<Product> = serde_json::from_str(yingda_demo::PRODUCTS_JSON)?;
    desk.create_entity_type(scope, catalogue(products), None).await?;
    desk.train_language(scope).await?;
    Ok(())
}

#[derive(Deserialize)]
struct Product {
    sku: String,
    name: String,
    name_en: String,
}

/// The products as a type of entity. Customers leave the brand and the size away.
fn catalogue(products: Vec<Product>) -> NewEntityType {
    let value = |product: Product| {
        let short = product.name.trim_start_matches("青禾").split(' ').next().unwrap_or_default().to_owned();
        let words = product.name_en.trim_start_matches("Qinghe ").split(' ');
        let unsized_words = words.take_while(|word| !word.starts_with(|c: char| c.is_ascii_digit()));
        let short_en = unsized_words.collect::<Vec<_>>().join(" ");
        let mut synonyms = vec![short, product.name_en.clone(), short_en];
        synonyms.retain(|synonym| !synonym.is_empty() && *synonym != product.name);
        synonyms.dedup();
        EntityValue { id: product.sku, name: product.name, synonyms }
    };
    NewEntityType {
        name: "product".into(),
        title_zh: "商品".into(),
        title_en: "Product".into(),
        values: products.into_iter().map(value).collect(),
        patterns: Vec::new(),
    }
}

async fn seed_users(desk: &Desk, scope: &Scope, users: Vec<DemoUser>) -> Result<HashMap<String, UserId>, Failure> {
    let mut ids = HashMap::new();
    for user in users {
        let made = create_user(desk, scope, &user.email, &user.name, user.role, user.skills, &user.password).await?;
        ids.insert(user.email, made.id);
    }
    Ok(ids)
}

async fn seed_teams(
    desk: &Desk,
    scope: &Scope,
    teams: Vec<DemoTeam>,
    users: &HashMap<String, UserId>,
) -> Result<(), Failure> {
    let mut memberships: HashMap<UserId, Vec<TeamId>> = HashMap::new();
    for team in teams {
        let made = desk.create_team(scope, team.name).await?;
        for member in team.members.iter().filter_map(|email| users.get(email)) {
            memberships.entry(*member).or_default().push(made.id);
        }
    }
    for (user, teams) in memberships {
        let change = UserChange { teams: Some(teams), ..UserChange::default() };
        desk.update_user(scope, user, change).await?;
    }
    Ok(())
}

fn to_inbox(inbox: DemoInbox) -> Result<NewInbox, Failure> {
    let hours = inbox.hours;
    let week = [hours.mon, hours.tue, hours.wed, hours.thu, hours.fri, hours.sat, hours.sun];
    let mut days = [None; 7];
    for (day, spans) in days.iter_mut().zip(&week) {
        *day = to_span(spans)?;
    }
    let holidays = hours
        .holidays
        .into_iter()
        .map(|day| Ok(Holiday { hours: to_span(&day.hours)?, date: day.date, name: day.name }))
        .collect::<Result<_, Failure>>()?;
    Ok(NewInbox {
        name: inbox.name,
        kind: InboxKind::Web,
        key: Some(inbox.key),
        settings: InboxSettings {
            persona: Persona { name_zh: inbox.persona, name_en: inbox.persona_en },
            greeting_zh: inbox.greeting_zh,
            greeting_en: inbox.greeting_en,
            hours: Some(OpeningHours { utc_offset_minutes: CHINA_UTC_OFFSET_MINUTES, days, holidays }),
            ..InboxSettings::default()
        },
    })
}

/// Reads `["09:00-21:00"]` as minutes after midnight; an empty list is a closed day.
fn to_span(spans: &[String]) -> Result<Option<(u16, u16)>, Failure> {
    let Some(span) = spans.first() else { return Ok(None) };
    let minutes = |text: &str| -> Option<u16> {
        let (hour, minute) = text.trim().split_once(':')?;
        Some(hour.parse::<u16>().ok()? * 60 + minute.parse::<u16>().ok()?)
    };
    let parsed = span.split_once('-').and_then(|(open, close)| Some((minutes(open)?, minutes(close)?)));
    parsed.map(Some).ok_or_else(|| Failure::failed(format!("expected opening hours such as 09:00-21:00, got {span:?}")))
}
