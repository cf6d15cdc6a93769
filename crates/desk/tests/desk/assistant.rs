//! The assistant's turns, what it works by, and what its work leaves behind.

use std::time::Duration;

use serde_json::json;
use yingda_desk::{
    BotStep, BotTurn, CodeSent, Desk, DeskError, Expected, Fire, FireLimit, FireRule, Limited, Occasion, TurnOutcome,
};
use yingda_model::{
    Actor, AssistantFile, CodeChannel, CodeCheck, ConsentAnswer, ConsentPurpose, ConsentWay, ConsentWord,
    ConsentWording, Content, ConversationId, DialogueState, EventBody, HandOverReason, MAX_ASSISTANT_FILE_BYTES,
    MAX_ASSISTANT_FILES, NewTicket, Permission, Scope, Status, TicketDetails, TicketKind, TicketState, Timestamp,
    ToolCallState, Topic, Visibility,
};
use yingda_store::{Begun, Job, NewToolCall, TicketFilter};

use crate::on_both_engines;
use crate::support::{Company, Place, company, is_forbidden, is_not_found, refused_field, text, trace, turn_saying};

on_both_engines! {
    a_turn_does_all_its_steps_together
    a_turn_that_comes_too_late_leaves_nothing
    where_flows_stand_is_remembered_even_when_people_take_over
    of_two_who_change_a_file_the_second_is_told
    a_release_goes_live_and_an_older_one_comes_back
    tickets_that_are_made_at_once_have_numbers_of_their_own
    merging_contacts_brings_their_tickets_together
    codes_are_few_in_an_hour_and_serve_once
    nobody_is_written_to_without_consent_or_too_often
    a_word_on_consent_says_by_which_way_and_on_which_words
    a_turn_that_runs_again_finds_the_calls_it_made
}

const HOUR: Duration = Duration::from_secs(3600);

/// A conversation whose customer has written, and the job of the turn that answers.
pub async fn asked(company: &Company) -> (ConversationId, Job) {
    let customer = company.customer().await;
    let id = company.says(&customer, "hello").await.conversation_id;
    (id, job_of(company, id).await)
}

/// The job of the turn that answers the newest message of a conversation.
pub async fn job_of(company: &Company, id: ConversationId) -> Job {
    let jobs = company.jobs().await;
    jobs.into_iter().find(|job| job.payload.contains(&id.to_string())).unwrap()
}

pub fn turn(steps: Vec<BotStep>, id: ConversationId) -> BotTurn {
    BotTurn {
        steps,
        topic: Topic::default(),
        dialogue: None,
        taken_from: None,
        trace: trace(id, uuid::Uuid::now_v7().into()),
    }
}

fn say(words: &str) -> BotStep {
    turn_saying(words, uuid::Uuid::nil().into(), uuid::Uuid::nil().into()).steps.remove(0)
}

fn ticket(subject: &str) -> NewTicket {
    NewTicket {
        kind: TicketKind::Callback,
        number: None,
        details: TicketDetails {
            subject: subject.into(),
            phone: Some("13800001111".into()),
            ..TicketDetails::default()
        },
    }
}

fn file(path: &str, text: &str) -> AssistantFile {
    AssistantFile { path: path.into(), text: text.into() }
}

async fn notes(company: &Company, id: ConversationId) -> Vec<String> {
    let page = company.desk.events_after(&company.agent, id, 0, 500).await.unwrap();
    let messages = page.events.into_iter().filter_map(|event| match event.body {
        EventBody::Message { message } if message.visibility == Visibility::Private => {
            Some(message.content.as_text().to_owned())
        }
        _ => None,
    });
    messages.collect()
}

