//! What agents do with a conversation.

use std::time::Duration;

use uuid::Uuid;
use yingda_desk::{TurnOutcome, UserChange};
use yingda_model::{Assignment, InboxSettings, MessageId, Role, Scope, Status, Timestamp, UserId};

use crate::support::{
    Company, NOW, Place, company, is_forbidden, is_not_found, refusal, refused_field, text, turn_saying,
};

fn to_user(scope: &Scope) -> Assignment {
    Assignment { user_id: scope.user_id(), team_id: None }
}

#[tokio::test]
async fn a_reply_to_a_queued_conversation_is_refused_with_a_hint_until_it_is_taken_over() {
    let place = Place::sqlite().await;
    let company = Company::found(&place.desk, InboxSettings { bot: false, ..InboxSettings::default() }).await;
    let id = company.conversation().await;
    assert_eq!(company.state(id).await.status, Status::Queued);
    let (code, words) = refusal(company.desk.reply(&company.agent, id, text("hi")).await);
    assert_eq!(code, "wrong_status");
    assert!(words.contains("take it over first"), "{words}");

    let taken = company.desk.take_over(&company.agent, id).await.unwrap();
    assert_eq!((taken.status, taken.assignee_id), (Status::Assigned, company.agent.user_id()));
    company.desk.reply(&company.agent, id, text("hi")).await.unwrap();
    let state = company.state(id).await;
    assert_eq!((state.status, state.unread_by_contact, state.unread_by_agents), (Status::Waiting, 1, 0));
    assert_eq!(company.texts(&company.agent, id).await, ["hello", "hi"]);
}

#[tokio::test]
async fn a_note_is_for_colleagues_only() {
    let (_place, company) = company().await;
    let customer = company.customer().await;
    let id = company.says(&customer, "hello").await.conversation_id;
    let before = company.state(id).await;
    company.desk.note(&company.agent, id, text("careful with this one")).await.unwrap();
    let after = company.state(id).await;
    assert_eq!(company.texts(&company.agent, id).await, ["hello", "careful with this one"]);
    assert_eq!(company.texts(&customer, id).await, ["hello"]);
    assert_eq!(after.public_seq, before.public_seq);
    assert_eq!((after.unread_by_contact, after.last_message_id), (0, before.last_message_id));
}

#[tokio::test]
async fn an_agent_takes_a_conversation_but_only_a_supervisor_gives_it_to_others() {
    let (_place, company) = company().await;
    let id = company.conversation().await;
    let own = company.desk.assign(&company.agent, id, to_user(&company.agent)).await.unwrap();
    assert_eq!((own.status, own.assignee_id), (Status::Assigned, company.agent.user_id()));
    assert!(is_forbidden(company.desk.assign(&company.agent, id, to_user(&company.supervisor)).await));
    let nobody = Assignment { user_id: None, team_id: None };
    assert!(is_forbidden(company.desk.assign(&company.agent, id, nobody).await));
    assert!(is_forbidden(company.desk.assign(&company.reader, id, to_user(&company.reader)).await));

    let given = company.desk.assign(&company.supervisor, id, to_user(&company.admin)).await.unwrap();
    assert_eq!(given.assignee_id, company.admin.user_id());
    let queued = company.desk.assign(&company.supervisor, id, nobody).await.unwrap();
    assert_eq!((queued.status, queued.assignee_id), (Status::Queued, None));
}

#[tokio::test]
async fn a_conversation_is_given_only_to_people_and_teams_that_can_have_it() {
    let (_place, company) = company().await;
    let id = company.conversation().await;
    let assign = async |to: Assignment| company.desk.assign(&company.supervisor, id, to).await;

    let unknown = Assignment { user_id: Some(UserId(Uuid::now_v7())), team_id: None };
    assert!(is_not_found(assign(unknown).await));
    let unknown = Assignment { user_id: None, team_id: Some(Uuid::now_v7().into()) };
    assert!(is_not_found(assign(unknown).await));
    assert_eq!(refused_field(assign(to_user(&company.reader)).await).0, "user_id");

    let gone = company.person(Role::Agent).await;
    let change = UserChange { active: Some(false), ..UserChange::default() };
    company.desk.update_user(&company.admin, gone.user_id().unwrap(), change).await.unwrap();
    assert_eq!(refused_field(assign(to_user(&gone)).await).0, "user_id");

    let team = company.desk.create_team(&company.admin, "Returns".into()).await.unwrap();
    let waiting = assign(Assignment { user_id: None, team_id: Some(team.id) }).await.unwrap();
    assert_eq!((waiting.status, waiting.team_id), (Status::Queued, Some(team.id)));
}

