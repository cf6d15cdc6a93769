//! Who may do what: every call of the desk, asked by everybody.

use std::time::Duration;

use futures::future::BoxFuture;
use uuid::Uuid;
use yingda_desk::{
    ChangeDraft, Desk, DeskError, EvalDraft, InboxChange, KbDraft, LanguageFile, LanguageFormat, NewContact, NewInbox,
    SiteSettings, SiteText, UserChange, WebSettings,
};
use yingda_model::{
    Assignment, ChangeId, ChangeState, ContactId, ContactUpdate, ConversationId, EntityTypeId, EntryContent, EntryId,
    EntryStatus, EvalPairId, InboxId, InboxKind, InboxSettings, IntentId, KbChange, Permission, Role, Scope, SiteId,
    TokenId, TokenScope, User, UserId, UtteranceId, WebSourceId,
};
use yingda_store::{ApiToken, ChangeFilter, ConversationFilter, EntryFilter, JobState, StoreError, UtterancesOf, View};

use crate::language::{branch, intent, said};
use crate::support::{Company, NOW, Place, company, is_not_found, number, text};

/// Things to ask about, fresh for each question.
struct Things {
    conversation: ConversationId,
    contact: ContactId,
    other_contact: ContactId,
    inbox: InboxId,
    user: UserId,
    entry: EntryId,
    change: ChangeId,
    pair: EvalPairId,
    web: WebSourceId,
    site: SiteId,
    intent: IntentId,
    utterance: UtteranceId,
    kind: EntityTypeId,
    token: TokenId,
    job: i64,
}

impl Things {
    async fn of(company: &Company) -> Self {
        let customer = company.customer().await;
        let conversation = company.says(&customer, "hello").await.conversation_id;
        company.desk.take_over(&company.agent, conversation).await.unwrap();
        let (desk, system) = (&company.desk, &company.system);
        let entry = desk.add_kb_entry(system, faq()).await.unwrap();
        let pair = EvalDraft { query: format!("q{}", number()), lang: None, relevant: Vec::new() };
        let (intent, utterance, kind) = teach(company).await;
        let token = api_token();
        company.desk.create_token(&company.admin, token.clone(), Uuid::now_v7().as_bytes().to_vec()).await.unwrap();
        Self {
            conversation,
            contact: customer.contact_id().unwrap(),
            other_contact: company.customer().await.contact_id().unwrap(),
            inbox: company.inbox.id,
            user: company.supervisor.user_id().unwrap(),
            entry: entry.id,
            change: desk.propose_kb(system, proposal(None)).await.unwrap().id,
            pair: desk.add_eval_pairs(system, vec![pair]).await.unwrap()[0].id,
            web: desk.put_web_source(system, None, website()).await.unwrap().id,
            site: desk.put_site(system, None, format!("s{}", number()), site()).await.unwrap().id,
            intent,
            utterance,
            kind,
            token: token.id,
            job: dead_job(company).await,
        }
    }
}

/// An intent, an utterance of it, and a type of entity; enough of all that it can be trained.
async fn teach(company: &Company) -> (IntentId, UtteranceId, EntityTypeId) {
    let (desk, scope) = (&company.desk, &company.system);
    // Things are made anew for each question, and there is an end to types of entity.
    for kind in desk.entity_types(scope).await.unwrap() {
        desk.delete_entity_type(scope, kind.id).await.unwrap();
    }
    let mut first = None;
    for _ in 0..2 {
        let name = format!("intent-{}", number());
        let (made, _) = desk.create_intent(scope, intent(&name), None).await.unwrap();
        let texts = [format!("{name} a"), format!("{name} b")];
        desk.add_utterances(scope, Some(made.id), said(&[&texts[0], &texts[1]])).await.unwrap();
        first.get_or_insert(made.id);
    }
    let id = first.unwrap();
    let page = desk.utterances(scope, UtterancesOf::Intent(id), None, 1, None).await.unwrap().unwrap().items;
    let (kind, _) = desk.create_entity_type(scope, branch(&format!("kind_{}", number())), None).await.unwrap();
    (id, page[0].id, kind.id)
}

