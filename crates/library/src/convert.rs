//! Entries of the store as search sees them.

use yingda_knowledge as search;
use yingda_model::{Audience, EntryKind, EntryStatus, KbEntry};

/// An entry as search sees it; `None` for one that search must not find. `popularity` is how often it was used lately.
pub fn entry(stored: KbEntry, popularity: f32) -> Option<search::Entry> {
    let content = stored.content;
    (content.status == EntryStatus::Published).then(|| search::Entry {
        id: stored.id.to_string(),
        kind: match content.kind {
            EntryKind::Faq => search::EntryKind::Faq,
            EntryKind::Article => search::EntryKind::Article,
            EntryKind::Document => search::EntryKind::Document,
            EntryKind::Page => search::EntryKind::Page,
        },
        question: content.question,
        answer: content.answer,
        variants: content.variants,
        lang: content.lang,
        category: content.category,
        tags: content.tags,
        audience: audience(content.audience),
        valid_from: content.valid_from.map(|at| at.0),
        valid_until: content.valid_until.map(|at| at.0),
        updated_at: stored.updated_at.0,
        popularity,
    })
}

/// An audience as search sees it.
pub fn audience(audience: Audience) -> search::Audience {
    match audience {
        Audience::Public => search::Audience::Public,
        Audience::SignedIn => search::Audience::SignedIn,
        Audience::Agents => search::Audience::Agents,
        Audience::Team(id) => search::Audience::Team(id.to_string()),
    }
}