#[tokio::test]
async fn taking_over_takes_it_from_whoever_had_it() {
    let (_place, company) = company().await;
    let id = company.taken().await;
    let seq = company.state(id).await.seq;
    company.desk.take_over(&company.agent, id).await.unwrap();
    assert_eq!(company.state(id).await.seq, seq, "taking what one has changes nothing");
    let taken = company.desk.take_over(&company.supervisor, id).await.unwrap();
    assert_eq!(taken.assignee_id, company.supervisor.user_id());
}

#[tokio::test]
async fn the_assistant_goes_on_when_it_is_given_back() {
    let (_place, company) = company().await;
    let customer = company.customer().await;
    let id = company.says(&customer, "hello").await.conversation_id;
    company.desk.take_over(&company.agent, id).await.unwrap();
    let back = company.desk.return_to_bot(&company.agent, id).await.unwrap();
    assert_eq!((back.status, back.assignee_id), (Status::Bot, None));
    for job in company.jobs().await {
        company.desk.bot_turn(&job, id, turn_saying("earlier", id, Uuid::now_v7().into())).await.unwrap();
    }
    company.says(&customer, "are you there?").await;
    assert_eq!(company.jobs().await.len(), 1);
}

#[tokio::test]
async fn an_inbox_without_an_assistant_has_none_to_return_to() {
    let place = Place::sqlite().await;
    let company = Company::found(&place.desk, InboxSettings { bot: false, ..InboxSettings::default() }).await;
    let id = company.conversation().await;
    let (code, words) = refusal(company.desk.return_to_bot(&company.agent, id).await);
    assert_eq!(code, "wrong_status");
    assert!(words.contains("no assistant"), "{words}");
    assert!(company.jobs().await.is_empty());
}

#[tokio::test]
async fn a_resolved_conversation_reopens_when_the_customer_writes() {
    let (_place, company) = company().await;
    let customer = company.customer().await;
    let id = company.says(&customer, "hello").await.conversation_id;
    company.desk.take_over(&company.agent, id).await.unwrap();
    let resolved = company.desk.resolve(&company.agent, id).await.unwrap();
    assert_eq!((resolved.status, resolved.resolved_at), (Status::Resolved, Some(NOW)));
    assert_eq!(refusal(company.desk.reply(&company.agent, id, text("one more")).await).0, "wrong_status");

    let receipt = company.says(&customer, "one more question").await;
    assert_eq!(receipt.conversation_id, id, "it is the same thread");
    let state = company.state(id).await;
    assert_eq!((state.status, state.assignee_id, state.resolved_at), (Status::Bot, None, None));
}

#[tokio::test]
async fn an_agent_reopens_what_was_resolved_by_mistake() {
    let (_place, company) = company().await;
    let id = company.taken().await;
    company.desk.resolve(&company.agent, id).await.unwrap();
    let again = company.desk.reopen(&company.agent, id).await.unwrap();
    assert_eq!((again.status, again.assignee_id), (Status::Assigned, company.agent.user_id()));
}

#[tokio::test]
async fn a_snooze_ends_in_the_future() {
    let (_place, company) = company().await;
    let id = company.taken().await;
    for until in [NOW, Timestamp(NOW.0 - 1)] {
        assert_eq!(refusal(company.desk.snooze(&company.agent, id, until).await).0, "snooze_in_the_past");
    }
    let later = NOW.plus(Duration::from_secs(60));
    let snoozed = company.desk.snooze(&company.agent, id, later).await.unwrap();
    assert_eq!((snoozed.status, snoozed.snoozed_until), (Status::Snoozed, Some(later)));
}

#[tokio::test]
async fn the_customer_ends_a_snooze_by_writing() {
    let (_place, company) = company().await;
    let customer = company.customer().await;
    let id = company.says(&customer, "hello").await.conversation_id;
    company.desk.take_over(&company.agent, id).await.unwrap();
    company.desk.snooze(&company.agent, id, NOW.plus(Duration::from_secs(60))).await.unwrap();
    company.says(&customer, "still there?").await;
    let state = company.state(id).await;
    assert_eq!((state.status, state.snoozed_until), (Status::Assigned, None));
}

#[tokio::test]
async fn what_the_assistant_decided_too_late_is_not_said() {
    let (_place, company) = company().await;
    let customer = company.customer().await;
    let receipt = company.says(&customer, "hello").await;
    let id = receipt.conversation_id;
    let job = company.jobs().await.remove(0);
    company.desk.take_over(&company.agent, id).await.unwrap();
    let outcome = company.desk.bot_turn(&job, id, turn_saying("too late", id, receipt.message_id)).await.unwrap();
    assert_eq!(outcome, TurnOutcome::Superseded);
    assert_eq!(company.texts(&company.agent, id).await, ["hello"]);
    assert!(company.desk.traces(&company.agent, id).await.unwrap().is_empty());
    let reader = company.desk.store().read(&company.system);
    assert!(reader.jobs(yingda_store::JobState::Running, None, 10).await.unwrap().is_empty(), "the job is done");
}

