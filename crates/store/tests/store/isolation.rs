//! Nothing crosses workspaces.

use std::time::Duration;

use yingda_model::{
    Actor, Command, Contact, Content, Conversation, Draft, EntryContent, FileId, Identity, IdentityKind, KbEntry,
    Message, MessageId, Timestamp, Trace, TraceDecision, User,
};
use yingda_store::{
    ApiToken, ConversationFilter, EntryFilter, FileInfo, Job, JobState, JournalCursor, NewIdentity, NewJob, NewSession,
    NewToken, NewUser, Remembered, StoreError, StoredMessage, Team, Utterance, UtterancesOf, View,
};

use crate::change;
use crate::language::{Taught, teach};
use crate::support::{Company, NOW, Place, everything, id};

crate::on_both_engines! {
    a_workspace_reads_nothing_of_another
    a_workspace_changes_nothing_of_another
    the_same_names_serve_in_two_workspaces
}

const LATER: Timestamp = Timestamp(NOW.0 + 1_000_000_000);

/// A company with one of everything.
struct Full {
    company: Company,
    contact: Contact,
    identity: Identity,
    conversation: Conversation,
    message: Message,
    file: FileInfo,
    entry: KbEntry,
    language: Taught,
    dead_job: Job,
    trace: Trace,
    user: User,
    team: Team,
    session: NewSession,
    token: NewToken,
}

impl Full {
    async fn of(company: Company) -> Self {
        let contact = company.contact("王小明").await;
        let new = NewIdentity {
            id: id().into(),
            kind: IdentityKind::Email,
            value: "Ming@Example.com".into(),
            verified: true,
        };
        let contact_id = contact.id;
        change!(company, [new], |tx| tx.insert_identity(contact_id, &new).await).await.unwrap();
        let conversation = company.conversation(contact.id).await;
        company.say_as(conversation.id, "你好", Some("k1"), Some("x1")).await.unwrap();
        let conversation = company.read().conversation(conversation.id).await.unwrap();
        let message = company.read().messages(&[conversation.last_message_id.unwrap()]).await.unwrap().remove(0);
        let user = company.user("agent@example.com").await;
        let team = Team { id: id().into(), name: "Team".into(), members: vec![user.id], created_at: NOW };
        let user = User { teams: vec![team.id], ..user };
        let session = NewSession {
            id: id().into(),
            user: user.id,
            secret_hash: id().as_bytes().to_vec(),
            csrf: "csrf".into(),
            created_at: NOW,
            expires_at: LATER,
        };
        let token =
            ApiToken { id: id().into(), name: "t".into(), scopes: Vec::new(), created_at: NOW, expires_at: None };
        let token = NewToken { token, user: user.id, secret_hash: id().as_bytes().to_vec() };
        let file = FileInfo {
            id: id().into(),
            key_owner: contact.id.0,
            name: "a.png".into(),
            mime: "image/png".into(),
            size: 3,
            uploaded_by: Actor::Bot,
            created_at: NOW,
        };
        let entry = entry();
        let trace = trace(&conversation, message.id);
        let language = teach(&company).await;
        let inbox = company.inbox;
        change!(company, [user, team, session, token, file, entry, trace], |tx| {
            tx.insert_team(&team).await?;
            tx.update_user(&user).await?;
            tx.insert_session(&session).await?;
            tx.insert_token(&token).await?;
            tx.insert_file(&file).await?;
            tx.show_file(file.id, trace.conversation_id).await?;
            tx.insert_kb_entries(std::slice::from_ref(&entry)).await?;
            tx.insert_trace(&trace, contact_id).await?;
            tx.set_identity_secret(inbox, b"a secret of the inbox").await?;
            tx.enqueue(job(), NOW).await?;
            tx.remember("key", b"request", id(), NOW).await
        })
        .await
        .unwrap();
        let claimed = company.store.claim_jobs(NOW, Duration::from_secs(30), 1).await.unwrap().remove(0);
        change!(company, [claimed], |tx| tx.fail_job(&claimed, "no", None).await).await.unwrap();
        let dead_job = company.read().jobs(JobState::Dead, None, 10).await.unwrap().remove(0);
        let identity = company.read().identities(contact.id).await.unwrap().remove(0);
        Self {
            company,
            contact,
            identity,
            conversation,
            message,
            file,
            entry,
            language,
            dead_job,
            trace,
            user,
            team,
            session,
            token,
        }
    }
}

