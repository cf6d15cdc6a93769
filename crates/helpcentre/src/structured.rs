//! Structured data for search engines: JSON-LD with the words of schema.org.

use serde_json::{Value, json};

use crate::content::Article;
use crate::sitemap::rfc3339;
use crate::texts::html_lang;

/// JSON that can stand in a `<script type="application/ld+json">`: nothing in it ends the element or begins a comment
/// (HTML standard, "restrictions for contents of script elements").
pub(crate) fn embed(value: &Value) -> String {
    let mut text = String::new();
    for c in value.to_string().chars() {
        match c {
            '<' => text.push_str("\\u003c"),
            '>' => text.push_str("\\u003e"),
            '&' => text.push_str("\\u0026"),
            '\u{2028}' => text.push_str("\\u2028"),
            '\u{2029}' => text.push_str("\\u2029"),
            c => text.push(c),
        }
    }
    text
}

/// The site, and how to search it. `search`: address of the search page.
pub(crate) fn website(name: &str, home: &str, search: &str, lang: &str) -> Value {
    json!({
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": name,
        "url": home,
        "inLanguage": html_lang(lang),
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": format!("{search}?q={{search_term_string}}")},
            "query-input": "required name=search_term_string",
        },
    })
}

/// The way to the page: names and whole addresses, topmost first.
pub(crate) fn breadcrumbs(steps: &[(String, String)]) -> Value {
    let items: Vec<_> = (1..)
        .zip(steps)
        .map(|(position, (name, url))| json!({"@type": "ListItem", "position": position, "name": name, "item": url}))
        .collect();
    json!({"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": items})
}

/// Questions with their answers as plain text.
pub(crate) fn faq<'a>(questions: impl IntoIterator<Item = (&'a str, String)>) -> Value {
    let questions: Vec<_> = questions
        .into_iter()
        .map(|(question, answer)| {
            json!({"@type": "Question", "name": question, "acceptedAnswer": {"@type": "Answer", "text": answer}})
        })
        .collect();
    json!({"@context": "https://schema.org", "@type": "FAQPage", "mainEntity": questions})
}

/// An article. `url`: its whole address.
pub(crate) fn article(article: &Article, url: &str, brand: &str, description: &str) -> Value {
    json!({
        "@context": "https://schema.org",
        "@type": "TechArticle",
        "headline": article.title.chars().take(110).collect::<String>(),
        "description": description,
        "inLanguage": html_lang(&article.lang),
        "datePublished": rfc3339(article.created_at),
        "dateModified": rfc3339(article.updated_at),
        "mainEntityOfPage": url,
        "author": {"@type": "Organization", "name": brand},
        "publisher": {"@type": "Organization", "name": brand},
    })
}
