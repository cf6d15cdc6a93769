//! What the assistant's work leaves behind, as rows: tickets, tags, codes, consent, outcomes.

use std::collections::HashSet;

use serde_json::json;
use yingda_model::{
    BotOutcome, CodeChannel, CodeCheck, ConsentAnswer, ConsentPurpose, ConsentSaid, ConsentWay, ConversationId,
    MessageId, Outcome, TicketKind, TicketState, Timestamp, ToolCallState,
};
use yingda_store::{
    ConversationFilter, Ended, Fired, MAX_CODE_ATTEMPTS, NewRun, RunKind, StoreError, TicketFilter, View,
};

use crate::assistant::{DAY, HOUR, LATER, begin, call, code, stretch, talk, ticket, word};
use crate::change;
use crate::support::{Company, Dice, NOW, Place, everything, id};

crate::on_both_engines! {
    tickets_count_in_their_workspace_and_come_in_pages
    what_a_ticket_says_is_sealed_and_gone_with_the_contact
    calls_that_ended_long_ago_are_forgotten_and_open_ones_stay
    a_run_ends_once_and_what_replays_came_to_goes_with_an_erased_contact
    a_conversation_is_found_by_its_tag
    a_code_serves_once_for_a_while_and_a_few_attempts
    codes_are_counted_by_destination_however_it_is_written
    of_two_merged_contacts_the_newest_word_on_consent_counts
    every_word_on_consent_is_kept_and_the_newest_counts
    erasing_a_contact_forgets_what_it_was_written_and_said
    outcomes_are_counted_by_day_outcome_and_flow
    random_turns_keep_one_stretch_open_and_the_counts_right
}

async fn tickets_count_in_their_workspace_and_come_in_pages(place: Place) {
    let store = place.open().await;
    let (company, other) = (Company::found(&store).await, Company::found(&store).await);
    let conversation = talk(&company).await;
    let mut made = Vec::new();
    for expected in 1..=7 {
        let number = change!(company, [], |tx| tx.next_ticket_number().await).await.unwrap();
        assert_eq!(number, expected);
        let one = ticket(&conversation, number);
        made.push(one.clone());
        change!(company, [one], |tx| tx.insert_ticket(&one).await).await.unwrap();
    }
    assert_eq!(change!(other, [], |tx| tx.next_ticket_number().await).await.unwrap(), 1);
    let twice = ticket(&conversation, 7);
    let twice = change!(company, [twice], |tx| tx.insert_ticket(&twice).await).await;
    assert!(matches!(twice, Err(StoreError::Taken { .. })), "{twice:?}");
    let first = made[0].id;
    change!(company, [], |tx| tx.set_ticket_state(first, TicketState::Closed, LATER).await).await.unwrap();
    let closed = company.read().ticket(first).await.unwrap();
    assert_eq!((closed.state, closed.closed_at, closed.closed_by.is_some()), (TicketState::Closed, Some(LATER), true));
    let open = TicketFilter { state: Some(TicketState::Open), ..TicketFilter::default() };
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let page = company.read().tickets(&open, 4, cursor.as_deref()).await.unwrap().unwrap();
        seen.extend(page.items);
        match page.next_cursor {
            Some(next) => cursor = Some(next),
            None => break,
        }
    }
    made.reverse();
    assert_eq!(seen, made[..6]);
    let by = |filter: TicketFilter| {
        let company = company.clone();
        async move { company.read().tickets(&filter, 9, None).await.unwrap().unwrap().items.len() }
    };
    assert_eq!(by(TicketFilter { contact_id: Some(conversation.contact_id), ..TicketFilter::default() }).await, 7);
    assert_eq!(by(TicketFilter { conversation_id: Some(conversation.id), ..open }).await, 6);
    assert_eq!(by(TicketFilter { kind: Some(TicketKind::Callback), ..TicketFilter::default() }).await, 0);
    assert!(company.read().tickets(&open, 4, Some("nonsense")).await.unwrap().is_none());
    change!(company, [], |tx| tx.set_ticket_state(first, TicketState::Open, LATER).await).await.unwrap();
    assert_eq!(company.read().ticket(first).await.unwrap(), made[6]);
}

