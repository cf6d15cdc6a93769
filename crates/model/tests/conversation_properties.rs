//! What holds for every conversation, whatever is asked of it, by whom and when.

#![allow(clippy::unwrap_used)]

mod steps;

use proptest::prelude::*;
use steps::{BEGIN, opened, run, steps};
use uuid::Uuid;
use yingda_model::{
    Actor, BotMemory, Command, ContactId, Conversation, Event, EventBody, SenderKind, Status, TeamId, Timestamp,
    UserId, Visibility,
};

/// What can be known of a conversation from its events alone.
#[derive(Clone, Debug, PartialEq)]
struct Told {
    status: Status,
    assignee_id: Option<UserId>,
    team_id: Option<TeamId>,
    contact_id: ContactId,
    snoozed_until: Option<Timestamp>,
    resolved_at: Option<Timestamp>,
    last_message_at: Option<Timestamp>,
    seq: u64,
    public_seq: u64,
}

impl Told {
    fn of(state: &Conversation) -> Self {
        Self {
            status: state.status,
            assignee_id: state.assignee_id,
            team_id: state.team_id,
            contact_id: state.contact_id,
            snoozed_until: state.snoozed_until,
            resolved_at: state.resolved_at,
            last_message_at: state.last_message_at,
            seq: state.seq,
            public_seq: state.public_seq,
        }
    }

    /// Before its first event.
    fn nothing_yet(contact_id: ContactId) -> Self {
        Self {
            status: Status::Queued,
            assignee_id: None,
            team_id: None,
            contact_id,
            snoozed_until: None,
            resolved_at: None,
            last_message_at: None,
            seq: 0,
            public_seq: 0,
        }
    }