/// Every entry.
const ANY: EntryFilter = EntryFilter {
    kind: None,
    status: None,
    lang: None,
    category: None,
    tag: None,
    audience: None,
    owner: None,
    key: None,
};

fn faq() -> EntryContent {
    EntryContent { question: format!("q{}", number()), answer: "a".into(), ..EntryContent::default() }
}

fn proposal(entry_id: Option<EntryId>) -> ChangeDraft {
    ChangeDraft { entry_id, content: faq(), state: ChangeState::Review, note: None }
}

/// What one proposes oneself, a model may write on.
async fn draft_own(desk: &Desk, scope: &Scope, things: &Things) -> Result<KbChange, DeskError> {
    let change = desk.propose_kb(scope, proposal(Some(things.entry))).await?;
    desk.draft_kb_change(scope, change.id, faq(), "small").await
}

fn site() -> SiteSettings {
    let name = SiteText { name: "Acme".into(), tagline: String::new() };
    SiteSettings { zh: name.clone(), en: name, ..SiteSettings::default() }
}

fn website() -> WebSettings {
    serde_json::from_value(serde_json::json!({ "start": "https://www.example.com/sitemap.xml" })).unwrap()
}

fn api_token() -> ApiToken {
    ApiToken {
        id: Uuid::now_v7().into(),
        name: "ci".into(),
        scopes: vec![TokenScope::ConversationsRead],
        created_at: NOW,
        expires_at: None,
    }
}

/// A job of the company that was set aside.
async fn dead_job(company: &Company) -> i64 {
    for job in company.jobs().await {
        let scope = Scope::system(job.workspace);
        company
            .desk
            .store()
            .write(&scope, move |tx| {
                let job = job.clone();
                Box::pin(async move { tx.fail_job(&job, "no", None).await })
            })
            .await
            .unwrap();
    }
    company.desk.jobs(&company.system, JobState::Dead, None, 1).await.unwrap()[0].id
}

type Call = for<'a> fn(&'a Desk, &'a Scope, &'a Things) -> BoxFuture<'a, Result<(), DeskError>>;

struct Question {
    name: &'static str,
    needs: Permission,
    /// Whether it names something by id, so that another workspace finds nothing.
    names: bool,
    call: Call,
}

/// `name(needs, …) |desk, scope, things| call;` for each call of the desk.
macro_rules! questions {
    ($($name:ident($needs:ident, $names:literal) |$desk:ident, $scope:ident, $things:ident| $call:expr;)*) => {
        vec![$(Question {
            name: stringify!($name),
            needs: Permission::$needs,
            names: $names,
            call: |$desk, $scope, $things| Box::pin(async move {
                let _ = $things;
                $call.await.map(|_| ())
            }),
        }),*]
    };
}