async fn what_a_ticket_says_is_sealed_and_gone_with_the_contact(place: Place) {
    let company = Company::found(&place.open().await).await;
    let (conversation, other) = (talk(&company).await, talk(&company).await);
    let one = ticket(&conversation, 1);
    let stored = one.clone();
    change!(company, [stored], |tx| tx.insert_ticket(&stored).await).await.unwrap();
    let message: MessageId = id().into();
    let begun = begin(&company, &call(conversation.id, message, 0, "QH2026")).await;
    let call_id = begun.call().id;
    change!(company, [], |tx| {
        tx.end_tool_call(call_id, ToolCallState::Done, &json!({ "name": "张三丰" }), NOW).await
    })
    .await
    .unwrap();
    let all = everything(&place).await;
    assert!(!all.contains("退款没到") && !all.contains("13800001111") && !all.contains("QH2026"));
    assert!(!all.contains("张三丰"));
    let (from, into) = (conversation.contact_id, other.contact_id);
    change!(company, [], |tx| tx.move_tickets(from, into).await).await.unwrap();
    let moved = company.read().ticket(one.id).await.unwrap();
    assert_eq!((moved.contact_id, moved.details), (into, one.details));
    change!(company, [], |tx| tx.erase_contact(from, LATER).await).await.unwrap();
    let erased = company.read().ticket(one.id).await.unwrap();
    assert_eq!((erased.number, erased.details), (1, None), "the ticket is still listed");
    let calls = company.read().tool_calls(conversation.id, message).await.unwrap();
    assert_eq!((calls[0].state, &calls[0].output), (ToolCallState::Done, &None));
}

async fn calls_that_ended_long_ago_are_forgotten_and_open_ones_stay(place: Place) {
    let store = place.open().await;
    let (company, other) = (Company::found(&store).await, Company::found(&store).await);
    let conversation = talk(&company).await;
    let message: MessageId = id().into();
    for (number, ended) in [(0, Some(NOW)), (1, Some(LATER)), (2, None)] {
        let begun = begin(&company, &call(conversation.id, message, number, &format!("QH{number}"))).await;
        let id = begun.call().id;
        if let Some(at) = ended {
            change!(company, [], |tx| tx.end_tool_call(id, ToolCallState::Done, &json!({}), at).await).await.unwrap();
        }
    }
    assert_eq!(change!(other, [], |tx| tx.remove_old_tool_calls(LATER).await).await.unwrap(), 0);
    assert_eq!(change!(company, [], |tx| tx.remove_old_tool_calls(LATER).await).await.unwrap(), 1);
    let left = company.read().tool_calls(conversation.id, message).await.unwrap();
    assert_eq!(left.iter().map(|call| call.number).collect::<Vec<_>>(), [1, 2]);
}

async fn a_run_ends_once_and_what_replays_came_to_goes_with_an_erased_contact(place: Place) {
    let company = Company::found(&place.open().await).await;
    let contact = company.contact("a").await.id;
    let mut ids = Vec::new();
    for kind in [RunKind::Test, RunKind::Replay] {
        let new = NewRun { id: id(), kind, asked: json!({"runs": 2}) };
        ids.push(new.id);
        change!(company, [new], |tx| tx.insert_assistant_run(&new, NOW).await).await.unwrap();
    }
    let (test, replay) = (ids[0], ids[1]);
    for run in [test, replay] {
        let end = |ended| {
            let told = json!({"result": "secret words"});
            change!(company, [told], |tx| tx.end_assistant_run(run, ended, Some(&told), LATER).await)
        };
        assert!(end(Ended::Done).await.unwrap());
        assert!(!end(Ended::Cancelled).await.unwrap(), "it has ended");
    }
    let (run, told) = company.read().assistant_run(replay).await.unwrap();
    assert_eq!((run.ended, run.ended_at), (Some(Ended::Done), Some(LATER)));
    assert_eq!(told, Some(json!({"result": "secret words"})));
    change!(company, [], |tx| tx.erase_contact(contact, LATER).await).await.unwrap();
    assert_eq!(company.read().assistant_run(replay).await.unwrap().1, None);
    assert!(company.read().assistant_run(test).await.unwrap().1.is_some());
    change!(company, [], |tx| tx.remove_old_assistant_runs(1).await).await.unwrap();
    let left = company.read().assistant_runs().await.unwrap();
    assert_eq!(left.iter().map(|run| run.id).collect::<Vec<_>>(), [replay]);
}

