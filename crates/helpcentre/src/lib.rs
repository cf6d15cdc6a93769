//! The pages of the public help centre: published entries of the knowledge base in, HTML, XML and their headers out. Nothing here
//! reads a clock, a database or the network.
//!
//! A [`Centre`] is made once for each site from its settings ([`Site`]) and its place on the network ([`Place`]). Each of its
//! methods makes one kind of [`Page`]:
//!
//! | path below the base | page |
//! |---|---|
//! | `/` | redirect to [`Site::choose_language`] |
//! | `/{lang}/` | [`Centre::home`] |
//! | `/{lang}/c/{category path}` | [`Centre::category`] |
//! | `/{lang}/a/{title}-{short id}` | [`Centre::article`]; the id by [`article_id`] |
//! | `/{lang}/a/{title}-{short id}/feedback` | POST: [`Feedback::read`], then 303 to [`FeedbackState::address`] |
//! | `/{lang}/search?q=` | [`Centre::search`] |
//! | `/{lang}/feed.xml` | [`Centre::feed`] |
//! | `/sitemap.xml`, `/sitemap-{n}.xml` | [`Centre::sitemap`] |
//! | `/robots.txt` | [`Centre::robots`] |
//! | `/assets/{name}` | [`Centre::asset`] |
//! | what is not there, or no longer | [`Centre::not_found`], [`Centre::gone`] |
//!
//! Pages need no JavaScript, have nothing inline that a policy would have to allow, and meet WCAG 2.2 AA.

mod anchor;
mod assets;
mod centre;
mod colour;
mod content;
mod decorate;
mod feedback;
mod frame;
mod links;
mod markdown;
mod page;
mod palette;
mod place;
mod policy;
mod site;
mod sitemap;
mod structured;
mod templates;
mod texts;

pub use anchor::{Anchors, slug};
pub use centre::Centre;
pub use colour::{BadColour, Colour};
pub use content::{
    Article, ArticleLink, Attachment, Category, CategoryPage, Home, Marked, SearchAnswer, SearchPage, SearchResult,
    Translation,
};
pub use feedback::{Feedback, FeedbackState, Vote};
pub use page::{Keep, Page, http_date};
pub use palette::{Palette, READABLE, Scheme};
pub use place::{BadPlace, Place, article_id, encoded_anchor, short_id};
pub use site::{BadSite, Chat, Site, SiteLanguage, SiteLink};
pub use sitemap::SitemapEntry;
pub use templates::PageError;

/// The beginning of an entry's text for lists and feeds: plain, on one line, at most about 160 characters.
pub fn summary(markdown: &str) -> String {
    markdown::excerpt(&markdown::plain(markdown), 160)
}
