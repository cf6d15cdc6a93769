//! What one site shows at the moment: its entries by language and category, and what is read most.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use parking_lot::Mutex;
use yingda_desk::{CategoryName, SiteSettings};
use yingda_helpcentre::{ArticleLink, Category, Page, Translation};
use yingda_model::{EntryId, EntryKind, FileId, Timestamp};

use super::shelf::{Item, Shelf};

/// The category of entries that have none.
const ELSEWHERE: &str = "other";
/// Entries in the lists of the first page.
const LISTED: usize = 6;
/// Entries beside an article.
const RELATED: usize = 5;
/// Entries of a feed.
const FED: usize = 30;

/// What a site shows.
pub(super) struct Shown {
    items: HashMap<EntryId, Placed>,
    sides: HashMap<String, Side>,
    keys: HashMap<String, Vec<EntryId>>,
    files: HashSet<FileId>,
    used: HashMap<EntryId, i64>,
    names: HashMap<String, CategoryName>,
    /// The category that the site is limited to.
    root: Option<String>,
    updated_at: Option<Timestamp>,
    /// The sitemap, for the origin that it was made for.
    pub sitemap: Mutex<Option<(String, Sitemap)>>,
}

/// The files of a sitemap by their names.
pub(super) type Sitemap = Arc<Vec<(String, Page)>>;

/// An entry and the language that it counts as.
#[derive(Clone)]
pub(super) struct Placed {
    pub item: Arc<Item>,
    pub lang: String,
}

/// What a site shows in one language.
#[derive(Default)]
struct Side {
    /// The entries that are directly in a category; best first.
    direct: BTreeMap<String, Vec<Arc<Item>>>,
    /// How many are in a category and below it.
    counts: BTreeMap<String, usize>,
    children: BTreeMap<String, BTreeSet<String>>,
    popular: Vec<Arc<Item>>,
    /// Latest first.
    recent: Vec<Arc<Item>>,
}

impl Shown {
    /// What a site with these settings shows now. `used`: how often entries were used lately.
    pub fn of(shelf: &Shelf, settings: &SiteSettings, used: HashMap<EntryId, i64>, now: Timestamp) -> Self {
        let default = settings.languages.first().map_or("zh", String::as_str);
        let mut shown = Self {
            items: HashMap::new(),
            sides: settings.languages.iter().map(|lang| (lang.clone(), Side::default())).collect(),
            keys: HashMap::new(),
            files: HashSet::new(),
            used,
            names: settings.category_names.iter().map(|name| (tidy(&name.path), name.clone())).collect(),
            root: settings.category.as_deref().map(tidy).filter(|root| !root.is_empty()),
            updated_at: None,
            sitemap: Mutex::default(),
        };
        for item in shelf.items.values().filter(|item| item.is_valid(now)) {
            let lang = if item.lang.is_empty() { default } else { &item.lang };
            if shown.holds(item.category.as_deref()) {
                shown.add(item, lang);
            }
        }
        let used = &shown.used;
        for side in shown.sides.values_mut() {
            side.sort(used);
        }
        shown
    }

    /// Whether a category is of the site.
    pub fn holds(&self, category: Option<&str>) -> bool {
        self.root.as_deref().is_none_or(|root| category.is_some_and(|category| is_within(category, root)))
    }

    fn add(&mut self, item: &Arc<Item>, lang: &str) {
        let Some(side) = self.sides.get_mut(lang) else { return };
        let category = item.category.as_deref().unwrap_or(ELSEWHERE);
        for path in upwards(category) {
            *side.counts.entry(path.to_owned()).or_default() += 1;
            if let Some((parent, _)) = path.rsplit_once('/') {
                side.children.entry(parent.to_owned()).or_default().insert(path.to_owned());
            }
        }
        side.direct.entry(category.to_owned()).or_default().push(item.clone());
        side.recent.push(item.clone());
        if let Some(key) = &item.key {
            self.keys.entry(key.clone()).or_default().push(item.id);
        }
        self.files.extend(&item.files);
        self.updated_at = self.updated_at.max(Some(item.updated_at));
        self.items.insert(item.id, Placed { item: item.clone(), lang: lang.to_owned() });
    }