async fn a_turn_does_all_its_steps_together(place: Place) {
    let company = place.company().await;
    let (id, job) = asked(&company).await;
    let team = company.desk.create_team(&company.admin, "Returns".into()).await.unwrap().id;
    let number = company.desk.reserve_ticket_number(&Scope::bot(company.system.workspace())).await.unwrap();
    let brief = Some("想退货，订单 QH1。\nWants to return it.".to_owned());
    let steps = vec![
        BotStep::HandOver { reason: HandOverReason::Flow, brief },
        BotStep::Tag { name: " 退货 ".into() },
        BotStep::Tag { name: "\u{7}".into() },
        BotStep::Note { text: "a\0note".into() },
        BotStep::Note { text: " ".into() },
        BotStep::Route { team: uuid::Uuid::now_v7().into() },
        BotStep::Route { team },
        BotStep::Ticket(NewTicket { number: Some(number), ..ticket("Call\nme") }),
        say("goodbye"),
    ];
    assert_eq!(company.desk.bot_turn(&job, id, turn(steps, id)).await.unwrap(), TurnOutcome::Done);
    let state = company.state(id).await;
    assert_eq!((state.status, state.team_id, state.assignee_id), (Status::Queued, Some(team), None));
    let notes = notes(&company, id).await;
    assert_eq!(notes.len(), 4, "{notes:?}");
    assert_eq!(notes[0], "anote");
    assert!(notes[1].contains("no more"), "{notes:?}");
    assert_eq!(notes[2], "回电 #1 / Call back #1\nCall me");
    assert!(notes[3].starts_with("想退货"));
    let customer = Scope::contact(company.system.workspace(), state.contact_id);
    assert_eq!(company.texts(&customer, id).await, ["hello", "goodbye"], "notes are for colleagues");
    assert_eq!(company.desk.tags(&company.agent, id).await.unwrap(), ["退货"]);
    let view = company.desk.view(&company.agent, state.clone()).await.unwrap();
    assert_eq!(view.tags, ["退货"]);
    let tickets = company.desk.tickets(&company.reader, &TicketFilter::default(), 9, None).await.unwrap().unwrap();
    assert_eq!((tickets.items.len(), tickets.items[0].number), (1, number));
    assert_eq!(tickets.items[0].conversation_id, Some(id));
}

async fn a_turn_that_comes_too_late_leaves_nothing(place: Place) {
    let company = place.company().await;
    let (id, job) = asked(&company).await;
    company.desk.take_over(&company.agent, id).await.unwrap();
    let steps = vec![BotStep::Tag { name: "late".into() }, BotStep::Ticket(ticket("late")), say("late")];
    assert_eq!(company.desk.bot_turn(&job, id, turn(steps, id)).await.unwrap(), TurnOutcome::Superseded);
    assert!(company.desk.tags(&company.agent, id).await.unwrap().is_empty());
    let tickets = company.desk.tickets(&company.agent, &TicketFilter::default(), 9, None).await.unwrap().unwrap();
    assert!(tickets.items.is_empty() && notes(&company, id).await.is_empty());
}

async fn where_flows_stand_is_remembered_even_when_people_take_over(place: Place) {
    let company = place.company().await;
    let (id, job) = asked(&company).await;
    let dialogue = Box::new(DialogueState { release: 7, ..DialogueState::default() });
    // A turn that says nothing is stored as well.
    let silent = BotTurn { dialogue: Some(dialogue.clone()), ..turn(Vec::new(), id) };
    company.desk.bot_turn(&job, id, silent).await.unwrap();
    assert_eq!(company.state(id).await.memory.dialogue, Some(dialogue.clone()));
    let customer = Scope::contact(company.system.workspace(), company.state(id).await.contact_id);
    company.says(&customer, "a person please").await;
    let hand_over = vec![say("yes"), BotStep::HandOver { reason: HandOverReason::Requested, brief: None }];
    company.desk.bot_turn(&job_of(&company, id).await, id, turn(hand_over, id)).await.unwrap();
    let state = company.state(id).await;
    assert_eq!((state.status, state.memory.dialogue), (Status::Queued, Some(dialogue)));
    company.desk.take_over(&company.agent, id).await.unwrap();
    assert!(company.state(id).await.memory.dialogue.is_some(), "the person sees what was collected");
    company.desk.return_to_bot(&company.agent, id).await.unwrap();
    assert_eq!(company.state(id).await.memory.dialogue, None, "the assistant begins anew");
}

