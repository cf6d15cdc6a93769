//! What happens is told as it happens, in order, to those who listen.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use yingda_desk::{Availability, Desk, Push, Reader, Signal, Subscription, Topic};
use yingda_model::{ConversationId, EntryContent, Event, EventBody, SenderKind, Visibility};
use yingda_store::NewEntry;

use crate::on_both_engines;
use crate::support::{Place, eventually, text};

on_both_engines! {
    a_listener_hears_all_of_a_conversation_in_order
    notes_are_told_to_those_who_listen_to_the_workspace_as_private
    a_listener_who_is_too_slow_is_told_so_and_catches_up_from_the_journal
    a_customer_without_a_thread_hears_of_the_one_that_begins
    typing_and_reading_are_told_to_both_sides
    presence_is_told_and_ends
    changes_of_the_workspace_are_told
}

/// A desk that tells, until this is dropped.
struct Telling(CancellationToken);

impl Telling {
    async fn start(desk: &Desk) -> Self {
        let stop = CancellationToken::new();
        let running = desk.clone();
        tokio::spawn({
            let stop = stop.clone();
            async move { running.run(stop).await.unwrap() }
        });
        // It tells as soon as it hears from the bus: presence goes that way.
        let probe = yingda_model::Scope::user(Uuid::now_v7().into(), Uuid::now_v7().into(), yingda_model::Role::Agent);
        eventually("the desk to listen", async || {
            desk.present(&probe, Uuid::nil(), Some(Availability::Online)).await;
            !desk.presence().of(probe.workspace()).is_empty()
        })
        .await;
        Self(stop)
    }
}

