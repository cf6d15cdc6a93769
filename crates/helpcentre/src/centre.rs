//! A help centre, and its pages.

use minijinja::value::Serde;
use minijinja::{Value, context};
use serde::Serialize;

use crate::assets::Assets;
use crate::colour::Colour;
use crate::content::{Article, ArticleLink, Category, CategoryPage, Home, Marked, SearchPage};
use crate::feedback::{FeedbackState, Vote};
use crate::frame::{About, Frame, Indexing, TopSearch};
use crate::links::is_safe;
use crate::markdown::{Anchoring, Heading, excerpt, plain, render};
use crate::page::{Keep, Page};
use crate::palette::Palette;
use crate::place::Place;
use crate::policy::policy;
use crate::site::{BadSite, Site};
use crate::structured;
use crate::templates::{PageError, fill};
use crate::texts::{Texts, direction, html_lang, language_name};

/// An article with this many headings or more has a list of them.
const LONG: usize = 3;
/// Characters of a description for search engines.
const DESCRIPTION: usize = 155;
/// Longest query that a page shows, in characters.
const LONGEST_QUERY: usize = 200;

/// A help centre: one brand, in all its languages.
#[derive(Clone, Debug)]
pub struct Centre {
    site: Site,
    place: Place,
    palette: Palette,
    assets: Assets,
    policy: String,
}

impl Centre {
    /// Prepares a help centre: its colours, style sheet and policy.
    ///
    /// # Errors
    /// When the settings are wrong, see [`Site::check`].
    pub fn new(site: Site, place: Place) -> Result<Self, BadSite> {
        site.check()?;
        let palette = Palette::of(Colour::parse(&site.accent)?);
        let brand = site.language(&site.default_language).map(|language| language.name.as_str()).unwrap_or_default();
        Ok(Self { assets: Assets::of(&palette, brand), policy: policy(&site, &place), palette, site, place })
    }

    /// The settings.
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// Where it is; its addresses.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Its colours, and whether the brand's had to be changed.
    pub fn palette(&self) -> &Palette {
        &self.palette
    }

    pub(crate) fn assets(&self) -> &Assets {
        &self.assets
    }

    /// The style sheet, script or icon of a name below `/assets/`.
    pub fn asset(&self, name: &str) -> Option<Page> {
        self.assets.get(name)
    }

    /// The first page.
    ///
    /// # Errors
    /// Only by a fault of the program.
    pub fn home(&self, lang: &str, home: &Home) -> Result<Page, PageError> {
        let texts = Texts::of(lang);
        let own = self.site.language(lang);
        let description = own.and_then(|language| language.description.clone());
        let name = texts.centre_of(own.map(|language| language.name.as_str()).unwrap_or_default());
        let (path, search) = (self.place.home(lang), self.place.search(lang));
        let versions =
            self.site.languages.iter().map(|other| (other.lang.clone(), self.place.home(&other.lang))).collect();
        let website = structured::website(&name, &self.place.absolute(&path), &self.place.absolute(&search), lang);
        let about = About {
            lang,
            title: "",
            description: description.clone().unwrap_or_else(|| name.clone()),
            path,
            versions,
            indexing: Indexing::Allowed,
            og_type: "website",
            data: vec![website],
            query: "",
            top_search: TopSearch::Absent,
        };
        let values = context! {
            frame => Value::from(Serde(Frame::new(self, about))),
            heading => own.and_then(|language| language.tagline.as_deref()).unwrap_or(texts.how_can_we_help),
            intro => description,
            categories => Value::from(Serde(self.cards(lang, &home.categories))),
            popular => Value::from(Serde(self.items(lang, &home.popular))),
            recent => Value::from(Serde(self.items(lang, &home.recent))),
        };
        self.page("home", values, home.recent.iter().chain(&home.popular).map(|article| article.updated_at).max())
    }