async fn of_two_who_change_a_file_the_second_is_told(place: Place) {
    let company = place.company().await;
    let desk = &company.desk;
    let put =
        async |text: &str, expected| desk.put_assistant_file(&company.admin, file("flows/a.yml", text), expected).await;
    let first = put("1", Expected::Absent).await.unwrap();
    assert!(matches!(put("x", Expected::Absent).await, Err(DeskError::Outdated { expected: 0, .. })));
    let (one, other) =
        tokio::join!(put("2", Expected::Revision(first.revision)), put("3", Expected::Revision(first.revision)));
    let (won, lost) = if one.is_ok() { (one, other) } else { (other, one) };
    let won = won.unwrap();
    assert!(
        matches!(lost, Err(DeskError::Outdated { expected, is }) if expected == first.revision && is == won.revision)
    );
    assert_eq!(desk.assistant_file(&company.supervisor, "flows/a.yml").await.unwrap(), won);
    let delete = async |expected| desk.delete_assistant_file(&company.admin, "flows/a.yml".into(), expected).await;
    assert!(matches!(delete(Expected::Revision(first.revision)).await, Err(DeskError::Outdated { .. })));
    delete(Expected::Revision(won.revision)).await.unwrap();
    assert!(is_not_found(delete(Expected::Anything).await));
    assert!(matches!(put("4", Expected::Revision(won.revision)).await, Err(DeskError::Outdated { is: 0, .. })));
}

async fn a_release_goes_live_and_an_older_one_comes_back(place: Place) {
    let company = place.company().await;
    let (desk, admin) = (&company.desk, &company.admin);
    let nothing = desk.publish_assistant(admin, "first".into(), json!({}), None).await;
    assert_eq!(refused_field(nothing).0, "files");
    desk.put_assistant_file(admin, file("guard.yml", "1"), Expected::Anything).await.unwrap();
    let tested = desk.assistant_revision(admin).await.unwrap();
    desk.put_assistant_file(admin, file("guard.yml", "2"), Expected::Anything).await.unwrap();
    let untested = desk.publish_assistant(admin, "first".into(), json!({}), Some(tested)).await;
    assert!(matches!(untested, Err(DeskError::Outdated { .. })), "{untested:?}");
    let first = desk.publish_assistant(admin, "first".into(), json!({ "passed": 1 }), None).await.unwrap();
    assert_eq!((first.number, first.live), (1, true));
    desk.put_assistant_file(admin, file("guard.yml", "3"), Expected::Anything).await.unwrap();
    desk.publish_assistant(admin, String::new(), json!({}), None).await.unwrap();
    desk.make_assistant_release_live(admin, Some(1)).await.unwrap();
    assert_eq!(desk.live_assistant_release(admin).await.unwrap().unwrap().number, 1);
    assert!(is_not_found(desk.make_assistant_release_live(admin, Some(9)).await));
    assert_eq!(desk.live_assistant_release(admin).await.unwrap().unwrap().number, 1, "nothing changed");
    assert_eq!(desk.assistant_release_files(admin, 2).await.unwrap(), [file("guard.yml", "3")]);
    desk.take_up_assistant_release(admin, 1).await.unwrap();
    assert_eq!(desk.assistant_file(admin, "guard.yml").await.unwrap().text, "2");
    desk.make_assistant_release_live(admin, None).await.unwrap();
    assert_eq!(desk.live_assistant_release(admin).await.unwrap(), None);
}

