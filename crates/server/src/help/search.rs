//! Search, and what of an entry a search shows.

use std::ops::Range;

use axum::extract::State;
use axum::response::Response;
use yingda_helpcentre::{Marked, SearchAnswer, SearchPage, SearchResult};
use yingda_knowledge::{Decision, EntryKind, Filter, Hit, Thresholds, decide};
use yingda_library::{KnowledgeError, View};

use super::Fault;
use super::shown::{Placed, Shown};
use super::visit::{Open, Visit};
use crate::app::Peer;
use crate::limit::Rule;
use crate::{App, Problem};

/// Longest query, in characters.
const LONGEST: usize = 200;
/// Results on the page.
const RESULTS: usize = 20;
/// Longest answer that is shown above the results, in bytes.
const LONGEST_ANSWER: usize = 4_000;

/// A word that says less than this share of what the most telling one says is not marked.
const TELLING: f32 = 0.35;
/// What scores less than this share of the best, by words and by meaning, is not shown.
const RELEVANT: f32 = 0.25;

/// An entry that was found.
pub(super) struct Found {
    pub hit: Hit,
    pub placed: Placed,
}

pub(super) async fn page(State(app): State<App>, visit: Visit, Peer(address): Peer) -> Result<Response, Fault> {
    let (open, lang) = (&visit.open, &visit.lang);
    let text: String = visit.query("q").unwrap_or_default().trim().chars().take(LONGEST).collect();
    let shown = open.shown().await?;
    let mut page = SearchPage { popular: shown.popular(lang), query: text.clone(), ..SearchPage::default() };
    if !text.is_empty() {
        app.limit(Rule::SearchByAddress, &address.to_string())?;
        let (mut found, meant) = find(open, &shown, &text).await?;
        page.answer = answer(&found);
        page.did_you_mean = meant;
        // Best first, but what the reader can read before the rest.
        found.sort_by_key(|found| found.placed.lang != *lang);
        found.truncate(RESULTS);
        page.total = found.len();
        page.results = found.iter().map(|found| result(found, &shown, lang)).collect();
    }
    let (lang, bytes) = (lang.clone(), page.answer.as_ref().map_or(0, |answer| answer.markdown.len()));
    let page = open.draw(bytes, move |centre| centre.search(&lang, &page)).await?;
    Ok(visit.send(page))
}

/// What the site shows that fits `text`, most confident first, and the text as it was probably meant.
pub(super) async fn find(open: &Open, shown: &Shown, text: &str) -> Result<(Vec<Found>, Option<String>), Fault> {
    let library = open.app.knowledge().library(&open.scope, text).await?;
    let filter = Filter {
        languages: open.settings.languages.clone(),
        category: open.settings.category.clone(),
        ..View::public(open.now).filter()
    };
    let (asked, now) = (text.to_owned(), open.now.0);
    let (searched, meant) = tokio::task::spawn_blocking(move || {
        let searched = library.search_with(&asked, filter, Some(now), 2 * RESULTS)?;
        let corrected = library.index.corrected(&asked);
        let meant = (!corrected.changes.is_empty()).then_some(corrected.text);
        Ok::<_, KnowledgeError>((searched, meant))
    })
    .await
    .map_err(|_| Problem::internal())??;
    let hits = searched.hits;
    let best = hits.iter().map(|hit| hit.bm25).fold(0.0, f32::max);
    let nearest = hits.iter().filter_map(|hit| hit.cosine).fold(0.0, f32::max);
    let is_relevant =
        |hit: &Hit| hit.bm25 >= RELEVANT * best || hit.cosine.is_some_and(|cosine| cosine >= 3.0 * RELEVANT * nearest);
    let found = hits.into_iter().filter(is_relevant).filter_map(|hit| {
        // What a site shows is decided in one place.
        let placed = shown.item(hit.entry_id.parse().ok()?)?.clone();
        Some(Found { hit, placed })
    });
    Ok((found.collect(), meant))
}

