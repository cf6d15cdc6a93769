//! What the assistant works by and what its work leaves behind, as rows.

use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;
use yingda_model::{
    AssistantFile, BotOutcome, CodeChannel, CodeCheck, ConsentAnswer, ConsentPurpose, ConsentWay, ConsentWord,
    ConsentWording, Conversation, ConversationId, MessageId, Outcome, Stretch, Ticket, TicketDetails, TicketKind,
    TicketState, Timestamp, ToolCallState, Topic,
};
use yingda_store::{Begun, Ended, Fired, NewCode, NewRelease, NewRun, NewToolCall, RunKind, StoreError, TicketFilter};

use crate::change;
use crate::support::{Company, Dice, NOW, Place, everything, id};

crate::on_both_engines! {
    a_file_gets_a_new_revision_with_each_change_and_never_an_old_one
    replacing_all_files_touches_only_what_differs
    a_release_keeps_its_files_whatever_becomes_of_the_drafts
    at_most_one_release_is_live
    a_secret_is_sealed_and_is_shown_by_name_only
    a_call_that_is_begun_again_keeps_its_key
    a_turn_that_takes_another_way_repeats_no_call
    a_workspace_reads_and_changes_nothing_of_another_assistant
    each_list_has_an_index
}

pub const HOUR: i64 = 3_600_000;
pub const DAY: i64 = 24 * HOUR;
pub const LATER: Timestamp = Timestamp(NOW.0 + HOUR);

fn file(path: &str, text: &str) -> AssistantFile {
    AssistantFile { path: path.into(), text: text.into() }
}

async fn put(company: &Company, path: &str, text: &str) -> i64 {
    let file = file(path, text);
    change!(company, [file], |tx| tx.put_assistant_draft(&file, NOW).await).await.unwrap().revision
}

async fn publish(company: &Company, files: &[AssistantFile]) -> u32 {
    let new = NewRelease { note: "note".into(), report: json!({ "passed": 3 }), files: files.to_vec() };
    change!(company, [new], |tx| tx.insert_assistant_release(&new, NOW).await).await.unwrap().number
}

pub async fn talk(company: &Company) -> Conversation {
    let contact = company.contact("王小明").await;
    company.conversation(contact.id).await
}

pub fn ticket(conversation: &Conversation, number: u64) -> Ticket {
    Ticket {
        id: id().into(),
        number,
        kind: TicketKind::Ticket,
        state: TicketState::Open,
        contact_id: conversation.contact_id,
        conversation_id: Some(conversation.id),
        details: Some(TicketDetails {
            subject: "退款没到".into(),
            text: "三天了".into(),
            phone: Some("13800001111".into()),
            slots: [("order_no".to_owned(), json!("QH2026"))].into(),
        }),
        created_at: NOW,
        created_by: yingda_model::Actor::System,
        closed_at: None,
        closed_by: None,
    }
}

pub fn stretch(conversation: &Conversation, at: Timestamp) -> Stretch {
    Stretch {
        id: id(),
        conversation_id: conversation.id,
        began_at: at,
        touched_at: at,
        last_message_id: None,
        last_turn: BotOutcome::Answered,
        topic: Topic { flow: Some("return".into()), answer: None },
        denied_at: None,
        outcome: None,
        ended_at: None,
        decided_at: None,
    }
}

/// A word on consent, said in the widget: now, or imported with its moment.
pub fn word(answer: ConsentAnswer, at: Option<Timestamp>) -> ConsentWord {
    ConsentWord {
        purpose: ConsentPurpose::Marketing,
        answer,
        way: if at.is_some() { ConsentWay::Import } else { ConsentWay::Widget },
        wording: Some(ConsentWording { text: "May we write of offers?".into(), version: "1".into() }),
        at,
    }
}

pub fn code(conversation: &Conversation, code: &str, sent_at: Timestamp) -> NewCode {
    NewCode {
        id: id().into(),
        contact: conversation.contact_id,
        conversation: conversation.id,
        channel: CodeChannel::Sms,
        destination: "+86 138-0000-1111".into(),
        code: code.into(),
        sent_at,
        expires_at: Timestamp(sent_at.0 + 600_000),
    }
}

pub fn call(conversation: ConversationId, message: MessageId, number: u32, order: &str) -> NewToolCall {
    NewToolCall {
        id: id().into(),
        conversation,
        message,
        number,
        tool: "shop.cancel_order".into(),
        input: json!({ "order_no": order }),
        key: id().to_string(),
    }
}

