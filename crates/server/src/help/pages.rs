//! First page, categories, articles.

use std::sync::Arc;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use yingda_helpcentre::{Article, Attachment, CategoryPage, FeedbackState, Home, article_id};
use yingda_model::{Actor, EntryId, EntryKind, KbEntry};
use yingda_store::{FileInfo, StoreError};

use super::Fault;
use super::shelf::{FILES, PUBLIC_FILES, is_public, is_valid};
use super::shown::{Placed, Shown, link, tidy};
use super::visit::{Open, Visit, moved};

/// Entries on a page of a category.
const ON_A_PAGE: usize = 30;

/// Shows readers into their language.
pub(super) async fn door(visit: Visit) -> Result<Response, Fault> {
    let mut response = moved(StatusCode::FOUND, &visit.centre().place().home(&visit.lang))?;
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-language"));
    Ok(response)
}

pub(super) async fn home(visit: Visit) -> Result<Response, Fault> {
    let shown = visit.open.shown().await?;
    let lang = &visit.lang;
    let home = Home { categories: shown.categories(lang), popular: shown.popular(lang), recent: shown.recent(lang) };
    let page = visit.centre().home(lang, &home).map_err(|error| Fault::internal(&error))?;
    Ok(visit.send(page))
}

pub(super) async fn category(visit: Visit) -> Result<Response, Fault> {
    let shown = visit.open.shown().await?;
    let (lang, path) = (visit.lang.clone(), tidy(visit.part("category")));
    let found = Some(&path).filter(|path| shown.holds(Some(path))).and_then(|path| shown.category(path, &lang));
    let Some(category) = found else { return visit.not_found() };
    let all = shown.directly_in(&path, &lang);
    let pages = all.len().div_ceil(ON_A_PAGE).max(1);
    let number = match visit.query("page").map(str::parse) {
        None => 1,
        Some(Ok(number)) if (1..=pages).contains(&number) => number,
        Some(_) => return visit.not_found(),
    };
    let here = &all[(number - 1) * ON_A_PAGE..all.len().min(number * ON_A_PAGE)];
    let questions: Vec<EntryId> = here.iter().filter(|item| item.kind == EntryKind::Faq).map(|item| item.id).collect();
    let mut answers = visit.open.app.desk().store().read(&visit.open.scope).kb_entries_by_id(&questions).await?;
    answers.retain(|entry| is_public(&entry.content));
    let mut bytes = 0;
    let articles = here.iter().map(|item| {
        let answer = answers.iter().find(|entry| entry.id == item.id).map(|entry| markdown(&visit.open, entry));
        bytes += answer.as_ref().map_or(0, String::len);
        yingda_helpcentre::ArticleLink { answer, ..link(item) }
    });
    let mut above = shown.way(Some(&path), &lang);
    above.pop();
    let page = CategoryPage {
        articles: articles.collect(),
        above,
        page: number,
        pages,
        translations: shown.translations_of_category(&path, &lang),
        category,
    };
    let page = visit.open.draw(bytes, move |centre| centre.category(&lang, &page)).await?;
    Ok(visit.send(page))
}

pub(super) async fn article(visit: Visit) -> Result<Response, Fault> {
    let Some(id) = article_id(visit.part("article")) else { return visit.not_found() };
    let shown = visit.open.shown().await?;
    let Some(placed) = shown.item(id) else { return absent(&visit, &shown, id).await };
    let address = visit.centre().place().article(&visit.lang, &placed.item.title, id);
    if last_segment(visit.uri.path()) != last_segment(&address) {
        return moved(StatusCode::MOVED_PERMANENTLY, &address);
    }
    let reader = visit.open.app.desk().store().read(&visit.open.scope);
    let entry = match reader.kb_entry(id).await {
        Ok(entry) if is_public(&entry.content) => entry,
        // It was changed since a moment ago.
        Ok(_) | Err(StoreError::NotFound { .. }) => return absent(&visit, &shown, id).await,
        Err(error) => return Err(error.into()),
    };
    let use_of = reader.kb_use_of(id).await?;
    let sum = |count: fn(&yingda_store::DayOfUse) -> i64| {
        u32::try_from(use_of.iter().map(count).sum::<i64>()).unwrap_or_default()
    };
    let article = Article {
        id,
        kind: entry.content.kind,
        markdown: markdown(&visit.open, &entry),
        lang: placed.lang.clone(),
        categories: shown.way(entry.content.category.as_deref(), &visit.lang),
        created_at: entry.created_at,
        updated_at: entry.updated_at,
        translations: shown.translations(placed),
        helped: (sum(|day| day.helpful), sum(|day| day.unhelpful)),
        attachments: attachments(&visit.open, &entry).await?,
        related: shown.related(placed),
        title: entry.content.question,
        tags: entry.content.tags,
    };
    let state = FeedbackState::read(visit.query("feedback"));
    let lang = visit.lang.clone();
    let page = visit.open.draw(article.markdown.len(), move |centre| centre.article(&lang, &article, state)).await?;
    let Open { app, scope, now, .. } = &visit.open;
    app.help().views.note(app, scope.workspace(), id, *now);
    Ok(visit.send(page))
}

