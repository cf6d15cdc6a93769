//! What a company says about its help centre: its name, languages, colour and ways to be reached.

use serde::{Deserialize, Serialize};

use crate::colour::{BadColour, Colour};
use crate::links::is_safe;

/// Settings of a help centre. There may be several, one for each brand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Its name in addresses: 1 to 60 of `a` to `z`, `0` to `9` and `-`.
    pub slug: String,
    /// At least one. The order is that of the language switch.
    pub languages: Vec<SiteLanguage>,
    /// One of the languages: for visitors whose browser asks for none of them.
    pub default_language: String,
    /// Address of a picture, shown before the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<String>,
    /// The brand's colour, `#rrggbb`. One that cannot be read on white is made darker.
    pub accent: String,
    /// Where "contact us" leads: `https:`, `mailto:`, `tel:`, or a path of the same host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// The chat in the corner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chat: Option<Chat>,
}

/// What a help centre says about itself in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SiteLanguage {
    /// `zh`, `en` or another BCP 47 tag, as in the entries. Pages speak Chinese for `zh…`, English otherwise.
    pub lang: String,
    /// The brand's name.
    pub name: String,
    /// The heading of the first page; absent: "How can we help?".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tagline: Option<String>,
    /// One or two sentences about the help centre, for the first page and search engines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Links at the bottom of every page.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<SiteLink>,
}

/// A link at the bottom of every page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SiteLink {
    pub title: String,
    pub url: String,
}

/// A chat in the corner of every page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Chat {
    /// Origin of the server that serves `/widget/yingda.js`, such as `https://desk.example.com`; absent: the host of the help
    /// centre itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    /// The inbox's public key.
    pub inbox: String,
}

/// Settings that no help centre can be shown with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSite {
    #[error("expected a name for addresses of 1 to 60 of a-z, 0-9 and '-', got {0:?}")]
    Slug(String),
    #[error("expected at least one language, got none")]
    NoLanguage,
    #[error("expected a language tag such as zh or en-GB, got {0:?}")]
    Language(String),
    #[error("the language {0:?} is there twice; keep one")]
    LanguageTwice(String),
    #[error("the default language {0:?} is none of the site's languages; choose one of them or add it")]
    DefaultLanguage(String),
    #[error("expected a name of the brand in the language {0:?}, got none")]
    Name(String),
    #[error("accent: {0}")]
    Accent(#[from] BadColour),
    #[error("expected an address with https:, http:, mailto: or tel:, or a path such as /contact, got {0:?}")]
    Link(String),
    #[error("expected the origin of the chat's server such as https://desk.example.com, got {0:?}")]
    ChatServer(String),
    #[error("expected the inbox's public key, got {0:?}")]
    ChatInbox(String),
}

impl Site {
    /// Checks the settings; [`crate::Centre::new`] does so too.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self) -> Result<(), BadSite> {
        let fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if !(1..=60).contains(&self.slug.len()) || !self.slug.chars().all(fine) {
            return Err(BadSite::Slug(self.slug.clone()));
        }
        if self.languages.is_empty() {
            return Err(BadSite::NoLanguage);
        }
        for (index, language) in self.languages.iter().enumerate() {
            let lang = &language.lang;
            if !is_tag(lang) {
                return Err(BadSite::Language(lang.clone()));
            }
            if self.languages[..index].iter().any(|earlier| earlier.lang.eq_ignore_ascii_case(lang)) {
                return Err(BadSite::LanguageTwice(lang.clone()));
            }
            if language.name.trim().is_empty() {
                return Err(BadSite::Name(lang.clone()));
            }
        }
        if !self.languages.iter().any(|language| language.lang == self.default_language) {
            return Err(BadSite::DefaultLanguage(self.default_language.clone()));
        }
        Colour::parse(&self.accent)?;
        let links = self.languages.iter().flat_map(|language| &language.links).map(|link| &link.url);
        for url in self.logo.iter().chain(&self.contact).chain(links) {
            if !is_safe(url) {
                return Err(BadSite::Link(url.clone()));
            }
        }
        if let Some(chat) = &self.chat {
            if let Some(server) = &chat.server
                && crate::Place::new(server, "", &[]).is_err()
            {
                return Err(BadSite::ChatServer(server.clone()));
            }
            let fine = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
            if chat.inbox.is_empty() || !chat.inbox.chars().all(fine) {
                return Err(BadSite::ChatInbox(chat.inbox.clone()));
            }
        }
        Ok(())
    }

    /// What the site says in a language; in its default language when it does not speak that one.
    pub(crate) fn language(&self, lang: &str) -> Option<&SiteLanguage> {
        self.languages
            .iter()
            .find(|language| language.lang == lang)
            .or_else(|| self.languages.iter().find(|language| language.lang == self.default_language))
            .or_else(|| self.languages.first())
    }

    /// The language for a visitor whose browser says `Accept-Language: …` (RFC 9110 §12.5.4, RFC 4647 look-up): the one they like
    /// best among the site's, else its default.
    pub fn choose_language(&self, accept_language: Option<&str>) -> &str {
        let mut wishes: Vec<(&str, f32)> = accept_language
            .unwrap_or_default()
            .split(',')
            .take(20)
            .map(|wish| {
                let (tag, q) = wish.split_once(";q=").unwrap_or((wish, "1"));
                (tag.trim(), q.trim().parse().unwrap_or(0.0))
            })
            .filter(|&(_, q)| q > 0.0)
            .collect();
        wishes.sort_by(|a, b| b.1.total_cmp(&a.1));
        let first = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
        wishes
            .iter()
            .find_map(|&(tag, _)| {
                let same = |language: &&SiteLanguage| language.lang.eq_ignore_ascii_case(tag);
                let akin = |language: &&SiteLanguage| first(&language.lang) == first(tag);
                self.languages.iter().find(same).or_else(|| self.languages.iter().find(akin))
            })
            .map_or(self.default_language.as_str(), |language| &language.lang)
    }
}