async fn a_conversation_is_found_by_its_tag(place: Place) {
    let company = Company::found(&place.open().await).await;
    let (one, other) = (talk(&company).await, talk(&company).await);
    let (one_id, other_id) = (one.id, other.id);
    change!(company, [], |tx| {
        tx.add_tag(one_id, "退货", NOW).await?;
        tx.add_tag(one_id, "退货", LATER).await?;
        tx.add_tag(one_id, "VIP", NOW).await?;
        tx.add_tag(other_id, "退货", NOW).await
    })
    .await
    .unwrap();
    let tags = company.read().tags_of(&[one.id, other.id]).await.unwrap();
    assert_eq!((&tags[&one.id], &tags[&other.id]), (&vec!["VIP".to_owned(), "退货".into()], &vec!["退货".to_owned()]));
    let counts = company.read().tag_counts().await.unwrap();
    let told: Vec<_> = counts.iter().map(|one| (one.name.as_str(), one.count)).collect();
    assert_eq!(told, [("退货", 2), ("VIP", 1)]);
    let found = async |tag: &str| {
        let tag = Some(tag.to_owned());
        let filter = ConversationFilter { view: View::All, status: None, inbox_id: None, contact_id: None, tag };
        let page = company.read().conversations(&filter, 9, None).await.unwrap().unwrap();
        page.items.into_iter().map(|conversation| conversation.id).collect::<HashSet<_>>()
    };
    assert_eq!(found("退货").await, HashSet::from([one.id, other.id]));
    assert_eq!(found("VIP").await, HashSet::from([one.id]));
    assert!(found("%").await.is_empty());
    assert!(change!(company, [], |tx| tx.remove_tag(one_id, "退货").await).await.unwrap());
    assert!(!change!(company, [], |tx| tx.remove_tag(one_id, "退货").await).await.unwrap());
    assert_eq!(found("退货").await, HashSet::from([other.id]));
}

async fn a_code_serves_once_for_a_while_and_a_few_attempts(place: Place) {
    let company = Company::found(&place.open().await).await;
    let conversation = talk(&company).await;
    let talk_id = conversation.id;
    let send = async |digits: &str, at: Timestamp| {
        let new = code(&conversation, digits, at);
        change!(company, [new], |tx| tx.insert_code(&new).await).await.unwrap();
        new.id
    };
    let check = async |written: &'static str, at: Timestamp| {
        change!(company, [], |tx| tx.check_code(talk_id, written, at).await).await.unwrap()
    };
    assert_eq!(check("123456", NOW).await, CodeCheck::Gone, "none was sent");
    let sent = send("123456", NOW).await;
    assert!(!everything(&place).await.contains("123456"));
    assert_eq!(check("123457", NOW).await, CodeCheck::Wrong { left: MAX_CODE_ATTEMPTS - 1 });
    assert_eq!(check("是１２３ 456", NOW).await, CodeCheck::Right { id: sent, channel: CodeChannel::Sms });
    assert_eq!(check("123456", NOW).await, CodeCheck::Gone, "it serves once");
    assert_eq!(company.read().code_given_at(talk_id).await.unwrap(), Some(NOW));

    send("111111", LATER).await;
    send("222222", LATER).await;
    assert!(matches!(check("111111", LATER).await, CodeCheck::Wrong { .. }), "a newer one took its place");
    for left in (0..MAX_CODE_ATTEMPTS - 1).rev() {
        assert_eq!(check("", LATER).await, CodeCheck::Wrong { left });
    }
    assert_eq!(check("222222", LATER).await, CodeCheck::Gone, "it was guessed at too often");
    send("333333", LATER).await;
    assert_eq!(check("333333", Timestamp(LATER.0 + 600_000)).await, CodeCheck::Gone, "its time is over");
    assert_eq!(change!(company, [], |tx| tx.remove_old_codes(LATER).await).await.unwrap(), 1);
}

async fn codes_are_counted_by_destination_however_it_is_written(place: Place) {
    let store = place.open().await;
    let (company, other) = (Company::found(&store).await, Company::found(&store).await);
    let (first, second) = (talk(&company).await, talk(&company).await);
    for (conversation, at) in [(&first, NOW), (&second, NOW), (&second, LATER)] {
        let new = code(conversation, "123456", at);
        change!(company, [new], |tx| tx.insert_code(&new).await).await.unwrap();
    }
    let read = company.read();
    assert_eq!(read.codes_sent(CodeChannel::Sms, "+8613800001111", NOW).await.unwrap(), 3);
    assert_eq!(read.codes_sent(CodeChannel::Sms, "+86 138 0000 1111", LATER).await.unwrap(), 1);
    assert_eq!(read.codes_sent(CodeChannel::Sms, "+8613800001112", NOW).await.unwrap(), 0);
    assert_eq!(read.codes_sent(CodeChannel::Mail, "+8613800001111", NOW).await.unwrap(), 0);
    assert_eq!(read.codes_sent_for(second.contact_id, NOW).await.unwrap(), 2);
    assert_eq!(other.read().codes_sent(CodeChannel::Sms, "+8613800001111", NOW).await.unwrap(), 0);
    assert!(!everything(&place).await.contains("1380000"));
}

