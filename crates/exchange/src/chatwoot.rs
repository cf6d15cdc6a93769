//! Articles of a Chatwoot help centre, as its API gives them: `/api/v1/accounts/{id}/portals/{slug}/articles` and `/categories`,
//! or the public `/hc/{slug}/{locale}/articles.json`. The pages may be under `payload` as they come, or under `articles` and
//! `categories`.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::check::{Collector, Draft};
use crate::page::{Page, Record, path};
use crate::tag::tag_of_locale;
use crate::{Format, ImportError, Noted, Options, Parsed};

/// How deep categories may be in one another; a circle ends there.
const MAX_DEPTH: usize = 8;

/// Whether the pages look like Chatwoot's.
pub(crate) fn knows(pages: &[Page]) -> bool {
    pages.iter().flat_map(records).any(|record| is_article(&record))
}

pub(crate) fn parse(pages: Vec<Page>, options: &Options<'_>) -> Result<Parsed, ImportError> {
    let records: Vec<Record<'_>> = pages.iter().flat_map(records).collect();
    let categories: HashMap<String, Record<'_>> =
        records.iter().filter(|record| !is_article(record)).filter_map(|one| Some((one.id("id")?, *one))).collect();
    let articles: Vec<Record<'_>> = records.iter().filter(|record| is_article(record)).copied().collect();
    let roots = roots(&articles);
    let mut collector = Collector::new(Format::Chatwoot, options);
    let mut seen = HashSet::new();
    let mut pictures = None;
    for article in articles {
        let id = article.id("id").unwrap_or_default();
        // Pages overlap when somebody writes while they are fetched.
        if !id.is_empty() && !seen.insert(id.clone()) {
            continue;
        }
        let place = article.place(&id);
        let text = article.text("content").unwrap_or_default();
        let text = if text.trim().is_empty() { article.text("description").unwrap_or_default() } else { text };
        let shown = text.matches("![").count();
        if shown > 0 {
            pictures.get_or_insert((place.clone(), 0)).1 += shown;
        }
        let locale = article.text("locale").or_else(|| article.inner("category")?.text("locale"));
        let locale = locale.or_else(|| categories.get(&category_id(&article)?)?.text("locale"));
        let draft = Draft {
            kind: Some("article".to_owned()),
            key: (!id.is_empty()).then(|| format!("chatwoot-{}", roots.get(&id).unwrap_or(&id))),
            id: Some(id),
            question: article.text("title").unwrap_or_default().to_owned(),
            answer: text.to_owned(),
            lang: locale.map(|locale| tag_of_locale(locale).unwrap_or_else(|| locale.to_owned())),
            category: path(&names(&article, &categories)),
            tags: article.inner("meta").map(|meta| meta.texts("tags")).unwrap_or_default(),
            status: status(article.value("status")),
            created_at: article.moment("created_at"),
            updated_at: article.moment("updated_at").or_else(|| article.moment("last_updated_at")),
            ..Draft::default()
        };
        collector.add(place, draft)?;
    }
    if let Some((place, count)) = pictures {
        collector.note(&place, Noted::PicturesElsewhere { count });
    }
    Ok(collector.parsed)
}

fn records(page: &Page) -> Vec<Record<'_>> {
    let records = page.records(&["payload", "articles", "categories"]);
    if records.is_empty() { vec![page.itself()] } else { records }
}

/// An article has a title and a text, a category a name.
fn is_article(record: &Record<'_>) -> bool {
    record.has("title") && (record.has("content") || record.has("description")) && !record.has("name")
}

/// The article that a translation is of, by the translation's id.
fn roots(articles: &[Record<'_>]) -> HashMap<String, String> {
    let mut roots = HashMap::new();
    for article in articles {
        let Some(id) = article.id("id") else { continue };
        let root = article.id("associated_article_id").or_else(|| article.inner("root_article")?.id("id"));
        if let Some(root) = root {
            roots.insert(id, root);
        } else {
            for translation in article.list("associated_articles").filter_map(|one| one.id("id")) {
                roots.entry(translation).or_insert_with(|| id.clone());
            }
        }
    }
    roots
}

fn category_id(article: &Record<'_>) -> Option<String> {
    article.id("category_id").or_else(|| article.inner("category")?.id("id"))
}

/// The names of the article's categories from the topmost.
fn names(article: &Record<'_>, categories: &HashMap<String, Record<'_>>) -> Vec<String> {
    let mut names = Vec::new();
    let mut next = category_id(article);
    while let Some(category) = next.and_then(|id| categories.get(&id))
        && names.len() < MAX_DEPTH
    {
        names.extend(category.text("name").map(str::to_owned));
        next = category.inner("parent_category").and_then(|parent| parent.id("id"));
    }
    if names.is_empty() {
        let category = article.inner("category");
        names.extend(category.and_then(|one| one.text("name").or_else(|| one.text("slug"))).map(str::to_owned));
    }
    names.reverse();
    names
}

/// `draft`, `published`, `archived`, or 0, 1, 2.
fn status(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(status) => Some(status.clone()),
        Value::Number(number) => Some(match number.as_i64() {
            Some(0) => "draft".to_owned(),
            Some(1) => "published".to_owned(),
            Some(2) => "archived".to_owned(),
            _ => number.to_string(),
        }),
        _ => None,
    }
}
