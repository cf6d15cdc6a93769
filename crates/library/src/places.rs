//! Where entries stand in the company's help centre.

use yingda_desk::SiteSettings;
use yingda_helpcentre::{Place, encoded_anchor};
use yingda_knowledge::{Audience, Entry};
use yingda_model::EntryId;
use yingda_store::Site;

use crate::View;
use crate::files::language;

/// The kind of inbox whose customers are on pages that this server gives: a path leads them where an address does.
const WEB: &str = "web";

/// A help centre that is shown.
struct Shelf {
    place: Place,
    /// Whether anybody reaches it by an address of its own.
    has_address: bool,
    languages: Vec<String>,
    category: Option<String>,
}

/// The help centres of a workspace.
#[derive(Default)]
pub(crate) struct Places(Vec<Shelf>);

impl Places {
    /// Sites that are not shown, or cannot be read, are left out.
    pub fn of(sites: &[Site]) -> Self {
        let shelf = |site: &Site| {
            let settings = SiteSettings::of(site).ok().filter(|settings| settings.enabled)?;
            let own = settings.base_url.as_deref().map(|url| url.trim_end_matches('/')).and_then(|url| {
                let host = url.find("://")? + 3;
                let end = url[host..].find('/').map_or(url.len(), |at| host + at);
                Place::new(&url[..end], &url[end..], &[]).ok()
            });
            let has_address = own.is_some();
            let here = || Place::new("http://localhost", &format!("/help/{}", site.slug), &[]).ok();
            let place = own.or_else(here)?;
            Some(Shelf { place, has_address, languages: settings.languages, category: settings.category })
        };
        Self(sites.iter().filter_map(shelf).collect())
    }

    /// The address at which the view can read an entry, or the path on this server; `anchor` is that of a section, or empty.
    /// `None` when no help centre shows it.
    pub fn find(&self, entry: &Entry, anchor: &str, view: &View) -> Option<String> {
        if entry.audience != Audience::Public || self.0.is_empty() {
            return None;
        }
        let id: EntryId = entry.id.parse().ok()?;
        let lang = match &entry.lang {
            Some(lang) => lang.split(['-', '_']).next().map(str::to_ascii_lowercase),
            None => language(&entry.answer),
        };
        let holds = |shelf: &&Shelf| {
            let is_within = |root: &str| {
                let category = entry.category.as_deref().unwrap_or_default();
                category.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            shelf.category.as_deref().is_none_or(is_within)
                && lang.as_ref().is_none_or(|lang| shelf.languages.contains(lang))
                && (shelf.has_address || view.channel.as_deref() == Some(WEB))
        };
        let shelf = self.0.iter().find(holds)?;
        let lang = lang.as_ref().or(shelf.languages.first())?;
        // Without the title: short, and the page leads on to its whole address.
        let path = shelf.place.article(lang, "", id);
        let address = if shelf.has_address { shelf.place.absolute(&path) } else { path };
        Some(if anchor.is_empty() { address } else { format!("{address}#{}", encoded_anchor(anchor)) })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;
    use yingda_model::{SiteId, Timestamp};

    use super::*;

    const ID: &str = "0192f0c1-2345-7abc-8def-0123456789ab";

    fn site(settings: serde_json::Value) -> Site {
        let mut all = json!({"zh": {"name": "店"}, "en": {"name": "Shop"}});
        all.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
        let id: SiteId = ID.parse().unwrap();
        Site { id, slug: "shop".into(), settings: all, created_at: Timestamp(0), updated_at: Timestamp(0) }
    }

    fn entry() -> Entry {
        Entry { lang: Some("zh-CN".into()), category: Some("orders/returns".into()), ..Entry::new(ID, "退货", "…") }
    }

    fn found(settings: serde_json::Value, entry: &Entry, channel: &str) -> Option<String> {
        Places::of(&[site(settings)]).find(entry, "退货 政策", &View::public(Timestamp(0)).through(channel))
    }

    #[test]
    fn an_entry_is_linked_where_a_help_centre_shows_it() {
        let own = found(json!({"base_url": "https://help.example.com/kb/"}), &entry(), "email").unwrap();
        assert!(
            own.starts_with("https://help.example.com/kb/zh/a/")
                && own.ends_with("#%E9%80%80%E8%B4%A7%20%E6%94%BF%E7%AD%96"),
            "{own}"
        );
        let here = found(json!({}), &entry(), "web").unwrap();
        assert!(here.starts_with("/help/shop/zh/a/"), "{here}");
        assert_eq!(found(json!({}), &entry(), "email"), None, "a path leads nowhere outside of the web");
        assert!(found(json!({"category": "orders"}), &entry(), "web").is_some());
        for settings in [json!({"enabled": false}), json!({"category": "order"}), json!({"languages": ["en"]})] {
            assert_eq!(found(settings.clone(), &entry(), "web"), None, "{settings}");
        }
        let internal = Entry { audience: Audience::Agents, ..entry() };
        assert_eq!(found(json!({}), &internal, "web"), None, "only what is public is shown there");
    }
}