async fn tickets_that_are_made_at_once_have_numbers_of_their_own(place: Place) {
    let company = place.company().await;
    let made = (0..8).map(|number| {
        let company = company.clone();
        tokio::spawn(async move {
            let id = company.conversation().await;
            company.desk.create_ticket(&company.agent, id, ticket(&format!("t{number}"))).await.unwrap()
        })
    });
    let mut numbers = Vec::new();
    for one in futures::future::join_all(made).await {
        numbers.push(one.unwrap().number);
    }
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=8).collect::<Vec<u64>>());
    let forged = NewTicket { number: Some(9_999), ..ticket("forged") };
    let id = company.conversation().await;
    let made = company.desk.create_ticket(&company.agent, id, forged).await.unwrap();
    assert_eq!(made.number, 9, "people do not choose numbers");
    let closed = company.desk.close_ticket(&company.agent, made.id).await.unwrap();
    assert_eq!((closed.state, closed.closed_by), (TicketState::Closed, Some(company.agent.actor())));
    let open = company.desk.reopen_ticket(&company.agent, made.id).await.unwrap();
    assert_eq!((open.state, open.closed_at), (TicketState::Open, None));
    let bad = NewTicket { details: TicketDetails::default(), ..ticket("") };
    assert_eq!(refused_field(company.desk.create_ticket(&company.agent, id, bad).await).0, "subject");
}

async fn merging_contacts_brings_their_tickets_together(place: Place) {
    let company = place.company().await;
    let (one, other) = (company.conversation().await, company.conversation().await);
    let made = company.desk.create_ticket(&company.agent, one, ticket("x")).await.unwrap();
    let into = company.state(other).await.contact_id;
    company.desk.merge_contacts(&company.agent, made.contact_id, into).await.unwrap();
    let moved = company.desk.ticket(&company.agent, made.id).await.unwrap();
    assert_eq!((moved.contact_id, &moved.details), (into, &made.details));
    company.desk.erase_contact(&company.admin, into).await.unwrap();
    assert_eq!(company.desk.ticket(&company.agent, made.id).await.unwrap().details, None);
}

async fn codes_are_few_in_an_hour_and_serve_once(place: Place) {
    let company = place.company().await;
    let (desk, bot) = (&company.desk, Scope::bot(company.system.workspace()));
    let id = company.conversation().await;
    let make = async |id, phone: &str| desk.make_code(&bot, id, CodeChannel::Sms, phone).await.unwrap();
    let CodeSent::Send(first) = make(id, "138 0000 1111").await else { panic!("it is the first") };
    assert!(first.code.len() == 6 && first.code.chars().all(|digit| digit.is_ascii_digit()));
    assert!(!format!("{first:?}").contains(&first.code));
    let right = desk.check_code(&bot, id, &format!("code {}", first.code)).await.unwrap();
    assert_eq!(right, CodeCheck::Right { id: first.id, channel: CodeChannel::Sms });
    assert_eq!(desk.check_code(&bot, id, &first.code).await.unwrap(), CodeCheck::Gone);
    assert!(desk.code_given_at(&company.agent, id).await.unwrap().is_some());
    // Another conversation does not make more room for the same phone.
    let other = company.conversation().await;
    let tries = futures::future::join_all((0..6).map(|_| make(other, "13800001111"))).await;
    assert_eq!(tries.iter().filter(|one| matches!(one, CodeSent::Send(_))).count(), 2);
    // Nor do other phones make endless room for one customer.
    let mut sent = 2;
    for phone in 0..9 {
        sent += i32::from(make(other, &format!("1390000000{phone}")).await != CodeSent::TooMany);
    }
    assert_eq!(sent, 6);
    place.clock.moves(HOUR + Duration::from_secs(1));
    assert!(matches!(make(other, "13800001111").await, CodeSent::Send(_)));
    let nowhere = desk.make_code(&bot, id, CodeChannel::Mail, "13800001111").await;
    assert_eq!(refused_field(nowhere).0, "destination");
}

/// A word on consent.
fn word(answer: ConsentAnswer, way: ConsentWay) -> ConsentWord {
    ConsentWord { purpose: ConsentPurpose::Marketing, answer, way, wording: None, at: None }
}

