//! Messages come in once, in order, and end where they belong.

use futures::future::join_all;
use yingda_desk::Incoming;
use yingda_model::{ContactId, Content, Scope, Status};
use yingda_store::{ConversationFilter, View};

use crate::on_both_engines;
use crate::support::{Place, company, is_not_found, keyed, refusal, refused_field, text};

on_both_engines! {
    two_first_messages_at_once_open_one_thread
    the_same_message_sent_many_times_at_once_is_stored_once
    messages_at_once_are_numbered_without_a_gap
}

async fn two_first_messages_at_once_open_one_thread(place: Place) {
    let company = place.company().await;
    for _ in 0..30 {
        let customer = company.customer().await;
        let sent = (0..4).map(|n| {
            let (company, customer) = (company.clone(), customer.clone());
            tokio::spawn(async move { company.says(&customer, &format!("message {n}")).await })
        });
        let receipts: Vec<_> = join_all(sent).await.into_iter().map(Result::unwrap).collect();
        assert!(receipts.iter().all(|receipt| receipt.conversation_id == receipts[0].conversation_id));
        let filter = ConversationFilter {
            view: View::All,
            status: None,
            inbox_id: None,
            contact_id: customer.contact_id(),
            tag: None,
        };
        let page = company.desk.conversations(&company.admin, &filter, 10, None).await.unwrap().unwrap();
        assert_eq!(page.items.len(), 1);
        assert_eq!(page.items[0].unread_by_agents, 4);
    }
}

async fn the_same_message_sent_many_times_at_once_is_stored_once(place: Place) {
    let company = place.company().await;
    for _ in 0..20 {
        let customer = company.customer().await;
        let sent = (0..4).map(|_| {
            let (company, customer) = (company.clone(), customer.clone());
            tokio::spawn(
                async move { company.desk.receive(&customer, company.inbox.id, keyed("once", "k")).await.unwrap() },
            )
        });
        let receipts: Vec<_> = join_all(sent).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(receipts.iter().filter(|receipt| !receipt.duplicate).count(), 1);
        assert!(receipts.iter().all(|receipt| receipt.message_id == receipts[0].message_id));
        assert_eq!(company.texts(&company.admin, receipts[0].conversation_id).await, ["once"]);
    }
}

async fn messages_at_once_are_numbered_without_a_gap(place: Place) {
    let company = place.company().await;
    let customer = company.customer().await;
    let id = company.says(&customer, "first").await.conversation_id;
    company.desk.take_over(&company.agent, id).await.unwrap();
    let sent = (0..40).map(|n| {
        let (company, customer) = (company.clone(), customer.clone());
        tokio::spawn(async move {
            match n % 3 {
                0 => company.says(&customer, "from the customer").await,
                1 => company.desk.reply(&company.agent, id, text("from the agent")).await.unwrap(),
                _ => company.desk.note(&company.agent, id, text("a note")).await.unwrap(),
            }
        })
    });
    for done in join_all(sent).await {
        done.unwrap();
    }
    let page = company.desk.events_after(&company.agent, id, 0, 500).await.unwrap();
    let numbers: Vec<u64> = page.events.iter().map(|event| event.seq).collect();
    assert_eq!(numbers, (1..=page.last_seq).collect::<Vec<_>>());
    assert!(!page.more);
}

#[tokio::test]
async fn a_first_message_opens_a_thread_with_the_assistant_and_asks_for_its_turn() {
    let (_place, company) = company().await;
    let customer = company.customer().await;
    let receipt = company.says(&customer, "hello").await;
    assert!(!receipt.duplicate);
    let state = company.state(receipt.conversation_id).await;
    assert_eq!((state.status, state.unread_by_agents), (Status::Bot, 1));
    assert_eq!(state.last_message_id, Some(receipt.message_id));
    let jobs = company.jobs().await;
    assert_eq!(jobs.len(), 1);
    assert!(jobs[0].payload.contains(&receipt.message_id.to_string()));
}

#[tokio::test]
async fn the_same_client_key_is_the_same_message() {
    let (_place, company) = company().await;
    let customer = company.customer().await;
    let first = company.desk.receive(&customer, company.inbox.id, keyed("hello", "1")).await.unwrap();
    let again = company.desk.receive(&customer, company.inbox.id, keyed("hello", "1")).await.unwrap();
    assert_eq!((again.message_id, again.seq, again.duplicate), (first.message_id, first.seq, true));
    assert_eq!(company.jobs().await.len(), 1, "a repetition wakes nobody");
    let other = company.desk.receive(&customer, company.inbox.id, keyed("hello", "2")).await.unwrap();
    assert!(!other.duplicate);
}