fn job() -> NewJob {
    NewJob { kind: "test", key: "same in all workspaces".into(), payload: "{}".into(), run_at: NOW }
}

fn entry() -> KbEntry {
    KbEntry {
        id: id().into(),
        content: EntryContent {
            question: "怎么退货".into(),
            answer: "七天内可以退货".into(),
            variants: vec!["退货".into()],
            lang: Some("zh".into()),
            ..EntryContent::default()
        },
        version: 1,
        created_at: NOW,
        updated_at: NOW,
    }
}

fn trace(conversation: &Conversation, message_id: MessageId) -> Trace {
    Trace {
        id: id().into(),
        conversation_id: conversation.id,
        message_id,
        at: NOW,
        input: "你好".into(),
        language: "zh".into(),
        decided_by: "faq/1".into(),
        candidates: Vec::new(),
        decision: TraceDecision::Unknown { best: 0.0, threshold: 0.5, failures_in_a_row: 1 },
        said: None,
        why_zh: String::new(),
        why_en: String::new(),
        dialogue: None,
        guard: Vec::new(),
        models: Vec::new(),
        understanding: None,
        took_us: 1,
    }
}

fn not_found<T: std::fmt::Debug>(result: Result<T, StoreError>) -> bool {
    matches!(result, Err(StoreError::NotFound { .. }))
}

