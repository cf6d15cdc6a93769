//! The journal: every event once, and those of a conversation in order, whoever writes at the same time.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures::future::join_all;
use sea_orm::{ConnectionTrait, Statement};
use yingda_model::{ContactId, Content, ConversationId, Draft};
use yingda_store::{JournalCursor, NewEntry, Store};

use crate::change;
use crate::support::{Company, Dice, NOW, Place, entries, id, receive};

crate::on_both_engines! {
    a_reader_sees_every_event_once_and_in_order_while_many_write
    a_reader_of_one_workspace_sees_only_it_and_all_of_it
    events_before_and_after_a_place_meet
    the_end_of_the_journal_is_where_new_things_begin
    what_concerns_the_workspace_is_told
}

mod postgres_only {
    use crate::support::Place;

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn a_journal_that_came_from_another_server_is_read_to_its_end() {
        super::a_journal_that_came_from_another_server_is_read_to_its_end(Place::postgres()).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn a_deadlock_is_tried_again() {
        super::a_deadlock_is_tried_again(Place::postgres()).await;
    }
}

/// Follows the journal until it has as many entries as `total`, which is known at the end, and nothing more comes.
async fn follow(store: Store, total: Arc<AtomicUsize>) -> Vec<JournalCursor> {
    let mut seen = Vec::new();
    let mut after = JournalCursor::default();
    loop {
        let enough = seen.len() >= total.load(Ordering::SeqCst);
        let entries = store.journal_after(after, 7).await.unwrap();
        if entries.is_empty() {
            if enough {
                return seen;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        for entry in entries {
            assert!(entry.cursor > after, "a place was passed twice");
            after = entry.cursor;
            // Places survive being written down.
            assert_eq!(after.to_string().parse(), Ok(after));
            seen.push(after);
        }
    }
}

async fn a_reader_sees_every_event_once_and_in_order_while_many_write(place: Place) {
    const CONVERSATIONS: usize = 12;
    const WRITERS: u64 = 24;
    const EACH: u64 = 12;
    let store = place.open().await;
    // A second node, as behind a load balancer; SQLite has but one.
    let second = if place.is_sqlite() { store.clone() } else { place.open().await };
    let company = Company::found(&store).await;
    let contact = company.contact("张三").await;
    let mut conversations = Vec::new();
    for _ in 0..CONVERSATIONS {
        conversations.push(company.conversation(contact.id).await.id);
    }
    let total = Arc::new(AtomicUsize::new(usize::MAX));
    let reader = tokio::spawn(follow(second.clone(), total.clone()));
    let sqlite = place.is_sqlite();
    let writers = (0..WRITERS).map(|writer| {
        let mut company = company.clone();
        if writer % 2 == 1 {
            company.store = second.clone();
        }
        let conversations = conversations.clone();
        tokio::spawn(async move {
            let mut dice = Dice(writer);
            for number in 0..EACH {
                let one = conversations[dice.roll(CONVERSATIONS as u64) as usize];
                let two = conversations[dice.roll(CONVERSATIONS as u64) as usize];
                // Some transactions dawdle between taking their number and ending, some before it; some give up at last.
                let (before, after) = if sqlite { (0, 0) } else { (dice.roll(4) * 5, dice.roll(5) * 8) };
                let fail = dice.roll(6) == 0;
                let result = change!(company, [], |tx| {
                    let mut both = [one, two];
                    both.sort();
                    for id in both {
                        tx.lock(id.0).await?;
                    }
                    tokio::time::sleep(Duration::from_millis(before)).await;
                    for conversation in both {
                        let draft = Draft {
                            id: id().into(),
                            content: Content::text(format!("{writer} {number}")),
                            client_key: None,
                            external_id: None,
                        };
                        receive(tx, conversation, draft).await?;
                        tokio::time::sleep(Duration::from_millis(after)).await;
                    }
                    if fail { Err(yingda_store::StoreError::Erased) } else { Ok(()) }
                })
                .await;
                assert_eq!(result.is_err(), fail, "{result:?}");
            }
        })
    });
    for writer in join_all(writers).await {
        writer.unwrap();
    }
    let mut expected = 0;
    for conversation in &conversations {
        let events = company.read().events_after(*conversation, 0, 10_000).await.unwrap();
        let numbers: Vec<u64> = events.iter().map(|event| event.seq).collect();
        assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>());
        expected += numbers.len();
    }
    total.store(expected, Ordering::SeqCst);
    // A missed event would be waited for in vain.
    let seen = tokio::time::timeout(Duration::from_secs(60), reader).await.expect("events were missed").unwrap();
    let places: HashSet<_> = seen.iter().collect();
    assert_eq!(places.len(), seen.len(), "a place came twice");
    assert_eq!(seen.len(), expected, "events were missed or came twice");

    // Read once more from the start: the same in the same order, and each conversation counted up one by one.
    let entries = company.store.journal_after(JournalCursor::default(), 100_000).await.unwrap();
    assert_eq!(entries.iter().map(|entry| entry.cursor).collect::<Vec<_>>(), seen);
    let events = company.read().hydrate(&entries).await.unwrap();
    let mut last: HashMap<ConversationId, u64> = HashMap::new();
    for (_, event) in events {
        let before = last.insert(event.conversation_id, event.seq).unwrap_or(0);
        assert_eq!(event.seq, before + 1, "the events of a conversation came out of order");
    }
}

async fn a_reader_of_one_workspace_sees_only_it_and_all_of_it(place: Place) {
    let store = place.open().await;
    let (mine, other) = (Company::found(&store).await, Company::found(&store).await);
    for company in [&mine, &other, &mine] {
        let contact = company.contact("x").await;
        let conversation = company.conversation(contact.id).await;
        company.say(conversation.id, "hello").await.unwrap();
    }
    entries(&store, JournalCursor::default(), 6).await;
    let entries = store.journal_of(&mine.scope, JournalCursor::default(), 100).await.unwrap();
    assert_eq!(entries.len(), 4);
    assert!(entries.iter().all(|entry| entry.workspace == mine.scope.workspace()));
}

async fn events_before_and_after_a_place_meet(place: Place) {
    let company = Company::found(&place.open().await).await;
    let contact = company.contact("x").await;
    let conversation = company.conversation(contact.id).await.id;
    for number in 0..9 {
        company.say(conversation, &number.to_string()).await.unwrap();
    }
    let seqs = |events: Vec<yingda_model::Event>| events.into_iter().map(|event| event.seq).collect::<Vec<_>>();
    assert_eq!(seqs(company.read().events_before(conversation, 6, 3).await.unwrap()), [3, 4, 5]);
    assert_eq!(seqs(company.read().events_after(conversation, 5, 3).await.unwrap()), [6, 7, 8]);
    assert_eq!(seqs(company.read().events_before(conversation, u64::MAX, 2).await.unwrap()), [9, 10]);
    assert!(company.read().events_after(conversation, u64::MAX, 2).await.unwrap().is_empty());
}

async fn the_end_of_the_journal_is_where_new_things_begin(place: Place) {
    let store = place.open().await;
    assert_eq!(store.journal_end().await.unwrap(), JournalCursor::default());
    let company = Company::found(&store).await;
    let contact = company.contact("x").await;
    let conversation = company.conversation(contact.id).await.id;
    entries(&store, JournalCursor::default(), 1).await;
    let end = store.journal_end().await.unwrap();
    assert!(store.journal_after(end, 10).await.unwrap().is_empty());
    company.say(conversation, "new").await.unwrap();
    assert_eq!(entries(&store, end, 1).await.len(), 1);
    for nonsense in ["", "1", "1.", ".1", "-1.0", "1.-1", "a.b", "1.2.3"] {
        assert!(nonsense.parse::<JournalCursor>().is_err(), "{nonsense:?}");
    }
}

async fn what_concerns_the_workspace_is_told(place: Place) {
    let company = Company::found(&place.open().await).await;
    let contact: ContactId = id().into();
    let told = [
        NewEntry::KnowledgeChanged,
        NewEntry::LanguageChanged,
        NewEntry::SettingsChanged,
        NewEntry::AssistantChanged,
        NewEntry::TicketsChanged,
        NewEntry::ContactErased(contact),
    ];
    for entry in told {
        change!(company, [], |tx| tx.append_entry(entry, NOW).await).await.unwrap();
    }
    let entries = entries(&company.store, JournalCursor::default(), told.len()).await;
    assert_eq!(entries.iter().filter_map(yingda_store::Entry::of_workspace).collect::<Vec<_>>(), told);
}

async fn a_journal_that_came_from_another_server_is_read_to_its_end(place: Place) {
    let store = place.open().await;
    let company = Company::found(&store).await;
    let contact = company.contact("x").await;
    let conversation = company.conversation(contact.id).await.id;
    company.say(conversation, "one").await.unwrap();
    // pg_dump carries transaction numbers that this server has yet to give.
    let raw = place.raw().await;
    raw.execute_raw(Statement::from_string(raw.get_database_backend(), "UPDATE journal SET tx = tx + 1000000000"))
        .await
        .unwrap();
    assert!(store.journal_after(JournalCursor::default(), 10).await.unwrap().is_empty());
    let again = place.open().await;
    assert_eq!(entries(&again, JournalCursor::default(), 2).await.len(), 2);
    let end = again.journal_end().await.unwrap();
    company.say(conversation, "two").await.unwrap();
    assert_eq!(entries(&again, end, 1).await.len(), 1);
}

async fn a_deadlock_is_tried_again(place: Place) {
    let company = Company::found(&place.open().await).await;
    let (a, b) = (id(), id());
    let both = [(a, b), (b, a)].map(|(first, second)| {
        let company = company.clone();
        let barrier = Duration::from_millis(100);
        tokio::spawn(async move {
            change!(company, [], |tx| {
                tx.lock(first).await?;
                tokio::time::sleep(barrier).await;
                tx.lock(second).await?;
                tx.append_entry(NewEntry::SettingsChanged, NOW).await
            })
            .await
        })
    });
    for one in join_all(both).await {
        one.unwrap().unwrap();
    }
    assert_eq!(entries(&company.store, JournalCursor::default(), 2).await.len(), 2);
}