    /// A category's page.
    ///
    /// # Errors
    /// Only by a fault of the program.
    pub fn category(&self, lang: &str, page: &CategoryPage) -> Result<Page, PageError> {
        let texts = Texts::of(lang);
        let category = &page.category;
        let number = page.page.max(1);
        let numbered = |number: usize| {
            let path = self.place.category(lang, &category.path);
            if number == 1 { path } else { format!("{path}?page={number}") }
        };
        let crumbs = self.crumbs(lang, &page.above);
        let mut steps = self.steps(&crumbs);
        steps.push((category.name().to_owned(), self.place.absolute(&numbered(1))));
        let mut data = vec![structured::breadcrumbs(&steps)];
        let faq = |article: &'_ ArticleLink| article.answer.as_deref().map(plain);
        let questions: Vec<_> =
            page.articles.iter().filter_map(|article| Some((article.title.as_str(), faq(article)?))).collect();
        if !questions.is_empty() {
            data.push(structured::faq(questions));
        }
        let mut versions = vec![(lang.to_owned(), numbered(1))];
        if number == 1 {
            versions.extend(
                page.translations.iter().map(|other| (other.clone(), self.place.category(other, &category.path))),
            );
        }
        let about = About {
            lang,
            title: category.name(),
            description: match category.description.trim() {
                "" => format!("{} · {}", category.name(), texts.articles(category.count)),
                description => excerpt(description, DESCRIPTION),
            },
            path: numbered(number),
            versions,
            indexing: Indexing::Allowed,
            og_type: "website",
            data,
            query: "",
            top_search: TopSearch::Shown,
        };
        let values = context! {
            frame => Value::from(Serde(Frame::new(self, about))),
            crumbs => Value::from(Serde(crumbs)),
            heading => category.name(),
            intro => category.description.trim(),
            count => texts.articles(category.count),
            children => Value::from(Serde(self.cards(lang, &category.children))),
            questions => Value::from(Serde(self.questions(lang, &page.articles))),
            articles => Value::from(Serde(self.items(lang, page.articles.iter().filter(|article| article.answer.is_none())))),
            pages => page.pages,
            page_of => texts.page_of(number, page.pages),
            previous => (number > 1).then(|| numbered(number - 1)),
            next => (number < page.pages).then(|| numbered(number + 1)),
        };
        self.page("category", values, page.articles.iter().map(|article| article.updated_at).max())
    }

    /// An article's page. `lang` is the language that the page speaks; the article may have another.
    ///
    /// # Errors
    /// Only by a fault of the program.
    pub fn article(&self, lang: &str, article: &Article, feedback: FeedbackState) -> Result<Page, PageError> {
        let texts = Texts::of(lang);
        let rendered = render(&article.markdown, &article.title, 2, Anchoring::On, &self.place, texts);
        let plain = plain(&article.markdown);
        let description = excerpt(&plain, DESCRIPTION);
        let speaks = |lang: &str| self.site.languages.iter().any(|language| language.lang == lang);
        // The page belongs to the article's language, if the site speaks it.
        let own = if speaks(&article.lang) { article.lang.as_str() } else { lang };
        let path = self.place.article(own, &article.title, article.id);
        let mut versions = vec![(own.to_owned(), path.clone())];
        for other in article.translations.iter().filter(|other| other.lang != own && speaks(&other.lang)) {
            versions.push((other.lang.clone(), self.place.article(&other.lang, &other.title, other.id)));
        }
        let crumbs = self.crumbs(lang, &article.categories);
        let mut steps = self.steps(&crumbs);
        let url = self.place.absolute(&path);
        steps.push((article.title.clone(), url.clone()));
        let brand = self.site.language(lang).map(|language| language.name.as_str()).unwrap_or_default();
        let main = match article.kind {
            yingda_model::EntryKind::Faq => structured::faq([(article.title.as_str(), plain)]),
            _ => structured::article(article, &url, brand, &description),
        };
        let about = About {
            lang,
            title: &article.title,
            description,
            path,
            versions,
            indexing: Indexing::Allowed,
            og_type: "article",
            data: vec![structured::breadcrumbs(&steps), main],
            query: "",
            top_search: TopSearch::Shown,
        };
        let files: Vec<_> = article
            .attachments
            .iter()
            .filter(|file| is_safe(&file.url))
            .map(|file| context! { name => &file.name, url => &file.url, size => texts.size(file.bytes) })
            .collect();
        let (asking, said, failed, vote) = match feedback {
            FeedbackState::Ask => (true, "", "", ""),
            FeedbackState::Voted(Vote::Helpful) => (false, texts.thanks, "", "yes"),
            FeedbackState::Voted(Vote::Unhelpful) => (false, texts.sorry, "", "no"),
            FeedbackState::Commented => (false, texts.comment_thanks, "", ""),
            FeedbackState::Failed => (true, "", texts.feedback_failed, ""),
        };
        let values = context! {
            frame => Value::from(Serde(Frame::new(self, about))),
            crumbs => Value::from(Serde(crumbs)),
            heading => &article.title,
            text_lang => html_lang(&article.lang),
            text_dir => direction(&article.lang),
            foreign => (html_lang(&article.lang) != html_lang(lang)).then(|| language_name(&article.lang)),
            updated => texts.day(article.updated_at),
            updated_iso => article.updated_at.to_string(),
            contents => Value::from(Serde(contents(&rendered.headings))),
            text => Value::from_safe_string(rendered.html),
            files => files,
            tags => article.tags.iter().map(|tag| context! { name => tag, path => self.place.search_for(lang, tag) }).collect::<Vec<_>>(),
            helped => texts.helped(article.helped.0, article.helped.1),
            asking => asking,
            said => said,
            failed => failed,
            vote => vote,
            feedback => self.place.feedback(lang, &article.title, article.id),
            related => Value::from(Serde(self.items(lang, &article.related))),
        };
        self.page("article", values, Some(article.updated_at))
    }

