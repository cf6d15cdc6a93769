//! Lists and histories: in order, in pages, without repeats or holes.

use std::time::Duration;

use yingda_desk::Events;
use yingda_model::{ConversationId, Scope, Status};
use yingda_store::{ConversationFilter, View};

use crate::support::{Company, company, text};

fn every() -> ConversationFilter {
    ConversationFilter { view: View::All, status: None, inbox_id: None, contact_id: None, tag: None }
}

async fn list(company: &Company, filter: &ConversationFilter) -> Vec<ConversationId> {
    let page = company.desk.conversations(&company.agent, filter, 100, None).await.unwrap().unwrap();
    page.items.into_iter().map(|conversation| conversation.id).collect()
}

/// A conversation with eight notes between what the customer sees, and its customer.
async fn with_notes(company: &Company) -> (ConversationId, Scope) {
    let customer = company.customer().await;
    let id = company.says(&customer, "one").await.conversation_id;
    company.desk.take_over(&company.agent, id).await.unwrap();
    for n in 0..8 {
        company.desk.note(&company.agent, id, text(&format!("note {n}"))).await.unwrap();
    }
    company.desk.reply(&company.agent, id, text("two")).await.unwrap();
    (id, customer)
}

fn numbers(page: &Events) -> Vec<u64> {
    page.events.iter().map(|event| event.seq).collect()
}

#[tokio::test]
async fn conversations_are_paged_newest_activity_first() {
    let (place, company) = company().await;
    let mut begun = Vec::new();
    for n in 0..7 {
        begun.push(company.conversation().await);
        if n % 2 == 0 {
            // Two have the same moment: their ids decide.
            place.clock.moves(Duration::from_secs(1));
        }
    }
    begun.reverse();
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let page = company.desk.conversations(&company.agent, &every(), 2, cursor.as_deref()).await.unwrap().unwrap();
        seen.extend(page.items.into_iter().map(|conversation| conversation.id));
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, begun);
    assert!(company.desk.conversations(&company.agent, &every(), 2, Some("x")).await.unwrap().is_none());
}

#[tokio::test]
async fn each_list_has_its_own_conversations() {
    let (_place, company) = company().await;
    let with_bot = company.conversation().await;
    let mine = company.taken().await;
    let resolved = company.taken().await;
    company.desk.resolve(&company.agent, resolved).await.unwrap();
    let queued = company.conversation().await;
    let nobody = yingda_model::Assignment { user_id: None, team_id: None };
    company.desk.assign(&company.supervisor, queued, nobody).await.unwrap();

    let view = |view| ConversationFilter { view, ..every() };
    assert_eq!(list(&company, &view(View::Bot)).await, [with_bot]);
    assert_eq!(list(&company, &view(View::Mine(company.agent.user_id().unwrap()))).await, [mine]);
    assert_eq!(list(&company, &view(View::Unassigned)).await, [queued]);
    assert_eq!(list(&company, &every()).await.len(), 4);
    let filter = ConversationFilter { status: Some(Status::Resolved), ..every() };
    assert_eq!(list(&company, &filter).await, [resolved]);
    let counts = company.desk.counts(&company.agent).await.unwrap();
    assert_eq!((counts.mine, counts.unassigned, counts.bot, counts.all_open), (1, 1, 1, 3));
}

#[tokio::test]
async fn a_history_is_read_forwards_and_backwards_without_a_hole() {
    let (_place, company) = company().await;
    let (id, _) = with_notes(&company).await;
    let last = company.state(id).await.seq;
    let (mut forwards, mut after) = (Vec::new(), 0);
    loop {
        let page = company.desk.events_after(&company.agent, id, after, 3).await.unwrap();
        assert_eq!(page.last_seq, last);
        forwards.extend(numbers(&page));
        after = page.reached;
        if !page.more {
            break;
        }
    }
    assert_eq!(forwards, (1..=last).collect::<Vec<_>>());
    let (mut backwards, mut before) = (Vec::new(), last + 1);
    loop {
        let page = company.desk.events_before(&company.agent, id, before, 3).await.unwrap();
        backwards.splice(0..0, numbers(&page));
        before = page.reached;
        if !page.more {
            break;
        }
    }
    assert_eq!(backwards, forwards);
}

#[tokio::test]
async fn a_customer_gets_past_notes_in_both_directions() {
    let (_place, company) = company().await;
    let (id, customer) = with_notes(&company).await;
    let public = numbers(&company.desk.events_after(&customer, id, 0, 500).await.unwrap());
    assert!(public.len() < usize::try_from(company.state(id).await.seq).unwrap());

    let (mut forwards, mut after) = (Vec::new(), 0);
    for _ in 0..20 {
        let page = company.desk.events_after(&customer, id, after, 2).await.unwrap();
        forwards.extend(numbers(&page));
        after = page.reached;
        if !page.more {
            break;
        }
    }
    assert_eq!(forwards, public);
    let (mut backwards, mut before) = (Vec::new(), u64::MAX);
    for _ in 0..20 {
        let page = company.desk.events_before(&customer, id, before, 2).await.unwrap();
        backwards.splice(0..0, numbers(&page));
        before = page.reached;
        if !page.more {
            break;
        }
    }
    assert_eq!(backwards, public);
    let page = company.desk.events_after(&customer, id, 0, 500).await.unwrap();
    assert_eq!(page.last_seq, *public.last().unwrap());
}

#[tokio::test]
async fn numbers_beyond_the_end_give_nothing() {
    let (_place, company) = company().await;
    let id = company.conversation().await;
    let page = company.desk.events_after(&company.agent, id, u64::MAX, 10).await.unwrap();
    assert_eq!((page.events.len(), page.more), (0, false));
    let page = company.desk.events_before(&company.agent, id, 0, 10).await.unwrap();
    assert_eq!((page.events.len(), page.more), (0, false));
}

#[tokio::test]
async fn a_list_shows_names_previews_and_who_has_it() {
    let (_place, company) = company().await;
    let customer = company.customer().await;
    let id = company.says(&customer, &"很".repeat(300)).await.conversation_id;
    let state = company.desk.take_over(&company.agent, id).await.unwrap();
    let view = company.desk.view(&company.reader, state).await.unwrap();
    assert_eq!(view.preview.unwrap().text.chars().count(), 120);
    assert_eq!((view.inbox.name.as_str(), view.contact.name), ("Web", None));
    assert!(view.contact.display_name_zh.starts_with("访客 "), "{}", view.contact.display_name_zh);
    assert_eq!(view.assignee.unwrap().id, company.agent.user_id().unwrap());
}
