//! Help centres of other programs are read from what their APIs give (`fixtures/README.md` says which).
#![allow(clippy::unwrap_used)]

use std::path::Path;

use yingda_exchange::{Format, Item, ItemState, Options, Parsed, parse, parse_as, parse_folder};
use yingda_model::{Audience, EntryKind, EntryStatus};

const CHATWOOT: &str = include_str!("fixtures/chatwoot_articles.json");
const CHATWOOT_CATEGORIES: &str = include_str!("fixtures/chatwoot_categories.json");
const CHATWOOT_PUBLIC: &str = include_str!("fixtures/chatwoot_public.json");
const ZENDESK: &str = include_str!("fixtures/zendesk_articles.json");
const ZENDESK_TRANSLATIONS: &str = include_str!("fixtures/zendesk_translations.json");
const ZENDESK_SEGMENTS: &str = include_str!("fixtures/zendesk_user_segments.json");

/// Stands for the converter of the document crate.
fn without_tags(html: &str) -> String {
    let mut text = String::new();
    let mut in_tag = false;
    for c in html.chars() {
        match c {
            '<' => in_tag = true,
            '>' => in_tag = false,
            c if !in_tag => text.push(c),
            _ => {}
        }
    }
    text.replace("&nbsp;", " ")
}

fn options() -> Options<'static> {
    Options { html_to_markdown: &without_tags, ..Options::default() }
}

fn item<'a>(parsed: &'a Parsed, id: &str) -> &'a Item {
    parsed.items.iter().find(|item| item.id.as_deref() == Some(id)).unwrap()
}

