//! Personal data is sealed, and gone when its key is.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use yingda_model::{
    Actor, BotMemory, Choice, Contact, ContactId, Content, Conversation, EventBody, IdentityKind, PendingChoices,
    Timestamp, Trace, TraceCandidate, TraceDecision,
};
use yingda_store::{ConversationFilter, FileInfo, NewIdentity, StoreError, View};

use crate::change;
use crate::support::{Company, NOW, Place, everything, id};

crate::on_both_engines! {
    nothing_personal_can_be_read_in_the_database
    of_an_erased_contact_nothing_can_be_read_and_the_conversation_is_still_listed
    a_reader_beside_the_erasure_does_not_keep_the_key
    merging_moves_identities_and_both_can_be_read
    a_second_contact_with_the_same_id_is_refused_and_spoils_nothing
}

/// Stands in every personal field; nothing else contains it.
const MARK: &str = "Zq7-personal-Xw9";

fn identity(kind: IdentityKind, value: &str) -> NewIdentity {
    NewIdentity { id: id().into(), kind, value: value.into(), verified: true }
}

/// A contact with everything personal that there is.
async fn somebody(company: &Company) -> (Contact, Conversation) {
    let mut contact = company.contact(&format!("name {MARK}")).await;
    contact.email = Some(format!("{MARK}@example.com"));
    contact.phone = Some(format!("+86 {MARK}"));
    contact.attributes.insert(format!("field {MARK}"), format!("value {MARK}"));
    let identities =
        [identity(IdentityKind::External, MARK), identity(IdentityKind::Email, &format!("{MARK}@example.com"))];
    let mut conversation = company.conversation(contact.id).await;
    company.say_as(conversation.id, &format!("my name is {MARK}"), Some("key"), None).await.unwrap();
    conversation = company.read().conversation(conversation.id).await.unwrap();
    let label = format!("label {MARK}");
    let pending = Some(PendingChoices { options: vec![Choice { id: "1".into(), label }] });
    conversation.memory = BotMemory { failures: 1, pending, ..BotMemory::default() };
    let file = FileInfo {
        id: id().into(),
        key_owner: contact.id.0,
        name: format!("{MARK}.png"),
        mime: "image/png".into(),
        size: 1,
        uploaded_by: Actor::Bot,
        created_at: NOW,
    };
    let trace = Trace {
        id: id().into(),
        conversation_id: conversation.id,
        message_id: conversation.last_message_id.unwrap(),
        at: NOW,
        input: format!("input {MARK}"),
        language: "en".into(),
        decided_by: "faq/1".into(),
        candidates: vec![TraceCandidate {
            entry_id: "1".into(),
            question: MARK.into(),
            matched: MARK.into(),
            score: 1.0,
            confidence: 0.5,
            terms: Vec::new(),
        }],
        decision: TraceDecision::HandOver { reason: yingda_model::HandOverReason::Requested, matched: MARK.into() },
        said: None,
        why_zh: MARK.into(),
        why_en: MARK.into(),
        dialogue: None,
        guard: Vec::new(),
        models: Vec::new(),
        understanding: None,
        took_us: 1,
    };
    let (contact_id, inbox) = (contact.id, company.inbox);
    change!(company, [contact, identities, conversation, file, trace], |tx| {
        tx.update_contact(&contact).await?;
        for identity in &identities {
            tx.insert_identity(contact_id, identity).await?;
        }
        tx.update_conversation(&conversation).await?;
        tx.insert_file(&file).await?;
        tx.insert_trace(&trace, contact_id).await?;
        tx.set_identity_secret(inbox, MARK.as_bytes()).await
    })
    .await
    .unwrap();
    let read = company.read();
    assert_eq!(read.contact(contact.id).await.unwrap(), contact);
    assert_eq!(read.conversation(conversation.id).await.unwrap(), conversation);
    assert_eq!(read.file(file.id).await.unwrap(), file);
    assert_eq!(read.traces(conversation.id, 5).await.unwrap(), [trace]);
    assert_eq!(read.identity_secret(inbox).await.unwrap().as_deref(), Some(MARK.as_bytes()));
    (contact, conversation)
}

