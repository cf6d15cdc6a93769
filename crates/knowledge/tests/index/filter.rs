use yingda_knowledge::{Audience, Entry, EntryKind, Filter, Index, Query};

use super::support::*;

/// Entries that all answer the same question, and differ in what filters ask.
fn entries() -> Vec<Entry> {
    let base = |id: &str| entry(id, "怎么退货？", "七天内。");
    vec![
        Entry { audience: Audience::SignedIn, ..base("signed_in") },
        Entry { audience: Audience::Agents, kind: EntryKind::Article, ..base("agents") },
        Entry { audience: Audience::Team("t1".into()), ..base("team") },
        Entry { category: Some("orders/returns".into()), tags: vec!["vip".into(), "new".into()], ..base("returns") },
        Entry { category: Some("orders".into()), tags: vec!["new".into()], ..base("orders") },
        Entry { valid_from: Some(1_000), valid_until: Some(2_000), ..base("season") },
        Entry { lang: Some("en-GB".into()), ..entry("english", "怎么退货？ (how to return)", "Within 7 days.") },
    ]
}

fn found(filter: Filter) -> Vec<String> {
    let model = Runs::new(1);
    let index = Index::build(entries()).unwrap();
    index.embed_pending(&model, 100).unwrap();
    let by_words = Query { filter: filter.clone(), limit: 20, ..Query::new("怎么退货") };
    let by_meaning = Query { vector: Some(model.question("怎么退货？")), text: "🎉".into(), ..by_words.clone() };
    let sorted = |query: &Query| {
        let mut ids = ids(&index, query);
        ids.sort();
        ids
    };
    let (words, meaning) = (sorted(&by_words), sorted(&by_meaning));
    assert_eq!(words, meaning, "both sides are filtered alike");
    words
}

#[test]
fn without_a_filter_everything_is_found() {
    assert_eq!(found(Filter::default()).len(), 7);
}

#[test]
fn an_audience_sees_what_is_for_it() {
    let audiences = vec![Audience::Public, Audience::Team("t1".into())];
    assert_eq!(found(Filter { audiences, ..Filter::default() }), ["english", "orders", "returns", "season", "team"]);
    assert_eq!(found(Filter { audiences: vec![Audience::Team("t2".into())], ..Filter::default() }), [""; 0]);
}

#[test]
fn a_category_holds_those_below_it() {
    let of = |path: &str| found(Filter { category: Some(path.into()), ..Filter::default() });
    assert_eq!(of("orders"), ["orders", "returns"]);
    assert_eq!(of("/orders/returns/"), ["returns"]);
    assert_eq!(of("order"), [""; 0]);
}

#[test]
fn tags_kinds_and_languages_are_asked_for() {
    let tags =
        |tags: &[&str]| found(Filter { tags: tags.iter().map(|t| (*t).to_owned()).collect(), ..Filter::default() });
    assert_eq!(tags(&["vip"]), ["returns"]);
    assert_eq!(tags(&["vip", "new"]), ["orders", "returns"]);
    assert_eq!(found(Filter { kinds: vec![EntryKind::Article], ..Filter::default() }), ["agents"]);
    assert_eq!(found(Filter { languages: vec!["en".into()], ..Filter::default() }), ["english"]);
    assert_eq!(found(Filter { languages: vec!["zh-CN".into()], ..Filter::default() }).len(), 6);
}

#[test]
fn what_is_not_valid_then_is_not_found() {
    let at = |at| found(Filter { valid_at: Some(at), ..Filter::default() }).contains(&"season".to_owned());
    assert_eq!([at(999), at(1_000), at(1_999), at(2_000)], [false, true, true, false]);
    // The same index, asked at one time after another.
    let index = Index::build(entries()).unwrap();
    let count = |at| {
        let filter = Filter { valid_at: Some(at), ..Filter::default() };
        ids(&index, &Query { filter, limit: 20, ..Query::new("怎么退货") }).len()
    };
    assert_eq!([count(0), count(1_500), count(1_600), count(3_000), count(1_000)], [6, 7, 7, 6, 7]);
}