fn questions() -> Vec<Question> {
    questions! {
        conversation(ReadConversations, true) |d, s, t| d.conversation(s, t.conversation);
        conversations(ReadConversations, false) |d, s, t| d.conversations(s, &every(), 10, None);
        events_after(ReadConversations, true) |d, s, t| d.events_after(s, t.conversation, 0, 10);
        events_before(ReadConversations, true) |d, s, t| d.events_before(s, t.conversation, 9, 10);
        traces(ReadConversations, true) |d, s, t| d.traces(s, t.conversation);
        views(ReadConversations, false) |d, s, t| d.views(s, Vec::new());
        pushes(ReadConversations, false) |d, s, t| d.pushes(s, &[]);
        reply(WriteConversations, true) |d, s, t| d.reply(s, t.conversation, text("hi"));
        note(WriteConversations, true) |d, s, t| d.note(s, t.conversation, text("hi"));
        take_over(WriteConversations, true) |d, s, t| d.take_over(s, t.conversation);
        return_to_bot(WriteConversations, true) |d, s, t| d.return_to_bot(s, t.conversation);
        snooze(WriteConversations, true) |d, s, t| d.snooze(s, t.conversation, NOW.plus(Duration::from_secs(60)));
        resolve(WriteConversations, true) |d, s, t| d.resolve(s, t.conversation);
        reopen(WriteConversations, true) |d, s, t| d.reopen(s, t.conversation);
        open(WriteConversations, true) |d, s, t| d.open(s, t.inbox, t.other_contact);
        assign(AssignOthers, true) |d, s, t| d.assign(s, t.conversation, to(t.user));
        contact(ReadContacts, true) |d, s, t| d.contact(s, t.contact);
        contacts(ReadContacts, false) |d, s, t| d.contacts(s, 10, None);
        find_contact(ReadContacts, false) |d, s, t| d.find_contact(s, "li@example.com");
        identities(ReadContacts, true) |d, s, t| d.identities(s, t.contact);
        create_contact(WriteContacts, false) |d, s, t| d.create_contact(s, NewContact::default(), None);
        update_contact(WriteContacts, true) |d, s, t| d.update_contact(s, t.contact, ContactUpdate::default());
        merge_contacts(WriteContacts, true) |d, s, t| d.merge_contacts(s, t.other_contact, t.contact);
        erase_contact(EraseContacts, true) |d, s, t| d.erase_contact(s, t.contact);
        kb_entry(ReadKnowledge, true) |d, s, t| d.kb_entry(s, t.entry);
        kb_entries(ReadKnowledge, false) |d, s, t| d.kb_entries(s, &ANY, 10, None);
        all_kb_entries(ReadKnowledge, false) |d, s, t| d.all_kb_entries(s);
        kb_facets(ReadKnowledge, false) |d, s, t| d.kb_facets(s, &ANY);
        kb_versions(ReadKnowledge, true) |d, s, t| d.kb_versions(s, t.entry, None, 10);
        kb_version(ReadKnowledge, true) |d, s, t| d.kb_version(s, t.entry, 1);
        kb_comments(ReadKnowledge, true) |d, s, t| d.kb_comments(s, t.entry);
        import_kb(WriteKnowledge, false) |d, s, t| d.import_kb(s, vec![draft()]);
        add_kb_entry(WriteKnowledge, false) |d, s, t| d.add_kb_entry(s, faq());
        update_kb_entry(WriteKnowledge, true) |d, s, t| d.update_kb_entry(s, t.entry, faq(), None, None);
        roll_back_kb(WriteKnowledge, true) |d, s, t| d.roll_back_kb(s, t.entry, 1);
        set_kb_status(WriteKnowledge, true) |d, s, t| d.set_kb_status(s, t.entry, EntryStatus::Archived);
        kb_change(ReadKnowledge, true) |d, s, t| d.kb_change(s, t.change);
        kb_changes(ReadKnowledge, false) |d, s, t| d.kb_changes(s, &ChangeFilter::default(), 10, None);
        propose_kb(ProposeKnowledge, true) |d, s, t| d.propose_kb(s, proposal(Some(t.entry)));
        draft_kb_change(ProposeKnowledge, true) |d, s, t| draft_own(d, s, t);
        suggest_kb(WriteKnowledge, false) |d, s, t| d.suggest_kb(s, Vec::new());
        accept_kb_change(WriteKnowledge, true) |d, s, t| d.accept_kb_change(s, t.change, None);
        refuse_kb_change(WriteKnowledge, true) |d, s, t| d.refuse_kb_change(s, t.change, None);
        eval_pairs(ReadKnowledge, false) |d, s, t| d.eval_pairs(s);
        add_eval_pairs(WriteKnowledge, false) |d, s, t| d.add_eval_pairs(s, Vec::new());
        delete_eval_pair(WriteKnowledge, true) |d, s, t| d.delete_eval_pair(s, t.pair);
        web_sources(ReadKnowledge, false) |d, s, t| d.web_sources(s);
        web_source(ReadKnowledge, true) |d, s, t| d.web_source(s, t.web);
        put_web_source(WriteKnowledge, true) |d, s, t| d.put_web_source(s, Some(t.web), website());
        read_web_source(WriteKnowledge, true) |d, s, t| d.read_web_source(s, t.web);
        delete_web_source(WriteKnowledge, true) |d, s, t| d.delete_web_source(s, t.web);
        graph_rows(ReadKnowledge, false) |d, s, t| d.graph_rows(s);
        replace_graph(WriteKnowledge, false) |d, s, t| d.replace_graph(s, Vec::new());
        sites(ReadKnowledge, false) |d, s, t| d.sites(s);
        put_site(WriteSettings, true) |d, s, t| d.put_site(s, Some(t.site), format!("s{}", number()), site());
        delete_site(WriteSettings, true) |d, s, t| d.delete_site(s, t.site);
        delete_kb_entry(WriteKnowledge, true) |d, s, t| d.delete_kb_entry(s, t.entry);
        intents(ReadKnowledge, false) |d, s, t| d.intents(s);
        intent(ReadKnowledge, true) |d, s, t| d.intent(s, t.intent);
        create_intent(WriteKnowledge, false) |d, s, t| d.create_intent(s, intent(&format!("i{}", number())), None);
        update_intent(WriteKnowledge, true) |d, s, t| d.update_intent(s, t.intent, intent(&format!("i{}", number())));
        delete_intent(WriteKnowledge, true) |d, s, t| d.delete_intent(s, t.intent);
        utterances(ReadKnowledge, true) |d, s, t| d.utterances(s, UtterancesOf::Intent(t.intent), None, 10, None);
        add_utterances(WriteKnowledge, true) |d, s, t| d.add_utterances(s, Some(t.intent), said(&["x"]));
        update_utterance(WriteKnowledge, true) |d, s, t| d.update_utterance(s, t.utterance, None, said(&["y"]).remove(0));
        move_utterances(WriteKnowledge, true) |d, s, t| d.move_utterances(s, vec![t.utterance], None);
        delete_utterances(WriteKnowledge, true) |d, s, t| d.delete_utterances(s, vec![t.utterance]);
        entity_types(ReadKnowledge, false) |d, s, t| d.entity_types(s);
        entity_type(ReadKnowledge, true) |d, s, t| d.entity_type(s, t.kind);
        create_entity_type(WriteKnowledge, false) |d, s, t| d.create_entity_type(s, branch(&format!("n{}", number())), None);
        update_entity_type(WriteKnowledge, true) |d, s, t| d.update_entity_type(s, t.kind, branch(&format!("n{}", number())));
        delete_entity_type(WriteKnowledge, true) |d, s, t| d.delete_entity_type(s, t.kind);
        import_language(WriteKnowledge, false) |d, s, t| d.import_language(s, LanguageFile::default());
        export_language(ReadKnowledge, false) |d, s, t| d.export_language(s, LanguageFormat::Rasa);
        language_status(ReadKnowledge, false) |d, s, t| d.language_status(s);
        language_models(ReadKnowledge, false) |d, s, t| d.language_models(s, None, 10);
        training(ReadKnowledge, false) |d, s, t| d.training(s);
        users(ReadSettings, false) |d, s, t| d.users(s);
        teams(ReadSettings, false) |d, s, t| d.teams(s);
        inboxes(ReadSettings, false) |d, s, t| d.inboxes(s);
        create_user(WriteSettings, false) |d, s, t| d.create_user(s, user(), "hash".into());
        update_user(WriteSettings, true) |d, s, t| d.update_user(s, t.user, UserChange::default());
        create_team(WriteSettings, false) |d, s, t| d.create_team(s, format!("team {}", number()));
        create_inbox(WriteSettings, false) |d, s, t| d.create_inbox(s, inbox());
        update_inbox(WriteSettings, true) |d, s, t| d.update_inbox(s, t.inbox, InboxChange::default());
        new_identity_secret(WriteSettings, true) |d, s, t| d.new_identity_secret(s, t.inbox);
        jobs(Operate, false) |d, s, t| d.jobs(s, JobState::Dead, None, 10);
        retry_job(Operate, true) |d, s, t| d.retry_job(s, t.job);
    }
}

