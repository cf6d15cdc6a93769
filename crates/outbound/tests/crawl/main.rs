//! Crawls of sites on this machine.

#![allow(clippy::unwrap_used)]

mod changes;
mod links;
mod manners;
#[path = "../site/mod.rs"]
mod site;
mod sitemaps;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::extract::Request as Asked;
use axum::response::{IntoResponse, Response};
use site::{Site, endless, gzip, html, redirect, settings, status};
use yingda_outbound::{CancellationToken, Client, Crawl, End, Known, Page, Plan, Settings, Start, Visit};

fn plan(start: Start) -> Plan {
    Plan { delay: Duration::ZERO, max_wait: Duration::from_millis(200), ..Plan::new(start) }
}

/// All visits, and how it ended.
async fn run(client: Client, plan: Plan, known: Vec<Known>) -> (Vec<Visit>, End) {
    let mut crawl = Crawl::new(client, plan, known, CancellationToken::new());
    let mut visits = Vec::new();
    while let Some(visit) = crawl.next().await {
        visits.push(visit);
    }
    (visits, crawl.end().unwrap())
}

/// `page /a`, `gone /b`, `robots /c` …
fn told(visits: &[Visit]) -> Vec<String> {
    let kind = |visit: &Visit| match visit {
        Visit::Page(_) => "page".to_owned(),
        Visit::Unchanged(_) => "unchanged".to_owned(),
        Visit::Gone { .. } => "gone".to_owned(),
        Visit::Moved { .. } => "moved".to_owned(),
        Visit::Skipped { reason, .. } => {
            assert!(!reason.en().is_empty() && !reason.zh().is_empty());
            reason.code().to_owned()
        }
    };
    let path = |visit: &Visit| {
        let url = yingda_outbound::parse_url(visit.url()).unwrap();
        url.query().map_or(url.path().to_owned(), |query| format!("{}?{query}", url.path()))
    };
    visits.iter().map(|visit| format!("{} {}", kind(visit), path(visit))).collect()
}

fn pages(visits: &[Visit]) -> Vec<&Page> {
    visits.iter().filter_map(|visit| if let Visit::Page(page) = visit { Some(&**page) } else { None }).collect()
}

fn text(text: &str) -> Response {
    ([("content-type", "text/plain")], text.to_owned()).into_response()
}

/// Links, and something that no other page says.
fn page(path: &str, links: &[&str]) -> Response {
    let links: String = links.iter().map(|link| format!("<a href='{link}'>x</a>")).collect();
    html(&format!("<title>{path}</title>{links}"))
}

fn host(asked: &Asked) -> String {
    asked.headers()["host"].to_str().unwrap().to_owned()
}