async fn a_word_on_consent_says_by_which_way_and_on_which_words(place: Place) {
    let company = place.company().await;
    let desk = &company.desk;
    let customer = company.customer().await;
    let Actor::Contact { id: contact } = customer.actor() else { panic!("a customer") };
    let wording = |text: &str| Some(ConsentWording { text: text.into(), version: " 2026-11 ".into() });
    let asked = ConsentWord { wording: wording("  May we?\n"), ..word(ConsentAnswer::Yes, ConsentWay::Widget) };
    desk.note_consent(&customer, contact, asked.clone()).await.unwrap();
    let empty = ConsentWord { wording: Some(ConsentWording::default()), ..word(ConsentAnswer::No, ConsentWay::Agent) };
    desk.note_consent(&company.agent, contact, empty).await.unwrap();
    let said = desk.consent_history(&company.reader, contact, 9, None).await.unwrap().unwrap().items;
    let told: Vec<_> = said.iter().map(|said| (said.answer, said.way, said.by)).collect();
    let agent = company.agent.actor();
    assert_eq!(
        told,
        [
            (ConsentAnswer::No, Some(ConsentWay::Agent), Some(agent)),
            (ConsentAnswer::Yes, Some(ConsentWay::Widget), Some(customer.actor()))
        ]
    );
    let words = ConsentWording { text: "May we?".into(), version: "2026-11".into() };
    assert_eq!((&said[0].wording, &said[1].wording), (&None, &Some(words)));

    // Imported: it was said before what is known, and so does not count.
    let before = ConsentWord { at: Some(Timestamp(0)), ..word(ConsentAnswer::Yes, ConsentWay::Import) };
    let counts = desk.note_consent(&company.agent, contact, before.clone()).await.unwrap();
    assert_eq!(counts.answer, ConsentAnswer::No);
    for (scope, word, field) in [
        (&customer, word(ConsentAnswer::Yes, ConsentWay::Agent), "way"),
        (&customer, before.clone(), "way"),
        (&company.agent, word(ConsentAnswer::Yes, ConsentWay::Widget), "way"),
        (&company.agent, ConsentWord { way: ConsentWay::Api, ..before.clone() }, "at"),
        (&company.agent, ConsentWord { at: Some(Timestamp(i64::MAX)), ..before }, "at"),
        (&customer, ConsentWord { wording: wording(&"x".repeat(1001)), ..asked.clone() }, "wording.text"),
        (&customer, ConsentWord { wording: wording("a\u{7}"), ..asked }, "wording.text"),
    ] {
        let refused = desk.note_consent(scope, contact, word.clone()).await;
        assert_eq!(refused_field(refused).0, field, "{word:?}");
    }
    let stranger = company.customer().await;
    assert!(is_forbidden(desk.consent_history(&stranger, contact, 9, None).await));
    assert_eq!(desk.consent_history(&customer, contact, 9, None).await.unwrap().unwrap().items.len(), 3);
}