    /// The results of a search. An empty query gives the page with the field alone.
    ///
    /// # Errors
    /// Only by a fault of the program.
    pub fn search(&self, lang: &str, search: &SearchPage) -> Result<Page, PageError> {
        let texts = Texts::of(lang);
        let query: String = search.query.trim().chars().filter(|c| !c.is_control()).take(LONGEST_QUERY).collect();
        let heading = if query.is_empty() { texts.search.to_owned() } else { texts.found(&query, search.total) };
        let path_to = |id, title: &str, anchor: Option<&str>| {
            let path = self.place.article(lang, title, id);
            match anchor {
                Some(anchor) => format!("{path}#{}", crate::place::encode(anchor)),
                None => path,
            }
        };
        let results: Vec<_> = search
            .results
            .iter()
            .map(|result| {
                context! {
                    path => path_to(result.id, &result.title.text, result.anchor.as_deref()),
                    title => pieces(&result.title),
                    snippet => pieces(&result.snippet),
                    category => &result.category,
                    lang => html_lang(&result.lang),
                    foreign => (html_lang(&result.lang) != html_lang(lang)).then(|| language_name(&result.lang)),
                }
            })
            .collect();
        let answer = search.answer.as_ref().map(|answer| {
            let html = render(&answer.markdown, "", 3, Anchoring::Off, &self.place, texts).html;
            context! {
                text => Value::from_safe_string(html),
                title => &answer.title,
                path => path_to(answer.id, &answer.title, answer.anchor.as_deref()),
                lang => html_lang(&answer.lang),
            }
        });
        let meant = search.did_you_mean.as_deref().filter(|meant| meant.trim() != query);
        let about = About {
            lang,
            title: if query.is_empty() { texts.search } else { &heading },
            description: texts.search_label.to_owned(),
            path: String::new(),
            versions: self
                .site
                .languages
                .iter()
                .map(|other| (other.lang.clone(), self.place.search_for(&other.lang, &query)))
                .collect(),
            indexing: Indexing::Forbidden,
            og_type: "website",
            data: vec![],
            query: &query,
            top_search: TopSearch::Shown,
        };
        let values = context! {
            frame => Value::from(Serde(Frame::new(self, about))),
            heading => heading,
            asked => !query.is_empty(),
            results => results,
            answer => answer,
            meant => meant.map(|meant| context! { text => meant, path => self.place.search_for(lang, meant) }),
            popular => Value::from(Serde(self.items(lang, &search.popular))),
        };
        let mut page = self.page("search", values, None)?;
        page.keep = Keep::Private;
        Ok(page)
    }

    /// The page for an address that leads nowhere (404).
    ///
    /// # Errors
    /// Only by a fault of the program.
    pub fn not_found(&self, lang: &str) -> Result<Page, PageError> {
        let texts = Texts::of(lang);
        self.absent(lang, 404, texts.not_found, texts.not_found_text, &[])
    }

    /// The page in place of an article that was archived, is no longer valid or is no longer public (410). `instead`: articles that
    /// may help.
    ///
    /// # Errors
    /// Only by a fault of the program.
    pub fn gone(&self, lang: &str, instead: &[ArticleLink]) -> Result<Page, PageError> {
        let texts = Texts::of(lang);
        self.absent(lang, 410, texts.gone, texts.gone_text, instead)
    }