/// The answer, if one is sure.
fn answer(found: &[Found]) -> Option<SearchAnswer> {
    let hits: Vec<Hit> = found.iter().map(|found| found.hit.clone()).collect();
    let Decision::Answer { hit } = decide(&hits, &Thresholds::default()) else { return None };
    let placed = &found.first()?.placed;
    let passage = hit.passage.as_ref()?;
    let markdown = match (&hit.kind, &hit.sentence) {
        (EntryKind::Faq, _) | (_, None) => passage.text.clone(),
        (_, Some(sentence)) => sentence.text.clone(),
    };
    (markdown.len() <= LONGEST_ANSWER && !markdown.trim().is_empty()).then(|| SearchAnswer {
        markdown,
        id: placed.item.id,
        title: placed.item.title.clone(),
        anchor: Some(passage.anchor.clone()).filter(|anchor| !anchor.is_empty()),
        lang: placed.lang.clone(),
    })
}

fn result(found: &Found, shown: &Shown, lang: &str) -> SearchResult {
    let Found { hit, placed } = found;
    let anchor = hit.passage.as_ref().map(|passage| passage.anchor.clone()).filter(|anchor| !anchor.is_empty());
    SearchResult {
        id: placed.item.id,
        title: mark(placed.item.title.clone(), hit),
        snippet: mark(snippet(found), hit),
        category: placed.item.category.as_deref().map(|path| shown.title(path, lang)),
        anchor,
        lang: placed.lang.clone(),
    }
}

/// What of an entry answers, plain: from the sentence that does, or the beginning.
pub(super) fn snippet(found: &Found) -> String {
    let Some(passage) = &found.hit.passage else { return found.placed.item.summary.clone() };
    let whole = yingda_helpcentre::summary(&passage.text);
    if !whole.is_empty() && !whole.ends_with('…') {
        return whole;
    }
    let start = found.hit.sentence.as_ref().map_or(0, |sentence| sentence.start);
    let plain = yingda_helpcentre::summary(passage.text.get(start..).unwrap_or(&passage.text));
    if plain.is_empty() { found.placed.item.summary.clone() } else { plain }
}

/// Marks the words that were asked for; not those that every question has.
fn mark(text: String, hit: &Hit) -> Marked {
    let most = hit.terms.iter().map(|term| term.weight).fold(0.0, f32::max);
    let telling = hit.terms.iter().filter(|term| term.matched > 0.0 && term.weight >= TELLING * most);
    let words = telling.map(|term| term.term.as_str());
    let matches = matches(&text, &words.collect::<Vec<_>>());
    Marked { text, matches }
}

/// Where words stand in a text: Chinese ones anywhere, others that begin a word, to its end.
fn matches(text: &str, words: &[&str]) -> Vec<Range<usize>> {
    // Lower case, with the byte that each character comes from.
    let lower: Vec<(usize, char)> =
        text.char_indices().flat_map(|(at, c)| c.to_lowercase().map(move |c| (at, c))).collect();
    let mut found = Vec::new();
    for word in words.iter().filter(|word| !word.is_empty()) {
        let word: Vec<char> = word.chars().collect();
        let is_spaced = word.iter().all(char::is_ascii_alphanumeric);
        for start in 0..lower.len().saturating_sub(word.len() - 1) {
            let is_here = word.iter().zip(&lower[start..]).all(|(wanted, (_, c))| wanted == c);
            let begins = start == 0 || !lower[start - 1].1.is_ascii_alphanumeric();
            if !is_here || (is_spaced && !begins) {
                continue;
            }
            let mut end = start + word.len();
            while is_spaced && lower.get(end).is_some_and(|(_, c)| c.is_ascii_alphanumeric()) {
                end += 1;
            }
            found.push(lower[start].0..lower.get(end).map_or(text.len(), |(at, _)| *at));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn words_are_found_whole_and_chinese_anywhere() {
        let found = |text: &str, words: &[&str]| -> Vec<String> {
            matches(text, words).into_iter().map(|range| text[range].to_owned()).collect()
        };
        assert_eq!(found("Returning a return, unreturned", &["return"]), ["Returning", "return"]);
        assert_eq!(found("七天无理由退货", &["退货", "七天"]), ["退货", "七天"]);
        assert_eq!(found("İstanbul 订单", &["订单"]), ["订单"]);
        assert!(found("", &["a"]).is_empty());
        assert!(found("a", &["", "abc"]).is_empty());
    }
}