#[tokio::test]
async fn the_same_client_key_of_another_sender_is_another_message() {
    let (_place, company) = company().await;
    let customer = company.customer().await;
    let id = company.desk.receive(&customer, company.inbox.id, keyed("hello", "1")).await.unwrap().conversation_id;
    company.desk.take_over(&company.agent, id).await.unwrap();
    let reply = company.desk.reply(&company.agent, id, keyed("good day", "1")).await.unwrap();
    assert!(!reply.duplicate);
    let again = company.desk.reply(&company.agent, id, keyed("good day", "1")).await.unwrap();
    assert!(again.duplicate);
    company.desk.take_over(&company.admin, id).await.unwrap();
    assert!(!company.desk.reply(&company.admin, id, keyed("good day", "1")).await.unwrap().duplicate);
}

#[tokio::test]
async fn the_same_external_id_is_the_same_message_in_its_inbox() {
    let (_place, company) = company().await;
    let delivered = |id: &str| Incoming { external_id: Some(id.into()), ..text("from a channel") };
    let customer = company.customer().await;
    let first = company.desk.receive(&customer, company.inbox.id, delivered("wx-1")).await.unwrap();
    let again = company.desk.receive(&customer, company.inbox.id, delivered("wx-1")).await.unwrap();
    assert_eq!((again.message_id, again.duplicate), (first.message_id, true));
    assert!(!company.desk.receive(&customer, company.inbox.id, delivered("wx-2")).await.unwrap().duplicate);
}

#[tokio::test]
async fn keys_and_texts_that_make_no_sense_are_refused() {
    let (_place, company) = company().await;
    let customer = company.customer().await;
    for key in [String::new(), "k".repeat(101), "a\nb".into()] {
        let refused = company.desk.receive(&customer, company.inbox.id, keyed("hello", &key)).await;
        assert_eq!(refused_field(refused).0, "client_key");
    }
    for words in [String::new(), "  \n ".into(), "字".repeat(10_001), "nul\0".into()] {
        let refused = company.desk.receive(&customer, company.inbox.id, text(&words)).await;
        assert_eq!(refusal(refused).0, "bad_content");
    }
    let longest = "字".repeat(100);
    company.desk.receive(&customer, company.inbox.id, keyed(&"字".repeat(10_000), &longest)).await.unwrap();
}

#[tokio::test]
async fn only_a_customer_writes_as_a_customer() {
    let (_place, company) = company().await;
    for scope in [&company.admin, &company.agent, &Scope::bot(company.system.workspace()), &company.system] {
        assert_eq!(refusal(company.desk.receive(scope, company.inbox.id, text("hello")).await).0, "wrong_actor");
    }
    let nobody = Scope::contact(company.system.workspace(), ContactId(uuid::Uuid::now_v7()));
    assert!(is_not_found(company.desk.receive(&nobody, company.inbox.id, text("hello")).await));
}

#[tokio::test]
async fn a_message_with_a_file_that_its_sender_did_not_upload_is_refused() {
    let (_place, company) = company().await;
    let customer = company.customer().await;
    let content = Content::File { file_id: uuid::Uuid::now_v7().into(), name: "x".into(), size: 1 };
    let incoming = Incoming { content, client_key: None, external_id: None };
    assert!(is_not_found(company.desk.receive(&customer, company.inbox.id, incoming).await));
}

#[tokio::test]
async fn a_message_that_failed_leaves_nothing_behind() {
    let (_place, company) = company().await;
    let customer = company.customer().await;
    let content = Content::File { file_id: uuid::Uuid::now_v7().into(), name: "x".into(), size: 1 };
    let incoming = Incoming { content, client_key: None, external_id: None };
    company.desk.receive(&customer, company.inbox.id, incoming).await.unwrap_err();
    let contact = customer.contact_id().unwrap();
    assert!(company.desk.store().read(&company.system).conversations_of(contact).await.unwrap().is_empty());
    assert!(company.jobs().await.is_empty());
}