    pub fn item(&self, id: EntryId) -> Option<&Placed> {
        self.items.get(&id)
    }

    /// Whether something that is shown refers to the file.
    pub fn refers_to(&self, file: FileId) -> bool {
        self.files.contains(&file)
    }

    pub fn updated_at(&self) -> Option<Timestamp> {
        self.updated_at
    }

    /// The topmost categories of a language.
    pub fn categories(&self, lang: &str) -> Vec<Category> {
        let Some(side) = self.sides.get(lang) else { return Vec::new() };
        let tops: Vec<&String> = match &self.root {
            None => side.counts.keys().filter(|path| !path.contains('/')).collect(),
            // What stands directly in the site's own category must be reached as well.
            Some(root) => {
                let below = side.children.get(root).into_iter().flatten();
                side.direct.get_key_value(root).map(|(root, _)| root).into_iter().chain(below).collect()
            }
        };
        let mut found: Vec<Category> = tops.into_iter().map(|path| self.category_of(side, path, lang)).collect();
        // The largest first, what has no category last.
        found.sort_by_key(|category| (category.path == ELSEWHERE, std::cmp::Reverse(category.count)));
        found
    }

    /// A category that has something in this language.
    pub fn category(&self, path: &str, lang: &str) -> Option<Category> {
        let side = self.sides.get(lang)?;
        side.counts.contains_key(path).then(|| self.category_of(side, path, lang))
    }

    fn category_of(&self, side: &Side, path: &str, lang: &str) -> Category {
        let children = side.children.get(path).into_iter().flatten();
        Category {
            children: children.map(|child| self.category_of(side, child, lang)).collect(),
            title: self.title(path, lang),
            count: side.counts.get(path).copied().unwrap_or_default(),
            path: path.to_owned(),
            description: String::new(),
        }
    }

    /// A category and those above it, topmost first, without what they contain.
    pub fn way(&self, category: Option<&str>, lang: &str) -> Vec<Category> {
        let mut way: Vec<Category> = upwards(category.unwrap_or(ELSEWHERE))
            .filter(|path| self.root.as_deref().is_none_or(|root| is_within(path, root)))
            .map(|path| Category { path: path.to_owned(), title: self.title(path, lang), ..Category::default() })
            .collect();
        way.reverse();
        way
    }

    /// What a category is called.
    pub fn title(&self, path: &str, lang: &str) -> String {
        let given = self.names.get(path).map(|name| if lang == "zh" { &name.zh } else { &name.en });
        if let Some(given) = given.filter(|given| !given.trim().is_empty()) {
            return given.clone();
        }
        if path == ELSEWHERE && lang == "zh" {
            return "其他".to_owned();
        }
        let last = path.rsplit('/').next().unwrap_or_default().replace(['-', '_'], " ");
        let mut chars = last.chars();
        chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
    }

    /// Languages that have a category, other than `lang`.
    pub fn translations_of_category(&self, path: &str, lang: &str) -> Vec<String> {
        let others = self.sides.iter().filter(|(other, side)| *other != lang && side.counts.contains_key(path));
        let mut others: Vec<String> = others.map(|(other, _)| other.clone()).collect();
        others.sort();
        others
    }

    /// All categories of a language.
    pub fn all_categories(&self, lang: &str) -> impl Iterator<Item = &str> {
        let paths = self.sides.get(lang).into_iter().flat_map(|side| side.counts.keys());
        paths.map(String::as_str).filter(|path| self.holds(Some(path)))
    }

    /// The entries directly in a category: articles before questions, most used first.
    pub fn directly_in(&self, path: &str, lang: &str) -> &[Arc<Item>] {
        self.sides.get(lang).and_then(|side| side.direct.get(path)).map_or(&[], Vec::as_slice)
    }