async fn of_two_merged_contacts_the_newest_word_on_consent_counts(place: Place) {
    let company = Company::found(&place.open().await).await;
    let purpose = ConsentPurpose::Marketing;
    for (first_at, second_at, expected) in [(NOW, LATER, ConsentAnswer::Yes), (LATER, NOW, ConsentAnswer::No)] {
        let (from, into) = (company.contact("a").await.id, company.contact("b").await.id);
        assert_eq!(company.read().consent(from, purpose).await.unwrap().answer, ConsentAnswer::Unknown);
        let fired = Fired { contact_id: from, flow: "cart".into(), at: NOW };
        change!(company, [fired], |tx| {
            tx.note_consent(id(), from, &word(ConsentAnswer::No, None), first_at).await?;
            tx.note_consent(id(), into, &word(ConsentAnswer::Yes, None), second_at).await?;
            tx.insert_fired(id(), &fired).await?;
            tx.move_proactive(from, into).await
        })
        .await
        .unwrap();
        let said = company.read().consent(into, purpose).await.unwrap();
        assert_eq!((said.answer, said.at), (expected, Some(LATER)));
        assert!(company.read().consents(from).await.unwrap().is_empty());
        assert!(history(&company, from).await.is_empty());
        let both = history(&company, into).await;
        assert_eq!(both.iter().map(|said| said.answer).collect::<Vec<_>>(), [ConsentAnswer::Yes, ConsentAnswer::No]);
        assert!(both.iter().all(|said| said.wording.is_some()), "what was sealed for the other is read still");
        let moved = company.read().flows_fired(into, NOW).await.unwrap();
        assert_eq!(moved.iter().map(|one| one.flow.as_str()).collect::<Vec<_>>(), ["cart"]);
    }
}

async fn history(company: &Company, contact: yingda_model::ContactId) -> Vec<ConsentSaid> {
    company.read().consent_history(contact, 99, None).await.unwrap().unwrap().items
}

async fn every_word_on_consent_is_kept_and_the_newest_counts(place: Place) {
    let company = Company::found(&place.open().await).await;
    let contact = company.contact("a").await.id;
    let counts = async || company.read().consent(contact, ConsentPurpose::Marketing).await.unwrap();
    let long_ago = Timestamp(NOW.0 - 90 * DAY);
    for (answer, at, counted) in [
        (ConsentAnswer::Yes, None, ConsentAnswer::Yes),
        // What is imported was said before.
        (ConsentAnswer::No, Some(long_ago), ConsentAnswer::Yes),
        (ConsentAnswer::Unknown, None, ConsentAnswer::Unknown),
        (ConsentAnswer::No, Some(long_ago), ConsentAnswer::Unknown),
        (ConsentAnswer::No, None, ConsentAnswer::No),
    ] {
        change!(company, [], |tx| tx.note_consent(id(), contact, &word(answer, at), NOW).await).await.unwrap();
        assert_eq!(counts().await.answer, counted);
    }
    let said = history(&company, contact).await;
    let answers: Vec<_> = said.iter().map(|said| said.answer).collect();
    use ConsentAnswer::{No, Unknown, Yes};
    assert_eq!(answers, [No, No, Unknown, No, Yes], "what was noted last first");
    assert_eq!((said[1].at, said[1].noted_at, said[1].way), (long_ago, NOW, Some(ConsentWay::Import)));
    assert_eq!(said[4].wording.as_ref().unwrap().text, "May we write of offers?");
    assert!(!everything(&place).await.contains("May we write"), "it is sealed");
    let first = company.read().consent_history(contact, 2, None).await.unwrap().unwrap();
    let rest = company.read().consent_history(contact, 9, first.next_cursor.as_deref()).await.unwrap().unwrap();
    assert_eq!((first.items.len(), rest.items.len(), rest.next_cursor), (2, 3, None));
    assert!(company.read().consent_history(contact, 9, Some("x")).await.unwrap().is_none());
}

async fn erasing_a_contact_forgets_what_it_was_written_and_said(place: Place) {
    let company = Company::found(&place.open().await).await;
    let conversation = talk(&company).await;
    let contact = conversation.contact_id;
    let (fired, new) = (Fired { contact_id: contact, flow: "cart".into(), at: NOW }, code(&conversation, "1", NOW));
    change!(company, [fired, new], |tx| {
        tx.note_consent(id(), contact, &word(ConsentAnswer::Yes, None), NOW).await?;
        tx.insert_fired(id(), &fired).await?;
        tx.insert_code(&new).await?;
        tx.erase_contact(contact, LATER).await
    })
    .await
    .unwrap();
    assert!(company.read().consents(contact).await.unwrap().is_empty());
    assert!(history(&company, contact).await.is_empty());
    assert!(company.read().flows_fired(contact, Timestamp(0)).await.unwrap().is_empty());
    assert_eq!(company.read().codes_sent_for(contact, Timestamp(0)).await.unwrap(), 0);
}