impl Drop for Telling {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

async fn next(subscription: &mut Subscription) -> Option<Arc<Push>> {
    tokio::time::timeout(Duration::from_secs(20), subscription.next()).await.expect("nothing was told in 20 s")
}

/// The next event; other things are passed over.
async fn next_event(subscription: &mut Subscription) -> Event {
    loop {
        match next(subscription).await.expect("the listener was fast enough").as_ref() {
            Push::Event { event, .. } => return event.clone(),
            _ => continue,
        }
    }
}

async fn next_signal(subscription: &mut Subscription) -> (ConversationId, Signal) {
    loop {
        match next(subscription).await.expect("the listener was fast enough").as_ref() {
            Push::Signal { conversation_id, signal } => return (*conversation_id, signal.clone()),
            _ => continue,
        }
    }
}

async fn a_listener_hears_all_of_a_conversation_in_order(place: Place) {
    let company = place.company().await;
    let _telling = Telling::start(&place.desk).await;
    let customer = company.customer().await;
    let id = company.says(&customer, "one").await.conversation_id;
    let from = company.state(id).await.seq;
    let mut heard = place.desk.live().subscribe(Topic::Conversation(id));
    company.desk.take_over(&company.agent, id).await.unwrap();
    company.desk.reply(&company.agent, id, text("two")).await.unwrap();
    company.says(&customer, "three").await;
    company.conversation().await;
    company.desk.resolve(&company.agent, id).await.unwrap();
    let last = company.state(id).await.seq;
    let mut numbers = Vec::new();
    while numbers.last() != Some(&last) {
        let event = next_event(&mut heard).await;
        assert_eq!(event.conversation_id, id);
        numbers.push(event.seq);
    }
    // What was told before the subscription may still come; nothing is missing and nothing out of order.
    numbers.retain(|seq| *seq > from);
    assert_eq!(numbers, (from + 1..=last).collect::<Vec<_>>());
}

async fn notes_are_told_to_those_who_listen_to_the_workspace_as_private(place: Place) {
    let company = place.company().await;
    let other = place.company().await;
    let _telling = Telling::start(&place.desk).await;
    let mut agents = place.desk.live().subscribe(Topic::Workspace(company.system.workspace()));
    let mut strangers = place.desk.live().subscribe(Topic::Workspace(other.system.workspace()));
    let id = company.conversation().await;
    company.desk.note(&company.agent, id, text("between us")).await.unwrap();
    let elsewhere = other.conversation().await;
    loop {
        let push = next(&mut agents).await.unwrap();
        let Push::Event { event, view, .. } = push.as_ref() else { continue };
        let view = view.as_ref().expect("agents get the list's line with the event");
        assert_eq!(view.conversation.id, id);
        if let EventBody::Message { message } = &event.body
            && message.visibility == Visibility::Private
        {
            assert_eq!(message.content.as_text(), "between us");
            assert!(!event.is_public());
            break;
        }
    }
    assert_eq!(next_event(&mut strangers).await.conversation_id, elsewhere, "another company hears nothing of it");
}

async fn a_listener_who_is_too_slow_is_told_so_and_catches_up_from_the_journal(place: Place) {
    let company = place.company().await;
    let _telling = Telling::start(&place.desk).await;
    let customer = company.customer().await;
    let id = company.says(&customer, "first").await.conversation_id;
    let mut slow = place.desk.live().subscribe(Topic::Conversation(id));
    let mut fast = place.desk.live().subscribe(Topic::Workspace(company.system.workspace()));
    for n in 0..60 {
        company.says(&customer, &format!("message {n}")).await;
    }
    let last = company.state(id).await.seq;
    while next_event(&mut fast).await.seq < last {}

    assert!(next(&mut slow).await.is_none(), "it is told that it missed something");
    let missed = company.desk.events_after(&customer, id, 0, 500).await.unwrap();
    assert_eq!(missed.events.last().map(|event| event.seq), Some(last));
    company.says(&customer, "last").await;
    // What is new pushes out what is old: it may be told once more that it missed something.
    let news = loop {
        if let Some(push) = next(&mut slow).await
            && let Push::Event { event, .. } = push.as_ref()
            && event.seq > last
        {
            break event.seq;
        }
    };
    assert_eq!(news, last + 1);
}

async fn a_customer_without_a_thread_hears_of_the_one_that_begins(place: Place) {
    let company = place.company().await;
    let _telling = Telling::start(&place.desk).await;
    let customer = company.customer().await;
    let contact = customer.contact_id().unwrap();
    let mut heard = place.desk.live().subscribe(Topic::Contact(contact));
    let (conversation, _) = company.desk.open(&company.agent, company.inbox.id, contact).await.unwrap();
    let event = next_event(&mut heard).await;
    assert_eq!(event.conversation_id, conversation.id);
    assert!(matches!(event.body, EventBody::Opened { .. }));
}

async fn typing_and_reading_are_told_to_both_sides(place: Place) {
    let company = place.company().await;
    let _telling = Telling::start(&place.desk).await;
    let customer = company.customer().await;
    let id = company.says(&customer, "hello").await.conversation_id;
    let mut widget = place.desk.live().subscribe(Topic::Conversation(id));
    let mut console = place.desk.live().subscribe(Topic::Workspace(company.system.workspace()));

    company.desk.typing(&company.agent, id, true).await.unwrap();
    let typing = Signal::Typing { who: SenderKind::Agent, user: company.agent.user_id(), on: true };
    assert_eq!(next_signal(&mut widget).await, (id, typing.clone()));
    assert_eq!(next_signal(&mut console).await, (id, typing));

    company.desk.typing(&customer, id, true).await.unwrap();
    let typing = Signal::Typing { who: SenderKind::Customer, user: None, on: true };
    assert_eq!(next_signal(&mut console).await, (id, typing));

    let before = company.state(id).await.seq;
    company.desk.mark_read(&customer, id, 1).await.unwrap();
    assert_eq!(next_signal(&mut console).await, (id, Signal::Read { by: Reader::Contact, seq: 1 }));
    company.desk.mark_read(&company.agent, id, before).await.unwrap();
    assert_eq!(next_signal(&mut console).await, (id, Signal::Read { by: Reader::Agent, seq: before }));
    assert_eq!(company.state(id).await.seq, before, "signals are not stored");
}

async fn presence_is_told_and_ends(place: Place) {
    let company = place.company().await;
    let _telling = Telling::start(&place.desk).await;
    let workspace = company.system.workspace();
    let agent = company.agent.user_id().unwrap();
    let mut console = place.desk.live().subscribe(Topic::Workspace(workspace));
    let (laptop, phone) = (Uuid::now_v7(), Uuid::now_v7());
    let told = async |console: &mut Subscription| {
        while !matches!(next(console).await.unwrap().as_ref(), Push::Presence) {}
        place.desk.presence().of(workspace).get(&agent).copied()
    };
    company.desk.present(&company.agent, laptop, Some(Availability::Away)).await;
    assert_eq!(told(&mut console).await, Some(Availability::Away));
    company.desk.present(&company.agent, phone, Some(Availability::Online)).await;
    assert_eq!(told(&mut console).await, Some(Availability::Online), "online anywhere is online");
    company.desk.present(&company.agent, phone, None).await;
    assert_eq!(told(&mut console).await, Some(Availability::Away));
    company.desk.present(&company.agent, laptop, None).await;
    assert_eq!(told(&mut console).await, None);
    assert!(place.desk.presence().of(place.company().await.system.workspace()).is_empty());
}

async fn changes_of_the_workspace_are_told(place: Place) {
    let company = place.company().await;
    let _telling = Telling::start(&place.desk).await;
    let mut console = place.desk.live().subscribe(Topic::Workspace(company.system.workspace()));
    let customer = company.customer().await.contact_id().unwrap();
    company.desk.create_team(&company.admin, "Returns".into()).await.unwrap();
    let content = EntryContent { question: "q".into(), answer: "a".into(), ..EntryContent::default() };
    company.desk.add_kb_entry(&company.admin, content).await.unwrap();
    company.desk.erase_contact(&company.admin, customer).await.unwrap();
    let mut told = Vec::new();
    loop {
        if let Push::Workspace { entry, cursor } = next(&mut console).await.unwrap().as_ref() {
            told.push((*cursor, *entry));
            if *entry == NewEntry::ContactErased(customer) {
                break;
            }
        }
    }
    // What made the company may have been told as well.
    told.drain(..told.len() - 3);
    let entries: Vec<NewEntry> = told.iter().map(|(_, entry)| *entry).collect();
    assert_eq!(entries, [NewEntry::SettingsChanged, NewEntry::KnowledgeChanged, NewEntry::ContactErased(customer)]);
    assert!(told.windows(2).all(|pair| pair[0].0 < pair[1].0));
}

#[tokio::test]
async fn what_one_node_does_the_other_tells() {
    let place = Place::postgres().await;
    let company = place.company().await;
    let other = place.second_node().await;
    let _telling = [Telling::start(&place.desk).await, Telling::start(&other).await];
    let mut heard = other.live().subscribe(Topic::Workspace(company.system.workspace()));
    let id = company.conversation().await;
    assert_eq!(next_event(&mut heard).await.conversation_id, id);
    company.desk.typing(&company.agent, id, true).await.unwrap();
    assert_eq!(next_signal(&mut heard).await.0, id);
}