/// Calls that a customer may make as well, of what is their own.
fn customer_questions() -> Vec<Question> {
    questions! {
        typing(WriteConversations, true) |d, s, t| d.typing(s, t.conversation, true);
        mark_read(WriteConversations, true) |d, s, t| d.mark_read(s, t.conversation, 1);
    }
}

fn every() -> ConversationFilter {
    ConversationFilter { view: View::All, status: None, inbox_id: None, contact_id: None, tag: None }
}

fn to(user: UserId) -> Assignment {
    Assignment { user_id: Some(user), team_id: None }
}

fn draft() -> KbDraft {
    KbDraft { content: faq(), ..KbDraft::default() }
}

fn user() -> User {
    User {
        id: Uuid::now_v7().into(),
        email: format!("new-{}@company.example", number()),
        name: "New".into(),
        role: Role::Agent,
        skills: Vec::new(),
        teams: Vec::new(),
        active: true,
        created_at: NOW,
    }
}

fn inbox() -> NewInbox {
    NewInbox { name: "New".into(), kind: InboxKind::Web, key: None, settings: InboxSettings::default() }
}

/// Asks everything as each of `scopes` and checks that exactly those without the right are told so.
async fn ask(company: &Company, questions: &[Question], scopes: &[(String, Scope)]) {
    for question in questions {
        for (who, scope) in scopes {
            let things = Things::of(company).await;
            let answer = (question.call)(&company.desk, scope, &things).await;
            let may = scope.may(question.needs);
            match answer {
                Err(DeskError::Forbidden(missing)) => {
                    assert!(!may, "{who} was not allowed {}", question.name);
                    assert_eq!(missing, question.needs, "{who} {}", question.name);
                }
                // The state machine has its own opinion of what the assistant may ask.
                Err(DeskError::Refused(_)) if who == "bot" => assert!(may, "{who} {}", question.name),
                Err(error) => panic!("{who} {}: {error}", question.name),
                Ok(()) => assert!(may, "{who} was allowed {}", question.name),
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_may_do_what_their_role_says() {
    let (_place, company) = company().await;
    let workspace = company.system.workspace();
    let scopes = [
        ("admin", company.admin.clone()),
        ("supervisor", company.supervisor.clone()),
        ("agent", company.agent.clone()),
        ("read-only", company.reader.clone()),
        ("bot", Scope::bot(workspace)),
        ("system", company.system.clone()),
    ]
    .map(|(who, scope)| (who.to_owned(), scope));
    let mut all = questions();
    all.extend(customer_questions());
    // The platform is no user: it takes, answers and reads nothing itself.
    let of_users = ["reply", "note", "take_over", "mark_read"];
    let (of_users, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|q| of_users.contains(&q.name));
    ask(&company, &others, &scopes).await;
    ask(&company, &of_users, &scopes[..5]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_cuts_its_owners_rights_down_to_its_scopes() {
    let (_place, company) = company().await;
    let admin = company.admin.user_id().unwrap();
    let scopes: Vec<(String, Scope)> = [
        TokenScope::ConversationsRead,
        TokenScope::ConversationsWrite,
        TokenScope::ContactsRead,
        TokenScope::ContactsWrite,
        TokenScope::KnowledgeRead,
        TokenScope::KnowledgeWrite,
    ]
    .map(|scope| {
        let token = Scope::token(company.system.workspace(), admin, Role::Admin, vec![scope]);
        (format!("{scope:?}"), token)
    })
    .into();
    ask(&company, &questions(), &scopes).await;
    ask(&company, &customer_questions(), &scopes).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_gives_no_right_that_its_owner_lacks() {
    let (_place, company) = company().await;
    let every = vec![TokenScope::Admin, TokenScope::ConversationsWrite, TokenScope::KnowledgeWrite];
    let agent = company.agent.user_id().unwrap();
    let scope = Scope::token(company.system.workspace(), agent, Role::Agent, every);
    let things = Things::of(&company).await;
    for question in questions() {
        let forbidden = matches!((question.call)(&company.desk, &scope, &things).await, Err(DeskError::Forbidden(_)));
        assert_eq!(forbidden, !Role::Agent.may(question.needs), "{}", question.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_may_touch_only_what_is_their_own() {
    let (_place, company) = company().await;
    let workspace = company.system.workspace();
    let own = ["conversation", "events_after", "events_before", "typing", "mark_read"];
    let mut all = questions();
    all.extend(customer_questions());
    for question in all {
        let things = Things::of(&company).await;
        let owner = Scope::contact(workspace, things.contact);
        let stranger = Scope::contact(workspace, things.other_contact);
        let (mine, theirs) = (
            (question.call)(&company.desk, &owner, &things).await,
            (question.call)(&company.desk, &stranger, &things).await,
        );
        if own.contains(&question.name) {
            assert!(mine.is_ok(), "{}: {mine:?}", question.name);
            assert!(is_not_found(theirs), "{}", question.name);
        } else {
            assert!(matches!(mine, Err(DeskError::Forbidden(_))), "{}: {mine:?}", question.name);
            assert!(matches!(theirs, Err(DeskError::Forbidden(_))), "{}: {theirs:?}", question.name);
        }
    }
    let customer = company.customer().await;
    assert!(matches!(company.desk.counts(&customer).await, Err(DeskError::Forbidden(_))));
    assert!(matches!(company.desk.tokens(&customer).await, Err(DeskError::Forbidden(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_workspace_finds_nothing_by_id() {
    let (place, company) = company().await;
    let other = place.company().await;
    let mut all = questions();
    all.extend(customer_questions());
    for question in all.iter().filter(|question| question.names) {
        let things = Things::of(&company).await;
        let answer = (question.call)(&company.desk, &other.admin, &things).await;
        assert!(matches!(answer, Err(DeskError::Store(StoreError::NotFound { .. }))), "{}: {answer:?}", question.name);
    }
    let things = Things::of(&company).await;
    let own = things_of_two(&things, &Things::of(&other).await);
    for question in ["open", "merge_contacts", "assign"] {
        let question = all.iter().find(|one| one.name == question).unwrap();
        let answer = (question.call)(&company.desk, &other.admin, &own).await;
        assert!(is_not_found(answer), "{} across workspaces", question.name);
    }
    let token = other.desk.delete_token(&other.admin, things.token).await;
    assert!(is_not_found(token));
    let stranger = Scope::contact(other.system.workspace(), things.contact);
    assert!(is_not_found(company.desk.receive(&stranger, things.inbox, text("hello")).await));
    let customer = other.customer().await;
    assert!(is_not_found(company.desk.receive(&customer, things.inbox, text("hello")).await));
    assert!(other.desk.living(&other.system, things.contact).await.unwrap().is_none());
}

/// One's own conversation and contact, with somebody else's user, inbox and second contact.
fn things_of_two(foreign: &Things, own: &Things) -> Things {
    Things { conversation: own.conversation, contact: own.contact, ..*foreign }
}

#[tokio::test]
async fn training_and_choosing_a_model_need_the_right_to_write_knowledge() {
    let (_place, company) = company().await;
    teach(&company).await;
    for scope in [&company.agent, &company.reader, &Scope::bot(company.system.workspace()), &company.customer().await] {
        let refused = |result: Result<(), DeskError>| {
            assert!(matches!(result, Err(DeskError::Forbidden(Permission::WriteKnowledge))), "{result:?}");
        };
        refused(company.desk.train_language(scope).await.map(|_| ()));
        refused(company.desk.activate_language_model(scope, 1).await.map(|_| ()));
    }
    assert!(company.desk.language_model(&company.customer().await, 1).await.is_err());
    company.desk.train_language(&company.supervisor).await.unwrap();
    assert!(is_not_found(company.desk.activate_language_model(&company.supervisor, 1).await));
}

#[tokio::test]
async fn lists_show_nothing_of_another_workspace() {
    let place = Place::sqlite().await;
    let (company, other) = (place.company().await, place.company().await);
    Things::of(&company).await;
    let desk = &place.desk;
    assert!(desk.conversations(&other.admin, &every(), 10, None).await.unwrap().unwrap().items.is_empty());
    assert!(desk.contacts(&other.admin, 10, None).await.unwrap().unwrap().items.is_empty());
    assert!(desk.kb_entries(&other.admin, &ANY, 10, None).await.unwrap().unwrap().items.is_empty());
    assert!(desk.intents(&other.admin).await.unwrap().intents.is_empty());
    assert!(desk.utterances(&other.admin, UtterancesOf::All, None, 10, None).await.unwrap().unwrap().items.is_empty());
    assert!(desk.entity_types(&other.admin).await.unwrap().is_empty());
    assert!(desk.jobs(&other.admin, JobState::Dead, None, 10).await.unwrap().is_empty());
    assert_eq!(desk.users(&other.admin).await.unwrap().len(), 4);
    assert_eq!(desk.inboxes(&other.admin).await.unwrap().len(), 1);
    assert_eq!(desk.counts(&other.admin).await.unwrap().all_open, 0);
}