pub async fn begin(company: &Company, new: &NewToolCall) -> Begun {
    let new = new.clone();
    change!(company, [new], |tx| tx.begin_tool_call(&new, NOW).await).await.unwrap()
}

async fn a_file_gets_a_new_revision_with_each_change_and_never_an_old_one(place: Place) {
    let company = Company::found(&place.open().await).await;
    assert_eq!(company.read().assistant_revision().await.unwrap(), 0);
    let first = put(&company, "flows/return.yml", "a").await;
    let second = put(&company, "flows/return.yml", "b").await;
    assert!(change!(company, [], |tx| tx.delete_assistant_draft("flows/return.yml").await).await.unwrap());
    assert!(!change!(company, [], |tx| tx.delete_assistant_draft("flows/return.yml").await).await.unwrap());
    let third = put(&company, "flows/return.yml", "a").await;
    assert!(first < second && second < third, "{first} {second} {third}");
    assert_eq!(company.read().assistant_revision().await.unwrap(), third);
    let draft = company.read().assistant_draft("flows/return.yml").await.unwrap();
    assert_eq!((draft.text.as_str(), draft.revision, draft.updated_at), ("a", third, NOW));
    put(&company, "flows/Z.yml", "").await;
    put(&company, "flows/a.yml", "").await;
    let paths: Vec<String> =
        company.read().assistant_drafts().await.unwrap().into_iter().map(|draft| draft.path).collect();
    assert_eq!(paths, ["flows/Z.yml", "flows/a.yml", "flows/return.yml"], "the same order on both engines");
}

async fn replacing_all_files_touches_only_what_differs(place: Place) {
    let company = Company::found(&place.open().await).await;
    put(&company, "flows/a.yml", "same").await;
    put(&company, "flows/b.yml", "old").await;
    put(&company, "flows/c.yml", "gone").await;
    let files = vec![file("flows/a.yml", "same"), file("flows/b.yml", "new"), file("flows/d.yml", "added")];
    let stored = files.clone();
    let revision = change!(company, [stored], |tx| tx.replace_assistant_drafts(&stored, NOW).await).await.unwrap();
    let drafts = company.read().assistant_drafts().await.unwrap();
    let told: Vec<_> = drafts.iter().map(|draft| (draft.path.as_str(), draft.revision)).collect();
    assert_eq!(told, [("flows/a.yml", 1), ("flows/b.yml", revision), ("flows/d.yml", revision)]);
    let again = change!(company, [files], |tx| tx.replace_assistant_drafts(&files, LATER).await).await.unwrap();
    assert_eq!(again, revision, "nothing changed");
    change!(company, [], |tx| tx.replace_assistant_drafts(&[], LATER).await).await.unwrap();
    assert!(company.read().assistant_drafts().await.unwrap().is_empty());
}

async fn a_release_keeps_its_files_whatever_becomes_of_the_drafts(place: Place) {
    let company = Company::found(&place.open().await).await;
    let many: Vec<AssistantFile> =
        (0..300).map(|number| file(&format!("flows/f{number:03}.yml"), &format!("text {}", number % 7))).collect();
    assert_eq!(publish(&company, &many).await, 1);
    let changed = vec![file("flows/f000.yml", "other"), file("guard.yml", "text 1")];
    assert_eq!(publish(&company, &changed).await, 2);
    assert_eq!(company.read().assistant_release_files(1).await.unwrap(), many);
    assert_eq!(company.read().assistant_release_files(2).await.unwrap(), changed);
    assert!(matches!(company.read().assistant_release_files(3).await, Err(StoreError::NotFound { .. })));
    let raw = place.raw().await;
    let count = Statement::from_string(raw.get_database_backend(), "SELECT COUNT(*) AS n FROM assistant_text");
    let texts: i64 = raw.query_one_raw(count).await.unwrap().unwrap().try_get("", "n").unwrap();
    assert_eq!(texts, 8, "each text once");
    let release = company.read().assistant_release(1).await.unwrap();
    assert_eq!((release.note.as_str(), &release.report, release.live), ("note", &json!({ "passed": 3 }), false));
}