fn notes(parsed: &Parsed) -> Vec<(String, &'static str)> {
    parsed.notes.iter().map(|note| (note.place.to_string(), note.code())).collect()
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

#[test]
fn chatwoots_articles_come_with_their_translations_categories_and_states() {
    let folder = folder(&[("articles.json", CHATWOOT), ("categories.json", CHATWOOT_CATEGORIES)]);
    let parsed = parse_folder(folder.path(), &options()).unwrap();
    assert_eq!((parsed.format, parsed.refused.len()), (Format::Chatwoot, 0));
    assert_eq!(parsed.items.len(), 3);
    let english = item(&parsed, "11");
    assert_eq!((english.content.kind, english.content.lang.as_deref()), (EntryKind::Article, Some("en")));
    assert_eq!(english.content.key.as_deref(), Some("chatwoot-11"));
    assert_eq!(english.content.category.as_deref(), Some("Orders/Returns"));
    assert_eq!(english.content.tags, ["returns", "refunds"]);
    assert_eq!(english.updated_at.unwrap().0, 1_790_000_123_000);
    assert_eq!(english.place.to_string(), "articles.json, article 11");
    let chinese = item(&parsed, "12");
    assert_eq!((chinese.content.key.as_deref(), chinese.content.lang.as_deref()), (Some("chatwoot-11"), Some("zh")));
    assert_eq!(chinese.content.category.as_deref(), Some("退货"));
    assert_eq!(item(&parsed, "14").content.status, EntryStatus::Archived);
    assert_eq!(
        notes(&parsed),
        [
            ("articles.json, article 13".to_owned(), "empty_draft"),
            ("articles.json, article 11".to_owned(), "pictures_elsewhere"),
        ]
    );
    let begun = CHATWOOT.replace(
        "\"title\": \"Unfinished\",\n      \"content\": null",
        "\"title\": \"Unfinished\",\n      \"content\": \"So far\"",
    );
    let parsed = parse_as(Format::Chatwoot, begun.as_bytes(), &options()).unwrap();
    assert_eq!(item(&parsed, "13").state, ItemState::Draft);
}

#[test]
fn a_translation_is_known_from_its_original_too() {
    let text = CHATWOOT
        .replace("\"associated_article_id\": 11,", "")
        .replace("\"root_article\": { \"id\": 11", "\"other\": { \"id\": 11");
    let parsed = parse("export.json", text.as_bytes(), &options()).unwrap();
    assert_eq!(item(&parsed, "12").content.key.as_deref(), Some("chatwoot-11"));
}

#[test]
fn chatwoots_public_articles_are_read_without_their_categories() {
    let parsed = parse("articles.json", CHATWOOT_PUBLIC.as_bytes(), &options()).unwrap();
    let item = item(&parsed, "21");
    assert_eq!((item.content.lang.as_deref(), item.content.category.as_deref()), (Some("en"), Some("delivery")));
    assert_eq!(item.updated_at.unwrap().to_string(), "2026-09-21T14:15:23Z");
    assert_eq!(item.place.to_string(), "article 21");
}

#[test]
fn zendesks_articles_come_with_their_translations_sections_and_readers() {
    let folder = folder(&[("a/1.json", ZENDESK), ("b.json", ZENDESK_TRANSLATIONS), ("c.json", ZENDESK_SEGMENTS)]);
    let parsed = parse_folder(folder.path(), &options()).unwrap();
    assert_eq!((parsed.format, parsed.refused.len()), (Format::Zendesk, 0));
    assert_eq!(parsed.items.len(), 6);
    let english = item(&parsed, "35467-en-us");
    assert_eq!(english.content.answer, "Charge it to 80 %.");
    assert_eq!((english.content.question.as_str(), english.content.lang.as_deref()), ("Battery care", Some("en")));
    assert_eq!(english.content.category.as_deref(), Some("Products/Phones／Tablets"));
    assert_eq!(english.content.tags, ["battery", "phone"]);
    assert_eq!((english.content.audience, english.state), (Audience::Public, ItemState::Ready));
    assert_eq!(
        english.content.source.url.as_deref(),
        Some("https://shop.example.com/hc/en-us/articles/35467-Battery-care")
    );
    assert_eq!(english.updated_at.unwrap().to_string(), "2025-05-01T08:00:00Z");
    let chinese = item(&parsed, "35467-zh-cn");
    assert_eq!((chinese.content.lang.as_deref(), chinese.state), (Some("zh"), ItemState::Draft));
    assert_eq!(chinese.content.key, english.content.key);
    let members = item(&parsed, "35468-pt-br");
    assert_eq!((members.content.audience, members.content.lang.as_deref()), (Audience::SignedIn, Some("pt-BR")));
    assert_eq!(members.content.category.as_deref(), Some("Products/Phones／Tablets/Members"));
    assert_eq!(item(&parsed, "35469-en-us").content.audience, Audience::Agents);
    assert_eq!(item(&parsed, "35470-en-us").content.audience, Audience::Agents);
    assert_eq!(
        notes(&parsed),
        [
            ("a/1.json, article 35470".to_owned(), "audience_unknown"),
            ("a/1.json, article 35467".to_owned(), "pictures_elsewhere"),
        ]
    );
}

#[test]
fn readers_that_the_export_does_not_name_are_agents() {
    let parsed = parse("zendesk.json", ZENDESK.as_bytes(), &options()).unwrap();
    assert_eq!(item(&parsed, "35468-en-us").content.audience, Audience::Agents);
    assert_eq!(notes(&parsed)[0], ("article 35468".to_owned(), "audience_unknown"));
}

#[test]
fn an_article_without_words_is_refused_by_its_id() {
    let text = ZENDESK.replace("<p>Be kind.</p>", "");
    let parsed = parse_as(Format::Zendesk, text.as_bytes(), &options()).unwrap();
    let refused: Vec<String> = parsed.refused.iter().map(|refusal| refusal.zh()).collect();
    assert_eq!(refused, ["文章 35469：答案为空；请填写，或删除这一条"]);
}

#[test]
fn pages_that_overlap_give_an_article_once() {
    let twice = format!("[{ZENDESK},{ZENDESK}]");
    assert_eq!(parse("a.json", twice.as_bytes(), &options()).unwrap().items.len(), 5);
    let twice = format!("[{CHATWOOT},{CHATWOOT}]");
    assert_eq!(parse("a.json", twice.as_bytes(), &options()).unwrap().items.len(), 3);
}

#[test]
fn categories_and_sections_in_a_circle_end() {
    let text = ZENDESK.replace("\"parent_section_id\": null", "\"parent_section_id\": 982");
    assert!(parse("a.json", text.as_bytes(), &options()).unwrap().refused.is_empty());
    let text = CHATWOOT_CATEGORIES.replace(
        "\"id\": 2, \"name\": \"Orders\", \"slug\"",
        "\"id\": 2, \"name\": \"Orders\", \"parent_category\": {\"id\": 3}, \"slug\"",
    );
    let pages = format!("[{CHATWOOT},{text}]");
    assert!(parse("a.json", pages.as_bytes(), &options()).unwrap().refused.is_empty());
}

#[test]
fn json_of_another_kind_is_no_help_centre() {
    for text in ["{}", "[]", "[1, 2]", "{\"articles\": 5}", "{\"payload\": [{\"name\": \"x\"}]}", "\"text\""] {
        assert_eq!(parse("a.json", text.as_bytes(), &options()).unwrap_err().code(), "unknown_format", "{text}");
    }
    let error = parse("a.json", b"{\"articles\":\n[", &options()).unwrap_err();
    assert_eq!(error.code(), "unreadable");
    assert!(error.to_string().contains("line 2"), "{error}");
    assert_eq!(parse("a.json", &[b'['; 100_000], &options()).unwrap_err().code(), "unreadable");
    assert_eq!(parse_folder(Path::new("/no/such/folder"), &options()).unwrap_err().code(), "io");
}
