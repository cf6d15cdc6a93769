//! Transactions: what fails leaves nothing, what was acknowledged stands.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use futures::future::join_all;
use yingda_model::{Actor, Content, EventBody};
use yingda_store::{NewEntry, NewWorkspace, Remembered, Store, StoreConfig, StoreError};

use crate::change;
use crate::support::{Company, Dice, NOW, Place, entries, id};

crate::on_both_engines! {
    another_master_key_is_refused_at_the_door
    opening_again_keeps_what_was_there
    of_sixty_four_writers_the_failing_ones_leave_nothing
    messages_of_many_writers_in_one_conversation_are_numbered_without_a_gap
    a_panic_in_a_change_leaves_nothing_and_others_go_on
    a_repeated_client_key_or_external_id_is_taken
    a_workspace_name_is_taken_once
    a_used_idempotency_key_gives_the_same_thing_and_refuses_another_request
    two_requests_with_one_idempotency_key_make_one_thing
    what_a_caller_gave_up_is_whole_or_absent
}

async fn another_master_key_is_refused_at_the_door(place: Place) {
    place.open().await;
    let other = yingda_store::MasterKey::generate().unwrap();
    let opened = Store::open(StoreConfig { url: place.url.clone(), master_key: other }).await;
    assert!(matches!(opened.map(|_| ()), Err(StoreError::WrongMasterKey)));
    place.open().await;
}

async fn opening_again_keeps_what_was_there(place: Place) {
    let company = Company::found(&place.open().await).await;
    let contact = company.contact("张三").await;
    let again = place.open().await;
    assert_eq!(again.read(&company.scope).contact(contact.id).await.unwrap(), contact);
}

async fn of_sixty_four_writers_the_failing_ones_leave_nothing(place: Place) {
    let company = Company::found(&place.open().await).await;
    let writers = (0..64).map(|number| {
        let company = company.clone();
        tokio::spawn(async move {
            let contact = company.contact(&format!("contact {number}")).await;
            let conversation = company.conversation(contact.id).await;
            let result = change!(company, [contact], |tx| {
                let mut changed = contact.clone();
                changed.name = Some("changed".into());
                tx.update_contact(&changed).await?;
                tx.append_entry(NewEntry::KnowledgeChanged, NOW).await?;
                if number % 3 == 0 { Err(StoreError::Erased) } else { Ok(()) }
            })
            .await;
            (number, contact.id, conversation.id, result)
        })
    });
    let mut stand = 0;
    for outcome in join_all(writers).await {
        let (number, contact, conversation, result) = outcome.unwrap();
        let name = company.read().contact(contact).await.unwrap().name.unwrap();
        company.read().conversation(conversation).await.unwrap();
        if number % 3 == 0 {
            assert!(matches!(result, Err(StoreError::Erased)));
            assert_eq!(name, format!("contact {number}"));
        } else {
            result.unwrap();
            assert_eq!(name, "changed");
            stand += 1;
        }
    }
    let entries = entries(&company.store, Default::default(), 64 + stand).await;
    assert_eq!(entries.iter().filter(|entry| entry.of_workspace().is_some()).count(), stand);
}

async fn messages_of_many_writers_in_one_conversation_are_numbered_without_a_gap(place: Place) {
    for seed in 0..10 {
        let company = Company::found(&place.open().await).await;
        let contact = company.contact("李四").await;
        let conversation = company.conversation(contact.id).await.id;
        let mut dice = Dice(seed);
        let texts: Vec<String> = (0..8 + dice.roll(24)).map(|number| format!("{seed}-{number}")).collect();
        let writers = texts.iter().cloned().map(|text| {
            let company = company.clone();
            let fail = dice.roll(4) == 0;
            tokio::spawn(async move {
                if fail {
                    // Says the same twice under one key: the second is refused.
                    company.say_as(conversation, &text, Some(&text), None).await.unwrap();
                    let again = company.say_as(conversation, &text, Some(&text), None).await;
                    assert!(matches!(again, Err(StoreError::Taken { .. })), "{again:?}");
                } else {
                    company.say(conversation, &text).await.unwrap();
                }
            })
        });
        for writer in join_all(writers).await {
            writer.unwrap();
        }
        let events = company.read().events_after(conversation, 0, 1_000).await.unwrap();
        let numbers: Vec<u64> = events.iter().map(|event| event.seq).collect();
        assert_eq!(numbers, (1..=events.len() as u64).collect::<Vec<_>>());
        assert_eq!(company.read().conversation(conversation).await.unwrap().seq, events.len() as u64);
        let mut said: Vec<String> = events
            .into_iter()
            .filter_map(|event| match event.body {
                EventBody::Message { message } => match message.content {
                    Content::Text { text, .. } => Some(text),
                    _ => None,
                },
                _ => None,
            })
            .collect();
        let mut expected = texts;
        said.sort();
        expected.sort();
        assert_eq!(said, expected);
    }
}

async fn a_panic_in_a_change_leaves_nothing_and_others_go_on(place: Place) {
    let company = Company::found(&place.open().await).await;
    let contact = company.contact("before").await;
    let mut changed = contact.clone();
    changed.name = Some("half done".into());
    let panicking = {
        let company = company.clone();
        tokio::spawn(async move {
            change!(company, [changed], |tx| {
                tx.update_contact(&changed).await?;
                if changed.name.is_some() {
                    panic!("on purpose");
                }
                Ok(())
            })
            .await
        })
    };
    // SQLite's writer catches it and tells; on PostgreSQL it is the caller's own.
    assert!(!matches!(panicking.await, Ok(Ok(()))));
    assert_eq!(company.read().contact(contact.id).await.unwrap().name.as_deref(), Some("before"));
    company.contact("after").await;
}