async fn nothing_personal_can_be_read_in_the_database(place: Place) {
    let company = Company::found(&place.open().await).await;
    somebody(&company).await;
    let hex: String = MARK.bytes().map(|byte| format!("{byte:02x}")).collect();
    let lower = MARK.to_lowercase();
    let lower_hex: String = lower.bytes().map(|byte| format!("{byte:02x}")).collect();
    let all = everything(&place).await;
    assert!(all.contains("my") || !all.is_empty());
    for trace in [MARK, &hex, &lower, &lower_hex] {
        assert!(!all.contains(trace), "personal data in clear");
    }
    if let Some(file) = place.file() {
        for ending in ["", "-wal", "-shm"] {
            let bytes = std::fs::read(format!("{}{ending}", file.display())).unwrap();
            for trace in [MARK, &lower] {
                let found = bytes.windows(trace.len()).any(|window| window == trace.as_bytes());
                assert!(!found, "personal data in clear in the file{ending}");
            }
        }
    }
}

fn texts(events: Vec<yingda_model::Event>) -> Vec<Content> {
    let body = |event: yingda_model::Event| match event.body {
        EventBody::Message { message } => Some(message.content),
        _ => None,
    };
    events.into_iter().filter_map(body).collect()
}

async fn erase(company: &Company, contact: ContactId) {
    change!(company, [], |tx| tx.erase_contact(contact, Timestamp(NOW.0 + 1)).await).await.unwrap();
}

async fn of_an_erased_contact_nothing_can_be_read_and_the_conversation_is_still_listed(place: Place) {
    let company = Company::found(&place.open().await).await;
    let (contact, conversation) = somebody(&company).await;
    let other = company.contact("other").await;
    erase(&company, contact.id).await;
    // The node that erased, and one that never held the key.
    for store in [company.store.clone(), place.open().await] {
        let read = store.read(&company.scope);
        let gone = read.contact(contact.id).await.unwrap();
        assert_eq!((gone.name, gone.email, gone.phone, gone.locale), (None, None, None, None));
        assert!(gone.attributes.is_empty() && gone.erased_at.is_some());
        assert!(read.identities(contact.id).await.unwrap().is_empty());
        assert_eq!(read.contact_by_identity(IdentityKind::External, MARK).await.unwrap(), None);
        let all = ConversationFilter { view: View::All, status: None, inbox_id: None, contact_id: None, tag: None };
        let listed = read.conversations(&all, 10, None).await.unwrap().unwrap().items;
        assert_eq!(listed.iter().map(|one| one.id).collect::<Vec<_>>(), [conversation.id]);
        assert_eq!(listed[0].memory, BotMemory::default());
        let said = texts(read.events_after(conversation.id, 0, 10).await.unwrap());
        assert_eq!(said, [Content::text("[已删除 / erased]")]);
        assert!(read.traces(conversation.id, 10).await.unwrap().is_empty());
        assert!(matches!(read.seal_bytes(contact.id.0, id(), b"x").await, Err(StoreError::Erased)));
        assert_eq!(read.contact(other.id).await.unwrap(), other);
    }
    // Nothing new can be sealed for them either.
    assert!(company.say(conversation.id, "again").await.is_err());
    let again = change!(company, [contact], |tx| tx.update_contact(&contact).await).await;
    assert!(matches!(again, Err(StoreError::Erased)));
}

