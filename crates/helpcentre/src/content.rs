//! What the pages show: categories, articles, search results. All of it is what the reader may see.

use std::ops::Range;

use yingda_model::{EntryId, EntryKind, Timestamp};

/// A category.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Category {
    /// A path such as `orders/returns`.
    pub path: String,
    /// Its name in the page's language; empty: the last segment of the path.
    pub title: String,
    pub description: String,
    /// Articles in it and below it.
    pub count: usize,
    pub children: Vec<Category>,
}

/// An article in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArticleLink {
    pub id: EntryId,
    pub kind: EntryKind,
    pub title: String,
    /// The beginning of its text, plain; may be empty. See [`crate::summary`].
    pub summary: String,
    pub updated_at: Timestamp,
    /// An FAQ entry's Markdown: shown in a list of questions that open in place.
    pub answer: Option<String>,
}

/// The first page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Home {
    pub categories: Vec<Category>,
    /// Most read first.
    pub popular: Vec<ArticleLink>,
    /// Latest first.
    pub recent: Vec<ArticleLink>,
}

/// A category's page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CategoryPage {
    pub category: Category,
    /// The categories above it, topmost first.
    pub above: Vec<Category>,
    pub articles: Vec<ArticleLink>,
    /// From 1.
    pub page: usize,
    pub pages: usize,
    /// Languages that have this category too, other than the page's.
    pub translations: Vec<String>,
}

/// The same entry in another language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Translation {
    pub lang: String,
    pub id: EntryId,
    pub title: String,
}

/// A file of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    pub name: String,
    pub url: String,
    pub bytes: u64,
}

/// An article's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Article {
    pub id: EntryId,
    pub kind: EntryKind,
    pub title: String,
    pub markdown: String,
    /// The language of the text.
    pub lang: String,
    /// The categories it is in, topmost first; empty when it is in none.
    pub categories: Vec<Category>,
    pub tags: Vec<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub translations: Vec<Translation>,
    /// Readers whom it helped, and whom it did not.
    pub helped: (u32, u32),
    pub attachments: Vec<Attachment>,
    pub related: Vec<ArticleLink>,
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchPage {
    /// As typed.
    pub query: String,
    pub results: Vec<SearchResult>,
    /// How many there are in all.
    pub total: usize,
    /// The query as it was probably meant.
    pub did_you_mean: Option<String>,
    /// The answer, if there is a confident one.
    pub answer: Option<SearchAnswer>,
    /// Shown when there are no results.
    pub popular: Vec<ArticleLink>,
}

/// A found article or a place in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchResult {
    pub id: EntryId,
    pub title: Marked,
    pub snippet: Marked,
    /// Title of the category.
    pub category: Option<String>,
    /// The heading that the passage stands under, see [`crate::slug`].
    pub anchor: Option<String>,
    /// The language of the text.
    pub lang: String,
}

/// The answer to a question that was typed into the search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchAnswer {
    /// The sentence or answer, Markdown.
    pub markdown: String,
    /// The entry that it is from.
    pub id: EntryId,
    pub title: String,
    pub anchor: Option<String>,
    pub lang: String,
}

/// A text in which the found words are marked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marked {
    pub text: String,
    /// Ranges of bytes. Those that overlap, lie outside or cut a character are put right.
    pub matches: Vec<Range<usize>>,
}

impl From<&str> for Marked {
    fn from(text: &str) -> Self {
        Self { text: text.to_owned(), matches: vec![] }
    }
}

impl Marked {
    /// The text in pieces, each with whether it was found.
    pub(crate) fn pieces(&self) -> Vec<(&str, bool)> {
        let floor =
            |at: usize| (0..=at.min(self.text.len())).rev().find(|&at| self.text.is_char_boundary(at)).unwrap_or(0);
        let mut ranges: Vec<_> = self.matches.iter().map(|range| (floor(range.start), floor(range.end))).collect();
        ranges.sort_unstable();
        let mut pieces = vec![];
        let mut done = 0;
        for (start, end) in ranges {
            let start = start.max(done);
            if end <= start {
                continue;
            }
            if start > done {
                pieces.push((&self.text[done..start], false));
            }
            pieces.push((&self.text[start..end], true));
            done = end;
        }
        if done < self.text.len() {
            pieces.push((&self.text[done..], false));
        }
        pieces
    }
}

impl Category {
    /// Its name; the last segment of its path when it has none.
    pub(crate) fn name(&self) -> &str {
        if self.title.trim().is_empty() { self.path.rsplit('/').next().unwrap_or_default() } else { &self.title }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_that_make_no_sense_are_put_right() {
        let marked =
            Marked { text: "七天无理由退货".to_owned(), matches: vec![18..99, 0..6, 3..7, 40..50, 9..9] };
        assert_eq!(marked.pieces(), [("七天", true), ("无理由退", false), ("货", true)]);
        assert_eq!(Marked::from("a").pieces(), [("a", false)]);
        assert!(Marked::default().pieces().is_empty());
    }
}