    /// All entries of a language, latest first.
    pub fn of_language(&self, lang: &str) -> &[Arc<Item>] {
        self.sides.get(lang).map_or(&[], |side| side.recent.as_slice())
    }

    pub fn popular(&self, lang: &str) -> Vec<ArticleLink> {
        self.sides.get(lang).map(|side| side.popular.iter().map(|item| link(item)).collect()).unwrap_or_default()
    }

    pub fn recent(&self, lang: &str) -> Vec<ArticleLink> {
        self.of_language(lang).iter().take(LISTED).map(|item| link(item)).collect()
    }

    pub fn feed(&self, lang: &str) -> Vec<ArticleLink> {
        self.of_language(lang).iter().take(FED).map(|item| link(item)).collect()
    }

    /// Entries of the same category, those with the same tags first.
    pub fn related(&self, placed: &Placed) -> Vec<ArticleLink> {
        let item = &placed.item;
        let Some(side) = self.sides.get(&placed.lang) else { return Vec::new() };
        let shared = |other: &Item| other.tags.iter().filter(|tag| item.tags.contains(tag)).count();
        let mut found: Vec<&Arc<Item>> = Vec::new();
        for path in upwards(item.category.as_deref().unwrap_or(ELSEWHERE)) {
            let here = side.direct.get(path).into_iter().flatten().filter(|other| other.id != item.id);
            let mut here: Vec<_> = here.collect();
            // The sort is stable: among equals, most used first.
            here.sort_by_key(|other| std::cmp::Reverse(shared(other)));
            found.extend(here.into_iter().take(RELATED));
            if found.len() >= RELATED {
                break;
            }
        }
        found.into_iter().take(RELATED).map(|item| link(item)).collect()
    }

    /// The same entry in the site's other languages.
    pub fn translations(&self, placed: &Placed) -> Vec<Translation> {
        let ids = placed.item.key.as_ref().and_then(|key| self.keys.get(key)).map_or(&[][..], Vec::as_slice);
        let mut found: Vec<Translation> = Vec::new();
        for other in ids.iter().filter_map(|id| self.items.get(id)) {
            if other.lang != placed.lang && !found.iter().any(|known| known.lang == other.lang) {
                let Placed { item, lang } = other;
                found.push(Translation { lang: lang.clone(), id: item.id, title: item.title.clone() });
            }
        }
        found
    }
}

impl Side {
    fn sort(&mut self, used: &HashMap<EntryId, i64>) {
        let count = |item: &Arc<Item>| used.get(&item.id).copied().unwrap_or_default();
        for items in self.direct.values_mut() {
            items.sort_by_key(|item| {
                let most = std::cmp::Reverse((count(item), item.updated_at));
                (item.kind == EntryKind::Faq, most, item.id)
            });
        }
        self.recent.sort_by_key(|item| (std::cmp::Reverse(item.updated_at), item.id));
        let mut popular: Vec<Arc<Item>> = self.recent.iter().filter(|item| count(item) > 0).cloned().collect();
        popular.sort_by_key(|item| (std::cmp::Reverse(count(item)), item.id));
        popular.truncate(LISTED);
        self.popular = popular;
    }
}

/// An entry as a line of a list.
pub(super) fn link(item: &Item) -> ArticleLink {
    ArticleLink {
        id: item.id,
        kind: item.kind,
        title: item.title.clone(),
        summary: item.summary.clone(),
        updated_at: item.updated_at,
        answer: None,
    }
}

/// `a/b/c`, `a/b`, `a`.
fn upwards(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| path.rsplit_once('/').map(|(above, _)| above))
}

fn is_within(path: &str, root: &str) -> bool {
    path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A path as entries have it.
pub(super) fn tidy(path: &str) -> String {
    path.split('/').map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
#[path = "shown_tests.rs"]
mod tests;
