//! Lists in pages.

use std::collections::HashSet;

use yingda_model::{Conversation, ConversationId, EntryContent, KbEntry, Timestamp};
use yingda_store::{ConversationFilter, EntryFilter, View};

use crate::change;
use crate::support::{Company, Dice, NOW, Place, id};

crate::on_both_engines! {
    pages_repeat_nothing_and_leave_out_nothing_while_others_change
    pages_of_contacts_and_knowledge_are_whole
    a_cursor_that_is_not_ours_is_told
}

const ALL: ConversationFilter =
    ConversationFilter { view: View::All, status: None, inbox_id: None, contact_id: None, tag: None };

/// Gives a conversation another moment of activity.
async fn touch(company: &Company, conversation: &Conversation, at: i64) {
    let touched = Conversation { updated_at: Timestamp(at), ..conversation.clone() };
    change!(company, [touched], |tx| tx.update_conversation(&touched).await).await.unwrap();
}

async fn pages_repeat_nothing_and_leave_out_nothing_while_others_change(place: Place) {
    for seed in 0..10 {
        let company = Company::found(&place.open().await).await;
        let contact = company.contact("x").await;
        let mut dice = Dice(seed);
        let mut conversations = Vec::new();
        for _ in 0..12 {
            let conversation = company.conversation(contact.id).await;
            // Few different moments, so that many are equal.
            touch(&company, &conversation, NOW.0 + i64::try_from(dice.roll(4)).unwrap()).await;
            conversations.push(conversation);
        }
        let mut changed: HashSet<ConversationId> = HashSet::new();
        let mut seen = Vec::new();
        let mut cursor: Option<String> = None;
        let mut last: Option<(i64, ConversationId)> = None;
        loop {
            let limit = 1 + dice.roll(4);
            let page = company.read().conversations(&ALL, limit, cursor.as_deref()).await.unwrap().unwrap();
            assert!(page.items.len() as u64 <= limit);
            for item in page.items {
                let place = (item.updated_at.0, item.id);
                assert!(last.is_none_or(|before| place < before), "not newest first");
                last = Some(place);
                seen.push(item.id);
            }
            // One of them becomes the newest, as when a customer writes, and a new one begins.
            let touched = &conversations[usize::try_from(dice.roll(12)).unwrap()];
            touch(&company, touched, NOW.0 + 100 + i64::try_from(seen.len()).unwrap()).await;
            changed.insert(touched.id);
            company.conversation(contact.id).await;
            match page.next_cursor {
                Some(next) => cursor = Some(next),
                None => break,
            }
        }
        let once: HashSet<_> = seen.iter().copied().collect();
        assert_eq!(once.len(), seen.len(), "something came twice");
        for conversation in conversations {
            assert!(once.contains(&conversation.id) || changed.contains(&conversation.id), "something was left out");
        }
    }
}

async fn pages_of_contacts_and_knowledge_are_whole(place: Place) {
    let company = Company::found(&place.open().await).await;
    let mut contacts = Vec::new();
    for number in 0..11 {
        contacts.push(company.contact(&number.to_string()).await.id);
    }
    let entries: Vec<KbEntry> = (0..1_203)
        .map(|number| KbEntry {
            id: id().into(),
            content: EntryContent {
                question: format!("{number}"),
                answer: "a".into(),
                lang: Some(if number % 2 == 0 { "zh" } else { "en" }.into()),
                ..EntryContent::default()
            },
            version: 1,
            created_at: NOW,
            updated_at: NOW,
        })
        .collect();
    let stored = entries.clone();
    change!(company, [stored], |tx| tx.insert_kb_entries(&stored).await).await.unwrap();
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let page = company.read().contacts(4, cursor.as_deref()).await.unwrap().unwrap();
        seen.extend(page.items.into_iter().map(|contact| contact.id));
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    contacts.reverse();
    assert_eq!(seen, contacts);
    let chinese_only = EntryFilter { lang: Some("zh".into()), ..EntryFilter::default() };
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let page = company.read().kb_entries(&chinese_only, 100, cursor.as_deref()).await.unwrap().unwrap();
        seen.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    let chinese: Vec<KbEntry> =
        entries.iter().rev().filter(|entry| entry.content.lang.as_deref() == Some("zh")).cloned().collect();
    assert_eq!(seen, chinese);
    assert_eq!(company.read().all_kb_entries().await.unwrap(), entries);
    assert_eq!(company.read().kb_size().await.unwrap(), 1_203);
    assert_eq!(change!(company, [], |tx| tx.delete_all_kb_entries().await).await.unwrap(), 1_203);
}

async fn a_cursor_that_is_not_ours_is_told(place: Place) {
    let company = Company::found(&place.open().await).await;
    for nonsense in ["", "x", "1.", "1.x", ".0", "9999999999999999999999.00000000000000000000000000000000"] {
        assert!(company.read().conversations(&ALL, 5, Some(nonsense)).await.unwrap().is_none(), "{nonsense:?}");
        assert!(company.read().contacts(5, Some(nonsense)).await.unwrap().is_none());
        assert!(company.read().kb_entries(&EntryFilter::default(), 5, Some(nonsense)).await.unwrap().is_none());
    }
}
