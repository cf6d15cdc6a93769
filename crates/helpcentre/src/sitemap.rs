//! For search engines: the sitemap (sitemaps.org protocol 0.9, with language alternates) and robots.txt; for readers of feeds: Atom
//! (RFC 4287).

use std::fmt::Write as _;

use time::format_description::well_known::Rfc3339;
use yingda_model::Timestamp;

use crate::centre::Centre;
use crate::content::{ArticleLink, Translation};
use crate::page::Page;
use crate::texts::{Texts, html_lang, moment};

/// Most addresses that a file may have.
const MOST_ADDRESSES: usize = 50_000;
/// Most bytes that a file may have: 50 MB, less what stands around the addresses.
const MOST_BYTES: usize = 52_428_800 - 4_096;

/// A page in the sitemap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SitemapEntry {
    lang: String,
    path: String,
    updated_at: Option<Timestamp>,
    /// Languages and paths, with this one.
    alternates: Vec<(String, String)>,
}

impl Centre {
    /// The first page in each language.
    pub fn sitemap_homes(&self, updated_at: Option<Timestamp>) -> Vec<SitemapEntry> {
        let place = self.place();
        let alternates: Vec<_> =
            self.site().languages.iter().map(|language| (language.lang.clone(), place.home(&language.lang))).collect();
        let entry = |(lang, path): &(String, String)| SitemapEntry {
            lang: lang.clone(),
            path: path.clone(),
            updated_at,
            alternates: alternates.clone(),
        };
        alternates.iter().map(entry).collect()
    }

    /// A category's page in one language. `langs`: all languages that have it.
    pub fn sitemap_category(
        &self,
        lang: &str,
        category: &str,
        langs: &[&str],
        updated_at: Option<Timestamp>,
    ) -> SitemapEntry {
        let alternate = |&lang: &&str| (lang.to_owned(), self.place().category(lang, category));
        let alternates = langs.iter().map(alternate).collect();
        SitemapEntry { lang: lang.to_owned(), path: self.place().category(lang, category), updated_at, alternates }
    }

    /// An article's page in one language, with its translations.
    pub fn sitemap_article(&self, lang: &str, article: &ArticleLink, translations: &[Translation]) -> SitemapEntry {
        let path = self.place().article(lang, &article.title, article.id);
        let mut alternates = vec![(lang.to_owned(), path.clone())];
        for translation in translations.iter().filter(|translation| translation.lang != lang) {
            let path = self.place().article(&translation.lang, &translation.title, translation.id);
            alternates.push((translation.lang.clone(), path));
        }
        SitemapEntry { lang: lang.to_owned(), path, updated_at: Some(article.updated_at), alternates }
    }

    /// The files of the sitemap, with their names. The first is `sitemap.xml`; beyond 50,000 addresses (or 50 MB) it is the index
    /// of `sitemap-1.xml`, `sitemap-2.xml` ….
    pub fn sitemap(&self, entries: &[SitemapEntry]) -> Vec<(String, Page)> {
        let mut files: Vec<(String, Option<Timestamp>, usize)> = vec![];
        for entry in entries {
            let address = self.sitemap_address(entry);
            match files.last_mut() {
                Some((body, latest, count)) if *count < MOST_ADDRESSES && body.len() + address.len() < MOST_BYTES => {
                    body.push_str(&address);
                    *latest = (*latest).max(entry.updated_at);
                    *count += 1;
                }
                _ => files.push((address, entry.updated_at, 1)),
            }
        }
        let latest = entries.iter().filter_map(|entry| entry.updated_at).max();
        if files.len() <= 1 {
            let body = files.pop().map(|(body, _, _)| body).unwrap_or_default();
            return vec![("sitemap.xml".to_owned(), xml(urlset(&body), latest))];
        }
        let mut index = String::from(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
        );
        let mut parts = vec![];
        for (number, (body, latest, _)) in (1..).zip(files) {
            let name = format!("sitemap-{number}.xml");
            let address = self.place().absolute(&format!("{}/{name}", self.place().base()));
            // Writing to a string cannot fail.
            let _ = writeln!(index, "<sitemap><loc>{}</loc>{}</sitemap>", escape(&address), lastmod(latest));
            parts.push((name, xml(urlset(&body), latest)));
        }
        index.push_str("</sitemapindex>\n");
        parts.insert(0, ("sitemap.xml".to_owned(), xml(index, latest)));
        parts
    }