async fn outcomes_are_counted_by_day_outcome_and_flow(place: Place) {
    let company = Company::found(&place.open().await).await;
    let conversation = talk(&company).await;
    let mut ended = 0;
    for (flow, outcome, day) in [
        (Some("return"), Outcome::Assumed, 0),
        (Some("return"), Outcome::Assumed, 0),
        (Some("return"), Outcome::HandedOver, 0),
        (None, Outcome::Assumed, 0),
        (Some("return"), Outcome::Assumed, 1),
    ] {
        let at = Timestamp((NOW.0 / DAY + day) * DAY + HOUR);
        let mut one = stretch(&conversation, at);
        one.topic.flow = flow.map(Into::into);
        (one.outcome, one.ended_at, one.decided_at) = (Some(outcome), Some(at), Some(at));
        change!(company, [one], |tx| tx.insert_stretch(&one).await).await.unwrap();
        ended += 1;
    }
    let open = stretch(&conversation, NOW);
    change!(company, [open], |tx| tx.insert_stretch(&open).await).await.unwrap();
    let today = NOW.0 / DAY;
    let count = async |from: i64, until: i64| {
        let counts = company.read().outcome_counts(Timestamp(from * DAY), Timestamp(until * DAY)).await.unwrap();
        counts.into_iter().map(|one| (one.day - today, one.outcome, one.flow, one.count)).collect::<Vec<_>>()
    };
    let returned = || Some("return".to_owned());
    let first_day =
        [(0, Outcome::Assumed, None, 1), (0, Outcome::Assumed, returned(), 2), (0, Outcome::HandedOver, returned(), 1)];
    assert_eq!(count(today, today + 1).await, first_day);
    assert_eq!(count(today + 1, today + 2).await, [(1, Outcome::Assumed, returned(), 1)]);
    assert_eq!(count(0, today + 9).await.iter().map(|one| one.3).sum::<u64>(), ended);
}

async fn random_turns_keep_one_stretch_open_and_the_counts_right(place: Place) {
    let company = Company::found(&place.open().await).await;
    let talks = [talk(&company).await, talk(&company).await, talk(&company).await];
    let mut dice = Dice(11);
    let mut ended = 0;
    for step in 0..60 {
        let at = Timestamp(NOW.0 + step * HOUR);
        let conversation = &talks[usize::try_from(dice.roll(3)).unwrap()];
        let talk_id = conversation.id;
        match company.read().open_stretch(talk_id).await.unwrap() {
            None => {
                let new = stretch(conversation, at);
                change!(company, [new], |tx| tx.insert_stretch(&new).await).await.unwrap();
            }
            Some(mut open) if dice.roll(2) == 0 => {
                open.touched_at = at;
                open.last_turn = BotOutcome::Asked;
                let stored = open.clone();
                change!(company, [stored], |tx| tx.update_stretch(&stored).await).await.unwrap();
                assert_eq!(company.read().open_stretch(talk_id).await.unwrap(), Some(open));
            }
            Some(_) => {
                let outcome = Outcome::ALL[usize::try_from(dice.roll(6)).unwrap()];
                assert!(change!(company, [], |tx| tx.end_stretch(talk_id, outcome, at).await).await.unwrap());
                assert!(!change!(company, [], |tx| tx.end_stretch(talk_id, outcome, at).await).await.unwrap());
                let last = company.read().last_stretch(talk_id).await.unwrap().unwrap();
                assert_eq!((last.outcome, last.ended_at), (Some(outcome), Some(at)));
                ended += 1;
            }
        }
        let open = company.read().open_stretches(at, 99).await.unwrap();
        let of: HashSet<ConversationId> = open.iter().map(|one| one.conversation_id).collect();
        assert_eq!(of.len(), open.len(), "one of a conversation");
        assert!(open.is_sorted_by_key(|one| (one.touched_at, one.id)), "the oldest first");
    }
    let counts = company.read().outcome_counts(NOW, Timestamp(NOW.0 + 99 * HOUR)).await.unwrap();
    assert_eq!(counts.iter().map(|one| one.count).sum::<u64>(), ended);
}