async fn nobody_is_written_to_without_consent_or_too_often(place: Place) {
    let company = place.company().await;
    let (desk, bot) = (&company.desk, Scope::bot(company.system.workspace()));
    let customer = company.customer().await;
    let contact = customer.contact_id().unwrap();
    let limit = |of, most, hours| FireLimit { of, most, within: HOUR * hours };
    let rule = |flow: &str, occasion| FireRule {
        flow: flow.into(),
        occasion,
        limits: vec![limit(Limited::Flow, 1, 24), limit(Limited::All, 2, 48)],
    };
    let fire = async |flow: &str, occasion| desk.fire_flow(&bot, contact, rule(flow, occasion)).await.unwrap();
    assert_eq!(fire("sale", Occasion::Marketing).await, Fire::NoConsent, "nothing said is no consent");
    let purpose = ConsentPurpose::Marketing;
    desk.note_consent(&customer, contact, word(ConsentAnswer::Yes, ConsentWay::Widget)).await.unwrap();
    let both = futures::future::join_all((0..4).map(|_| fire("sale", Occasion::Marketing))).await;
    assert_eq!(both.iter().filter(|one| **one == Fire::Yes).count(), 1, "{both:?}");
    assert!(both.iter().any(|one| matches!(one, Fire::TooOften { .. })));
    assert_eq!(fire("parcel", Occasion::Service).await, Fire::Yes);
    let begun = place.desk.world().now();
    assert_eq!(fire("cart", Occasion::Service).await, Fire::TooOften { again_at: begun.plus(48 * HOUR) });
    place.clock.moves(48 * HOUR);
    assert_eq!(fire("cart", Occasion::Service).await, Fire::Yes, "it has room at the moment it named");
    desk.note_consent(&company.agent, contact, word(ConsentAnswer::No, ConsentWay::Agent)).await.unwrap();
    assert_eq!(fire("sale", Occasion::Marketing).await, Fire::NoConsent);
    let stranger = company.customer().await;
    assert!(is_forbidden(desk.note_consent(&stranger, contact, word(ConsentAnswer::Yes, ConsentWay::Widget)).await));
    assert!(is_forbidden(desk.consent(&stranger, contact, purpose).await));
    assert!(is_forbidden(
        desk.note_consent(&company.reader, contact, word(ConsentAnswer::Yes, ConsentWay::Agent)).await
    ));
    desk.erase_contact(&company.admin, contact).await.unwrap();
    assert_eq!(fire("parcel", Occasion::Service).await, Fire::Erased);
}

async fn a_turn_that_runs_again_finds_the_calls_it_made(place: Place) {
    let company = place.company().await;
    let (id, bot) = (company.conversation().await, Scope::bot(company.system.workspace()));
    let message = company.state(id).await.last_message_id.unwrap();
    let call = |key: &str| NewToolCall {
        id: uuid::Uuid::now_v7().into(),
        conversation: id,
        message,
        number: 0,
        tool: "shop.cancel_order".into(),
        input: json!({ "order_no": "QH1" }),
        key: key.into(),
    };
    // Two nodes that both believe to have the turn.
    let other = if place.desk.store().file().is_some() { place.desk.clone() } else { place.second_node().await };
    let nodes: [Desk; 2] = [place.desk.clone(), other];
    let begun = futures::future::join_all(nodes.iter().zip(["k1", "k2"]).map(|(desk, key)| {
        let (bot, call) = (bot.clone(), call(key));
        async move { desk.begin_tool_call(&bot, call).await.unwrap() }
    }))
    .await;
    assert_eq!(begun.iter().filter(|one| matches!(one, Begun::New(_))).count(), 1);
    assert_eq!(begun[0].call(), begun[1].call(), "one key");
    let (call_id, output) = (begun[0].call().id, json!({ "status": "cancelled" }));
    place.desk.end_tool_call(&bot, call_id, ToolCallState::Uncertain, output.clone()).await.unwrap();
    let calls = place.desk.tool_calls(&company.agent, id, message).await.unwrap();
    assert_eq!((calls[0].state, &calls[0].output), (ToolCallState::Uncertain, &Some(output)));
    // The first run took a longer way to a call: the second comes to it earlier and knows it all the same.
    let refund = |number: u32, key: &str| NewToolCall { number, tool: "shop.refund".into(), ..call(key) };
    let far = place.desk.begin_tool_call(&bot, refund(5, "k5")).await.unwrap();
    let near = place.desk.begin_tool_call(&bot, refund(2, "k2")).await.unwrap();
    assert_eq!(near, Begun::Again(far.call().clone()));
    // The same once more, later in the same turn, is another.
    assert!(matches!(place.desk.begin_tool_call(&bot, refund(6, "k6")).await.unwrap(), Begun::New(_)));
}