async fn at_most_one_release_is_live(place: Place) {
    let company = Company::found(&place.open().await).await;
    assert!(company.read().live_assistant_release().await.unwrap().is_none());
    for _ in 0..4 {
        publish(&company, &[file("guard.yml", "x")]).await;
    }
    let mut dice = Dice(5);
    for _ in 0..20 {
        let before = company.read().assistant_revision().await.unwrap();
        let number = match u32::try_from(dice.roll(6)).unwrap() {
            0 => None,
            number => Some(number),
        };
        let result = change!(company, [], |tx| tx.make_assistant_release_live(number).await).await;
        let live: Vec<u32> = company
            .read()
            .assistant_releases(None, 9)
            .await
            .unwrap()
            .into_iter()
            .filter(|one| one.live)
            .map(|one| one.number)
            .collect();
        let named = company.read().live_assistant_release().await.unwrap().map(|one| one.number);
        assert!(live.len() <= 1 && live.first().copied() == named);
        if number == Some(5) {
            assert!(matches!(result, Err(StoreError::NotFound { .. })), "there are four");
        } else {
            result.unwrap();
            assert_eq!(named, number);
            assert!(company.read().assistant_revision().await.unwrap() > before, "nodes load it again");
        }
    }
    let page = company.read().assistant_releases(Some(4), 2).await.unwrap();
    assert_eq!(page.iter().map(|one| one.number).collect::<Vec<_>>(), [3, 2]);
}

async fn a_secret_is_sealed_and_is_shown_by_name_only(place: Place) {
    let company = Company::found(&place.open().await).await;
    for value in ["sk-first-value", "sk-second-value"] {
        change!(company, [], |tx| tx.put_assistant_secret(id(), "shop_key", value, LATER).await).await.unwrap();
    }
    change!(company, [], |tx| tx.put_assistant_setting("shop_url", "https://shop.example", NOW).await).await.unwrap();
    let all = everything(&place).await;
    assert!(!all.contains("sk-first") && !all.contains("sk-second"));
    let shown = company.read().assistant_secrets().await.unwrap();
    assert_eq!(shown.iter().map(|one| (one.name.as_str(), one.set_at)).collect::<Vec<_>>(), [("shop_key", LATER)]);
    let values = company.read().assistant_secret_values().await.unwrap();
    assert_eq!(values.0["shop_key"], "sk-second-value");
    assert!(!format!("{values:?}").contains("sk-"), "{values:?}");
    let setting = company.read().assistant_setting("shop_url").await.unwrap();
    assert_eq!(setting.as_deref(), Some("https://shop.example"));
    let before = company.read().assistant_revision().await.unwrap();
    assert!(change!(company, [], |tx| tx.delete_assistant_secret("shop_key").await).await.unwrap());
    assert!(change!(company, [], |tx| tx.delete_assistant_setting("shop_url").await).await.unwrap());
    assert_eq!(company.read().assistant_revision().await.unwrap(), before + 2);
    let gone = company.read().assistant_secret_values().await.unwrap();
    assert!(gone.0.is_empty() && company.read().assistant_settings().await.unwrap().is_empty());
}

async fn a_call_that_is_begun_again_keeps_its_key(place: Place) {
    let company = Company::found(&place.open().await).await;
    let (conversation, message) = (talk(&company).await.id, MessageId(id()));
    let Begun::New(first) = begin(&company, &call(conversation, message, 0, "A1")).await else { panic!("it is new") };
    assert_eq!((first.state, first.number, &first.output), (ToolCallState::Begun, 0, &None));
    // The turn crashed and runs again: the same call under another id and key.
    assert_eq!(begin(&company, &call(conversation, message, 0, "A1")).await, Begun::Again(first.clone()));
    let (call_id, output) = (first.id, json!({ "status": "cancelled" }));
    change!(company, [output], |tx| tx.end_tool_call(call_id, ToolCallState::Done, &output, LATER).await)
        .await
        .unwrap();
    let Begun::Again(done) = begin(&company, &call(conversation, message, 0, "A1")).await else { panic!("it is old") };
    assert_eq!((done.key, done.state, done.output), (first.key, ToolCallState::Done, Some(output)));
    // Another message is another turn.
    assert!(matches!(begin(&company, &call(conversation, id().into(), 0, "A1")).await, Begun::New(_)));
    assert!(matches!(begin(&company, &call(conversation, message, 1, "A2")).await, Begun::New(_)));
    let calls = company.read().tool_calls(conversation, message).await.unwrap();
    assert_eq!(calls.iter().map(|one| one.number).collect::<Vec<_>>(), [0, 1]);
}

