//! Public sites of articles.

use serde::{Deserialize, Serialize};
use yingda_model::{EntryId, Permission, Scope, SiteId};
use yingda_store::{Comment, Site, StoreError, Used};

use crate::conversations::require;
use crate::{Desk, DeskError};

/// What a site says of itself in one language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SiteText {
    /// Name of the brand.
    pub name: String,
    /// A sentence under the name.
    pub tagline: String,
}

/// What a category is called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CategoryName {
    /// The category, such as `orders/returns`.
    pub path: String,
    /// Its name in each language; empty: the last part of the path.
    pub zh: String,
    pub en: String,
}

/// What a site is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SiteSettings {
    pub zh: SiteText,
    pub en: SiteText,
    /// The languages that it is shown in, the first where nothing else is asked for: `zh`, `en`.
    pub languages: Vec<String>,
    /// `#rrggbb`.
    pub accent: String,
    /// Only entries of this category and below; absent: all.
    pub category: Option<String>,
    /// What categories are called; without a name here they are called by the last part of their path.
    pub category_names: Vec<CategoryName>,
    /// The public key of the web inbox whose chat is on the pages; absent: none.
    pub inbox_key: Option<String>,
    /// Where the site is reached, if not at `/help/SLUG`: `https://help.example.com`.
    pub base_url: Option<String>,
    /// Whether it is shown.
    pub enabled: bool,
}

/// Most categories that a site has names for.
const MOST_CATEGORY_NAMES: usize = 500;

impl Default for SiteSettings {
    fn default() -> Self {
        Self {
            zh: SiteText::default(),
            en: SiteText::default(),
            languages: vec!["zh".into(), "en".into()],
            accent: "#2563eb".into(),
            category: None,
            category_names: Vec::new(),
            inbox_key: None,
            base_url: None,
            enabled: true,
        }
    }
}

impl SiteSettings {
    /// Reads what the store keeps.
    ///
    /// # Errors
    /// When it is not a site's.
    pub fn of(site: &Site) -> Result<Self, DeskError> {
        serde_json::from_value(site.settings.clone())
            .map_err(|error| DeskError::invalid("site", format!("the stored settings cannot be read: {error}")))
    }

    fn check(&self) -> Result<(), DeskError> {
        if self.languages.is_empty() || self.languages.iter().any(|lang| !matches!(lang.as_str(), "zh" | "en")) {
            return Err(DeskError::invalid("languages", "expected zh, en or both"));
        }
        for lang in &self.languages {
            let (field, text) = if lang == "zh" { ("zh", &self.zh) } else { ("en", &self.en) };
            super::text(field, &text.name, 100)?;
            if !text.tagline.is_empty() {
                super::text(field, &text.tagline, 300)?;
            }
        }
        let is_colour = self
            .accent
            .strip_prefix('#')
            .is_some_and(|hex| hex.len() == 6 && hex.chars().all(|digit| digit.is_ascii_hexdigit()));
        if !is_colour {
            return Err(DeskError::invalid("accent", "expected a colour such as #2563eb"));
        }
        self.category.iter().try_for_each(|category| super::text("category", category, 100))?;
        if self.category_names.len() > MOST_CATEGORY_NAMES {
            return Err(DeskError::invalid(
                "category_names",
                format!("expected at most {MOST_CATEGORY_NAMES}, got {}", self.category_names.len()),
            ));
        }
        for name in &self.category_names {
            super::text("category_names", &name.path, 100)?;
            for shown in [&name.zh, &name.en] {
                if !shown.is_empty() {
                    super::text("category_names", shown, 100)?;
                }
            }
        }
        self.inbox_key.iter().try_for_each(|key| super::text("inbox_key", key, 100))?;
        if let Some(url) = &self.base_url {
            super::text("base_url", url, 300)?;
            if !(url.starts_with("https://") || url.starts_with("http://"))
                || url.contains(['"', '<', '>', ' ', '?', '#'])
            {
                return Err(DeskError::invalid("base_url", "expected an address such as https://help.example.com"));
            }
        }
        Ok(())
    }
}