/// A language tag that can stand in an address: `zh`, `en-GB`, `zh-Hant-TW`.
fn is_tag(lang: &str) -> bool {
    lang.len() <= 35
        && lang.split('-').enumerate().all(|(index, part)| match index {
            0 => (2..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphabetic()),
            _ => (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()),
        })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn site() -> Site {
        let language = |lang: &str| SiteLanguage {
            lang: lang.to_owned(),
            name: "Lumen".to_owned(),
            tagline: None,
            description: None,
            links: vec![],
        };
        Site {
            slug: "lumen".to_owned(),
            languages: vec![language("zh"), language("en")],
            default_language: "zh".to_owned(),
            logo: None,
            accent: "#0b57d0".to_owned(),
            contact: Some("mailto:help@example.com".to_owned()),
            chat: None,
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        assert_eq!(site().check(), Ok(()));
        let wrong = |change: fn(&mut Site)| {
            let mut site = site();
            change(&mut site);
            site.check().unwrap_err().to_string()
        };
        assert!(wrong(|site| site.slug = "a/b".into()).contains("a/b"));
        assert!(wrong(|site| site.languages.clear()).contains("at least one language"));
        assert!(wrong(|site| site.languages[0].lang = "zh\"".into()).contains("language tag"));
        assert!(wrong(|site| site.languages[0].lang = "assets".into()).contains("language tag"));
        assert!(wrong(|site| site.languages[1].lang = "ZH".into()).contains("twice"));
        assert!(wrong(|site| site.default_language = "de".into()).contains("default language"));
        assert!(wrong(|site| site.accent = "red;}".into()).contains("#0a7cff"));
        assert!(wrong(|site| site.contact = Some("javascript:alert(1)".into())).contains("https:"));
        assert!(wrong(|site| site.logo = Some("data:text/html,x".into())).contains("https:"));
        let chat = |server: &str, inbox: &str| Chat { server: Some(server.into()), inbox: inbox.into() };
        let mut site = site();
        site.chat = Some(chat("https://a b; script-src *", "k"));
        assert!(matches!(site.check(), Err(BadSite::ChatServer(_))));
        site.chat = Some(chat("https://a", "\"><script>"));
        assert!(matches!(site.check(), Err(BadSite::ChatInbox(_))));
    }

    #[test]
    fn visitors_get_the_language_they_like_best() {
        let site = site();
        for (header, expected) in [
            (None, "zh"),
            (Some("en-GB,en;q=0.9,zh;q=0.8"), "en"),
            (Some("de, fr;q=0.9"), "zh"),
            (Some("zh-CN;q=0.3, en;q=0.4"), "en"),
            (Some("en;q=0, de"), "zh"),
            (Some(";;;,=,q"), "zh"),
        ] {
            assert_eq!(site.choose_language(header), expected, "{header:?}");
        }
    }
}