async fn a_turn_that_takes_another_way_repeats_no_call(place: Place) {
    let company = Company::found(&place.open().await).await;
    let (conversation, message) = (talk(&company).await.id, MessageId(id()));
    let first = begin(&company, &call(conversation, message, 0, "A1")).await.call().clone();
    let second = begin(&company, &call(conversation, message, 1, "A2")).await.call().clone();
    // This time the second comes first, and then something new.
    assert_eq!(begin(&company, &call(conversation, message, 0, "A2")).await, Begun::Again(second));
    let Begun::New(third) = begin(&company, &call(conversation, message, 1, "A3")).await else { panic!("it is new") };
    assert_eq!(third.number, 2);
    assert_eq!(begin(&company, &call(conversation, message, 2, "A1")).await, Begun::Again(first));
    assert_eq!(company.read().tool_calls(conversation, message).await.unwrap().len(), 3);
}

async fn a_workspace_reads_and_changes_nothing_of_another_assistant(place: Place) {
    let store = place.open().await;
    let (theirs, me) = (Company::found(&store).await, Company::found(&store).await);
    let conversation = talk(&theirs).await;
    let (talk_id, contact, message) = (conversation.id, conversation.contact_id, MessageId(id()));
    put(&theirs, "guard.yml", "theirs").await;
    publish(&theirs, &[file("guard.yml", "theirs")]).await;
    let (one, open) = (ticket(&conversation, 1), stretch(&conversation, NOW));
    let (new, fired) = (code(&conversation, "123456", NOW), Fired { contact_id: contact, flow: "f".into(), at: NOW });
    let begun = begin(&theirs, &call(talk_id, message, 0, "A1")).await.call().id;
    let (stored, running) = (one.clone(), open.clone());
    let run = NewRun { id: id(), kind: RunKind::Replay, asked: json!({}) };
    let run_id = run.id;
    change!(theirs, [stored, running, new, fired, run], |tx| {
        tx.insert_assistant_run(&run, NOW).await?;
        tx.put_assistant_secret(id(), "key", "value", NOW).await?;
        tx.put_assistant_setting("url", "value", NOW).await?;
        tx.insert_ticket(&stored).await?;
        tx.add_tag(talk_id, "tag", NOW).await?;
        tx.insert_code(&new).await?;
        tx.insert_fired(id(), &fired).await?;
        tx.note_consent(id(), contact, &word(ConsentAnswer::Yes, None), NOW).await?;
        tx.insert_stretch(&running).await
    })
    .await
    .unwrap();

    let read = me.read();
    let absent = |result: Result<(), StoreError>| matches!(result, Err(StoreError::NotFound { .. }));
    assert!(read.assistant_drafts().await.unwrap().is_empty());
    assert!(absent(read.assistant_draft("guard.yml").await.map(drop)));
    assert!(read.assistant_releases(None, 9).await.unwrap().is_empty());
    assert!(read.live_assistant_release().await.unwrap().is_none());
    assert!(absent(read.assistant_release(1).await.map(drop)));
    assert!(absent(read.assistant_release_files(1).await.map(drop)));
    assert_eq!(read.assistant_revision().await.unwrap(), 0);
    assert!(read.assistant_secrets().await.unwrap().is_empty() && read.assistant_settings().await.unwrap().is_empty());
    assert!(read.assistant_secret_values().await.unwrap().0.is_empty());
    assert!(read.assistant_setting("url").await.unwrap().is_none());
    assert!(absent(read.ticket(one.id).await.map(drop)));
    assert!(read.tickets(&TicketFilter::default(), 9, None).await.unwrap().unwrap().items.is_empty());
    let of_contact = TicketFilter { contact_id: Some(contact), ..TicketFilter::default() };
    assert!(read.tickets(&of_contact, 9, None).await.unwrap().unwrap().items.is_empty());
    assert!(read.tags_of(&[talk_id]).await.unwrap().is_empty() && read.tag_counts().await.unwrap().is_empty());
    assert_eq!(read.codes_sent_for(contact, NOW).await.unwrap(), 0);
    assert_eq!(read.code_given_at(talk_id).await.unwrap(), None);
    assert!(read.flows_fired(contact, NOW).await.unwrap().is_empty());
    assert!(read.consents(contact).await.unwrap().is_empty());
    assert!(read.consent_history(contact, 9, None).await.unwrap().unwrap().items.is_empty());
    let said = read.consent(contact, ConsentPurpose::Marketing).await.unwrap();
    assert_eq!(said.answer, ConsentAnswer::Unknown);
    assert!(read.stretches(talk_id, 9).await.unwrap().is_empty());
    assert!(read.open_stretch(talk_id).await.unwrap().is_none());
    assert!(read.open_stretches(LATER, 9).await.unwrap().is_empty());
    assert!(read.tool_calls(talk_id, message).await.unwrap().is_empty());
    assert!(read.assistant_runs().await.unwrap().is_empty());
    assert!(absent(read.assistant_run(run_id).await.map(drop)));

    let before = everything(&place).await;
    let (ticket_id, mine) = (one.id, me.contact("我").await.id);
    let with_me = everything(&place).await;
    macro_rules! refused {
        ([$($name:ident),*], |$tx:ident| $body:expr) => {
            let result = change!(me, [$($name),*], |$tx| $body).await;
            assert!(result.is_err(), "{}: {result:?}", stringify!($body));
            assert!(everything(&place).await == with_me, "something changed: {}", stringify!($body));
        };
    }
    macro_rules! without_effect {
        ([$($name:ident),*], |$tx:ident| $body:expr, $expected:expr) => {
            assert_eq!(change!(me, [$($name),*], |$tx| $body).await.unwrap(), $expected, "{}", stringify!($body));
            assert!(everything(&place).await == with_me, "something changed: {}", stringify!($body));
        };
    }
    without_effect!([], |tx| tx.delete_assistant_draft("guard.yml").await, false);
    without_effect!([], |tx| tx.delete_assistant_secret("key").await, false);
    without_effect!([], |tx| tx.delete_assistant_setting("url").await, false);
    refused!([], |tx| tx.make_assistant_release_live(Some(1)).await);
    let crossing = ticket(&Conversation { contact_id: mine, ..conversation.clone() }, 2);
    refused!([crossing], |tx| tx.insert_ticket(&crossing).await);
    let crossing = ticket(&conversation, 3);
    refused!([crossing], |tx| tx.insert_ticket(&crossing).await);
    refused!([], |tx| tx.set_ticket_state(ticket_id, TicketState::Closed, NOW).await);
    without_effect!([], |tx| tx.move_tickets(contact, mine).await, ());
    refused!([], |tx| tx.add_tag(talk_id, "mine", NOW).await);
    without_effect!([], |tx| tx.remove_tag(talk_id, "tag").await, false);
    let crossing = NewCode { contact: mine, ..code(&conversation, "1", NOW) };
    refused!([crossing], |tx| tx.insert_code(&crossing).await);
    without_effect!([], |tx| tx.check_code(talk_id, "123456", NOW).await, CodeCheck::Gone);
    without_effect!([], |tx| tx.remove_old_codes(LATER).await, 0);
    let crossing = Fired { contact_id: contact, flow: "f".into(), at: NOW };
    refused!([crossing], |tx| tx.insert_fired(id(), &crossing).await);
    without_effect!([], |tx| tx.remove_old_fired(LATER).await, 0);
    refused!([], |tx| tx.note_consent(id(), contact, &word(ConsentAnswer::No, None), NOW).await);
    refused!([], |tx| tx.note_consent(id(), contact, &word(ConsentAnswer::Unknown, None), NOW).await);
    without_effect!([], |tx| tx.move_proactive(contact, mine).await, ());
    let crossing = stretch(&conversation, NOW);
    refused!([crossing], |tx| tx.insert_stretch(&crossing).await);
    refused!([open], |tx| tx.update_stretch(&open).await);
    without_effect!([], |tx| tx.end_stretch(talk_id, Outcome::Assumed, NOW).await, false);
    let crossing = call(talk_id, message, 0, "A1");
    refused!([crossing], |tx| tx.begin_tool_call(&crossing, NOW).await);
    without_effect!([], |tx| tx.end_assistant_run(run_id, Ended::Done, Some(&json!(1)), NOW).await, false);
    without_effect!([], |tx| tx.remove_old_assistant_runs(0).await, ());
    refused!([], |tx| tx.end_tool_call(begun, ToolCallState::Done, &json!(1), NOW).await);
    assert_ne!(before, with_me, "what is compared shows changes");
    assert_eq!(theirs.read().ticket(one.id).await.unwrap(), one);
}

