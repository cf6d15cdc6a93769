//! What stands around every page: head, header, footer.

use minijinja::Value;
use serde::Serialize;

use crate::centre::Centre;
use crate::links::leaves;
use crate::structured::embed;
use crate::texts::{Texts, direction, html_lang, language_name};

/// What a page says about itself.
pub(crate) struct About<'a> {
    pub lang: &'a str,
    /// Its own name; empty on the first page.
    pub title: &'a str,
    pub description: String,
    /// Its path; empty: it has no place of its own.
    pub path: String,
    /// Languages and paths of its versions, with its own.
    pub versions: Vec<(String, String)>,
    pub indexing: Indexing,
    pub og_type: &'static str,
    pub data: Vec<serde_json::Value>,
    /// What the reader searched for.
    pub query: &'a str,
    pub top_search: TopSearch,
}

/// Whether the search field is in the header: some pages have a large one instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TopSearch {
    Shown,
    Absent,
}

/// Whether search engines may list a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Indexing {
    Allowed,
    Forbidden,
}

/// As the layout template wants it.
#[derive(Serialize)]
pub(crate) struct Frame<'a> {
    t: &'static Texts,
    lang: &'a str,
    dir: &'static str,
    brand: &'a str,
    centre: String,
    title: String,
    description: String,
    canonical: Option<String>,
    alternates: Vec<(String, String)>,
    noindex: bool,
    og_type: &'static str,
    og_locale: String,
    data: Vec<Value>,
    query: &'a str,
    home: String,
    search: String,
    feed: String,
    logo: Option<&'a str>,
    languages: Vec<LanguageLink>,
    contact: Option<&'a str>,
    links: Vec<FooterLink<'a>>,
    chat: Option<ChatScript<'a>>,
    style: String,
    script: String,
    icon: String,
    theme_light: String,
    theme_dark: String,
    top_search: bool,
}

#[derive(Serialize)]
struct LanguageLink {
    name: String,
    lang: String,
    path: String,
    current: bool,
}

#[derive(Serialize)]
struct FooterLink<'a> {
    title: &'a str,
    url: &'a str,
    leaves: bool,
}

#[derive(Serialize)]
struct ChatScript<'a> {
    src: String,
    inbox: &'a str,
    locale: &'static str,
    colour: String,
}

impl<'a> Frame<'a> {
    pub(crate) fn new(centre: &'a Centre, about: About<'a>) -> Self {
        let (site, place) = (centre.site(), centre.place());
        let texts = Texts::of(about.lang);
        let language = site.language(about.lang);
        let brand = language.map(|language| language.name.as_str()).unwrap_or_default();
        let name = texts.centre_of(brand);
        let version = |lang: &str| about.versions.iter().find(|(other, _)| other == lang).map(|(_, path)| path.clone());
        let palette = centre.palette();
        Self {
            t: texts,
            lang: html_lang(about.lang),
            dir: direction(about.lang),
            brand,
            title: if about.title.is_empty() { name.clone() } else { format!("{} · {name}", about.title) },
            top_search: about.top_search == TopSearch::Shown,
            centre: name,
            description: about.description,
            canonical: (!about.path.is_empty()).then(|| place.absolute(&about.path)),
            alternates: centre
                .alternates(about.lang, &about.versions)
                .into_iter()
                .map(|(lang, path)| (lang, place.absolute(&path)))
                .collect(),
            noindex: about.indexing == Indexing::Forbidden,
            og_type: about.og_type,
            og_locale: html_lang(about.lang).replace('-', "_"),
            data: about.data.iter().map(|data| Value::from_safe_string(embed(data))).collect(),
            query: about.query,
            home: place.home(about.lang),
            search: place.search(about.lang),
            feed: place.feed(about.lang),
            logo: site.logo.as_deref(),
            languages: site
                .languages
                .iter()
                .map(|language| LanguageLink {
                    name: language_name(&language.lang),
                    lang: html_lang(&language.lang).to_owned(),
                    path: version(&language.lang).unwrap_or_else(|| place.home(&language.lang)),
                    current: language.lang == about.lang,
                })
                .collect(),
            contact: site.contact.as_deref(),
            links: language
                .map(|language| language.links.as_slice())
                .unwrap_or_default()
                .iter()
                .map(|link| FooterLink { title: &link.title, url: &link.url, leaves: leaves(&link.url, place) })
                .collect(),
            chat: site.chat.as_ref().map(|chat| ChatScript {
                src: format!("{}/widget/yingda.js", chat.server.as_deref().unwrap_or_default()),
                inbox: &chat.inbox,
                locale: if html_lang(about.lang).starts_with("zh") { "zh-CN" } else { "en" },
                colour: palette.light.fill.to_string(),
            }),
            style: place.asset(&centre.assets().style.name),
            script: place.asset(&centre.assets().script.name),
            icon: place.asset(&centre.assets().icon.name),
            theme_light: palette.light.ground.to_string(),
            theme_dark: palette.dark.ground.to_string(),
        }
    }
}