#[tokio::test]
async fn a_folder_has_limits_and_each_is_told() {
    let (_place, company) = company().await;
    let (desk, admin) = (&company.desk, &company.admin);
    let put = async |path: &str, text: String| {
        refused_field(
            desk.put_assistant_file(admin, AssistantFile { path: path.into(), text }, Expected::Anything).await,
        )
    };
    assert_eq!(put("../a.yml", "a".into()).await.0, "path");
    assert_eq!(put("flows/a.yml", "a".repeat(MAX_ASSISTANT_FILE_BYTES + 1)).await.0, "text");
    assert_eq!(put("flows/a.yml", "a\0".into()).await.0, "text");
    let many: Vec<AssistantFile> =
        (0..=MAX_ASSISTANT_FILES).map(|number| file(&format!("tests/t{number}.yml"), "a")).collect();
    assert_eq!(refused_field(desk.replace_assistant_files(admin, many.clone(), None).await).0, "files");
    let twice = vec![many[0].clone(), many[0].clone()];
    assert_eq!(refused_field(desk.replace_assistant_files(admin, twice, None).await).0, "path");
    let full = many[1..].to_vec();
    let revision = desk.replace_assistant_files(admin, full, Some(0)).await.unwrap();
    assert_eq!(put("tests/one_more.yml", "a".into()).await.0, "files");
    desk.put_assistant_file(admin, file("tests/t1.yml", "changed"), Expected::Revision(revision)).await.unwrap();
    let late = desk.replace_assistant_files(admin, Vec::new(), Some(revision)).await;
    assert!(matches!(late, Err(DeskError::Outdated { .. })));
}

#[tokio::test]
async fn supervisors_read_what_the_assistant_works_by_and_admins_change_it() {
    let (_place, company) = company().await;
    let desk = &company.desk;
    desk.put_assistant_file(&company.admin, file("guard.yml", "1"), Expected::Absent).await.unwrap();
    desk.set_assistant_secret(&company.admin, "shop_key".into(), "sk-1".into()).await.unwrap();
    desk.set_assistant_setting(&company.admin, "shop_url".into(), "https://shop.example".into()).await.unwrap();
    desk.publish_assistant(&company.admin, String::new(), json!({}), None).await.unwrap();
    assert_eq!(desk.assistant_files(&company.supervisor).await.unwrap().len(), 1);
    assert_eq!(desk.assistant_secrets(&company.supervisor).await.unwrap()[0].name, "shop_key");
    assert_eq!(desk.assistant_release_files(&company.supervisor, 1).await.unwrap().len(), 1);
    let customer = company.customer().await;
    for scope in [&company.agent, &company.reader, &customer] {
        assert!(is_forbidden(desk.assistant_files(scope).await));
        assert!(is_forbidden(desk.assistant_file(scope, "guard.yml").await));
        assert!(is_forbidden(desk.assistant_revision(scope).await));
        assert!(is_forbidden(desk.assistant_releases(scope, None, 9).await));
        assert!(is_forbidden(desk.assistant_release(scope, 1).await));
        assert!(is_forbidden(desk.assistant_release_files(scope, 1).await));
        assert!(is_forbidden(desk.live_assistant_release(scope).await));
        assert!(is_forbidden(desk.assistant_secrets(scope).await));
        assert!(is_forbidden(desk.assistant_settings(scope).await));
    }
    let bot = Scope::bot(company.system.workspace());
    for scope in [&company.supervisor, &company.agent, &company.reader, &customer, &bot] {
        assert!(is_forbidden(desk.put_assistant_file(scope, file("x", "1"), Expected::Anything).await));
        assert!(is_forbidden(desk.delete_assistant_file(scope, "guard.yml".into(), Expected::Anything).await));
        assert!(is_forbidden(desk.replace_assistant_files(scope, Vec::new(), None).await));
        assert!(is_forbidden(desk.take_up_assistant_release(scope, 1).await));
        assert!(is_forbidden(desk.publish_assistant(scope, String::new(), json!({}), None).await));
        assert!(is_forbidden(desk.make_assistant_release_live(scope, Some(1)).await));
        assert!(is_forbidden(desk.set_assistant_secret(scope, "a".into(), "b".into()).await));
        assert!(is_forbidden(desk.delete_assistant_secret(scope, "shop_key".into()).await));
        assert!(is_forbidden(desk.set_assistant_setting(scope, "a".into(), "b".into()).await));
        assert!(is_forbidden(desk.delete_assistant_setting(scope, "shop_url".into()).await));
    }
    // Not even an administrator reads a secret.
    for scope in [&company.admin, &company.supervisor, &customer] {
        assert!(matches!(desk.assistant_values(scope).await, Err(DeskError::Forbidden(Permission::ManageAssistant))));
    }
    let (settings, secrets) = desk.assistant_values(&bot).await.unwrap();
    assert_eq!((settings["shop_url"].as_str(), secrets.0["shop_key"].as_str()), ("https://shop.example", "sk-1"));
    for (name, value) in [("Bad", "x"), ("", "x"), ("a b", "x"), ("good", "")] {
        assert!(desk.set_assistant_secret(&company.admin, name.into(), value.into()).await.is_err(), "{name:?}");
    }
}