    fn hear(&mut self, event: &Event) {
        self.seq = event.seq;
        if event.is_public() {
            self.public_seq = event.seq;
        }
        match &event.body {
            EventBody::Opened { status } => self.status = *status,
            EventBody::StatusChanged { from, to } => {
                assert_eq!(*from, self.status, "a change starts where the last one ended");
                assert_ne!(from, to, "a change changes something");
                self.status = *to;
                if matches!(to, Status::Bot | Status::Queued) {
                    self.assignee_id = None;
                }
                if *from == Status::Snoozed {
                    self.snoozed_until = None;
                }
                if *from == Status::Resolved {
                    self.resolved_at = None;
                }
            }
            EventBody::Assigned { user_id, team_id } => {
                self.assignee_id = *user_id;
                self.team_id = *team_id;
            }
            EventBody::ContactChanged { contact_id } => self.contact_id = *contact_id,
            EventBody::Snoozed { until } => self.snoozed_until = Some(*until),
            EventBody::Resolved => self.resolved_at = Some(event.at),
            EventBody::Message { message } => {
                if message.visibility == Visibility::Public {
                    self.last_message_at = Some(message.created_at);
                }
            }
            EventBody::HandedOver { .. } | EventBody::ReturnedToBot | EventBody::Woke | EventBody::Reopened => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn events_are_numbered_without_a_gap_and_the_state_knows_the_last(bot: bool, steps in steps()) {
        let (first, events) = opened(bot);
        let mut next = 1;
        for (state, events, actor, now) in std::iter::once((&first, &events[..], Actor::System, BEGIN))
            .chain(run(bot, &steps).iter().map(|t| (t.after(), t.events(), t.actor, t.now)))
        {
            for event in events {
                prop_assert_eq!(event.seq, next);
                prop_assert_eq!(event.conversation_id, state.id);
                prop_assert_eq!((event.actor, event.at), (actor, now));
                if let EventBody::Message { message } = &event.body {
                    prop_assert_eq!(message.seq, event.seq);
                    prop_assert_eq!(message.sender, SenderKind::of(actor));
                }
                next += 1;
            }
            prop_assert_eq!(state.seq + 1, next);
        }
    }

    #[test]
    fn asking_twice_of_the_same_state_gives_the_same_answer(bot: bool, steps in steps()) {
        for turn in run(bot, &steps) {
            let again = turn.before.apply(turn.command.clone(), turn.actor, turn.now);
            prop_assert_eq!(&again, &turn.outcome);
        }
    }

    #[test]
    fn the_state_can_be_told_from_the_events(bot: bool, steps in steps()) {
        let (first, events) = opened(bot);
        let mut told = Told::nothing_yet(first.contact_id);
        events.iter().for_each(|event| told.hear(event));
        prop_assert_eq!(&told, &Told::of(&first));
        for turn in run(bot, &steps) {
            turn.events().iter().for_each(|event| told.hear(event));
            prop_assert_eq!(&told, &Told::of(turn.after()), "after {:?}", turn.command);
        }
    }

    #[test]
    fn without_an_event_only_what_was_read_changes(bot: bool, steps in steps()) {
        for turn in run(bot, &steps) {
            if turn.events().is_empty() && !matches!(turn.command, Command::MarkRead { .. } | Command::Remember { .. }) {
                prop_assert_eq!(turn.after(), &turn.before, "{:?} changed the state silently", turn.command);
            }
            if matches!(turn.command, Command::Remember { .. }) {
                let mut but_for_memory = turn.after().clone();
                but_for_memory.memory = turn.before.memory.clone();
                prop_assert_eq!(&but_for_memory, &turn.before);
            }
            if matches!(turn.command, Command::MarkRead { .. }) {
                prop_assert!(turn.events().is_empty());
                let mut but_for_reading = turn.after().clone();
                but_for_reading.unread_by_agents = turn.before.unread_by_agents;
                but_for_reading.unread_by_contact = turn.before.unread_by_contact;
                but_for_reading.agents_read_seq = turn.before.agents_read_seq;
                but_for_reading.contact_read_seq = turn.before.contact_read_seq;
                prop_assert_eq!(&but_for_reading, &turn.before);
            }
        }
    }

    #[test]
    fn each_side_does_only_what_is_its_own(bot: bool, steps in steps()) {
        for turn in run(bot, &steps).iter().filter(|turn| turn.outcome.is_ok()) {
            prop_assert!(is_own(&turn.command, turn.actor), "{:?} did {:?}", turn.actor, turn.command);
            if turn.actor == Actor::Bot {
                prop_assert_eq!(turn.before.status, Status::Bot, "the assistant was not in charge");
            }
        }
    }

    #[test]
    fn somebody_has_a_conversation_exactly_while_it_is_assigned_waiting_or_snoozed(bot: bool, steps in steps()) {
        for turn in run(bot, &steps) {
            let state = turn.after();
            match state.status {
                Status::Bot | Status::Queued => prop_assert_eq!(state.assignee_id, None),
                Status::Assigned | Status::Waiting | Status::Snoozed => prop_assert!(state.assignee_id.is_some()),
                Status::Resolved => {}
            }
        }
    }

    #[test]
    fn moments_are_set_exactly_while_they_mean_something(bot: bool, steps in steps()) {
        for turn in run(bot, &steps) {
            let state = turn.after();
            prop_assert_eq!(state.snoozed_until.is_some(), state.status == Status::Snoozed);
            prop_assert_eq!(state.resolved_at.is_some(), state.status == Status::Resolved);
            if matches!(state.status, Status::Bot | Status::Waiting | Status::Resolved) {
                prop_assert_eq!(state.waiting_since, None, "nobody waits while {}", state.status);
            }
        }
    }

    #[test]
    fn the_assistant_is_in_charge_only_where_there_is_one_and_forgets_when_it_is_not(bot: bool, steps in steps()) {
        for turn in run(bot, &steps) {
            let state = turn.after();
            prop_assert_eq!(state.bot, bot);
            prop_assert!(bot || state.status != Status::Bot);
            if state.status != Status::Bot {
                prop_assert_eq!((state.memory.failures, &state.memory.pending), (0, &None));
            }
        }
    }

    #[test]
    fn a_resolved_conversation_is_left_only_by_the_customer_or_by_reopening(bot: bool, steps in steps()) {
        for turn in run(bot, &steps) {
            if turn.before.status == Status::Resolved && turn.after().status != Status::Resolved {
                let reopens = matches!(turn.command, Command::Receive { .. } | Command::Reopen);
                prop_assert!(reopens, "left by {:?}", turn.command);
                prop_assert!(turn.events().iter().any(|event| event.body == EventBody::Reopened));
            }
        }
    }

    #[test]
    fn what_the_customer_writes_is_always_taken_and_never_left_resolved_or_waiting(bot: bool, steps in steps()) {
        for turn in run(bot, &steps) {
            let (Command::Receive { draft }, Actor::Contact { .. }) = (&turn.command, turn.actor) else { continue };
            prop_assert_eq!(turn.outcome.is_ok(), draft.content.check().is_ok());
            if turn.outcome.is_ok() {
                prop_assert!(matches!(turn.after().status, Status::Bot | Status::Queued | Status::Assigned));
                prop_assert_eq!(turn.after().status != Status::Bot, turn.after().waiting_since.is_some());
            }
        }
    }

    #[test]
    fn unread_counts_lie_between_what_is_unread_and_what_is_new(bot: bool, steps in steps()) {
        let mut messages = Vec::new();
        for turn in run(bot, &steps) {
            messages.extend(turn.events().iter().filter_map(|event| match &event.body {
                EventBody::Message { message } if message.visibility == Visibility::Public => {
                    Some((message.seq, message.sender))
                }
                _ => None,
            }));
            let state = turn.after();
            prop_assert!(state.agents_read_seq <= state.seq && state.contact_read_seq <= state.seq);
            prop_assert!(state.agents_read_seq >= turn.before.agents_read_seq, "reading never goes back");
            prop_assert!(state.contact_read_seq >= turn.before.contact_read_seq, "reading never goes back");
            let by_agents = unread(&messages, state.agents_read_seq, |sender| sender == SenderKind::Customer);
            let by_contact = unread(&messages, state.contact_read_seq, |sender| sender != SenderKind::Customer);
            prop_assert!(u64::from(state.unread_by_agents) >= by_agents);
            prop_assert!(u64::from(state.unread_by_agents) <= state.seq - state.agents_read_seq);
            prop_assert!(u64::from(state.unread_by_contact) >= by_contact);
            prop_assert!(u64::from(state.unread_by_contact) <= state.public_seq.saturating_sub(state.contact_read_seq));
        }
    }

    #[test]
    fn nothing_is_unread_after_reading_to_the_end(bot: bool, steps in steps()) {
        let (first, _) = opened(bot);
        let last = run(bot, &steps).last().map_or(first, |turn| turn.after().clone());
        let customer = Actor::Contact { id: last.contact_id };
        let agent = Actor::User { id: UserId(Uuid::from_u128(200)) };
        let (read, _) = last.apply(Command::MarkRead { seq: last.seq }, agent, BEGIN).unwrap();
        prop_assert_eq!(read.unread_by_agents, 0);
        // The customer's end is the last event that the customer can see.
        let (read, _) = last.apply(Command::MarkRead { seq: last.public_seq }, customer, BEGIN).unwrap();
        prop_assert_eq!(read.unread_by_contact, 0);
    }

    #[test]
    fn resolving_twice_is_resolving_once(bot: bool, steps in steps()) {
        let (first, _) = opened(bot);
        let last = run(bot, &steps).last().map_or(first, |turn| turn.after().clone());
        let (once, _) = last.apply(Command::Resolve, Actor::System, BEGIN).unwrap();
        let (twice, events) = once.apply(Command::Resolve, Actor::System, BEGIN).unwrap();
        prop_assert_eq!(once.status, Status::Resolved);
        prop_assert_eq!(twice, once);
        prop_assert!(events.is_empty());
    }

    #[test]
    fn a_state_survives_json_but_for_the_assistants_memory(bot: bool, steps in steps()) {
        for turn in run(bot, &steps) {
            let mut state = turn.after().clone();
            let json = serde_json::to_string(&state).unwrap();
            state.memory = BotMemory::default();
            prop_assert_eq!(serde_json::from_str::<Conversation>(&json).unwrap(), state);
            for event in turn.events() {
                let json = serde_json::to_string(event).unwrap();
                prop_assert_eq!(&serde_json::from_str::<Event>(&json).unwrap(), event);
            }
        }
    }
}

/// Who may ask what, written down a second time.
fn is_own(command: &Command, actor: Actor) -> bool {
    let name = command.name();
    match actor {
        Actor::Contact { .. } => ["receive", "mark_read"].contains(&name),
        Actor::Bot => [
            "bot_reply",
            "note",
            "hand_over",
            "route",
            "remember",
            "assign",
            "return_to_bot",
            "snooze",
            "resolve",
            "reopen",
        ]
        .contains(&name),
        Actor::System => {
            !["receive", "reply", "note", "take_over", "bot_reply", "hand_over", "route", "remember", "mark_read"]
                .contains(&name)
        }
        Actor::User { .. } => !["receive", "bot_reply", "hand_over", "route", "remember"].contains(&name),
    }
}

fn unread(messages: &[(u64, SenderKind)], read_seq: u64, counts: fn(SenderKind) -> bool) -> u64 {
    let new = messages.iter().filter(|(seq, sender)| *seq > read_seq && counts(*sender));
    new.count() as u64
}

/// A test that never gets anywhere proves nothing: the random steps reach every status and every kind of refusal.
#[test]
fn the_random_steps_reach_every_status_and_every_refusal() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    use std::collections::BTreeSet;
    let mut runner = TestRunner::deterministic();
    let (mut statuses, mut refusals, mut kinds) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for _ in 0..300 {
        for turn in run(true, &steps().new_tree(&mut runner).unwrap().current()) {
            statuses.insert(turn.after().status.as_str());
            kinds.extend(turn.events().iter().map(|event| event.body.kind()));
            if let Err(refusal) = &turn.outcome {
                refusals.insert(refusal.code());
            }
        }
    }
    assert_eq!(statuses.len(), Status::ALL.len(), "{statuses:?}");
    assert_eq!(refusals.len(), 6, "{refusals:?}");
    assert_eq!(kinds.len(), 10, "all but opened: {kinds:?}");
}