    fn sitemap_address(&self, entry: &SitemapEntry) -> String {
        let place = self.place();
        let mut address =
            format!("<url><loc>{}</loc>{}", escape(&place.absolute(&entry.path)), lastmod(entry.updated_at));
        for (lang, path) in self.alternates(&entry.lang, &entry.alternates) {
            // Writing to a string cannot fail.
            let _ = write!(
                address,
                "<xhtml:link rel=\"alternate\" hreflang=\"{}\" href=\"{}\"/>",
                escape(&lang),
                escape(&place.absolute(&path))
            );
        }
        address.push_str("</url>\n");
        address
    }

    /// `hreflang` and path of each version of a page, with `x-default`; nothing when there is only one.
    pub(crate) fn alternates(&self, lang: &str, versions: &[(String, String)]) -> Vec<(String, String)> {
        if versions.len() < 2 {
            return vec![];
        }
        let path_of = |wanted: &str| versions.iter().find(|(lang, _)| lang == wanted).map(|(_, path)| path.clone());
        let default = path_of(&self.site().default_language).or_else(|| path_of(lang));
        let each = versions.iter().map(|(lang, path)| (html_lang(lang).to_owned(), path.clone()));
        each.chain(default.map(|path| ("x-default".to_owned(), path))).collect()
    }

    /// robots.txt. It holds only at the root of a host, so a help centre below a path is found by its sitemap's address alone.
    pub fn robots(&self) -> Page {
        let base = self.place().base();
        let body = format!(
            "User-agent: *\nDisallow: {base}/*/search\nDisallow: {base}/*/feedback\n\nSitemap: {}\n",
            self.place().absolute(&self.place().sitemap())
        );
        Page::new("text/plain; charset=utf-8", body, None)
    }

    /// The feed of changed articles in a language, latest first.
    pub fn feed(&self, lang: &str, articles: &[ArticleLink]) -> Page {
        let place = self.place();
        let brand = self.site().language(lang).map(|language| language.name.as_str()).unwrap_or_default();
        let texts = Texts::of(lang);
        let (own, home) = (place.absolute(&place.feed(lang)), place.absolute(&place.home(lang)));
        let latest = articles.iter().map(|article| article.updated_at).max();
        let mut body = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n\
             <id>{own}</id><title>{}</title><updated>{}</updated>\n<link rel=\"self\" href=\"{own}\"/><link href=\"{home}\"/>\n\
             <author><name>{}</name></author>\n",
            escape(html_lang(lang)),
            escape(&texts.centre_of(brand)),
            rfc3339(latest.unwrap_or_default()),
            escape(brand),
            own = escape(&own),
            home = escape(&home),
        );
        for article in articles {
            // Writing to a string cannot fail.
            let _ = writeln!(
                body,
                "<entry><id>urn:uuid:{}</id><title>{}</title><updated>{}</updated><link href=\"{}\"/><summary>{}</summary></entry>",
                article.id,
                escape(&article.title),
                rfc3339(article.updated_at),
                escape(&place.absolute(&place.article(lang, &article.title, article.id))),
                escape(&article.summary),
            );
        }
        body.push_str("</feed>\n");
        Page::new("application/atom+xml; charset=utf-8", body, latest)
    }
}

fn xml(body: String, latest: Option<Timestamp>) -> Page {
    Page::new("application/xml; charset=utf-8", body, latest)
}

fn urlset(addresses: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" \
         xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">\n{addresses}</urlset>\n"
    )
}

fn lastmod(at: Option<Timestamp>) -> String {
    at.map(|at| format!("<lastmod>{}</lastmod>", rfc3339(at))).unwrap_or_default()
}

pub(crate) fn rfc3339(at: Timestamp) -> String {
    // Every date that `moment` gives has four digits of a year.
    moment(at).format(&Rfc3339).unwrap_or_default()
}

/// Text for XML 1.0: what it cannot hold is left out.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' | '\n' | '\r' => escaped.push(c),
            c if c < ' ' || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => escaped.push(c),
        }
    }
    escaped
}