#[tokio::test]
async fn a_turn_that_is_finished_twice_is_said_once() {
    let (_place, company) = company().await;
    let customer = company.customer().await;
    let receipt = company.says(&customer, "hello").await;
    let id = receipt.conversation_id;
    let job = company.jobs().await.remove(0);
    let turn = turn_saying("good day", id, receipt.message_id);
    assert_eq!(company.desk.bot_turn(&job, id, turn.clone()).await.unwrap(), TurnOutcome::Done);
    assert_eq!(company.desk.bot_turn(&job, id, turn).await.unwrap(), TurnOutcome::Superseded);
    assert_eq!(company.texts(&customer, id).await, ["hello", "good day"]);
    assert_eq!(company.desk.traces(&company.reader, id).await.unwrap().len(), 1);
}

#[tokio::test]
async fn unread_messages_are_counted_for_each_side() {
    let (_place, company) = company().await;
    let customer = company.customer().await;
    let id = company.says(&customer, "one").await.conversation_id;
    company.desk.take_over(&company.agent, id).await.unwrap();
    company.says(&customer, "two").await;
    let state = company.state(id).await;
    assert_eq!((state.unread_by_agents, state.unread_by_contact), (2, 0));
    let counts = company.desk.counts(&company.agent).await.unwrap();
    assert_eq!((counts.mine, counts.mine_unread, counts.all_open), (1, 1, 1));

    company.desk.mark_read(&company.agent, id, state.seq).await.unwrap();
    assert_eq!(company.state(id).await.unread_by_agents, 0);
    assert_eq!(company.desk.counts(&company.agent).await.unwrap().mine_unread, 0);

    company.desk.reply(&company.agent, id, text("a")).await.unwrap();
    company.desk.reply(&company.agent, id, text("b")).await.unwrap();
    company.desk.note(&company.agent, id, text("between us")).await.unwrap();
    let state = company.state(id).await;
    assert_eq!(state.unread_by_contact, 2);
    company.desk.mark_read(&customer, id, state.public_seq).await.unwrap();
    assert_eq!(company.state(id).await.unread_by_contact, 0);
    assert_eq!(refusal(company.desk.mark_read(&customer, id, state.seq + 1).await).0, "no_such_seq");
}

#[tokio::test]
async fn reading_again_what_was_read_changes_nothing() {
    let (_place, company) = company().await;
    let id = company.taken().await;
    let seq = company.state(id).await.seq;
    let read = company.desk.mark_read(&company.agent, id, seq).await.unwrap();
    let again = company.desk.mark_read(&company.agent, id, 1).await.unwrap();
    assert_eq!(read, again);
    assert_eq!(again.seq, seq, "reading is no event");
}

#[tokio::test]
async fn a_message_that_has_no_recipient_conversation_is_not_found() {
    let (_place, company) = company().await;
    let nowhere = Uuid::now_v7().into();
    assert!(is_not_found(company.desk.reply(&company.agent, nowhere, text("hi")).await));
    assert!(is_not_found(company.desk.take_over(&company.agent, nowhere).await));
    let message = MessageId(Uuid::now_v7());
    let id = company.conversation().await;
    let job = company.jobs().await.remove(0);
    assert!(is_not_found(company.desk.bot_turn(&job, nowhere, turn_saying("hi", nowhere, message)).await));
    assert_eq!(company.texts(&company.agent, id).await, ["hello"]);
}

#[tokio::test]
async fn an_agent_opens_a_conversation_once() {
    let (_place, company) = company().await;
    let customer = company.customer().await;
    let contact = customer.contact_id().unwrap();
    let (first, new) = company.desk.open(&company.agent, company.inbox.id, contact).await.unwrap();
    assert!(new);
    let (again, new) = company.desk.open(&company.agent, company.inbox.id, contact).await.unwrap();
    assert_eq!((again.id, new), (first.id, false));
    assert_eq!(company.says(&customer, "hello").await.conversation_id, first.id);
    assert!(is_not_found(company.desk.open(&company.agent, Uuid::now_v7().into(), contact).await));
    assert!(is_not_found(company.desk.open(&company.agent, company.inbox.id, Uuid::now_v7().into()).await));
}