#[tokio::test]
async fn what_the_assistant_leaves_behind_belongs_to_those_who_answer() {
    let (place, company) = company().await;
    let (desk, other) = (&company.desk, place.company().await);
    let id = company.conversation().await;
    let made = desk.create_ticket(&company.agent, id, ticket("x")).await.unwrap();
    let customer = company.customer().await;
    for scope in [&company.reader, &customer] {
        assert!(is_forbidden(desk.create_ticket(scope, id, ticket("x")).await));
        assert!(is_forbidden(desk.close_ticket(scope, made.id).await));
        assert!(is_forbidden(desk.reopen_ticket(scope, made.id).await));
        assert!(is_forbidden(desk.reserve_ticket_number(scope).await));
        assert!(is_forbidden(desk.add_tag(scope, id, "x").await));
        assert!(is_forbidden(desk.remove_tag(scope, id, "x").await));
        assert!(is_forbidden(desk.make_code(scope, id, CodeChannel::Sms, "13800001111").await));
        assert!(is_forbidden(desk.check_code(scope, id, "123456").await));
    }
    assert!(is_forbidden(desk.tickets(&customer, &TicketFilter::default(), 9, None).await));
    assert!(is_forbidden(desk.ticket(&customer, made.id).await));
    assert!(is_forbidden(desk.tags(&customer, id).await) && is_forbidden(desk.tag_counts(&customer).await));
    assert!(is_forbidden(desk.stretches(&customer, id).await));
    assert!(is_not_found(desk.ticket(&other.admin, made.id).await));
    assert!(is_not_found(desk.close_ticket(&other.admin, made.id).await));
    assert!(is_not_found(desk.create_ticket(&other.admin, id, ticket("x")).await));
    assert!(is_not_found(desk.add_tag(&other.admin, id, "x").await));
    assert!(is_not_found(desk.tags(&other.admin, id).await));
    assert!(is_not_found(desk.make_code(&other.admin, id, CodeChannel::Sms, "13800001111").await));
    assert_eq!(desk.add_tag(&company.agent, id, " VIP ").await.unwrap(), ["VIP"]);
    assert_eq!(desk.add_tag(&company.agent, id, "VIP").await.unwrap(), ["VIP"]);
    assert_eq!(refused_field(desk.add_tag(&company.agent, id, "").await).0, "tag");
    assert!(desk.remove_tag(&company.agent, id, "VIP").await.unwrap().is_empty());
    assert!(is_not_found(desk.remove_tag(&company.agent, id, "VIP").await));
    for number in 0..50 {
        desk.add_tag(&company.agent, id, &format!("t{number}")).await.unwrap();
    }
    assert_eq!(refused_field(desk.add_tag(&company.agent, id, "one more").await).0, "tag");
    desk.receive(&customer, company.inbox.id, text("hi")).await.unwrap();
    assert!(matches!(Content::text("x"), Content::Text { .. }));
}