async fn a_workspace_reads_nothing_of_another(place: Place) {
    let store = place.open().await;
    let other = Full::of(Company::found(&store).await).await;
    let me = Company::found(&store).await;
    let read = me.read();

    assert!(not_found(read.contact(other.contact.id).await));
    assert!(not_found(read.surviving_contact(other.contact.id).await));
    assert!(read.contacts_by_id(&[other.contact.id]).await.unwrap().is_empty());
    assert!(read.contact_names(&[other.contact.id]).await.unwrap().is_empty());
    assert!(read.contacts(10, None).await.unwrap().unwrap().items.is_empty());
    assert_eq!(read.contact_by_identity(IdentityKind::Email, "ming@example.com").await.unwrap(), None);
    assert!(read.identities(other.contact.id).await.unwrap().is_empty());

    assert!(not_found(read.conversation(other.conversation.id).await));
    assert!(read.conversation_of(other.contact.id, other.company.inbox).await.unwrap().is_none());
    assert!(read.conversations_of(other.contact.id).await.unwrap().is_empty());
    assert!(read.conversations_by_id(&[other.conversation.id]).await.unwrap().is_empty());
    let all = ConversationFilter { view: View::All, status: None, inbox_id: None, contact_id: None, tag: None };
    assert!(read.conversations(&all, 10, None).await.unwrap().unwrap().items.is_empty());
    let of_contact = ConversationFilter { contact_id: Some(other.contact.id), ..all };
    assert!(read.conversations(&of_contact, 10, None).await.unwrap().unwrap().items.is_empty());
    let counts = read.conversation_counts(other.user.id).await.unwrap();
    assert_eq!((counts.all_open, counts.bot, counts.unassigned, counts.mine), (0, 0, 0, 0));

    let actor = Actor::Contact { id: other.contact.id };
    assert_eq!(other.message.client_key.as_deref(), Some("k1"));
    assert!(read.message_by_client_key(other.conversation.id, actor, "k1").await.unwrap().is_none());
    assert!(read.message_by_external_id(other.company.inbox, "x1").await.unwrap().is_none());
    assert!(read.messages(&[other.message.id]).await.unwrap().is_empty());
    assert!(read.events_after(other.conversation.id, 0, 100).await.unwrap().is_empty());
    assert!(read.events_before(other.conversation.id, 100, 100).await.unwrap().is_empty());
    let entries = store.journal_after(JournalCursor::default(), 100).await.unwrap();
    assert!(entries.iter().any(|entry| entry.conversation_id == Some(other.conversation.id)));
    assert!(read.hydrate(&entries).await.unwrap().is_empty());
    assert!(store.journal_of(&me.scope, JournalCursor::default(), 100).await.unwrap().is_empty());

    assert!(not_found(read.file(other.file.id).await));
    assert!(other.company.read().file_was_shown(other.file.id, other.conversation.id).await.unwrap());
    assert!(!read.file_was_shown(other.file.id, other.conversation.id).await.unwrap());
    assert!(not_found(read.kb_entry(other.entry.id).await));
    assert!(read.all_kb_entries().await.unwrap().is_empty());
    assert_eq!(read.kb_size().await.unwrap(), 0);
    assert!(read.kb_entries(&EntryFilter::default(), 10, None).await.unwrap().unwrap().items.is_empty());
    assert!(read.intents().await.unwrap().is_empty());
    assert!(not_found(read.intent(other.language.intent.id).await));
    assert!(not_found(read.utterance(other.language.utterance.id).await));
    assert!(read.all_utterances().await.unwrap().is_empty());
    assert!(read.utterance_counts().await.unwrap().is_empty());
    assert_eq!(read.utterances_size().await.unwrap(), 0);
    let theirs = UtterancesOf::Intent(other.language.intent.id);
    for of in [UtterancesOf::All, UtterancesOf::Nothing, theirs] {
        assert!(read.utterances(of, None, 10, None).await.unwrap().unwrap().items.is_empty());
    }
    assert!(read.entity_types().await.unwrap().is_empty());
    assert!(not_found(read.entity_type(other.language.kind.id).await));
    assert!(read.language_models(None, 10).await.unwrap().is_empty());
    assert!(read.active_language_model().await.unwrap().is_none());
    assert!(not_found(read.language_model(1).await));
    assert!(not_found(read.language_model_report(1).await));
    assert!(not_found(read.language_model_bytes(1).await));
    assert_eq!(read.language_revision().await.unwrap(), 0);
    assert!(read.jobs(JobState::Dead, None, 10).await.unwrap().is_empty());
    assert!(read.jobs_of_key("same in all workspaces").await.unwrap().is_empty());
    assert!(read.traces(other.conversation.id, 10).await.unwrap().is_empty());
    assert!(read.users().await.unwrap().is_empty());
    assert!(not_found(read.user(other.user.id).await));
    assert!(read.teams().await.unwrap().is_empty());
    assert!(read.tokens(other.user.id).await.unwrap().is_empty());
    assert!(not_found(read.inbox(other.company.inbox).await));
    assert!(not_found(read.identity_secret(other.company.inbox).await));
    assert_eq!(read.inboxes().await.unwrap().len(), 1);
    assert!(store.directory().user_to_sign_in(me.scope.workspace(), "agent@example.com").await.unwrap().is_none());

    // The other's keys are in memory and must serve nobody else.
    let sealed = other.company.read().seal_bytes(other.contact.id.0, id(), b"x").await.unwrap();
    assert!(read.unseal_bytes(other.contact.id.0, id(), &sealed).await.is_err());
    assert!(read.seal_bytes(other.contact.id.0, id(), b"x").await.is_err());
    let workspace = other.company.scope.workspace().0;
    assert!(read.seal_bytes(workspace, id(), b"x").await.is_err());
}