    fn absent(
        &self,
        lang: &str,
        status: u16,
        title: &str,
        text: &str,
        instead: &[ArticleLink],
    ) -> Result<Page, PageError> {
        let about = About {
            lang,
            title,
            description: text.to_owned(),
            path: String::new(),
            versions: vec![],
            indexing: Indexing::Forbidden,
            og_type: "website",
            data: vec![],
            query: "",
            top_search: TopSearch::Absent,
        };
        let values = context! {
            frame => Value::from(Serde(Frame::new(self, about))),
            status => status,
            heading => title,
            text => text,
            instead => Value::from(Serde(self.items(lang, instead))),
        };
        let mut page = self.page("absent", values, None)?;
        page.status = status;
        Ok(page)
    }

    fn page(
        &self,
        template: &'static str,
        values: Value,
        updated_at: Option<yingda_model::Timestamp>,
    ) -> Result<Page, PageError> {
        let mut page = Page::new("text/html; charset=utf-8", fill(template, values)?, updated_at);
        page.policy = Some(self.policy.clone());
        Ok(page)
    }

    fn crumbs<'a>(&self, lang: &str, above: &'a [Category]) -> Vec<Crumb<'a>> {
        let home = Crumb { title: Texts::of(lang).help_centre, path: self.place.home(lang) };
        let rest = above
            .iter()
            .map(|category| Crumb { title: category.name(), path: self.place.category(lang, &category.path) });
        std::iter::once(home).chain(rest).collect()
    }

    fn steps(&self, crumbs: &[Crumb<'_>]) -> Vec<(String, String)> {
        crumbs.iter().map(|crumb| (crumb.title.to_owned(), self.place.absolute(&crumb.path))).collect()
    }

    fn cards<'a>(&self, lang: &str, categories: &'a [Category]) -> Vec<Card<'a>> {
        let texts = Texts::of(lang);
        categories
            .iter()
            .map(|category| Card {
                title: category.name(),
                initial: category
                    .name()
                    .chars()
                    .find(|c| c.is_alphanumeric())
                    .map(|c| c.to_uppercase().to_string())
                    .unwrap_or_default(),
                description: category.description.trim(),
                count: texts.articles(category.count),
                path: self.place.category(lang, &category.path),
                children: self.crumbs(lang, &category.children).into_iter().skip(1).take(3).collect(),
            })
            .collect()
    }

    fn items<'a>(&self, lang: &str, articles: impl IntoIterator<Item = &'a ArticleLink>) -> Vec<Item<'a>> {
        let texts = Texts::of(lang);
        articles
            .into_iter()
            .map(|article| Item {
                title: &article.title,
                path: self.place.article(lang, &article.title, article.id),
                summary: &article.summary,
                updated: texts.day(article.updated_at),
                updated_iso: article.updated_at.to_string(),
            })
            .collect()
    }

    fn questions<'a>(&self, lang: &str, articles: &'a [ArticleLink]) -> Vec<Question<'a>> {
        let texts = Texts::of(lang);
        articles
            .iter()
            .filter_map(|article| {
                let answer = article.answer.as_deref()?;
                let html = render(answer, &article.title, 3, Anchoring::Off, &self.place, texts).html;
                let path = self.place.article(lang, &article.title, article.id);
                Some(Question { title: &article.title, path, answer: Value::from_safe_string(html) })
            })
            .collect()
    }
}

#[derive(Serialize)]
struct Crumb<'a> {
    title: &'a str,
    path: String,
}

#[derive(Serialize)]
struct Card<'a> {
    title: &'a str,
    initial: String,
    description: &'a str,
    count: String,
    path: String,
    children: Vec<Crumb<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    title: &'a str,
    path: String,
    summary: &'a str,
    updated: String,
    updated_iso: String,
}

#[derive(Serialize)]
struct Question<'a> {
    title: &'a str,
    path: String,
    answer: Value,
}

#[derive(Serialize)]
struct Content<'a> {
    text: &'a str,
    anchor: &'a str,
    deep: bool,
}

/// The list of headings of a long article: two levels; the pages of a document that has no headings.
fn contents(headings: &[Heading]) -> Vec<Content<'_>> {
    let real: Vec<_> = headings.iter().filter(|heading| (2..=3).contains(&heading.level)).collect();
    let list = if real.is_empty() { headings.iter().collect() } else { real };
    if list.len() < LONG {
        return vec![];
    }
    list.into_iter()
        .map(|heading| Content { text: &heading.text, anchor: &heading.anchor, deep: heading.level == 3 })
        .collect()
}

fn pieces(marked: &Marked) -> Vec<Value> {
    marked.pieces().into_iter().map(|(text, found)| context! { text => text, found => found }).collect()
}
