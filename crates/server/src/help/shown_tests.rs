#![allow(clippy::unwrap_used)]

use uuid::Uuid;

use super::*;

const NOW: Timestamp = Timestamp(1_000_000);

fn id(n: u128) -> EntryId {
    Uuid::from_u128(n).into()
}

fn item(n: u128, lang: &str, category: Option<&str>) -> Item {
    Item {
        id: id(n),
        kind: EntryKind::Faq,
        title: format!("Entry {n}"),
        summary: String::new(),
        lang: lang.into(),
        category: category.map(str::to_owned),
        tags: vec![],
        key: None,
        valid_from: None,
        valid_until: None,
        updated_at: Timestamp(i64::try_from(n).unwrap()),
        files: vec![],
    }
}

fn shown(items: Vec<Item>, settings: &SiteSettings) -> Shown {
    let items = items.into_iter().map(|item| (item.id, Arc::new(item))).collect();
    Shown::of(&Shelf { revision: 1, items }, settings, HashMap::from([(id(1), 5)]), NOW)
}

fn paths(categories: &[Category]) -> Vec<(&str, usize)> {
    categories.iter().map(|category| (category.path.as_str(), category.count)).collect()
}

#[test]
fn categories_count_what_is_below_them_in_one_language() {
    let items = vec![
        item(1, "zh", Some("orders/returns")),
        item(2, "zh", Some("orders")),
        item(3, "en", Some("orders")),
        item(4, "zh", None),
        item(5, "zh", None),
        item(6, "zh", None),
    ];
    let shown = shown(items, &SiteSettings::default());
    let categories = shown.categories("zh");
    assert_eq!(paths(&categories), [("orders", 2), ("other", 3)], "what has no category comes last");
    assert_eq!(paths(&categories[0].children), [("orders/returns", 1)]);
    assert_eq!(categories[1].title, "其他");
    assert_eq!(paths(&shown.categories("en")), [("orders", 1)]);
    assert_eq!(shown.translations_of_category("orders", "zh"), ["en"]);
    assert!(shown.category("orders/returns", "en").is_none());
}

#[test]
fn a_site_of_one_category_shows_nothing_else() {
    let items = vec![
        item(1, "en", Some("shop")),
        item(2, "en", Some("shop/a/b")),
        item(3, "en", Some("shopping")),
        item(4, "en", None),
    ];
    let settings = SiteSettings { category: Some("shop".into()), ..SiteSettings::default() };
    let shown = shown(items, &settings);
    assert_eq!(paths(&shown.categories("en")), [("shop", 2), ("shop/a", 1)]);
    assert!(shown.item(id(3)).is_none() && shown.item(id(4)).is_none());
    let way: Vec<_> = shown.way(Some("shop/a/b"), "en").into_iter().map(|category| category.path).collect();
    assert_eq!(way, ["shop", "shop/a", "shop/a/b"]);
}

#[test]
fn entries_of_no_language_count_as_the_first_of_the_site_and_others_are_left_out() {
    let shown = shown(vec![item(1, "", None), item(2, "de", None)], &SiteSettings::default());
    assert_eq!(shown.item(id(1)).unwrap().lang, "zh");
    assert!(shown.item(id(2)).is_none());
}

#[test]
fn what_is_not_valid_is_not_there() {
    let early = Item { valid_from: Some(Timestamp(NOW.0 + 1)), ..item(1, "zh", None) };
    let late = Item { valid_until: Some(NOW), ..item(2, "zh", None) };
    let now = Item { valid_from: Some(NOW), valid_until: Some(Timestamp(NOW.0 + 1)), ..item(3, "zh", None) };
    let shown = shown(vec![early, late, now], &SiteSettings::default());
    assert_eq!([1, 2, 3].map(|n| shown.item(id(n)).is_some()), [false, false, true]);
}

#[test]
fn categories_are_called_as_the_site_says() {
    let name = CategoryName { path: "gift-cards".into(), zh: "礼品卡".into(), en: String::new() };
    let settings = SiteSettings { category_names: vec![name], ..SiteSettings::default() };
    let shown = shown(vec![], &settings);
    assert_eq!(shown.title("gift-cards", "zh"), "礼品卡");
    assert_eq!(shown.title("gift-cards", "en"), "Gift cards");
    assert_eq!(shown.title("orders/late_parcels", "en"), "Late parcels");
}

#[test]
fn popular_is_what_is_used_and_related_is_of_the_same_category() {
    let tagged = Item { tags: vec!["x".into()], ..item(2, "zh", Some("a")) };
    let like = Item { tags: vec!["x".into()], ..item(3, "zh", Some("a")) };
    let items = vec![item(1, "zh", Some("a")), tagged, like, item(4, "zh", Some("b"))];
    let shown = shown(items, &SiteSettings::default());
    let ids = |links: Vec<ArticleLink>| links.into_iter().map(|link| link.id).collect::<Vec<_>>();
    assert_eq!(ids(shown.popular("zh")), [id(1)]);
    assert_eq!(ids(shown.recent("zh")), [id(4), id(3), id(2), id(1)]);
    assert_eq!(ids(shown.related(shown.item(id(2)).unwrap())), [id(3), id(1)]);
}