/// An entry that everybody could read once is gone; of all others nobody learns that they are there.
async fn absent(visit: &Visit, shown: &Arc<Shown>, id: EntryId) -> Result<Response, Fault> {
    let entry = match visit.open.app.desk().store().read(&visit.open.scope).kb_entry(id).await {
        Ok(entry) => entry,
        Err(StoreError::NotFound { .. }) => return visit.not_found(),
        Err(error) => return Err(error.into()),
    };
    let content = &entry.content;
    let now = visit.open.now;
    let was_here = content.audience == yingda_model::Audience::Public
        && shown.holds(content.category.as_deref())
        && content.valid_from.is_none_or(|from| from <= now)
        && (!is_public(content) || !is_valid(None, content.valid_until, now));
    if !was_here {
        return visit.not_found();
    }
    let mut instead = shown.directly_in(content.category.as_deref().unwrap_or_default(), &visit.lang).to_vec();
    instead.truncate(5);
    let mut instead: Vec<_> = instead.iter().map(|item| link(item)).collect();
    if instead.is_empty() {
        instead = shown.popular(&visit.lang);
    }
    let page = visit.centre().gone(&visit.lang, &instead).map_err(|error| Fault::internal(&error))?;
    Ok(visit.send(page))
}

/// An entry's text, with its files at the addresses where everybody gets them.
fn markdown(open: &Open, entry: &KbEntry) -> String {
    entry.content.answer.replace(FILES, &format!("{}{PUBLIC_FILES}", open.centre.place().base()))
}

/// The file that a document was read from.
async fn attachments(open: &Open, entry: &KbEntry) -> Result<Vec<Attachment>, Fault> {
    let Some(id) = entry.content.source.file_id else { return Ok(Vec::new()) };
    let base = open.centre.place().base();
    match open.app.desk().store().read(&open.scope).file(id).await {
        Ok(file) if is_the_companys(&file) => {
            Ok(vec![Attachment { url: format!("{base}{PUBLIC_FILES}{id}"), name: file.name, bytes: file.size }])
        }
        Ok(_) | Err(StoreError::NotFound { .. }) => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}

/// What customers sent is never for everybody, whatever refers to it.
pub(super) fn is_the_companys(file: &FileInfo) -> bool {
    !matches!(file.uploaded_by, Actor::Contact { .. })
}

pub(super) async fn nowhere(visit: Visit) -> Result<Response, Fault> {
    visit.not_found()
}

/// The last segment of a path, with the digits of `%2f` in capitals.
fn last_segment(path: &str) -> String {
    let last = path.rsplit('/').next().unwrap_or_default();
    let mut segment = String::with_capacity(last.len());
    let mut digits = 0;
    for c in last.chars() {
        segment.push(if digits > 0 { c.to_ascii_uppercase() } else { c });
        digits = if c == '%' { 2 } else { usize::saturating_sub(digits, 1) };
    }
    segment
}

/// An entry's place among what is shown; for the pages that come after an article's.
pub(super) fn placed<'a>(shown: &'a Shown, segment: &str) -> Option<&'a Placed> {
    shown.item(article_id(segment)?)
}

#[cfg(test)]
mod tests {
    use super::last_segment;

    #[test]
    fn segments_are_compared_however_their_bytes_are_written() {
        assert_eq!(last_segment("/a/%e9%80%80-aB1"), "%E9%80%80-aB1");
        assert_eq!(last_segment("/a/%E9%80%80-aB1"), "%E9%80%80-aB1");
        assert_eq!(last_segment("/a/"), "");
    }
}