impl Desk {
    pub async fn sites(&self, scope: &Scope) -> Result<Vec<Site>, DeskError> {
        require(scope, Permission::ReadKnowledge)?;
        Ok(self.store().read(scope).sites().await?)
    }

    /// Stores a site: a new one, or an old one's new state.
    pub async fn put_site(
        &self,
        scope: &Scope,
        id: Option<SiteId>,
        slug: String,
        settings: SiteSettings,
    ) -> Result<Site, DeskError> {
        require(scope, Permission::WriteSettings)?;
        let is_name = (1..=60).contains(&slug.len())
            && slug.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
            && !slug.starts_with('-')
            && !slug.ends_with('-');
        if !is_name {
            return Err(DeskError::invalid(
                "slug",
                "expected 1 to 60 of a-z, 0-9 and - (not at the ends), such as acme",
            ));
        }
        settings.check()?;
        let settings =
            serde_json::to_value(&settings).map_err(|error| DeskError::invalid("site", error.to_string()))?;
        let now = self.now();
        let new_id: SiteId = self.world().uuid().into();
        let stored = self
            .store()
            .write(scope, move |tx| {
                let (slug, settings) = (slug.clone(), settings.clone());
                Box::pin(async move {
                    let created_at = match id {
                        Some(id) => tx.site(id).await?.created_at,
                        None => now,
                    };
                    let site = Site { id: id.unwrap_or(new_id), slug, settings, created_at, updated_at: now };
                    Ok(tx.put_site(&site).await?.then_some(site))
                })
            })
            .await
            .map_err(|error: StoreError| DeskError::from(error))?;
        stored.ok_or_else(|| DeskError::invalid("slug", "another site of this installation has this name"))
    }

    pub async fn delete_site(&self, scope: &Scope, id: SiteId) -> Result<(), DeskError> {
        require(scope, Permission::WriteSettings)?;
        self.store()
            .write(scope, move |tx| Box::pin(async move { tx.delete_site(id).await }))
            .await
            .map_err(|error: StoreError| DeskError::from(error))
    }

    /// Counts a reader's judgement of an entry: [`Used::Helpful`] or [`Used::Unhelpful`].
    ///
    /// # Errors
    /// When the workspace has no such entry.
    pub async fn rate_kb_entry(&self, scope: &Scope, id: EntryId, judged: Used) -> Result<(), DeskError> {
        let now = self.now();
        self.store()
            .write(scope, move |tx| {
                Box::pin(async move {
                    tx.kb_entry(id).await?;
                    tx.count_kb_use(&[(id, judged)], now).await
                })
            })
            .await
            .map_err(|error: StoreError| DeskError::from(error))
    }

    /// Keeps what a reader wrote after judging an entry; at most 2,000 characters of it. The judgement itself is not counted
    /// again.
    ///
    /// # Errors
    /// When the workspace has no such entry.
    pub async fn comment_on_kb_entry(
        &self,
        scope: &Scope,
        id: EntryId,
        judged: Used,
        text: &str,
    ) -> Result<(), DeskError> {
        let text: String = text.trim().chars().take(2_000).collect();
        if text.is_empty() {
            return Ok(());
        }
        let comment = Comment { entry_id: id, helpful: judged == Used::Helpful, text, at: self.now() };
        let comment_id = self.world().uuid();
        self.store()
            .write(scope, move |tx| {
                let comment = comment.clone();
                Box::pin(async move {
                    tx.kb_entry(id).await?;
                    tx.insert_kb_comment(comment_id, &comment).await
                })
            })
            .await
            .map_err(|error: StoreError| DeskError::from(error))
    }

    /// What readers wrote about an entry, newest first.
    pub async fn kb_comments(&self, scope: &Scope, id: EntryId) -> Result<Vec<Comment>, DeskError> {
        require(scope, Permission::ReadKnowledge)?;
        let reader = self.store().read(scope);
        reader.kb_entry(id).await?;
        Ok(reader.kb_comments(id, 100).await?)
    }
}