async fn a_workspace_changes_nothing_of_another(place: Place) {
    let store = place.open().await;
    let other = Full::of(Company::found(&store).await).await;
    let me = Company::found(&store).await;
    let mine = me.contact("我").await;
    let my_conversation = me.conversation(mine.id).await;
    let before = everything(&place).await;
    let mut tried = 0;
    macro_rules! refused {
        ([$($name:ident),*], |$tx:ident| $body:expr) => {
            let result = change!(me, [$($name),*], |$tx| $body).await;
            assert!(result.is_err(), "{}: {result:?}", stringify!($body));
            assert!(everything(&place).await == before, "something changed: {}", stringify!($body));
            tried += 1;
        };
    }
    macro_rules! without_effect {
        ([$($name:ident),*], |$tx:ident| $body:expr, $expected:expr) => {
            assert_eq!(change!(me, [$($name),*], |$tx| $body).await.unwrap(), $expected, "{}", stringify!($body));
            assert!(everything(&place).await == before, "something changed: {}", stringify!($body));
            tried += 1;
        };
    }

    let (contact, conversation, message) = (other.contact.clone(), other.conversation.clone(), other.message.clone());
    let (contact_id, my_id, conversation_id) = (contact.id, mine.id, conversation.id);
    let (their_inbox, my_inbox) = (other.company.inbox, me.inbox);
    refused!([contact], |tx| tx.update_contact(&contact).await);
    let identity =
        NewIdentity { id: id().into(), kind: IdentityKind::Phone, value: "+8613800000000".into(), verified: true };
    refused!([identity], |tx| tx.insert_identity(contact_id, &identity).await);
    without_effect!([], |tx| tx.remove_identities(contact_id, IdentityKind::Email).await, ());
    without_effect!([], |tx| tx.move_identities(contact_id, my_id).await, ());
    refused!([], |tx| tx.erase_contact(contact_id, LATER).await);
    assert_eq!(other.company.read().identities(contact_id).await.unwrap(), std::slice::from_ref(&other.identity));
    assert_eq!(other.company.read().contact(contact_id).await.unwrap(), other.contact);

    let moved = Conversation { updated_at: LATER, ..conversation.clone() };
    refused!([moved], |tx| tx.update_conversation(&moved).await);
    let stolen = Conversation { contact_id, ..my_conversation.clone() };
    refused!([stolen], |tx| tx.update_conversation(&stolen).await);
    let opened = Conversation { id: id().into(), inbox_id: their_inbox, ..my_conversation.clone() };
    refused!([opened], |tx| tx.insert_conversation(&opened).await);
    let foreign = Message { id: id().into(), seq: 77, ..message.clone() };
    refused!([foreign], |tx| tx
        .insert_message(StoredMessage {
            message: &foreign,
            conversation_id,
            inbox_id: my_inbox,
            contact_id: my_id,
            external_id: None,
        })
        .await);
    let draft = Draft { id: id().into(), content: Content::text("x"), client_key: None, external_id: None };
    let (_, events) = conversation.apply(Command::Receive { draft }, message.actor, NOW).unwrap();
    refused!([events], |tx| tx.append_events(&events).await);
    let new_trace = trace(&other.conversation, other.message.id);
    refused!([new_trace], |tx| tx.insert_trace(&new_trace, my_id).await);
    let file = FileInfo { id: FileId(id()), ..other.file.clone() };
    refused!([file], |tx| tx.insert_file(&file).await);
    let (file_id, shown_in) = (other.file.id, my_conversation.id);
    refused!([], |tx| tx.show_file(file_id, conversation_id).await);
    refused!([], |tx| tx.show_file(file_id, shown_in).await);

    let inbox = other.company.read().inbox(their_inbox).await.unwrap();
    refused!([inbox], |tx| tx.update_inbox(&inbox).await);
    refused!([], |tx| tx.set_identity_secret(their_inbox, b"mine now").await);

    let user = User { active: false, teams: Vec::new(), ..other.user.clone() };
    let (user_id, session_id, token_id) = (user.id, other.session.id, other.token.token.id);
    refused!([user], |tx| tx.update_user(&user).await);
    refused!([], |tx| tx.set_password(user_id, "hash", None).await);
    let newcomer = NewUser {
        user: User { id: id().into(), teams: vec![other.team.id], ..other.user.clone() },
        password_hash: "hash".into(),
    };
    refused!([newcomer], |tx| tx.insert_user(&newcomer).await);
    let session = NewSession { id: id().into(), secret_hash: vec![1], ..other.session.clone() };
    refused!([session], |tx| tx.insert_session(&session).await);
    let mut token = other.token.clone();
    (token.token.id, token.secret_hash) = (id().into(), vec![2]);
    refused!([token], |tx| tx.insert_token(&token).await);
    without_effect!([], |tx| tx.end_session(session_id).await, ());
    without_effect!([], |tx| tx.remove_expired_sessions(Timestamp(i64::MAX)).await, ());
    without_effect!([], |tx| tx.delete_token(user_id, token_id).await, false);

    let (entry, entry_id) = (other.entry.clone(), other.entry.id);
    refused!([entry], |tx| tx
        .update_kb_entry(entry.id, EntryContent { answer: "b".into(), ..entry.content.clone() }, NOW, None)
        .await);
    without_effect!([], |tx| tx.delete_kb_entry(entry_id).await, false);
    without_effect!([], |tx| tx.delete_all_kb_entries().await, 0);

    let Taught { intent, utterance, kind } = other.language.clone();
    let (intent_id, utterance_id, kind_id) = (intent.id, utterance.id, kind.id);
    refused!([intent], |tx| tx.update_intent(&intent).await);
    without_effect!([], |tx| tx.delete_intent(intent_id).await, false);
    refused!([utterance], |tx| tx.update_utterance(&utterance).await);
    let crossing = Utterance { id: id().into(), ..utterance.clone() };
    refused!([crossing], |tx| tx.insert_utterances(std::slice::from_ref(&crossing)).await);
    without_effect!([], |tx| tx.move_utterances(&[utterance_id], None).await, 0);
    without_effect!([], |tx| tx.delete_utterances(&[utterance_id]).await, 0);
    refused!([kind], |tx| tx.update_entity_type(&kind).await);
    without_effect!([], |tx| tx.delete_entity_type(kind_id).await, false);
    refused!([], |tx| tx.activate_language_model(1).await);
    without_effect!([], |tx| tx.remove_old_language_models(0).await, 0);

    let (job, job_id) = (other.dead_job.clone(), other.dead_job.id);
    without_effect!([job], |tx| tx.renew_job(&job, LATER).await, false);
    without_effect!([job], |tx| tx.note_progress(&job, "{}").await, ());
    without_effect!([], |tx| tx.remove_dead_jobs("same in all workspaces").await, ());
    without_effect!([], |tx| tx.retry_job(job_id, NOW).await, false);
    without_effect!([job], |tx| tx.complete_job(&job).await, false);
    without_effect!([job], |tx| tx.fail_job(&job, "mine", Some(NOW)).await, ());
    without_effect!([], |tx| tx.forget_keys(LATER).await, 0);
    without_effect!([], |tx| tx.recall("key", b"another request").await, Remembered::New);
    assert_eq!(other.company.read().traces(conversation_id, 10).await.unwrap(), [other.trace]);
    assert!(tried > 25);
}

async fn the_same_names_serve_in_two_workspaces(place: Place) {
    let store = place.open().await;
    let first = Full::of(Company::found(&store).await).await;
    // The same mail addresses, team names, client keys, identities, job keys and idempotency keys.
    let second = Full::of(Company::found(&store).await).await;
    let find = |full: &Full| full.company.clone();
    for (full, expected) in [(&first, first.contact.id), (&second, second.contact.id)] {
        let found = find(full).read().contact_by_identity(IdentityKind::Email, "MING@example.com ").await.unwrap();
        assert_eq!(found, Some(expected));
    }
    // A job of one workspace does not hold up another's of the same key.
    for company in [&first.company, &second.company] {
        change!(company, [], |tx| tx.enqueue(job(), NOW).await).await.unwrap();
    }
    assert_eq!(store.claim_jobs(NOW, Duration::from_secs(1), 10).await.unwrap().len(), 2);
}