/// What each list and look-up asks for, in SQL. On SQLite the plan says which index serves it.
async fn each_list_has_an_index(place: Place) {
    place.open().await;
    let raw = place.raw().await;
    let lists = [
        (
            "SELECT * FROM ticket WHERE workspace_id = x'00' AND state = 'open' ORDER BY id DESC LIMIT 5",
            "ticket_by_state",
        ),
        ("SELECT * FROM ticket WHERE workspace_id = x'00' ORDER BY id DESC LIMIT 5", "ticket_by_workspace"),
        (
            "SELECT * FROM ticket WHERE workspace_id = x'00' AND contact_id = x'01' ORDER BY id DESC LIMIT 5",
            "ticket_by_contact",
        ),
        (
            "SELECT * FROM ticket WHERE workspace_id = x'00' AND conversation_id = x'01' ORDER BY id DESC LIMIT 5",
            "ticket_by_conversation",
        ),
        (
            "SELECT conversation_id FROM conversation_tag WHERE workspace_id = x'00' AND name = 'a'",
            "conversation_tag_by_name",
        ),
        (
            "SELECT name, COUNT(conversation_id) FROM conversation_tag WHERE workspace_id = x'00' GROUP BY name",
            "conversation_tag_by_name",
        ),
        (
            "SELECT * FROM one_time_code WHERE workspace_id = x'00' AND conversation_id = x'01' ORDER BY id DESC LIMIT 1",
            "one_time_code_by_conversation",
        ),
        (
            "SELECT COUNT(*) FROM one_time_code WHERE workspace_id = x'00' AND destination_hash = x'01' AND sent_at >= 1",
            "one_time_code_by_destination",
        ),
        (
            "SELECT COUNT(*) FROM one_time_code WHERE workspace_id = x'00' AND contact_id = x'01' AND sent_at >= 1",
            "one_time_code_by_contact",
        ),
        (
            "SELECT * FROM flow_fired WHERE workspace_id = x'00' AND contact_id = x'01' AND at >= 1 ORDER BY at, id",
            "flow_fired_by_contact",
        ),
        (
            "SELECT * FROM stretch WHERE workspace_id = x'00' AND conversation_id = x'01' ORDER BY id DESC LIMIT 1",
            "stretch_by_conversation",
        ),
        (
            "SELECT * FROM stretch WHERE workspace_id = x'00' AND conversation_id = x'01' AND outcome = 'open' LIMIT 1",
            "stretch_that_goes_on",
        ),
        (
            "SELECT * FROM stretch WHERE workspace_id = x'00' AND outcome = 'open' AND touched_at <= 9 ORDER BY touched_at, id LIMIT 5",
            "stretch_by_outcome",
        ),
        (
            "SELECT outcome, COUNT(*) FROM stretch WHERE workspace_id = x'00' AND ended_at >= 1 AND ended_at < 9 GROUP BY outcome",
            "stretch_by_end",
        ),
        (
            "SELECT * FROM tool_call WHERE conversation_id = x'00' AND message_id = x'01' AND workspace_id = x'02' ORDER BY number",
            "sqlite_autoindex_tool_call",
        ),
        (
            "SELECT * FROM assistant_release WHERE workspace_id = x'00' ORDER BY number DESC LIMIT 5",
            "sqlite_autoindex_assistant_release",
        ),
        ("SELECT * FROM assistant_draft WHERE workspace_id = x'00'", "sqlite_autoindex_assistant_draft"),
    ];
    for (sql, index) in lists {
        if !place.is_sqlite() {
            // Small tables are read whole there whatever indexes they have: that the index is there must do.
            let exists = format!("SELECT 1 AS one FROM pg_indexes WHERE indexname = '{index}'");
            let named = !index.starts_with("sqlite_");
            let found = raw.query_one_raw(Statement::from_string(raw.get_database_backend(), exists)).await.unwrap();
            assert_eq!(found.is_some(), named, "{index}");
            continue;
        }
        let explain = Statement::from_string(raw.get_database_backend(), format!("EXPLAIN QUERY PLAN {sql}"));
        let plan: Vec<String> = raw
            .query_all_raw(explain)
            .await
            .unwrap()
            .iter()
            .map(|row| row.try_get::<String>("", "detail").unwrap())
            .collect();
        let plan = plan.join("; ");
        assert!(plan.contains(index), "{sql}: {plan}");
        let sorts =
            plan.contains("TEMP B-TREE") && !sql.contains("GROUP BY outcome") && !sql.contains("ORDER BY at, id");
        assert!(!sorts, "{sql} sorts: {plan}");
    }
}