async fn a_repeated_client_key_or_external_id_is_taken(place: Place) {
    let company = Company::found(&place.open().await).await;
    let contact = company.contact("王五").await;
    let (one, two) = (company.conversation(contact.id).await.id, company.conversation(contact.id).await.id);
    company.say_as(one, "a", Some("key"), Some("external")).await.unwrap();
    let taken = |result: Result<u64, StoreError>| matches!(result, Err(StoreError::Taken { .. }));
    assert!(taken(company.say_as(one, "b", Some("key"), None).await));
    assert!(taken(company.say_as(two, "c", None, Some("external")).await));
    // A key is the conversation's, an external id the inbox's.
    company.say_as(two, "d", Some("key"), Some("another")).await.unwrap();
    let found =
        company.read().message_by_client_key(one, Actor::Contact { id: contact.id }, "key").await.unwrap().unwrap();
    assert_eq!((found.conversation_id, found.seq), (one, 2));
    assert_eq!(company.read().message_by_client_key(one, Actor::Bot, "key").await.unwrap(), None);
    let found = company.read().message_by_external_id(company.inbox, "another").await.unwrap().unwrap();
    assert_eq!((found.conversation_id, found.seq), (two, 2));
    assert_eq!(company.read().conversation(one).await.unwrap().seq, 2);
}

async fn a_workspace_name_is_taken_once(place: Place) {
    let store = place.open().await;
    let new = || NewWorkspace { id: id().into(), slug: "acme".into(), name: "Acme".into(), created_at: NOW };
    store.create_workspace(new()).await.unwrap();
    assert!(matches!(store.create_workspace(new()).await, Err(StoreError::Taken { .. })));
    assert_eq!(store.directory().workspaces().await.unwrap().len(), 1);
}

async fn a_used_idempotency_key_gives_the_same_thing_and_refuses_another_request(place: Place) {
    let company = Company::found(&place.open().await).await;
    let made = id();
    change!(company, [], |tx| {
        assert_eq!(tx.recall("k", b"one").await?, Remembered::New);
        tx.remember("k", b"one", made, NOW).await
    })
    .await
    .unwrap();
    let recalled = change!(company, [], |tx| tx.recall("k", b"one").await).await.unwrap();
    assert_eq!(recalled, Remembered::Before(made));
    let reused = change!(company, [], |tx| tx.recall("k", b"two").await).await;
    assert!(matches!(reused, Err(StoreError::KeyReused)));
    // Somebody else's key of the same name is another key.
    let somebody = crate::support::user_scope(&company.scope, id().into());
    let theirs = company.store.write(&somebody, |tx| Box::pin(async move { tx.recall("k", b"two").await })).await;
    assert_eq!(theirs.unwrap(), Remembered::New);
    let forgotten = change!(company, [], |tx| tx.forget_keys(yingda_model::Timestamp(NOW.0 + 1)).await).await.unwrap();
    assert_eq!(forgotten, 1);
    assert_eq!(change!(company, [], |tx| tx.recall("k", b"two").await).await.unwrap(), Remembered::New);
}

async fn two_requests_with_one_idempotency_key_make_one_thing(place: Place) {
    let company = Company::found(&place.open().await).await;
    let made = Arc::new(AtomicU32::new(0));
    let requests = (0..16).map(|_| {
        let (company, made) = (company.clone(), made.clone());
        tokio::spawn(async move {
            let result = change!(company, [], |tx| match tx.recall("k", b"request").await? {
                Remembered::Before(_) => Ok(false),
                Remembered::New => {
                    tx.append_entry(NewEntry::SettingsChanged, NOW).await?;
                    tx.remember("k", b"request", id(), NOW).await?;
                    Ok(true)
                }
            })
            .await;
            match result {
                Ok(true) => drop(made.fetch_add(1, Ordering::Relaxed)),
                Ok(false) | Err(StoreError::Taken { .. }) => {}
                Err(error) => panic!("{error}"),
            }
        })
    });
    for request in join_all(requests).await {
        request.unwrap();
    }
    assert_eq!(made.load(Ordering::Relaxed), 1);
    let entries = entries(&company.store, Default::default(), 1).await;
    assert_eq!(entries.len(), 1);
}

async fn what_a_caller_gave_up_is_whole_or_absent(place: Place) {
    let company = Company::found(&place.open().await).await;
    let mut dice = Dice(7);
    let contact = company.contact("赵六").await;
    for _ in 0..20 {
        let conversation = company.conversation(contact.id).await.id;
        let speaking = {
            let company = company.clone();
            tokio::spawn(async move { company.say(conversation, "hello").await })
        };
        for _ in 0..dice.roll(40) {
            tokio::task::yield_now().await;
        }
        speaking.abort();
        let _ = speaking.await;
        // The lock of the conversation is free again, and the next message takes the next number.
        let seq = company.say(conversation, "again").await.unwrap();
        let events = company.read().events_after(conversation, 0, 10).await.unwrap();
        assert_eq!(events.len() as u64, seq);
    }
}