async fn a_reader_beside_the_erasure_does_not_keep_the_key(place: Place) {
    let company = Company::found(&place.open().await).await;
    for _ in 0..15 {
        let contact = company.contact("x").await;
        let conversation = company.conversation(contact.id).await.id;
        company.say(conversation, "secret").await.unwrap();
        // A node that has the key nowhere but in the database.
        company.store.vault().forget(id());
        let stop = Arc::new(AtomicBool::new(false));
        let readers: Vec<_> = (0..3)
            .map(|_| {
                let (company, stop) = (company.clone(), stop.clone());
                tokio::spawn(async move {
                    while !stop.load(Ordering::Relaxed) {
                        let _ = company.read().events_after(conversation, 0, 10).await;
                    }
                })
            })
            .collect();
        erase(&company, contact.id).await;
        stop.store(true, Ordering::Relaxed);
        for reader in readers {
            reader.await.unwrap();
        }
        let said = texts(company.read().events_after(conversation, 0, 10).await.unwrap());
        assert_eq!(said, [Content::text("[已删除 / erased]")]);
    }
}

async fn merging_moves_identities_and_both_can_be_read(place: Place) {
    let company = Company::found(&place.open().await).await;
    let (mut from, into) = (company.contact("from").await, company.contact("into").await);
    let conversation = company.conversation(from.id).await.id;
    company.say(conversation, "before").await.unwrap();
    let (from_id, into_id) = (from.id, into.id);
    let phone = identity(IdentityKind::Phone, "+86 138-0000-0000");
    from.merged_into = Some(into.id);
    change!(company, [phone, from], |tx| {
        tx.insert_identity(from_id, &phone).await?;
        tx.move_identities(from_id, into_id).await?;
        tx.update_contact(&from).await
    })
    .await
    .unwrap();
    let read = company.read();
    assert_eq!(read.contact_by_identity(IdentityKind::Phone, "+8613800000000").await.unwrap(), Some(into.id));
    assert!(read.identities(from.id).await.unwrap().is_empty());
    let moved = read.identities(into.id).await.unwrap();
    assert_eq!((moved[0].value.as_str(), moved[0].contact_id, moved[0].id), ("+8613800000000", into.id, phone.id));
    assert_eq!(read.surviving_contact(from.id).await.unwrap().id, into.id);
    assert_eq!(change!(company, [], |tx| tx.merged_contacts(into_id).await).await.unwrap(), [from.id]);
    let taken = identity(IdentityKind::Phone, "+8613800000000");
    let taken = change!(company, [taken], |tx| tx.insert_identity(from_id, &taken).await).await;
    assert!(matches!(taken, Err(StoreError::Taken { .. })));
    // What the one that was merged wrote is sealed with their own key still.
    assert_eq!(texts(read.events_after(conversation, 0, 10).await.unwrap()), [Content::text("before")]);
    // A circle is no endless loop.
    let round = Contact { merged_into: Some(from.id), ..into.clone() };
    change!(company, [round], |tx| tx.update_contact(&round).await).await.unwrap();
    assert_eq!(change!(company, [], |tx| tx.merged_contacts(into_id).await).await.unwrap(), [from.id]);
    assert!(matches!(read.surviving_contact(from.id).await, Err(StoreError::Corrupt { .. })));
    erase(&company, into.id).await;
    assert_eq!(company.read().contact_by_identity(IdentityKind::Phone, "+8613800000000").await.unwrap(), None);
}

async fn a_second_contact_with_the_same_id_is_refused_and_spoils_nothing(place: Place) {
    let company = Company::found(&place.open().await).await;
    let contact = company.contact("first").await;
    let conversation = company.conversation(contact.id).await.id;
    let second = Contact { name: Some("second".into()), ..contact.clone() };
    assert!(change!(company, [second], |tx| tx.insert_contact(&second).await).await.is_err());
    company.say(conversation, "still readable").await.unwrap();
    let fresh = place.open().await;
    for store in [&company.store, &fresh] {
        let read = store.read(&company.scope);
        assert_eq!(read.contact(contact.id).await.unwrap(), contact);
        assert_eq!(texts(read.events_after(conversation, 0, 9).await.unwrap()), [Content::text("still readable")]);
    }
}
