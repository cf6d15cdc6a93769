//! Articles of a Zendesk help centre, as its Help Center API gives them: `/api/v2/help_center/articles`, `/sections`,
//! `/categories`, `/user_segments` and `/articles/{id}/translations`, also side-loaded (`?include=translations,sections,categories`).

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::check::{Collector, Draft};
use crate::page::{Page, Record, path};
use crate::tag::tag_of_locale;
use crate::{Format, ImportError, Noted, Options, Parsed};
use yingda_model::EntrySource;

/// How deep sections may be in one another; a circle ends there.
const MAX_DEPTH: usize = 8;

/// Whether the pages look like Zendesk's.
pub(crate) fn knows(pages: &[Page]) -> bool {
    pages.iter().flat_map(articles).any(|article| article.has("section_id") || article.has("body"))
}

pub(crate) fn parse(pages: Vec<Page>, options: &Options<'_>) -> Result<Parsed, ImportError> {
    let centre = Centre::read(&pages);
    let mut collector = Collector::new(Format::Zendesk, options);
    let mut seen = HashSet::new();
    let mut pictures = None;
    for article in pages.iter().flat_map(articles) {
        let id = article.id("id").unwrap_or_default();
        let own = article.list("translations");
        let others = centre.translations.get(&id).into_iter().flatten().copied();
        for text in std::iter::once(article).chain(own).chain(others) {
            let locale = text.text("locale").unwrap_or_default();
            // The article itself is its translation into the locale that was asked for.
            if !seen.insert((id.clone(), locale.to_lowercase())) {
                continue;
            }
            let place = article.place(&id);
            let html = text.text("body").unwrap_or_default();
            let shown = html.matches("<img").count();
            if shown > 0 {
                pictures.get_or_insert((place.clone(), 0)).1 += shown;
            }
            let (audience, is_certain) = centre.audience(&article);
            if !is_certain {
                collector.note(&place, Noted::AudienceUnknown);
            }
            let draft = Draft {
                id: Some(if locale.is_empty() { id.clone() } else { format!("{id}-{locale}") }),
                kind: Some("article".to_owned()),
                key: (!id.is_empty()).then(|| format!("zendesk-{id}")),
                question: text.text("title").or_else(|| text.text("name")).unwrap_or_default().to_owned(),
                answer: (options.html_to_markdown)(html),
                lang: (!locale.is_empty()).then(|| tag_of_locale(locale).unwrap_or_else(|| locale.to_owned())),
                category: path(&centre.names(&article, locale)),
                tags: article.texts("label_names"),
                status: Some(if text.is_true("draft") { "draft" } else { "published" }.to_owned()),
                audience: Some(audience.to_owned()),
                source: EntrySource {
                    url: text.text("html_url").or_else(|| article.text("html_url")).map(str::to_owned),
                    ..EntrySource::default()
                },
                created_at: text.moment("created_at"),
                updated_at: text.moment("edited_at").or_else(|| text.moment("updated_at")),
                ..Draft::default()
            };
            collector.add(place, draft)?;
        }
    }
    if let Some((place, count)) = pictures {
        collector.note(&place, Noted::PicturesElsewhere { count });
    }
    Ok(collector.parsed)
}

/// The articles of a page, or the page itself when it is one.
fn articles(page: &Page) -> Vec<Record<'_>> {
    let records = page.records(&["articles", "article"]);
    let itself = page.itself();
    if records.is_empty() && itself.has("section_id") && itself.has("title") { vec![itself] } else { records }
}

/// What there is beside the articles.
struct Centre<'a> {
    /// By id; a section may come once for each locale.
    sections: HashMap<String, Vec<Record<'a>>>,
    categories: HashMap<String, Vec<Record<'a>>>,
    /// Translations by the id of their article.
    translations: HashMap<String, Vec<Record<'a>>>,
    /// By id.
    segments: HashMap<String, Record<'a>>,
}

impl<'a> Centre<'a> {
    fn read(pages: &'a [Page]) -> Self {
        let by_id = |names: &[&str], field: &str| {
            let mut found: HashMap<String, Vec<Record<'a>>> = HashMap::new();
            for record in pages.iter().flat_map(|page| page.records(names)) {
                if let Some(id) = record.id(field) {
                    found.entry(id).or_default().push(record);
                }
            }
            found
        };
        let mut translations = by_id(&["translations", "translation"], "source_id");
        for records in translations.values_mut() {
            let is_of_article = |record: &Record<'_>| {
                record.text("source_type").is_none_or(|kind| kind.eq_ignore_ascii_case("article"))
            };
            records.retain(is_of_article);
        }
        let segments = by_id(&["user_segments", "user_segment"], "id");
        Self {
            sections: by_id(&["sections", "section"], "id"),
            categories: by_id(&["categories", "category"], "id"),
            translations,
            segments: segments.into_iter().filter_map(|(id, records)| Some((id, *records.first()?))).collect(),
        }
    }

    /// Category, section, and the sections within it, in the article's language where they are given in it.
    fn names(&self, article: &Record<'_>, locale: &str) -> Vec<String> {
        let in_locale = |records: &[Record<'_>]| {
            let fits = |record: &&Record<'_>| record.text("locale").is_some_and(|one| one.eq_ignore_ascii_case(locale));
            let record = records.iter().find(fits).or(records.first());
            record.and_then(|record| record.text("name")).map(str::to_owned)
        };
        let mut names = Vec::new();
        let mut category = None;
        let mut next = article.id("section_id");
        while let Some(section) = next.and_then(|id| self.sections.get(&id))
            && names.len() < MAX_DEPTH
        {
            names.extend(in_locale(section));
            category = section.first().and_then(|one| one.id("category_id")).or(category);
            next = section.first().and_then(|one| one.id("parent_section_id"));
        }
        names.extend(category.and_then(|id| self.categories.get(&id)).and_then(|records| in_locale(records)));
        names.reverse();
        names
    }

    /// Who may read the article, and whether that is certain. No segment means everybody. A segment of the two that are built in
    /// is all who are signed in, or all agents; any other is a group that does not exist here.
    fn audience(&self, article: &Record<'_>) -> (&'static str, bool) {
        let mut segments = article.ids("user_segment_ids");
        segments.extend(article.id("user_segment_id"));
        let mut found = ("agents", false);
        for id in &segments {
            let Some(segment) = self.segments.get(id) else { continue };
            let narrower = ["tags", "or_tags", "group_ids", "organization_ids", "added_user_ids"];
            let is_whole = narrower
                .iter()
                .all(|field| segment.value(field).and_then(Value::as_array).is_none_or(|list| list.is_empty()));
            match segment.text("user_type") {
                Some("signed_in_users") if is_whole => return ("signed_in", true),
                Some("staff") if is_whole => found = ("agents", true),
                _ => {}
            }
        }
        if segments.is_empty() { ("public", true) } else { found }
    }
}
